"""Files that are one table of the standard under headings of their own: members, goods, leaders, refunds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linshu.connectors.guessing.roles import Claim, _near
from linshu.connectors.guessing.words import BY_NAME, own_part, plain, unit_of
from linshu.kernel.table import Kind
from linshu.kernel.text import Text
from linshu.standard.headings import said_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.kernel.table import Column, Table

LEAST = 0.8
_STORED = {Kind.FEN: "fen", Kind.PPM: "ppm"}
_SAID = {Kind.FEN: "yuan", Kind.PPM: "percent"}
# What people put over a column beside its title.
_ALSO = {
    "phone": BY_NAME["receiver_phone"].words,
    "address": BY_NAME["receiver_address"].words,
    "nickname": ("姓名", "微信名", "微信昵称", "名字", "name"),
}


def table_claims(headings: Sequence[str], tables: Iterable[Table]) -> tuple[Table, tuple[Claim, ...]] | None:
    """The table that most of the headings speak of, and what each is there; None when none has its key among them."""
    best: tuple[float, Table, tuple[Claim, ...]] | None = None
    for table in tables:
        claims = column_claims(headings, table)
        named = {claim.role for claim in claims}
        if not set(table.key) <= named:
            continue
        share = sum(claim.sureness for claim in claims) / len(headings)
        if best is None or share > best[0]:
            best = share, table, claims
    return best[1:] if best else None


def table_columns(table: Table, claims: Iterable[Claim]) -> dict[str, Any]:
    """The columns of the mapping."""
    made: dict[str, Any] = {}
    for claim in claims:
        if not claim.role:
            continue
        column = table.column(claim.role)
        unit = claim.unit or (_STORED if claim.heading == column.name else _SAID).get(column.kind, "")
        made[column.name] = {"column": claim.heading, "unit": unit} if unit and column.kind in _SAID else claim.heading
    return made


def column_claims(
    headings: Sequence[str], table: Table, corrected: Mapping[str, str] | None = None
) -> tuple[Claim, ...]:
    """What each heading is in a table; `corrected` is what a person says of this file, plain heading > column."""
    said, words = corrected or {}, said_of(table)
    found = [_said(heading, column, words[column.name], said) for heading in headings for column in table.columns]
    taken: dict[str, Claim] = {}
    roles: set[str] = set()
    for claim in sorted(found, key=lambda each: -each.sureness):
        if claim.sureness >= LEAST and claim.heading not in taken and claim.role not in roles:
            taken[claim.heading] = claim
            roles.add(claim.role)
    nothing = Text("不用", "not used"), 0.0, Text("这张表没有这样的列", "the table has no such column")
    return tuple(taken.get(heading) or Claim(heading, "", *nothing) for heading in headings)


def _said(heading: str, column: Column, words: Iterable[str], corrected: Mapping[str, str]) -> Claim:
    claim, word = _judged(heading, column, words), plain(heading)
    if word not in corrected:
        return claim
    return replace(
        claim, sureness=1.0 if corrected[word] == column.name else 0.0, reason=Text("您指定的", "as you said")
    )


def _judged(heading: str, column: Column, words: Iterable[str]) -> Claim:
    known = (*words, column.name.replace("_", " "), *_ALSO.get(column.name, ()))
    said = (plain(heading), plain(own_part(heading)))
    near, word = max((_near(one, plain(word)), word) for word in known for one in said)
    near = 1.0 if heading == column.name else near
    return Claim(
        heading,
        column.name,
        column.title,
        round(near, 2),
        Text(f"表头就是“{word}”" if near >= 0.99 else f"表头像“{word}”", f"the heading is like “{word}”"),
        unit_of(heading),
    )
