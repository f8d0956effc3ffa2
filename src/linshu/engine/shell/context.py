"""What every page works with: the running project, the settings of the web face, and who is looking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from linshu.engine.access.oidc import OidcSettings
from linshu.engine.access.scope import Scope
from linshu.engine.access.tries import LoginRules
from linshu.engine.access.users import User
from linshu.engine.decisions import Ledger
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.shell.asking import Shop
from linshu.engine.shell.filters import Days
from linshu.engine.shell.modules import Modules
from linshu.engine.shell.view import TrendColors, Writer
from linshu.engine.state.instant import utc_now
from linshu.engine.work import WorkBook, WorkDesk
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime
    from pathlib import Path

    from starlette.requests import Request

    from linshu.engine.access.codes import Codes
    from linshu.engine.access.links import Links
    from linshu.engine.access.login import Logins
    from linshu.engine.access.oidc import Provider
    from linshu.engine.access.own_roles import Roles
    from linshu.engine.access.second_factor import SecondFactors
    from linshu.engine.access.tokens import Tokens
    from linshu.engine.access.users import Users
    from linshu.engine.audit import Book
    from linshu.engine.events.desk import EventDesk
    from linshu.engine.jobs.desk import JobDesk
    from linshu.engine.push.desk import PushDesk
    from linshu.engine.shell.again import Again
    from linshu.engine.shell.ahead import Ahead
    from linshu.engine.shell.assets import Assets
    from linshu.engine.shell.feature import Domain
    from linshu.engine.shell.live import Hub
    from linshu.engine.shell.parts import Parts
    from linshu.engine.shell.visits import Visits
    from linshu.engine.shell.whole import Whole
    from linshu.engine.state import State

LOCAL_ID = "local"  # the owner of this machine's project, asking from the command line
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How this project's pages look and who may log in; built from the project's settings."""

    company: str = ""
    language: Language = "zh"
    trend_colors: TrendColors = "red_up"
    currency: str = "CNY"
    day: CompanyDay = field(default_factory=CompanyDay)
    fiscal_start: int = 1
    secure_cookies: bool = False
    login_rules: LoginRules = field(default_factory=LoginRules)
    oidc: OidcSettings = field(default_factory=OidcSettings)
    login_hint: Text | None = None  # the demo says its account on the log-in page
    bearer: str = ""  # the token in data/server.json: commands on this machine talk to the server with it

    @property
    def symbol(self) -> str:
        """The sign written before an amount."""
        return SYMBOLS.get(self.currency, f"{self.currency} ")


@dataclass(frozen=True, slots=True)
class Keys:
    """What is derived from the project's key, each for one purpose; b"" where there is no key, and nothing is signed."""

    audit: bytes = field(default=b"", repr=False)  # signs the roots of the audit
    factors: bytes = field(default=b"", repr=False)  # seals the secrets of second factors
    anchor: Path | None = None  # where signed roots are written, outside the project


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, in which language, seeing which rows."""

    user: User
    language: Language
    trend_colors: TrendColors
    theme: str
    writer: Writer
    scope: Scope = field(default_factory=Scope)
    csrf: str = ""
    by_token: bool = False  # a program with a token, not a browser with a cookie
    real: User | None = None  # who looks at these pages, when it is another than the one they are of

    def may(self, permission: str) -> bool:
        """Whether this viewer is allowed to do that."""
        return self.user.may(permission)

    @property
    def is_local(self) -> bool:
        """Whether a command of this machine asks, with the token of data/server.json."""
        return self.user.user_id == LOCAL_ID

    def say(self, text: Text) -> str:
        """A text in this viewer's language."""
        return text.say(self.language)


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the pages of one running project share; kept as `app.state.shell`."""

    shop: Shop
    settings: WebSettings
    domains: tuple[Domain, ...]
    state: State
    users: Users
    roles: Roles
    logins: Logins
    factors: SecondFactors
    tokens: Tokens
    links: Links
    codes: Codes
    provider: Provider | None
    book: Book
    hub: Hub
    assets: Assets
    parts: Parts
    whole: Whole
    ahead: Ahead
    again: Again
    jobs: JobDesk
    events: EventDesk | None  # None where nothing happens live
    push: PushDesk | None  # None where the key that seals the channels is not there
    visits: Visits
    now: Callable[[], datetime] = utc_now

    @property
    def today(self) -> date:
        """The company day that runs now."""
        return self.settings.day.day_of(self.now())

    @property
    def clock(self) -> datetime | None:
        """What the wall clock says on the company day that runs now."""
        return self.settings.day.clock_of(self.today, self.now())

    @property
    def ledger(self) -> Ledger:
        """The ledger of decisions, with every kind the domains declare."""
        return ledger_of(self.state, self.active, self.now)

    @property
    def modules(self) -> Modules:
        """Which domains are switched on."""
        return Modules(self.state, self.domains, self.now)

    @property
    def active(self) -> tuple[Domain, ...]:
        """The domains that are switched on."""
        return self.modules.on

    @property
    def work(self) -> WorkDesk:
        """Where work orders are written."""
        return WorkDesk(self.state, self.now, ZoneInfo(self.settings.day.zone))

    def days(self, last: date | None) -> Days:
        """What the calendar offers a page, given the last day that has data."""
        return Days(self.today, last, self.settings.fiscal_start)

    def viewer(self, user: User, language: Language, *, csrf: str = "", by_token: bool = False) -> Viewer:
        """This person as a viewer: their own choices before the project's."""
        colors: TrendColors = (
            "green_up" if (user.trend_colors or self.settings.trend_colors) == "green_up" else "red_up"
        )
        writer = Writer(language, self.settings.symbol)
        return Viewer(user, language, colors, user.theme, writer, user.scope, csrf=csrf, by_token=by_token)


def shell_of(request: Request) -> Shell:
    """The shell of the application that serves this request."""
    shell: Shell = request.app.state.shell
    return shell


def viewer_of(request: Request) -> Viewer:
    """Who is looking; every page but the log-in has one."""
    viewer: Viewer = request.state.viewer
    return viewer


def work_book_of(request: Request) -> WorkBook:
    """The work orders this viewer may see."""
    viewer = viewer_of(request)
    return WorkBook(shell_of(request).state, viewer.scope, viewer.user.account)


def ledger_of(state: State, domains: Iterable[Domain], now: Callable[[], datetime]) -> Ledger:
    """The ledger over the kinds of these domains; what is approved goes to the outbox."""
    kinds = {one.name: one for domain in domains for feature in domain.features for one in feature.decides}
    return Ledger(state, kinds, to_outbox(now), now)


def in_language(viewer: Viewer, language: Language) -> Viewer:
    """The same viewer, reading another language."""
    return replace(viewer, language=language, writer=replace(viewer.writer, language=language))
