"""The ledger on both databases: what comes in, what people do, what leaves, what it brought."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.engine.decisions.samples import DAY, LI, NOW, WANG, Box, Clock, coupon, kind, ledger

from linshu.engine.access.scope import Scope
from linshu.engine.decisions import Ledger, Place, Policy, Saved, Wanted, measuring, proposing
from linshu.engine.decisions.measuring import measure, score
from linshu.engine.decisions.rules import TURNS
from linshu.engine.jobs.run import Cancelled
from linshu.engine.state import State
from linshu.engine.state.tables import audit, proposal, proposal_step
from linshu.kernel.errors import Forbidden, Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.engine.decisions import Proposal


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


def only(book: Any, **more: Any) -> Proposal:
    rows, total = book.page(Wanted(states=("draft", "snoozed", "approved", "applied", "rejected"), **more))
    assert total == 1
    return rows[0]


def test_the_same_draft_again_changes_nothing(state: State) -> None:
    one = ledger(state)
    assert one.save([coupon(), coupon("leader:L2")]) == Saved(new=2)
    assert one.save([coupon(), coupon("leader:L2")]) == Saved(same=2)
    assert one.save([coupon(day=DAY + timedelta(days=1))]) == Saved(new=1)
    assert one.book("growth").page(Wanted())[1] == 3


def test_ids_are_as_long_as_the_company_made_them_and_long_names_are_cut(state: State) -> None:
    one, subject = ledger(state), f"leader:{'L' * 300}"
    place = Place(tuple(str(number) * 100 for number in range(5)), "C" * 100, subject)
    one.save([replace(coupon(subject, place=place), title=Text("券" * 300, "coupon " * 300))])
    kept = only(one.book("growth"))
    assert (kept.subject, kept.place, kept.title.zh) == (subject, place, "券" * 200)


def test_a_new_draft_takes_the_place_of_an_untouched_one_and_of_no_other(state: State) -> None:
    one = ledger(state)
    one.save([coupon(), coupon("leader:L2"), coupon("leader:L3")])
    book = one.book("growth")
    by_subject = {row.subject: row for row in book.page(Wanted())[0]}
    one.edit(WANG, book, by_subject["leader:L2"].proposal_id, [{"coupon": 800}], "他值得")
    one.decide(WANG, book, "reject", [by_subject["leader:L3"].proposal_id], why="刚发过")
    changed = [coupon(fen=600), coupon("leader:L2", 600), coupon("leader:L3", 600)]
    assert one.save(changed) == Saved(changed=1, same=2)
    first = book.find(by_subject["leader:L1"].proposal_id)
    assert (first.version, first.lines, first.value, first.cost) == (
        2,
        ({"leader": "leader:L1", "coupon": 600},),
        6_000,
        600,
    )
    assert book.find(by_subject["leader:L2"].proposal_id).lines[0]["coupon"] == 800
    assert [one.account for one in book.versions(first.proposal_id)] == ["system", "system"]


def test_what_is_approved_leaves_once_with_its_last_lines(state: State) -> None:
    box = Box()
    one = ledger(state, box)
    one.save([coupon()])
    book = one.book("growth")
    entry = only(book)
    edited = one.edit(WANG, book, entry.proposal_id, [{"coupon": 700}], "多给一点")
    assert (edited.version, edited.value, edited.cost, edited.edited_by) == (2, 7_000, 700, "u1")
    assert one.decide(LI, book, "approve", [entry.proposal_id]).done == (entry.proposal_id,)
    assert [effect.body["coupon"] for effect in box.left.values()] == [700]
    again = one.decide(LI, book, "approve", [entry.proposal_id])
    assert not again.done
    assert again.refused[entry.proposal_id].zh == "已执行的建议不能批准"
    assert one.apply().done == ()
    assert len(box.left) == 1
    acts = [(step.act, step.before, step.after, step.account) for step in book.history(entry.proposal_id)]
    assert acts == [
        ("draft", "", "draft", "system"), ("edit", "draft", "draft", "wang"), ("approve", "draft", "approved", "li"),
        ("apply", "approved", "applied", "system"),
    ]  # fmt: skip


def test_only_what_may_be_edited_is_edited_within_its_bounds(state: State) -> None:
    one = ledger(state)
    one.save([coupon()])
    book = one.book("growth")
    entry = only(book)
    for lines in ([{"leader": "leader:L9"}], [{"coupon": -1}], [{"coupon": 1.5}], [{"coupon": "viel"}], [{"x": 1}], []):
        with pytest.raises(Invalid):
            one.edit(WANG, book, entry.proposal_id, lines, "weil")
    with pytest.raises(Forbidden, match="原因"):
        one.edit(WANG, book, entry.proposal_id, [{"coupon": 600}], " ")
    assert only(book).version == 1


def test_undo_calls_it_back_while_there_is_time(state: State) -> None:
    box, clock = Box(), Clock()
    one = ledger(state, box, clock)
    one.save([coupon(), coupon("leader:L2")])
    book = one.book("growth")
    first, second = book.ids(Wanted())
    one.decide(WANG, book, "approve", [first, second])
    assert one.decide(WANG, book, "undo", [first], why="发错了").done == (first,)
    assert sorted(key.split(":")[2] for key in box.left) == ["apply", "apply", "undo"]
    clock.on(hours=25)
    assert "时间已过" in one.decide(WANG, book, "undo", [second], why="发错了").refused[second].zh
    held = ledger(state, Box(), clock, undo=None)
    assert "收不回" in held.decide(WANG, book, "undo", [second], why="发错了").refused[second].zh


def test_snoozed_comes_back_and_what_nobody_decides_expires(state: State) -> None:
    clock = Clock()
    one = ledger(state, clock=clock)
    one.save([coupon()])
    book = one.book("growth")
    entry = only(book)
    one.decide(WANG, book, "snooze", [entry.proposal_id], until=NOW + timedelta(hours=5))
    assert only(book).state == "snoozed"
    assert one.tidy() == (0, 0)
    clock.on(hours=6)
    assert one.tidy() == (1, 0)
    assert only(book).state == "draft"
    clock.on(days=3)
    assert one.tidy() == (0, 1)
    assert book.find(entry.proposal_id).state == "expired"
    assert not one.decide(WANG, book, "approve", [entry.proposal_id]).done


def test_a_new_day_closes_what_nobody_decided_and_a_cut_off_comes_before_the_policy(state: State) -> None:
    clock = Clock()
    one = ledger(state, clock=clock)
    one.save([coupon(), replace(coupon("leader:L2"), open_for=timedelta(hours=2))])
    ids = {row.subject: row.proposal_id for row in one.book("growth").page(Wanted())[0]}
    clock.on(hours=3)
    late = one.decide(WANG, one.book("growth"), "approve", list(ids.values()))
    assert (late.done, set(late.refused)) == ((ids["leader:L1"],), {ids["leader:L2"]})
    one.save([coupon("leader:L3"), coupon("leader:L3", day=DAY + timedelta(days=1))])
    assert one.close_before("coupon", DAY + timedelta(days=1)) == 2
    still, _ = one.book("growth").page(Wanted(states=("draft",)))
    assert [row.day for row in still] == [DAY + timedelta(days=1)]


def test_a_large_amount_waits_for_a_second_person(state: State) -> None:
    box = Box()
    one = ledger(state, box, policy=Policy(two_from=400, own={"size": 500}))
    one.save([coupon()])
    book = one.book("growth")
    entry = only(book)
    assert one.decide(WANG, book, "approve", [entry.proposal_id]).waiting == (entry.proposal_id,)
    assert one.decide(WANG, book, "approve", [entry.proposal_id]).refused
    assert not box.left
    assert one.decide(LI, book, "approve", [entry.proposal_id]).done == (entry.proposal_id,)
    assert len(box.left) == 1


def test_small_amounts_are_approved_by_the_machine_under_a_policy_that_says_so(state: State) -> None:
    box = Box()
    one = ledger(state, box)
    assert one.policies.change(WANG, "coupon", {"auto_below": 500}, "小额放行").version == 1
    assert one.save([coupon(fen=499), coupon("leader:L2", 500)]) == Saved(new=1, approved=1)
    assert [effect.body["coupon"] for effect in box.left.values()] == [499]
    assert {row.policy_version for row in one.book("growth").page(Wanted())[0]} == {1}
    with pytest.raises(Invalid, match="为什么"):
        one.policies.change(WANG, "coupon", {"auto_below": 1}, "")
    assert [(kept.account, kept.why) for kept in one.policies.history("coupon")] == [("wang", "小额放行")]
    assert one.policies.at("coupon", 0).auto_below == 0


def test_an_old_proposal_is_reckoned_again_from_its_frozen_inputs(state: State) -> None:
    one = ledger(state)
    one.save([coupon(fen=123)])
    book = one.book("growth")
    entry = only(book)
    assert book.inputs(entry.proposal_id) == {"leader": "leader:L1", "fen": 123}
    again = one.again(book, entry.proposal_id)
    assert again is not None
    assert (again.key, again.lines, again.value) == (entry.proposal_id, entry.lines, entry.value)


def test_each_sees_the_kinds_of_their_role_and_the_rows_of_their_scope(state: State) -> None:
    one = ledger(state)
    one.save([
        coupon("leader:L1", place=Place(("42", "4201"), "C1", "L1")),
        coupon("leader:L2", place=Place(("43", "4301"), "C2", "L2")),
        coupon("leader:L3", place=Place()),
    ])  # fmt: skip
    everything = one.book("growth")
    ids = everything.ids(Wanted())
    assert len(ids) == 3
    assert one.book("finance").page(Wanted()) == ((), 0)
    for scope, seen in (
        (Scope.only(regions=["42"]), {"leader:L1"}),
        (Scope.only(regions=["4301", "4201"]), {"leader:L1", "leader:L2"}),
        (Scope.only(leaders=["L2"]), {"leader:L2"}),
        (Scope.only(leaders=["L2"], communities=["C1"]), set()),
        (Scope.only(leaders=[]), set()),
        (Scope.only(regions=["4"]), set()),
    ):
        book = one.book("growth", scope)
        assert {row.subject for row in book.page(Wanted())[0]} == seen
        assert sum(count for by_state in book.counts().values() for count, _ in by_state.values()) == len(seen)
        hidden = set(ids) - {row.proposal_id for row in book.page(Wanted())[0]}
        assert set(one.decide(WANG, book, "reject", hidden, why="不").refused) == hidden
        for proposal_id in hidden:
            with pytest.raises(Missing):
                book.find(proposal_id)
            with pytest.raises(Missing):
                book.history(proposal_id)
    assert everything.page(Wanted())[1] == 3


def test_an_act_that_fails_on_its_way_leaves_nothing_half_done(state: State) -> None:
    class Broken(Box):
        def __call__(self, *_: Any) -> None:
            raise RuntimeError("the outbox is full")

    one = ledger(state, Broken())
    one.save([coupon()])
    book = one.book("growth")
    entry = only(book)
    with pytest.raises(RuntimeError):
        one.decide(WANG, book, "approve", [entry.proposal_id])
    assert only(book).state == "approved"  # what the person said is kept, what should have left has not
    box = Box()
    assert ledger(state, box).apply().done == (entry.proposal_id,)
    assert len(box.left) == 1


def test_many_who_approve_the_same_at_once_send_it_once(state: State) -> None:
    box = Box()
    one = ledger(state, box)
    one.save([coupon(f"leader:L{number}") for number in range(40)])
    book = one.book("growth")
    ids = book.ids(Wanted())
    done: list[int] = []

    def approve() -> None:
        done.append(len(one.decide(WANG, book, "approve", ids).done))

    threads = [threading.Thread(target=approve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 40
    assert len(box.left) == 40


def test_a_list_is_filtered_sorted_and_turned_page_by_page(state: State) -> None:
    one = ledger(state)
    one.save([coupon(f"leader:L{number:02}", number) for number in range(25)])
    book = one.book("admin")
    pages = [book.page(Wanted(sort="cost", ascending=True, limit=10, offset=offset))[0] for offset in (0, 10, 20)]
    assert [row.cost for page in pages for row in page] == list(range(25))
    assert book.page(Wanted(words="L07"))[1] == 1
    assert book.page(Wanted(words="zhang L07"))[1] == 1
    assert book.page(Wanted(words="100%"))[1] == 0
    assert book.page(Wanted(first=DAY + timedelta(days=1)))[1] == 0
    assert book.page(Wanted(kinds=("other",)))[1] == 0
    assert book.counts() == {"coupon": {"draft": (25, 10 * sum(range(25)))}}


def test_every_act_is_in_the_audit_once_for_the_many_it_was_done_to(state: State) -> None:
    one = ledger(state)
    one.save([coupon(f"leader:L{number}") for number in range(30)])
    book = one.book("growth")
    one.decide(WANG, book, "approve", book.ids(Wanted()), why="都好")
    with state.reading() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.account, audit.c.subject).order_by(audit.c.seq)).all()
        steps = connection.execute(
            select(proposal_step.c.audit_seq, func.count()).group_by(proposal_step.c.audit_seq)
        ).all()
    assert [tuple(act) for act in acts] == [
        ("proposal.draft", "system", "proposals:30"), ("proposal.approve", "wang", "proposals:30"),
        ("proposal.apply", "system", "proposals:30"),
    ]  # fmt: skip
    assert {tuple(step) for step in steps} == {(1, 30), (2, 30), (3, 30)}


def test_a_comparison_group_is_left_alone_and_measured_against(state: State) -> None:
    box, clock = Box(), Clock()

    def observe(shop: Any, seen: tuple[Proposal, ...], inputs: dict[str, Any]) -> dict[str, float]:
        return {one.proposal_id: 1_000.0 + (300.0 if one.state != "held" else 0.0) for one in seen}

    one = ledger(state, box, clock, how="holdout", observe=observe, policy=Policy(held_share=0.3, own={"size": 500}))
    saved = one.save([coupon(f"leader:L{number}") for number in range(100)])
    assert saved.held + saved.new == 100
    assert 15 <= saved.held <= 45
    book = one.book("growth")
    ids = book.ids(Wanted())
    assert len(ids) == saved.new
    one.decide(WANG, book, "approve", ids[:40])
    one.decide(WANG, book, "reject", ids[40:], why="不")
    assert measure(one, None, DAY + timedelta(days=7)) == ()
    (found,) = measure(one, None, DAY + timedelta(days=8))
    assert (found.applied, found.promised) == (40, 40 * 5_000)
    assert found.seen.gain == pytest.approx(300 * saved.new)
    assert measure(one, None, DAY + timedelta(days=9)) == ()
    told = score(one, "coupon", DAY + timedelta(days=9))
    assert (told.decided, told.accepted, told.cases) == (saved.new, 40, 40)
    assert told.gain == pytest.approx(300 * saved.new)
    assert {row.state for row in book.page(Wanted(states=("scored",)))[0]} == {"scored"}


def test_a_day_on_which_nobody_was_drawn_tells_nothing_and_promises_nothing(state: State) -> None:
    one = ledger(state, how="holdout", observe=lambda _, seen, __: {row.proposal_id: 70.0 for row in seen})
    one.save([coupon("leader:L1")])
    book, later = one.book("growth"), DAY + timedelta(days=8)
    one.decide(WANG, book, "approve", book.ids(Wanted()))
    measure(one, None, later)
    told = score(one, "coupon", later)
    assert (told.days, told.untold, told.cases, told.promised, told.gain, told.accepted) == (0, 1, 0, 0, 0.0, 1)


def test_a_day_is_measured_against_the_rule_used_before(state: State) -> None:
    one = ledger(state, observe=lambda _, seen, __: {row.proposal_id: 50.0 for row in seen})
    one.save([coupon(f"leader:L{number}") for number in range(12)])
    book = one.book("growth")
    one.decide(WANG, book, "approve", book.ids(Wanted())[:10])
    (found,) = measure(one, None, DAY + timedelta(days=8))
    assert (found.applied, found.seen.gain, found.seen.low, found.seen.high) == (10, 500.0, 500.0, 500.0)
    told = score(one, "coupon", DAY + timedelta(days=8))
    assert (told.gain, told.low, told.high, told.share) == (500.0, 500.0, 500.0, 1.0)
    assert score(one, "coupon", date(2027, 6, 1)).days == 0


def test_the_score_within_a_scope_is_that_of_its_rows(state: State) -> None:
    one = ledger(state, observe=lambda _, seen, __: {row.proposal_id: float(row.cost) for row in seen})
    far = Place(("43", "4301"), "C2", "L2")
    one.save([coupon("leader:L1", 500), coupon("leader:L2", 700, place=far), coupon("leader:L3", 900, place=far)])
    book, later = one.book("growth"), DAY + timedelta(days=8)
    reject = next(row.proposal_id for row in book.page(Wanted())[0] if row.subject == "leader:L3")
    one.decide(WANG, book, "reject", [reject], why="不")
    one.decide(WANG, book, "approve", book.ids(Wanted()))
    measure(one, None, later)
    near = score(one, "coupon", later, Scope.only(regions=["42"]))
    assert (near.decided, near.accepted, near.days, near.cases, near.promised, near.gain) == (1, 1, 1, 1, 5_000, 500.0)
    assert score(one, "coupon", later, Scope.only(regions=["43"])).decided == 2
    one.save([coupon("leader:L4", place=far)])
    with state.writing() as connection:
        connection.exec_driver_sql("UPDATE proposal SET state = 'expired' WHERE subject = 'leader:L4'")
    passed = score(one, "coupon", later, Scope.only(regions=["43"]))
    assert (passed.decided, passed.expired, passed.share) == (2, 1, 0.5)  # what nobody looked at was not decided
    nothing = score(one, "coupon", later, Scope.only(leaders=[]))
    assert (nothing.decided, nothing.days, nothing.promised, nothing.gain) == (0, 0, 0, 0.0)
    whole = score(one, "coupon", later)
    assert (whole.decided, whole.cases, whole.gain) == (3, 2, 1_200.0)
    drawn = ledger(state, how="holdout")
    assert score(drawn, "coupon", later, Scope.only(regions=["42"])).days == 0  # drawn over the whole company


def test_a_day_seen_by_a_run_that_was_killed_is_turned_by_the_next(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = ledger(state, observe=lambda _, seen, __: {row.proposal_id: 50.0 for row in seen})
    one.save([coupon()])
    book = one.book("growth")
    one.decide(WANG, book, "approve", book.ids(Wanted()))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(measuring, "_settle", _killed)
        measure(one, None, DAY + timedelta(days=8))
    assert only(book).state == "applied"
    assert measure(one, None, DAY + timedelta(days=8)) == ()
    assert book.page(Wanted(states=("scored",)))[1] == 1


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_morning_that_is_called_off_ends_between_two_kinds(state: State) -> None:
    def told(done: float, what: Text) -> None:
        heard.append((done, what.zh))
        if done >= 0.5:
            raise Cancelled

    heard: list[tuple[float, str]] = []
    first = kind(propose=lambda *_: [coupon()])
    second = replace(first, name="other", title=Text("别的", "other"))
    one = replace(ledger(state), kinds={"coupon": first, "other": second})
    with pytest.raises(Cancelled):
        proposing.run(one, None, DAY, tell=told)
    assert heard == [(0.0, "发券"), (0.5, "别的")]
    assert one.book("admin").page(Wanted())[1] == 1  # what was proposed before stands


def test_a_subject_rests_for_as_many_days_as_the_policy_says(state: State) -> None:
    one = ledger(state, policy=Policy(rest_days=7, own={"size": 500}))
    book = one.book("growth")
    one.save([coupon()])
    one.decide(WANG, book, "reject", book.ids(Wanted()), why="刚谈过")
    for later in (1, 7):
        assert one.save([coupon(day=DAY + timedelta(days=later)), coupon("leader:L2", day=DAY)]).resting == 1
    assert one.save([coupon(day=DAY + timedelta(days=8))]) == Saved(new=1)
    assert one.save([coupon(day=DAY + timedelta(days=8))]) == Saved(same=1)


def test_an_edit_is_reckoned_under_the_policy_of_its_day(state: State) -> None:
    one = ledger(state, worth=lambda lines, _, policy: (policy.own["size"] * lines[0]["coupon"], lines[0]["coupon"]))
    one.save([coupon()])
    one.policies.change(WANG, "coupon", {"size": 9}, "小一点")
    book = one.book("growth")
    assert one.edit(WANG, book, only(book).proposal_id, [{"coupon": 600}], "多给").value == 500 * 600


ACTS = st.sampled_from(["approve", "reject", "snooze", "reopen", "undo", "edit", "save", "tidy", "hours", "apply"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ACTS, st.integers(0, 2), st.booleans()), max_size=15))
def test_whatever_people_do_the_history_explains_the_state(tmp_path: Path, acts: list[tuple[str, int, bool]]) -> None:
    state = State.open(tmp_path / "state.sqlite")
    box, clock = Box(), Clock()
    one = Ledger(state, {"coupon": replace(kind(), policy=Policy(two_from=600, own={"size": 1}))}, box, clock)
    case = uuid4().hex  # every example works on leaders of its own
    drafts = [coupon(f"leader:{case}:{number}", 500 + 100 * number) for number in range(3)]
    one.save(drafts)
    book = one.book("growth")
    ids = [draft.key for draft in drafts]
    for act, number, other in acts:
        actor = LI if other else WANG
        if act == "save":
            one.save([coupon(f"leader:{case}:{number}", 555)])
        elif act == "tidy":
            one.tidy()
        elif act == "apply":
            one.apply()
        elif act == "hours":
            clock.on(hours=20)
        elif act == "edit":
            try:
                one.edit(actor, book, ids[number], [{"coupon": 650}], "试")
            except Forbidden:
                continue
        else:
            one.decide(actor, book, act, ids[: number + 1], why="试", until=clock.now + timedelta(hours=3))
    left = [key for key in box.left if ":apply:" in key]
    with state.reading() as connection:
        asked = select(proposal.c.proposal_id, proposal.c.state).where(proposal.c.proposal_id.in_(ids))
        rows = connection.execute(asked).all()
    assert len(rows) == 3
    for proposal_id, now in rows:
        at = ""
        for step in book.history(proposal_id):
            assert step.before == at
            assert not at or step.after == at or TURNS[at, step.act] == step.after
            at = step.after
        assert at == now
        applied = [step for step in book.history(proposal_id) if step.act == "apply"]
        assert sum(key.startswith(f"{proposal_id}:") for key in left) == len(applied) <= 1
    state.close()
