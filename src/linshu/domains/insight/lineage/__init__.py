"""Lineage (数据来路): from a figure down to the tables, batches, files and rows it was counted on."""

from linshu.domains.insight.lineage.page import router
from linshu.engine.shell.feature import Feature
from linshu.kernel.text import Text

TITLE = Text("数据来路", "Where a figure comes from")

FEATURE = Feature("lineage", TITLE, pages=router, needs="figures.read")
