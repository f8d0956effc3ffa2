"""Assistants ask over the Model Context Protocol: the same answers, refusals and rights as the HTTP API, and no more."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters
from starlette.testclient import TestClient
from tests.app.routes import READS, routes_of
from tests.loops import in_a_loop

from linshu.app.assistant.tools import API, TOOLS
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.permissions import EVERY
from linshu.engine.access.scope import Scope
from linshu.engine.audit import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from tests.app.sample import Sampled

ACCEPT = {"accept": "application/json, text/event-stream"}
GMV = {"metrics": ["gmv"], "by": ["community"]}


@pytest.fixture(scope="module")
def app(sampled: Sampled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    project = sampled(tmp_path_factory.mktemp("assistant") / "shop")
    with LocalShop.open(project) as shop, open_state(project) as state:
        made = compose(shop, state, token="t" * 40)
        made.state.shell.users.add("wang", "王芳", "admin", "three unrelated words")
        yield made


def caller(app: FastAPI, *permissions: str, **only: list[str]) -> TestClient:
    """A program with a token of somebody who may do everything."""
    shell = app.state.shell
    secret, _ = shell.tokens.make(
        shell.users.find("wang"), "assistant", permissions or EVERY, by=SYSTEM, scope=Scope.only(**only)
    )
    return TestClient(app, headers={**ACCEPT, "authorization": f"Bearer {secret}"})


def said(client: TestClient, method: str, address: str = "/mcp", **params: Any) -> Any:
    answer = client.post(address, json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def used(client: TestClient, tool: str, **given: Any) -> tuple[bool, str]:
    """Whether the tool refused, and its words."""
    result = said(client, "tools/call", name=tool, arguments=given)
    return result.get("isError", False), result["content"][0]["text"]


def test_what_a_tool_says_is_what_the_api_says(app: FastAPI) -> None:
    client = caller(app)
    begun = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    assert said(client, "initialize", **begun)["serverInfo"]["name"] == "linshu"
    told = {one["name"]: one for one in said(client, "tools/list")["tools"]}
    assert [*told] == [one.name for one in TOOLS]
    assert {"metrics", "by", "grain", "where", "compare"} <= {*told["ask_metrics"]["inputSchema"]["properties"]}
    for tool, given, direct in (
        ("ask_metrics", GMV, client.post("/api/v1/metrics/query", json=GMV)),
        ("find_metrics", {"q": "chengjiao"}, client.get("/api/v1/metrics?q=chengjiao")),
        ("list_dimensions", {"of": "gmv"}, client.get("/api/v1/dimensions?of=gmv")),
        ("list_alerts", {"state": ["ringing", "seen"]}, client.get("/api/v1/alerts?state=ringing&state=seen")),
        ("data_quality", {"of": "tables"}, client.get("/api/v1/quality?of=tables")),
    ):
        refused, text = used(client, tool, **given)
        assert (refused, json.loads(text)["rows"]) == (False, direct.json()["rows"])
    found = [row["metric"] for row in json.loads(used(client, "find_metrics", q="gmv")[1])["rows"]]
    assert found[0] == "gmv"
    assert len(found) < len(client.get("/api/v1/metrics").json()["rows"])


def test_no_tool_is_anything_but_a_call_that_changes_nothing(app: FastAPI) -> None:
    calls = {(method, one.path) for one in routes_of(app) for method in one.methods}
    assert [one.name for one in TOOLS if (one.method, API + one.path) not in calls] == []
    assert [one.name for one in TOOLS if one.method not in READS] == ["ask_metrics"]


def test_refusals_come_in_the_api_s_own_words(app: FastAPI) -> None:
    client = caller(app)
    refused, text = used(client, "ask_metrics", metrics=["gmvv"])
    assert refused
    assert "gmv" in text
    assert "community" in used(client, "ask_metrics", metrics=["gmv"], by=["communty"])[1]
    assert "metrics" in used(client, "ask_metrics", metric=["gmv"])[1]
    assert "list_alerts" in used(client, "list_alert")[1]
    assert used(client, "explain_suggestion", proposal_id="../alerts/rules")[0]
    in_english = said(client, "tools/call", "/mcp?lang=en", name="ask_metrics", arguments={"metrics": ["gmvv"]})
    assert "Did you mean" in in_english["content"][0]["text"]


def test_a_token_opens_no_tool_that_it_does_not_open_in_the_api(app: FastAPI) -> None:
    for tool in TOOLS:
        refused, text = used(
            caller(app, "events.send"), tool.name, **({"proposal_id": "x"} if "{" in tool.path else {})
        )
        assert refused is (tool.name != "data_freshness"), (tool.name, text)
    narrow = caller(app, "figures.read", communities=["elsewhere"])
    assert json.loads(used(narrow, "ask_metrics", **GMV)[1])["rows"] == []
    assert json.loads(used(caller(app, "figures.read"), "ask_metrics", **GMV)[1])["rows"] != []


def test_nobody_comes_in_without_a_token(app: FastAPI) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers in ({}, {"authorization": "Bearer lst_wrong"}, {"accept": "*/*"}):
        answer = TestClient(app, headers=headers).post("/mcp", json=asked)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert caller(app).get("/mcp").status_code == 405


def test_an_answer_that_is_too_long_says_how_to_ask_for_less(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linshu.app.assistant.speaking.MOST_TOLD", 100)
    refused, text = used(caller(app), "ask_metrics", **GMV)
    assert refused
    assert "limit" in text


def test_a_command_speaks_over_its_own_input_and_output(sampled: Sampled, tmp_path: Path) -> None:
    """With a client of the official library; no server runs, and the command answers itself."""
    project = sampled(tmp_path / "shop")
    with open_state(project) as state:
        from linshu.engine.access.tokens import Tokens
        from linshu.engine.access.users import Users

        Users(state).add("wang", "王芳", "operator", "three unrelated words")
        secret, _ = Tokens(state).make(Users(state).find("wang"), "a", ["figures.read"], by=SYSTEM)
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "linshu.app.cli", "mcp", "--project", str(project.folder)],
        env={**os.environ, "LINSHU_TOKEN": secret},
    )  # fmt: skip

    async def asked() -> tuple[int, Any, Any]:
        async with Client(command) as client:
            tools = (await client.list_tools()).tools
            return (
                len(tools), await client.call_tool("ask_metrics", {"metrics": ["orders"]}),
                await client.call_tool("list_suggestions", {}),
            )  # fmt: skip

    count, figures, suggestions = in_a_loop(asked())
    assert count == len(TOOLS)
    assert json.loads(figures.content[0].text)["rows"] == [{"orders": 3}]
    assert suggestions.is_error
    assert "批准或拒绝建议" in suggestions.content[0].text
