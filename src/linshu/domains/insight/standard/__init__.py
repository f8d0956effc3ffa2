"""Data standard (数据标准): every table and column of the company's data, explained."""

from linshu.domains.insight.standard.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("数据标准", "Data standard")

FEATURE = Feature(
    "standard",
    TITLE,
    pages=router,
    needs="figures.read",
    menu=(MenuItem(TITLE, "/standard", "database", "data", roles=STAFF, order=30),),
)
