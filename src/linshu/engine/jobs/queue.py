"""The queue of jobs: written once per (kind, key), leased by one worker at a time, taken up again after a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import uuid4

from sqlalchemy import and_, exists, insert, literal, or_, select, update

from linshu.engine.audit import write as audit
from linshu.engine.jobs.run import Cancelled
from linshu.engine.state.crash import point
from linshu.engine.state.once import insert_once
from linshu.engine.state.tables import job, job_log
from linshu.kernel.errors import Conflict, LinshuError, Missing
from linshu.kernel.personal import all_masked
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

    from linshu.engine.audit import Actor
    from linshu.engine.state import State
    from linshu.kernel.retry import Patience

State_ = Literal["queued", "running", "done", "failed", "cancelled", "dead"]
STATES: tuple[State_, ...] = ("queued", "running", "done", "failed", "cancelled", "dead")
OPEN: tuple[State_, ...] = ("queued", "running", "failed")  # something will still happen to them
LEASE = timedelta(seconds=60)
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Kept:
    """A job as it stands in the queue."""

    job_id: str
    kind: str
    key: str
    scheduled_at: datetime | None
    day: date | None
    after: str | None
    state: State_
    attempts: int
    run_after: datetime
    progress: float  # 0 to 1
    words: Text
    input: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: Text
    asked_by: str
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in OPEN


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a job's log."""

    at: datetime
    level: str
    words: Text


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ended; `again` = when it is tried again."""

    state: State_
    result: Mapping[str, Any] | None = None
    error: Text = NOTHING
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to run: `key` says what once means for this kind."""

    kind: str
    key: str
    input: Mapping[str, Any] | None = None
    day: date | None = None
    scheduled_at: datetime | None = None
    after: str | None = None  # the job that must be done before


def enqueue(connection: Connection, asked: Asked, *, by: str, at: datetime) -> tuple[str, bool]:
    """Write a job within the caller's transaction; its id, and whether it is new (the same key gives the first)."""
    row = {
        "job_id": uuid4().hex, "kind": asked.kind, "key": asked.key, "scheduled_at": asked.scheduled_at,
        "day": asked.day, "after": asked.after, "state": "queued", "attempts": 0, "run_after": at, "leased_by": "",
        "leased_until": None, "progress": 0, "words_zh": "", "words_en": "", "input": _json(all_masked(asked.input or {})),
        "result": None, "error_zh": "", "error_en": "", "asked_by": by, "cancel_asked": False, "created_at": at,
        "started_at": None, "ended_at": None,
    }  # fmt: skip
    if insert_once(connection, job, row):
        return str(row["job_id"]), True
    same = and_(job.c.kind == asked.kind, job.c.key == asked.key)
    return str(connection.execute(select(job.c.job_id).where(same)).scalar_one()), False


