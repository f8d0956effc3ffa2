"""Which figures share an axis of a picture. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linshu.domains.insight.explore.inputs import Row
    from linshu.engine.metrics import Metric

FLAT = 20  # so many times smaller, a line shows nothing of its ups and downs


def by_axis(metrics: Iterable[Metric], rows: Sequence[Row]) -> tuple[tuple[Metric, ...], ...]:
    """The metrics that may share an axis: of one unit, and none so small beside another that its line lies flat."""
    groups: list[list[Metric]] = []
    for one in metrics:
        size = _greatest(one, rows)
        fitting = (
            group for group in groups
            if group[0].unit is one.unit and all(_comparable(size, _greatest(other, rows)) for other in group)
        )  # fmt: skip
        found = next(fitting, None)
        if found is None:
            groups.append([one])
        else:
            found.append(one)
    return tuple(tuple(group) for group in groups)


def _greatest(metric: Metric, rows: Sequence[Row]) -> float:
    return max((abs(float(row[metric.name])) for row in rows if row[metric.name] is not None), default=0.0)


def _comparable(one: float, other: float) -> bool:
    return not (one and other) or max(one, other) <= FLAT * min(one, other)
