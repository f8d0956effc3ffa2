"""A server stays small, and what it left out is still there for whoever needs it."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
import sys
import pyarrow as pa
from linshu.app.lean import stay_small

stay_small()
made = pa.table({"a": pa.array([1, 2]), "b": ["x", None]})
print("pandas" in sys.modules)
frame = made.to_pandas()
print(pa.Table.from_pandas(frame).equals(made.replace_schema_metadata()), pa.array(frame["a"]).type)
"""


def test_pandas_is_left_out_until_somebody_wants_a_frame():
    told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", "True", "int64"]
