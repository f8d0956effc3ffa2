"""Beginning: a new project, the demonstration, the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.project import Project
from linshu.kernel.errors import Misused
from linshu.kernel.text import LANGUAGES, Text

app = typer.Typer()


@app.command()
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="项目文件夹，不存在则新建 · the folder, made when it is not there")],
    name: Annotated[str, typer.Option(help="公司名 · the company's name")] = "",
    cut_off: Annotated[str, typer.Option(help="截单时间，24:00 即自然日 · when the company day ends")] = "24:00",
    currency: Annotated[str, typer.Option(help="币种 · the currency of all money")] = "CNY",
    language: Annotated[str, typer.Option(help="zh 或 en · language of pages and commands")] = "zh",
) -> None:
    """新建一个项目 · Make a new project: its settings, its folders, its key."""
    if language not in LANGUAGES:
        raise Misused(
            Text(f"没有语言 {language}", f"there is no language {language}"), mend=Text("zh 或 en", "zh or en")
        )
    project = Project.init(folder, name=name, language=language, cut_off=cut_off, currency=currency)
    key = project.make_key()
    this = call.of(ctx)
    this.folder = folder
    this.show(Answer.of([{"project": str(folder), "id": project.settings.project.id, "key": str(key)}]))
    this.say(Text(
        f"密钥在 {key}，不在项目里；请单独备份，丢失后手机号等敏感信息无法恢复。",
        f"The key lies at {key}, outside the project; back it up apart: without it sealed values are lost.",
    ))  # fmt: skip
    this.say(Text(
        f"下一步：linshu user add boss --role admin --project {folder}，给出密码；再 linshu serve --project {folder}，在网页里上传订单。",
        f"Next: linshu user add boss --role admin --project {folder} tells a password; then linshu serve --project {folder}, and upload orders in the pages.",
    ))  # fmt: skip


@app.command()
def demo(
    ctx: typer.Context,
    scale: Annotated[
        str, typer.Option(help="small、medium、large 或订单行数 · how big, or how many order lines")
    ] = "medium",
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="建好后打开网页服务 · serve the pages")] = True,
    port: Annotated[int, typer.Option(help="端口 · the port")] = 8000,
    seed: Annotated[int, typer.Option(help="随机种子，相同则公司相同 · same seed, same company")] = 20_260_217,
) -> None:
    """建一家模拟公司并打开它 · Build a simulated company and open it in the browser."""
    from linshu.app.demo import Plan, prepare, serve_demo  # noqa: PLC0415 the twin is heavy and only needed here

    this = call.of(ctx)
    folder = this.folder if this.named else Path("demo")
    this.folder = folder
    plan = Plan(folder, scale, seed)
    answer = prepare(plan, this)
    if not serve:
        this.show(answer)
        return
    this.flags |= {"server.port": port}
    serve_demo(plan, this)


@app.command()
def serve(
    ctx: typer.Context,
    port: Annotated[int | None, typer.Option(help="端口 · the port")] = None,
    host: Annotated[str | None, typer.Option(help="监听地址 · the address")] = None,
) -> None:
    """打开网页与接口服务 · Serve the pages and the HTTP API of a project."""
    from linshu.app.serving import serve_project  # noqa: PLC0415 the web stack is heavy and only servers need it

    this = call.of(ctx)
    this.flags |= {"server.port": port, "server.host": host}
    serve_project(this.project, say=this.say)
