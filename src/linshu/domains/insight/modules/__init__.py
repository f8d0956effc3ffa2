"""Modules (模块): which fields of the business are switched on, what each still needs, what it has earned so far (O7)."""

from linshu.domains.insight.modules.page import router
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("模块", "Modules")

FEATURE = Feature(
    "modules",
    TITLE,
    pages=router,
    needs="data.see",
    menu=(
        MenuItem(TITLE, "/modules", "packages", "admin", roles=frozenset({"admin", "operator"}), order=5, scopes=WHOLE),
    ),
)
