"""Assistants that this machine starts: the tools of the Model Context Protocol over stdin and stdout."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call
from linshu.app.person import of_machine

app = typer.Typer()


@app.command()
def mcp(
    ctx: typer.Context,
    token: Annotated[
        str,
        typer.Option(
            envvar="LINSHU_TOKEN",
            help="访问令牌：只看得到它能看的；不给就是本机用户 · an access token; left out: this machine's user",
            show_default=False,
        ),
    ] = "",
) -> None:
    """让 AI 助手查数（MCP，标准输入输出，只读） · Let an AI assistant ask, over stdin and stdout, read only."""
    from linshu.app.assistant.speaking import over_stdio  # noqa: PLC0415 only assistants need it
    from linshu.app.reaching import reached  # noqa: PLC0415 the web stack is heavy and only this needs it

    this = call.of(ctx)
    with reached(this.project, token, this.person or of_machine()) as client:
        over_stdio(client, this.language)
