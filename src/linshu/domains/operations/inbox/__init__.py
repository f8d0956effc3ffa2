"""Inbox (今日待办): what the machine proposes today, over all kinds, by role; decided in bulk, explained, scored."""

from linshu.domains.operations.inbox.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("今日待办", "Inbox")

FEATURE = Feature(
    "inbox",
    TITLE,
    pages=router,
    needs="proposals.decide",
    menu=(MenuItem(TITLE, "/inbox", "checklist", "operate", roles=STAFF, order=5),),
)
