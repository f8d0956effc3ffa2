"""Servers in processes of their own: ours over a project, and the peer's page over a copy of the same tables."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parents[2]
ACCOUNT, WORDS = "bench", "three unrelated words"
PATIENCE = 120  # seconds a server may take to answer for the first time


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers, and the process it is."""

    url: str
    process: subprocess.Popen[bytes]

    def memory_mb(self, field: str = "VmRSS") -> float:
        """What the process holds now, or at most ever held (`VmHWM`)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """Processor time the process has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def made(folder: Path, scale: str) -> Path:
    """A simulated company of some size as a project."""
    place = folder / "project"
    _linshu("demo", "--scale", scale, "--no-serve", "--project", str(place))
    return place


def order_lines(project: Path) -> int:
    """How large the company is; asked before its server starts."""
    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as database:
        (lines,) = database.sql("SELECT count(*) FROM mart.fct_order_lines").fetchall()[0]
    return int(lines)


@contextlib.contextmanager
def ours(project: Path) -> Iterator[Served]:
    """`linshu serve` over a project, with an account to log in by."""
    with contextlib.suppress(subprocess.CalledProcessError):  # it is there already
        _linshu("user", "add", ACCOUNT, "--role", "admin", "--password", WORDS, "--project", str(project))
    port = _free_port()
    with _running(
        [sys.executable, "-m", "linshu.app.cli", "serve", "--project", str(project), "--port", str(port)],
        f"http://127.0.0.1:{port}", "/health",
    ) as served:  # fmt: skip
        yield served


@contextlib.contextmanager
def peer(python: Path, project: Path, folder: Path) -> Iterator[Served]:
    """The same page in Streamlit, run by an environment that has it, over a copy of the project's tables."""
    copy = folder / "peer.duckdb"
    shutil.copyfile(project / "data" / "warehouse.duckdb", copy)
    port = _free_port()
    options = ["--server.port", str(port), "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    script = str(Path(__file__).with_name("streamlit_page.py"))
    with _running(
        [str(python), "-m", "streamlit", "run", script, *options, "--", str(copy)],
        f"http://127.0.0.1:{port}", "/_stcore/health",
    ) as served:  # fmt: skip
        yield served


@contextlib.contextmanager
def _running(command: list[str], url: str, health: str) -> Iterator[Served]:
    process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_it_answers(url + health, process)
        yield Served(url, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server of {url} ended with {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def _linshu(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "linshu.app.cli", *words], cwd=HERE, check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ))  # fmt: skip


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
