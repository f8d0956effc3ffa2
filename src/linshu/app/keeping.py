"""How long what the company knows of people is kept: what is past its time is counted, and let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.app import erasing
from linshu.engine.intake.erasing import Before, Person
from linshu.engine.intake.forgetting import NOTHING_LEFT, owned
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.registry import FORGOTTEN
from linshu.engine.shell.persons import Span
from linshu.kernel.text import Text
from linshu.standard import table

if TYPE_CHECKING:
    from datetime import date

    from linshu.app.home import Home
    from linshu.app.settings import PrivacySettings

BY = "system"
# Who has had no dealings since a day: no order, no registration, no word on their data. A leader's own account stays.
IDLE = f"""
SELECT m.member_id FROM std.member AS m
LEFT JOIN (SELECT member_id, max(placed_at) AS at FROM std.orders GROUP BY member_id) AS o ON o.member_id = m.member_id
WHERE NOT m.deleted AND coalesce(greatest(m.registered_at, m.consented_at, o.at), m.updated_at) < CAST($1 AS TIMESTAMPTZ)
    AND m.member_id NOT IN (SELECT value FROM {FORGOTTEN} WHERE kind = 'person' AND what = 'member')
    AND NOT EXISTS (FROM std.leader AS l WHERE l.phone_index = m.phone_index OR l.member_id = m.member_id)
"""


def spans(settings: PrivacySettings) -> tuple[Span, ...]:
    """What is kept for how long, and why."""
    return (
        Span(
            "receiver_days", Text("订单的收货人", "Receivers of orders"),
            Text("收货人、电话、地址、备注", "Name, phone, address, remark"),
            Text("电子商务法第三十一条：交易信息至少保存三年；之后按个人信息保护法第十九条，只留最短期限",
                 "E-commerce Law art. 31: three years at least; then PIPL art. 19: no longer than needed"),
            "orders", "placed_at", settings.receiver_days,
        ),
        Span(
            "member_days", Text("久无往来的会员", "Members without dealings"),
            Text("昵称、手机、住址，密钥一并销毁", "Nickname, phone, address, and the key"),
            Text("个人信息保护法第十九条、第四十七条：目的已实现即应删除",
                 "PIPL art. 19 and 47: erased once the purpose is reached"),
            "member", "", settings.member_days,
        ),
        Span(
            "invoice_days", Text("发票抬头", "Names on invoices"), Text("抬头", "The name"),
            Text("税收征收管理法实施细则第二十九条：涉税资料保存十年", "Tax rules: ten years"),
            "invoice", "issued_at", settings.invoice_days,
        ),
    )  # fmt: skip


def old(shop: Home, span: Span, before: date) -> int:
    """How many rows, or persons, of a span are older than a day and still tell who somebody is."""
    if not span.moment:
        return len(_idle(shop, before))
    sealed = [one.column.name for one in owned(table(span.table)) if is_sealed(one.column)]
    told = " OR ".join(f"{name} <> '{NOTHING_LEFT}'" for name in sealed)
    counted = f"SELECT count(*) AS n FROM std.{span.table} WHERE {span.moment} < CAST($1 AS TIMESTAMPTZ) AND ({told})"
    return int(shop.warehouse.query(counted, [before.isoformat()])["n"][0].as_py())


def let_go(shop: Home, span: Span, before: date, *, why: str) -> int:
    """Take that away from them, for good; how many."""
    if not span.moment:
        idle = [Person("member", one) for one in _idle(shop, before)]
        if idle:
            erasing.erase(shop, idle, by=BY, why=why)
        return len(idle)
    count = old(shop, span, before)
    if count:
        erasing.forget_before(shop, [Before(span.table, span.moment, before)], by=BY, why=why)
    return count


def _idle(shop: Home, before: date) -> list[str]:
    shop.ready()
    found: list[str] = shop.warehouse.query(IDLE, [before.isoformat()])["member_id"].to_pylist()
    return found
