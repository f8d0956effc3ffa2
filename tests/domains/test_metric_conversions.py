"""Acquisition conversion and retention, once as the models keep them and once as the language follows them: the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.test_metric_twins import PERIODS, company

from linshu.domains.growth.cohorts import COHORTS
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.cohort import CohortQuestion
from linshu.engine.metrics.cohort_run import run_cohorts
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("grain", "period", "span"), [("week", 1, "week_1"), ("month", 1, "month_1"), ("month", 2, "month_2")]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_matrix_shows_the_retention_metrics(seed, grain, period, span):
    """Where a cohort is over as a whole, its cell is the metric of the dictionary for that week or month."""
    start, end = PERIODS[0]
    question = CohortQuestion.of("buyers", grain=grain, periods=2, by="channel", start=start, end=end)
    cells = run_cohorts(company(seed).warehouse, question, CATALOG, COHORTS).rows()
    names = (f"cohort_{span}", f"retained_{span}")
    query = Query.of(names, "channel", grain=grain, start=start, end=end)
    metrics = {(row[grain], row["channel"]): row for row in run(company(seed).warehouse, query, CATALOG).rows()}
    ripe = [cell for cell in cells if cell["period"] == period and cell["returned"] is not None]
    assert ripe
    for cell in ripe:
        row = metrics[cell["cohort"], cell["channel"]]
        assert (cell["size"], cell["returned"]) == tuple(row[name] for name in names)


@pytest.mark.slow
@pytest.mark.parametrize("cohort", COHORTS, ids=lambda cohort: cohort.name)
def test_every_declared_cohort_can_be_asked(cohort):
    question = CohortQuestion.of(
        cohort.name, grain="month", by="channel" if cohort.name != "leaders" else "leader_tier"
    )
    rows = run_cohorts(company(1).warehouse, question, CATALOG, COHORTS).rows()
    assert any(row["returned"] for row in rows)
    assert cohort.definition.zh.endswith("。")
    assert cohort.definition.en.endswith(".")
