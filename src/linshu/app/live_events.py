"""Live events of a running project: the door, and the tail that lands what was acknowledged and shows it at once."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linshu.app.telling import tell_screens
from linshu.app.watching import alert_book
from linshu.domains.operations.alerts.flow import watch_events
from linshu.engine.events.desk import EventDesk
from linshu.engine.events.door import Door
from linshu.engine.events.judge import Judge, places
from linshu.engine.events.landing import Lander
from linshu.engine.events.placing import Reach
from linshu.engine.intake import quoting as q
from linshu.kernel.errors import LinshuError
from linshu.standard.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import pyarrow as pa

    from linshu.app.local import LocalShop
    from linshu.engine.events.landing import Landed
    from linshu.engine.intake import Receipt
    from linshu.engine.shell.live import Hub
    from linshu.engine.state import State

TOPIC = "may.data.see"
PACE_SECONDS = 2.0  # between two landing batches: each is a folder, and a rebuild reads them all
QUIET_SECONDS = 30.0
TIRED_SECONDS = 30.0  # the longest pause after failures
logger = logging.getLogger("linshu.events")


def _now() -> datetime:
    return datetime.now(UTC)


class LiveEvents:
    """Takes events in and lets them flow into the figures; `begin` starts the tail."""

    def __init__(
        self, shop: LocalShop, state: State, hub: Hub | None = None, now: Callable[[], datetime] = _now
    ) -> None:
        self._shop, self._hub, self._now = shop, hub, now
        self._come, self._stop = threading.Event(), threading.Event()
        vault, intake = shop.bringing.vault, shop.bringing.intake
        judge = Judge(EVENTS, vault, shop.project.settings.company_day)
        door = Door(state, judge, Reach(self._places_of, self._communities), now, kept=self._kept)
        self.desk = EventDesk(state, door, lambda body: vault.reveal("event_dead", "body", body), now)
        self._lander = Lander(state, self._land, self._landed, now)
        self._intake, self._state = intake, state

    def begin(self) -> Callable[[], None]:
        """Land from now on what comes; the function given ends it, and lands what is there."""
        thread = threading.Thread(target=self._run, name="event-tail", daemon=True)
        self._come.set()  # what a kill left behind
        thread.start()

        def end() -> None:
            self.desk.door.close()
            self._stop.set()
            self._come.set()
            thread.join(timeout=30)

        return end

    def close(self) -> None:
        """Let nobody in any more."""
        self.desk.door.close()

    def tail(self) -> Landed | None:
        """Land what was acknowledged, bring the published tables up to date, tell the screens; None when nothing waits."""
        landed = self._lander.land_next()
        if landed is None:
            return None
        self._shop.build_models(effort="few")
        self.desk.last_lag = (self._now() - landed.since).total_seconds()
        if self._hub is not None:
            tell_screens(self._shop, self._hub, landed.rows.items())
            self._tell()
        return landed

    def watch(self) -> int:
        """Hold the rules on events against what was told up to now; how many ring since."""
        today = self._shop.project.settings.company_day.day_of(self._now())
        done = watch_events(alert_book(self._state), self._shop.figures, today)
        for one in done:
            if one.error is not None:
                logger.warning("the rule %s could not be held against events", one.rule, exc_info=one.error)
        return sum(one.rings for one in done)

    def catch_up(self) -> int:
        """Land everything that waits; how many batches."""
        many = 0
        while self.tail() is not None:
            many += 1
        return many

    def _run(self) -> None:
        pause = PACE_SECONDS
        try:
            self._lander.recall()
        except Exception:
            logger.exception("parts of events could not be looked through")
        while True:
            self._come.wait(QUIET_SECONDS)  # what rang falls silent when nothing comes any more
            self._come.clear()
            began, last = time.monotonic(), self._stop.is_set()
            try:
                self.watch()
                if last:
                    self.catch_up()
                elif self.tail() is not None:
                    self._come.set()  # more may wait than one batch holds
                pause = PACE_SECONDS
            except Exception as error:  # a tail that ended would keep every later event out of the figures
                level = logging.WARNING if isinstance(error, LinshuError) else logging.ERROR
                logger.log(level, "events could not be landed; it is tried again", exc_info=error)
                pause = min(2 * pause, TIRED_SECONDS)
                self._come.set()
            if last:
                return
            self._stop.wait(max(0.0, pause - (time.monotonic() - began)))

    def _kept(self) -> None:
        self._come.set()
        self._tell()

    def _tell(self) -> None:
        if self._hub is not None:
            self._hub.publish(TOPIC, state={"events": self._now().isoformat()})

    def _land(self, source: str, rows: list[tuple[str, pa.Table]], mark: str) -> Receipt:
        return self._intake.land_rows(source, rows, mark=mark)

    def _landed(self, marks: Collection[str]) -> frozenset[str]:
        if not marks:
            return frozenset()
        asked = f"SELECT file_hash FROM meta.landing WHERE file_hash IN ({q.texts(marks)})"
        return frozenset(self._shop.warehouse.query(asked)["file_hash"].to_pylist())

    def _places_of(self, table: str, keys: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """What stored rows say of where they belong, by their key."""
        stored = self._intake.table(table)
        key = stored.key[0]
        names = q.names(dict.fromkeys((key, *places(stored))))
        marks = ", ".join(f"${number}" for number in range(1, len(keys) + 1))
        asked = f"SELECT {names} FROM std.{table} WHERE {q.name(key)} IN ({marks})"
        found = self._shop.warehouse.query(asked, list(keys)).to_pylist()
        return {row[key]: {name: value for name, value in row.items() if value} for row in found}

    def _communities(self, regions: Collection[str]) -> frozenset[str]:
        """The communities that lie in regions of any level."""
        self._shop.ready()
        asked = f"SELECT community_id FROM mart.dim_scope_community WHERE scope_kind = 'region' AND scope_id IN ({q.texts(regions)})"
        return frozenset(self._shop.warehouse.query(asked)["community_id"].to_pylist())
