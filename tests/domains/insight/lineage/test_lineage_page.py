"""Where a figure comes from, as a page: the figure, the chain under it, its SQL and its rows; within the viewer's scope."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.insight.faulty import logged_in

from linshu.domains.insight.lineage.view import HIGH, WIDE, Box, Chain, drawing, shortened
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import Shell

pytestmark = pytest.mark.slow
OCTOBER = "m=gmv&from=2026-10-01&to=2026-10-31"


def test_the_figure_is_the_same_as_everywhere(site) -> None:
    client = logged_in(site[1])
    page = client.get(f"/lineage?{OCTOBER}&where=sku=S1").text
    assert "成交额 GMV" in page
    assert "¥35.00" in page
    assert "10月1日 – 10月31日" in page
    assert "商品是苹果" in page
    english = client.get(f"/lineage?{OCTOBER}&where=sku=S1&lang=en").text
    assert "1 Oct – 31 Oct" in english


def test_the_chain_leads_from_the_metric_to_the_batches(site) -> None:
    shop, app = site
    found = logged_in(app).get(f"/lineage/chain?{OCTOBER}").text
    for shown in ("fct_order_lines", "stg_order_lines", "std.order_line", "order_line.csv", "DuckDB", "ClickHouse"):
        assert shown in found
    batches = {row["landing_id"] for row in shop.lineage("gmv", start="2026-10-01", end="2026-10-31").meta["batches"]}
    assert set(re.findall(r"/data/batches/([\w.]+)", found)) == batches


def test_the_rows_lead_to_their_batch_and_are_taken_along(site) -> None:
    shop, app = site
    client = logged_in(app)
    rows = client.get(f"/lineage/rows?{OCTOBER}").text
    landed = shop.rows("gmv", start="2026-10-01", end="2026-10-31").rows
    for row in landed:
        assert f"/data/batches/{row['order_line_landing']}" in rows
        assert f"第 {row['order_line_row']} 行" in rows
    body = client.get(f"/lineage/export?{OCTOBER}&form=csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(body)))
    counted = lines[0].index("计入成交额 GMV（元）")
    assert sum(float(line[counted]) for line in lines[1:]) == 65
    assert "订单行的文件" in lines[0]


def test_parts_of_a_formula_have_rows_of_their_own(site) -> None:
    client = logged_in(site[1])
    whole = client.get("/lineage/rows?m=aov&period=all").text
    assert "订单数" in whole
    part = client.get("/lineage/rows?m=aov&period=all&of=orders").text
    assert 'aria-current="true">订单数' in part
    assert "fct_orders" in part


def test_a_figure_that_counts_different_values_shows_the_value_of_each_row(site) -> None:
    shop, app = site
    found = logged_in(app).get(f"/lineage/rows?{OCTOBER.replace('gmv', 'active_members')}")
    assert found.status_code == 200
    members = {row["counted"] for row in shop.rows("active_members", start="2026-10-01", end="2026-10-31").rows}
    assert members
    assert all(member in found.text for member in members)


def test_pages_of_rows_follow_one_another(site, monkeypatch) -> None:
    from linshu.domains.insight.lineage import page

    monkeypatch.setattr(page, "PAGE_ROWS", 3)
    client = logged_in(site[1])
    first, second = (client.get(f"/lineage/rows?{OCTOBER}&rows_page={at}").text for at in (1, 2))
    assert "1 / 2" in first
    assert "2 / 2" in second
    assert first.count("/data/batches/") == 3
    assert second.count("/data/batches/") == 1


def test_what_cannot_be_told_says_so_in_its_place(site) -> None:
    client = logged_in(site[1])
    assert client.get("/lineage").status_code == 400
    assert client.get("/lineage?m=nothing").status_code == 404
    bad = client.get(f"/lineage/rows?{OCTOBER}&of=orders")
    assert bad.status_code == 200
    assert "不在这些指标的组成里" in bad.text
    assert "没有一行算进这个数字" in client.get("/lineage/rows?m=gmv&from=2020-01-01&to=2020-01-02").text
    assert logged_in(site[1], "outside").get(f"/lineage?{OCTOBER}").status_code == 403


def test_a_scope_cuts_the_figure_and_hides_the_files(site, monkeypatch) -> None:
    client = logged_in(site[1])
    seeing = Shell.viewer

    def narrow(self, *args, **more):
        viewer = seeing(self, *args, **more)
        object.__setattr__(viewer, "scope", Scope.only(communities=["G9"]))
        return viewer

    monkeypatch.setattr(Shell, "viewer", narrow)
    assert "¥65.00" not in client.get(f"/lineage?{OCTOBER}").text
    assert "没有一行算进这个数字" in client.get(f"/lineage/rows?{OCTOBER}").text
    monkeypatch.setattr(Shell, "viewer", lambda self, *args, **more: _within(seeing(self, *args, **more)))
    for path in ("chain", "rows"):
        found = client.get(f"/lineage/{path}?{OCTOBER}").text
        assert "order_line.csv" not in found
        assert "/data/batches/" not in found
    exported = client.get(f"/lineage/export?{OCTOBER}&form=csv").content.decode("utf-8-sig")
    assert "order_line.csv" not in exported
    assert "O1" in exported


def _within(viewer):
    object.__setattr__(viewer, "scope", Scope.only(communities=["G1"]))
    return viewer


@st.composite
def chains(draw):
    """Any tables that read only what stands below them."""
    count = draw(st.integers(1, 12))
    boxes = [Box("m", "metric", "m", "", "", ("t0",))]
    for at in range(count):
        below = [f"t{name}" for name in range(at + 1, count)]
        reads = tuple(draw(st.lists(st.sampled_from(below), unique=True, max_size=3))) if below else ("b",)
        level = draw(st.sampled_from(("model", "read"))) if below else "standard"
        boxes.append(Box(f"t{at}", level, f"t{at}", "", "", reads))
    return Chain((*boxes, Box("b", "batch", "b", "")))


@given(chains())
def test_every_box_stands_right_of_what_reads_it_and_none_covers_another(chain: Chain) -> None:
    drawn = drawing(chain)
    boxes = {one.name: one for one in drawn.boxes}
    for one in drawn.boxes:
        assert all(boxes[name].x > one.x for name in one.reads if name in boxes)
        assert one.x + WIDE <= drawn.width
        assert one.y + HIGH <= drawn.height
    places = [(one.x, one.y) for one in drawn.boxes]
    assert len(set(places)) == len(places)
    assert len(drawn.lines) == sum(1 for one in drawn.boxes for name in one.reads if name in boxes)


@given(st.text(max_size=40), st.integers(2, 30))
def test_a_shortened_text_fits(text: str, most: int) -> None:
    found = shortened(text, most)
    assert found == text or (found.endswith("…") and len(found) <= most + 1)
