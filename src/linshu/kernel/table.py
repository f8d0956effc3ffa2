"""How a table of the data standard is declared; schema, validation, templates, dictionary and masks derive from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linshu.kernel.text import Text


class Kind(StrEnum):
    """What a value is; the unit is part of the kind, so that a number is never without one."""

    TEXT = "text"
    INT = "int"  # a plain count
    FEN = "fen"  # money, integer hundredths of the project's currency
    QTY = "qty"  # integer in the SKU's base unit
    GRAM = "gram"
    CM3 = "cm3"
    METRE = "metre"
    SECOND = "second"
    PPM = "ppm"  # a rate, parts per million
    DEGREE = "degree"  # WGS-84 longitude or latitude, double
    BOOL = "bool"
    DATE = "date"  # a company day
    INSTANT = "instant"  # UTC
    JSON = "json"


class Privacy(StrEnum):
    """Who may read a column: masked by default from `personal`, encrypted at rest from `sensitive`."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of a column and its name."""

    value: str
    title: Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, meaning, kind, and what a value must satisfy."""

    name: str
    kind: Kind
    title: Text
    meaning: Text
    required: bool = False
    choices: tuple[Choice, ...] = ()
    references: str = ""  # "leader" or "leader.leader_id"; the key of another table
    minimum: int | float | None = None
    maximum: int | float | None = None
    privacy: Privacy = Privacy.INTERNAL
    # Sensitive columns: the column naming the person whose key seals the value ("" = the value itself). Other columns:
    # the one naming the person with whom the text goes.
    subject: str = ""
    in_turn: bool = False  # about whoever holds a place now: after an erasure somebody else may follow
    example: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over the columns of one row; `holds` is a DuckDB boolean expression, NULL counts as holding."""

    name: str
    holds: str
    message: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the standard: its subject, key, columns and rules."""

    name: str
    subject: str
    title: Text
    meaning: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()
    history: bool = False  # rows carry valid_from / valid_to and never overlap within `history_of`
    history_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in declared order, without the system columns."""
        return tuple(column.name for column in self.columns)


# Every stored row also carries these, after its own columns.
SYSTEM_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("source", Kind.TEXT),  # which system the row came from
    ("source_id", Kind.TEXT),  # its id there; (source, source_id) is unique
    ("updated_at", Kind.INSTANT),  # the newer version of a row wins
    ("deleted", Kind.BOOL),  # a tombstone: deleted in the source, kept here
    ("landing_id", Kind.TEXT),  # the landing batch that carried this version
    ("landing_row", Kind.INT),  # its row there, counted from 1
)
