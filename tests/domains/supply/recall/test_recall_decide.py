"""Who may have got a bad lot: nobody who did is missed, whatever was recorded; and the statement adds up."""

from __future__ import annotations

from collections import deque
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.recall.decide import Bought, Buyer, Held, Move, Window, bill, buyers, windows

DAY, FIRST = timedelta(days=1), date(2026, 3, 1)
days = st.integers(0, 12)


def move(day: int, kind: str, qty: int, lot: str = "") -> Move:
    return Move("W1", FIRST + day * DAY, kind, qty, lot)


def line(order: str, out_on: date, *, handed: bool = True, early: bool = False) -> Bought:
    """A line whose goods left on that day: handed out then or the day after, paid for the day before."""
    return Bought(
        order, 1, f"M{order}", "C1", "L1", "W1", out_on - DAY, (out_on + DAY if early else out_on) if handed else None, 1, 500, 0
    )  # fmt: skip


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[Move], list[tuple[Bought, str]]]:
    """A warehouse that sells oldest first, what comes back is lost: what was booked, and of which lot every sold piece truly was."""
    arrivals = draw(st.lists(st.tuples(days, st.integers(1, 5)), min_size=1, max_size=6))
    asked = draw(st.lists(st.tuples(days, st.integers(1, 4)), max_size=8))
    named, handed, early, back = (draw(st.booleans()) for _ in range(4))
    moves, sold = list[Move](), list[tuple[Bought, str]]()
    shelf: deque[str] = deque()
    for day in range(13):
        for number, (on, qty) in enumerate(arrivals):
            if on == day:
                shelf.extend([f"lot{number}"] * qty)
                moves.append(move(day, "receipt", qty, f"lot{number}"))
        for number, (on, qty) in enumerate(asked):
            for piece in range(min(qty, len(shelf)) if on == day else 0):
                lot = shelf.popleft()
                moves.append(move(day, "sale", -1, lot if named else ""))
                sold.append((line(f"{number}-{piece}", FIRST + day * DAY, handed=handed, early=early), lot))
                if back:  # not fetched: booked back in the next day and written off at once
                    moves += [move(day + 1, "return", 1), move(day + 1, "loss", -1)]
    return moves, sold


@given(shops(), st.integers(0, 5))
def test_nobody_who_truly_got_the_lot_is_missed(shop: tuple[list[Move], list[tuple[Bought, str]]], number: int) -> None:
    moves, sold = shop
    lot = f"lot{number}"
    found = buyers(lot, windows(lot, moves), [one for one, _ in sold], {})
    assert {one.order for one, truly in sold if truly == lot} <= {one.bought.order for one in found}


@given(shops(), st.integers(0, 5))
def test_where_parcels_name_their_lots_the_list_is_exact(
    shop: tuple[list[Move], list[tuple[Bought, str]]], number: int
) -> None:
    moves, sold = shop
    lot = f"lot{number}"
    packed = {one.order: frozenset({truly}) for one, truly in sold}
    found = buyers(lot, windows(lot, moves), [one for one, _ in sold], packed)
    assert {one.bought.order for one in found} == {one.order for one, truly in sold if truly == lot}
    assert {one.basis for one in found} <= {"packed"}


def test_sales_that_name_lots_narrow_the_days_to_those_of_the_lot() -> None:
    moves = [move(0, "receipt", 5, "a"), move(1, "sale", -2, "b"), move(2, "sale", -3, "a"), move(4, "sale", -2, "a")]
    assert windows("a", moves) == (Window("W1", FIRST + 2 * DAY, FIRST + 4 * DAY, "sales"),)
    assert windows("never", moves) == ()


def test_without_lots_on_sales_the_oldest_go_first() -> None:
    moves = [
        move(0, "receipt", 3, "old"), move(2, "receipt", 5, "bad"), move(3, "sale", -4), move(5, "loss", -4), move(6, "sale", -9),
    ]  # fmt: skip
    assert windows("bad", moves) == (Window("W1", FIRST + 2 * DAY, FIRST + 5 * DAY, "fifo"),)
    assert windows("bad", moves[:3]) == (Window("W1", FIRST + 2 * DAY, None, "fifo"),)


def test_a_lot_that_never_left_has_no_buyers() -> None:
    moves = [move(0, "receipt", 5, "bad"), move(1, "sale", -1, "other")]
    assert buyers("bad", windows("bad", moves), [line("1", FIRST + DAY)], {}) == ()


amounts = st.tuples(st.integers(0, 9_000), st.integers(0, 9_000))


@given(st.lists(amounts, max_size=6), st.lists(amounts, max_size=4))
def test_the_supplier_is_asked_for_what_lies_and_what_is_still_owed(
    paid: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    made: dict[str, Any] = {"community": "", "leader": "", "warehouse": "W1", "paid_on": FIRST, "handed_on": None}
    listed = [
        Buyer(Bought(order=f"O{at // 2}", line=at, member="M1", qty=1, paid=whole, refunded=back, **made), "sales")
        for at, (whole, back) in enumerate(paid)
    ]
    found = bill([Held("W1", "仓", qty, value) for qty, value in left], listed)
    assert found.refunds == sum(max(whole - back, 0) for whole, back in paid)
    assert found.whole == found.refunds + sum(value for _, value in left)
    assert found.orders == len({one.bought.order for one in listed})
    assert found.members == (1 if paid else 0)
