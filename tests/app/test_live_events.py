"""Live events from outside: told over HTTP and from the command line, in the figures at once, mended on their page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient
from tests.engine.events.standin import order

from linshu.app.cli import run
from linshu.app.live_events import LiveEvents
from linshu.app.local import LocalShop
from linshu.app.ordering import WorkOrders
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.scope import Scope
from linshu.engine.audit import SYSTEM
from linshu.engine.events.reading import MOST_BYTES
from linshu.engine.shell.live import Hub
from linshu.kernel.errors import Throttled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

TOKEN = "t" * 40
OWNER = {"authorization": f"Bearer {TOKEN}"}
BAD = order(7, status="payed", placed_at="昨天")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, LiveEvents]]:
    project = Project.init(tmp_path_factory.mktemp("live") / "shop", name="实时")
    project.make_key()
    with LocalShop.open(project) as shop, open_state(project) as state:
        events = LiveEvents(shop, state, Hub())
        yield compose(shop, state, events=events.desk, token=TOKEN), events
        events.close()


def _client(app: FastAPI, permissions: list[str], **scope: Any) -> TestClient:
    users, tokens = app.state.shell.users, app.state.shell.tokens
    if not any(one.account == "wang" for one in users.all()):
        users.add("wang", "王芳", "admin", "three unrelated words")
    secret, _ = tokens.make(users.find("wang"), "till", permissions, by=SYSTEM, scope=Scope.only(**scope))
    return TestClient(app, headers={"authorization": f"Bearer {secret}"})


@pytest.mark.slow
def test_what_is_told_over_http_is_in_the_figures_at_once(live: tuple[FastAPI, LiveEvents]) -> None:
    app, events = live
    till = _client(app, ["events.send"])
    now = datetime.now(UTC).isoformat()
    told = [order(number, at=now, paid_at=now, placed_at=now) for number in (1, 2)]
    answer = till.post("/api/v1/events", json={"events": [*told, told[0]]})
    assert answer.status_code == 200
    assert {name: answer.json()["meta"][name] for name in ("accepted", "duplicate", "dead")} == {
        "accepted": 2, "duplicate": 1, "dead": 0,
    }  # fmt: skip
    assert events.catch_up() == 1
    owner = TestClient(app, headers=OWNER)
    figures = owner.post("/api/v1/metrics/query", json={"metrics": ["gmv", "orders"]}).json()
    assert figures["rows"] == [{"gmv": 3980, "orders": 2}]
    seen = owner.get("/api/v1/events").json()
    assert (seen["rows"][0]["accepted"], seen["meta"]["waiting_rows"]) == (2, 0)
    assert seen["meta"]["last_lag_seconds"] > 0
    assert {one for one, _ in events._hub.take()} == {"orders", "may.data.see"}  # type: ignore[union-attr] # this one has a hub
    rule = {"name": "rush", "event": "order:paid", "by": "community", "limit": 1, "minutes": 5}
    assert owner.post("/api/v1/alerts/rules", json=rule).json()["rows"][0]["active"] is False
    assert owner.post("/api/v1/alerts/rules", json={**rule, "name": "x", "event": "ordre"}).status_code == 400
    owner.patch("/api/v1/alerts/rules/rush", json={"changes": {"active": True}})
    assert (events.watch(), events.watch()) == (1, 0)
    (alert,) = owner.get("/api/v1/alerts").json()["rows"]
    assert alert["group"] == "C1"
    wanted = {"origin": "alert", "origin_id": alert["alert"]}
    opened = [owner.post("/api/v1/work", json=wanted).json() for _ in range(2)]
    assert [one["meta"]["new"] for one in opened] == [True, False]
    assert opened[0]["rows"][0]["title"].startswith("rush：")
    again = WorkOrders(app.state.local.project).from_alert(alert["alert"])
    assert again.rows[0]["order"] == opened[1]["rows"][0]["order"]
    assert owner.post("/api/v1/work", json={**wanted, "origin_id": "none"}).status_code == 404
    assert owner.post("/api/v1/work", json={}).status_code == 422
    assert owner.get("/api/v1/alerts/rules/rush/tried?back=1").json()["meta"]["rings"] == 1
    assert "“订单 · 已付款”超过 1 件" in owner.get("/alerts/rules/rush").text
    made = {"name": "rush_2", "title": "退款多", "event": "refund", "limit": "9", "minutes": "30"}
    assert owner.post("/alerts/rules", data=made, follow_redirects=False).headers["location"] == "/alerts/rules/rush_2"
    assert till.get("/api/v1/events").status_code == 403
    assert _client(app, ["figures.read"]).post("/api/v1/events", json={"events": []}).status_code == 403
    bound = _client(app, ["events.send", "data.see", "data.mend"], communities=["C9"])
    assert bound.post("/api/v1/events", json=[order(3)]).json()["rows"][0]["code"] == "outside"
    assert bound.get("/api/v1/events").status_code == 403
    assert bound.get("/api/v1/events/dead").json()["meta"]["total"] == 1
    page = bound.get("/data/events")
    assert "只列出您自己发的" in page.text
    assert "最近一小时" not in page.text
    assert bound.get("/data/events/pulse").status_code == 403
    last = LiveEvents(events._shop, events._state)
    end = last.begin()
    last.desk.send([order(4, at=now, paid_at=now, placed_at=now)], "till", Scope.everything())
    end()  # what is there has landed
    assert owner.get("/api/v1/events").json()["meta"]["waiting_rows"] == 0


@pytest.mark.slow
def test_requests_that_cannot_be_taken_say_so(
    live: tuple[FastAPI, LiveEvents], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, events = live
    owner = TestClient(app, headers=OWNER)
    for body, status, words in (
        (b"{", 422, "不是 JSON"),
        (b"{}", 422, "events"),
        (b" " * (MOST_BYTES + 1), 422, "8 MB"),
    ):
        answer = owner.post("/api/v1/events", content=body)
        assert (answer.status_code, words in answer.json()["error"]["what"]) == (status, True)

    def full(*_: Any) -> None:
        error = Throttled(Text("满", "full"))
        error.seconds = 1
        raise error

    monkeypatch.setattr(events.desk.door, "send", full)
    answer = owner.post("/api/v1/events", json=[order(4)])
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


@pytest.mark.slow
def test_a_dead_letter_is_seen_masked_exported_and_mended_on_its_page(live: tuple[FastAPI, LiveEvents]) -> None:
    app, _ = live
    owner = TestClient(app, headers=OWNER)
    dead_id = owner.post("/api/v1/events", json=[BAD]).json()["rows"][0]["dead_id"]
    page = owner.get("/data/events?q=e7").text
    assert "下单时间" in page
    assert "13900000007" not in page
    sheet = owner.get("/data/events/export?form=csv&q=e7").text
    assert dead_id in sheet
    letter = owner.get(f"/data/events/{dead_id}").text
    assert "139****0007" in letter
    assert "13900000007" not in letter
    half = owner.post(f"/data/events/{dead_id}/mend", data={"value:data.placed_at": "2026-03-01T12:00:00+08:00"})
    assert "还有没改好的地方" in half.text
    assert "最接近的是 paid" in half.text
    done = owner.post(f"/data/events/{dead_id}/mend", data={"value:data.status": "paid"}, follow_redirects=False)
    assert done.status_code == 303
    assert owner.get("/api/v1/events/dead?state=mended&q=e7").json()["rows"][0]["dead_id"] == dead_id
    assert owner.post("/api/v1/events/dead/dismiss", json={"ids": [dead_id], "why": "旧"}).status_code == 409
    acts = [one["act"] for one in owner.get("/api/v1/audit?act=event").json()["rows"]]
    assert acts == ["event.mend", "event.mend"]


@pytest.mark.slow
def test_a_file_of_events_is_sent_and_mended_from_the_command_line(
    project: Project, tmp_path: Path, capsys: Any
) -> None:
    def told(*words: str) -> Any:
        assert run([*words, "--json", "--project", str(project.folder)]) == 0
        return json.loads(capsys.readouterr().out)

    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in (order(1), BAD)))
    assert told("events", "send", str(file))["meta"] == {"accepted": 1, "duplicate": 0, "dead": 1}
    (letter,) = told("events", "dead")["rows"]
    assert "139****0007" in told("events", "show", letter["dead_id"])["rows"][0]["content"]
    mended = told("events", "mend", letter["dead_id"], "data.status=paid", "data.placed_at=2026-03-01T12:00:00+08:00")
    assert mended["meta"]["accepted"] == 1
    assert told("metric", "orders")["rows"] == [{"orders": 2}]
    added = told("alert", "add", "rush", "--event", "order:cancelled", "--limit", "3", "--by", "community")["rows"][0]
    assert (added["event"], added["minutes"], added["active"]) == ("order:cancelled", 10, False)
    assert run(["events", "send", str(tmp_path / "none.json"), "--project", str(project.folder)]) == 1
