"""Changing people and roles on somebody's behalf: nobody gives rights they lack, or touches who may do more than they."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.access.own_roles import own_role
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.access.roles import Role
    from linshu.engine.access.scope import Scope
    from linshu.engine.access.users import User
    from linshu.engine.audit import Actor
    from linshu.engine.shell.context import Shell


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who manages people, and how the audit names them."""

    shell: Shell
    user: User
    actor: Actor

    def add(self, account: str, name: str, role: str, password: str = "") -> tuple[User, str]:
        """A new person and their password, made up unless given."""
        self._may_give(self.shell.roles.find(role))
        chosen = password or secrets.token_urlsafe(12)
        return self.shell.users.add(account, name, role, chosen, by=self.actor), chosen

    def find(self, account: str) -> User:
        """A person, to be looked at; to be changed only by who may do as much as they."""
        return self.shell.users.find(account)

    def rename(self, account: str, name: str) -> None:
        """Another name."""
        self.shell.users.set_name(self._touched(account).account, name, by=self.actor)

    def set_role(self, account: str, role: str) -> None:
        """Another role, none that allows more than the keeper may do."""
        self._touched(account)
        self._may_give(self.shell.roles.find(role))
        self.shell.users.set_role(account, role, by=self.actor)

    def set_active(self, account: str, active: bool) -> None:
        """On or off; nobody turns themselves off."""
        user = self._touched(account)
        if not active and user.user_id == self.user.user_id:
            raise Forbidden(Text("不能停用自己", "nobody turns themselves off"))
        self.shell.users.set_active(account, active, by=self.actor)

    def set_scope(self, account: str, scope: Scope) -> None:
        """Which rows a person may see."""
        self._touched(account)
        self.shell.users.set_scope(account, scope, by=self.actor)

    def reset_password(self, account: str) -> str:
        """A new made-up password, told this once; whoever used the account is logged out."""
        user, chosen = self._touched(account), secrets.token_urlsafe(12)
        self.shell.users.set_password(user.account, chosen, by=self.actor)
        return chosen

    def drop_second_factor(self, account: str) -> None:
        """For a lost phone and lost recovery codes."""
        self.shell.factors.off(self._touched(account), by=self.actor)

    def end_log_ins(self, account: str, key: str = "") -> int:
        """Ends one of a person's log-ins, or all."""
        return self.shell.logins.revoke(self._touched(account), key, by=self.actor)

    def end_token(self, account: str, token_id: str) -> None:
        """Ends an access token of a person."""
        self.shell.tokens.revoke(self._touched(account), token_id, by=self.actor)

    def link(self, account: str) -> str:
        """The path of a one-time link for somebody from outside the company."""
        return f"/enter/{self.shell.links.make(self._touched(account), by=self.actor)}"

    def code(self, account: str) -> str:
        """A code for somebody from outside the company, to be told to them."""
        return self.shell.codes.make(self._touched(account), by=self.actor)

    def reach(self, account: str, channel: str) -> None:
        """By which push channel codes reach a person; "" for none."""
        push = self.shell.push
        found = push.channels.find(channel).channel_id if channel and push is not None else ""
        self.shell.codes.reach(self._touched(account), found, by=self.actor)

    def keep_role(self, name: str, title: str, base: str, grants: Iterable[str], title_en: str = "") -> Role:
        """A role of the company's own, new or changed; it allows nothing that the keeper may not do."""
        made = own_role(name, title, base, grants, title_en)
        self._may_give(made)
        there = {one.name: one for one in self.shell.roles.all()}
        if made.name in there:
            self._may_give(there[made.name])
            return self.shell.roles.change(made, by=self.actor)
        return self.shell.roles.add(made, by=self.actor)

    def drop_role(self, name: str) -> None:
        """Takes a role of the company's own away, when nobody has it."""
        self._may_give(self.shell.roles.find(name))
        self.shell.roles.remove(name, by=self.actor)

    def _touched(self, account: str) -> User:
        user = self.shell.users.find(account)
        self._may_give(user.job)
        return user

    def _may_give(self, job: Role) -> None:
        more = sorted(job.grants - self.user.job.grants)
        if more:
            raise Forbidden(
                Text(
                    f"“{job.title.zh}”有您没有的权限：{'、'.join(more[:3])}",
                    f"{job.title.en} is allowed what you are not: {', '.join(more[:3])}",
                ),
                mend=Text("请找权限更大的管理员。", "Ask an administrator who may do more."),
            )
