"""Pages as people wait for them: many clients at once, one real browser, and a peer's page over the same tables.

    python -m benchmarks.pages [--data PROJECT] [--lines 5e6] [--peer PYTHON] [--seconds 10] [--quick] [--json]

`--data` is the folder of a project that no server runs on; without it a company of `--lines` order lines is simulated
first. `--peer` is the Python of an environment with streamlit, duckdb and pandas: the same page is then measured there in
the same run, in turns with ours. Two pages are measured: the one peers are compared by (six figures, a line by day, a
ranking of districts, the fifty best leaders; here four questions of explore side by side) and the overview. A page is
whole when the parts it asks for are there too. Uncached: every load asks for other days, so that no figure is known.
Cached: all ask for the same as one person, at one address, or each time at another one that means the same, so that no
whole page is kept either.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.paging import browser as b
from benchmarks.paging.clients import at_once
from benchmarks.paging.site import made, order_lines, ours, peer
from benchmarks.report import Goal, Options, Report, Row, quantile, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserType

    from benchmarks.paging.clients import Run
    from benchmarks.paging.site import Served

NAME = "pages"
LINES, QUICK_LINES = 5_000_000, "small"
CLIENTS = 8
LOADS = 4  # the last is warm: a browser keeps a script compiled when it met it before
LAST = date(2026, 10, 31)  # days of the simulated company that are surely there
PRESETS = ".filters .segments a:is([href*='period=30d'], [href*='period=last-month'], [href*='period=this-month'])"


@dataclass(frozen=True, slots=True)
class Target:
    """A page under measure: its address for some days, and how many charts it draws."""

    name: str
    address: Callable[[date, date], str]
    charts: int


def _peers_page(start: date, end: date) -> str:
    span = {"from": start, "to": end}
    asked = [
        {"m": "gmv,orders,active_members,active_leaders,aov,refund_rate", **span},
        {"m": "gmv", "grain": "day", **span},
        {"m": "gmv", "by": "district", "top": 19, **span},
        {"m": "gmv,orders", "by": "leader", "order": "-gmv", "limit": 50, **span},
    ]
    pairs = [
        (name if place == 0 else f"{place + 1}.{name}", value)
        for place, one in enumerate(asked)
        for name, value in {**one, "period": ""}.items()
        if value != ""
    ]
    return f"/explore?{urlencode(pairs)}"


def _overview(start: date, end: date) -> str:
    return f"/overview?{urlencode({'from': start, 'to': end})}"


TARGETS = (Target("peers' page", _peers_page, 2), Target("overview", _overview, 1))


def measure(project: Path, options: Options, peer_python: Path | None) -> Report:
    """Clients first, then the browser, then the peer in turns with ours."""
    rows, lines = list[Row](), order_lines(project)
    with ours(project) as served, b.chromium() as browser:
        idle = served.memory_mb()
        cookies = b.logged_in(browser, served.url)
        header = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
        for target in TARGETS:
            rows += _crowd(served, header, target, options)
            rows += _one(browser, served, cookies, target, options)
        rows += _filtered(browser, served, cookies, options)
        rows.append(Row("server, idle", idle, None, "MB"))
        rows.append(Row("server, after all this", served.memory_mb(), None, "MB", Goal("ours", "<=", 300)))
        if peer_python is not None:
            rows += _against(browser, served, cookies, project, peer_python, options)
    return Report(tuple(rows), {"order lines": lines, "clients": CLIENTS, "project": str(project)})


def _crowd(served: Served, cookie: str, target: Target, options: Options) -> list[Row]:
    """Eight clients: every load of other days, then all of the same."""
    seconds = 0.3 if options.quick else options.seconds

    def other(number: int) -> Iterator[str]:
        for turn in count():
            back = number + CLIENTS * turn
            end = LAST - timedelta(days=back % 300)
            yield target.address(end - timedelta(days=27 + back // 300), end)

    def same(_: int) -> Iterator[str]:
        while True:
            yield target.address(LAST - timedelta(days=29), LAST)

    def printed(number: int) -> Iterator[str]:
        for turn in count():
            yield f"{target.address(LAST - timedelta(days=29), LAST)}&_={number + CLIENTS * turn}"

    before = served.cpu_seconds()
    uncached = at_once(served.url, cookie, CLIENTS, seconds, other)
    at_once(served.url, cookie, 1, 0.1, same)
    between = served.cpu_seconds()
    cached = at_once(served.url, cookie, CLIENTS, seconds, same)
    after = served.cpu_seconds()
    anew = at_once(served.url, cookie, CLIENTS, seconds, printed)
    last = served.cpu_seconds()
    return [
        *_spread(f"{target.name}, uncached, {CLIENTS} clients", uncached, 250),
        *_costs(f"{target.name}, uncached", uncached, between - before),
        *_spread(f"{target.name}, cached, {CLIENTS} clients", cached, 50),
        *_costs(f"{target.name}, cached", cached, after - between),
        Row(f"{target.name}, cached", cached.per_second, None, "pages/s", Goal("ours", ">=", 80)),
        *_spread(f"{target.name}, cached and printed anew", anew, 50),
        *_costs(f"{target.name}, cached and printed anew", anew, last - after),
        Row(f"{target.name}, cached and printed anew", anew.per_second, None, "pages/s", Goal("ours", ">=", 80)),
    ]


def _spread(name: str, run: Run, most: float) -> list[Row]:
    times = [1000 * one for one in run.pages]
    return [
        Row(f"{name}, p50", quantile(times, 0.5), None, "ms"),
        Row(f"{name}, p95", quantile(times, 0.95), None, "ms", Goal("ours", "<=", most)),
    ]


def _costs(name: str, run: Run, served: float) -> list[Row]:
    """What a page takes of the two processors, on either side."""
    return [
        Row(f"{name}, processor of {who} a page", 1000 * seconds / len(run.pages), None, "ms")
        for who, seconds in (("the server", served), ("the client", run.cpu_seconds))
    ]


def _one(
    browser: BrowserType, served: Served, cookies: list[dict[str, object]], target: Target, options: Options
) -> list[Row]:
    """A browser with an empty cache, then with what it kept of the loads before."""
    address = served.url + target.address(LAST - timedelta(days=29), LAST)
    cold, warm = [], []
    for _ in range(1 if options.quick else 5):
        with b.fresh(browser, cookies) as context:
            loads = [b.load(context, address, b.OURS, target.charts) for _ in range(LOADS)]
        cold.append(loads[0])
        warm.append(loads[-1])
    first, again = b.medians(cold), b.medians(warm)
    return [
        Row(f"{target.name}, ready cold", first.ready_ms, None, "ms", Goal("ours", "<=", 800)),
        Row(f"{target.name}, ready warm", again.ready_ms, None, "ms", Goal("ours", "<=", 400)),
        Row(f"{target.name}, moved cold", first.kilobytes, None, "kB", Goal("ours", "<=", 400)),
        Row(f"{target.name}, requests cold", first.requests, None, "", Goal("ours", "<=", 20)),
        Row(f"{target.name}, moved warm", again.kilobytes, None, "kB"),
    ]


def _filtered(browser: BrowserType, served: Served, cookies: list[dict[str, object]], options: Options) -> list[Row]:
    with b.fresh(browser, cookies) as context:
        took = b.redrawn(context, f"{served.url}/overview", PRESETS, 3 if options.quick else 24)
    return [
        Row("overview, filter to redraw, p50", quantile(took, 0.5), None, "ms"),
        Row("overview, filter to redraw, p95", quantile(took, 0.95), None, "ms", Goal("ours", "<=", 250)),
    ]


def _against(
    browser: BrowserType,
    served: Served,
    cookies: list[dict[str, object]],
    project: Path,
    python: Path,
    options: Options,
) -> list[Row]:
    """The peers' page over all days, ours and theirs in turns; the figures of ours are computed before."""
    pair: dict[str, dict[str, list[b.Load]]] = {"cold": {"ours": [], "peer": []}, "warm": {"ours": [], "peer": []}}
    address = served.url + _peers_page(LAST - timedelta(days=700), LAST)
    with tempfile.TemporaryDirectory() as folder, peer(python, project, Path(folder)) as theirs:
        for _ in range(1 if options.quick else 4):
            for who, url, ready, known in (
                ("ours", address, b.OURS, cookies),
                ("peer", theirs.url, b.PEERS, []),
            ):
                with b.fresh(browser, known) as context:
                    loads = [b.load(context, url, ready, 2) for _ in range(LOADS)]
                pair["cold"][who].append(loads[0])
                pair["warm"][who].append(loads[-1])
    return [
        Row(f"peers' page against Streamlit, ready {how}", b.medians(both["ours"]).ready_ms,
            b.medians(both["peer"]).ready_ms, "ms", Goal("ratio", "<=", 0.333))
        for how, both in pair.items()
    ]  # fmt: skip


def main(argv: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{NAME}")
    parser.add_argument("--data", type=Path, help="the folder of a project")
    parser.add_argument("--lines", type=float, default=LINES, help="order lines of the company that is simulated")
    parser.add_argument("--peer", type=Path, help="the Python of an environment with streamlit, duckdb and pandas")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each crowd keeps on (default 10)")
    parser.add_argument("--quick", action="store_true", help="the smallest company: only the shape counts")
    parser.add_argument("--json", dest="as_json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(argv)
    options = Options(None, asked.seconds, asked.quick, asked.as_json)
    with tempfile.TemporaryDirectory() as folder:
        lines = QUICK_LINES if asked.quick else str(round(asked.lines))
        report = measure(asked.data or made(Path(folder), lines), options, asked.peer)
    show(NAME, report, options)


if __name__ == "__main__":
    main()
