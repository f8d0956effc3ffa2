"""The data standard as pages: every table and column, and an Excel template to fill in."""

from __future__ import annotations

import io
from functools import lru_cache, partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from linshu.domains.insight.standard.inputs import Standing, standing
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.pages import render
from linshu.engine.shell.search import Findable, Index, index
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text
from linshu.standard import TABLES, table
from linshu.standard.dictionary import SubjectEntry, TableEntry, entries
from linshu.standard.template import write_template

router = APIRouter(prefix="/standard", include_in_schema=False)
FOLDER = "domains/insight/standard"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def tables(request: Request, q: str = "") -> Response:
    """Every table by subject, found by name, title or column."""
    subjects = found(entries(viewer_of(request).language), q)
    count = sum(len(one.tables) for one in subjects)
    return render(
        request,
        f"{FOLDER}/page.html",
        subjects=subjects,
        asked=q,
        count=count,
        standing=_standing(request),
        counts=Unit.COUNT,
        local=shell_of(request).settings.day.local,
    )


def _standing(request: Request) -> dict[str, Standing]:
    """What stands in each table; not told within a row scope, which it would not be cut to."""
    shell = shell_of(request)
    if viewer_of(request).scope.restrictions():
        return {}
    return shell.parts.get(("standard standing",), shell.shop.data_version, partial(standing, shell.shop))


@router.get("/{name}")
def one_table(request: Request, name: str) -> Response:
    """One table: its columns with meaning, unit, allowed values, privacy, and its rules."""
    for subject in entries(viewer_of(request).language):
        for one in subject.tables:
            if one.name == name:
                return render(request, f"{FOLDER}/table.html", table=one, subject=subject)
    raise _no_table(name)


@router.get("/{name}/template.xlsx")
def template(name: str) -> Response:
    """An Excel template of the table: Chinese heads, examples, drop-downs."""
    if name not in {one.name for one in TABLES}:
        raise _no_table(name)
    memory = io.BytesIO()
    write_template((table(name),), memory, filled=True)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.xlsx')}"}
    return Response(memory.getvalue(), media_type=EXCEL, headers=headers)


def found(subjects: tuple[SubjectEntry, ...], asked: str) -> tuple[SubjectEntry, ...]:
    """The subjects with the tables that speak of every word typed; all of them when nothing was typed."""
    words = asked.casefold().split()
    sounding = {one.key for one in _sounds().find(asked, limit=1000)} if words else set()
    kept = (
        SubjectEntry(
            one.name, one.title, tuple(table for table in one.tables if table.name in sounding or _speaks(table, words))
        )
        for one in subjects
    )
    return tuple(one for one in kept if one.tables)


@lru_cache(maxsize=1)
def _sounds() -> Index:
    """Tables by their name and those of their columns, in Chinese, pinyin, initials and English."""
    return index(
        Findable(one.name, title)
        for one in TABLES
        for title in (one.title, *(column.title for column in one.columns))
    )  # fmt: skip


def _speaks(one: TableEntry, words: list[str]) -> bool:
    columns = " ".join(f"{column.name} {column.title}" for column in one.columns)
    text = f"{one.name} {one.title} {one.meaning} {columns}".casefold()
    return all(word in text for word in words)


def _no_table(name: str) -> Missing:
    return Missing(
        Text(f"数据标准里没有表 {name}", f"the data standard has no table {name}"),
        mend=nearest(name, [one.name for one in TABLES]),
    )
