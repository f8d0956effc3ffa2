"""Deny by default, proven from the route list: every route says what it asks for, and what it asks for is refused without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.app.routes import routes_of

from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.permissions import EVERY
from linshu.engine.access.roles import ROLES
from linshu.engine.shell.gate import OPEN_PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from linshu.app.project import Project


@pytest.fixture
def app(project: Project) -> Iterator[FastAPI]:
    with LocalShop.open(project) as shop, open_state(project) as state:
        yield compose(shop, state)


def test_every_route_says_what_it_asks_for(app: FastAPI) -> None:
    routes = routes_of(app)
    assert len(routes) > 90
    assert {"/login", "/api/v1/sql", "/data/batches/{landing_id}/undo", "/explore/views/{view_id}/drop"} <= {
        one.path for one in routes
    }
    silent = [one for one in routes if not one.every and one.path not in OPEN_PATHS]
    assert silent == []


def test_every_change_says_so_itself_and_does_not_lean_on_its_feature(app: FastAPI) -> None:
    assert [one for one in routes_of(app) if one.changes and not one.own] == []


def test_what_is_for_administrators_asks_for_a_permission_by_name(app: FastAPI) -> None:
    assert [one for one in routes_of(app) if one.path.startswith("/admin") and not any(one.every)] == []


def test_every_permission_that_is_asked_for_exists_and_somebody_has_it(app: FastAPI) -> None:
    asked = {name for one in routes_of(app) for name in one.every if name}
    assert asked <= EVERY
    for name in asked:
        assert [one.name for one in ROLES if name in one.grants]
