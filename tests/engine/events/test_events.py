"""Events are taken in once, whole, in whatever order they come; what cannot be taken in says what, where and how to mend it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from tests.engine.events.standin import AT, Company, open_company, order, payment

from linshu.engine.access.scope import Scope
from linshu.engine.audit import Actor
from linshu.engine.events import judge, keeping
from linshu.engine.events.desk import EventDesk, Wanted
from linshu.engine.events.landing import waiting
from linshu.engine.events.reading import MOST_EVENTS, read_batch, read_event
from linshu.engine.state.tables import event, event_dead, event_part
from linshu.kernel.errors import Conflict, Invalid, Throttled
from linshu.standard.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = Scope.everything()
CLERK = Actor("u1", "clerk", "web")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for the tests that send events of their own and look at what is told of these."""
    company = open_company(tmp_path_factory.mktemp("events"))
    yield company
    company.close()


@pytest.fixture
def desk(shared: Company) -> EventDesk:
    vault: Any = shared.door.judge.sealer
    bodies: dict[str, str] = {}
    seal = type(vault).seal_column

    def keep(table: str, column: str, subjects: Any, values: Any) -> Any:
        made = seal(vault, table, column, subjects, values)
        if table == "event_dead":
            bodies.update(zip(made[0].to_pylist(), values.to_pylist(), strict=True))
        return made

    vault.seal_column = keep
    return EventDesk(shared.state, shared.door, bodies.__getitem__, shared.door.now)


def _statuses(told: list[keeping.Told]) -> list[str]:
    return [one.status for one in told]


@pytest.mark.slow
def test_an_order_told_on_either_database_lands_once_with_its_lines_sealed(tmp_path: Path, state_url: str) -> None:
    company = open_company(tmp_path, state_url)
    assert _statuses(company.send(order(1), payment(1), order(1))) == ["accepted", "accepted", "duplicate"]
    assert _statuses(company.send(order(1))) == ["duplicate"]
    with company.state.reading() as connection:
        assert waiting(connection)[0] == 3
        assert b"13900000001" not in connection.execute(select(event_part.c.body)).scalars().first()
    assert company.land() == 1
    assert company.land() == 0
    assert company.rows("orders", "order_id", "status", "receiver_phone_mask") == [("O1", "paid", "139****0001")]
    assert company.rows("order_line", "order_id", "line_no", "qty") == [("O1", 1, 1)]
    assert company.rows("payment", "payment_id", "source") == [("P1", "events")]
    company.close()
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"13900000001" not in file.read_bytes(), f"a phone lies plain in {file}"


