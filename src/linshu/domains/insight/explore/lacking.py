"""What an answer lacks because nobody brought it yet: whole kinds of data, or the names it is cut by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.metrics.filters import is_unknown
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.insight.explore.inputs import Answer
    from linshu.engine.metrics import Catalog

# Orders may be there and still give none of these: they must say who bought.
OF_KNOWN_BUYERS = frozenset({"repurchases", "cohorts"})
PLACES = frozenset({"province", "city", "district", "street", "estate", "community"})


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why there is nothing to see, and what to bring."""

    title: Text
    text: Text


def lacking(answer: Answer, catalog: Catalog) -> Lacking | None:
    """What must come in before any of the metrics asked has a figure; None when one has."""
    empty = set(answer.result.lacking)
    first = next(iter(answer.result.lacking), "")
    if not all(empty & {fact.name for fact in catalog.facts_of(name)} for name in answer.question.metrics) or not first:
        return None
    fact = catalog.facts[first].title
    title = Text(f"还没有{fact.zh}数据", f"No {fact.en.lower()} yet")
    if first in OF_KNOWN_BUYERS:
        return Lacking(
            title,
            Text(
                "要知道每单是谁买的：导入写明会员（买家）的订单后，这里就有数。有的平台导出里没有买家。",
                "It must be known who bought: import orders that name the member (buyer). Some platforms' exports do not.",
            ),
        )
    return Lacking(title, Text(f"导入{fact.zh}后，这里就有数。", f"Import {fact.en.lower()} to see figures here."))


def unnamed(answer: Answer, catalog: Catalog) -> tuple[Text, ...]:
    """The dimensions asked of which no row knows anything."""
    found = []
    for name in answer.question.by:
        if not answer.rows or not all(is_unknown(str(row.get(name))) for row in answer.rows):
            continue
        title = catalog.dimension(name).title
        zh, en = "，因此全在“(未知)”里", ", so they all stand under “(unknown)”"
        if name in PLACES:
            zh += "。订单要写明社群，社群要写明在哪里：上传页有“团长、社群和所在街道”的模板"
            en += ". Orders name their group, groups their place: the upload page has a template for both"
        found.append(Text(f"这些数都没有写明{title.zh}{zh}。", f"No figure here names its {title.en.lower()}{en}."))
    return tuple(found)
