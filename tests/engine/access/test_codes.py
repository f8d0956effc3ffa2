"""Log-in codes: six digits, good once, for ten minutes, for whom they were made, and not to be guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from linshu.engine.access.codes import DIGITS, MOST_WRONG, Codes
from linshu.engine.audit import SYSTEM
from linshu.engine.state.tables import audit, login_code
from linshu.kernel.errors import Conflict, Throttled, Unauthorised, Unavailable

if TYPE_CHECKING:
    from tests.engine.access.conftest import Clock

    from linshu.engine.access.users import User, Users
    from linshu.engine.state import State

HERE = "10.0.0.1"
WORDS = "three unrelated words"


@pytest.fixture
def codes(state: State, clock: Clock) -> Codes:
    return Codes(state, b"k" * 32, now=clock)


@pytest.fixture
def wang(users: Users) -> User:
    return users.add("wang", "王姐", "leader", WORDS)


def test_a_code_lets_its_owner_in_once(codes: Codes, wang: User) -> None:
    code = codes.make(wang, by=SYSTEM)
    assert len(code) == DIGITS
    assert code.isdecimal()
    assert codes.use(" WANG ", f"{code[:3]} {code[3:]}", address=HERE).user_id == wang.user_id
    with pytest.raises(Unauthorised):
        codes.use("wang", code, address=HERE)


def test_it_is_kept_as_a_keyed_hash_and_its_making_and_missing_are_written_down(
    codes: Codes, wang: User, state: State
) -> None:
    code = codes.make(wang, by=SYSTEM)
    with pytest.raises(Unauthorised):
        codes.use("wang", "", address=HERE)
    with state.reading() as connection:
        rows = connection.execute(select(login_code)).all()
        acts = connection.execute(select(audit.c.act, audit.c.details)).all()
    assert code not in str(rows)
    assert {"code.make", "login.fail"} <= {one.act for one in acts}
    assert code not in str([one.details for one in acts])
    with pytest.raises(Unauthorised):
        Codes(state, b"other" * 8, now=codes.now).use("wang", code, address=HERE)


def test_it_ends_by_its_age_and_by_the_next_one(codes: Codes, wang: User, clock: Clock) -> None:
    first, second = codes.make(wang, by=SYSTEM), codes.make(wang, by=SYSTEM)
    while second == first:
        second = codes.make(wang, by=SYSTEM)
    with pytest.raises(Unauthorised):
        codes.use("wang", first, address=HERE)
    clock.pass_by(minutes=10)
    with pytest.raises(Unauthorised):
        codes.use("wang", second, address=HERE)


def test_it_is_for_nobody_else(codes: Codes, wang: User, users: Users) -> None:
    users.add("lei", "雷姐", "leader", WORDS)
    code = codes.make(wang, by=SYSTEM)
    for other in ("lei", "nobody"):
        with pytest.raises(Unauthorised):
            codes.use(other, code, address=HERE)
    users.set_active("wang", False)
    with pytest.raises(Unauthorised):
        codes.use("wang", code, address=HERE)


def test_guessing_ends_the_code_and_is_slowed_down(codes: Codes, wang: User, clock: Clock) -> None:
    code = codes.make(wang, by=SYSTEM)
    wrong = f"{(int(code) + 1) % 10**DIGITS:0{DIGITS}}"
    for _ in range(MOST_WRONG):
        with pytest.raises(Unauthorised):
            codes.use("wang", wrong, address=HERE)
    with pytest.raises(Throttled):
        codes.use("wang", code, address="10.0.0.2")
    fresh = codes.make(wang, by=SYSTEM)
    clock.pass_by(minutes=16)
    with pytest.raises(Unauthorised):  # the pause is over, and so is the code
        codes.use("wang", fresh, address=HERE)


def test_staff_have_none_and_without_a_key_there_are_none(codes: Codes, wang: User, users: Users, state: State) -> None:
    with pytest.raises(Conflict):
        codes.make(users.add("boss", "老板", "admin", WORDS), by=SYSTEM)
    with pytest.raises(Unavailable):
        Codes(state).make(wang, by=SYSTEM)


def test_asking_for_one_tells_nothing_and_is_slowed_down(codes: Codes, wang: User, users: Users) -> None:
    assert codes.wanted("wang", address=HERE) is None  # no channel reaches her
    codes.reach(wang, "c" * 32, by=SYSTEM)
    boss = users.add("boss", "老板", "admin", WORDS)
    codes.reach(boss, "c" * 32, by=SYSTEM)
    assert codes.wanted("boss", address=HERE) is None
    found = codes.wanted("wang", address=HERE)
    assert found is not None
    assert (found.account, codes.channel(found)) == ("wang", "c" * 32)
    for account in ("wang", "nobody"):
        with pytest.raises(Throttled):
            for _ in range(6):
                codes.wanted(account, address=f"10.1.0.{len(account)}")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=12))
def test_whatever_else_is_typed_opens_nothing(codes: Codes, wang: User, clock: Clock, typed: str) -> None:
    clock.pass_by(minutes=20)
    code = codes.make(wang, by=SYSTEM)
    if "".join(typed.split()) != code:
        with pytest.raises(Unauthorised):
            codes.use("wang", typed, address=HERE)
