"""Walks from page to page as the menu and links lead, one page of every kind, and writes down what is wrong on each."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from fastapi.routing import APIRoute
from playwright.sync_api import Error, TimeoutError  # noqa: A004 - as Playwright calls it
from starlette.routing import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter, FastAPI
    from playwright.sync_api import Page, Response
    from tests.journeys.whole import Whole

# What WCAG 2.1 asks at A and AA.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
# Of these, what colours and room decide; the rest is the markup's, the same in every look.
OF_THE_LOOK = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
MOST_PAGES = 80
# Pages no link leads to: an address that does not exist, a filter nobody understands.
ASIDE = ("/no-such-page", "/overview?period=nonsense")
# What has no words of its own to read, or is written for machines.
SILENT = "script, style, code, pre, kbd, [translate=no], option[data-raw]"
TEXTS = """silent => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.textContent.trim() && !node.parentElement.closest(silent)) found.push(node.textContent.trim());
  for (const element of document.body.querySelectorAll("[title], [aria-label], [placeholder], [alt]"))
    if (!element.closest(silent))
      for (const name of ["title", "aria-label", "placeholder", "alt"])
        if (element.getAttribute(name)) found.push(element.getAttribute(name).trim());
  found.push(document.title);
  return found;
}"""
UNFOLD = """for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; one.dataset.unfolded = ""; }"""
# The rows of a table and the lines of a list are alike: the first few stand for all.
THIN = """for (const one of document.querySelectorAll("tbody > tr:nth-child(n+7), li:nth-child(n+9)")) {
  one.style.setProperty("display", "none", "important");
  one.dataset.spared = "";
}"""
WHOLE = """for (const one of document.querySelectorAll("[data-spared]")) {
  one.style.removeProperty("display");
  delete one.dataset.spared;
}"""
WAITING = """[...document.querySelectorAll(".htmx-request, .skeleton, [aria-busy=true]")].filter(one => one.checkVisibility())"""
BUSY = f"() => !{WAITING}.length"
WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
RENEWED = """async () => Object.fromEntries(await Promise.all([...document.querySelectorAll("[data-renews][hx-select]")].map(async part => {
  const headers = {"HX-Request": "true", "HX-Target": part.id};
  const answer = await (await fetch(part.getAttribute("hx-get"), {headers})).text();
  const found = new DOMParser().parseFromString(answer, "text/html").querySelector(part.getAttribute("hx-select"));
  return [part.id, found !== null && found.textContent.trim() !== ""];
})))"""


@dataclass
class Seen:
    """What one address showed."""

    address: str
    faults: list[str] = field(default_factory=list)  # of axe
    texts: list[str] = field(default_factory=list)
    too_wide: int = 0  # pixels the page can be pushed sideways
    said: list[str] = field(default_factory=list)  # in the console
    renewed: dict[str, bool] = field(
        default_factory=dict
    )  # parts asked for anew when data came: is each in its answer?


def walk(page: Page, whole: Whole, *, rules: tuple[str, ...] = RULES) -> list[Seen]:
    """One page of every kind that can be reached from the menu, and the pages aside; held against these rules of WCAG."""
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    waiting, kinds, seen = deque(["/account", *ASIDE, *menu(page)]), set[str](), list[Seen]()
    while waiting:
        address = waiting.popleft()
        if kind_of(address, whole) in kinds:
            continue
        kinds.add(kind_of(address, whole))
        answer = opened(page, whole.url + address)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        led = kind_of(page.url.removeprefix(whole.url), whole)
        if led != kind_of(address, whole) and led in kinds:
            continue
        kinds.add(led)
        seen.append(look(page, address, said, rules=rules))
        waiting += links(page)
        assert len(seen) < MOST_PAGES, f"more kinds of pages than expected: {sorted(kinds)}"
    return seen


def opened(page: Page, address: str) -> Response | None:
    """What the address answers; None when it is a file to be taken along."""
    try:
        return page.goto(address)
    except Error as error:
        if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
            return None
        raise


def menu(page: Page) -> list[str]:
    """Where the menu leads."""
    return [str(one.get_attribute("href")) for one in page.locator("a.menu-item").all()]


def links(page: Page) -> list[str]:
    """Where the page leads, within the site, downloads left out."""
    # Links of a drawing have no plain address of their own.
    found: list[str] = page.evaluate(
        "[...new Set([...document.querySelectorAll('main a[href]:not([download])')].map(a => new URL(a.getAttribute('href'), location).href))]"
    )
    parts = (urlsplit(one) for one in found if one.startswith("http"))
    return [f"{one.path}?{one.query}" if one.query else one.path for one in parts]


def kind_of(address: str, whole: Whole) -> str:
    """The route that answers an address, whatever name stands in it; what answers none, or with a file, is its own kind."""
    if address in ASIDE:
        return address
    return _route(urlsplit(address).path, whole.app)


@cache
def _route(path: str, app: FastAPI) -> str:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    features = (feature for domain in app.state.shell.domains for feature in domain.features)
    routes = (route for feature in features if feature.pages for route in routes_of(feature.pages))
    return next((str(route.path) for route in routes if route.matches(scope)[0] is Match.FULL), path)


def routes_of(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router, and of those it includes."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner)
        elif isinstance(route, APIRoute):
            yield route


def look(page: Page, address: str, said: list[str], *, rules: tuple[str, ...] = RULES) -> Seen:
    """The page at rest, and then what unfolds on it."""
    settle(page)
    seen = Seen(
        address, texts=page.evaluate(TEXTS, SILENT), too_wide=page.evaluate(WIDE), renewed=page.evaluate(RENEWED)
    )
    seen.faults += axe(page, rules=rules)
    if page.locator("details:not([open])").count():
        page.evaluate(UNFOLD)
        settle(page)
        unfolded = axe(page, "[data-unfolded]", rules=rules)
        seen.faults += [f"{fault} (opened)" for fault in unfolded if fault not in seen.faults]
        seen.texts += page.evaluate(TEXTS, SILENT)
    seen.said, said[:] = [one for one in said if not re.search(r"status of (400|404)", one)], []
    return seen


def settle(page: Page) -> None:
    """Until every part has arrived and is drawn."""
    page.wait_for_load_state("load")
    try:
        page.wait_for_function(BUSY, timeout=20_000)
    except TimeoutError as error:
        busy = page.evaluate(f"{WAITING}.map(one => one.parentElement.outerHTML.slice(0, 300))")
        raise AssertionError(f"{page.url} never comes to rest: {busy}") from error
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def axe(page: Page, within: str = "html", *, rules: tuple[str, ...] = RULES) -> list[str]:
    """What axe finds against the page or parts of it, one line per element."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    asked = {"runOnly": rules, "resultTypes": ["violations"], "selectors": False}
    page.evaluate(THIN)
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(within)}, {json.dumps(asked)})")
    page.evaluate(WHOLE)
    return list(_lines(found))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for broken in found["violations"]:
        for node in broken["nodes"]:
            why = "; ".join(one["message"] for one in (*node["any"], *node["all"], *node["none"]))
            yield f"{broken['id']}: {node['html'][:160]} | {why[:200]}"
