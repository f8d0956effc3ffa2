"""Cells as people and spreadsheets write them: every usual dress of a number, a moment and an id, and the traps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.intake.files import bring, mapping, write
from tests.engine.intake.standin import opened, rows
from tests.engine.intake.test_mapping import HEAD

from linshu.engine.intake import numbers, times
from linshu.engine.intake.layout import Clock
from linshu.kernel.company_day import CompanyDay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CLOCK = Clock(CompanyDay())
SQL = duckdb.connect()
FULL = str.maketrans("0123456789.,-()%:/", "０１２３４５６７８９．，－（）％：／")
NUMBER, MOMENT = numbers.number("x"), times.local("x", clock=CLOCK)
DAY, AMBIGUOUS = times.day("x", clock=CLOCK), times.ambiguous("x")


def said(expression: str, texts: Sequence[str]) -> list[object]:
    """What an SQL expression makes of each text."""
    listed = ", ".join("(?)" for _ in texts)
    return [row[0] for row in SQL.execute(f"SELECT {expression} FROM (VALUES {listed}) t(x)", list(texts)).fetchall()]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"), ("-0.5", "-0.5"), (" 1,234.50 ", "1234.5"), ("1，234，567", "1234567"), ("￥1,200", "1200"),
        ("¥ -3", "-3"), ("-¥3", "-3"), ("3元", "3"), ("3.20 元", "3.2"), ("RMB 3", "3"), ("3 rmb", "3"), ("CNY3", "3"),
        ("人民币3", "3"), ("(1,200.50)", "-1200.5"), ("（３）", "-3"), ("－３．５", "-3.5"), ("\u22123", "-3"), ("+3", "3"),
        ("12%", "0.12"), ("１.5％", "0.015"), ("3‰", "0.003"), ("1 234", "1234"), ("12,3456", "123456"), (".5", "0.5"),
        ("12,50", None), ("1,2", None), ("1.2.3", None), ("12 50", None), ("--3", None), ("(-3)", None), ("3斤", None),
        ("1.2万", None), ("", None), ("元", None), ("-", None), ("%", None), ("１２a", None),
    ],
)  # fmt: skip
def test_a_number_in_any_dress(text: str, value: str | None) -> None:
    assert said(NUMBER, [text]) == [None if value is None else Decimal(value)]


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.decimals(-999_999_999, 999_999_999, places=2), st.sets(st.sampled_from("cpmyf"))), min_size=1)
)
def test_a_dressed_number_reads_back(written: list[tuple[Decimal, set[str]]]) -> None:
    assert said(NUMBER, [_dressed(value, dress) for value, dress in written]) == [value for value, _ in written]


def _dressed(value: Decimal, dress: set[str]) -> str:
    text = f"{abs(value):,.2f}" if "c" in dress else f"{abs(value):.2f}"
    text = f"¥{text}" if "y" in dress else f"{text}元" if "m" in dress else text
    if value < 0:
        text = f"({text})" if "p" in dress else f"-{text}"
    return text.translate(FULL) if "f" in dress else text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-1-2", "2026-01-02 00:00:00"), ("2026/1/2 3:04", "2026-01-02 03:04:00"),
        ("2026年1月2日 3时4分", "2026-01-02 03:04:00"), ("2026年1月2日3时4分5秒", "2026-01-02 03:04:05"),
        ("2026 年 1 月 2 日", "2026-01-02 00:00:00"), ("2026年1月2日 星期五 15:04", "2026-01-02 15:04:00"),
        ("2026.01.02", "2026-01-02 00:00:00"), ("2026.1.2 3:04:05", "2026-01-02 03:04:05"),
        ("20260102", "2026-01-02 00:00:00"), ("260102", "2026-01-02 00:00:00"), ("20260102030405", "2026-01-02 03:04:05"),
        ("202601020304", "2026-01-02 03:04:00"), ("20260102 03:04:05", "2026-01-02 03:04:05"),
        ("2026/01/02 3:04:05 PM", "2026-01-02 15:04:05"), ("2026-01-02 12:00:00 AM", "2026-01-02 00:00:00"),
        ("2026/1/2 下午 3:04", "2026-01-02 15:04:00"), ("2026年1月2日 上午12:30", "2026-01-02 00:30:00"),
        ("2026/1/2 下午15:04", "2026-01-02 15:04:00"), ("2026/1/2 中午12:04", "2026-01-02 12:04:00"),
        ("２０２６－０１－０２\u3000０３：０４", "2026-01-02 03:04:00"), ("2026-01-02 03:04:05.25", "2026-01-02 03:04:05.25"),
        ("46024", "2026-01-02 00:00:00"), ("46024.4375", "2026-01-02 10:30:00"), ("46024.1278356481", "2026-01-02 03:04:05"),
        ("1767323045", "2026-01-02 11:04:05"), ("1767323045250", "2026-01-02 11:04:05.25"),
        ("13/2/2026", "2026-02-13 00:00:00"), ("2/13/2026 3:04 PM", "2026-02-13 15:04:00"), ("2.2.2026", "2026-02-02 00:00:00"),
        ("02-Jan-2026", "2026-01-02 00:00:00"), ("Jan 2, 2026", "2026-01-02 00:00:00"),
        ("1/2/2026", None), ("26-1-2", None), ("26/1/2", None), ("1/2/26", None), ("2026-02-30", None), ("2026-13-1", None),
        ("12:30", None), ("昨天", None), ("2026-01-02 25:00", None), ("99999", None), ("2026", None), ("123456789", None),
        ("0026-01-02", None), ("2026-01-02 3:04 XM", None),
    ],
)  # fmt: skip
def test_a_moment_in_any_dress(text: str, value: str | None) -> None:
    assert said(f"CAST({MOMENT} AS VARCHAR)", [text]) == [value]


FORMS = (
    "{y}-{m}-{d} {h}:{mi}:{s}", "{y}/{m}/{d} {h}:{mi:02}:{s:02}", "{y}年{m}月{d}日 {h}时{mi}分{s}秒", "{y}.{m:02}.{d:02} {h:02}:{mi:02}:{s:02}",
    "{y}{m:02}{d:02}{h:02}{mi:02}{s:02}", "{y}年{m:02}月{d:02}日{h}点{mi}分{s}", "{y}/{m}/{d} {half}{h12}:{mi:02}:{s:02}",
    "{y}-{m}-{d} {h12}:{mi}:{s} {ampm}", "{serial}", "{unix}", "{unix}000",
)  # fmt: skip


_MOMENTS = st.datetimes(datetime(2002, 1, 1), datetime(2033, 1, 1)).map(lambda each: each.replace(microsecond=0))


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(st.tuples(_MOMENTS, st.sampled_from(FORMS), st.booleans()), min_size=1))
def test_a_dressed_moment_reads_back(written: list[tuple[datetime, str, bool]]) -> None:
    texts = [_in_form(*each) for each in written]
    assert said(MOMENT, texts) == [moment for moment, *_ in written]
    assert said(DAY, texts) == [moment.date() for moment, *_ in written]
    assert not any(said(AMBIGUOUS, texts))


def _in_form(moment: datetime, form: str, full: bool) -> str:
    text = form.format(
        y=moment.year, m=moment.month, d=moment.day, h=moment.hour, mi=moment.minute, s=moment.second,
        h12=(moment.hour + 11) % 12 + 1, half="下午" if moment.hour >= 12 else "上午", ampm=moment.strftime("%p"),
        serial=f"{(moment - datetime(1899, 12, 30)) / timedelta(days=1):.15g}",
        unix=int((moment - timedelta(hours=8)).replace(tzinfo=UTC).timestamp()),
    )  # fmt: skip
    return text.translate(FULL) if full else text


@pytest.mark.slow
@settings(max_examples=50)
@given(st.dates(date(1980, 1, 1), date(2099, 1, 1)), st.sampled_from("/-."), st.booleans())
def test_day_and_month_are_told_apart_or_not_at_all(day: date, mark: str, month_first: bool) -> None:
    first, second = (day.month, day.day) if month_first else (day.day, day.month)
    text = f"{first}{mark}{second}{mark}{day.year}"
    unclear = day.day <= 12 and day.day != day.month
    assert said(DAY, [text]) == [None if unclear else day]
    assert said(AMBIGUOUS, [text]) == [True]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["1/2/2026", "26-1-2"])
def test_an_ambiguous_day_is_refused_with_its_cure(tmp_path: Path, text: str) -> None:
    assert _codes(tmp_path, "placed_at: 时", {"时": text})[0] == [("ambiguous", text)]
    cured = _codes(tmp_path / "cured", "placed_at: {column: 时, format: ['%d/%m/%Y', '%y-%m-%d']}", {"时": text})
    assert cured == ([], "A")


def test_never_is_no_moment(tmp_path: Path) -> None:
    assert _codes(tmp_path, "placed_at: 时", {"时": "0001-01-01 00:00:00"}) == ([], "A")


@pytest.mark.parametrize("cell", ['="A１2"', "Ａ12\t", "'12", "`A12", " Ａ１２ ", "\ufeffA12"])
def test_an_id_is_freed_of_its_wrapping(tmp_path: Path, cell: str) -> None:
    codes, key = _codes(tmp_path, "order_id: 号", {"号": cell.replace('"', '""') if "," in cell else cell})
    assert (codes, key) == ([], "12" if cell == "'12" else "A12")


@pytest.mark.parametrize("cell", ["1.23E+17", "1.23456789012346e+17", "1E+18"])
def test_an_id_that_a_spreadsheet_damaged_is_refused(tmp_path: Path, cell: str) -> None:
    assert _codes(tmp_path, "order_id: 号", {"号": cell})[0] == [("damaged", cell)]


@pytest.mark.slow
def test_rounded_numbers_are_told_by_their_company(tmp_path: Path) -> None:
    rounded = ["123456789012345000", "123456789012346000", "123456789012347000"]
    damaged = _import(tmp_path / "1", "order_id: 号", [{"号": each} for each in [*rounded, "77"]])
    assert [(each["code"], each["original"]) for each in damaged.problems().to_pylist()] == [
        ("damaged", each) for each in rounded
    ]
    assert rows(damaged, "orders", "order_id") == [("77",)]
    exact = _import(tmp_path / "2", "order_id: 号", [{"号": each} for each in [*rounded, "123456789012345678"]])
    assert exact.problems().num_rows == 0


def _codes(tmp_path: Path, entry: str, cells: dict[str, str]) -> tuple[list[tuple[str, str]], str]:
    intake = _import(tmp_path, entry, [cells])
    problems = [(each["code"], each["original"]) for each in intake.problems().to_pylist()]
    found = rows(intake, "orders", "order_id")
    return problems, str(found[0][0]) if found else ""


def _import(tmp_path: Path, entry: str, cells: list[dict[str, str]]):
    tmp_path.mkdir(exist_ok=True)
    intake = opened(tmp_path)
    known = {"order_id": "{constant: A}", "status": "{constant: paid}", "goods_fen": "{constant: 90}"}
    lines = [entry, *(f"{name}: {value}" for name, value in known.items() if not entry.startswith(name))]
    text = HEAD + "".join(f"      {line}\n" for line in lines)
    bring(
        intake, write(tmp_path / "one.xlsx", [tuple(each.values()) for each in cells], tuple(cells[0])), mapping(text)
    )
    return intake
