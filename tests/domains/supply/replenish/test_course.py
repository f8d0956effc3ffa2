"""How a usual day goes by: from the hour it begins, whether anybody bought in that hour today or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.insight.overview.town import TownShop, published
from tests.domains.models.company import Company, line, order

from linshu.domains.supply.replenish.course import Course, course

DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 23, tzinfo=UTC)


def test_the_day_begins_when_its_sales_usually_do() -> None:
    """Yesterday three bought at eight, nine and twenty; today the first one came at nine."""
    company = Company()
    pairs = [
        (order(f"O{day}{hour}", f"2026-11-{day} {hour:02d}:15"), line(f"O{day}{hour}", qty=qty))
        for day, hour, qty in ((22, 8, 1), (22, 9, 1), (22, 20, 2), (23, 9, 4))
    ]
    company.land({"orders": [one for one, _ in pairs], "order_line": [one for _, one in pairs]})
    found = course(TownShop(published(company)), TODAY.date(), 28 * DAY)
    assert (found.first, found.known) == (8, 10)
    assert found.gone == pytest.approx(6 / 8)
    assert course(TownShop(company), TODAY.date() + DAY, DAY).gone == 0


def test_within_an_hour_it_goes_on_evenly() -> None:
    day = Course(8, (0.25, 0.75, 1.0), 9)
    assert [day.before(hour) for hour in (7, 8, 8.5, 9, 9.5, 11, 30)] == [0, 0, 0.125, 0.25, 0.5, 1, 1]
    assert day.gone == 0.25
    assert Course().before(5) == 1
