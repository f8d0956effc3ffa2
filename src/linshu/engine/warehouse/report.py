"""What a build of the models did, model by model, in words a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from linshu.kernel.text import Text

NOTHING = Text("", "")
Did = Literal["created", "rebuilt", "updated", "unchanged", "failed", "waits"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that rows break: how many, and the first twenty of them."""

    rule: str
    rows: int
    sample: tuple[dict[str, Any], ...]
    blocking: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one model: created, rebuilt whole, updated for the keys touched, unchanged, failed, or waiting.

    After `failed` and `waits` (for a model that failed) the table of the build before still stands.
    """

    name: str
    domain: str
    owner: str
    grain: str
    is_view: bool
    did: Did
    rows: int = 0
    touched: int = 0  # keys recomputed by an update
    seconds: float = 0.0
    reason: Text = NOTHING  # why it failed or what it waits for
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a build: the model begun, and how many of how many are done."""

    model: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one refresh did to a rollup: days counted again (-1 for all), rows it holds, or why it could not."""

    name: str
    days: int
    rows: int
    seconds: float
    reason: Text = NOTHING

    def told(self) -> dict[str, Any]:
        """As it stands in JSON."""
        return {
            "rollup": self.name,
            "days": self.days,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "reason": self.reason.zh,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One build: every model's outcome, in the order built."""

    outcomes: tuple[Outcome, ...]
    seconds: float
    data_version: int
    rollups: tuple[Refreshed, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no model failed or waits; broken warnings do not count."""
        return not self.failed

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The models whose old table had to stay."""
        return tuple(each for each in self.outcomes if each.did in {"failed", "waits"})

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the models that were made anew or updated."""
        return tuple(each.name for each in self.outcomes if each.did in {"created", "rebuilt", "updated"})

    @property
    def broken(self) -> tuple[tuple[str, Broken], ...]:
        """Every broken check with its model."""
        return tuple((each.name, broken) for each in self.outcomes for broken in each.broken)

    def outcome(self, name: str) -> Outcome:
        """The outcome of one model; KeyError when it was not part of the build."""
        for each in self.outcomes:
            if each.name == name:
                return each
        raise KeyError(name)
