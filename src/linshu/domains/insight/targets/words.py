"""What targets are called, and how one is read from what people type, on the page or in a file; pure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.goals import SCALE
from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.period import Grain, bucket
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.domains.insight.targets.decide import Verdict
    from linshu.engine.metrics import Catalog, Metric

WHOLE_COMPANY = Text("全公司", "Whole company")
GRAINS = {
    "month": Text("月", "Month"),
    "week": Text("周", "Week"),
    "quarter": Text("季", "Quarter"),
    "year": Text("年", "Year"),
    "day": Text("日", "Day"),
}
VERDICTS: dict[Verdict, tuple[Text, str]] = {
    "met": (Text("达成", "Met"), "good"),
    "missed": (Text("未达成", "Missed"), "bad"),
    "ahead": (Text("预计能达成", "Likely to be met"), "good"),
    "behind": (Text("预计达不成", "Likely to be missed"), "bad"),
    "open": (Text("还看不准", "Open"), "none"),
}
FACTOR = {Unit.FEN: 100, Unit.RATIO: 10_000, Unit.PER_MILLE: 1_000}  # what is typed (yuan, %, ‰) to what is kept
HEADS: dict[str, Text] = {
    "metric": Text("指标", "Metric"),
    "dimension": Text("范围", "Of"),
    "part": Text("哪一个", "Which"),
    "grain": Text("时段", "Period"),
    "start": Text("时段里的一天", "A day of it"),
    "value": Text("目标值", "Target"),
}
REACHED: tuple[Text, ...] = (
    Text("名称", "Name"), Text("已完成", "Reached"), Text("达成", "Share"), Text("期末预计", "Likely end"),
    Text("预计下限", "At least"), Text("预计上限", "At most"), Text("判断", "Verdict"),
)  # fmt: skip
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[日月]?(?:[ T].*)?")
_SIZES = {"万": 10_000, "亿": 100_000_000, "k": 1_000, "m": 1_000_000}


def read(given: Mapping[str, str], catalog: Catalog) -> dict[str, Any]:
    """A target as it is kept, from what was typed: names or titles, a day of the period, yuan, per cent or a count."""
    metric = _metric(given["metric"], catalog)
    dimension = _dimension(given["dimension"], catalog)
    part = given["part"] if dimension != "*" else "*"
    if not part:
        raise Invalid(Text("请写明是哪一个", "say which one of them"))
    if len(part.split("|")) != len(dimension.split("|")):
        raise Invalid(Text(f"“{part}”和“{dimension}”的个数不同", f"{part} and {dimension} differ in number"))
    grain = _grain(given["grain"])
    return {
        "metric": metric.name, "dimension": dimension, "dimension_value": part, "period_grain": grain,
        "period_start": bucket(Grain(grain), day_of(given["start"])), "target_value": kept(given["value"], metric),
    }  # fmt: skip


def _metric(word: str, catalog: Catalog) -> Metric:
    for one in catalog.metrics.values():
        if word.casefold() in {one.name, one.title.zh.casefold(), one.title.en.casefold()}:
            return one
    titles = [text for one in catalog.metrics.values() for text in (one.name, one.title.zh)]
    raise Invalid(Text(f"没有指标 {word}", f"there is no metric {word}"), mend=nearest(word, titles))


def _dimension(word: str, catalog: Catalog) -> str:
    if word in {"", "*", WHOLE_COMPANY.zh} or word.casefold() == WHOLE_COMPANY.en.casefold():
        return "*"
    found = []
    for piece in word.split("|"):
        name = _named(piece.strip(), ((one.name, one.title) for one in catalog.dimensions.values()))
        if name is None:
            known = [text for one in catalog.dimensions.values() for text in (one.name, one.title.zh)]
            raise Invalid(Text(f"没有维度 {piece}", f"there is no dimension {piece}"), mend=nearest(piece, known))
        found.append(name)
    return "|".join(found)


def _grain(word: str) -> str:
    name = _named(word, GRAINS.items())
    if name is None:
        raise Invalid(
            Text("请选择时段", "choose a period"),
            mend=Text("写月、周、季、年或日", "month, week, quarter, year or day"),
        )
    return name


def _named(word: str, known: Iterable[tuple[str, Text]]) -> str | None:
    low = word.casefold()
    return next((name for name, title in known if low in {name, title.zh.casefold(), title.en.casefold()}), None)


def day_of(word: str) -> date:
    """The day meant: 2026-11-01, 2026/11/1, 2026年11月, or 2026-11 for its first."""
    found = _DAY.fullmatch(word.strip())
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        pass
    raise Invalid(
        Text("请选择时段里的一天", "choose a day of the period"), mend=Text("例如 2026-11-01", "such as 2026-11-01")
    )


def kept(typed: str, metric: Metric) -> int:
    """The value as it is kept: fen, parts per million, or a count."""
    plain = re.sub(r"[,，\s¥￥元%‰]", "", typed).casefold()
    size = _SIZES.get(plain[-1:], 1)
    try:
        value = float(plain[:-1] if size > 1 else plain) * size
    except ValueError as error:
        raise Invalid(
            Text(f"“{typed}”不是数字", f"{typed!r} is no number"),
            mend=Text("写元、百分数或个数", "write yuan, per cent or a count"),
        ) from error
    whole = value * FACTOR.get(metric.unit, SCALE.get(metric.unit, 1))
    if not 0 < whole < 9e15:
        raise Invalid(Text("目标要大于 0", "a target is above 0"))
    return round(whole)
