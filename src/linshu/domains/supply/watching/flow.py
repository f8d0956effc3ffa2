"""Watching stock: reads what is there, lets the rule judge, and makes plain lines of it for page, command and program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.watching.decide import KINDS, NEVER, Findings, Policy, impossible, watch
from linshu.domains.supply.watching.inputs import Known, load
from linshu.domains.supply.watching.words import Line, reason
from linshu.engine.shell.listing import choice_in, order_in, words_in
from linshu.engine.shell.search import Findable, index
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from datetime import date

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop

POLICY = Policy()
SORTS = ("kind", "fen", "qty", "sku", "warehouse", "units", "chance")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of one kind, warehouse or category, whose goods are named so; in which order."""

    kind: str = ""
    warehouse: str = ""
    category: str = ""
    words: str = ""
    sort: str = "kind"


@dataclass(frozen=True, slots=True)
class Watched:
    """The stock of an evening and what of it needs somebody."""

    known: Known
    found: Findings

    def counts(self, wanted: Wanted) -> dict[str, tuple[int, int]]:
        """How many of each kind, and the fen at risk, whatever the kind asked for."""
        kept = self._kept(wanted, any_kind=True)
        kinds, fen = self.found.kind[kept], self.found.fen[kept]
        many = np.bincount(kinds, minlength=len(KINDS))
        worth = np.bincount(kinds, weights=fen, minlength=len(KINDS))
        return {kind: (int(many[at]), int(worth[at])) for at, kind in enumerate(KINDS)}

    def chosen(self, wanted: Wanted) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The places of the lines asked for, in order."""
        kept, frame = self._kept(wanted), self.known.frame
        position, name, down = self.found.position[kept], wanted.sort.lstrip("-"), wanted.sort[:1] == "-"
        if name == "kind":  # as found: the most pressing kind first, of each the dearest
            return kept[::-1] if down else kept
        if name in ("fen", "qty", "chance"):
            by = np.nan_to_num(getattr(self.found, name)[kept], nan=-1.0)
        elif name == "units":
            by = frame["stock_units"].to_numpy(float)[position]
        else:
            _, by = np.unique(
                frame[f"{name}_name"].fillna(frame[f"{name}_id"]).to_numpy(str)[position], return_inverse=True
            )
        order = np.lexsort((kept, -by if down else by))
        return kept[order]

    def lines(self, places: Iterable[int]) -> list[Line]:
        """The lines at these places."""
        at = np.fromiter(places, np.int64)
        position, wrongs = self.found.position[at], self._wrongs()
        rows = self.known.frame.take(position).to_dict("records")
        return [
            self._line(int(one), int(place), row, wrongs) for one, place, row in zip(at, position, rows, strict=True)
        ]

    def _kept(self, wanted: Wanted, *, any_kind: bool = False) -> np.ndarray[Any, np.dtype[np.int64]]:
        frame, position = self.known.frame, self.found.position
        kept = np.ones(len(position), bool)
        if wanted.kind and not any_kind:
            kept &= self.found.kind == KINDS.index(wanted.kind)
        for column, value in (("warehouse_id", wanted.warehouse), ("category", wanted.category)):
            if value:
                kept &= (frame[column] == value).to_numpy(bool)[position]
        if wanted.words:
            kept &= frame["sku_id"].isin(self._named(wanted.words)).to_numpy(bool)[position]
        return np.flatnonzero(kept)

    def _named(self, words: str) -> set[str]:
        """The goods named so: in Chinese, in pinyin, or by their id."""
        goods = self.known.frame[["sku_id", "sku_name"]].drop_duplicates("sku_id")
        things = [Findable(key, Text(name or key, name or key)) for key, name in goods.itertuples(index=False)]
        return {one.key for one in index(things).find(words, limit=len(things))}

    def _line(self, at: int, place: int, row: Mapping[Hashable, Any], wrongs: Mapping[str, frozenset[int]]) -> Line:
        known, found, daily = self.known, self.found, None
        if not np.isnan(known.positions.mean[place]).all():
            daily = float(np.nanmean(known.positions.mean[place]))
        chance, days = float(found.chance[at]), float(found.days[at])
        line = Line(
            KINDS[found.kind[at]], row["sku_id"], row["sku_name"] or row["sku_id"], row["warehouse_id"],
            row["warehouse_name"] or row["warehouse_id"], _word(row["category"]), int(row["stock_units"] or 0), float(found.qty[at]),
            int(found.fen[at]), None if np.isnan(chance) else chance, None if np.isnan(days) or days >= NEVER else int(days), daily,
            _whole(row["coming_qty"]), bool(found.guessed[at]),
        )  # fmt: skip
        wrong = tuple(name for name, these in wrongs.items() if place in these)
        return replace(
            line,
            why=reason(
                line, POLICY, known.evening, ordered=bool(known.positions.receipt_in[place] < NEVER), wrong=wrong
            ),
        )

    def _wrongs(self) -> dict[str, frozenset[int]]:
        """The positions with impossible lots, by what is impossible."""
        position = self.known.lots.position
        return {name: frozenset(position[flags].tolist()) for name, flags in impossible(self.known.lots).items()}


def watched(shop: Shop, scope: Scope, today: date, only: tuple[str, str] | None = None) -> Watched | None:
    """All that stands in stock within the scope, judged; None where nothing is booked."""
    known = load(shop, scope, today, only)
    return None if known is None else Watched(known, watch(known.positions, known.lots, POLICY))


def unforecast(found: Watched) -> int:
    """How many positions with own stock nobody forecasts, though they sell."""
    at = found.known.positions
    return int((at.kept & np.isnan(at.mean).all(axis=1) & (at.recent > 0)).sum())


def shared(found: Watched) -> int:
    """How many positions are judged by their part of what is forecast for the warehouse above."""
    return int((found.known.shared & found.known.positions.kept).sum())


def wanted(given: Mapping[str, str]) -> Wanted:
    """What is asked for; Misused for a kind or an order nobody knows."""
    kind, sort = choice_in(given, "kind", KINDS), order_in(given, SORTS, "kind")
    return Wanted(kind, given.get("warehouse", ""), given.get("category", ""), words_in(given), sort)


def _whole(value: object) -> int:
    return 0 if value is None or value != value else int(float(str(value)))  # noqa: PLR0124 - nan


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
