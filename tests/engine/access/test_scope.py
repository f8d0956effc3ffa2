from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.access.scope import ATTRIBUTES, Scope

SETS = st.one_of(st.none(), st.frozensets(st.sampled_from("abc"), max_size=3))
SCOPES = st.builds(Scope, **dict.fromkeys(ATTRIBUTES, SETS))


def test_everything_restricts_nothing_and_an_empty_list_allows_nothing():
    assert Scope.everything().restrictions() == ()
    assert Scope.only(regions=[]).restrictions() == (("regions", ()),)
    assert Scope.only(regions=["b", "a"], leaders=None).restrictions() == (("regions", ("a", "b")),)


@given(SCOPES, SCOPES)
def test_equal_scopes_and_only_they_have_the_same_digest(one, other):
    assert (one.digest() == other.digest()) == (one == other)


@given(SCOPES, SCOPES)
def test_two_scopes_together_allow_what_both_allow(one, other):
    both = one.both(other)
    assert both == other.both(one)
    assert one.both(Scope.everything()) == one
    for name in ATTRIBUTES:
        for value in "abc":
            allowed = [getattr(scope, name) is None or value in getattr(scope, name) for scope in (one, other, both)]
            assert allowed[2] == (allowed[0] and allowed[1])


@given(SCOPES, SCOPES)
def test_a_scope_that_names_nothing_beyond_another_only_narrows_it(own, wanted):
    beyond = dict(own.beyond(wanted))
    for name in ATTRIBUTES:
        mine, theirs = getattr(own, name), getattr(wanted, name)
        assert beyond.get(name, ()) == tuple(sorted(theirs - mine if mine is not None and theirs is not None else ()))
    if not beyond:
        assert all(getattr(wanted, name) in {None, getattr(own.both(wanted), name)} for name in ATTRIBUTES)
