"""The whole dictionary of metrics, put together as the application does."""

from linshu.domains.finance import facts as finance_facts
from linshu.domains.finance import metrics as finance
from linshu.domains.fulfilment import facts as fulfilment_facts
from linshu.domains.fulfilment import metrics as fulfilment
from linshu.domains.growth import facts as growth_facts
from linshu.domains.growth import metrics as growth
from linshu.domains.insight import facts as insight_facts
from linshu.domains.insight import metrics as insight
from linshu.domains.supply import facts as supply_facts
from linshu.domains.supply import metrics as supply
from linshu.engine.metrics.catalog import Catalog

_FACTS = (insight_facts, growth_facts, supply_facts, fulfilment_facts, finance_facts)
_METRICS = (insight, growth, supply, fulfilment, finance)

CATALOG = Catalog(
    (dimension for module in _FACTS for dimension in module.DIMENSIONS),
    (fact for module in _FACTS for fact in module.FACTS),
    (metric for module in _METRICS for metric in module.METRICS),
    alignments=insight_facts.ALIGNMENTS,
    targets=insight_facts.TARGETS,
    memberships=growth_facts.MEMBERSHIPS,
)
