"""The rule of ordering over HTTP; purchase orders themselves are proposals, see /api/v1/proposals?kind=replenish."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from linshu.app import replenishing
from linshu.app.api.reading import answered
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs

router = APIRouter(prefix="/api/v1/replenish", tags=["replenish"], dependencies=[Depends(needs("proposals.decide"))])


@router.get("/why")
def why(request: Request, q: Annotated[str, Query(min_length=1, max_length=80)]) -> Response:
    """What the rule says today about the goods found by words: how many boxes and why, or why none."""
    shell, viewer = shell_of(request), viewer_of(request)
    return answered(request, replenishing.reasons(shell.shop, shell.ledger, viewer.scope, shell.today, q))
