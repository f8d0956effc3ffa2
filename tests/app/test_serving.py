"""A running server: commands and Python reach it over HTTP with the same answers, programs need a token, nothing leaks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from tests.app.sample import Sampled, write_files

import linshu
from linshu.app.beacon import Beacon
from linshu.app.calling_off import CallingOff
from linshu.app.cli import INTERRUPTED, run
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.remote import RemoteShop
from linshu.app.serving import listen, serve_project
from linshu.app.states import open_state
from linshu.engine.access.users import Users
from linshu.engine.intake import crash
from linshu.kernel.errors import Conflict, Forbidden, LinshuError, Missing, Misused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> Iterator[Project]:
    """A project with data, served by a thread of this process on a free port."""
    folder = tmp_path_factory.mktemp("served")
    sampled(folder / "shop")
    project = Project.open(folder / "shop", {"server.port": 0})
    with open_state(project) as state:
        Users(state).add("boss", "老板", "admin", "four unrelated words")
        Users(state).add("wang", "王姐", "leader", "four unrelated words")
    ready = threading.Event()
    servers = []

    def serve() -> None:
        serve_project(project, say=lambda _: ready.set(), started=servers.append)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(30)
    yield project
    servers[0].should_exit = True
    thread.join(20)
    assert not project.server.exists()


@pytest.fixture
def shop(served: Project) -> Iterator[RemoteShop]:
    with linshu.open(served.folder) as reached:
        assert isinstance(reached, RemoteShop)
        yield reached


@pytest.fixture
def boss(served: Project) -> Iterator[httpx.Client]:
    with logged_in(served, "boss") as client:
        yield client


@contextlib.contextmanager
def logged_in(project: Project, account: str) -> Iterator[httpx.Client]:
    beacon = Beacon.read(project)
    assert beacon is not None
    with httpx.Client(base_url=beacon.url, follow_redirects=False) as client:
        page = client.get("/login").text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        words = {"account": account, "password": "four unrelated words", "csrf": token}
        assert client.post("/login", data=words, headers={"origin": beacon.url}).status_code == 303
        yield client


def test_the_same_question_has_the_same_answer(shop: RemoteShop) -> None:
    answer = shop.query(["gmv", "orders"], by="channel", start="2026-10-01", end="2026-10-31", order="-gmv")
    assert answer.rows == [{"channel": "C1", "channel_name": "小程序", "gmv": 6500, "orders": 3}]
    assert answer.units == {"gmv": "fen", "orders": "count"}
    assert shop.query("gmv", where=["sku=S1"]).rows == [{"gmv": 3500}]
    assert shop.query("gmv", where={"sku": ["S1"]}).rows == [{"gmv": 3500}]


def test_shapes_and_finer_questions_reach_the_server(served: Project, shop: RemoteShop) -> None:
    running = shop.query("gmv", grain="day", cumulative=True, start="2026-10-01", end="2026-10-03")
    assert [row["gmv"] for row in running.rows] == [4500, 6500, 6500]
    turned = shop.query("gmv", "sku", grain="day", pivot="sku", top=1, share="total", moving=2)
    assert {"gmv@S1", "gmv@(其他)", "gmv_share@S1"} <= set(turned.column_names)
    assert turned.units["gmv_share@S1"] == "ratio"
    finer = shop.drill("gmv", "", {"month": "2026-10"}, grain="month", start="2026-10-01", end="2026-10-31")
    assert [(row["day"], row["gmv"]) for row in finer.rows] == [("2026-10-01", 4500), ("2026-10-02", 2000)]
    assert finer.meta["question"]["grain"] == "day"
    with pytest.raises(Misused):
        shop.drill("gmv", "sku", {"sku": "S1"})
    beacon = Beacon.read(served)
    assert beacon
    body = {"metrics": ["gmv"], "by": ["city"], "group": {"city": "(未知)"}}
    told = httpx.post(
        f"{beacon.url}/api/v1/metrics/drill", json=body, headers={"Authorization": f"Bearer {beacon.token}"}
    ).json()
    assert told["meta"]["question"]["by"] == ["district"]
    assert told["rows"] == [{"district": "(未知)", "district_name": "(未知)", "gmv": 6500}]


def test_who_stays_is_asked_of_the_server(
    shop: RemoteShop, served: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = shop.cohorts("buyers", grain="week", periods=1, start=date(2026, 9, 1), where="channel=C1")
    assert answer.column_names == ["cohort", "period", "size", "returned", "share"]
    assert len(answer) > 0
    with pytest.raises(Missing, match="buyers"):
        shop.cohorts("buyer")
    assert (
        run(["cohorts", "buyers", "--grain", "week", "--periods", "1", "--json", "--project", str(served.folder)]) == 0
    )
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert sum(row["size"] for row in rows) >= sum(row["size"] for row in answer.rows if row["period"] == 0) > 0
    assert {"cohort", "size", "period_0", "period_1"} == set(rows[0])


def test_alert_rules_are_tried_and_looked_at_by_the_server(served: Project, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str, code: int = 0) -> list[dict[str, object]]:
        assert run([*words, "--json", "--project", str(served.folder)]) == code
        return json.loads(capsys.readouterr().out).get("rows", [])

    assert len(said("alert", "try", "gmv_fell", "--back", "3")) == 3
    assert said("alert", "try", "gmv_fall", code=1) == []
    assert {"gmv_fell", "late"} <= {row["rule"] for row in said("alert", "watch")}


def test_lists_sql_and_tables_come_over_http(shop: RemoteShop, tmp_path: Path) -> None:
    assert {"gmv"} <= {row["metric"] for row in shop.metrics().rows}
    assert {"channel"} <= {row["dimension"] for row in shop.dimensions().rows}
    assert shop.sql("SELECT count(*) AS n FROM fct_orders").rows == [{"n": 4}]
    assert shop.table("fct_order_lines").read_all().num_rows == 5
    assert shop.export("fct_orders", tmp_path / "o.csv").rows[0]["rows"] == 4
    assert shop.as_of() is not None
    assert len(shop.landed()) == 3
    assert shop.fingerprint()["orders"]["rows"] == 4


def test_errors_keep_their_kind_and_words(shop: RemoteShop) -> None:
    with pytest.raises(Missing, match="gmv"):
        shop.query("gvm")
    with pytest.raises(Misused):
        shop.query("gmv", start="yesterday")
    with pytest.raises(Forbidden):
        shop.sql("DROP TABLE fct_orders")
    with pytest.raises(LinshuError, match="fct_orders"):
        shop.table("fct_order")
    with pytest.raises(Conflict, match="linshu serve"):
        shop.rebuild()


def test_imports_and_builds_tell_how_far_they_are(shop: RemoteShop, tmp_path: Path) -> None:
    seen: list[float] = []
    files = write_files(tmp_path)
    answer = shop.import_file(files[0], watch=lambda fraction, _: seen.append(fraction))
    assert answer.meta["batches"][0]["already_known"]
    assert shop.build(watch=lambda fraction, _: seen.append(fraction)).meta["ok"]
    assert all(0 <= one <= 1 for one in seen)
    with pytest.raises(Missing):
        shop.import_file(files[0], "no-such-mapping")
    assert shop.quarantine().rows == []
    assert shop.export_quarantine(tmp_path / "bad.xlsx").rows == []
    assert shop.replay(tmp_path / "bad.xlsx").rows == []


def test_a_batch_is_taken_back_with_progress_and_comes_again(shop: RemoteShop) -> None:
    newest = shop.batches(limit=1).rows[0]["landing_id"]
    before, heard = shop.query("orders").rows, list[float]()
    gone = shop.undo_batch(newest, "看错了", watch=lambda fraction, _: heard.append(fraction))
    assert (gone.meta["applied"], heard[-1]) == (True, 1.0)
    shop.undo_batch(gone.meta["batch"], "没看错")
    assert shop.query("orders").rows == before


def test_commands_reach_the_server_unnoticed(served: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["metric", "gmv", "--json", "--project", str(served.folder)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"gmv": 6500}]
    assert run(["metric", "gvm", "--project", str(served.folder)]) == 1


def test_the_token_is_readable_by_its_owner_alone(served: Project) -> None:
    assert served.server.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/api/v1/tables", "/api/v1/tables/fct_orders", "/api/v1/landed"])
def test_strangers_are_kept_out(served: Project, path: str) -> None:
    beacon = Beacon.read(served)
    assert beacon is not None
    assert httpx.get(beacon.url + path).status_code == 401
    assert httpx.get(beacon.url + path, headers={"Authorization": "Bearer guess"}).status_code == 401


def test_a_person_asks_with_a_log_in_and_only_what_the_role_may(served: Project, boss: httpx.Client) -> None:
    assert boss.get("/api/v1/metrics").status_code == 200
    page = boss.get("/overview").text
    token = page.partition('"X-CSRF-Token":"')[2].partition('"')[0]
    assert boss.post("/api/v1/metrics/query", json={"metrics": ["gmv"]}).status_code == 403
    answer = boss.post("/api/v1/metrics/query", json={"metrics": ["gmv"]}, headers={"x-csrf-token": token})
    assert answer.json()["rows"] == [{"gmv": 6500}]
    # Files of the server's machine are for its own commands only, whoever is logged in.
    body = {"file": "/etc/hostname", "mapping": ""}
    assert boss.post("/api/v1/imports", json=body, headers={"x-csrf-token": token}).status_code == 403
    with logged_in(served, "wang") as leader:
        assert leader.get("/api/v1/metrics").status_code == 403
        assert leader.get("/api/v1/tables/fct_orders").status_code == 403


def test_tables_and_queries_are_downloaded_as_files(served: Project, boss: httpx.Client) -> None:
    token = boss.get("/overview").text.partition('"X-CSRF-Token":"')[2].partition('"')[0]
    answer = boss.post(
        "/api/v1/exports", json={"what": "fct_orders", "format": "xlsx"}, headers={"x-csrf-token": token}
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="fct_orders.xlsx"'
    assert answer.content.startswith(b"PK")
    query = {"what": "SELECT order_id FROM fct_orders ORDER BY 1", "format": "csv"}
    answer = boss.post("/api/v1/exports", json=query, headers={"x-csrf-token": token})
    assert answer.text.split()[1:] == ['"O1"', '"O2"', '"O3"', '"O4"']
    answer = boss.post("/api/v1/exports", json={"what": "fct_order"}, headers={"x-csrf-token": token})
    assert answer.status_code == 404
    assert "fct_orders" in answer.json()["error"]["mend"]


def test_the_api_describes_itself_without_anything_from_elsewhere(served: Project) -> None:
    beacon = Beacon.read(served)
    assert beacon is not None
    page = httpx.get(f"{beacon.url}/api/docs", timeout=30)  # the first to ask waits until all is described
    assert page.status_code == 200
    assert "/api/v1/metrics/query" in page.text
    assert "<script" not in page.text
    schema = httpx.get(f"{beacon.url}/api/openapi.json").json()
    assert "/api/v1/metrics/query" in schema["paths"]


def test_a_port_that_is_taken_is_said_plainly(served: Project) -> None:
    beacon = Beacon.read(served)
    assert beacon is not None
    with pytest.raises(Conflict, match="--port"):
        listen("127.0.0.1", beacon.port)


def test_answers_leave_without_waiting_to_be_acknowledged() -> None:
    """Head and body of an answer are written one after the other: waiting in between costs every answer 40 ms."""
    with contextlib.closing(listen("127.0.0.1", 0)) as door:
        assert door.proto == socket.IPPROTO_TCP  # what asyncio asks before it says so


def test_a_beacon_left_by_a_dead_process_is_passed_over(project: Project) -> None:
    Beacon(pid=2**22 - 3, host="127.0.0.1", port=9, token="x").light(project)
    assert Beacon.read(project) is None
    with linshu.open(project.folder) as shop:
        assert isinstance(shop, LocalShop)
    project.server.write_text("not json")
    assert Beacon.read(project) is None


def test_a_server_that_does_not_answer_is_passed_over(project: Project) -> None:
    import os

    with contextlib.closing(listen("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    Beacon(os.getpid(), "127.0.0.1", port, "x").light(project)
    begun = time.monotonic()
    assert RemoteShop.reach(project) is None
    assert time.monotonic() - begun < 60


def test_identity_is_asked_of_the_server(shop: RemoteShop):
    assert shop.identity.plan().meta["effect"]["accounts_joined"] == 0
    assert shop.identity.links().rows == []
    with pytest.raises(Missing):
        shop.identity.undo("nothing")


def test_ctrl_c_of_a_command_calls_the_servers_import_off(
    served: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, _ = write_files(tmp_path)
    orders.write_text(orders.read_text("utf-8").replace("O1,", "O9,"), "utf-8")
    command = ["import", str(orders), "--project", str(served.folder)]
    with linshu.open(served.folder) as shop:
        before, landed = shop.fingerprint(), shop.landed()
        asked = threading.Event()
        said = CallingOff.say

        def press(moment: str) -> None:  # in the server; the command hears the signal and asks the server to stop
            if moment == "merge.table_merged" and not asked.is_set():
                os.kill(os.getpid(), signal.SIGINT)
                assert asked.wait(30)

        def heard(self: CallingOff) -> None:
            said(self)
            if threading.current_thread() is not threading.main_thread():
                asked.set()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CallingOff, "say", heard)
            crash.listen(press)
            try:
                assert run(command) == INTERRUPTED
            finally:
                crash.listen(None)
        assert "什么也没有留下" in capsys.readouterr().err
        assert (shop.fingerprint(), shop.landed()) == (before, landed)


def test_the_daily_chain_runs_in_the_server_whoever_asks(
    served: Project, boss: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    beacon = Beacon.read(served)
    assert beacon is not None
    bearer = {"Authorization": f"Bearer {beacon.token}"}
    asked = httpx.post(f"{beacon.url}/api/v1/jobs/day", json={"day": "2026-11-20"}, headers=bearer).json()["rows"]
    assert [one["kind"] for one in asked] == [
        "resume",
        "build",
        "check",
        "forecast",
        "proposals",
        "alerts",
        "retention",
    ]
    capsys.readouterr()
    assert run(["run", "--day", "2026-11-20", "--project", str(served.folder), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(one["job"], one["state"]) for one in rows] == [(one["job"], "done") for one in asked]
    shown = boss.get(f"/api/v1/jobs/{asked[1]['job']}").json()
    assert shown["rows"][0]["attempts"] == 1
    planned = boss.get("/api/v1/jobs/schedules").json()["rows"]
    assert {"backup", "build", "tidy", "day"} <= {one["kind"] for one in planned}
    with logged_in(served, "wang") as leader:
        assert leader.get("/api/v1/jobs").status_code == 403
