"""Quotas of pre-sale listings as a kind of proposals: one for each batch and warehouse, a line for each listing.

Proposed in the morning and looked at again every hour while orders come in. Beside the re-balancing of surges: that one goes
by the pace of the day and lets go of stock that lies behind a limit; here it is the forecast and what a supplier can still
bring. What was approved of either counts as done until the data say so, so that neither asks for the same twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, fields, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.quota.decide import Listing, Rules, Source, Stand
from linshu.domains.supply.quota.inputs import SURGE, find
from linshu.domains.supply.quota.words import NUMBERS, pieces, reasons, yuan
from linshu.domains.supply.replenish.inputs import QUOTA, TRANSFER
from linshu.engine.decisions import Column, Draft, Effect, Kind, Place, Policy
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linshu.domains.supply.quota.inputs import Found
    from linshu.engine.decisions import Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.shell.asking import Shop

NAME = QUOTA
TITLE = Text("配额建议", "Quotas of pre-sales")
DECLARED = Rules()
AGAIN = "#"  # what goes before the number of a further proposal of the same day
WEEK = 7
MOST = 10_000_000
SOLD = "SELECT listing_id, sold_qty FROM fct_listings WHERE listing_id IN (SELECT unnest($1))"


def propose(
    shop: Shop, day: date, policy: Policy, earlier: tuple[Proposal, ...] = (), at: datetime | None = None
) -> Iterable[Draft]:
    """The quotas to change, by batch and warehouse; what was approved of a batch today is proposed on top."""
    found = find(shop, day, earlier, at)
    done = Counter(one.subject.partition(AGAIN)[0] for one in earlier if one.kind == NAME and one.day == day)
    hour = (datetime.combine(day, time()) if at is None else at) - datetime.combine(day, time())
    for draft in drafts(found, rules_of(policy)):
        number = done[draft.subject] + 1
        subject = f"{draft.subject}{AGAIN}{number}" if number > 1 else draft.subject
        ends = min(found.ends[line["listing_id"]] for line in draft.lines)
        yield replace(draft, subject=subject, open_for=timedelta(hours=ends) - hour if at else None)


def drafts(found: Found, rules: Rules) -> Iterator[Draft]:
    """One for each batch and warehouse where something is worth changing."""
    together: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for one in found.listings:
        together[one.batch_id, _home(one)].append(one)
    for (batch, _), listings in sorted(together.items()):
        homes = {each.warehouse_id for one in listings for each in one.sources}
        regions = found.regions.get(min(homes), ()) if len(homes) == 1 else ()
        draft = draft_of(listings, found.day, found.batches.get(batch, batch), regions, rules)
        if draft is not None:
            yield draft


def _home(one: Listing) -> str:
    """The warehouse a listing is sold from; none in particular where it is several."""
    return one.sources[0].warehouse_id if len(one.sources) == 1 else ""


def draft_of(listings: Sequence[Listing], day: date, batch: str, regions: Sequence[str], rules: Rules) -> Draft | None:
    """The proposal for one batch and warehouse; None where every quota may stay."""
    changed = [one for one in (Stand(each, rules) for each in listings) if one.move]
    if not changed:
        return None
    changed.sort(key=lambda one: (-one.gain(one.quota), one.listing.listing_id))
    first, suppliers = changed[0].listing, {one.listing.supplier_id for one in changed}
    home, where = _home(first), first.sources[0].warehouse if len(first.sources) == 1 else ""
    return Draft(
        NAME,
        f"batch:{first.batch_id}@{home}",
        _title(changed, batch, where),
        day,
        tuple(line_of(one) for one in changed),
        _reasons(changed),
        round(sum(one.gain(one.quota) for one in changed)),
        0,
        Place(tuple(regions), supplier=suppliers.pop() if len(suppliers) == 1 else "", warehouse=home),
        {
            "day": day.isoformat(), "batch": batch, "regions": list(regions),
            "listings": [asdict(one.listing) for one in changed],
        },
    )  # fmt: skip


def _title(changed: Sequence[Stand], batch: str, where: str) -> Text:
    place = (f"（{where}）", f" ({where})") if where else ("", "")
    if len(changed) == 1:
        one = changed[0]
        now = ("不限", "no limit") if one.listing.quota is None else (f"{one.listing.quota:,}",) * 2
        return Text(
            f"{batch}：{one.listing.sku}配额 {now[0]} → {one.quota:,}{place[0]}",
            f"{batch}: quota of {one.listing.sku} {now[1]} → {one.quota:,}{place[1]}",
        )
    up = sum(one.move == "raise" for one in changed)
    zh = "、".join(f"{many} 个调{way}" for many, way in ((up, "高"), (len(changed) - up, "低")) if many)
    en = ", ".join(f"{many} {way}" for many, way in ((up, "up"), (len(changed) - up, "down")) if many)
    return Text(f"{batch}：预售配额 {zh}{place[0]}", f"{batch}: quotas of pre-sales, {en}{place[1]}")


def line_of(one: Stand) -> Line:
    """A line of the proposal."""
    listing = one.listing
    return {
        "listing_id": listing.listing_id, "sku_id": listing.sku_id, "sku": listing.sku, "where": listing.where, "sold": listing.sold,
        "data": listing.quota, "quota": one.quota, "asked": round(listing.asked, 1),
        "safe": None if one.safe is None else listing.sold + one.safe, "out": round(one.out(listing.quota), 3),
        "out_with": round(one.out(one.quota), 3), "worth": round(one.gain(one.quota)),
    }  # fmt: skip


def _reasons(changed: Sequence[Stand]) -> tuple[Text, ...]:
    up, down = ([one for one in changed if one.move == way] for way in ("raise", "lower"))
    found = []
    if up:
        more = sum(one.sells(one.quota) - one.sells(one.listing.quota) for one in up)
        fen = sum(one.gain(one.quota) for one in up)
        found.append(
            Text(
                f"{len(up)} 个截单前就会卖完：调高后预计多卖 {pieces(more)} 件，多赚 {yuan(fen)} 元",
                f"{len(up)} would sell out before the cut-off: raised, {pieces(more)} more are sold and {yuan(fen)} yuan more earned",
            )
        )
    if down:
        broken = sum(one.breaks(one.listing.quota) - one.breaks(one.quota) for one in down)
        fen = sum(one.gain(one.quota) for one in down)
        found.append(
            Text(
                f"{len(down)} 个再卖就送不到：限住后预计少 {pieces(broken)} 件失约，少亏 {yuan(fen)} 元",
                f"{len(down)} would be sold and never come: limited, {pieces(broken)} fewer promises are broken and {yuan(fen)} yuan less lost",
            )
        )
    best, name = reasons(changed[0]), changed[0].listing.sku
    return (*found, Text(f"最值得的是{name}：{best[0].zh}", f"worth most: {name}: {best[0].en}"), *best[1:])[:3]


def rules_of(policy: Policy) -> Rules:
    """The rule's numbers as the policy has them."""
    return Rules(**{one.name: policy.own[one.name] for one in fields(Rules)})


