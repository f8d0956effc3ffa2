"""Identity (身份合并): one person over several platforms, by evidence that can be read, undone and overruled."""

from linshu.domains.insight.identity.command import app
from linshu.domains.insight.identity.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("身份合并", "Identity")

FEATURE = Feature(
    "identity",
    TITLE,
    pages=router,
    needs="identity.join",
    commands=app,
    # Who is whom changes how many members the company counts: administrators only, as over HTTP.
    menu=(MenuItem(TITLE, "/data/identity", "users", "data", roles=STAFF, order=26, scopes=WHOLE),),
)
