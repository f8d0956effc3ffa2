"""What each group should offer, for commands and programs: the same lists as on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from linshu.app import identities
from linshu.app.answer import Answer
from linshu.app.states import open_state
from linshu.domains.supply.assortment import flow
from linshu.domains.supply.assortment.inputs import DAY
from linshu.domains.supply.assortment.proposals import KIND, NAME, rules_of
from linshu.domains.supply.assortment.words import TITLES
from linshu.engine.access.scope import Scope
from linshu.engine.decisions.policies import Policies
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linshu.domains.supply.assortment.decide import Rules
    from linshu.domains.supply.assortment.inputs import Group
    from linshu.domains.supply.assortment.words import Line

COLUMNS = (
    ("month_fen", "fen"), ("pieces", "qty"), ("low", "qty"), ("high", "qty"), ("raw", "qty"), ("margin_fen", "fen"), ("matters_fen", "fen"),
    ("buys_another", "ratio"),
)  # fmt: skip
NOTE = {
    "zh": "件数和金额是估计，按整月在架；low 到 high 是八成可能的范围。",
    "en": "pieces and money are estimates of a whole month on offer; 8 of 10 cases lie between low and high.",
}


class Assortment(Protocol):
    """What each group should offer."""

    def list(self, find: str = "", limit: int = 100) -> Answer:
        """The groups and clusters that have a list, by name, district or pinyin when asked for."""
        ...

    def show(self, place: str, asked: Mapping[str, str], limit: int = 1000, offset: int = 0) -> Answer:
        """One group's or cluster's goods; asked: kind, category, q, sort. The meta holds today's list against it."""
        ...


class LocalAssortment:
    """The lists of the data this process owns, as one person sees them."""

    def __init__(
        self, shop: identities.Home, scope: Scope | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._shop, self._scope, self._now = shop, scope or Scope.everything(), now

    def _rules(self) -> Rules:
        """The rule in force, so that a list says what the next proposals will."""
        with open_state(self._shop.project) as state:
            return rules_of(Policies(state, {NAME: KIND}, self._now).current(NAME))

    def list(self, find: str = "", limit: int = 100) -> Answer:
        """See `Assortment.list`."""
        found, groups = self._fitted(self._rules())
        near = groups if not find or found is None else flow.named(groups, find, limit)
        rows = (
            {
                "place": one.key, "name": flow.title_of(one).zh, "name_en": flow.title_of(one).en, "town": one.town,
                "groups": len(one.members),
            }
            for one in near[:limit]
        )  # fmt: skip
        return Answer.of(rows, total=len(near))

    def show(self, place: str, asked: Mapping[str, str], limit: int = 1000, offset: int = 0) -> Answer:
        """See `Assortment.show`."""
        wanted, rules = flow.wanted(asked), self._rules()
        found, groups = self._fitted(rules)
        group = next((one for one in groups if one.key == place), None)
        if found is None or group is None:
            raise Missing(
                Text(
                    f"没有社群 {place} 的选品，或不在范围内",
                    f"there is no list for {place}, or it is outside the scope",
                ),
                mend=Text("用 linshu assortment list 看有哪些。", "See linshu assortment list."),
            )
        made, lines = flow.proposed(found, group, rules)
        kept = flow.chosen(lines, wanted)
        compare = {
            "now_fen": round(made.now), "then_fen": round(made.then), "gain_fen": round(made.gain), "gain_low_fen": round(made.low),
            "gain_high_fen": round(made.high), "listed": made.listed, "slots": made.slots,
        }  # fmt: skip
        return Answer.of(
            (told(one) for one in kept[offset : offset + limit]), total=len(kept), place=_named(group), compare=compare,
            listed_on=found.read.listed_on.isoformat(), note=NOTE, columns=[{"name": name, "unit": unit} for name, unit in COLUMNS],
        )  # fmt: skip

    def _fitted(self, rules: Rules) -> tuple[flow.Fitted | None, Sequence[Group]]:
        figures = self._shop.figures
        if figures.data_as_of is None:
            return None, []
        self._shop.ready()
        evening = self._shop.project.settings.company_day.day_of(self._now()) - DAY
        found = flow.fitted(figures, evening, rules)
        return found, [] if found is None else flow.visible(found, self._scope)


class RemoteAssortment:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def list(self, find: str = "", limit: int = 100) -> Answer:
        """See `Assortment.list`."""
        return self._ask("GET", f"/assortment?{urlencode({'find': find, 'limit': limit})}")

    def show(self, place: str, asked: Mapping[str, str], limit: int = 1000, offset: int = 0) -> Answer:
        """See `Assortment.show`."""
        given = {name: value for name, value in asked.items() if value} | {"limit": str(limit), "offset": str(offset)}
        return self._ask("GET", f"/assortment/{quote(place, safe='')}?{urlencode(given)}")


def told(one: Line) -> dict[str, Any]:
    """A line as a plain row."""
    return {
        "advice": one.kind, "advice_name": TITLES[one.kind].zh, "sku": one.sku_id, "sku_name": one.sku, "category": one.category,
        "listed_now": not one.new, "core": one.core, "month_fen": round(one.month), "pieces": round(one.pieces, 2),
        "low": round(one.low, 2), "high": round(one.high, 2), "raw": None if one.raw is None else round(one.raw, 2),
        "days_on_offer": round(one.days, 1), "margin_fen": round(one.margin), "matters_fen": round(one.matters),
        "buys_another": round(one.goes_on, 3), "why": one.why.zh, "why_en": one.why.en,
    }  # fmt: skip


def _named(group: Group) -> dict[str, Any]:
    title = flow.title_of(group)
    return {"place": group.key, "name": title.zh, "name_en": title.en, "town": group.town, "groups": len(group.members)}