@pytest.mark.parametrize(
    ("told", "path", "words"),
    [
        (order(50, status="payed"), "data.status", "最接近的是 paid"),
        (order(51, goods_fen="19.90"), "data.goods_fen", "19.90 元写 1990"),
        (order(52, placed_at="2026-03-01 12:00"), "data.placed_at", "带时区"),
        (order(53, statsu="paid"), "data.statsu", "是不是：status"),
        (order(54, paid_fen=5), "data", "实付金额应等于"),
        (order(55, lines=[{"line_no": 0, "sku_id": "S1", "qty": 1, "goods_fen": 0, "paid_fen": 0}]), "data.lines.0.line_no", "最小值"),
        (order(56, lines=[{"order_id": "O9", "line_no": 1}]), "data.lines.0.order_id", "和整张单的不同"),
        (order(57) | {"at": "2026-03-01"}, "at", "带时区"),
        (order(58) | {"type": "ordre"}, "type", "是不是：order"),
        (order(59) | {"id": "13912345678"}, "id", "手机号"),
        (order(60) | {"source": "ÄÖ"}, "source", "短名"),
        (order(61) | {"extra": 1}, "extra", "事件里没有"),
        ({"id": "x62", "type": "visit", "data": {"lines": []}}, "data.lines", "没有 lines"),
        ({"id": "x63", "type": "visit", "data": {"visit_id": "V\u0000"}}, "", "不是文字"),
        ({"id": "x64", "type": "visit", "data": {"visit_id": "V\ud800"}}, "", "不是文字"),
        ({"id": "x65", "type": "visit", "data": {"visit_id": "V" * 70_000}}, "", "超过 64 KB"),
        ({"id": "x66", "type": "visit", "data": {"visit_id": "V1", "pages": 1e300}}, "data.pages", "整数"),
        ({"id": "x67", "type": "join", "data": {"member_id": "M1"}}, "data.community_id", "缺少主键"),
        ("no object", "", "应是一个对象"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(shared: Company, told: Any, path: str, words: str) -> None:
    (one,) = shared.send(told)
    assert one.status == "dead"
    assert any(each.path == path and words in each.words.zh for each in one.problems), one.problems
    assert shared.send(told)[0].dead_id == one.dead_id, "the same bad event again is one letter"


def test_a_form_beyond_those_whose_statement_is_kept_is_judged_the_same(
    shared: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (order(7000), order(7001, paid_fen=-1))
    before = _statuses(shared.send(*told))
    monkeypatch.setattr(shared.door.judge, "_written", {})
    monkeypatch.setattr(judge, "MOST_FORMS", 0)
    again = (order(7002), order(7003, paid_fen=-1))
    assert _statuses(shared.send(*again)) == before == ["accepted", "dead"]


def test_requests_that_are_no_batch_are_refused_in_words() -> None:
    for body, words in ((b"{", "不是 JSON"), (b'{"a": NaN}', "不是 JSON"), (b'{"event": []}', "没有 events"), (b"[" * 100_000, "不是 JSON")):  # fmt: skip
        with pytest.raises(Invalid, match=words):
            read_batch(body)
    with pytest.raises(Invalid, match=str(MOST_EVENTS)):
        read_batch(json.dumps([{}] * (MOST_EVENTS + 1)).encode())
    with pytest.raises(Invalid, match="超过 8 MB"):
        read_batch(b" " * (8 * 1024 * 1024 + 1))


def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(shared: Company) -> None:
    first, other = order(70), order(70, remark="别的")
    assert [(one.status, one.code) for one in shared.send(first, other)] == [("accepted", ""), ("dead", "conflict")]
    assert shared.send(other)[0].code == "conflict"
    assert _statuses(shared.send({**first, "source": "ktt"})) == ["accepted"], "ids are each source's own"


def test_the_newest_word_wins_in_whatever_order_it_comes(shared: Company) -> None:
    late = order(71, "s3", "2026-03-01T14:00:00+08:00", status="closed", closed_at="2026-03-01T14:00:00+08:00")
    early = order(71, "s1", "2026-03-01T11:59:00+08:00", status="placed", paid_at=None)
    shared.send(late)
    shared.land()
    shared.send(early)
    shared.send(order(72, "t1", AT, status="placed", paid_at=None), order(72, "t2", AT))  # the same moment
    shared.land()
    found = dict(shared.rows("orders", "order_id", "status"))
    assert (found["O71"], found["O72"]) == ("closed", "paid")


def test_a_sender_writes_only_where_they_may(shared: Company) -> None:
    mine, theirs = Scope.only(communities=["C1"]), Scope.only(communities=["C2"])
    assert _statuses(shared.send(order(80), payment(80), scope=mine)) == ["accepted", "accepted"]
    refused = shared.send(
        order(81, community_id="C2"),  # elsewhere
        order(82, community_id=None),  # nowhere
        payment(83),  # of an order nobody knows
        {"id": "m84", "type": "member", "data": {"member_id": "M84"}},  # a kind that says nothing of where
        scope=mine,
    )
    assert [(one.status, one.code) for one in refused] == [("dead", "outside")] * 4
    for landed in (False, True):  # told a moment ago, or in the tables
        if landed:
            shared.land()
        stolen = shared.send(order(80, f"steal{landed}", community_id="C2"), payment(80, amount_fen=1), scope=theirs)
        assert [one.code for one in stolen] == ["outside", "conflict"]
        assert shared.send(payment(80) | {"id": f"other{landed}"}, scope=theirs)[0].code == "outside"
    assert _statuses(shared.send(order(85), scope=Scope.only(regions=["42"]))) == ["accepted"]
    assert shared.send(order(86), scope=Scope.only(regions=["43"]))[0].code == "outside"
    assert shared.send(order(87), scope=Scope.only(communities=["C1"], leaders=["L1"]))[0].code == "outside"


def test_a_dead_letter_is_mended_let_be_or_overtaken(shared: Company, desk: EventDesk) -> None:
    bad = order(90, status="payed", receiver_name="王芳")
    bad["data"]["lines"][0]["qty"] = "一"
    (told,) = shared.send(bad)
    letter = desk.letter(told.dead_id, "clerk", ALL)
    assert "13900000090" not in letter.body + str(letter.problems)
    content = desk.content(letter)
    assert "13900000090" not in content
    assert "王芳" not in content
    assert '"status": "payed"' in content
    assert desk.mend(CLERK, told.dead_id, {"data.lines.0.qty": "1"}, ALL).status == "dead"
    assert [each.path for each in desk.letter(told.dead_id, "clerk", ALL).problems] == ["data.status"]
    assert desk.mend(CLERK, told.dead_id, {"data.status": "paid"}, ALL).status == "accepted"
    kept = desk.letter(told.dead_id, "clerk", ALL)
    assert (kept.state, kept.settled_by, kept.body) == ("mended", "clerk", "")
    with pytest.raises(Conflict):
        desk.mend(CLERK, told.dead_id, {}, ALL)

    (other,) = shared.send(order(91, status="payed"))
    shared.send(order(91))
    assert desk.letter(other.dead_id, "clerk", ALL).state == "overtaken"

    (third,) = shared.send(order(92, status="payed"), account="gate")
    bound = Scope.only(communities=["C1"])
    assert desk.letters(Wanted(words="e92"), "clerk", bound)[1] == 0, "another's letters are not within a scope"
    assert desk.letters(Wanted(words="e92"), "gate", bound)[1] == 1
    assert desk.dismiss(CLERK, [third.dead_id], "测试数据", ALL) == 1
    assert desk.letter(third.dead_id, "gate", bound).why == "测试数据"
    shared.land()
    assert ("O90", 1) in shared.rows("order_line", "order_id", "qty")


def test_when_too_many_wait_the_sender_is_asked_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = open_company(tmp_path, most_waiting=3)
    held, entered = threading.Event(), threading.Event()
    keep = company.door.keep

    def slowly(events: Any) -> Any:
        entered.set()
        held.wait(10)
        return keep(events)

    monkeypatch.setattr(company.door, "keep", slowly)
    senders = [threading.Thread(target=company.send, args=(order(1),))]
    senders[0].start()
    entered.wait(10)
    senders.append(threading.Thread(target=company.send, args=(order(2), order(3))))
    senders[1].start()
    while company.door.waiting < 2:
        pass
    with pytest.raises(Throttled) as full:
        company.send(order(4), order(5))
    assert full.value.seconds == 1
    held.set()
    for one in senders:
        one.join()
    assert _statuses(company.send(order(4))) == ["accepted"]
    company.land()
    assert len(company.rows("orders", "order_id")) == 4
    company.close()


def test_one_that_cannot_be_kept_takes_no_other_with_it(shared: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    write = keeping.write

    def picky(connection: Any, batch: Any, *rest: Any) -> None:
        if any(one.event.event_id == "poison" for one in batch.judged):
            raise RuntimeError
        write(connection, batch, *rest)

    monkeypatch.setattr(keeping, "write", picky)
    line = shared.door
    requests = [read_event(order(100), EVENTS), read_event(order(101, "poison"), EVENTS)]
    from linshu.engine.events.door import _Request

    made = [_Request([one], keeping.Sender("till", ALL)) for one in requests]
    line._keep(made)
    assert _statuses(made[0].told.result(0)) == ["accepted"]
    assert made[1].told.exception(0) is not None


def test_after_a_restore_what_the_landing_does_not_know_lands_again(tmp_path: Path) -> None:
    company = open_company(tmp_path)
    company.send(order(1))
    company.land()
    with company.state.writing() as connection:
        connection.execute(text("UPDATE event_part SET mark = 'lost'"))
    assert company.lander.recall() == 1
    assert company.land() == 1
    assert company.rows("orders", "order_id") == [("O1",)]
    company.close()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_events_are_sent_again_and_again_each_counts_once(shared: Company, data: st.DataObject) -> None:
    base = 1_000 * (1 + data.draw(st.integers(0, 10**9)))
    numbers = st.integers(base, base + 4)
    sent = data.draw(st.lists(st.lists(numbers, min_size=1, max_size=6), min_size=1, max_size=4))
    told = [one for batch in sent for one in shared.send(*(order(number) for number in batch))]
    wanted = {number for batch in sent for number in batch}
    accepted = [one.event_id for one in told if one.status == "accepted"]
    assert len(accepted) == len(set(accepted))
    with shared.state.reading() as connection:
        ids = [f"e{number}" for number in wanted]
        assert connection.execute(select(func.count()).where(event.c.event_id.in_(ids))).scalar_one() == len(wanted)
        assert connection.execute(select(func.count()).where(event_dead.c.event_id.in_(ids))).scalar_one() == 0
