"""Figures of the members in a segment or with a tag, from the rows a company keeps."""

from __future__ import annotations

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, at, line, order

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.kernel.errors import Misused


@pytest.fixture(scope="module")
def company():
    """M1's second account M1b is in the segment too; M2 came in after the first order."""
    made = Company()
    orders = [("O1", "2026-03-03 10:00", "M1"), ("O2", "2026-03-04 10:00", "M2"), ("O3", "2026-03-20 10:00", "M2")]
    high = {"segment_id": "SG1"}
    made.land(
        {
            "member": [{"member_id": name} for name in ("M1", "M1b", "M2")],
            "identity": [
                {"account_source": "wx", "source_member_id": "M1b", "member_id": "M1", "evidence": "manual"},
            ],
            "segment": [{"segment_id": "SG1", "name": "高价值"}],
            "member_segment": [
                high | {"member_id": "M1", "valid_from": at("2026-03-01 00:00"), "valid_to": at("2026-03-10 00:00")},
                high | {"member_id": "M1b", "valid_from": at("2026-03-02 00:00")},
                high | {"member_id": "M2", "valid_from": at("2026-03-10 00:00")},
            ],
            "member_tag": [{"member_id": "M2", "tag": "爱吃辣", "valid_from": at("2026-03-01 00:00")}],
            "orders": [order(name, placed, member_id=member) for name, placed, member in orders],
            "order_line": [line(name) for name, _, _ in orders],
        }
    )
    made.build()
    return made


def orders(company: Company, where: str, **more: object) -> int:
    return run(company.warehouse, Query.of("orders", where=where, **more), CATALOG).rows()[0]["orders"]


def test_in_a_segment_at_the_order_now_or_on_a_day(company):
    assert orders(company, "segment=高价值") == 2  # O1 once, though two accounts are in; O3
    assert orders(company, "segment=SG1", as_of="now") == 3
    assert orders(company, "segment=SG1", as_of="2026-03-05") == 1
    assert orders(company, "segment!=高价值") == 1


def test_with_a_tag(company):
    assert orders(company, "tag=爱吃辣") == 2
    assert orders(company, "tag=(未知)") == 1


def test_it_restricts_and_never_cuts(company):
    with pytest.raises(Misused, match="人群"):
        run(company.warehouse, Query.of("orders", "segment"), CATALOG)


def test_members_tell_no_instant_and_say_so(company):
    with pytest.raises(Misused, match="as_of=now"):
        run(company.warehouse, Query.of("new_members", where="segment=SG1"), CATALOG)
