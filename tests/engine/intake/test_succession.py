"""Who follows an erased person: never anybody who was erased, always somebody new who gives a number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.intake.succession import follows, in_place, is_in_place, owner

PLACE = "supplier:S1"
DIGESTS = st.sampled_from("abcd")
IDS = st.text("S1:/", max_size=4)
ROW = st.tuples(st.sampled_from(["", *"abcd"]), st.lists(st.sampled_from(["", *"wxyz"]), max_size=2))
HISTORY = st.lists(st.one_of(ROW, st.none()), max_size=12)  # a row that came, or an erasure


@given(ROW, st.sets(st.sampled_from("abcdwxyz")), st.sets(st.sampled_from("abcdwxyz")))
def test_what_is_remembered_lets_nobody_in_and_more_of_it_no_more(row, erased, more):
    number, names = row
    new = follows(number, names, erased.__contains__)
    assert new == bool(number and not erased & {number, *names})
    assert new or not follows(number, names, (erased | more).__contains__)


@given(HISTORY)
def test_an_erased_person_never_opens_again_and_the_next_one_does(history):
    """Against a plain account: the place's words since ever are what an erasure remembers."""
    gone: set[str] = set()
    said: set[str] = set()
    for row in history:
        if row is None:
            gone |= {PLACE, *(in_place(PLACE, one) for one in said)}
            continue
        number, names = row
        words = {one for one in (number, *names) if one}
        whose = owner(PLACE, number, names, gone.__contains__)
        if PLACE not in gone:
            assert whose == PLACE
        else:
            known = any(in_place(PLACE, one) in gone for one in words)
            assert (whose in gone) == (known or not number)
            assert whose in gone or is_in_place(whose)
        said |= words


@given(IDS, IDS, DIGESTS, DIGESTS)
def test_persons_of_other_places_are_others_whatever_their_ids(one, other, first, second):
    made = in_place(f"supplier:{one}", first)
    assert is_in_place(made)
    assert not is_in_place(f"supplier:{one}")
    assert (made == in_place(f"supplier:{other}", second)) == ((one, first) == (other, second))
