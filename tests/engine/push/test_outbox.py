"""The outbox: with the act or not at all, once per key, delivered in the end, and honest about what may have come twice."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from linshu.engine.push import outbox as box
from linshu.engine.push.courier import LEASE, Courier, Failed, Later, Sent
from linshu.engine.push.files import Files
from linshu.engine.push.outbox import Kept, Message, put
from linshu.engine.state import State, crash
from linshu.engine.state.tables import outbox
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
WORDS = Text("试", "trial")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **step: float) -> None:
        self.now += timedelta(**step)


class Says:
    """A sender that gives the outcomes it was told, and remembers what it was handed."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes, self.seen = list(outcomes), []

    def send(self, message: Kept) -> object:
        self.seen.append(message.key)
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    crash.listen(None)
    opened.close()


def hello(key: str = "k1", **more: object) -> Message:
    return Message("push", "group", "早", {"text": "你好"}, key, **more)


def putting(state: State, *messages: Message) -> list[str]:
    with state.writing() as connection:
        return [put(connection, one, at=NOW) for one in messages]


def found(state: State, key: str = "k1") -> Kept:
    with state.reading() as connection:
        return box.find(connection, key=key)


def courier(state: State, clock: Clock, sender: Says, **more: object) -> Courier:
    return Courier(state, {"push": sender}, clock=clock, chance=lambda: 1.0, **more)


def test_a_message_leaves_with_its_act_or_not_at_all(state: State) -> None:
    with pytest.raises(RuntimeError), state.writing() as connection:
        put(connection, hello(), at=NOW)
        raise RuntimeError
    with pytest.raises(Missing):
        found(state)


def test_the_same_key_is_one_message_and_other_content_under_it_is_refused(state: State) -> None:
    first, again = putting(state, hello(), hello())
    assert first == again
    with state.reading() as connection:
        assert connection.execute(select(outbox.c.message_id)).scalars().all() == [first]
    with pytest.raises(Conflict, match="k1"):
        putting(state, Message("push", "group", "早", {"text": "再见"}, "k1"))
    assert found(state).body == {"text": "你好"}


def test_many_who_put_the_same_key_at_once_make_one_message(state: State) -> None:
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.extend(putting(state, hello()))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1


def test_what_is_due_is_sent_once_oldest_first(state: State) -> None:
    clock, sender = Clock(), Says()
    putting(
        state, hello("b"), hello("a", after=NOW - timedelta(hours=1)), hello("later", after=NOW + timedelta(hours=1))
    )
    assert courier(state, clock, sender).deliver() == 2
    assert courier(state, clock, sender).deliver() == 0
    assert sender.seen == ["a", "b"]
    assert (found(state, "a").state, found(state, "a").sent_at, found(state, "a").attempts) == ("sent", NOW, 1)
    clock.on(hours=1)
    courier(state, clock, sender).deliver()
    assert found(state, "later").state == "sent"


def test_what_failed_is_tried_again_with_growing_pauses_then_given_up_and_can_be_taken_up_again(state: State) -> None:
    clock = Clock()
    sender = Says(*[Failed(Text("忙", "busy"))] * 3)
    works = courier(state, clock, sender, patience=Patience(3, timedelta(seconds=10), timedelta(minutes=1)))
    putting(state, hello())
    works.deliver()
    assert (found(state).state, found(state).error) == ("failed", "忙")
    clock.on(seconds=9)
    assert works.deliver() == 0
    clock.on(seconds=1)
    assert works.deliver() == 1
    clock.on(seconds=20)
    works.deliver()
    assert (found(state).state, found(state).attempts) == ("dead", 3)
    clock.on(days=9)
    assert works.deliver() == 0
    with state.writing() as connection:
        assert box.retry(connection, found(state).message_id, at=clock.now, words=WORDS)
    works.deliver()
    assert found(state).state == "sent"
    assert [one.state for one in found(state).notes] == ["failed", "failed", "dead", "waiting", "sent"]


def test_a_refusal_that_will_not_change_is_given_up_at_once(state: State) -> None:
    putting(state, hello())
    courier(state, Clock(), Says(Failed(Text("密钥不对", "wrong key"), again=False))).deliver()
    assert found(state).state == "dead"


def test_the_receivers_own_pause_is_kept(state: State) -> None:
    clock, sender = Clock(), Says(Failed(Text("封了", "blocked"), wait=timedelta(minutes=10)))
    putting(state, hello())
    courier(state, clock, sender).deliver()
    clock.on(minutes=9, seconds=59)
    assert courier(state, clock, sender).deliver() == 0
    clock.on(seconds=1)
    assert courier(state, clock, sender).deliver() == 1


def test_waiting_for_the_right_moment_is_no_attempt(state: State) -> None:
    clock, sender = Clock(), Says(*[Later(timedelta(seconds=3), Text("限速", "limit"))] * 20)
    putting(state, hello())
    for _ in range(21):
        courier(state, clock, sender).deliver()
        clock.on(seconds=3)
    assert (found(state).state, found(state).attempts) == ("sent", 1)


def test_one_senders_fault_stops_nobody_elses_message_and_is_told_without_its_values(state: State) -> None:
    sender = Says(ZeroDivisionError("division by zero"), Invalid(Text("坏", "bad")))
    putting(state, *[hello(key, after=NOW - timedelta(seconds=3 - place)) for place, key in enumerate("abc")])
    courier(state, Clock(), sender).deliver()
    assert [found(state, key).state for key in "abc"] == ["failed", "failed", "sent"]
    assert "ZeroDivisionError" in found(state, "a").error
    assert "可能已经收到" in found(state, "a").error
    assert "可能已经收到" not in found(state, "b").error


