"""The day that is being lived through: its company, and what it has brought so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linshu.twin import seasons
from linshu.twin.emission import Emission
from linshu.twin.market import Market
from linshu.twin.rows import Columns, Ints
from linshu.twin.seasons import Day, Weather
from linshu.twin.selling import Amounts, Basket
from linshu.twin.world import State, World


@dataclass
class Today:
    """A company day in the making: rows to be told, and what is true but told to nobody."""

    world: World
    state: State
    day: Day
    weathers: list[Weather]
    rows: list[Emission] = field(default_factory=list)
    truth: list[tuple[str, Columns]] = field(default_factory=list)

    @classmethod
    def of(cls, world: World, state: State) -> Today:
        """The next day of a company."""
        weathers = [seasons.weather(world.config.seed, city, state.day) for city in world.places.cities]
        return cls(world, state, seasons.describe(state.day), weathers)

    def rng(self, step: int) -> np.random.Generator:
        """The chance of one step of this day."""
        return self.world.config.rng(self.day.number, step)

    def note(self, name: str, columns: Columns) -> None:
        """Notes a truth that no row tells."""
        self.truth.append((name, {"day": self.day.number, **columns}))


@dataclass(frozen=True)
class Trade:
    """The fate of each order of a day: who sold it, how it is paid, when it ends."""

    day: int
    number: Ints
    city: Ints
    leader: Ints
    supply_leader: Ints
    mode: Ints  # index into pickup, home, express
    paid_at: Ints  # NEVER: not paid
    cancelled_at: Ints  # NEVER: not cancelled
    pay_channel: Ints  # index into CHANNELS
    order_channel: Ints
    is_test: NDArray[np.bool_]
    kept: NDArray[np.bool_]  # paid and not cancelled: to be delivered
    coupon: Ints  # campaign whose coupon the order used, or NONE


@dataclass(frozen=True)
class Sales:
    """What was sold on a day."""

    market: Market
    basket: Basket
    amounts: Amounts
    trade: Trade
