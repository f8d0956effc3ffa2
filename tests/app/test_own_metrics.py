"""A company's own metrics: the same figures by the same rules, every mistake with its file and line, none taking others down."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.app.sample import Sampled

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.kernel.errors import Missing

pytestmark = pytest.mark.slow

WORDS = """\
title: {{zh: {name}的名称, en: Title of {name}}}
definition: {{zh: 用于测试。, en: For a test.}}
unit: fen
owner: 运营部
"""
PER_ORDER = "name: paid_per_order\n" + WORDS.format(name="paid_per_order") + "formula: paid_amount / orders\n"
BIG = (
    "name: big_lines\n"
    + WORDS.format(name="big_lines").replace("unit: fen", "unit: count")
    + "measure: {fact: lines, aggregate: count, where: is_paid and goods_fen >= 2000}\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> LocalShop:
    folder = tmp_path_factory.mktemp("own")
    opened = LocalShop.open(sampled(folder / "shop"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest):
    yield
    if "shop" in request.fixturenames:
        folder = request.getfixturevalue("shop").project.metrics
        for file in folder.glob("*.y*ml"):
            file.unlink()


def put(shop: LocalShop, name: str, text: str) -> None:
    file: Path = shop.project.metrics / name
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, "utf-8")
    if file.stat().st_mtime_ns <= before:
        os.utime(file, ns=(before + 1, before + 1))


def problems(shop: LocalShop) -> list[str]:
    return [f"{row['where']}：{row['what']}" for row in shop.own_metrics().rows if row["state"] == "bad"]


def test_a_formula_and_a_measure_answer_like_any_metric(shop):
    put(shop, "mine.yaml", PER_ORDER)
    put(shop, "big.yml", BIG)
    assert problems(shop) == []
    answer = shop.query(["paid_per_order", "big_lines", "paid_amount", "orders"])
    assert answer.rows == [{"paid_per_order": 6400 / 3, "big_lines": 2, "paid_amount": 6400, "orders": 3}]
    assert answer.units["paid_per_order"] == "fen"
    by_day = shop.query("paid_per_order", grain="day", compare="previous", start="2026-10-01", end="2026-10-02").rows
    assert by_day[0]["paid_per_order"] == 2200
    assert shop.query("big_lines", by="sku").rows == [
        {"sku": "S1", "sku_name": "苹果", "big_lines": 1},
        {"sku": "S2", "sku_name": "白菜", "big_lines": 1},
    ]
    told = {row["metric"]: row["file"] for row in shop.metrics().rows}
    assert told["paid_per_order"] == "metrics/mine.yaml:1"
    assert told["gmv"] == ""


def test_a_changed_file_counts_at_once_and_no_old_answer_stays(shop):
    put(shop, "mine.yaml", PER_ORDER)
    assert shop.query("paid_per_order").rows == [{"paid_per_order": 6400 / 3}]
    put(shop, "mine.yaml", PER_ORDER.replace("paid_amount / orders", "paid_amount * 2 / orders"))
    assert shop.query("paid_per_order").rows == [{"paid_per_order": 12800 / 3}]
    (shop.project.metrics / "mine.yaml").unlink()
    with pytest.raises(Missing, match="paid_per_order"):
        shop.query("paid_per_order")


def test_own_metrics_may_be_made_of_own_metrics_in_any_order_of_files(shop):
    put(shop, "a.yaml", "name: twice\n" + WORDS.format(name="twice") + "formula: paid_per_order * 2\n")
    put(shop, "b.yaml", PER_ORDER)
    assert problems(shop) == []
    assert shop.query("twice").rows == [{"twice": 12800 / 3}]


def test_a_broken_file_takes_nobody_down(shop):
    put(shop, "good.yaml", PER_ORDER)
    put(shop, "broken.yaml", "name: [unclosed\n")
    put(shop, "latin.yaml", "")
    (shop.project.metrics / "latin.yaml").write_bytes(b"name: \xe9t\xe9")
    put(shop, "several.yaml", "- " + BIG.replace("\n", "\n  ").rstrip() + "\n- name: other\n  colour: red\n")
    assert [line.split("：")[0] for line in problems(shop)] == [
        "指标文件 metrics/broken.yaml 第 2 行第 1 列",
        "指标文件 metrics/latin.yaml 第 1 行第 1 列",
        "指标文件 metrics/several.yaml 第 8 行第 3 列",
    ]
    assert shop.query("paid_per_order,big_lines,gmv").rows == [
        {"paid_per_order": 6400 / 3, "big_lines": 2, "gmv": 6500}
    ]


FORMULA, MEASURE = "formula: paid_amount / orders", BIG.splitlines()[-1]
WRONG = [
    (PER_ORDER.replace("paid_per_order\n", "gmv\n", 1), 1, "已经有 gmv 了", "换一个名字"),
    (PER_ORDER.replace("paid_per_order\n", "Per-Order\n", 1), 1, "不能作指标名", "小写字母"),
    (PER_ORDER.replace("paid_per_order\n", "day\n", 1), 1, "time grain", ""),
    (PER_ORDER.replace("paid_per_order\n", "city\n", 1), 1, "已经有 city 了", ""),
    (PER_ORDER.replace("paid_per_order的名称", "订单数"), 2, "“订单数”已是指标 orders 的名称", "只能有一个定义"),
    (PER_ORDER.replace(", en: Title of paid_per_order", ""), 2, "缺少 en 的文字", "{zh: 中文, en: English}"),
    (PER_ORDER.replace("unit: fen", "unit: yuan"), 4, "没有“yuan”", "可用的有：count"),
    (PER_ORDER.replace("owner: 运营部\n", ""), 1, "缺少“owner”", ""),
    (PER_ORDER.replace(FORMULA, "formula: paid_amuont / orders"), 6, "没有指标 paid_amuont", "paid_amount"),
    (PER_ORDER.replace(FORMULA, "formula: paid_amount /"), 6, "没有写完", ""),
    (PER_ORDER.replace(FORMULA, "formula: paid_amount > orders"), 6, "要给出一个数", ""),
    (PER_ORDER.replace(FORMULA, "formula: 1 / 2"), 6, "没有指标", ""),
    (PER_ORDER.replace(FORMULA, "formula: paid_per_order + 1"), 6, "互相引用", ""),
    (PER_ORDER.replace(FORMULA, "formula: SELECT 1"), 6, "“1”放在这里不通", ""),
    (PER_ORDER.replace(FORMULA, "better: high\n" + FORMULA), 6, "没有“high”", "higher"),
    (PER_ORDER.replace(FORMULA, "version: 0\n" + FORMULA), 6, "1 到 9999", ""),
    (PER_ORDER.replace(FORMULA, FORMULA + "\n" + MEASURE), 1, "formula 或 measure", ""),
    (PER_ORDER.replace(FORMULA, ""), 1, "formula 或 measure", ""),
    (BIG.replace("fact: lines", "fact: line"), 6, "没有事实 line", "lines"),
    (BIG.replace("aggregate: count", "aggregate: average"), 6, "没有“average”", ""),
    (BIG.replace("goods_fen >=", "goods_fne >="), 6, "没有列 goods_fne", "goods_fen"),
    (BIG.replace("goods_fen >= 2000", "goods_fen >= 'x'"), 6, "整数不能和文字相比", ""),
    (BIG.replace("is_paid and goods_fen >= 2000", "goods_fen"), 6, "where 要是条件", "qty > 0"),
    (BIG.replace("aggregate: count", "aggregate: sum"), 6, "takes no value", ""),
    (BIG.replace("aggregate: count", "aggregate: sum, value: sku_id"), 6, "sum 要整数列，这里是文字", ""),
    (BIG.replace("aggregate: count", "aggregate: sum, value: goods_fen / qty"), 6, "divides row by row", ""),
    (BIG.replace("aggregate: count", "aggregate: distinct, value: qty + 1"), 6, "要写一个列", "member_id"),
    (BIG.replace("aggregate: count", "aggregate: count, clock: packed"), 6, "没有时钟 packed", "paid"),
    (BIG.replace("aggregate: count", "aggregate: last, per: [sku_di]"), 6, "没有列 sku_di", "sku_id"),
    (BIG.replace("aggregate: count", "aggregate: count, sql: drop"), 6, "没有“sql”这一项", ""),
]


@pytest.mark.parametrize(("text", "line", "what", "mend"), WRONG, ids=[one[2] for one in WRONG])
def test_every_mistake_is_told_with_its_line_and_what_to_do(shop, text, line, what, mend):
    put(shop, "good.yaml", BIG.replace("big_lines", "good_lines"))
    put(shop, "wrong.yaml", text)
    (found,) = [row for row in shop.own_metrics().rows if row["state"] == "bad"]
    assert what in found["what"]
    assert mend in found["mend"]
    if found["what"].startswith("声明有误"):  # told of the metric as a whole
        line = 1
    assert found["where"].startswith(f"指标文件 metrics/wrong.yaml 第 {line} 行")
    assert found["where_en"].startswith(f"metric file metrics/wrong.yaml, line {line}")
    assert found["what_en"]
    assert shop.query("good_lines").rows == [{"good_lines": 2}]


def test_a_missing_metric_tells_of_broken_files(shop):
    put(shop, "wrong.yaml", PER_ORDER.replace("unit: fen", "unit: yuan"))
    with pytest.raises(Missing, match="linshu metric check"):
        shop.query("paid_per_order")


def test_the_command_checks_and_the_doctor_tells(project, capsys):
    folder = ["--project", str(project.folder)]
    assert run(["metric", "check", *folder]) == 0
    assert "还没有自有指标" in capsys.readouterr().err
    (project.metrics / "good.yaml").write_text(PER_ORDER, "utf-8")
    assert run(["metric", "check", *folder]) == 0
    assert "paid_per_order" in capsys.readouterr().out
    assert run(["metric", "paid_per_order,orders", *folder]) == 0
    (project.metrics / "wrong.yaml").write_text(BIG.replace("goods_fen", "godos_fen"), "utf-8")
    capsys.readouterr()
    assert run(["metric", "check", *folder]) == 1
    said = capsys.readouterr()
    assert "paid_per_order" in said.out
    assert said.err.startswith("指标文件 metrics/wrong.yaml 第 6 行第 49 列：没有列 godos_fen 是不是：goods_fen")
    run(["doctor", "--json", *folder])
    assert "godos_fen" in capsys.readouterr().out


def test_pages_and_http_show_own_metrics(shop):
    put(shop, "mine.yaml", PER_ORDER)
    put(shop, "wrong.yaml", BIG.replace("count,", "cuont,"))
    with open_state(shop.project) as state, TestClient(compose(shop, state, token="t" * 40)) as client:
        client.headers["Authorization"] = f"Bearer {'t' * 40}"
        rows = client.get("/api/v1/metrics/own").json()["rows"]
        assert [row["state"] for row in rows] == ["ok", "bad"]
        page = client.get("/dictionary").text
        assert "paid_per_order的名称" in page
        assert "自有" in page
        one = client.get("/dictionary/paid_per_order").text
        assert "metrics/mine.yaml:1" in one
        asked = client.post("/api/v1/metrics/query", json={"metrics": ["paid_per_order"]}).json()
        assert asked["rows"] == [{"paid_per_order": 6400 / 3}]
