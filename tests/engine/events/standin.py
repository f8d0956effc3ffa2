"""What the tests of live events share: a door in front of an intake over real tables of the standard, and a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.engine.intake.standin import GlassVault, opened

from linshu.engine.access.scope import Scope
from linshu.engine.events.door import Door
from linshu.engine.events.judge import Judge, places
from linshu.engine.events.keeping import Sender, Told
from linshu.engine.events.landing import Lander
from linshu.engine.events.placing import Reach
from linshu.engine.state import State
from linshu.kernel.company_day import CompanyDay
from linshu.standard.events import EVENTS

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake import Intake

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
AT = "2026-03-01T12:00:00+08:00"
TABLES = tuple({each.name: each for kind in EVENTS.values() for each in (kind.table, kind.parts) if each}.values())


def order(number: int, event_id: str = "", at: str = AT, **data: Any) -> dict[str, Any]:
    """A paid order of one line, told as an event."""
    told = {
        "order_id": f"O{number}", "member_id": f"M{number}", "community_id": "C1", "status": "paid", "placed_at": AT,
        "paid_at": AT, "goods_fen": 1990, "paid_fen": 1990, "receiver_phone": f"139{number:08d}",
        "lines": [{"line_no": 1, "sku_id": "S1", "qty": 1, "goods_fen": 1990, "paid_fen": 1990}],
    }  # fmt: skip
    return {"id": event_id or f"e{number}", "type": "order", "at": at, "data": {**told, **data}}


def payment(number: int, **data: Any) -> dict[str, Any]:
    """A payment of an order."""
    told = {"payment_id": f"P{number}", "order_id": f"O{number}", "amount_fen": 1990, "paid_at": AT}
    return {"id": f"p{number}", "type": "payment", "at": AT, "data": {**told, **data}}


@dataclass
class Company:
    """A door, and where what comes through it lands."""

    state: State
    intake: Intake
    door: Door
    lander: Lander

    def send(self, *events: Any, scope: Scope | None = None, account: str = "till") -> list[Told]:
        """Tell events, in somebody's scope."""
        return self.door.send(events, Sender(account, scope or Scope.everything()))

    def land(self) -> int:
        """Land what waits; how many batches."""
        many = 0
        while self.lander.land_next() is not None:
            many += 1
        return many

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """The rows of a standard table."""
        found = self.intake.warehouse.query(f"SELECT {', '.join(columns)} FROM std.{table} ORDER BY ALL")
        return [tuple(row.values()) for row in found.to_pylist()]

    def close(self) -> None:
        """Let go of everything."""
        self.door.close()
        self.intake.warehouse.close()
        self.state.close()


def open_company(folder: Path, url: str = "", **more: Any) -> Company:
    """The company of a folder, as it stands there."""
    vault = GlassVault()
    state = State.open(url or folder / "state.sqlite")
    intake = opened(folder, TABLES, sealer=vault, path=str(folder / "w.duckdb"))
    warehouse = intake.warehouse

    def places_of(table: str, keys: Any) -> dict[str, dict[str, str]]:
        stored = intake.table(table)
        key = stored.key[0]
        names = ", ".join(dict.fromkeys((key, *places(stored))))
        found = warehouse.query(f"SELECT {names} FROM std.{table}").to_pylist()
        return {row[key]: {name: value for name, value in row.items() if value} for row in found if row[key] in keys}

    def known(marks: Any) -> frozenset[str]:
        found = warehouse.query("SELECT file_hash FROM meta.landing")["file_hash"].to_pylist()
        return frozenset(found) & frozenset(marks)

    judge = Judge(EVENTS, vault, CompanyDay())
    reach = Reach(places_of, lambda regions: frozenset({"C1"} if "42" in regions else ()))
    clock = Clock()
    door = Door(state, judge, reach, clock, **more)
    lander = Lander(state, lambda source, rows, mark: intake.land_rows(source, rows, mark=mark), known, clock)
    return Company(state, intake, door, lander)


class Clock:
    """Moves by a millisecond whenever it is read."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time
