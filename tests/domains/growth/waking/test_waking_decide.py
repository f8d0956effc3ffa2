"""Whom to call: the rule, on leaders of every size and silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.growth.waking.decide import Fortnights, Rules, call_for, calls
from linshu.domains.growth.waking.flow import KIND, again, propose, rules_of
from linshu.domains.growth.waking.inputs import WITHDRAWN
from linshu.engine.decisions import Policy

MONEY = st.integers(0, 10**7)
LEADERS = st.builds(Fortnights, st.uuids().map(str), MONEY, st.tuples(MONEY, MONEY, MONEY, MONEY))
RULES = Rules()


@given(LEADERS)
def test_a_call_says_why_and_never_promises_more_than_half_of_what_is_missing(one: Fortnights) -> None:
    call = call_for(one, RULES)
    quiet = one.usual >= RULES.least_usual and one.last < one.usual * RULES.quiet_share
    assert (call is not None) == quiet
    if call is not None:
        assert 0 <= call.expected <= (call.usual - call.last) / 2
        assert 0 <= call.coupon <= min(RULES.coupon_most, call.usual * RULES.coupon_share)
        assert call.coupon % 100 == 0


@given(st.lists(LEADERS, max_size=30, unique_by=lambda one: one.leader_id), st.integers(0, 10))
def test_the_dearest_silences_come_first_and_no_more_than_can_be_called(leaders: list[Fortnights], most: int) -> None:
    rules = replace(RULES, most_calls=most)
    found = calls(tuple(leaders), rules)
    assert len(found) <= most
    every = [call for one in leaders if (call := call_for(one, rules))]
    assert sorted(-one.expected for one in every)[: len(found)] == [-one.expected for one in found]
    assert len(found) == min(most, len(every))
    assert found == calls(tuple(reversed(leaders)), rules)


@pytest.mark.parametrize(("before", "usual"), [((), 0), ((5,), 5), ((1, 9, 100), 9), ((10, 20, 30, 1000), 25)])
def test_one_good_promotion_makes_nobody_quiet(before: tuple[int, ...], usual: int) -> None:
    assert Fortnights("L1", 0, before).usual == usual


@given(LEADERS.filter(lambda one: call_for(one, RULES) is not None))
def test_the_frozen_inputs_give_the_same_draft_again(one: Fortnights) -> None:
    inputs = {
        "leader_id": one.leader_id, "name": "魏燕", "town": "武汉 武昌区", "regions": ["42", "4201"], "community": "C1",
        "day": "2026-11-22", "last": one.last, "before": list(one.before),
    }  # fmt: skip
    draft = again(inputs, KIND.policy)
    assert draft is not None
    assert dict(draft.inputs) == inputs
    assert (draft.place.regions, draft.place.leader) == (("42", "4201"), one.leader_id)
    assert KIND.worth is not None
    assert KIND.worth(draft.lines, inputs, KIND.policy) == (draft.value, draft.cost)


def test_the_policy_holds_every_number_of_the_rule() -> None:
    assert rules_of(Policy(own=KIND.policy.own)) == RULES
    assert set(KIND.words) == set(KIND.policy.own)


class Quiet:
    """A company of two leaders who both fell silent; the second took their consent to marketing back."""

    def query(self, _metric: str, _by: str, *, start: date, end: date) -> SimpleNamespace:
        sold = 0 if end >= date(2026, 11, 21) else 1_000_000
        return SimpleNamespace(table=pa.table({"leader": ["L1", "L2"], "gmv": [sold, sold]}))

    def read(self, sql: str) -> pa.Table:
        if sql == WITHDRAWN:
            return pa.table({"leader_id": ["L2"]})
        places = ("community_id", "province_id", "city_id", "district_id", "street_id", "city", "district")
        ids = ["L1", "L2"]
        return pa.table({"leader_id": ids, "name": ids, **{one: ["x", "x"] for one in places}})


def test_who_took_their_consent_back_is_left_out_and_counted() -> None:
    (draft,) = propose(Quiet(), date(2026, 11, 22), KIND.policy)  # type: ignore[arg-type] # answers what is asked here
    assert draft.place.leader == "L1"
    assert [one.zh for one in draft.reasons if "撤回" in one.zh] == ["另有 1 位撤回了营销同意，没有列入"]
    known = again(draft.inputs, KIND.policy)
    assert known is not None
    assert known.reasons == draft.reasons
