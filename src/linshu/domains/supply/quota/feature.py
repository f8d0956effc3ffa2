"""What quotas of pre-sales offer."""

from linshu.domains.supply.quota.flow import KIND, TITLE
from linshu.domains.supply.quota.looking import JOB
from linshu.domains.supply.quota.page import router
from linshu.engine.shell.feature import OF_STOCK, Feature, MenuItem

FEATURE = Feature(
    "quota",
    TITLE,
    pages=router,
    needs="proposals.decide",
    menu=(
        MenuItem(TITLE, "/quota", "gauge", "supply", roles=frozenset({"operator", "buyer"}), order=32, scopes=OF_STOCK),
    ),
    jobs=(JOB,),
    decides=(KIND,),
)
