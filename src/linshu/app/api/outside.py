"""The figures of leaders and suppliers over HTTP: the same as on pages of their own, within the scope of whoever asks."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from linshu.app.api.access import shop_of
from linshu.app.api.reading import answered
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs

router = APIRouter(prefix="/api/v1", tags=["leaders and suppliers"], dependencies=[Depends(needs("portal.use"))])


def _told(request: Request, what: str) -> Response:
    scope, day = viewer_of(request).scope, shell_of(request).today
    return answered(request, shop_of(request).outside(what, scope=scope, day=day))


@router.get("/leader/today")
def leader_today(request: Request) -> Response:
    """What was sold yesterday and today, and what arrives."""
    return _told(request, "leader/today")


@router.get("/leader/commission")
def leader_commission(request: Request) -> Response:
    """Commission of this month by day."""
    return _told(request, "leader/commission")


@router.get("/supplier/month")
def supplier_month(request: Request) -> Response:
    """Sales, returns and stock of this month so far."""
    return _told(request, "supplier/month")


@router.get("/supplier/stock")
def supplier_stock(request: Request) -> Response:
    """Stock by good and warehouse."""
    return _told(request, "supplier/stock")
