from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.engine.metrics.company import CATALOG

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.query import MOST_ROWS, Query, read_day
from linshu.kernel.errors import LinshuError, Missing, Misused
from linshu.kernel.period import Grain


def test_what_people_write_becomes_a_question():
    found = Query.of(
        "gmv, orders,gmv", "channel", start="2026-10-01", end=date(2026, 10, 31), grain="week", where="city=武汉"
    )
    assert found.metrics == ("gmv", "orders")
    assert found.by == ("channel",)
    assert (found.start, found.end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert found.grain is Grain.WEEK
    assert found.where == (Filter("city", "in", ("武汉",)),)
    assert found.scope == Scope.everything()
    assert read_day(None) is None


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"metrics": ""}, "gmv,orders"),
        ({"grain": "weak"}, "week"),
        ({"compare": "last"}, "last_year"),
        ({"as_of": "then"}, "ordered"),
        ({"start": "2026-10-32"}, "2026-10-01"),
        ({"start": "2026-10-02", "end": "2026-10-01"}, "晚于"),
        ({"limit": 0}, str(MOST_ROWS)),
        ({"where": "city"}, "city=武汉"),
        ({"moving": 7}, "--grain"),
        ({"moving": 367, "grain": "day"}, "366"),
        ({"moving": -1, "grain": "day"}, "366"),
        ({"pivot": "channel"}, "channel"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(wrong, word):
    with pytest.raises(Misused) as refusal:
        Query.of(**({"metrics": "gmv"} | wrong))
    assert word in refusal.value.say("zh")


@pytest.mark.parametrize(
    ("asked", "kind", "word"),
    [
        (Query.of("gvm"), Missing, "gmv"),
        (Query.of("gmv", "chanel"), Missing, "channel"),
        (Query.of("gmv", where="chanel=x"), Missing, "channel"),
        (Query.of("gmv", order="orders"), Misused, "gmv"),
        (Query.of("gmv", compare="previous"), Misused, "--from"),
        (Query.of("active"), Misused, "--from"),
        (Query.of("messages", grain="hour"), Misused, "day"),
        (Query.of("gmv", grain="day", moving=7), Misused, "--from"),
        (Query.of("gmv", grain="hour", moving=7, start="2026-10-01", end="2026-10-02"), Misused, "day"),
        (Query.of("active", grain="day", moving=28, start="2026-10-01", end="2026-10-02"), Misused, "--moving"),
        (Query.of("active", grain="hour", start="2026-10-01", end="2026-10-02"), Misused, "day"),
        (Query.of("gmv", grain="hour", fill=True, start="2026-10-01", end="2026-10-02"), Misused, "补齐"),
        (Query.of("gmv", "channel", grain="day", fill=True, start="2026-10-01", end="2026-10-02"), Misused, "补齐"),
    ],
)
def test_what_the_catalogue_cannot_answer_names_the_nearest(asked, kind, word):
    with pytest.raises(kind) as refusal:
        compiled(asked, CATALOG)
    assert word in refusal.value.say("zh")
    assert refusal.value.say("en")


def test_as_now_is_offered_where_only_that_way_leads(monkeypatch):
    """A dimension whose present value is reached through a table the fact does not touch."""
    with pytest.raises(Misused) as refusal:
        compiled(Query.of("messages", "leader"), CATALOG)
    assert "as_of=now" in refusal.value.say("zh")
    assert compiled(Query.of("messages", "leader", as_of="now"), CATALOG).sql


def test_the_key_of_a_question_ignores_the_order_of_filters_and_nothing_else():
    base = Query.of("gmv", "channel", where=["city=武汉", "sku in (S2,S1)"], start="2026-10-01", end="2026-10-31")
    same = Query.of("gmv", "channel", where=["sku in (S1,S2)", "city=武汉"], start="2026-10-01", end="2026-10-31")
    assert base.key(CATALOG) == same.key(CATALOG)
    different = (
        replace(base, metrics=("units",)),
        replace(base, by=("city",)),
        replace(base, end=date(2026, 10, 30)),
        replace(base, grain=Grain.DAY),
        replace(base, where=base.where[:1]),
        replace(base, compare="previous"),
        replace(base, order=("-gmv",)),
        replace(base, limit=3),
        replace(base, as_of="now"),
        replace(base, scope=Scope.only(regions=["R1"])),
        replace(base, totals=True),
        replace(base, fill=True),
        replace(base, cumulative=True),
        replace(base, moving=7),
        replace(base, share="total"),
        replace(base, top=3),
        replace(base, pivot="channel"),
    )
    assert len({base.key(CATALOG), *(one.key(CATALOG) for one in different)}) == len(different) + 1


def test_the_total_of_a_question_keeps_filters_scope_and_comparison():
    asked = Query.of("gmv", "channel", where="city=武汉", grain="day", order="-gmv", limit=3, totals=True)
    assert asked.total() == Query.of("gmv", where="city=武汉")


def test_refusals_are_of_the_one_family():
    assert issubclass(Misused, LinshuError)
