"""Views of explore: kept, opened, renamed, shared, begun with, taken away; what is kept is the address, never a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.insight.explore import controls
from linshu.domains.insight.explore.controls import PATH
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.question import read_questions, tidy
from linshu.engine.shell.saved import SavedView, SavedViews
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

router = APIRouter(prefix="/views", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
TEMPLATE = "domains/insight/explore/views.html"
HOME = f"{PATH}/views"


def views_of(request: Request) -> SavedViews:
    """The register of views of the running project."""
    shell = shell_of(request)
    return SavedViews(shell.state, shell.now)


@router.get("")
def views(request: Request) -> Response:
    """All views one may open."""
    return _page(request)


@router.post("")
def keep(
    request: Request,
    name: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "",
    shared: Annotated[bool, Form()] = False,
    opens: Annotated[bool, Form()] = False,
) -> Response:
    """Keeps what the page shows under a new name."""
    user, kept = viewer_of(request).user, views_of(request)
    view_id = kept.keep(user, PATH, name, tidy(state), shared=shared, opens=opens)
    return _to(kept.find(user, view_id).href)


@router.get("/{view_id}")
def open_view(request: Request, view_id: str) -> Response:
    """Leads to what the view shows."""
    return _to(views_of(request).find(viewer_of(request).user, view_id).href)


@router.post("/{view_id}")
def change(
    request: Request,
    view_id: str,
    name: Annotated[str | None, Form()] = None,
    state: Annotated[str | None, Form()] = None,
    shared: Annotated[bool | None, Form()] = None,
    opens: Annotated[bool | None, Form()] = None,
) -> Response:
    """Another name, what the page shows now, sharing, or whether explore begins with it."""
    user, kept = viewer_of(request).user, views_of(request)
    parts: dict[str, Any] = {
        "name": name,
        "address": None if state is None else tidy(state),
        "shared": shared,
        "opens": opens,
    }
    kept.change(user, view_id, **{part: value for part, value in parts.items() if value is not None})
    return _to(HOME if state is None else kept.find(user, view_id).href)


@router.post("/{view_id}/drop")
def drop(request: Request, view_id: str) -> Response:
    """Takes a view away; the page that follows can bring it back."""
    gone = views_of(request).drop(viewer_of(request).user, view_id)
    response = _page(request, gone)
    response.headers["HX-Push-Url"] = HOME
    return response


def _page(request: Request, gone: SavedView | None = None) -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    found = views_of(request).seen_by(viewer.user, PATH)
    lines = [
        {
            "view": one,
            "mine": one.owner_id == viewer.user.user_id or viewer.may("views.manage"),
            "words": sentences(request, one),
            "changed": f"{shell.settings.day.local(one.changed_at):%Y-%m-%d %H:%M}",
        }
        for one in found
    ]
    return render(request, TEMPLATE, lines=lines, gone=gone, home=HOME)


def sentences(request: Request, view: SavedView) -> Text:
    """What a view asks, in words."""
    catalog, parts = shell_of(request).shop.catalog, list[Text]()
    try:
        questions: Iterable[Any] = read_questions(parse_qsl(view.address, keep_blank_values=True))
    except LinshuError as error:
        return error.what
    for one in questions:
        word = controls.PERIODS.get(one.period) or shell_of(request).days(None).presets.get(one.period)
        written_days = f"{one.start} – {one.end}" if not one.period else one.period
        said = controls.sentence(one, catalog, word or Text(written_days, written_days))
        names = [controls.title_of(catalog, each.dimension) for each in one.where]
        zh, en = "、".join(each.zh for each in names), ", ".join(each.en.lower() for each in names)
        parts.append(Text(f"{said.zh} · 筛选{zh}", f"{said.en} · filtered by {en}") if names else said)
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def begins_with(request: Request) -> str:
    """Where explore begins for this person: the view they chose for it, or ""; a view named without its questions."""
    user, kept = viewer_of(request).user, views_of(request)
    if named := request.query_params.get("view"):
        return kept.find(user, named).href
    first = kept.first(user, PATH)
    return first.href if first else ""


def bar(request: Request, state: str) -> dict[str, Any]:
    """What the bar above the questions shows: the views at hand, which one is open, and whether it was changed."""
    user = viewer_of(request).user
    kept = views_of(request).seen_by(user, PATH)
    named = request.query_params.get("view", "")
    current = next((one for one in kept if one.view_id == named), None)
    return {
        "views": kept,
        "current": current,
        "mine": current is not None and (current.owner_id == user.user_id or user.may("views.manage")),
        "differs": current is not None and current.address != tidy(state),
        "state": state,
        "home": HOME,
        "user_id": user.user_id,
    }
