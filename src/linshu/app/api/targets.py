"""Targets over HTTP: listed with their likely end, set, dropped, brought in from a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.aims import LocalTargets
from linshu.app.answer import Answer
from linshu.app.api.access import EXPORTS, READS, WHOLE, shop_of
from linshu.app.api.reading import answered
from linshu.engine.shell.acting import note
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.sheet import KINDS, attachment
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

router = APIRouter(prefix="/api/v1/targets", tags=["targets"], dependencies=[READS])
SETS = [Depends(needs("targets.set")), WHOLE]
MOST_BYTES = 5_000_000
Form = Literal["xlsx", "csv"]


class Asked(BaseModel):
    """Which targets; by default those that run."""

    tab: Literal["", "coming", "over", "all"] = ""
    q: str = Field(default="", max_length=100, description="Part of the name of a metric or of a part of the company")
    metric: str = Field(default="", max_length=100)
    dimension: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=10_000)


class Named(BaseModel):
    """Which target."""

    metric: str = Field(max_length=100, examples=["gmv"])
    dimension: str = Field(default="*", max_length=200, description="* for the whole company", examples=["city"])
    part: str = Field(default="", max_length=200, description="Key or name of the dimension's value", examples=["武汉"])
    grain: str = Field(default="month", max_length=20, description="day, week, month, quarter or year")
    start: str = Field(max_length=20, description="A day of the period", examples=["2026-11-01"])


class Given(Named):
    """A target with its value."""

    value: str = Field(max_length=40, description="Yuan, per cent, or a count", examples=["200000"])


def _targets(request: Request) -> LocalTargets:
    return LocalTargets(shop_of(request), viewer_of(request).scope, shell_of(request).now)


@router.get("")
def targets(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Targets within the scope of whoever asks: reached so far, due by now, the likely end with its interval."""
    found = _targets(request).list(asked.tab, asked.q, asked.metric, asked.dimension, asked.limit)
    return answered(request, found)


@router.put("", dependencies=SETS)
def keep(request: Request, given: Given) -> Response:
    """Set a target, or give it another value; the batch in the meta undoes it."""
    told = _targets(request).set(given.model_dump())
    _note(request, "target.set", told, **given.model_dump())
    return answered(request, told)


@router.post("/remove", dependencies=SETS)
def remove(request: Request, named: Named) -> Response:
    """Drop a target."""
    told = _targets(request).remove(named.model_dump())
    _note(request, "target.drop", told, **named.model_dump())
    return answered(request, told)


@router.post("/import", dependencies=SETS)
async def bring(request: Request, name: Annotated[str, Query(max_length=200)] = "targets.csv") -> Response:
    """Take the targets of a CSV or Excel file (the body) in; every wrong row is named, and then nothing is kept."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Invalid(Text("文件超过 5 MB", "the file is above 5 MB"))
    told = _targets(request).bring_bytes(name, bytes(body))
    _note(request, "target.import", told, rows=len(told), file=name)
    return answered(request, told)


@router.get("/export", dependencies=[EXPORTS])
def export(request: Request, form: Form = "xlsx", tab: Literal["", "coming", "over", "all"] = "all") -> Response:
    """The targets as a file in which they can be changed and brought in again."""
    return _file(_targets(request).file(form, filled=True, tab=tab), form, "targets")


@router.get("/template")
def template(request: Request, form: Form = "xlsx") -> Response:
    """A file to fill in."""
    return _file(_targets(request).file(form, filled=False), form, "targets-template")


def _file(body: bytes, form: str, name: str) -> Response:
    return Response(body, media_type=KINDS[form], headers=attachment(f"{name}.{form}"))


def _note(request: Request, act: str, told: Answer, **details: Any) -> None:
    note(request, act, f"batch:{told.meta['batch']}", **details)
