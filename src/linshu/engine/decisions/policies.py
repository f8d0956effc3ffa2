"""The policies of all kinds as they are kept: the newest counts, every older one stays for the proposals made under it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from linshu.engine import audit
from linshu.engine.decisions.policy import Policy
from linshu.engine.state.tables import policy as table
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.audit import Actor
    from linshu.engine.decisions.kind import Kind
    from linshu.engine.state import State


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a policy: who set it, when, and why."""

    policy: Policy
    account: str
    why: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Policies:
    """The register of policies."""

    state: State
    kinds: Mapping[str, Kind]
    now: Callable[[], datetime]

    def current(self, kind: str, connection: Connection | None = None) -> Policy:
        """The policy in force: the newest version, or what the kind declares."""
        if connection is None:
            with self.state.reading() as opened:
                return self.current(kind, opened)
        asked = select(table).where(table.c.kind == kind).order_by(table.c.version.desc()).limit(1)
        row = connection.execute(asked).first()
        return self._read(kind, row.body) if row else self._declared(kind)

    def at(self, kind: str, version: int) -> Policy:
        """The policy as it was under that number."""
        if version == 0:
            return self._declared(kind)
        found = next((one.policy for one in self.history(kind) if one.policy.version == version), None)
        if found is None:
            raise Missing(Text(f"{kind} 没有第 {version} 版策略", f"{kind} has no policy version {version}"))
        return found

    def history(self, kind: str) -> tuple[Kept, ...]:
        """Every version that was set, newest first."""
        self._declared(kind)
        asked = select(table).where(table.c.kind == kind).order_by(table.c.version.desc())
        with self.state.reading() as connection:
            rows = connection.execute(asked).all()
        return tuple(Kept(self._read(kind, row.body), row.account, row.why, row.set_at) for row in rows)

    def change(self, actor: Actor, kind: str, changes: Mapping[str, Any], why: str) -> Policy:
        """Sets the next version; it counts for what is decided from now on, and for proposals made from now on."""
        if not why.strip():
            raise Invalid(Text("请写明为什么改", "say why it is changed"))
        with self.state.writing() as connection:
            before = self.current(kind, connection)
            after, check = before.changed(changes), self.kinds[kind].check
            if check is not None:
                check(after.own)
            if after.held_share and self.kinds[kind].how != "holdout":
                raise Invalid(Text("这类建议不用对照组衡量", "this kind is not measured by a comparison group"))
            told = {name: value for name, value in after.told().items() if value != before.told()[name]}
            audit.write(connection, actor, "policy.change", f"policy:{kind}", at=self.now(), why=why.strip(), **told)
            row = {
                "kind": kind, "version": after.version, "body": json.dumps(after.told(), sort_keys=True),
                "why": why.strip()[:500], "account": actor.account, "set_at": self.now(),
            }  # fmt: skip
            connection.execute(insert(table), [row])
        return after

    def restore(self, actor: Actor, kind: str, version: int, why: str) -> Policy:
        """The numbers of an earlier version as the next one; nothing where they are in force."""
        then, now = self.at(kind, version).told(), self.current(kind).told()
        changes = {
            name: value
            for wanted, given in ((then, now), (then["own"], now["own"]))
            for name, value in wanted.items()
            if name not in {"own", "version"} and value != given[name]
        }
        return self.change(actor, kind, changes, why) if changes else self.current(kind)

    def _declared(self, kind: str) -> Policy:
        if kind not in self.kinds:
            raise Missing(Text(f"没有建议种类 {kind}", f"there is no kind {kind}"), mend=nearest(kind, self.kinds))
        return self.kinds[kind].policy

    def _read(self, kind: str, body: str) -> Policy:
        """A kept version; a number that the kind gained since takes its declared value."""
        kept = json.loads(body)
        declared = self._declared(kind)
        return replace(declared, **{**kept, "own": {**declared.own, **kept["own"]}})
