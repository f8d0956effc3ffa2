"""The little town as people from outside see it: a leader bound to the first group, a supplier bound to one good."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from tests.domains.insight.overview.town import FIRST, NOW, TODAY, town_rows
from tests.domains.models.company import at
from tests.journeys.serving import served
from tests.journeys.whole import Whole, names_of

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.audit import SYSTEM
from linshu.engine.shell.live import Hub
from linshu.engine.work import Draft
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEADER, LOST, SUPPLIER, WORDS = "wang", "lost", "zhang", "four unrelated words"
EARNED = 1234


@contextmanager
def outsiders(folder: Path) -> Iterator[Whole]:
    """The project, built and served on a free port until the end."""
    project = Project.init(folder / "shop", name="翠湖优选")
    project.make_key()
    with LocalShop.open(project) as shop, open_state(project) as state:
        tables = [(name, pa.Table.from_pylist(given)) for name, given in rows().items()]
        shop.bringing.intake.land_rows("town", tables)
        assert shop.build_models().ok
        users = Users(state)
        users.add(LEADER, "王芳", "leader", WORDS)
        users.add(LOST, "钱多", "leader", WORDS)
        users.add(SUPPLIER, "绿源农场", "supplier", WORDS)
        users.set_scope(SUPPLIER, Scope.only(suppliers=["V1"]), by=SYSTEM)
        users.add("boss", "掌柜", "admin", WORDS)
        users.set_scope(LEADER, Scope.only(leaders=["L1"]), by=SYSTEM)
        app = compose(shop, state, hub=Hub(pace=0.1))
        shell = app.state.shell = replace(app.state.shell, now=lambda: NOW)
        shell.work.open(
            SYSTEM, Draft(Text("请清点少货", "Please count what is short"), "少了一件。", owner=LEADER, key="a")
        )
        shell.work.open(SYSTEM, Draft(Text("给别人的事", "For somebody else"), "与王芳无关。", owner="boss", key="b"))
        with served(app) as url:
            yield Whole(url, app, shop, names_of(shop))


def rows() -> dict[str, list[dict[str, Any]]]:
    """The town's rows, with what leaders earn, and a supplier for each good."""
    found = town_rows()
    for one in found["community"]:
        one["status"] = "active"
    found["cost_entry"] = [
        {"cost_entry_id": f"K{leader}{ago}", "pool": "commission", "amount_fen": fen, "cost_date": TODAY - timedelta(days=ago),
         "scope_kind": "leader", "scope_id": leader}
        for leader, fen in (("L1", EARNED), ("L2", 777)) for ago in (0, 1)
    ]  # fmt: skip
    found["leader_tier"] = [
        {"leader_id": leader, "tier": tier, "origin": "manual", "valid_from": at(f"{FIRST} 00:00")}
        for leader, tier in (("L1", "gold"), ("L2", "silver"))
    ]
    for sku, supplier in zip(found["sku"], ("V1", "V2"), strict=True):
        sku["supplier_id"] = supplier
    found["supplier"] = [{"supplier_id": "V1", "name": "绿源农场"}, {"supplier_id": "V2", "name": "别家蛋行"}]
    found["warehouse"] = [{"warehouse_id": "W1", "name": "东湖仓", "level": "central"}]
    made = [("PO1", "V1", "S1"), ("PO2", "V2", "S2")]
    found["purchase_order"] = [
        {"purchase_order_id": key, "supplier_id": supplier, "warehouse_id": "W1", "status": "received",
         "ordered_at": at(f"{TODAY - timedelta(days=2)} 15:00"), "ordered_date": TODAY - timedelta(days=2),
         "received_at": at(f"{TODAY - timedelta(days=1)} 05:00"), "received_date": TODAY - timedelta(days=1)}
        for key, supplier, _ in made
    ]  # fmt: skip
    found["purchase_order_line"] = [
        {"purchase_order_id": key, "line_no": 1, "sku_id": sku, "ordered_qty": 40, "received_qty": 38, "rejected_qty": 1,
         "unit_price_fen": 1500}
        for key, _, sku in made
    ]  # fmt: skip
    found["stock_movement"] = [
        {"stock_movement_id": f"Y{sku}", "sku_id": sku, "warehouse_id": "W1", "kind": "receipt", "qty": 37, "cost_fen": 55500,
         "moved_at": at(f"{TODAY - timedelta(days=1)} 05:00"), "moved_date": TODAY - timedelta(days=1)}
        for _, _, sku in made
    ]  # fmt: skip
    return found
