"""A piece of SQL over a source's columns, as mappings build it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from linshu.engine.intake import numbers as n
from linshu.engine.intake import quoting as q


class Blamed(NamedTuple):
    """A part of an expression, for saying which of several cells a problem is about."""

    when: str  # SQL boolean: it cannot be read; "" = where the expression it is part of cannot
    column: str  # SQL of the name of the file's column it comes from
    said: str  # SQL of what stands there


@dataclass(frozen=True, slots=True)
class Expr:
    """A piece of SQL over the source's columns: a text, or an exact number."""

    sql: str
    columns: tuple[str, ...] = ()
    is_number: bool = False
    failed: str = ""  # SQL boolean: something was said, but it is not what the expression needs
    loose: str = "true"  # of numbers: SQL boolean, are all parts numbers, however many decimals they have
    over_rows: bool = False  # looks at other rows of the batch too
    blamed: tuple[Blamed, ...] = ()  # its parts, where a problem is one of some of them and not of all

    @property
    def guilty(self) -> tuple[Blamed, ...]:
        """The parts a problem of it may be one of: its own, or the one column it is read from."""
        if self.blamed or not self.failed or len(self.columns) != 1:
            return tuple(each if each.when else each._replace(when=self.failed or "false") for each in self.blamed)
        (column,) = self.columns
        return (Blamed(self.failed, q.text(column), q.name(column)),)

    @property
    def number(self) -> Expr:
        """The same as a number, in one piece of SQL; `Columns.number` works it out in steps."""
        if self.is_number:
            return self
        plain = n.cleaned(self.sql)
        return self.as_number(plain, n.exactly(plain))

    def as_number(self, plain: str, value: str) -> Expr:
        """The same as the number `value`, which is read from the cleaned text `plain`."""
        failed = any_of(self.failed, f"{self.sql} IS NOT NULL AND {value} IS NULL")
        return replace(self, sql=value, is_number=True, failed=failed, loose=n.is_number(plain))

    @property
    def text(self) -> str:
        """Its SQL as text."""
        return f"CAST({self.sql} AS VARCHAR)" if self.is_number else self.sql


def any_of(*conditions: str) -> str:
    """SQL that holds where one of the conditions does; "" when none is given."""
    given = [f"({each})" for each in conditions if each]
    return " OR ".join(given)
