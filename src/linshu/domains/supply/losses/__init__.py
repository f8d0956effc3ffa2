"""Losses & turnover (损耗与周转): what is lost, of what and why, which goods matter, how fast stock turns."""

from linshu.domains.supply.losses.page import TITLE, router
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem

FEATURE = Feature(
    "losses",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(
        MenuItem(TITLE, "/losses", "packages", "supply", roles=frozenset({"operator", "buyer", "dispatch", "finance", "viewer"}), order=40, scopes=OF_STOCK),
    ),
    shows=(
        "loss_amount", "loss_rate", "loss_units", "count_missing_amount", "goods_out_cost", "turnover_days",
        "community_sell_through_rate", "quota_sold_rate",
    ),
)  # fmt: skip
