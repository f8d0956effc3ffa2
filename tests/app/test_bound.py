"""`--as`: the owner of a machine asks and acts as somebody else, within that person's rows and rights, server or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import town_rows

from linshu.app.bound import CUT, FREE, NEEDS
from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.permissions import EVERY
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.shell.gate import PERSON

if TYPE_CHECKING:
    from linshu.app.project import Project

pytestmark = pytest.mark.slow
TOKEN = "t" * 30


@pytest.fixture
def town(project: Project) -> Project:
    with LocalShop.open(project) as shop:
        shop.bringing.intake.land_rows(
            "town", [(name, pa.Table.from_pylist(rows)) for name, rows in town_rows().items()]
        )
        shop.build_models()
    with open_state(project) as state:
        users = Users(state)
        users.add("wang", "王芳", "operator", "three unrelated words")
        users.set_scope("wang", Scope.only(communities=["C1"]))
        users.add("he", "何静", "viewer", "three unrelated words")
        users.add("lei", "雷姐", "leader", "three unrelated words")
    return project


def said(capsys: Any, project: Project, *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*words, "--project", str(project.folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["rows"]


ASK = ("metric", "orders", "--by", "community", "--from", "2026-11-01", "--to", "2026-11-30")


def test_a_command_in_somebodys_name_sees_their_rows_and_does_what_they_may(town: Project, capsys: Any) -> None:
    at = ["--project", str(town.folder)]
    assert {row["community"] for row in said(capsys, town, *ASK)} == {"C1", "C2", "C3"}
    assert {row["community"] for row in said(capsys, town, *ASK, "--as", "wang")} == {"C1"}
    assert len(said(capsys, town, *ASK, "--as", "he")) == 3
    for words in (["sql", "SELECT 1 AS one"], ["batch", "list"], ["export", "dim_community", "--to", "x.csv"]):
        assert run([*words, "--as", "wang", *at]) == 1
    assert run(["sql", "SELECT 1 AS one", "--as", "he", *at]) == 1
    assert run(["build", "--as", "he", *at]) == 1
    assert run([*ASK, "--as", "lei", *at]) == 1
    assert run([*ASK, "--as", "nobody", *at]) == 1


def test_the_server_holds_a_command_to_the_same(town: Project) -> None:
    with LocalShop.open(town) as shop, open_state(town) as state:
        client = TestClient(compose(shop, state, token=TOKEN), headers={"authorization": f"Bearer {TOKEN}"})
        question = {"metrics": ["orders"], "by": ["community"]}
        assert len(client.post("/api/v1/metrics/query", json=question).json()["rows"]) == 3
        bound = client.post("/api/v1/metrics/query", json=question, headers={PERSON: "wang"}).json()["rows"]
        assert {row["community"] for row in bound} == {"C1"}
        assert client.get("/api/v1/tables", headers={PERSON: "wang"}).status_code == 403
        assert client.get("/api/v1/metrics", headers={PERSON: "lei"}).status_code == 403
        assert client.get("/api/v1/metrics", headers={PERSON: "nobody"}).status_code == 404


def test_every_call_that_is_named_exists_and_asks_for_a_permission_there_is() -> None:
    assert set(NEEDS.values()) <= EVERY
    assert not [name for name in (*CUT, *NEEDS) if not hasattr(LocalShop, name)]
    assert not [name for name in FREE - {"project"} if not hasattr(LocalShop, name)]
