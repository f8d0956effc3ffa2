"""People and roles over HTTP and from the command line, and the whole API fuzzed: it refuses, it never breaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from linshu.app.project import Project

TOKEN = "t" * 40
OWNER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def app(project: Project) -> Iterator[FastAPI]:
    with LocalShop.open(project) as shop, open_state(project) as state:
        yield compose(shop, state, token=TOKEN)


def test_people_are_administered_over_http(app: FastAPI) -> None:
    client = TestClient(app, headers=OWNER)
    made = client.post("/api/v1/users", json={"account": "wang", "name": "王芳", "role": "viewer"}).json()["rows"][0]
    assert len(made["password"]) >= 12
    changed = client.patch("/api/v1/users/wang", json={"role": "operator", "scope": {"communities": ["G1"]}}).json()
    assert changed["rows"][0] == {
        "account": "wang", "name": "王芳", "role": "operator", "active": True, "scope": {"communities": ["G1"]},
    }  # fmt: skip
    assert client.patch("/api/v1/users/wang", json={"scope": {"planets": []}}).status_code == 400
    client.post("/api/v1/users", json={"account": "li", "role": "viewer"})
    client.patch("/api/v1/users/li", json={"scope": {"leaders": ["L1"]}})
    listed = {one["account"]: one["scope"] for one in client.get("/api/v1/users").json()["rows"]}
    again = client.patch("/api/v1/users/wang", json={"scope": listed["wang"]}).json()  # as it was told, kept again
    assert again["rows"][0]["scope"] == {"communities": ["G1"]}
    assert client.post("/api/v1/users/wang/link").status_code == 409
    assert client.get("/api/v1/users/wang/log-ins").json()["rows"] == []
    kept = client.put("/api/v1/roles/auditor", json={"title": "稽核", "base": "finance", "permissions": ["audit.read"]})
    assert kept.json()["rows"] == [{"role": "auditor", "permissions": ["audit.read"]}]
    assert client.put("/api/v1/roles/admin", json={"title": "x", "permissions": []}).status_code == 409
    assert client.delete("/api/v1/roles/auditor").status_code == 204
    audit = client.get("/api/v1/audit?act=user").json()
    assert audit["meta"]["total"] == 6
    assert {row["via"] for row in audit["rows"]} == {"cli"}  # the token of this machine's commands
    assert client.post("/api/v1/audit/verify").json()["meta"]["ok"] is True
    assert client.post("/api/v1/tokens", json={"name": "x", "permissions": ["figures.read"]}).status_code == 403


def test_a_program_makes_narrower_tokens_and_reads_within_them(app: FastAPI) -> None:
    shell, owner = app.state.shell, TestClient(app, headers=OWNER)
    owner.post("/api/v1/users", json={"account": "wang", "role": "operator", "password": "three unrelated words"})
    from linshu.engine.audit import SYSTEM

    secret, _ = shell.tokens.make(shell.users.find("wang"), "a", ["figures.read", "tokens.make"], by=SYSTEM)
    first = TestClient(app, headers={"authorization": f"Bearer {secret}"})
    narrow = {"name": "b", "permissions": ["figures.read"], "scope": {"leaders": ["L1"]}}
    inner = first.post("/api/v1/tokens", json=narrow).json()["rows"][0]
    second = TestClient(app, headers={"authorization": f"Bearer {inner['secret']}"})
    assert second.get("/api/v1/metrics").status_code == 200
    assert second.get("/api/v1/batches").status_code == 403
    assert second.get("/api/v1/users").status_code == 403
    assert second.post("/api/v1/tokens", json=narrow).status_code == 403
    assert first.post("/api/v1/tokens", json={"name": "c", "permissions": ["data.import"]}).status_code == 403
    assert shell.tokens.recognise(inner["secret"]).scope.restrictions() == (("leaders", ("L1",)),)
    assert first.delete(f"/api/v1/tokens/{inner['token']}").status_code == 204
    assert second.get("/api/v1/metrics").status_code == 401
    owner.patch("/api/v1/users/wang", json={"active": False})
    assert first.get("/api/v1/metrics").status_code == 401


def said(capsys: Any, project: Project, *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*words, "--project", str(project.folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["rows"]


def test_people_roles_and_audit_from_the_command_line(project: Project, capsys: Any) -> None:
    said(capsys, project, "user", "add", "lei", "--role", "leader", "--name", "雷姐")
    bound = said(capsys, project, "user", "scope", "lei", "--only", "communities=G1,G2", "--only", "leaders=")
    assert bound[0]["scope"] == "communities=G1,G2; leaders="
    assert said(capsys, project, "user", "scope", "lei", "--everything")[0]["scope"] == ""
    assert run(["user", "scope", "lei", "--only", "planets=1", "--project", str(project.folder)]) == 2
    assert "/enter/" in said(capsys, project, "user", "link", "lei")[0]["link"]
    assert said(capsys, project, "user", "log-ins", "lei") == []
    assert said(capsys, project, "user", "tokens", "lei") == []
    (token,) = said(capsys, project, "user", "token", "lei", "报表", "--allow", "portal.use", "--days", "7")
    assert token["secret"].startswith("lst_")
    assert [one["permissions"] for one in said(capsys, project, "user", "tokens", "lei")] == ["portal.use"]
    said(
        capsys, project, "role", "set", "auditor", "--permission", "audit.read", "--title", "稽核", "--base", "finance"
    )
    assert "auditor" in {row["role"] for row in said(capsys, project, "role", "list")}
    assert run(["role", "remove", "auditor", "--project", str(project.folder)]) == 0
    assert said(capsys, project, "user", "second-off", "lei")[0]["account"] == "lei"
    listed = said(capsys, project, "audit", "list", "--person", "local")
    assert [row["act"] for row in listed] == [
        "role.remove",
        "role.add",
        "token.make",
        "link.make",
        "user.scope",
        "user.scope",
        "user.add",
    ]
    assert said(capsys, project, "audit", "anchor")[0]["last"] == 7
    assert said(capsys, project, "audit", "verify") == []
