"""What is done before goods run out: nobody gives what they need, nothing is asked for twice, and the day can be served."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.surge.balance import Rules, Site, Step, balance, earned, helped

RULES, SUPPLIER = Rules(), ("V1", "老张")
MANY = st.integers(0, 60)
LIMIT = st.one_of(st.none(), MANY)


def sites(free: st.SearchStrategy[int | None], room: st.SearchStrategy[int | None]) -> st.SearchStrategy[Site]:
    return st.builds(
        lambda f, r, wanted, number: Site(f"W{number}", f"仓{number}", f, r, wanted),
        free,
        room,
        MANY,
        st.integers(1, 999),
    )


OTHERS = st.lists(sites(LIMIT, st.none()), max_size=4, unique_by=lambda one: one.warehouse_id).map(tuple)


@given(sites(LIMIT, LIMIT), OTHERS)
def test_the_day_can_be_served_and_nobody_gives_what_they_need(site: Site, others: tuple[Site, ...]) -> None:
    steps = balance(site, others, SUPPLIER, RULES)
    assert helped(steps, site) == site.lacks
    assert bool(steps) == (site.lacks > 0)
    spare = {one.warehouse_id: one.spare for one in others}
    for one in steps:
        assert sorted((one.moved, one.quota, one.called))[:2] == [0, 0]
        assert one.moved <= spare.get(one.source_id, 0)
    brought = sum(one.moved + one.called for one in steps)
    assert brought == (max(0, site.wanted - site.free) if site.free is not None else 0)


def test_stock_behind_a_quota_is_let_go_first() -> None:
    site = Site("W1", "武汉仓", 40, 10, 30)
    assert balance(site, (Site("W2", "长沙仓", 90, None, 10),), SUPPLIER, RULES) == (Step("", "", quota=20),)


def test_others_give_before_the_supplier_is_called_but_not_for_a_handful() -> None:
    site = Site("W1", "武汉仓", 5, None, 30)
    others = (Site("W2", "长沙仓", 25, None, 10), Site("W3", "南昌仓", 12, None, 10))
    assert balance(site, others, SUPPLIER, RULES) == (Step("W2", "长沙仓", moved=15), Step("V1", "老张", called=10))


@given(MANY, MANY, MANY)
def test_doing_nothing_ends_where_the_goods_do(sold_after: int, left: int, more: int) -> None:
    gain = earned(sold_after, left, more)
    assert 0 <= gain <= more
    assert gain == 0 or sold_after >= left + gain
