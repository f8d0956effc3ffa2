"""The graph under a metric: complete, from left to right, without boxes on one another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import all_models

from linshu.domains.insight.dictionary.lineage import GAP, HEIGHT, WIDTH, fitted, graph
from linshu.engine.warehouse.lineage import upstream


@pytest.mark.parametrize("metric", CATALOG.metrics.values(), ids=lambda metric: metric.name)
def test_it_holds_everything_below_and_reads_to_the_right(metric) -> None:
    found = graph(metric.name, CATALOG, all_models())
    at = {box.node.key: box for box in found.boxes}
    assert len(at) == len(found.boxes)
    facts = CATALOG.facts_of(metric.name)
    below = {name for fact in facts for name in upstream(all_models(), fact.table)}
    assert {key.removeprefix("std:") for key in at if key.startswith("std:")} == {
        name.removeprefix("std.") for name in below if name.startswith("std.")
    }
    assert {key for key in at if key.startswith("fact:")} == {f"fact:{fact.name}" for fact in facts}
    assert all(at[left].x + WIDTH < at[right].x for left, right in found.edges)
    # All but the metric are reached from it.
    assert {right for _, right in found.edges} == at.keys() - {f"metric:{metric.name}"}


@pytest.mark.parametrize("metric", ["gmv", "refund_rate", "turnover_days", "on_time_rate"])
def test_no_box_lies_on_another(metric: str) -> None:
    found = graph(metric, CATALOG, all_models())
    columns: dict[int, list[int]] = {}
    for box in found.boxes:
        columns.setdefault(box.x, []).append(box.y)
        assert 0 <= box.x <= found.width - WIDTH
        assert 0 <= box.y <= found.height - HEIGHT
    assert all(low + HEIGHT + GAP <= high for ys in columns.values() for low, high in pairwise(sorted(ys)))


def test_without_models_it_ends_at_the_facts() -> None:
    found = graph("refund_rate", CATALOG, ())
    assert {box.node.key for box in found.boxes} == {
        "metric:refund_rate", "metric:refund_amount", "metric:gmv", "fact:refunds", "fact:lines",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [("订单", "订单"), ("fct_order_lines", "fct_order_lines"), ("一二三四五六七八九十一二三", "一二三四五六七八九…")],
)
def test_a_name_fits_its_box(text: str, shown: str) -> None:
    assert fitted(text) == shown
