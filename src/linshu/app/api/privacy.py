"""Personal data over HTTP: shown to one person for a reason, erased or taken out once two agree."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import WHOLE, Limit, Offset, shop_of
from linshu.app.api.reading import answered
from linshu.app.privacy import LocalPrivacy, desk_of, packed
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

router = APIRouter(prefix="/api/v1/privacy", tags=["privacy"])
REVEALS = Depends(needs("personal.reveal"))
MANAGES = Depends(needs("personal.manage"))
TAKES_OUT = Depends(needs("personal.export"))
Why = Annotated[str, Field(min_length=1, max_length=500, description="A reason; it is kept")]


class Reveal(BaseModel):
    """Whom one wants to see, and why."""

    whom: str = Field(max_length=200, description="A person or record: member:M1, leader:L1, orders:O1")
    why: Why
    fields: list[str] = Field(default=[], description="Only these columns; none named means all that are masked")


class Number(BaseModel):
    """A phone number; it is compared, and kept nowhere."""

    phone: str = Field(min_length=5, max_length=40)


class Erasure(BaseModel):
    """Whom to erase."""

    whom: str = Field(
        min_length=1,
        max_length=120,
        description="member:M1, leader:L1, supplier:S1, courier:R1, staff:T1; an id alone is a member's",
    )
    why: Why


class Export(BaseModel):
    """What is to leave as a file."""

    subject: str = Field(max_length=120, description="member:ID, list:member, list:leader, or list:orders with days")
    why: Why
    start: date | None = None
    end: date | None = None


class Decision(BaseModel):
    """What the second person says."""

    agree: bool
    said: str = Field(default="", max_length=500, description="A reason, needed to refuse")


class Consent(BaseModel):
    """What a member said of one use of their data."""

    member: str = Field(min_length=1, max_length=100)
    purpose: Literal["marketing", "profiling", "sharing"]
    given: bool
    place: Literal["mini_program", "chat", "store", "phone", "paper", "other"] = "other"
    proof: str = Field(min_length=1, max_length=500, description="What proves it: version of terms, number of a call")


def privacy_of(request: Request) -> LocalPrivacy:
    """Personal data, for whoever asks."""
    desk = desk_of(shop_of(request), shell_of(request).state)
    return LocalPrivacy(desk, actor_of(request), viewer_of(request).scope, shell_of(request).shop)


@router.post("/reveal", dependencies=[REVEALS])
def reveal(request: Request, wanted: Reveal) -> Response:
    """The personal values of one record as they are; written down with the reason before they are opened."""
    return _unkept(answered(request, privacy_of(request).reveal(wanted.whom, wanted.why, wanted.fields)))


@router.post("/find", dependencies=[REVEALS, WHOLE])
def find(request: Request, wanted: Number) -> Response:
    """Everybody with that number: members, leaders, couriers, staff, contacts of suppliers."""
    return _unkept(answered(request, privacy_of(request).find(wanted.phone)))


@router.get("/requests", dependencies=[MANAGES, WHOLE])
def requests(
    request: Request,
    kind: Literal["", "erase", "export"] = "",
    state: str = "",
    words: str = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Erasures and exports asked for, newest first."""
    return answered(request, privacy_of(request).requests(kind, state, words[:100], limit, offset))


@router.get("/erasures/preview", dependencies=[MANAGES, WHOLE])
def preview(request: Request, whom: Annotated[str, Query(max_length=120)]) -> Response:
    """What erasing somebody would take away and what stays; nothing is changed."""
    return answered(request, privacy_of(request).preview(whom))


@router.post("/erasures", dependencies=[MANAGES, WHOLE])
def ask_erasure(request: Request, wanted: Erasure) -> Response:
    """Ask that somebody be erased: a member, leader, courier, one of the staff, or a supplier's contact."""
    return answered(request, privacy_of(request).ask("erase", wanted.whom, wanted.why))


@router.post("/erasures/{request_id}/decide", dependencies=[MANAGES, WHOLE])
def decide_erasure(request: Request, request_id: str, decision: Decision) -> Response:
    """The second person agrees, and whoever it is is erased for good; or refuses."""
    return answered(request, privacy_of(request).decide("erase", request_id, agree=decision.agree, said=decision.said))


@router.post("/erasures/{request_id}/withdraw", dependencies=[MANAGES, WHOLE])
def withdraw_erasure(request: Request, request_id: str) -> Response:
    """Whoever asked takes it back."""
    return answered(request, privacy_of(request).withdraw("erase", request_id))


@router.post("/exports", dependencies=[TAKES_OUT, WHOLE])
def ask_export(request: Request, wanted: Export) -> Response:
    """Ask for a file with personal data."""
    if (wanted.start is None) != (wanted.end is None):
        raise Invalid(Text("要写明从哪天到哪天", "say from which day to which"))
    days = None if wanted.start is None or wanted.end is None else (wanted.start, wanted.end)
    return answered(request, privacy_of(request).ask("export", wanted.subject, wanted.why, days))


@router.post("/exports/{request_id}/decide", dependencies=[TAKES_OUT, WHOLE])
def decide_export(request: Request, request_id: str, decision: Decision) -> Response:
    """The second person agrees, and the file is made; or refuses."""
    return answered(request, privacy_of(request).decide("export", request_id, agree=decision.agree, said=decision.said))


@router.post("/exports/{request_id}/withdraw", dependencies=[TAKES_OUT, WHOLE])
def withdraw_export(request: Request, request_id: str) -> Response:
    """Whoever asked takes it back."""
    return answered(request, privacy_of(request).withdraw("export", request_id))


@router.post("/exports/{request_id}/fetch", dependencies=[TAKES_OUT, WHOLE])
def fetch(request: Request, request_id: str) -> Response:
    """The file in base64, for whoever asked, until it expires."""
    return _unkept(answered(request, packed(*privacy_of(request).fetch(request_id))))


@router.get("/consents", dependencies=[MANAGES, WHOLE])
def consents(request: Request, words: str = "", limit: Limit = 50, offset: Offset = 0) -> Response:
    """What members said of the uses of their data, newest first; `counts` marks the word that counts."""
    return answered(request, privacy_of(request).consents(words[:100], limit, offset))


@router.post("/consents", dependencies=[MANAGES, WHOLE])
def consent(request: Request, said: Consent) -> Response:
    """Keep a consent or a withdrawal."""
    made = privacy_of(request).consent(said.member, said.purpose, given=said.given, place=said.place, proof=said.proof)
    return answered(request, made)


@router.get("/retention", dependencies=[MANAGES, WHOLE])
def retention(request: Request) -> Response:
    """How long what is kept and why, and how much is past its time; nothing is changed."""
    return answered(request, privacy_of(request).retention())


@router.post("/retention/run", dependencies=[MANAGES, WHOLE])
def retain(request: Request) -> Response:
    """Let go of what is past its time now; the rows say how much it was."""
    return answered(request, privacy_of(request).retention(apply=True))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
