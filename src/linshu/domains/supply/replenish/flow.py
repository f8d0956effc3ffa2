"""Replenishment as a kind of proposals: one purchase order for each supplier and warehouse, and what it brought in the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.replenish.advise import (
    AMPLE,
    CM3_PER_M3,
    NEARLY_FULL,
    Advice,
    House,
    Short,
    advise_supplier,
    house_of,
    price_of_money,
    price_of_room,
    recost,
)
from linshu.domains.supply.replenish.case import Case, untold
from linshu.domains.supply.replenish.inputs import TRANSFER, number_of, read
from linshu.domains.supply.replenish.outcome import gain
from linshu.domains.supply.replenish.policy import WORDS, check
from linshu.domains.supply.replenish.presale import presale
from linshu.domains.supply.replenish.sold import sold_by_day
from linshu.domains.supply.replenish.words import NUMBERS
from linshu.engine.decisions import Column, Draft, Effect, Kind, Place, Policy
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linshu.domains.supply.replenish.inputs import Read
    from linshu.engine.decisions import Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.shell.asking import Shop

NAME = "replenish"
TITLE = Text("补货建议", "Replenishment")
PRESALE, AGAIN = "presale:", "#"  # how subjects of pre-sales begin, and what goes before the number of a further order
WEEK = 7
DECLARED = House()
DAY = timedelta(days=1)


def propose(
    shop: Shop, day: date, policy: Policy, earlier: tuple[Proposal, ...] = (), at: datetime | None = None
) -> Iterable[Draft]:
    """The purchase orders of a morning; later on, `at` by the wall clock, those that still are in time.

    What is pre-sold and was ordered today already is ordered on top: by what came since beyond what was expected.
    """
    topped = Counter(_base(one.subject) for one in earlier if one.day == day and one.subject.startswith(PRESALE))
    before = tuple(one for one in earlier if one.day < day or _base(one.subject) in topped)
    found, house = read(shop, day, before, at=at), house_of(policy.own)
    for draft in morning(found, day, house):
        subject, taken = draft.subject, found.suppliers.get(draft.place.supplier)
        if topped[subject]:
            draft = on_top(draft, topped[subject], untold(draft.inputs["cases"][0]))  # noqa: PLW2901 - the same order, named
        yield replace(draft, open_for=taken.calendar.left(day, at) if taken else None)


def morning(found: Read, day: date, house: House) -> Iterator[Draft]:
    """The purchase orders of a day; where there is a budget, only those that it pays."""
    short_at = shortages(found, house)
    every = (
        draft_of(cases, day, house, least_of(found, cases[0]), short_at.get(home, AMPLE), found.regions.get(home, ()))
        for (_, home, _), cases in sorted(together(found.cases).items())
    )
    drafts = (one for one in every if one is not None)
    return iter(affordable(list(drafts), house.budget)) if house.budget else drafts


def affordable(drafts: Sequence[Draft], budget: int) -> list[Draft]:
    """Those the budget pays together: orders grown to a supplier's minimum may take more than there is.

    What earns most for its money goes first. Pre-sold goods are bought in any case: they are sold already.
    """
    stocked = [one for one in drafts if not one.subject.startswith(PRESALE)]
    rest, out = budget + len(stocked), set[str]()  # rounding to fen
    for one in sorted(stocked, key=lambda one: -sum(line["worth"] for line in one.lines) / max(one.cost, 1)):
        if one.cost <= rest:
            rest -= one.cost
        else:
            out.add(one.subject)
    return [one for one in drafts if one.subject not in out]


def together(cases: Iterable[Case]) -> Mapping[tuple[str, str, str], list[Case]]:
    """The goods of each supplier, warehouse and way of supply: what one purchase order is about."""
    found: dict[tuple[str, str, str], list[Case]] = {}
    for one in cases:
        found.setdefault((one.supplier_id, one.warehouse_id, one.mode), []).append(one)
    return found


def shortages(found: Read, house: House) -> Mapping[str, Short]:
    """What is short for the day's stocked goods, by warehouse."""
    stocked = [one for one in found.cases if one.mode == "stocked" and not one.wait]
    dearer, by_home = price_of_money(stocked, house), defaultdict[str, list[Case]](list)
    for one in stocked:
        by_home[one.warehouse_id].append(one)
    return {
        home: Short(dearer, price_of_room(cases, house, dearer, found.capacity.get(home)))
        for home, cases in by_home.items()
    }


def least_of(found: Read, case: Case) -> int:
    """Fen an order with such goods must reach."""
    taken = found.suppliers.get(case.supplier_id)
    return taken.minimum if taken and case.mode == "stocked" else 0


def advice_of(cases: Sequence[Case], house: House, least: int, short: Short) -> tuple[Advice, ...]:
    """Advice for the goods of one supplier, warehouse and way of supply."""
    if cases and cases[0].mode == "presale":
        return tuple(presale(one, house) for one in cases)
    return advise_supplier(cases, house, least, short)


