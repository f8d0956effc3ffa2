"""Pages of people from outside (门户): the leader's phone and the supplier's portal, each with their own rows alone."""

from linshu.domains.operations.portal.leader import router as leader_router
from linshu.domains.operations.portal.supplier import router as supplier_router
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem
from linshu.kernel.text import Text

LEADER_TITLE, SUPPLIER_TITLE = Text("团长手机页", "Leader's phone"), Text("供应商门户", "Supplier portal")

LEADER = Feature(
    "leader",
    LEADER_TITLE,
    pages=leader_router,
    needs="portal.use",
    menu=(MenuItem(LEADER_TITLE, "/leader", "device-mobile", "growth", roles=frozenset({"leader"}), order=90),),
    shows=("gmv", "orders", "active_members", "pieces_due", "pieces_signed", "commission_cost"),
)
SUPPLIER = Feature(
    "supplier",
    SUPPLIER_TITLE,
    pages=supplier_router,
    needs="portal.use",
    menu=(
        MenuItem(
            SUPPLIER_TITLE,
            "/supplier",
            "building-store",
            "supply",
            roles=frozenset({"supplier"}),
            order=90,
            scopes=OF_STOCK,
        ),
    ),
    shows=("gmv", "units", "orders_containing", "refund_amount", "stock_units", "out_of_stock_rate"),
)
