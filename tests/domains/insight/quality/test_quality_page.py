"""The board of freshness and quality: from the books of a real project, as page, command, HTTP and Python."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient
from tests.domains.insight.faulty import logged_in
from tests.domains.insight.quarantine.test_quarantine_page import RULE

from linshu.app.cli import run
from linshu.app.remote import RemoteShop
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import Shell
from linshu.kernel.errors import Misused

pytestmark = pytest.mark.slow


def test_sources_tables_and_history_stand_on_the_page(site) -> None:
    client = logged_in(site[1])
    page = client.get("/data/quality").text
    assert "最近几批有 66.7% 的行有问题" in page
    assert "所有检查都通过" in page
    assert "订单 每天的行数" in page
    assert '"titles":' in page
    assert "are empty" not in client.get("/data/quality?table=orders&lang=en").text
    assert client.get("/data/quality?table=nothing").status_code == 404
    lines = list(csv.reader(io.StringIO(client.get("/data/quality/export?form=csv").content.decode("utf-8-sig"))))
    assert {line[0] for line in lines[1:]} == {"channel", "community", "member", "order_line", "orders", "sku"}


def test_mending_clears_the_board_and_leaves_a_history(site) -> None:
    shop, app = site
    client = logged_in(app)
    assert shop.quality().meta["rows_to_mend"] == 8
    client.post("/data/quarantine/rule", content=urlencode(RULE))
    after = shop.quality()
    assert after.meta["rows_to_mend"] == 3
    (day,) = {row["day"] for row in shop.pulse().backlog}
    assert next(row for row in shop.pulse().backlog if row["day"] == day)["opened"] == 8
    assert next(row for row in shop.pulse().backlog if row["day"] == day)["closed"] == 5
    assert {row["source"]: row["rows_to_mend"] for row in after.rows}["erp"] == 3


def test_a_check_is_logged_when_it_breaks_and_when_it_holds_again(site) -> None:
    shop, app = site
    good = "SELECT * FROM std.channel"
    with shop.warehouse.transaction() as session:
        session.execute("INSERT INTO meta.check VALUES ('fct_orders', 'unique(order_id)', false, 3, '[]', now())")
        session.execute(
            "INSERT INTO meta.check_log VALUES (now() - INTERVAL 2 DAY, 'fct_orders', 'unique(order_id)', 3)"
        )
    (row,) = shop.quality("checks").rows
    assert (row["model"], row["check"], row["failing_rows"], row["blocking"]) == (
        "fct_orders",
        "unique(order_id)",
        3,
        False,
    )
    assert row["since"] is not None
    assert "已更新，请核对" in logged_in(app).get("/data/quality").text
    shop.build(full=True)
    assert shop.quality("checks").rows == []
    assert [one["failing_rows"] for one in shop.pulse().log] == [0, 3]
    shop.build(full=True)
    assert len(shop.pulse().log) == 2
    assert shop.warehouse.query(good).num_rows == 1


def test_the_same_from_command_http_and_python(site, capsys) -> None:
    shop, app = site
    with TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {'t' * 40}"
        remote = RemoteShop(shop.project, client)
        for of in ("sources", "tables", "checks"):
            assert remote.quality(of).rows == shop.quality(of).rows
        with pytest.raises(Misused):
            remote.quality("nothing")
    shop.close()
    assert run(["quality", "--json", "--project", str(shop.project.folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["source"]: row["state"] for row in told["rows"]}["erp"] == "bad"
    assert run(["quality", "--tables", "--json", "--project", str(shop.project.folder)]) == 0
    assert {row["table"] for row in json.loads(capsys.readouterr().out)["rows"]} >= {"orders", "sku"}


def test_who_may_not_see_it(site, monkeypatch) -> None:
    assert logged_in(site[1], "outside").get("/data/quality").status_code == 403
    client = logged_in(site[1])
    seeing = Shell.viewer

    def narrow(self, *args, **more):
        viewer = seeing(self, *args, **more)
        object.__setattr__(viewer, "scope", Scope.only(communities=["G1"]))
        return viewer

    monkeypatch.setattr(Shell, "viewer", narrow)
    for path in ("/data/quality", "/data/quality/export", "/api/v1/quality"):
        assert client.get(path).status_code == 403
