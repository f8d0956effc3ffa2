"""Many clients at once without a browser: each loads whole pages, the parts a page asks for included."""

from __future__ import annotations

import contextlib
import gzip
import html
import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# An element that loads itself as soon as the page is there: its address, then what sets it off.
LATER = re.compile(r'hx-get="([^"]+)"[^>]*?hx-trigger="load\b')


@dataclass(slots=True)
class Run:
    """What the clients of one run saw: seconds of every page, how long all took together, and what they took themselves."""

    pages: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of the clients, on the processors that also serve
    failed: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Whole pages a second, over all clients."""
        return len(self.pages) / self.seconds


class Client:
    """One client with a connection that stays open."""

    def __init__(self, url: str, cookie: str) -> None:
        where = urlsplit(url)
        assert where.hostname is not None
        self._connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}

    def page(self, address: str) -> int:
        """Load a page and, as a browser does, the parts it asks for; how many requests that took."""
        later = [html.unescape(one) for one in LATER.findall(self._get(address))]
        for one in later:
            self._get(one, part=True)
        return 1 + len(later)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _get(self, address: str, *, part: bool = False) -> str:
        headers = {**self._headers, **({"HX-Request": "true"} if part else {})}
        self._connection.request("GET", address, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return "" if part else _unpacked(body, answer).decode("utf-8")


def _unpacked(body: bytes, answer: http.client.HTTPResponse) -> bytes:
    return gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body


def at_once(url: str, cookie: str, clients: int, seconds: float, addresses: Callable[[int], Iterator[str]]) -> Run:
    """So many clients load pages one after the other for some seconds; `addresses` gives each client its own."""
    run = Run()
    end = time.perf_counter() + seconds

    def load(number: int) -> None:
        with contextlib.closing(Client(url, cookie)) as client:
            for address in addresses(number):
                began = time.perf_counter()
                if began >= end:
                    return
                try:
                    client.page(address)
                except RuntimeError as error:
                    run.failed.append(str(error))
                    return
                run.pages.append(time.perf_counter() - began)

    began, taken = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=load, args=(number,)) for number in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    run.seconds, run.cpu_seconds = time.perf_counter() - began, time.process_time() - taken
    if run.failed:
        raise RuntimeError(run.failed[0])
    return run
