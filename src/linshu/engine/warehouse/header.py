"""The header of a model file: the contract written as comments above the SELECT.

    -- grain: one row per refund
    -- key: refund_id
    -- owner: finance
    -- materialized: table                       (or view)
    -- incremental: key=order_id from=orders,refund(refund_id) via=dim_batch.batch_id,identity.account_id=member_id
    -- touched: SELECT order_id FROM changed.orders ...  further keys, where from and via do not reach them   (optional)
    -- check: unique(refund_id)                  a broken check keeps the old table standing
    -- check: positive: SELECT refund_id FROM fct_refunds WHERE amount_fen < 0
    -- warn: reference(order_id, fct_orders.order_id)   a broken one is only reported
    -- column: amount_fen (fen): money given back
    -- late: what a late row does
    -- empty: what no rows mean

A line indented by two blanks or more after the dashes goes on with the one before. `incremental` is optional: rows of
`orders` and `refund` landed since the last build touch their order_id (a refund, known by its refund_id, also the
order it stood at before); a changed dim_batch row touches the orders of that batch. `narrow=` names views and models
read only for the keys touched, besides those of `from`; `cut=` says by the keys of which of them a large model without
`from` is built slice by slice, be it all that the rule says. An input the rule does not name rebuilds the whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linshu.engine.warehouse.lineage import reads
from linshu.engine.warehouse.model import Described, Increment, Model, Rule, Source, Via
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENTRY = re.compile(r"^-- ?(?P<word>[a-z]+): *(?P<told>.*)$")
_MORE = re.compile(r"^-- {2,}(?P<told>\S.*)$")
_SHORT = re.compile(r"^(?P<kind>unique|not_null|reference)\((?P<inside>[^()]*)\)$")
_COLUMN = re.compile(r"^(?P<names>[\w, ]+?)\s*(?:\((?P<unit>[^)]*)\))?: *(?P<meaning>.+)$")
_SOURCE = re.compile(r"^(\w+)(?:\((\w+)\))?$")
_PARTS = {"key", "from", "via", "narrow", "cut"}  # of an incremental rule
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_WORDS = {"grain", "key", "owner", "materialized", "incremental", "touched", "check", "warn", "column", "late", "empty"}
_MANY = {"check", "warn", "column"}
_NEEDED = ("grain", "key", "owner", "materialized")


def parse(name: str, domain: str, text: str, place: str) -> Model:
    """The model written in `text`; Invalid, naming file and line, when its header breaks the form above."""
    entries, first_line, select = _split(text, place)
    told: dict[str, str] = {}
    for line, word, value in entries:
        if word not in _WORDS:
            raise _wrong(place, line, f"不认识的表头词 {word}", f"unknown header word {word}")
        if word in told and word not in _MANY:
            raise _wrong(place, line, f"{word} 写了两次", f"{word} is written twice")
        told[word] = value
    for word in _NEEDED:
        if not told.get(word):
            raise _wrong(place, 1, f"表头缺少 {word}", f"the header lacks {word}")
    if told["materialized"] not in {"table", "view"}:
        raise _wrong(place, 1, "materialized 只能是 table 或 view", "materialized is table or view")
    key = _names(told["key"])
    increment = _increment(told["incremental"], told.get("touched", ""), place) if "incremental" in told else None
    is_view = told["materialized"] == "view"
    if is_view and increment:
        raise _wrong(place, 1, "视图不需要 incremental", "a view is never incremental")
    return Model(
        name=name,
        domain=domain,
        place=place,
        grain=told["grain"],
        key=key,
        owner=told["owner"],
        is_view=is_view,
        select=select,
        first_line=first_line,
        reads=reads(select, place),
        increment=increment,
        rules=tuple(_rules(entries, name, key, place)),
        columns=tuple(_columns(entries, place)),
        late=told.get("late", ""),
        empty=told.get("empty", ""),
    )


def _split(text: str, place: str) -> tuple[list[tuple[int, str, str]], int, str]:
    """The header's entries with their line, the line on which the SELECT begins, and the SELECT."""
    entries: list[tuple[int, str, str]] = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if entry := _ENTRY.match(line):
            entries.append((at + 1, entry["word"], entry["told"].strip()))
        elif (more := _MORE.match(line)) and entries:
            number, word, value = entries[-1]
            entries[-1] = (number, word, f"{value} {more['told'].strip()}".strip())
        elif line.strip() and not line.startswith("--"):
            return entries, at + 1, "\n".join(lines[at:]).strip().rstrip(";")
    raise _wrong(place, len(lines), "没有 SELECT", "there is no SELECT")


