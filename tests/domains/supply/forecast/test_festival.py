"""The Spring Festival as the year before went: which days tell, what is made of them, and what a panel is without it."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from linshu.domains.supply.forecast.festival import season, spans
from linshu.domains.supply.forecast.panel import Panel
from linshu.kernel.calendar import spring_festival

DAY = timedelta(days=1)
THEN, NOW = spring_festival(2025), spring_festival(2026)


def year_before(pull, *, fruit: float = 1.0, from_day: int = -41) -> pa.Table:
    """Nine weeks around the festival of 2025: 400 pieces of greens and 400 of fruit a day, times the day's pull."""
    rows = [
        (family, THEN + offset * DAY, round(400 * factor * pull(offset)))
        for offset in range(from_day, 47)
        for family, factor in (("greens", 1.0), ("fruit", fruit if -10 <= offset < 0 else 1.0))
    ]
    return pa.table(dict(zip(("family", "day", "units"), map(list, zip(*rows, strict=True)), strict=True)))


def around(offset: int) -> float:
    return 0.0 if -2 <= offset <= 4 else 0.5 if 5 <= offset <= 12 else 1.0


DAYS = [NOW + offset * DAY for offset in range(-60, 61)]


def test_the_days_of_earlier_years_are_read_only_when_a_festival_is_near() -> None:
    assert spans(date(2026, 5, 1), date(2026, 8, 28)) == []
    (first, last) = spans(NOW - 119 * DAY, NOW - 19 * DAY)[-1]
    assert first < THEN < last


def test_what_the_year_before_did_is_expected_again_on_the_same_days_from_new_year() -> None:
    found = season(year_before(around), ["fruit", "greens"], DAYS)
    at = {offset: found[1, 60 + offset] for offset in (-40, -15, 0, 8, 20, 40)}
    assert at[-40] == at[40] == 1
    assert at[-15] == pytest.approx(1, abs=0.05)
    assert at[0] < 0.1
    assert at[8] == pytest.approx(0.5, abs=0.08)
    assert at[20] == pytest.approx(1, abs=0.05)


def test_a_family_that_is_bought_for_the_feast_has_its_own_days() -> None:
    found = season(year_before(around, fruit=3.0), ["fruit", "greens", "new"], DAYS)
    assert found[0, 55] > 2 > found[2, 55] > 1.2
    assert found[1, 55] < found[2, 55]


@pytest.mark.parametrize(
    "known", [year_before(lambda _: 0.0), year_before(around, from_day=-20), year_before(around).slice(0, 0)]
)
def test_without_usual_weeks_on_either_side_nothing_is_expected(known: pa.Table) -> None:
    assert season(known, ["fruit", "greens"], DAYS) is None


def test_a_calm_panel_sells_what_it_would_have_sold_without_the_festival() -> None:
    blocks = np.ones((2, 3), np.float32)
    factor = np.array([[1, 0.5, 0.05, 1], [1, 2, 1, 1]], np.float32)
    plans = np.ones((2, 4), np.float32)
    panel = Panel(NOW, blocks * 6, blocks, plans, plans, plans[0], {"family": np.array([1, 0])}, season=factor)
    assert panel.calmed().sold.round(3).tolist() == [[6, 3, 6], [6, 12, 20]]
    assert panel.sold.tolist() == [[6, 6, 6], [6, 6, 6]]
    assert panel.calmed().calmed().sold.tolist() == panel.calmed().sold.tolist()
