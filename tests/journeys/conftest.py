"""A real server over the little town, and a real browser that may reach nothing else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import expect, sync_playwright
from tests.domains.insight.overview.town import NOW, TownShop, town
from tests.journeys.entering import Watched, enter
from tests.journeys.serving import served

from linshu.domains.insight.dictionary import FEATURE as DICTIONARY
from linshu.domains.insight.explore import FEATURE as EXPLORE
from linshu.domains.insight.overview import FEATURE as OVERVIEW
from linshu.domains.insight.standard import FEATURE as STANDARD
from linshu.engine.access import passwords
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.live import Hub
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ACCOUNT, WORDS = "operator", "three unrelated words"
# A machine that does other things as well is slow, and that is no fault of the page.
expect.set_options(timeout=15_000)
# The shell without a window does the same with a third less of the processor.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DOMAIN = Domain("insight", Text("洞察", "Insight"), (OVERVIEW, EXPLORE, DICTIONARY, STANDARD))


@dataclass(frozen=True)
class Site:
    """Where the pages are, and the hub that feeds them."""

    url: str
    hub: Hub
    shop: TownShop


@pytest.fixture(scope="session")
def _quick_passwords() -> Iterator[None]:
    costly, passwords.HASHER = passwords.HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.HASHER = costly


@pytest.fixture(scope="session")
def _own_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys of projects lie where no user's own do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.delenv("LINSHU_KEY", raising=False)
        patch.delenv("LINSHU_PROJECT", raising=False)
        yield


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, _quick_passwords: object) -> Iterator[Site]:
    shop, hub = TownShop(town()), Hub(pace=0.1)
    state = State.open(tmp_path_factory.mktemp("journeys") / "state.sqlite")
    app = create_web(shop, state, (DOMAIN,), WebSettings(company="翠湖优选"), hub=hub, now=lambda: NOW)
    app.state.shell.users.add(ACCOUNT, "王芳", "operator", WORDS)
    with served(app) as url:
        yield Site(url, hub, shop)
    state.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("these tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def settled(page: Page) -> None:
    """Scripts have run, and what an exchange brought listens: an act before that would reach nobody."""
    page.wait_for_load_state("load")
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling")).to_have_count(0)
    expect(page.locator("figure[data-point]:not([data-clickable])")).to_have_count(0)


def open_page(browser: Browser, site: Site, *, width: int = 1440, first: str = "/overview") -> Watched:
    """The page of the one who works at the site."""
    return enter(browser, site.url, ACCOUNT, WORDS, width=width, first=first)


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Watched]:
    opened = open_page(browser, site)
    yield opened
    opened.page.context.close()


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Watched]:
    opened = open_page(browser, site, width=390)
    yield opened
    opened.page.context.close()
