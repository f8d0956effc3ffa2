"""The requests as the state database keeps them, and who was shown what lately."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, insert, or_, select, update

from linshu.domains.operations.privacy.decide import Request
from linshu.engine.state.tables import audit, privacy_request
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pyarrow as pa
    from sqlalchemy import ColumnElement, Connection

REVEAL = "personal.reveal"  # the act under which the audit keeps what was shown
TEXTS = ("what", "result")
# Every word of members on the uses of their data, and whether it is the one that counts.
CONSENTS = """
SELECT s.consent_id, s.member_id, s.purpose, s.given, s.said_at, s.place, s.proof, f.consent_id IS NOT NULL AS counts
FROM stg_consents AS s LEFT JOIN fct_consents AS f ON f.consent_id = s.consent_id
WHERE ($1 = '' OR s.member_id = $1 OR s.proof LIKE '%' || $1 || '%') AND ($2 = '' OR s.purpose = $2)
    AND ($3 = '' OR s.given = ($3 = 'yes'))
"""


class Reader(Protocol):
    """What reads published tables."""

    def read(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Rows of published tables."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests: by kind, state and words; "" = any."""

    kind: str = ""
    states: tuple[str, ...] = ()
    words: str = ""
    limit: int = 50
    offset: int = 0

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same on the rows."""
        rows = privacy_request.c
        made: list[ColumnElement[bool]] = []
        if self.kind:
            made.append(rows.kind == self.kind)
        if self.states:
            made.append(rows.state.in_(self.states))
        if self.words:
            named = (rows.subject, rows.why, rows.asked_by, rows.decided_by, rows.request_id)
            made.append(or_(*(one.icontains(self.words, autoescape=True) for one in named)))
        return made


def listed(connection: Connection, wanted: Wanted) -> tuple[list[Request], int]:
    """A page of requests, newest first, and how many there are."""
    where = wanted.conditions()
    total = connection.execute(select(func.count()).select_from(privacy_request).where(*where)).scalar_one()
    order = (privacy_request.c.asked_at.desc(), privacy_request.c.request_id)
    rows = select(privacy_request).where(*where).order_by(*order).limit(wanted.limit).offset(wanted.offset)
    return [_read(dict(row)) for row in connection.execute(rows).mappings()], total


def find(connection: Connection, request_id: str, *, lock: bool = False) -> Request:
    """One request; Missing when there is none."""
    query = select(privacy_request).where(privacy_request.c.request_id == request_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise Missing(Text(f"没有申请 {request_id}", f"there is no request {request_id}"))
    return _read(dict(row))


def add(connection: Connection, request: Request) -> None:
    """Keep a new request."""
    connection.execute(insert(privacy_request), [_row(asdict(request))])


def change(connection: Connection, request_id: str, **values: Any) -> None:
    """Keep what became of a request."""
    of_it = privacy_request.c.request_id == request_id
    connection.execute(update(privacy_request).where(of_it).values(_row(values)))


def late(connection: Connection, now: datetime) -> list[str]:
    """The requests whose file has outlived its time."""
    rows = privacy_request.c
    query = select(rows.request_id).where(rows.state == "done", rows.opener != "", rows.expires_at <= now)
    return list(connection.execute(query).scalars())


def consents(
    reader: Reader, words: str, purpose: str, given: str, *, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of the words of members, newest first, and how many there are."""
    asked = [words, purpose, given]
    total = int(reader.read(f"SELECT count(*) AS n FROM ({CONSENTS})", asked)["n"][0].as_py())
    page = f"{CONSENTS} ORDER BY s.said_at DESC, s.consent_id LIMIT {int(limit)} OFFSET {int(offset)}"
    rows: list[dict[str, Any]] = reader.read(page, asked).to_pylist()
    return rows, total


def shown(connection: Connection, account: str, since: datetime) -> Sequence[datetime]:
    """When this account was shown somebody since a moment."""
    query = select(audit.c.at).where(audit.c.act == REVEAL, audit.c.account == account, audit.c.at >= since)
    return list(connection.execute(query).scalars())


def _row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False, default=str) if name in TEXTS else value
        for name, value in values.items()
    }


def _read(row: dict[str, Any]) -> Request:
    return Request(**{**row, **{name: json.loads(row[name]) for name in TEXTS}})
