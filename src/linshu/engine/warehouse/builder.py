"""One model at a time: decide whether to leave, update or rebuild it, do so, and check the result."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.warehouse import increment as touching
from linshu.engine.warehouse import slices
from linshu.engine.warehouse.checks import broken_rules
from linshu.engine.warehouse.ledger import NEVER_BUILT, Attempt, Entry, Ledger, Standing
from linshu.engine.warehouse.report import NOTHING, Broken, Did, Outcome
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.graph import Graph
    from linshu.engine.warehouse.landed import Landings
    from linshu.engine.warehouse.model import Model

COMPARED_ROWS = 300_000  # a rebuilt table up to this size is compared with the old one, so that readers rest if equal
UPDATED_KEYS = 1_000
UPDATED_SHARE = 0.2  # with more touched keys than that, and beyond this share of the rows, a full rebuild is quicker
_LINE = re.compile(r"line (\d+)")


class BuildError(Exception):
    """A model could not be built; its transaction is lost."""

    def __init__(self, model: str, reason: Text) -> None:
        super().__init__(model)
        self.model, self.reason = model, reason


@dataclass(frozen=True, slots=True)
class _Change:
    """What became of a model's rows."""

    did: Did
    rows: int
    touched: int = 0
    new_rows: str = ""  # the table that holds them alone
    is_changed: bool = True


