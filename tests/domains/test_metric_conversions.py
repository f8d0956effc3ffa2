"""Acquisition conversion once as the models keep it and once as the language follows it: the same persons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.test_metric_twins import PERIODS, company

from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.declare import Later, converted, entered
from linshu.engine.metrics.expression import Col
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.kernel.text import Text

FIRST_PAID = Col("is_paid") & Col("is_first_order") & (Col("paid_fen") > Col("refunded_fen"))
THEN = Later("orders", "member_id", 7, FIRST_PAID, match="member_id", seen_by="visits")
KEPT = ("new_visitors", "converted_visitors")
FOLLOWED = tuple(
    replace(CATALOG.metric(name), name=f"{name}_followed", title=Text(name, name), formula=formula)
    for name, formula in zip(
        KEPT,
        (kind("visits", "visitor_id", THEN, Col("is_first_visit")) for kind in (entered, converted)),
        strict=True,
    )
)
BOTH = Catalog(CATALOG.dimensions.values(), CATALOG.facts.values(), (*CATALOG.metrics.values(), *FOLLOWED))


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"by": "inviter"}, {"by": "channel", "grain": "week"}, {"where": "community=C1"}])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_kept_and_the_followed_conversion_are_equal(seed, more):
    start, end = PERIODS[0]
    names = (*KEPT, *(metric.name for metric in FOLLOWED))
    rows = run(company(seed).warehouse, Query.of(names, start=start, end=end, **more), BOTH).rows()
    assert sum(row["new_visitors"] for row in rows) > 0
    assert any(row["converted_visitors"] for row in rows) or more.get("where")
    for row in rows:
        assert [row[name] for name in KEPT] == [row[metric.name] for metric in FOLLOWED]
