"""Asking over HTTP: figures by the dictionary, tables, SQL."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from linshu.app.answer import Answer
from linshu.app.api.access import ASKS_SQL, EXPORTS, READS, SEES, WHOLE, shop_of
from linshu.app.sql_door import MOST_ROWS
from linshu.engine.shell.context import viewer_of
from linshu.engine.shell.door import MOST_SECONDS, SECONDS
from linshu.engine.shell.gate import anyone

if TYPE_CHECKING:
    from collections.abc import Iterator

ARROW = "application/vnd.apache.arrow.stream"
router = APIRouter(prefix="/api/v1", tags=["ask"])
HEALTH = Depends(anyone("says no more than that the server runs, and how new its data is"))


class Question(BaseModel):
    """Figures to compute: the same words as `linshu metric` and `shop.query`."""

    metrics: list[str] = Field(examples=[["gmv", "orders"]])
    by: list[str] = Field(default=[], examples=[["channel"]])
    start: str | None = Field(default=None, description="First company day, inclusive", examples=["2026-10-01"])
    end: str | None = Field(default=None, description="Last company day, inclusive")
    grain: str | None = Field(
        default=None, description="hour, day, week, month, quarter, year, fiscal_quarter or fiscal_year"
    )
    where: dict[str, Any] | list[str] | None = Field(default=None, examples=[["city=武汉"]])
    compare: str | None = Field(
        default=None, description="previous, last_week, last_month, last_year, last_year_aligned or target"
    )
    order: list[str] = Field(default=[], description="Result columns; a leading - for descending")
    limit: int | None = None
    as_of: str = Field(
        default="ordered",
        description="ordered: as it was at the order; now: as it is now; or a company day: as it was at its end",
    )
    fill: bool = False
    totals: bool = False
    cumulative: bool = Field(default=False, description="Each bucket from the first day on; needs a grain")
    moving: int | None = Field(default=None, description="Each bucket over so many days ending with its last")
    share: str | None = Field(default=None, description="total, or a dimension of `by`: adds <metric>_share")
    top: int | None = Field(default=None, description="The best groups of the last dimension, all others as one")
    pivot: str | None = Field(default=None, description="A dimension of `by`, or the grain, to turn into columns")


class FiguresQuestion(Question):
    """Figures, and how they are to be read."""

    explain: bool = Field(default=False, description="Also say which rollup or fact was read, the SQL, and the time")
    rollups: bool = Field(default=True, description="false: from the facts alone, to compare")


class RowsQuestion(Question):
    """Whose rows are wanted, page by page."""

    of: str = Field(default="", description="Which part of a formula")
    rows: int = Field(default=100, ge=1, le=10_000, description="Rows of a page")
    offset: int = Field(default=0, ge=0, le=10**9, description="Rows to skip")


class Group(FiguresQuestion):
    """A question, and the group of its answer to look into."""

    group: dict[str, str] = Field(
        description="Keys of the group as they stand in the answer", examples=[{"city": "R1"}]
    )


class Words(BaseModel):
    """Which metrics of the dictionary."""

    q: str = Field(default="", max_length=100, description="Words of a name or meaning, pinyin too; empty: all")


class Statement(BaseModel):
    """One SELECT over published tables."""

    statement: str
    seconds: float = Field(default=SECONDS, gt=0, le=MOST_SECONDS, description="How long it may take")
    rows: int = Field(default=MOST_ROWS, gt=0, le=MOST_ROWS, description="At most so many rows")


class Export(BaseModel):
    """What to write to a file."""

    what: str = Field(description="A table, or one SELECT over published tables", examples=["fct_orders"])
    format: Literal["parquet", "csv", "xlsx"] = Field(default="csv", examples=["xlsx"])


def answered(request: Request, answer: Answer) -> Response:
    """The answer in the form that was asked for: an Arrow stream or JSON."""
    if ARROW in request.headers.get("accept", ""):
        return Response(answer.to_arrow(), media_type=ARROW)
    return Response(answer.json(), media_type="application/json")


@router.get("/health", dependencies=[HEALTH])
def health(request: Request) -> dict[str, Any]:
    """Which project this server runs."""
    shop = shop_of(request)
    as_of = shop.as_of()
    return {
        "ok": True,
        "project": shop.project.settings.project.id,
        "data_version": shop.figures.data_version,
        "as_of": as_of.isoformat() if as_of else None,
    }


@router.post("/metrics/query", dependencies=[READS])
def query(request: Request, question: FiguresQuestion) -> Response:
    """Figures by the metric dictionary, one row per group, within the viewer's scope."""
    viewer = viewer_of(request)
    asked = question.model_dump()
    return answered(request, shop_of(request).query(**asked, scope=viewer.scope))


