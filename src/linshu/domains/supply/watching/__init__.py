"""Watching stock (库存预警): what is out or soon will be, what is too much, spoils, does not sell, or cannot be."""

from linshu.domains.supply.watching.page import router
from linshu.domains.supply.watching.rules import READY
from linshu.domains.supply.watching.words import TITLE
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem

FEATURE = Feature(
    "watching",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(
            TITLE, "/stock", "alert-triangle", "supply", roles=frozenset({"operator", "buyer", "dispatch", "viewer"}), order=20, scopes=OF_STOCK
        ),
    ),
    alerts=READY,
    shows=("stock_units", "stock_value", "near_expiry_value", "expired_value", "unsalable_value", "stock_out_share", "units", "forecast_units"),
)  # fmt: skip
