"""Views people keep: names, sharing, the one a page begins with, and who may touch them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from linshu.engine.access import passwords
from linshu.engine.access.users import User, Users
from linshu.engine.shell.saved import SavedViews
from linshu.engine.state import State
from linshu.kernel.errors import Conflict, Forbidden, Invalid, Missing

WORDS = "three unrelated words"


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


@pytest.fixture
def people(state: State, monkeypatch: pytest.MonkeyPatch) -> tuple[User, User, User]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    users = Users(state)
    return tuple(
        users.add(name, name, role, WORDS) for name, role in (("mei", "operator"), ("chen", "buyer"), ("ada", "admin"))
    )


@pytest.fixture
def views(state: State) -> SavedViews:
    return SavedViews(state)


def test_a_view_is_kept_found_by_name_or_id_and_leads_to_its_page(views: SavedViews, people) -> None:
    wang, _, _ = people
    view_id = views.keep(wang, "/explore", "  街道   复购率 ", "m=gmv&by=city")
    found = views.find(wang, "街道 复购率")
    assert found == views.find(wang, view_id)
    assert (found.owner, found.href) == ("mei", f"/explore?m=gmv&by=city&view={view_id}")


def test_others_see_only_what_is_shared_and_change_nothing(views: SavedViews, people) -> None:
    wang, chen, ada = people
    own = views.keep(wang, "/explore", "自己的", "m=gmv")
    shared = views.keep(wang, "/explore", "大家的", "m=gmv", shared=True)
    assert [one.name for one in views.seen_by(chen)] == ["大家的"]
    assert [one.name for one in views.seen_by(ada)] == ["大家的", "自己的"]
    with pytest.raises(Missing):
        views.find(chen, own)
    for touch in (lambda: views.change(chen, shared, name="我的"), lambda: views.drop(chen, shared)):
        with pytest.raises(Forbidden):
            touch()
    views.change(ada, shared, shared=False)
    assert views.seen_by(chen) == ()


def test_a_name_is_used_once_by_each_person(views: SavedViews, people) -> None:
    wang, chen, _ = people
    views.keep(wang, "/explore", "复购", "m=gmv")
    views.keep(chen, "/explore", "复购", "m=gmv")
    other = views.keep(wang, "/explore", "别的", "m=gmv")
    for again in (
        lambda: views.keep(wang, "/explore", "复购", "m=aov"),
        lambda: views.change(wang, other, name="复购"),
    ):
        with pytest.raises(Conflict):
            again()
    assert [one.name for one in views.seen_by(wang)] == ["别的", "复购"]


@pytest.mark.parametrize(
    ("name", "address"), [("", "m=gmv"), ("   ", "m=gmv"), ("长" * 61, "m=gmv"), ("空", ""), ("大", "m" * 8001)]
)
def test_what_cannot_be_kept_is_said(views: SavedViews, people, name: str, address: str) -> None:
    with pytest.raises(Invalid) as error:
        views.keep(people[0], "/explore", name, address)
    assert error.value.mend.zh


def test_a_page_begins_with_one_view_at_most(views: SavedViews, people) -> None:
    wang, chen, _ = people
    first = views.keep(wang, "/explore", "一", "m=gmv", opens=True)
    second = views.keep(wang, "/explore", "二", "m=aov", opens=True, shared=True)
    assert views.first(wang, "/explore").view_id == second
    assert views.first(chen, "/explore") is None  # shared, but not theirs to begin with
    views.change(wang, first, opens=True)
    assert views.first(wang, "/explore").view_id == first
    views.change(wang, first, opens=False)
    assert views.first(wang, "/explore") is None


def test_what_was_taken_away_can_be_kept_again(views: SavedViews, people) -> None:
    wang, _, _ = people
    gone = views.drop(wang, views.keep(wang, "/explore", "一", "m=gmv", shared=True))
    assert views.seen_by(wang) == ()
    views.keep(wang, gone.page, gone.name, gone.address, shared=gone.shared, opens=gone.opens)
    assert views.seen_by(wang)[0].shared
