"""Which figures can be answered with the data there is, and which days an import brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from linshu.app.home import Home


def answerable(shop: Home) -> frozenset[str]:
    """The metrics all of whose facts have rows."""
    there = set(shop.warehouse.tables("mart"))
    catalog = shop.figures.catalog
    facts = {fact.table for name in catalog.metrics for fact in catalog.facts_of(name)} & there
    if not facts:
        return frozenset()
    counted = ", ".join(f'(SELECT count(*) FROM (FROM mart."{one}" LIMIT 1)) AS "{one}"' for one in sorted(facts))
    filled: dict[str, Any] = shop.warehouse.query(f"SELECT {counted}").to_pylist()[0]
    return frozenset(name for name in catalog.metrics if all(filled.get(fact.table) for fact in catalog.facts_of(name)))


def days_of(shop: Home, batches: Sequence[str]) -> tuple[date, date] | None:
    """The company days of the orders that stand by these batches; None when they brought none."""
    names = ", ".join("?" for _ in batches)
    if not batches:
        return None
    row = shop.warehouse.query(
        f"SELECT min(placed_date) AS first, max(placed_date) AS last FROM std.orders WHERE landing_id IN ({names})",
        list(batches),
    ).to_pylist()[0]
    return (row["first"], row["last"]) if row["first"] else None