def draft_of(
    cases: Sequence[Case], day: date, house: House, least: int, short: Short, regions: tuple[str, ...]
) -> Draft | None:
    """One purchase order; None where there is nothing to say."""
    advice = advice_of(cases, house, least, short)
    told = [one for one in advice if one.boxes or one.before]
    if not any(one.boxes for one in told):
        return None
    told.sort(key=lambda one: (-one.worth, one.case.sku_id))
    first = cases[0]
    return Draft(
        NAME,
        subject_of(first),
        _title(first),
        day,
        tuple(line_of(one) for one in told),
        _reasons(told, house, least, short),
        sum(one.better for one in advice),
        sum(one.cost for one in told),
        Place(regions, supplier=first.supplier_id, warehouse=first.warehouse_id),
        {
            "day": day.isoformat(), "least": least, **asdict(short), "regions": list(regions),
            "house": asdict(house),
            "cases": [one.told() for one in cases],
        },
    )  # fmt: skip


def subject_of(first: Case) -> str:
    """Whom an order with such goods goes to, and where they come."""
    return f"{'supplier:' if first.mode == 'stocked' else PRESALE}{first.supplier_id}@{first.warehouse_id}"


def on_top(draft: Draft, before: int, first: Case) -> Draft:
    """A further order of the same day, beside those that were placed."""
    title = Text(
        f"再向{first.supplier}补订今天的预售，送{first.warehouse}",
        f"Order more of today's pre-sales from {first.supplier} for {first.warehouse}",
    )
    return replace(draft, subject=f"{draft.subject}{AGAIN}{before + 1}", title=title)


def _base(subject: str) -> str:
    return subject.partition(AGAIN)[0]


def _title(first: Case) -> Text:
    if first.mode == "presale":
        return Text(
            f"向{first.supplier}采购今天的预售，送{first.warehouse}",
            f"Buy today's pre-sales from {first.supplier} for {first.warehouse}",
        )
    return Text(f"向{first.supplier}订货，送{first.warehouse}", f"Order from {first.supplier} for {first.warehouse}")


def line_of(one: Advice) -> Line:
    """A line of the proposal."""
    case = one.case
    return {
        "sku_id": case.sku_id, "sku": case.sku, "on_hand": case.on_hand, "on_way": case.on_way,
        "wanted": round(sum(case.ahead[:WEEK])) if case.mode == "stocked" else round(case.confirmed + case.to_come), "boxes": one.boxes, "pack": case.pack, "price": round(case.cost),
        "missing": round(one.missing, 1), "missing_with": round(one.missing_with, 1),
        "wasted": round(one.wasted_with, 1), "before": one.before, "lead": case.usual_lead,
        "worth": one.worth,
    }  # fmt: skip


def _reasons(told: Sequence[Advice], house: House, least: int, short: Short) -> tuple[Text, ...]:
    ordered = [one for one in told if one.boxes]
    missing, with_it = sum(one.missing for one in ordered), sum(one.missing_with for one in ordered)
    wasted = sum(one.spoils for one in ordered)
    total, urgent = sum(one.cost for one in ordered), max(ordered, key=lambda one: one.missing)
    found = [
        Text(
            f"{len(ordered)} 个商品：不订的话预计缺 {missing:,.0f} 件，订了缺 {with_it:,.0f} 件，多报废 {wasted:,.0f} 件",
            f"{len(ordered)} goods: without it {missing:,.0f} pieces would be missing, with it {with_it:,.0f}; {wasted:,.0f} more would spoil",
        ),
        Text(
            f"其中最急的是{urgent.case.sku}：预计缺 {urgent.missing:,.0f} 件",
            f"most urgent: {urgent.case.sku}, of which {urgent.missing:,.0f} would be missing",
        ),
    ]
    if told[0].case.mode == "stocked" and house.service != 1:
        found.append(_held(house.service))
    if least > 0 and total - min(one.cost for one in ordered) < least:
        found.append(
            Text(f"供应商起订 {least / 100:,.0f} 元", f"the supplier takes orders from {least / 100:,.0f} yuan")
        )
    if short.dearer:
        found.append(Text("按今天的总预算排过先后", "ranked within today's budget"))
    if short.room:
        found.append(
            Text(
                "仓库放不下全部，占地方少、赚得多的先订",
                "the warehouse cannot hold all: what earns most for its room goes first",
            )
        )
    filled = sum(one.pieces * one.case.volume_cm3 for one in ordered) / CM3_PER_M3
    if house.truck_m3 and filled > NEARLY_FULL * house.truck_m3:
        found.append(Text(f"装满一车（{house.truck_m3} 方）", f"it fills a lorry of {house.truck_m3} cubic metres"))
    return tuple(found)


