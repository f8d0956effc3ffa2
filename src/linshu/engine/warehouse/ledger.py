"""What is known about each model: when it was built, from what, how many rows, and which checks it failed."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.report import Outcome

MODEL_TABLE = """
CREATE TABLE IF NOT EXISTS meta.model (
    name VARCHAR, domain VARCHAR, owner VARCHAR, grain VARCHAR, signature VARCHAR, is_view BOOLEAN,
    changed_build BIGINT, seen_build BIGINT, watermark BIGINT, row_count BIGINT,
    built_at TIMESTAMPTZ, checked_at TIMESTAMPTZ, seconds DOUBLE, state VARCHAR, error VARCHAR, error_en VARCHAR,
    failing_checks BIGINT, tried_signature VARCHAR, tried_watermark BIGINT, tried_build BIGINT)
"""
_CHECK = """
CREATE TABLE IF NOT EXISTS meta.check (
    model VARCHAR, rule VARCHAR, is_blocking BOOLEAN, failing_rows BIGINT, sample VARCHAR, checked_at TIMESTAMPTZ)
"""
LOG = "meta.check_log"
# Every change of a check; `journal` keeps them when the warehouse goes: how many rows break it from then on; rule "" = the build itself.
LOG_TABLE = (
    f"CREATE TABLE IF NOT EXISTS {LOG} (changed_at TIMESTAMPTZ, model VARCHAR, rule VARCHAR, failing_rows BIGINT)"
)
_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("domain", pa.string()),
        ("owner", pa.string()),
        ("grain", pa.string()),
        ("signature", pa.string()),
        ("is_view", pa.bool_()),
        ("changed_build", pa.int64()),
        ("seen_build", pa.int64()),
        ("watermark", pa.int64()),
        ("row_count", pa.int64()),
        ("seconds", pa.float64()),
        ("state", pa.string()),
        ("error", pa.string()),
        ("error_en", pa.string()),
        ("failing_checks", pa.int64()),
        ("tried_signature", pa.string()),
        ("tried_watermark", pa.int64()),
        ("tried_build", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The table of a model as it stands: from which SQL, in which build its rows last changed, and up to which landing."""

    signature: str
    changed_build: int  # the build that last changed its rows
    seen_build: int  # the build that last found or made it up to date
    watermark: int  # landings with a greater seq are not in it
    row_count: int


NEVER_BUILT = Standing("", 0, 0, -1, 0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that failed: from which SQL, in which build, with which landings, and why."""

    signature: str
    build: int
    watermark: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """What one build leaves in the ledger about one model."""

    outcome: Outcome
    standing: Standing
    attempt: Attempt | None = None
    is_news: bool = True  # it says something the ledger did not say before


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger says before a build: every table that stands, every attempt that failed last time."""

    standings: dict[str, Standing]
    attempts: dict[str, Attempt]


def read(session: Session) -> Ledger:
    """The ledger as it is; models that never were built have no standing."""
    _forget_other_editions(session)
    session.execute(MODEL_TABLE)
    session.execute(_CHECK)
    session.execute(LOG_TABLE)
    rows = session.query("SELECT * FROM meta.model").to_pylist()
    standings = {
        row["name"]: Standing(**{field.name: row[field.name] for field in fields(Standing)})
        for row in rows
        if row["signature"]
    }
    attempts = {
        row["name"]: Attempt(
            row["tried_signature"], row["tried_build"], row["tried_watermark"], Text(row["error"], row["error_en"])
        )
        for row in rows
        if row["state"] == "failed"
    }
    return Ledger(standings, attempts)


def _forget_other_editions(session: Session) -> None:
    """A ledger kept by another edition of this program says nothing; without one everything is built anew."""
    found = session.query(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'meta' AND table_name = 'model'"
    )["name"].to_pylist()
    if found and set(found) != {*_SCHEMA.names, "built_at", "checked_at"}:
        session.execute("DROP TABLE meta.model")


def write(session: Session, entries: Iterable[Entry]) -> None:
    """Keep what this build found; the time of building stays where nothing was built."""
    kept = list(entries)
    rows = [_row(entry) for entry in kept]
    session.register("ledger_rows", pa.Table.from_pylist(rows, schema=_SCHEMA))
    session.execute(
        "CREATE OR REPLACE TEMP TABLE ledger_new AS SELECT n.*,"
        " CASE WHEN n.state IN ('unchanged', 'failed', 'waits') THEN o.built_at ELSE now() END AS built_at,"
        " now() AS checked_at"
        " FROM ledger_rows AS n LEFT JOIN meta.model AS o ON o.name = n.name"
    )
    session.unregister("ledger_rows")
    session.execute("DELETE FROM meta.model WHERE name IN (SELECT name FROM ledger_new)")
    session.execute("INSERT INTO meta.model BY NAME SELECT * FROM ledger_new")
    session.execute("DROP TABLE ledger_new")
    _write_checks(session, [entry.outcome for entry in kept])
    _write_log(session, [entry.outcome for entry in kept if entry.outcome.did not in {"unchanged", "waits"}])


def _row(entry: Entry) -> dict[str, object]:
    outcome, standing = entry.outcome, entry.standing
    return {
        "name": outcome.name,
        "domain": outcome.domain,
        "owner": outcome.owner,
        "grain": outcome.grain,
        "signature": standing.signature,
        "is_view": outcome.is_view,
        "changed_build": standing.changed_build,
        "seen_build": standing.seen_build,
        "watermark": standing.watermark,
        "row_count": standing.row_count,
        "seconds": outcome.seconds,
        "state": outcome.did,
        "error": outcome.reason.zh,
        "error_en": outcome.reason.en,
        "failing_checks": len(outcome.broken),
        "tried_signature": entry.attempt.signature if entry.attempt else None,
        "tried_watermark": entry.attempt.watermark if entry.attempt else None,
        "tried_build": entry.attempt.build if entry.attempt else None,
    }


def _write_checks(session: Session, outcomes: list[Outcome]) -> None:
    """The broken checks of every model that was looked at; whole ones leave no row."""
    for outcome in outcomes:
        if outcome.did in {"unchanged", "waits"} or outcome.is_view:
            continue
        session.execute("DELETE FROM meta.check WHERE model = $1", [outcome.name])
        for broken in outcome.broken:
            session.execute(
                "INSERT INTO meta.check VALUES ($1, $2, $3, $4, $5, now())",
                [
                    outcome.name,
                    broken.rule,
                    broken.blocking,
                    broken.rows,
                    json.dumps(broken.sample, ensure_ascii=False, default=str),
                ],
            )


def _write_log(session: Session, looked_at: list[Outcome]) -> None:
    """What changed since the log last spoke of these models; a check that holds again is said once, with no row."""
    last = {
        (row["model"], row["rule"]): row["failing_rows"]
        for row in session.query(
            f"SELECT model, rule, arg_max(failing_rows, changed_at) AS failing_rows FROM {LOG} GROUP BY ALL"
        ).to_pylist()
    }
    for outcome in looked_at:
        now = {broken.rule: broken.rows for broken in outcome.broken}
        if outcome.did == "failed":
            now[""] = 1
        known = {rule for model, rule in last if model == outcome.name}
        for rule in sorted(known | set(now)):
            if now.get(rule, 0) != last.get((outcome.name, rule), 0):
                session.execute(f"INSERT INTO {LOG} VALUES (now(), $1, $2, $3)", [outcome.name, rule, now.get(rule, 0)])
