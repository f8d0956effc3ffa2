"""Views from the command line and over HTTP: listed, shown, asked anew within the asker's scope, taken away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from tests.domains.insight.overview.town import town_rows

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users
from linshu.engine.shell.saved import SavedViews

if TYPE_CHECKING:
    from linshu.app.project import Project

TOKEN = "t" * 40
ADDRESS = "m=gmv&by=community&from=2026-11-09&to=2026-11-22&compare=previous&order=gmv_move"


@pytest.fixture
def filled(project: Project) -> Project:
    """The town as a project in which 王芳 keeps a view of one question and one of two."""
    with LocalShop.open(project) as shop:
        shop.bringing.intake.land_rows(
            "town", [(name, pa.Table.from_pylist(rows)) for name, rows in town_rows().items()]
        )
        shop.build()
    with open_state(project) as state:
        wang = Users(state).add("wang", "王芳", "operator", "three unrelated words")
        SavedViews(state).keep(wang, "/explore", "社群变动", ADDRESS, shared=True)
        SavedViews(state).keep(wang, "/explore", "两张图", "m=gmv&period=all&2.m=orders&2.by=leader&2.period=all")
    return project


def said(capsys, project: Project, *words: str) -> dict:
    assert run([*words, "--project", str(project.folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_views_are_listed_shown_run_and_deleted_from_the_command_line(filled: Project, capsys, tmp_path) -> None:
    rows = said(capsys, filled, "view", "list")["rows"]
    assert {(row["name"], row["owner"], row["shared"]) for row in rows} == {
        ("社群变动", "王芳", True),
        ("两张图", "王芳", False),
    }
    assert said(capsys, filled, "view", "show", "社群变动")["rows"][0]["address"] == ADDRESS
    found = said(capsys, filled, "view", "run", "社群变动")["rows"]
    moved = [row["gmv"] - row["gmv_previous"] for row in found]
    assert len(found) == 3
    assert moved == sorted(moved)  # in the order the page shows
    file = tmp_path / "view.csv"
    said(capsys, filled, "view", "run", "社群变动", "--save", str(file))
    assert file.read_text("utf-8-sig").count("\n") == 4
    assert run(["view", "run", "两张图", "--save", str(file), "--project", str(filled.folder)]) == 2
    said(capsys, filled, "view", "delete", "社群变动")
    assert [row["name"] for row in said(capsys, filled, "view", "list")["rows"]] == ["两张图"]
    assert run(["view", "show", "社群变动", "--project", str(filled.folder)]) == 1
    assert "没有视图" in capsys.readouterr().err


def test_views_over_http(filled: Project) -> None:
    with LocalShop.open(filled) as shop, open_state(filled) as state:
        client = TestClient(compose(shop, state, token=TOKEN), headers={"Authorization": f"Bearer {TOKEN}"})
        listed = client.get("/api/v1/views").json()["rows"]
        ids = {row["name"]: row["view"] for row in listed}
        one = client.get(f"/api/v1/views/{ids['社群变动']}/run").json()
        assert len(one["rows"]) == 3
        two = client.get(f"/api/v1/views/{ids['两张图']}/run").json()["meta"]["answers"]
        assert [len(answer["rows"]) for answer in two] == [1, 3]
        changed = client.patch(f"/api/v1/views/{ids['社群变动']}", json={"name": "城市", "address": "by=city&m=gmv"})
        assert (changed.json()["rows"][0]["name"], changed.json()["rows"][0]["address"]) == (
            "城市",
            "m=gmv&by=city&period=7d",
        )
        assert client.patch(f"/api/v1/views/{ids['社群变动']}", json={"address": "m=gmv&top=x"}).status_code == 400
        assert client.post("/api/v1/views", json={"name": "x", "address": "m=gmv"}).status_code == 403
        assert client.delete(f"/api/v1/views/{ids['社群变动']}").json()["rows"][0]["name"] == "城市"
        assert client.get(f"/api/v1/views/{ids['社群变动']}").status_code == 404
