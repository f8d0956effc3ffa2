"""Lists of goods as proposals: once a week for each group, what to push, put up, try and take down, measured by lot.

The groups drawn into the comparison keep the list they have. What each group's goods margin changed from the weeks before
to the week after is compared between the two: groups differ by far more in size than a list can change.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.assortment.decide import MONTH, Known, Proposed, Rules, advise, first_choice
from linshu.domains.supply.assortment.flow import DECLARED, TITLE, Fitted, fitted
from linshu.domains.supply.assortment.rates import Rates
from linshu.domains.supply.assortment.words import TITLES, yuan
from linshu.engine.access.place import Place
from linshu.engine.decisions import Column, Draft, Effect, Kind, Policy
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.domains.supply.assortment.decide import Advice
    from linshu.domains.supply.assortment.inputs import Group
    from linshu.engine.decisions import Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.shell.asking import Shop

NAME = "assortment"
WEEK, BEFORE = 7, 28
DAY = timedelta(days=1)
ACTS: Mapping[str, Text] = {
    "push": TITLES["push"], "add": Text("上架", "Put up"), "try": TITLES["try"], "drop": TITLES["drop"],
}  # fmt: skip
DIGITS = 6  # of a rate, as it is frozen
BLOCKS = ("shape", "rate_days", "sold", "days", "margin", "family", "listed", "core")


def propose(shop: Shop, day: date, policy: Policy, _: tuple[Proposal, ...] = ()) -> Iterable[Draft]:
    """The lists of a morning that are worth changing, those that gain most first."""
    rules = rules_of(policy)
    found = fitted(shop, day - DAY, rules)
    if found is None:
        return
    drafts = [draft_of(_frozen(found, one, day, rules), rules) for one in found.read.communities]
    worth = [one for one in drafts if one is not None]
    yield from sorted(worth, key=lambda one: (-one.value, one.subject))[: rules.most_lists]


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same list from its frozen inputs."""
    return draft_of(inputs, rules_of(policy))


def rules_of(policy: Policy) -> Rules:
    """The rule's numbers as the policy has them."""
    return Rules(**{one.name: policy.own[one.name] for one in fields(Rules)})


def draft_of(inputs: Mapping[str, Any], rules: Rules) -> Draft | None:
    """The proposal of one group; None where its list is not worth changing."""
    made = advise(known_of(inputs), rules)
    lines = tuple(
        _line(one, inputs["goods"][one.at]) for one in _ordered(made) if one.kind in ("push", "try", "drop") or one.new
    )
    if made.gain < rules.least_gain or not any(line["add"] or line["try"] or line["drop"] for line in lines):
        return None
    name, place = inputs["name"], Place(**(inputs["place"] | {"regions": tuple(inputs["place"]["regions"])}))
    return Draft(
        NAME, f"community:{inputs['community']}", Text(f"{name} 选品", f"Goods of {name}"), date.fromisoformat(inputs["day"]),
        lines, _reasons(made), round(made.gain * WEEK / MONTH), 0, place, inputs,
    )  # fmt: skip


def _reasons(made: Proposed) -> tuple[Text, ...]:
    now, then, low, high = (yuan(one) for one in (made.now, made.then, made.low, made.high))
    added, tried = sum(one.new and one.kind != "try" for one in made.advice), made.many("try")
    return (
        Text(
            f"预计每月净赚从 {now.zh} 到 {then.zh}，多赚 {low.zh} 到 {high.zh}（八成可能）",
            f"expected to earn {then.en} a month instead of {now.en}: {low.en} to {high.en} more in 8 of 10 cases",
        ),
        Text(
            f"主推 {made.many('push')} 个，上架 {added} 个，试卖 {tried} 个，下架 {made.many('drop')} 个；清单长短不变",
            f"push {made.many('push')}, put up {added}, try {tried}, take down {made.many('drop')}; the list stays as long",
        ),
        Text(
            "不做哪一条，把它的 1 改成 0；没列出的商品照旧保留",
            "to leave one out, turn its 1 into 0; goods not listed here stay as they are",
        ),
    )


