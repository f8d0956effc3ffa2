"""Builds what the company sells: SKUs with prices, costs, shelf lives, suppliers, substitutes and combos."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin import names
from linshu.twin.catalogue import COMBOS, LABELS, SHELVES
from linshu.twin.config import Config
from linshu.twin.rows import Ints

Floats = NDArray[np.float64]
MODES = ("stocked", "prepared", "buy_to_order", "dropship")
TASTES = 5
COST_LEVEL = 0.905
NEW_SHARE, RETIRED_SHARE = 0.10, 0.06


@dataclass(frozen=True)
class Goods:
    """Every SKU as parallel arrays; combos come last."""

    names: list[str]
    shelf: Ints  # index into SHELVES
    list_fen: Ints
    cost_fen: Ints
    grams: Ints
    weighed: NDArray[np.bool_]
    shelf_days: Ints
    mode: Ints  # index into MODES
    elasticity: Floats
    appeal: Floats
    rot: Floats
    supplier: Ints
    launched: Ints
    retired: Ints  # company day; a day far off when still sold
    pack: Ints  # pieces to a case when bought
    components: tuple[tuple[int, int, int], ...]  # combo, component, pieces
    taste: Floats  # TASTES x SKUs: how much each kind of household likes each SKU
    supplier_names: list[str]
    supplier_city: Ints  # NONE: supplies all cities
    supplier_late: Floats  # chance of a late delivery
    supplier_short: Floats  # chance that an order line comes short

    @property
    def count(self) -> int:
        """How many SKUs there are."""
        return len(self.names)


def _parse(items: str) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    for item in items.split(";"):
        name, *rest = item.split()
        found.extend((name, rest[i], float(rest[i + 1])) for i in range(0, len(rest), 2))
    return found


def _grams(pack: str) -> int:
    """The nominal weight of a pack as written, 500 g where it names none."""
    match = re.match(r"([\d.]+)(kg|g|ml|L)(?:\*(\d+))?", pack)
    if match is None:
        return 500
    scale = {"kg": 1000, "L": 1000}.get(match[2], 1)
    return int(float(match[1]) * scale) * int(match[3] or 1)


def _chosen(config: Config) -> list[tuple[str, int, int, float]]:
    """(name, shelf, grams, price) of every plain SKU of the scale: each product once, then packs, then brands."""
    rng = config.rng(2, 1)
    wanted = config.size.skus - len(COMBOS)
    plain = [(f"{n} {p}", s, _grams(p), y) for s, shelf in enumerate(SHELVES) for n, p, y in _parse(shelf.items)]
    made = list(plain)
    for label in LABELS[1:]:
        order = rng.permutation(len(plain)).tolist()
        made += [
            (label + plain[i][0], *plain[i][1:3], round(plain[i][3] * float(rng.uniform(0.95, 1.45)), 1)) for i in order
        ]
    return made[:wanted] if wanted > len(plain) else _thin(made[: len(plain)], wanted)


def _thin(made: list[tuple[str, int, int, float]], wanted: int) -> list[tuple[str, int, int, float]]:
    kept = np.linspace(0, len(made) - 1, wanted).round().astype(int)
    return [made[i] for i in np.unique(kept).tolist()]


def build(config: Config) -> Goods:
    """The range of goods for a scale and seed."""
    rng = config.rng(2)
    plain = _chosen(config)
    combos, components = _combos(plain)
    rows = plain + combos
    shelf = np.array([row[1] for row in rows])
    list_fen = np.array([round(row[3] * 100) for row in rows])
    count = len(rows)

    def of_shelf(field: str) -> Floats:
        return np.asarray(np.array([float(getattr(each, field)) for each in SHELVES])[shelf])

    launched, retired = _careers(config, rng, count, components)
    modes = np.array([MODES.index(each.mode) for each in SHELVES])[shelf]
    cost = of_shelf("cost") * COST_LEVEL * rng.normal(1.0, 0.05, count)
    suppliers = _suppliers(config, rng)
    return Goods(
        names=[row[0] for row in rows], shelf=shelf, list_fen=list_fen,
        cost_fen=np.maximum((list_fen * np.clip(cost, 0.45, 0.95)).astype(np.int64), 20),
        grams=np.array([row[2] for row in rows]), weighed=of_shelf("weighed") > 0,
        shelf_days=of_shelf("shelf_days").astype(np.int64), mode=modes, elasticity=of_shelf("elasticity"),
        appeal=_appeal(rng, shelf, list_fen), rot=of_shelf("rot") * np.exp(rng.normal(0, 0.3, count)),
        supplier=suppliers[3][shelf, rng.integers(0, suppliers[3].shape[1], count)],
        launched=launched, retired=retired,
        pack=rng.choice([1, 6, 10, 12, 20], count), components=components,
        taste=_tastes(rng, shelf), supplier_names=suppliers[0], supplier_city=suppliers[1],
        supplier_late=suppliers[2][:, 0], supplier_short=suppliers[2][:, 1],
    )  # fmt: skip


def _careers(
    config: Config, rng: np.random.Generator, count: int, components: tuple[tuple[int, int, int], ...]
) -> tuple[Ints, Ints]:
    """When each SKU comes on sale and is taken off; combos and their parts are always there."""
    days = config.size.days
    launched = config.first_day - rng.integers(5, 600, count)
    retired = np.full(count, 10**6)
    new = rng.random(count) < NEW_SHARE
    launched[new] = config.first_day + rng.integers(2, days * 4 // 5, int(new.sum()))
    old = ~new & (rng.random(count) < RETIRED_SHARE)
    retired[old] = config.first_day + rng.integers(days // 3, days + 1, int(old.sum()))
    steady = np.unique([part[:2] for part in components])
    launched[steady], retired[steady] = np.minimum(launched[steady], config.first_day - 30), 10**6
    return launched, retired


def _combos(
    plain: list[tuple[str, int, int, float]],
) -> tuple[list[tuple[str, int, int, float]], tuple[tuple[int, int, int], ...]]:
    """Combos whose parts are all on sale, and which SKUs they are made of."""
    first: dict[str, int] = {}
    for index, row in enumerate(plain):
        first.setdefault(row[0].split()[0], index)
    rows: list[tuple[str, int, int, float]] = []
    parts: list[tuple[int, int, int]] = []
    for name, price, needed in COMBOS:
        if all(part in first for part, _ in needed):
            sku = len(plain) + len(rows)
            parts += [(sku, first[part], pieces) for part, pieces in needed]
            grams = sum(plain[first[part]][2] * pieces for part, pieces in needed)
            rows.append((name, plain[first[needed[0][0]]][1], grams, price))
    return rows, tuple(parts)


def _appeal(rng: np.random.Generator, shelf: Ints, list_fen: Ints) -> Floats:
    """A few SKUs sell much, most little (log-normal), within the share their category has; cheap things sell more."""
    raw = np.exp(rng.normal(0, 0.85, len(shelf))) * (list_fen / 900.0) ** -0.35
    per_shelf = np.bincount(shelf, weights=raw, minlength=len(SHELVES))
    return np.asarray(raw / per_shelf[shelf] * np.array([each.appeal for each in SHELVES])[shelf])


def _tastes(rng: np.random.Generator, shelf: Ints) -> Floats:
    """Five kinds of household: everyday cooks, fruit lovers, young and hurried, families with small children, stockers."""
    liking = np.exp(rng.normal(0, 0.25, (TASTES, len(SHELVES))))
    codes = [each.code for each in SHELVES]
    for taste, loved in enumerate(
        (
            ("C101", "C104", "C106"),
            ("C102", "C203"),
            ("C107", "C205", "C204"),
            ("C201", "C103", "C302"),
            ("C202", "C301", "C303"),
        )
    ):
        liking[taste, [codes.index(code) for code in loved]] *= 2.2
    return liking[:, shelf]


def _suppliers(config: Config, rng: np.random.Generator) -> tuple[list[str], Ints, Floats, Ints]:
    """Names, home city, (late, short) chances, and which suppliers serve each category."""
    per_shelf = 3 if config.scale == "small" else 5
    count = per_shelf * len(SHELVES)
    heads = rng.permutation(len(names.SUPPLIER_HEADS) * 3)[:count] % len(names.SUPPLIER_HEADS)
    of_shelf = np.repeat(np.arange(len(SHELVES)), per_shelf)
    called = [
        names.SUPPLIER_HEADS[h] + names.SUPPLIER_TAILS[SHELVES[s].code[:2]][n % 3]
        for n, (h, s) in enumerate(zip(heads.tolist(), of_shelf.tolist(), strict=True))
    ]
    late = rng.beta(1.2, 160, count)
    short = rng.beta(1.5, 90, count)
    bad = rng.random(count) < 0.12
    chances = np.stack([np.where(bad, late * 4, late), np.where(bad, short * 3, short)], axis=1)
    home = rng.integers(0, config.size.cities, count)
    return called, home, chances, np.arange(count).reshape(len(SHELVES), per_shelf)
