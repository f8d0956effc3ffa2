"""Work orders over HTTP and from the command line, and what the running server does about them by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from linshu.app.cli import run
from linshu.app.jobs import jobs_of
from linshu.app.local import LocalShop
from linshu.app.ordering import WorkOrders
from linshu.app.pushing import courier
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.push.outbox import Message, put
from linshu.engine.state.tables import audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from linshu.app.project import Project

TOKEN = "t" * 40
OWNER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def app(project: Project) -> Iterator[FastAPI]:
    with LocalShop.open(project) as shop, open_state(project) as state:
        yield compose(shop, state, token=TOKEN)


def test_a_program_opens_finds_and_finishes_one(app: FastAPI) -> None:
    client = TestClient(app, headers=OWNER)
    app.state.shell.users.add("wang", "王芳", "operator", "three unrelated words")
    wanted = {"title": "盘一下武汉仓", "what": "对不上", "severity": "urgent", "key": "erp-17", "owner": "wang"}
    made = client.post("/api/v1/work", json=wanted).json()
    one = made["rows"][0]["order"]
    assert (made["meta"]["new"], made["rows"][0]["state"]) == (True, "assigned")
    again = client.post("/api/v1/work", json=wanted).json()
    assert (again["meta"]["new"], again["rows"][0]["order"]) == (False, one)
    assert client.get("/api/v1/work?owner=wang&severity=urgent&order=-created").json()["meta"]["total"] == 1
    assert client.get("/api/v1/work?late=true").json()["meta"]["total"] == 0
    assert client.get("/api/v1/work?order=zzz").status_code == 400
    refused = client.post("/api/v1/work/act", json={"act": "finish", "ids": [one, "nothing"]}).json()["rows"]
    assert {row["why"] for row in refused} == {"请写明处理结果", "没有这张工单"}
    finished = client.post("/api/v1/work/act", json={"act": "finish", "ids": [one], "result": "找到了"}).json()
    assert finished["meta"]["done"] == 1
    commented = client.post(f"/api/v1/work/{one}/comments", json={"words": "在货架后面"}).json()
    assert [step["act"] for step in commented["meta"]["history"]] == ["open", "finish", "comment"]
    sent = client.post(f"/api/v1/work/{one}/files?name=../照片.png", content=b"\x89PNG\r\n\x1a\n<script>").json()
    (file,) = sent["meta"]["files"]
    assert (file["name"], file["size"]) == ("照片.png", 16)
    got = client.get(f"/api/v1/work/{one}/files/{file['file']}")
    assert (got.content[:4], got.headers["content-type"]) == (b"\x89PNG", "application/octet-stream")
    for name, content in (("a.exe", b"MZ"), ("a.png", b"<svg>"), ("a.txt", b"a\0b"), ("a", b"x"), ("a.txt", b"")):
        assert client.post(f"/api/v1/work/{one}/files?name={name}", content=content).status_code == 422, name
    assert client.post(f"/api/v1/work/{one}/files?name=a.txt", content=b"0" * (5 * 1024 * 1024 + 1)).status_code == 422
    assert client.get(f"/api/v1/work/{one}/files/nothing").status_code == 404
    with app.state.shell.state.reading() as connection:
        acts = connection.execute(select(audit.c.act).where(audit.c.act.in_(["work.file", "work.fetch"]))).scalars()
        assert sorted(acts) == ["work.fetch", "work.file"]
    stats = client.get("/api/v1/work/stats").json()["meta"]
    assert (stats["done"], stats["in_time"], stats["states"]) == (1, 1, {"done": 1})
    assert client.get("/api/v1/work/nothing").status_code == 404


def test_the_command_line_does_the_same(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.folder)

    def said(*words: str, code: int = 0) -> list[dict[str, object]]:
        assert run(["work", *words, "--json"]) == code
        found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    one = str(said("new", "查退款", "--severity", "info")[0]["order"])
    assert said("start", one)[0]["outcome"] == "done"
    assert said("done", one, "--result", " ", code=1)[0]["why"] == "请写明处理结果"
    note = tmp_path / "笔记.txt"
    note.write_text("退款都来自一个团")
    said("attach", one, str(note))
    capsys.readouterr()
    assert run(["work", "show", one, "--json"]) == 0
    file = json.loads(capsys.readouterr().out)["meta"]["files"][0]["file"]
    assert said("fetch", one, file)[0]["file"] == "笔记.txt"
    assert (project.folder / "笔记.txt").read_text() == "退款都来自一个团"
    assert run(["work", "fetch", one, file]) == 1  # nothing is written over
    capsys.readouterr()
    assert said("done", one, "--result", "查清了")[0]["outcome"] == "done"
    assert said("list", "--state", "done")[0]["result"] == "查清了"
    assert said("close", one)[0]["outcome"] == "done"
    assert said("list") == []
    assert run(["work", "list", "--state", "zzz"]) == 2


def test_the_server_opens_them_for_proposals_and_reminds_of_late_ones(project: Project) -> None:
    with open_state(project) as state:
        body = {"do": "open", "proposal": "p1", "title_zh": "给张三打电话", "title_en": "Call Zhang"}
        with state.writing() as connection:
            put(connection, Message("work_order", "growth", "给张三打电话", body, "k1"), at=datetime.now(UTC))
        assert courier(project, state, None).deliver() == 1
    assert WorkOrders(project).list().rows[0]["title"] == "给张三打电话"
    (job,) = [one for one in jobs_of(project) if one.name == "remind"]
    assert (job.schedule, job.needs) == ("*/15 * * * *", ("state",))
