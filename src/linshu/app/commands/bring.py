"""Bringing data in: imports, what was put aside and mended, models, templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
import typer

from linshu.app import call, repairs
from linshu.app.answer import Answer
from linshu.app.connectors import by_name, is_connector
from linshu.engine.intake.quarantine import told_once
from linshu.kernel.errors import Conflict, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.kernel.text import Language

app = typer.Typer()
quarantine = typer.Typer(help="被隔离的行：列出、导出修改、放回 · Rows put aside: list, export to mend, replay.")
app.add_typer(quarantine, name="quarantine")
mappings = typer.Typer(help="怎样读文件：学会并记住 · How files are read: learn and keep.")
app.add_typer(mappings, name="mapping")


@app.command("import")
def import_(  # noqa: PLR0913, PLR0917 - what can be said of an import
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="来源名、auto 或文件 · a source, auto, or a file")],
    file: Annotated[Path | None, typer.Argument(help="文件 · the file")] = None,
    mapping: Annotated[
        str, typer.Option(help="映射名或 YAML 文件，写法见 docs/guides/mappings · a mapping's name or file")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看会怎样读，不导入 · show how it would be read, import nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="拿不准的列也照猜的读 · also where the guess is not sure")] = False,
    tell: Annotated[
        list[str] | None, typer.Option(help="文件里没写的，如 苹果=3.5、团=G8 · what the file does not say: WORD=VALUE")
    ] = None,
) -> None:
    """导入数据 · Bring data in: linshu import auto orders.xlsx, linshu import complete-journey."""
    this = call.of(ctx)
    if file is None and not is_connector(source) and source != "auto":
        file, source = Path(source), ""
    if file is None and (source == "auto" or by_name(source).needs_file):
        raise Misused(
            Text(f"{source} 需要一个文件", f"{source} needs a file"),
            mend=Text(f"linshu import {source} 文件", f"linshu import {source} FILE"),
        )
    told = _pairs(tell or [])
    if dry_run and file is not None:
        with this.shop() as shop:
            found = shop.guess(file, mapping or ("" if source == "auto" else source), tell=told)
        this.show(found if this.as_json else _for_eyes(found, this.language))
        return
    with this.shop() as shop, this.importing(Text("导入", "Importing"), shop.interrupt) as watch:
        if file is None:
            answer = shop.import_source(source, watch=watch)
        else:
            named = mapping or ("" if source == "auto" else source)
            answer = shop.import_file(file, named, tell=told, yes=yes, watch=watch)
    this.show(answer)
    failed = answer.meta.get("models", {}).get("failed", ())
    if failed:
        raise _unbuilt(failed)


@mappings.command("learn")
def mapping_learn(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="一个这样的文件 · a file of this kind")],
    name: Annotated[str, typer.Option(help="映射的名字 · the name of the mapping")] = "",
    said: Annotated[
        list[str] | None, typer.Option("--set", help="更正：表头=含义，不要的写 表头=不用 · HEADING=MEANING")
    ] = None,
) -> None:
    """把怎样读一个文件记进 mappings/，表头相同的文件以后自动用它 · Keep how a file is read, for all files like it."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.learn(file, name, said=_pairs(said or [])))


def _pairs(said: Sequence[str]) -> dict[str, str]:
    """`苹果=3.5` by its word."""
    for each in said:
        if "=" not in each:
            raise Misused(
                Text(f"“{each}”里没有等号", f"there is no = in “{each}”"),
                mend=Text("写成 苹果=3.5 这样。", "Write it like WORD=VALUE."),
            )
    return {word.strip(): value.strip() for word, _, value in (each.partition("=") for each in said)}


def _for_eyes(found: Answer, language: Language) -> Answer:
    """The proposal with reasons in one language; --json gives all of it."""
    names = ["sheet", "heading", "meaning", "sureness", "confirm", language]
    if not any(found.table["sheet"].to_pylist()):
        names.remove("sheet")
    rows = [{name: row[name] for name in names} for row in found.rows]
    yes = Text("请确认", "please").say(language)
    return Answer.of(({**row, "confirm": yes if row["confirm"] else ""} for row in rows), **found.meta)


@app.command()
def build(
    ctx: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="全部重建模型 · build every model anew")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="从落地数据重建整个仓库 · rebuild from landing")] = False,
) -> None:
    """接着做没做完的：合并已落地的批次，更新模型 · Finish what is unfinished: merge landed batches, build models."""
    this = call.of(ctx)
    with this.shop() as shop, this.progress(Text("更新", "Building")) as watch:
        answer = shop.rebuild(watch=watch) if rebuild else shop.build(full=full, watch=watch)
    this.show(answer)
    failed = [row["table"] for row in answer.rows if row.get("did") in {"failed", "waits"}]
    if failed:
        raise _unbuilt(failed)


def _unbuilt(tables: Sequence[str]) -> Conflict:
    """The data is in, but these published tables still show what they showed before."""
    names = ", ".join(tables)
    return Conflict(
        Text(
            f"数据已入库，但这些表没能更新：{names}",
            f"the data is in, but these tables could not be brought up to date: {names}",
        ),
        mend=Text("用 linshu build 看每张表的原因。", "See the reason of each with: linshu build"),
    )


@app.command()
def template(
    ctx: typer.Context,
    table: Annotated[str, typer.Argument(help="标准表名，逗号分隔，如 orders,order_line · tables of the standard")],
    to: Annotated[Path | None, typer.Option(help="写到哪个文件 · the file to write")] = None,
    example: Annotated[bool, typer.Option("--example", help="填一行示例 · with one example row")] = False,
) -> None:
    """生成 Excel 填报模板 · Write an Excel template of a standard table, with headers, examples and drop-downs."""
    from linshu.app.templates import write_template  # noqa: PLC0415 Excel is only needed here

    this = call.of(ctx)
    this.show(write_template(table, to or Path(f"{table.replace(',', '-')}.xlsx"), filled=example))


