"""In whose name a command acts: an account that was named, else whoever is logged in to this machine, marked as such."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from linshu.app.states import open_state
from linshu.engine.access.permissions import permission
from linshu.engine.access.users import User, Users
from linshu.engine.audit import Actor
from linshu.engine.intake.batches import HERE
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.app.project import Project


def of_machine() -> str:
    """Whoever runs this process, as the machine knows them; no account is called so."""
    try:
        return HERE + getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return f"{HERE}{os.getuid()}"


def account(project: Project, named: str) -> User:
    """The person with that account; Missing when the project knows none."""
    with open_state(project) as state:
        return Users(state).find(named)


def acting(project: Project, named: str, asks: str) -> Actor:
    """Who acts by a command, as the audit keeps it: the person named, who must have the permission, or this machine."""
    if not named:
        return Actor("local", "local", "cli")
    user = account(project, named)
    if not user.may(asks):
        wanted = permission(asks)
        raise Forbidden(
            Text(f"{user.name}没有“{wanted.title.zh}”的权限", f"{user.name} may not: {wanted.title.en}"),
            mend=Text("需要的话请找管理员开通。", "Ask an administrator if it is needed."),
        )
    return Actor(user.user_id, user.account, "cli")
