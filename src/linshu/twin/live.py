"""The company goes on living: the rows of the present minute, from where its history or its last run ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa

from linshu.twin import day, keeping, opening, world
from linshu.twin.config import Config
from linshu.twin.emission import Ledger, to_tables
from linshu.twin.world import State, World


class Live:
    """A company that is told up to a moment, moment by moment.

    `rows(now)` gives what became known since the last `keep()`; `keep()` is called once those rows are safe. Until then
    they are told again, by this run or the next, equal in key and content.
    """

    def __init__(self, folder: Path, company: World, state: State, ledger: Ledger) -> None:
        self._folder, self._world, self._state, self._ledger = folder, company, state, ledger
        self._asked = ledger.told

    @classmethod
    def open(cls, folder: Path) -> Live:
        """The company kept in that folder by `simulate(..., keep=folder)` or by an earlier run."""
        config, told = keeping.read_note(folder)
        company = world.build(config)
        today = int(company.clock.day_of(told))
        state = keeping.read_state(folder, today) or world.opening_state(company)
        ledger = Ledger(told=told)
        ledger.add(opening.everything(company, world.opening_state(company)))
        live = cls(folder, company, state, ledger)
        live._live_until(told)
        return live

    @property
    def config(self) -> Config:
        """The company that lives here."""
        return self._world.config

    @property
    def told(self) -> int:
        """The moment up to which everything was told, in seconds since 1970."""
        return self._ledger.told

    def rows(self, now: datetime) -> list[tuple[str, pa.Table]]:
        """What became known since it was last kept, table by table; asked twice without keeping, it is told twice."""
        upto = int(now.timestamp())
        if upto <= self._ledger.told:
            return []
        self._live_until(upto)
        self._asked = upto
        return to_tables(self._ledger.tell(upto))

    def keep(self) -> None:
        """Notes that everything asked for so far is safe elsewhere."""
        self._ledger.forget(self._asked)
        keeping.write_note(self._folder, self.config, self._asked)

    def _live_until(self, moment: int) -> None:
        """Lives through every company day that has begun by a moment."""
        while self._world.clock.start(self._state.day) <= moment:
            if self._state.day % keeping.EVERY_DAYS == 0:
                keeping.write_state(self._folder, self._state)
            self._ledger.add(day.live_through(self._world, self._state).rows)
