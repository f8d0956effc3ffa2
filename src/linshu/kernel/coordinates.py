"""Chinese maps bend coordinates: GCJ-02 (Amap, Tencent) and BD-09 (Baidu) brought back to WGS-84.

The bending is the published approximation of the survey's offset (Krassowsky ellipsoid); its inverse is found by fixed
point, good to a millimetre. Outside China's bounding box nothing is bent.
"""

from __future__ import annotations

from math import atan2, cos, pi, sin, sqrt
from typing import Literal

__all__ = ["System", "bd09_to_gcj02", "gcj02_to_bd09", "gcj02_to_wgs84", "to_wgs84", "wgs84_to_gcj02"]

System = Literal["wgs84", "gcj02", "bd09"]
Point = tuple[float, float]  # longitude, latitude in degrees

AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323  # squared
BAIDU = pi * 3000 / 180
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
_STEPS = 4


def to_wgs84(longitude: float, latitude: float, system: System) -> Point:
    """A point told in one of the three systems, in WGS-84 degrees."""
    if system == "wgs84":
        return longitude, latitude
    if system == "bd09":
        longitude, latitude = bd09_to_gcj02(longitude, latitude)
    return gcj02_to_wgs84(longitude, latitude)


def wgs84_to_gcj02(longitude: float, latitude: float) -> Point:
    """The bent point."""
    east, north = _offset(longitude, latitude)
    return longitude + east, latitude + north


def gcj02_to_wgs84(longitude: float, latitude: float) -> Point:
    """The point whose bent image this is."""
    x, y = longitude, latitude
    for _ in range(_STEPS):
        east, north = _offset(x, y)
        x, y = longitude - east, latitude - north
    return x, y


def gcj02_to_bd09(longitude: float, latitude: float) -> Point:
    """Baidu's further shift."""
    radius = sqrt(longitude**2 + latitude**2) + 0.00002 * sin(latitude * BAIDU)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * BAIDU)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def bd09_to_gcj02(longitude: float, latitude: float) -> Point:
    """Baidu's shift taken back, as Baidu's users do it: good to half a metre."""
    x, y = longitude - 0.0065, latitude - 0.006
    radius = sqrt(x**2 + y**2) - 0.00002 * sin(y * BAIDU)
    angle = atan2(y, x) - 0.000003 * cos(x * BAIDU)
    return radius * cos(angle), radius * sin(angle)


def _offset(longitude: float, latitude: float) -> Point:
    """By how much a WGS-84 point is bent, in degrees east and north."""
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        return 0.0, 0.0
    x, y = longitude - 105, latitude - 35
    shared = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + shared
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + shared
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    angle = latitude / 180 * pi
    bulge = 1 - ECCENTRICITY * sin(angle) ** 2
    per_degree_north = AXIS * (1 - ECCENTRICITY) / (bulge * sqrt(bulge)) * pi / 180
    per_degree_east = AXIS / sqrt(bulge) * cos(angle) * pi / 180
    return east / per_degree_east, north / per_degree_north
