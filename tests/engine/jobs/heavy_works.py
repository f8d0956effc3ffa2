"""Heavy work for the tests, in a file that needs little: each process that does it reads it first."""

from __future__ import annotations

import threading

import pyarrow as pa

from linshu.kernel.text import Text


def works(tables, given, tell):
    """Heavy work: doubles the figures of a table."""
    tell(0.5, Text("一半", "half"))
    rows = tables["sales"]["fen"].to_pylist()
    return {"doubled": pa.table({"fen": [2 * fen + given["more"] for fen in rows]})}


def opens_the_warehouse(_tables, _given, _tell):
    import duckdb

    duckdb.connect()


def never_ends(_tables, _given, tell):
    tell(0.1, Text("开始", "begun"))
    threading.Event().wait()
