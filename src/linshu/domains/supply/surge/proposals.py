"""What to do about goods that will not last: proposals of the day, looked for every twenty minutes while orders come in."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.replenish.inputs import QUOTA
from linshu.domains.supply.surge.balance import Rules, Site, Step, balance, earned, helped
from linshu.domains.supply.surge.decide import Belief, short, total
from linshu.domains.supply.surge.flow import UNLIMITED, nowcast
from linshu.domains.supply.surge.inputs import begin, load
from linshu.domains.supply.surge.view import below
from linshu.engine.access.scope import Scope
from linshu.engine.decisions import Column, Draft, Effect, Kind, Ledger, Place, Policy, Wanted
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.decisions.rules import AGREED, OPEN
from linshu.engine.jobs import Job
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from linshu.domains.supply.surge.decide import Reals
    from linshu.domains.supply.surge.flow import Nowcast
    from linshu.engine.decisions import Book, Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.jobs import Run
    from linshu.engine.shell.asking import Shop
    from linshu.kernel.company_day import CompanyDay

NAME = "surge"
TITLE = Text("爆单调货", "Re-balance for surges")
CAUTIOUS = 0.8  # what the day is served up to, in so many of all cases
DECLARED = Rules()
PLACES = "SELECT warehouse_id, province_id, city_id, district_id FROM dim_warehouse"
SUPPLIERS = "SELECT supplier_id, name FROM dim_supplier"
STEPS = ("moved", "quota", "called")
MOST = 100_000


def drafts(shop: Shop, now: Nowcast, policy: Policy) -> Iterator[Draft]:
    """The proposals of this moment, the dearest shortage first."""
    rules, frame = rules_of(policy), now.known.frame
    high = np.maximum(np.ceil(total(now.belief, now.ahead, CAUTIOUS)) - now.belief.sold, 0)
    pressing = np.flatnonzero((now.out >= rules.chance) & (now.short >= rules.least) & (now.left < UNLIMITED))
    worth = now.short * frame["price_fen"].fillna(0).to_numpy(float)
    places = {row["warehouse_id"]: row for row in shop.read(PLACES).to_pylist()}
    promised: Counter[tuple[str, str]] = Counter()  # what a warehouse gives in one proposal it cannot give in the next
    suppliers = {row["supplier_id"]: row["name"] or row["supplier_id"] for row in shop.read(SUPPLIERS).to_pylist()}
    for row in sorted((int(one) for one in pressing), key=lambda one: -worth[one])[: rules.most]:
        same = [
            int(one) for one in np.flatnonzero((frame["sku"] == frame["sku"].iloc[row]).to_numpy(bool)) if one != row
        ]
        supplier = str(frame["supplier"].iloc[row] or "")
        inputs = {
            "day": now.known.day.isoformat(), "at": now.known.at.isoformat() if now.known.at else "",
            "sku": str(frame["sku"].iloc[row]), "goods": str(frame["goods"].iloc[row]),
            "site": _told(now, row, high, promised), "others": [_told(now, one, high, promised) for one in same],
            "supplier": [supplier, suppliers.get(supplier, supplier)],
            "sold": int(now.belief.sold[row]), "shape": float(now.belief.shape[row]), "rate": float(now.belief.rate[row]),
            "ahead": float(now.ahead[row]), "out": round(float(now.out[row]), 4), "expected": round(float(now.expected[row]), 1),
            "out_at": "" if np.isnan(now.out_at[row]) else now.clock(float(now.out_at[row])),
            "price": int(frame["price_fen"].fillna(0).iloc[row]),
            "regions": [one for one in list(places.get(str(frame["warehouse"].iloc[row]), {}).values())[1:] if one],
        }  # fmt: skip
        draft = draft_of(inputs, rules)
        if draft is not None:
            for line in draft.lines:
                promised[line["source_id"], line["sku_id"]] += line["moved"]
            yield draft


def proposed(book: Book, day: date, sku: str, warehouse: str) -> tuple[Proposal, ...]:
    """What was proposed on the day for one good at one warehouse, as far as the reader of the book may see it."""
    subject = _subject(sku, warehouse)
    rows, _ = book.page(Wanted((NAME,), tuple(sorted(OPEN | AGREED)), day, day, subject))
    return tuple(one for one in rows if one.subject == subject)


def _subject(sku: str, warehouse: str) -> str:
    return f"sku:{sku}@{warehouse}"


def draft_of(inputs: Mapping[str, Any], rules: Rules) -> Draft | None:
    """The proposal these numbers lead to; None where nothing helps."""
    site, steps = steps_of(inputs, rules)
    if not steps:
        return None
    more, left = helped(steps, site), _left(site)
    when = f"约 {inputs['out_at']} 卖完" if inputs["out_at"] else "会卖断"
    when_en = f"gone about {inputs['out_at']}" if inputs["out_at"] else "it will run out"
    chance = round(100 * inputs["out"])
    return Draft(
        NAME,
        _subject(inputs["sku"], site.warehouse_id),
        Text(
            f"{inputs['goods']} 在{site.warehouse}今天会卖断", f"{inputs['goods']} runs out at {site.warehouse} today"
        ),
        date.fromisoformat(inputs["day"]),
        tuple(_line(inputs, site, one) for one in steps),
        (
            Text(f"{chance}% 的可能卖断，{when}", f"runs out with a chance of {chance} %, {when_en}"),
            Text(
                f"已卖 {inputs['sold']} 件，全天预计 {inputs['expected']:.0f} 件，还能卖 {left} 件",
                f"{inputs['sold']} sold, {inputs['expected']:.0f} expected by the cut-off, {left} left to sell",
            ),
            Text(
                f"截单前备到 {site.wanted} 件，十回里八回够",
                f"served up to {site.wanted} pieces, enough in 8 of 10 cases",
            ),
        ),
        _kept(inputs, left, more),
        0,
        Place(tuple(inputs["regions"]), supplier="", warehouse=site.warehouse_id),
        dict(inputs),
    )


def steps_of(inputs: Mapping[str, Any], rules: Rules) -> tuple[Site, tuple[Step, ...]]:
    """The place that lacks, and what to do."""
    site = Site(**inputs["site"])
    supplier = (inputs["supplier"][0], inputs["supplier"][1])
    return site, balance(site, tuple(Site(**one) for one in inputs["others"]), supplier, rules)


def _told(now: Nowcast, row: int, high: Reals, promised: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    frame, stock = now.known.frame, float(now.by_stock[row])
    home, room = str(frame["warehouse"].iloc[row]), float(now.room[row])
    free = None if stock >= UNLIMITED else max(0, int(stock) - promised.get((home, str(frame["sku"].iloc[row])), 0))
    return {
        "warehouse_id": home, "warehouse": str(frame["home"].iloc[row]), "free": free,
        "room": 0 if now.sold_out[row] else None if room >= UNLIMITED else int(room), "wanted": int(high[row]),
    }  # fmt: skip


def _left(site: Site) -> int:
    return min(one for one in (site.free, site.room) if one is not None)


def _kept(inputs: Mapping[str, Any], left: int, more: int) -> int:
    """Sales that would be lost without so many more pieces, fen."""
    belief = Belief(*(np.asarray(inputs[name], np.float64) for name in ("shape", "rate", "sold")))
    saved = float(short(belief, inputs["ahead"], left) - short(belief, inputs["ahead"], left + more))
    return round(saved * int(inputs["price"]))


def _line(inputs: Mapping[str, Any], site: Site, step: Step) -> Line:
    return {
        "sku_id": inputs["sku"], "sku": inputs["goods"], "to": site.warehouse, "source_id": step.source_id, "source": step.source or site.warehouse,
        "moved": step.moved, "quota": step.quota, "called": step.called, "left": _left(site), "sold": inputs["sold"], "price": inputs["price"],
    }  # fmt: skip


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same proposal from its frozen inputs."""
    return draft_of(inputs, rules_of(policy))


