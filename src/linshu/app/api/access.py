"""What the calls of the HTTP API ask of who calls, and for which shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query

from linshu.engine.access.scope import ATTRIBUTES, Scope
from linshu.engine.shell.acting import exports
from linshu.engine.shell.gate import needs, sees_all
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from linshu.app.local import LocalShop

# What is not cut to a row scope is refused within one.
WHOLE = Depends(sees_all)
READS = Depends(needs("figures.read"))
SEES = Depends(needs("data.see"))
IMPORTS = Depends(needs("data.import"))
MENDS = Depends(needs("data.mend"))
JOINS = Depends(needs("identity.join"))
ASKS_SQL = Depends(needs("sql.ask"))
KEEPS_METRICS = Depends(needs("metrics.own"))
SEES_JOBS = Depends(needs("jobs.see"))
RUNS_JOBS = Depends(needs("jobs.run"))
MANAGES_PUSH = Depends(needs("push.manage"))
EXPORTS = Depends(exports)
# A page of a list: numbers that every database takes.
Limit = Annotated[int, Query(ge=1, le=10_000, description="Rows of a page")]
Offset = Annotated[int, Query(ge=0, le=10**9, description="Rows to skip")]


def shop_of(request: Request) -> LocalShop:
    """The shop this server runs."""
    shop: LocalShop = request.app.state.local
    return shop


def scope_of(given: Mapping[str, list[str] | None]) -> Scope:
    """A scope from plain lists, None for what is not limited; Misused for an attribute there is not."""
    for name in given:
        if name not in ATTRIBUTES:
            raise Misused(Text(f"没有范围 {name}", f"there is no scope {name}"), mend=nearest(name, ATTRIBUTES))
    return Scope.only(**given)