def test_kinds_that_nobody_here_delivers_stay(state: State) -> None:
    putting(state, Message("webhook", "https://erp", "", {}, "w"))
    assert courier(state, Clock(), Says()).deliver() == 0
    assert found(state, "w").state == "waiting"


def test_cancelled_it_does_not_leave_and_sent_it_is_not_cancelled(state: State) -> None:
    first, second = putting(state, hello("a"), hello("b", after=NOW + timedelta(hours=1)))
    courier(state, Clock(), Says()).deliver()
    with state.writing() as connection:
        assert not box.cancel(connection, first, at=NOW, words=WORDS)
        assert box.cancel(connection, second, at=NOW, words=WORDS)
        assert not box.cancel(connection, second, at=NOW, words=WORDS)
        assert not box.retry(connection, second, at=NOW, words=WORDS)
    clock, sender = Clock(), Says()
    clock.on(days=1)
    assert courier(state, clock, sender).deliver() == 0


def test_what_is_handled_inside_is_one_change_with_its_end(state: State) -> None:
    orders: list[str] = []

    def handle(connection: object, message: Kept, at: datetime) -> None:
        putting_inside(connection, message, at)
        if not orders:
            orders.append("tried")
            raise RuntimeError("the first time it breaks")

    def putting_inside(connection, message: Kept, at: datetime) -> None:
        put(connection, Message("file", "erp", "", {}, f"from {message.key}"), at=at)

    clock = Clock()
    works = Courier(state, {}, inside={"work_order": handle}, clock=clock, chance=lambda: 0.0)
    putting(state, Message("work_order", "team", "查", {}, "w"))
    works.deliver()
    assert found(state, "w").state == "failed"
    with pytest.raises(Missing):
        found(state, "from w")
    clock.on(minutes=1)
    works.deliver()
    assert (found(state, "w").state, found(state, "from w").state) == ("sent", "waiting")


def test_couriers_side_by_side_send_nothing_twice(state: State) -> None:
    putting(state, *[hello(f"k{number}") for number in range(24)])
    sender = Says()
    threads = [threading.Thread(target=courier(state, Clock(), sender).deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    courier(state, Clock(), sender).deliver()  # on PostgreSQL a courier may leave early past rows that others hold
    assert sorted(sender.seen) == sorted(f"k{number}" for number in range(24))


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("moment", [one for one in crash.POINTS if one.startswith("outbox")])
@pytest.mark.parametrize("kind", ["push", "work_order"])
def test_killed_at_any_moment_it_arrives_in_the_end(state: State, moment: str, kind: str) -> None:
    clock, sender = Clock(), Says()

    def inside(connection, message: Kept, at: datetime) -> None:
        box.note(connection, message.message_id, "handled", WORDS, at=at)

    def kill(name: str) -> None:
        if name == moment:
            raise Killed

    works = courier(state, clock, sender, inside={"work_order": inside})
    putting(state, Message(kind, "group", "", {}, "k1"))
    crash.listen(kill)
    with pytest.raises(Killed):
        works.deliver()
    crash.listen(None)
    works.deliver()
    clock.on(seconds=LEASE.total_seconds() + 1)
    works.deliver()
    message = found(state)
    assert message.state == "sent"
    if kind == "work_order":
        assert [one.state for one in message.notes].count("handled") == 1
    else:
        assert len(sender.seen) == (2 if moment == "outbox.sent" else 1)
        repeated = [one for one in message.notes if "可能已经收到" in one.words.zh]
        assert bool(repeated) == (moment != "outbox.noted")


def test_a_courier_whose_lease_ran_out_writes_no_end(state: State) -> None:
    clock = Clock()

    class Slow(Says):
        def send(self, message: Kept) -> object:
            self.seen.append(message.key)
            clock.on(seconds=LEASE.total_seconds() + 1)
            courier(state, clock, quick).deliver()
            return Failed(Text("慢", "slow"))

    quick, slow = Says(), Slow()
    putting(state, hello())
    courier(state, clock, slow).deliver(1)
    assert (quick.seen, slow.seen) == (["k1"], ["k1"])
    assert found(state).state == "sent"


def test_files_appear_whole_under_their_name_and_nowhere_else(state: State, tmp_path: Path) -> None:
    rows = [{"sku": "苹果", "quantity": 3}, {"sku": "=1+1", "note": "x"}]
    bad = Message("file", "..", "", {"name": "a.csv", "rows": rows}, "bad")
    putting(
        state,
        Message("file", "erp", "", {"name": "orders.csv", "rows": rows}, "csv"),
        Message("file", "erp", "", {"name": "orders.json", "content": {"a": 1}}, "json"),
        bad,
    )
    Courier(state, {"file": Files(tmp_path / "outbox")}, clock=Clock(), chance=lambda: 0.0).deliver()
    assert sorted(path.name for path in (tmp_path / "outbox").rglob("*")) == ["erp", "orders.csv", "orders.json"]
    text = (tmp_path / "outbox/erp/orders.csv").read_text("utf-8-sig")
    assert text.splitlines() == ["sku,quantity,note", "苹果,3,", "'=1+1,,x"]
    assert json.loads((tmp_path / "outbox/erp/orders.json").read_text()) == {"a": 1}
    assert found(state, "bad").state == "dead"


@given(attempts=st.integers(1, 200), chance=st.floats(0, 1))
def test_pauses_grow_to_a_bound_and_never_vanish(attempts: int, chance: float) -> None:
    patience = Patience(8, timedelta(seconds=5), timedelta(minutes=30))
    pause = patience.pause(attempts, chance)
    assert patience.first / 2 <= pause <= patience.longest
    assert patience.pause(attempts + 1, chance) >= pause