def rules_of(policy: Policy) -> Rules:
    """The rule's numbers as the policy has them."""
    return Rules(**{one.name: policy.own[one.name] for one in fields(Rules)})


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], policy: Policy) -> tuple[int, int]:
    """After a person changed the pieces: the sales that are kept; moving goods commits no money."""
    del policy
    site = Site(**inputs["site"])
    return _kept(inputs, _left(site), helped(_steps(lines), site)), 0


def _steps(lines: tuple[Line, ...]) -> tuple[Step, ...]:
    return tuple(Step(one["source_id"], one["source"], *(int(one[name]) for name in STEPS)) for one in lines)


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """A work order for the warehouse and the buyer, and the transfers as a file."""
    return _effects(proposal, "open", "transfer")


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """Calls the work order back, and the transfers off."""
    return _effects(proposal, "withdraw", "cancel")


def _effects(proposal: Proposal, order: str, file: str) -> tuple[Effect, ...]:
    body = {
        "do": order, "proposal": proposal.proposal_id, "title_zh": proposal.title.zh, "title_en": proposal.title.en,
        "words": "；".join(one for one in map(_words, proposal.lines) if one), "severity": "urgent",
    }  # fmt: skip
    made = [Effect("work_order", "supply", proposal.title.zh, body)]
    rows = [
        {
            "do": file, "sku_id": one["sku_id"], "sku": one["sku"], "from_warehouse_id": one["source_id"],
            "to_warehouse_id": proposal.place.warehouse, "qty": one["moved"],
        }
        for one in proposal.lines
        if one["moved"]
    ]  # fmt: skip
    if rows:
        name = f"DB{proposal.day:%y%m%d}{proposal.proposal_id[:8].upper()}-{file}.csv"
        made.append(Effect("file", "transfer", proposal.title.zh, {"name": name, "rows": rows}))
    return tuple(made)


def _words(line: Line) -> str:
    """What one line asks for, for the work order."""
    if line["moved"]:
        return f"从{line['source']}调 {line['moved']} 件 · move {line['moved']} from {line['source']}"
    if line["quota"]:
        return f"限量调高 {line['quota']} 件 · raise the quota by {line['quota']}"
    return (
        f"请{line['source'] or '供应商'}补 {line['called']} 件 · call the supplier for {line['called']}"
        if line["called"]
        else ""
    )


