"""The files of a company's own metrics over HTTP: read, judged, kept, taken away."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import KEEPS_METRICS, WHOLE, shop_of
from linshu.app.api.reading import answered

router = APIRouter(prefix="/api/v1/metric-files", tags=["own metrics"], dependencies=[KEEPS_METRICS, WHOLE])


class Content(BaseModel):
    """What a file is to say."""

    text: str


class Kept(Content):
    """The same, to be kept."""

    mark: str | None = Field(
        default=None, description="The mark of what you changed; without it, whatever stands there"
    )


class Marked(BaseModel):
    """Which content is meant."""

    mark: str | None = None


@router.get("")
def files(request: Request) -> Response:
    """Every file of metrics/, with its metrics and how much is wrong in it."""
    return answered(request, shop_of(request).metric_files.files())


@router.get("/{name}")
def show(request: Request, name: str) -> Response:
    """What stands in a file; `meta.mark` tells this content from any other."""
    return answered(request, shop_of(request).metric_files.show(name))


@router.post("/{name}/check")
def check(request: Request, name: str, content: Content) -> Response:
    """What is wrong in a text, and what it would break elsewhere; keeps nothing."""
    return answered(request, shop_of(request).metric_files.check(name, content.text))


@router.put("/{name}")
def save(request: Request, name: str, content: Kept) -> Response:
    """Keep a text; refused when something is wrong in it, or when the file changed meanwhile."""
    return answered(request, shop_of(request).metric_files.save(name, content.text, content.mark))


@router.post("/{name}/remove")
def remove(request: Request, name: str, meant: Marked) -> Response:
    """Take a file away; it can be brought back."""
    return answered(request, shop_of(request).metric_files.remove(name, meant.mark))


@router.post("/{name}/restore")
def restore(request: Request, name: str) -> Response:
    """Bring back what was removed last under that name."""
    return answered(request, shop_of(request).metric_files.restore(name))
