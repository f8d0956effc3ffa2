"""The company's past as standard rows, streamed in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from linshu.twin import day, keeping, opening, world
from linshu.twin.config import Config
from linshu.twin.emission import Ledger, to_tables
from linshu.twin.rows import Columns
from linshu.twin.truth import Truth
from linshu.twin.world import State, World

CHUNK_DAYS = {"small": 30, "medium": 14, "large": 2}


def simulate(config: Config, *, keep: Path | None = None, truth: Path | None = None) -> Iterator[tuple[str, pa.Table]]:
    """Every row that was known by `config.until`, table by table, some weeks at a time.

    With `keep`, the folder holds afterwards what `Live` needs to go on from there. With `truth`, what no row tells is
    written to that folder: see `linshu.twin.truth`.
    """
    company = world.build(config)
    state = world.opening_state(company)
    ledger = Ledger(told=config.until_second)
    noted = None if truth is None else Truth(truth, company)
    told: dict[str, list[Columns]] = ledger.add(opening.everything(company, state))
    for lived in _days(company, state, keep):
        for table, parts in ledger.add(lived.rows).items():
            told.setdefault(table, []).extend(parts)
        ledger.waiting.clear()  # what is still to come is lived through again by Live
        if noted is not None:
            noted.take(lived.truth)
        if (state.day - config.first_day) % CHUNK_DAYS[config.scale] == 0 or state.day > config.today:
            yield from to_tables(told)
            told = {}
    if noted is not None:
        noted.close(state)
    if keep is not None:
        keeping.write_note(keep, config, config.until_second)


def _days(company: World, state: State, keep: Path | None) -> Iterator[day.Lived]:
    """Lives through every day up to the present one; keeps snapshots of the latest mornings."""
    while state.day <= company.config.today:
        if keep is not None and keeping.snapshot_due(company.config, state.day):
            keeping.write_state(keep, state)
        yield day.live_through(company, state)
