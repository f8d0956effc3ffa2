"""Every metric against its twin in plain Python: from rows of the standard, through the models, to the figure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company
from tests.domains.trade import DAYS, FIRST, PARCEL_COSTS, trade
from tests.domains.twins import TWINS
from tests.domains.world import World

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run

SEEDS = (1, 2)
PERIODS = (
    (FIRST, FIRST + timedelta(DAYS + 40)),
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 3, 30), date(2026, 4, 5)),
)
CUTS = {
    "channel": ("wx", "tb"),
    "community": ("C1", "C3"),
    "leader": ("L1", "L2"),
    "sku": ("S1", "S9"),
    "warehouse": ("W1",),
    "pickup_point": ("P1",),
    "campaign": ("A1",),
    "inviter": ("L1",),
    "member": ("M2",),
    "batch": ("B1",),
    "stock_lot": ("SB1",),
    "loss_cause": ("warehouse",),
}
pytestmark = pytest.mark.slow


@cache
def company(seed: int) -> Company:
    made = Company()
    made.land(trade(seed))
    report = made.build()
    assert not [outcome.name for outcome in report.outcomes if outcome.did in ("failed", "waits")]
    made.deliver(PARCEL_COSTS)
    return made


@cache
def figures(seed: int, period: int, where: tuple[str, str] | None = None) -> dict[str, object]:
    start, end = PERIODS[period]
    asked = [name for name in CATALOG.metrics if where is None or where[0] in CATALOG.reached(name)]
    query = Query.of(asked, start=start, end=end, where=dict([where]) if where else None)
    return run(company(seed).warehouse, query, CATALOG).rows()[0]


@cache
def world(seed: int) -> World:
    return World(trade(seed), *PERIODS[0])


def twin(name: str, seed: int, period: int, cut: tuple[str, str] | None = None) -> object:
    known = world(seed).known  # facts are read once per company
    return TWINS[name](World(trade_of(seed), *PERIODS[period], cut, known))


@cache
def trade_of(seed: int):
    return trade(seed)


def test_every_metric_has_a_twin_and_every_twin_a_metric():
    assert TWINS.keys() == CATALOG.metrics.keys()


@pytest.mark.parametrize("name", CATALOG.metrics)
def test_a_figure_is_what_plain_python_says(name):
    for seed in SEEDS:
        for period in range(len(PERIODS)):
            found, truth = figures(seed, period)[name], twin(name, seed, period)
            assert found == (pytest.approx(truth, rel=1e-9) if isinstance(truth, float) else truth), (seed, period)


@pytest.mark.parametrize("name", CATALOG.metrics)
def test_a_figure_of_one_part_is_what_plain_python_says(name):
    reached = set(CATALOG.reached(name))
    for dimension, values in CUTS.items():
        for value in values if dimension in reached else ():
            found, truth = figures(1, 0, (dimension, value))[name], twin(name, 1, 0, (dimension, value))
            assert found == (pytest.approx(truth, rel=1e-9) if isinstance(truth, float) else truth), (dimension, value)


@pytest.mark.parametrize("supplier", ["V1", "V2"])
def test_what_a_supplier_sent_is_told_by_the_lot_and_the_order_not_by_the_usual_supplier(supplier):
    names = [
        one for one in CATALOG.metrics if {"movements", "purchase_lines"} & {f.name for f in CATALOG.facts_of(one)}
    ]
    for name in names:
        query = Query.of(name, start=PERIODS[0][0], end=PERIODS[0][1], where={"supplier": supplier})
        found = run(company(1).warehouse, query, CATALOG).rows()[0][name]
        truth = twin(name, 1, 0, ("supplier", supplier))
        assert found == (pytest.approx(truth, rel=1e-9) if isinstance(truth, float) else truth), name


@pytest.mark.parametrize("name", CATALOG.metrics)
def test_the_company_is_rich_enough_to_tell(name):
    """A twin that is zero everywhere would prove nothing."""
    assert any(figures(seed, period)[name] for seed in SEEDS for period in range(len(PERIODS)))
