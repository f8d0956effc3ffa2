"""Writing work orders: opened once, turned by people, talked about, closed; every act with its step and audit entry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert

from linshu.engine import audit
from linshu.engine.access.users import Users
from linshu.engine.intake.personal import mask_text
from linshu.engine.state.tables import work_order, work_order_file
from linshu.engine.work.files import MOST_FILES, check
from linshu.engine.work.hand import MOST_TITLE, Hand, locked
from linshu.engine.work.rules import judge
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from linshu.engine.access.users import User
    from linshu.engine.audit import Actor
    from linshu.engine.state import State
    from linshu.engine.work.book import WorkBook
    from linshu.engine.work.order import Draft
    from linshu.engine.work.rules import Wish

MOST_LINK = 300
NOT_THERE = Text("没有这张工单", "there is no such work order")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act on many: done, or refused and why."""

    done: tuple[str, ...] = ()
    refused: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkDesk:
    """Where the work orders of one company are written; business hours are those of its time zone."""

    state: State
    now: Callable[[], datetime]
    zone: ZoneInfo

    def open(self, actor: Actor, draft: Draft) -> tuple[str, bool]:
        """Opens a work order, once for its key: its id, and whether it is new."""
        if not draft.title.zh.strip():
            raise Invalid(Text("请写明要做什么", "say what is to be done"))
        if draft.owner:
            self._works(draft.owner)
        with self.state.writing() as connection:
            return Hand(connection, actor, self.now(), self.zone).open(draft)

    def act(self, actor: Actor, book: WorkBook, ids: Iterable[str], wish: Wish) -> Done:
        """One act of a person on many work orders; each is judged alone."""
        if wish.to:
            self._works(wish.to)
        _check_link(wish.link)
        wanted, done, refused = tuple(dict.fromkeys(ids)), [], dict[str, Text]()
        with self.state.writing() as connection:
            hand = Hand(connection, actor, wish.at, self.zone)
            found = locked(connection, work_order.c.order_id.in_(wanted), book.seen())
            known = {one.order_id: one for one in found}
            for order_id in wanted:
                order = known.get(order_id)
                judged = NOT_THERE if order is None else judge(order, wish)
                if order is None or isinstance(judged, Text):
                    refused[order_id] = judged if isinstance(judged, Text) else NOT_THERE
                    continue
                hand.turn(order, judged, wish)
                done.append(order_id)
        return Done(tuple(done), refused)

    def comment(self, actor: Actor, book: WorkBook, order_id: str, words: str) -> None:
        """Something said about it."""
        order = book.find(order_id)
        if not words.strip():
            raise Invalid(Text("请写点什么", "write something"))
        with self.state.writing() as connection:
            Hand(connection, actor, self.now(), self.zone).step(order, "comment", words=words)

    def attach(self, actor: Actor, book: WorkBook, order_id: str, name: str, body: bytes) -> None:
        """A small file that belongs to it; phone numbers in its name are masked."""
        order = book.find(order_id)
        check(name, body)
        if len(book.files(order_id)) >= MOST_FILES:
            raise Invalid(Text(f"一张工单最多 {MOST_FILES} 个文件", f"a work order holds at most {MOST_FILES} files"))
        safe = mask_text(name.replace("\\", "/").rsplit("/", 1)[-1].strip() or "file")[:MOST_TITLE]
        row = {
            "file_id": secrets.token_hex(8), "order_id": order_id, "name": safe, "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(), "body": body, "account": actor.account, "at": self.now(),
        }  # fmt: skip
        with self.state.writing() as connection:
            connection.execute(insert(work_order_file), [row])
            Hand(connection, actor, self.now(), self.zone).step(order, "file", words=safe)

    def fetch(self, actor: Actor, book: WorkBook, order_id: str, file_id: str) -> tuple[str, bytes]:
        """A file to be saved: its name and content; who took it stands in the audit."""
        found = book.body(order_id, file_id)
        with self.state.writing() as connection:
            audit.write(connection, actor, "work.fetch", f"work:{order_id}", at=self.now(), file=file_id)
        return found

    def _works(self, account: str) -> None:
        """Refuses an owner who cannot work on it."""
        user = Users(self.state, self.now).find(account)
        if not user.active or not can_work(user):
            raise Invalid(
                Text(f"{account} 不能处理工单", f"{account} cannot work on work orders"),
                mend=Text("请选择另一个人。", "Choose somebody else."),
            )


def can_work(user: User) -> bool:
    """Whether a person may be given a work order: staff, or a leader or supplier on pages of their own."""
    return user.may("orders.work") or user.may("portal.use")


def _check_link(link: str) -> None:
    """Refuses a link that leads neither to a page of our own nor to a web address."""
    if len(link) > MOST_LINK or (link and not link.startswith(("/", "https://", "http://"))):
        raise Invalid(
            Text("这不是能打开的链接", "this is no link that can be opened"),
            where=Text(link[:60], link[:60]),
            mend=Text("以 / 或 https:// 开头，最长 300 字。", "Begin with / or https://, at most 300 signs."),
        )
