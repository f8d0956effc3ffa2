"""Whole pages: sent with all their parts where these take no longer than a moment, and made first come first served."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linshu.engine.warehouse.turns import Turns
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Make = Callable[[], object]

PATIENCE_SECONDS = 0.3  # a page that takes longer is shown with places that fill themselves
HANDS = 16  # pages being made: those in their turn, and those whose readers were shown places to be filled

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Whole:
    """Makes the parts of half as many pages at once as there are processors; what fails says so when its place asks for it.

    The other half is for what is printed and packed meanwhile, and for the statements of a page, which take more than one.
    """

    patience: float = PATIENCE_SECONDS
    turns: Turns = field(default_factory=lambda: Turns(max(1, (os.cpu_count() or 1) // 2)))
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(HANDS, "whole"))

    def make(self, makes: Iterable[Make]) -> None:
        """Has these made one after the other when their turn comes, and waits a moment for all of them."""
        waiting = [*makes]
        if not waiting:
            return
        with self.turns.turn():
            wait([self._hands.submit(self._each, waiting)], self.patience)
            waiting.clear()  # nobody waits for the rest any longer

    def _each(self, waiting: list[Make]) -> None:
        waiting.reverse()
        while waiting:
            make = waiting.pop()
            try:
                make()
            except LinshuError:
                continue  # a question that has no answer, as its place will say
            except Exception:
                logger.info("a part could not be made with its page", exc_info=True)
