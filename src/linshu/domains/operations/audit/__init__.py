"""Audit (审计): who did what, to what and when, and the proof that nobody changed the record."""

from linshu.domains.operations.audit.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("审计记录", "Audit")

FEATURE = Feature(
    "audit",
    TITLE,
    pages=router,
    needs="audit.read",
    menu=(MenuItem(TITLE, "/admin/audit", "shield-lock", "admin", roles=STAFF, order=20, scopes=WHOLE),),
)
