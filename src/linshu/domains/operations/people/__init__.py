"""People (人员): who may log in, what each may do and see; the roles they have, and the tokens of their programs."""

from linshu.domains.operations.people.page import router
from linshu.domains.operations.people.roles_page import router as roles_router
from linshu.domains.operations.people.tokens_page import router as tokens_router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

PEOPLE, ROLES = Text("人员", "People"), Text("角色与权限", "Roles & permissions")
TOKENS = Text("访问令牌", "Access tokens")

FEATURE = Feature(
    "people",
    PEOPLE,
    pages=router,
    needs="users.manage",
    menu=(MenuItem(PEOPLE, "/admin/people", "users", "admin", roles=STAFF, order=10, scopes=WHOLE),),
)
ROLES_FEATURE = Feature(
    "roles",
    ROLES,
    pages=roles_router,
    needs="roles.manage",
    menu=(MenuItem(ROLES, "/admin/roles", "key", "admin", roles=STAFF, order=12),),
)
TOKENS_FEATURE = Feature("tokens", TOKENS, pages=tokens_router)
