"""The books of batches on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.kernel.text import Text

app = typer.Typer()
batch = typer.Typer(help="导入批次：谁、何时、导入了什么 · Batches: who brought what, and when.")
app.add_typer(batch, name="batch")
MOST_SHOWN = 50
BRIEF = (
    "landing_id",
    "received_at",
    "brought_by",
    "file_name",
    "source",
    "rows_in",
    "good",
    "open_rows",
    "waiting_rows",
)


@batch.command("list")
def batch_list(  # noqa: PLR0913, PLR0917 - the parts of a filter
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="文件、来源、映射或人 · file, source, mapping or person")] = "",
    kind: Annotated[str, typer.Option(help="file、mended 或 rows · which kind")] = "",
    state: Annotated[str, typer.Option(help="open、waiting 或 clean · which state")] = "",
    start: Annotated[str, typer.Option("--from", help="到达的第一天 · first day of arrival")] = "",
    end: Annotated[str, typer.Option("--to", help="最后一天（含）· last day, inclusive")] = "",
    limit: Annotated[int, typer.Option(help="最多几个 · at most so many")] = MOST_SHOWN,
) -> None:
    """列出批次，最新在前 · List batches, newest first."""
    this = call.of(ctx)
    with this.shop() as shop:
        answer = shop.batches(words=words, kind=kind, state=state, start=start, end=end, limit=limit)
    this.show(answer if this.as_json else Answer(answer.table.select(BRIEF), answer.meta))


@batch.command("show")
def batch_show(
    ctx: typer.Context, landing_id: Annotated[str, typer.Argument(help="批次编号 · the batch's id")]
) -> None:
    """一个批次：每张表的行数、问题、没导入的行 · One batch: counts by table, problems, lines left aside."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.batch(landing_id))


@batch.command("undo")
def batch_undo(
    ctx: typer.Context,
    landing_id: Annotated[str, typer.Argument(help="批次编号；撤销那次撤销就能让它回来 · the batch's id")],
    why: Annotated[str, typer.Option(help="为什么 · why")] = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="执行；不加只看会怎样 · do it; else it is only looked at")
    ] = False,
) -> None:
    """撤销一个批次，就像它没来过 · Take a batch back, as if it had never come."""
    this = call.of(ctx)
    with this.shop() as shop:
        if not apply:
            this.show(shop.undo_batch(landing_id, why, apply=False))
            return
        with this.importing(Text("撤销", "Undoing"), shop.interrupt) as watch:
            answer = shop.undo_batch(landing_id, why, watch=watch)
    this.show(answer)
