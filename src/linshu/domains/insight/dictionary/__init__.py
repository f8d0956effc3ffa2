"""Metric dictionary (指标字典): what every figure means, how it is counted, who answers for it."""

from linshu.domains.insight.dictionary.command import app
from linshu.domains.insight.dictionary.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("指标字典", "Metrics")

FEATURE = Feature(
    "dictionary",
    TITLE,
    pages=router,
    needs="figures.read",
    commands=app,
    menu=(MenuItem(TITLE, "/dictionary", "book-2", "data", roles=STAFF, order=20),),
)
