"""What the running application must remember beside the data: users, log-ins, and later proposals, jobs and audit."""

from linshu.engine.state.database import State
from linshu.engine.state.tables import metadata

__all__ = ["State", "metadata"]
