"""What replenishment offers."""

from linshu.domains.supply.replenish.flow import KIND, TITLE
from linshu.domains.supply.replenish.page import router
from linshu.engine.shell.feature import Feature, MenuItem

FEATURE = Feature(
    "replenish",
    TITLE,
    pages=router,
    needs="proposals.decide",
    menu=(MenuItem(TITLE, "/replenish", "truck", "supply", roles=frozenset({"operator", "buyer"}), order=30),),
    decides=(KIND,),
)
