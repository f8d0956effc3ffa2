"""Live events: how fast they are acknowledged once durable, how many a second, and how soon they have landed.

The baseline stores the same orders and lines one by one, each with a commit of its own, in SQLite and in DuckDB: no schema
check, no sealing, no ids that count once, no dead letters. Ours is asked by several senders at once, as a server is: within
the process, and over HTTP with an access token, by a server of its own that lands meanwhile.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from benchmarks.paging.site import ACCOUNT, ours
from benchmarks.report import Goal, Options, Report, Row, main, quantile
from linshu.engine.access.scope import Scope
from linshu.engine.events.door import Door
from linshu.engine.events.judge import Judge
from linshu.engine.events.keeping import Sender
from linshu.engine.events.landing import Lander
from linshu.engine.events.placing import Reach
from linshu.engine.intake import Intake
from linshu.engine.state import State
from linshu.engine.vault import KeyFile, Vault
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.company_day import CompanyDay
from linshu.standard import TABLES
from linshu.standard.events import EVENTS

NAME = "events"
SENDERS, TOGETHER = 8, 20
FEW = 200  # events of a quick run
AT = "2026-03-01T12:00:00+08:00"
SENDER = Sender("benchmark", Scope.everything())
TABLE = (
    "CREATE TABLE {name} (id VARCHAR PRIMARY KEY, member VARCHAR, phone VARCHAR, paid BIGINT, sku VARCHAR, qty BIGINT)"
)


def order(number: int) -> dict[str, Any]:
    """A paid order of one line, with a phone of its own."""
    return {
        "id": f"e{number}", "type": "order", "at": AT,
        "data": {
            "order_id": f"O{number}", "member_id": f"M{number % 5000}", "community_id": f"C{number % 300}", "status": "paid",
            "placed_at": AT, "paid_at": AT, "goods_fen": 1990, "paid_fen": 1990, "receiver_phone": f"139{number % 10**8:08d}",
            "lines": [{"line_no": 1, "sku_id": f"S{number % 900}", "qty": 1, "goods_fen": 1990, "paid_fen": 1990}],
        },
    }  # fmt: skip


@dataclass
class Timed:
    """How long each acknowledgement took, and how many events there were in all the time."""

    seconds: list[float]
    events: int
    whole: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.whole


Send = Callable[[list[dict[str, Any]]], object]


def sent(
    opened: Callable[[], AbstractContextManager[Send]], first: int, together: int, seconds: float, most: int
) -> Timed:
    """Several senders, each with a way of its own, sending its next events as soon as the last were acknowledged."""
    took: list[float] = []
    lock, numbers = threading.Lock(), iter(range(first, first + most, together))
    end = time.perf_counter() + seconds

    def work() -> None:
        with opened() as send:
            while time.perf_counter() < end:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                told = [order(each) for each in range(number, number + together)]
                began = time.perf_counter()
                send(told)
                with lock:
                    took.append(time.perf_counter() - began)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Timed(took, len(took) * together, time.perf_counter() - began)


def stored(write: Callable[[tuple[Any, ...]], None], seconds: float, most: int) -> Timed:
    """The baseline: one after the other, each with its own commit."""
    took: list[float] = []
    began = time.perf_counter()
    for number in range(most):
        if time.perf_counter() - began > seconds:
            break
        moment = time.perf_counter()
        write((f"O{number}", f"M{number % 5000}", f"139{number % 10**8:08d}", 1990, f"S{number % 900}", 1))
        took.append(time.perf_counter() - moment)
    return Timed(took, len(took), time.perf_counter() - began)


def measure(options: Options) -> Report:
    """Ours by single events and by batches, then the landing of all of it; both baselines for as long."""
    seconds = min(options.seconds, 1.0) if options.quick else options.seconds
    most = FEW if options.quick else 10**9
    with tempfile.TemporaryDirectory(prefix="linshu-events-") as made:
        folder = Path(made)
        singles, batches, landed, rows = _ours(folder, seconds, most)
        single_calls, calls, costs = _over_http(folder, seconds, most)
        lite, duck = _sqlite(folder / "bare.sqlite", seconds, most), _duckdb(folder / "bare.duckdb", seconds, most)
    good = Goal("ours", "<=", 200)
    table = (
        Row("acknowledged, one at a time, p50", _ms(singles, 0.5), _ms(lite, 0.5), "ms"),
        Row("acknowledged, one at a time, p95", _ms(singles, 0.95), _ms(lite, 0.95), "ms", good),
        Row("acknowledged, twenty at a time, p95", _ms(batches, 0.95), _ms(lite, 0.95) * TOGETHER, "ms", good),
        Row("events a second, one at a time", singles.rate, lite.rate, "1/s"),
        Row("events a second, twenty at a time", batches.rate, lite.rate, "1/s", Goal("ours", ">=", 1_000)),
        Row("acknowledged over HTTP, one at a time, p50", _ms(single_calls, 0.5), None, "ms"),
        Row("acknowledged over HTTP, one at a time, p95", _ms(single_calls, 0.95), None, "ms", good),
        Row("acknowledged over HTTP, twenty at a time, p95", _ms(calls, 0.95), None, "ms", good),
        Row("processor of the server a call, one event in it", costs[0], None, "ms"),
        Row("processor of the server a call, twenty in it", costs[1], None, "ms"),
        Row("events a second over HTTP, one at a time", single_calls.rate, None, "1/s"),
        Row("events a second over HTTP, twenty at a time", calls.rate, None, "1/s"),
        Row("landed a second", rows / landed, duck.rate, "1/s", Goal("ratio", ">=", 1)),
    )
    return Report(table, {"senders": SENDERS, "events": singles.events + batches.events, "rows_landed": rows})


def _ours(folder: Path, seconds: float, most: int) -> tuple[Timed, Timed, float, int]:
    state, vault = State.open(folder / "state.sqlite"), Vault.open(folder / "vault", KeyFile.fresh())
    warehouse = DuckWarehouse.open(folder / "w.duckdb")
    intake = Intake(folder / "landing", warehouse, vault, TABLES)
    reach = Reach(lambda _table, _keys: {}, lambda _ids: frozenset())

    def now() -> datetime:
        return datetime.now(UTC)

    door = Door(state, Judge(EVENTS, vault, CompanyDay()), reach, now)

    def within() -> AbstractContextManager[Send]:
        return nullcontext(lambda told: door.send(told, SENDER))

    sent(within, -1_000, 10, 60, 100)  # what is made once: plans, keys, pages of the databases
    singles = sent(within, 0, 1, seconds, most)
    batches = sent(within, 10**7, TOGETHER, seconds, most)
    lander = Lander(
        state, lambda source, rows, mark: intake.land_rows(source, rows, mark=mark), lambda _: frozenset(), now
    )
    began = time.perf_counter()
    while lander.land_next() is not None:
        pass
    landed = time.perf_counter() - began
    count = warehouse.query("SELECT count(*) AS n FROM std.orders")["n"][0].as_py()
    assert count == singles.events + batches.events + 100
    door.close()
    warehouse.close()
    vault.close()
    state.close()
    return singles, batches, landed, int(count)


def _over_http(folder: Path, seconds: float, most: int) -> tuple[Timed, Timed, list[float]]:
    """The same events to a server over an empty project, each sender with a connection that stays open; what a call costs."""
    project = folder / "served"
    _linshu("init", str(project))
    with ours(project) as served:
        allowed = ("--allow", "events.send", "--json", "--project", str(project))
        token = json.loads(_linshu("user", "token", ACCOUNT, "till", *allowed))["rows"][0]["secret"]
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        @contextmanager
        def connected() -> Iterator[Send]:
            where = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=60)

            def send(told: list[dict[str, Any]]) -> None:
                where.request("POST", "/api/v1/events", json.dumps({"events": told}), head)
                answer = where.getresponse()
                if answer.status != http.client.OK or json.loads(answer.read())["rows"]:
                    raise RuntimeError(f"not accepted: {answer.status}")

            yield send
            where.close()

        sent(connected, -1_000, 10, 60, 100)
        timed, spent = [], [served.cpu_seconds()]
        for first, together in ((0, 1), (10**7, TOGETHER)):
            timed.append(sent(connected, first, together, seconds, most))
            spent.append(served.cpu_seconds())
        costs = [
            1000 * (after - before) / len(one.seconds)
            for one, before, after in zip(timed, spent[:-1], spent[1:], strict=True)
        ]
    return timed[0], timed[1], costs


def _linshu(*words: str) -> str:
    command = [sys.executable, "-m", "linshu.app.cli", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _sqlite(file: Path, seconds: float, most: int) -> Timed:
    connection = sqlite3.connect(file, isolation_level=None)
    for one in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", TABLE.format(name="orders")):
        connection.execute(one)
    timed = stored(lambda row: connection.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", row), seconds, most)
    connection.close()
    return timed


def _duckdb(file: Path, seconds: float, most: int) -> Timed:
    connection = duckdb.connect(str(file))
    connection.execute(TABLE.format(name="orders"))
    timed = stored(lambda row: connection.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", row), seconds, most)
    connection.close()
    return timed


def _ms(timed: Timed, share: float) -> float:
    return 1000 * quantile(timed.seconds, share)


if __name__ == "__main__":
    main(NAME, measure)
