"""How models hang together: what each reads once views are looked through, and what its SQL amounts to."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.warehouse.model import Model


class Graph:
    """The models of one build, in order."""

    def __init__(self, models: Sequence[Model], rolled: frozenset[str] = frozenset()) -> None:
        self.models = {model.name: model for model in models}
        self._inputs: dict[str, frozenset[str]] = {}
        self._signatures: dict[str, str] = {}
        for model in models:
            self._inputs[model.name] = self._inputs_of(model)
            self._signatures[model.name] = self._signature_of(model)
        # Models whose changed rows others want to know: models that read them, and rollups.
        self.asked = rolled | frozenset(
            via.source
            for model in models
            if model.increment
            for via in model.increment.via
            if via.source in self.models
        )

    def inputs(self, name: str) -> frozenset[str]:
        """The stored tables a model reads, through whatever views: "std.orders", "dim_batch"."""
        return self._inputs[name]

    def signature(self, name: str) -> str:
        """Changes when the SQL of the model, or of a view it reads through, changes."""
        return self._signatures[name]

    def views_onto(self, name: str, tables: frozenset[str]) -> set[str]:
        """What the SELECT of a model names when it reads one of the given tables, directly or through views."""
        return {
            read
            for read in self.models[name].reads
            if read in tables or (self._is_view(read) and self._inputs[read] & tables)
        }

    def _is_view(self, name: str) -> bool:
        return name in self.models and self.models[name].is_view

    def _inputs_of(self, model: Model) -> frozenset[str]:
        found: set[str] = set()
        for read in model.reads:
            found |= self._inputs[read] if self._is_view(read) else {read}
        return frozenset(found)

    def _signature_of(self, model: Model) -> str:
        through = [self._signatures[read] for read in model.reads if self._is_view(read)]
        return hashlib.sha256(repr((model.fingerprint, through)).encode()).hexdigest()[:16]
