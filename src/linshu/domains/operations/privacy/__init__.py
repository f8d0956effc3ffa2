"""Privacy (隐私): who was shown, erased or taken out and why; and one person's data revealed for a reason."""

from linshu.domains.operations.privacy.page import TITLE, router
from linshu.domains.operations.privacy.reveal_page import TITLE as REVEAL
from linshu.domains.operations.privacy.reveal_page import router as reveal_router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem

FEATURE = Feature(
    "privacy",
    TITLE,
    pages=router,
    needs="personal.manage",
    menu=(MenuItem(TITLE, "/admin/privacy", "shield-lock", "admin", roles=STAFF, order=20, scopes=WHOLE),),
)
REVEAL_FEATURE = Feature(
    "reveal",
    REVEAL,
    pages=reveal_router,
    needs="personal.reveal",
    menu=(MenuItem(REVEAL, "/admin/reveal", "eye", "admin", roles=STAFF, order=22),),
)
