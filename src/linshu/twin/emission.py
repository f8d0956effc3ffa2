"""What becomes known when: rows with the moments their versions are told, and the ledger that tells them once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from linshu.standard import table
from linshu.twin.rows import NEVER, Columns, Ints, Mask, Numbered, Values, Words, encode, length, select

# Tables in the order in which a reader can check references: what is pointed at comes first.
ORDER = (
    "region", "estate", "channel", "shop", "staff", "warehouse", "leader", "community", "community_estate",
    "pickup_point", "leader_assignment", "leader_tier", "pickup_assignment", "service_calendar", "courier", "vehicle",
    "supplier", "supplier_certificate", "category", "sku", "sku_component", "price", "payee_account", "target", "demand_forecast", "weather_forecast",
    "campaign", "campaign_arm", "coupon", "content", "member", "group_member", "member_binding", "identity", "consent",
    "segment", "member_segment", "member_tag", "experiment_assignment", "coupon_grant", "touch", "share", "referral", "sale_batch", "listing",
    "purchase_order", "stock_batch", "purchase_order_line", "transfer_order", "transfer_order_line", "stock_movement", "stock_count", "orders", "order_line",
    "payment", "visit", "coupon_event", "trip", "trip_stop", "parcel", "parcel_line", "delivery_event", "handover",
    "container_movement", "after_sale_case", "refund", "rating", "survey_answer", "invoice", "chat_activity",
    "marketing_cost", "cost_entry", "channel_bill_line", "payout", "withdrawal",
)  # fmt: skip

RETOLD = frozenset(  # ended by a later day, not by the day that began them
    {"group_member", "member_binding", "leader_tier", "purchase_order", "purchase_order_line"}
)


@dataclass(frozen=True)
class Version:
    """How rows read from the moment each becomes known; NEVER where a row has no such version."""

    columns: Columns
    known: Ints


@dataclass(frozen=True)
class Emission:
    """Rows of one table in their successive versions; row i of every version is the same row."""

    table: str
    versions: tuple[Version, ...]

    def pick(self, after: int, upto: int) -> list[Columns]:
        """Each row's latest version that became known after one moment and up to another."""
        taken: Mask | None = None
        picked: list[Columns] = []
        for version in reversed(self.versions):
            due = (version.known > after) & (version.known <= upto)
            if taken is not None:
                due &= ~taken
            taken = due if taken is None else taken | due
            if due.all():
                return [*picked, version.columns]
            if due.any():
                picked.append(select(version.columns, due))
        return picked

    def open(self, upto: int) -> bool:
        """Whether something of it becomes known after that moment."""
        return any(bool(((version.known > upto) & (version.known != NEVER)).any()) for version in self.versions)


def emission(table: str, columns: Columns, known: Ints | int) -> Emission:
    """Rows that never change, known from a moment each or all."""
    moments = known if isinstance(known, np.ndarray) else np.full(length(columns), known, dtype=np.int64)
    return Emission(table, (Version({**columns, "updated_at": moments}, moments),))


def changing(table: str, *versions: tuple[Columns, Ints]) -> Emission:
    """Rows that change: later versions come last; each is stamped with the moment it became known."""
    return Emission(table, tuple(Version({**columns, "updated_at": known}, known) for columns, known in versions))


@dataclass
class Ledger:
    """What was simulated and is not yet fully told; every version of a row is told once."""

    told: int  # the moment up to which everything was told
    waiting: list[Emission] = field(default_factory=list)

    def add(self, emissions: Iterable[Emission]) -> dict[str, list[Columns]]:
        """Takes in what the simulation produced and tells, by table, what is already known of it."""
        new = [each for each in emissions if len(each.versions[0].known)]
        self.waiting += [each for each in new if each.open(self.told)]
        return _tell(new, -1, self.told)

    def tell(self, upto: int) -> dict[str, list[Columns]]:
        """What became known since it was last forgotten, up to a moment; asked again, it is told again."""
        return _tell(self.waiting, self.told, upto)

    def forget(self, upto: int) -> None:
        """Takes note that everything up to a moment was told, and drops what has nothing left to tell."""
        self.told = upto
        self.waiting = [each for each in self.waiting if each.open(upto)]


def _tell(emissions: list[Emission], after: int, upto: int) -> dict[str, list[Columns]]:
    told: dict[str, list[Columns]] = {}
    for each in emissions:
        picked = each.pick(after, upto)
        if picked:
            told.setdefault(each.table, []).extend(picked)
    return told


def to_tables(told: dict[str, list[Columns]]) -> list[tuple[str, pa.Table]]:
    """The told rows as standard tables, what is referred to first."""
    return [(name, _latest(name, encode(name, merge(told[name])))) for name in ORDER if name in told]


def _latest(name: str, rows: pa.Table) -> pa.Table:
    """Relations that began and ended within one telling are told once, as they ended."""
    key = list(table(name).key)
    if name not in RETOLD or len(rows) == 0:
        return rows
    numbered = rows.append_column("_row", pa.array(np.arange(len(rows))))
    last = numbered.group_by(key, use_threads=False).aggregate([("_row", "max")])["_row_max"]
    return rows.take(np.sort(last.to_numpy()))


def merge(parts: list[Columns]) -> Columns:
    """Columns of several days one after the other."""
    if len(parts) == 1:
        return parts[0]
    sizes = [length(part) for part in parts]
    return {name: _concat([part[name] for part in parts], sizes) for name in parts[0]}


def _concat(values: list[Values], sizes: list[int]) -> Values:
    first = values[0]
    if isinstance(first, Numbered) and all(isinstance(v, Numbered) and v.prefix == first.prefix for v in values):
        return Numbered(first.prefix, np.concatenate([v.numbers for v in values]))
    if isinstance(first, Words) and all(isinstance(v, Words) and v.pool is first.pool for v in values):
        return Words(first.pool, np.concatenate([v.codes for v in values]))
    if all(_constant(v) for v in values) and len(set(values)) == 1:
        return first
    return _spread(values, sizes)


def _constant(value: Values) -> bool:
    return value is None or isinstance(value, str | int | float)


def _spread(values: list[Values], sizes: list[int]) -> Values:
    """Columns of unlike form: constants are written out, keys and words become text."""
    if any(isinstance(v, Numbered | Words | str | list) or _is_text(v) for v in values):
        return pa.concat_arrays([_texts(v, size) for v, size in zip(values, sizes, strict=True)])
    plain = [NEVER if v is None else v for v in values]  # an instant or day that is empty throughout
    return np.concatenate(
        [v if isinstance(v, np.ndarray) else np.full(n, v) for v, n in zip(plain, sizes, strict=True)]
    )


def _is_text(values: Values) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind == "O"


def _texts(values: Values, size: int) -> pa.Array:
    if isinstance(values, Numbered | Words):
        return values.arrow()
    if _constant(values):
        return pa.repeat(pa.scalar(values, pa.string()), size)
    return pa.array(list(values), pa.string())
