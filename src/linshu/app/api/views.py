"""Views over HTTP: the same as 我的视图 on the pages; always answered in the scope of whoever asks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app import viewing
from linshu.app.answer import Answer
from linshu.app.api.access import READS, shop_of
from linshu.app.api.reading import answered
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.question import EXPLORE, tidy
from linshu.engine.shell.saved import SavedView, SavedViews
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

router = APIRouter(prefix="/api/v1/views", tags=["views"], dependencies=[READS])


class NewView(BaseModel):
    """A view to keep."""

    name: str = Field(examples=["街道复购率"])
    address: str = Field(description="What follows /explore? in the address", examples=["m=gmv&by=city&period=7d"])
    shared: bool = Field(default=False, description="Everyone whose role sees the page may open it")
    opens: bool = Field(default=False, description="Explore begins with it")


class Changes(BaseModel):
    """What to change of a view; what is left out stays."""

    name: str | None = None
    address: str | None = None
    shared: bool | None = None
    opens: bool | None = None


def _views(request: Request) -> SavedViews:
    shell = shell_of(request)
    return SavedViews(shell.state, shell.now)


def _found(request: Request, view_id: str) -> SavedView:
    return _views(request).find(viewer_of(request).user, view_id)


@router.get("")
def views(request: Request) -> Response:
    """One's own views and the shared ones."""
    return answered(request, viewing.told(_views(request).seen_by(viewer_of(request).user)))


@router.post("")
def keep(request: Request, wanted: NewView) -> Response:
    """Keep a view; needs a person: the token of this machine's commands owns none."""
    viewer = viewer_of(request)
    if viewer.is_local:
        raise Forbidden(
            Text("本机命令没有自己的视图", "the commands of this machine keep no views"),
            mend=Text("请登录后在页面上保存。", "Log in, and keep it on the page."),
        )
    kept = _views(request)
    view_id = kept.keep(
        viewer.user, EXPLORE, wanted.name, tidy(wanted.address), shared=wanted.shared, opens=wanted.opens
    )
    return answered(request, viewing.told([kept.find(viewer.user, view_id)]))


@router.get("/{view_id}")
def view(request: Request, view_id: str) -> Response:
    """What a view keeps: its address, no figures."""
    return answered(request, viewing.told([_found(request, view_id)]))


@router.patch("/{view_id}")
def change(request: Request, view_id: str, changes: Changes) -> Response:
    """Another name, address or sharing; only by its owner or who manages views."""
    kept, user = _views(request), viewer_of(request).user
    parts: dict[str, Any] = {name: value for name, value in changes.model_dump().items() if value is not None}
    if "address" in parts:
        parts["address"] = tidy(parts["address"])
    found = kept.find(user, view_id)
    kept.change(user, found.view_id, **parts)
    return answered(request, viewing.told([kept.find(user, found.view_id)]))


@router.delete("/{view_id}")
def drop(request: Request, view_id: str) -> Response:
    """Take a view away; what it was is answered, so that it can be kept again."""
    return answered(request, viewing.told([_views(request).drop(viewer_of(request).user, view_id)]))


@router.get("/{view_id}/run")
def run(request: Request, view_id: str) -> Response:
    """What a view shows now, in the scope of whoever asks: one row of `answers` for each of its questions."""
    viewer, shell = viewer_of(request), shell_of(request)
    shop, found = shop_of(request), _found(request, view_id)
    days = viewing.days_of(shop, shell.today, shell.settings.fiscal_start)
    made = viewing.answers(shop, found, days, scope=viewer.scope)
    if len(made) == 1:
        return answered(request, made[0])
    return answered(request, Answer.of((), answers=[{"rows": one.rows, "meta": dict(one.meta)} for one in made]))
