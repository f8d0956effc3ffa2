"""Recall (召回): a bad stock batch is taken off sale, its buyers listed and refunded, the supplier asked to pay."""

from linshu.domains.supply.recall.flow import KIND, TITLE
from linshu.domains.supply.recall.page import router
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem

FEATURE = Feature(
    "recall",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(
            TITLE,
            "/recall",
            "alert-triangle",
            "supply",
            roles=frozenset({"operator", "buyer", "dispatch"}),
            order=60,
            scopes=WHOLE,
        ),
    ),
    decides=(KIND,),
)
