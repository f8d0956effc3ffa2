"""Targets set on their page: a batch that is undone like any other, read back by the metric layer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.app.sample import things, write_files
from tests.engine.shell.standin import WORDS, log_in, page_token

from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from linshu.app.project import Project


@pytest.fixture
def app(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with LocalShop.open(project) as shop, open_state(project) as state:
        shop.bringing.intake.land_rows("test", things())
        for file in write_files(project.folder / "in"):
            shop.import_file(file)
        shop.build_models()
        made = compose(shop, state)
        for account, role in (("wang", "operator"), ("seer", "viewer")):
            made.state.shell.users.add(account, account, role, WORDS)
        yield made


def test_a_target_is_set_changed_and_dropped(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://shop.test", raise_server_exceptions=False)
    log_in(client, "wang")
    token = {"X-CSRF-Token": page_token(client.get("/targets").text)}
    today = datetime.now(UTC).date()

    def post(**data: str) -> str:
        usual = {"metric": "gmv", "dimension": "*", "part": "", "grain": "month", "start": str(today), "value": "10000"}
        return client.post("/targets", data={**usual, **data}, headers=token).text

    assert "没有目标" in client.get("/targets").text
    assert "已保存" in post()
    shop = app.state.shell.shop
    kept = shop.read("SELECT metric, period_start, target_value FROM fct_targets").to_pylist()
    assert kept == [{"metric": "gmv", "period_start": today.replace(day=1), "target_value": 1_000_000}]
    post(value="12,000.50")
    assert shop.read("SELECT target_value FROM fct_targets").to_pylist() == [{"target_value": 1_200_050}]
    assert "全公司" in client.get("/targets").text
    for data, words in (
        ({"metric": "zzz"}, "没有指标 zzz"),
        ({"dimension": "zzz"}, "没有维度 zzz"),
        ({"dimension": "city"}, "请写明是哪一个"),
        ({"grain": "zzz"}, "请选择时段"),
        ({"start": "gestern"}, "请选择时段里的一天"),
        ({"value": "viel"}, "不是数字"),
        ({"value": "0"}, "目标要大于 0"),
    ):
        assert words in post(**data)
    post(act="drop")
    assert shop.read("SELECT count(*) AS many FROM fct_targets").to_pylist() == [{"many": 0}]
    assert client.get("/targets?tab=zzz").status_code == 400


def test_who_may_not_set_one(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://shop.test", raise_server_exceptions=False)
    log_in(client, "seer")
    page = client.get("/targets")
    assert page.status_code == 200
    assert "定目标" not in page.text
    token = {"X-CSRF-Token": page_token(page.text)}
    assert client.post("/targets", data={"metric": "gmv"}, headers=token).status_code == 403
    app.state.shell.users.set_scope("seer", Scope.only(communities=["G1"]))
    log_in(client, "seer")
    assert client.get("/targets").status_code == 403
