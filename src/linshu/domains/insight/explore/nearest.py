"""The nearest questions that have an answer, for one that has none: each way to mend it, tried before it is offered. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.explore.controls import EXAMPLES, PATH, missing, tidied, title_of
from linshu.domains.insight.explore.inputs import prepared
from linshu.domains.insight.explore.naming import spaced
from linshu.engine.metrics import Query
from linshu.engine.metrics.compile import compile as compiled
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.domains.insight.explore.controls import Panel
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.filters import Days
    from linshu.engine.shell.question import Question

SHOWN = 6
# What shapes an answer, and the question without it.
SHAPES: tuple[tuple[str, Text, dict[str, Any]], ...] = (
    ("share", Text("不看占比", "Without shares"), {"share": ""}),
    ("cumulative", Text("不累计", "Without running figures"), {"cumulative": False}),
    ("moving", Text("不看移动窗口", "Without moving days"), {"moving": 0}),
    ("pivot", Text("不放到列上", "Without turned columns"), {"pivot": ""}),
    ("compare", Text("不对比", "Without a comparison"), {"compare": "", "order": ()}),
    ("top", Text("不取前几名", "Without the best alone"), {"top": 0}),
    ("order", Text("按默认顺序", "In the usual order"), {"order": ()}),
    ("grain", Text("按天看", "Day by day"), {"grain": "day"}),
)


@dataclass(frozen=True, slots=True)
class Mend:
    """A question that has an answer, and in words what it changes."""

    words: Text
    href: str


def trouble(question: Question, catalog: Catalog) -> Text | None:
    """What a question mixes that does not go together, by its names; None when that is not what is wrong."""
    for metric in question.metrics:
        for name in missing(catalog, metric, _dimensions(question), question.as_of):
            title, said = title_of(catalog, name), catalog.metrics[metric].title
            return Text(
                f"{spaced(said.zh)}不能按{title.zh}拆分或筛选",
                f"{said.en} cannot be cut or filtered by {title.en.lower()}",
            )
    return None


def mends(panel: Panel, days: Days, catalog: Catalog) -> tuple[Mend, ...]:
    """Each single change after which the question can be answered, the smallest first."""
    found: dict[str, Mend] = {}
    for words, question in _ways(panel.question, catalog):
        changed = tidied(question)
        if len(found) < SHOWN and changed != panel.question and answers(changed, days, catalog):
            found.setdefault(href := panel.asking(changed), Mend(words, href))
    return tuple(found.values())


def answers(question: Question, days: Days, catalog: Catalog) -> bool:
    """Whether the metric layer has an answer to the question, by the dictionary alone."""
    try:
        options, _, _ = prepared(question, days)
        query = Query.of(**options, fiscal_start=days.fiscal_start)
        if not (query.start and query.end):  # the data would give the ends; any days show whether the parts fit
            query = replace(query, start=days.running, end=days.running)
        compiled(query, catalog)
    except LinshuError:
        return False
    return True


def examples(days: Days, catalog: Catalog) -> tuple[Mend, ...]:
    """Questions to begin with, those that this dictionary can answer."""
    return tuple(Mend(words, one.address(PATH)) for words, one in EXAMPLES if answers(one, days, catalog))


def _ways(question: Question, catalog: Catalog) -> Iterator[tuple[Text, Question]]:
    """Everything one might change, the likely first."""
    yield from _respelt(question, catalog)
    for part, words, without in SHAPES:
        if getattr(question, part):
            yield words, question.change(**without)
    for name in _dimensions(question):
        title = title_of(catalog, name)
        yield Text(f"去掉{title.zh}", f"Without {title.en.lower()}"), _without(question, name)
        if name in question.by and name in catalog.dimensions:
            for other in reversed(catalog.hierarchy(name)):
                kin = title_of(catalog, other)
                by = tuple(other if one == name else one for one in question.by)
                yield Text(f"{title.zh}换成{kin.zh}", f"{kin.en} instead of {title.en.lower()}"), question.change(by=by)
    for metric in question.metrics if len(question.metrics) > 1 else ():
        said = title_of(catalog, metric)
        others = tuple(one for one in question.metrics if one != metric)
        yield Text(f"去掉{said.zh}", f"Without {said.en}"), question.change(metrics=others)


def _respelt(question: Question, catalog: Catalog) -> Iterator[tuple[Text, Question]]:
    """Names nobody knows, as they were probably meant."""
    for part, known in (("metrics", catalog.metrics), ("by", catalog.dimensions)):
        names: tuple[str, ...] = getattr(question, part)
        for wrong in (name for name in names if name not in known):
            for near in get_close_matches(wrong, known, n=3, cutoff=0.5):
                title = title_of(catalog, near)
                meant = tuple(near if one == wrong else one for one in names)
                yield Text(f"换成{title.zh}", f"{title.en} instead"), question.change(**{part: meant})


def _without(question: Question, dimension: str) -> Question:
    by = tuple(one for one in question.by if one != dimension)
    return question.change(by=by, where=tuple(one for one in question.where if one.dimension != dimension))


def _dimensions(question: Question) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*question.by, *(one.dimension for one in question.where))))
