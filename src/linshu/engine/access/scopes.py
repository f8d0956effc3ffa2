"""The row scope of each person, as the state database keeps it: no row for an attribute means unrestricted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from linshu.engine.access.scope import ATTRIBUTES, Scope
from linshu.engine.state.tables import user_scope
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

MOST_IDS = 5_000
MOST_ID = 200  # signs


def scopes_of(connection: Connection, user_ids: Iterable[str]) -> dict[str, Scope]:
    """The scope of each of these people who has one.

    What cannot be read as a list of ids allows nothing: a damaged row must not open what it was to shut.
    """
    allowed: dict[str, dict[str, frozenset[str]]] = {}
    for row in connection.execute(select(user_scope).where(user_scope.c.user_id.in_(list(user_ids)))):
        attribute = row.attribute if row.attribute in ATTRIBUTES else ATTRIBUTES[0]
        ids = _read(row.ids) if attribute == row.attribute else frozenset()
        allowed.setdefault(row.user_id, {})[attribute] = ids
    return {user_id: Scope(**parts) for user_id, parts in allowed.items()}


def write_scope(connection: Connection, user_id: str, scope: Scope) -> None:
    """Keeps exactly this scope for a person."""
    connection.execute(delete(user_scope).where(user_scope.c.user_id == user_id))
    rows = [
        {"user_id": user_id, "attribute": attribute, "ids": json.dumps(ids, ensure_ascii=False)}
        for attribute, ids in checked(scope).restrictions()
    ]
    if rows:
        connection.execute(insert(user_scope), rows)


def checked(scope: Scope) -> Scope:
    """The scope, whose ids can be kept; Invalid for an empty, overlong or unprintable id, or too many."""
    for attribute, ids in scope.restrictions():
        if len(ids) > MOST_IDS:
            raise Invalid(
                Text(f"{attribute} 最多 {MOST_IDS} 个", f"at most {MOST_IDS} {attribute}"),
                mend=Text("可改用更大的区域。", "Name larger regions instead."),
            )
        wrong = [one for one in ids if not one or len(one) > MOST_ID or not one.isprintable()]
        if wrong:
            raise Invalid(Text(f"不能用作编号：{wrong[0]!r}", f"this is no id: {wrong[0]!r}"))
    return scope


def told(scope: Scope) -> dict[str, list[str]]:
    """The scope as plain lists: for answers, commands and the audit."""
    return {attribute: list(ids) for attribute, ids in scope.restrictions()}


def short(scope: Scope) -> dict[str, Any]:
    """A scope as the audit keeps it: the ids while they are few, else their number and the digest of all."""
    return {
        name: ids if len(ids) <= 20 else {"count": len(ids), "digest": scope.digest()}
        for name, ids in told(scope).items()
    }


def _read(written: str) -> frozenset[str]:
    try:
        ids = json.loads(written)
    except ValueError:
        return frozenset()
    return frozenset(str(one) for one in ids) if isinstance(ids, list) else frozenset()
