"""A mapping says, in a file a person can read, how the columns of a source become the columns of the standard."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from linshu.engine.intake import markup, written
from linshu.engine.intake import quoting as q
from linshu.engine.intake.columns import STEP, TOKEN, Columns, clean
from linshu.engine.intake.expr import Expr
from linshu.engine.intake.expressions import condition
from linshu.engine.intake.layout import SEALED, Clock, is_sealed
from linshu.engine.intake.pieces import Across, Explode, pieces_of
from linshu.engine.intake.reading import SYSTEM_COLUMN, Said, reading_of, said_of
from linshu.engine.intake.stage import Reading, Selection
from linshu.engine.intake.voice import OWN_WORD
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Named

    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.landing import Label
    from linshu.engine.intake.markup import Node
    from linshu.kernel.table import Table

_TOP = ("source", "title", "file", "headers", "called", "told", "ask", "written", "drop", "tables")
_FILE = ("kind", "encoding", "delimiter", "header_row", "sheet", "member", "keep_all", "empty", "fill", "name")
_TEXTS_OF_FILE = ("kind", "encoding", "delimiter", "sheet", "member", "name")
_HEADERS = ("need", "known")
_TABLE = ("where", "only", "distinct", "explode", "rank", "complete", "columns")
_ANY_DAY = CompanyDay()
MOST_ASKED = 8  # words in one sentence
UNUSED = "（不用）"  # after the heading of a column whose place another has taken, or that is not to be used


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the file is to be opened; empty values are found out from the file itself."""

    kind: str = "auto"  # auto, csv, xlsx
    encoding: str = "auto"
    delimiter: str = "auto"
    header_row: int = 0  # the row of the file that names the columns, counted from 1; 0 = it is looked for
    sheet: str = ""  # its name, or its number from 1; "" = the first that is shown
    member: str = ""  # of an archive: the file in it, a pattern (shell style); "" = all tables in it
    keep_all: bool = False  # every row below the header is data, also what looks like a total or a note
    empty: tuple[str, ...] = ()  # texts that say nothing: "-", "无"
    fill: tuple[str, ...] = ()  # columns in which a blank cell, or 同上, says what stands above it
    name: str = ""  # a pattern (shell style) of file names this mapping is for


