"""The busiest windows of the past are those that a plain count of every window finds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.events.counting import sliding

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
HAPPENED = st.lists(st.tuples(st.integers(0, 90), st.sampled_from("abcdef"), st.sampled_from("xy")), max_size=40)


@given(HAPPENED, st.integers(1, 30))
def test_a_window_holds_each_thing_once(happened: list[tuple[int, str, str]], minutes: int) -> None:
    told = [(NOON + timedelta(minutes=at), thing, group) for at, thing, group in sorted(happened)]
    found = sliding(told, minutes)
    assert [(at, group) for at, group, _ in found] == [(at, group) for at, _, group in told]
    for number, (at, group, many) in enumerate(found):
        seen = {
            one
            for moment, one, mine in told[: number + 1]
            if mine == group and moment > at - timedelta(minutes=minutes)
        }
        assert many == len(seen)
