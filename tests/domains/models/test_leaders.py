"""Who led what and at which tier, at any time: versions against plain Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.models.company import Company, Row, at

DAY0 = datetime(2026, 1, 1, tzinfo=UTC)
RANK = {"manual": 3, "imported": 2, "computed": 1}


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


def days(value: datetime | None) -> float | None:
    return None if value is None else (value - DAY0) / timedelta(days=1)


def spell(start: int, length: int | None) -> dict[str, Any]:
    end = None if length is None else DAY0 + timedelta(days=start + length)
    return {"valid_from": DAY0 + timedelta(days=start), "valid_to": end}


spells = st.builds(spell, st.integers(0, 20), st.none() | st.integers(1, 10))
tiers = st.builds(
    lambda leader, tier, origin, span, gone: {"leader_id": leader, "tier": tier, "origin": origin, "deleted": gone, **span},
    st.sampled_from(("l1", "l2")), st.sampled_from("AB"), st.sampled_from(tuple(RANK)), spells,
    st.sampled_from((False, False, False, True)),
)  # fmt: skip
assignments = st.builds(
    lambda group, leader, role, span: {"community_id": group, "leader_id": leader, "role": role, **span},
    st.sampled_from(("c1", "c2")), st.sampled_from(("l1", "l2", "l3")), st.sampled_from(("owner", "owner", "helper")), spells,
)  # fmt: skip


def holds(row: Row, moment: datetime) -> bool:
    return row["valid_from"] <= moment and (row["valid_to"] is None or moment < row["valid_to"])


def once(rows: list[Row], *key: str) -> list[Row]:
    return list({tuple(row[name] for name in key): row for row in rows}.values())


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(tiers, max_size=7))
def test_the_tier_at_any_time_equals_plain_python(company: Company, given_tiers: list[Row]) -> None:
    rows = once(given_tiers, "leader_id", "origin", "valid_from")
    company.warehouse.execute("DELETE FROM std.leader_tier")
    company.land({"leader_tier": rows})
    company.build("dim_leader_version", full=True)
    versions = company.rows("SELECT * FROM dim_leader_version ORDER BY leader_id, valid_from")
    known = [row for row in rows if not row["deleted"]]
    for leader in {row["leader_id"] for row in known}:
        mine = [row for row in versions if row["leader_id"] == leader]
        for half_day in range(-1, 64):
            moment = DAY0 + timedelta(hours=12 * half_day)
            wanted = max(
                (
                    (RANK[row["origin"]], row["valid_from"], row["tier"], row["origin"])
                    for row in known
                    if row["leader_id"] == leader and holds(row, moment)
                ),
                default=(0, None, None, None),
            )
            (found,) = [row for row in mine if holds(row, moment)]
            assert (found["tier"], found["origin"]) == wanted[2:], moment
        told = [(row["tier"], row["origin"]) for row in mine]
        assert all(before != after for before, after in pairwise(told)), "each version is a change"


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(assignments, max_size=7))
def test_one_leader_owns_a_community_at_a_time(company: Company, given_rows: list[Row]) -> None:
    rows = once(given_rows, "community_id", "leader_id", "role", "valid_from")
    company.warehouse.execute("DELETE FROM std.leader_assignment")
    company.land({"leader_assignment": rows})
    company.build("dim_community_leader", full=True)
    versions = company.rows("SELECT * FROM dim_community_leader")
    owners = [row for row in rows if row["role"] == "owner"]
    for group in {row["community_id"] for row in rows}:
        for half_day in range(-1, 64):
            moment = DAY0 + timedelta(hours=12 * half_day)
            begun = [row for row in owners if row["community_id"] == group and row["valid_from"] <= moment]
            latest = max(begun, key=lambda row: (row["valid_from"], row["leader_id"]), default=None)
            wanted = {latest["leader_id"]} if latest and holds(latest, moment) else set()
            found = {row["leader_id"] for row in versions if row["community_id"] == group and holds(row, moment)}
            assert found == wanted, moment


def test_a_leader_lies_where_the_group_lies_even_after_leaving() -> None:
    company = Company()
    company.land({
        "region": [{"region_id": "R1", "name": "武汉市", "level": "city"}],
        "estate": [{"estate_id": "E1", "name": "e", "region_id": "R1"}],
        "community": [{"community_id": "C1", "name": "c", "estate_id": "E1", "status": "active"}],
        "leader": [
            {"leader_id": "gone", "name": "王", "status": "left", "phone_mask": "138****0000"},
            {"leader_id": "now", "name": "李", "status": "active"},
        ],
        "leader_assignment": [
            {"community_id": "C1", "leader_id": "gone", "role": "owner", "valid_from": at("2026-01-01 00:00"),
             "valid_to": at("2026-02-01 00:00")},
            {"community_id": "C1", "leader_id": "now", "role": "owner", "valid_from": at("2026-02-01 00:00")},
        ],
        "leader_tier": [
            {"leader_id": "now", "tier": "金", "origin": "imported", "valid_from": at("2026-01-01 00:00")},
            {"leader_id": "now", "tier": "银", "origin": "computed", "valid_from": at("2026-02-01 00:00")},
        ],
    })  # fmt: skip
    company.build("dim_leader")
    found = company.rows("SELECT leader_id, name, tier, communities, community_id, city FROM dim_leader ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [
        ("gone", "王", None, 0, "C1", "武汉市"),
        ("now", "李", "金", 1, "C1", "武汉市"),
    ]
    assert company.rows("SELECT leader_id FROM dim_community") == [{"leader_id": "now"}]
