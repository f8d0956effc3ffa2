"""Personal data as commands and programs deal with it, over the project's own data or through its running server."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from linshu.app.answer import Answer
from linshu.app.persons import LocalPersons
from linshu.domains.operations.privacy.decide import KIND_TITLES, STATE_TITLES
from linshu.domains.operations.privacy.file import as_file
from linshu.domains.operations.privacy.flow import PrivacyDesk, somebody, whom_of
from linshu.domains.operations.privacy.inputs import Wanted, consents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.app.home import Home
    from linshu.domains.operations.privacy.decide import Due, Request
    from linshu.domains.operations.privacy.inputs import Reader
    from linshu.engine.access.scope import Scope
    from linshu.engine.audit import Actor
    from linshu.engine.shell.persons import Span
    from linshu.engine.state import State


class Privacy(Protocol):
    """What one can do about personal data."""

    def reveal(self, whom: str, why: str, fields: Sequence[str] = ()) -> Answer:
        """One row per field of a record, opened; `whom` is `member:M1`, `orders:O1`, ..."""
        ...

    def find(self, phone: str) -> Answer:
        """Everybody with that number."""
        ...

    def preview(self, whom: str) -> Answer:
        """What an erasure would take away and what stays, table by table; `whom` is `leader:L1`, or a member's id."""
        ...

    def ask(self, kind: str, subject: str, why: str, days: tuple[date, date] | None = None) -> Answer:
        """Ask for an erasure ("erase") or a file ("export")."""
        ...

    def decide(self, kind: str, request: str, *, agree: bool, said: str = "") -> Answer:
        """The second person agrees or refuses."""
        ...

    def withdraw(self, kind: str, request: str) -> Answer:
        """Whoever asked takes it back."""
        ...

    def requests(self, kind: str = "", state: str = "", words: str = "", limit: int = 50, offset: int = 0) -> Answer:
        """The requests, newest first; how many there are in the meta."""
        ...

    def fetch(self, request: str) -> tuple[str, bytes]:
        """The file of a request: its name and content."""
        ...

    def retention(self, *, apply: bool = False) -> Answer:
        """How long what is kept, and how much is past its time; with `apply` that is let go of now."""
        ...

    def consents(self, words: str = "", limit: int = 50, offset: int = 0) -> Answer:
        """What members said of the uses of their data, newest first."""
        ...

    def consent(self, member: str, purpose: str, *, given: bool, place: str, proof: str) -> Answer:
        """Keep one word of a member's; the batch."""
        ...


def kept(found: Sequence[tuple[Span, Due]]) -> Answer:
    """One row per span: how long, why, how many are past their time now and within a month."""
    return Answer.of(
        {
            "span": span.name, "title": span.title.zh, "title_en": span.title.en, "goes": span.goes.zh,
            "goes_en": span.goes.en, "days": span.days, "before": due.before, "now": due.now, "soon": due.soon,
            "reason": span.reason.zh, "reason_en": span.reason.en,
        }
        for span, due in found
    )  # fmt: skip


def desk_of(home: Home, state: State) -> PrivacyDesk:
    """The desk of a project whose data this process owns."""
    return PrivacyDesk(state, LocalPersons(home), lambda: datetime.now(UTC), as_file)


@dataclass(frozen=True, slots=True)
class LocalPrivacy:
    """Personal data in the process that owns it, in somebody's name and scope."""

    desk: PrivacyDesk
    actor: Actor
    scope: Scope
    reader: Reader

    def reveal(self, whom: str, why: str, fields: Sequence[str] = ()) -> Answer:
        """One row per field of a record, opened."""
        found = self.desk.reveal(self.actor, self.scope, whom_of(whom), why, fields)
        return Answer.of(
            {"column": one.column, "title": one.title.zh, "title_en": one.title.en, "value": one.value} for one in found
        )

    def find(self, phone: str) -> Answer:
        """Everybody with that number."""
        return Answer.of(
            {"whom": str(one), "kind": one.table, "id": one.key} for one in self.desk.persons.by_phone(phone)
        )

    def preview(self, whom: str) -> Answer:
        """What an erasure would take away and what stays."""
        found = self.desk.preview(somebody(whom))
        return Answer.of(
            ({**one, "lost": "、".join(one["lost"]), "lost_en": ", ".join(one["lost_en"])} for one in found["traces"]),
            accounts=found["accounts"],
            logins=found["logins"],
        )

    def ask(self, kind: str, subject: str, why: str, days: tuple[date, date] | None = None) -> Answer:
        """Ask for an erasure or a file."""
        if kind == "erase":
            return Answer.of([told(self.desk.ask_erasure(self.actor, somebody(subject), why))])
        return Answer.of([told(self.desk.ask_export(self.actor, subject, why, days))])

    def decide(self, kind: str, request: str, *, agree: bool, said: str = "") -> Answer:
        """The second person agrees or refuses."""
        return Answer.of([told(self.desk.decide(self.actor, request, kind, agree=agree, said=said))])

    def withdraw(self, kind: str, request: str) -> Answer:
        """Whoever asked takes it back."""
        return Answer.of([told(self.desk.withdraw(self.actor, request, kind))])

    def requests(self, kind: str = "", state: str = "", words: str = "", limit: int = 50, offset: int = 0) -> Answer:
        """The requests, newest first."""
        found, total = self.desk.listed(Wanted(kind, (state,) if state else (), words, limit, offset))
        return Answer.of([told(one) for one in found], total=total)

    def fetch(self, request: str) -> tuple[str, bytes]:
        """The file of a request."""
        return self.desk.fetch(self.actor, request)

    def consents(self, words: str = "", limit: int = 50, offset: int = 0) -> Answer:
        """What members said of the uses of their data."""
        rows, total = consents(self.reader, words, "", "", limit=limit, offset=offset)
        return Answer.of(rows, total=total)

    def consent(self, member: str, purpose: str, *, given: bool, place: str, proof: str) -> Answer:
        """Keep one word of a member's."""
        batch = self.desk.consent(self.actor, member, purpose, given=given, place=place, proof=proof)
        return Answer.of([{"member": member, "purpose": purpose, "given": given, "batch": batch}])

    def retention(self, *, apply: bool = False) -> Answer:
        """How long what is kept, and how much is past its time."""
        today = self.desk.now().date()
        found = kept(self.desk.due(today))
        if apply:
            self.desk.retain(self.actor, today)
        return Answer(found.table, {"applied": apply})


