"""A company with work to do: wang, li (operators), chen (growth) work on it, zhao only reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from tests.engine.decisions.samples import DAY, coupon, kind
from tests.engine.shell.standin import WORDS, EmptyShop

from linshu.app.domains import catalog
from linshu.domains.operations.alerts import FEATURE as ALERTS
from linshu.domains.operations.inbox import FEATURE as INBOX
from linshu.domains.operations.work import FEATURE as WORK
from linshu.engine.access import passwords
from linshu.engine.access.place import Place
from linshu.engine.alerts.book import fresh, write
from linshu.engine.alerts.life import Alert
from linshu.engine.alerts.rule import Rule
from linshu.engine.audit import SYSTEM
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain, Feature
from linshu.engine.shell.web import create_web
from linshu.engine.work import Draft
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from fastapi import FastAPI

    from linshu.engine.state import State

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in the company
COUPONS = Feature("coupons", Text("发券", "Coupons"), decides=(kind(roles=frozenset({"growth", "operator"})),))
RULE = Rule(
    "dear", Text("卖得太少", "Sells too little"), "gmv", "below", 100.0, by="city", severity="urgent", active=True,
    why=Text("问问团长出了什么事。", "Ask the leaders what is going on."),
)  # fmt: skip
WATCHING = Feature("watching", Text("看着", "Watching"), alerts=(RULE,))
DOMAIN = Domain("operations", Text("协同", "Operations"), (INBOX, ALERTS, WORK, COUPONS, WATCHING))


def work_app(state: State, count: int = 0) -> FastAPI:
    """The application, with so many work orders that nobody has yet."""
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = create_web(EmptyShop(catalog=catalog()), state, (DOMAIN,), WebSettings(company="翠湖优选"), now=lambda: NOW)
    people = (
        ("wang", "王芳", "operator"),
        ("li", "李娜", "operator"),
        ("chen", "陈军", "growth"),
        ("zhao", "赵敏", "viewer"),
    )
    for account, name, role in people:
        app.state.shell.users.add(account, name, role, WORDS)
    rung = Alert("ringing", DAY, DAY, 1, NOW, value=90.0, expected=100.0, rang_at=NOW)
    with state.writing() as connection:
        write(connection, fresh(RULE.name, "武汉", Text("武汉", "Wuhan"), Place(("42", "4201")), rung))
    app.state.shell.ledger.save([coupon("leader:L1", day=DAY)])
    for number in range(count):
        title = Text(f"给团长L{number:02}打电话", f"Call leader L{number:02}")
        severity = "urgent" if number % 5 == 0 else "warn"
        place = Place(("42", "4201"), "C1", f"L{number:02}")
        app.state.shell.work.open(SYSTEM, Draft(title, "两周没开团", severity, key=f"t:{number}", place=place))
    return app
