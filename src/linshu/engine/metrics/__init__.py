"""One definition of every figure: metrics are declared, a query is compiled to SQL, and the result says where it came from."""

from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.compile import compile  # noqa: A004 - what it does is compiling
from linshu.engine.metrics.declare import (
    Alignment,
    Better,
    Clock,
    Dimension,
    Fact,
    Measure,
    Membership,
    Metric,
    Rollup,
    Targets,
    Unit,
    Versions,
    Via,
)
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.result import Column, Lineage, Result
from linshu.engine.metrics.run import Cache, run
from linshu.engine.metrics.template import Compiled

__all__ = [
    "Alignment",
    "Better",
    "Cache",
    "Catalog",
    "Clock",
    "Column",
    "Compiled",
    "Dimension",
    "Fact",
    "Filter",
    "Lineage",
    "Measure",
    "Membership",
    "Metric",
    "Query",
    "Result",
    "Rollup",
    "Targets",
    "Unit",
    "Versions",
    "Via",
    "compile",
    "run",
]
