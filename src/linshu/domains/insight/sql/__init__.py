"""SQL (查询台): administrators ask the published tables whatever no page asks yet; read only, for so long, and written down."""

from linshu.domains.insight.sql.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("SQL 查询", "SQL")

FEATURE = Feature(
    "sql",
    TITLE,
    pages=router,
    needs="sql.ask",
    menu=(MenuItem(TITLE, "/data/sql", "table", "data", roles=STAFF, order=90, scopes=WHOLE),),
)