def _ordered(made: Proposed) -> list[Advice]:
    """The weightiest first, kind by kind."""
    order = ("push", "keep", "try", "drop")
    return sorted(made.advice, key=lambda one: (order.index(one.kind), -one.matters, one.at))


def _line(one: Advice, good: list[str]) -> Line:
    return {
        "sku_id": good[0], "sku": good[1], "push": int(one.kind == "push"), "add": int(one.new and one.kind in ("push", "keep")),
        "was": int(not one.new), "try": int(one.kind == "try"), "drop": int(one.kind == "drop"), "month": round(one.month),
    }  # fmt: skip


def _frozen(found: Fitted, group: Group, day: date, rules: Rules) -> dict[str, Any]:
    """Every number the rule reads of one group."""
    known, at = found.known(group, rules)
    goods = found.read.goods.iloc[at]
    place = {name: value for name, value in group.place.row().items() if name != "regions"}
    return {
        "community": group.key, "name": group.name, "day": day.isoformat(), "place": place | {"regions": list(group.place.regions)},
        "goods": [list(pair) for pair in zip(goods["sku_id"], goods["name"], strict=True)],
        "shape": _told(known.rate.shape), "rate_days": _told(known.rate.days), "sold": _told(known.sold), "days": _told(known.days),
        "margin": _told(known.margin), "family": known.family.tolist(), "listed": known.listed.astype(int).tolist(),
        "core": known.core.astype(int).tolist(), "share": _told(known.share), "doubt": _told(known.doubt), "period": known.period,
    }  # fmt: skip


def _told(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    return [round(float(one), DIGITS) for one in values]


def known_of(inputs: Mapping[str, Any]) -> Known:
    """What the rule was told, from how it was frozen."""
    shape, rate_days, sold, days, margin = (np.array(inputs[name], float) for name in BLOCKS[:5])
    family, listed, core = (np.array(inputs[name], dtype=np.int64) for name in BLOCKS[5:])
    share, doubt = (np.array(inputs[name], float) for name in ("share", "doubt"))
    return Known(
        Rates(shape, rate_days), sold, days, margin, family, listed > 0, core > 0, share, doubt, inputs["period"]
    )


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], _: Policy) -> tuple[int, int]:
    """What the list as a person left it is expected to earn more in a week."""
    known = known_of(inputs)
    shelf, by_sku = first_choice(known, known.rate.mean), {good[0]: at for at, good in enumerate(inputs["goods"])}
    kept = known.listed.copy()
    for line in lines:
        kept[by_sku[line["sku_id"]]] = act_of(line) not in ("drop", "")
    gain = (shelf.profit(kept) - shelf.profit(known.listed)) * MONTH
    return round(gain * WEEK / MONTH), 0


def act_of(line: Line) -> str:
    """What is done with a good: a good of today's list that nobody touches is kept, a new one stays away ("")."""
    if line["drop"]:
        return "drop"
    return next((act for act in ("try", "add", "push") if line[act]), "keep" if line["was"] else "")


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """The list as a file for the tool that lists goods, and a work order for whoever looks after it."""
    return _effects(proposal, "set")


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """Both called back."""
    return _effects(proposal, "withdraw")


def _effects(proposal: Proposal, what: str) -> tuple[Effect, ...]:
    rows = [
        {
            "do": what, "community_id": proposal.place.community, "day": proposal.day.isoformat(), "sku_id": line["sku_id"],
            "sku": line["sku"], "act": act, "push": line["push"],
        }
        for line in proposal.lines
        if (act := act_of(line)) not in ("", "keep")
    ]  # fmt: skip
    many = {name: sum(row["act"] == name for row in rows) for name in ACTS}
    body = {
        "do": "open" if what == "set" else what, "proposal": proposal.proposal_id, "title_zh": proposal.title.zh,
        "title_en": proposal.title.en, "words": _todo(rows),
        "community": proposal.place.community, **many,
    }  # fmt: skip
    file = {"name": f"assortment-{proposal.proposal_id}-{what}.csv", "rows": rows}
    return (
        Effect("file", "listing", proposal.title.zh, file),
        Effect("work_order", "supply", proposal.title.zh, body),
    )


