"""Quarantine (隔离区): the rows that could not come in, why, and every way to mend them."""

from linshu.domains.insight.quarantine.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("隔离区", "Quarantine")

FEATURE = Feature(
    "quarantine",
    TITLE,
    pages=router,
    needs="data.see",
    menu=(MenuItem(TITLE, "/data/quarantine", "shield-lock", "data", roles=STAFF, order=20, scopes=WHOLE),),
)
