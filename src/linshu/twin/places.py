"""Builds where the company sells: estates, groups, pick-up points, central and grid warehouses, with coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin import names
from linshu.twin.config import Config
from linshu.twin.gazetteer import CITIES, City
from linshu.twin.rows import Ints

DEGREE_KM = 111.0
NOISY, QUIET = 0.07, 0.27  # share of groups that chat and do not buy; share whose leader hardly posts


@dataclass(frozen=True)
class Places:
    """Every place as parallel arrays; an index in one array is the same thing in all of its kind."""

    cities: tuple[City, ...]
    street_names: list[str]
    street_district: Ints  # index into districts, counted over all cities
    district_city: Ints
    street_lonlat: NDArray[np.float64]
    estate_names: list[str]
    estate_street: Ints
    estate_lonlat: NDArray[np.float64]
    households: Ints
    group_names: list[str]
    group_estate: Ints
    group_city: Ints
    group_opened: Ints  # company day
    group_noisy: NDArray[np.bool_]
    group_point: Ints
    group_grid: Ints
    group_appetite: NDArray[np.float64]  # how readily the estate buys
    point_names: list[str]
    point_estate: Ints
    point_lonlat: NDArray[np.float64]
    grid_city: Ints
    grid_lonlat: NDArray[np.float64]
    central_lonlat: NDArray[np.float64]

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.group_names)

    @property
    def grids(self) -> int:
        """How many grid warehouses there are, over all cities."""
        return len(self.grid_city)

    @property
    def points(self) -> int:
        """How many pick-up points there are."""
        return len(self.point_names)


def _scatter(rng: np.random.Generator, centres: NDArray[np.float64], km: float) -> NDArray[np.float64]:
    return centres + rng.normal(0, km / DEGREE_KM, centres.shape)


def _share_out(total: int, weights: NDArray[np.float64]) -> Ints:
    exact = total * weights / weights.sum()
    whole: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def build(config: Config) -> Places:
    """The company's map for a scale and seed."""
    size, rng = config.size, config.rng(1)
    cities = CITIES[: size.cities]
    streets: list[str] = []
    street_centre: list[tuple[float, float]] = []
    street_district: list[int] = []
    district_city: list[int] = []
    for c, city in enumerate(cities):
        for district in city.districts:
            for street in district.streets:
                streets.append(street)
                street_district.append(len(district_city))
                street_centre.append((district.longitude, district.latitude))
            district_city.append(c)
    street_lonlat = _scatter(rng, np.array(street_centre), 1.6)
    district_of = np.array(street_district)
    city_of_street = np.array(district_city)[district_of]

    groups_in = _share_out(size.groups, np.array([city.weight for city in cities]))
    group_city = np.repeat(np.arange(len(cities)), groups_in)
    estates_in = np.maximum((groups_in * 0.88).astype(np.int64), 1)
    estate_city = np.repeat(np.arange(len(cities)), estates_in)
    estate_street = np.concatenate(
        [rng.choice(np.flatnonzero(city_of_street == c), n) for c, n in enumerate(estates_in)]
    )
    estate_lonlat = _scatter(rng, street_lonlat[estate_street], 0.5)
    estate_names = names.estates(rng, len(estate_city))
    households = (np.exp(rng.normal(6.35, 0.40, len(estate_city)))).astype(np.int64)

    first = np.concatenate([[0], np.cumsum(estates_in)[:-1]])
    group_rank = np.arange(size.groups) - np.repeat(np.cumsum(groups_in) - groups_in, groups_in)
    group_estate = first[group_city] + np.where(
        group_rank < estates_in[group_city], group_rank, rng.integers(0, estates_in[group_city])
    )
    order_in_estate = _occurrence(group_estate)
    group_names = [
        f"{estate_names[e]}鲜选{n + 1}群" for e, n in zip(group_estate.tolist(), order_in_estate.tolist(), strict=True)
    ]
    point_of_estate, point_estate = _points(rng, group_estate)
    grids_in = np.maximum(1, -(-groups_in // size.groups_per_grid))
    grid_city = np.repeat(np.arange(len(cities)), grids_in)
    group_lonlat = estate_lonlat[group_estate]
    grid_lonlat, group_grid = _grids(group_city, group_lonlat, grids_in)
    grid_of_point = np.zeros(len(point_estate), dtype=np.int64)
    grid_of_point[point_of_estate] = group_grid  # groups that share a point share its grid
    group_grid = grid_of_point[point_of_estate]
    centre = np.array([(city.longitude, city.latitude) for city in cities])
    return Places(
        cities=cities, street_names=streets, street_district=district_of, district_city=np.array(district_city),
        street_lonlat=street_lonlat, estate_names=estate_names, estate_street=estate_street,
        estate_lonlat=estate_lonlat, households=households, group_names=group_names, group_estate=group_estate,
        group_city=group_city, group_opened=_openings(config, rng), group_noisy=rng.random(size.groups) < NOISY,
        group_point=point_of_estate, group_grid=group_grid,
        group_appetite=np.exp(rng.normal(0, 0.22, size.groups)), point_estate=point_estate,
        point_names=_point_names(rng, estate_names, point_estate),
        point_lonlat=_scatter(rng, estate_lonlat[point_estate], 0.08), grid_city=grid_city, grid_lonlat=grid_lonlat,
        central_lonlat=_scatter(rng, centre + np.array([0.11, 0.07]), 2.0),
    )  # fmt: skip


def _occurrence(values: Ints) -> Ints:
    """How many equal values stand before each one."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    rank = np.arange(len(values)) - np.maximum.accumulate(np.where(starts, np.arange(len(values)), 0))
    back = np.empty(len(values), dtype=np.int64)
    back[order] = rank
    return back


def _points(rng: np.random.Generator, group_estate: Ints) -> tuple[Ints, Ints]:
    """Groups of one estate mostly share its point; some leaders keep their own."""
    own = _occurrence(group_estate) > 0
    own &= rng.random(len(group_estate)) < 0.4
    shared = ~own
    estates, index = np.unique(group_estate[shared], return_inverse=True)
    point = np.empty(len(group_estate), dtype=np.int64)
    point[shared] = index
    point[own] = len(estates) + np.arange(int(own.sum()))
    return point, np.concatenate([estates, group_estate[own]])


def _point_names(rng: np.random.Generator, estate_names: list[str], point_estate: Ints) -> list[str]:
    made = []
    for estate, surname, title, shop, building in zip(
        point_estate.tolist(), rng.integers(0, 40, len(point_estate)).tolist(),
        rng.integers(0, len(names.TITLES), len(point_estate)).tolist(),
        rng.integers(0, len(names.SHOPS), len(point_estate)).tolist(),
        rng.integers(1, 24, len(point_estate)).tolist(), strict=True,
    ):  # fmt: skip
        made.append(
            f"{estate_names[estate]}{building}栋{names.SURNAMES[surname]}{names.TITLES[title]}{names.SHOPS[shop]}"
        )
    return made


def _openings(config: Config, rng: np.random.Generator) -> Ints:
    """Three groups in four are older than the simulated span, the others open during its first two thirds."""
    size = config.size
    before = config.first_day - rng.integers(60, 500, size.groups)
    during = config.first_day + rng.integers(3, max(size.days * 2 // 3, 4), size.groups)
    return np.where(rng.random(size.groups) < 0.76, before, during)


def _grids(group_city: Ints, lonlat: NDArray[np.float64], grids_in: Ints) -> tuple[NDArray[np.float64], Ints]:
    """Cuts each city into strips of equally many groups, one grid warehouse in the middle of each."""
    grid = np.empty(len(group_city), dtype=np.int64)
    centres, made = [], 0
    for c, count in enumerate(grids_in.tolist()):
        inside = np.flatnonzero(group_city == c)
        order = inside[np.argsort(lonlat[inside, 0] + 0.5 * lonlat[inside, 1], kind="stable")]
        for part in np.array_split(order, count):
            grid[part] = made
            centres.append(lonlat[part].mean(axis=0) + 0.01)
            made += 1
    return np.array(centres), grid


def geo(lonlat: NDArray[np.float64]) -> dict[str, NDArray[np.float64] | str]:
    """The three columns that say where a place lies."""
    return {"longitude": np.round(lonlat[:, 0], 6), "latitude": np.round(lonlat[:, 1], 6), "geo_system": "wgs84"}