@dataclass(frozen=True, slots=True)
class Landed:
    """The rows of a file as they lie in landing."""

    label: Label
    relation: str  # SQL that yields them
    broken_lines: tuple[int, ...] | None = ()  # that did not become rows; None: rows carry their own number
    tidy: frozenset[str] = frozenset()  # columns that need no cleaning
    rounded: frozenset[str] = frozenset()  # columns of long numbers whose last digits are all nought


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How rows of one standard table come out of the rows of the file."""

    table: Table
    node: Node
    columns: Named[str, Node]  # by standard column
    where: Node | None
    distinct: bool
    explode: Explode | Across | None = None
    rank: int = OWN_WORD  # of two sources that speak of the same row the one of higher rank is believed
    complete: bool = False  # a batch names all parts of every whole it names: what it no longer names is gone
    told: Named[str, str] = field(default_factory=dict)
    only: Node | None = None  # which rows to keep once all of them were looked at
    written: Named[str, str] = field(default_factory=dict)  # columns whose cells are written in a form of their own

    def known(
        self,
        columns: Sequence[str] | None = None,
        rounded: frozenset[str] = frozenset(),
        *,
        steps: list[tuple[str, str]] | None = None,
    ) -> Columns:
        """What expressions of this table may name: the file's columns, pieces of a cell, what was told."""
        base = Columns(columns, rounded, told=self.told, written=self.written, steps=[] if steps is None else steps)
        return self.explode.pieces(base) if self.explode else base

    def said(self, columns: Columns, clock: Clock) -> dict[str, Said]:
        """What the file says for each standard column."""
        sealed = [each for each in self.table.columns if each.name in self.columns and is_sealed(each)]
        at_the_door = {name for each in sealed for name in (each.name, each.subject)}
        return {
            name: said_of(
                column, node, columns.in_place() if name in at_the_door else columns, clock, is_id=self.is_id(name)
            )
            for name, node in self.columns.items()
            if (column := SYSTEM_COLUMN.get(name) or self.table.column(name))
        }

    def headings(self) -> dict[str, tuple[str, ...]]:
        """The columns of the file that each column of the standard is made of."""
        said = self.said(self.known(), Clock(_ANY_DAY))
        return {name: tuple(column.removesuffix(TOKEN) for column in each.columns) for name, each in said.items()}

    def is_id(self, name: str) -> bool:
        """Whether a column of the standard tells one thing from another."""
        column = SYSTEM_COLUMN.get(name) or self.table.column(name)
        return name in self.table.key or bool(column.references) or name == "source_id"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping file."""

    text: str
    name: str  # of the file it stands in
    source: str
    title: str
    file: FileForm
    drop: tuple[str, ...]
    tables: tuple[TableMapping, ...]
    need: tuple[tuple[str, ...], ...] = ()  # headings that tell such a file, each under one of its names
    heads: tuple[str, ...] = ()  # all headings such a file is known to have
    told: Named[str, str] = field(default_factory=dict)  # what may be told beside the file; empty = not told yet
    called: Named[str, str] = field(default_factory=dict)  # a file's own heading > the one it stands for; "" = not used
    ask: tuple[str, ...] = ()  # the words of `told` without which nothing can be read
    tokens: tuple[str, ...] = ()  # the file's columns that something stands for where they cannot be read

    @classmethod
    def parse(cls, text: str, name: str, tables: Named[str, Table]) -> Mapping:
        """The mapping in a YAML text called `name`; Invalid with line and column when it says something wrong."""
        top = markup.read(text, name)
        named = top.only(_TOP)
        told = _told(named.get("told"))
        called = _told(named.get("called"))
        headers = named["headers"].only(_HEADERS) if "headers" in named else {}
        made = cls(
            text=text,
            name=name,
            source=top.need("source").text(),
            title=named["title"].text() if "title" in named else "",
            file=_file(named.get("file")),
            drop=tuple(each.text() for each in named["drop"].list()) if "drop" in named else (),
            tables=_tables(top.need("tables"), tables, told, _written(named.get("written"), told)),
            need=tuple(_also(_texts(each), called) for each in headers["need"].list()) if "need" in headers else (),
            heads=_texts(headers["known"]) if "known" in headers else (),
            told=told,
            called=called,
            ask=_texts(named["ask"]) if "ask" in named else (),
            tokens=tuple(dict.fromkeys(_tokens(top))),
        )
        for table in made.tables:  # every mistake but a missing column shows before a file is opened
            said = table.said(table.known(), Clock(_ANY_DAY))
            for each in table.table.columns:
                if is_sealed(each) and each.name in said and each.subject in said and said[each.subject].over_rows:
                    raise table.columns[each.subject].wrong(
                        Text(
                            "敏感列属于谁，不能跨行计算", "whom a sensitive column belongs to cannot look at other rows"
                        )
                    )
            for asked in filter(None, (table.where, table.only)):
                _row_by_row(table, condition(asked, table.known().in_place()), asked)
        return made

    @property
    def digest(self) -> str:
        """What tells this mapping from any other."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the file that the mapping names, by which its header is told."""
        names = {*self.drop, *self.called, *self.heads, *(name for each in self.need for name in each)}
        for table in self.tables:
            known = table.known()
            names.update(name for each in table.said(known, Clock(_ANY_DAY)).values() for name in each.columns)
            names.update(condition(table.where, known.in_place()).columns if table.where else ())
        return frozenset(name.removesuffix(TOKEN) for name in names)

    def as_known(self, incoming: Incoming) -> Incoming:
        """The file with its columns under the headings that the mapping knows them by."""
        there = {one: known for one, known in self.called.items() if one in incoming.columns}
        if not there:
            return incoming
        taken = set(there.values())
        names = tuple(
            there.get(one) or f"{one}{UNUSED}" if one in there or one in taken else one for one in incoming.columns
        )
        renamed = dict(zip(incoming.columns, names, strict=True))
        rows = (each.rename_columns([renamed.get(one, one) for one in each.column_names]) for each in incoming.rows)
        return replace(incoming, columns=names, rows=rows)

    def check(self, columns: Sequence[str]) -> None:
        """Refuse a file that lacks a column the mapping names, or as long as something was not told that it needs."""
        for table in self.tables:
            known = table.known(columns)
            table.said(known, Clock(_ANY_DAY))
            for asked in filter(None, (table.where, table.only)):
                condition(asked, known.in_place())
        self.refuse_untold()

    def refuse_untold(self, notes: Sequence[Text] = ()) -> None:
        """Refuse to read anything as long as something was not told that it needs; `notes` say why it is asked."""
        if untold := [word for word in self.ask if not self.told.get(word)]:
            raise _untold(untold, notes)

    def selection(self, table: TableMapping, landed: Landed, columns: Sequence[str]) -> Selection:
        """How the rows of one table are read from landed rows with the columns `columns`."""
        label = landed.label
        sealed = self.sealed_columns()
        plain = tuple(each for each in columns if each not in sealed)
        steps: list[tuple[str, str]] = []
        said = table.said(table.known(plain, landed.rounded, steps=steps), Clock(label.company_day))
        where = condition(table.where, table.known(plain).in_place()) if table.where else None
        readings: dict[str, Reading] = {}
        only = condition(table.only, table.known(plain).in_place()) if table.only else None
        used: list[str] = [each for asked in (where, only) if asked for each in asked.columns]
        for name, each in said.items():
            column = SYSTEM_COLUMN.get(name) or table.table.column(name)
            used += each.columns
            if is_sealed(column):
                readings |= {name + ending: reading_of_sealed(table.table.name, name, ending) for ending in SEALED}
            else:
                readings[name] = reading_of(each)
        cleaned = clean(landed.relation, columns, used, empty=self.file.empty, tidy=landed.tidy)
        if table.explode:
            cleaned = table.explode.relation(cleaned, Columns(plain, told=table.told))
        if steps:  # they look at all rows the mapping keeps, also when only some are wanted again
            cleaned = _worked_out(cleaned, where.sql if where else "", steps)
        return Selection(
            table.table,
            label,
            cleaned,
            readings,
            where=" AND ".join(f"({each.sql})" for each in (None if steps else where, only) if each),
            repeats_expected=table.distinct,
            rank=table.rank,
            complete=table.complete,
            first_row=label.header_row or self.file.header_row or 1,
            broken_lines=landed.broken_lines or (),
            numbered=landed.broken_lines is None,
        )

    def sealed_columns(self) -> frozenset[str]:
        """The columns of a landing part that hold sealed values."""
        return frozenset(
            f"{table.table.name}.{name}{ending}"
            for table in self.tables
            for name in table.columns
            if name not in SYSTEM_COLUMN and is_sealed(table.table.column(name))
            for ending in SEALED
        ) | {name + TOKEN for name in self.tokens}


