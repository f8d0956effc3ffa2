"""Targets: set on their page, by command, over HTTP and from a file; seen within one's rows; on the cards of figures."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from argon2 import PasswordHasher
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import FIRST, NOW, gmv, town_rows
from tests.engine.shell.standin import WORDS, log_in, page_token

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.project import Project, write_setting
from linshu.app.states import book_of, open_state
from linshu.app.web import compose
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.audit.book import Wanted
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

LATER = NOW + timedelta(days=1)  # three whole weeks are known


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The town as a project of its own, built, with one target: 6,000 yuan in November."""
    project = Project.init(tmp_path_factory.mktemp("aims") / "shop", name="镇")
    project.make_key()
    with LocalShop.open(project) as shop:
        rows = town_rows()
        for one in rows["community"]:
            one["status"] = "active"
        shop.bringing.intake.land_rows("town", [(name, pa.Table.from_pylist(found)) for name, found in rows.items()])
        assert shop.build_models().ok
    return project


@pytest.fixture
def kept(town: Project, state_url: str) -> Iterator[Project]:
    """The town with its state in either database."""
    before = town.file.read_text("utf-8")
    write_setting(town, "state.url", state_url)
    yield Project.open(town.folder)
    town.file.write_text(before, "utf-8")


def test_by_command(kept: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = kept

    def said(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run([*words, "--project", str(town.folder), "--json"]) == code
        return json.loads(capsys.readouterr().out).get("rows")

    said("target", "set", "订单数", "60", "--of", "city=武汉", "--day", "2026-11-20")
    assert said("target", "set", "gmv", "1", "--of", "city=武汉市", "--day", "2026-11-20", code=1) is None
    file = tmp_path / "all.csv"
    said("target", "export", "--to", str(file))
    text = file.read_text("utf-8-sig")
    file.write_text(text.replace(",60,", ",75,"), "utf-8")
    said("target", "import", str(file))
    rows = said("target", "list", "--tab", "all")
    assert [(one["metric"], one["part"], one["target"]) for one in rows] == [
        ("gmv", "*", 600_000),
        ("orders", "武汉", 75),
    ]
    said("target", "remove", "orders", "--of", "城市=武汉", "--day", "2026-11-30", "--period", "月")
    with open_state(town) as state:
        acts = [one["act"] for one in book_of(town, state).listed(Wanted())[0]]
    assert {"target.drop", "target.import", "target.set"} <= {*acts}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(town: Project, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The pages and the API over a copy of the town, its state in either database."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(town.folder, folder / "shop")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        url = f"sqlite:///{folder / 'state.sqlite'}"
        if request.param == "postgresql":
            url = stack.enter_context(request.getfixturevalue("postgres_databases")("ready"))
        with LocalShop.open(Project.open(folder / "shop")) as shop, closing(State.open(url)) as state:
            made = compose(shop, state)
            made.state.shell = replace(made.state.shell, now=lambda: LATER)
            for account, role in (("wang", "operator"), ("seer", "viewer"), ("south", "operator")):
                made.state.shell.users.add(account, account, role, WORDS)
            made.state.shell.users.set_scope("south", Scope.only(communities=["C3"]))
            yield made


def browser(app: FastAPI, account: str) -> tuple[TestClient, dict[str, str]]:
    client = TestClient(app, base_url="http://shop.test", raise_server_exceptions=False)
    log_in(client, account)
    return client, {"X-CSRF-Token": page_token(client.get("/targets").text)}


USUAL = {"metric": "gmv", "dimension": "*", "part": "", "grain": "month", "start": "2026-11-24", "value": "10000"}


def test_a_target_is_set_changed_and_dropped(app: FastAPI) -> None:
    client, token = browser(app, "wang")

    def post(**data: str) -> str:
        return client.post("/targets", data={**USUAL, **data}, headers=token).text

    def kept() -> list[int]:
        return app.state.shell.shop.read("SELECT target_value FROM fct_targets ORDER BY 1")["target_value"].to_pylist()

    assert "已保存" in post(value="1.2万")
    assert kept() == [1_200_000]
    post(value="6,000")
    assert kept() == [600_000]
    for data, words in (
        ({"metric": "zzz"}, "没有指标 zzz"),
        ({"dimension": "zzz"}, "没有维度 zzz"),
        ({"dimension": "city"}, "请写明是哪一个"),
        ({"dimension": "city", "part": "上海"}, "没有城市“上海”"),
        ({"grain": "zzz"}, "请选择时段"),
        ({"start": "gestern"}, "请选择时段里的一天"),
        ({"value": "viel"}, "不是数字"),
        ({"value": "0"}, "目标要大于 0"),
    ):
        assert words in post(**data)
    post(dimension="city", part="长沙", value="1,000")
    assert kept() == [100_000, 600_000]
    assert client.get("/targets?q=长沙").text.count("todo-name") == 1
    post(dimension="city", part="长沙", act="drop")
    assert kept() == [600_000]
    assert client.get("/targets?tab=zzz").status_code == 400


def test_a_file_is_kept_whole_or_not_at_all(app: FastAPI) -> None:
    client, token = browser(app, "wang")

    def send(body: str) -> str:
        return client.post("/targets/import", files={"file": ("t.csv", body.encode())}, headers=token).text

    head = "指标,范围,哪一个,时段,时段里的一天,目标值\n"
    wrong = send(
        f"{head}订单数,全公司,,月,2026-12,100\n无此指标,,,月,2026-12,1\n订单数,城市,上海,月,2026-12,5\n准时率,,,周,昨天,95\n"
    )
    for words in ("3 行有问题", "第 3 行：", "没有指标 无此指标", "第 4 行：", "没有城市“上海”", "第 5 行："):
        assert words in wrong
    assert "没有目标" in client.get("/targets?tab=coming").text
    assert "已保存" in send(f"{head}订单数,全公司,,月,2026-12,100\n准时率,,,周,2026/12/2,95%\n")
    rows = client.get("/targets?tab=coming").text
    assert rows.count("todo-name") == 2
    file = client.get("/targets/export?tab=coming").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert [row[:6] for row in sheet[1:]] == [
        ["准时率", "全公司", "", "周", "2026-11-30", 95.0], ["订单数", "全公司", "", "月", "2026-12-01", 100.0],
    ]  # fmt: skip
    back = client.post("/targets/import", files={"file": ("t.xlsx", file)}, headers=token)
    assert "已保存" in back.text
    template = client.get("/targets/template").content
    assert "已保存" in client.post("/targets/import", files={"file": ("m.xlsx", template)}, headers=token).text
    app.state.local.targets.remove({**USUAL, "metric": "on_time_rate", "start": "2026-11-01"})
    app.state.local.targets.remove({**USUAL, "metric": "orders", "start": "2026-11-01"})
    app.state.local.targets.set(dict(USUAL, value="6000"))


def test_the_card_of_a_figure_says_where_its_target_leads(app: FastAPI) -> None:
    client, _ = browser(app, "wang")
    (row,) = client.get("/api/v1/targets?metric=gmv").json()["rows"]
    last = date(2026, 11, 23)
    assert row["value"] == gmv(FIRST, last)
    assert row["low"] <= row["likely"] <= row["high"]
    assert row["value"] < row["likely"]
    for address in ("/overview/parts/cards", "/explore/answer?m=gmv&period=this-month&chart=card"):
        text = client.get(address).text
        assert "11月目标 ¥6,000" in text
        assert "期末预计 ¥" in text
    assert "11月目标" not in client.get("/overview/parts/cards?city=4301").text  # that is nobody's of one city


def test_who_sees_and_sets_which(app: FastAPI) -> None:
    client, token = browser(app, "wang")
    for part, value in (("碧桂三群", "1000"), ("C1", "4000")):
        given = {**USUAL, "dimension": "community", "part": part, "value": value}
        assert client.put("/api/v1/targets", json=given, headers=token).status_code == 200
    south, mine = browser(app, "south")
    rows = south.get("/api/v1/targets").json()["rows"]
    assert [(one["name"], one["target"]) for one in rows] == [("碧桂三群", 100_000)]
    assert rows[0]["value"] == gmv(FIRST, date(2026, 11, 23), city="长沙")  # the only group there
    assert "翠湖" not in south.get("/targets").text
    assert south.post("/targets", data=USUAL, headers=mine).status_code == 403
    assert south.put("/api/v1/targets", json=USUAL, headers=mine).status_code == 403
    asked = "/explore/answer?m=gmv&period=this-month&chart=card"
    assert "11月目标 ¥1,000" in south.get(f"{asked}&where=community=C3").text
    assert "11月目标" not in south.get(asked).text  # the whole company's is nobody's who sees a part
    seer, hers = browser(app, "seer")
    assert "定目标" not in seer.get("/targets").text
    assert seer.post("/targets", data=USUAL, headers=hers).status_code == 403
    assert seer.post("/targets/import", headers=hers).status_code == 403
