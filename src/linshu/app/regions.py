"""How regions lie in each other, as the data says: what makes a part of a region narrower than the region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.shell.asking import Shop

TABLE = "dim_region"
CHAIN = ("province_id", "city_id", "district_id", "street_id")


class Regions:
    """Answers which regions hold a region, read again when the data changes."""

    def __init__(self, figures: Shop) -> None:
        self._figures = figures
        self._known: tuple[int, Mapping[str, frozenset[str]]] = (-1, {})

    def above(self, region: str) -> frozenset[str]:
        """Every region it lies in; nothing for one that is not known."""
        version = self._figures.data_version
        if self._known[0] != version:
            self._known = (version, self._read())
        return self._known[1].get(region, frozenset())

    def _read(self) -> Mapping[str, frozenset[str]]:
        try:
            rows = self._figures.read(f"SELECT region_id, {', '.join(CHAIN)} FROM {TABLE}").to_pylist()
        except LinshuError:  # no such table yet: nothing is known to lie in anything
            return {}
        return chains(rows)


def chains(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    """What lies above each region of the table."""
    return {row["region_id"]: frozenset(row[one] for one in CHAIN if row[one]) - {row["region_id"]} for row in rows}
