"""Explore (自助分析): any question the dictionary can answer, put together by search, drawn, drilled, kept and taken along."""

from linshu.domains.insight.explore.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("自助分析", "Explore")

FEATURE = Feature(
    "explore",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(MenuItem(TITLE, "/explore", "chart-bar", "operate", roles=STAFF, order=20),),
)
