"""The rule of ordering over HTTP; purchase orders themselves are proposals, see /api/v1/proposals?kind=replenish."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from linshu.app import replenishing
from linshu.app.api.access import WHOLE
from linshu.app.api.reading import answered
from linshu.domains.supply.replenish.flow import NAME
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs

router = APIRouter(prefix="/api/v1/replenish", tags=["replenish"], dependencies=[Depends(needs("proposals.decide"))])


class Sliders(BaseModel):
    """What of the policy in force, and of the world, is tried otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    goodwill: str = Field(default="", description="What a missing piece costs beside its margin, share of the price")
    service: str = Field(default="", description="Orders count a missing piece so many times; 1 = as it costs")
    floor: str = Field(default="", description="Chance that A goods that keep are never missing; 0 = none")
    waste: str = Field(default="", description="Waste counts so many times the purchase price")
    holding: str = Field(default="", description="Holding for a day, share of the purchase price")
    review: str = Field(default="", description="Days between orders")
    budget: str = Field(default="", description="Budget of a day, yuan; 0 = none")
    lead: str = Field(default="", description="Days deliveries take longer")
    life: str = Field(default="", description="Days of life less")
    fresh: str = Field(default="", description="Share of shoppers who take the freshest")
    warehouse: str = Field(default="", description="One warehouse alone")


@router.get("/why")
def why(request: Request, q: Annotated[str, Query(min_length=1, max_length=80)]) -> Response:
    """What the rule says today about the goods found by words: how many boxes and why, or why none."""
    shell, viewer = shell_of(request), viewer_of(request)
    found = replenishing.reasons(shell.shop, shell.ledger, viewer.scope, shell.today, q, at=shell.clock)
    return answered(request, found)


@router.get("/what-if", dependencies=[WHOLE])
def what_if(request: Request, asked: Annotated[Sliders, Query()]) -> Response:
    """The last four weeks lived again under another policy, against the one in force and the old rule: a simulation."""
    shell = shell_of(request)
    given = {name: value for name, value in asked.model_dump().items() if value}
    policy = shell.ledger.policies.current(NAME)
    return answered(request, replenishing.tried(shell.shop, policy, shell.today, given))
