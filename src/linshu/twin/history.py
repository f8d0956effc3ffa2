"""The company's past as standard rows, streamed in order of time, in chapters that each can come in on their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from linshu.twin import day, keeping, opening, world
from linshu.twin.config import Config
from linshu.twin.emission import Ledger, to_tables
from linshu.twin.rows import Columns
from linshu.twin.truth import Truth
from linshu.twin.world import State, World

Rows = Iterator[tuple[str, pa.Table]]
PAST = "past"  # under the folder that is kept: how far the history was taken in


@dataclass(frozen=True)
class Chapter:
    """Some weeks or months of the past; its rows can be read once, before the next chapter is asked for."""

    mark: str  # tells this chapter of this company from any other
    done: float  # the share of the history that lies before it, 0 to 1
    share: float  # its own share of the history
    rows: Rows = field(repr=False)


def simulate(config: Config, *, keep: Path | None = None, truth: Path | None = None) -> Rows:
    """Every row that was known by `config.until`, table by table, some weeks at a time.

    With `keep`, the folder holds afterwards what `Live` needs to go on from there. With `truth`, what no row tells is
    written to that folder: see `linshu.twin.truth`.
    """
    past = _Past(config, keep, truth)
    while past.left:
        yield from past.chapter()
    past.close()


def chapters(config: Config, *, keep: Path) -> Iterator[Chapter]:
    """The same rows in chapters; after a kill it goes on with the first chapter that was not taken in whole.

    A chapter counts as taken in once the next is asked for. One that was taken in just before a kill may come again:
    with the same mark and the same rows.
    """
    past = _Past(config, keep, None)
    kept = keeping.read_latest(keep / PAST, config)
    if kept is None:
        shutil.rmtree(keep / PAST, ignore_errors=True)  # of another company
    else:
        past.state, past.is_opened = kept, True
    while past.left:
        lived, ahead = (max(each, 0) for each in (past.state.day - config.first_day, past.left))
        rows = past.chapter()
        yield Chapter(
            mark=f"twin {config.scale} {config.seed} {config.cut_off} {config.until.isoformat()} {past.state.day}",
            done=lived / config.size.days,
            share=min(config.size.chapter_days, ahead) / config.size.days,
            rows=rows,
        )
        for _ in rows:  # what the caller left unread is lived through all the same
            pass
        keeping.write_state(keep / PAST, past.state)
        keeping.write_note(keep / PAST, config, config.until_second)
    past.close()


def forget_past(keep: Path) -> None:
    """Drops what only a history that is still coming in needs."""
    shutil.rmtree(keep / PAST, ignore_errors=True)


class _Past:
    """The company on its way from its first day to the present one."""

    def __init__(self, config: Config, keep: Path | None, truth: Path | None) -> None:
        self._config, self._keep = config, keep
        self._company: World = world.build(config)
        self.state: State = world.opening_state(self._company)
        self.is_opened = False  # what stood before the first day was told
        self._ledger = Ledger(told=config.until_second)
        self._noted = None if truth is None else Truth(truth, self._company)

    @property
    def left(self) -> int:
        """How many days are still to be lived."""
        return self._config.today - self.state.day + 1

    def chapter(self) -> Rows:
        """The rows of the next chapter; the state moves on as they are read."""
        told: dict[str, list[Columns]] = {}
        if not self.is_opened:
            told = self._ledger.add(opening.everything(self._company, self.state))
            self.is_opened = True
        end = self.state.day + self._config.size.chapter_days
        while self.left and self.state.day < end:
            lived = self._day()
            for table, parts in self._ledger.add(lived.rows).items():
                told.setdefault(table, []).extend(parts)
            self._ledger.waiting.clear()  # what is still to come is lived through again by Live
            if self._noted is not None:
                self._noted.take(lived.truth)
            is_whole = (self.state.day - self._config.first_day) % self._config.size.chunk_days == 0
            if is_whole or not self.left or self.state.day == end:
                yield from to_tables(told)
                told = {}

    def close(self) -> None:
        """Leaves behind what `Live` and those who look for the truth need."""
        if self._noted is not None:
            self._noted.close(self.state)
        if self._keep is not None:
            keeping.write_note(self._keep, self._config, self._config.until_second)

    def _day(self) -> day.Lived:
        """Lives through the next day; keeps snapshots of the latest mornings."""
        if self._keep is not None and keeping.snapshot_due(self._config, self.state.day):
            keeping.write_state(self._keep, self.state)
        return day.live_through(self._company, self.state)
