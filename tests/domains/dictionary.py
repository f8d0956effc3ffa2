"""The whole dictionary of metrics as the domains declare it, without what is added up beforehand."""

from linshu.app.domains import DOMAINS
from linshu.engine.metrics.catalog import Catalog

CATALOG = Catalog(
    (dimension for domain in DOMAINS for dimension in domain.dimensions),
    (fact for domain in DOMAINS for fact in domain.facts),
    (metric for domain in DOMAINS for metric in domain.metrics),
    alignments=(alignment for domain in DOMAINS for alignment in domain.alignments),
    targets=next(domain.targets for domain in DOMAINS if domain.targets),
    memberships=(membership for domain in DOMAINS for membership in domain.memberships),
)
