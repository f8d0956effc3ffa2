"""The pages of the inbox: the list with its bulk acts, one proposal with everything behind it, the policy of a kind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.inbox import view
from linshu.engine.audit import SYSTEM
from linshu.engine.decisions.measuring import score
from linshu.engine.decisions.rules import ACT_TITLES, STATE_TITLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.engine.work.rules import STATE_TITLES as ORDER_STATES
from linshu.kernel.errors import Forbidden, LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.decisions import Book, Done, Kind
    from linshu.engine.decisions.rules import Act
    from linshu.engine.shell.context import Shell, Viewer

router = APIRouter(prefix="/inbox", include_in_schema=False, dependencies=[Depends(needs("proposals.decide"))])
FOLDER = "domains/operations/inbox"
ACTS: dict[str, Act] = {
    "approve": "approve",
    "reject": "reject",
    "snooze": "snooze",
    "reopen": "reopen",
    "undo": "undo",
}
SNOOZES: dict[str, tuple[Text, timedelta]] = {
    "2h": (Text("两小时后", "In two hours"), timedelta(hours=2)),
    "1d": (Text("明天这时候", "This time tomorrow"), timedelta(days=1)),
}
POLICY_WORDS = {
    "auto_below": Text("花费少于多少自动批准（元，0 = 从不）", "Approved by itself below (yuan, 0 = never)"),
    "two_from": Text("花费多少起要两个人批准（元，0 = 不需要）", "Two people from (yuan, 0 = one is enough)"),
    "undo_hours": Text("执行后几小时内可撤销", "Hours in which it can be undone"),
    "open_days": Text("几天没人定就过期", "Days until it expires"),
    "rest_days": Text(
        "同一个对象几天内不再提（0 = 每天都可以）", "Days until the same subject is proposed again (0 = any day)"
    ),
    "held_share": Text("随机留出多少作对照（0 到 0.5）", "Share drawn into the comparison group (0 to 0.5)"),
}

MONEY = frozenset({"auto_below", "two_from"})  # of these, those in money


def book_of(request: Request) -> Book:
    """The ledger as this viewer may read it."""
    viewer = viewer_of(request)
    return shell_of(request).ledger.book(viewer.user.job.menu, viewer.scope)


def kinds_of(request: Request) -> dict[str, Kind]:
    """The kinds in this viewer's inbox."""
    mine = book_of(request).kinds
    return {name: kind for name, kind in shell_of(request).ledger.kinds.items() if name in mine}


@router.get("")
def inbox(request: Request) -> Response:
    """The list."""
    return _list(request, view.read(request.query_params))


