"""Log-in: tokens, time-outs, guessing, and planted tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from linshu.engine.access import passwords
from linshu.engine.access.tries import LoginRules
from linshu.engine.audit import Actor
from linshu.engine.state.tables import audit, login_session
from linshu.engine.state.tables import users as table
from linshu.kernel.errors import Throttled, Unauthorised

if TYPE_CHECKING:
    from linshu.engine.access.login import Logins
    from linshu.engine.access.users import User, Users
    from linshu.engine.state import State

    from .conftest import Clock

WORDS, WRONG, HOME = "three unrelated words", "four other strange words", "10.0.0.1"
RULES = LoginRules()


@pytest.fixture(autouse=True)
def wang(users: Users) -> User:
    return users.add("wang", "王芳", "operator", WORDS)


def test_the_right_password_opens_a_log_in(logins: Logins, wang: User) -> None:
    token, user = logins.enter("Wang ", WORDS, address=HOME)
    assert user == wang
    assert logins.recognise(token) == wang
    assert len(token) >= 43  # 256 bits
    assert logins.recognise(token + "x") is None
    assert logins.recognise("") is None


def test_every_log_in_has_its_own_token_and_only_its_hash_is_kept(logins: Logins, state: State) -> None:
    tokens = {logins.enter("wang", WORDS, address=HOME)[0] for _ in range(3)}
    assert len(tokens) == 3
    with state.reading() as connection:
        kept = set(connection.execute(select(login_session.c.token_hash)).scalars())
    assert len(kept) == 3
    assert not kept & tokens


@pytest.mark.parametrize(("account", "password"), [("wang", WRONG), ("nobody", WORDS), ("", ""), ("wang", "")])
def test_wrong_account_and_wrong_password_sound_the_same(logins: Logins, account: str, password: str) -> None:
    with pytest.raises(Unauthorised, match="账号或密码不对"):
        logins.enter(account, password, address=HOME)


def test_an_unknown_account_costs_a_password_check_too(logins: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str | None] = []
    real = passwords.matches

    def counting(stored: str | None, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(passwords, "matches", counting)
    for account in ("wang", "nobody"):
        with pytest.raises(Unauthorised):
            logins.enter(account, WRONG, address=HOME)
    assert checked[0] is not None
    assert checked[1] is None


def test_a_person_kept_out_cannot_enter(logins: Logins, users: Users) -> None:
    users.set_active("wang", active=False)
    with pytest.raises(Unauthorised):
        logins.enter("wang", WORDS, address=HOME)


def test_idle_and_absolute_time_outs(logins: Logins, clock: Clock, wang: User) -> None:
    token, _ = logins.enter("wang", WORDS, address=HOME)
    clock.pass_by(hours=7, minutes=59)
    assert logins.recognise(token) == wang  # being seen starts the idle time anew
    clock.pass_by(hours=7, minutes=59)
    assert logins.recognise(token) == wang
    clock.pass_by(hours=8)
    assert logins.recognise(token) is None
    assert logins.of(wang.user_id) == ()

    token, _ = logins.enter("wang", WORDS, address=HOME)
    for _ in range(7 * 4 - 1):
        clock.pass_by(hours=6)
        assert logins.recognise(token) == wang
    clock.pass_by(hours=6)
    assert logins.recognise(token) is None


def test_guessing_one_account_is_paused_even_for_the_right_password(logins: Logins, clock: Clock) -> None:
    for number in range(RULES.tries_by_account):
        with pytest.raises(Unauthorised):
            logins.enter("wang", WRONG, address=f"10.0.1.{number}")
    with pytest.raises(Throttled):
        logins.enter("wang", WORDS, address=HOME)
    clock.pass_by(minutes=15, seconds=1)
    logins.enter("wang", WORDS, address=HOME)


def test_guessing_many_accounts_from_one_address_is_paused(logins: Logins) -> None:
    for number in range(RULES.tries_by_address):
        with pytest.raises(Unauthorised):
            logins.enter(f"guess{number}", WRONG, address=HOME)
    with pytest.raises(Throttled):
        logins.enter("wang", WORDS, address=HOME)
    logins.enter("wang", WORDS, address="10.0.0.2")


def test_a_right_password_forgives_earlier_slips(logins: Logins) -> None:
    for _ in range(3):
        for _ in range(RULES.tries_by_account - 1):
            with pytest.raises(Unauthorised):
                logins.enter("wang", WRONG, address=HOME)
        logins.enter("wang", WORDS, address=HOME)


def test_leaving_ends_this_log_in_and_no_other(logins: Logins, wang: User, clock: Clock) -> None:
    first, _ = logins.enter("wang", WORDS, address=HOME, agent="phone")
    clock.pass_by(minutes=1)
    second, _ = logins.enter("wang", WORDS, address=HOME, agent="desk")
    logins.leave(first)
    assert logins.recognise(first) is None
    assert logins.recognise(second) == wang
    assert [place.agent for place in logins.of(wang.user_id)] == ["desk"]


def test_one_may_end_only_ones_own_log_ins(logins: Logins, users: Users, wang: User) -> None:
    other = users.add("chen", "陈军", "buyer", WORDS)
    token, _ = logins.enter("wang", WORDS, address=HOME)
    key = logins.of(wang.user_id)[0].key
    logins.revoke(other, key)
    assert logins.recognise(token) == wang
    logins.revoke(wang, key)
    assert logins.recognise(token) is None


def test_a_weak_old_hash_is_renewed_at_log_in(logins: Logins, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    logins.enter("wang", WORDS, address=HOME)
    with state.reading() as connection:
        assert "m=16,t=2,p=1" in connection.execute(select(table.c.password_hash)).scalar_one()


def acts(state: State) -> list[tuple[str, str]]:
    with state.reading() as connection:
        found = connection.execute(select(audit.c.act, audit.c.subject).where(audit.c.act.startswith("login")))
        return [tuple(row) for row in found]


def test_log_ins_and_failures_stand_in_the_audit(logins: Logins, state: State) -> None:
    token, user = logins.enter("wang", WORDS, address=HOME)
    with pytest.raises(Unauthorised):
        logins.enter("wang", WRONG, address=HOME)
    with pytest.raises(Unauthorised):
        logins.enter("my secret typed in the wrong field", WRONG, address=HOME)
    logins.leave(token, by=Actor(user.user_id, user.account, "web", HOME))
    found = acts(state)
    assert found[:2] == [("login.enter", "user:wang"), ("login.fail", "user:wang")]
    assert found[2][0] == "login.fail"
    assert found[2][1].startswith("unknown:")
    assert "secret" not in found[2][1]
    assert found[3:] == [("login.leave", "user:wang")]


def test_a_pause_is_written_down_once_however_long_somebody_hammers(logins: Logins, state: State) -> None:
    for number in range(RULES.tries_by_account + 20):
        with pytest.raises((Unauthorised, Throttled)):
            logins.enter("wang", WRONG, address=f"10.0.1.{number}")
    assert acts(state).count(("login.pause", "user:wang")) == 1
    assert acts(state).count(("login.fail", "user:wang")) == RULES.tries_by_account
