"""Settings that a command or program wrote stand in the audit, like every other change of who sees what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linshu.app.project import FILE
from linshu.app.states import open_state
from linshu.engine.audit import Actor, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.app.project import Project


def note_settings(project: Project, changed: Sequence[str], by: str = "") -> None:
    """Note what was written into the settings file, each as `company.currency = 'USD'`, and by whom."""
    account = by or "local"
    with open_state(project) as state, state.writing() as connection:
        actor = Actor(account[:32], account[:64], "cli" if not by else "api")
        write(connection, actor, "settings.change", f"settings:{FILE}", at=datetime.now(UTC), changed=list(changed))
