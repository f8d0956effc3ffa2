"""A process to be killed: takes events in and lands them meanwhile; writes down which were acknowledged.

It says when it begins, and ends when every event was acknowledged and landed. What an earlier process had acknowledged is
not sent again.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from tests.engine.events.standin import Company, open_company, order, payment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

MANY = 60
AT_ONCE = 4


def batches() -> Iterator[list[dict[str, Any]]]:
    """What is sent: orders, their payments, one in ten bad, one in seven told twice."""
    for first in range(0, MANY, AT_ONCE):
        told = []
        for number in range(first, first + AT_ONCE):
            told += [order(number, status="payed") if number % 10 == 3 else order(number), payment(number)]
            if number % 7 == 0:
                told.append(order(number))
        yield told


def acknowledged(folder: Path) -> set[str]:
    """The events that were answered."""
    file = folder / "acknowledged"
    return set(file.read_text().split()) if file.exists() else set()


def send_all(company: Company, folder: Path) -> None:
    """Send whatever was not acknowledged, and remember what is."""
    done = acknowledged(folder)
    for told in batches():
        left = [one for one in told if one["id"] not in done]
        if left:
            company.send(*left)
            with (folder / "acknowledged").open("a") as file:
                file.write("".join(f"{one['id']}\n" for one in left))
                file.flush()
                os.fsync(file.fileno())


def main(folder: Path, url: str, told: Connection) -> None:
    """Send and land at the same time, until nothing is left."""
    company = open_company(folder, url)
    told.send("ready")
    sender = threading.Thread(target=send_all, args=(company, folder))
    sender.start()
    while sender.is_alive():
        company.land()
    company.land()
    company.close()
