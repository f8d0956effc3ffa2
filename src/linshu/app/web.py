"""The web application of one project: the pages of the domains, the HTTP API, and what happens live."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linshu.app.api import ROUTERS
from linshu.app.assistant import door
from linshu.app.domains import DOMAINS
from linshu.app.jobs import desk_of_jobs
from linshu.app.live_events import LiveEvents
from linshu.app.pushing import push_desk
from linshu.app.regions import Regions
from linshu.app.states import keys_of
from linshu.engine.access.oidc import OidcSettings
from linshu.engine.access.tries import LoginRules
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.web import create_web

if TYPE_CHECKING:
    from fastapi import FastAPI

    from linshu.app.local import LocalShop
    from linshu.engine.events.desk import EventDesk
    from linshu.engine.shell.live import Hub
    from linshu.engine.state import State
    from linshu.kernel.text import Text


def compose(  # noqa: PLR0913 - the composition root names each part once
    shop: LocalShop,
    state: State,
    *,
    hub: Hub | None = None,
    jobs: JobDesk | None = None,
    events: EventDesk | None = None,
    token: str = "",
    login_hint: Text | None = None,
) -> FastAPI:
    """Join the project's figures, users and domains into one application."""
    shop.ready()  # pages of a new project say what is missing, and need the tables for that, empty as they are
    settings = shop.project.settings
    web = WebSettings(
        company=settings.project.name,
        language=settings.language,
        trend_colors="green_up" if settings.company.trend_colors == "green_up" else "red_up",
        currency=settings.company.currency,
        day=settings.company_day,
        fiscal_start=settings.company.fiscal_start,
        secure_cookies=settings.server.secure_cookies,
        login_rules=LoginRules(second_factor=settings.login.demanding),
        oidc=OidcSettings(
            settings.login.oidc_issuer,
            settings.login.oidc_client_id,
            os.environ.get("LINSHU_OIDC_SECRET", ""),
            settings.login.oidc_claim,
            settings.login.oidc_role,
        ),
        login_hint=login_hint,
        bearer=token,
    )
    desk = jobs or desk_of_jobs(shop.project, state)
    push = push_desk(shop.project, state, shop.figures)
    keys = keys_of(shop.project)
    happening = events or LiveEvents(shop, state).desk
    app = create_web(
        shop.figures, state, DOMAINS, web, hub=hub, jobs=desk, push=push, events=happening, routers=(*ROUTERS, door.router),
        keys=keys, above=Regions(shop.figures).above,
    )  # fmt: skip
    app.state.local = shop
    return app
