"""The one form of every benchmark: its options, how a pair is timed fairly, and the report it prints.

A benchmark is a module with `NAME` and a function `measure(options) -> Report`, ended by

    if __name__ == "__main__":
        main(NAME, measure)

Missing a goal is a result, not a failure: the exit code is 0 unless the benchmark itself broke.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LIBRARIES = ("linshu", "duckdb", "pyarrow", "sqlglot")


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask of any benchmark."""

    data: Path | None = None  # data of the benchmark's documented form; None means its own
    seconds: float = 10.0  # how long each measure may take
    quick: bool = False  # the smallest data and one repetition: shows the shape, says nothing about speed
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """What a measure has to reach: `Goal("ratio", "<=", 1.10)` or `Goal("ours", ">=", 5000)`."""

    of: Literal["ours", "ratio"]
    sign: Literal["<=", ">="]
    limit: float

    def met(self, row: Row) -> bool | None:
        """Whether the row reaches it; None when there is nothing to compare with."""
        value = row.ours if self.of == "ours" else row.ratio
        if value is None:
            return None
        return value <= self.limit if self.sign == "<=" else value >= self.limit

    def __str__(self) -> str:
        return f"{self.of} {self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: ours, the baseline of the same run in the same unit (None when there is none), and the goal."""

    measure: str
    ours: float
    baseline: float | None
    unit: str
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the baseline."""
        return self.ours / self.baseline if self.baseline else None

    @property
    def ok(self) -> bool | None:
        """Whether the goal is met; None without one."""
        return self.goal.met(self) if self.goal else None

    def as_dict(self) -> dict[str, Any]:
        """The row as it is printed, with exactly the seven published keys."""
        return {
            "measure": self.measure,
            "ours": _rounded(self.ours),
            "baseline": _rounded(self.baseline),
            "ratio": _rounded(self.ratio),
            "unit": self.unit,
            "goal": str(self.goal) if self.goal else None,
            "ok": self.ok,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a benchmark found; `detail` holds the sizes and settings a reader needs to judge it."""

    rows: tuple[Row, ...]
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things timed in turns: the seconds of every run, in order."""

    ours: tuple[float, ...]
    baseline: tuple[float, ...]

    def row(self, measure: str, goal: Goal | None = None, *, unit: Literal["s", "ms"] = "s") -> Row:
        """The medians as a row."""
        scale = 1000 if unit == "ms" else 1
        return Row(measure, statistics.median(self.ours) * scale, statistics.median(self.baseline) * scale, unit, goal)

    def spread(self) -> dict[str, Any]:
        """For `detail`: how many pairs, and the lowest and highest ratio among them."""
        ratios = [ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True)]
        return {"pairs": len(ratios), "lowest_ratio": _rounded(min(ratios)), "highest_ratio": _rounded(max(ratios))}


def interleaved(
    ours: Callable[[], object], baseline: Callable[[], object], options: Options, *, at_least: int = 3
) -> Pair:
    """Time both in turns, ours first and baseline first alternately, after one untimed run of each.

    Whatever else the machine does then falls on both alike. Repeats until the seconds are used up, at least so often;
    once with `--quick`.
    """
    ours()
    baseline()
    times: tuple[list[float], list[float]] = ([], [])
    for turn in _turns(options, at_least):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        for which in order:
            times[which].append(seconds_of((ours, baseline)[which]))
    return Pair(tuple(times[0]), tuple(times[1]))


def repeated(work: Callable[[], object], options: Options, *, at_least: int = 3) -> tuple[float, ...]:
    """The seconds of each run of something that has no baseline, after one untimed run."""
    work()
    return tuple(seconds_of(work) for _ in _turns(options, at_least))


def seconds_of(work: Callable[[], object]) -> float:
    """How long one run takes; garbage of earlier runs is collected before, not during."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, such as 0.95; linear between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def parse(name: str, argv: Sequence[str] | None = None) -> Options:
    """The options of the command line, the same for every benchmark."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--data", type=Path, help="data of the documented form, instead of the benchmark's own")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each measure may take (default 10)")
    parser.add_argument("--quick", action="store_true", help="smallest data, one repetition: only the shape counts")
    parser.add_argument("--json", dest="as_json", action="store_true", help="print one JSON object")
    found = parser.parse_args(argv)
    if found.seconds <= 0:
        parser.error("--seconds must be above 0")
    if found.data is not None and not found.data.exists():
        parser.error(f"there is nothing at {found.data}")
    return Options(found.data, found.seconds, found.quick, found.as_json)


def as_dict(name: str, report: Report, options: Options) -> dict[str, Any]:
    """The published form: the benchmark's name, its rows, and the detail with the machine it ran on."""
    return {
        "benchmark": name,
        "rows": [row.as_dict() for row in report.rows],
        "detail": {"quick": options.quick, "seconds": options.seconds, **report.detail, "machine": machine()},
    }


def machine() -> dict[str, Any]:
    """What it ran on: cores this process may use, Python and library versions."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {library: _version(library) for library in LIBRARIES},
    }


def main(name: str, measure: Callable[[Options], Report], argv: Sequence[str] | None = None) -> None:
    """Run a benchmark as a command: JSON alone on standard output with --json, otherwise a table."""
    options = parse(name, argv)
    show(name, measure(options), options)


def show(name: str, report: Report, options: Options) -> None:
    """Print a report as `main` does; for benchmarks with options of their own."""
    if options.as_json:
        json.dump(as_dict(name, report, options), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
        return
    table = Table(title=f"{name}{' (quick: only the shape counts)' if options.quick else ''}")
    for heading in ("measure", "ours", "baseline", "ratio", "unit", "goal", "ok"):
        table.add_column(heading, justify="right" if heading in {"ours", "baseline", "ratio"} else "left")
    for row in report.rows:
        table.add_row(*(_shown(value) for value in row.as_dict().values()))
    Console().print(table)


def _turns(options: Options, at_least: int) -> Iterator[int]:
    if options.quick:
        yield 0
        return
    end, turn = time.perf_counter() + options.seconds, 0
    while turn < at_least or time.perf_counter() < end:
        yield turn
        turn += 1


def _rounded(value: float | None) -> float | None:
    """Six significant digits: enough to compare, short enough to read."""
    return None if value is None else float(f"{value:.6g}")


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
