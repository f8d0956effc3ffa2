"""Transfers as a kind of proposals: one transfer order for each pair of warehouses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.replenish.advise import CM3_PER_M3, NEARLY_FULL
from linshu.domains.supply.replenish.case import Case, untold
from linshu.domains.supply.replenish.inputs import TRANSFER, number_of, read, transfer_rows
from linshu.domains.supply.replenish.sold import sold_by_day
from linshu.domains.supply.replenish.words import NUMBERS
from linshu.domains.supply.transfer.decide import Move, Rules, loaded, may_miss, moves, stands, worth_of_move
from linshu.engine.decisions import Column, Draft, Effect, Kind, Place, Policy
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.decisions import Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.shell.asking import Shop

NAME = TRANSFER
TITLE = Text("调拨建议", "Transfers")
WEEK = 7
DECLARED = Rules()


def propose(shop: Shop, day: date, policy: Policy, earlier: tuple[Proposal, ...] = ()) -> Iterable[Draft]:
    """The transfer orders of a morning, given what was approved lately and may not be in the data yet."""
    before = tuple(one for one in earlier if one.day < day)
    found, rules = read(shop, day, before, apart=True), rules_of(policy)
    by_sku: dict[str, list[Case]] = defaultdict(list)
    for one in found.cases:
        if one.mode == "stocked":
            by_sku[one.sku_id].append(one)
    cases = {sku: given for sku, given in sorted(by_sku.items()) if len(given) > 1 and any(map(may_miss, given))}
    by_pair: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for given in cases.values():
        for move in moves(stands(given, rules), rules):
            by_pair[move.giver.case.warehouse_id, move.taker.case.warehouse_id].append(move)
    for (giver, _taker), pair in sorted(by_pair.items()):
        load = loaded(pair, rules)
        if load:
            yield draft_of(load, day, rules, cases, found.regions.get(giver, ()))


def draft_of(
    pair: Sequence[Move], day: date, rules: Rules, cases: Mapping[str, Sequence[Case]], regions: tuple[str, ...]
) -> Draft:
    """One transfer order."""
    giver, taker = pair[0].giver.case, pair[0].taker.case
    ordered = sorted(pair, key=lambda one: (-one.worth, one.giver.case.sku_id))
    filled = sum(one.boxes * one.box_cm3 for one in ordered) / CM3_PER_M3
    saved = sum(float(np.minimum(one.taker.missing, one.pieces).mean()) for one in ordered)
    return Draft(
        NAME,
        f"wh:{giver.warehouse_id}>{taker.warehouse_id}",
        Text(f"从{giver.warehouse}调货到{taker.warehouse}", f"Move goods from {giver.warehouse} to {taker.warehouse}"),
        day,
        tuple(_line(one) for one in ordered),
        (
            Text(
                f"{len(ordered)} 个商品在{taker.warehouse}等不到采购到货，预计少缺 {saved:,.0f} 件；{giver.warehouse}用不完",
                f"{len(ordered)} goods would run out at {taker.warehouse} before any purchase can come: {saved:,.0f} fewer missing; {giver.warehouse} does not need them in time",
            ),
            *_out(ordered),
            *_full(filled, rules),
        ),
        sum(one.worth for one in ordered),
        sum(one.cost for one in ordered),
        Place(regions, warehouse=giver.warehouse_id),
        {
            "day": day.isoformat(), "regions": list(regions), "from": giver.warehouse_id, "to": taker.warehouse_id,
            "rules": asdict(rules),
            "cases": [each.told() for one in ordered for each in cases[one.giver.case.sku_id]],
        },
    )  # fmt: skip


def _out(ordered: Sequence[Move]) -> tuple[Text, ...]:
    """That some have run out wholly where they go."""
    taker, out = ordered[0].taker.case, sum(not one.taker.case.on_hand for one in ordered)
    if not out:
        return ()
    return (
        Text(f"其中 {out} 个在{taker.warehouse}已经断货", f"{out} of them have run out at {taker.warehouse} already"),
    )


def _full(filled: float, rules: Rules) -> tuple[Text, ...]:
    """That the lorry is full, so that what adds most for its room went first."""
    if not rules.truck_m3 or filled <= NEARLY_FULL * rules.truck_m3:
        return ()
    return (
        Text(
            f"装满一车（{rules.truck_m3} 方），占地方少、值得多的先装",
            f"it fills a lorry of {rules.truck_m3} cubic metres: what is worth most for its room goes first",
        ),
    )


def _line(one: Move) -> Line:
    giver, taker = one.giver, one.taker
    return {
        "sku_id": giver.case.sku_id, "sku": giver.case.sku, "there": taker.case.on_hand, "here": giver.case.on_hand,
        "boxes": one.boxes, "pack": giver.case.pack, "missing": round(float(taker.missing.mean()), 1),
        "spare": round(float(giver.spare.mean()), 1), "worth": one.worth, "to": taker.case.warehouse_id,
    }  # fmt: skip


def rules_of(policy: Policy) -> Rules:
    """The rule's numbers as the policy has them."""
    return Rules(**{one.name: policy.own[one.name] for one in fields(Rules)})


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same transfer from its frozen inputs."""
    rules, cases = rules_of(policy), _by_sku(inputs)
    pair = [
        move
        for given in cases.values()
        for move in moves(stands(given, rules), rules)
        if (move.giver.case.warehouse_id, move.taker.case.warehouse_id) == (inputs["from"], inputs["to"])
    ]
    load = loaded(pair, rules)
    return draft_of(load, date.fromisoformat(inputs["day"]), rules, cases, tuple(inputs["regions"])) if load else None


def _by_sku(inputs: Mapping[str, Any]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for kept in inputs["cases"]:
        one = untold(kept)
        found[one.sku_id].append(one)
    return found


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], policy: Policy) -> tuple[int, int]:
    """After a person changed the boxes."""
    rules, cases, worth, cost = rules_of(policy), _by_sku(inputs), 0.0, 0.0
    for line in lines:
        by_place = {one.case.warehouse_id: one for one in stands(cases[line["sku_id"]], rules)}
        giver, taker, pieces = by_place[inputs["from"]], by_place[inputs["to"]], int(line["boxes"]) * int(line["pack"])
        worth += worth_of_move(giver, taker, pieces, rules)
        cost += pieces * giver.case.cost
    return round(worth), round(cost)


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """The transfer order as a file, and a work order for dispatch."""
    return _effects(proposal, "order")


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """Calls both back."""
    return _effects(proposal, "cancel")


def _effects(proposal: Proposal, what: str) -> tuple[Effect, ...]:
    number, rows = number_of(proposal), [row | {"do": what} for row in transfer_rows(proposal)]
    body = {
        "do": "open" if what == "order" else "withdraw", "proposal": proposal.proposal_id,
        "title_zh": proposal.title.zh, "title_en": proposal.title.en,
    }  # fmt: skip
    return (
        Effect("file", "transfer", proposal.title.zh, {"name": f"{number}-{what}.csv", "rows": rows}),
        Effect("work_order", "dispatch", proposal.title.zh, body),
    )


def observe(
    shop: Shop, proposals: tuple[Proposal, ...], inputs: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, float]:
    """What each transfer saved against moving nothing, on the demand that came."""
    apart = {(one["sku_id"], one["warehouse_id"]) for frozen in inputs.values() for one in frozen["cases"]}
    sold = sold_by_day(shop, proposals[0].day, apart)
    found = {}
    for one in proposals:
        frozen, worth = inputs[one.proposal_id], 0.0
        rules = Rules(**frozen.get("rules", {}))  # orders of before that kept none: as the kind declares
        for line in one.lines:
            cases = [
                _as_it_came(each, sold.get((each.sku_id, each.warehouse_id), ()))
                for each in _by_sku(frozen)[line["sku_id"]]
            ]
            by_place = {each.case.warehouse_id: each for each in stands(cases, rules)}
            pieces = int(line["boxes"]) * int(line["pack"])
            worth += worth_of_move(by_place[frozen["from"]], by_place[frozen["to"]], pieces, rules)
        found[one.proposal_id] = worth
    return found


def _as_it_came(case: Case, wanted: Sequence[float]) -> Case:
    """The case with the demand that came in the place of what was expected, and no doubt about it."""
    came = tuple(round(one) for one in wanted)
    return untold(case.told() | {"mean": (*came, *case.ahead[len(came) :]), "sure": came})


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("sku_id", Text("商品编号", "SKU id")),
        Column("sku", Text("商品", "SKU")),
        Column("there", Text("那边现有", "On hand there"), "count"),
        Column("missing", Text("那边到货前缺", "Missing there"), "number"),
        Column("here", Text("这边现有", "On hand here"), "count"),
        Column("spare", Text("这边用不完", "To spare here"), "number"),
        Column("boxes", Text("调几箱", "Boxes"), "count", editable=True, most=100_000),
        Column("pack", Text("每箱", "In a box"), "count"),
        Column("worth", Text("值多少", "Worth"), "fen"),
        Column("to", Text("调入仓编号", "To warehouse")),
    ),
    roles=frozenset({"buyer", "dispatch", "operator"}),
    apply=apply,
    undo=undo,
    how="baseline",
    days=WEEK,
    worth=worth_of,
    again=again,
    propose=propose,
    by_day=True,
    heeds=frozenset({"replenish"}),
    observe=observe,
    policy=Policy(open_days=1, rest_days=1, own={one.name: getattr(DECLARED, one.name) for one in fields(Rules)}),
    words={
        "days": Text("调拨路上几天", "Days a transfer takes"),
        "fen_a_piece": Text("调一件花多少（元）", "Cost of moving a piece (yuan)"),
        "goodwill": Text(
            "缺一件除毛利外还亏售价的比例（0.15 = 15%）",
            "A missing piece costs this share of its price beside the margin",
        ),
        "least": Text("一个商品至少值多少才调（元）", "Least worth of a good to be moved (yuan)"),
        "truck_m3": Text(
            "一张调拨单最多装几方（一车，0 = 不限）", "The most a transfer may fill (a lorry, cubic metres, 0 = any)"
        ),
    },
    numbers={
        **NUMBERS,
        "from": Text("调出仓编号", "From warehouse"),
        "rules": Text("当时的策略", "The policy of that morning"),
    },
    fen=frozenset({"fen_a_piece", "least"}),
    gain=Text("预计多赚", "Expected gain"),
)
