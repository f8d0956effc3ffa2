"""Overview (经营总览): is the business healthy today, what moved, where to look next."""

from linshu.domains.insight.overview.inputs import SHOWN
from linshu.domains.insight.overview.live import announce_orders
from linshu.domains.insight.overview.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("经营总览", "Overview")

FEATURE = Feature(
    "overview",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(MenuItem(TITLE, "/overview", "layout-dashboard", "operate", roles=STAFF, order=10),),
    shows=SHOWN,
    on_landed=announce_orders,
)
