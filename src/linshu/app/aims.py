"""Targets: set as a landing batch like every change of the data; listed, set and brought in by commands and programs."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

import pyarrow as pa

from linshu.app import identities
from linshu.app.answer import Answer
from linshu.connectors.files import Source, open_file
from linshu.domains.insight.targets import flow
from linshu.domains.insight.targets.inputs import EVER, WHEN, Asker, Wanted
from linshu.domains.insight.targets.words import HEADS, read
from linshu.engine.access.scope import Scope
from linshu.engine.intake.layout import LINE
from linshu.engine.intake.mapping import FileForm
from linshu.engine.metrics import goals
from linshu.engine.shell.sheet import as_csv, as_xlsx
from linshu.engine.shell.view import Writer
from linshu.kernel.errors import Invalid, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linshu.engine.warehouse.engine import Warehouse

SOURCE = "linshu"
SCHEMA = pa.schema(
    [
        ("metric", pa.string()), ("dimension", pa.string()), ("dimension_value", pa.string()),
        ("period_grain", pa.string()), ("period_start", pa.date32()), ("target_value", pa.int64()),
        ("updated_at", pa.timestamp("us", "UTC")), ("deleted", pa.bool_()),
    ]
)  # fmt: skip


class Home(identities.Home, Protocol):
    """What of a shop targets need: figures to read, a door for what is set, and the tables."""

    @property
    def warehouse(self) -> Warehouse:
        """Where the tables are."""
        ...


class LocalAims:
    """The targets in the data this process owns."""

    def __init__(self, shop: Home, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._shop, self._now = shop, now

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> Answer:
        """Set, change or drop targets; the same part, period and metric again is another value of the same target."""
        if not rows:
            return Answer.of([], batch="")
        made = [{"deleted": False, **row, "updated_at": self._now()} for row in rows]
        receipt = self._shop.land(SOURCE, {"target": pa.Table.from_pylist(made, schema=SCHEMA)})
        self._shop.build_models()
        return Answer.of(({**row, "period_start": str(row["period_start"])} for row in rows), batch=receipt.landing_id)

    def within(self, cut: str, scope: Scope) -> frozenset[str]:
        """The parts of a kind that targets are set for, `dimension=value`, that lie within a scope."""
        found = goals.parts_within(self._shop.figures.catalog, cut, scope)
        if found is None:
            return frozenset()
        rows = self._shop.warehouse.query(found.sql, list(found.values)).to_pylist()
        return frozenset(f"{row['dimension']}={row['dimension_value']}" for row in rows)

    def lines(self, name: str, body: bytes) -> list[tuple[int, dict[str, str]]]:
        """The rows of a file by their heads, each with the number it has there."""
        source = Source(name, len(body), lambda: BytesIO(body))
        incoming = open_file(
            source, FileForm(keep_all=True), [text for head in HEADS.values() for text in (head.zh, head.en)]
        )
        found: list[tuple[int, dict[str, str]]] = []
        for table in incoming.rows:
            numbers = table[LINE].to_pylist() if LINE in table.column_names else None
            for row in table.to_pylist():
                at = numbers[len(found)] if numbers else incoming.header_row + 1 + len(found)
                found.append((int(at), {key: value for key, value in row.items() if key != LINE}))
        return found


class Targets(Protocol):
    """What commands and programs do with targets."""

    def list(self, tab: str = "", words: str = "", metric: str = "", dimension: str = "", limit: int = 100) -> Answer:
        """The targets that run, come (`coming`) or are `over`, or `all`, each with its way and its likely end."""
        ...

    def set(self, given: Mapping[str, str]) -> Answer:
        """Set one, or give it another value: metric, dimension, part, grain, start (a day of the period), value as typed."""
        ...

    def remove(self, given: Mapping[str, str]) -> Answer:
        """Drop one: metric, dimension, part, grain, start."""
        ...

    def bring(self, file: str | Path) -> Answer:
        """Take the targets of a file in; Invalid names every wrong row, and nothing is kept."""
        ...

    def file(self, form: str, *, filled: bool, tab: str = "all") -> bytes:
        """The template as a file, or `filled` with the targets there are."""
        ...


class LocalTargets:
    """The targets of the data this process owns, as one person sees them."""

    def __init__(
        self, shop: Home, scope: Scope | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._shop, self._scope, self._now = shop, scope or Scope.everything(), now

    def list(self, tab: str = "", words: str = "", metric: str = "", dimension: str = "", limit: int = 100) -> Answer:
        """The targets within the scope; see `Targets.list`."""
        if tab not in {*WHEN, EVER}:
            raise Misused(Text(f"没有 {tab} 这一栏", f"there is no tab {tab}"), mend=nearest(tab, [*WHEN, EVER]))
        found, total = self._ask().page(Wanted(tab, words, metric, dimension, limit), self._today())
        rows = flow.told(flow.judged(self._ask(), found, self._ask().last_day(self._today())))
        note = {
            "zh": "期末预计是估计，区间大约五次里有四次说中。",
            "en": "The likely end is an estimate; its interval holds about four times of five.",
        }
        return Answer.of(rows, total=total, currency=self._shop.project.settings.company.currency, note=note)

    def set(self, given: Mapping[str, str]) -> Answer:
        """Set one, or give it another value."""
        row = read({name: given.get(name, "") for name in HEADS}, self._ask().catalog)
        for fault in flow.unknown_parts([row], self._ask()):
            raise Invalid(fault.what, mend=fault.mend)
        return self._aims.keep([row])

    def remove(self, given: Mapping[str, str]) -> Answer:
        """Drop one."""
        row = read({**{name: given.get(name, "") for name in HEADS}, "value": "1"}, self._ask().catalog)
        return self._aims.keep([{**row, "deleted": True}])

    def bring(self, file: str | Path) -> Answer:
        """Take the targets of a file on this machine in."""
        path = Path(file)
        return self.bring_bytes(path.name, _bytes(path))

    def bring_bytes(self, name: str, body: bytes) -> Answer:
        """The same for a file that was sent."""
        rows, faults = flow.read_lines(self._aims.lines(name, body), self._ask())
        if faults:
            raise flow.refused(faults)
        return self._aims.keep(rows)

    def file(self, form: str, *, filled: bool, tab: str = EVER) -> bytes:
        """The template, or the targets there are, as CSV or Excel."""
        settings = self._shop.project.settings
        writer, ask = Writer(settings.language), self._ask()
        if filled:
            found, _ = ask.page(Wanted(tab, limit=100_000), self._today())
            sheet = flow.as_sheet(flow.judged(ask, found, ask.last_day(self._today())), ask.catalog, writer.say)
        else:
            sheet = flow.template(ask.catalog, self._today(), writer.say)
        return as_csv(sheet, writer) if form == "csv" else as_xlsx(sheet, writer)

    @property
    def _aims(self) -> LocalAims:
        return LocalAims(self._shop)

    def _ask(self) -> Asker:
        self._shop.ready()
        return Asker(self._shop.figures, self._scope)

    def _today(self) -> Any:
        return self._shop.project.settings.company_day.day_of(self._now())


class RemoteTargets:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer], send: Callable[..., bytes]) -> None:
        self._ask, self._send = ask, send

    def list(self, tab: str = "", words: str = "", metric: str = "", dimension: str = "", limit: int = 100) -> Answer:
        """The targets within the scope; see `Targets.list`."""
        asked = {"tab": tab, "q": words, "metric": metric, "dimension": dimension, "limit": limit}
        return self._ask("GET", f"/targets?{urlencode(asked)}")

    def set(self, given: Mapping[str, str]) -> Answer:
        """Set one, or give it another value."""
        return self._ask("PUT", "/targets", dict(given))

    def remove(self, given: Mapping[str, str]) -> Answer:
        """Drop one."""
        return self._ask("POST", "/targets/remove", dict(given))

    def bring(self, file: str | Path) -> Answer:
        """Take the targets of a file on this machine in."""
        path = Path(file)
        made = self._send("POST", f"/targets/import?name={quote(path.name)}", _bytes(path))
        return Answer.from_arrow(made)

    def file(self, form: str, *, filled: bool, tab: str = EVER) -> bytes:
        """The template, or the targets there are, as CSV or Excel."""
        return self._send(
            "GET", f"/targets/{'export' if filled else 'template'}?{urlencode({'form': form, 'tab': tab})}"
        )


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise Misused(
            Text(f"找不到文件 {path}", f"there is no file {path}"), mend=Text("请检查路径。", "Check the path.")
        )
    return path.read_bytes()
