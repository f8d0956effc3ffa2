"""Care: is everything well, copies for bad days, the step to a newer version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linshu.app import backup as backing
from linshu.app import call
from linshu.app import doctor as examining
from linshu.app.answer import Answer
from linshu.kernel.errors import LinshuError, Misused
from linshu.kernel.text import Text

app = typer.Typer()


@app.command()
def quality(
    ctx: typer.Context,
    tables: Annotated[bool, typer.Option("--tables", help="按表看 · table by table")] = False,
    checks: Annotated[bool, typer.Option("--checks", help="没过的模型检查 · checks of models that are broken")] = False,
) -> None:
    """每个来源新不新、好不好，为什么，怎么办 · Each source: fresh and whole or not, why, and what to do."""
    this = call.of(ctx)
    with this.shop() as shop:
        answer = shop.quality("tables" if tables else "checks" if checks else "sources")
    other = ("why_en", "todo_en", "reason_en") if this.language == "zh" else ("why", "todo", "reason")
    kept = [name for name in answer.column_names if this.as_json or name not in other]
    this.show(Answer(answer.table.select(kept), answer.meta))


@app.command()
def doctor(ctx: typer.Context) -> None:
    """检查环境与项目是否正常 · See whether machine and project are well, and how to mend what is not."""
    this = call.of(ctx)
    try:
        project = this.project
    except LinshuError:
        project = None
    findings = examining.examine(project)
    if project is not None:
        try:
            with this.shop() as shop:
                findings.append(examining.fresh(shop.as_of()))
                findings += examining.own_metrics(shop.own_metrics())
                findings += examining.rolled(shop.rollups())
        except LinshuError as error:
            findings.append(examining.Finding("warehouse", "bad", error.what, error.mend))
    language = this.language
    this.show(
        Answer.of(
            {"check": one.check, "state": one.state, "found": one.found.say(language), "mend": one.mend.say(language)}
            for one in findings
        )
    )
    if any(one.state == "bad" for one in findings):
        raise typer.Exit(1)


@app.command()
def backup(
    ctx: typer.Context, to: Annotated[Path, typer.Option(help="备份文件，如 shop.linshu.tar · the file to write")]
) -> None:
    """备份项目，并核对备份可读 · Copy the project into one file and verify the copy; the key is not in it."""
    this = call.of(ctx)
    this.show(backing.back_up(this.project, to))


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份文件 · the backup")],
    to: Annotated[Path | None, typer.Option(help="恢复到哪个新文件夹 · the new folder")] = None,
    state: Annotated[
        str,
        typer.Option(
            help="状态库放哪里：sqlite 或空数据库的地址；不写则照设置 · where the state goes: sqlite, or the address of an "
            "empty database; without it as the settings say"
        ),
    ] = "",
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="只演练：恢复到临时处，核对后删除 · rehearse only: restore, compare, take it away"
        ),
    ] = False,
) -> None:
    """从备份恢复并核对 · Restore a backup into a new folder, rebuild, and compare with what was backed up."""
    this = call.of(ctx)
    if check == (to is not None):
        raise Misused(
            Text("恢复要说到哪里", "say where to restore"),
            mend=Text(
                "写 --to 文件夹；只想核对备份，写 --check。", "Say --to FOLDER; or --check to test the backup only."
            ),
        )
    this.show(backing.rehearse(file) if to is None else backing.restore(file, to, state))


@app.command()
def upgrade(
    ctx: typer.Context,
    keep: Annotated[Path | None, typer.Option("--backup", help="先备份到哪里 · where the backup goes first")] = None,
) -> None:
    """升级到本版本：先备份，再迁移 · Bring a project to this version: back up first, then migrate."""
    this = call.of(ctx)
    this.show(backing.upgrade(this.project, keep))
