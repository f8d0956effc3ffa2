"""What the score card of suppliers offers; not in the package itself, whose metrics are read without pages."""

from linshu.domains.supply.suppliers.inputs import SCORE
from linshu.domains.supply.suppliers.page import TITLE, router
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem

FEATURE = Feature(
    "suppliers",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(
            TITLE,
            "/suppliers",
            "truck",
            "supply",
            roles=frozenset({"operator", "buyer", "dispatch", "finance", "viewer"}),
            order=50,
            scopes=OF_STOCK,
        ),
    ),
    shows=SCORE,
)