@dataclass(frozen=True, slots=True)
class RemotePrivacy:
    """The same, asked of a running server."""

    call: Callable[..., Answer]

    def reveal(self, whom: str, why: str, fields: Sequence[str] = ()) -> Answer:
        """One row per field of a record, opened."""
        return self.call("POST", "/privacy/reveal", {"whom": whom, "why": why, "fields": list(fields)})

    def find(self, phone: str) -> Answer:
        """Everybody with that number."""
        return self.call("POST", "/privacy/find", {"phone": phone})

    def preview(self, whom: str) -> Answer:
        """What an erasure would take away and what stays."""
        return self.call("GET", f"/privacy/erasures/preview?{urlencode({'whom': whom})}")

    def ask(self, kind: str, subject: str, why: str, days: tuple[date, date] | None = None) -> Answer:
        """Ask for an erasure or a file."""
        if kind == "erase":
            return self.call("POST", "/privacy/erasures", {"whom": subject, "why": why})
        start, end = (None, None) if days is None else (one.isoformat() for one in days)
        return self.call("POST", "/privacy/exports", {"subject": subject, "why": why, "start": start, "end": end})

    def decide(self, kind: str, request: str, *, agree: bool, said: str = "") -> Answer:
        """The second person agrees or refuses."""
        return self.call("POST", f"/privacy/{PLACES[kind]}/{request}/decide", {"agree": agree, "said": said})

    def withdraw(self, kind: str, request: str) -> Answer:
        """Whoever asked takes it back."""
        return self.call("POST", f"/privacy/{PLACES[kind]}/{request}/withdraw")

    def requests(self, kind: str = "", state: str = "", words: str = "", limit: int = 50, offset: int = 0) -> Answer:
        """The requests, newest first."""
        asked = urlencode({"kind": kind, "state": state, "words": words, "limit": limit, "offset": offset})
        return self.call("GET", f"/privacy/requests?{asked}")

    def fetch(self, request: str) -> tuple[str, bytes]:
        """The file of a request."""
        row = self.call("POST", f"/privacy/exports/{request}/fetch").rows[0]
        return row["name"], b64decode(row["content"])

    def retention(self, *, apply: bool = False) -> Answer:
        """How long what is kept, and how much is past its time."""
        return self.call("POST", "/privacy/retention/run") if apply else self.call("GET", "/privacy/retention")

    def consents(self, words: str = "", limit: int = 50, offset: int = 0) -> Answer:
        """What members said of the uses of their data."""
        return self.call("GET", f"/privacy/consents?{urlencode({'words': words, 'limit': limit, 'offset': offset})}")

    def consent(self, member: str, purpose: str, *, given: bool, place: str, proof: str) -> Answer:
        """Keep one word of a member's."""
        said = {"member": member, "purpose": purpose, "given": given, "place": place, "proof": proof}
        return self.call("POST", "/privacy/consents", said)


PLACES = {"erase": "erasures", "export": "exports"}


def told(one: Request) -> dict[str, Any]:
    """A request as a row; nothing opened is in it."""
    return {
        "request": one.request_id, "kind": one.kind, "kind_title": KIND_TITLES[one.kind].zh,
        "kind_title_en": KIND_TITLES[one.kind].en, "subject": one.subject, "state": one.state,
        "state_title": STATE_TITLES[one.state].zh, "state_title_en": STATE_TITLES[one.state].en, "why": one.why,
        "asked_by": one.asked_by, "asked_at": one.asked_at, "decided_by": one.decided_by, "decided_at": one.decided_at,
        "said": one.said, "done_at": one.done_at, "rows": one.result.get("rows"), "batch": one.result.get("batch", ""),
        "expires_at": one.expires_at,
    }  # fmt: skip


def packed(name: str, content: bytes) -> Answer:
    """A file as a row, for commands that ask a server."""
    return Answer.of([{"name": name, "content": b64encode(content).decode()}])
