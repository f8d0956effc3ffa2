"""An import needs no more memory than it is given, and tells how far it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
SCRIPT = """
import csv, resource, sys
from pathlib import Path
from linshu.connectors.files import open_file
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.intake import Intake
from tests.engine.intake.files import GOOD, HEADER, mapping
from tests.engine.intake.standin import COMPANY, GlassVault
folder, rows, wide, encoding = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
source = ((f"M{at}", *GOOD[0][1:6], "", f"第 {at} 单" * wide, "1", "S1", "1", "", GOOD[0][-1]) for at in range(rows))
path = folder / "many.csv"
with path.open("w", encoding=encoding, newline="") as file:
    csv.writer(file).writerows([HEADER, *source])
del source
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seen = []
warehouse = DuckWarehouse.open(folder / "w.duckdb", memory_limit="200MB", threads=1)
intake = Intake(folder / "landing", warehouse, GlassVault(), COMPANY, part_rows=10_000)
by = mapping()
receipt = intake.land_and_merge(open_file(path, by.file, watch=seen.append), by, watch=seen.append)
assert receipt.good == rows, receipt
assert [each.phase for each in seen if each.fraction == 1.0][-1] == "merge"
assert {each.phase for each in seen} == {"hash", "land", "merge"}
assert all(0 <= each.fraction <= 1 for each in seen)
assert any(each.seconds_left for each in seen)
assert max(each.rows for each in seen if each.phase == "land") == rows
print(f"grown {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before}")
"""
ROWS = 120_000
MOST_GROWTH = 420_000  # kB, with DuckDB's 200 MB, one part in Arrow and its Parquet


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "wide", "encoding", "size"),
    [(ROWS, 9, "utf-8", 10_000_000), (60_000, 100, "gb18030", 60_000_000)],
    ids=["many rows", "60 MB in GB18030"],
)
def test_memory_is_bounded_by_the_part_not_by_the_file(
    tmp_path: Path, rows: int, wide: int, encoding: str, size: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(rows), str(wide), encoding],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    grown = re.search(r"grown (\d+)", done.stdout)
    assert grown is not None
    assert int(grown[1]) < MOST_GROWTH
    assert (tmp_path / "many.csv").stat().st_size > size
