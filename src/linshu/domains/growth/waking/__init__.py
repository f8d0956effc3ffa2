"""Wake-up calls (唤回沉寂团长): leaders whose sales fell silent, whom to call today, and what the calls brought."""

from linshu.domains.growth.waking.flow import KIND, TITLE
from linshu.engine.shell.feature import Feature

FEATURE = Feature("waking", TITLE, shows=("gmv",), decides=(KIND,))
