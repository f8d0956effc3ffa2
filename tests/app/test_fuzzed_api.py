"""The whole HTTP API fuzzed from its own description: whatever is sent, it answers or refuses, and never breaks."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.python.asgi import get_client

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access import passwords
from linshu.engine.access.permissions import EVERY
from linshu.engine.audit import SYSTEM
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.sample import Sampled

pytestmark = pytest.mark.slow
EXAMPLES = 20  # of those a property has, to each operation, on each of the two


@pytest.fixture(scope="module", params=["empty, SQLite", "with data, PostgreSQL"])
def served(
    request: pytest.FixtureRequest, sampled: Sampled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, dict[str, str]]]:
    """An application over a project, and the headers of a program that may do everything but name local files."""
    folder = tmp_path_factory.mktemp("fuzzed")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        if request.param.startswith("empty"):
            project = Project.init(folder / "shop", name="模糊")
            project.make_key()
            opened = open_state(project)
        else:
            project = sampled(folder / "shop")
            lent = stack.enter_context(request.getfixturevalue("postgres_databases")("ready"))
            opened = closing(State.open(lent))
        with LocalShop.open(project) as shop, opened as state:
            app = compose(shop, state, token="t" * 40)
            users, tokens = app.state.shell.users, app.state.shell.tokens
            ada = users.add("ada", "Ada", "admin", "three unrelated words")
            secret, _ = tokens.make(ada, "fuzz", EVERY, by=SYSTEM)
            yield app, {"authorization": f"Bearer {secret}"}


def test_whole_numbers_of_an_address_have_bounds(served: tuple[Any, dict[str, str]]) -> None:
    """A number that a database does not take must be refused, and examples seldom are that large."""
    described = served[0].openapi()["paths"]
    given = [
        (f"{path}?{one['name']}", kind)
        for path, methods in described.items()
        for method in methods.values()
        for one in method.get("parameters", ())
        for kind in one["schema"].get("anyOf", [one["schema"]])
    ]
    assert [
        where
        for where, kind in given
        if kind.get("type") in {"integer", "number"} and not {"minimum", "maximum"} <= {*kind}
    ] == []


def test_nothing_that_is_sent_breaks_it(served: tuple[Any, dict[str, str]]) -> None:
    app, headers = served
    broken: dict[str, str] = {}
    seen = 0
    described = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    # One client for all: to begin and end an event loop costs more than most answers.
    with get_client(app) as client:
        for found in described.get_all_operations():
            operation = found.ok()

            @settings(
                max_examples=settings().max_examples // EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy())
            def send(case: Any) -> None:
                nonlocal seen
                seen += 1
                answer = case.call(session=client, headers=headers)
                if answer.status_code >= 500:
                    broken[f"{case.method} {case.formatted_path} {case.query} {case.body}"[:300]] = answer.text[:200]

            send()
    assert broken == {}
    assert seen > 300
