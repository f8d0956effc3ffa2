"""Quality (新鲜与质量): is the data fresh and whole, judged by its own past, and what to do where it is not."""

from linshu.domains.insight.quality.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("新鲜与质量", "Freshness & quality")

FEATURE = Feature(
    "quality",
    TITLE,
    pages=router,
    needs="data.see",
    menu=(MenuItem(TITLE, "/data/quality", "gauge", "data", roles=STAFF, order=22, scopes=WHOLE),),
)
