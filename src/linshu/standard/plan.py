"""Plan: the figures the company means to reach."""

from __future__ import annotations

from linshu.kernel.table import Kind
from linshu.standard.columns import check, choice, column, day, declare, ref, text
from linshu.standard.forecasts import FORECASTS

__all__ = ["PLAN"]

TARGET = declare(
    "target",
    "plan",
    "目标 | Target",
    "某指标在某维度、某时段要达到的数值。 | The value a metric is to reach for some part of the company in a period.",
    ("metric", "dimension", "dimension_value", "period_grain", "period_start"),
    (
        text("metric", "指标 | Metric", "指标字典里的指标名。 | The metric's name in the dictionary.", example="gmv"),
        text(
            "dimension",
            "维度 | Dimension",
            "目标按什么拆分，如 city、leader；`*` 表示全公司。 | What it is split by, such as city or leader; `*` means the whole company.",
            example="*",
        ),
        text(
            "dimension_value",
            "维度值 | Value of it",
            "该维度的取值；多个维度用竖线连接；`*` 表示全部。 | The dimension's value, several joined by bars; `*` means all.",
            example="*",
        ),
        choice(
            "period_grain",
            "时段粒度 | Period grain",
            "目标按日、周、月、季还是年。 | Whether by day, week, month, quarter or year.",
            ("day", "日 | Day"),
            ("week", "周 | Week"),
            ("month", "月 | Month"),
            ("quarter", "季 | Quarter"),
            ("year", "年 | Year"),
        ),
        day(
            "period_start",
            "时段首日 | First day",
            "时段的第一个公司日；周从周一起。 | The period's first company day; weeks begin on Monday.",
        ),
        column(
            Kind.INT,
            "target_value",
            "目标值 | Target value",
            "目标数值，单位同指标：金额为分、比率为百万分之一、其余为个数。 "
            "| The value in the metric's unit: fen for money, parts per million for rates, else a count.",
            required=True,
            example="1000000",
        ),
        ref("staff_id", "负责人 | Owner", "对目标负责的员工；没有则为空。 | Who answers for it; empty when nobody."),
    ),
    checks=(
        check(
            "week_starts_monday",
            "period_grain <> 'week' OR isodow(period_start) = 1",
            "周目标须从周一开始。 | A week's target begins on a Monday.",
        ),
        check(
            "month_starts_first",
            "period_grain NOT IN ('month', 'quarter', 'year') OR day(period_start) = 1",
            "月、季、年目标须从 1 日开始。 | Month, quarter and year targets begin on the 1st.",
        ),
        check(
            "whole_has_no_value",
            "dimension <> '*' OR dimension_value = '*'",
            "全公司目标的维度值须为 `*`。 | A whole-company target has the value `*`.",
        ),
    ),
)

PLAN = (TARGET, *FORECASTS)
