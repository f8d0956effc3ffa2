"""What every analytical store must offer: queries to Arrow, transactions, tables built beside the old ones, a data version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    import pyarrow as pa

    Params = Sequence[object] | Mapping[str, object]

Value = TypeVar("Value")

STANDARD_SCHEMA = "std"  # the tables of the data standard, exactly as declared
MODEL_SCHEMA = "mart"  # stg_, dim_, fct_
META_SCHEMA = "meta"  # landing registry, quarantine, models, versions
ROLLUP_SCHEMA = "roll"  # facts added up beforehand, day by day
SCHEMAS = (STANDARD_SCHEMA, MODEL_SCHEMA, META_SCHEMA, ROLLUP_SCHEMA)


class Session(Protocol):
    """One transaction's view of the store: it sees its own changes, others see them after the commit."""

    def query(self, sql: str, params: Params = ()) -> pa.Table:
        """The rows of a SELECT; sums come back as int64, a sum that does not fit is refused."""
        ...

    def ask(self, sql: str, params: Params = ()) -> pa.Table:
        """The same for a SELECT that is asked again and again with other values, and whose answer is small."""
        ...

    def version(self) -> int:
        """The version of the data that this transaction sees, which may be older than the newest."""
        ...

    def execute(self, sql: str, params: Params = ()) -> int:
        """Run a statement; the number of rows it changed, 0 where the statement counts none."""
        ...

    def register(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Let the statements of this transaction read `rows` under `name`, without a copy."""
        ...

    def unregister(self, name: str) -> None:
        """Forget a registered name before the transaction ends."""
        ...

    def build(self, name: str, select: str, *further: str, view: bool = False) -> int:
        """Put the result of a SELECT in the place of table `name` (schema.name); its rows, 0 for a view.

        With further ones the rows of all, one after the other, so that no statement has to hold all of them in memory.
        """
        ...


class Warehouse(Protocol):
    """An analytical store owned by this process; safe to use from many threads."""

    @property
    def data_version(self) -> int:
        """A number that grows with every committed change of data; results are cached under it."""
        ...

    def query(self, sql: str, params: Params = ()) -> pa.Table:
        """The rows of a SELECT as of now; see `Session.query`."""
        ...

    def execute(self, sql: str, params: Params = ()) -> int:
        """Run one statement in a transaction of its own; see `Session.execute`."""
        ...

    def transaction(self, *, exclusive: bool = True) -> AbstractContextManager[Session]:
        """All or nothing. Exclusive ones queue up; a long build runs beside them and queues only to commit."""
        ...

    def snapshot(self) -> AbstractContextManager[Session]:
        """Several queries on the data as it is at the first of them; nothing can be changed."""
        ...

    def glance(self, work: Callable[[Session, int], Value]) -> Value:
        """A few queries on one state of the data, whose version `work` is told; it may be called twice."""
        ...

    def bulk(self) -> AbstractContextManager[None]:
        """For many large transactions in a row: what a store does after each of them, it does once at the end."""
        ...

    def tables(self, schema: str) -> tuple[str, ...]:
        """The names of the tables and views in a schema, sorted."""
        ...

    def columns(self, table: str) -> dict[str, str]:
        """Column name to type of `schema.table`, in stored order; empty when there is no such table."""
        ...

    def close(self) -> None:
        """Let go of the store, so that another process can open it."""
        ...
