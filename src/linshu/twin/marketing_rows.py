"""Campaigns, arms, coupons, grants, touches, experiments and marketing spend as rows."""

from __future__ import annotations

import numpy as np

from linshu.twin import marketing
from linshu.twin.clock import HOUR
from linshu.twin.emission import Emission, emission
from linshu.twin.marketing import Campaign
from linshu.twin.numbers import grant_numbers
from linshu.twin.rows import Columns, Ints, Numbered, Words, member_pool, pool
from linshu.twin.seasons import hashed
from linshu.twin.today import Today
from linshu.twin.world import World

ARMS = pool(["holdout", "treatment"])
KINDS = {
    "coupon": "coupon",
    "recall": "recall",
    "discount": "discount",
    "referral": "referral",
    "advert": "advert",
    "live": "live",
}
BUDGET_PER_GROUP = {
    "coupon": 9_000,
    "recall": 6_000,
    "discount": 15_000,
    "referral": 8_000,
    "advert": 60 * 25 * 2,
    "live": 2_000,
}
OPENED = 0.42  # of template messages
SEEN_DAYS = 45  # members who ordered within these days take part in an experiment
CONTENT = {"discount": "poster", "live": "live", "advert": "video", "referral": "page"}
COST_KIND = {"referral": "reward", "live": "content"}


def calendar(world: World) -> list[Emission]:
    """All campaigns, each told the day before it starts."""
    campaigns = world.calendar.campaigns
    clock, size = world.clock, world.config.size
    index = np.array([c.index for c in campaigns])
    start = np.array([clock.start(c.start) for c in campaigns])
    known = start - 6 * HOUR
    row: Columns = {
        "campaign_id": Numbered("CP", index), "name": [c.name for c in campaigns], "kind": [KINDS[c.kind] for c in campaigns],
        "starts_at": start, "starts_date": np.array([c.start for c in campaigns]),
        "ends_at": np.array([clock.start(c.end + 1) for c in campaigns]),
        "budget_fen": np.array([BUDGET_PER_GROUP[c.kind] * size.groups for c in campaigns]), "scope_kind": "all", "scope_id": "*",
        "audience": [f'{{"segment": "{c.audience}"}}' for c in campaigns],
        "holdout_ppm": np.array([int(c.holdout * 1_000_000) for c in campaigns]), "funder": "platform",
    }  # fmt: skip
    coupons = [c for c in campaigns if c.face]
    at = np.array([c.index for c in coupons])
    twice = np.repeat(at, 2)
    held = np.tile([True, False], len(coupons))
    arm: Columns = {
        "campaign_id": Numbered("CP", twice), "arm": Words(ARMS, np.tile([0, 1], len(coupons))), "is_holdout": held,
        "share_ppm": np.where(held, int(marketing.HOLDOUT * 1_000_000), int((1 - marketing.HOLDOUT) * 1_000_000)),
        "offer": [None if hold else c.name for c in coupons for hold in (True, False)],
    }  # fmt: skip
    coupon: Columns = {
        "coupon_id": Numbered("CQ", at), "name": [c.name for c in coupons], "campaign_id": Numbered("CP", at),
        "face_fen": np.array([c.face for c in coupons]), "threshold_fen": np.array([c.threshold for c in coupons]),
        "funder": "platform", "scope_kind": "all", "scope_id": "*", "valid_days": np.array([c.end - c.start + 1 for c in coupons]),
    }  # fmt: skip
    told = [c for c in campaigns if c.kind in CONTENT]
    content: Columns = {
        "content_id": Numbered("CT", np.array([c.index for c in told])), "title": [c.name for c in told],
        "kind": [CONTENT[c.kind] for c in told], "campaign_id": Numbered("CP", np.array([c.index for c in told])),
        "cost_fen": np.array([20_000 * (1 + (c.kind == "live")) for c in told]),
        "published_at": np.array([clock.start(c.start) for c in told]),
    }  # fmt: skip
    return [
        emission("content", content, np.array([clock.start(c.start) for c in told])),
        emission("campaign", row, known),
        emission("campaign_arm", arm, np.repeat(known[at], 2)),
        emission("coupon", coupon, known[at]),
    ]


def morning(today: Today) -> None:
    """Opens, closes and releases what is due today, and books the day's spend."""
    world, state, day = today.world, today.state, today.day.number
    for campaign in world.calendar.campaigns:
        if campaign.face and campaign.start == day:
            who, shown = marketing.open_offers(world.config, state.members, campaign)
            _granted(today, campaign, who, shown)
            today.note("campaign_arm", {"campaign": np.full(len(who), campaign.index), "member": who, "treated": shown})
        elif campaign.face and campaign.end + 1 == day:
            _lapsed(today, campaign, marketing.close_offers(state.members, campaign))
        elif campaign.face and campaign.end + marketing.AFTER_DAYS + 1 == day:
            marketing.release(state.members, campaign)
        if campaign.start <= day <= campaign.end and not today.day.closed:
            _spent(today, campaign)
    for experiment in world.calendar.experiments:
        if experiment.start == day:
            _assigned(today, experiment)


