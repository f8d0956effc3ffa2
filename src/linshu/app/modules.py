"""Modules for commands and programs: which are on, what they need, what they earned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.domains.insight.modules import flow

if TYPE_CHECKING:
    from datetime import date

    from linshu.app.local import LocalShop
    from linshu.engine.decisions import Ledger
    from linshu.engine.shell.modules import Modules


def listed(modules: Modules, ledger: Ledger, shop: LocalShop, today: date) -> Answer:
    """One row per module, in the recommended order; what it earned in fen over the last ninety days."""
    return Answer.of(
        flow.told(flow.lines(modules, ledger, shop.pulse(), today)), currency=shop.project.settings.company.currency
    )


def switched(modules: Modules, name: str, *, changed: bool) -> Answer:
    """How one stands after its switch was moved."""
    return Answer.of([{"module": name, "on": name not in modules.off, "changed": changed}])
