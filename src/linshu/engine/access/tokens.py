"""Access tokens: what a person's programs log in with, never good for more than the person, and only for so long."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from linshu.engine.access.login import token_key
from linshu.engine.access.permissions import known
from linshu.engine.access.scope import ATTRIBUTES, Scope, nowhere
from linshu.engine.access.scopes import checked, short, told
from linshu.engine.access.users import User, people
from linshu.engine.audit import Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import api_token, users
from linshu.kernel.errors import Forbidden, Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linshu.engine.access.scope import Above
    from linshu.engine.state import State

PREFIX = "lst_"
MOST_DAYS = 366
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it later: never what opens."""

    token_id: str
    name: str
    prefix: str
    permissions: frozenset[str]
    scope: Scope
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def is_good(self, moment: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and moment < self.expires_at


@dataclass(frozen=True, slots=True)
class Tokens:
    """The access tokens of everybody; only their hashes are kept."""

    state: State
    now: Callable[[], datetime] = utc_now
    above: Above = nowhere

    def make(
        self,
        user: User,
        name: str,
        permissions: Iterable[str],
        *,
        by: Actor,
        scope: Scope | None = None,
        days: int = 90,
    ) -> tuple[str, Token]:
        """A new token of a person, told this once; Forbidden when it would be allowed more than the person."""
        wanted, moment = known(permissions), self.now()
        more = sorted(wanted - user.job.grants)
        if more:
            raise Forbidden(
                Text(f"您自己没有这些权限：{'、'.join(more)}", f"you have no such permissions: {', '.join(more)}"),
                mend=Text("令牌的权限不能超过本人。", "A token is never allowed more than its owner."),
            )
        if not wanted or not name.strip() or not 1 <= days <= MOST_DAYS:
            raise Invalid(
                Text(
                    "令牌要有名称、至少一个权限，有效 1 至 366 天",
                    "a token has a name, a permission, and 1 to 366 days",
                )
            )
        wish = checked(scope or Scope.everything())
        self._refuse_wider(user.scope, wish)
        narrowed = checked(user.scope.both(wish, self.above))
        secret = PREFIX + secrets.token_urlsafe(32)
        row = {
            "token_id": secrets.token_hex(6), "user_id": user.user_id, "name": " ".join(name.split())[:64],
            "token_hash": token_key(secret), "prefix": secret[:10], "permissions": json.dumps(sorted(wanted)),
            "scope": json.dumps(told(narrowed), ensure_ascii=False), "created_at": moment,
            "expires_at": moment + timedelta(days=days),
        }  # fmt: skip
        with self.state.writing() as connection:
            connection.execute(insert(api_token), [row])
            subject = f"token:{row['token_id']}"
            write(
                connection, by, "token.make", subject, at=moment, owner=user.account, permissions=sorted(wanted), days=days,
                scope=short(narrowed),
            )  # fmt: skip
        return secret, _token(row)

    def of(self, user: User) -> tuple[Token, ...]:
        """A person's tokens, the newest first; those that no longer open are among them."""
        mine = select(api_token).where(api_token.c.user_id == user.user_id).order_by(api_token.c.created_at.desc())
        with self.state.reading() as connection:
            return tuple(_token(row._asdict()) for row in connection.execute(mine))

    def revoke(self, user: User, token_id: str, *, by: Actor) -> None:
        """Ends a person's token from this moment; Missing when the person has none of that id."""
        mine = (api_token.c.user_id == user.user_id) & (api_token.c.token_id == token_id)
        with self.state.writing() as connection:
            if connection.execute(select(api_token.c.token_id).where(mine)).first() is None:
                raise Missing(Text(f"没有令牌 {token_id}", f"there is no token {token_id}"))
            ended = update(api_token).where(mine, api_token.c.revoked_at.is_(None)).values(revoked_at=self.now())
            if connection.execute(ended).rowcount:
                write(connection, by, "token.revoke", f"token:{token_id}", at=self.now(), owner=user.account)

    def recognise(self, secret: str) -> User | None:
        """Whose program this is, allowed and shown no more than both the token and its owner; None for no good token."""
        if not secret.startswith(PREFIX):
            return None
        moment = self.now()
        with self.state.reading() as connection:
            row = connection.execute(select(api_token).where(api_token.c.token_hash == token_key(secret))).first()
            found = None if row is None else _token(row._asdict())
            if row is None or found is None or not found.is_good(moment):
                return None
            owner = _owner(
                people(connection, connection.execute(select(users).where(users.c.user_id == row.user_id)).all())
            )
        if owner is None:
            return None
        if found.used_at is None or moment - found.used_at >= SEEN_EVERY:
            with self.state.writing() as connection:
                seen = update(api_token).where(api_token.c.token_id == found.token_id).values(used_at=moment)
                connection.execute(seen)
        job = replace(owner.job, grants=owner.job.grants & found.permissions, base=owner.job.menu)
        return replace(owner, job=job, scope=owner.scope.both(found.scope, self.above))

    def _refuse_wider(self, own: Scope, wanted: Scope) -> None:
        for attribute, ids in own.beyond(wanted, self.above):
            named = ", ".join(ids[:5])
            raise Forbidden(
                Text(f"超出您自己的数据范围：{attribute} {named}", f"beyond your own scope: {attribute} {named}"),
                mend=Text("令牌只能再收窄。", "A token only narrows."),
            )


def _owner(found: list[User]) -> User | None:
    return found[0] if found and found[0].active else None


def _token(parts: dict[str, Any]) -> Token:
    limits = json.loads(parts["scope"])
    scope = Scope.only(**{name: ids for name, ids in limits.items() if name in ATTRIBUTES})
    return Token(
        parts["token_id"], parts["name"], parts["prefix"], frozenset(json.loads(parts["permissions"])), scope,
        parts["created_at"], parts["expires_at"], parts.get("used_at"), parts.get("revoked_at"),
    )  # fmt: skip
