"""One row of a file becomes several: a cell that holds several goods, or a column for each kind of goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.intake import goods
from linshu.engine.intake import quoting as q
from linshu.engine.intake.expr import Blamed, Expr
from linshu.engine.intake.expressions import expression
from linshu.kernel.errors import nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping as Named

    from linshu.engine.intake.columns import Columns
    from linshu.engine.intake.markup import Node

_SAID = ("of", "by", "as", "across")


@dataclass(frozen=True, slots=True)
class Explode:
    """One cell that holds several goods becomes as many rows."""

    of: Node
    by: str
    name: str  # of the column that holds a piece; `<name>#` counts them from 1

    def pieces(self, base: Columns) -> Columns:
        """The columns, with those of the pieces."""
        # A piece is found again under the column it was cut from, and no sensitive value may be cut.
        used = expression(self.of, base).columns
        made = {each: Expr(q.name(each), used, over_rows=True) for each in (self.name, f"{self.name}#")}
        return base.with_pieces(made)

    def relation(self, cleaned: str, base: Columns) -> str:
        """The cleaned rows, one for each piece."""
        cut = goods.pieces(expression(self.of, base).text, self.by)
        count = f"CAST(unnest(range(1, len(_pieces) + 1)) AS VARCHAR) AS {q.name(self.name + '#')}"
        return (
            f"(SELECT * EXCLUDE (_pieces), unnest(_pieces) AS {q.name(self.name)}, {count}"
            f" FROM (SELECT *, {cut} AS _pieces FROM {cleaned}))"
        )


@dataclass(frozen=True, slots=True)
class Across:
    """One row with a column for each kind of goods becomes a row for each kind somebody took."""

    goods: Named[str, str]  # the file's column > what the goods are called
    keys: tuple[Node, ...]
    name: str  # of the column that says what the goods are; `<name>#` counts them, `<name>=` is what the cell says

    def pieces(self, base: Columns) -> Columns:
        """The columns, with those of the pieces."""
        used = tuple(column for key in self.keys for column in base.find(key).columns)
        said, at = q.name(f"{self.name}="), q.name(f"{self.name}@")
        made = {each: Expr(q.name(each), over_rows=True) for each in (self.name, f"{self.name}#")}
        cell = Expr(said, used, over_rows=True, blamed=(Blamed("", at, said),))
        return base.with_pieces({**made, f"{self.name}=": cell})

    def relation(self, cleaned: str, base: Columns) -> str:
        """The cleaned rows, one for each kind of goods somebody took."""
        listed = ", ".join(
            f"{{'name': {q.text(self.goods[key.text()])}, 'at': {q.text(key.text())}, 'no': '{number}',"
            f" 'said': {base.find(key).sql}}}"
            for number, key in enumerate(self.keys, 1)
        )
        some = f"p.said IS NOT NULL AND NOT regexp_matches(p.said, {q.text(goods.NONE)})"
        took = f"list_filter([{listed}], lambda p: {some})"
        # Of a row without any there is one piece that says nothing, so that it does not vanish unsaid.
        took = f"list_transform([{took}], lambda m: CASE WHEN len(m) > 0 THEN m ELSE [NULL] END)[1]"
        named = {"": "name", "#": "no", "=": "said", "@": "at"}
        shown = ", ".join(f"_piece.{part} AS {q.name(self.name + mark)}" for mark, part in named.items())
        return f"(SELECT * EXCLUDE (_piece), {shown} FROM (SELECT *, unnest({took}) AS _piece FROM {cleaned}))"


def pieces_of(node: Node) -> Explode | Across:
    """How a row becomes several, as a mapping says it."""
    named = node.only(_SAID)
    if "across" in named:
        across = named["across"]
        return Across({word: each.text() for word, each in across.items().items()}, across.keys, node.need("as").text())
    by = named["by"].text() if "by" in named else "goods"
    if by not in goods.PIECES:
        raise named["by"].wrong(Text("by 只能是 lines 或 goods", "by is lines or goods"), nearest(by, goods.PIECES))
    return Explode(node.need("of"), by, node.need("as").text())
