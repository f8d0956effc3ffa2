"""Work orders: what somebody has to do about an alert or a proposal, by when, and what came of it (O2)."""

from linshu.engine.work.book import Wanted, WorkBook
from linshu.engine.work.desk import Done, WorkDesk
from linshu.engine.work.order import Draft, Order

__all__ = ["Done", "Draft", "Order", "Wanted", "WorkBook", "WorkDesk"]
