"""How batches look: who, when, which file, and what became of its rows, in words a person uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.engine.intake.batches import HERE, KINDS, STATES, Wanted
from linshu.engine.shell.listing import link, page_in, words_in
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linshu.engine.shell.view import Writer
    from linshu.kernel.company_day import CompanyDay

PAGE_ROWS = 50
MOST_EXPORTED = 100_000
TITLES = {one.name: one.title for one in TABLES}
MACHINE = Text("系统", "the system")
A_COMMAND = Text("本机命令", "a command here")  # that was not asked who ran it
BY_COMMAND = Text("{name}（本机命令）", "{name} (a command)")
# What the sources that come with the product are called; a company's own are called as it named them.
SOURCES = {
    "events": Text("实时事件", "Live events"), "linshu": Text("邻数里的决定", "Decisions in Linshu"), "consent": Text("同意记录", "Consents"),
    "complete-journey": Text("Complete Journey 公开数据", "Complete Journey, public data"),
    "twin": Text("模拟公司", "Simulated company"), "forecast": Text("销量预测", "Forecast"), "pinduoduo": Text("拼多多", "Pinduoduo"), "jd": Text("京东", "JD"),
    "jielong": Text("接龙", "Jielong"), "jushuitan": Text("聚水潭", "Jushuitan"), "wangdian": Text("旺店通", "Wangdian"),
    "youzan": Text("有赞", "Youzan"), "ktt-orders": Text("快团团订单", "Kuaituantuan orders"),
    "ktt-supply": Text("快团团供货单", "Kuaituantuan supply"), "taobao-orders": Text("淘宝订单", "Taobao orders"),
    "taobao-items": Text("淘宝宝贝", "Taobao items"), "qianniu-orders": Text("千牛订单", "Qianniu orders"),
    "qianniu-suborders": Text("千牛子订单", "Qianniu sub-orders"),
}  # fmt: skip
GUESSED = "guess-"
# What one batch is, as `KINDS` says it of many.
ONE = {
    "file": Text("文件", "File"), "mended": Text("修复", "Mended rows"), "rows": Text("系统来源", "Source"),
    "withdrawal": Text("撤销", "Withdrawal"), "word": Text("人工决定", "Decision"),
    "erasure": Text("删除个人信息", "Erasure"),
}  # fmt: skip
# The columns of the list that are counted, in order: name in the books and in the address, title.
COUNTED = (
    ("rows_in", "rows", Text("读入行", "Rows in")),
    ("good", "good", Text("入库", "Good")),
    ("bad", "bad", Text("有问题", "Bad")),
    ("waiting", "waiting", Text("等待", "Waiting")),
    ("unchanged", "unchanged", Text("未变", "Unchanged")),
    ("open_rows", "open", Text("待处理", "To mend")),
)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch as the list shows it."""

    landing_id: str
    name: str  # the file, or what the source brought
    source: str
    kind: Text
    mapping: str
    by: str
    at: str
    at_full: str
    counts: tuple[int, ...]  # in the order of COUNTED
    tone: str
    state: Text
    open_rows: int
    waiting_rows: int


def source_title(name: str) -> Text:
    """What people call a source; a sheet whose columns were guessed has no name of its own."""
    if name.startswith(GUESSED):
        short = name.removeprefix(GUESSED)[:4]
        return Text(f"自己的表 {short}", f"Own sheet {short}")
    return SOURCES.get(name, Text(name, name))


def wanted(params: Mapping[str, str]) -> Wanted:
    """The filters in an address."""
    return Wanted(
        words=words_in(params),
        kind=params.get("kind", ""),
        state=params.get("state", ""),
        start=_day(params.get("from", "")),
        end=_day(params.get("to", "")),
        order=params.get("sort") or "-received",
        limit=PAGE_ROWS,
        offset=(page_in(params) - 1) * PAGE_ROWS,
    )


def address(asked: Wanted, **changes: str | None) -> str:
    """The query part of the list's address with some parts changed; None drops one, and a change begins at page 1."""
    parts: dict[str, str | None] = {
        "q": asked.words,
        "kind": asked.kind,
        "state": asked.state,
        "from": str(asked.start or ""),
        "to": str(asked.end or ""),
        "sort": asked.order if asked.order != "-received" else "",
    }
    return link(parts, {name.rstrip("_"): value for name, value in changes.items()}, "?")


def filter_words(asked: Wanted, writer: Writer) -> tuple[str, ...]:
    """What the list is filtered by, in words."""
    said = [f"“{asked.words}”"] if asked.words else []
    said += [writer.say(KINDS[asked.kind][0])] if asked.kind else []
    said += [writer.say(STATES[asked.state][0])] if asked.state else []
    if asked.start or asked.end:
        said.append(f"{asked.start or '…'} – {asked.end or '…'}")
    return tuple(said)


def batch_row(row: Mapping[str, Any], names: Mapping[str, str], day: CompanyDay, writer: Writer) -> BatchRow:
    """A batch of the books as the list shows it; `names` are the people's by account."""
    kind = "mended" if row["mends"] else row["form"]
    tone, state = _state(row)
    local = day.local(row["received_at"])
    return BatchRow(
        landing_id=row["landing_id"],
        name=row["file_name"] or titles(row["tables"], writer),
        source=writer.say(source_title(row["source"])),
        kind=ONE.get(kind, Text(kind, kind)),
        mapping=writer.say(source_title((row["mapping_name"] or "").removesuffix(".yaml"))),
        by=bringer(row, names, writer),
        at=moment(row["received_at"], day, writer),
        at_full=f"{local:%Y-%m-%d %H:%M:%S}",
        counts=tuple(int(row[name] or 0) for name, _, _ in COUNTED),
        tone=tone,
        state=state,
        open_rows=row["open_rows"],
        waiting_rows=row["waiting_rows"],
    )


