"""The company's numbers in one DuckDB file, owned by one process; nothing else needs to be installed or run."""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import duckdb
import pyarrow as pa

from linshu.engine.warehouse import ledger, rollups
from linshu.engine.warehouse.engine import META_SCHEMA, SCHEMAS
from linshu.engine.warehouse.failures import locked, translated
from linshu.engine.warehouse.session import NEWEST_VERSION, DuckSession, narrow
from linshu.engine.warehouse.turns import Turns
from linshu.kernel.errors import Conflict, Invalid, LinshuError, Throttled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from linshu.engine.warehouse.engine import Params, Session
    from linshu.engine.warehouse.session import Parse

Value = TypeVar("Value")

SEARCH_PATH = "SET search_path = 'mart,std'"
VERSION_TABLE = f"CREATE TABLE IF NOT EXISTS {META_SCHEMA}.version (data_version BIGINT, committed_at TIMESTAMPTZ)"
VERSIONS_KEPT = 1_000  # commits between two prunings of meta.version
NEVER = "1TB"  # a log so long is never reached
PARSED = 512  # statements that are kept in parsed form
CHANGEABLE = ("checkpoint_threshold",)  # what the owner still sets while it is shut


class DuckWarehouse:
    """One DuckDB file, one owning connection, a cursor for each thread that is busy with it."""

    def __init__(self, root: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        self._root = root
        self._read_only = read_only
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._all: list[duckdb.DuckDBPyConnection] = []
        self._cursors = threading.Lock()
        self._writer = threading.RLock()
        self._writing = threading.local()
        self._parse: Parse = lru_cache(PARSED)(root.cursor().extract_statements)
        self._exclusive: dict[int, duckdb.DuckDBPyConnection] = {}  # by thread
        self._version = self._stored_version()
        self._turns = Turns(root.execute("SELECT current_setting('threads')").fetchall()[0][0])
        self._commits = 0  # one more when a commit begins, and one more when it has ended

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        memory_limit: str = "",
        threads: int = 0,
        read_only: bool = False,
        reads: Iterable[Path] | None = None,
    ) -> DuckWarehouse:
        """Own the file at `path` (":memory:" for none), made when it is not there.

        Raises Conflict when another process owns it, Unavailable when the disk is full or the file unreadable.
        `memory_limit` as "4GB" and `threads` as a count; empty and 0 leave the choice to DuckDB. With `reads`, nothing
        outside these folders and the warehouse itself can be reached any more by any statement, nor can that be undone.
        """
        place = os.fspath(path)
        try:
            root = duckdb.connect(place, read_only=read_only, config=_config(place, memory_limit, threads))
        except duckdb.Error as error:
            raise locked(error, place) from error
        try:
            root.execute("SET GLOBAL TimeZone = 'UTC'")
            if not read_only:
                for schema in SCHEMAS:
                    root.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
                for statement in (VERSION_TABLE, ledger.MODEL_TABLE, *rollups.REGISTER):
                    root.execute(statement)
            if reads is not None:
                _shut(root, reads)
            return cls(root, read_only=read_only)
        except duckdb.Error as error:
            root.close()
            raise translated(error) from error

    @property
    def data_version(self) -> int:
        """A number that grows with every committed change of data; results are cached under it."""
        return self._version

    def query(self, sql: str, params: Params = ()) -> pa.Table:
        """The rows of a SELECT as of now, on a cursor of the calling thread."""
        with self._cursor() as cursor:
            return DuckSession(cursor, self._parse).query(sql, params)

    def execute(self, sql: str, params: Params = ()) -> int:
        """Run one statement in a transaction of its own; the number of rows it changed."""
        with self.transaction() as session:
            return session.execute(sql, params)

    @contextmanager
    def transaction(self, *, exclusive: bool = True) -> Iterator[Session]:
        """All or nothing: committed with a new data version when the block ends well, else rolled back.

        Exclusive transactions queue up, so that none fails because another changed the same rows. A build that only
        reads what others write runs with `exclusive=False` beside them, on the data as it was at its start.
        Not nested: a transaction inside one of the same thread would wait for itself.
        """
        if getattr(self._writing, "on", False):
            raise Conflict(
                Text("本线程已在一个事务中", "this thread is in a transaction already"),
                mend=Text("请在外层事务中完成。", "Finish the outer one first."),
            )
        self._writing.on = True
        if exclusive:
            self._writer.acquire()
        try:
            with self._cursor() as cursor:
                if exclusive:
                    self._exclusive[threading.get_ident()] = cursor
                yield from self._transacted(cursor)
        finally:
            self._writing.on = False
            if exclusive:
                self._exclusive.pop(threading.get_ident(), None)
                self._writer.release()

    def interrupt(self, thread: int) -> None:
        """End the statement that a thread's exclusive transaction is in, which then fails with Cancelled."""
        cursor = self._exclusive.get(thread)
        if cursor is not None:
            cursor.interrupt()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Several queries on the data as it is at the first of them, whatever is committed meanwhile."""
        with self._cursor() as cursor:
            session = DuckSession(cursor, self._parse)
            session.execute("BEGIN TRANSACTION READ ONLY")
            try:
                yield session
            finally:
                # Nothing was changed, and a failed statement has ended the transaction already.
                with suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")

    def glance(self, work: Callable[[Session, int], Value]) -> Value:
        """A few queries on one state of the data, whose version `work` is told; it may be called twice.

        A transaction takes as long as a small question. Without one the state was the same for all queries if no commit
        began or ended meanwhile, which is nearly always so; otherwise they are asked again in a transaction.
        """
        begun = self._commits
        if begun % 2 == 0:
            try:
                with self._turns.turn(), self._cursor() as cursor:
                    found = work(DuckSession(cursor, self._parse), self._version)
            except LinshuError:
                if self._commits == begun:
                    raise
            else:
                if self._commits == begun:
                    return found
        with self.snapshot() as session:
            return work(session, session.version())

    def look(self, sql: str, *, rows: int, seconds: float, offset: int = 0) -> pa.Table:
        """Some rows of a SELECT, by a cursor of its own that can change nothing; Throttled when it takes longer."""
        try:
            cursor = self._root.cursor()
        except duckdb.Error as error:
            raise translated(error) from error
        with self._cursors:
            self._all.append(cursor)
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.start()
        try:
            cursor.execute(SEARCH_PATH)
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            found = cursor.sql(f"SELECT * FROM ({sql}) AS looked_at LIMIT {int(rows)} OFFSET {int(offset)}")
            return narrow(found.to_arrow_table())
        except duckdb.InterruptException as error:
            raise _too_long(seconds) from error
        except duckdb.Error as error:
            raise translated(error) from error
        finally:
            timer.cancel()
            with self._cursors:
                if cursor in self._all:
                    self._all.remove(cursor)
            with suppress(duckdb.Error):
                cursor.close()

    def tables(self, schema: str) -> tuple[str, ...]:
        """The names of the tables and views in a schema, sorted."""
        found = self.query(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY name", [schema]
        )
        return tuple(found["name"].to_pylist())

    def columns(self, table: str) -> dict[str, str]:
        """Column name to type of `schema.table`, in stored order; empty when there is no such table."""
        schema, _, name = table.rpartition(".")
        found = self.query(
            "SELECT column_name AS name, data_type AS type FROM information_schema.columns"
            " WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position",
            [schema, name],
        )
        return dict(zip(found["name"].to_pylist(), found["type"].to_pylist(), strict=True))

    def checkpoint(self) -> None:
        """Write what the log holds into the file itself; waits for the exclusive transaction under way."""
        with self._writer, self._cursor() as cursor:
            DuckSession(cursor, self._parse).execute("CHECKPOINT")

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Many large transactions in a row: each commits to the log, and the log goes into the file once, at the end.

        Writing the log into the file takes as long as the file is large, so that doing it after every batch of a long
        history makes the whole grow faster than its rows. After a kill the log is read when the file is opened.
        """
        before = self._root.execute("SELECT current_setting('checkpoint_threshold')").fetchall()[0][0]
        self._root.execute(f"SET GLOBAL checkpoint_threshold = '{NEVER}'")
        try:
            yield
            self.checkpoint()
        finally:
            with suppress(duckdb.Error):
                self._root.execute(f"SET GLOBAL checkpoint_threshold = '{before}'")

    def close(self) -> None:
        """Let go of the file, so that another process can open it; queries under way are stopped."""
        with self._cursors:
            for cursor in self._all:
                with suppress(duckdb.Error):
                    cursor.interrupt()
                    cursor.close()
            self._all.clear()
            self._idle.clear()
            self._root.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with self._cursors:
                cursor = self._idle.pop() if self._idle else self._new_cursor()
        except duckdb.Error as error:
            raise translated(error) from error
        try:
            yield cursor
        finally:
            with self._cursors:
                if cursor in self._all:
                    self._idle.append(cursor)

    def _new_cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._root.cursor()
        cursor.execute(SEARCH_PATH)
        self._all.append(cursor)
        return cursor

    def _transacted(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[Session]:
        session = DuckSession(cursor, self._parse)
        session.execute("BEGIN")
        try:
            yield session
            with self._writer:
                version = self._bump(session)
                self._commits += 1
                try:
                    session.execute("COMMIT")
                    self._version = version
                finally:
                    self._commits += 1
        except BaseException:
            with suppress(duckdb.Error):
                cursor.execute("ROLLBACK")
            raise
        finally:
            session.forget()

    def _bump(self, session: DuckSession) -> int:
        """Note the version this commit makes: rows are only added, since two open transactions may not change one."""
        version = self._version + 1
        session.execute(f"INSERT INTO {META_SCHEMA}.version VALUES ($1, now())", [version])
        if version % VERSIONS_KEPT == 0:
            session.execute(f"DELETE FROM {META_SCHEMA}.version WHERE data_version <= $1", [version - VERSIONS_KEPT])
        return version

    def _stored_version(self) -> int:
        rows = self._root.execute(NEWEST_VERSION).fetchall()
        return int(rows[0][0]) if rows[0][0] is not None else 0


def _config(place: str, memory_limit: str, threads: int) -> dict[str, str | bool | int | float | list[str]]:
    """The settings of the owner's connection: no extension comes from outside, no Python variable is read as a table."""
    if memory_limit and not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", memory_limit):
        raise Invalid(
            Text(f"内存上限写法不对：{memory_limit}", f"not a memory limit: {memory_limit}"),
            mend=Text("例如 4GB。", "Write it as 4GB."),
        )
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    if place != ":memory:":
        config["temp_directory"] = str(Path(place).resolve().parent / "tmp")
    if memory_limit:
        config["memory_limit"] = memory_limit
    if threads:
        config["threads"] = threads
    return config


def _shut(root: duckdb.DuckDBPyConnection, reads: Iterable[Path]) -> None:
    """No file outside `reads`, no other database, no extension, for every statement of this process; and no way back."""
    folders = ", ".join("'" + str(one.resolve()).replace("'", "''") + "'" for one in reads)
    root.execute(f"SET GLOBAL allowed_directories = [{folders}]")
    root.execute("SET GLOBAL enable_external_access = false")
    root.execute(f"SET GLOBAL allowed_configs = [{', '.join(repr(name) for name in CHANGEABLE)}]")
    root.execute("SET GLOBAL lock_configuration = true")


def _too_long(seconds: float) -> Throttled:
    return Throttled(
        Text(f"超过 {seconds:g} 秒还没有算完，已停止", f"not done after {seconds:g} seconds, and stopped"),
        mend=Text("请缩小范围、先汇总再取，或给它更多时间。", "Ask for less, add up first, or give it more time."),
    )