def listings_of(inputs: Mapping[str, Any]) -> list[Listing]:
    """The frozen listings."""
    return [_untold(one) for one in inputs["listings"]]


def _untold(kept: Mapping[str, Any]) -> Listing:
    sources = tuple(
        Source(**{**one, "kept": tuple((share, many) for share, many in one["kept"])}) for one in kept["sources"]
    )
    return Listing(**{**kept, "sources": sources})


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same proposal from its frozen inputs."""
    day = date.fromisoformat(inputs["day"])
    return draft_of(listings_of(inputs), day, inputs["batch"], inputs["regions"], rules_of(policy))


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], policy: Policy) -> tuple[int, int]:
    """After a person changed quotas; Invalid below what is sold: that is promised already."""
    rules, by_id = rules_of(policy), {one.listing_id: one for one in listings_of(inputs)}
    value = 0.0
    for line in lines:
        listing, quota = by_id[line["listing_id"]], int(line["quota"])
        if quota < listing.sold:
            raise Invalid(
                Text(
                    f"{listing.sku}已经卖了 {listing.sold:,} 件，配额不能再低",
                    f"{listing.sold:,} of {listing.sku} are sold: its quota cannot be lower",
                ),
                mend=Text("要停卖就填已卖的件数。", "To stop its sale enter what is sold."),
            )
        value += Stand(listing, rules).gain(quota)
    return round(value), 0


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """The quotas as a file, and a work order for whoever sets them."""
    return _effects(proposal, ("data", "quota"), "open")


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """The quotas as they were, as a file, and the work order called back."""
    return _effects(proposal, ("quota", "data"), "withdraw")


def _effects(proposal: Proposal, turn: tuple[str, str], order: str) -> tuple[Effect, ...]:
    """The quotas from what they are to what they shall be; none = any number."""
    before, after = turn
    lines = [line for line in proposal.lines if line["quota"] != line["data"]]
    rows = [
        {
            "listing_id": line["listing_id"], "sku_id": line["sku_id"], "sku": line["sku"], "where": line["where"],
            "quota_before": line[before], "quota_qty": line[after],
        }
        for line in lines
    ]  # fmt: skip
    body = {
        "do": order, "proposal": proposal.proposal_id, "title_zh": proposal.title.zh, "title_en": proposal.title.en,
        "words": "；".join(f"{line['sku']} {_limit(line[before])} → {_limit(line[after])}" for line in lines), "severity": "urgent",
    }  # fmt: skip
    name = f"PE{proposal.day:%y%m%d}{proposal.proposal_id[:8].upper()}{'-cancel' if after == 'data' else ''}.csv"
    return (
        Effect("file", "quota", proposal.title.zh, {"name": name, "rows": rows}),
        Effect("work_order", "supply", proposal.title.zh, body),
    )


def _limit(quota: int | None) -> str:
    return "∞" if quota is None else f"{quota:,}"


def observe(
    shop: Shop, proposals: tuple[Proposal, ...], inputs: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, float]:
    """What was sold beyond the quotas there were, as far as they were raised, at its margin, fen.

    Of lowered ones nobody can tell how many promises were spared: nothing is counted for them.
    """
    ids = sorted({line["listing_id"] for one in proposals for line in one.lines})
    sold = {row["listing_id"]: row["sold_qty"] for row in shop.read(SOLD, (ids,)).to_pylist()}
    found = {}
    for one in proposals:
        by_id = {each.listing_id: each for each in listings_of(inputs[one.proposal_id])}
        found[one.proposal_id] = sum(
            by_id[line["listing_id"]].earns * beyond(sold.get(line["listing_id"], 0), line["data"], line["quota"])
            for line in one.lines
        )
    return found


def beyond(sold: int, before: int | None, quota: int) -> int:
    """Pieces sold that the quota there was would not have let go."""
    return 0 if before is None else max(0, min(sold, quota) - before)


def _check(own: Mapping[str, Any]) -> None:
    if not 0 < own["early"] < 1:
        raise Invalid(Text("卖完的可能应在 0 和 1 之间", "the chance to sell out must lie between 0 and 1"))
    if own["unkept"] < 0 or own["headroom"] < 0:
        raise Invalid(
            Text("失约的代价和倍数不能为负", "what a broken promise costs, and the headroom, cannot be negative")
        )


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("sku_id", Text("商品编号", "SKU id")),
        Column("sku", Text("商品", "SKU")),
        Column("where", Text("卖到哪里", "Where")),
        Column("sold", Text("已卖", "Sold so far"), "count"),
        Column("data", Text("现在的配额", "Quota now"), "count"),
        Column("quota", Text("改成", "Change to"), "count", editable=True, most=MOST),
        Column("asked", Text("截单前还要", "Still expected"), "number"),
        Column("safe", Text("送得到的上限", "Can be brought, up to"), "count"),
        Column("out", Text("现在会卖完", "Sells out, now"), "share"),
        Column("out_with", Text("改后会卖完", "Sells out, then"), "share"),
        Column("worth", Text("值多少", "Worth"), "fen"),
        Column("listing_id", Text("上架编号", "Listing id")),
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
    heeds=frozenset({"replenish", TRANSFER, SURGE}),
    observe=observe,
    policy=Policy(open_days=1, undo_hours=4, own={one.name: getattr(DECLARED, one.name) for one in fields(Rules)}),
    words={
        "early": Text("截单前卖完的可能最多容许多少（0.1 = 10%）", "Chance to sell out before the cut-off that is put up with (0.1 = 10 %)"),
        "unkept": Text("卖了送不到，一件亏售价的比例（退款、安抚；0.3 = 30%）", "A piece sold that never comes costs this share of its price (refund, goodwill)"),
        "headroom": Text("最多按供应商近来一天送到的几倍答应（0 = 不限）", "At most so many times what a supplier brought on a day is promised (0 = any)"),
        "least": Text("一个上架至少值多少才提（元）", "Least a change of a listing must be worth (yuan)"),
    },
    numbers=NUMBERS,
    fen=frozenset({"least"}),
    check=_check,
    gain=Text("预计多赚或少亏", "Earned more or lost less"),
)  # fmt: skip
