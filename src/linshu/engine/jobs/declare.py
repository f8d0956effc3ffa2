"""How a feature says what it wants to run, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from linshu.engine.jobs.run import Run

Stage = Literal["", "import", "models", "checks", "domain", "proposals", "alerts", "reports"]
STAGES: tuple[Stage, ...] = ("import", "models", "checks", "domain", "proposals", "alerts", "reports")
PATIENCE = Patience(most=4, first=timedelta(seconds=30), longest=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Heavy:
    """Work that runs in a process of its own, which never opens the warehouse.

    The owner gives its inputs as tables, or None when there is nothing to do; `work` ("package.module:function") takes them with the job's input and gives
    tables back; the owner takes these in. `work` must give the same tables for the same inputs.
    """

    inputs: Callable[[Run], Mapping[str, pa.Table] | None]
    work: str  # (tables, input, tell) -> tables, where tell(fraction, Text) says how far it is
    take_in: Callable[[Run, Mapping[str, pa.Table]], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Planned:
    """What people may say of a kind of work that they plan.

    `accepts` checks it and says how it is kept; `offers` names what can be chosen for each part of it.
    """

    accepts: Callable[[Mapping[str, Any]], dict[str, Any]]
    offers: Callable[[], Mapping[str, Sequence[tuple[str, Text]]]]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work: its name, what it does, and when.

    It may be begun again after a crash, so that doing it twice must end as doing it once. A job with a `stage` is a step
    of the daily chain, in the order of `STAGES`; one with a `schedule` (cron, company time, weekdays by name) runs by the
    clock. `needs` names what `Run.given` must hold ("shop", "state", ...). One with `planned` people plan
    themselves, with an input of their own.
    """

    name: str
    title: Text
    run: Callable[[Run], dict[str, Any] | None] | Heavy
    schedule: str = ""
    stage: Stage = ""
    needs: tuple[str, ...] = ()
    patience: Patience = PATIENCE
    timeout: timedelta = timedelta(hours=1)
    planned: Planned | None = None
    late: timedelta = timedelta(days=1)  # how late a scheduled moment is still caught up; of several the last alone
