"""A shop as one person may use it: their rows, and only what their role allows; for `--as` where no server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from linshu.app.aims import LocalTargets
from linshu.app.assortment import LocalAssortment
from linshu.app.forecasting import LocalForecasts
from linshu.app.quota import LocalQuotas
from linshu.app.stock import LocalStockAlerts
from linshu.app.surge import LocalSurges
from linshu.engine.access.permissions import permission
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from linshu.app.answer import Answer
    from linshu.app.local import LocalShop
    from linshu.engine.access.scope import Scope
    from linshu.engine.access.users import User

# What is asked within a scope and what that needs; and what needs no more than to work here.
CUT = dict.fromkeys(("query", "lineage", "rows", "drill", "cohorts", "supply"), "figures.read") | {
    "outside": "portal.use",
    "order_reasons": "proposals.decide",
}
FREE = frozenset({"project", "metrics", "own_metrics", "dimensions", "as_of", "close"})
# What each other call needs; a call that is not named here needs everything that importing does.
NEEDS = {
    "sql": "sql.ask", "tables": "sql.ask", "table": "sql.ask", "fingerprint": "sql.ask",
    "rollups": "sql.ask", "landed": "data.see", "batches": "data.see", "batch": "data.see", "quarantine": "data.see",
    "quality": "data.see", "undo_batch": "data.undo", "replay": "data.mend", "mend": "data.mend",
    "dismiss": "data.mend", "restore": "data.mend", "repair": "data.mend", "export_quarantine": "data.mend",
    "identity": "identity.join", "metric_files": "metrics.own", "what_if": "proposals.decide",
}  # fmt: skip
USUAL = "data.import"


class BoundTargets(LocalTargets):
    """Targets as one person may change them."""

    def __init__(self, shop: LocalShop, scope: Scope, check: Callable[[str], None], whole: Callable[[], None]) -> None:
        super().__init__(shop, scope)
        self._check, self._whole = check, whole

    def set(self, given: Mapping[str, str]) -> Answer:
        """Set one."""
        self._may()
        return super().set(given)

    def remove(self, given: Mapping[str, str]) -> Answer:
        """Drop one."""
        self._may()
        return super().remove(given)

    def bring(self, file: str | Path) -> Answer:
        """Take the targets of a file in."""
        self._may()
        return super().bring(file)

    def file(self, form: str, *, filled: bool, tab: str = "all") -> bytes:
        """The targets as a file."""
        self._check("figures.export")
        return super().file(form, filled=filled, tab=tab)

    def _may(self) -> None:
        self._check("targets.set")
        self._whole()


class BoundShop:
    """The same calls as the shop it stands before."""

    def __init__(self, shop: LocalShop, user: User) -> None:
        self._shop, self._user = shop, user

    def __getattr__(self, name: str) -> Any:
        """One call of the shop, when this person may use it; what cannot be cut to their scope is refused within one."""
        if name in FREE:
            return getattr(self._shop, name)
        self._check(CUT.get(name) or NEEDS.get(name, USUAL))
        found = getattr(self._shop, name)
        if name in CUT:
            return lambda *given, **options: found(*given, **{**options, "scope": self._user.scope})
        self._whole()
        return found

    @property
    def targets(self) -> LocalTargets:
        """The targets within this person's scope; whoever may set some, for the whole company only."""
        self._check("figures.read")
        return BoundTargets(self._shop, self._user.scope, self._check, self._whole)

    @property
    def assortment(self) -> LocalAssortment:
        """The lists of goods of the groups within this person's scope."""
        self._check("figures.read")
        return LocalAssortment(self._shop, self._user.scope)

    @property
    def stock(self) -> LocalStockAlerts:
        """The stock alerts within this person's scope."""
        self._check("figures.read")
        return LocalStockAlerts(self._shop, self._user.scope)

    @property
    def forecast(self) -> LocalForecasts:
        """What is expected within this person's scope."""
        self._check("figures.read")
        return LocalForecasts(self._shop, self._user.scope)

    @property
    def surge(self) -> LocalSurges:
        """How today stands within this person's scope."""
        self._check("figures.read")
        return LocalSurges(self._shop, self._user.scope)

    @property
    def quotas(self) -> LocalQuotas:
        """The quotas of pre-sales within this person's scope."""
        self._check("proposals.decide")
        return LocalQuotas(self._shop, self._user.scope)

    @property
    def owner(self) -> LocalShop:
        """The shop behind this one."""
        return self._shop

    def export(self, what: str | Answer, to: str | Path, form: str = "") -> Answer:
        """Write an answer to a file; a whole table or the rows of a SELECT only for who may ask in SQL."""
        self._check("figures.export")
        if isinstance(what, str):
            self._check("sql.ask")
            self._whole()
        return self._shop.export(what, to, form)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shop.close()

    def _whole(self) -> None:
        """Forbidden for somebody bound to a scope: this is not cut to it."""
        if self._user.scope.restrictions():
            raise Forbidden(
                Text(
                    f"{self._user.name}只能看一部分数据，不能这样做",
                    f"{self._user.name} sees a part of the data, so not this",
                ),
                mend=Text("查数用 linshu metric。", "Ask for figures with linshu metric."),
            )

    def _check(self, name: str) -> None:
        if not self._user.may(name):
            wanted = permission(name)
            raise Forbidden(
                Text(f"{self._user.name}没有“{wanted.title.zh}”的权限", f"{self._user.name} may not: {wanted.title.en}")
            )
