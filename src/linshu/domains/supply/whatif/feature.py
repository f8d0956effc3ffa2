"""What what-if offers."""

from linshu.domains.supply.whatif.page import router
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("先试再订", "What-if")
FEATURE = Feature(
    "whatif",
    TITLE,
    pages=router,
    needs="proposals.decide",
    menu=(
        MenuItem(
            TITLE,
            "/what-if",
            "adjustments-horizontal",
            "supply",
            roles=frozenset({"operator", "buyer"}),
            order=32,
            scopes=WHOLE,
        ),
    ),
)
