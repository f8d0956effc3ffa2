"""The fields of the business, in the order of the menu: what is listed here exists, what is not does not."""

from __future__ import annotations

from functools import cache

from linshu.domains.insight import facts as insight_facts
from linshu.domains.insight import metrics as insight_metrics
from linshu.domains.insight import overview
from linshu.engine.metrics import Catalog
from linshu.engine.shell.feature import Domain
from linshu.kernel.text import Text

DOMAINS: tuple[Domain, ...] = (
    Domain(
        "insight",
        Text("洞察", "Insight"),
        features=(overview.FEATURE,),
        models="linshu.domains.insight.models",
        facts=insight_facts.FACTS,
        dimensions=insight_facts.DIMENSIONS,
        metrics=insight_metrics.METRICS,
    ),
    Domain("growth", Text("增长", "Growth"), models="linshu.domains.growth.models"),
    Domain("supply", Text("供应链", "Supply"), models="linshu.domains.supply.models"),
    Domain("fulfilment", Text("履约", "Fulfilment"), models="linshu.domains.fulfilment.models"),
    Domain("finance", Text("财务", "Finance"), models="linshu.domains.finance.models"),
    Domain("operations", Text("协同", "Operations"), models="linshu.domains.operations.models"),
)


@cache
def catalog() -> Catalog:
    """The metric dictionary: everything the domains declare, checked as a whole."""
    return Catalog(
        [one for domain in DOMAINS for one in domain.dimensions],
        [one for domain in DOMAINS for one in domain.facts],
        [one for domain in DOMAINS for one in domain.metrics],
    )
