"""The hub: published once, written once, coalesced, and never waiting for a slow screen."""

from __future__ import annotations

import asyncio
import json
import threading

from tests.loops import in_a_loop

from linshu.engine.access.scope import Scope
from linshu.engine.shell.live import DATA, MOST_ITEMS, Hub, heard, may_hear, scoped


def read(message: bytes) -> dict:
    return json.loads(next(line for line in message.decode().splitlines() if line.startswith("data: "))[6:])


def test_what_is_published_between_two_sendings_is_one_message() -> None:
    hub = Hub()
    hub.publish("orders", state={"version": 1, "gmv": 5}, items=[{"id": "a"}])
    hub.publish("orders", state={"version": 2}, items=[{"id": "b"}])
    ((topic, message),) = hub.take()
    assert topic == "orders"
    assert read(message) == {"topic": "orders", "state": {"version": 2, "gmv": 5}, "items": [{"id": "a"}, {"id": "b"}]}
    assert hub.take() == []


def test_a_burst_keeps_the_latest_items() -> None:
    hub = Hub()
    for number in range(3 * MOST_ITEMS):
        hub.publish("orders", items=[{"id": number}])
    ((_, message),) = hub.take()
    assert [item["id"] for item in read(message)["items"]] == list(range(2 * MOST_ITEMS, 3 * MOST_ITEMS))


def test_every_listener_of_a_topic_gets_the_same_bytes_and_no_others() -> None:
    async def play() -> list[list[bytes]]:
        hub = Hub()
        streams = [hub.listen(topics, heartbeat=5) for topics in (["orders"], ["orders", "stock"], ["stock"])]
        for stream in streams:
            assert (await anext(stream)).startswith(b"retry:")
        pending = [asyncio.ensure_future(anext(stream)) for stream in streams]
        await asyncio.sleep(0)
        hub.publish("orders", items=[{"id": "a"}])
        hub.send()
        done, waiting = await asyncio.wait(pending, timeout=1)
        for task in waiting:
            task.cancel()
        return [[task.result()] if task in done else [] for task in pending]

    first, second, third = in_a_loop(play())
    assert first == second
    assert first[0].startswith(b"id: 1\nevent: orders\ndata: ")
    assert third == []


def test_a_slow_screen_gets_the_latest_of_every_topic_in_one_message_each() -> None:
    async def play() -> list[dict]:
        hub = Hub()
        stream = hub.listen(["orders", "stock"])
        await anext(stream)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        hub.publish("stock", state={"first": 1})
        for number in range(6):
            hub.publish("orders", state={"n": number}, items=[{"id": number}])
            hub.publish("stock", state={f"k{number % 2}": number})
            hub.send()
        received = (await waiting).split(b"\n\n")[:-1]
        return [read(message) for message in received]

    orders, stock = sorted(in_a_loop(play()), key=lambda one: one["topic"])
    assert orders["state"] == {"n": 5}
    assert [one["id"] for one in orders["items"]] == list(range(6))
    assert stock["state"] == {"first": 1, "k0": 4, "k1": 5}, "no value that only an older message told is lost"


def test_a_connection_that_broke_off_is_told_what_it_missed() -> None:
    async def play(last: int | None) -> list[str]:
        hub = Hub()
        for topic in ("orders", "stock", "secret"):
            hub.publish(topic, state={"n": 1})
            hub.send()
        stream = hub.listen(["orders", "stock"], heartbeat=0.01, last=last)
        await anext(stream)
        return [read(one)["topic"] for one in (await anext(stream)).split(b"\n\n") if b"data: " in one]

    assert in_a_loop(play(1)) == ["stock"]
    assert in_a_loop(play(None)) == [], "a page that was just printed knows it all"
    assert in_a_loop(play(10**9)) == ["orders", "stock"], "numbers of an earlier server say nothing"


def test_silence_is_filled_so_that_proxies_keep_the_stream_open_and_leaving_is_noticed() -> None:
    async def play() -> tuple[bytes, int, int]:
        hub = Hub()
        stream = hub.listen(["orders"], heartbeat=0.01)
        await anext(stream)
        beat = await anext(stream)
        there = len(hub.listeners)
        await stream.aclose()
        return beat, there, len(hub.listeners)

    assert in_a_loop(play()) == (b": still here\n\n", 1, 0)


def test_publishing_from_many_threads_loses_nothing() -> None:
    hub = Hub()

    def work(name: int) -> None:
        for number in range(10):
            hub.publish(f"topic {name}", items=[{"n": number}])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = hub.take()
    assert len(messages) == 8
    assert all([item["n"] for item in read(message)["items"]] == list(range(10)) for _, message in messages)


def test_a_restricted_viewer_has_topics_of_their_own() -> None:
    everything, district = Scope.everything(), Scope.only(regions=["420106"])
    assert scoped("orders", everything) == "orders"
    assert scoped("orders", district) != "orders"
    assert scoped("orders", district) != scoped("orders", Scope.only(regions=["420102"]))


def test_that_data_came_is_told_to_everybody_and_orders_only_to_whom_they_concern() -> None:
    part, other = Scope.only(communities=["C1"]), Scope.only(communities=["C2"])
    assert all(may_hear(DATA, scope) for scope in (Scope(), part))
    assert may_hear(scoped("orders", part), part)
    assert not any(may_hear(topic, part) for topic in ("orders", scoped("orders", other)))


def test_some_topics_are_heard_with_a_permission_alone_and_other_scopes_by_nobody() -> None:
    everything, district = Scope(), Scope.only(regions=["420106"])
    mine = scoped("orders", district)
    assert heard(["may.jobs.see", "orders", "", mine], lambda name: name == "jobs.see", everything) == [
        "may.jobs.see",
        "orders",
    ]
    assert heard(["may.jobs.see", "orders", mine], lambda _: False, district) == [mine]
