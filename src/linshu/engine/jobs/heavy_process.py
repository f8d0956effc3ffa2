"""The process of heavy work: reads the tables it was given, does the work, writes its tables, and touches nothing else."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.engine.jobs.heavy import ASKED, INPUT, OUTPUT, read_tables, write_tables

if TYPE_CHECKING:
    from linshu.kernel.text import Text


def main(folder: Path) -> None:
    """Do what `asked.json` asks for."""
    os.nice(10)  # pages and events come first
    sys.modules["duckdb"] = None  # type: ignore[assignment] # the warehouse has one owner, and it is not this process
    asked = json.loads((folder / ASKED).read_text("utf-8"))
    module, _, name = asked["work"].partition(":")
    work = getattr(importlib.import_module(module), name)
    write_tables(folder / OUTPUT, work(read_tables(folder / INPUT), {**asked["input"], "day": asked["day"]}, tell))


def tell(fraction: float, words: Text) -> None:
    """Say how far the work is."""
    print(json.dumps([fraction, words.zh, words.en], ensure_ascii=False), flush=True)  # noqa: T201 - the owner reads it


if __name__ == "__main__":
    main(Path(sys.argv[1]))
