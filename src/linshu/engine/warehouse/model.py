"""A model: one SQL file that makes one table, with the contract its readers rely on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: a SELECT that gives the rows breaking it; `blocking` ones keep the old table standing."""

    name: str
    failing: str
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Via:
    """A changed row of `source` touches the keys whose row in the first source has its value in `anchor`."""

    source: str  # a table of the standard, or a model
    column: str  # its column
    anchor: str  # the column of the same meaning in the first source


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the standard whose rows carry the key; `row` names its own key where a row may move to another key."""

    table: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Increment:
    """How to rebuild only what changed: which keys the rows landed since the last build touch."""

    key: tuple[str, ...]
    sources: tuple[Source, ...] = ()  # the first one has a row for every key
    via: tuple[Via, ...] = ()
    touched: str = ""  # a SELECT of further keys, in which `changed.x` holds the rows of table or model x that changed
    changed: tuple[str, ...] = ()  # the names it reads so
    narrow: tuple[str, ...] = ()  # what else the model reads only for the keys touched
    cut: str = ""  # of these the one whose keys tell where slices end, for a large model without sources

    @property
    def keys(self) -> str:
        """The key columns as SQL."""
        return ", ".join(self.key)


@dataclass(frozen=True, slots=True)
class Described:
    """What a column of a published table means; `unit` is empty for plain values."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Model:
    """One table of the warehouse: what a row is, who answers for it, the SELECT that makes it."""

    name: str
    domain: str
    place: str  # file, for messages
    grain: str
    key: tuple[str, ...]
    owner: str
    is_view: bool
    select: str
    first_line: int  # line of the file on which the SELECT begins
    reads: tuple[str, ...]  # what it reads: "std.orders", or the name of another model
    increment: Increment | None = None
    rules: tuple[Rule, ...] = ()
    columns: tuple[Described, ...] = ()
    late: str = ""  # what a late row does
    empty: str = ""  # what it means when the table has no rows

    @cached_property
    def fingerprint(self) -> str:
        """Changes when the SELECT or the way it is built changes, not with comments or checks."""
        told = repr((self.select, self.is_view, self.increment))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def is_published(self) -> bool:
        """Whether other domains may read it."""
        return self.name.startswith(("dim_", "fct_"))
