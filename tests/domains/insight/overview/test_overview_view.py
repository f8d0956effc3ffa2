"""What the overview prints, from figures to words and shapes."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from tests.domains.dictionary import CATALOG

from linshu.domains.insight.overview import view
from linshu.domains.insight.overview.inputs import Figure, Hours, Ranked, Ranking, Trend
from linshu.engine.shell.filters import Days, read_filter
from linshu.engine.shell.view import Writer
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.period import Grain, Period
from linshu.kernel.text import Text

TODAY = date(2026, 11, 23)
LIVE = Days(TODAY, TODAY)
ZH, EN = Writer("zh"), Writer("en", "$")
GMV, ORDERS, REFUNDS = (CATALOG.metric(name) for name in ("gmv", "orders", "refund_rate"))
WEEK = read_filter({}, LIVE)
FIGURES = (
    Figure(GMV, 1_234_567, 1_234_567, 1_143_000, (1, 2, None, 4), Fraction(1_500_000)),
    Figure(REFUNDS, 0.0303, 0.0303, 0.0333, (0.03, 0.03)),
    Figure(ORDERS, None, None, None, ()),
    Figure(ORDERS, problem=Text("不能按商品筛选", "cannot be filtered by product")),
)


@pytest.mark.parametrize(("writer", "name"), [(ZH, "zh"), (EN, "en")], ids=["zh", "en"])
def test_cards(golden, writer: Writer, name: str) -> None:
    shown = [asdict(card) for card in view.cards(FIGURES, WEEK, writer, "gmv")]
    golden(f"overview_cards_{name}.json", json.dumps(shown, ensure_ascii=False, indent=1, default=str) + "\n")


def test_a_day_that_is_not_over_says_so_instead_of_comparing() -> None:
    only_today = read_filter({"period": "today"}, LIVE)
    (card,) = view.cards((Figure(GMV, 100_00, None, None, ()),), only_today, ZH)
    assert card.movement is None
    assert card.beside == "今天未结束，暂不对比"


def test_nothing_before_is_said_and_no_percentage_invented() -> None:
    (card,) = view.cards((Figure(GMV, 100_00, 100_00, None, ()),), WEEK, ZH)
    assert (card.movement, card.beside) == (None, "上期没有数据")


def test_a_target_overreached_fills_the_bar_and_tells_the_true_share() -> None:
    (card,) = view.cards((Figure(GMV, 150_00, None, None, (), Fraction(100_00)),), WEEK, ZH)
    assert card.target is not None
    assert (card.target.share, card.target.text) == (1.0, "目标 ¥100.00 · 达成 150.0%")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.031, (30 / 31, "目标 3.0% · 未达标")), (0.03, (1.0, "目标 3.0% · 达标")), (0.0, (1.0, "目标 3.0% · 达标"))],
    ids=["above", "just at it", "nothing"],
)
def test_a_low_target_is_missed_by_more_and_met_by_less(value: float, expected: tuple[float, str]) -> None:
    (card,) = view.cards((Figure(REFUNDS, value, None, None, (), Fraction(3, 100)),), WEEK, ZH)
    assert card.target is not None
    assert (card.target.share, card.target.text) == (pytest.approx(expected[0]), expected[1])


def test_both_periods_are_named() -> None:
    assert view.held_against(WEEK, WEEK.against(), ZH, TODAY) == "11月16日 – 11月22日，较上期 11月9日 – 11月15日"
    assert view.held_against(WEEK, WEEK.against(), EN, TODAY) == "16 Nov – 22 Nov, vs previous 9 Nov – 15 Nov"
    month = read_filter({"period": "this-month"}, LIVE)
    assert view.held_against(month, month.against(), ZH, TODAY).endswith("（不含今天）")


def test_the_trend_marks_the_day_that_runs() -> None:
    month = read_filter({"from": "2026-11-22", "to": "2026-11-23"}, LIVE)
    line = Trend(GMV, Grain.DAY, ("2026-11-22", "2026-11-23"), (5, 2), (4, 4), Period(TODAY, TODAY))
    chart = view.trend_chart(line, month, ZH)
    assert chart["labels"] == ["11/22", "11/23"]
    assert chart["mark"] == {"at": "11/23", "label": "今天未结束"}
    assert [series["role"] for series in chart["series"]] == ["main", "compare"]
    unknown = replace(line, before=(None, None))
    assert [series["role"] for series in view.trend_chart(unknown, month, ZH)["series"]] == ["main"]


@pytest.mark.parametrize(
    ("bucket", "grain", "zh", "en", "title"),
    [
        ("2026-11-22T20:00+08:00", Grain.HOUR, "20时", "20:00", "2026-11-22 20:00"),
        ("2026-11-22", Grain.DAY, "11/22", "22 Nov", "2026年11月22日 周日"),
        ("2026-11-16", Grain.WEEK, "11/16", "16 Nov", "2026年11月16日 起的一周"),
        ("2026-11", Grain.MONTH, "2026-11", "2026-11", "2026-11"),
    ],
)
def test_bucket_names(bucket: str, grain: Grain, zh: str, en: str, title: str) -> None:
    assert view.bucket_label(bucket, grain, ZH) == zh
    assert view.bucket_label(bucket, grain, EN) == en
    assert view.bucket_title(bucket, grain, ZH) == title


DAY = CompanyDay.parse("23:00")


def hours_of(day: date, amount: int) -> Hours:
    names = [DAY.hour_name(mark) for mark in DAY.hours(day)]
    return Hours(day, dict.fromkeys(names, amount), dict.fromkeys(names, 1))


def test_today_is_held_against_the_same_full_hours() -> None:
    three = (hours_of(TODAY, 200), hours_of(date(2026, 11, 22), 100), hours_of(date(2026, 11, 16), 400))
    now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # half past ten: eleven full hours since 23:00
    shown = view.today(three, (GMV, ORDERS), DAY, now, ZH)
    (_, day_before), (_, week_before) = shown.against
    assert (day_before.glyph, day_before.text) == ("▲", "100.0%")
    assert (week_before.glyph, week_before.text) == ("▼", "50.0%")
    main = shown.chart["series"][0]["values"]
    assert main == [200] * 11 + [None] * 13
    assert shown.chart["labels"][0] == "23时"
    assert shown.closes_at == "2026-11-23T15:00:00+00:00"
    assert not shown.over


def test_the_first_hour_of_a_day_compares_nothing() -> None:
    three = (hours_of(TODAY, 200), hours_of(TODAY, 100), hours_of(TODAY, 400))
    shown = view.today(three, (GMV, ORDERS), DAY, datetime(2026, 11, 22, 15, 10, tzinfo=UTC), ZH)
    assert [movement for _, movement in shown.against] == [None, None]


def test_a_day_of_the_past_is_shown_whole_without_a_countdown() -> None:
    past = date(2017, 12, 31)
    three = (hours_of(past, 100), hours_of(date(2017, 12, 30), 50), hours_of(date(2017, 12, 24), 50))
    shown = view.today(three, (GMV, ORDERS), DAY, datetime(2026, 11, 23, 2, tzinfo=UTC), ZH)
    assert shown.over
    assert None not in shown.chart["series"][0]["values"]
    assert shown.against[0][0] == "较前一天"


def test_a_ranking_has_bars_relative_to_the_first_and_all_its_places() -> None:
    rows = (
        Ranked("L1", "王芳", (1_000_00, 10), 800_00),
        Ranked("L2", "陈军", (250_00, 2)),
        Ranked("L3", "李娜", (None, 0)),
    )
    shown = view.rank_view(Ranking("leader", (GMV, ORDERS), rows, compared=True), ZH, first=51)
    assert [(row.rank, row.share) for row in shown.rows] == [(51, 100), (52, 25), (53, 0)]
    assert shown.rows[0].movement is not None
    assert shown.rows[0].movement.text == "25.0%"
    assert shown.rows[1].movement is None
    assert [cell.text for cell in shown.rows[2].cells] == ["—", "0"]
