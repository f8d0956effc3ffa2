"""Push (推送): the channels through which messages leave, and the outbox: what waits, left, or failed."""

from linshu.domains.operations.push.page import TITLE, router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem

FEATURE = Feature(
    "push",
    TITLE,
    pages=router,
    needs="push.manage",
    menu=(MenuItem(TITLE, "/push", "speakerphone", "admin", roles=STAFF, order=30, scopes=WHOLE),),
)
