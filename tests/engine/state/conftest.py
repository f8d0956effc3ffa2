"""Databases for the state tests: a SQLite file, and a throw-away PostgreSQL where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


def postgres_programs() -> Path | None:
    """The folder with initdb and pg_ctl, newest server first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs on this machine")
    pytest.importorskip("psycopg")
    folder = tmp_path_factory.mktemp("postgres")
    as_other: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        for parent in list(folder.parents)[:3]:
            parent.chmod(parent.stat().st_mode | 0o055)
        as_other = ["runuser", "-u", "postgres", "--"]

    def run(*words: str, check: bool = True) -> None:
        subprocess.run([*as_other, *words], check=check, capture_output=True, cwd="/")

    run(str(programs / "initdb"), "-D", str(folder / "data"), "-U", "linshu", "-A", "trust", "-E", "UTF8")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    control = (str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w")
    run(*control, "-o", options, "-l", str(folder / "log"), "start")
    yield f"postgresql://linshu@/postgres?host={folder}"
    # Another run of the tests may have swept the folder away already, and the server with it.
    run(*control, "-m", "immediate", "stop", check=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same tests on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))
