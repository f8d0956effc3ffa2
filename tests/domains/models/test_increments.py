"""For every model: after any landings, in any order, with tombstones and corrections, an update equals a full rebuild."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.models.company import Company, all_models

from linshu.engine.warehouse import slices
from linshu.kernel.table import Column, Kind
from linshu.standard import TABLES

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.graph import Graph
    from linshu.engine.warehouse.model import Model
    from linshu.kernel.table import Table

START = datetime(2026, 3, 1, tzinfo=UTC)
POOL = 4  # ids per table: few, so that everything meets everything


def value(rng: random.Random, table: Table, column: Column) -> Any:
    """A value of the column, small and often the same as another's; None now and then where that is allowed."""
    if column.references or (column.name in table.key and column.kind is Kind.TEXT and not column.choices):
        target = column.references.partition(".")[0] or table.name
        made: Any = f"{target}-{rng.randrange(POOL)}"
    elif column.choices:
        made = rng.choice(column.choices).value
    elif column.name == "scope_id":
        made = f"{rng.choice(('community', 'warehouse', 'leader'))}-{rng.randrange(POOL)}"
    elif column.kind is Kind.BOOL:
        made = rng.random() < 0.3
    elif column.kind is Kind.DATE:
        made = date(2026, 3, 1) + timedelta(days=rng.randrange(12))
    elif column.kind is Kind.INSTANT:
        made = START + timedelta(hours=rng.randrange(24 * 12))
    elif column.kind is Kind.DEGREE:
        made = 30.5
    elif column.kind in {Kind.TEXT, Kind.JSON}:
        made = f"{column.name}-{rng.randrange(POOL)}"
    else:
        made = rng.randrange(1, 5) if column.name == "line_no" else rng.randrange(1, 300)
    is_needed = column.required or column.name in table.key
    return made if is_needed or rng.random() < 0.8 else None


def row(rng: random.Random, table: Table) -> dict[str, Any]:
    """A row of the table, one in seven a tombstone."""
    made = {column.name: value(rng, table, column) for column in table.columns}
    if table.name == "chat_activity" and rng.random() < 0.5:
        made["member_id"] = "*"
    if table.name == "chat_activity":
        made["activity_hour"] = rng.randrange(8, 11)
    if table.name in {"leader", "member"}:
        made["phone_index"] = rng.choice(("p1", "p2", "p3", None))
    return made | {"deleted": rng.random() < 1 / 7}


def landing(rng: random.Random, biggest: int) -> dict[str, list[dict[str, Any]]]:
    """Rows for some of the tables, those of sales more often than others."""
    often = {"orders", "order_line", "refund", "visit", "parcel", "delivery_event"}
    chosen = [table for table in TABLES if rng.random() < (0.6 if table.name in often else 0.15)]
    return {table.name: [row(rng, table) for _ in range(rng.randint(1, biggest))] for table in chosen}


def snapshot(company: Company) -> dict[str, list[dict[str, Any]]]:
    """The rows of every stored model."""
    stored = [
        model.name
        for model in all_models()
        if not model.is_view and model.name not in ("dim_date", "dim_day_counterpart", "dim_holiday")
    ]
    return {name: company.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in stored}


@pytest.mark.slow
@settings(max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_an_update_of_any_model_equals_a_full_rebuild(seed: int) -> None:
    rng = random.Random(seed)
    company = Company()
    company.land({table.name: [row(rng, table) for _ in range(6)] for table in TABLES})
    assert company.build().ok
    done: set[tuple[str, str]] = set()
    for _ in range(4):
        company.land(landing(rng, 3))
        report = company.build()
        assert [outcome.reason.en for outcome in report.failed] == []
        done |= {(outcome.name, outcome.did) for outcome in report.outcomes}
    updated = snapshot(company)
    company.build(full=True)
    rebuilt = snapshot(company)
    for name, rows in rebuilt.items():
        assert updated[name] == rows, name
    assert ("fct_order_lines", "updated") in done


@pytest.mark.slow
def test_a_model_built_slice_by_slice_equals_one_built_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """For every model of which there can be slices, with missing keys and tombstones: a slice holds a row or two."""
    rng = random.Random(4)  # of which every model that is cut has rows
    company = Company()
    company.land({table.name: [row(rng, table) for _ in range(10)] for table in TABLES})
    rules = {model.name: model.increment for model in all_models() if model.increment}
    names = [name for name, rule in rules.items() if rule.sources or rule.cut]
    assert company.build(*names).ok
    whole = {name: company.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in names}
    parts: dict[str, int] = {}
    in_slices = slices.selects

    def noted(session: Session, model: Model, graph: Graph) -> tuple[str, ...]:
        made = in_slices(session, model, graph)
        parts[model.name] = len(made)
        return made

    monkeypatch.setattr(slices, "SLICE_ROWS", 2)
    monkeypatch.setattr(slices, "selects", noted)
    assert company.build(*names, full=True).ok
    for name in names:
        assert parts[name] > 2, name
        assert company.rows(f"SELECT * FROM {name} ORDER BY ALL") == whole[name], name
    assert sum(map(len, whole.values())) > 40
    assert all(whole[name] for name, rule in rules.items() if rule.cut)
