"""Who may ask what over HTTP, and for which shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.access.roles import STAFF
from linshu.engine.shell.context import viewer_of
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from fastapi import Request

    from linshu.app.local import LocalShop
    from linshu.engine.shell.context import Viewer


def shop_of(request: Request) -> LocalShop:
    """The shop this server runs."""
    shop: LocalShop = request.app.state.local
    return shop


def staff(request: Request) -> Viewer:
    """The viewer, who must work in the company: leaders and suppliers have pages of their own."""
    viewer = viewer_of(request)
    if viewer.user.role not in STAFF:
        raise _forbidden()
    return viewer


def admin(request: Request) -> Viewer:
    """The viewer, who must be an administrator or this machine's own command line."""
    viewer = viewer_of(request)
    if viewer.user.role != "admin":
        raise _forbidden()
    return viewer


def _forbidden() -> Forbidden:
    return Forbidden(
        Text("您的角色不能这样做", "your role may not do this"),
        mend=Text("请联系管理员。", "Ask an administrator."),
    )
