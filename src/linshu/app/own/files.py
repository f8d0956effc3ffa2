"""The files of `metrics/` as pages, programs and commands change them: judged first, whole or not at all, never over a stranger's change."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from linshu.app.own.dictionary import ENDINGS
from linshu.engine.intake.markup import Misplaced
from linshu.engine.metrics import Query, run
from linshu.engine.shell.own import LARGEST, Checked, OwnFile, OwnText, Trouble
from linshu.engine.state.instant import utc_now
from linshu.kernel.errors import Conflict, Invalid, LinshuError, Missing, Misused, nearest
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from linshu.app.own.dictionary import Dictionary, OwnMetrics
    from linshu.engine.metrics import Metric, Result
    from linshu.engine.warehouse.engine import Warehouse
    from linshu.kernel.company_day import CompanyDay

logger = logging.getLogger("linshu.own")
NAME = re.compile(r"[^\W.][\w-]{0,60}\.ya?ml")  # no folder, nothing hidden
MOST_FIGURES = 6
DAY = timedelta(days=1)
LAST_DAY = "SELECT max(placed_date) AS last FROM fct_orders"
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class LocalOwnFiles:
    """The files of one project; `aside` is where removed ones wait to be brought back."""

    folder: Path
    aside: Path
    own: OwnMetrics
    warehouse: Warehouse
    company_day: CompanyDay
    now: Callable[[], datetime] = utc_now

    def files(self) -> list[OwnFile]:
        """Every file, by name."""
        known = self.own.current()
        names = sorted(one.name for one in self.folder.glob("*") if one.suffix in ENDINGS and NAME.fullmatch(one.name))
        return [OwnFile(name, _declared(known, name), len(_in(known, name))) for name in names]

    def read(self, name: str) -> OwnText:
        """One file; Missing when there is none of that name."""
        text = self._text(name)
        if text is None:
            raise Missing(
                Text(f"没有文件 metrics/{name}", f"there is no file metrics/{name}"),
                mend=nearest(name, [one.name for one in self.files()]),
            )
        return OwnText(name, text, _mark(text))

    def check(self, name: str, text: str, *, figures: bool = False) -> Checked:
        """What the text would mean under that name; keeps nothing."""
        _acceptable(name, text)
        before, after = self.own.current(), self.own.tried(name, text)
        shown = f"metrics/{name}"
        wrong = [_trouble(one) for one in after.problems]
        known = {(one.what, one.where) for one in before.problems}
        elsewhere = [
            one
            for one, problem in zip(wrong, after.problems, strict=True)
            if one.file != shown and (problem.what, problem.where) not in known
        ]
        metrics = _declared(after, name)
        answers = [self._figure(after, one) for one in metrics[:MOST_FIGURES]] if figures else []
        own = tuple(one for one in wrong if one.file == shown)
        return Checked(metrics, own, tuple(elsewhere), tuple(one for one in answers if one is not None))

    def save(self, name: str, text: str, mark: str) -> OwnText:
        """Keeps the text; Invalid when something is wrong in it, Conflict when the file is no longer as `mark` says."""
        found = self.check(name, text)
        if found.wrong:
            first = found.wrong[0]
            raise Invalid(
                first.what,
                where=Text(f"metrics/{name} 第 {first.line} 行", f"metrics/{name}, line {first.line}"),
                mend=first.mend,
            )
        with _LOCK:
            self._unchanged(name, mark)
            part = self.folder / f".{name}.part"
            try:
                with part.open("w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(self.folder / name)
            finally:
                part.unlink(missing_ok=True)
        logger.info("own metrics: metrics/%s saved", name)
        return OwnText(name, text, _mark(text))

    def remove(self, name: str, mark: str) -> None:
        """Takes the file away, to be brought back with `restore`; Conflict as for `save`."""
        self.read(name)
        with _LOCK:
            self._unchanged(name, mark)
            self.aside.mkdir(parents=True, exist_ok=True)
            (self.folder / name).replace(self.aside / name)
        logger.info("own metrics: metrics/%s removed", name)

    def restore(self, name: str) -> OwnText:
        """Brings back what was removed last under that name; Conflict when a new file stands there."""
        _acceptable(name, "")
        with _LOCK:
            if (self.folder / name).exists():
                raise Conflict(
                    Text(f"已经有新的 metrics/{name}", f"there is a new metrics/{name}"),
                    mend=Text("先把它改名或删除。", "Rename or remove it first."),
                )
            if not (self.aside / name).exists():
                raise Missing(Text(f"没有删除过 metrics/{name}", f"metrics/{name} was not removed"))
            (self.aside / name).replace(self.folder / name)
        logger.info("own metrics: metrics/%s brought back", name)
        return self.read(name)

    def _text(self, name: str) -> str | None:
        _acceptable(name, "")
        try:
            return (self.folder / name).read_text("utf-8-sig")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                Text("读不了这个文件", "this file cannot be read"),
                where=Text(f"metrics/{name}", f"metrics/{name}"),
                mend=Text("请另存为 UTF-8。", "Save it as UTF-8."),
            ) from error

    def _unchanged(self, name: str, mark: str) -> None:
        text = self._text(name)
        if (_mark(text) if text is not None else "") != mark:
            raise Conflict(
                Text(f"metrics/{name} 在别处已经改过", f"metrics/{name} was changed elsewhere meanwhile"),
                mend=Text("重新打开它，把您的修改再做一次。", "Open it anew and make your change again."),
            )

    def _figure(self, known: Dictionary, metric: Metric) -> tuple[Metric, Result, Result] | None:
        """The last seven whole days that have orders, together and one by one; None where the data is not there."""
        try:
            last = self.warehouse.query(LAST_DAY).to_pylist()[0]["last"]
            end = min(last or date.max, self.company_day.day_of(self.now()) - DAY)
            whole = Query.of(metric.name, start=end - 6 * DAY, end=end, company_day=self.company_day)
            days = replace(whole, grain=Grain.DAY, fill=True)
            return metric, run(self.warehouse, whole, known.catalog), run(self.warehouse, days, known.catalog)
        except LinshuError:
            return None


def _acceptable(name: str, text: str) -> None:
    if not NAME.fullmatch(name):
        raise Misused(
            Text(f"文件名不能是 {name}", f"a file cannot be called {name}"),
            mend=Text("用字母、数字和连字符，以 .yaml 结尾。", "Use letters, digits and -, ending in .yaml."),
        )
    if len(text) > LARGEST:
        raise Invalid(Text("文件太大", "the file is too large"))


def _declared(known: Dictionary, name: str) -> tuple[Metric, ...]:
    return tuple(one for one in known.catalog.metrics.values() if one.place.rpartition(":")[0] == f"metrics/{name}")


def _in(known: Dictionary, name: str) -> list[Invalid]:
    return [one for one in known.problems if _trouble(one).file == f"metrics/{name}"]


def _trouble(problem: Invalid) -> Trouble:
    if isinstance(problem, Misplaced):
        return Trouble(problem.file, problem.line, problem.column, problem.what, problem.mend)
    return Trouble("", 0, 0, problem.what, problem.mend)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
