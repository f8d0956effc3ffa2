"""What a shop holds, told as rows: its metrics and dimensions, its tables, what a build did, and what it all comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.domains.insight.dictionary.view import BETTER, UNITS
from linshu.engine.shell.search import of_metrics
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.metrics import Catalog
    from linshu.engine.metrics.declare import Metric
    from linshu.engine.warehouse.duck import DuckWarehouse
    from linshu.engine.warehouse.model import Model
    from linshu.engine.warehouse.report import Report

READABLE = ("mart", "std")
# Codes of the dictionary that people read as words; programs get both.
CODED = [
    {"name": name, "words": {str(code): {"zh": words.zh, "en": words.en} for code, words in known.items()}}
    for name, known in (("unit", UNITS), ("better", BETTER), ("owner", {one.name: one.title for one in DOMAINS}))
]


def metrics(catalog: Catalog, words: str = "") -> Answer:
    """The metric dictionary, one row per metric: all in declared order, or those the words find, the nearest first."""
    known = catalog.metrics
    found = (known[one.key] for one in of_metrics(catalog).find(words, len(known))) if words else known.values()
    rows = (
        {
            "metric": one.name, "title": one.title.zh, "title_en": one.title.en, "unit": str(one.unit),
            "better": str(one.better), "owner": one.owner, "version": one.version,
            "definition": one.definition.zh, "definition_en": one.definition.en, "file": one.place,
        }
        for one in found
    )  # fmt: skip
    return Answer.of(rows, columns=CODED)


def column(metric: Metric) -> dict[str, Any]:
    """A metric as a column of an answer that is no question to the metric layer."""
    return {"name": metric.name, "title": {"zh": metric.title.zh, "en": metric.title.en}, "unit": str(metric.unit)}


def dimensions(catalog: Catalog, of: str = "") -> Answer:
    """Everything figures can be cut by, then the lists of people by which they can only be filtered; or what cuts a metric."""
    known = catalog.dimensions
    cut = [known[name] for name in catalog.reached(catalog.metric(of).name)] if of else list(known.values())
    cuts = [(one.name, one.title, one.parent, True) for one in cut]
    filters = [] if of else [(one.name, one.title, "", False) for one in catalog.memberships.values()]
    return Answer.of(
        {"dimension": name, "title": title.zh, "title_en": title.en, "parent": parent, "cuts": is_cut}
        for name, title, parent, is_cut in (*cuts, *filters)
    )


def tables(warehouse: DuckWarehouse, models: Iterable[Model]) -> Answer:
    """Every table that can be read, with its rows and what it is."""
    meanings = {one.name: one.title for one in TABLES}
    built = {one.name: one for one in models}
    rows = []
    for schema in READABLE:
        for name in warehouse.tables(schema):
            count = warehouse.query(f'SELECT count(*) AS rows FROM {schema}."{name}"')["rows"][0].as_py()
            title = meanings.get(name, Text("", "")) if schema == "std" else Text("", "")
            what = title.zh or (f"每行：{built[name].grain}" if name in built else "")
            rows.append({"table": name, "schema": schema, "rows": count, "what": what})
    return Answer.of(rows)


def built(report: Report) -> Answer:
    """What a build did, one row per table."""
    return Answer.of(
        (
            {
                "table": one.name, "domain": one.domain, "did": one.did, "rows": one.rows,
                "seconds": round(one.seconds, 3), "reason": one.reason.zh,
                "broken_checks": sum(1 for _ in one.broken),
            }
            for one in report.outcomes
        ),
        seconds=round(report.seconds, 3), data_version=report.data_version, ok=report.ok,
        rollups=[one.told() for one in report.rollups],
    )  # fmt: skip


def fingerprint(warehouse: DuckWarehouse) -> dict[str, dict[str, int]]:
    """Rows and a checksum of every standard table; equal for equal content whatever the order of rows."""
    found = {}
    for name in warehouse.tables("std"):
        row = warehouse.query(
            f'SELECT count(*) AS rows, coalesce(bit_xor(hash(one)), 0)::HUGEINT::VARCHAR AS checksum FROM std."{name}" AS one'
        ).to_pylist()[0]
        if row["rows"]:
            found[name] = {"rows": int(row["rows"]), "checksum": int(row["checksum"])}
    return found
