"""The register of people: accounts, passwords, roles, choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from linshu.engine.access.passwords import HASHER as SHIPPED
from linshu.engine.access.passwords import check_strength, hashed, matches, outdated
from linshu.engine.access.roles import ROLES, STAFF, role
from linshu.engine.state.tables import users as users_table
from linshu.kernel.errors import Conflict, Invalid, Missing, Misused

if TYPE_CHECKING:
    from linshu.engine.access.login import Logins
    from linshu.engine.access.users import Users
    from linshu.engine.state import State

WORDS = "three unrelated words"


def test_a_person_is_found_by_account_in_any_case(users: Users) -> None:
    added = users.add("Wang.Fang", "王芳", "operator", WORDS)
    assert users.find(" WANG.fang ") == added
    assert users.all() == (added,)


def test_an_account_exists_once(users: Users) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    with pytest.raises(Conflict):
        users.add("WANG", "王芬", "buyer", WORDS)


@pytest.mark.parametrize("account", ["", "a", "王芳", "a b", "-x", "x" * 65, "a\nb"])
def test_strange_accounts_are_refused(users: Users, account: str) -> None:
    with pytest.raises(Invalid):
        users.add(account, "王芳", "operator", WORDS)


@pytest.mark.parametrize(
    "password", ["", "short", "a" * 20, "abab" * 5, "x" * 129, "wangfang-2026"], ids=lambda text: text[:12] or "empty"
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_strength(password, "wangfang")


def test_the_password_itself_is_not_kept(users: Users, state: State) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    with state.reading() as connection:
        stored = connection.execute(select(users_table.c.password_hash)).scalar_one()
    assert stored.startswith("$argon2id$")
    assert WORDS not in stored


def test_the_shipped_cost_is_the_recommended_one() -> None:
    stored = SHIPPED.hash(WORDS)
    assert "m=19456,t=2,p=1" in stored
    assert SHIPPED.verify(stored, WORDS)


def test_a_hash_made_more_cheaply_is_renewed() -> None:
    assert outdated(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(WORDS))
    assert not matches("not a hash", WORDS)
    assert not matches(None, "nobody has this password")
    assert matches(hashed(WORDS), WORDS)


def test_unknown_people_and_roles_are_named(users: Users) -> None:
    with pytest.raises(Missing, match="nobody"):
        users.find("nobody")
    with pytest.raises(Misused, match="operator"):
        role("operater")
    assert {one.name for one in ROLES} > STAFF


def test_choices_are_kept_and_checked(users: Users) -> None:
    user = users.add("wang", "王芳", "operator", WORDS)
    users.choose(user.user_id, language="en", trend_colors="green_up", theme="dark")
    assert users.find("wang").language == "en"
    with pytest.raises(Invalid):
        users.choose(user.user_id, language="fr")
    with pytest.raises(Invalid):
        users.choose(user.user_id, role="admin")


@pytest.mark.parametrize("change", ["password", "role", "active"])
def test_what_changes_rights_logs_out_everywhere(users: Users, logins: Logins, change: str) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    token, _ = logins.enter("wang", WORDS, address="10.0.0.1")
    if change == "password":
        users.set_password("wang", "other unrelated words")
    elif change == "role":
        users.set_role("wang", "buyer")
    else:
        users.set_active("wang", active=False)
    assert logins.recognise(token) is None
