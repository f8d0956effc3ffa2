"""`linshu push` and `/api/v1/push`: channels sealed, tested, and figures asked within the receiver's rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.sample import things, write_files
from tests.fakes.robots import Robots

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.pushing import courier, now, push_desk
from linshu.app.states import open_state
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.audit import SYSTEM
from linshu.engine.push.channels import Channel
from linshu.engine.push.outbox import Message, find, put

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[Robots]:
    robots = Robots()
    yield robots
    robots.close()


@pytest.fixture
def robots(server: Robots, monkeypatch: pytest.MonkeyPatch) -> Robots:
    monkeypatch.setenv("LINSHU_PUSH_ALLOWED_HOSTS", "127.0.0.1")
    server.got.clear()
    server._sent.clear()
    return server


def said(capsys, project: Project, *words: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["push", *words, "--project", str(project.folder), "--json"]) == code
    return json.loads(capsys.readouterr().out)["rows"]


def test_a_channel_is_kept_tested_and_forgotten_by_commands(project: Project, robots: Robots, capsys) -> None:
    address = f"url={robots.address}/wecom?key=k1"
    made = said(capsys, project, "add", "群", "--kind", "wecom", "--set", address, "--quiet", "22:00-07:30")
    assert (made[0]["kind"], made[0]["quiet"]) == ("wecom", "22:00-07:30")
    assert "k1" not in made[0]["config"].partition("…")[0]
    assert said(capsys, project, "test", "群")[0]["ok"] is True
    assert len(robots.got) == 1
    said(capsys, project, "add", "坏", "--kind", "wecom", "--set", f"url={robots.address}/wecom?key=no")
    bad = said(capsys, project, "test", "坏", code=1)
    assert "机器人地址无效" in bad[0]["said"]
    assert [one["name"] for one in said(capsys, project, "remove", "坏")] == ["群"]
    with open_state(project) as state:
        Users(state).add("sun", "孙慧", "finance", "three unrelated words")
    assert run(["push", "list", "--as", "sun", "--project", str(project.folder)]) == 1
    assert run(["job", "run", "tidy", "--as", "sun", "--project", str(project.folder)]) == 1
    assert run(["job", "list", "--as", "sun", "--project", str(project.folder)]) == 0
    assert run(["push", "test", "没有", "--project", str(project.folder)]) == 1
    assert run(["push", "add", "x", "--kind", "fax", "--set", "url=x", "--project", str(project.folder)]) == 2


def test_a_message_given_up_is_read_and_sent_again_by_commands(project: Project, robots: Robots, capsys) -> None:
    project = Project.open(project.folder)  # with the hosts that may be pushed to
    with open_state(project) as state:
        with state.writing() as connection:
            message_id = put(connection, Message("push", "群", "早报", {"text": "早"}, "k"), at=now())
        desk = push_desk(project, state)
        courier(project, state, desk).deliver()
    found = said(capsys, project, "outbox", "早报", "--state", "dead")
    assert [(one["message"], one["said"]) for one in found] == [(message_id, "没有推送通道 群")]
    said(capsys, project, "add", "群", "--kind", "wecom", "--set", f"url={robots.address}/wecom?key=k1")
    assert said(capsys, project, "retry", message_id)[0]["state"] == "waiting"
    with open_state(project) as state:
        courier(project, state, push_desk(project, state)).deliver()
    assert said(capsys, project, "outbox")[0]["state"] == "sent"
    assert run(["push", "cancel", message_id, "--project", str(project.folder)]) == 1


@pytest.mark.slow
def test_figures_in_a_message_are_those_its_reader_may_see(project: Project, robots: Robots, tmp_path) -> None:
    project = Project.open(project.folder)  # with the hosts that may be pushed to
    with LocalShop.open(project) as shop, open_state(project) as state:
        shop.bringing.intake.land_rows("test", things())
        for file in write_files(tmp_path / "files"):
            shop.import_file(file)
        desk = push_desk(project, state, shop.figures)
        assert desk is not None
        for name, scope in (("all", Scope()), ("none", Scope.only(regions=[]))):
            config = {"url": f"{robots.address}/wecom?key=k1"}
            desk.channels.add(Channel("", name, "wecom", config, scope=scope, language="en"), SYSTEM)
            body = {"text": {"en": "orders: {n}"}, "figures": {"n": {"metric": "orders"}}}
            with state.writing() as connection:
                put(connection, Message("push", name, "日报", body, name), at=now())
        courier(project, state, desk).deliver()
        expected = shop.query("orders").rows[0]["orders"]
        assert expected > 0
        with state.reading() as connection:
            errors = [find(connection, key=key).error for key in ("all", "none")]
    assert errors == ["", ""]
    texts = sorted(body["markdown"]["content"] for body in robots.texts("/wecom"))
    assert texts == ["**日报**\norders: 0", f"**日报**\norders: {expected}"]
