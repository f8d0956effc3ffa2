"""Identity as pages: what could be joined and to what effect, joined in part or whole, split, undone; administrators only."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.app.test_identities import BUYERS, MEMBERS
from tests.domains.insight.faulty import logged_in, opened

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.remote import RemoteShop
from linshu.kernel.errors import Missing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def joined_project(own_keys: object, tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project.init(tmp_path_factory.mktemp("people") / "shop", name="翠湖优选")
    made.make_key()
    now = datetime.now(UTC)
    with LocalShop.open(made) as shop:
        for source, members in MEMBERS.items():
            rows = [{"member_id": name, "phone": phone} for name, phone in members]
            orders = [
                {"order_id": f"{source}{at}", "member_id": buyer, "channel_id": source, "status": "paid",
                 "placed_at": now - timedelta(at + 1), "paid_at": now - timedelta(at + 1), "goods_fen": 1000, "paid_fen": 1000}
                for at, buyer in enumerate(BUYERS[source])
            ]  # fmt: skip
            shop.bringing.intake.land_rows(
                source, {"member": pa.Table.from_pylist(rows), "orders": pa.Table.from_pylist(orders)}
            )
        leader = {"leader_id": "L1", "name": "王姐", "phone": "13700000000", "status": "active"}
        shop.bringing.intake.land_rows("crm", {"leader": pa.Table.from_pylist([leader])})
        shop.build()
    return made


@pytest.fixture
def people(joined_project: Project, tmp_path, copied):
    with opened(copied(joined_project.folder, tmp_path / "shop")) as found:
        yield found


def post(client, deed: str, *pairs: tuple[str, str]):
    return client.post(f"/data/identity/{deed}", content=urlencode(pairs))


def test_the_plan_shows_evidence_and_effect_and_no_number(people) -> None:
    shop, app = people
    client = logged_in(app, "boss")
    plan = client.get("/data/identity/plan").text
    assert "手机号一致" in plan
    assert "6 → 3" in plan
    for number in ("13900000001", "139 0000"):
        assert number not in plan
    (person,) = {row["person"] for row in shop.identity.plan().rows if "li" in row["accounts"] and row["did"] == "join"}
    some = client.get("/data/identity/plan", params={"person": person}).text
    assert "6 → 5" in some
    assert "合并选中的 1 人" in some
    assert client.get("/data/identity/plan", params={"person": "nobody"}).text.count("计划里没有") == 1
    assert client.get("/data/identity?sure=2").status_code == 400
    assert "same phone" in client.get("/data/identity/plan?lang=en").text


def test_some_are_joined_then_all_then_undone(people) -> None:
    shop, app = people
    client = logged_in(app, "boss")
    (person,) = {row["person"] for row in shop.identity.plan().rows if "li" in row["accounts"] and row["did"] == "join"}
    promised = shop.identity.plan(persons=[person]).meta["effect"]
    assert post(client, "join", ("sure", "0.95")).status_code == 422
    done = post(client, "join", ("sure", "0.95"), ("person", person)).text
    assert "个账号已改" in done
    assert {row["person"] for row in shop.identity.links().rows} == {person}
    assert shop.identity.plan().meta["effect"]["active_members_30d"] == promised["active_members_30d_after"] == 5
    post(client, "join", ("sure", "0.95"), ("all", "1"))
    assert shop.identity.plan().meta["effect"]["active_members_30d"] == 3
    batches = {row["batch"] for row in shop.identity.links().rows}
    assert len(batches) == 2
    for batch in batches:
        assert "已撤销" in post(client, "undo", ("batch", batch)).text
    assert shop.identity.links().rows == []
    assert post(client, "undo", ("batch", "nothing")).status_code == 404


def test_what_people_say_is_kept_with_its_reason(people) -> None:
    shop, app = people
    client = logged_in(app, "boss")
    assert post(client, "link", ("account", "wx:wx-else"), ("account", "tb:tb-li"), ("because", " ")).status_code == 422
    post(client, "link", ("account", "wx:wx-else"), ("account", "tb:tb-li"), ("because", "电话确认"))
    page = client.get("/data/identity?q=电话确认").text
    assert "wx:wx-else" in page
    assert client.get("/data/identity?q=zzz").text.count("没有找到") == 1
    lines = list(
        csv.reader(io.StringIO(client.get("/data/identity/export?form=csv&q=tb-li").content.decode("utf-8-sig")))
    )
    assert [line[0] for line in lines[1:]] == ["tb:tb-li"]
    post(client, "split", ("account", "wx:wx-else"), ("because", "不是"))
    persons = {row["account"]: row["person"] for row in shop.identity.links().rows}
    assert persons["wx:wx-else"] == "wx-else"
    assert post(client, "dance", ("because", "x")).status_code == 400


def test_only_administrators_may_see_it(people) -> None:
    client = logged_in(people[1])
    for path in ("", "/plan", "/export"):
        assert client.get(f"/data/identity{path}").status_code == 403
    assert post(client, "join", ("all", "1")).status_code == 403


def test_the_same_over_http(people) -> None:
    shop, app = people
    with TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {'t' * 40}"
        remote = RemoteShop(shop.project, client).identity
        (person,) = {row["person"] for row in remote.plan().rows if "li" in row["accounts"] and row["did"] == "join"}
        assert remote.plan(persons=[person]).rows == shop.identity.plan(persons=[person]).rows
        remote.join(persons=[person])
        assert {row["person"] for row in shop.identity.links().rows} == {person}
        with pytest.raises(Missing):
            remote.join(persons=["nobody"])
