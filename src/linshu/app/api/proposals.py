"""Proposals over HTTP: the same list, acts, edits and scores as in the inbox, in the scope of whoever asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field

from linshu.app import deciding
from linshu.app.api.access import shop_of
from linshu.app.api.reading import answered
from linshu.engine.decisions import Book, Wanted, proposing
from linshu.engine.decisions.book import SORTS
from linshu.engine.decisions.proposal import State
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

router = APIRouter(prefix="/api/v1/proposals", tags=["proposals"], dependencies=[Depends(needs("proposals.decide"))])
SETS = Depends(needs("proposals.policy"))
RUNS = Depends(needs("jobs.run"))
MOST = 10_000


class Asked(BaseModel):
    """Which proposals, in which order."""

    state: list[State] = []
    kind: list[str] = []
    start: date | None = None
    end: date | None = None
    q: str = Field(default="", max_length=100)
    order: str = Field(default="-value", description="value, cost, day, title, expires, changed; a leading - descends")
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10**9)


class Act(BaseModel):
    """One act on many proposals."""

    act: Literal["approve", "reject", "snooze", "reopen", "undo"]
    ids: list[str] = Field(min_length=1, max_length=100_000)
    why: str = Field(default="", max_length=500, description="Needed to reject, reopen and undo")
    until: AwareDatetime | None = Field(default=None, description="For a snooze: when it comes back")


class Edit(BaseModel):
    """Other lines for one proposal."""

    lines: list[dict[str, Any]] = Field(description="One object per line, with the columns to change; money in fen")
    why: str = Field(max_length=500)


class Change(BaseModel):
    """The next version of a policy."""

    changes: dict[str, int | float | str] = Field(examples=[{"auto_below": 2000}])
    why: str = Field(max_length=500)


class Back(BaseModel):
    """An earlier version of a policy."""

    version: int = Field(ge=0, le=10**9, description="0 is what the kind declares")
    why: str = Field(max_length=500)


def _book(request: Request) -> Book:
    viewer = viewer_of(request)
    return shell_of(request).ledger.book(viewer.user.job.menu, viewer.scope)


@router.get("")
def proposals(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Proposals, by default those that wait for a decision; `total` in the meta counts all that are meant."""
    sort = asked.order.lstrip("-")
    if sort not in SORTS:
        raise Misused(Text(f"不能按 {asked.order} 排序", f"cannot sort by {asked.order}"), mend=nearest(sort, SORTS))
    wanted = Wanted(
        tuple(asked.kind), tuple(asked.state), asked.start, asked.end, asked.q, sort, not asked.order.startswith("-"),
        asked.limit, asked.offset,
    )  # fmt: skip
    rows, total = _book(request).page(wanted)
    return answered(request, deciding.told(rows, total=total))


@router.post("/decide")
def decide(request: Request, wanted: Act) -> Response:
    """Approve, reject, snooze, reopen or undo; each proposal is judged alone, and says what became of it."""
    ledger = shell_of(request).ledger
    until: datetime | None = wanted.until
    found = ledger.decide(actor_of(request), _book(request), wanted.act, wanted.ids, why=wanted.why, until=until)
    return answered(request, deciding.done(found))


@router.post("/run", dependencies=[RUNS])
def run(request: Request) -> Response:
    """Run the rules of today: also done by the daily chain; doing it again changes nothing."""
    shell = shell_of(request)
    shop_of(request).ready()
    return answered(request, deciding.morning(proposing.run(shell.ledger, shell.shop, shell.today, shell.clock)))


@router.get("/scores")
def scores(request: Request) -> Response:
    """What each kind promised and brought in the last 90 days."""
    shell = shell_of(request)
    return answered(request, deciding.scored(shell.ledger, _book(request), shell.today))


@router.get("/policies/{kind}")
def policy(request: Request, kind: str) -> Response:
    """The policy of a kind, version by version."""
    return answered(request, deciding.policies(shell_of(request).ledger, kind))


@router.post("/policies/{kind}", dependencies=[SETS])
def set_policy(request: Request, kind: str, wanted: Change) -> Response:
    """The next version of a policy."""
    ledger = shell_of(request).ledger
    ledger.policies.change(actor_of(request), kind, wanted.changes, wanted.why)
    return answered(request, deciding.policies(ledger, kind))


@router.post("/policies/{kind}/back", dependencies=[SETS])
def back_to(request: Request, kind: str, wanted: Back) -> Response:
    """The numbers of an earlier version of a policy as its next one."""
    ledger = shell_of(request).ledger
    ledger.policies.restore(actor_of(request), kind, wanted.version, wanted.why)
    return answered(request, deciding.policies(ledger, kind))


@router.get("/{proposal_id}")
def proposal(request: Request, proposal_id: str) -> Response:
    """One proposal: its lines as rows, all else in the meta."""
    return answered(request, deciding.shown(shell_of(request).ledger, _book(request), proposal_id))


@router.patch("/{proposal_id}")
def edit(request: Request, proposal_id: str, wanted: Edit) -> Response:
    """Another version of its lines."""
    changed = shell_of(request).ledger.edit(actor_of(request), _book(request), proposal_id, wanted.lines, wanted.why)
    return answered(request, deciding.told([changed]))
