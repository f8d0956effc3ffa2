"""Runs what the door for SQL let through: nothing can be changed, for so long and so many rows, and every try is written down."""

from __future__ import annotations

import json
import logging
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from linshu.app.sql_door import MOST_ROWS, checked
from linshu.engine.intake.personal import mask_text
from linshu.engine.shell.door import MOST_SECONDS, SECONDS, Looked, Readable, SqlMistake, Tried
from linshu.kernel.errors import LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from linshu.engine.warehouse.duck import DuckWarehouse
    from linshu.engine.warehouse.model import Model

__all__ = ["MOST_ROWS", "SECONDS", "SqlDoor"]

LOG, BYTES, KEPT = "sql.jsonl", 5_000_000, 9
LOOKED_BACK, SHOWN_BACK = 200_000, 30  # bytes of the log, and statements of it
HERE = "本机命令 local command"
LITERAL = re.compile(r"'(?:[^']|'')*'|\$\$.*?\$\$", re.DOTALL)
HARMLESS = re.compile(r"'[A-Za-z0-9_ .:%-]{0,40}'")  # codes, days and patterns; whatever else may be somebody's name
QUOTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class SqlDoor:
    """The door for SQL of one project; `folder` keeps its log."""

    warehouse: DuckWarehouse
    folder: Path
    models: Sequence[Model]

    def readable(self) -> list[Readable]:
        """Every table it leads to: the published ones that are built."""
        built = set(self.warehouse.tables("mart"))
        found = []
        for model in self.models:
            if model.is_published and model.name in built:
                told = {one.name: one.meaning for one in model.columns}
                columns = self.warehouse.columns(f"mart.{model.name}")
                listed = tuple((name, kind, told.get(name, "")) for name, kind in columns.items())
                found.append(Readable(model.name, model.grain, listed))
        return sorted(found, key=lambda one: one.name)

    def history(self, by: str) -> list[Tried]:
        """What this person ran lately, newest first, each statement once."""
        try:
            with (self.folder / LOG).open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - LOOKED_BACK))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return []
        found = dict[str, Tried]()
        for line in reversed(lines):
            try:
                said = json.loads(line)
                if said["by"] == by and len(found) < SHOWN_BACK:
                    at = datetime.fromisoformat(said["at"])
                    found.setdefault(said["sql"], Tried(at, said["sql"], said["outcome"], said["rows"], said["ms"]))
            except (ValueError, KeyError, TypeError):  # the first one may be cut off
                continue
        return list(found.values())

    def ask(
        self, statement: str, *, by: str, seconds: float = SECONDS, rows: int = MOST_ROWS, offset: int = 0
    ) -> Looked:
        """The rows of one SELECT; whatever comes of it, it is written down who asked what."""
        started, outcome, count = time.perf_counter(), "", 0
        try:
            if not (0 < seconds <= MOST_SECONDS and 0 < rows <= MOST_ROWS and offset >= 0):
                raise Misused(
                    Text(
                        f"时限 1 到 {MOST_SECONDS:g} 秒，最多 {MOST_ROWS} 行",
                        f"1 to {MOST_SECONDS:g} seconds and at most {MOST_ROWS} rows",
                    )
                )
            safe = checked(statement, self._tables(), self._functions())
            table = self._looked(safe, statement, rows + 1, seconds, offset)
            outcome, count = "ok", min(table.num_rows, rows)
            return Looked(table.slice(0, rows), table.num_rows > rows, _since(started))
        except LinshuError as error:
            outcome = f"{type(error).__name__}: {error.what.en}"
            raise
        finally:
            self._note(statement, by or HERE, outcome or "failed", count, _since(started))

    def _looked(self, safe: str, statement: str, rows: int, seconds: float, offset: int) -> pa.Table:
        try:
            return self.warehouse.look(safe, rows=rows, seconds=seconds, offset=offset)
        except SqlMistake:
            raise
        except Misused as error:
            raise _placed(error, statement) from error

    def _tables(self) -> set[str]:
        """The published tables; what lies before them is nobody's contract."""
        return {name.lower() for name in self.warehouse.tables("mart") if name.startswith(("dim_", "fct_"))}

    def _functions(self) -> set[str]:
        """The names of the functions that calculate, as the store knows them."""
        found = self.warehouse.query(
            "SELECT DISTINCT lower(function_name) AS name FROM duckdb_functions()"
            " WHERE function_type IN ('scalar', 'aggregate')"
        )
        return set(found["name"].to_pylist())

    def _note(self, statement: str, by: str, outcome: str, rows: int, ms: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "by": by, "sql": masked(statement),
            "outcome": masked(outcome), "rows": rows, "ms": ms,
        }  # fmt: skip
        handler = RotatingFileHandler(self.folder / LOG, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8")
        try:
            text = json.dumps(line, ensure_ascii=False)
            handler.handle(logging.LogRecord("linshu.sql", logging.INFO, "", 0, text, None, None))
        finally:
            handler.close()


def masked(statement: str) -> str:
    """A statement as it may be kept: texts in it that could be somebody's name, number or address are blotted out."""
    blotted = LITERAL.sub(lambda found: found[0] if HARMLESS.fullmatch(found[0]) else "'***'", statement)
    return mask_text(re.sub(r"--[^\n]*|/\*.*?\*/", "", blotted, flags=re.DOTALL))


def _placed(error: Misused, statement: str) -> SqlMistake:
    """The store's complaint with the place of the name it complains of; what ran was written anew, its lines are not these."""
    named = QUOTED.search(error.what.zh)
    found = re.search(rf"\b{re.escape(named[1])}\b", statement, re.IGNORECASE) if named else None
    if found is None:
        return SqlMistake(error.what, where=Text("", ""), mend=error.mend)
    line, column = statement.count("\n", 0, found.start()) + 1, found.start() - statement.rfind("\n", 0, found.start())
    where = Text(f"第 {line} 行第 {column} 列", f"line {line}, column {column}")
    return SqlMistake(error.what, where=where, mend=error.mend, line=line, column=column)


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
