"""What every test relies on: the same examples on every run; a longer nightly search by HYPOTHESIS_PROFILE=nightly."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("ci", derandomize=True, deadline=None, database=None, max_examples=100)
settings.register_profile("nightly", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-goldens` writes what is found instead of comparing with it; read the difference before committing."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/goldens with what the tests find")


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compares a text with the file `tests/goldens/NAME`."""

    def compare(name: str, found: str) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found, encoding="utf-8")
        assert path.exists(), f"{path} is missing: run with --update-goldens and read what it writes"
        assert found == path.read_text(encoding="utf-8")

    return compare


def postgres_programs() -> Path | None:
    """The folder with initdb and pg_ctl, newest server first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A throw-away PostgreSQL, where its programs are installed."""
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
