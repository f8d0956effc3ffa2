"""Who uses what, and somebody's first tasks, on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from linshu.app import adopting, call
from linshu.app.person import account, acting
from linshu.app.states import open_state
from linshu.domains.operations.adoption.flow import PARTS

app = typer.Typer()


@app.command("adoption")
def adoption(
    ctx: typer.Context,
    of: Annotated[str, typer.Option("--of", help="看哪一部分 · which part: " + " ".join(PARTS))] = "roles",
) -> None:
    """谁在用、哪些页面有人看、哪些建议没人理 · Who opens, who acts, which suggestions nobody reads."""
    this = call.of(ctx)
    acting(this.project, this.person, "users.manage" if of == "people" else "jobs.see")
    now = datetime.now(UTC)
    with open_state(this.project) as state:
        this.show(adopting.used(state, of, this.project.settings.company_day.day_of(now), now))


@app.command("first-steps")
def first_steps(ctx: typer.Context, who: Annotated[str, typer.Argument(help="账号 · an account")]) -> None:
    """某人的上手任务做到哪了 · How far somebody is with their first tasks."""
    this = call.of(ctx)
    acting(this.project, this.person, "users.manage" if this.person not in {"", who} else "jobs.see")
    with open_state(this.project) as state:
        this.show(adopting.first_steps(state, account(this.project, who)))
