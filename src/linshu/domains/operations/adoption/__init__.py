"""Data culture (数据文化): first tasks by role, and who opens, who acts, which suggestions nobody reads (O7)."""

from linshu.domains.operations.adoption.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

FIRST = Text("上手任务", "First steps")
USE = Text("使用情况", "Adoption")

FEATURE = Feature(
    "adoption",
    USE,
    pages=router,
    menu=(
        MenuItem(FIRST, "/first-steps", "checklist", "cooperate", roles=STAFF, order=90),
        MenuItem(
            USE, "/adoption", "users-group", "admin", roles=frozenset({"admin", "operator"}), order=6, scopes=WHOLE
        ),
    ),
)
