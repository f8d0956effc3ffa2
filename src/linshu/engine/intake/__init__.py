"""Intake: the road of every batch into the standard tables; landing, judging, merging, quarantine, rebuilding."""

from linshu.engine.intake.intake import Intake
from linshu.engine.intake.ports import Progress, Sealer, Watcher
from linshu.engine.intake.receipt import Receipt

__all__ = ["Intake", "Progress", "Receipt", "Sealer", "Watcher"]
