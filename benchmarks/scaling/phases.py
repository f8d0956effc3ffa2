"""One phase of one size, in a process of its own: `python -m benchmarks.scaling.phases PHASE FOLDER SCALE [SLICE_ROWS]`.

Peak memory is then the phase's alone. What it measured goes to `FOLDER/PHASE.json`, at once or not at all.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.scaling.pieces import both_ways
from benchmarks.scaling.questions import QUESTIONS
from benchmarks.scaling.spill import Spill
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.engine.warehouse import slices
from linshu.twin.config import SOURCE, Config
from linshu.twin.history import chapters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import pyarrow as pa

    from benchmarks.scaling.questions import Question

UNTIL = datetime(2026, 11, 23, 2, tzinfo=UTC)  # the same company on every machine
CUT_OFF = "23:00"
TURNS = 5  # a question is asked so often; the first, which reads from disk, is told apart


def land(folder: Path, scale: str) -> dict[str, Any]:
    """Simulate, seal and write the landing, chapter by chapter; goes on after a kill."""
    config = Config(scale=scale, until=UNTIL, cut_off=CUT_OFF)
    spent = _Spent()
    place = folder / "project"
    if not (place / "linshu.toml").exists():
        Project.init(place, name="Scale", cut_off=CUT_OFF)
    with LocalShop.open(Project.open(place)) as shop:
        for chapter in chapters(config, keep=folder / "twin"):
            shop.bringing.intake.land(SOURCE, spent.on(chapter.rows), mark=chapter.mark)
            _say(f"land {chapter.done + chapter.share:.0%}")
    return {"rows": spent.rows, "simulating_cpu": spent.cpu, "bytes": _bytes(place / "data" / "landing")}


def merge(folder: Path, _: str) -> dict[str, Any]:
    """Judge the landed batches and merge them into the standard tables."""
    with _shop(folder) as shop:
        intake, took = shop.bringing.intake, []
        with shop.warehouse.bulk():
            for landing_id in sorted(each.name for each in (folder / "project" / "data" / "landing").iterdir()):
                began = time.process_time()
                receipt = intake.merge(landing_id)
                took.append({"rows": receipt.rows_in, "cpu": round(time.process_time() - began, 2), "bad": receipt.bad})
                _say(f"merge {took[-1]}")
            _say("merge: the log into the file")
        lines = shop.warehouse.query("SELECT count(*) AS lines FROM std.order_line")["lines"][0].as_py()
    return {"lines": lines, "batches": took, "bytes": _warehouse_bytes(folder)}


def models(folder: Path, _: str) -> dict[str, Any]:
    """Build every published table."""
    marks: list[tuple[str, float]] = []
    spill = Spill(folder / "project" / "data" / "tmp")

    def step(_: float, name: str) -> None:
        marks.append((name, time.process_time()))
        spill.on(name)

    with _shop(folder) as shop, spill:
        report = shop.build_models(full=True, watch=step)
        shop.warehouse.checkpoint()
    if not report.ok:
        raise RuntimeError([f"{one.name}: {one.reason.en}" for one in report.failed])
    cpu = {name: round(end - begin, 2) for (name, begin), (_, end) in pairwise(marks)}
    return {
        "cpu_by_model": {name: took for name, took in cpu.items() if took >= 0.1},
        "spilled_mb_by_model": {name: round(most, 1) for name, most in spill.most_mb.items() if most >= 1},
        "bytes": _warehouse_bytes(folder),
    }


def pieces(folder: Path, _: str) -> dict[str, Any]:
    """Build the largest models in one piece and by slices, to compare; the warehouse stays as it is."""
    with _shop(folder) as shop:
        return {"models": both_ways(shop.warehouse, shop.models(), folder / "project" / "data" / "tmp")}


def queries(folder: Path, _: str) -> dict[str, Any]:
    """Ask the twenty questions of the facts alone, then of the rollups too; never from a cache of answers."""
    last = UNTIL.date() - timedelta(days=1)
    with _shop(folder) as shop:
        shop.figures.dictionary().cache.size = 0
        raw = {one.name: _answered(shop, one, {**one.options(last), "rollups": False}) for one in QUESTIONS}
        served = {one.name: _answered(shop, one, one.options(last)) for one in QUESTIONS if _is_served(shop, one, last)}
    return {"questions": {"raw": raw, "rollup": served}}


PHASES: dict[str, Callable[[Path, str], dict[str, Any]]] = {
    "land": land, "merge": merge, "models": models, "pieces": pieces, "queries": queries,
}  # fmt: skip


def _is_served(shop: LocalShop, question: Question, last: date) -> bool:
    """Whether every fact of the question is answered from a rollup, but for the days it does not hold."""
    served = shop.figures.query(question.metrics, question.by, **question.options(last)).lineage.served
    return bool(served) and all(one.rollup for one in served)


def _answered(shop: LocalShop, question: Question, options: dict[str, Any]) -> dict[str, float]:
    times = [_asked(shop, question, options) for _ in range(TURNS)]
    return {
        "first_ms": round(times[0][0], 2),
        "ms": round(statistics.median(wall for wall, _ in times[1:]), 2),
        "cpu_ms": round(statistics.median(cpu for _, cpu in times[1:]), 2),
    }


def _asked(shop: LocalShop, question: Question, options: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds of time and of processor for one question."""
    wall, cpu = time.perf_counter(), time.process_time()
    shop.query(question.metrics, question.by, **options)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


class _Spent:
    """Counts the rows of the simulation and the processor seconds it takes itself, apart from what is done with them."""

    def __init__(self) -> None:
        self.rows = 0
        self.cpu = 0.0

    def on(self, rows: Iterator[tuple[str, pa.Table]]) -> Iterator[tuple[str, pa.Table]]:
        began = time.process_time()
        for name, table in rows:
            self.cpu += time.process_time() - began
            self.rows += table.num_rows
            yield name, table
            began = time.process_time()


def _shop(folder: Path) -> LocalShop:
    return LocalShop.open(Project.open(folder / "project"))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _warehouse_bytes(folder: Path) -> int:
    return (folder / "project" / "data" / "warehouse.duckdb").stat().st_size


def _peak_mb() -> float:
    """The most memory this process ever held; a new program does not inherit it from the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(held.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(words: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {words}\n")
    sys.stderr.flush()


def main(phase: str, folder: Path, scale: str, slice_rows: str = "") -> None:
    """Run a phase and keep what it measured."""
    folder.mkdir(parents=True, exist_ok=True)
    if slice_rows:
        slices.SLICE_ROWS = int(slice_rows)
    wall, cpu = time.perf_counter(), time.process_time()
    found = PHASES[phase](folder, scale)
    measured = {
        "wall_s": round(time.perf_counter() - wall, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "peak_mb": round(_peak_mb(), 1),
        **found,
    }
    part = folder / f"{phase}.part.json"
    part.write_text(json.dumps(measured, indent=1), "utf-8")
    part.replace(folder / f"{phase}.json")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
