"""Targets (目标): what the company means to reach, how far it is, and where the period is likely to end (B5)."""

from linshu.domains.insight.targets.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("目标", "Targets")

FEATURE = Feature(
    "targets",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(MenuItem(TITLE, "/targets", "target", "operate", roles=STAFF, order=15),),
)