def _list(request: Request, asked: view.Asked, *, said: Done | None = None, act: str = "") -> Response:
    shell, viewer, book, kinds = shell_of(request), viewer_of(request), book_of(request), kinds_of(request)
    rows, total = book.page(asked.wanted())
    counts = book.counts()
    now = shell.now()
    response = render(
        request,
        f"{FOLDER}/inbox.html",
        asked=asked,
        rows=[view.row(one, kinds, shell.settings.day, viewer.writer, now) for one in rows],
        total=total,
        pages=-(-total // view.PAGE_ROWS),
        tabs={name: (title, _count(counts, states, asked.kind)) for name, (title, states) in view.TABS.items()},
        kinds={name: (kind.title, _count(counts, view.TABS[asked.tab][1], name)) for name, kind in kinds.items()},
        scores=_scores(shell, viewer, [kinds[asked.kind]] if asked.kind in kinds else kinds.values()),
        sorts=view.SORT_TITLES,
        snoozes=SNOOZES,
        said=said,
        act=ACT_TITLES[ACTS[act]] if act else None,
        undo=" ".join(said.done) if said and act == "approve" else "",
        refusals=_refusals(said),
    )
    if request.method == "GET":
        page = str(asked.page) if asked.page > 1 else None
        response.headers["HX-Push-Url"] = f"/inbox{asked.address(page=page)}"
    return response


@router.post("")
async def decide(request: Request) -> Response:
    """One act on the proposals that were picked, or on all that the filters mean."""
    form = await request.form()
    asked, word = view.read(request.query_params), str(form.get("act", ""))
    if word not in ACTS:
        raise Misused(Text("不知道要做什么", "it is not said what to do"))
    book = book_of(request)
    picked = book.ids(asked.wanted()) if form.get("every") else [str(one) for one in form.getlist("mark")]
    if not picked:
        raise Misused(
            Text("没有选中任何一条", "nothing is picked"), mend=Text("请先勾选要处理的建议。", "Tick some first.")
        )
    return _list(request, asked, said=_decided(request, form, ACTS[word], picked), act=word)


def _decided(request: Request, form: FormData, act: Act, ids: Iterable[str]) -> Done:
    shell = shell_of(request)
    until = shell.now() + SNOOZES[str(form.get("until") or "1d")][1] if act == "snooze" else None
    why = str(form.get("why", ""))
    return shell.ledger.decide(actor_of(request), book_of(request), act, ids, why=why, until=until)


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    shell, viewer, asked, kinds = (
        shell_of(request),
        viewer_of(request),
        view.read(request.query_params),
        kinds_of(request),
    )
    rows, _ = book_of(request).page(asked.wanted(every=True))
    say = viewer.say
    heads = (
        SheetColumn(say(Text("建议", "Proposal"))), SheetColumn(say(Text("种类", "Kind"))),
        SheetColumn(say(Text("日期", "Day"))), SheetColumn(say(Text("状态", "State"))),
        SheetColumn(say(Text("理由", "Reasons"))), SheetColumn(say(view.SORT_TITLES["value"]), Unit.FEN),
        SheetColumn(say(view.SORT_TITLES["cost"]), Unit.FEN), SheetColumn(say(Text("编号", "Id"))),
    )  # fmt: skip
    sheet = Sheet(
        say(Text("今日待办", "Inbox")),
        heads,
        [
            (say(one.title), say(kinds[one.kind].title), one.day.isoformat(), say(STATE_TITLES[one.state]),
             "; ".join(say(reason) for reason in one.reasons), one.value, one.cost, one.proposal_id)
            for one in rows
        ],
    )  # fmt: skip
    return download(sheet, form, f"inbox-{shell.today}", viewer.writer)


@router.get("/policy/{kind}")
def policy(request: Request, kind: str) -> Response:
    """What the company decided about a kind, and every version of it."""
    shell = shell_of(request)
    declared = _kind(request, kind)
    policies = shell.ledger.policies
    return render(
        request,
        f"{FOLDER}/policy.html",
        kind=declared,
        policy=policies.current(kind),
        history=view.versions(policies.history(kind), policies.at(kind, 0)),
        titles={**POLICY_WORDS, **declared.words},
        general={
            name: words for name, words in POLICY_WORDS.items() if name != "held_share" or declared.how == "holdout"
        },
        fen=MONEY | declared.fen,
        typed=view.yuan,
        day=shell.settings.day,
        may=viewer_of(request).may("proposals.policy"),
    )


@router.post("/policy/{kind}", dependencies=[Depends(needs("proposals.policy"))])
async def set_policy(request: Request, kind: str) -> Response:
    """The next version of a policy."""
    _kind(request, kind)
    form = await request.form()
    ledger = shell_of(request).ledger
    now = ledger.policies.current(kind).told()
    if back := str(form.get("back", "")):
        ledger.policies.restore(actor_of(request), kind, view.number(back), str(form.get("why", "")))
        return RedirectResponse(f"/inbox/policy/{kind}", status_code=303)
    given = {name: str(value) for name, value in form.items() if name not in {"csrf", "why"}}
    money = MONEY | ledger.kinds[kind].fen
    flat = {**now, **now["own"]}
    read = {name: view.fen(value) if name in money else value for name, value in given.items()}
    changes = {name: value for name, value in read.items() if str(flat.get(name)) != str(value)}
    if changes:
        ledger.policies.change(actor_of(request), kind, changes, str(form.get("why", "")))
    return RedirectResponse(f"/inbox/policy/{kind}", status_code=303)


@router.get("/{proposal_id}")
def proposal(request: Request, proposal_id: str) -> Response:
    """One proposal: its lines, why, on which numbers, what happened to it."""
    return _one(request, proposal_id)


def _one(request: Request, proposal_id: str, *, error: LinshuError | None = None) -> Response:
    shell, viewer, book = shell_of(request), viewer_of(request), book_of(request)
    found = book.find(proposal_id)
    kind = shell.ledger.kinds[found.kind]
    again = shell.ledger.again(book, proposal_id)
    versions = book.versions(proposal_id)
    # What the rule said last; of what a person proposed, the first version.
    machine = ([one for one in versions if one.account == SYSTEM.account] or list(versions[:1]))[-1]
    return render(
        request,
        f"{FOLDER}/proposal.html",
        one=found,
        kind=kind,
        row=view.row(found, shell.ledger.kinds, shell.settings.day, viewer.writer, shell.now()),
        cell=lambda column, value: view.cell(column, value, viewer.writer),
        typed=view.typed,
        editable=found.state in {"draft", "snoozed"} and any(column.editable for column in kind.columns),
        versions=versions,
        history=book.history(proposal_id),
        acts=ACT_TITLES | {"draft": Text("提出", "propose")},
        states=STATE_TITLES,
        inputs=book.inputs(proposal_id),
        same=None if again is None else again.lines == machine.lines,
        score=next(iter(_scores(shell, viewer, [kind])), None),
        snoozes=SNOOZES,
        orders=work_book_of(request).all_of("proposal", proposal_id),
        order_states=ORDER_STATES,
        day=shell.settings.day,
        fen=Unit.FEN,
        error=error,
        status=error.status if error else 200,
    )


@router.post("/{proposal_id}")
async def change(request: Request, proposal_id: str) -> Response:
    """Edits one proposal, or does to it what can be done to many."""
    form = await request.form()
    word = str(form.get("act", ""))
    shell, book = shell_of(request), book_of(request)
    try:
        if word == "edit":
            kind = shell.ledger.kinds[book.find(proposal_id).kind]
            shell.ledger.edit(actor_of(request), book, proposal_id, _lines(form, kind), str(form.get("why", "")))
        elif word in ACTS:
            refused = _decided(request, form, ACTS[word], [proposal_id]).refused
            for words in refused.values():
                raise Forbidden(words)
        else:
            raise Misused(Text("不知道要做什么", "it is not said what to do"))
    except LinshuError as error:
        return _one(request, proposal_id, error=error)
    return RedirectResponse(f"/inbox/{proposal_id}", status_code=303)


def _lines(form: FormData, kind: Kind) -> list[dict[str, object]]:
    """The lines of the form: one field for each editable column, one value for each line."""
    columns = [one for one in kind.columns if one.editable]
    values = {one.name: [view.entered(one, str(text)) for text in form.getlist(f"line:{one.name}")] for one in columns}
    count = len(next(iter(values.values()), []))
    return [{name: found[number] for name, found in values.items()} for number in range(count)]


def _kind(request: Request, name: str) -> Kind:
    kinds = kinds_of(request)
    if name not in kinds:
        raise Misused(Text(f"没有建议种类 {name}", f"there is no kind {name}"))
    return kinds[name]


def _count(counts: dict[str, dict[str, tuple[int, int]]] | object, states: tuple[str, ...], kind: str) -> int:
    assert isinstance(counts, dict)
    chosen = [counts.get(kind, {})] if kind else counts.values()
    return sum(found[0] for by_state in chosen for state, found in by_state.items() if state in states)


def _scores(shell: Shell, viewer: Viewer, kinds: Iterable[Kind]) -> list[tuple[Kind, view.Told]]:
    """Of kinds whose outcome is seen."""
    seen = (kind for kind in kinds if kind.observe)
    found = ((kind, score(shell.ledger, kind.name, shell.today, viewer.scope)) for kind in seen)
    return [(kind, view.told(one, kind, viewer.writer)) for kind, one in found]


def _refusals(said: Done | None) -> list[tuple[Text, int]]:
    """Why some were refused, and how many for each reason."""
    counts: dict[Text, int] = {}
    for words in said.refused.values() if said else ():
        counts[words] = counts.get(words, 0) + 1
    return sorted(counts.items(), key=lambda one: -one[1])