def observe(
    shop: Shop, proposals: tuple[Proposal, ...], inputs: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, float]:
    """Sales of the day beyond what was left when it was proposed, as far as the help reached, fen: doing nothing ends there."""
    day, found = proposals[0].day, {}
    sold: dict[tuple[str, str], int] = {}
    for row in shop.query("units", ("sku", "warehouse"), start=day, end=day).rows():
        sold[row["sku"], row["warehouse"]] = int(row["units"] or 0)
    for one in proposals:
        given, first = inputs[one.proposal_id], one.lines[0]
        site = Site(**given["site"])
        whole = sum(sold.get((first["sku_id"], home), 0) for home in below(shop, site.warehouse_id))
        pieces = earned(whole - int(first["sold"]), int(first["left"]), helped(_steps(one.lines), site))
        found[one.proposal_id] = float(pieces * int(first["price"]))
    return found


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("sku_id", Text("商品编号", "SKU id")),
        Column("sku", Text("商品", "SKU")),
        Column("to", Text("缺货的仓", "Where it lacks")),
        Column("source", Text("从哪里来", "From")),
        Column("moved", Text("调拨件数", "Transfer"), "count", editable=True, most=MOST),
        Column("quota", Text("限量调高", "Raise quota by"), "count", editable=True, most=MOST),
        Column("called", Text("请供应商补", "Ask the supplier for"), "count", editable=True, most=MOST),
        Column("left", Text("还能卖", "Left to sell"), "count"),
        Column("sold", Text("已卖", "Sold so far"), "count"),
        Column("price", Text("标价", "List price"), "fen"),
    ),
    roles=frozenset({"buyer", "operator", "dispatch"}),
    apply=apply,
    undo=undo,
    how="baseline",
    days=1,
    worth=worth_of,
    again=again,
    observe=observe,
    heeds=frozenset({QUOTA}),
    policy=Policy(open_days=1, undo_hours=4, own={one.name: getattr(DECLARED, one.name) for one in fields(Rules)}),
    words={
        "chance": Text("卖断的可能到多少才提", "Chance to run out from which to act"),
        "least": Text("预计至少缺几件才提", "Least pieces short"),
        "least_moved": Text("调拨至少几件", "Least pieces of a transfer"),
        "most": Text("一次最多几条", "Most proposals a look"),
    },
    numbers={
        "at": Text("看的时候", "Looked at"),
        "goods": Text("商品", "Good"),
        "site": Text("缺货的仓", "Where it lacks"),
        "others": Text("其他仓", "Other warehouses"),
        "free": Text("能动用的件数", "Pieces that are free"),
        "room": Text("限量还剩", "Left of the quota"),
        "wanted": Text("今天最多还要", "Asked for today at most"),
        "shape": Text("全天需求的估计：件数", "Belief of the day's demand: pieces"),
        "rate": Text("全天需求的估计：天数", "Belief of the day's demand: days"),
        "ahead": Text("一天的销售还剩多少没来", "Part of a day's sales still ahead"),
        "out": Text("会卖断的可能", "Chance to run out"),
        "expected": Text("全天预计（件）", "Expected of the day, pieces"),
        "out_at": Text("大约几点卖完", "Gone about"),
    },
    gain=Text("预计少丢的销售", "Sales kept, expected"),
)


def look(run: Run) -> dict[str, Any]:
    """Look at the day as it stands, and put down what will not last."""
    company = run.need("company")

    def clock() -> datetime:
        return datetime.now(UTC)

    rhythm = company.project.settings.company_day
    ledger = Ledger(run.need("state"), {NAME: KIND}, to_outbox(clock), clock)
    company.ready()
    everything, today = Scope.everything(), rhythm.day_of(clock())
    return propose(company.figures, ledger, everything, today, rhythm)


def propose(shop: Shop, ledger: Ledger, scope: Scope, today: date, rhythm: CompanyDay) -> dict[str, Any]:
    """The proposals of the day so far, put into the ledger; nothing before its first sale."""
    if shop.data_as_of is None:
        return {"new": 0}
    known = load(shop, scope, today, begin(shop, scope, today, rhythm))
    if known.at is None:
        return {"new": 0}
    _leave_quotas(known.frame, [one for one in ledger.carried(KIND, today) if one.kind == QUOTA and one.day == today])
    saved = ledger.save(drafts(shop, nowcast(known), ledger.policies.current(NAME)))
    return {"new": saved.new, "changed": saved.changed}


def _leave_quotas(frame: pd.DataFrame, changed: Iterable[Proposal]) -> None:
    """A quota that was changed today for a pre-sale limits nothing here: that it is in the data yet nobody knows."""
    goods = {(line["sku_id"], one.place.warehouse) for one in changed for line in one.lines}
    keys = zip(frame["sku"], frame["warehouse"], strict=True)
    frame.loc[[key in goods for key in keys], "room"] = np.nan


JOB = Job(
    NAME,
    Text("看会不会爆单", "Look for surges"),
    look,
    schedule="*/20 6-22 * * *",
    needs=("company", "state"),
    late=timedelta(minutes=20),
)
