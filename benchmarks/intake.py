"""The memory an import holds, for files of any size: the peak of a process that brings in a CSV, and one a quarter as large.

`python -m benchmarks.intake --bytes 5e9` writes the files as a stream, one after the other, in UTF-8 and in GB18030, imports
each in a process of its own, and deletes it. The peak must not grow with the file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.importing import BYTES_OF_ORDER, HEADER, _write
from benchmarks.report import Goal, Options, Report, Row, show

NAME = "intake"
MOST_GROWTH = 1.25  # of the peak, for four times the file
QUARTERS = 4
LIMIT = "400MB"  # of DuckDB, which takes what it is given
PEAK = """
import resource, sys
from pathlib import Path
from benchmarks import importing
with importing._intake(Path(sys.argv[1]), memory_limit=sys.argv[3]) as intake:
    importing._import(intake, Path(sys.argv[2]), importing.MAPPING)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(folder: Path, size: int, encoding: str) -> float:
    """The most memory (MB) that the import of a file of about that many bytes held."""
    path = _write(folder / "orders.csv", HEADER, size // BYTES_OF_ORDER)
    if encoding != "utf-8":
        path = _written_anew(path, encoding)
    script = [sys.executable, "-c", PEAK, str(folder), str(path), LIMIT]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    path.unlink()
    return int(done.stdout.split()[-1]) / 1024  # a bar of progress may stand before it


def _written_anew(path: Path, encoding: str) -> Path:
    """The same file in another encoding, line by line."""
    other = path.with_suffix(f".{encoding}.csv")
    with path.open(encoding="utf-8", newline="") as read, other.open("w", encoding=encoding, newline="") as write:
        write.writelines(read)
    path.unlink()
    return other


def measure(size: int, encodings: list[str]) -> Report:
    """The peak for a file of `size` bytes beside that of a quarter of it."""
    rows = []
    with tempfile.TemporaryDirectory() as made:
        for encoding in encodings:
            small, large = (peak(Path(made), each, encoding) for each in (size // QUARTERS, size))
            goal = Goal("ratio", "<=", MOST_GROWTH)
            rows.append(Row(f"peak memory, {encoding}, four times the file", large, small, "MB", goal))
    return Report(tuple(rows), {"bytes": size})


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog=f"python -m benchmarks.{NAME}", description=__doc__)
    asked.add_argument("--bytes", type=float, default=400e6, help="of the larger file")
    asked.add_argument("--encoding", action="append", choices=("utf-8", "gb18030"))
    asked.add_argument("--json", action="store_true", dest="as_json")
    said = asked.parse_args()
    show(NAME, measure(int(said.bytes), said.encoding or ["utf-8", "gb18030"]), Options(as_json=said.as_json))