def bringer(row: Mapping[str, Any], names: Mapping[str, str], writer: Writer) -> str:
    """Who brought a batch: a person by name, a command on the server's machine, or a source by itself."""
    account = row["brought_by"]
    if account.startswith(HERE):
        return writer.say(BY_COMMAND.fill(name=account.removeprefix(HERE)))
    return names.get(account, account) or writer.say(A_COMMAND if row["form"] == "file" else MACHINE)


def titles(tables: list[str] | None, writer: Writer, most: int = 3) -> str:
    """The tables of a batch by their titles."""
    named = [writer.say(TITLES.get(one, Text(one, one))) for one in tables or ()]
    if len(named) <= most:
        return writer.say(Text("、", ", ")).join(named)
    shown = writer.say(Text("、", ", ")).join(named[:most])
    return writer.say(Text(f"{shown} 等 {len(named)} 张表", f"{shown} and {len(named) - most} more"))


def moment(instant: datetime, day: CompanyDay, writer: Writer) -> str:
    """11月22日 14:03, on the company's wall clock."""
    local = day.local(instant)
    return f"{writer.short_day(local.date())} {local:%H:%M}"


def _state(row: Mapping[str, Any]) -> tuple[str, Text]:
    if row["status"] == "withdrawn":
        return "", Text("已撤销", "Taken back")
    if row["form"] == "withdrawal":
        return "info", Text("撤销了别的批次", "Took one back")
    if row["open_rows"]:
        return "bad", Text("有待处理", "To mend")
    if row["waiting_rows"]:
        return "warn", Text("有等待", "Waiting")
    if row["bad"]:
        return "good", Text("已处理", "Mended")
    return "good", Text("全部入库", "All in")


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Misused(
            Text(f"看不懂日期 {written}", f"{written} is not a date"),
            mend=Text("写作 2026-10-01", "Write it as 2026-10-01"),
        ) from error


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do next."""

    tone: str
    title: Text
    text: Text
    action: Text
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """One way on from the page where one stands, with what waits there."""

    title: Text
    text: Text
    href: str
    icon: str
    count: int | None = None
    tone: str = ""


def next_step(batches: int, with_open: int, with_waiting: int) -> Next:
    """What a person should do first: bring data in, mend what is open, or look at the figures."""
    if not batches:
        return Next(
            "warn",
            Text("还没有数据", "No data yet"),
            Text(
                "上传一个订单文件就能开始：拼多多、淘宝、京东、快团团、接龙等导出可以直接用。",
                "Upload a file of orders to begin; exports of Pinduoduo, Taobao, JD and others are known.",
            ),
            Text("上传文件", "Upload a file"),
            "/data/upload",
        )
    if with_open:
        return Next(
            "bad",
            Text(f"{with_open:,} 个批次有要处理的行", f"{with_open:,} batches have rows to mend"),
            Text(
                "这些行还没进数字。按原因一次改一类，改好的马上入库。",
                "They are in no figure yet. Mend them cause by cause; what is mended comes in at once.",
            ),
            Text("去处理", "Mend them"),
            "/data/quarantine",
        )
    if with_waiting:
        return Next(
            "warn",
            Text(f"{with_waiting:,} 个批次在等所属单据", f"{with_waiting:,} batches wait for what they belong to"),
            Text(
                "例如订单行在等订单。导入缺的文件后会自动补上。",
                "Lines may wait for their orders, say. They come in by themselves once the missing file does.",
            ),
            Text("看是哪些", "See which"),
            "/data/batches?state=waiting",
        )
    return Next(
        "good",
        Text("数据都已入库", "All data is in"),
        Text(
            "没有要处理的行。可以去看数，或导入新的文件。",
            "Nothing is left to mend. Look at the figures, or bring more in.",
        ),
        Text("看经营总览", "See the overview"),
        "/overview",
    )


def cards(batches: int, with_open: int) -> tuple[Card, ...]:
    """The ways on."""
    return (
        Card(
            Text("上传文件", "Upload a file"),
            Text("Excel、CSV、压缩包；认格式、猜列、先看后导", "Excel, CSV, zip; recognised, previewed, then imported"),
            "/data/upload",
            "file-import",
        ),
        Card(
            Text("导入批次", "Batches"),
            Text("谁、什么时候、导入了什么；可以撤销", "Who brought what, and when; may be taken back"),
            "/data/batches",
            "clipboard-list",
            batches,
        ),
        Card(
            Text("隔离区", "Quarantine"),
            Text("有问题的行，按格、按规则修好放回", "Rows with problems, to be mended by cell or by rule"),
            "/data/quarantine",
            "alert-triangle",
            with_open,
            "bad" if with_open else "",
        ),
        Card(
            Text("实时事件", "Live events"),
            Text(
                "别的系统随时发来的，来了多少、有没有问题",
                "What other systems send as it happens, and what is wrong with it",
            ),
            "/data/events",
            "plug-connected",
        ),
        Card(
            Text("新鲜与质量", "Freshness & quality"),
            Text("来源按时没有、检查过没过，有历史", "Freshness and checks, with history"),
            "/data/quality",
            "gauge",
        ),
        Card(
            Text("身份合并", "Identity"),
            Text("几个平台上的同一个人，凭证据合并", "One person on several platforms, by evidence"),
            "/data/identity",
            "users",
        ),
        Card(
            Text("数据标准与模板", "Standard and templates"),
            Text("每张表每一列的含义，可下载 Excel 模板", "What every column means, with Excel templates"),
            "/standard",
            "database",
        ),
    )
