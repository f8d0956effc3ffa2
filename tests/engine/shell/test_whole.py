"""What is made together with its page: all that takes a moment, in order, whatever fails; nobody waits for the rest."""

from __future__ import annotations

from functools import partial
from threading import Event, Thread

from linshu.engine.shell.whole import Whole
from linshu.engine.warehouse.turns import Turns


def test_all_is_made_in_order_whatever_fails_in_between() -> None:
    seen: list[str] = []
    Whole(patience=60).make([partial(seen.append, "a"), partial(seen.index, "not there"), partial(seen.append, "b")])
    assert seen == ["a", "b"]


def test_nobody_waits_for_what_takes_longer_and_nothing_more_is_begun() -> None:
    seen, end = list[str](), Event()
    Whole(patience=0.01).make([end.wait, partial(seen.append, "late")])
    end.set()
    whole = Whole(patience=60)
    whole.make([partial(seen.append, "next")])
    assert seen == ["next"]


def test_pages_are_made_first_come_first_served_and_who_is_shown_places_holds_up_nobody() -> None:
    whole, begun, end = Whole(patience=60, turns=Turns(1, patience=60)), Event(), Event()
    seen: list[int] = []

    def first() -> None:
        begun.set()
        end.wait()
        seen.append(0)

    threads = [Thread(target=whole.make, args=([first],))]
    threads[0].start()
    begun.wait()
    for number in (1, 2, 3):
        threads.append(Thread(target=whole.make, args=([partial(seen.append, number)],)))
        threads[-1].start()
        while len(whole.turns._waiting) < number:
            pass
    assert seen == []
    end.set()
    for one in threads:
        one.join(60)
    assert seen == [0, 1, 2, 3]
