"""Alerts (预警): figures that went out of bounds, who looks at them, and the rules that watch."""

from linshu.domains.operations.alerts.page import router
from linshu.domains.operations.alerts.rules import READY
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("预警", "Alerts")

FEATURE = Feature(
    "alerts",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(MenuItem(TITLE, "/alerts", "bell", "operate", roles=STAFF, order=7),),
    alerts=READY,
)
