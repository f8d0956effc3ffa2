"""Goods that were made up: everything a rule reads, from one seed."""

from __future__ import annotations

import numpy as np

from linshu.domains.supply.replenish.case import KEEPS, Case


def case(seed: int = 0, **given: object) -> Case:
    """One good at one warehouse."""
    chance = np.random.default_rng(seed)
    price = float(chance.uniform(200, 2000))
    drawn = {
        "sku_id": f"S{seed}", "sku": f"好物{seed}", "warehouse_id": "W1", "warehouse": "武汉仓", "supplier_id": "P1",
        "supplier": "合作社", "mode": "stocked",
        "shelf": tuple((int(day), int(pieces)) for day, pieces in zip(range(3), chance.integers(0, 6, 3), strict=True)),
        "coming": ((1, int(chance.integers(0, 8))),), "mean": tuple(float(one) for one in chance.uniform(0.5, 12, 14)),
        "width": 0.12, "lead": (1, 1, 2), "life": int(chance.choice([2, 3, 5, KEEPS])), "pack": int(chance.choice([1, 4, 12])),
        "price": price, "cost": price * float(chance.uniform(0.5, 0.95)), "usual": float(chance.uniform(0, 9)),
    }  # fmt: skip
    return Case(**(drawn | given))
