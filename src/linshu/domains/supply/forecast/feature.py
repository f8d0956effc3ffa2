"""What the forecast offers; not in the package itself, whose rules a process without pages and warehouse imports too."""

from linshu.domains.supply.forecast.flow import JOB, TITLE
from linshu.domains.supply.forecast.page import router
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem

FEATURE = Feature(
    "forecast",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(
            TITLE,
            "/forecast",
            "trending-up",
            "supply",
            roles=frozenset({"operator", "buyer", "dispatch", "viewer"}),
            order=10,
            scopes=OF_STOCK,
        ),
    ),
    jobs=(JOB,),
    shows=("forecast_units", "forecast_low_units", "forecast_high_units", "forecast_wape", "usual_wape"),
)
