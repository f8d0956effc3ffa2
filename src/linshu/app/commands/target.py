"""Targets on the command line: listed with their likely end, set, dropped, brought in from a file and written to one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linshu.app import call
from linshu.app.local import LocalShop
from linshu.app.person import acting
from linshu.app.states import open_state
from linshu.engine.audit import write
from linshu.kernel.errors import Conflict, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.app.answer import Answer
    from linshu.app.call import Call
    from linshu.app.shop import Shop

app = typer.Typer()
target = typer.Typer(
    help="目标：定、改、看离目标多远、期末预计到哪 · Targets: set, and where their period is likely to end."
)
app.add_typer(target, name="target")

Metric = Annotated[str, typer.Argument(help="指标名或标题 · name or title of a metric")]
Of = Annotated[str, typer.Option("--of", help="范围：维度=值，如 city=武汉；不给是全公司 · part, dimension=value")]
Period = Annotated[str, typer.Option("--period", help="时段 · day week month quarter year")]
Day = Annotated[str, typer.Option("--day", help="时段里的一天，默认今天 · a day of the period; today")]
Form = Annotated[Path, typer.Option("--to", help="写到哪个文件：.xlsx 或 .csv · the file to write")]


@target.command("list")
def target_list(
    ctx: typer.Context,
    tab: Annotated[str, typer.Option(help="coming over all，默认进行中 · by default those that run")] = "",
    words: Annotated[str, typer.Option("--find", help="指标或对象的名称 · words to find")] = "",
    metric: Annotated[str, typer.Option(help="只看一个指标 · of one metric")] = "",
    dimension: Annotated[str, typer.Option(help="只看一种范围 · by one dimension")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
) -> None:
    """列出目标：已达成多少、期末预计 · List targets with what is reached and the likely end."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.targets.list(tab, words, metric, dimension, limit))


@target.command("set")
def target_set(
    ctx: typer.Context,
    metric: Metric,
    value: Annotated[str, typer.Argument(help="元、百分数或个数 · yuan, per cent or a count")],
    of: Of = "",
    period: Period = "month",
    day: Day = "",
) -> None:
    """定一个目标，或改它的值 · Set a target, or give it another value."""
    this = call.of(ctx)
    given = {**_named(this, metric, of, period, day), "value": value}
    with this.shop() as shop:
        told = shop.targets.set(given)
        _note(this, shop, "target.set", told, **given)
    this.show(told)


@target.command("remove")
def target_remove(ctx: typer.Context, metric: Metric, of: Of = "", period: Period = "month", day: Day = "") -> None:
    """取消一个目标 · Drop a target."""
    this = call.of(ctx)
    given = _named(this, metric, of, period, day)
    with this.shop() as shop:
        told = shop.targets.remove(given)
        _note(this, shop, "target.drop", told, **given)
    this.show(told)


@target.command("import")
def target_import(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="填好的模板 · the filled template")]
) -> None:
    """从 Excel 或 CSV 导入；有一行不对就一行也不保存 · Bring targets in; one wrong row and nothing is kept."""
    this = call.of(ctx)
    with this.shop() as shop:
        told = shop.targets.bring(file)
        _note(this, shop, "target.import", told, rows=len(told), file=file.name)
    this.show(told)


@target.command("export")
def target_export(
    ctx: typer.Context, to: Form, tab: Annotated[str, typer.Option(help="coming over all · which")] = "all"
) -> None:
    """导出目标，改好可以再导入 · Write the targets to a file that can be brought in again."""
    this = call.of(ctx)
    with this.shop() as shop:
        _write(this, to, shop.targets.file(_form(to), filled=True, tab=tab))


@target.command("template")
def target_template(ctx: typer.Context, to: Form) -> None:
    """下载模板 · Write a template to fill in."""
    this = call.of(ctx)
    with this.shop() as shop:
        _write(this, to, shop.targets.file(_form(to), filled=False))


def _named(this: Call, metric: str, of: str, period: str, day: str) -> dict[str, str]:
    dimension, equals, part = of.partition("=")
    if of and not (equals and part):
        raise Misused(Text(f"--of {of} 要写成 维度=值", f"--of {of} is to be written dimension=value"))
    today = this.project.settings.company_day.day_of(datetime.now(UTC)).isoformat()
    return {"metric": metric, "dimension": dimension or "*", "part": part, "grain": period, "start": day or today}


def _form(to: Path) -> str:
    form = to.suffix.removeprefix(".")
    if form not in {"csv", "xlsx"}:
        raise Misused(
            Text(f"不能导出为 {to.name}", f"cannot export as {to.name}"),
            mend=Text("用 .xlsx 或 .csv", "Use .xlsx or .csv"),
        )
    return form


def _write(this: Call, to: Path, body: bytes) -> None:
    if to.exists():
        raise Conflict(
            Text(f"{to} 已存在", f"{to} exists already"), mend=Text("请换一个文件名。", "Choose another name.")
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(body)
    this.show_rows([{"file": str(to)}])


def _note(this: Call, shop: Shop, act: str, told: Answer, **details: Any) -> None:
    """A running server has written it down itself."""
    if not isinstance(getattr(shop, "owner", shop), LocalShop):
        return
    actor = acting(this.project, this.person, "targets.set")
    with open_state(this.project) as state, state.writing() as connection:
        write(connection, actor, act, f"batch:{told.meta['batch']}", at=datetime.now(UTC), **details)
