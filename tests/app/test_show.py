"""Answers on a terminal: numbers whole, whatever the width; what is too wide becomes a block a row."""

from __future__ import annotations

import pytest
from rich.console import Console

from linshu.app import show as showing
from linshu.app.answer import Answer

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
