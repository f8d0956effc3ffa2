"""A company with forty coupons to decide: wang may, chen (finance) may not, and the admin may change the policy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from tests.engine.decisions.samples import DAY, coupon, kind
from tests.engine.shell.standin import WORDS, EmptyShop

from linshu.domains.operations.inbox import FEATURE as INBOX
from linshu.engine.access import passwords
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain, Feature
from linshu.engine.shell.web import create_web
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from fastapi import FastAPI

    from linshu.engine.state import State

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
GIVEN = kind(roles=frozenset({"growth", "operator"}), observe=lambda *_: {})  # looked at, nothing seen yet
COUPONS = Feature("coupons", Text("发券", "Coupons"), decides=(GIVEN,))
DOMAIN = Domain("operations", Text("协同", "Operations"), (INBOX, COUPONS))


def inbox_app(state: State, count: int = 60) -> FastAPI:
    """The application, with so many proposals."""
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = create_web(EmptyShop(), state, (DOMAIN,), WebSettings(company="翠湖优选"), now=lambda: NOW)
    people = (("wang", "王芳", "operator"), ("chen", "陈军", "finance"), ("root", "管理员", "admin"))
    for account, name, role in people:
        app.state.shell.users.add(account, name, role, WORDS)
    app.state.shell.ledger.save(coupon(f"leader:L{number:02}", 100 + number, day=DAY) for number in range(count))
    return app
