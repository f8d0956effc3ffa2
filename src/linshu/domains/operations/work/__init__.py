"""Work orders (工单): what has to be done about an alert or a proposal, by whom, by when, and what came of it."""

from linshu.domains.operations.work.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("工单", "Work orders")

FEATURE = Feature(
    "work",
    TITLE,
    pages=router,
    needs="orders.work",
    menu=(MenuItem(TITLE, "/work", "clipboard-list", "cooperate", roles=STAFF, order=5),),
)
