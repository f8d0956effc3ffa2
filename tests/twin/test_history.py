"""The past streams in order, is the same for the same seed, and stops at its present moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linshu.kernel.errors import Misused
from linshu.twin.config import LARGE_LINES, SIZES, Config, Size, size_of
from linshu.twin.emission import ORDER
from linshu.twin.history import chapters, forget_past, simulate


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


@pytest.fixture
def _monthly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Size, "chapter_days", property(lambda _: 30))


@pytest.mark.slow
@pytest.mark.usefixtures("_monthly")
def test_a_past_that_was_cut_off_goes_on_where_it_was(
    tmp_path: Path, config: Config, chunks: list[tuple[str, pa.Table]]
):
    """Killed within the second chapter, the rows told before and after are those of a past told in one breath."""
    telling = chapters(config, keep=tmp_path)
    first = next(telling)
    told = list(first.rows)
    lost = next(telling)
    assert next(lost.rows)[0] == chunks[len(told)][0]
    telling.close()
    marks = [first.mark]
    for chapter in chapters(config, keep=tmp_path):
        told += chapter.rows
        marks.append(chapter.mark)
    assert marks[1] == lost.mark
    assert len(set(marks)) == len(marks) == 3
    assert [name for name, _ in told] == [name for name, _ in chunks]
    assert all(rows.equals(again) for (_, rows), (_, again) in zip(chunks, told, strict=True))
    assert list(chapters(config, keep=tmp_path)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("_monthly")
def test_the_past_of_another_company_is_not_gone_on_with(tmp_path: Path, config: Config):
    shares = [(chapter.done, chapter.share) for chapter in islice(chapters(config, keep=tmp_path), 2)]
    assert shares == [(0, 30 / 90), (30 / 90, 30 / 90)]
    other = Config("small", seed=config.seed + 1, until=config.until)
    assert next(chapters(other, keep=tmp_path)).done == 0
    forget_past(tmp_path)
    assert next(chapters(config, keep=tmp_path)).done == 0


def test_a_scale_may_be_a_number_of_order_lines():
    large, tenth = SIZES["large"], size_of(str(LARGE_LINES // 10))
    assert size_of(str(LARGE_LINES)) == large
    assert tenth is not None
    assert (tenth.days, tenth.groups, tenth.members) == (large.days, large.groups // 10, large.members // 10)
    assert 1 <= tenth.cities < large.cities


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_more_is_told_at_once_than_fits_in_memory(size: Size):
    """A member writes some 0.6 rows a day."""
    assert size.members * size.chunk_days * 0.6 < 2_000_000
    assert size.members * size.chapter_days * 0.6 < 60_000_000 or size.chapter_days > size.days
    assert size.chapter_days % size.chunk_days == 0


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
    "given",
    [{"scale": "huge"}, {"scale": "17"}, {"until": datetime(2026, 1, 1)}],
    ids=["unknown scale", "too few lines", "moment without zone"],
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
