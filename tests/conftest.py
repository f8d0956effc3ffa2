"""What every test relies on: the same examples on every run; a longer nightly search by HYPOTHESIS_PROFILE=nightly."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.states import Lender

    from linshu.app.project import Project

settings.register_profile("ci", derandomize=True, deadline=None, database=None, max_examples=50)
settings.register_profile("nightly", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

SHARING = ("tests/twin/", "tests/domains/insight/")  # folders whose tests share a company that takes long to make
GOLDENS = Path(__file__).parent / "goldens"
KINDS = ("sqlite", "postgresql")  # of state databases


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-goldens` writes what is found instead of comparing with it; read the difference before committing."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/goldens with what the tests find")
    parser.addoption("--state", choices=KINDS, default="sqlite", help="where tests keep the state, unless they say it")


def pytest_configure(config: pytest.Config) -> None:
    """A run on PostgreSQL without PostgreSQL would skip everything, and seem to have passed."""
    if config.getoption("state") == "postgresql" and postgres_programs() is None:
        raise pytest.UsageError("--state postgresql needs PostgreSQL's programs: apt-get install postgresql")


class Together(LoadFileScheduling):
    """Files one by one to whoever is free; those that share a company that takes long to make go to the same worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in SHARING if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """The order above, wherever files are handed out whole."""
    return Together(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser come first, then those with slow tests: nobody waits for one long file at the end."""
    rank: dict[Path, int] = {}
    for item in items:
        mine = 0 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("slow") else 2
        rank[item.path] = min(mine, rank.get(item.path, mine))
    items.sort(key=lambda item: rank[item.path])


def pytest_collection() -> None:
    """To read all tests makes some 860 thousand things that stay to the end: nobody need look for garbage among them."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what is made from here on."""
    gc.freeze()
    gc.enable()


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
def postgres_url() -> Iterator[str]:
    """A throw-away PostgreSQL, where its programs are installed; started when the first test asks for it."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs on this machine")
    pytest.importorskip("psycopg")
    # Not among pytest's own folders: the next run of pytest shuts those to everybody else, the server's user included.
    with tempfile.TemporaryDirectory(prefix="linshu-postgres-") as made:
        folder, as_other = Path(made), list[str]()
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres")
            as_other = ["/usr/sbin/runuser", "-u", "postgres", "--"]  # not on everybody's PATH

        def run(*words: str) -> None:
            subprocess.run([*as_other, *words], check=True, capture_output=True, cwd="/")

        run(str(programs / "initdb"), "-D", str(folder / "data"), "-U", "linshu", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off"
        control = (str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w")
        run(*control, "-o", options, "-l", str(folder / "log"), "start")
        yield f"postgresql://linshu@/postgres?host={folder}"
        run(*control, "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Iterator[Callable[[str], AbstractContextManager[str]]]:
    """Lends databases on the throw-away server: copies of `ready`, which has every table of the state, or of `template1`."""
    import psycopg
    from sqlalchemy import make_url

    from linshu.engine.state import State

    def address(name: str) -> str:
        return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)

    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE ready")
        State.open(address("ready")).close()
        names = (f"test_{number}" for number in count())

        @contextmanager
        def lend(template: str) -> Iterator[str]:
            name = next(names)
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # quicker, needs 15
            yield address(name)
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")

        yield lend


@pytest.fixture(scope="session")
def lender(postgres_databases: Callable[[str], AbstractContextManager[str]]) -> Lender:
    """Lends each project and each path a database on the throw-away server."""
    from tests.states import Lender

    return Lender(postgres_databases)


@pytest.fixture(scope="session", autouse=True)
def _kept_where_told(request: pytest.FixtureRequest) -> Iterator[None]:
    """The state of every project, and of every path, is where `--state` says; a new file begins as a copy of the ready one."""
    from tests import states

    with ExitStack() as stack:
        if request.config.getoption("state") == "postgresql":
            stack.enter_context(request.getfixturevalue("lender").everywhere())
        stack.enter_context(states.begun_ready(lambda: request.getfixturevalue("ready_file")))
        yield


@pytest.fixture(autouse=True)
def _taken_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """What was lent within the folder of one test goes with it."""
    if request.config.getoption("state") == "sqlite" or "tmp_path" not in request.fixturenames:
        yield
        return
    lender, folder = request.getfixturevalue("lender"), request.getfixturevalue("tmp_path")
    yield
    lender.take_back(folder)


@pytest.fixture
def fresh_state(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a state begins: "" = in its project's folder; on PostgreSQL in an empty database, at this address."""
    if request.config.getoption("state") == "sqlite":
        yield ""
    else:
        with request.getfixturevalue("postgres_databases")("template1") as url:
            yield url


@pytest.fixture(scope="session")
def copied(request: pytest.FixtureRequest) -> Callable[[Path, Path], Project]:
    """Copies a project with its state, wherever that is."""
    from tests import states

    return lambda source, to: states.copied(source, to, lambda: request.getfixturevalue("lender"))


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table of the state, to be copied: to make them anew costs more than most tests."""
    from linshu.engine.state import State

    file = tmp_path_factory.mktemp("ready") / "state.sqlite"
    file.touch()  # one that is not there would begin as a copy of this
    State.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=KINDS)
def state_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives a state database whenever it is called: the same tests on SQLite and PostgreSQL."""
    with ExitStack() as stack:
        names = count()

        def another() -> str:
            if request.param == "postgresql":
                return stack.enter_context(request.getfixturevalue("postgres_databases")("ready"))
            file = tmp_path / f"state-{next(names)}.sqlite"
            shutil.copy(request.getfixturevalue("ready_file"), file)
            return f"sqlite:///{file}"

        yield another


@pytest.fixture
def state_url(state_urls: Callable[[], str]) -> str:
    """A state database of the test's own, to open, of either kind."""
    return state_urls()


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it, of either kind."""
    if request.param == "sqlite":
        (tmp_path / "empty.sqlite").touch()  # what is there is brought up to date by the migrations, not by a copy
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        with request.getfixturevalue("postgres_databases")("template1") as url:
            yield url
