"""Views kept on the pages: listed, shown, asked anew, taken away."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call, viewing
from linshu.app.states import open_state
from linshu.engine.access.roles import role
from linshu.engine.access.users import User, Users
from linshu.engine.shell.saved import SavedViews
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.call import Call

app = typer.Typer()
view = typer.Typer(help="页面上保存的视图 · Views kept on the pages.")
app.add_typer(view, name="view")

MACHINE = User("", "local", "", "admin", job=role("admin"))  # whoever may read the project's files sees every view
Named = Annotated[str, typer.Argument(help="视图的名称或编号 · name or id of the view")]
Save = Annotated[Path | None, typer.Option(help="写到文件：.xlsx .csv .parquet · write to a file")]


@contextmanager
def _register(this: Call) -> Iterator[tuple[SavedViews, User]]:
    with open_state(this.project) as state:
        yield SavedViews(state), Users(state).find(this.person) if this.person else MACHINE


@view.command("list")
def view_list(ctx: typer.Context) -> None:
    """列出保存的视图 · List the views."""
    this = call.of(ctx)
    with _register(this) as (views, user):
        this.show(viewing.told(views.seen_by(user)))


@view.command("show")
def view_show(ctx: typer.Context, named: Named) -> None:
    """一个视图保存了什么：地址，不含数字 · What a view keeps: its address, no figures."""
    this = call.of(ctx)
    with _register(this) as (views, user):
        this.show(viewing.told([views.find(user, named)]))


@view.command("run")
def view_run(ctx: typer.Context, named: Named, save: Save = None) -> None:
    """按视图重新计算 · Ask a view's questions anew."""
    this = call.of(ctx)
    with _register(this) as (views, user):
        found = views.find(user, named)
    settings = this.project.settings
    today = settings.company_day.day_of(datetime.now(UTC))
    with this.shop() as shop:
        days = viewing.days_of(shop, today, settings.company.fiscal_start)
        answers = viewing.answers(shop, found, days)
        if save and len(answers) > 1:
            raise Misused(
                Text(f"“{found.name}”有 {len(answers)} 个图", f"{found.name} asks {len(answers)} questions"),
                mend=Text("只有一个图的视图才能写到文件", "Only a view of one question can be written to a file"),
            )
        for answer in answers:
            this.show(shop.export(answer, save) if save else answer)


@view.command("delete")
def view_delete(ctx: typer.Context, named: Named) -> None:
    """删除一个视图 · Take a view away."""
    this = call.of(ctx)
    with _register(this) as (views, user):
        gone = views.drop(user, views.find(user, named).view_id)
        this.show(viewing.told([gone]))
