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


TREE = {"42": "", "4201": "42", "4202": "42", "420106": "4201", "420107": "4201", "43": ""}
PARTS = st.frozensets(st.sampled_from(sorted(TREE)))


def above(region: str) -> frozenset[str]:
    """What the region lies in."""
    over = TREE.get(region, "")
    return frozenset({over}) | above(over) if over else frozenset()


def held(regions: frozenset[str] | None) -> set[str]:
    """Every region whose rows a scope of these regions shows."""
    return {one for one in TREE if regions is not None and not regions.isdisjoint(above(one) | {one})}


@given(PARTS, PARTS)
def test_of_a_region_and_one_above_it_the_smaller_is_allowed(one, other):
    own, wanted = Scope(regions=one), Scope(regions=other)
    both = own.both(wanted, above)
    assert both == wanted.both(own, above)
    assert held(both.regions) == held(one) & held(other)
    beyond = dict(own.beyond(wanted, above)).get("regions", ())
    assert beyond == tuple(sorted(region for region in other if region not in held(one)))
    assert both.regions is not None
    assert bool(beyond) or both.regions >= other - {each for each in other if above(each) & other}


@given(SCOPES, SCOPES)
def test_a_scope_that_names_nothing_beyond_another_only_narrows_it(own, wanted):
    beyond = dict(own.beyond(wanted))
    for name in ATTRIBUTES:
        mine, theirs = getattr(own, name), getattr(wanted, name)
        assert beyond.get(name, ()) == tuple(sorted(theirs - mine if mine is not None and theirs is not None else ()))
    if not beyond:
        assert all(getattr(wanted, name) in {None, getattr(own.both(wanted), name)} for name in ATTRIBUTES)
