"""The same models in one piece and slice by slice: what each way takes, and that the rows are the same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.scaling.spill import Spill
from linshu.engine.warehouse import slices
from linshu.engine.warehouse.graph import Graph
from linshu.engine.warehouse.lineage import ordered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from linshu.engine.warehouse.engine import Session, Warehouse
    from linshu.engine.warehouse.model import Model

LARGEST = (
    "fct_orders",
    "fct_deliveries",
    "fct_order_lines",
    "fct_community_days",
    "fct_leader_weeks",
)
WHOLE = 10**12  # more rows than any table has
TRIED = "mart.tried_in_pieces"
_DIGEST = (
    "SELECT concat_ws('/', count(*), bit_xor(hash(rows_)), sum(hash(rows_))) AS digest"
    f" FROM (SELECT rows_ FROM {TRIED} AS rows_)"
)


def both_ways(warehouse: Warehouse, models: Sequence[Model], tmp: Path) -> dict[str, Any]:
    """Build the largest models in one piece and by slices of `slices.SLICE_ROWS`, beside the ones that stand."""
    sizes = {"whole": WHOLE, "slices": slices.SLICE_ROWS}
    graph = Graph(ordered(models))
    found: dict[str, Any] = {}
    with Spill(tmp) as spill:
        for name in LARGEST:
            found[name] = ways = {}
            for way, rows in sizes.items():
                slices.SLICE_ROWS = rows
                spill.on(f"{name} {way}")
                with warehouse.transaction(exclusive=False) as session:
                    ways[way] = _built(session, graph, name)
                ways[way]["spilled_mb"] = round(spill.most_mb.get(f"{name} {way}", 0.0), 1)
            if ways["whole"]["digest"] != ways["slices"]["digest"]:
                raise RuntimeError(f"{name}: slices give other rows than one piece: {ways}")
    return found


def _built(session: Session, graph: Graph, name: str) -> dict[str, Any]:
    """What the build alone takes, checks left out; nothing of it stays."""
    began = time.process_time()
    parts = slices.selects(session, graph.models[name], graph)
    session.build(TRIED, *parts)
    cpu = time.process_time() - began
    digest = str(session.query(_DIGEST)["digest"][0])
    session.execute(f"DROP TABLE {TRIED}")
    return {"parts": len(parts), "cpu_s": round(cpu, 2), "digest": digest}