def _held(service: float) -> Text:
    """Why orders are larger or smaller than what a missing piece costs alone would have them."""
    more = service > 1
    return Text(
        f"策略里缺一件按 {service:g} 倍算，订得略{'多' if more else '少'}",
        f"the policy counts a missing piece {service:g} times: held a little {'larger' if more else 'smaller'}",
    )


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same order from its frozen inputs."""
    cases = cases_of(inputs)
    return draft_of(
        cases, date.fromisoformat(inputs["day"]), house_of(policy.own), inputs["least"], short_of(inputs),
        tuple(inputs["regions"]),
    )  # fmt: skip


def short_of(inputs: Mapping[str, Any]) -> Short:
    """What was short that morning, as it was frozen."""
    return Short(inputs["dearer"], inputs.get("room", 0.0))


def cases_of(inputs: Mapping[str, Any]) -> tuple[Case, ...]:
    """The frozen cases."""
    return tuple(untold(one) for one in inputs["cases"])


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], policy: Policy) -> tuple[int, int]:
    """After a person changed the boxes: what the order is worth against the rule used before, and what it costs."""
    house, by_sku = house_of(policy.own), {one.sku_id: one for one in cases_of(inputs)}
    wanted = {line["sku_id"]: int(line["boxes"]) for line in lines}
    told = [
        presale(by_sku[sku], house, boxes) if by_sku[sku].mode == "presale" else recost(by_sku[sku], boxes, house)
        for sku, boxes in wanted.items()
    ]
    return sum(one.better for one in told), sum(one.cost for one in told)


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """The purchase order as a file for whoever places it."""
    return (_file(proposal, "order"),)


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """The same order as a file that calls it off."""
    return (_file(proposal, "cancel"),)


def _file(proposal: Proposal, what: str) -> Effect:
    number = number_of(proposal)
    rows = order_rows(proposal)
    return Effect(
        "file",
        "purchase",
        proposal.title.zh,
        {"name": f"{number}-{what}.csv", "rows": [row | {"do": what} for row in rows]},
    )


def order_rows(proposal: Proposal) -> list[dict[str, Any]]:
    """The purchase order as rows, under the standard's own column names: it can be imported as it is."""
    place, number = proposal.place, number_of(proposal)
    return [
        {
            "purchase_order_id": number, "line_no": row, "supplier_id": place.supplier, "warehouse_id": place.warehouse,
            "ordered_date": proposal.day.isoformat(), "expected_date": (proposal.day + int(line["lead"]) * DAY).isoformat(),
            "sku_id": line["sku_id"], "sku": line["sku"], "boxes": line["boxes"], "pack_qty": line["pack"],
            "ordered_qty": line["boxes"] * line["pack"], "unit_price_fen": line["price"],
        }
        for row, line in enumerate((line for line in proposal.lines if line["boxes"]), 1)
    ]  # fmt: skip


def observe(
    shop: Shop, proposals: tuple[Proposal, ...], inputs: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, float]:
    """What each order earned against the one the rule used before would have made, on the demand that came."""
    sold = sold_by_day(shop, proposals[0].day)
    return {
        one.proposal_id: sum(
            gain(
                case,
                int(line["boxes"]) * case.pack,
                int(line["before"]),
                sold.get((case.sku_id, case.warehouse_id), ()),
                house,
            )
            for line in one.lines
            for case in (by_sku[line["sku_id"]],)
        )
        for one in proposals
        for by_sku, house in [
            (
                {each.sku_id: each for each in cases_of(inputs[one.proposal_id])},
                House(**inputs[one.proposal_id]["house"]),
            )
        ]
    }


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("sku_id", Text("商品编号", "SKU id")),
        Column("sku", Text("商品", "SKU")),
        Column("on_hand", Text("现有", "On hand"), "count"),
        Column("on_way", Text("在途", "On the way"), "count"),
        Column("wanted", Text("7 天预计要", "Wanted in 7 days"), "count"),
        Column("boxes", Text("订几箱", "Boxes"), "count", editable=True, most=100_000),
        Column("pack", Text("每箱", "In a box"), "count"),
        Column("price", Text("进价", "Price"), "fen"),
        Column("missing", Text("不订缺", "Missing without"), "number"),
        Column("missing_with", Text("订了缺", "Missing with"), "number"),
        Column("wasted", Text("预计报废", "Expected waste"), "number"),
        Column("before", Text("原来会订（件）", "The old rule (pieces)"), "count"),
        Column("lead", Text("几天到", "Days to come"), "count"),
        Column("worth", Text("值多少", "Worth"), "fen"),
    ),
    roles=frozenset({"buyer", "operator"}),
    apply=apply,
    undo=undo,
    how="baseline",
    days=WEEK,
    worth=worth_of,
    again=again,
    propose=propose,
    by_clock=True,
    by_day=True,
    heeds=frozenset({TRANSFER}),
    observe=observe,
    policy=Policy(open_days=1, own={one.name: getattr(DECLARED, one.name) for one in fields(House)}),
    words=WORDS,
    numbers=NUMBERS,
    fen=frozenset({"budget"}),
    check=check,
    gain=Text("比原来的订法多赚", "Better than the old rule by"),
)
