"""The page of quotas: every open pre-sale listing, what is still asked for, what can be brought, and the quota to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.quota import view
from linshu.domains.supply.quota.flow import KIND, NAME
from linshu.engine.decisions.rules import STATE_TITLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download

if TYPE_CHECKING:
    from linshu.domains.supply.quota.view import Board

router = APIRouter(prefix="/quota", include_in_schema=False, dependencies=[Depends(needs("proposals.decide"))])
FOLDER = "domains/supply/quota"
RENEWS = 60  # seconds between looks at an open list while orders come in
KEPT_SECONDS = 900  # the clock's part in it, while nothing comes in


def _board(request: Request) -> Board | None:
    """The listings as this viewer may see them, of this version of the data; None without any data."""
    shell = shell_of(request)
    if shell.shop.data_as_of is None:
        return None
    policy, earlier = shell.ledger.policies.current(NAME), shell.ledger.carried(KIND, shell.today)
    done = tuple((one.proposal_id, one.version) for one in earlier)
    key = ("quota", shell.today, int(shell.now().timestamp() // KEPT_SECONDS), policy.version, done)
    whole: Board = shell.parts.get(
        key, shell.shop.data_version, lambda: view.board(shell.shop, shell.today, policy, earlier, shell.clock)
    )
    return view.within(whole, shell.shop, viewer_of(request).scope, shell.today)


@router.get("")
def quotas(request: Request) -> Response:
    """Every open listing, the change worth most first."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.asked_of(request.query_params)
    whole = _board(request)
    if whole is None or not whole.lines:
        return render(request, f"{FOLDER}/quotas.html", whole=None, may=viewer.may("data.import"))
    found = view.chosen(whole, asked)
    first = (asked.page - 1) * view.PAGE_ROWS
    return render(
        request,
        f"{FOLDER}/quotas.html",
        whole=whole,
        asked=asked,
        rows=found[first : first + view.PAGE_ROWS],
        total=len(found),
        pages=-(-len(found) // view.PAGE_ROWS),
        worth=sum(one.worth for one in found if one.move),
        counts=view.counts(whole),
        kinds=view.KINDS,
        warehouses=view.warehouses(whole),
        proposed=view.proposed(shell.ledger.book(viewer.user.job.menu, viewer.scope), shell.today),
        states=STATE_TITLES,
        likely=view.LIKELY,
        everywhere=view.EVERYWHERE,
        renews=RENEWS,
        QTY=Unit.QTY,
        FEN=Unit.FEN,
        RATIO=Unit.RATIO,
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    viewer, whole = viewer_of(request), _board(request)
    found = view.chosen(whole, view.asked_of(request.query_params)) if whole else []
    return download(view.sheet(found, viewer.say), form, f"quotas-{shell_of(request).today}", viewer.writer)
