"""What is true in the simulated company and told by no row: for tests and benchmarks that score a method against it.

One Parquet folder per truth, keyed as the rows are: `demand` (wanted against sold, by day, city and SKU), `churn` and
`hazard` (who was lost when, and how likely it was), `campaign_effect`, `campaign_arm` and `experiment` (true lifts, and
the buyers who would have come anyway), `advert` (members brought by spend), `bad_lot`, `bill_error`, `fraud`,
`false_reference`, `leadership`, and what each `member`, `leader`, `sku` and `supplier` is really like.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linshu.twin.people import KINDS
from linshu.twin.rows import Columns, Words, length, pool
from linshu.twin.rows import numbered_pool as keys
from linshu.twin.seasons import as_date
from linshu.twin.world import State, World

Note = tuple[str, Columns]
MOST_NOTES = 400  # kept in memory before they are written


class Truth:
    """Writes truths to a folder of their own, a part at a time."""

    def __init__(self, folder: Path, world: World) -> None:
        self._folder, self._world = folder, world
        self._notes: dict[str, list[pa.Table]] = {}
        self._part = 0
        self.take(_standing(world))

    def take(self, notes: list[Note]) -> None:
        """Takes in what a day noted."""
        for name, columns in notes:
            if length(columns):
                self._notes.setdefault(name, []).append(self._table(columns))
        if sum(len(tables) for tables in self._notes.values()) > MOST_NOTES:
            self.write()

    def write(self) -> None:
        """Writes what was taken in since it was last written."""
        for name, tables in self._notes.items():
            folder = self._folder / name
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(
                pa.concat_tables(tables, promote_options="permissive"), folder / f"part-{self._part:05d}.parquet"
            )
        self._notes.clear()
        self._part += 1

    def close(self, state: State) -> None:
        """Adds what members turned out to be, and writes the rest."""
        members, n = state.members, state.members.count
        self.take([("member", {
            "member": np.arange(n), "kind": Words(pool(KINDS), members.kind[:n]), "rate": members.rate[:n],
            "taste": members.taste[:n], "left_day": members.left[:n], "community": members.group[:n],
        })])  # fmt: skip
        self.write()

    def _table(self, columns: Columns) -> pa.Table:
        rows, world = length(columns), self._world
        named = {
            "member": ("member_id", keys("M", int(np.max(columns.get("member", 0), initial=0)) + 1, 7)),
            "leader": ("leader_id", world.pools.leader), "leaves": ("leaves", world.pools.leader),
            "enters": ("enters", world.pools.leader), "group": ("community_id", world.pools.group),
            "community": ("community_id", world.pools.group), "sku": ("sku_id", world.pools.sku),
            "supplier": ("supplier_id", world.pools.supplier), "city": ("region_id", world.pools.city),
        }  # fmt: skip
        made = {}
        for name, values in columns.items():
            if name in named:
                key, texts = named[name]
                made[key] = Words(texts, np.asarray(values, dtype=np.int64)).arrow()
            elif name in {"campaign", "order", "lot"}:
                prefix = {"campaign": "CP", "order": "O", "lot": "SB"}[name]
                made[f"{name}_id"] = pa.array(
                    [f"{prefix}{number}" for number in np.asarray(values).tolist()], pa.string()
                )
            elif name == "day":
                made["day"] = pa.repeat(pa.scalar(as_date(int(values))), rows)
            else:
                made[name] = values.arrow() if isinstance(values, Words) else pa.array(values)
        return pa.table(made)


def _standing(world: World) -> list[Note]:
    """What stays true all along: skills, tastes, chances, true lifts."""
    goods, leaders, calendar = world.goods, world.leaders, world.calendar
    count = leaders.count
    asleep = np.zeros(count, dtype=bool)
    asleep[leaders.initial[leaders.dormant]] = True
    return [
        ("leader", {"leader": np.arange(count), "skill": np.array(leaders.skill), "dormant_at_first": asleep}),
        ("group", {"group": np.arange(world.places.groups), "noisy": world.places.group_noisy, "appetite": world.places.group_appetite}),
        ("sku", {"sku": np.arange(goods.count), "elasticity": goods.elasticity, "appeal": goods.appeal, "rot": goods.rot}),
        ("supplier", {"supplier": np.arange(len(goods.supplier_late)), "late": goods.supplier_late, "short": goods.supplier_short}),
        ("campaign", {"campaign": [c.index for c in calendar.campaigns], "kind": [c.kind for c in calendar.campaigns], "lift": [c.lift for c in calendar.campaigns]}),
    ]  # fmt: skip
