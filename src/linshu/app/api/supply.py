"""Losses, turnover, suppliers and recalls over HTTP: as on the pages, within the scope of whoever asks."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from linshu.app.api.access import READS, WHOLE, shop_of
from linshu.app.api.reading import answered
from linshu.app.deciding import told
from linshu.domains.supply.recall.flow import draft, preview
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs

DECIDES = Depends(needs("proposals.decide"))
router = APIRouter(prefix="/api/v1", tags=["supply"], dependencies=[READS])


class Listed(BaseModel):
    """Which rows of a list, in which order."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    q: str = Field(default="", description="Words to find")
    sort: str = Field(default="", description="A column; a leading - for most first")


class Sought(BaseModel):
    """Which stock batches; by default the newest."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(default="", description="Words to find")
    held: bool = Field(default=False, description="Only those of which some is left")
    sort: str = Field(
        default="",
        description="name, sku_name, supplier_name, produced_on, expires_on, received_qty or left_qty; - for most first",
    )
    limit: int = Field(default=200, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=10**9)


class Nothing(BaseModel):
    """No words of its own."""

    model_config = ConfigDict(extra="forbid")


class During(Listed):
    """Of which days."""

    period: str = Field(default="", description="today, yesterday, 7d, 30d, this-month or last-month")
    start: str = Field(default="", alias="from", description="First company day, instead of a period")
    end: str = Field(default="", alias="to", description="Last company day, inclusive")
    compare: str = Field(default="", description="previous, last_week, last_month or last_year")


class Lost(During):
    """How losses are cut, and what they are narrowed to."""

    by: Literal["sku", "warehouse", "stock_lot", "supplier", "loss_cause"] = "sku"
    warehouse: str = ""
    supplier: str = ""
    sku: str = ""
    loss_cause: str = ""


class Classed(Listed):
    """Which field of the matrix."""

    cell: str = Field(default="", description="AX to CZ; all without one")


class Placed(During):
    """Which level of places."""

    level: Literal["community", "street", "district", "city"] = "community"


def _told(request: Request, what: str, asked: BaseModel) -> Response:
    """The words of the address are read where the pages read theirs."""
    scope, day = viewer_of(request).scope, shell_of(request).today
    given = {name: str(value) for name, value in asked.model_dump(by_alias=True).items() if value}
    return answered(request, shop_of(request).supply(what, scope=scope, day=day, **given))


@router.get("/losses")
def losses(request: Request, asked: Annotated[Lost, Query()]) -> Response:
    """What was lost, by SKU, warehouse, stock batch, supplier or cause; money in fen."""
    return _told(request, "losses", asked)


@router.get("/losses/why")
def losses_why(request: Request, asked: Annotated[Lost, Query()]) -> Response:
    """What moved the losses: `meta.change` in parts that add up to it, the rows by what moved them most."""
    return _told(request, "losses/why", asked)


@router.get("/losses/classes")
def losses_classes(request: Request, asked: Annotated[Classed, Query()]) -> Response:
    """ABC by share of sales, XYZ by how much weekly units vary, of the last twelve whole weeks."""
    return _told(request, "losses/classes", asked)


@router.get("/losses/turnover")
def losses_turnover(request: Request, asked: Annotated[Placed, Query()]) -> Response:
    """What sells of what is offered, place by place; `meta.warehouses`: how fast stock turns."""
    return _told(request, "losses/turnover", asked)


@router.get("/suppliers")
def suppliers(request: Request, asked: Annotated[During, Query()]) -> Response:
    """How suppliers keep their word: on time, in full, rejected, lead time, cases, losses."""
    return _told(request, "suppliers", asked)


@router.get("/suppliers/{supplier}")
def one_supplier(request: Request, supplier: str, asked: Annotated[During, Query()]) -> Response:
    """How one supplier keeps their word on each SKU, the worst first."""
    return _told(request, f"suppliers/{supplier}", asked)


@router.get("/recall", dependencies=[WHOLE])
def lots(request: Request, asked: Annotated[Sought, Query()]) -> Response:
    """Stock batches by SKU, supplier or lot number, and what is left of each."""
    return _told(request, "recall", asked)


@router.get("/recall/{lot}", dependencies=[WHOLE])
def recall(request: Request, lot: str) -> Response:
    """What a recall would do: the lines that did or may hold the lot; in the meta what is left where, and the bill."""
    return _told(request, f"recall/{lot}", Nothing())


@router.post("/recall/{lot}", dependencies=[WHOLE, DECIDES])
def propose_recall(request: Request, lot: str) -> Response:
    """Proposes the recall, or tells the one under way; nothing is stopped before it is approved."""
    shell = shell_of(request)
    made = draft(preview(shell.shop, lot, shell.today), shell.today)
    key = shell.ledger.put(made, actor_of(request))
    return answered(request, told([shell.ledger.book("admin").find(key)]))
