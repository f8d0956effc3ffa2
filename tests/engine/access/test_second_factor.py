"""The second factor: a code opens once, guesses are counted, a lost phone is no lost account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select

from linshu.engine.access.login import Logins
from linshu.engine.access.second_factor import SecondFactors
from linshu.engine.access.tries import LoginRules
from linshu.engine.audit import Actor
from linshu.engine.state.tables import audit, recovery_code, second_factor
from linshu.kernel.errors import Invalid, Throttled, Unauthorised, Unavailable

if TYPE_CHECKING:
    from linshu.engine.access.users import User, Users
    from linshu.engine.state import State

    from .conftest import Clock

WORDS, HOME = "three unrelated words", "10.0.0.1"
WANG = Actor("u1", "wang", "web", HOME)


@pytest.fixture
def wang(users: Users) -> User:
    return users.add("wang", "王芳", "operator", WORDS)


@pytest.fixture
def factors(state: State, clock: Clock) -> SecondFactors:
    return SecondFactors(state, b"k" * 32, clock)


@pytest.fixture
def logins(state: State, clock: Clock, factors: SecondFactors) -> Logins:
    return Logins(state, LoginRules(second_factor=frozenset({"finance"})), clock, factors)


def now_shown(secret: str, clock: Clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(clock.moment.timestamp()) // 30 + steps)


@pytest.fixture
def phone(factors: SecondFactors, wang: User, clock: Clock) -> str:
    """The secret in an app whose first code was shown."""
    secret, address = factors.begin(wang, "翠湖优选")
    assert address.startswith("otpauth://totp/")
    factors.confirm(wang, now_shown(secret, clock), by=WANG)
    clock.pass_by(seconds=30)
    return secret


def test_without_one_the_password_is_enough(logins: Logins, wang: User) -> None:
    token, _ = logins.enter("wang", WORDS, address=HOME)
    assert logins.recognise(token) == wang
    assert logins.waiting(token) is None


def test_with_one_the_password_alone_opens_nothing(logins: Logins, wang: User, phone: str, clock: Clock) -> None:
    token, _ = logins.enter("wang", WORDS, address=HOME)
    assert logins.recognise(token) is None
    assert logins.waiting(token) == (wang, "code")
    fresh = logins.complete(token, now_shown(phone, clock), address=HOME)
    assert logins.recognise(fresh) == wang
    assert logins.recognise(token) is None
    assert logins.waiting(token) is None


def test_a_code_is_good_once(logins: Logins, phone: str, clock: Clock) -> None:
    code = now_shown(phone, clock)
    logins.complete(logins.enter("wang", WORDS, address=HOME)[0], code, address=HOME)
    token, _ = logins.enter("wang", WORDS, address=HOME)
    for old in (code, now_shown(phone, clock, -1)):
        with pytest.raises(Unauthorised):
            logins.complete(token, old, address=HOME)
    assert logins.complete(token, now_shown(phone, clock, 1), address=HOME)


@pytest.mark.parametrize("steps", [-2, 2, 10])
def test_codes_of_other_times_are_wrong(logins: Logins, phone: str, clock: Clock, steps: int) -> None:
    token, _ = logins.enter("wang", WORDS, address=HOME)
    with pytest.raises(Unauthorised):
        logins.complete(token, now_shown(phone, clock, steps), address=HOME)


def test_guessing_codes_is_slowed_down_and_the_password_forgives_nothing(
    logins: Logins, phone: str, clock: Clock
) -> None:
    tried = 0
    with pytest.raises(Throttled):
        while True:
            token, _ = logins.enter("wang", WORDS, address=HOME)
            with pytest.raises(Unauthorised):
                logins.complete(token, "abcdef", address=HOME)
            tried += 1
    assert tried <= LoginRules().tries_by_account


def test_half_a_log_in_lasts_ten_minutes(logins: Logins, phone: str, clock: Clock) -> None:
    token, _ = logins.enter("wang", WORDS, address=HOME)
    clock.pass_by(minutes=11)
    with pytest.raises(Unauthorised):
        logins.complete(token, now_shown(phone, clock), address=HOME)


def test_recovery_codes_open_once_each(
    logins: Logins, factors: SecondFactors, wang: User, phone: str, state: State
) -> None:
    codes = factors.renew(wang, by=WANG)
    assert len(set(codes)) == 10
    with state.reading() as connection:
        kept = " ".join(connection.execute(select(recovery_code.c.code_hash)).scalars())
    assert not any(code.replace("-", "") in kept for code in codes)
    typed = codes[0].upper().replace("-", " ")
    assert logins.complete(logins.enter("wang", WORDS, address=HOME)[0], typed, address=HOME)
    assert factors.left(wang.user_id) == 9
    token, _ = logins.enter("wang", WORDS, address=HOME)
    with pytest.raises(Unauthorised):
        logins.complete(token, codes[0], address=HOME)
    fresh = factors.renew(wang, by=WANG)
    with pytest.raises(Unauthorised):
        logins.complete(token, codes[1], address=HOME)
    assert logins.complete(token, fresh[1], address=HOME)


def test_a_role_may_have_to_set_one_up_before_any_page_opens(
    logins: Logins, users: Users, factors: SecondFactors, clock: Clock
) -> None:
    sun = users.add("sun", "孙慧", "finance", WORDS)
    token, _ = logins.enter("sun", WORDS, address=HOME)
    assert logins.recognise(token) is None
    assert logins.waiting(token) == (sun, "enrol")
    with pytest.raises(Unauthorised):
        logins.enrolled(token, address=HOME)
    secret, _ = factors.begin(sun)
    assert factors.begun(sun)[0] == secret
    with pytest.raises(Invalid):
        factors.confirm(sun, "000000", by=WANG)
    with pytest.raises(Unauthorised):
        logins.enrolled(token, address=HOME)
    factors.confirm(sun, now_shown(secret, clock), by=WANG)
    assert logins.recognise(logins.enrolled(token, address=HOME)) == sun


def test_turning_it_off_takes_the_recovery_codes_along(
    logins: Logins, factors: SecondFactors, wang: User, phone: str, state: State
) -> None:
    factors.off(wang, by=WANG)
    assert not factors.on(wang.user_id)
    assert factors.left(wang.user_id) == 0
    assert logins.recognise(logins.enter("wang", WORDS, address=HOME)[0]) == wang
    with state.reading() as connection:
        acts = connection.execute(select(audit.c.act).where(audit.c.act.startswith("second"))).scalars().all()
    assert acts == ["second_factor.on", "second_factor.off"]


def test_the_secret_is_sealed_for_its_person_under_a_key_that_is_not_in_the_database(
    factors: SecondFactors, wang: User, phone: str, state: State, users: Users
) -> None:
    with state.reading() as connection:
        sealed = connection.execute(select(second_factor.c.sealed)).scalar_one()
    assert phone not in sealed
    assert phone.encode().hex() not in sealed
    with pytest.raises(Unavailable):
        SecondFactors(state, b"x" * 32).begun(wang) or SecondFactors(state, b"x" * 32)._open(wang.user_id, sealed)
    with pytest.raises(Unavailable):
        factors._open("somebody else", sealed)
    with pytest.raises(Unavailable):
        SecondFactors(state).begin(users.add("li", "李", "operator", WORDS))


def test_a_second_factor_is_not_replaced_while_it_is_on(factors: SecondFactors, wang: User, phone: str) -> None:
    with pytest.raises(Invalid):
        factors.begin(wang)
    assert factors.begun(wang) is None
