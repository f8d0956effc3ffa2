"""Arrivals (数据接入): what came in, from whom, what became of it, and what to do next."""

from linshu.domains.insight.arrivals.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("数据接入", "Bring data in")

FEATURE = Feature(
    "arrivals",
    TITLE,
    pages=router,
    needs="data.see",
    menu=(
        MenuItem(TITLE, "/data", "file-import", "data", roles=STAFF, order=10, scopes=WHOLE),
        MenuItem(
            Text("导入批次", "Batches"), "/data/batches", "clipboard-list", "data", roles=STAFF, order=12, scopes=WHOLE
        ),
    ),
)
