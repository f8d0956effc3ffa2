"""What markdowns offer: proposals of the inbox; the page of stock alerts links to them."""

from linshu.domains.supply.markdown.flow import KIND, TITLE
from linshu.engine.shell.feature import Feature

FEATURE = Feature("markdown", TITLE, decides=(KIND,))
