"""Opens a project's shop: through its server when one runs, else by owning the data in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linshu.app.bound import BoundShop
from linshu.app.local import LocalShop
from linshu.app.person import account, of_machine
from linshu.app.project import Project
from linshu.app.remote import RemoteShop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from linshu.app.settings import Value
    from linshu.app.shop import Shop


def open_shop(path: Path | str = ".", flags: Mapping[str, Value | None] | None = None, named: str = "") -> Shop:
    """The shop of the project at `path`; Missing when there is no project, Conflict when another process owns its data.

    What comes in carries the name of an account that is `named`, and what is asked is cut to that person's rows and
    rights; else it is whoever is logged in to this machine, who may do everything.
    """
    project = Project.open(path, flags)
    user = account(project, named) if named else None
    person = user.account if user else of_machine()
    remote = RemoteShop.reach(project, person)
    if remote is not None:
        return remote
    shop = LocalShop.open(project, person=person)
    return cast("Shop", BoundShop(shop, user)) if user else shop
