"""In whose name a command acts: an account that was named, else whoever is logged in to this machine, marked as such."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from linshu.app.states import open_state
from linshu.engine.access.users import User, Users
from linshu.engine.intake.batches import HERE

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
