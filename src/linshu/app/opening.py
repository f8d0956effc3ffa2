"""Opens a project's shop: through its server when one runs, else by owning the data in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    What comes in carries the name of an account that is `named`, else that of whoever is logged in to this machine.
    """
    project = Project.open(path, flags)
    person = account(project, named) if named else of_machine()
    return RemoteShop.reach(project, person) or LocalShop.open(project, person=person)
