"""Opens the state database: SQLite in the project folder by default, PostgreSQL by URL when configured."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DataError, OperationalError

from linshu.engine.state.recent import Recent
from linshu.kernel.errors import Conflict, Invalid, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from alembic.config import Config
    from sqlalchemy import Connection

Value = TypeVar("Value")
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 5_000  # so long a writer waits for the one before
WRITER = 0x11A5_0001  # the lock of PostgreSQL that a writer holds
TOO_LONG = "55P03"  # what PostgreSQL calls having waited so long

# WAL lets readers go on beside the one writer; FULL survives a power cut; trusted_schema=OFF runs no function a file brought along.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA trusted_schema=OFF",
)


@dataclass(frozen=True, slots=True)
class State:
    """The state database: `reading()` for a stable view, `writing()` for a change that either happens whole or not at all."""

    url: str
    reader: Engine
    writer: Engine
    recent: Recent = field(default_factory=Recent, compare=False, repr=False)

    @classmethod
    def open(cls, where: Path | str) -> State:
        """Opens a file path or a database URL and brings its tables up to date."""
        state = cls.connect(where)
        state.upgrade()
        return state

    @classmethod
    def connect(cls, where: Path | str) -> State:
        """Connects without touching the tables."""
        url = str(where) if "://" in str(where) else f"sqlite:///{Path(where)}"
        if url.startswith("sqlite"):
            return cls(url, _sqlite(url, "BEGIN"), _sqlite(url, "BEGIN IMMEDIATE"))
        if url.startswith("postgresql://"):
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        try:
            # One snapshot per reading transaction, and one writer at a time, as on SQLite.
            reader = create_engine(url, isolation_level="REPEATABLE READ", pool_pre_ping=True)
            writer = _one_writer(create_engine(url, pool_pre_ping=True))
        except ModuleNotFoundError as error:
            raise Unavailable(
                Text("缺少 PostgreSQL 驱动", "the PostgreSQL driver is not installed"),
                mend=Text("请安装：pip install 'linshu[postgres]'", "Install it: pip install 'linshu[postgres]'"),
            ) from error
        return cls(url, reader, writer)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; nothing written in it is kept."""
        with _plainly_refused(), self.reader.connect() as connection:
            yield connection

    def recall(self, key: Hashable, read: Callable[[Connection], Value]) -> Value:
        """What `read` found lately: for what every request asks again, such as who holds a log-in."""
        return self.recent.of(key, lambda: self._read(read))

    def _read(self, read: Callable[[Connection], Value]) -> Value:
        with self.reading() as connection:
            return read(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One change: committed when the block ends, undone when it raises.

        One writer at a time, from the beginning: what is read before it is written cannot change in between. On SQLite a
        transaction that takes the lock only when it writes would fail when another wrote meanwhile, and no time-out
        helps it; on PostgreSQL it would decide by what is no longer so.
        """
        try:
            with _plainly_refused(), self.writer.begin() as connection:
                yield connection
        except OperationalError as error:
            waited = getattr(error.orig, "sqlstate", None) == TOO_LONG or "locked" in str(error).lower()
            if not waited:
                raise
            raise Conflict(
                Text("状态数据库正忙", "the state database is busy"),
                where=Text(self.place, self.place),
                mend=Text("请稍后再试。", "Try again in a moment."),
            ) from error
        finally:
            self.recent.forget()

    @property
    def place(self) -> str:
        """Where the database is, without the password."""
        return self.writer.url.render_as_string(hide_password=True)

    def upgrade(self, revision: str = "head") -> None:
        """Applies the migrations that are missing; does nothing when there are none."""
        if revision == "head" and self.revision() == _known()[-1]:
            return
        from alembic import command  # noqa: PLC0415 - takes longer to load than a state to open, and as much memory

        with self.writing() as connection:
            command.upgrade(_config(connection), revision)

    def downgrade(self, revision: str) -> None:
        """Takes migrations back; "base" removes every table."""
        from alembic import command  # noqa: PLC0415 - as above

        with self.writing() as connection:
            command.downgrade(_config(connection), revision)

    def revision(self) -> str | None:
        """The migration the tables stand at; None for an empty database."""
        with self.reading() as connection:
            return self.revision_of(connection)

    @staticmethod
    def revision_of(connection: Connection) -> str | None:
        """The same as this connection sees it."""
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found

    @staticmethod
    def knows(revision: str) -> bool:
        """Whether there is such a migration; none of a later version is known."""
        return revision in _known()

    def close(self) -> None:
        """Lets go of every connection."""
        self.reader.dispose()
        self.writer.dispose()


@contextmanager
def _plainly_refused() -> Iterator[None]:
    """Says what PostgreSQL does not keep in a text, and SQLite does: the sign NUL; whoever sent it is told."""
    try:
        yield
    except DataError as error:
        if "NUL" not in str(error.orig):
            raise
        raise Invalid(
            Text("文字里有不可见的空字符", "a text holds the invisible sign NUL"),
            mend=Text("请去掉后再试。", "Take it out and try again."),
        ) from error


def _sqlite(url: str, begin: str) -> Engine:
    engine = create_engine(url)

    # The driver's own transactions are not repeatable; it is told to leave them alone, and each begins explicitly.
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (*PRAGMAS, f"PRAGMA busy_timeout={BUSY_MS}"):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _one_writer(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {BUSY_MS}")
        connection.commit()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")

    return engine


@cache
def _known() -> tuple[str, ...]:
    """The migrations there are, in their order: each file begins with its number. To read them costs more than all else."""
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def healthy(state: State) -> bool:
    """Whether the database answers."""
    with state.reading() as connection:
        return connection.execute(text("SELECT 1")).scalar() == 1
