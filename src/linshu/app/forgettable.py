"""Who is erased together, what the company holds of them, and what stands against it: read from the owner's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linshu.engine.intake.forgetting import forgotten, holders, owned
from linshu.engine.intake.personal import mask_text
from linshu.engine.shell.persons import Hindrance, Trace, Whom
from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text
from linshu.standard import TABLES, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.app.home import Home

PEOPLE = ("member", "leader", "supplier", "courier", "staff")  # who can ask to be forgotten
PAID = ("leader", "courier", "staff")  # persons whose bank accounts are theirs, not a company's
ACCOUNTS = """
SELECT account_id FROM stg_accounts WHERE member_id IN (SELECT member_id FROM stg_accounts WHERE account_id = $1)
UNION SELECT account_id FROM stg_accounts WHERE member_id = $1
"""
LEADERS_BY_NUMBER = """
SELECT DISTINCT l.leader_id AS id FROM stg_leaders AS l JOIN stg_members AS m ON m.phone_index = l.phone_index
WHERE m.member_id IN (SELECT unnest($1)) AND l.member_id IS DISTINCT FROM m.member_id AND l.leader_id IN
    (SELECT leader_id FROM stg_leaders WHERE member_id IS NULL OR member_id NOT IN (SELECT unnest($1)))
"""
MEMBERS_BY_NUMBER = """
SELECT DISTINCT m.member_id AS id FROM stg_leaders AS l JOIN stg_members AS m ON m.phone_index = l.phone_index
WHERE l.leader_id IN (SELECT unnest($1)) AND l.member_id IS DISTINCT FROM m.member_id AND NOT EXISTS (
    SELECT 1 FROM stg_accounts AS a JOIN stg_accounts AS b ON b.member_id = a.member_id
    WHERE a.account_id = l.member_id AND b.account_id = m.member_id)
"""
LEADS = (
    "SELECT community_id AS id FROM dim_community_leader WHERE leader_id IN (SELECT unnest($1)) AND valid_to IS NULL"
)


def accounts(shop: Home, member: str) -> tuple[str, ...]:
    """Every account of the person that one account stands for; Missing when nobody is known by it."""
    found = {row["account_id"] for row in shop.figures.read(ACCOUNTS, [member]).to_pylist()}
    ordered = _query(shop, "SELECT 1 AS known FROM std.orders WHERE member_id = $1 LIMIT 1", [member])
    if not found and not ordered:
        raise _missing(Whom("member", member))
    return tuple(sorted({*found, member}))


def together(shop: Home, whom: Whom) -> tuple[Whom, ...]:
    """All accounts of a member; whoever is paid, with the bank accounts they are paid on."""
    if whom.table not in PEOPLE:
        raise Missing(
            Text(f"不能删除 {mask_text(str(whom))}", f"cannot erase {mask_text(str(whom))}"),
            mend=nearest(whom.table, PEOPLE),
        )
    if whom.table == "member":
        return tuple(Whom("member", one) for one in accounts(shop, whom.key))
    known = f"SELECT 1 FROM std.{whom.table} WHERE {whom.table}_id = $1 AND NOT deleted"
    if not _query(shop, known, [whom.key]):
        raise _missing(whom)
    paid_on = "SELECT payee_account_id AS id FROM std.payee_account WHERE payee_kind = $1 AND payee_id = $2 ORDER BY 1"
    banks = _query(shop, paid_on, [whom.table, whom.key]) if whom.table in PAID else []
    return whom, *(Whom("payee_account", row["id"]) for row in banks)


def erased(shop: Home, persons: Sequence[Whom]) -> bool:
    """Whether all of them were erased, and nobody new stands in their place."""
    with shop.warehouse.snapshot() as session:
        return all(
            ids <= forgotten(session, kind) - holders(session, table(kind)).keys()
            for kind, ids in _by_kind(persons).items()
        )


def hindrance(shop: Home, persons: Sequence[Whom]) -> Hindrance | None:
    """A leader's own purchases are told by the phone number where no row says it better: a figure would change."""
    kinds = _by_kind(persons)
    members, leaders = sorted(kinds.get("member", ())), sorted(kinds.get("leader", ()))
    say = Text("请先在团长资料里填上其会员编号。", "Let the leader's row name the member first.")
    if members and (named := _ids(shop, LEADERS_BY_NUMBER, members)):
        return Hindrance(
            Text(f"此人与团长 {named} 同号，删除后其自购会算成别人的", f"this is leader {named} by number alone"), say
        )
    if leaders and (named := _ids(shop, LEADS, leaders)):
        return Hindrance(
            Text(f"团长还带着社群 {named}", f"the leader still leads {named}"),
            Text("请先把社群交给别的团长。", "Hand the groups over to another leader first."),
        )
    if leaders and (named := _ids(shop, MEMBERS_BY_NUMBER, leaders)):
        return Hindrance(
            Text(f"团长与会员 {named} 同号，删除后其自购会算成别人的", f"the leader is member {named} by number alone"),
            say,
        )
    return None


def traces(shop: Home, persons: Sequence[Whom]) -> tuple[Trace, ...]:
    """What the company holds of them, table by table; what is lost in none of its columns stays whole."""
    made = []
    for kind, ids in _by_kind(persons).items():
        for each in TABLES:
            key = f"{kind}_id"
            if key not in each.names:
                continue
            count = f"SELECT count(*) AS n FROM std.{each.name} WHERE {key} IN (SELECT unnest($1)) AND NOT deleted"
            rows = _query(shop, count, [sorted(ids)])[0]["n"]
            lost = tuple(one.column.title for one in owned(each) if one.kind == kind)
            if rows and (lost or kind in PEOPLE):
                made.append(Trace(each.name, table(each.name).title, rows, lost))
    return tuple(sorted(made, key=lambda one: (not one.lost, -one.rows)))


def _by_kind(persons: Sequence[Whom]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in persons:
        found.setdefault(one.table, set()).add(one.key)
    return found


def _ids(shop: Home, sql: str, params: list[str]) -> str:
    return "、".join(sorted(shop.figures.read(sql, [params])["id"].to_pylist())[:5])


def _query(shop: Home, sql: str, params: Sequence[object]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = shop.warehouse.query(sql, params).to_pylist()
    return rows


def _missing(whom: Whom) -> Missing:
    title, key = table(whom.table).title, mask_text(whom.key)
    return Missing(
        Text(f"没有{title.zh} {key}", f"there is no {title.en.lower()} {key}"),
        mend=Text("可以按手机号查找其编号。", "Find the id by phone number."),
    )
