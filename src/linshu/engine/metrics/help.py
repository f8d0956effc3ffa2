"""What stands beside a figure for whoever wonders: what it means, by which day it is told, from which facts it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Metric


def clock(metric: Metric, catalog: Catalog) -> Text:
    """By which day the figure is told; several for a formula over facts with clocks of their own."""
    names: dict[str, Text] = {}
    for leaf in catalog.leaves(metric.name):
        one = catalog.measure(leaf)
        names.setdefault((found := catalog.facts[one.fact].clock(one.clock)).name, found.title)
    return Text("、".join(one.zh for one in names.values()), ", ".join(one.en for one in names.values()))


def beside(metric: Metric, catalog: Catalog) -> Text:
    """The definition, the clock and the source in a few words."""
    when, facts = clock(metric, catalog), {fact.name: fact.title for fact in catalog.facts_of(metric.name)}.values()
    zh, en = "、".join(one.zh for one in facts), ", ".join(one.en.lower() for one in facts)
    said = metric.definition
    return Text(f"{said.zh} 按{when.zh}日算，来自{zh}。", f"{said.en} Told by the day {when.en}, from {en}.")
