"""The rules of the ledger, each alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.decisions.samples import DAY, NOW

from linshu.engine.decisions.policy import Policy
from linshu.engine.decisions.proposal import Proposal
from linshu.engine.decisions.rules import NEEDS_REASON, STATES, TURNS, Act, Turn, Wish, judge
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

ACTS = get_args(Act)
MACHINE_ENDS = {"scored", "undone", "expired", "held"}


def proposal(**more: Any) -> Proposal:
    made = Proposal(
        "p1", "coupon", "leader:L1", Text("发券", "Coupon"), DAY, "draft", 1, ({"coupon": 500},), (), 5_000, 500, 0, "h",
        NOW, NOW, NOW + timedelta(days=3),
    )  # fmt: skip
    return replace(made, **more)


def wish(act: Act, **more: Any) -> Wish:
    return replace(Wish(act, "u1", NOW, "因为", NOW + timedelta(hours=1)), **more)


@given(st.sampled_from(STATES), st.sampled_from(ACTS))
def test_only_the_drawn_turns_happen(state: Any, act: Act) -> None:
    judged = judge(proposal(state=state, undo_until=NOW + timedelta(hours=1)), wish(act), Policy())
    if (state, act) in TURNS:
        assert judged == Turn(TURNS[state, act])
    else:
        assert isinstance(judged, Text)


@pytest.mark.parametrize("state", sorted(MACHINE_ENDS))
def test_what_has_ended_stays_as_it_is(state: str) -> None:
    assert not [turn for turn in TURNS if turn[0] == state]


@pytest.mark.parametrize("act", sorted(NEEDS_REASON))
def test_some_acts_need_a_reason(act: Act) -> None:
    before = proposal(state={"undo": "applied", "reopen": "rejected"}.get(act, "draft"), undo_until=NOW)
    assert judge(before, wish(act, why=" \n"), Policy()) == Text("请写明原因", "a reason is needed")
    assert isinstance(judge(before, wish(act), Policy()), Turn)


@given(st.integers(-48, 48))
def test_nobody_acts_after_it_expired_nor_undoes_too_late(hours: int) -> None:
    end = NOW + timedelta(hours=hours)
    in_time = hours > 0
    for act in ("edit", "approve"):
        assert isinstance(judge(proposal(expires_at=end), wish(act), Policy()), Turn) is in_time
    undone = judge(proposal(state="applied", undo_until=end), wish("undo"), Policy())
    assert isinstance(undone, Turn) is (hours >= 0)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_from_an_amount_on_two_people_must_agree_neither_of_whom_wrote_it(start: int, cost: int) -> None:
    policy, before = Policy(two_from=start), proposal(cost=cost, edited_by="u1")
    if cost < start:
        assert judge(before, wish("approve"), policy) == Turn("approved")
        return
    assert isinstance(judge(before, wish("approve"), policy), Text)
    first = judge(before, wish("approve", user_id="u2"), policy)
    assert first == Turn("draft", first_by="u2")
    once = replace(before, first_by="u2")
    assert isinstance(judge(once, wish("approve", user_id="u2"), policy), Text)
    assert judge(once, wish("approve", user_id="u3"), policy) == Turn("approved", first_by="u2")


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_machine_never_approves_what_needs_two(auto: int, two: int, cost: int) -> None:
    policy = Policy(auto_below=auto, two_from=two)
    assert not (policy.by_itself(cost) and policy.two_people(cost))
    assert policy.by_itself(cost) == (cost < auto and not 0 < two <= cost)


@given(st.floats(0, 0.5), st.sets(st.text(min_size=1, max_size=6), min_size=1, max_size=20))
def test_the_comparison_group_is_drawn_once_and_only_grows_with_its_share(share: float, subjects: set[str]) -> None:
    few, many = Policy(held_share=share / 2), Policy(held_share=share)
    for subject in subjects:
        assert many.holds("salt", subject) == many.holds("salt", subject)
        assert not few.holds("salt", subject) or many.holds("salt", subject)


def test_the_comparison_group_has_about_its_share() -> None:
    held = sum(Policy(held_share=0.2).holds("coupon", f"leader:{number}") for number in range(10_000))
    assert 1_850 < held < 2_150


@pytest.mark.parametrize(
    "changes",
    [
        {"auto_below": -1}, {"open_days": 0}, {"held_share": 0.6}, {"auto_below": 100, "two_from": 50},
        {"size": "viel"}, {"nothing": 1},
    ],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused_in_words(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Policy(own={"size": 500}).changed(changes)


def test_a_change_of_a_policy_is_another_version() -> None:
    after = Policy(own={"size": 500}, version=3).changed({"auto_below": "2000", "size": "700", "held_share": "0.1"})
    assert after == Policy(auto_below=2_000, held_share=0.1, own={"size": 700}, version=4)
