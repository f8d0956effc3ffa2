"""Push in a project: its channels, the words of its messages with figures asked for the receiver, and who delivers."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from linshu.engine.push.channels import Channels
from linshu.engine.push.courier import Courier, Sender
from linshu.engine.push.desk import PushDesk
from linshu.engine.push.files import Files
from linshu.engine.push.guard import Guard
from linshu.engine.push.pusher import Pusher
from linshu.engine.push.rendering import Plain
from linshu.engine.shell.context import SYMBOLS
from linshu.engine.shell.view import Writer
from linshu.engine.work.inside import handler as work_orders
from linshu.kernel.errors import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.app.project import Project
    from linshu.engine.push.rendering import Receiver, Rendered, Renderer
    from linshu.engine.shell.asking import Shop
    from linshu.engine.state import State


def push_desk(project: Project, state: State, shop: Shop | None = None) -> PushDesk | None:
    """The desk of push; None where the key that seals its channels is not there.

    Without `shop` messages that ask for figures cannot be sent, tests can.
    """
    try:
        key = project.key().derive("push")
    except Missing:
        return None
    settings = project.settings
    plain = Plain(settings.push.address)
    renderer: Renderer = plain if shop is None else Figured(shop, plain, settings.company.currency)
    hosts = frozenset(host.strip() for host in settings.push.allowed_hosts.split(",") if host.strip())
    channels = Channels(state, key, now)
    pusher = Pusher(state, channels, renderer, zone=settings.company.time_zone, guard=Guard(hosts))
    return PushDesk(state, channels, pusher, now)


def courier(project: Project, state: State, desk: PushDesk | None) -> Courier:
    """Who delivers what the outbox holds."""
    senders: dict[str, Sender] = {"file": Files(project.data / "outbox")}
    if desk is not None:
        senders |= {"push": desk.pusher, "webhook": desk.pusher}
    inside = {"work_order": work_orders(ZoneInfo(project.settings.company.time_zone))}
    return Courier(state, senders, inside=inside, chance=random.SystemRandom().random)


class Figured:
    """Words with figures: `figures` names questions whose answers fill the text, asked in the receiver's scope.

    {"gmv": {"metric": "gmv", "start": "2026-11-25", "end": "2026-11-25", "where": ["city=武汉"]}} fills "{gmv}".
    """

    def __init__(self, shop: Shop, plain: Plain, currency: str) -> None:
        self._shop, self._plain, self._symbol = shop, plain, SYMBOLS.get(currency, f"{currency} ")

    def render(self, subject: str, body: Mapping[str, Any], receiver: Receiver) -> Rendered:
        """The words, as this receiver may read them."""
        writer = Writer(receiver.language, self._symbol)
        figures = {name: self._figure(asked, receiver, writer) for name, asked in body.get("figures", {}).items()}
        return self._plain.render(subject, {**body, "facts": {**body.get("facts", {}), **figures}}, receiver)

    def _figure(self, asked: Mapping[str, Any], receiver: Receiver, writer: Writer) -> str:
        options = {name: asked[name] for name in ("start", "end", "where", "as_of") if name in asked}
        result = self._shop.query([asked["metric"]], scope=receiver.scope, **options)
        column = next(one for one in result.columns if one.role == "metric")
        rows = result.table[column.name].to_pylist()
        assert column.unit is not None
        return writer.short(rows[0] if rows else None, column.unit)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
