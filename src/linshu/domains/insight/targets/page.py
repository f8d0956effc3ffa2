"""The page of targets: what runs, how far it is, where it is likely to end; set one by one or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from linshu.domains.insight.targets import flow, view
from linshu.domains.insight.targets.inputs import EVER, Asker, Wanted
from linshu.domains.insight.targets.words import GRAINS, HEADS, read
from linshu.engine.shell.acting import exports, note
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import Invalid, LinshuError, Misused, nearest
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

router = APIRouter(prefix="/targets", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/insight/targets"
PAGE_ROWS = 20
MOST_EXPORTED = 10_000
MOST_BYTES = 5_000_000
TABS = {
    "": Text("进行中", "Running"),
    "coming": Text("未开始", "To come"),
    "over": Text("已结束", "Over"),
    EVER: Text("全部", "All"),
}


@router.get("")
def targets(request: Request) -> Response:
    """The targets that run, come or are over, within the viewer's scope."""
    return _page(request, request.query_params)


def _page(
    request: Request,
    given: Mapping[str, str],
    *,
    error: LinshuError | None = None,
    saved: str = "",
    faults: Sequence[flow.Fault] = (),
) -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    ask, wanted, at = Asker(shell.shop, viewer.scope), _wanted(given), _number(given)
    found, total = ask.page(wanted, shell.today)
    last = ask.last_day(shell.today)
    catalog = shell.shop.catalog
    kept = {"tab": wanted.tab, "q": wanted.words, "of": wanted.dimension}
    return render(
        request,
        f"{FOLDER}/targets.html",
        rows=[view.line(one, catalog, viewer.writer) for one in flow.judged(ask, found, last)],
        total=total,
        at=at,
        pages=-(-total // PAGE_ROWS),
        tab=wanted.tab,
        tabs=TABS,
        asked=kept,
        address=lambda **changes: "/targets?" + urlencode({k: v for k, v in {**kept, **changes}.items() if v}),
        grains=GRAINS,
        metrics=sorted(catalog.metrics.values(), key=lambda one: viewer.say(one.title)),
        dimensions=[one for one in catalog.dimensions.values() if one.kind is Kind.TEXT],
        given={name: given.get(name, "") for name in HEADS},
        today=shell.today,
        last=last,
        may=viewer.may("targets.set") and not viewer.scope.restrictions(),
        saved=saved,
        error=error,
        faults=faults,
        status=error.status if error else 200,
    )


def _wanted(given: Mapping[str, str], *, every: bool = False) -> Wanted:
    tab = given.get("tab", "")
    if tab not in TABS:
        raise Misused(Text(f"没有 {tab} 这一栏", f"there is no tab {tab}"), mend=nearest(tab, TABS))
    words, of = given.get("q", "").strip()[:100], given.get("of", "").strip()
    if every:
        return Wanted(tab, words, "", of, MOST_EXPORTED)
    return Wanted(tab, words, "", of, PAGE_ROWS, (_number(given) - 1) * PAGE_ROWS)


def _number(given: Mapping[str, str]) -> int:
    asked = given.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The same targets as a file, in the form in which they can be changed and brought in again."""
    shell, viewer = shell_of(request), viewer_of(request)
    ask = Asker(shell.shop, viewer.scope)
    found, _ = ask.page(_wanted(request.query_params, every=True), shell.today)
    rows = flow.judged(ask, found, ask.last_day(shell.today))
    return download(flow.as_sheet(rows, shell.shop.catalog, viewer.say), form, f"targets-{shell.today}", viewer.writer)


@router.get("/template")
def template(request: Request, form: str = "xlsx") -> Response:
    """A file to fill in: three lines to write over, and the words that may stand in it."""
    shell, viewer = shell_of(request), viewer_of(request)
    return download(flow.template(shell.shop.catalog, shell.today, viewer.say), form, "targets-template", viewer.writer)


@router.post("", dependencies=[Depends(needs("targets.set"))])
async def keep(request: Request) -> Response:
    """Sets a target, gives one another value, or drops it."""
    sees_all(request)
    form = await request.form()
    given = {name: str(form.get(name, "")).strip() for name in HEADS}
    drops = form.get("act") == "drop"
    try:
        batch = await run_in_threadpool(_keep, request, given, drops=drops)
    except LinshuError as error:
        return await run_in_threadpool(_page, request, given, error=error)
    return await run_in_threadpool(_page, request, {"tab": str(form.get("tab", ""))}, saved=batch)


def _keep(request: Request, given: Mapping[str, str], *, drops: bool) -> str:
    shell = shell_of(request)
    row = read(given, shell.shop.catalog)
    for fault in () if drops else flow.unknown_parts([row], Asker(shell.shop)):
        raise Invalid(fault.what, mend=fault.mend)
    told = shell.shop.aims.keep([{**row, "deleted": drops}])
    batch = str(told.meta["batch"])
    note(request, "target.drop" if drops else "target.set", f"batch:{batch}", **{k: str(v) for k, v in row.items()})
    return batch


@router.post("/import", dependencies=[Depends(needs("targets.set"))])
async def bring(request: Request) -> Response:
    """Takes the targets of a file in; when one row is wrong, all wrong rows are named and nothing is kept."""
    sees_all(request)
    async with request.form() as form:
        file = form.get("file")
        name = str(file.filename or "") if isinstance(file, UploadFile) else ""
        body = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    try:
        batch, faults = await run_in_threadpool(_bring, request, name, body)
    except LinshuError as error:
        return await run_in_threadpool(_page, request, {}, error=error)
    if faults:
        return await run_in_threadpool(_page, request, {}, error=flow.refused(faults), faults=faults)
    return await run_in_threadpool(_page, request, {"tab": EVER}, saved=batch)


def _bring(request: Request, name: str, body: bytes) -> tuple[str, list[flow.Fault]]:
    if not body or len(body) > MOST_BYTES:
        what = Text("文件是空的", "the file is empty") if not body else Text("文件超过 5 MB", "the file is above 5 MB")
        raise Invalid(what, mend=Text("请选择填好的模板。", "Choose the template you filled in."))
    shop = shell_of(request).shop
    rows, faults = flow.read_lines(shop.aims.lines(name, body), Asker(shop))
    if faults:
        return "", faults
    if not rows:
        raise Invalid(
            Text("文件里没有目标", "there is no target in the file"), mend=Text("请按模板填写。", "Use the template.")
        )
    told: Any = shop.aims.keep(rows)
    batch = str(told.meta["batch"])
    note(request, "target.import", f"batch:{batch}", rows=len(rows), file=name)
    return batch, []
