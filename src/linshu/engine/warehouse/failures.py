"""What the store's own complaints mean to a reader: locked, full, wrong name, value out of range."""

from __future__ import annotations

import re

import duckdb

from linshu.kernel.errors import Cancelled, Conflict, Invalid, LinshuError, Misused, Unavailable
from linshu.kernel.text import Text

_HOLDER = re.compile(r"PID (\d+)")
_FULL = re.compile(
    r"no space left|disk full|failed to offload|max_temp_directory_size|not enough space|could not write", re.IGNORECASE
)
_BROKEN = re.compile(r"corrupt|not a valid DuckDB database", re.IGNORECASE)
_LINE = re.compile(r"\n+LINE (\d+):")
_NO_TABLE = re.compile(r"Table with name (\w+) does not exist")

_KINDS: tuple[tuple[tuple[type[duckdb.Error], ...], type[LinshuError], Text], ...] = (
    (
        (duckdb.TransactionException,),
        Conflict,
        Text("数据同时被修改：{reason}", "the data changed meanwhile: {reason}"),
    ),
    ((duckdb.InterruptException,), Cancelled, Text("已取消", "called off")),
    (
        (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException),
        Misused,
        Text("SQL 有误：{reason}", "the SQL is wrong: {reason}"),
    ),
    (
        (duckdb.DataError, duckdb.ConstraintException),
        Invalid,
        Text("数据不符合要求：{reason}", "the data cannot be accepted: {reason}"),
    ),
    (
        (duckdb.IOException, duckdb.ConnectionException, duckdb.FatalException),
        Unavailable,
        Text("数据仓库不可用：{reason}", "the warehouse is not available: {reason}"),
    ),
)


def locked(error: duckdb.Error, place: str) -> LinshuError:
    """Why the file at `place` could not be opened."""
    message = str(error)
    where = Text(place, place)
    if "Could not set lock" in message or "already open" in message:
        holder = _HOLDER.search(message)
        who = f" (PID {holder[1]})" if holder else ""
        return Conflict(
            Text(f"数据仓库正被另一个进程使用{who}", f"another process{who} owns the warehouse"),
            where=where,
            mend=Text(
                "请通过正在运行的服务操作，或先停止它。", "Ask the running server instead, or stop that process first."
            ),
        )
    return translated(error, where=where)


def translated(error: duckdb.Error, *, where: Text | None = None) -> LinshuError:
    """The error of our own family that a complaint of DuckDB stands for; its text keeps the line and the reason."""
    message = str(error)
    line = _LINE.search(message)
    reason = message.split("\n", 1)[0]
    at = where or (Text(f"第 {line[1]} 行", f"line {line[1]}") if line else Text("", ""))
    if _FULL.search(message):
        return Unavailable(
            Text("磁盘空间或临时空间不足", "the disk or the temporary space is full"),
            where=at,
            mend=Text(
                "请清理磁盘后重试；已提交的数据没有丢失。", "Free some space and retry; nothing committed is lost."
            ),
        )
    if _BROKEN.search(message):
        return Unavailable(
            Text("数据仓库文件损坏", "the warehouse file is damaged"),
            where=at,
            mend=Text(
                "请移走该文件，再运行 linshu build，会由 data/landing 重建。",
                "Move it away, then run linshu build: it is rebuilt from data/landing.",
            ),
        )
    if isinstance(error, duckdb.CatalogException) and (table := _NO_TABLE.search(reason)):
        return Misused(
            Text(f"没有表 {table[1]}", f"there is no table {table[1]}"),
            where=at,
            mend=Text(
                "名称见数据字典；若刚升级过，请先运行 linshu build 生成新表。",
                "The data dictionary has the names; after an upgrade, linshu build makes the new tables.",
            ),
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return Unavailable(
            Text("内存不足", "not enough memory"),
            where=at,
            mend=Text("请缩小范围，或调高内存上限。", "Ask for less, or raise the memory limit."),
        )
    for kinds, raised, said in _KINDS:
        if isinstance(error, kinds):
            return raised(said.fill(reason=reason), where=at)
    return LinshuError(Text(f"数据仓库出错：{reason}", f"the warehouse failed: {reason}"), where=at)
