"""The columns a source file has, as the expressions of a mapping name them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from linshu.engine.intake import numbers as n
from linshu.engine.intake import quoting as q
from linshu.engine.intake import written
from linshu.engine.intake.expr import Expr
from linshu.kernel.errors import nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.intake.markup import Node

_NO_WIDTH = r"\x{feff}\x{200b}-\x{200f}\x{2060}\x{ad}"
_BLANK = rf"[\s\x{{a0}}\x{{3000}}{_NO_WIDTH}]"
# What is wrapped around a text so that it stays one: blanks, tabs, ="...", an apostrophe or (in bills) a backtick in front.
_WRAPPED = rf"^[\s=''`\x{{a0}}\x{{3000}}{_NO_WIDTH}]|{_BLANK}$"


LONG = 80  # characters of SQL
TOKEN = "#token"  # noqa: S105 - after the name of a column: the one that stands for it where it cannot be read
STEP = re.compile(r'"(linshu\.step \d+)"')


class Columns:
    """The known columns of a source, or any when the file has not been seen yet.

    With them what was told beside the file, and the columns that come about when one cell becomes several rows.
    """

    def __init__(
        self,
        known: Iterable[str] | None = None,
        rounded: Iterable[str] = (),
        *,
        told: Mapping[str, str] | None = None,
        written: Mapping[str, str] | None = None,
        pieces: Mapping[str, Expr] | None = None,
        steps: list[tuple[str, str]] | None = None,
    ) -> None:
        """`rounded` are those whose long numbers a spreadsheet has rounded, `written` those written in a form of their own.

        `steps` collects what is to be worked out once before single columns are read: (its name, its SQL).
        """
        self._known = None if known is None else frozenset(known)
        self.rounded = frozenset(rounded)
        self.told = told or {}
        self._written = written or {}
        self._pieces = pieces or {}
        self._steps = steps

    def once(self, expr: Expr) -> Expr:
        """The expression as a column of its own, worked out before the others, so that its SQL stands in one place."""
        if self._steps is None:
            return expr
        name = f"linshu.step {len(self._steps) + 1}"  # as STEP finds it
        self._steps.append((name, expr.sql))
        return replace(expr, sql=q.name(name))

    def short(self, expr: Expr) -> Expr:
        """The expression as it is, or as a column of its own when its SQL is long: what reads it says it many times."""
        return self.once(expr) if len(expr.sql) > LONG else expr

    def number(self, expr: Expr) -> Expr:
        """The expression as a number: cleaned once and cast once, however often it is then asked whether it is one."""
        if expr.is_number:
            return self.short(expr)
        said = self.short(expr)
        plain = self.short(replace(said, sql=n.cleaned(said.sql))).sql
        return said.as_number(plain, self.short(replace(said, sql=n.exactly(plain))).sql)

    def in_place(self) -> Columns:
        """The same columns for what has to stand in one piece of SQL: conditions, and values on their way to be sealed."""
        return Columns(self._known, self.rounded, told=self.told, written=self._written, pieces=self._pieces)

    def with_pieces(self, pieces: Mapping[str, Expr]) -> Columns:
        """The same, and the columns of the pieces a cell is cut into."""
        return Columns(
            self._known, self.rounded, told=self.told, written=self._written, pieces=pieces, steps=self._steps
        )

    @property
    def order(self) -> str:
        """SQL of the order in which the rows stand in the file, several rows of one cell in the order of the cell."""
        numbers = [f"CAST({each.sql} AS INTEGER)" for name, each in self._pieces.items() if name.endswith("#")]
        return ", ".join([self.row, *numbers])

    @property
    def row(self) -> str:
        """SQL of the row's place in the file."""
        return '"linshu.row"'

    def token(self, node: Node) -> Expr:
        """The column that stands beside a sealed one, made at the door."""
        self.find(node)
        name = node.text() + TOKEN
        return Expr(q.name(name), (name,))

    def find(self, node: Node) -> Expr:
        """The column a node names; a name in parentheses with ? may be missing: `收货人?`."""
        name = node.text()
        if name in self._pieces:
            return self._pieces[name]
        optional = name.endswith("?") and (self._known is None or name not in self._known)
        if optional:
            name = name[:-1]
        if self._known is not None and name not in self._known:
            if optional:
                return Expr("CAST(NULL AS VARCHAR)")
            raise node.wrong(
                Text(f"文件里没有“{name}”这一列", f"the file has no column “{name}”"), nearest(name, self._known)
            )
        form = self._written.get(name, "")
        return Expr(written.sql(q.name(name), form, self.told) if form else q.name(name), (name,))


def clean(
    relation: str,
    columns: Sequence[str],
    used: Iterable[str],
    *,
    empty: Sequence[str] = (),
    tidy: frozenset[str] = frozenset(),
) -> str:
    """The relation with the used columns freed of what a spreadsheet wraps around them; nothing said becomes NULL."""
    wanted = set(used)
    made = []
    for column in columns:
        if column in wanted:
            bare = f"nullif({q.name(column)}, '')" if column in tidy else _bare(column)
            made.append(f"{_emptied(bare, empty)} AS {q.name(column)}")
    return f"(SELECT * REPLACE ({', '.join(made)}) FROM {relation})" if made else relation


def _emptied(bare: str, empty: Sequence[str]) -> str:
    return f"(CASE WHEN {bare} IN ({q.texts(empty)}) THEN NULL ELSE {bare} END)" if empty else bare


def _bare(column: str) -> str:
    raw = q.name(column)
    bare = f"regexp_replace({raw}, '^{_BLANK}+|{_BLANK}+$', '', 'g')"
    bare = rf"regexp_replace({bare}, '^(?:=\"(.*)\"|''([0-9=+@-].*)|`(.*))$', '\1\2\3')"
    bare = f"regexp_replace({bare}, '^{_BLANK}+|{_BLANK}+$', '', 'g')"
    return f"nullif(CASE WHEN regexp_matches({raw}, '{_WRAPPED}') THEN {bare} ELSE {raw} END, '')"
