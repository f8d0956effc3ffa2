"""What a request does in somebody's name, as the audit keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from linshu.engine.audit import Actor, write
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import ASKS, demand

if TYPE_CHECKING:
    from linshu.engine.audit.chain import Via

MOST_QUERY = 500  # signs of a question that the audit keeps


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def actor_of(request: Request) -> Actor:
    """Who acts by this request."""
    viewer = viewer_of(request)
    who = viewer.real or viewer.user
    via: Via = "cli" if viewer.is_local else "api" if viewer.by_token else "web"
    return Actor(who.user_id, who.account, via, address_of(request))


def note(request: Request, act: str, subject: str, **details: Any) -> None:
    """Writes down an act that changes nothing in the state database: an export, a batch taken back."""
    shell = shell_of(request)
    with shell.state.writing() as connection:
        write(connection, actor_of(request), act, subject, at=shell.now(), **details)


def exports(request: Request) -> None:
    """What every export asks: the permission for it; that it happened is written down before it leaves."""
    demand(request, "figures.export")
    note(request, "export.make", f"page:{request.url.path}", asked=request.url.query[:MOST_QUERY])


ASKS[exports] = "figures.export"
