"""Figures, days and movements as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.metrics.declare import Better, Unit
from linshu.engine.shell.view import STEPS, Writer

ZH, EN = Writer("zh"), Writer("en", "$")


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1_234_567, Unit.FEN, "¥1.23万", "$12.3K"),
        (45_612_345_678, Unit.FEN, "¥4.56亿", "$456M"),
        (2_599, Unit.FEN, "¥25.99", "$25.99"),
        (123_456, Unit.FEN, "¥1,235", "$1,235"),
        (-1_234_567, Unit.FEN, "-¥1.23万", "-$12.3K"),
        (0, Unit.FEN, "¥0", "$0"),
        (Decimal("2599.5"), Unit.FEN, "¥26.00", "$26.00"),
        (9_999, Unit.COUNT, "9,999", "9,999"),
        (1_833_855, Unit.COUNT, "183万", "1.83M"),
        (12_345_678_901, Unit.COUNT, "123亿", "12.3B"),
        (3.5, Unit.QTY, "3.5", "3.5"),
        (0.03034, Unit.RATIO, "3.0%", "3.0%"),
        (0.0, Unit.RATIO, "0.0%", "0.0%"),
        (-0.0001, Unit.RATIO, "0.0%", "0.0%"),
        (12.34, Unit.PER_MILLE, "12.3‰", "12.3‰"),
        (2.345, Unit.TIMES, "2.35 倍", "2.35×"),
        (3.04, Unit.DAYS, "3.0 天", "3.0 d"),
        (None, Unit.FEN, "—", "—"),
    ],
)
def test_short(value: float | None, unit: Unit, zh: str, en: str) -> None:
    assert (ZH.short(value, unit), EN.short(value, unit)) == (zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "zh"),
    [
        (1_234_567, Unit.FEN, "¥12,345.67"),
        (-5, Unit.FEN, "-¥0.05"),
        (1_833_855, Unit.COUNT, "1,833,855"),
        (0.030341, Unit.RATIO, "3.0341%"),
        (None, Unit.COUNT, "—"),
    ],
)
def test_full(value: float | None, unit: Unit, zh: str) -> None:
    assert ZH.full(value, unit) == zh


@pytest.mark.parametrize(
    ("value", "unit", "zh"),
    [
        (1_106_249, Unit.FEN, "¥11,062"),  # beside ¥9,802: nobody compares 1.11万 with 9,802
        (980_249, Unit.FEN, "¥9,802"),
        (-2_599, Unit.FEN, "-¥25.99"),
        (1_833_855, Unit.COUNT, "1,833,855"),
        (3.5, Unit.QTY, "3.5"),
        (0.03034, Unit.RATIO, "3.0%"),
        (None, Unit.FEN, "—"),
    ],
)
def test_listed(value: float | None, unit: Unit, zh: str) -> None:
    assert ZH.listed(value, unit) == zh


@given(st.integers(-(10**16), 10**16), st.sampled_from(["zh", "en"]))
def test_a_short_amount_is_never_far_from_the_true_one(fen: int, language: str) -> None:
    written = Writer(language).short(fen, Unit.FEN)
    size = {word: divisor for _, divisor, word in STEPS[language]}
    digits = written.replace("¥", "").replace(",", "")
    factor = size.get(digits[-1], 1)
    read = Decimal(digits.rstrip("".join(size))) * factor * 100
    assert abs(read - fen) <= max(50, abs(fen) * Decimal("0.005"))
    assert (fen < 0) == written.startswith("-")


@given(st.integers(-(10**14), 10**14))
def test_a_full_amount_loses_nothing(fen: int) -> None:
    assert Decimal(ZH.full(fen, Unit.FEN).replace("¥", "").replace(",", "")) * 100 == fen


def test_days() -> None:
    sunday = date(2026, 11, 22)
    assert ZH.day(sunday) == "11月22日 周日"
    assert EN.day(sunday) == "Sun 22 Nov"
    assert ZH.day(sunday, year=True) == "2026年11月22日 周日"
    assert ZH.days(date(2026, 11, 16), sunday, today=sunday) == "11月16日 – 11月22日"
    assert EN.days(date(2026, 11, 16), sunday, today=sunday) == "16 Nov – 22 Nov"
    assert EN.days(date(2025, 12, 30), date(2026, 1, 2), today=sunday) == "30 Dec 2025 – 2 Jan 2026"
    assert ZH.days(date(2017, 12, 30), date(2017, 12, 31), today=sunday) == "2017年12月30日 – 2017年12月31日"
    assert ZH.days(sunday, sunday, today=sunday) == "11月22日 周日"


@pytest.mark.parametrize(
    ("now", "before", "unit", "better", "expected"),
    [
        (108, 100, Unit.COUNT, Better.HIGHER, ("up", "▲", "8.0%", True)),
        (92, 100, Unit.FEN, Better.HIGHER, ("down", "▼", "8.0%", False)),
        (0.033, 0.030, Unit.RATIO, Better.LOWER, ("up", "▲", "0.3 个百分点", False)),
        (0.030, 0.033, Unit.RATIO, Better.LOWER, ("down", "▼", "0.3 个百分点", True)),
        (0.03001, 0.03, Unit.RATIO, Better.LOWER, ("flat", "–", "持平", None)),
        (100, 100, Unit.COUNT, Better.HIGHER, ("flat", "–", "持平", None)),
        (5, 0, Unit.COUNT, Better.HIGHER, ("up", "▲", "新增", True)),
        (-50, -100, Unit.FEN, Better.HIGHER, ("up", "▲", "50.0%", True)),
        (120, 100, Unit.COUNT, Better.NEITHER, ("up", "▲", "20.0%", None)),
        (4200, 100, Unit.COUNT, Better.HIGHER, ("up", "▲", "4,100.0%", True)),
    ],
)
def test_movement(now: float, before: float, unit: Unit, better: Better, expected: tuple) -> None:
    moved = ZH.movement(now, before, unit, better)
    assert moved is not None
    assert (moved.tone, moved.glyph, moved.text, moved.good) == expected


@pytest.mark.parametrize(("now", "before"), [(None, 1), (1, None), (0, 0)])
def test_no_movement_without_two_values(now: float | None, before: float | None) -> None:
    assert ZH.movement(now, before, Unit.COUNT, Better.HIGHER) is None


def test_the_axis_carries_what_the_script_needs() -> None:
    assert ZH.axis(Unit.FEN) == {
        "divide": 100, "prefix": "¥", "suffix": "", "places": 2,
        "steps": [[10**8, 10**8, "亿"], [10**4, 10**4, "万"]],
    }  # fmt: skip
    assert EN.axis(Unit.RATIO)["suffix"] == "%"
    assert EN.axis(Unit.RATIO)["steps"] == []
