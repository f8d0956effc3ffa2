"""Every metric once more in plain Python, from the rows of the standard and the words of its definition; no SQL in sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from tests.domains.trade import Row
from tests.domains.world import World, rounded

Figure = Callable[[World], float | None]


def add(rows: Iterable[Row], column: str) -> int:
    return sum(row[column] for row in rows if row[column] is not None)


def different(rows: Iterable[Row], column: str) -> int:
    return len({row[column] for row in rows} - {None})


def share(top: str, bottom: str, times: float = 1) -> Figure:
    def figure(world: World) -> float | None:
        divisor = TWINS[bottom](world)
        dividend = TWINS[top](world)
        return dividend * times / divisor if divisor and dividend is not None else None

    return figure


def newest_forecasts(world: World) -> list[Row]:
    return [row for row in world.during("forecasts", "day") if row["latest"]]


def paid(world: World) -> list[Row]:
    return [row for row in world.during("orders", "paid") if row["is_paid"]]


def paid_lines(world: World) -> list[Row]:
    return [row for row in world.during("lines", "paid") if row["is_paid"]]


def sold(world: World) -> list[Row]:
    return [row for row in paid_lines(world) if not row["gift"]]


def from_others(world: World) -> list[Row]:
    return [row for row in world.last("orders", "paid", 7) if row["is_paid"] and not row["self"]]


def effective(world: World) -> int:
    counts: dict[str, int] = defaultdict(int)
    for row in from_others(world):
        counts[row["leader"]] += 1
    return sum(count >= 10 for leader, count in counts.items() if leader)


def costs(*pools: str) -> Figure:
    return lambda world: add(
        (row for row in world.during("costs", "day") if not pools or row["pool"] in pools), "amount"
    )


def costed(world: World) -> list[Row]:
    return [row for row in world.during("margins", "paid") if row["net_cost"] is not None]


def retention(span: str) -> dict[str, Figure]:
    def mature(world: World) -> list[Row]:
        return [row for row in world.during("cohorts", "day") if row[f"mature_{span}"]]

    return {
        f"cohort_{span}": lambda world: len(mature(world)),
        f"retained_{span}": lambda world: sum(row[f"came_{span}"] for row in mature(world)),
        f"retention_{span}": share(f"retained_{span}", f"cohort_{span}"),
    }


def new_visits(world: World) -> list[Row]:
    return [row for row in world.during("visits", "day") if row["new"] and row["mature"]]


def observed(world: World) -> list[Row]:
    return [row for row in world.during("inviters", "day") if row["mature"]]


def held(world: World) -> list[Row]:
    return [row for row in world.during("stock_days", "day") if row["held"]]


def rank(values: Iterable[int | None], percent: int) -> int | None:
    """The nearest rank: the least value that so many per cent of the values do not exceed."""
    known = sorted(value for value in values if value is not None)
    return next((value for at, value in enumerate(known, 1) if at * 100 >= percent * len(known)), None)


def followed(world: World, firsts: list[Row], days: int) -> list[Row]:
    """First events whose days are over: the newest payment of all came after them."""
    newest = max(row["paid_at"] for row in world.std("orders") if row["paid_at"])
    return [row for row in firsts if row["at"] + timedelta(days) <= newest]


def bought(world: World, firsts: list[Row], days: int, who: str) -> int:
    """For how many of them a paid order followed within the days."""
    paid = defaultdict(list)
    for order in replace(world, cut=None).fact("orders"):
        if order["is_paid"] and order["member"]:
            paid[order["member"]].append(order["paid_at"])
    return sum(
        any(row["at"] <= moment < row["at"] + timedelta(days) for moment in paid[row[who]])
        for row in followed(world, firsts, days)
    )


def first_visits(world: World) -> list[Row]:
    return world.firsts("visits", "day", "who")


def first_invitations(world: World) -> list[Row]:
    return world.firsts("referrals", "day", "who", lambda row: not row["self"])


def redeemed(world: World) -> int:
    grants = followed(world, world.during("coupon_grants", "day"), 30)
    return sum(row["used_at"] is not None and row["at"] <= row["used_at"] < row["at"] + timedelta(30) for row in grants)


def positions(world: World) -> list[Row]:
    return [row for row in in_stock(world) if row["held"]]


def followed_purchases(world: World) -> list[Row]:
    return [row for row in world.during("repurchases", "paid") if row["gap"] is not None]


def in_stock(world: World) -> list[Row]:
    return world.standing("stock_days", "day", ("sku", "warehouse"), 31)


def ages(world: World) -> list[Row]:
    return world.standing("stock_ages", "day", ("sku", "warehouse"), 31)


TWINS: dict[str, Figure] = {
    # insight
    "gmv": lambda w: add(sold(w), "goods"),
    "paid_amount": lambda w: add(paid(w), "paid_fen"),
    "goods_paid": lambda w: add(paid_lines(w), "paid_fen"),
    "refunds_restated": lambda w: add(paid_lines(w), "back"),
    "net_gmv": lambda w: add(sold(w), "goods") - add(paid_lines(w), "back"),
    "shipping_amount": lambda w: add(paid(w), "shipping"),
    "discount_platform": lambda w: add(paid_lines(w), "platform"),
    "discount_merchant": lambda w: add(paid_lines(w), "merchant"),
    "discount_supplier": lambda w: add(paid_lines(w), "supplier_pays"),
    "discount_leader": lambda w: add(paid_lines(w), "leader_pays"),
    "discount_amount": lambda w: sum(
        add(paid_lines(w), who) for who in ("platform", "merchant", "supplier_pays", "leader_pays")
    ),
    "discount_rate": share("discount_amount", "gmv"),
    "orders": lambda w: len(paid(w)),
    "aov": share("paid_amount", "orders"),
    "median_order_value": lambda w: rank((row["paid_fen"] for row in paid(w)), 50),
    "high_order_value": lambda w: rank((row["paid_fen"] for row in paid(w)), 90),
    "gmv_per_order": share("gmv", "orders"),
    "order_lines": lambda w: len(sold(w)),
    "lines_per_order": share("order_lines", "orders"),
    "orders_containing": lambda w: different(sold(w), "order_id"),
    "placed_orders": lambda w: len(w.during("orders", "placed")),
    "placed_paid_orders": lambda w: sum(row["is_paid"] for row in w.during("orders", "placed")),
    "payment_rate": share("placed_paid_orders", "placed_orders"),
    "cancelled_orders": lambda w: sum(row["status"] == "cancelled" for row in w.during("orders", "placed")),
    "self_orders": lambda w: sum(row["self"] for row in paid(w)),
    "self_order_share": share("self_orders", "orders"),
    "units": lambda w: add(sold(w), "qty"),
    "unit_price": share("gmv", "units"),
    "units_per_order": share("units", "orders"),
    "selling_skus": lambda w: different(sold(w), "sku"),
    "units_per_sku": share("units", "selling_skus"),
    "active_members": lambda w: different(paid(w), "member"),
    "orders_per_member": share("orders", "active_members"),
    "first_order_members": lambda w: different((row for row in paid(w) if row["first"]), "member"),
    "first_order_share": share("first_order_members", "active_members"),
    "active_leaders": lambda w: different(from_others(w), "leader"),
    "effective_leaders": effective,
    "effective_leader_share": share("effective_leaders", "active_leaders"),
    "opened_leaders": lambda w: different((row for row in w.during("orders", "placed") if row["batch"]), "leader"),
    "selling_leaders": lambda w: different(paid(w), "leader"),
    "orders_per_leader": share("orders", "active_leaders"),
    "selling_communities": lambda w: different(paid(w), "community"),
    "gmv_per_community": share("gmv", "selling_communities"),
    "members_per_community": share("active_members", "selling_communities"),
    # finance
    "refund_amount": lambda w: add(w.during("refunds", "refunded"), "amount"),
    "refunds": lambda w: len(w.during("refunds", "refunded")),
    "refunded_orders": lambda w: different(w.during("refunds", "refunded"), "order_id"),
    "shortage_refunds": lambda w: add(
        (row for row in w.during("refunds", "refunded") if row["kind"] == "shortage"), "amount"
    ),
    "refund_rate": share("refund_amount", "gmv"),
    "payment_amount": lambda w: add(w.during("payments", "paid"), "amount"),
    "goods_revenue": lambda w: add(w.during("margins", "paid"), "revenue"),
    "goods_cost": lambda w: add(w.during("margins", "paid"), "net_cost"),
    "goods_margin": lambda w: add(costed(w), "revenue") - add(costed(w), "net_cost"),
    "costed_revenue": lambda w: add(costed(w), "revenue"),
    "goods_margin_rate": share("goods_margin", "costed_revenue"),
    "cost_amount": costs(),
    "commission_cost": costs("commission"),
    "fulfilment_cost": costs("warehouse", "sorting", "trunk", "last_mile", "packaging", "payment_fee"),
    "marketing_cost": costs("marketing"),
    "margin_after_fulfilment": lambda w: (
        TWINS["goods_margin"](w) - TWINS["commission_cost"](w) - TWINS["fulfilment_cost"](w)
    ),
    "net_margin": lambda w: TWINS["goods_margin"](w) - TWINS["cost_amount"](w),
    "margin_after_fulfilment_rate": share("margin_after_fulfilment", "costed_revenue"),
    "net_margin_rate": share("net_margin", "costed_revenue"),
    "campaign_gmv": lambda w: add((row for row in sold(w) if row["campaign"]), "goods"),
    "campaign_margin": lambda w: sum(row["revenue"] - row["net_cost"] for row in costed(w) if row["campaign"]),
    "campaign_cost": lambda w: add(
        (row for row in w.during("costs", "day") if row["pool"] == "marketing" and row["campaign"]), "amount"
    ),
    "campaign_roi_attributed": share("campaign_margin", "campaign_cost"),
    # fulfilment
    "pieces_due": lambda w: add(w.during("deliveries", "day"), "due"),
    "pieces_on_time": lambda w: add(w.during("deliveries", "day"), "in_time"),
    "on_time_rate": share("pieces_on_time", "pieces_due"),
    "pieces_missing": lambda w: add(w.during("deliveries", "day"), "missing"),
    "shortage_rate": share("pieces_missing", "pieces_due"),
    "pieces_signed": lambda w: add(w.during("deliveries", "day"), "came"),
    "pieces_uncollected": lambda w: add(w.during("deliveries", "day"), "left"),
    "uncollected_rate": share("pieces_uncollected", "pieces_signed"),
    "parcels_collected": lambda w: sum(row["waited"] is not None for row in w.during("deliveries", "day")),
    "collection_seconds": lambda w: add(w.during("deliveries", "day"), "waited"),
    "collection_delay": share("collection_seconds", "parcels_collected"),
    "delivery_lateness_p90": lambda w: rank((row["late"] for row in w.during("deliveries", "day")), 90),
    "handover_expected": lambda w: add(w.during("handovers", "day"), "expected"),
    "handover_short": lambda w: add(w.during("handovers", "day"), "short"),
    "handover_damaged": lambda w: add(w.during("handovers", "day"), "damaged"),
    "handover_shortage_rate": share("handover_short", "handover_expected"),
    "cases": lambda w: len(w.during("cases", "opened")),
    "case_rate": share("cases", "order_lines", 1000),
    "compensation_amount": lambda w: add(w.during("cases", "opened"), "granted"),
    "recourse_amount": lambda w: add(w.during("cases", "opened"), "recourse"),
    "cases_closed": lambda w: len(w.during("cases", "closed")),
    "case_seconds": lambda w: add(w.during("cases", "closed"), "took"),
    "case_handling_time": share("case_seconds", "cases_closed"),
    "case_handling_p90": lambda w: rank((row["took"] for row in w.during("cases", "closed")), 90),
    "ratings": lambda w: len(w.during("ratings", "day")),
    "ratings_satisfied": lambda w: sum(row["score"] >= 4 for row in w.during("ratings", "day")),
    "satisfaction": share("ratings_satisfied", "ratings"),
    # growth
    "new_members": lambda w: len(w.during("members", "day")),
    "repurchase_buyers": lambda w: different(
        (row for row in w.during("repurchases", "paid") if row["mature"]), "member"
    ),
    "repurchasing_buyers": lambda w: different(
        (row for row in w.during("repurchases", "paid") if row["mature"] and row["again"]), "member"
    ),
    "repurchase_rate": share("repurchasing_buyers", "repurchase_buyers"),
    **retention("week_1"),
    **retention("month_1"),
    **retention("month_2"),
    "visits": lambda w: len(w.during("visits", "day")),
    "visitors": lambda w: different(w.during("visits", "day"), "who"),
    "new_visitors": lambda w: different(new_visits(w), "who"),
    "converted_visitors": lambda w: different((row for row in new_visits(w) if row["bought"]), "who"),
    "acquisition_conversion": share("converted_visitors", "new_visitors"),
    "referrals": lambda w: sum(not row["self"] for row in w.during("referrals", "day")),
    "referrals_converted": lambda w: sum(not row["self"] and row["bought"] for row in w.during("referrals", "day")),
    "referral_conversion": share("referrals_converted", "referrals"),
    "purchases_followed": lambda w: len(followed_purchases(w)),
    "repurchase_gap_days": lambda w: add(followed_purchases(w), "gap"),
    "repurchase_cycle": share("repurchase_gap_days", "purchases_followed"),
    "repurchase_cycle_median": lambda w: rank((row["gap"] for row in followed_purchases(w)), 50),
    "touches": lambda w: len(w.during("touches", "day")),
    "touched_followed": lambda w: len(followed(w, w.firsts("touches", "day", "member"), 7)),
    "touched_bought": lambda w: bought(w, w.firsts("touches", "day", "member"), 7, "member"),
    "touch_conversion": share("touched_bought", "touched_followed"),
    "coupons_granted": lambda w: len(w.during("coupon_grants", "day")),
    "coupons_used": lambda w: len(w.during("coupon_grants", "used")),
    "coupon_discount": lambda w: add(w.during("coupon_grants", "used"), "amount"),
    "coupons_followed": lambda w: len(followed(w, w.during("coupon_grants", "day"), 30)),
    "coupons_redeemed": redeemed,
    "coupon_use_rate": share("coupons_redeemed", "coupons_followed"),
    "visitors_followed": lambda w: len(followed(w, first_visits(w), 7)),
    "visitors_bought": lambda w: bought(w, first_visits(w), 7, "member"),
    "visit_conversion": share("visitors_bought", "visitors_followed"),
    "invitees_followed": lambda w: len(followed(w, first_invitations(w), 30)),
    "invitees_bought": lambda w: bought(w, first_invitations(w), 30, "who"),
    "invitee_conversion": share("invitees_bought", "invitees_followed"),
    "members_observed": lambda w: len(observed(w)),
    "members_invited": lambda w: add(observed(w), "invited"),
    "members_won": lambda w: add(observed(w), "won"),
    "invitations_per_member": share("members_invited", "members_observed"),
    "invitation_conversion": share("members_won", "members_invited"),
    "k_factor": share("members_won", "members_observed"),
    "messages": lambda w: add(w.during("chat", "day"), "messages"),
    "interactions": lambda w: add(w.during("chat", "day"), "interactions"),
    "chat_joins": lambda w: add(w.during("chat", "day"), "joins"),
    "chat_leaves": lambda w: add(w.during("chat", "day"), "leaves"),
    "talking_communities": lambda w: different(
        (row for row in w.during("chat", "day") if row["messages"] > 0), "community"
    ),
    "community_day_count": lambda w: len(w.during("community_days", "day")),
    "temperature_ppm_days": lambda w: sum(
        rounded(row["warmth"] * 1_000_000) for row in w.during("community_days", "day")
    ),
    "community_temperature": share("temperature_ppm_days", "community_day_count", 1 / 10_000),
    "leader_week_count": lambda w: len(w.during("leader_weeks", "day")),
    "contribution_ppm_weeks": lambda w: sum(
        rounded(row["worth"] * 1_000_000) for row in w.during("leader_weeks", "day")
    ),
    "leader_contribution": share("contribution_ppm_weeks", "leader_week_count", 1 / 10_000),
    # supply
    "listed_skus": lambda w: different((row for row in w.during("listing_days", "on") if row["sellable"]), "sku"),
    "sell_through_rate": share("selling_skus", "listed_skus"),
    "offered_skus": lambda w: different((row for row in w.during("offers", "on") if row["sellable"]), "sku"),
    "community_sell_through_rate": share("selling_skus", "offered_skus"),
    "listings": lambda w: len(w.during("listings", "day")),
    "reference_price_listings": lambda w: len(w.during("reference_prices", "day")),
    "false_reference_listings": lambda w: sum(row["false"] for row in w.during("reference_prices", "day")),
    "quota_units": lambda w: add(w.during("listings", "day"), "quota"),
    "quota_sold_units": lambda w: add((row for row in w.during("listings", "day") if row["quota"] is not None), "sold"),
    "quota_sold_rate": share("quota_sold_units", "quota_units"),
    "sold_out_listings": lambda w: sum(row["out"] for row in w.during("listings", "day")),
    "sold_out_seconds": lambda w: add(w.during("listings", "day"), "took"),
    "sold_out_time": share("sold_out_seconds", "sold_out_listings"),
    "closed_early_seconds": lambda w: add(w.during("listings", "day"), "closed"),
    "stock_units": lambda w: add(in_stock(w), "qty"),
    "stock_positions": lambda w: len(positions(w)),
    "stock_positions_out": lambda w: sum(row["qty"] <= 0 for row in positions(w)),
    "stock_out_share": share("stock_positions_out", "stock_positions"),
    "stock_value": lambda w: add(in_stock(w), "value"),
    "stock_value_days": lambda w: add(held(w), "value"),
    "stock_out_cost": lambda w: add(held(w), "out"),
    "turnover_days": share("stock_value_days", "stock_out_cost"),
    "near_expiry_units": lambda w: add(ages(w), "near_qty"),
    "near_expiry_value": lambda w: add(ages(w), "near"),
    "near_expiry_share": share("near_expiry_value", "stock_value"),
    "expired_value": lambda w: add(ages(w), "over"),
    "unsalable_value": lambda w: add(ages(w), "idle"),
    "sku_days": lambda w: len(w.during("stock_days", "day")),
    "sku_days_out": lambda w: sum(row["qty"] <= 0 for row in held(w)),
    "stocked_sku_days": lambda w: len(held(w)),
    "out_of_stock_rate": share("sku_days_out", "stocked_sku_days"),
    "loss_amount": lambda w: add(w.during("movements", "day"), "lost"),
    "loss_units": lambda w: add(w.during("movements", "day"), "lost_qty"),
    "count_missing_amount": lambda w: add(w.during("movements", "day"), "missing"),
    "goods_out_cost": lambda w: add(w.during("movements", "day"), "out"),
    "loss_rate": share("loss_amount", "goods_out_cost"),
    "purchase_amount": lambda w: add(w.during("purchase_lines", "ordered"), "amount"),
    "purchase_units": lambda w: add(w.during("purchase_lines", "ordered"), "qty"),
    "purchase_lines_due": lambda w: len(w.during("purchase_lines", "expected")),
    "purchase_lines_on_time": lambda w: sum(row["in_time"] for row in w.during("purchase_lines", "expected")),
    "purchase_on_time_rate": share("purchase_lines_on_time", "purchase_lines_due"),
    "purchase_lines_in_full": lambda w: sum(row["full"] for row in w.during("purchase_lines", "expected")),
    "purchase_in_full_rate": share("purchase_lines_in_full", "purchase_lines_due"),
    "purchase_lines_kept": lambda w: sum(
        row["in_time"] and row["full"] for row in w.during("purchase_lines", "expected")
    ),
    "purchase_kept_rate": share("purchase_lines_kept", "purchase_lines_due"),
    "purchase_units_due": lambda w: add(w.during("purchase_lines", "expected"), "qty"),
    "purchase_units_filled": lambda w: add(w.during("purchase_lines", "expected"), "filled"),
    "purchase_fill_rate": share("purchase_units_filled", "purchase_units_due"),
    "purchase_units_received": lambda w: add(w.during("purchase_lines", "received"), "came"),
    "purchase_units_rejected": lambda w: add(w.during("purchase_lines", "received"), "rejected"),
    "purchase_reject_rate": share("purchase_units_rejected", "purchase_units_received"),
    "purchase_lines_received": lambda w: len(w.during("purchase_lines", "received")),
    "purchase_lead_seconds": lambda w: add(w.during("purchase_lines", "received"), "lead"),
    "purchase_lead_days": share("purchase_lead_seconds", "purchase_lines_received", 1 / 86_400),
    "purchase_lead_p90": lambda w: rank((row["lead"] for row in w.during("purchase_lines", "received")), 90),
    "purchase_lead_p90_days": lambda w: (
        None if TWINS["purchase_lead_p90"](w) is None else TWINS["purchase_lead_p90"](w) / 86_400
    ),
    "supplier_cases": lambda w: sum(row["liability"] == "supplier" for row in w.during("cases", "opened")),
    "supplier_case_rate": share("supplier_cases", "order_lines", 1000),
    "supplier_recourse": lambda w: add(
        (row for row in w.during("cases", "opened") if row["liability"] == "supplier"), "recourse"
    ),
    "forecast_thousandths": lambda w: add(newest_forecasts(w), "mean"),
    "forecast_units": lambda w: add(newest_forecasts(w), "mean") / 1000,
    "forecast_known_units": lambda w: add(newest_forecasts(w), "known"),
    "forecast_expected_units": lambda w: (
        (add(newest_forecasts(w), "mean") + 1000 * add(newest_forecasts(w), "known")) / 1000
    ),
    "forecast_low_units": lambda w: add(newest_forecasts(w), "low"),
    "forecast_middle_units": lambda w: add(newest_forecasts(w), "middle"),
    "forecast_high_units": lambda w: add(newest_forecasts(w), "high"),
    "forecast_judged_units": lambda w: add(w.during("forecast_errors", "day"), "came"),
    "forecast_error_thousandths": lambda w: add(w.during("forecast_errors", "day"), "off"),
    "forecast_wape": share("forecast_error_thousandths", "forecast_judged_units", 1 / 1000),
    "usual_error_thousandths": lambda w: add(w.during("forecast_errors", "day"), "usually_off"),
    "usual_wape": share("usual_error_thousandths", "forecast_judged_units", 1 / 1000),
    "weekday_error_thousandths": lambda w: add(w.during("forecast_errors", "day"), "weekday_off"),
    "weekday_wape": share("weekday_error_thousandths", "forecast_judged_units", 1 / 1000),
    "last_week_error_thousandths": lambda w: add(w.during("forecast_errors", "day"), "last_week_off"),
    "last_week_wape": share("last_week_error_thousandths", "forecast_judged_units", 1 / 1000),
    "forecast_told_thousandths": lambda w: add(w.during("forecast_errors", "day"), "told"),
    "forecast_level": share("forecast_told_thousandths", "forecast_judged_units", 1 / 1000),
    "forecast_days": lambda w: len(w.during("forecast_errors", "day")),
    "forecast_days_within": lambda w: sum(row["within"] for row in w.during("forecast_errors", "day")),
    "forecast_coverage": share("forecast_days_within", "forecast_days"),
}
