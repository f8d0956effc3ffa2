"""Whose an alert is: small parts before large, the role a rule names before others, up the line with every escalation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.access.place import Place, covers
from linshu.engine.access.roles import role
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import User
from linshu.engine.alerts.owner import line, owner

HOME = Place(("42", "4201", "420106"), community="C1", leader="L1", warehouse="W1")


def person(account: str, job: str = "operator", *, active: bool = True, **bounds: list[str]) -> User:
    return User(account, account, account, job, active, job=role(job), scope=Scope.only(**bounds))


KEEPER = person("keeper", leaders=["L1", "L2"])
CITY = person("city", regions=["4201"])
PROVINCE = person("province", regions=["42", "43"])
BOSS = person("boss")
ELSEWHERE = person("elsewhere", regions=["31"])
BUYER = person("buyer", "buyer", warehouses=["W1"])
HERSELF = person("herself", "leader", leaders=["L1"])
GONE = person("gone", active=False, leaders=["L1"])
ALL = (BOSS, PROVINCE, GONE, ELSEWHERE, HERSELF, BUYER, CITY, KEEPER)


def test_the_nearest_comes_first_and_everybody_is_passed_on_to_in_turn() -> None:
    assert [one.account for one in line(ALL, "operator", HOME)] == ["keeper", "city", "province", "boss", "buyer"]
    assert [owner(ALL, "operator", HOME, level).account for level in range(4)] == ["keeper", "city", "province", "boss"]
    assert owner(ALL, "buyer", HOME).account == "buyer"


def test_of_several_who_see_everything_it_is_nobodys_and_of_one_theirs() -> None:
    assert owner((BOSS, ELSEWHERE), "operator", HOME) == BOSS
    assert owner((BOSS, person("second")), "operator", HOME) is None
    assert owner((ELSEWHERE, GONE, HERSELF), "operator", HOME) is None
    assert owner((CITY, BOSS), "operator", Place()) == BOSS  # what belongs nowhere is no region's


@given(st.permutations(ALL), st.sampled_from(["operator", "buyer", "finance"]), st.integers(0, 9))
def test_whose_it_is_does_not_depend_on_the_order_and_they_always_see_it(
    people: list[User], job: str, level: int
) -> None:
    found = owner(people, job, HOME, level)
    assert found == owner(ALL, job, HOME, level)
    assert found is not None
    assert covers(found.scope, HOME)
    assert found.active
