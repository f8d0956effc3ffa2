"""Alerts on the command line: what rings, who looks, the rules, and what a rule would have done."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call
from linshu.app.local import LocalShop
from linshu.app.person import account, acting, of_machine
from linshu.app.remote import RemoteShop
from linshu.app.states import open_state
from linshu.app.watching import alert_book, rules_told, silences_told, told, tried, watched_told
from linshu.domains.operations.alerts import flow
from linshu.engine.access.scope import Scope
from linshu.engine.alerts.book import AlertBook, Wanted
from linshu.engine.audit import Actor
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from linshu.app.call import Call

app = typer.Typer()
alert = typer.Typer(help="预警：规则、正在响的、过去会响几次 · Alerts: rules, what rings, what would have rung.")
app.add_typer(alert, name="alert")
PART = Text("您只能看一部分数据，不能这样做", "you see a part of the data, so not this")
Rule = Annotated[str, typer.Argument(help="规则名 · name of a rule")]


@contextmanager
def _book(this: Call, asks: str = "figures.read") -> Iterator[tuple[AlertBook, Actor, Scope]]:
    """The books, whoever acts, and the rows they may see."""
    actor = acting(this.project, this.person, asks)
    scope = account(this.project, this.person).scope if this.person else Scope.everything()
    with open_state(this.project) as state:
        yield alert_book(state), actor, scope


@contextmanager
def _whole(this: Call) -> Iterator[tuple[AlertBook, Actor]]:
    """The books for whoever changes rules, which count for the whole company."""
    with _book(this, "alerts.manage") as (book, actor, scope):
        if scope.restrictions():
            raise Forbidden(PART)
        yield book, actor


@contextmanager
def _asking(this: Call, asks: str) -> Iterator[tuple[AlertBook, Actor, RemoteShop | LocalShop]]:
    """The books, whoever acts, and the figures of all: the running server's, else this process's own."""
    person = this.person or of_machine()
    with _book(this, asks) as (book, actor, scope):
        found = RemoteShop.reach(this.project, person)
        if found is None and scope.restrictions():
            raise Forbidden(PART)
        with found or LocalShop.open(this.project, person=person) as shop:
            if isinstance(shop, LocalShop):
                shop.ready()
            yield book, actor, shop


def _today(this: Call) -> date:
    return this.project.settings.company_day.day_of(datetime.now(UTC))


@alert.command("list")
def alert_list(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="waiting ringing seen over，逗号分开 · states")] = "",
    rule: Annotated[str, typer.Option(help="规则 · rule")] = "",
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """列出预警，默认是没恢复的 · List alerts; by default the open ones."""
    this = call.of(ctx)
    wanted = Wanted(tuple(filter(None, state.split(","))), (rule,) if rule else (), limit=limit)
    with _book(this) as (book, _actor, scope):
        rows, total = book.page(wanted, scope)
        this.show(told(book, rows, total=total))


@alert.command("see")
def alert_see(
    ctx: typer.Context,
    alert_id: Annotated[str, typer.Argument(help="预警编号 · id of an alert")],
    note: Annotated[str, typer.Option(help="备注 · a note")] = "",
) -> None:
    """我来看，不再升级 · Say that you look at it."""
    this = call.of(ctx)
    with _book(this, "orders.work") as (book, actor, scope):
        found = book.see(actor, alert_id, scope, note)
        this.show(told(book, [found]))


@alert.command("silence")
def alert_silence(
    ctx: typer.Context,
    rule: Rule,
    why: Annotated[str, typer.Option(help="原因 · the reason")],
    days: Annotated[int, typer.Option(min=1, max=365, help="几天 · how many days")] = 1,
    group: Annotated[str, typer.Option(help="其中一个对象 · one group of it")] = "",
) -> None:
    """静音几天 · Tell nobody for some days."""
    this = call.of(ctx)
    with _book(this, "alerts.manage") as (book, actor, scope):
        book.silence(actor, rule, group, book.now() + timedelta(days=days), why, scope)
        found = book.silences(scope)
    this.show(silences_told(one for one in found if one.rule == rule))


@alert.command("silences")
def alert_silences(ctx: typer.Context) -> None:
    """正在静音的 · What nobody is told of just now."""
    this = call.of(ctx)
    with _book(this) as (book, _actor, scope):
        this.show(silences_told(book.silences(scope)))


@alert.command("unsilence")
def alert_unsilence(
    ctx: typer.Context, silence: Annotated[str, typer.Argument(help="静音编号，见 alert silences · id of a silence")]
) -> None:
    """提前结束静音 · End a silence before its time."""
    this = call.of(ctx)
    with _book(this, "alerts.manage") as (book, actor, scope):
        book.unsilence(actor, silence, scope)
        this.show(silences_told(book.silences(scope)))


@alert.command("rules")
def alert_rules(ctx: typer.Context) -> None:
    """列出规则 · List the rules."""
    this = call.of(ctx)
    with _book(this) as (book, _actor, _scope):
        found = tuple(book.rules().values())
    this.show(rules_told(found))


@alert.command("add")
def alert_add(  # noqa: PLR0913, PLR0917 - the parts of a rule
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="规则名（英文）· its name")],
    limit: Annotated[float, typer.Option(help="界限，指标自己的单位 · the limit in the metric's own unit")],
    metric: Annotated[str, typer.Option(help="看哪个指标 · which metric")] = "",
    event: Annotated[str, typer.Option(help="或哪种实时事件，如 order:cancelled · or a kind of event")] = "",
    by: Annotated[str, typer.Option(help="按什么拆 · cut by what")] = "",
    test: Annotated[str, typer.Option(help="above below fell rose band")] = "above",
    grain: Annotated[str, typer.Option(help="day week month")] = "day",
    minutes: Annotated[int, typer.Option(help="事件的时间窗（分钟）· window of a rule on events")] = 10,
    title: Annotated[str, typer.Option(help="名字 · what it is called")] = "",
) -> None:
    """建一条规则，先关着 · A rule of your own; it begins switched off."""
    this = call.of(ctx)
    said = {
        "name": name, "title": title, "metric": metric, "event": event, "by": by, "test": test, "grain": grain,
        "limit": str(limit), "minutes": str(minutes),
    }  # fmt: skip
    with _asking(this, "alerts.manage") as (book, actor, shop):
        if isinstance(shop, RemoteShop):
            this.show(shop.alerts.add(said))
            return
        book.keep(actor, flow.begun(shop.figures, said, _today(this)), fresh=True)
        after = book.rule(name)
    this.show(rules_told([after]))


@alert.command("set")
def alert_set(
    ctx: typer.Context,
    rule: Rule,
    values: Annotated[list[str], typer.Argument(help="名称=值，例如 active=true limit=0.25 · name=value")],
) -> None:
    """改规则，或打开、关掉 · Change a rule, or switch it on and off."""
    this = call.of(ctx)
    changes = {}
    for one in values:
        name, found, value = one.partition("=")
        if not found:
            raise Misused(Text(f"应写成 名称=值：{one}", f"write name=value: {one}"))
        changes[name.strip()] = value.strip()
    with _whole(this) as (book, actor):
        book.keep(actor, book.rule(rule).changed(changes))
        after = book.rule(rule)
    this.show(rules_told([after]))


@alert.command("drop")
def alert_drop(ctx: typer.Context, rule: Rule) -> None:
    """删掉自己的规则；自带的恢复原样 · Take an own rule away, or a ready one back to how it came."""
    this = call.of(ctx)
    with _whole(this) as (book, actor):
        book.drop(actor, rule)
        this.show(rules_told(book.rules().values()))


@alert.command("try")
def alert_try(
    ctx: typer.Context,
    rule: Rule,
    back: Annotated[int, typer.Option(min=1, max=120, help="往回看几次 · how far back")] = 28,
) -> None:
    """过去会响几次 · How often it would have rung."""
    this = call.of(ctx)
    with _asking(this, "figures.read") as (book, _actor, shop):
        if isinstance(shop, RemoteShop):
            this.show(shop.alerts.tried(rule, back))
            return
        day_of = this.project.settings.company_day.day_of
        this.show(tried(book, shop.figures, rule, back, _today(this), day_of))


@alert.command("watch")
def alert_watch(ctx: typer.Context) -> None:
    """现在看一遍所有开着的规则 · Look at every active rule now."""
    this = call.of(ctx)
    with _asking(this, "jobs.run") as (book, _actor, shop):
        if isinstance(shop, RemoteShop):
            this.show(shop.alerts.watch())
            return
        this.show(watched_told(flow.watch(book, shop.figures, _today(this))))
