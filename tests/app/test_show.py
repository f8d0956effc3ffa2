"""Answers on a terminal: numbers whole, whatever the width; what is too wide becomes a block a row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

import linshu
from linshu.app import show as showing
from linshu.app.answer import Answer
from linshu.app.commands import jobs
from linshu.app.headings import HEADINGS
from linshu.app.listing import CODED

COLUMNS = [
    {"name": "channel", "title": {"zh": "渠道", "en": "Channel"}},
    *(
        {"name": f"figure{n}", "title": {"zh": "成交额 GMV（上期）", "en": "GMV (previous)"}, "unit": "fen"}
        for n in range(6)
    ),
]
ANSWER = Answer.of([{"channel": "mini-program", **{f"figure{n}": 123_456_789_00 for n in range(6)}}], columns=COLUMNS)


@pytest.mark.parametrize("width", [60, 90, 120, 400])
def test_no_number_is_ever_broken(width, monkeypatch, capsys):
    monkeypatch.setattr(showing, "Console", lambda **_: Console(width=wanted))
    wanted = width
    showing.show(ANSWER, as_json=False, language="zh")
    printed = capsys.readouterr().out
    assert printed.count("123,456,789.00") == 6
    assert "成交额" in printed


def test_codes_of_the_dictionary_are_words_on_a_terminal(capsys):
    listed = Answer.of([{"metric": "gmv", "unit": "fen", "better": "higher", "owner": "insight"}], columns=CODED)
    showing.show(listed, as_json=False, language="zh")
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("gmv", "越高越好", "洞察"))
    assert not any(code in printed for code in ("fen", "higher", "insight"))
    showing.show(listed, as_json=True, language="zh")
    assert '"better":"higher"' in capsys.readouterr().out.replace(" ", "")


def test_what_is_said_in_two_languages_is_shown_in_one(capsys):
    told = Answer.of([{"table": "orders", "reason": "等待", "reason_en": "waits"}])
    showing.show(told, as_json=False, language="zh")
    chinese = capsys.readouterr().out
    showing.show(told, as_json=False, language="en")
    english = capsys.readouterr().out
    assert ("等待" in chinese, "waits" in chinese, "原因" in chinese) == (True, False, True)
    assert ("等待" in english, "waits" in english, "Reason" in english) == (False, True, True)
    showing.show(told, as_json=True, language="zh")
    assert "reason_en" in capsys.readouterr().out


def test_what_is_to_be_read_beside_figures_is_printed_beneath_them(capsys):
    told = Answer.of([{"gmv": 1}], notes=[{"zh": "估计值", "en": "an estimate"}])
    showing.show(told, as_json=False, language="zh")
    assert capsys.readouterr().out.rstrip().endswith("估计值")


def keys(module: ast.Module, node: ast.AST, within: ast.AST, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of the columns that an expression gives rows of, followed through names and functions of its own module."""
    if isinstance(node, ast.Dict):
        yield from (key.value for key in node.keys if isinstance(key, ast.Constant))
        for spread in (value for key, value in zip(node.keys, node.values, strict=True) if key is None):
            yield from keys(module, spread, within, seen)
    elif isinstance(node, ast.Name):
        for one in ast.walk(within):
            targets = one.targets if isinstance(one, ast.Assign) else [getattr(one, "target", None)]
            if any(isinstance(each, ast.Name) and each.id == node.id for each in targets) and getattr(
                one, "value", None
            ):
                yield from keys(module, one.value, within, seen)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in seen:
        for function in (
            one for one in ast.walk(module) if isinstance(one, ast.FunctionDef) and one.name == node.func.id
        ):
            for one in (one for one in ast.walk(function) if isinstance(one, ast.Return | ast.Yield) and one.value):
                yield from keys(module, one.value, function, seen | {function.name})
    elif isinstance(node, ast.ListComp | ast.GeneratorExp):
        yield from keys(module, node.elt, within, seen)
    elif isinstance(node, ast.List | ast.Tuple | ast.BinOp | ast.IfExp | ast.Starred):
        for one in ast.iter_child_nodes(node):
            yield from keys(module, one, within, seen)


def columns_of(file: Path) -> set[str]:
    """Every column of the lists that a module makes, as far as its text says."""
    module = ast.parse(file.read_text("utf-8"))
    functions = [one for one in ast.walk(module) if isinstance(one, ast.FunctionDef)]
    return {
        name
        for function in functions
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args
        and (call.func.attr == "show_rows" or ast.unparse(call.func) == "Answer.of")
        for name in keys(module, call.args[0], function)
    }  # fmt: skip


def test_every_column_of_a_list_has_a_heading_in_both_languages():
    places = {file: columns_of(file) for file in Path(linshu.__file__).parent.rglob("*.py") if "api" not in file.parts}
    assert {"job", "progress"} <= places[Path(jobs.__file__)]
    assert len(set.union(*places.values())) > 200
    bare = {
        f"{file.name}: {name}"
        for file, names in places.items()
        for name in names
        if name.removesuffix("_en") not in HEADINGS
    }
    assert bare == set()


def test_the_ends_of_an_interval_are_called_after_what_they_bound(capsys):
    showing.show(Answer.of([{"profit": 1, "profit_low": 0, "profit_high": 2}]), as_json=False, language="zh")
    assert [part.strip() for part in capsys.readouterr().out.splitlines()[1].split("┃")[1:4]] == [
        "毛利", "毛利下限", "毛利上限",
    ]  # fmt: skip
