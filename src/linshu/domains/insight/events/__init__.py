"""Live events (实时事件): how many come, how far behind the figures are, and what could not be taken in."""

from linshu.domains.insight.events.page import TITLE, router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem

FEATURE = Feature(
    "events",
    TITLE,
    pages=router,
    needs="data.see",
    menu=(MenuItem(TITLE, "/data/events", "plug-connected", "data", roles=STAFF, order=13),),
)
