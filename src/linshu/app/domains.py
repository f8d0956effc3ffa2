"""The fields of the business, in the order of the menu: what is listed here exists, what is not does not."""

from __future__ import annotations

from functools import cache

from linshu.domains.finance import facts as finance_facts
from linshu.domains.finance import metrics as finance_metrics
from linshu.domains.fulfilment import facts as fulfilment_facts
from linshu.domains.fulfilment import metrics as fulfilment_metrics
from linshu.domains.growth import cohorts as growth_cohorts
from linshu.domains.growth import facts as growth_facts
from linshu.domains.growth import metrics as growth_metrics
from linshu.domains.growth import waking
from linshu.domains.insight import (
    arrivals,
    dictionary,
    events,
    explore,
    identity,
    lineage,
    modules,
    overview,
    quality,
    quarantine,
    sql,
    standard,
    targets,
    uploads,
)
from linshu.domains.insight import facts as insight_facts
from linshu.domains.insight import metrics as insight_metrics
from linshu.domains.operations import adoption, alerts, audit, inbox, jobs, people, portal, privacy, push, work
from linshu.domains.supply import facts as supply_facts
from linshu.domains.supply import losses, recall, watching
from linshu.domains.supply import metrics as supply_metrics
from linshu.domains.supply.assortment import feature as assortment
from linshu.domains.supply.forecast import feature as forecast
from linshu.domains.supply.markdown import feature as markdown
from linshu.domains.supply.quota import feature as quota
from linshu.domains.supply.replenish import feature as replenish
from linshu.domains.supply.suppliers import feature as suppliers
from linshu.domains.supply.surge import feature as surge
from linshu.domains.supply.transfer import feature as transfer
from linshu.domains.supply.whatif import feature as whatif
from linshu.engine.metrics import Catalog
from linshu.engine.metrics.cohort import Cohort
from linshu.engine.shell.feature import Domain
from linshu.kernel.text import Text

INSIGHT = Domain(
    "insight",
    Text("洞察", "Insight"),
    features=(
        overview.FEATURE,
        targets.FEATURE,
        explore.FEATURE,
        arrivals.FEATURE,
        uploads.FEATURE,
        events.FEATURE,
        quarantine.FEATURE,
        quality.FEATURE,
        lineage.FEATURE,
        dictionary.FEATURE,
        standard.FEATURE,
        sql.FEATURE,
        identity.FEATURE,
        modules.FEATURE,
    ),
    models="linshu.domains.insight.models",
    needs=("orders", "order_line"),
    also=("target", "region", "listing"),
    facts=insight_facts.FACTS,
    dimensions=insight_facts.DIMENSIONS,
    metrics=insight_metrics.METRICS,
    rollups=insight_facts.ROLLUPS,
    alignments=insight_facts.ALIGNMENTS,
    targets=insight_facts.TARGETS,
)
GROWTH = Domain(
    "growth",
    Text("增长", "Growth"),
    features=(waking.FEATURE,),
    models="linshu.domains.growth.models",
    optional=True,
    step=1,
    needs=("orders", "order_line", "leader", "community", "member"),
    also=("leader_assignment", "group_member", "chat_activity", "share", "visit", "touch", "coupon_grant"),
    facts=growth_facts.FACTS,
    dimensions=growth_facts.DIMENSIONS,
    metrics=growth_metrics.METRICS,
    memberships=growth_facts.MEMBERSHIPS,
)
SUPPLY = Domain(
    "supply",
    Text("供应链", "Supply"),
    features=(
        forecast.FEATURE,
        watching.FEATURE,
        replenish.FEATURE,
        quota.FEATURE,
        transfer.FEATURE,
        markdown.FEATURE,
        whatif.FEATURE,
        losses.FEATURE,
        suppliers.FEATURE,
        recall.FEATURE,
        assortment.FEATURE,
        surge.FEATURE,
    ),
    models="linshu.domains.supply.models",
    optional=True,
    step=2,
    needs=("order_line", "sku", "warehouse", "stock_movement"),
    also=("stock_batch", "stock_count", "purchase_order", "purchase_order_line", "supplier", "listing"),
    facts=supply_facts.FACTS,
    dimensions=supply_facts.DIMENSIONS,
    metrics=supply_metrics.METRICS,
    rollups=supply_facts.ROLLUPS,
)
FULFILMENT = Domain(
    "fulfilment",
    Text("履约", "Fulfilment"),
    models="linshu.domains.fulfilment.models",
    optional=True,
    step=4,
    needs=("parcel", "delivery_event", "pickup_point"),
    also=("parcel_line", "handover", "trip", "trip_stop", "courier", "after_sale_case", "rating"),
    facts=fulfilment_facts.FACTS,
    dimensions=fulfilment_facts.DIMENSIONS,
    metrics=fulfilment_metrics.METRICS,
    rollups=fulfilment_facts.ROLLUPS,
)
FINANCE = Domain(
    "finance",
    Text("财务", "Finance"),
    models="linshu.domains.finance.models",
    optional=True,
    step=3,
    needs=("orders", "order_line", "payment", "refund"),
    also=("cost_entry", "channel_bill_line", "price", "marketing_cost", "withdrawal", "payout"),
    facts=finance_facts.FACTS,
    dimensions=finance_facts.DIMENSIONS,
    metrics=finance_metrics.METRICS,
    rollups=finance_facts.ROLLUPS,
)
OPERATIONS = Domain(
    "operations",
    Text("协同", "Operations"),
    features=(
        inbox.FEATURE,
        alerts.FEATURE,
        work.FEATURE,
        jobs.FEATURE,
        people.FEATURE,
        people.ROLES_FEATURE,
        people.TOKENS_FEATURE,
        privacy.FEATURE,
        privacy.REVEAL_FEATURE,
        audit.FEATURE,
        push.FEATURE,
        adoption.FEATURE,
        portal.LEADER,
        portal.SUPPLIER,
    ),
    models="linshu.domains.operations.models",
)

DOMAINS: tuple[Domain, ...] = (INSIGHT, GROWTH, SUPPLY, FULFILMENT, FINANCE, OPERATIONS)


COHORTS: tuple[Cohort, ...] = growth_cohorts.COHORTS  # who can be asked how long they stay


@cache
def catalog() -> Catalog:
    """The metric dictionary: everything the domains declare, checked as a whole."""
    return Catalog(
        [one for domain in DOMAINS for one in domain.dimensions],
        [one for domain in DOMAINS for one in domain.facts],
        [one for domain in DOMAINS for one in domain.metrics],
        [one for domain in DOMAINS for one in domain.rollups],
        alignments=[one for domain in DOMAINS for one in domain.alignments],
        memberships=[one for domain in DOMAINS for one in domain.memberships],
        targets=next((domain.targets for domain in DOMAINS if domain.targets), None),
    )
