"""What every portal has: the work orders given to oneself, to be talked about and done; and oneself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.adoption.flow import close, steps
from linshu.domains.operations.adoption.inputs import is_closed
from linshu.domains.operations.portal.own import Own, Tab, show
from linshu.domains.operations.work import inputs, view
from linshu.engine.access.login import token_key
from linshu.engine.shell.account_page import device
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.gate import cookie_name, needs
from linshu.engine.work import Wanted
from linshu.engine.work.rules import ACT_TITLES, Wish, may
from linshu.kernel.errors import Forbidden, LinshuError, Missing, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.work import Order
    from linshu.engine.work.rules import Act

MOST = 30
OVER = ("done", "verified", "closed")
ACTS: tuple[Act, ...] = ("start", "finish", "close")  # what one does with one's own; the rest is for staff
LOOKED_BACK = timedelta(days=30)
Word = Annotated[str, Form()]
USES = [Depends(needs("portal.use"))]


@dataclass(frozen=True, slots=True)
class Portal:
    """The pages of one kind of people: where they begin, their tabs, and whose rows they show."""

    base: str
    tabs: Callable[[Request], tuple[Tab, ...]]
    mine_of: Callable[[Request], Own]
    dimension: str  # what the figures of oneself are cut by, to say whose they are


def shared(portal: Portal) -> APIRouter:
    """The pages of messages and of oneself."""
    router = APIRouter()

    @router.get("/messages")
    def messages(request: Request) -> Response:
        """The work orders given to whoever looks, open ones first."""
        return _messages(request, portal)

    @router.get("/messages/{order_id}")
    def message(request: Request, order_id: str) -> Response:
        """One of one's own work orders."""
        return _message(request, portal, order_id)

    @router.post("/messages/{order_id}", dependencies=USES)
    def change(request: Request, order_id: str, act: Word = "", words: Word = "") -> Response:
        """Says something about it, begins it, or says that it is done."""
        try:
            _change(request, _own(request, order_id), act, words)
        except LinshuError as error:
            return _message(request, portal, order_id, error)
        return RedirectResponse(f"{portal.base}/messages/{order_id}", status_code=303)

    @router.post("/first-steps", dependencies=USES)
    def put_away(request: Request, act: Word = "") -> Response:
        """Puts the first tasks away, or shows them on the first page again."""
        shell, viewer = shell_of(request), viewer_of(request)
        close(shell.state, viewer.user.user_id, shell.now(), closed=act == "close")
        return RedirectResponse(portal.base, status_code=303)

    @router.get("/me")
    def me(request: Request) -> Response:
        """Who one is, whose rows one sees, how one likes the pages, where one is logged in."""
        return _me(request, portal)

    return router


def _messages(request: Request, portal: Portal) -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    book, now, names = work_book_of(request), shell.now(), inputs.names(shell)
    mine, day = (viewer.user.account,), shell.settings.day
    still, _ = book.page(Wanted(owners=mine, limit=MOST))
    over, _ = book.page(Wanted(states=OVER, owners=mine, sort="changed", ascending=False, limit=10))
    return show(
        request, "messages.html", portal.tabs(request), portal.mine_of(request), polls=True,
        still=[view.row(one, names, day, viewer.writer, now) for one in still],
        over=[view.row(one, names, day, viewer.writer, now) for one in over],
    )  # fmt: skip


def _message(request: Request, portal: Portal, order_id: str, error: LinshuError | None = None) -> Response:
    shell, viewer, order = shell_of(request), viewer_of(request), _own(request, order_id)
    names = inputs.names(shell)
    return show(
        request, "message.html", portal.tabs(request), portal.mine_of(request),
        status=error.status if error else 200, error=error, one=order,
        row=view.row(order, names, shell.settings.day, viewer.writer, shell.now()),
        acts=[one for one in ACTS if may(order, one, viewer.user.account)], titles=ACT_TITLES, names=names,
        history=work_book_of(request).history(order_id), day=shell.settings.day,
    )  # fmt: skip


def _me(request: Request, portal: Portal) -> Response:
    shell, mine = shell_of(request), portal.mine_of(request)
    sold = mine.many(("gmv",), mine.today - LOOKED_BACK, mine.today, by=(portal.dimension,), order="-gmv", limit=MOST)
    return show(
        request, "me.html", portal.tabs(request), mine,
        what=shell.shop.catalog.dimension(portal.dimension).title,
        steps=steps(shell, mine.viewer), closed=is_closed(shell.state, mine.viewer.user.user_id),
        names=[str(row[f"{portal.dimension}_name"]) for row in sold],
        log_ins=shell.logins.of(mine.viewer.user.user_id), device=device, day=shell.settings.day,
        this=token_key(request.cookies.get(cookie_name(request), "")),
    )  # fmt: skip


def _own(request: Request, order_id: str) -> Order:
    """A work order that is one's own to do; Missing for every other, whatever its id."""
    found = work_book_of(request).find(order_id)
    if found.owner != viewer_of(request).user.account:
        raise Missing(Text(f"没有工单 {order_id}", f"there is no work order {order_id}"))
    return found


def _change(request: Request, order: Order, act: str, words: str) -> None:
    desk, book = shell_of(request).work, work_book_of(request)
    if act == "comment":
        desk.comment(actor_of(request), book, order.order_id, words)
        return
    wanted = next((one for one in ACTS if one == act), None)
    if wanted is None:
        raise Misused(Text("不知道要做什么", "it is not said what to do"))
    wish = Wish(wanted, viewer_of(request).user.account, shell_of(request).now(), result=words)
    for why in desk.act(actor_of(request), book, [order.order_id], wish).refused.values():
        raise Forbidden(why)
