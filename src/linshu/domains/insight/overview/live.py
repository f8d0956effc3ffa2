"""The ticker: orders as they come in, with names masked, told to every open overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.declare import Unit
from linshu.engine.state.instant import utc_now
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.live import Hub
    from linshu.engine.shell.view import Writer
    from linshu.kernel.company_day import CompanyDay

TOPIC = "orders"
SHOWN = 8
FRESH = timedelta(minutes=15)  # how long ago an order may have been paid to be news
NEWEST = files(__package__).joinpath("ticker.sql").read_text(encoding="utf-8")
NAMES = {
    "community_id": "SELECT community_id AS id, name FROM dim_community WHERE list_contains(?, community_id)",
    "leader_id": "SELECT leader_id AS id, name FROM dim_leader WHERE list_contains(?, leader_id)",
    "sku_id": "SELECT sku_id AS id, name FROM dim_sku WHERE list_contains(?, sku_id)",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One order in the ticker."""

    order_id: str
    paid_at: datetime
    community: str
    leader: str  # masked
    goods: str
    qty: int
    lines: int
    paid_fen: int

    def item(self) -> dict[str, Any]:
        """What travels to the screens; they only print it."""
        return {
            "id": self.order_id,
            "at": self.paid_at.astimezone(UTC).isoformat(),
            "place": self.community,
            "leader": self.leader,
            "goods": self.goods,
            "qty": self.qty,
            "more": self.lines - 1,
            "fen": self.paid_fen,
        }


def masked(name: str | None) -> str:
    """A person's name as a stranger may see it: 王芳 is 王*, 欧阳修 is 欧**."""
    return "" if not name else name[0] + "*" * min(len(name) - 1, 2)


def newest(shop: Shop, count: int = SHOWN) -> tuple[Line, ...]:
    """The last paid orders, newest first."""
    try:
        rows = shop.read(NEWEST, [count]).to_pylist()
    except LinshuError:
        return ()
    return tuple(
        Line(
            row["order_id"],
            _aware(row["paid_at"]),
            row["community"] or "",
            masked(row["leader"]),
            row["sku"] or "",
            int(row["qty"] or 0),
            int(row["lines"] or 1),
            int(row["paid_fen"] or 0),
        )
        for row in rows
    )


def announce_orders(
    shop: Shop, hub: Hub, landed: Mapping[str, pa.Table], now: Callable[[], datetime] = utc_now
) -> None:
    """Tells the screens of the orders just paid in a batch that was just committed, and that data came at all.

    A batch also holds orders of yesterday that changed since; they are no news.
    """
    moment = now()
    rows = [row for row in _rows(landed.get("orders")) if row.get("paid_at") and not row.get("is_test")]
    recent = [row for row in rows if moment - FRESH <= _aware(row["paid_at"]) <= moment + FRESH]
    paid = sorted(recent, key=lambda row: _aware(row["paid_at"]))[-SHOWN * 2 :]
    wanted = {row["order_id"] for row in paid}
    lines = [row for row in _rows(landed.get("order_line")) if row["order_id"] in wanted]
    first = {row["order_id"]: row for row in sorted(lines, key=lambda row: -int(row["line_no"]))}
    count: dict[str, int] = {}
    for row in lines:
        count[row["order_id"]] = count.get(row["order_id"], 0) + 1
    communities = _names(shop, "community_id", (row.get("community_id") for row in paid))
    leaders = _names(shop, "leader_id", (row.get("leader_id") for row in paid))
    goods = _names(shop, "sku_id", (row["sku_id"] for row in first.values()))
    told = []
    for row in paid:
        line = first.get(row["order_id"], {})
        told.append(
            Line(
                row["order_id"],
                _aware(row["paid_at"]),
                communities.get(row.get("community_id"), ""),
                masked(leaders.get(row.get("leader_id"))),
                goods.get(line.get("sku_id"), ""),
                int(line.get("qty") or 0),
                count.get(row["order_id"], 1),
                int(row.get("paid_fen") or 0),
            ).item()
        )
    hub.publish(TOPIC, state={"version": shop.data_version, "at": moment.isoformat()}, items=told)


def printed(lines: Sequence[Line], day: CompanyDay, writer: Writer, today: date) -> list[dict[str, str]]:
    """The ticker's first rows, as the template prints them; what is not of today says its day instead."""
    return [
        {
            "id": line.order_id,
            "time": f"{day.local(line.paid_at):%H:%M:%S}"
            if day.day_of(line.paid_at) == today
            else f"{day.local(line.paid_at):%m-%d %H:%M}",
            "where": line.community,
            "title": " · ".join(part for part in (line.community, line.leader, line.goods) if part),
            "goods": line.goods
            + (f" ×{line.qty}" if line.qty > 1 else "")
            + (f" +{line.lines - 1}" if line.lines > 1 else ""),
            "amount": writer.short(line.paid_fen, Unit.FEN),
        }
        for line in lines
    ]


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else table.to_pylist()


def _names(shop: Shop, key: str, ids: Iterable[str | None]) -> dict[str | None, str]:
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    try:
        rows = shop.read(NAMES[key], [wanted]).to_pylist()
    except LinshuError:
        return {}
    return {row["id"]: row["name"] or "" for row in rows}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
