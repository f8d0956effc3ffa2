"""The people in the data of the process that owns it: masked, opened for one answer, erased, or written into a sealed file."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linshu.app import erasing, forgettable, keeping
from linshu.engine.intake import quoting as q
from linshu.engine.intake.erasing import Person
from linshu.engine.intake.forgetting import owned
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.personal import mask_text
from linshu.engine.shell.persons import Cells, Hindrance, Rules, Said, Span, Trace, Whom
from linshu.engine.vault.sealed_file import SealedFile, Sealing
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.table import Privacy
from linshu.kernel.text import Text
from linshu.standard import TABLES
from linshu.standard.privacy import shown_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from linshu.app.home import Home
    from linshu.engine.access.scope import Scope
    from linshu.kernel.table import Column, Table

PURPOSE = "personal export"  # what the key that seals the keys of kept files is derived for
MOST_ROWS = 200_000  # of one file
NONCE = 12
BY_ID = {each.name: each for each in TABLES if len(each.key) == 1 and owned(each)}  # records that speak of one person
OF_MEMBERS = tuple(each for each in TABLES if "member_id" in each.names)
BY_NUMBER = (
    ("member", "phone"),
    ("leader", "phone"),
    ("courier", "phone"),
    ("staff", "phone"),
    ("supplier", "contact_phone"),
)


@dataclass(frozen=True, slots=True)
class LocalPersons:
    """See `engine.shell.persons`."""

    shop: Home

    @property
    def rules(self) -> Rules:
        """What the company allows itself."""
        said = self.shop.project.settings.privacy
        return Rules(said.reveals_per_hour, said.export_days)

    def masked(self, whom: Whom) -> tuple[Said, ...]:
        """What may be shown to everybody of a record; Missing when there is none."""
        table, row = self._record(whom)
        shown = {one.column.name: one for one in shown_columns(table)}
        masks = self._query(
            f"SELECT {', '.join(f'{shown[one.name].expression} AS {one.name}' for one in _personal(table))}"
            f" FROM std.{table.name} WHERE {table.key[0]} = $1",
            [whom.key],
        )
        return tuple(
            Said(one.name, one.title, masks[0][one.name]) for one in _personal(table) if row[one.name] is not None
        )

    def opened(self, whom: Whom, columns: Sequence[str]) -> tuple[Said, ...]:
        """The same as it is, of these columns; opened for this answer alone."""
        table, row = self._record(whom)
        return tuple(
            Said(one.name, one.title, self._open(table, one, row[one.name]))
            for one in _personal(table)
            if one.name in columns and row[one.name] is not None
        )

    def within(self, whom: Whom, scope: Scope) -> bool:
        """Whether a person belongs to what somebody bound to a scope sees: a member who ordered there."""
        if whom.table != "member":
            return False
        person = self._query("SELECT member_id FROM mart.stg_accounts WHERE account_id = $1", [whom.key])
        ids = [row["member_id"] for row in person] or [whom.key]
        found = self.shop.figures.query("placed_orders", where={"member": ids[0]}, scope=scope)
        return any(row["placed_orders"] for row in found.rows())

    def by_phone(self, phone: str) -> tuple[Whom, ...]:
        """Everybody with that number, by the blind index: their own, or one a member's orders are received under."""
        index = self.shop.bringing.vault.index(phone)
        own = " UNION ".join(
            f"SELECT '{table}' AS kind, {table}_id AS id FROM std.{table} WHERE {column}_index = $1 AND NOT deleted"
            for table, column in BY_NUMBER
        )
        rows = self._query(
            f"{own} UNION SELECT 'member', member_id FROM std.orders WHERE receiver_phone_index = $1 AND NOT deleted"
            " AND member_id IS NOT NULL ORDER BY kind <> 'member', kind, id",
            [index],
        )
        return tuple(Whom(row["kind"], row["id"]) for row in rows)

    def accounts(self, member: str) -> tuple[str, ...]:
        """Every account of the person that one account stands for; Missing when nobody is known by it."""
        return forgettable.accounts(self.shop, member)

    def together(self, whom: Whom) -> tuple[Whom, ...]:
        """Whoever and whatever is erased with somebody; Missing when nobody is known by it."""
        return forgettable.together(self.shop, whom)

    def erased(self, persons: Sequence[Whom]) -> bool:
        """Whether all of them were erased."""
        return forgettable.erased(self.shop, persons)

    def traces(self, persons: Sequence[Whom]) -> tuple[Trace, ...]:
        """What the company holds of them, table by table."""
        return forgettable.traces(self.shop, persons)

    def hindrance(self, persons: Sequence[Whom]) -> Hindrance | None:
        """Why they cannot be erased yet; None when they can."""
        return forgettable.hindrance(self.shop, persons)

    def erase(self, persons: Sequence[Whom], *, by: str, why: str) -> str:
        """Erase them for good; the batch that says so."""
        return erasing.erase(self.shop, [Person(one.table, one.key) for one in persons], by=by, why=why)

    def all_of(self, accounts: Sequence[str]) -> Cells:
        """Everything the company holds of them, opened, one line a value."""
        heads = (Text("表", "Table"), Text("记录", "Record"), Text("项目", "Item"), Text("内容", "Content"))
        rows: list[tuple[str, ...]] = []
        for table in OF_MEMBERS:
            found = self._query(
                f"SELECT * FROM std.{table.name} WHERE member_id IN (SELECT unnest($1)) AND NOT deleted"
                f" ORDER BY {q.names(table.key)} LIMIT {MOST_ROWS}",
                [list(accounts)],
            )
            for row in found:
                key = " / ".join(str(row[name]) for name in table.key)
                for column in table.columns:
                    value = self._open(table, column, row[column.name]) if column.name in row else None
                    if value is not None:
                        rows.append((table.title.zh, key, column.title.zh, value))
        return Cells(heads, rows)

    def listed(self, table: str, days: tuple[date, date] | None) -> Cells:
        """A table of people, or the receivers of orders of some days, opened."""
        declared = BY_ID[table]
        columns = [declared.column(declared.key[0]), *_personal(declared)]
        where, params = "NOT deleted", list[object]()
        if days is not None:
            where, params = "NOT deleted AND placed_date BETWEEN $1 AND $2", [*days]
        found = self._query(
            f"SELECT {', '.join(one.name for one in columns)} FROM std.{table} WHERE {where}"
            f" ORDER BY {declared.key[0]} LIMIT {MOST_ROWS + 1}",
            params,
        )
        if len(found) > MOST_ROWS:
            raise Invalid(
                Text(f"超过 {MOST_ROWS:,} 行，太多了", f"more than {MOST_ROWS:,} rows, which is too many"),
                mend=Text("请把日期分成几段。", "Ask for fewer days at a time."),
            )
        rows = [tuple(self._open(declared, one, row[one.name]) or "" for one in columns) for row in found]
        return Cells(tuple(one.title for one in columns), rows)

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file sealed; what opens it again, itself sealed under the project's key."""
        self.drop([name])
        with Sealing(self._file(name)) as sealing:
            sealing.write(content)
            file = sealing.finish()
        nonce = os.urandom(NONCE)
        return b64encode(nonce + AESGCM(self._key()).encrypt(nonce, file.key, name.encode())).decode()

    def kept(self, name: str, size: int, opener: str) -> bytes:
        """The content of a kept file; Missing when it is gone."""
        try:
            raw = b64decode(opener)
            key = AESGCM(self._key()).decrypt(raw[:NONCE], raw[NONCE:], name.encode())
            with SealedFile(self._file(name), size, key).open() as file:
                return file.read()
        except (OSError, InvalidTag, ValueError) as error:
            raise Missing(
                Text("文件已不在", "the file is gone"), mend=Text("请重新申请导出。", "Ask for the export again.")
            ) from error

    def drop(self, names: Sequence[str]) -> None:
        """Throw kept files away."""
        for name in names:
            self._file(name).unlink(missing_ok=True)

    @property
    def spans(self) -> tuple[Span, ...]:
        """How long what is kept, as the company set it."""
        return keeping.spans(self.shop.project.settings.privacy)

    def old(self, span: Span, before: date) -> int:
        """How many rows, or persons, of a span are older than a day and still tell who somebody is."""
        return keeping.old(self.shop, span, before)

    def let_go(self, span: Span, before: date, *, why: str) -> int:
        """Take that away from them, for good; how many."""
        return keeping.let_go(self.shop, span, before, why=why)

    def forget_again(self) -> int:
        """Erase again whoever stands on the erasure list and is known here; how many."""
        return erasing.forget_again(self.shop)

    def land(self, table: str, rows: Sequence[Mapping[str, object]]) -> str:
        """Take in rows of a standard table that somebody entered by hand; the batch."""
        receipt = self.shop.land("linshu", {table: pa.Table.from_pylist([dict(row) for row in rows])})
        self.shop.build_models()
        return receipt.landing_id

    def _record(self, whom: Whom) -> tuple[Table, dict[str, Any]]:
        table = BY_ID.get(whom.table)
        if table is None:
            raise Missing(
                Text(f"没有这种人或单据：{_safe(whom.table)}", f"there is no such record: {_safe(whom.table)}"),
                mend=nearest(whom.table, BY_ID),
            )
        rows = self._query(f"SELECT * FROM std.{table.name} WHERE {table.key[0]} = $1 AND NOT deleted", [whom.key])
        if not rows:
            raise Missing(
                Text(f"{table.title.zh}里没有 {_safe(whom.key)}", f"{table.title.en} knows no {_safe(whom.key)}"),
                mend=Text("按手机号查找其会员编号。", "Find the id by phone number."),
            )
        return table, rows[0]

    def _open(self, table: Table, column: Column, stored: Any) -> str | None:
        if stored is None:
            return None
        if is_sealed(column):
            return self.shop.bringing.vault.reveal(table.name, column.name, stored)
        if isinstance(stored, datetime):
            return f"{stored.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
        choices = {one.value: one.title.zh for one in column.choices}
        return choices.get(str(stored), str(stored))

    def _query(self, sql: str, params: Sequence[object]) -> list[dict[str, Any]]:
        self.shop.ready()
        rows: list[dict[str, Any]] = self.shop.warehouse.query(sql, params).to_pylist()
        return rows

    def _key(self) -> bytes:
        return self.shop.project.key().derive(PURPOSE)

    def _file(self, name: str) -> Path:
        return self.shop.project.data / "exports" / f"{name}.sealed"


def _personal(table: Table) -> list[Column]:
    """What of a record is masked."""
    return [one.column for one in owned(table) if one.column.privacy in (Privacy.PERSONAL, Privacy.SENSITIVE)]


def _safe(typed: str) -> str:
    """What was typed, as a message may repeat it: people type phone numbers everywhere."""
    return mask_text(typed)
