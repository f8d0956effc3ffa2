"""History and the live company tell one story: nothing twice, nothing left out, across cut-off, midnight and restarts."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from linshu.standard import table
from linshu.twin.config import Config
from linshu.twin.history import simulate
from linshu.twin.live import Live

pytestmark = pytest.mark.slow

EVENING = datetime(2026, 9, 10, 13, 20, tzinfo=UTC)  # 21:20 in Wuhan
AFTER = EVENING + timedelta(days=1, hours=13)  # past the cut-off at 23:00, past midnight, past the next cut-off


ASKED = {
    "orders": ("status", "shipping_fen", "paid_fen", "placed_at"),
    "order_line": ("paid_fen",),
    "payment": (),
    "member": (),
}


def gather(parts) -> dict[str, dict[tuple, dict]]:
    """By table and key the latest version of each row."""
    rows: dict[str, dict[tuple, dict]] = defaultdict(dict)
    for name, arrived in parts:
        if name not in ASKED:
            continue
        key = table(name).key
        for row in arrived.select([*key, *ASKED[name], "updated_at"]).to_pylist():
            at = tuple(row[column] for column in key)
            if at not in rows[name] or rows[name][at]["updated_at"] <= row["updated_at"]:
                rows[name][at] = row
    return rows


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[tuple, dict]]]:
    folder = tmp_path_factory.mktemp("twin")
    past = gather(simulate(Config("small", seed=3, until=EVENING), keep=folder))
    return folder, past


@pytest.fixture(scope="module")
def gone_on(kept) -> list[tuple[datetime, str, pa.Table]]:
    """Rows of a day and a half, asked for at odd intervals, with two restarts on the way."""
    folder, _ = kept
    now, live, rows = EVENING, Live.open(folder), []
    for step in range(26):
        now = min(now + timedelta(minutes=7 + 23 * (step % 6)), AFTER)
        rows += [(now, name, part) for name, part in live.rows(now)]
        live.keep()
        if step in (5, 14):
            live = Live.open(folder)
    rows += [(AFTER, name, part) for name, part in live.rows(AFTER)]
    return rows


def test_live_ends_where_a_later_history_would_be(kept, gone_on):
    folder, past = kept
    whole = {name: dict(rows) for name, rows in past.items()}
    for name, rows in gather((name, part) for _, name, part in gone_on).items():
        whole[name] |= rows
    company = Live.open(folder)
    days = company.config.today
    assert days == company.config.first_day + company.config.size.days - 1
    orders = whole["orders"].values()
    assert all(row["placed_at"] <= AFTER for row in orders)
    late = [row for row in orders if row["placed_at"] > EVENING]
    assert len(late) > 200
    known = {row["order_id"] for row in orders}
    assert all(key[0] in known for key in whole["order_line"])
    lines = defaultdict(int)
    for row in whole["order_line"].values():
        lines[row["order_id"]] += row["paid_fen"]
    assert all(lines[row["order_id"]] + row["shipping_fen"] == row["paid_fen"] for row in orders)


def test_no_id_is_new_twice(kept, gone_on):
    """A row that history told comes back only as a later version of itself."""
    _, past = kept
    for name in ("orders", "order_line", "payment", "member"):
        key = table(name).key
        for _, _, part in (each for each in gone_on if each[1] == name):
            for row in part.to_pylist():
                old = past[name].get(tuple(row[column] for column in key))
                assert old is None or (name == "orders" and row["updated_at"] > old["updated_at"])


def test_rows_come_in_their_minute(gone_on):
    before = EVENING
    for now, _, part in gone_on:
        moments = part["updated_at"].to_pylist()
        assert all(moment <= now for moment in moments)
        before = max([before, *moments])
    assert before > AFTER - timedelta(hours=1)


def test_the_cut_off_opens_the_next_batch(gone_on):
    opened = {row["opened_at"] for _, name, part in gone_on if name == "sale_batch" for row in part.to_pylist()}
    assert datetime(2026, 9, 10, 15, 0, tzinfo=UTC) in opened  # 23:00 in Wuhan
    assert datetime(2026, 9, 11, 15, 0, tzinfo=UTC) in opened


def test_a_run_that_was_not_kept_tells_the_same_again(kept):
    folder, _ = kept
    first, again = Live.open(folder), Live.open(folder)
    moment = AFTER + timedelta(minutes=9)
    one, two = first.rows(moment), again.rows(moment)
    assert [name for name, _ in one] == [name for name, _ in two]
    assert all(a.equals(b) for (_, a), (_, b) in zip(one, two, strict=True))
    assert any(len(part) for _, part in one)


def test_what_could_not_be_taken_in_is_told_again(kept):
    """Without keep(), a later question brings everything since the last one that was kept."""
    live = Live.open(kept[0])
    first = live.rows(AFTER + timedelta(minutes=3))
    later = dict(live.rows(AFTER + timedelta(minutes=6)))
    assert any(len(part) for _, part in first)
    for name, part in first:
        keys = table(name).key
        told = {tuple(row.values()) for row in later[name].select(keys).to_pylist()}
        assert {tuple(row.values()) for row in part.select(keys).to_pylist()} <= told
    live.keep()
    assert live.rows(AFTER + timedelta(minutes=6)) == []
