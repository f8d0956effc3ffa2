"""What choosing goods offers; not in the package itself, whose rules benchmarks and tests import alone."""

from linshu.domains.supply.assortment.flow import TITLE
from linshu.domains.supply.assortment.page import router
from linshu.domains.supply.assortment.proposals import KIND
from linshu.engine.shell.feature import Feature, MenuItem

FEATURE = Feature(
    "assortment",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(
            TITLE, "/assortment", "list-details", "supply", roles=frozenset({"operator", "buyer", "viewer"}), order=55
        ),
    ),
    shows=("units", "goods_margin", "loss_amount"),
    decides=(KIND,),
)
