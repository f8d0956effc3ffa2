"""What-if as HTML, rows and a policy: the sliders say what is in force, what came out stands beside it, and it can be set."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TownShop, town
from tests.domains.supply.replenish.made_up import case
from tests.domains.supply.whatif.test_whatif_decide import made_up
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.app import replenishing
from linshu.domains.supply.replenish.feature import FEATURE as REPLENISH
from linshu.domains.supply.whatif import decide, view
from linshu.domains.supply.whatif.feature import FEATURE
from linshu.domains.supply.whatif.inputs import Past
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = date(2026, 11, 23)
DOMAIN = Domain("supply", Text("供应链", "Supply"), (REPLENISH, FEATURE))


@pytest.fixture
def shop() -> TownShop:
    return TownShop(town())


@pytest.fixture
def people(shop: TownShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, TestClient]]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(shop, state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        users = app.state.shell.users
        for account, role in (("boss", "admin"), ("chen", "buyer"), ("zhao", "buyer"), ("li", "viewer")):
            users.add(account, account, role, WORDS)
        users.set_scope("zhao", Scope.only(warehouses=["W2"]))
        clients = {
            one: TestClient(app, base_url="http://shop.test", headers=BROWSER) for one in ("boss", "chen", "zhao", "li")
        }
        for account, client in clients.items():
            assert log_in(client, account).status_code == 303
        yield clients


@pytest.fixture
def _weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    history, truth = made_up(3, many=6, days=14)
    past = Past(
        history, (truth,), tuple(case(number) for number in range(6)), date(2026, 10, 26), date(2026, 11, 22), 9
    )
    monkeypatch.setattr(view, "past", lambda *_: past)


@pytest.mark.usefixtures("_weeks")
def test_another_policy_stands_beside_the_one_in_force(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    page = chen.get("/what-if?goodwill=0.6").text
    assert 'value="0.6"' in page
    assert "改策略要有" in page
    answer = chen.get("/what-if/answer?goodwill=0.6").text
    for words in ("试的订法", "现在的策略", "原来的规则", "6 个商品仓（共 9 个）", "10月26日"):
        assert words in answer
    assert "试的订法" not in chen.get("/what-if/answer").text
    assert chen.get("/what-if?goodwill=much").status_code == 400


@pytest.mark.usefixtures("_weeks")
def test_what_the_weeks_say_of_a_missing_piece_can_be_tried_with_its_reason(
    people: dict[str, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide, "learned", lambda _: 1.5)
    said = "10月26日到11月22日重过一遍，订货时缺一件按 1.5 倍算最合算"
    answer = people["chen"].get("/what-if/answer").text
    assert said in answer
    link = unescape(answer.split('<a href="/what-if?')[1].split('"')[0])
    page = people["boss"].get(f"/what-if?{link}").text
    assert f'name="why" value="{said}"' in page
    assert 'name="service" value="1.5"' in page
    assert said not in people["chen"].get("/what-if/answer?service=1.5").text
    assert said not in people["chen"].get("/what-if/answer?goodwill=0.6").text


@pytest.mark.usefixtures("_weeks")
def test_the_rows_of_programs_are_those_of_the_page(people: dict[str, TestClient], shop: TownShop) -> None:
    policy = people["chen"].app.state.shell.ledger.policies.current("replenish")
    answer = replenishing.tried(shop, policy, DAY, {"goodwill": "0.6"})
    assert [row["policy"] for row in answer.rows] == ["tried", "in force", "old rule"]
    tried, in_force, _ = answer.rows
    assert tried["better"] == pytest.approx(tried["profit"] - in_force["profit"], abs=1)
    assert tried["profit_low"] <= tried["profit"] <= tried["profit_high"]
    assert len(answer.meta["frontier"]) == 6
    assert [row["policy"] for row in replenishing.tried(shop, policy, DAY, {}).rows] == ["in force", "old rule"]


def test_only_who_may_sets_it_and_with_a_reason(people: dict[str, TestClient]) -> None:
    policies = people["boss"].app.state.shell.ledger.policies
    token = people["boss"].get("/what-if").text.split('name="csrf" value="')[1].split('"')[0]
    given = {
        "csrf": token,
        "goodwill": "0.6",
        "service": "1.5",
        "waste": "1",
        "budget": "1234.5",
        "floor": "0.95",
        "lead": "3",
        "why": "少缺货",
    }
    assert people["boss"].post("/what-if", data=given, follow_redirects=False).status_code == 303
    assert policies.current("replenish").own["goodwill"] == 0.6
    assert policies.current("replenish").own["service"] == 1.5
    assert policies.current("replenish").own["budget"] == 123_450
    assert policies.current("replenish").own["floor_a"] == 0.95
    assert policies.current("replenish").version == 1
    assert policies.history("replenish")[0].why == "少缺货"
    theirs = people["chen"].get("/what-if").text
    csrf = theirs.split('name="csrf" value="')[1].split('"')[0]
    assert people["chen"].post("/what-if", data={**given, "csrf": csrf, "goodwill": "0.9"}).status_code == 403
    assert policies.current("replenish").version == 1


def test_without_history_it_says_what_it_takes(people: dict[str, TestClient]) -> None:
    assert "还没有可以重过的历史" in people["chen"].get("/what-if/answer").text


def test_who_sees_a_part_or_only_reads_may_not(people: dict[str, TestClient]) -> None:
    assert people["zhao"].get("/what-if").status_code == 403
    assert people["zhao"].get("/what-if/answer").status_code == 403
    assert people["li"].get("/what-if").status_code == 403