def _granted(today: Today, campaign: Campaign, who: Ints, shown: np.ndarray) -> None:
    """Puts on record who is treated and who is held out; the treated are given the coupon, and told of it in the morning.

    The coupon lies with them from the first moment of the day: some order before they are told.
    """
    world, clock = today.world, today.world.clock
    keys, start = member_pool(today.state.members.count), clock.start(campaign.start)
    held = int(campaign.holdout * 1_000_000)
    today.rows.append(emission("experiment_assignment", {
        "experiment_id": f"CP{campaign.index}", "unit_kind": "member", "unit_id": Words(keys, who),
        "arm": Words(ARMS, shown.astype(np.int64)), "share_ppm": np.where(shown, 1_000_000 - held, held),
        "assigned_at": np.full(len(who), start), "assigned_date": np.full(len(who), campaign.start),
    }, start))  # fmt: skip
    given = who[shown]
    number, of = grant_numbers(campaign.index, given), Numbered("CP", np.full(len(given), campaign.index))
    at, date = np.full(len(given), start), np.full(len(given), campaign.start)
    grant: Columns = {
        "coupon_grant_id": Numbered("CG", number), "coupon_id": Numbered("CQ", of.numbers), "member_id": Words(keys, given),
        "campaign_id": of, "arm": "treatment", "granted_at": at, "granted_date": date,
        "expires_at": np.full(len(given), clock.start(campaign.end + 1)),
    }  # fmt: skip
    touch: Columns = {
        "touch_id": Numbered("TC", number), "unit_kind": "member", "unit_id": Words(keys, given), "campaign_id": of,
        "arm": "treatment", "medium": "template", "touched_at": at + 9 * HOUR, "touched_date": date,
        "was_opened": hashed(world.config.seed, 77 + campaign.index, given) < OPENED,
    }  # fmt: skip
    today.rows += [emission("coupon_grant", grant, at), emission("touch", touch, at + 9 * HOUR)]


def _lapsed(today: Today, campaign: Campaign, who: Ints) -> None:
    at = np.full(len(who), today.world.clock.start(campaign.end + 1))
    today.rows.append(emission("coupon_event", {
        "coupon_grant_id": Numbered("CG", grant_numbers(campaign.index, who)), "kind": "expired", "occurred_at": at,
        "occurred_date": np.full(len(who), today.day.number), "order_id": Numbered("O", np.full(len(who), -1)),
        "amount_fen": np.full(len(who), 0),
    }, at))  # fmt: skip


def _spent(today: Today, campaign: Campaign) -> None:
    """A day's marketing cost; coupons themselves are reductions of orders, not spend."""
    config, day = today.world.config, today.day.number
    if campaign.kind == "advert":
        amounts, kinds = list(marketing.advert_spend(config, campaign, day)), ["advert", "content"]
    elif campaign.kind in COST_KIND:
        amounts, kinds = [config.size.groups * (55 if campaign.kind == "referral" else 160)], [COST_KIND[campaign.kind]]
    else:
        return
    at = today.world.clock.at(day, 21.0)
    today.rows.append(emission("marketing_cost", {
        "campaign_id": Numbered("CP", np.full(len(amounts), campaign.index)), "channel_id": "mini-program", "community_id": "*",
        "cost_date": np.full(len(amounts), day), "kind": kinds, "amount_fen": np.array(amounts),
    }, at))  # fmt: skip


def _assigned(today: Today, experiment: marketing.Experiment) -> None:
    world, state = today.world, today.state
    members = state.members
    if experiment.unit == "member":
        recent = members.last_order[: members.count] >= experiment.start - SEEN_DAYS
        units = np.flatnonzero(members.alive & recent & (members.orders[: members.count] > 0))
        keys = member_pool(members.count)
    else:
        units, keys = np.flatnonzero(world.places.group_opened <= experiment.start), world.pools.group
    shown = marketing.treated(world.config, experiment, units)
    at = world.clock.start(experiment.start)
    today.rows.append(emission("experiment_assignment", {
        "experiment_id": experiment.name, "unit_kind": experiment.unit, "unit_id": Words(keys, units),
        "arm": Words(pool(["control", "treatment"]), shown.astype(np.int64)), "share_ppm": np.full(len(units), 500_000),
        "assigned_at": np.full(len(units), at), "assigned_date": np.full(len(units), experiment.start),
    }, at))  # fmt: skip
    today.note("experiment", {"name": [experiment.name], "unit": [experiment.unit], "lift": [experiment.lift]})