@router.post("/metrics/lineage", dependencies=[READS])
def lineage(request: Request, question: Question) -> Response:
    """Where figures come from: tables down to the standard, landing batches, SQL in every dialect."""
    viewer = viewer_of(request)
    return answered(request, shop_of(request).lineage(**question.model_dump(), scope=viewer.scope))


@router.post("/metrics/rows", dependencies=[READS])
def rows(request: Request, question: RowsQuestion) -> Response:
    """A page of the rows behind a figure of the whole period, within the viewer's scope, personal columns masked."""
    viewer = viewer_of(request)
    asked = question.model_dump()
    page = {"of": asked.pop("of"), "limit": asked.pop("rows"), "offset": asked.pop("offset")}
    asked.pop("limit", None)  # of groups; there are none here
    return answered(request, shop_of(request).rows(**asked, **page, scope=viewer.scope))


@router.post("/metrics/drill", dependencies=[READS])
def drill(request: Request, group: Group) -> Response:
    """One group of an answer, cut by the next finer level of its hierarchy, or of time; `meta.question` says how."""
    viewer = viewer_of(request)
    return answered(request, shop_of(request).drill(**group.model_dump(), scope=viewer.scope))


@router.get("/metrics", dependencies=[READS])
def metrics(request: Request, wanted: Annotated[Words, Query()]) -> Response:
    """The metric dictionary, or what of it the words find."""
    return answered(request, shop_of(request).metrics(wanted.q))


@router.get("/metrics/own", dependencies=[READS])
def own_metrics(request: Request) -> Response:
    """The company's own metrics, and everything wrong in their files."""
    return answered(request, shop_of(request).own_metrics())


@router.get("/dimensions", dependencies=[READS])
def dimensions(request: Request, of: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Everything figures can be cut by; `of` a metric: only what it can be cut by."""
    return answered(request, shop_of(request).dimensions(of))


@router.get("/tables", dependencies=[ASKS_SQL, WHOLE])
def tables(request: Request) -> Response:
    """Every table that can be read."""
    return answered(request, shop_of(request).tables())


@router.get("/tables/{name}", dependencies=[ASKS_SQL, WHOLE, EXPORTS])
def table(request: Request, name: str) -> Response:
    """All rows of a table, as an Arrow stream."""
    return StreamingResponse(_stream(shop_of(request).table(name)), media_type=ARROW)


@router.get("/rollups", dependencies=[ASKS_SQL, WHOLE])
def rollups(request: Request) -> Response:
    """What is added up beforehand: through which day, which days wait, how many rows beside those of the fact."""
    return answered(request, shop_of(request).rollups())


@router.get("/landed", dependencies=[SEES, WHOLE])
def landed(request: Request) -> Response:
    """The batches the warehouse holds."""
    return answered(request, Answer.of({"landing_id": one} for one in sorted(shop_of(request).landed())))


@router.get("/fingerprint", dependencies=[ASKS_SQL, WHOLE])
def fingerprint(request: Request) -> Response:
    """Rows and a checksum of every standard table, to compare copies by."""
    found = shop_of(request).fingerprint()
    rows = [{"table": name, "rows": one["rows"], "checksum": str(one["checksum"])} for name, one in found.items()]
    return answered(request, Answer.of(rows))


@router.post("/exports", dependencies=[ASKS_SQL, WHOLE, EXPORTS])
def exports(request: Request, wanted: Export) -> Response:
    """A table, or the rows of a SELECT, as a file: CSV, Excel or Parquet; formulas in cells are escaped."""
    shop = shop_of(request)
    folder = Path(tempfile.mkdtemp(prefix="export-"))
    name = wanted.what if wanted.what.isidentifier() else "query"
    file = folder / f"{name}.{wanted.format}"
    try:
        shop.export(wanted.what, file, wanted.format)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(file, filename=file.name, background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True))


@router.post("/sql", dependencies=[ASKS_SQL, WHOLE])
def sql(request: Request, asked: Statement) -> Response:
    """The rows of one SELECT over the published tables; never within a row scope, which it is not cut to."""
    viewer = viewer_of(request)
    by = "" if viewer.is_local else viewer.user.account
    return answered(request, shop_of(request).sql(asked.statement, seconds=asked.seconds, rows=asked.rows, by=by))


def _stream(batches: pa.RecordBatchReader) -> Iterator[bytes]:
    """The rows as an Arrow stream, sent batch by batch."""
    sink = _Chunks()
    with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


class _Chunks:
    """A file that keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.closed = False

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        """What was written since the last call."""
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def flush(self) -> None:
        """Nothing waits."""

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True
