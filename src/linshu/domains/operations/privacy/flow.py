"""What is done with personal data: shown to one person for a reason, erased or taken out once two persons agree."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.operations.privacy import inputs
from linshu.domains.operations.privacy.decide import (
    ERASED_NAME,
    PLACES,
    PURPOSES,
    SOON,
    WINDOW,
    Due,
    Request,
    cut_off,
    may_fetch,
    refusal_of_second,
    refusal_of_why,
    wait_before,
)
from linshu.engine.access.users import Users
from linshu.engine.audit import write as audit
from linshu.engine.intake.personal import mask_text
from linshu.engine.shell.persons import Whom
from linshu.kernel.errors import Conflict, Forbidden, Invalid, Missing, Misused, Throttled, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linshu.engine.access.scope import Scope
    from linshu.engine.access.users import User
    from linshu.engine.audit import Actor
    from linshu.engine.shell.persons import Cells, Persons, Said, Span
    from linshu.engine.state import State

LONGEST_WHY = 500
LISTS = ("member", "leader", "orders")  # what may leave as a list


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    """Where personal data is answered for, in one company."""

    state: State
    persons: Persons
    now: Callable[[], datetime]
    sheet: Callable[[Cells, Sequence[str], str], bytes]  # rows and the words of the watermark as an Excel file

    def reveal(self, actor: Actor, scope: Scope, whom: Whom, why: str, columns: Sequence[str] = ()) -> tuple[Said, ...]:
        """A record's personal values as they are. That it was looked at is written down before anything is opened."""
        why = _reason(why)
        self.within(whom, scope)
        masked = self.persons.masked(whom)
        known = [one.column for one in masked]
        wanted = [one for one in known if not columns or one in columns]
        if not wanted:
            raise Invalid(
                Text(f"{whom} 没有这些个人信息", f"{whom} holds no such personal data"),
                mend=Text(f"可看：{'、'.join(known)}", f"There is: {', '.join(known)}"),
            )
        now = self.now()
        with self.state.writing() as connection:
            wait = wait_before(
                inputs.shown(connection, actor.account, now - WINDOW), now, self.persons.rules.reveals_per_hour
            )
            if not wait:
                audit(connection, actor, inputs.REVEAL, str(whom), at=now, fields=wanted, why=why)
        if wait:
            minutes = -(-int(wait.total_seconds()) // 60)
            raise Throttled(
                Text("一小时内查看得太多，请稍后再试", "too many were looked at within an hour"),
                mend=Text(
                    f"{minutes} 分钟后再试；要一批人的信息，请申请导出。",
                    f"Try again in {minutes} minutes; for a list ask for an export.",
                ),
            )
        return self.persons.opened(whom, wanted)

    def ask_erasure(self, actor: Actor, whom: Whom, why: str) -> Request:
        """Ask that somebody be erased, with all accounts of the person; Conflict when that cannot be."""
        why = _reason(why)
        what = self.preview(whom)
        return self._ask(actor, "erase", str(whom), why, what)

    def preview(self, whom: Whom) -> dict[str, Any]:
        """What an erasure would take away and what stays; nothing is changed."""
        persons = self.persons.together(whom)
        if self.persons.erased(persons):
            raise Conflict(Text(f"{whom.key} 已经删除过了", f"{whom.key} has been erased already"))
        if hindrance := self.persons.hindrance(persons):
            raise Conflict(hindrance.what, mend=hindrance.mend)
        return {
            "accounts": [one.key for one in persons if one.table == whom.table],
            "persons": [str(one) for one in persons],
            "logins": [one.account for one in self._logins(whom)],
            "traces": [
                {
                    "table": one.table, "title": one.title.zh, "title_en": one.title.en, "rows": one.rows,
                    "lost": [each.zh for each in one.lost], "lost_en": [each.en for each in one.lost],
                }
                for one in self.persons.traces(persons)
            ],
        }  # fmt: skip

    def _logins(self, whom: Whom) -> tuple[User, ...]:
        """The accounts of whoever sees this leader's, or this supplier's, rows alone."""
        bound = {"leader": "leaders", "supplier": "suppliers"}.get(whom.table)
        if bound is None:
            return ()
        return tuple(one for one in Users(self.state).all() if getattr(one.scope, bound) == frozenset({whom.key}))

    def ask_export(self, actor: Actor, subject: str, why: str, days: tuple[date, date] | None = None) -> Request:
        """Ask for a file: everything about one member (`member:M1`), or a list (`list:orders` of some days)."""
        why = _reason(why)
        kind, _, key = subject.partition(":")
        if kind == "list" and key in LISTS:
            if key == "orders" and days is None:
                raise Invalid(Text("订单要写明从哪天到哪天", "say from which day to which for orders"))
            what: dict[str, Any] = {"days": [one.isoformat() for one in days or ()]}
        elif kind == "member" and key:
            what = {"accounts": list(self.persons.accounts(key))}
        else:
            raise Invalid(
                Text(f"不能导出 {subject}", f"cannot export {subject}"),
                mend=Text(
                    f"可用 member:编号，或 {'、'.join(f'list:{one}' for one in LISTS)}",
                    f"Use member:ID or {', '.join(f'list:{one}' for one in LISTS)}",
                ),
            )
        return self._ask(actor, "export", subject, why, what)

    def decide(self, actor: Actor, request_id: str, kind: str, *, agree: bool, said: str = "") -> Request:
        """A second person agrees, and it is done; or refuses, with a reason."""
        said = mask_text(said.strip())[:LONGEST_WHY] if agree else _reason(said)
        now = self.now()
        with self.state.writing() as connection:
            found = inputs.find(connection, request_id, lock=True)
            if found.kind != kind:
                raise Missing(Text(f"没有申请 {request_id}", f"there is no request {request_id}"))
            refused = refusal_of_second(found, actor.account)
            if refused is not None:
                raise Forbidden(refused) if found.state == "waiting" else Conflict(refused)
            state = "agreed" if agree else "refused"
            inputs.change(connection, request_id, state=state, decided_by=actor.account, decided_at=now, said=said)
            act = "confirm" if agree else "refuse"
            audit(connection, actor, f"personal.{act}", found.subject, at=now, request=request_id, kind=kind, why=said)
        return self.carry_out(actor, request_id) if agree else self.find(request_id)

    def withdraw(self, actor: Actor, request_id: str, kind: str) -> Request:
        """Whoever asked takes the request back while it waits."""
        now = self.now()
        with self.state.writing() as connection:
            found = inputs.find(connection, request_id, lock=True)
            if found.state != "waiting" or found.kind != kind or found.asked_by != actor.account:
                raise Conflict(Text("只有申请人可以撤回还在等的申请", "only whoever asked takes back what still waits"))
            inputs.change(connection, request_id, state="withdrawn", decided_at=now)
            audit(connection, actor, "personal.withdraw", found.subject, at=now, request=request_id, kind=kind)
        return self.find(request_id)

    def carry_out(self, actor: Actor, request_id: str) -> Request:
        """Do what was agreed; begun again after a crash it ends the same."""
        found = self.find(request_id)
        if found.state != "agreed":
            return found
        result, more = self._erase(actor, found) if found.kind == "erase" else self._write(found)
        now = self.now()
        with self.state.writing() as connection:
            inputs.change(connection, request_id, state="done", done_at=now, result=result, **more)
            act = "personal.erase" if found.kind == "erase" else "personal.export"
            audit(connection, actor, act, found.subject, at=now, request=request_id, **result)
        return self.find(request_id)

    def _erase(self, actor: Actor, found: Request) -> tuple[dict[str, Any], dict[str, Any]]:
        """The record is emptied, and who logs in as this person is let in no more and called by no name."""
        persons = [whom_of(one) for one in found.what["persons"]]
        batch = self.persons.erase(persons, by=found.decided_by, why=f"申请 {found.request_id}")
        users, logins = Users(self.state), found.what["logins"]
        for account in logins:
            users.set_active(account, False, by=actor)
            users.set_name(account, ERASED_NAME, by=actor)
        return {"accounts": len(found.what["accounts"]), "logins": len(logins), "batch": batch}, {}

    def _write(self, found: Request) -> tuple[dict[str, Any], dict[str, Any]]:
        until = self.now() + timedelta(days=self.persons.rules.export_days)
        kind, _, key = found.subject.partition(":")
        days = [date.fromisoformat(one) for one in found.what.get("days", ())]
        cells = (
            self.persons.listed(key, (days[0], days[1]) if days else None)
            if kind == "list"
            else self.persons.all_of(found.what["accounts"])
        )
        content = self.sheet(cells, self.watermark(found, until), found.request_id)
        opener = self.persons.keep(found.request_id, content)
        result = {"rows": len(cells.rows), "bytes": len(content)}
        return result, {"opener": opener, "size": len(content), "expires_at": until}

    def watermark(self, found: Request, until: datetime) -> tuple[str, ...]:
        """What stands in the file itself: who asked, who agreed, why, until when."""
        return (
            f"含个人信息，仅限申请所述用途，不得转发 · personal data, for the stated purpose alone · {found.request_id}",
            f"申请 asked by {found.asked_by} {found.asked_at:%Y-%m-%d %H:%M}Z",
            f"批准 agreed by {found.decided_by} {found.decided_at:%Y-%m-%d %H:%M}Z",
            f"用途 purpose: {found.why}",
            f"请在 {until:%Y-%m-%d} 前用完并删除 · delete it by that day",
        )

    def fetch(self, actor: Actor, request_id: str) -> tuple[str, bytes]:
        """The file of a request, for whoever asked; that it was fetched is written down first."""
        now = self.now()
        with self.state.writing() as connection:
            found = inputs.find(connection, request_id)
            refused = may_fetch(found, actor.account, now)
            if refused is not None:
                raise Forbidden(refused)
            audit(connection, actor, "personal.fetch", found.subject, at=now, request=request_id, bytes=found.size)
        return f"personal-{request_id}.xlsx", self.persons.kept(request_id, found.size, found.opener)

    def expire(self) -> int:
        """Throw away the files whose time is over, their keys with them; how many."""
        now = self.now()
        with self.state.writing() as connection:
            late = inputs.late(connection, now)
            for one in late:
                inputs.change(connection, one, state="expired", opener="")
        self.persons.drop(late)
        return len(late)

    def consent(self, actor: Actor, member: str, purpose: str, *, given: bool, place: str, proof: str) -> str:
        """Keep what a member said of one use of their data; the batch."""
        for name, known in ((purpose, PURPOSES), (place, PLACES)):
            if name not in known:
                raise Misused(
                    Text(f"没有 {mask_text(name)}", f"there is no {mask_text(name)}"), mend=nearest(name, known)
                )
        proof = mask_text(proof.strip())[:LONGEST_WHY]
        if not proof:
            raise Invalid(
                Text("要写明凭据", "say what proves it"),
                mend=Text("例如：条款版本、截图或录音编号。", "For example: the version of the terms."),
            )
        self.persons.accounts(member)
        now = self.now()
        row = {
            "consent_id": f"CS-{secrets.token_hex(6)}", "member_id": member, "purpose": purpose, "given": given,
            "said_at": now, "place": place, "proof": proof,
        }  # fmt: skip
        batch = self.persons.land("consent", [row])
        with self.state.writing() as connection:
            audit(connection, actor, "personal.consent", f"member:{member}", at=now, purpose=purpose, given=given)
        return batch

    def due(self, today: date) -> tuple[tuple[Span, Due], ...]:
        """What is past its time today and what will be within a month; nothing is changed."""
        return tuple((span, self._due(span, today)) for span in self.persons.spans)

    def _due(self, span: Span, today: date) -> Due:
        before = cut_off(today, span.days)
        if before is None:
            return Due(span.name, None)
        now = self.persons.old(span, before)
        return Due(span.name, before, now, self.persons.old(span, before + SOON) - now)

    def retain(self, actor: Actor, today: date) -> dict[str, int]:
        """Let go of what is past its time, span by span, each with its entry in the audit; how many of each."""
        done = {}
        for span in self.persons.spans:
            before = cut_off(today, span.days)
            count = 0 if before is None else self.persons.let_go(span, before, why=span.reason.zh)
            done[span.name] = count
            if count:
                with self.state.writing() as connection:
                    told = {"rows": count, "before": before, "days": span.days}
                    audit(connection, actor, "personal.retain", f"span:{span.name}", at=self.now(), **told)
        return done

    def catch_up(self, actor: Actor) -> int:
        """Finish what was agreed and broke off, and erase again whom an old copy brought back; how many."""
        agreed, _ = self.listed(inputs.Wanted(states=("agreed",), limit=1000))
        for one in agreed:
            self.carry_out(actor, one.request_id)
        return len(agreed) + self.persons.forget_again()

    def listed(self, wanted: inputs.Wanted) -> tuple[list[Request], int]:
        """A page of requests, newest first, and how many there are."""
        with self.state.reading() as connection:
            return inputs.listed(connection, wanted)

    def find(self, request_id: str) -> Request:
        """One request; Missing when there is none."""
        with self.state.reading() as connection:
            return inputs.find(connection, request_id)

    def _ask(self, actor: Actor, kind: Any, subject: str, why: str, what: dict[str, Any]) -> Request:
        now = self.now()
        made = Request(secrets.token_hex(6), kind, subject, why, actor.account, now, what=what)
        with self.state.writing() as connection:
            same, _ = inputs.listed(connection, inputs.Wanted(kind, ("waiting", "agreed"), subject, 1000))
            if any(one.subject == subject and one.what == what for one in same):
                raise Conflict(Text("已有同样的申请在等", "the same is asked for already"))
            inputs.add(connection, made)
            audit(connection, actor, "personal.ask", subject, at=now, request=made.request_id, kind=kind, why=why)
        return made

    def within(self, whom: Whom, scope: Scope) -> None:
        """Missing for whoever does not belong to what somebody bound to a scope sees."""
        if scope.restrictions() and not self.persons.within(whom, scope):
            named = mask_text(str(whom))
            raise Missing(Text(f"没有 {named}", f"there is no {named}"))


def _reason(why: str) -> str:
    said = mask_text(why.strip())[:LONGEST_WHY]
    refused = refusal_of_why(said)
    if refused is not None:
        raise Invalid(refused, mend=Text("例如：本人来电要求核对收货地址。", "For example: asked to check an address."))
    return said


def somebody(written: str) -> Whom:
    """`leader:L1` as somebody; an id alone is a member's."""
    kind, _, key = written.strip().rpartition(":")
    return Whom(kind or "member", key)


def whom_of(written: str) -> Whom:
    """`member:M1` as somebody."""
    table, _, key = written.strip().partition(":")
    if not (table and key):
        raise Invalid(
            Text(f"要写成 member:编号，不是 {mask_text(written)}", f"write member:ID, not {mask_text(written)}")
        )
    return Whom({"order": "orders"}.get(table, table), key)
