"""The past streams in order, is the same for the same seed, and stops at its present moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linshu.kernel.errors import Misused
from linshu.twin.config import SIZES, Config
from linshu.twin.emission import ORDER
from linshu.twin.history import simulate


@pytest.mark.slow
def test_the_same_seed_tells_the_same(config: Config, chunks: list[tuple[str, pa.Table]]):
    again = simulate(Config("small", seed=config.seed, until=config.until))
    for (name, rows), (other, repeated) in zip(chunks, again, strict=True):
        assert name == other
        assert rows.equals(repeated)


@pytest.mark.slow
def test_another_seed_tells_another_story(config: Config, chunks: list[tuple[str, pa.Table]]):
    names = [name for name, _ in chunks]
    other = dict(islice(simulate(Config("small", seed=config.seed + 1, until=config.until)), 60))
    assert not other["orders"].equals(chunks[names.index("orders")][1])


def test_chunks_come_in_order_of_time_and_of_reference(chunks: list[tuple[str, pa.Table]]):
    """Each telling goes through the tables in the order of reference; tellings follow one another in time."""
    places = [ORDER.index(name) for name, _ in chunks]
    tellings = 1 + sum(after <= before for before, after in pairwise(places))
    assert 3 <= tellings <= 4
    starts = [pc.min(rows["placed_at"]).as_py() for name, rows in chunks if name == "orders"]
    assert starts == sorted(starts)
    assert len(starts) >= 3


def test_nothing_is_told_before_its_time(config: Config, chunks: list[tuple[str, pa.Table]]):
    for name, rows in chunks:
        assert pc.max(rows["updated_at"]).as_py() <= config.until, name
    latest = max(pc.max(rows["placed_at"]).as_py() for name, rows in chunks if name == "orders")
    assert latest > config.until - timedelta(minutes=10)


@pytest.mark.slow
def test_the_first_rows_come_before_the_whole_is_simulated():
    """Streaming: a year of six hundred groups gives its first rows after its first weeks."""
    first = next(simulate(Config("medium", until=datetime(2026, 6, 1, 4, tzinfo=UTC))))
    assert first[0] == "region"


def test_scales():
    small, medium = SIZES["small"], SIZES["medium"]
    assert (small.cities, small.groups, small.members, small.days) == (2, 60, 6_000, 90)
    assert (medium.groups, medium.members, medium.days) == (600, 60_000, 365)


def test_the_small_company_has_the_size_it_promises(ask):
    assert ask("SELECT count(*) FROM community") >= 55
    assert 5_000 < ask("SELECT count(*) FROM member") < 7_000
    assert 45_000 < ask("SELECT count(*) FROM order_line") < 90_000
    first, last = ask("SELECT min(placed_date), max(placed_date) FROM orders")
    assert (last - first).days == 89


@pytest.mark.parametrize(
    "given", [{"scale": "huge"}, {"until": datetime(2026, 1, 1)}], ids=["unknown scale", "moment without zone"]
)
def test_wrong_configurations_are_refused(given: dict):
    with pytest.raises(Misused):
        Config(**given)


@pytest.mark.slow
def test_a_natural_day_moves_the_rush_to_midnight():
    config = Config("small", seed=7, until=datetime(2026, 3, 20, 4, tzinfo=UTC), cut_off="24:00")
    batch = next(rows for name, rows in simulate(config) if name == "sale_batch")
    hours = {moment.astimezone(UTC).hour for moment in batch["cut_off_at"].to_pylist()}
    assert hours == {16}  # midnight in Wuhan
