"""The figures the overview asks for are those one counts by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.domains.insight.overview.town import FIRST, GROUPS, NOW, TODAY, TownShop, gmv, orders_of, sold

from linshu.domains.insight.overview.inputs import (
    CARDS,
    LEVELS,
    TOPS,
    asker,
    figures,
    hours,
    presence,
    ranking,
    trend,
)
from linshu.engine.access.scope import Scope
from linshu.engine.shell.filters import Days, PageFilter, read_filter
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.period import Grain, Period

LIVE = Days(TODAY, TODAY)
YESTERDAY = TODAY - timedelta(days=1)


def filtered(**params: str) -> PageFilter:
    return read_filter(params, LIVE, LEVELS)


def figure(shop: TownShop, name: str, filters: PageFilter):
    found = figures(asker(shop, filters, Scope()), CARDS, filters)
    return next(one for one in found if one.metric.name == name)


def test_presence_tells_which_facts_hold_rows(shop: TownShop) -> None:
    there = presence(shop)
    assert there.last_day == TODAY
    assert there.has("orders", "leaders", "communities", "refunds", "regions")
    assert not there.has("deliveries")
    assert not there.has("stock")


def test_gmv_and_orders_of_a_whole_week_and_the_week_before(shop: TownShop) -> None:
    week = figure(shop, "gmv", filtered())
    assert week.value == gmv(date(2026, 11, 16), YESTERDAY)
    assert week.before == gmv(date(2026, 11, 9), date(2026, 11, 15))
    assert len(week.days) == 14
    assert week.days[-1] == gmv(YESTERDAY, YESTERDAY)
    orders = figure(shop, "orders", filtered())
    assert orders.value == sum(
        sold(date(2026, 11, 16) + timedelta(days=step), group) for step in range(7) for group in range(3)
    )


def test_the_running_day_counts_in_the_value_and_not_in_the_comparison(shop: TownShop) -> None:
    chosen = filtered(**{"from": "2026-11-17", "to": "2026-11-23"})
    found = figure(shop, "gmv", chosen)
    assert found.value == gmv(date(2026, 11, 17), TODAY)
    assert found.now == gmv(date(2026, 11, 17), YESTERDAY)
    assert found.before == gmv(date(2026, 11, 11), date(2026, 11, 16))
    only_today = figure(shop, "gmv", filtered(period="today"))
    assert only_today.value == gmv(TODAY, TODAY)
    assert only_today.before is None


@pytest.mark.parametrize("city", ["武汉", "长沙"])
def test_a_place_filters_every_figure(shop: TownShop, city: str) -> None:
    chosen = filtered(city=city)
    assert figure(shop, "gmv", chosen).value == gmv(date(2026, 11, 16), YESTERDAY, city=city)
    assert figure(shop, "active_leaders", chosen).value == sum(1 for *_, where in GROUPS if where == city)


def test_one_metric_that_cannot_answer_leaves_the_others_standing(shop: TownShop) -> None:
    ask = asker(shop, filtered(), Scope())
    narrowed = type(ask)(ask.shop, ask.scope, (("sku", "S1"),))
    rows, problems = narrowed.each(("gmv", "orders"), start=FIRST, end=TODAY)
    assert set(problems) == {"orders"}
    assert rows[0]["gmv"] == 2990 * sum(
        1 for step in range(21) for _, one in orders_of(FIRST + timedelta(days=step)) if one["sku_id"] == "S1"
    )


def test_a_scope_reaches_every_figure(shop: TownShop) -> None:
    chosen = filtered()
    found = figures(asker(shop, chosen, Scope.only(leaders=["L3"])), ("gmv", "orders"), chosen)
    assert found[0].value == gmv(date(2026, 11, 16), YESTERDAY, city="长沙")
    assert found[1].value == 7


def test_the_trend_and_its_comparison_go_bucket_by_bucket(shop: TownShop) -> None:
    found = trend(asker(shop, filtered(), Scope()), "gmv", filtered(), CompanyDay(), NOW)
    assert found.grain is Grain.DAY
    assert found.buckets == tuple(str(date(2026, 11, 16) + timedelta(days=step)) for step in range(7))
    assert found.values == tuple(gmv(day, day) for day in Period(date(2026, 11, 16), YESTERDAY))
    assert found.before == tuple(gmv(day, day) for day in Period(date(2026, 11, 9), date(2026, 11, 15)))
    assert found.held_against == Period(date(2026, 11, 9), date(2026, 11, 15))


def test_a_trend_of_one_day_goes_hour_by_hour(shop: TownShop) -> None:
    yesterday, today = filtered(period="yesterday"), filtered(period="today")
    found = trend(asker(shop, yesterday, Scope()), "gmv", yesterday, CompanyDay(), NOW)
    assert (found.grain, len(found.buckets)) == (Grain.HOUR, 24)
    assert sum(found.values) == gmv(YESTERDAY, YESTERDAY)
    assert sum(found.before) == gmv(YESTERDAY - timedelta(days=1), YESTERDAY - timedelta(days=1))
    assert found.values.count(0) == 24 - len(hours(asker(shop, yesterday, Scope()), YESTERDAY).gmv)
    running = trend(asker(shop, today, Scope()), "gmv", today, CompanyDay(), NOW)
    to_come = CompanyDay().hour_of(NOW).hour + 1
    assert None not in running.values[:to_come]
    assert set(running.values[to_come:]) == {None}
    assert sum(running.before) == gmv(YESTERDAY, YESTERDAY)
    rate = trend(asker(shop, yesterday, Scope()), "refund_rate", yesterday, CompanyDay(), NOW)
    assert None in rate.values


def test_hours_sum_to_the_day(shop: TownShop) -> None:
    found = hours(asker(shop, filtered(), Scope()), YESTERDAY)
    assert sum(found.gmv.values()) == gmv(YESTERDAY, YESTERDAY)
    assert found.gmv["2026-11-22T08:00+08:00"] == 2990


def test_rankings_are_in_order_with_names_and_what_was_before(shop: TownShop) -> None:
    leaders = next(top for top in TOPS if top.dimension == "leader")
    found = ranking(asker(shop, filtered(), Scope()), "leader", leaders.brief, filtered(), order="-gmv", limit=2)
    assert [(row.key, row.name) for row in found.rows] == [("L1", "王芳"), ("L2", "陈军")]
    assert found.rows[0].values[0] > found.rows[1].values[0]
    assert found.rows[1].before == found.rows[1].values[0]
    assert found.part(1, 5).rows == found.rows[1:]


def test_a_months_target_is_shared_over_its_days(shop: TownShop) -> None:
    chosen = filtered()
    assert presence(shop).aimed == {"gmv"}
    found = figures(asker(shop, chosen, Scope()), ("gmv", "active_leaders"), chosen, targets={"gmv"})
    assert found[0].target == 600_000 / 30 * 7
    assert found[1].target is None
    assert found[0].before is not None  # the comparison is not lost beside it
    (asked,) = shop.query("gmv", start=chosen.period.start, end=chosen.period.end, compare="target").rows()
    assert asked["gmv_target"] == found[0].target  # the page and the query say the same
    for place in ({"city": "武汉"}, {"city": "武汉", "district": "武昌区"}):
        here = filtered(**place)
        assert figures(asker(shop, here, Scope()), ("gmv",), here, targets={"gmv"})[0].target is None


def test_the_companys_target_is_not_shown_to_who_sees_a_part(shop: TownShop) -> None:
    chosen = filtered()
    found = figures(asker(shop, chosen, Scope.only(regions=["nowhere"])), ("gmv",), chosen, targets={"gmv"})
    assert found[0].target is None
