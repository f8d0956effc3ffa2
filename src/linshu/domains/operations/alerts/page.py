"""The pages of alerts: what rings, one alert, the rules, and how often a rule would have rung."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.alerts import flow, view
from linshu.engine.alerts.book import AlertBook
from linshu.engine.alerts.rule import SEVERITY_TITLES, Rule
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.datastructures import FormData

    from linshu.engine.shell.context import Shell

router = APIRouter(prefix="/alerts", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/operations/alerts"
MANAGES = Depends(needs("alerts.manage"))
BACK = {"day": 28, "week": 8, "month": 6}  # buckets a rule is tried on
EVENT_DAYS = 7  # a rule on events is tried on
SILENCES = {"1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
NUMBERS = ("limit", "least", "times", "ease", "escalate_hours", "minutes")  # what of a rule is changed on its page
SAID = ("name", "title", "metric", "event", "by", "test", "grain", "limit", "minutes")  # of a new one
WORDS = ("severity", "owner", "channel", "active")


def book_of(shell: Shell) -> AlertBook:
    """The books of the alerts."""
    return flow.books(shell.modules)


@router.get("")
def alerts(request: Request) -> Response:
    """What rings now, and what has fallen silent."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    book = book_of(shell)
    rows, total = book.page(asked.wanted(), viewer.scope)
    rules, counts = book.rules(), book.counts(viewer.scope)
    catalog, whose = shell.shop.catalog, book.owners()
    return render(
        request,
        f"{FOLDER}/alerts.html",
        asked=asked,
        rows=[view.row(one, rules.get(one.rule), catalog, shell.settings.day, viewer.writer) for one in rows],
        owners={one.alert_id: found.name for one in rows if (found := whose(one))},
        total=total,
        pages=-(-total // view.PAGE_ROWS),
        tabs={name: (title, sum(counts.get(one, 0) for one in states)) for name, (title, states) in view.TABS.items()},
        rules={name: rule.title for name, rule in rules.items() if rule.active},
        silences=book.silences(viewer.scope),
        everything=not viewer.scope.restrictions(),
        titles={name: rule.title for name, rule in rules.items()},
        orders=work_book_of(request).of("alert", tuple(one.alert_id for one in rows)),
        day=shell.settings.day,
        may=viewer.may("alerts.manage"),
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row, figures in their own unit."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    book, say = book_of(shell), viewer.say
    rows, _ = book.page(asked.wanted(every=True), viewer.scope)
    rules, catalog, day, whose = book.rules(), shell.shop.catalog, shell.settings.day, book.owners()
    found = [view.row(one, rules.get(one.rule), catalog, day, viewer.writer) for one in rows]
    heads = (
        Text("规则", "Rule"), Text("对象", "Group"), Text("指标", "Metric"), Text("数值", "Figure"), Text("对照", "Held against"),
        Text("时间", "When"), Text("状态", "State"), Text("负责人", "Owner"), Text("谁在看", "Looked at by"), Text("备注", "Note"),
    )  # fmt: skip
    sheet = Sheet(
        say(Text("预警", "Alerts")),
        tuple(SheetColumn(say(one)) for one in heads),
        [
            (say(one.title), say(one.kept.group), say(one.metric), one.value, one.expected, one.when, say(one.state),
             found_.name if (found_ := whose(one.kept)) else "", one.kept.seen_by, one.kept.note)
            for one in found
        ],
    )  # fmt: skip
    return download(sheet, form, f"alerts-{shell.today}", viewer.writer)


@router.post("/{alert_id}/see", dependencies=[Depends(needs("orders.work"))])
async def see(request: Request, alert_id: str) -> Response:
    """Somebody looks at it."""
    form = await request.form()
    book_of(shell_of(request)).see(actor_of(request), alert_id, viewer_of(request).scope, str(form.get("note", "")))
    return RedirectResponse(f"/alerts{view.read(request.query_params).address()}", status_code=303)


@router.post("/silence", dependencies=[MANAGES])
async def silence(request: Request) -> Response:
    """Nobody is told of a rule, or of one group of it, for some days."""
    form = await request.form()
    shell = shell_of(request)
    for_how_long = SILENCES.get(str(form.get("for", "1d")), SILENCES["1d"])
    rule, group = str(form.get("rule", "")), str(form.get("group", ""))
    until, scope = shell.now() + for_how_long, viewer_of(request).scope
    book_of(shell).silence(actor_of(request), rule, group, until, str(form.get("why", "")), scope)
    return RedirectResponse("/alerts", status_code=303)


@router.post("/silence/{silence_id}/end", dependencies=[MANAGES])
def unsilence(request: Request, silence_id: str) -> Response:
    """Ends a silence."""
    book_of(shell_of(request)).unsilence(actor_of(request), silence_id, viewer_of(request).scope)
    return RedirectResponse("/alerts", status_code=303)


@router.get("/rules")
def rules(request: Request) -> Response:
    """Every rule: what it says, whether it watches, how often it rang lately."""
    shell, viewer = shell_of(request), viewer_of(request)
    book, catalog = book_of(shell), shell.shop.catalog
    known = sorted(book.rules().values(), key=lambda one: (not one.active, one.title.zh))
    return render(
        request,
        f"{FOLDER}/rules.html",
        rules=[(one, view.sentence(one, catalog, viewer.writer)) for one in known],
        ready=book.ready,
        severities=SEVERITY_TITLES,
        happenings=view.HAPPENINGS,
        tones=view.TONES,
        metrics=sorted(catalog.metrics.values(), key=lambda one: viewer.say(one.title)),
        dimensions=[one for one in catalog.dimensions.values() if one.kind is Kind.TEXT],
        may=viewer.may("alerts.manage") and not viewer.scope.restrictions(),
    )


@router.post("/rules", dependencies=[MANAGES])
async def add(request: Request) -> Response:
    """A rule of the company's own: a metric with a test, or a kind of event with a window; it begins switched off."""
    sees_all(request)
    form = await request.form()
    shell = shell_of(request)
    said = {name: str(form.get(name, "")).strip() for name in SAID}
    said["name"] = said["name"] or _free(book_of(shell).rules())
    if not said["event"] and said["metric"] in shell.shop.catalog.metrics:
        said["limit"] = str(_limit(shell, said["metric"], said["test"], form))
    rule = flow.begun(shell.shop, said, shell.today)
    book_of(shell).keep(actor_of(request), rule, fresh=True)
    return RedirectResponse(f"/alerts/rules/{rule.name}", status_code=303)


def _free(taken: Collection[str]) -> str:
    """The first name that no rule has."""
    return next(name for number in count(1) if (name := f"own_{number}") not in taken)


@router.get("/rules/{name}")
def rule(request: Request, name: str) -> Response:
    """One rule: its numbers, and how often it would have rung."""
    return _rule(request, name)


def _rule(request: Request, name: str, error: LinshuError | None = None) -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    book, catalog = book_of(shell), shell.shop.catalog
    one = book.rule(name)
    metric = catalog.metrics.get(one.metric)
    return render(
        request,
        f"{FOLDER}/rule.html",
        rule=one,
        sentence=view.sentence(one, catalog, viewer.writer),
        money=metric is not None and metric.unit is Unit.FEN and one.test in ("above", "below"),
        sample=catalog.metrics[one.sample].title if one.sample in catalog.metrics else Text(one.sample, one.sample),
        declared=name in book.ready,
        severities=SEVERITY_TITLES,
        may=viewer.may("alerts.manage") and not viewer.scope.restrictions(),
        error=error,
        status=error.status if error else 200,
    )


@router.get("/rules/{name}/tried")
def tried(request: Request, name: str) -> Response:
    """How often the rule would have rung: the part of its page that takes a moment."""
    sees_all(request)
    shell = shell_of(request)
    one = book_of(shell).rule(name)
    given = {part: request.query_params[part] for part in NUMBERS if request.query_params.get(part)}
    error: LinshuError | None = None
    found: tuple[flow.Tried, ...] = ()
    try:
        one = one.changed(_fen(shell, one, given))
        if one.event:
            book, day_of = book_of(shell), shell.settings.day.day_of
            found = flow.back_test_events(book, shell.shop, one, shell.today, EVENT_DAYS, day_of)
        else:
            found = flow.back_test(shell.shop, one, shell.today, BACK[one.grain], shell.now())
    except LinshuError as wrong:
        error = wrong
    return render(
        request, f"{FOLDER}/tried.html", tried=found, rings=sum(len(one.rang) for one in found), error=error, rule=one
    )


@router.post("/rules/{name}", dependencies=[MANAGES])
async def change(request: Request, name: str) -> Response:
    """Other numbers, on or off, or back to how it came: for the whole company."""
    sees_all(request)
    form = await request.form()
    shell = shell_of(request)
    book = book_of(shell)
    one = book.rule(name)
    try:
        if form.get("act") == "drop":
            book.drop(actor_of(request), name)
            there = name in book.ready
            return RedirectResponse(f"/alerts/rules/{name}" if there else "/alerts/rules", status_code=303)
        if form.get("act") == "switch":
            changes: dict[str, object] = {"active": not one.active}
        else:
            given = {part: str(form[part]) for part in (*NUMBERS, *WORDS) if part in form and part != "active"}
            changes = dict(_fen(shell, one, given))
        book.keep(actor_of(request), one.changed(changes))
    except LinshuError as error:
        return _rule(request, name, error)
    return RedirectResponse(f"/alerts/rules/{name}", status_code=303)


def _fen(shell: Shell, rule: Rule, given: dict[str, str]) -> dict[str, object]:
    """The numbers of a form: a limit in money is typed in yuan."""
    read: dict[str, object] = dict(given)
    metric = shell.shop.catalog.metrics.get(rule.metric)
    if "limit" in given and metric is not None and metric.unit is Unit.FEN and rule.test in ("above", "below"):
        read["limit"] = _times_hundred(given["limit"])
    return read


def _limit(shell: Shell, metric: str, test: str, form: FormData) -> object:
    text = str(form.get("limit", "")).strip()
    money = shell.shop.catalog.metrics[metric].unit is Unit.FEN and test in ("above", "below")
    return _times_hundred(text) if money else text


def _times_hundred(text: str) -> str:
    try:
        return str(float(text.replace(",", "")) * 100)
    except ValueError:
        return text  # the rule says that it is no number