def reading_of_sealed(table: str, column: str, ending: str) -> Reading:
    """A sensitive column was sealed at the door and is read back as it lies there."""
    return Reading(f'"{table}.{column}{ending}"', original=f'"{table}.{column}{SEALED[2]}"')


def _worked_out(relation: str, where: str, steps: Sequence[tuple[str, str]]) -> str:
    """The rows the mapping keeps, and what looks at several of them, before single rows are picked out."""
    made = f"(SELECT * FROM {relation} WHERE {where})" if where else relation
    for level in _levels(steps):
        made = f"(SELECT *, {', '.join(f'{sql} AS {q.name(name)}' for name, sql in level)} FROM {made})"
    return made


def _levels(steps: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The steps put together with those that need no more than they do: a step may use those before it."""
    depth: dict[str, int] = {}
    for name, sql in steps:
        depth[name] = 1 + max((depth[used] for used in STEP.findall(sql)), default=0)
    for level in sorted(set(depth.values())):
        yield [(name, sql) for name, sql in steps if depth[name] == level]


def _tables(
    node: Node, known: Named[str, Table], told: Named[str, str], forms: Named[str, str]
) -> tuple[TableMapping, ...]:
    made = []
    items = node.items()
    for key in node.keys:
        name = str(key.value)
        if name not in known:
            raise key.wrong(Text(f"没有标准表 {name}", f"there is no standard table {name}"), nearest(name, known))
        made.append(replace(_table(known[name], items[name], told), written=forms))
    if not made:
        raise node.wrong(Text("至少要映射一张表", "map at least one table"))
    return tuple(made)


def _table(table: Table, node: Node, told: Named[str, str]) -> TableMapping:
    named = node.only(_TABLE)
    columns = node.need("columns")
    items = columns.items()
    known = (*table.names, *SYSTEM_COLUMN)
    for key in columns.keys:
        if key.value not in known:
            raise key.wrong(
                Text(f"表 {table.name} 没有列 {key.value}", f"table {table.name} has no column {key.value}"),
                nearest(str(key.value), known),
            )
    for name in table.key:
        if name not in items:
            raise columns.wrong(
                Text(f"缺少主键列 {name}", f"the key column {name} is missing"),
                Text("每条记录都要能被认出来。", "Every row must be told apart."),
            )
    distinct = named["distinct"].flag() if "distinct" in named else False
    return TableMapping(
        table,
        node,
        items,
        named.get("where"),
        distinct,
        pieces_of(named["explode"]) if "explode" in named else None,
        named["rank"].whole() if "rank" in named else OWN_WORD,
        named["complete"].flag() if "complete" in named else False,
        told,
        named.get("only"),
    )


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(each.text() for each in node.list())


def _also(names: tuple[str, ...], called: Named[str, str]) -> tuple[str, ...]:
    """The names a heading goes by, with those the file calls it."""
    return (*names, *(one for one, known in called.items() if known in names))


def _told(node: Node | None) -> dict[str, str]:
    """What a person said beside the file, by the word it is asked under; an empty value was not told yet."""
    return {word: each.text() if each.value else "" for word, each in node.items().items()} if node else {}


def _written(node: Node | None, told: Named[str, str]) -> dict[str, str]:
    """The form in which the cells of a column are written, as the mapping says or as was told beside the file."""
    written.year_of(told)
    made = {}
    for heading, each in node.items().items() if node else ():
        said = each.text() if each.is_scalar else told.get(each.need("told").text(), "")
        made[heading] = written.form_of(said) if said else ""
    return made


def _tokens(node: Node) -> Iterator[str]:
    """The columns named under `token` anywhere in a mapping."""
    if isinstance(node.value, dict):
        for name, inner in node.value.items():
            if name == "token" and inner.is_scalar:
                yield inner.text()
            else:
                yield from _tokens(inner)
    elif isinstance(node.value, list):
        for each in node.value:
            yield from _tokens(each)


def _untold(words: Sequence[str], notes: Sequence[Text]) -> Invalid:
    shown = "、".join(words[:MOST_ASKED]) + (" …" if len(words) > MOST_ASKED else "")
    hints = [written.HINTS[word] for word in words if word in written.HINTS]
    if len(hints) < len(words):
        hints.append(Text("商品写单价，如 5；日期写 2026-03-01", "of goods their price, 5; of a day 2026-03-01"))
    add = " ".join(f"--tell {word}=…" for word in words[:MOST_ASKED])
    return Invalid(
        Text(f"文件里没写，要先告诉它：{shown}", f"the file does not say, and has to be told: {shown}"),
        where=Text("。".join(each.zh for each in notes), ". ".join(each.en for each in notes)),
        mend=Text(
            f"网页上填在“文件里没写的”里；命令行加 {add}（{'；'.join(each.zh for each in hints)}）。",
            f"On the page fill it in; on the command line add {add} ({'; '.join(each.en for each in hints)}).",
        ),
    )


def _row_by_row(table: TableMapping, where: Expr, node: Node) -> None:
    """Sensitive values are sealed before a cell is cut, so their table cannot choose rows by its pieces."""
    if where.over_rows and any(is_sealed(each) for each in table.table.columns if each.name in table.columns):
        raise node.wrong(
            Text("有敏感列的表不能按拆开的行筛选", "a table with sensitive columns cannot choose by pieces")
        )


def _file(node: Node | None) -> FileForm:
    if node is None:
        return FileForm()
    named = node.only(_FILE)
    plain = {name: named[name].text() for name in _TEXTS_OF_FILE if name in named}
    if plain.get("kind", "auto") not in ("auto", "csv", "xlsx"):
        raise named["kind"].wrong(Text("kind 只能是 auto、csv 或 xlsx", "kind is auto, csv or xlsx"))
    header_row = _header_row(named.get("header_row"))
    keep_all = named["keep_all"].flag() if "keep_all" in named else False
    empty, fill = (_texts(named[each]) if each in named else () for each in ("empty", "fill"))
    return FileForm(**plain, header_row=header_row, keep_all=keep_all, empty=empty, fill=fill)


def _header_row(node: Node | None) -> int:
    if node is None or node.value == "auto":
        return 0
    number = node.whole()
    if number < 1:
        raise node.wrong(Text("行号从 1 开始，或写 auto", "rows count from 1; or write auto"))
    return number
