"""Work orders for the command line and programs: the same acts as on the pages, told as rows."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from linshu.app.answer import Answer
from linshu.app.states import open_state
from linshu.app.watching import alert_book
from linshu.domains.operations.work.inputs import of_alert
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.audit import Actor
from linshu.engine.work import Wanted, WorkBook, WorkDesk
from linshu.engine.work.rules import ACT_TITLES, SEVERITY_TITLES, STATE_TITLES, Wish
from linshu.kernel.errors import Conflict, Forbidden, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linshu.app.project import Project
    from linshu.engine.work import Done, Draft, Order
    from linshu.engine.work.rules import Act

LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class WorkOrders:
    """The work orders one person may work on; `account` "" is whoever sits at this machine and may read its files."""

    project: Project
    account: str = ""

    def list(self, wanted: Wanted | None = None) -> Answer:
        """Work orders, by default those that are not done, the most pressing first."""
        with self._open() as (_, book, _actor):
            rows, total = book.page(wanted or Wanted())
        return told(rows, total=total)

    def show(self, order_id: str) -> Answer:
        """One work order; all that happened to it and its files in the meta."""
        with self._open() as (_, book, _actor):
            return shown(book, order_id)

    def new(self, draft: Draft) -> Answer:
        """Open one; the same key opens it once."""
        with self._open() as (desk, book, actor):
            order_id, is_new = desk.open(actor, draft)
            return shown(book, order_id, new=is_new)

    def from_alert(self, alert_id: str, owner: str = "") -> Answer:
        """Open one for an alert, once, in its own words, for whose it is unless somebody else is named."""
        with self._open() as (desk, book, actor):
            scope = Users(book.state).find(self.account).scope if self.account else Scope.everything()
            draft, _ = of_alert(alert_book(book.state), alert_id, scope, self.project.settings.language)
            order_id, is_new = desk.open(actor, replace(draft, owner=owner or draft.owner))
            return shown(book, order_id, new=is_new)

    def act(self, act: Act, ids: Iterable[str], **said: str) -> Answer:
        """Assign, start, block, finish, verify, close …; a row for each, with what became of it."""
        with self._open() as (desk, book, actor):
            wish = Wish(act, actor.account, desk.now(), **said, for_all=not self.account)
            return done(desk.act(actor, book, ids, wish))

    def comment(self, order_id: str, words: str) -> Answer:
        """Say something about it."""
        with self._open() as (desk, book, actor):
            desk.comment(actor, book, order_id, words)
            return shown(book, order_id)

    def attach(self, order_id: str, file: Path) -> Answer:
        """Add a small file."""
        if not file.is_file():
            raise Missing(Text(f"没有文件 {file}", f"there is no file {file}"))
        with self._open() as (desk, book, actor):
            desk.attach(actor, book, order_id, file.name, file.read_bytes())
            return shown(book, order_id)

    def fetch(self, order_id: str, file_id: str, to: Path | None = None) -> Answer:
        """Save a file of it under its own name, or where it is wanted; what is there is never written over."""
        with self._open() as (desk, book, actor):
            name, body = desk.fetch(actor, book, order_id, file_id)
        place = to or Path(name)
        try:
            with place.open("xb") as out:
                out.write(body)
        except FileExistsError as error:
            raise Conflict(
                Text(f"{place} 已经有了", f"{place} is there already"),
                mend=Text("用 --to 换个名字。", "Choose another name with --to."),
            ) from error
        return Answer.of([{"file": str(place), "bytes": len(body)}])

    def stats(self) -> Answer:
        """What is open and late by person, and how what was done in the last 90 days went."""
        with self._open() as (desk, book, _actor):
            return went(book, desk)

    @contextmanager
    def _open(self) -> Iterator[tuple[WorkDesk, WorkBook, Actor]]:
        zone = ZoneInfo(self.project.settings.company.time_zone)
        with open_state(self.project) as state:
            desk = WorkDesk(state, lambda: datetime.now(UTC), zone)
            if not self.account:
                name = getpass.getuser()
                yield desk, WorkBook(state, Scope.everything()), Actor(f"local:{name}"[:32], name[:64], "cli")
                return
            user = Users(state).find(self.account)
            if not user.active or not user.may("orders.work"):
                raise Forbidden(Text(f"{user.account} 不能处理工单", f"{user.account} may not work on work orders"))
            yield desk, WorkBook(state, user.scope, user.account), Actor(user.user_id, user.account, "cli")


def told(rows: Iterable[Order], **meta: Any) -> Answer:
    """One row per work order."""
    return Answer.of(
        (
            {
                "order": one.order_id, "title": one.title.zh, "title_en": one.title.en, "severity": one.severity,
                "state": one.state, "owner": one.owner, "team": one.team, "origin": one.origin,
                "origin_id": one.origin_id, "created_at": one.created_at, "due_at": one.due_at, "done_at": one.done_at,
                "done_by": one.done_by, "result": one.result, "link": one.result_link, "level": one.level,
            }
            for one in rows
        ),
        states={name: title.zh for name, title in STATE_TITLES.items()},
        severities={name: title.zh for name, title in SEVERITY_TITLES.items()},
        **meta,
    )  # fmt: skip


def shown(book: WorkBook, order_id: str, **meta: Any) -> Answer:
    """One work order as a row; what is to be done, its history and files in the meta."""
    one = book.find(order_id)
    history = [
        {"at": step.at.isoformat(), "who": step.account, "act": step.act, "title": ACT_TITLES[step.act].zh,
         "before": step.before, "after": step.after, "to": step.to, "words": step.words, "audit": step.audit_seq}
        for step in book.history(order_id)
    ]  # fmt: skip
    files = [
        {"file": file.file_id, "name": file.name, "size": file.size, "sha256": file.sha256, "who": file.account}
        for file in book.files(order_id)
    ]
    return told([one], what=one.what, history=history, files=files, **meta)


def done(what: Done) -> Answer:
    """A row for each work order that an act was wanted for."""
    rows = [{"order": one, "outcome": "done", "why": ""} for one in what.done]
    rows += [{"order": one, "outcome": "refused", "why": words.zh} for one, words in what.refused.items()]
    return Answer.of(rows, done=len(what.done), refused=len(what.refused))


def went(book: WorkBook, desk: WorkDesk) -> Answer:
    """A row for each person with open ones; the whole in the meta."""
    stats = book.stats(desk.now() - LOOKED_BACK, desk.now(), desk.zone)
    middle = None if stats.middle is None else round(stats.middle.total_seconds() / 3600, 2)
    return Answer.of(
        ({"owner": one.owner, "open": one.open, "late": one.late} for one in stats.loads),
        states=dict(stats.states), late=stats.late, done=stats.done, in_time=stats.in_time,
        in_time_share=stats.in_time / stats.done if stats.done else None, median_business_hours=middle,
    )  # fmt: skip