def _todo(rows: list[dict[str, Any]]) -> str:
    """What is to be done, kind by kind, as whoever gets the work order reads it."""
    by_act = {name: "、".join(row["sku"] for row in rows if row["act"] == name) for name in ACTS}
    return "\n".join(f"{ACTS[name].zh}：{goods}" for name, goods in by_act.items() if goods)


def observe(shop: Shop, proposals: tuple[Proposal, ...], _: Mapping[str, Mapping[str, Any]]) -> Mapping[str, float]:
    """By how much each group's goods margin of the week after lies above its usual week, fen."""
    day = proposals[0].day
    after = _margin(shop, day + DAY, WEEK)
    before = _margin(shop, day - BEFORE * DAY, BEFORE)
    return {
        one.proposal_id: after.get(one.place.community, 0.0) - before.get(one.place.community, 0.0) * WEEK / BEFORE
        for one in proposals
    }


def _margin(shop: Shop, start: date, days: int) -> Mapping[str, float]:
    table = shop.query("goods_margin", "community", start=start, end=start + (days - 1) * DAY).table
    pairs = zip(table["community"].to_pylist(), table["goods_margin"].to_pylist(), strict=True)
    return {community: float(margin or 0) for community, margin in pairs if community}


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("sku_id", Text("商品编号", "SKU id")),
        Column("sku", Text("商品", "SKU")),
        Column("was", Text("现在在架", "Listed now"), "count"),
        *(Column(name, title, "count", editable=True, most=1) for name, title in ACTS.items()),
        Column("month", Text("每月净赚（估计）", "Earns a month (estimate)"), "fen"),
    ),
    roles=frozenset({"buyer", "operator"}),
    apply=apply,
    undo=undo,
    how="holdout",
    days=WEEK,  # the next list comes a week later: each is measured on its own week
    worth=worth_of,
    again=again,
    propose=propose,
    observe=observe,
    policy=Policy(
        open_days=4,
        rest_days=WEEK,
        held_share=0.2,
        own={one.name: getattr(DECLARED, one.name) for one in fields(Rules)},
    ),
    words={
        "slots": Text("每个社群的位置数（0 = 和现在一样）", "Places of a list (0 = as many as now)"),
        "core_skus": Text("全公司卖得最好的几个一直保留", "Best sellers of the company that always stay"),
        "try_slots": Text("留几个位置试卖", "Places kept for trying"),
        "try_days": Text("在架不到几天算没卖过", "Days on offer below which a good is unknown"),
        "push_share": Text("清单里主推的比例", "Share of the list that is pushed"),
        "assumed_share": Text("没卖断过时，假设改买同类的比例", "Assumed to buy another before it is measured"),
        "least_gain": Text("每月至少多赚多少才提（元）", "Least gain a month to propose (yuan)"),
        "most_lists": Text("一天最多提几个社群", "Most groups a day"),
    },
    numbers={
        "place": Text("范围", "Scope"),
        "goods": Text("商品", "Goods"),
        "shape": Text("向同类靠拢后的件数", "Pieces, drawn to those like it"),
        "rate_days": Text("向同类靠拢后的在架天数", "Days on offer, drawn to those like it"),
        "sold": Text("卖出件数", "Pieces sold"),
        "days": Text("在架天数", "Days on offer"),
        "margin": Text("每件净赚（分）", "Earned a piece, fen"),
        "family": Text("属于第几类", "Number of its family"),
        "listed": Text("现在在架（1 = 是）", "Listed now (1 = yes)"),
        "core": Text("必须保留（1 = 是）", "Must stay (1 = yes)"),
        "share": Text("没有它时改买同类的比例", "Share that buys another when it is not there"),
        "doubt": Text("改买的比例有多不准", "How unsure that share is"),
        "period": Text("看最近几天", "Days looked at"),
    },
    fen=frozenset({"least_gain"}),
    gain=Text("预计一周多赚", "Expected gain in a week"),
)
