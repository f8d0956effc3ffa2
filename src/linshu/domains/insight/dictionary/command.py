"""The commands of the dictionary: the files of the company's own metrics. Asking for figures is `linshu metric`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linshu.engine.shell.calling import call_of
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

app = typer.Typer(help="自有指标的文件 · The files of the company's own metrics", no_args_is_help=True)
Named = Annotated[str, typer.Argument(help="metrics/ 里的文件名 · a file in metrics/")]
Written = Annotated[Path, typer.Argument(help="写好的文件 · the file as written")]


@app.command("files")
def files(ctx: typer.Context) -> None:
    """metrics/ 里的文件，各有哪些指标、几处错误 · The files of metrics/, their metrics and mistakes."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.metric_files.files())


@app.command("show")
def show(ctx: typer.Context, name: Named) -> None:
    """一个文件的内容 · What stands in a file."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.metric_files.show(name))


@app.command("check")
def check(ctx: typer.Context, file: Written) -> None:
    """检查一个还没放进 metrics/ 的文件 · What is wrong in a file before it is kept; exit 1 when anything is."""
    call = call_of(ctx)
    with call.shop() as shop:
        answer = shop.metric_files.check(file.name, _text(file))
        call.show(answer)
    if len(answer):
        raise typer.Exit(1)


@app.command("save")
def save(ctx: typer.Context, file: Written) -> None:
    """检查后放进 metrics/，有错就不放 · Keep a file in metrics/ once nothing is wrong in it."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.metric_files.save(file.name, _text(file)))


@app.command("remove")
def remove(ctx: typer.Context, name: Named) -> None:
    """拿掉一个文件，可用 restore 恢复 · Take a file away; restore brings it back."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.metric_files.remove(name))


@app.command("restore")
def restore(ctx: typer.Context, name: Named) -> None:
    """恢复最近删除的同名文件 · Bring back what was removed last under that name."""
    call = call_of(ctx)
    with call.shop() as shop:
        call.show(shop.metric_files.restore(name))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Missing(
            Text(f"读不了 {file}", f"{file} cannot be read"),
            mend=Text("要一个 UTF-8 文件。", "A UTF-8 file is wanted."),
        ) from error
