"""The command line: every command takes the same options, answers in one form, and ends with the right exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.app.sample import Sampled, write_files

from linshu.app.cli import run, tree
from linshu.app.show import written

FACE = {
    "init", "demo", "import", "build", "run", "job", "serve", "metric", "sql", "export", "doctor", "user", "backup", "restore",
    "upgrade", "quarantine", "template", "insight", "growth", "supply", "fulfilment", "finance", "operations",
}  # fmt: skip


def leaves(command: Any, name: str = "linshu") -> list[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        return [(name, command)]
    return [found for child_name, child in children.items() for found in leaves(child, f"{name} {child_name}")]


@pytest.fixture
def filled(sampled: Sampled, tmp_path: Path) -> str:
    return str(sampled(tmp_path / "shop").folder)


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert set(answer) == {"rows", "meta"}
    return answer


def test_the_face_of_the_product_is_complete() -> None:
    assert set(tree().commands) >= FACE


@pytest.mark.parametrize(("name", "command"), leaves(tree()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_has_the_common_options_and_a_help(name: str, command: Any) -> None:
    options = [option for param in command.params for option in param.opts]
    assert {"--project", "--json", "--debug"} <= set(options)
    assert len(options) == len(set(options))
    assert command.help


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["metric"],
        ["export", "fct_orders"],
        ["metric", "gmv", "--limit", "many"],
        ["init", "x", "--language", "fr"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(words) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["metrik"], "没有命令 metrik。是不是：metric？用法见 linshu --help"),
        (["metric"], "缺少 NAMES。指标名"),
        (["export", "fct_orders"], "缺少 --to。写到哪个文件。用法见 linshu export --help"),
        (["metric", "gmv", "--limit", "many"], "--limit 的值不对"),
        (["metric", "gmv", "--limt", "3"], "没有选项 --limt。是不是：--limit"),
        (["metric", "gmv", "again"], "多出来的内容：again"),
        (["metric", "gmv", "--limit"], "--limit 后面要写一个值"),
    ],
    ids=str,
)
def test_wrong_use_is_one_plain_line(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1
    assert said in printed.err
    run(["init", str(tmp_path / "shop"), "--language", "en"])
    capsys.readouterr()
    assert run(["--project", str(tmp_path / "shop"), *words]) == 2
    assert not re.search(r"[\u4e00-\u9fff]", capsys.readouterr().err)


def test_with_json_a_refusal_is_told_in_its_parts_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["metric", "gmv", "--json", "--project", str(tmp_path)]) == 1
    said = capsys.readouterr()
    error = json.loads(said.out)["error"]
    assert set(error) == {"what", "where", "mend"}
    assert error["what"] in said.err
    assert error["mend"] in said.err


def test_help_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["metric", "--help"]) == 0
    assert "--where" in capsys.readouterr().out


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("linshu 0.")


def test_a_refusal_is_one_plain_line_and_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["metric", "gmv", "--project", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert "linshu init" in said.err
    assert run(["metric", "gmv", "--debug", "--project", str(tmp_path)]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_refusal_speaks_the_projects_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "shop"), "--language", "en", "--json"]) == 0
    capsys.readouterr()
    assert run(["metric", "gvm", "--project", str(tmp_path / "shop")]) == 1
    assert "Did you mean: gmv" in capsys.readouterr().err


def test_the_options_may_stand_before_the_command(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--project", filled, "--json", "metric", "gmv"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"gmv": 6500}]


@pytest.mark.slow
def test_figures_on_the_command_line(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["metric", "gmv,order_lines", "--by", "channel", "--grain", "day", "--where", "sku=S2", "--project", filled]
    answer = answered(capsys, *words, "--from", "2026-10-01", "--to", "2026-10-31", "--order", "day")
    assert [(row["day"], row["gmv"], row["channel_name"]) for row in answer["rows"]] == [
        ("2026-10-01", 1000, "小程序"),
        ("2026-10-02", 2000, "小程序"),
    ]
    assert answer["meta"]["units"]["gmv"] == "fen"
    assert {"gmv"} <= {row["metric"] for row in answered(capsys, "metric", "list", "--project", filled)["rows"]}
    assert run(["metric", "gmv", "--project", filled]) == 0
    assert "65.00" in capsys.readouterr().out


@pytest.mark.slow
def test_figures_and_files(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--project", filled)
    told = answered(capsys, "metric", "gmv", "--by", "sku", "--save", str(tmp_path / "g.csv"), *here)["rows"][0]
    assert told["rows"] == 2
    assert "苹果" in (tmp_path / "g.csv").read_text("utf-8-sig")
    assert run(["template", "sku", "--example", "--to", str(tmp_path / "sku.xlsx"), *here]) == 0
    counts = answered(capsys, "import", "auto", str(tmp_path / "sku.xlsx"), *here)
    assert [(row["table"], row["new"]) for row in counts["rows"]] == [("sku", 1)]
    assert run(["import", "auto", *here]) == 2
    assert run(["import", str(tmp_path / "none.csv"), *here]) == 1
    assert run(["template", "sku", "--to", str(tmp_path / "sku.xlsx"), *here]) == 1


@pytest.mark.slow
def test_people_are_registered(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = answered(capsys, "user", "add", "zhou", "--role", "finance", "--project", filled)["rows"][0]
    assert made["role"] == "finance"
    assert len(made["password"]) >= 12
    assert run(["user", "add", "zhou", "--project", filled]) == 1
    assert run(["user", "add", "li", "--role", "king", "--project", filled]) == 2
    assert answered(capsys, "user", "role", "zhou", "admin", "--project", filled)["rows"][0]["role"] == "admin"
    assert run(["user", "off", "zhou", "--project", filled]) == 1  # nobody would be left to administer
    answered(capsys, "user", "add", "ada", "--role", "admin", "--project", filled)
    assert answered(capsys, "user", "off", "zhou", "--project", filled)["rows"][0]["active"] is False
    assert answered(capsys, "user", "on", "zhou", "--project", filled)["rows"][0]["active"] is True
    assert answered(capsys, "user", "password", "zhou", "--project", filled)["rows"][0]["password"] != made["password"]
    assert [row["account"] for row in answered(capsys, "user", "list", "--project", filled)["rows"]] == ["ada", "zhou"]


@pytest.mark.slow
def test_everything_else_has_its_command(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], fresh_state: str
) -> None:
    here = ("--project", filled)
    assert answered(capsys, "sql", "tables", *here)["rows"]
    assert answered(capsys, "sql", "SELECT count(*) AS n FROM fct_orders", *here)["rows"] == [{"n": 4}]
    assert answered(capsys, "export", "fct_orders", "--to", str(tmp_path / "o.csv"), *here)["rows"][0]["rows"] == 4
    assert answered(capsys, "build", *here)["meta"]["ok"]
    assert answered(capsys, "build", "--rebuild", *here)["meta"]["batches"]
    assert answered(capsys, "metric", "gmv", *here)["rows"] == [{"gmv": 6500}]
    assert answered(capsys, "quarantine", "list", *here)["rows"] == []
    assert answered(capsys, "quarantine", "export", "--to", str(tmp_path / "bad.xlsx"), *here)["rows"] == []
    assert answered(capsys, "quarantine", "replay", str(tmp_path / "bad.xlsx"), *here)["rows"] == []
    assert (
        answered(capsys, "template", "orders", "--to", str(tmp_path / "t.xlsx"), *here)["rows"][0]["table"] == "orders"
    )
    assert answered(capsys, "backup", "--to", str(tmp_path / "b.tar"), *here)["rows"][0]["verified"]
    again = ("--to", str(tmp_path / "again"), *(("--state", fresh_state) if fresh_state else ()))
    assert answered(capsys, "restore", str(tmp_path / "b.tar"), *again)["rows"][0]["verified"]
    assert answered(capsys, "upgrade", "--backup", str(tmp_path / "u.tar"), *here)["rows"][0]["ok"]
    assert {row["table"] for row in answered(capsys, "insight", "tables", *here)["rows"]} >= {"fct_orders"}
    assert {row["metric"] for row in answered(capsys, "insight", "metrics", *here)["rows"]} >= {"gmv"}


@pytest.mark.slow
def test_what_was_put_aside_is_told_in_one_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--project", str(tmp_path / "shop"))
    run(["init", str(tmp_path / "shop")])
    orders, _ = write_files(tmp_path / "files")
    orders.write_text(orders.read_text("utf-8").replace("paid,2026-10-02", "bought,2026-10-02"), "utf-8")
    assert run(["import", str(orders), *here]) == 0
    assert "linshu quarantine list" in capsys.readouterr().out
    assert run(["import", str(orders), *here]) == 0
    assert "linshu quarantine list" not in capsys.readouterr().out
    assert run(["quarantine", "list", *here]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("bought", "第 ", "请", "linshu quarantine export"))
    assert " row " not in told
    whole = answered(capsys, "quarantine", "list", *here)["rows"]
    assert whole
    assert all(row["zh"] and row["en"] and row["landing_id"] for row in whole)


def test_doctor_finds_what_is_wrong(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = {row["check"]: row["state"] for row in answered(capsys, "doctor", "--project", filled)["rows"]}
    assert {"versions", "chromium", "fonts", "disk", "key", "server", "plain phones", "freshness"} <= set(found)
    assert "bad" not in found.values()
    (Path(filled) / "mappings" / "note.txt").write_text("call 13812345678", "utf-8")
    assert run(["doctor", "--project", filled]) == 1
    assert "note.txt" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, "", "–"),
        (123456, "fen", "1,234.56"),
        (0.256, "ratio", "25.6"),
        (1234, "count", "1,234"),
        (1.5, "", "1.50"),
        (True, "", "True"),
        ("[red]x", "", "[red]x"),
    ],
)
def test_values_are_written_for_people(value: object, unit: str, expected: str) -> None:
    assert written(value, unit) == expected
