"""What runs when: a queue in the state database, its workers, its clock; nothing runs twice, nothing is forgotten."""

from linshu.engine.jobs.declare import STAGES, Heavy, Job, Planned
from linshu.engine.jobs.run import Cancelled, Run

__all__ = ["STAGES", "Cancelled", "Heavy", "Job", "Planned", "Run"]
