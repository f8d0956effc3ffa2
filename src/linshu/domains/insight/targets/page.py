"""The page of targets: what runs, how far it is, where it is likely to end; set, changed and dropped as batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from linshu.domains.insight.overview.inputs import presence
from linshu.domains.insight.targets import inputs
from linshu.domains.insight.targets.decide import DAY, Verdict, due, forecast, verdict
from linshu.engine.metrics.declare import Better, Unit
from linshu.engine.metrics.goals import SCALE
from linshu.engine.shell.acting import note
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.kernel.errors import Invalid, LinshuError, Misused, nearest
from linshu.kernel.period import Grain, bucket
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.metrics.declare import Metric
    from linshu.engine.shell.context import Shell, Viewer

router = APIRouter(prefix="/targets", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/insight/targets"
PAGE_ROWS = 20
TABS = {"": Text("进行中", "Running"), "coming": Text("未开始", "To come"), "over": Text("已结束", "Over")}
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


@dataclass(frozen=True, slots=True)
class Row:
    """One target as the page shows it."""

    target: inputs.Target
    title: str
    goal: str
    value: str
    share: float | None  # of the goal, for a bar
    reached: str
    pace: str  # what would be done by now, day by day
    likely: str
    between: str
    verdict: Text
    tone: str
    problem: str
    typed: str


@router.get("")
def targets(request: Request) -> Response:
    """The targets that run, come or are over."""
    return _page(request, request.query_params)


def _page(request: Request, given: Mapping[str, str], *, error: LinshuError | None = None, saved: str = "") -> Response:
    sees_all(request)
    shell, viewer = shell_of(request), viewer_of(request)
    tab = given.get("tab", "")
    if tab not in TABS:
        raise Misused(Text(f"没有 {tab} 这一栏", f"there is no tab {tab}"), mend=nearest(tab, TABS))
    asked = given.get("page", "1")
    at = int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
    found, total = inputs.targets(shell.shop, tab, shell.today, PAGE_ROWS, (at - 1) * PAGE_ROWS)
    data = presence(shell.shop).last_day
    last = min(shell.today - DAY, data) if data else None
    catalog = shell.shop.catalog
    return render(
        request,
        f"{FOLDER}/targets.html",
        rows=[_row(shell, viewer, one, last) for one in found if one.metric in catalog.metrics],
        total=total,
        at=at,
        pages=-(-total // PAGE_ROWS),
        tab=tab,
        tabs=TABS,
        grains=GRAINS,
        metrics=sorted(catalog.metrics.values(), key=lambda one: one.name),
        dimensions=sorted(catalog.dimensions.values(), key=lambda one: one.name),
        given={name: given.get(name, "") for name in ("metric", "dimension", "part", "grain", "start", "value")},
        today=shell.today,
        last=last,
        may=viewer.may("targets.set"),
        saved=saved,
        error=error,
        status=error.status if error else 200,
    )


def _row(shell: Shell, viewer: Viewer, one: inputs.Target, last: date | None) -> Row:
    metric, writer = shell.shop.catalog.metrics[one.metric], viewer.writer
    goal = inputs.goal(one, metric)
    found = inputs.standing(shell.shop, one, metric, last) if last else inputs.Standing()
    ahead = forecast(found.days, one.start, one.end, last) if found.days is not None and last else None
    over = last is not None and last >= one.end
    judged = verdict(found.value, goal, ahead, over=over, low_is_good=metric.better is Better.LOWER)
    words, tone = VERDICTS[judged]

    def short(value: float) -> str:
        return writer.short(round(value) if metric.unit in (Unit.FEN, Unit.COUNT, Unit.QTY) else value, metric.unit)

    share = found.value / goal if found.value is not None and goal > 0 and found.days is not None else None
    foretold = ahead is not None and not over
    return Row(
        one, viewer.say(metric.title), short(goal), "—" if found.value is None else short(found.value),
        share, writer.short(share, Unit.RATIO) if share is not None else "",
        short(due(goal, one.start, one.end, last)) if share is not None and last and not over else "",
        short(ahead.middle) if ahead and foretold else "", f"{short(ahead.low)} – {short(ahead.high)}" if ahead and foretold else "",
        words, tone, viewer.say(found.problem) if found.problem else "", f"{one.kept / FACTOR.get(metric.unit, 1):.15g}",
    )  # fmt: skip


@router.post("", dependencies=[Depends(needs("targets.set"))])
async def keep(request: Request) -> Response:
    """Sets a target, gives one another value, or drops it."""
    sees_all(request)
    form = await request.form()
    given = {
        name: str(form.get(name, "")).strip() for name in ("metric", "dimension", "part", "grain", "start", "value")
    }
    shell = shell_of(request)
    try:
        row = read(given, shell.shop.catalog.metrics, frozenset(shell.shop.catalog.dimensions))
        drops = form.get("act") == "drop"
        told = await run_in_threadpool(shell.shop.aims.keep, [{**row, "deleted": drops}])
    except LinshuError as error:
        return await run_in_threadpool(_page, request, given, error=error)
    batch = str(told.meta["batch"])
    said = {name: str(value) for name, value in row.items()}
    await run_in_threadpool(note, request, "target.drop" if drops else "target.set", f"batch:{batch}", **said)
    return await run_in_threadpool(_page, request, {"tab": str(form.get("tab", ""))}, saved=batch)


def read(given: Mapping[str, str], metrics: Mapping[str, Metric], dimensions: frozenset[str]) -> dict[str, object]:
    """A target as it is kept: begun on the first day of its period, in fen, parts per million or a count."""
    name, dimension, grain = given["metric"], given["dimension"] or "*", given["grain"]
    if name not in metrics:
        raise Invalid(Text(f"没有指标 {name}", f"there is no metric {name}"), mend=nearest(name, metrics))
    if dimension != "*" and dimension not in dimensions:
        raise Invalid(
            Text(f"没有维度 {dimension}", f"there is no dimension {dimension}"), mend=nearest(dimension, dimensions)
        )
    part = given["part"] if dimension != "*" else "*"
    if not part:
        raise Invalid(Text("请写明是哪一个", "say which one of them"))
    if grain not in GRAINS:
        raise Invalid(Text("请选择时段", "choose a period"))
    try:
        start = bucket(Grain(grain), date.fromisoformat(given["start"]))
    except ValueError as error:
        raise Invalid(Text("请选择时段里的一天", "choose a day of the period")) from error
    return {
        "metric": name, "dimension": dimension, "dimension_value": part, "period_grain": grain, "period_start": start,
        "target_value": _kept(given["value"], metrics[name]),
    }  # fmt: skip


def _kept(typed: str, metric: Metric) -> int:
    try:
        value = float(typed.replace(",", "").replace("，", ""))
    except ValueError as error:
        raise Invalid(Text(f"“{typed}”不是数字", f"{typed!r} is no number")) from error
    kept = value * FACTOR.get(metric.unit, SCALE.get(metric.unit, 1))
    if not 0 < kept < 9e15:
        raise Invalid(Text("目标要大于 0", "a target is above 0"))
    return round(kept)
