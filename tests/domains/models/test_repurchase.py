"""The next purchase in another batch, against plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.models.company import Company, order


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


purchases = st.tuples(st.sampled_from(("m1", "m2")), st.integers(1, 9), st.sampled_from(("b1", "b2", None)))


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(purchases, max_size=8))
def test_the_next_purchase_in_another_batch(company: Company, bought: list[tuple[str, int, str | None]]) -> None:
    company.warehouse.execute("DELETE FROM std.orders")
    company.land({"orders": [
        order(f"o{number}", f"2026-03-{day:02d} 10:00", member_id=member, batch_id=batch)
        for number, (member, day, batch) in enumerate(bought)
    ]})  # fmt: skip
    company.build("fct_next_purchases", full=True)
    found = {
        row["order_id"]: row["next_batch_date"] and row["next_batch_date"].day
        for row in company.rows("SELECT order_id, next_batch_date FROM fct_next_purchases")
    }
    wanted = {
        f"o{number}": min(
            (
                then
                for who, then, other in bought
                if who == member and then >= day and (other or then) != (batch or day)
            ),
            default=None,
        )
        for number, (member, day, batch) in enumerate(bought)
    }
    assert found == wanted
