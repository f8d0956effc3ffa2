"""The page of lists: one group's or cluster's goods to push, keep, try and drop, beside today's list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.assortment import flow, view, words
from linshu.domains.supply.assortment.decide import KINDS
from linshu.domains.supply.assortment.inputs import DAY, PERIOD
from linshu.domains.supply.assortment.proposals import NAME, rules_of
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.supply.assortment.decide import Rules
    from linshu.domains.supply.assortment.inputs import Group

router = APIRouter(prefix="/assortment", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
TEMPLATE = "domains/supply/assortment/assortment.html"


def _fitted(request: Request) -> tuple[flow.Fitted | None, list[Group]]:
    """The company as fitted last night, and the groups this viewer may see; kept for a moment, as filters ask again."""
    shell = shell_of(request)
    if shell.shop.data_as_of is None:
        return None, []
    evening = shell.today - DAY
    rules = _rules(request)
    key = ("assortment fitted", evening, rules.assumed_share)
    (found,) = shell.parts.get(key, shell.shop.data_version, lambda: (flow.fitted(shell.shop, evening, rules),))
    return found, [] if found is None else flow.visible(found, viewer_of(request).scope)


def _rules(request: Request) -> Rules:
    """The rule in force, so that the page says what the next proposals will."""
    return rules_of(shell_of(request).ledger.policies.current(NAME))


def _group(groups: list[Group], key: str) -> Group:
    """The group asked for; the one that buys most where none is."""
    for one in groups:
        if key in ("", one.key):
            return one
    raise Missing(
        Text("没有这个社群，或不在您的范围内", "there is no such group, or it is outside your scope"),
        mend=Text("请在页面上搜索社群。", "Search for the group on the page."),
    )


@router.get("")
def assortment(request: Request) -> Response:
    """One group's list by kind, beside what it offers today."""
    viewer, asked = viewer_of(request), view.read(request.query_params)
    found, groups = _fitted(request)
    if found is None or not groups:
        return render(request, TEMPLATE, found=found, group=None, may=viewer.may("data.import"))
    group = _group(groups, asked.place)
    rules = _rules(request)
    made, lines = flow.proposed(found, group, rules)
    kept = flow.chosen(lines, asked.wanted)
    begin = (asked.page - 1) * view.PAGE_ROWS
    return render(
        request,
        TEMPLATE,
        found=found,
        group=group,
        made=made,
        asked=replace(asked, place=group.key),
        title=flow.title_of(group),
        title_of=flow.title_of,
        near=flow.named(groups, asked.find, view.FOUND) if asked.find else [],
        many=len(groups),
        counts=view.counts(flow.chosen(lines, flow.Wanted(category=asked.wanted.category, words=asked.wanted.words))),
        categories=sorted({one.category for one in lines if one.category}),
        added=sum(one.new for one in lines),
        rows=kept[begin : begin + view.PAGE_ROWS],
        total=len(kept),
        pages=-(-len(kept) // view.PAGE_ROWS),
        kinds=KINDS,
        words=words,
        rules=rules,
        cases=int(found.share.cases.sum()),
        period=PERIOD,
        late=(shell_of(request).today - found.read.listed_on).days,
        stale=view.STALE_DAYS,
        decides=viewer.may("proposals.decide"),
        QTY=Unit.QTY,
        FEN=Unit.FEN,
        RATIO=Unit.RATIO,
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    viewer, asked = viewer_of(request), view.read(request.query_params)
    found, groups = _fitted(request)
    if found is None:
        raise Missing(Text("没有上架记录", "no listings are recorded"))
    group = _group(groups, asked.place)
    _, lines = flow.proposed(found, group, _rules(request))
    name = viewer.say(flow.title_of(group))
    made = view.sheet(flow.chosen(lines, asked.wanted), name, found.read.listed_on, viewer.say)
    return download(made, form, f"assortment-{group.key}-{found.read.evening}", viewer.writer)