class Builder:
    """The builds of one transaction."""

    def __init__(self, session: Session, graph: Graph, landings: Landings, ledger: Ledger, *, full: bool) -> None:
        self._session, self._graph, self._landings, self._full = session, graph, landings, full
        self._standings, self._attempts = ledger.standings, ledger.attempts
        builds = [each.seen_build for each in self._standings.values()] + [
            each.build for each in self._attempts.values()
        ]
        self._build = 1 + max(builds, default=0)
        self._changed_now: set[str] = set()
        self.deltas: set[str] = set()  # the models whose changed rows are known one by one
        self._temporary: set[str] = set()
        found = session.query("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'mart'")
        self._standing_tables = set(found["name"].to_pylist())

    def hopeless(self, model: Model) -> Text | None:
        """Why the model failed last time, when neither its SQL nor its inputs changed since."""
        attempt = self._attempts.get(model.name)
        if attempt is None or self._full or attempt.signature != self._graph.signature(model.name):
            return None
        tables, feeding = self._changed_inputs(model, attempt.watermark, attempt.build)
        return None if tables or feeding else attempt.reason

    def failed(self, model: Model, reason: Text) -> Entry:
        """The model's old table stands; it is tried again once its SQL or an input changes."""
        known = self._attempts.get(model.name)
        is_news = known is None or known.reason != reason
        attempt = Attempt(self._graph.signature(model.name), self._build, self._landings.latest, reason)
        old = self._standings.get(model.name, NEVER_BUILT)
        outcome = _outcome(model, _Change("failed", old.row_count), 0.0, reason=reason)
        return Entry(outcome, old, attempt, is_news=is_news)

    def waiting(self, model: Model, reason: Text) -> Entry:
        """The model's old table stands until the one it waits for is mended."""
        old = self._standings.get(model.name, NEVER_BUILT)
        return Entry(_outcome(model, _Change("waits", old.row_count), 0.0, reason=reason), old, is_news=False)

    def built(self, model: Model) -> Entry:
        """The model brought up to date; BuildError when it cannot be, or when a blocking check is broken."""
        began = time.perf_counter()
        broken: tuple[Broken, ...] = ()
        try:
            change = self._change(model)
            if change.did != "unchanged" and not model.is_view:
                broken = tuple(broken_rules(self._session, model, change.new_rows))
        except LinshuError as error:
            raise BuildError(model.name, _reason(model, error)) from error
        for rule in broken:
            if rule.blocking:
                raise BuildError(model.name, _unsound(model, rule))
        outcome = _outcome(model, change, time.perf_counter() - began, broken=broken)
        is_news = change.did != "unchanged" or model.name in self._attempts
        return Entry(outcome, self._standing(model, change), is_news=is_news)

    def has_changed(self, name: str) -> bool:
        """Whether this build changed rows of the model."""
        return name in self._changed_now

    def tidy(self) -> None:
        """Drop what this build kept aside."""
        for name in sorted(self._temporary):
            self._session.execute(f"DROP TABLE IF EXISTS {name}")

    def _change(self, model: Model) -> _Change:
        old = self._standings.get(model.name)
        stands = old is not None and model.name in self._standing_tables
        same_sql = stands and old is not None and old.signature == self._graph.signature(model.name)
        if self._full or old is None or not same_sql:
            return self._rebuild(model, "rebuilt" if stands else "created", compare=False)
        if model.is_view:
            return _Change("unchanged", 0, is_changed=False)
        tables, feeding = self._changed_inputs(model, old.watermark, old.seen_build)
        if not tables and not feeding:
            return _Change("unchanged", old.row_count, is_changed=False)
        rule = model.increment
        known = self._landings.latest >= 0 and old.watermark >= 0
        known = known and not any(self._landings.rewritten(each, old.watermark) for each in tables)
        if rule and known and touching.covers(rule, tables, feeding, self.deltas):
            return self._update(model, old, tables | feeding)
        return self._rebuild(model, "rebuilt", compare=old.row_count <= COMPARED_ROWS)

    def _changed_inputs(self, model: Model, watermark: int, build: int) -> tuple[set[str], set[str]]:
        """The standard tables that got rows after a watermark, and the models whose rows changed after a build."""
        inputs = self._graph.inputs(model.name)
        tables = {each for each in inputs if each.startswith("std.") and self._landings.reached(each, watermark)}
        return tables, {each for each in inputs if self._fed_since(each, build)}

    def _fed_since(self, name: str, build: int) -> bool:
        """Whether an upstream model changed its rows after a build."""
        if name in self._changed_now:
            return True
        standing = self._standings.get(name)
        return name in self._graph.models and standing is not None and standing.changed_build > build

    def _rebuild(self, model: Model, did: Did, *, compare: bool) -> _Change:
        table, before = f"mart.{model.name}", f"temp.before_{model.name}"
        asked = compare and model.name in self._graph.asked
        old = self._digest(table) if compare else ""
        if asked:
            self._keep(before, f"SELECT * FROM {table}")
        rows = self._session.build(table, *slices.selects(self._session, model, self._graph), view=model.is_view)
        if model.increment:
            touching.remember_places(self._session, model, model.increment)
        if compare and self._digest(table) == old:
            return _Change("unchanged", rows, is_changed=False)
        if asked:
            self._keep_delta(model, f"SELECT * FROM {before}", f"SELECT * FROM {table}")
        return _Change(did, rows)

    def _update(self, model: Model, old: Standing, changed: set[str]) -> _Change:
        rule = model.increment
        assert rule is not None
        table, touched = f"mart.{model.name}", f"temp.touched_{model.name}"
        before, now = f"temp.before_{model.name}", f"temp.now_{model.name}"
        keys = touching.touched_keys(model, rule, self._landings, old.watermark, changed)
        known = " AND ".join(f"{key} IS NOT NULL" for key in rule.key)
        count = self._keep(touched, f"SELECT DISTINCT {rule.keys} FROM ({keys}) WHERE {known}")
        if count == 0:
            return _Change("unchanged", old.row_count, is_changed=False)
        if count > UPDATED_KEYS and count > UPDATED_SHARE * old.row_count:
            return self._rebuild(model, "rebuilt", compare=False)
        here = f"({rule.keys}) IN (SELECT {rule.keys} FROM {touched})"
        gone = self._keep(before, f"SELECT rowid AS row_, * FROM {table} WHERE {here}")
        narrowed = touching.narrowed(model, rule, self._graph, touched)
        # Narrowing only saves work; that nothing else comes in is said once more.
        came = self._keep(now, f"SELECT * FROM ({narrowed}) WHERE {here}")
        touching.move_places(self._session, model, rule, self._landings, old.watermark)
        if not self._keep_delta(model, f"SELECT * EXCLUDE (row_) FROM {before}", f"SELECT * FROM {now}"):
            return _Change("unchanged", old.row_count, is_changed=False)
        self._session.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT row_ FROM {before})")
        self._session.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {now}")
        return _Change("updated", old.row_count - gone + came, count, now)

    def _keep_delta(self, model: Model, before: str, now: str) -> bool:
        """Keep the rows that differ, as they were and as they are, for the models that ask; whether there are any."""
        rows = self._keep(
            touching.delta(model.name),
            f"(({before}) EXCEPT ALL ({now})) UNION ALL (({now}) EXCEPT ALL ({before}))",
        )
        self.deltas.add(model.name)
        return rows > 0

    def _digest(self, table: str) -> str:
        """Equal for equal rows in any order; cheaper than a comparison row by row."""
        found = self._session.query(
            "SELECT concat_ws('/', count(*), bit_xor(hash(rows_)), sum(hash(rows_))) AS digest"
            f" FROM (SELECT rows_ FROM {table} AS rows_)"
        )
        return str(found["digest"][0])

    def _keep(self, name: str, select: str) -> int:
        self._temporary.add(name)
        return self._session.execute(f"CREATE OR REPLACE TEMP TABLE {name.removeprefix('temp.')} AS {select}")

    def _standing(self, model: Model, change: _Change) -> Standing:
        old = self._standings.get(model.name)
        is_new = change.did != "unchanged"
        if change.is_changed:
            self._changed_now.add(model.name)
        return Standing(
            signature=self._graph.signature(model.name),
            changed_build=self._build if change.is_changed or old is None else old.changed_build,
            seen_build=self._build,
            watermark=self._landings.latest,
            row_count=change.rows if is_new or old is None else old.row_count,
        )


def _outcome(
    model: Model, change: _Change, seconds: float, *, reason: Text = NOTHING, broken: tuple[Broken, ...] = ()
) -> Outcome:
    return Outcome(
        name=model.name,
        domain=model.domain,
        owner=model.owner,
        grain=model.grain,
        is_view=model.is_view,
        did=change.did,
        rows=change.rows,
        touched=change.touched,
        seconds=seconds,
        reason=reason,
        broken=broken,
    )


def _reason(model: Model, error: LinshuError) -> Text:
    """Model, line of its file and reason; the statement begins one line above the SELECT."""
    line = _LINE.search(error.where.en)
    at = f":{model.first_line + int(line[1]) - 2}" if line else ""
    return Text(f"{model.place}{at}：{error.what.zh}", f"{model.place}{at}: {error.what.en}")


def _unsound(model: Model, rule: Broken) -> Text:
    first = ", ".join(f"{name}={value}" for name, value in rule.sample[0].items())
    return Text(
        f"{model.place}：检查 {rule.rule} 有 {rule.rows} 行不符，例如 {first}",
        f"{model.place}: {rule.rows} rows break the check {rule.rule}, such as {first}",
    )