class Queue:
    """The jobs of one project; any number of processes may work on it."""

    def __init__(
        self,
        state: State,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.state, self.clock, self.changed = state, clock, changed

    def enqueue(self, asked: Asked, *, by: str) -> tuple[str, bool]:
        """Write a job; its id, and whether it is new."""
        with self.state.writing() as connection:
            job_id, is_new = enqueue(connection, asked, by=by, at=self.clock())
        self.changed(job_id)
        return job_id, is_new

    def take(self, kinds: Iterable[str], patience: Mapping[str, Patience]) -> tuple[Kept, str] | None:
        """Lease the job that has been due longest: one whose step before is done and of whose kind none runs.

        It counts as an attempt from this moment. One whose lease ran out (its process is gone) is taken up again, or
        given up when it has had all its attempts.
        """
        kinds, now = tuple(kinds), self.clock()
        with self.state.reading() as connection:
            if connection.execute(select(literal(1)).where(exists(_due(kinds, now)))).first() is None:
                return None
        lease = uuid4().hex
        with self.state.writing() as connection:
            while True:
                found = (
                    connection.execute(_due(kinds, now).limit(1).with_for_update(skip_locked=True)).mappings().first()
                )
                if found is None:
                    return None
                row = dict(found)
                if row["state"] != "running":
                    break
                if not patience[row["kind"]].is_over(row["attempts"]):
                    _log(connection, row["job_id"], "warn", LEFT, at=now)
                    break
                self._end(connection, row["job_id"], End("dead", error=LEFT_TOO_OFTEN))
            row |= {
                "state": "running", "attempts": row["attempts"] + 1, "leased_by": lease, "leased_until": now + LEASE,
                "started_at": now, "ended_at": None, "progress": 0, "words_zh": "", "words_en": "",
            }  # fmt: skip
            connection.execute(update(job).where(job.c.job_id == row["job_id"]).values(row))
        self.changed(row["job_id"])
        point("job.taken")
        return kept(row), lease

    def beat(self, job_id: str, lease: str) -> bool | None:
        """Keep the lease; whether somebody asked for the end of the job, None when the lease is lost."""
        return self._while_mine(job_id, lease, leased_until=self.clock() + LEASE)

    def tell(self, job_id: str, lease: str, thousandths: int, words: Text) -> None:
        """Say how far a running job is."""
        self._while_mine(job_id, lease, progress=thousandths, words_zh=words.zh[:300], words_en=words.en[:300])
        self.changed(job_id)

    def log(self, job_id: str, level: str, words: Text) -> None:
        """Keep a line in a job's log."""
        with self.state.writing() as connection:
            _log(connection, job_id, level, words, at=self.clock())

    def done(self, job_id: str, lease: str, result: Mapping[str, Any] | None) -> bool:
        """Write the good end; False when the lease was lost, and another worker has the job."""
        return self._finish(job_id, lease, End("done", result))

    def fail(self, taken: Kept, lease: str, error: Exception, patience: Patience, chance: float) -> bool:
        """Write the bad end of an attempt: to be tried again after a pause, or given up."""
        if isinstance(error, Cancelled):
            return self._finish(taken.job_id, lease, End("cancelled"))
        words = said(error)
        if patience.is_over(taken.attempts):
            return self._finish(taken.job_id, lease, End("dead", error=words))
        wait = patience.pause(taken.attempts, chance)
        return self._finish(taken.job_id, lease, End("failed", error=words, again=self.clock() + wait))

    def release(self, taken: Kept, lease: str) -> None:
        """Give a job back that its worker could not end because it stops itself; no attempt is counted."""
        self._while_mine(
            taken.job_id,
            lease,
            state="queued",
            attempts=taken.attempts - 1,
            leased_by="",
            leased_until=None,
            progress=0,
        )
        self.changed(taken.job_id)

    def cancel(self, job_id: str, actor: Actor) -> str:
        """End a job that waits, ask a running one to end at its next checkpoint; "cancelled" or "asked"."""
        now = self.clock()
        with self.state.writing() as connection:
            row = self._row(connection, job_id)
            if row["state"] == "running":
                connection.execute(update(job).where(job.c.job_id == job_id).values(cancel_asked=True))
                _log(connection, job_id, "warn", Text("已请求取消", "its end was asked for"), at=now)
            elif row["state"] in OPEN:
                self._end(connection, job_id, End("cancelled"))
            else:
                raise _not_possible(row, Text("取消", "cancel"))
            audit(connection, actor, "job.cancel", f"job:{job_id}", at=now, kind=row["kind"])
        self.changed(job_id)
        return "asked" if row["state"] == "running" else "cancelled"

    def retry(self, job_id: str, actor: Actor) -> None:
        """Run a job that failed, was given up or cancelled anew, with all its attempts."""
        now = self.clock()
        with self.state.writing() as connection:
            row = self._row(connection, job_id)
            if row["state"] not in ("failed", "dead", "cancelled"):
                raise _not_possible(row, Text("重试", "retry"))
            connection.execute(
                update(job)
                .where(job.c.job_id == job_id)
                .values(state="queued", attempts=0, run_after=now, cancel_asked=False, ended_at=None)
            )
            _log(connection, job_id, "info", Text("重新排队", "queued anew"), at=now)
            audit(connection, actor, "job.retry", f"job:{job_id}", at=now, kind=row["kind"])
        self.changed(job_id)

    def find(self, job_id: str) -> Kept:
        """One job, by its id or the beginning of it."""
        with self.state.reading() as connection:
            return kept(self._row(connection, job_id, beginning=True))

    def lines(self, job_id: str) -> list[Line]:
        """The log of a job, oldest first."""
        with self.state.reading() as connection:
            rows = connection.execute(select(job_log).where(job_log.c.job_id == job_id).order_by(job_log.c.log_id))
            return [Line(row.at, row.level, Text(row.words_zh, row.words_en)) for row in rows]

    def _while_mine(self, job_id: str, lease: str, **values: Any) -> bool | None:
        mine = and_(job.c.job_id == job_id, job.c.leased_by == lease, job.c.state == "running")
        with self.state.writing() as connection:
            row = connection.execute(update(job).where(mine).values(values).returning(job.c.cancel_asked)).first()
        return None if row is None else bool(row[0])

    def _finish(self, job_id: str, lease: str, end: End) -> bool:
        point("job.ran")
        with self.state.writing() as connection:
            mine = and_(job.c.job_id == job_id, job.c.leased_by == lease, job.c.state == "running")
            if connection.execute(select(job.c.job_id).where(mine).with_for_update()).first() is None:
                return False
            self._end(connection, job_id, end)
        self.changed(job_id)
        point("job.noted")
        return True

    def _end(self, connection: Connection, job_id: str, end: End) -> None:
        now = self.clock()
        values: dict[str, Any] = {
            "state": end.state, "leased_by": "", "leased_until": None, "ended_at": now,
            "error_zh": end.error.zh[:2000], "error_en": end.error.en[:2000],
            "result": None if end.result is None else _json(all_masked(end.result)),
        }  # fmt: skip
        if end.again is not None:
            values["run_after"] = end.again
        if end.state == "done":
            values["progress"] = 1000
        connection.execute(update(job).where(job.c.job_id == job_id).values(values))
        if end.error.zh:
            _log(connection, job_id, "error", end.error, at=now)

    @staticmethod
    def _row(connection: Connection, job_id: str, *, beginning: bool = False) -> dict[str, Any]:
        by = job.c.job_id.startswith(job_id, autoescape=True) if beginning else job.c.job_id == job_id
        rows = connection.execute(select(job).where(by).limit(2)).mappings().all() if job_id else []
        if len(rows) != 1:
            raise Missing(
                Text(f"没有任务 {job_id}", f"there is no job {job_id}"),
                mend=Text("用 linshu job list 看编号。", "See the ids with: linshu job list"),
            )
        return dict(rows[0])


def _due(kinds: tuple[str, ...], now: datetime) -> Any:
    """Jobs that may be taken now, the longest due first."""
    before, same = job.alias("before"), job.alias("same")
    waits = and_(job.c.state.in_(("queued", "failed")), job.c.run_after <= now)
    left = and_(job.c.state == "running", job.c.leased_until < now)
    is_next: ColumnElement[bool] = or_(
        job.c.after.is_(None), exists().where(before.c.job_id == job.c.after, before.c.state == "done")
    )
    runs = exists().where(same.c.kind == job.c.kind, same.c.state == "running", same.c.leased_until >= now)
    return (
        select(job)
        .where(job.c.kind.in_(kinds), or_(waits, left), is_next, ~runs)
        .order_by(job.c.run_after, job.c.created_at, job.c.job_id)
    )


def kept(row: Mapping[str, Any]) -> Kept:
    """A row of the table as a job."""
    return Kept(
        row["job_id"], row["kind"], row["key"], row["scheduled_at"], row["day"], row["after"],
        cast("State_", row["state"]), row["attempts"], row["run_after"], row["progress"] / 1000,
        Text(row["words_zh"], row["words_en"]), json.loads(row["input"]),
        None if row["result"] is None else json.loads(row["result"]), Text(row["error_zh"], row["error_en"]),
        row["asked_by"], row["cancel_asked"], row["created_at"], row["started_at"], row["ended_at"],
    )  # fmt: skip


def said(error: Exception) -> Text:
    """What to tell of a failure: our own errors in full, others by kind and first line."""
    if isinstance(error, LinshuError):
        return Text(error.say("zh"), error.say("en"))
    words = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"[:500]
    return Text(f"程序出错：{words}", f"internal error: {words}")


def _log(connection: Connection, job_id: str, level: str, words: Text, *, at: datetime) -> None:
    connection.execute(
        insert(job_log),
        [{"job_id": job_id, "at": at, "level": level, "words_zh": words.zh[:1000], "words_en": words.en[:1000]}],
    )


def _not_possible(row: Mapping[str, Any], what: Text) -> Conflict:
    return Conflict(
        Text(f"任务是“{row['state']}”，不能{what.zh}", f"the job is {row['state']}: nothing to {what.en}"),
        where=Text(row["job_id"], row["job_id"]),
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


LEFT = Text("上次运行中断（程序停止），现在从头再来", "The run before broke off with its process; it begins anew")
LEFT_TOO_OFTEN = Text("每次运行都中断，不再尝试", "every run broke off; it is given up")
