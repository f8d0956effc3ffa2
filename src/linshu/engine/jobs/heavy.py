"""Heavy work in a process of its own: its inputs and its result lie between the two as Parquet files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.jobs.declare import Heavy
    from linshu.engine.jobs.run import Run

POLL_SECONDS = 0.1
INPUT, OUTPUT, ASKED = "in", "out", "asked.json"


def do(heavy: Heavy, run: Run, scratch: Path) -> dict[str, Any] | None:
    """Write the inputs, let the process work, take its tables in; its folder goes in the end."""
    folder = scratch / run.job_id
    shutil.rmtree(folder, ignore_errors=True)  # what an attempt before left behind
    (folder / OUTPUT).mkdir(parents=True)
    try:
        given = heavy.inputs(run)
        if given is None:
            return None
        write_tables(folder / INPUT, given)
        asked = {"work": heavy.work, "input": dict(run.input), "day": run.day and run.day.isoformat()}
        (folder / ASKED).write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
        _process(run, folder)
        return heavy.take_in(run, read_tables(folder / OUTPUT))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _process(run: Run, folder: Path) -> None:
    """Run the process to its end; killed when the job is to end."""
    words = [sys.executable, "-m", "linshu.engine.jobs.heavy_process", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        assert process.stderr is not None
        errors: list[str] = []
        said: list[str] = []
        readers = [
            threading.Thread(target=said.extend, args=(process.stdout,), daemon=True),
            threading.Thread(target=errors.extend, args=(process.stderr,), daemon=True),
        ]
        for reader in readers:
            reader.start()
        try:
            while process.poll() is None:
                run.asked.wait(POLL_SECONDS)
                run.check()
                while said:
                    _tell(run, said.pop(0))
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            for reader in readers:
                reader.join()
    if process.returncode != 0:
        last = errors[-1].strip()[:500] if errors else str(process.returncode)
        raise Invalid(Text(f"计算进程失败：{last}", f"the worker process failed: {last}"))


def _tell(run: Run, line: str) -> None:
    try:
        fraction, zh, en = json.loads(line)
    except ValueError:
        return  # what the work printed is not for us
    run.progress(float(fraction), Text(str(zh), str(en)))


def write_tables(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """The tables as one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")


def read_tables(folder: Path) -> dict[str, pa.Table]:
    """The tables of a folder by their names."""
    return {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}
