"""The company's past as standard rows, streamed in order of time."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from linshu.twin import day, opening, world
from linshu.twin.config import Config
from linshu.twin.emission import Ledger, to_tables

CHUNK_DAYS = {"small": 30, "medium": 14, "large": 2}


def simulate(config: Config) -> Iterator[tuple[str, pa.Table]]:
    """Every row that was known by `config.until`, table by table, some weeks at a time."""
    company = world.build(config)
    state = world.opening_state(company)
    ledger = Ledger(told=config.until_second)
    told = ledger.add(opening.everything(company))
    while state.day <= config.today:
        for table, parts in ledger.add(day.live_through(company, state)).items():
            told.setdefault(table, []).extend(parts)
        if (state.day - config.first_day) % CHUNK_DAYS[config.scale] == 0 or state.day > config.today:
            yield from to_tables(told)
            told = {}
