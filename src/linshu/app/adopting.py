"""First tasks and the use of the product, for commands and programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.domains.operations.adoption import flow, inputs
from linshu.engine.shell.modules import Modules
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date, datetime

    from linshu.engine.access.users import User
    from linshu.engine.state import State


def used(state: State, of: str, today: date, now: datetime) -> Answer:
    """One part of who uses what over the last thirty days."""
    if of not in flow.PARTS:
        raise Misused(Text(f"没有 {of} 这一部分", f"there is no part {of}"), mend=nearest(of, flow.PARTS))
    begins = now - timedelta(days=flow.LOOKED_BACK)
    found = flow.use(state, Modules(state, DOMAINS).on, today, begins, by_person=of == "people")
    return Answer.of(flow.told(found, of), days=flow.LOOKED_BACK, since=found.since.isoformat())


def first_steps(state: State, user: User) -> Answer:
    """The first tasks of a person's role, and which of them were done."""
    return Answer.of(
        {"task": one.task.title.zh, "task_en": one.task.title.en, "page": one.task.path, "got": one.got,
         "of": one.task.times, "done": one.done}
        for one in flow.of_role(user.job.menu, inputs.facts_of(state, user))
    )  # fmt: skip
