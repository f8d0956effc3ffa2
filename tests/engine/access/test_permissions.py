"""What a role may do: nothing that was not granted; roles of a company's own, and who has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from linshu.engine.access.own_roles import Roles, own_role
from linshu.engine.access.permissions import EVERY, NOUNS, PERMISSIONS, permission
from linshu.engine.access.roles import ROLES
from linshu.engine.access.scope import ATTRIBUTES, Scope
from linshu.engine.access.users import User
from linshu.engine.audit import Actor
from linshu.engine.state import State
from linshu.engine.state.tables import audit, user_scope
from linshu.engine.state.tables import users as table
from linshu.kernel.errors import Conflict, Invalid, Misused

if TYPE_CHECKING:
    from linshu.engine.access.login import Logins
    from linshu.engine.access.users import Users

WORDS = "three unrelated words"
BOSS = Actor("u0", "boss", "web", "10.0.0.1")


def acts(state: State) -> list[tuple[str, str, str]]:
    with state.reading() as connection:
        return [tuple(row) for row in connection.execute(select(audit.c.account, audit.c.act, audit.c.subject))]


def test_permissions_are_named_noun_and_verb_once_each() -> None:
    assert len(EVERY) == len(PERMISSIONS)
    assert all(one.name.count(".") == 1 and one.noun in NOUNS for one in PERMISSIONS)
    with pytest.raises(Misused, match=r"sql\.ask") as refused:
        permission("sql.aks")
    assert "sql.ask" in refused.value.mend.zh


def test_whoever_has_no_known_role_may_do_nothing() -> None:
    stranger = User("u", "u", "u", "king")
    assert not any(stranger.may(name) for name in EVERY)


def test_built_in_roles_grant_what_exists_and_outsiders_their_own_pages() -> None:
    granted = {one.name: one.grants for one in ROLES}
    assert all(grants <= EVERY for grants in granted.values())
    assert granted["admin"] == EVERY
    assert granted["leader"] == granted["supplier"] == {"portal.use"}
    assert "figures.export" not in granted["viewer"]
    assert not any("sql.ask" in grants for name, grants in granted.items() if name != "admin")


def test_an_own_role_grants_exactly_what_it_says(state: State, users: Users) -> None:
    roles = Roles(state)
    made = roles.add(own_role("auditor", "稽核", "finance", ["audit.read", "audit.verify"]), by=BOSS)
    assert roles.find("auditor") == made
    wang = users.add("wang", "王芳", "auditor", WORDS)
    assert wang.may("audit.read")
    assert not wang.may("figures.read")
    assert wang.job.menu == "finance"
    assert users.find("wang") == wang
    assert ("boss", "role.add", "role:auditor") in acts(state)


def test_a_changed_role_is_felt_at_once_and_its_holders_log_in_again(
    state: State, users: Users, logins: Logins
) -> None:
    roles = Roles(state)
    roles.add(own_role("auditor", "稽核", "finance", ["audit.read"]))
    users.add("wang", "王芳", "auditor", WORDS)
    token, _ = logins.enter("wang", WORDS, address="10.0.0.7")
    roles.change(own_role("auditor", "稽核", "viewer", ["figures.read"]), by=BOSS)
    assert logins.recognise(token) is None
    again, found = logins.enter("wang", WORDS, address="10.0.0.7")
    assert found.may("figures.read")
    assert not found.may("audit.read")
    assert again


@pytest.mark.parametrize("name", ["", "x", "Ü", "a b", "x" * 40])
def test_strange_role_names_are_refused(state: State, name: str) -> None:
    with pytest.raises(Invalid):
        Roles(state).add(own_role(name, "稽核", "finance", []))


def test_built_in_roles_stay_as_they_are_and_a_role_in_use_is_kept(state: State, users: Users) -> None:
    roles = Roles(state)
    for change in (roles.add, roles.change):
        with pytest.raises(Conflict):
            change(own_role("admin", "管理", "finance", []))
    with pytest.raises(Conflict):
        roles.remove("operator")
    roles.add(own_role("auditor", "稽核", "finance", []))
    users.add("wang", "王芳", "auditor", WORDS)
    with pytest.raises(Conflict, match="1"):
        roles.remove("auditor")
    users.set_role("wang", "viewer")
    roles.remove("auditor", by=BOSS)
    with pytest.raises(Misused):
        roles.find("auditor")


def test_permissions_and_bases_there_are_not_cannot_be_given(state: State) -> None:
    with pytest.raises(Misused):
        own_role("auditor", "稽核", "finance", ["everything.do"])
    with pytest.raises(Misused):
        Roles(state).add(own_role("auditor", "稽核", "king", []))


def test_a_person_without_a_scope_sees_everything_and_with_an_empty_one_nothing(users: Users) -> None:
    assert users.add("wang", "王芳", "operator", WORDS).scope == Scope.everything()
    users.set_scope("wang", Scope.only(communities=[], regions=["R1", "R2"]))
    assert users.find("wang").scope == Scope.only(communities=[], regions=["R2", "R1"])
    users.set_scope("wang", Scope.everything())
    assert users.find("wang").scope.restrictions() == ()


def test_a_scope_ends_the_log_ins_and_stands_in_the_audit(state: State, users: Users, logins: Logins) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    token, _ = logins.enter("wang", WORDS, address="10.0.0.7")
    users.set_scope("wang", Scope.only(leaders=["L1"]), by=BOSS)
    assert logins.recognise(token) is None
    assert logins.enter("wang", WORDS, address="10.0.0.7")[1].scope == Scope.only(leaders=["L1"])
    assert ("boss", "user.scope", "user:wang") in acts(state)


@pytest.mark.parametrize("damaged", ["{", '"R1"', "null", "{}"])
def test_a_damaged_scope_shows_nothing(state: State, users: Users, damaged: str) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    users.set_scope("wang", Scope.only(regions=["R1"]))
    with state.writing() as connection:
        connection.execute(update(user_scope).values(ids=damaged))
    assert users.find("wang").scope == Scope.only(regions=[])


def test_a_scope_of_an_attribute_there_is_not_shows_nothing(state: State, users: Users) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    users.set_scope("wang", Scope.only(regions=["R1"]))
    with state.writing() as connection:
        connection.execute(update(user_scope).values(attribute="planets"))
    assert users.find("wang").scope == Scope(**{ATTRIBUTES[0]: frozenset()})


@pytest.mark.parametrize(
    "ids", [[""], ["x" * 300], ["a\nb"], [f"C{n}" for n in range(6000)]], ids=lambda ids: ids[0][:5] or "empty"
)
def test_ids_that_cannot_be_are_refused(users: Users, ids: list[str]) -> None:
    users.add("wang", "王芳", "operator", WORDS)
    with pytest.raises(Invalid):
        users.set_scope("wang", Scope.only(communities=ids))


def test_the_last_administrator_stays(state: State, users: Users) -> None:
    users.add("ada", "Ada", "admin", WORDS)
    for change in (lambda: users.set_role("ada", "viewer"), lambda: users.set_active("ada", active=False)):
        with pytest.raises(Conflict):
            change()
    users.add("bea", "Bea", "admin", WORDS)
    users.set_role("ada", "viewer")
    with state.reading() as connection:
        assert connection.execute(select(table.c.role).where(table.c.account == "ada")).scalar_one() == "viewer"


def test_every_change_of_a_person_names_who_did_it(state: State, users: Users) -> None:
    users.add("wang", "王芳", "operator", WORDS, by=BOSS)
    users.set_name("wang", "王小芳", by=BOSS)
    users.set_password("wang", WORDS + "!", by=BOSS)
    users.set_role("wang", "finance", by=BOSS)
    users.set_active("wang", False, by=BOSS)
    users.set_active("wang", True, by=BOSS)
    assert [act for who, act, subject in acts(state) if (who, subject) == ("boss", "user:wang")] == [
        "user.add", "user.name", "user.password", "user.role", "user.off", "user.on",
    ]  # fmt: skip
    with state.reading() as connection:
        written = " ".join(row.details for row in connection.execute(select(audit)))
    assert WORDS not in written
