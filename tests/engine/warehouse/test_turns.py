from __future__ import annotations

import threading
import time

import pytest

from linshu.engine.warehouse.turns import Turns


def come(work, count):
    """So many threads that do it, each begun when the one before has come as far as it can."""
    here, threads = threading.Semaphore(0), []

    def one(number):
        here.release()
        work(number)

    for number in range(count):
        threads.append(threading.Thread(target=one, args=(number,)))
        threads[-1].start()
        here.acquire()
        time.sleep(0.01)
    return threads


def all_done(threads):
    for one in threads:
        one.join(10)
    return not any(one.is_alive() for one in threads)


def is_free(turns):
    """Whether one place is left of one: the first has it at once, the second waits in vain."""
    turns.patience = 0.05
    began = time.monotonic()
    with turns.turn():
        at_once = time.monotonic() - began < 0.05
        with turns.turn():
            return at_once and time.monotonic() - began >= 0.05


@pytest.mark.parametrize("places", [1, 3])
def test_no_more_at_once_than_there_are_places_and_all_get_their_turn(places):
    turns, lock, go = Turns(places, patience=30), threading.Lock(), threading.Event()
    inside, most, order = set(), 0, []

    def work(number):
        nonlocal most
        with turns.turn():
            with lock:
                inside.add(number)
                order.append(number)
                most = max(most, len(inside))
            go.wait(10)
            with lock:
                inside.remove(number)

    threads = come(work, 8)
    go.set()
    assert all_done(threads)
    assert most == places
    assert sorted(order) == list(range(8))
    if places == 1:  # who came first was served first
        assert order == list(range(8))


def test_who_has_waited_long_enough_begins_all_the_same_and_leaves_no_place_behind():
    turns, done, long = Turns(1, patience=0.02), [], threading.Event()

    def work(number):
        with turns.turn():
            if number == 0:
                long.wait(10)
            done.append(number)

    first, *others = come(work, 3)
    assert all_done(others)
    assert sorted(done) == [1, 2]
    long.set()
    assert all_done([first])
    assert is_free(turns)


def test_a_place_is_free_again_after_an_error():
    turns = Turns(1, patience=30)
    with pytest.raises(ValueError, match="lost"), turns.turn():
        raise ValueError("lost")
    assert is_free(turns)
