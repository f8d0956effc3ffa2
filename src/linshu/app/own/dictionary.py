"""The dictionary of one company: the built-in metrics and its own, read anew when a file in `metrics/` changes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from linshu.app.own.judging import wrong
from linshu.app.own.reading import Draft, drafts
from linshu.engine.metrics import Cache, Catalog
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import columns
from linshu.engine.metrics.kinds import Kind, stored
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from linshu.engine.metrics.declare import Fact

ENDINGS = (".yaml", ".yml")
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What can be asked just now, the answers kept for it, and what is wrong in `metrics/`."""

    catalog: Catalog
    cache: Cache = field(default_factory=Cache)
    problems: tuple[Invalid, ...] = ()


class OwnMetrics:
    """Watches one folder; a broken file takes nobody else's metric down."""

    def __init__(self, folder: Path, built_in: Catalog, columns_of: Callable[[str], Mapping[str, str]]) -> None:
        self._folder, self._built_in, self._columns_of = folder, built_in, columns_of
        self._lock = Lock()
        self._stamp: Stamp = ()
        self._sure = True  # whether every column could be looked up
        self._now = Dictionary(built_in)

    def current(self) -> Dictionary:
        """The dictionary as the files say now."""
        stamp = self._seen()
        if stamp == self._stamp and self._sure:
            return self._now
        with self._lock:
            if stamp != self._stamp or not self._sure:
                self._now, self._stamp = self._read(stamp), stamp
            return self._now

    def _seen(self) -> Stamp:
        """The files with their times and sizes; cheap enough to look at before every question."""
        try:
            with os.scandir(self._folder) as entries:
                found = [entry for entry in entries if entry.name.endswith(ENDINGS) and not entry.name.startswith(".")]
                stats = [(entry.name, entry.stat()) for entry in found]
        except OSError:
            return ()
        return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))

    def tried(self, name: str, text: str) -> Dictionary:
        """The dictionary as it would be with one file saying something else; nothing is kept."""
        with self._lock:
            sure = self._sure
            files: dict[str, Path | str] = {one: self._folder / one for one, _, _ in self._seen()}
            found = self._judged({**files, name: text})
            self._sure = sure
        return found

    def _read(self, stamp: Stamp) -> Dictionary:
        self._sure = True
        return self._judged({name: self._folder / name for name, _, _ in stamp})

    def _judged(self, files: Mapping[str, Path | str]) -> Dictionary:
        found, problems = list[Draft](), list[Invalid]()
        for name, file in sorted(files.items()):
            good, bad = drafts(file, f"metrics/{name}")
            found += good
            problems += bad
        catalog = self._accepted(found, problems)
        return Dictionary(catalog, problems=tuple(problems))

    def _accepted(self, waiting: list[Draft], problems: list[Invalid]) -> Catalog:
        """The built-in catalogue and every draft that fits; a formula over other own metrics waits for them."""
        catalog, names = self._built_in, {draft.metric.name for draft in waiting}
        while waiting:
            ready = [one for one in waiting if not (_reads(one) & names) - catalog.metrics.keys()]
            if not ready:
                problems += [_circle(one, names - catalog.metrics.keys()) for one in waiting]
                return catalog
            for draft in ready:
                waiting.remove(draft)
                found = [*wrong(draft, catalog, self._stored)]
                problems += found
                if found:
                    names.discard(draft.metric.name)
                else:
                    catalog = catalog.with_metric(draft.metric)
        return catalog

    def _stored(self, fact: Fact) -> Mapping[str, Kind]:
        found = {name: stored(kind) for name, kind in self._columns_of(fact.table).items()}
        self._sure = self._sure and bool(found)
        return found


def _reads(draft: Draft) -> set[str]:
    formula = draft.metric.formula
    return set() if isinstance(formula, Measure) else set(columns(formula))


def _circle(draft: Draft, names: set[str]) -> Invalid:
    said = "、".join(sorted(_reads(draft) & names))
    return draft.at("formula").wrong(
        Text(f"{draft.metric.name} 与 {said} 互相引用", f"{draft.metric.name} and {said} are made of one another")
    )
