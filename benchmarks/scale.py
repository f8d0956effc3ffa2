"""Growth: the same company at 1, 10 and 100 million order lines, from its simulation to the answer of a question.

    python -m benchmarks.scale [--lines 1e6,1e7,1e8] [--work FOLDER] [--keep] [--memory 4GB] [--threads 2]
        [--slice-rows N] [--quick] [--json]

Each size is simulated (streamed) and landed, merged into the standard tables, built into the published tables, and asked
`scaling.questions`; each phase runs in a process of its own, so that peak memory is its own. Growth is told as the
exponent of processor time over order lines, which a busy machine distorts less than time on the clock; both are in the
detail. With `--work` a run that was stopped goes on where it was: phases that were measured are not measured again, and
the landing goes on with the chapter it was in. By default 1 and 10 million; 100 million lines need hours and some 80 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Goal, Options, Report, Row, quantile, show
from benchmarks.scaling.curve import exponent, steepest

NAME = "scale"
SCALES, QUICK = ("1000000", "10000000"), ("small",)  # a scale of the simulated company: order lines, or a name
PHASES = ("land", "merge", "models", "queries")
MOST_EXPONENT, MOST_MB, MOST_P95_MS, LEAST_GAIN = 1.05, 8 * 1024, 60.0, 10.0
ROLLED_LINES = 9_000_000  # the size at which the rollup path has its goals
SETTINGS = {"memory": "LINSHU_WAREHOUSE_MEMORY_LIMIT", "threads": "LINSHU_WAREHOUSE_THREADS"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sizes, where, and with how much of the machine."""

    scales: tuple[str, ...]
    work: Path
    keep: bool
    memory: str
    threads: str
    slice_rows: str = ""


def measure(wanted: Wanted) -> Report:
    """Take every size through every phase, and draw the curve."""
    found = [{phase: _measured(wanted, scale, phase) for phase in PHASES} for scale in wanted.scales]
    rows = [row for size in found for row in _of_size(size)]
    rows += _growth(found)
    return Report(tuple(rows), {"memory_limit": wanted.memory, "threads": wanted.threads, "sizes": found})


def _measured(wanted: Wanted, scale: str, phase: str) -> dict[str, Any]:
    """What a phase of a size took; measured now unless it was before."""
    folder = wanted.work / scale
    result = folder / f"{phase}.json"
    if not result.exists():
        here = Path(__file__).resolve().parents[1]
        # The keys of these companies are nobody's: they lie beside the data and go with it.
        own = {
            "XDG_CONFIG_HOME": str(wanted.work / "config"),
            **{SETTINGS[name]: getattr(wanted, name) for name in SETTINGS},
        }
        command = [sys.executable, "-m", "benchmarks.scaling.phases", phase, str(folder), scale, wanted.slice_rows]
        subprocess.run(command, check=True, cwd=here, env={**os.environ, **own})
        if phase == PHASES[-1] and not wanted.keep:
            shutil.rmtree(folder / "project")
    read: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return read


def _of_size(size: dict[str, Any]) -> list[Row]:
    """What one size took, phase by phase; the goal of memory holds for every one of them."""
    lines = size["merge"]["lines"]
    name = f"{lines / 1_000_000:.3g} M"
    rows = []
    for phase in PHASES:
        rows.append(Row(f"{name}: {phase}, processor", size[phase]["cpu_s"], None, "s"))
        rows.append(
            Row(f"{name}: {phase}, peak memory", size[phase]["peak_mb"], None, "MB", Goal("ours", "<=", MOST_MB))
        )
    ways = size["queries"]["questions"]
    raw, rolled = ways["raw"], ways.get("rollup", {})
    rows.append(Row(f"{name}: question, raw, p95", quantile([one["ms"] for one in raw.values()], 0.95), None, "ms"))
    if rolled:
        times = [one["ms"] for one in rolled.values()], [raw[each]["ms"] for each in rolled]
        goal = lines >= ROLLED_LINES
        rows.append(
            Row(f"{name}: question, rolled up, p95", quantile(times[0], 0.95), quantile(times[1], 0.95), "ms",
                Goal("ours", "<=", MOST_P95_MS) if goal else None)
        )  # fmt: skip
        rows.append(
            Row(f"{name}: processor of all questions, raw against rolled up", sum(raw[each]["cpu_ms"] for each in rolled),
                sum(one["cpu_ms"] for one in rolled.values()), "ms", Goal("ratio", ">=", LEAST_GAIN) if goal else None)
        )  # fmt: skip
    return rows


def _growth(found: list[dict[str, Any]]) -> list[Row]:
    """The exponents over all sizes; the steepest stretch beside the fit."""
    if len(found) < 2:
        return []
    lines = [size["merge"]["lines"] for size in found]
    costs = {phase: [size[phase]["cpu_s"] for size in found] for phase in PHASES[:3]}
    costs["questions"] = [sum(one["cpu_ms"] for one in size["queries"]["questions"]["raw"].values()) for size in found]
    costs["land, merge, models together"] = [sum(each) for each in zip(*(costs[p] for p in PHASES[:3]), strict=True)]
    made = []
    for name, cost in costs.items():
        made.append(Row(f"{name}: exponent", exponent(lines, cost), None, "", Goal("ours", "<=", MOST_EXPONENT)))
        made.append(Row(f"{name}: steepest stretch", steepest(lines, cost), None, ""))
    return made


def main(argv: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{NAME}")
    parser.add_argument("--lines", help="sizes in order lines, such as 1e6,1e7,1e8 (default 1e6,1e7)")
    parser.add_argument("--work", type=Path, help="a folder that stays, so that a stopped run goes on")
    parser.add_argument("--keep", action="store_true", help="keep the projects in the work folder, to look at them")
    parser.add_argument("--memory", default="4GB", help="what DuckDB may use; the process itself comes on top")
    parser.add_argument("--threads", default="2", help="threads DuckDB may use")
    parser.add_argument("--slice-rows", default="", help="build models by slices of so many rows; large = in one piece")
    parser.add_argument("--quick", action="store_true", help="one tiny size: only the shape counts")
    parser.add_argument("--json", dest="as_json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(argv)
    scales = QUICK if asked.quick else SCALES
    if asked.lines:
        scales = tuple(map(str, sorted(round(float(each)) for each in asked.lines.split(","))))
    with tempfile.TemporaryDirectory() as made:
        wanted = Wanted(scales, asked.work or Path(made), asked.keep, asked.memory, asked.threads, asked.slice_rows)
        report = measure(wanted)
    show(NAME, report, Options(quick=asked.quick, as_json=asked.as_json))


if __name__ == "__main__":
    main()
