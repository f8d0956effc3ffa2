"""One person over several platforms: the identity feature over the project's own data, and over a running server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from linshu.app.answer import Answer
from linshu.domains.insight.identity import flow
from linshu.domains.insight.identity.decide import CERTAIN, Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from linshu.app.project import Project
    from linshu.domains.insight.identity.decide import Key
    from linshu.engine.intake import Receipt

SOURCE = "linshu"  # what a decision of this product is landed under


class Identities(Protocol):
    """Who is whom: what is joined, what could be, and every change with its undo."""

    def links(self) -> Answer:
        """Every account that something joined to a person: evidence, how sure, since when, by which batch."""
        ...

    def plan(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Answer:
        """What would be joined from that sure-ness on, what waits for a person and why; the effect in the meta.

        With `persons` only what becomes one of these.
        """
        ...

    def join(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Answer:
        """Join what the plan joins; the batch in the meta undoes it."""
        ...

    def link(self, accounts: Sequence[str], because: str) -> Answer:
        """Say by hand that accounts, `source:id` each, are one person."""
        ...

    def split(self, account: str, because: str) -> Answer:
        """Say by hand that an account is a person of its own; it is never joined by itself again."""
        ...

    def undo(self, landing_id: str) -> Answer:
        """Take the links of one batch back to what stood before."""
        ...


class Home(Protocol):
    """What of a shop the feature needs: figures to read, a door for what it decides."""

    project: Project

    @property
    def figures(self) -> Any:
        """Figures, and rows of published tables."""

    def land(self, source: str, rows: Mapping[str, pa.Table]) -> Receipt:
        """Take in rows that carry the standard's own columns, as a batch of their own."""
        ...

    def ready(self) -> None:
        """See to it that the published tables are there."""
        ...

    def build_models(self) -> Any:
        """Bring the published tables up to date."""
        ...


class LocalIdentities:
    """The feature over the data this process owns."""

    def __init__(self, shop: Home, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._shop, self._now = shop, now

    def links(self) -> Answer:
        """Every account that something joined to a person."""
        return Answer.of(
            {
                "account": f"{row['account_source']}:{row['account_id']}", "person": row["member_id"],
                "evidence": flow.EVIDENCE[row["evidence"]].zh, "evidence_en": flow.EVIDENCE[row["evidence"]].en,
                "sure": _share(row["confidence_ppm"]), "note": row["note"], "before": row["previous_member_id"],
                "linked_at": row["linked_at"].isoformat() if row["linked_at"] else None, "batch": row["landing_id"],
            }
            for row in flow.links(self._figures())
        )  # fmt: skip

    def plan(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Answer:
        """What would be joined, and what waits for a person."""
        plan = flow.only(flow.propose(self._figures(), _policy(sure)), persons)
        shown = flow.effect(self._figures(), plan, self._today())
        rows: list[dict[str, Any]] = [
            {
                "did": "join", "accounts": _written(one.account, one.other), "person": one.person, "before": one.before,
                "evidence": flow.EVIDENCE[one.evidence].zh, "evidence_en": flow.EVIDENCE[one.evidence].en,
                "sure": _share(one.confidence), "reason": "", "reason_en": "",
            }
            for one in plan.links
        ]  # fmt: skip
        rows += [
            {
                "did": "ask", "accounts": _written(*one.accounts), "person": "", "before": "",
                "evidence": flow.EVIDENCE[one.evidence].zh, "evidence_en": flow.EVIDENCE[one.evidence].en,
                "sure": _share(one.confidence), "reason": one.reason.zh, "reason_en": one.reason.en,
            }
            for one in plan.held
        ]  # fmt: skip
        effect = {
            "accounts_joined": shown.accounts, "persons_fewer": shown.persons_fewer,
            "active_members_30d": shown.active_before, "active_members_30d_after": shown.active_after,
        }  # fmt: skip
        return Answer.of(rows, effect=effect, note=_said(shown, len(plan.held)))

    def join(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Answer:
        """Join what the plan joins."""
        figures = self._figures()
        plan = flow.only(flow.propose(figures, _policy(sure)), persons)
        return self._land(flow.rows_of(plan.links, flow.standing(figures), self._now()))

    def link(self, accounts: Sequence[str], because: str) -> Answer:
        """Say by hand that accounts are one person."""
        return self._land(flow.by_hand(self._figures(), accounts, because, self._now()))

    def split(self, account: str, because: str) -> Answer:
        """Say by hand that an account is a person of its own."""
        return self._land(flow.apart(self._figures(), account, because, self._now()))

    def undo(self, landing_id: str) -> Answer:
        """Take the links of one batch back."""
        return self._land(flow.undone(self._figures(), landing_id, self._now()))

    def _land(self, rows: pa.Table) -> Answer:
        """Decisions are a landing batch like everything that changes data; the published tables follow."""
        if not rows.num_rows:
            return Answer.of([], batch="", accounts=0)
        receipt = self._shop.land(SOURCE, {"identity": rows})
        self._shop.build_models()
        shown = [
            {"account": f"{row['account_source']}:{row['source_member_id']}",
             "person": row["source_member_id"] if row["deleted"] else row["member_id"], "note": row["note"]}
            for row in rows.to_pylist()
        ]  # fmt: skip
        return Answer.of(shown, batch=receipt.landing_id, accounts=len(shown))

    def _figures(self) -> Any:
        self._shop.ready()
        return self._shop.figures

    def _today(self) -> Any:
        return self._shop.project.settings.company_day.day_of(self._now())


class RemoteIdentities:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def links(self) -> Answer:
        """Every account that something joined to a person."""
        return self._ask("GET", "/identity/links")

    def plan(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Answer:
        """What would be joined, and what waits for a person."""
        return self._ask("GET", f"/identity/plan?{urlencode([('sure', sure), *(('persons', one) for one in persons)])}")

    def join(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Answer:
        """Join what the plan joins."""
        return self._ask("POST", "/identity/join", {"sure": sure, "persons": list(persons)})

    def link(self, accounts: Sequence[str], because: str) -> Answer:
        """Say by hand that accounts are one person."""
        return self._ask("POST", "/identity/link", {"accounts": list(accounts), "because": because})

    def split(self, account: str, because: str) -> Answer:
        """Say by hand that an account is a person of its own."""
        return self._ask("POST", "/identity/split", {"account": account, "because": because})

    def undo(self, landing_id: str) -> Answer:
        """Take the links of one batch back."""
        return self._ask("POST", "/identity/undo", {"landing_id": landing_id})


def _policy(sure: float) -> Policy:
    return Policy(join_from=round(sure * CERTAIN))


def _share(ppm: int | None) -> float | None:
    return None if ppm is None else ppm / CERTAIN


def _written(*keys: Key) -> str:
    return "、".join(":".join(key) for key in keys)


def _said(shown: flow.Effect, asks: int) -> dict[str, str]:
    zh = f"将合并 {shown.accounts} 个账号，会员少 {shown.persons_fewer} 人；最近 30 天活跃会员 {shown.active_before} → {shown.active_after}；另有 {asks} 组需人工确认。"
    en = f"{shown.accounts} accounts to join, {shown.persons_fewer} persons fewer; active members of the last 30 days {shown.active_before} -> {shown.active_after}; {asks} groups to be confirmed by hand."
    return {"zh": zh, "en": en}
