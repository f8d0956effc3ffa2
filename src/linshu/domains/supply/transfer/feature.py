"""What transfers offer: proposals of the inbox; the buyer's page links to them."""

from linshu.domains.supply.transfer.flow import KIND, TITLE
from linshu.engine.shell.feature import Feature

FEATURE = Feature("transfer", TITLE, decides=(KIND,))
