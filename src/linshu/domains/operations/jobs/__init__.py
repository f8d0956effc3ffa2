"""Jobs (后台任务): what runs now, what ran and how it ended, what runs by the clock."""

from linshu.domains.operations.jobs.page import TITLE, router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem

FEATURE = Feature(
    "jobs",
    TITLE,
    pages=router,
    needs="jobs.see",
    menu=(MenuItem(TITLE, "/jobs", "clock", "data", roles=STAFF, order=40),),
)
