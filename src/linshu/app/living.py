"""The simulated company lives on beside the server: what happens now comes in, is merged, built and shown within seconds."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linshu.app.telling import tell_screens
from linshu.kernel.errors import LinshuError
from linshu.twin.config import SOURCE
from linshu.twin.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from linshu.app.local import LocalShop
    from linshu.engine.shell.live import Hub

PACE_SECONDS = 4.0
logger = logging.getLogger("linshu.living")


def begin_living(folder: Path, shop: LocalShop, hub: Hub) -> Callable[[], None]:
    """Let the company kept in `folder` live from now on; the function given ends it."""
    stop = threading.Event()
    thread = threading.Thread(target=_live, args=(folder, shop, hub, stop), name="living", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=30)

    return end


def _live(folder: Path, shop: LocalShop, hub: Hub, stop: threading.Event) -> None:
    live = Live.open(folder)
    while not stop.wait(PACE_SECONDS):
        try:
            live_moment(live, shop, hub, datetime.now(UTC))
        except LinshuError:
            logger.exception("a moment of the simulated company could not be taken in; it is tried again")


def live_moment(live: Live, shop: LocalShop, hub: Hub, now: datetime) -> int:
    """Take in what became known by `now`, bring the published tables up to date, tell the screens; the rows taken in."""
    told = live.rows(now)
    if not told:
        return 0
    receipt = shop.bringing.intake.land_rows(SOURCE, told)
    shop.build_models(effort="few")
    live.keep()
    tell_screens(shop, hub, told)
    return receipt.rows_in
