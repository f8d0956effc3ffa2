"""Why a quota goes up, down or stays, in plain words; and what the frozen numbers are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.domains.supply.quota.decide import Source, Stand

FEW = 10  # fewer pieces are told to the tenth


def reasons(one: Stand) -> tuple[Text, ...]:
    """What is still asked for, what can be brought, and what follows."""
    if one.listing.raised:
        return (
            Text(
                "今天的爆单调货里已经调高，等它生效再看",
                "raised today because of a surge; looked at again once the data show it",
            ),
        )
    return (_verdict(one), _asked(one), *(_brings(each) for each in one.listing.sources[:1]))


def _verdict(one: Stand) -> Text:
    """What is proposed and what it brings; or why the quota stays."""
    listing, wanted = one.listing, one.quota
    now, out = listing.quota, _percent(one.out(listing.quota))
    if one.move == "raise":
        more, fen = one.sells(wanted) - one.sells(now), one.gain(wanted)
        return Text(
            f"配额 {now:,} 件，截单前卖完的可能 {out}；调到 {wanted:,} 件降到 {_percent(one.out(wanted))}，预计多卖 {pieces(more)} 件、多赚 {yuan(fen)} 元",
            f"with a quota of {now:,} it sells out before the cut-off in {out} of cases; with {wanted:,} in {_percent(one.out(wanted))}: {pieces(more)} more sold, {yuan(fen)} yuan more earned",
        )
    if one.move == "lower":
        broken, fen = one.breaks(now) - one.breaks(wanted), one.gain(wanted)
        limit = ("不限量", "without a limit") if now is None else (f"配额 {now:,} 件", f"with a quota of {now:,}")
        return Text(
            f"{limit[0]}，预计有 {pieces(broken)} 件卖了却送不到；限到 {wanted:,} 件就不会，少亏 {yuan(fen)} 元",
            f"{limit[1]} {pieces(broken)} pieces would be sold that never come; with {wanted:,} they are not, {yuan(fen)} yuan less lost",
        )
    return _stays(one)


def _stays(one: Stand) -> Text:
    listing = one.listing
    if listing.quota is None:
        return Text("没有限量，也送得来", "it has no limit, and what is asked for can be brought")
    if one.out(listing.quota) <= one.rules.early:
        return Text(
            f"还能卖 {one.room:,} 件，够了：截单前卖完的可能 {_percent(one.out(listing.quota))}",
            f"{one.room:,} left to sell are enough: it sells out before the cut-off in {_percent(one.out(listing.quota))} of cases",
        )
    if not listing.earns:
        return Text(
            "这个价不高于进价，多卖不多赚", "at this price, no higher than its cost, selling more earns nothing"
        )
    if one.bound > listing.quota:
        return Text(
            f"调到 {one.bound:,} 件只多赚 {yuan(one.gain(one.bound))} 元，不到策略里的 {yuan(one.rules.least)} 元",
            f"with {one.bound:,} only {yuan(one.gain(one.bound))} yuan more would be earned, less than the {yuan(one.rules.least)} of the policy",
        )
    return Text("会卖完，可是再多卖就不一定送得到", "it may sell out, but it is not sure that more could be brought")


def _asked(one: Stand) -> Text:
    listing = one.listing
    return Text(
        f"已卖 {listing.sold:,} 件，到 {listing.ends[-5:]} 截单预计还要 {pieces(listing.asked)} 件，{_often(one)}不超过 {one.enough:,} 件",
        f"{listing.sold:,} sold; until the cut-off at {listing.ends[-5:]} another {pieces(listing.asked)} are expected, in {_percent(1 - one.rules.early)} of cases no more than {one.enough:,}",
    )


def _often(one: Stand) -> str:
    return f"{_percent(1 - one.rules.early)} 的情况"


def _brings(one: Source) -> Text:
    have = f"现有 {one.on_hand:,} 件，在途 {one.coming:,} 件，卖出未出库 {one.owed:,} 件"
    have_en = f"{one.on_hand:,} on hand, {one.coming:,} on the way, {one.owed:,} sold and not gone out"
    if not one.takes:
        return Text(
            f"{have}；供应商已经不接送得到的单",
            f"{have_en}; the supplier takes no more orders that would come in time",
        )
    if one.most is None:
        return Text(f"{have}；供应商还接单", f"{have_en}; the supplier still takes orders")
    often = ("，常常送不齐", ", often less than ordered") if one.short else ("", "")
    return Text(
        f"{have}；供应商还接单，近四周一天最多送到 {one.most:,} 件{often[0]}",
        f"{have_en}; the supplier still takes orders and brought up to {one.most:,} a day in four weeks{often[1]}",
    )


def pieces(many: float) -> str:
    """Expected pieces: few of them to the tenth."""
    return f"{many:,.0f}" if many >= FEW else f"{many:.1f}"


def yuan(fen: float) -> str:
    """Whole yuan from a hundred on."""
    return f"{fen / 100:,.0f}" if abs(fen) >= 10_000 else f"{fen / 100:,.2f}"


def _percent(chance: float) -> str:
    return f"{chance:.0%}"


NUMBERS: Mapping[str, Text] = {
    "day": Text("哪天", "Day"),
    "batch": Text("团期", "Batch"),
    "regions": Text("地区", "Regions"),
    "listings": Text("每个上架", "Each listing"),
    "batch_id": Text("团期编号", "Batch id"),
    "supplier_id": Text("供应商编号", "Supplier id"),
    "supplier": Text("供应商", "Supplier"),
    "price": Text("上架价（分）", "Listing price, fen"),
    "cost": Text("进价（分）", "Purchase price, fen"),
    "ends": Text("截单", "Cut-off"),
    "raised": Text("爆单调高过", "Raised because of a surge"),
    "quota": Text("现在的配额", "Quota now"),
    "sources": Text("从哪些仓发货", "The warehouses that send it"),
    "warehouse_id": Text("仓库编号", "Warehouse id"),
    "warehouse": Text("仓库", "Warehouse"),
    "asked": Text("预计还要", "Still expected"),
    "part": Text("占这个商品还要的", "Part of what is asked of the good"),
    "width": Text("预计有多不准", "How far demand strays"),
    "on_hand": Text("现有", "On hand"),
    "coming": Text("在途", "On the way"),
    "owed": Text("卖出未出库", "Sold and not gone out"),
    "takes": Text("供应商还接单", "The supplier takes orders"),
    "most": Text("近四周一天最多送到", "The most it brought on a day"),
    "short": Text("常常送不齐", "Often less than ordered"),
    "kept": Text("按时送到的比例和次数", "Share that came in time, and how often"),
}
