"""Places told in the coordinates of Chinese maps are stored in WGS-84; the system they were told in stays beside them."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from linshu.kernel.coordinates import AXIS, BAIDU, EAST, ECCENTRICITY, NORTH, SOUTH, WEST

if TYPE_CHECKING:
    from linshu.kernel.table import Table

_STEPS = 4


def has_place(table: Table) -> bool:
    """Whether the rows of a table say where they lie, and in which system."""
    return {"longitude", "latitude", "geo_system"} <= set(table.names)


def in_wgs84() -> dict[str, str]:
    """SQL for `longitude` and `latitude` in WGS-84, out of the columns `longitude`, `latitude` and `geo_system`.

    The same arithmetic as `kernel.coordinates`, row by row; a place in WGS-84 or without a system stays as it is.
    """
    told = "{'x': longitude, 'y': latitude}"
    gcj02 = _let(told, f"CASE WHEN geo_system = 'bd09' THEN {_from_baidu('p')} ELSE p END", "p")
    straight = gcj02
    for step in range(_STEPS):
        # Each step looks at both: where the point was told, and where it was taken to lie so far.
        straight = _let(f"{{'told': {gcj02}, 'at': {straight}}}", _step(f"s{step}"), f"s{step}")
    bent = "geo_system IN ('gcj02', 'bd09') AND longitude IS NOT NULL AND latitude IS NOT NULL"
    return {
        name: f"(CASE WHEN {bent} THEN {straight}.{part} ELSE {name} END)"
        for name, part in (("longitude", "x"), ("latitude", "y"))
    }


def _let(value: str, body: str, name: str) -> str:
    """`body` with `name` standing for a value that is worked out once."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _step(s: str) -> str:
    """One step of the fixed point: the told place less the offset at the place found so far."""
    x, y = f"({s}.at.x - 105)", f"({s}.at.y - 35)"
    shared = f"(20 * sin(6 * {x} * {pi}) + 20 * sin(2 * {x} * {pi})) * 2 / 3"
    north = (
        f"(-100 + 2 * {x} + 3 * {y} + 0.2 * {y} * {y} + 0.1 * {x} * {y} + 0.2 * sqrt(abs({x})) + {shared}"
        f" + (20 * sin({y} * {pi}) + 40 * sin({y} / 3 * {pi})) * 2 / 3"
        f" + (160 * sin({y} / 12 * {pi}) + 320 * sin({y} * {pi} / 30)) * 2 / 3)"
    )
    east = (
        f"(300 + {x} + 2 * {y} + 0.1 * {x} * {x} + 0.1 * {x} * {y} + 0.1 * sqrt(abs({x})) + {shared}"
        f" + (20 * sin({x} * {pi}) + 40 * sin({x} / 3 * {pi})) * 2 / 3"
        f" + (150 * sin({x} / 12 * {pi}) + 300 * sin({x} / 30 * {pi})) * 2 / 3)"
    )
    angle = f"({s}.at.y / 180 * {pi})"
    bulge = f"(1 - {ECCENTRICITY} * sin({angle}) * sin({angle}))"
    northward = f"{north} / ({AXIS * (1 - ECCENTRICITY)} / ({bulge} * sqrt({bulge})) * {pi / 180})"
    eastward = f"{east} / ({AXIS} / sqrt({bulge}) * cos({angle}) * {pi / 180})"
    inside = f"{s}.at.x BETWEEN {WEST} AND {EAST} AND {s}.at.y BETWEEN {SOUTH} AND {NORTH}"
    moved = f"{{'x': {s}.told.x - {eastward}, 'y': {s}.told.y - {northward}}}"
    return f"CASE WHEN {inside} THEN {moved} ELSE {s}.told END"


def _from_baidu(p: str) -> str:
    x, y = f"({p}.x - 0.0065)", f"({p}.y - 0.006)"
    radius = f"(sqrt({x} * {x} + {y} * {y}) - 0.00002 * sin({y} * {BAIDU}))"
    angle = f"(atan2({y}, {x}) - 0.000003 * cos({x} * {BAIDU}))"
    return f"{{'x': {radius} * cos({angle}), 'y': {radius} * sin({angle})}}"
