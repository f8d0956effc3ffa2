"""What is said beside figures as of a day: which of the asked dimensions keep no history and show today's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.metrics.catalog import CLOCK_DAY
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog, Road
    from linshu.engine.metrics.query import Query


def said(query: Query, catalog: Catalog) -> tuple[Text, ...]:
    """One sentence naming them; nothing where the question is not as of a day, or all of them know their past."""
    if query.as_of != "then":
        return ()
    facts = {fact.name for name in query.metrics for fact in catalog.facts_of(name)}
    asked = dict.fromkeys(
        (*query.by, *(one.dimension for one in query.where if one.dimension not in catalog.memberships))
    )
    present = [
        catalog.dimension(name).title
        for name in asked
        if any(_shows_today(catalog.road(fact, name, "then")) for fact in facts)
    ]
    if not present:
        return ()
    return (
        Text(
            f"{'、'.join(title.zh for title in present)}没有历史，按现在的资料",
            f"No history is kept of {', '.join(title.en.lower() for title in present)}: counted as it is now",
        ),
    )


def _shows_today(road: Road | None) -> bool:
    """Whether the value stands in a table that only knows the present; days of the calendar never change."""
    if road is None or not road.joins or road.joins[0].column == CLOCK_DAY:
        return False
    return not road.joins[-1].at