@quarantine.command("list")
def quarantine_list(
    ctx: typer.Context,
    not_data: Annotated[
        bool, typer.Option("--not-data", help="没导入的标题、合计、说明行 · titles, totals and notes left aside")
    ] = False,
) -> None:
    """列出被隔离的行和原因 · List the rows put aside, each with its reason."""
    this = call.of(ctx)
    with this.shop() as shop:
        found = shop.quarantine(not_data=not_data)
    this.show(found if this.as_json else _for_people(found, this.language, not_data=not_data))


def _for_people(found: Answer, language: Language, *, not_data: bool) -> Answer:
    """What a person needs to mend a row, in one language; --json gives all of it."""
    titles = {
        "table_name": Text("表", "Table"),
        "key_text": Text("编号", "Key"),
        "original": Text("原文", "Original"),
        "status": Text("状态", "State"),
        language: Text("问题", "Problem"),
    }
    columns = [{"name": name, "title": {"zh": title.zh, "en": title.en}} for name, title in titles.items()]
    note = Text(
        "改好再放回：linshu quarantine export --to 待改.xlsx，改完 linshu quarantine replay 待改.xlsx。等待的会自动入库。",
        "To mend: linshu quarantine export --to mend.xlsx, then linshu quarantine replay mend.xlsx. Waiting rows come in alone.",
    )
    if not_data:
        note = Text(
            "其中有数据的话：在映射的 file 里写 keep_all: true，再导入一次。",
            "If one of them is data: write keep_all: true under file in the mapping, and import the file again.",
        )
    meta = {"columns": columns, **({"note": {"zh": note.zh, "en": note.en}} if len(found) else {})}
    told = found.table if not_data else pa.Table.from_pylist(told_once(found.to_pylist()), schema=found.schema)
    return Answer(told.select(list(titles)), meta)


@quarantine.command("export")
def quarantine_export(
    ctx: typer.Context, to: Annotated[Path, typer.Option(help="写到哪个文件 · the file to write")]
) -> None:
    """导出成文件来修改 · Write them to a file in which they can be mended."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.export_quarantine(to))


@quarantine.command("repair")
def quarantine_repair(  # noqa: PLR0913, PLR0917 the parts of a rule, each an option
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="已存规则名；不给则全部 · saved rules; all when none")
    ] = None,
    column: Annotated[str, typer.Option(help="修哪一列（文件或标准的列名）· the column to mend")] = "",
    unit: Annotated[list[str] | None, typer.Option(help="单位换算，如 斤=500，可重复 · a unit's factor")] = None,
    value: Annotated[list[str] | None, typer.Option(help="整格替换，如 男=male · a whole cell")] = None,
    replace: Annotated[list[str] | None, typer.Option(help="文字替换，如 元= · a part of a cell")] = None,
    set_to: Annotated[str, typer.Option("--set", help="都改成 · make them all this")] = "",
    times: Annotated[str, typer.Option(help="乘以 · multiply by")] = "",
    when: Annotated[str, typer.Option(help="只修匹配此正则的格 · only cells that match")] = "",
    save: Annotated[str, typer.Option(help="存成规则，以后复用 · keep it under this name")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="执行；不加只预览 · do it; else only show")] = False,
) -> None:
    """按规则批量修复被隔离的行 · Mend rows put aside by rule: --column 重量 --unit 斤=500 --apply."""
    this = call.of(ctx)
    parts = {
        "column": column, "when": when, "units": repairs.pairs(unit or ()), "values": repairs.pairs(value or ()),
        "replace": repairs.pairs(replace or ()), "set": set_to, "times": times,
    }  # fmt: skip
    rule = repairs.rule_of(parts)
    with this.shop() as shop:
        this.show(shop.repair(rule or None, names or (), apply=apply, save=save))


@quarantine.command("replay")
def quarantine_replay(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="修改好的文件 · the mended file")]
) -> None:
    """把修好的行放回 · Bring mended rows in again."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.replay(file))


@quarantine.command("mend")
def quarantine_mend(
    ctx: typer.Context,
    row: Annotated[str, typer.Argument(help="哪一行：list --json 里的 row · the row, as list --json names it")],
    set_to: Annotated[list[str], typer.Option("--set", help="改哪一格，如 重量=1500，可重复 · a cell, COLUMN=VALUE")],
) -> None:
    """改一行里的几格并放回 · Change cells of one row put aside and bring it back."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.mend(row, _pairs(set_to)))


@quarantine.command("dismiss")
def quarantine_dismiss(
    ctx: typer.Context,
    rows: Annotated[
        list[str], typer.Argument(help="哪些行：list --json 里的 row · the rows, as list --json names them")
    ],
    because: Annotated[str, typer.Option(help="理由，会留档 · why; it is kept")],
) -> None:
    """这些行不再处理：不进账，也不再提醒 · Leave rows aside for good: neither counted nor asked about again."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.dismiss(rows, because))


@quarantine.command("restore")
def quarantine_restore(
    ctx: typer.Context, batch: Annotated[str, typer.Argument(help="dismiss 给出的批次号 · the batch that dismiss gave")]
) -> None:
    """撤销“不再处理”：这些行又要处理 · Take a dismissal back: its rows are to be mended again."""
    this = call.of(ctx)
    with this.shop() as shop:
        this.show(shop.restore(batch))
