"""Markdowns as a kind of proposals: one for each good at a warehouse whose stock will spoil, measured by lot.

The goods drawn into the comparison are left alone. What each brought in the week, beyond what was to be expected of it as
things stood, is compared between the two.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.markdown.decide import LOOK, Good, Offer, Rules, may_spoil, offers, offers_at
from linshu.domains.supply.markdown.inputs import buyers, earned, ending
from linshu.domains.supply.replenish.case import untold
from linshu.domains.supply.replenish.inputs import MARKDOWN, TRANSFER, read
from linshu.domains.supply.replenish.words import NUMBERS
from linshu.engine.decisions import Column, Draft, Effect, Kind, Place, Policy
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.decisions import Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.shell.asking import Shop

NAME = MARKDOWN
TITLE = Text("临期促销", "Markdowns")
DAY = timedelta(days=1)
DECLARED = Rules()
FEW = 10  # fewer pieces are told to the tenth


def propose(shop: Shop, day: date, policy: Policy, earlier: tuple[Proposal, ...] = ()) -> Iterable[Draft]:
    """The goods of a morning that will spoil unless something is done, given what is under way."""
    rules = rules_of(policy)
    near = ending(shop, day, rules.days)
    if not near:
        return
    under_way = tuple(one for one in earlier if one.day < day and one.kind != NAME)
    found = read(shop, day, under_way, only=near)
    goods = [Good(one, near[one.sku_id, one.warehouse_id]) for one in found.cases if may_spoil(one, rules)]
    worth_it = offers(goods, rules)
    groups = buyers(shop, day, {(one.good.case.sku_id, one.good.case.warehouse_id) for one in worth_it})
    for one in worth_it:
        case = one.good.case
        regions = found.regions.get(case.warehouse_id, ())
        yield draft_of(one, day, rules, groups.get((case.sku_id, case.warehouse_id), ()), regions)


def rules_of(policy: Policy) -> Rules:
    """The rule's numbers as the policy has them."""
    return Rules(**{one.name: policy.own[one.name] for one in fields(Rules)})


def draft_of(one: Offer, day: date, rules: Rules, groups: Sequence[str], regions: tuple[str, ...]) -> Draft:
    """The proposal of one good."""
    case = one.good.case
    return Draft(
        NAME, f"sku:{case.sku_id}@{case.warehouse_id}", _title(one), day, (_line(one, day, groups),), _reasons(one, day, rules),
        one.worth, one.given, Place(regions, warehouse=case.warehouse_id, supplier=case.supplier_id),
        {
            "day": day.isoformat(), "case": case.told(), "near": one.good.near, "groups": list(groups), "regions": list(regions),
        },
    )  # fmt: skip


def _title(one: Offer) -> Text:
    case = one.good.case
    if one.is_push:
        return Text(f"{case.warehouse}：主推{case.sku}", f"{case.warehouse}: push {case.sku}")
    return Text(
        f"{case.warehouse}：{case.sku}降到 {_yuan(one.price)} 元",
        f"{case.warehouse}: {case.sku} down to {_yuan(one.price)} yuan",
    )


def _line(one: Offer, day: date, groups: Sequence[str]) -> Line:
    case = one.good.case
    return {
        "sku_id": case.sku_id, "sku": case.sku, "on_hand": case.on_hand, "unsold": round(one.unsold, 1),
        "unsold_with": round(one.unsold_with, 1), "usual": one.good.usual, "cost": round(case.cost), "price": one.price,
        "until": (day + one.until * DAY).isoformat(), "groups": "、".join(groups),
    }  # fmt: skip


def _reasons(one: Offer, day: date, rules: Rules) -> tuple[Text, ...]:
    case, last = one.good.case, day + one.until * DAY
    saved = (one.unsold - one.unsold_with) * case.cost
    found = [
        Text(
            f"现有 {case.on_hand:,} 件，到 {last.month}月{last.day}日预计有 {_pieces(one.unsold)} 件卖不完，按进价 {_yuan(one.unsold * case.cost)} 元",
            f"of {case.on_hand:,} on hand about {_pieces(one.unsold)} will not sell by {last.day} {last:%b}, at cost {_yuan(one.unsold * case.cost)} yuan",
        ),
        Text(
            f"这样做预计只剩 {_pieces(one.unsold_with)} 件卖不完，少损耗 {_yuan(saved)} 元{'' if one.is_push else f'，让利 {_yuan(one.given)} 元'}",
            f"this way {_pieces(one.unsold_with)} stay unsold: {_yuan(saved)} yuan less wasted{'' if one.is_push else f', {_yuan(one.given)} yuan given away'}",
        ),
        _price_said(one, rules),
        Text(
            f"假设销量到平常的 {one.lift:.1f} 倍，这是策略里的数，等对照组说话",
            f"sales are assumed to reach {one.lift:.1f} times the usual, a number of the policy until the comparison tells",
        ),
    ]
    return tuple(found)


def _price_said(one: Offer, rules: Rules) -> Text:
    cost = _yuan(one.good.case.cost)
    if one.is_push:
        return Text(
            "先推送，价格不动：再降价让出的毛利比多救回的货还多",
            "push first, the price stays: a lower one gives away more than it saves",
        )
    if one.below_cost:
        floor = _yuan(one.good.floor(rules))
        return Text(
            f"低于进价 {cost} 元：临期商品可以低于成本卖，请留好到期日的凭据；最低不低于 {floor} 元",
            f"below its cost of {cost} yuan: goods near their date may be, keep proof of the date; never below {floor} yuan",
        )
    return Text(
        f"不低于进价 {cost} 元，从 {_yuan(one.good.usual)} 元降下来",
        f"not below its cost of {cost} yuan, down from {_yuan(one.good.usual)}",
    )


