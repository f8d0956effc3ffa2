"""What surges offer; not in the package itself, whose rules a benchmark imports too."""

from linshu.domains.supply.surge.flow import TITLE
from linshu.domains.supply.surge.page import router
from linshu.domains.supply.surge.proposals import JOB, KIND
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem

FEATURE = Feature(
    "surge",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(
            TITLE,
            "/surge",
            "chart-area-line",
            "supply",
            roles=frozenset({"operator", "buyer", "dispatch", "viewer"}),
            order=35,
            scopes=OF_STOCK,
        ),
    ),
    jobs=(JOB,),
    decides=(KIND,),
    shows=("units", "forecast_units", "stock_units"),
)
