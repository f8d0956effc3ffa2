"""The pages of work orders: list and board with bulk assignment, one order with all its acts, a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.work import inputs, view
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, attachment, download
from linshu.engine.work import Draft
from linshu.engine.work.files import MOST_BYTES
from linshu.engine.work.rules import ACT_TITLES, ACTS, SEVERITIES, SEVERITY_TITLES, STATE_TITLES, Act, Wish, may
from linshu.kernel.errors import Forbidden, LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.work import Done
    from linshu.engine.work.order import Severity

router = APIRouter(prefix="/work", include_in_schema=False, dependencies=[Depends(needs("orders.work"))])
FOLDER = "domains/operations/work"
LOOKED_BACK = timedelta(days=90)


@router.get("")
def work(request: Request) -> Response:
    """The list, or the board."""
    return _list(request, view.read(request.query_params))


def _list(request: Request, asked: view.Asked, *, said: Done | None = None, act: str = "") -> Response:
    shell, viewer, book = shell_of(request), viewer_of(request), work_book_of(request)
    now, day, names = shell.now(), shell.settings.day, inputs.names(shell)
    stats = book.stats(now - LOOKED_BACK, now, shell.work.zone)
    rows, total = book.page(asked.wanted(now))
    counts = {
        name: stats.late if name == "late" else sum(stats.states.get(state, 0) for state in states)
        for name, (_, states) in view.TABS.items()
    }
    response = render(
        request,
        f"{FOLDER}/work.html",
        asked=asked,
        rows=[view.row(one, names, day, viewer.writer, now) for one in rows],
        total=total,
        pages=-(-total // view.PAGE_ROWS),
        board=_board(request, asked) if asked.board else (),
        tabs={name: (title, counts[name]) for name, (title, _) in view.TABS.items()},
        told=view.told(stats, names, viewer.writer),
        workers=inputs.workers(shell),
        severities=SEVERITY_TITLES,
        sorts=view.SORT_TITLES,
        nobody=view.NOBODY,
        said=said,
        act=ACT_TITLES.get(act),
        refusals=_refusals(said),
    )
    if request.method == "GET":
        page = str(asked.page) if asked.page > 1 else None
        response.headers["HX-Push-Url"] = f"/work{asked.address(page=page)}"
    return response


def _board(request: Request, asked: view.Asked) -> list[tuple[Text, list[view.Row], int]]:
    """A column for each state that somebody still looks at, the most pressing first."""
    shell, viewer, book = shell_of(request), viewer_of(request), work_book_of(request)
    now, names, columns = shell.now(), inputs.names(shell), []
    for state in view.BOARD:
        wanted = inputs.of_state(asked.wanted(now), state, view.MOST_CARDS)
        rows, total = book.page(wanted)
        cards = [view.row(one, names, shell.settings.day, viewer.writer, now) for one in rows]
        columns.append((STATE_TITLES[state], cards, total))
    return columns


@router.post("")
async def assign(request: Request) -> Response:
    """Gives the picked ones, or all that the filters mean, to somebody."""
    form = await request.form()
    asked, act = view.read(request.query_params), _act(form)
    book = work_book_of(request)
    every = asked.wanted(shell_of(request).now())
    picked = book.ids(every) if form.get("every") else tuple(str(one) for one in form.getlist("mark"))
    if not picked:
        raise Misused(
            Text("没有选中任何一张", "nothing is picked"), mend=Text("请先勾选要处理的工单。", "Tick some first.")
        )
    return _list(request, asked, said=_done(request, form, act, picked), act=act)


def _done(request: Request, form: FormData, act: Act, ids: Iterable[str]) -> Done:
    shell, account = shell_of(request), viewer_of(request).user.account
    said = {name: str(form.get(name, "")).strip() for name in ("why", "to", "result", "link")}
    wish = Wish(act, account, shell.now(), said["why"], said["to"], said["result"], said["link"])
    return shell.work.act(actor_of(request), work_book_of(request), ids, wish)


def _act(form: FormData) -> Act:
    for act in ACTS:
        if act == form.get("act"):
            return act
    raise Misused(Text("不知道要做什么", "it is not said what to do"))


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    rows, _ = work_book_of(request).page(asked.wanted(shell.now(), every=True))
    say, names, local = viewer.say, inputs.names(shell), shell.settings.day.local
    heads = (
        Text("编号", "Id"), Text("工单", "Work order"), Text("级别", "Severity"), Text("状态", "State"),
        Text("负责人", "Owner"), Text("来源", "From"), Text("建单时间", "Opened"), Text("截止", "Due"),
        Text("完成时间", "Done at"), Text("结果", "Result"), Text("说明", "What"),
    )  # fmt: skip
    sheet = Sheet(
        say(Text("工单", "Work orders")),
        tuple(SheetColumn(say(one)) for one in heads),
        [
            (one.order_id, say(one.title), say(SEVERITY_TITLES[one.severity]), say(STATE_TITLES[one.state]),
             names.get(one.owner, one.owner), say(view.ORIGINS[one.origin]), f"{local(one.created_at):%Y-%m-%d %H:%M}",
             f"{local(one.due_at):%Y-%m-%d %H:%M}", f"{local(one.done_at):%Y-%m-%d %H:%M}" if one.done_at else "",
             one.result, one.what)
            for one in rows
        ],
    )  # fmt: skip
    return download(sheet, form, f"work-{shell.today}", viewer.writer)


@router.get("/new")
def new(request: Request) -> Response:
    """A new one: empty, with what an alert or a proposal says, or with the words another page gave along."""
    given = request.query_params
    origin = inputs.origin(request, given.get("origin", ""), given.get("id", ""))
    if origin.draft.origin != "hand":
        known = work_book_of(request).of(origin.draft.origin, (origin.draft.origin_id,))
        if origin.draft.origin_id in known:
            return RedirectResponse(f"/work/{known[origin.draft.origin_id].order_id}", status_code=303)
        return _new(request, origin)
    title = given.get("title", "")[:200]
    severity: Severity = next((one for one in SEVERITIES if one == given.get("severity")), "warn")
    return _new(request, inputs.Origin(Draft(Text(title, title), given.get("what", "")[:4000], severity)))


def _new(request: Request, origin: inputs.Origin, *, error: LinshuError | None = None) -> Response:
    return render(
        request,
        f"{FOLDER}/new.html",
        origin=origin,
        workers=inputs.workers(shell_of(request)),
        severities=SEVERITY_TITLES,
        error=error,
        status=error.status if error else 200,
    )


@router.post("/new")
async def create(request: Request) -> Response:
    """Opens it, once for an alert or a proposal."""
    form = await request.form()
    said = {name: str(form.get(name, "")).strip() for name in ("origin", "id", "title", "what", "severity", "owner")}
    origin = inputs.origin(request, said["origin"], said["id"])
    severity: Severity = next((one for one in SEVERITIES if one == said["severity"]), "warn")
    title = origin.draft.title
    if said["title"] not in {title.zh, title.en}:
        title = Text(said["title"], said["title"])
    base = origin.draft
    draft = Draft(
        title, said["what"], severity, base.origin, base.origin_id, base.key, "", said["owner"], base.place
    )  # fmt: skip
    try:
        order_id, _ = shell_of(request).work.open(actor_of(request), draft)
    except LinshuError as error:
        return _new(request, inputs.Origin(draft, origin.link, origin.name), error=error)
    return RedirectResponse(f"/work/{order_id}", status_code=303)


@router.get("/{order_id}")
def order(request: Request, order_id: str) -> Response:
    """One work order: what, why, from where, what happened, and what can be done."""
    return _one(request, order_id)


def _one(request: Request, order_id: str, *, error: LinshuError | None = None) -> Response:
    shell, viewer, book = shell_of(request), viewer_of(request), work_book_of(request)
    one, names = book.find(order_id), inputs.names(shell)
    return render(
        request,
        f"{FOLDER}/order.html",
        one=one,
        row=view.row(one, names, shell.settings.day, viewer.writer, shell.now()),
        acts={act for act in ACTS if may(one, act, viewer.user.account)},
        titles=ACT_TITLES,
        states=STATE_TITLES,
        history=book.history(order_id),
        files=book.files(order_id),
        size_words=view.size_words,
        link=inputs.link(request, one),
        names=names,
        workers=inputs.workers(shell),
        day=shell.settings.day,
        most_mb=MOST_BYTES // 1_048_576,
        error=error,
        status=error.status if error else 200,
    )


@router.post("/{order_id}")
async def change(request: Request, order_id: str) -> Response:
    """One act, a comment or a file."""
    async with request.form() as form:
        try:
            await _change(request, order_id, form)
        except LinshuError as error:
            return _one(request, order_id, error=error)
    return RedirectResponse(f"/work/{order_id}", status_code=303)


async def _change(request: Request, order_id: str, form: FormData) -> None:
    shell, book, word, file = shell_of(request), work_book_of(request), form.get("act"), form.get("file")
    if word == "comment":
        shell.work.comment(actor_of(request), book, order_id, str(form.get("words", "")))
    elif word == "file" and isinstance(file, UploadFile):
        body = await file.read(MOST_BYTES + 1)
        shell.work.attach(actor_of(request), book, order_id, str(file.filename or ""), body)
    else:
        book.find(order_id)
        for words in _done(request, form, _act(form), [order_id]).refused.values():
            raise Forbidden(words)


@router.get("/{order_id}/files/{file_id}")
def file(request: Request, order_id: str, file_id: str) -> Response:
    """A file, always to be saved and never opened as a page of ours."""
    name, body = shell_of(request).work.fetch(actor_of(request), work_book_of(request), order_id, file_id)
    return Response(body, media_type="application/octet-stream", headers=attachment(name))


def _refusals(said: Done | None) -> list[tuple[Text, int]]:
    """Why some were refused, and how many for each reason."""
    counts: dict[Text, int] = {}
    for words in said.refused.values() if said else ():
        counts[words] = counts.get(words, 0) + 1
    return sorted(counts.items(), key=lambda one: -one[1])