def _pieces(many: float) -> str:
    return f"{many:,.0f}" if many >= FEW else f"{many:.1f}"


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.2f}"


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same proposal from its frozen inputs."""
    rules = rules_of(policy)
    found = offers([_good(inputs)], rules)
    day = date.fromisoformat(inputs["day"])
    return draft_of(found[0], day, rules, inputs["groups"], tuple(inputs["regions"])) if found else None


def _good(inputs: Mapping[str, Any]) -> Good:
    return Good(untold(inputs["case"]), inputs["near"])


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], policy: Policy) -> tuple[int, int]:
    """After a person changed the price; Invalid below what the policy and the price law allow."""
    rules, good, price = rules_of(policy), _good(inputs), int(lines[0]["price"])
    if price < min(good.floor(rules), good.usual):
        least = _yuan(good.floor(rules))
        raise Invalid(
            Text(f"价格不能低于 {least} 元", f"the price cannot be below {least} yuan"),
            mend=Text(
                "没到临期不能低于成本；临期的下限在策略里。",
                "Before it nears its date never below the cost; the limit near it is in the policy.",
            ),
        )
    (one,) = offers_at([good], [price], rules)
    return one.worth, one.given


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """The price as a file for the tool that lists goods, and a work order to tell the groups."""
    return _effects(proposal, "set")


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """Both called back."""
    return _effects(proposal, "cancel")


def _effects(proposal: Proposal, what: str) -> tuple[Effect, ...]:
    (line,) = proposal.lines
    body = {
        "do": "open" if what == "set" else "withdraw", "proposal": proposal.proposal_id,
        "title_zh": proposal.title.zh, "title_en": proposal.title.en, "words": f"推送到：{line['groups'] or proposal.place.warehouse}",
    }  # fmt: skip
    told = (Effect("work_order", "supply", proposal.title.zh, body),)
    if line["price"] >= line["usual"]:
        return told
    row = {
        "sku_id": line["sku_id"], "sku": line["sku"], "scope_kind": "warehouse", "scope_id": proposal.place.warehouse,
        "valid_from": proposal.day.isoformat(), "valid_to": (date.fromisoformat(line["until"]) + DAY).isoformat(),
        "sale_price_fen": line["price"], "reason": "临期促销", "do": what,
    }  # fmt: skip
    name = f"markdown-{proposal.proposal_id}-{what}.csv"
    return (Effect("file", "price", proposal.title.zh, {"name": name, "rows": [row]}), *told)


def observe(
    shop: Shop, proposals: tuple[Proposal, ...], inputs: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, float]:
    """By how much the week's margin less losses of each good lies above what was expected of it left alone, fen."""
    brought, goods = earned(shop, proposals[0].day), [_good(inputs[one.proposal_id]) for one in proposals]
    alone = offers_at(goods, [one.usual for one in goods], DECLARED)
    return {
        one.proposal_id: brought.get((each.good.case.sku_id, each.good.case.warehouse_id), 0.0) - each.margin
        for one, each in zip(proposals, alone, strict=True)
    }


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("sku_id", Text("商品编号", "SKU id")),
        Column("sku", Text("商品", "SKU")),
        Column("on_hand", Text("现有", "On hand"), "count"),
        Column("unsold", Text("放着卖不完", "Unsold if left alone"), "number"),
        Column("unsold_with", Text("这样做卖不完", "Unsold this way"), "number"),
        Column("usual", Text("现价", "Price now"), "fen"),
        Column("cost", Text("进价", "Cost"), "fen"),
        Column("price", Text("卖多少", "Price to ask"), "fen", editable=True, least=1, most=10**7),
        Column("until", Text("到哪天", "Until"), "day"),
        Column("groups", Text("推给哪些群", "Groups to tell"), editable=True, longest=200),
    ),
    roles=frozenset({"buyer", "operator"}),
    apply=apply,
    undo=undo,
    how="holdout",
    days=LOOK,
    worth=worth_of,
    again=again,
    propose=propose,
    by_day=True,
    heeds=frozenset({"replenish", TRANSFER}),
    observe=observe,
    policy=Policy(
        open_days=1,
        rest_days=DECLARED.days,
        held_share=0.1,
        own={one.name: getattr(DECLARED, one.name) for one in fields(Rules)},
    ),
    words={
        "days": Text("看几天内要坏的；价格最多挂几天", "Days ahead that are looked at; a price stands no longer"),
        "push_lift": Text("假设推送能多卖的比例（0.3 = 30%）", "Assumed: a push sells so much more"),
        "elasticity": Text("假设价格弹性（降一成约多卖 1.5 成 = 1.5）", "Assumed price elasticity (a tenth off sells about 15 % more = 1.5)"),
        "deepest": Text("最低卖到现价的比例（0.7 = 七折）", "Lowest price, of the price now"),
        "near_floor": Text("临期最低卖到进价的比例（0.5 = 一半；没到临期不低于进价）", "Lowest price near its date, of the cost (before that never below it)"),
        "least_unsold": Text("预计至少几件卖不完才提", "Least pieces that will not sell"),
        "least": Text("一个商品至少多赚多少才提（元）", "Least gain of a good to be proposed (yuan)"),
        "most": Text("一天最多提几个", "Most a day"),
    },
    numbers={
        **NUMBERS,
        "case": Text("这个商品", "The good"),
        "near": Text("按行业习惯算临期", "Near its date by the custom of the trade"),
    },
    fen=frozenset({"least"}),
    gain=Text("预计少亏", "Expected gain"),
)  # fmt: skip