def _rules(entries: list[tuple[int, str, str]], model: str, key: tuple[str, ...], place: str) -> Iterable[Rule]:
    for line, word, value in entries:
        if word not in {"check", "warn"}:
            continue
        blocking = word == "check"
        if short := _SHORT.match(value):
            inside = short["inside"] if short["inside"] != "key" else ", ".join(key)
            yield Rule(value, _shorthand(short["kind"], inside, model, key, place, line), blocking)
            continue
        name, _, failing = value.partition(":")
        if not failing.strip().upper().startswith(("SELECT", "WITH")):
            raise _wrong(place, line, "检查应写成 名称: SELECT …", "a check is written name: SELECT …")
        yield Rule(name.strip(), failing.strip(), blocking)


def _shorthand(kind: str, inside: str, model: str, key: tuple[str, ...], place: str, line: int) -> str:
    """The SELECT behind unique(a, b), not_null(a, b) and reference(a, dim_x.key)."""
    columns = ", ".join(key)
    if kind == "unique":
        return f"SELECT {inside}, count(*) AS copies FROM {model} GROUP BY {inside} HAVING count(*) > 1"
    if kind == "not_null":
        empty = " OR ".join(f"{each} IS NULL" for each in _names(inside))
        return f"SELECT {columns} FROM {model} WHERE {empty}"
    column, _, target = (part.strip() for part in inside.partition(","))
    table, _, theirs = target.partition(".")
    if not (column and table and theirs):
        raise _wrong(place, line, "应写成 reference(列, 表.列)", "write reference(column, table.column)")
    return (
        f"SELECT {columns}, {column} FROM {model} AS here WHERE {column} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {table} AS there WHERE there.{theirs} = here.{column})"
    )


def _increment(value: str, touched: str, place: str) -> Increment:
    """`key=a from=x,y via=z.b,w.c=d narrow=v cut=v` and the SELECT of further keys, read."""
    parts = dict(part.partition("=")[::2] for part in re.sub(r",\s+", ",", value).split())
    if not parts.get("key") or not (parts.get("from") or touched or parts.get("cut")) or parts.keys() - _PARTS:
        raise _wrong(
            place, 1, "incremental 应写成 key=… from=… 或 cut=…", "incremental is written key=… from=… or cut=…"
        )
    via = []
    for each in _listed(parts.get("via", "")):
        path, _, anchor = each.partition("=")
        source, _, column = path.partition(".")
        if not column:
            raise _wrong(place, 1, f"via 应写成 表.列：{each}", f"via is written table.column: {each}")
        via.append(Via(source, column, anchor or column))
    sources = (_SOURCE.match(each) for each in _listed(parts.get("from", "")))
    if parts.get("cut", "") not in ("", *_listed(parts.get("narrow", ""))):
        raise _wrong(place, 1, f"cut 应是 narrow 里的一个：{parts['cut']}", f"cut is one of narrow: {parts['cut']}")
    changed = sorted(name.removeprefix("changed.") for name in reads(touched, place) if name.startswith("changed."))
    return Increment(
        key=_listed(parts["key"]),
        sources=tuple(Source(each[1], each[2] or "") for each in sources if each),
        via=tuple(via),
        touched=touched,
        changed=tuple(changed),
        narrow=_listed(parts.get("narrow", "")),
        cut=parts.get("cut", ""),
    )


def _columns(entries: list[tuple[int, str, str]], place: str) -> Iterable[Described]:
    for line, word, value in entries:
        if word != "column":
            continue
        found = _COLUMN.match(value)
        if not found:
            raise _wrong(place, line, "应写成 列 (单位): 含义", "write column (unit): meaning")
        for name in _names(found["names"]):
            yield Described(name, found["unit"] or "", found["meaning"])


def _listed(value: str) -> tuple[str, ...]:
    return tuple(filter(None, value.split(",")))


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in value.split(",")) if _NAME.match(name))


def _wrong(place: str, line: int, zh: str, en: str) -> Invalid:
    return Invalid(Text(zh, en), where=Text(f"{place} 第 {line} 行", f"{place} line {line}"))
