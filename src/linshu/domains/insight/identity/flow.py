"""Identity from accounts to rows of the standard: propose, show what it would change, join, join by hand, split, undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.domains.insight.identity import inputs
from linshu.domains.insight.identity.decide import CERTAIN, MANUAL, Key, Link, Plan, Policy, resolve
from linshu.kernel.errors import Conflict, Missing, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from linshu.domains.insight.identity.inputs import Reader

ACTIVE_DAYS = 30
EVIDENCE = {
    "phone": Text("手机号一致", "same phone"),
    "unionid": Text("微信 UnionID 一致", "same WeChat UnionID"),
    "address": Text("收货信息一致", "same receiver"),
    "manual": Text("人工确认", "confirmed by hand"),
    "single": Text("唯一来源", "only source"),
}
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("account_source", "source_member_id", "member_id", "evidence")),
        ("confidence_ppm", pa.int64()),
        *((name, pa.string()) for name in ("note", "previous_member_id", "previous_evidence")),
        ("linked_at", pa.timestamp("us", "UTC")),
        ("updated_at", pa.timestamp("us", "UTC")),
        ("deleted", pa.bool_()),
    ]
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a plan would change: accounts joined, persons fewer, and active members of the last 30 days."""

    accounts: int
    persons_fewer: int
    active_before: int
    active_after: int


def propose(reader: Reader, policy: Policy | None = None) -> Plan:
    """What to join as the data stands."""
    asked = policy or Policy()
    return resolve(inputs.accounts(reader), replace(asked, not_personal=inputs.leaders_numbers(reader)))


def only(plan: Plan, persons: Sequence[str]) -> Plan:
    """The same plan for some of the persons it makes; all of it where none is named. Missing for one it does not make."""
    if not persons:
        return plan
    made = {link.person for link in plan.links}
    for person in persons:
        if person not in made:
            raise Missing(
                Text(f"计划里没有要合并成 {person} 的账号", f"the plan joins nothing to {person}"),
                mend=nearest(person, sorted(made)),
            )
    links = tuple(link for link in plan.links if link.person in set(persons))
    fewer = len({link.before for link in links} | {link.person for link in links}) - len(
        {link.person for link in links}
    )
    return replace(plan, links=links, persons_after=plan.persons_before - fewer)


def effect(reader: Reader, plan: Plan, today: date) -> Effect:
    """What the plan would change; active members by the dictionary, before, and after with persons that become one."""
    start = today - timedelta(ACTIVE_DAYS - 1)
    becomes = {link.before: link.person for link in plan.links}
    there = inputs.buyers(reader, {*becomes, *becomes.values()}, start, today)
    rows = reader.query("active_members", start=start, end=today).table.to_pylist()
    before = int(rows[0]["active_members"]) if rows else 0
    fewer = len(there) - len({becomes.get(person, person) for person in there})
    return Effect(len(plan.links), plan.persons_before - plan.persons_after, before, before - fewer)


def links(reader: Reader) -> list[Row]:
    """Every account that something joined to a person, with the batch that did."""
    return inputs.linked(reader)


def rows_of(planned: Iterable[Link], standing: dict[Key, Row], now: datetime) -> pa.Table:
    """The rows of the standard that a plan's links are."""
    made = []
    for link in planned:
        said = EVIDENCE[link.evidence]
        note = f"与 {_written(link.other)} {said.zh}" if link.other != link.account else said.zh
        made.append(_row(link.account, link.person, link.evidence, link.confidence, note, standing, now))
    return pa.Table.from_pylist(made, schema=SCHEMA)


def by_hand(reader: Reader, accounts: Sequence[str], because: str, now: datetime) -> pa.Table:
    """Several accounts confirmed to be one person: the one most of them stand for, else the first."""
    keys = _keys(reader, accounts)
    if len(keys) < 2:
        raise Misused(Text("至少要两个账号", "two accounts at least"))
    stands = standing(reader)
    person = next((stands[key]["member_id"] for key in keys if key in stands), keys[0][1])
    made = [_row(key, person, MANUAL, CERTAIN, because, stands, now) for key in keys]
    return pa.Table.from_pylist(made, schema=SCHEMA)


def apart(reader: Reader, account: str, because: str, now: datetime) -> pa.Table:
    """One account confirmed to be a person of its own; those it was joined to stay together under another."""
    (key,) = _keys(reader, [account])
    stands = standing(reader)
    made = [_row(key, key[1], MANUAL, CERTAIN, because, stands, now)]
    rest = [other for other, row in stands.items() if row["member_id"] == key[1] and other != key]
    if rest:
        # They stood for this account; the first of them takes its place.
        person = min(rest)[1]
        made += [_row(other, person, stands[other]["evidence"], None, because, stands, now) for other in rest]
    return pa.Table.from_pylist(made, schema=SCHEMA)


def undone(reader: Reader, landing_id: str, now: datetime) -> pa.Table:
    """The links of one batch taken back to what stood before them; those decided anew since stay."""
    linked = inputs.linked(reader)
    mine = [row for row in linked if row["landing_id"] == landing_id]
    if not mine:
        known = dict.fromkeys(row["landing_id"] for row in linked)
        raise Missing(
            Text(f"没有批次 {landing_id} 的合并可撤销", f"batch {landing_id} holds no link to undo"),
            mend=nearest(landing_id, known),
        )
    made = []
    for row in mine:
        before = row["previous_member_id"]
        made.append(
            {
                "account_source": row["account_source"], "source_member_id": row["account_id"],
                "member_id": before or row["member_id"], "evidence": row["previous_evidence"] if before else row["evidence"],
                "confidence_ppm": None, "note": f"撤销批次 {landing_id}", "previous_member_id": None,
                "previous_evidence": None, "linked_at": now, "updated_at": now, "deleted": not before,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(made, schema=SCHEMA)


def standing(reader: Reader) -> dict[Key, Row]:
    """What joins each account to a person now."""
    return {(row["account_source"], row["account_id"]): row for row in inputs.linked(reader)}


def _row(  # noqa: PLR0913, PLR0917 - the parts of a link
    key: Key, person: str, evidence: str, sure: int | None, note: str, standing: dict[Key, Row], now: datetime
) -> Row:
    before = standing.get(key)
    return {
        "account_source": key[0], "source_member_id": key[1], "member_id": person, "evidence": evidence,
        "confidence_ppm": sure, "note": note,
        "previous_member_id": before["member_id"] if before else None,
        "previous_evidence": before["evidence"] if before else None,
        "linked_at": now, "updated_at": now, "deleted": False,
    }  # fmt: skip


def _keys(reader: Reader, accounts: Sequence[str]) -> list[Key]:
    """Accounts as people write them, `taobao:tb-7788`, or the id alone where only one source has it."""
    found = reader.read("SELECT account_source, account_id FROM stg_platform_accounts").to_pylist()
    known = {(row["account_source"], row["account_id"]) for row in found}
    return [_key(written, known) for written in dict.fromkeys(accounts)]


def _key(written: str, known: set[Key]) -> Key:
    source, _, rest = written.partition(":")
    if (source, rest) in known:
        return (source, rest)
    alone = sorted(key for key in known if key[1] == written)
    if len(alone) == 1:
        return alone[0]
    if alone:
        raise Conflict(
            Text(f"{written} 在几个来源里都有", f"several sources have {written}"),
            mend=Text(f"写成 {_written(alone[0])}", f"Write {_written(alone[0])}"),
        )
    raise Missing(
        Text(f"没有账号 {written}", f"there is no account {written}"), mend=nearest(written, [key[1] for key in known])
    )


def _written(key: Key) -> str:
    return ":".join(key)
