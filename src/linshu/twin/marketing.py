"""Campaigns, coupons and experiments with effects known to the simulation, and how they move members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from linshu.twin.config import Config
from linshu.twin.leaders import HORIZON
from linshu.twin.people import LEADER, LURKER, Members
from linshu.twin.rows import NONE, Ints
from linshu.twin.seasons import as_date, hashed, promotion

Floats = NDArray[np.float64]
AFTER_DAYS, AFTER = 4, 0.93  # buyers moved forward by a coupon are missing afterwards
HOLDOUT = 0.2
COUPON_EVERY, COUPON_DAYS = 9, 6
LIVE_LIFT = 1.10
COUPONS = (  # name, audience, face, threshold, true lift on the chance to order
    ("满19减2", "active", 200, 1900, 1.20),
    ("沉睡唤醒 满15减4", "dormant", 400, 1500, 1.75),
    ("水果节 满29减4", "all", 400, 2900, 1.14),
    ("老友专享 满25减3", "loyal", 300, 2500, 1.06),
)
EXPERIMENTS = (  # name, unit, true lift, days
    ("X-photo", "member", 1.08, 28),
    ("X-evening-post", "community", 1.14, 28),
    ("X-aa", "member", 1.0, 21),
    ("X-price-tag", "member", 0.95, 21),
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign; `lift` multiplies the chance to order of those who are treated while it runs."""

    index: int
    kind: str  # coupon, recall, discount, referral, advert, live
    name: str
    start: int
    end: int  # last company day, included
    lift: float
    audience: str
    face: int
    threshold: int
    holdout: float


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment: half of the units see the change from `start` to `end`."""

    index: int
    name: str
    unit: str  # member, community
    lift: float
    start: int
    end: int


@dataclass(frozen=True)
class Calendar:
    """All campaigns and experiments of the company, past and already planned."""

    campaigns: tuple[Campaign, ...]
    experiments: tuple[Experiment, ...]

    def running(self, day: int) -> list[Campaign]:
        """Campaigns that run on a day."""
        return [each for each in self.campaigns if each.start <= day <= each.end]

    def testing(self, day: int) -> list[Experiment]:
        """Experiments that run on a day."""
        return [each for each in self.experiments if each.start <= day <= each.end]


def plan(config: Config) -> Calendar:
    """The marketing calendar from the first simulated day to the horizon."""
    first, last = config.first_day, config.today + HORIZON
    drafts: list[tuple[int, int, str, str, float, tuple[str, int, int, float]]] = []
    for turn, start in enumerate(range(first + 4, last, COUPON_EVERY)):
        name, audience, face, threshold, lift = COUPONS[turn % len(COUPONS)]
        kind = "recall" if audience == "dormant" else "coupon"
        drafts.append((start, start + COUPON_DAYS - 1, kind, name, lift, (audience, face, threshold, HOLDOUT)))
    for day in range(first, last):
        name, _ = promotion(as_date(day))
        if name and name != promotion(as_date(day) - timedelta(days=1))[0]:
            end = max(d for d in range(day, day + 5) if promotion(as_date(d))[0] == name)
            drafts.append((day, end, "discount", name, 1.0, ("all", 0, 0, 0.0)))
        if as_date(day).day == 5:
            drafts.append((day, day + 6, "referral", f"{as_date(day).month}月拉新有礼", 1.0, ("all", 0, 0, 0.0)))
        if as_date(day).day == 1:
            drafts.append((day, day + 24, "advert", f"{as_date(day).month}月本地生活广告", 1.0, ("all", 0, 0, 0.0)))
        if as_date(day).weekday() == 3 and day // 7 % 2 == 0:
            drafts.append(
                (day, day, "live", f"{as_date(day).month}月{as_date(day).day}日直播专场", LIVE_LIFT, ("all", 0, 0, 0.0))
            )
    drafts.sort(key=lambda draft: (draft[0], draft[2]))
    campaigns = tuple(Campaign(i, d[2], d[3], d[0], d[1], d[4], *d[5]) for i, d in enumerate(drafts))
    return Calendar(campaigns, _experiments(first, last))


def _experiments(first: int, last: int) -> tuple[Experiment, ...]:
    made: list[Experiment] = []
    start = first + 8
    while start < last:
        name, unit, lift, days = EXPERIMENTS[len(made) % len(EXPERIMENTS)]
        date = as_date(start)
        made.append(
            Experiment(len(made), f"{name}-{date.year % 100}{date.month:02d}", unit, lift, start, start + days - 1)
        )
        start += days + 3
    return tuple(made)


def advert_spend(config: Config, campaign: Campaign, day: int) -> tuple[int, int]:
    """What an advert campaign spends on a day, in fen, over two media; the level changes from week to week."""
    week = hashed(config.seed, 900 + campaign.index, np.array([day // 7, day // 7 + 10_000]))
    base = config.size.groups * 60
    return int(base * (0.25 + 2.1 * float(week[0]))), int(base * 0.6 * (0.2 + 2.0 * float(week[1])))


def advert_pull(config: Config, spend: tuple[int, int]) -> float:
    """How many more people join at that spend: two media with true saturation curves of their own."""
    base = config.size.groups * 60
    return float(0.30 * (1 - np.exp(-spend[0] / (1.2 * base))) + 0.12 * (1 - np.exp(-spend[1] / (0.4 * base))))


def treated(config: Config, experiment: Experiment, units: Ints) -> NDArray[np.bool_]:
    """Which units of an experiment see the change."""
    return hashed(config.seed, 500 + experiment.index, units) < 0.5


def open_offers(config: Config, members: Members, campaign: Campaign) -> tuple[Ints, NDArray[np.bool_]]:
    """Picks a coupon campaign's audience, holds a part of it out, and marks the members; (members, who is treated)."""
    n = members.count
    idle = campaign.start - members.last_order[:n]
    ordered = members.orders[:n]
    wanted = {
        "active": (ordered > 0) & (idle <= 10), "dormant": (ordered > 0) & (idle > 21) & (idle < 120),
        "loyal": (ordered >= 8) & (idle <= 21), "all": ordered > 0,
    }[campaign.audience]  # fmt: skip
    share = 0.20 if campaign.audience == "all" else 0.45
    lot = hashed(config.seed, 3000 + campaign.index, np.arange(n))
    reachable = (members.kind[:n] != LURKER) & (members.kind[:n] != LEADER) & (members.offer[:n] == NONE)
    # A recall also reaches those who left for good: nobody can tell them from the dormant.
    who = np.flatnonzero(wanted & reachable & (lot < share) & (members.alive | (campaign.audience == "dormant")))
    shown = hashed(config.seed, 4000 + campaign.index, who) >= campaign.holdout
    members.offer[who] = campaign.index * 2 + shown
    members.offer_used[who] = 0
    return who, shown


def close_offers(members: Members, campaign: Campaign) -> Ints:
    """Members whose coupon of a campaign lapsed unused."""
    n = members.count
    return np.flatnonzero((members.offer[:n] == campaign.index * 2 + 1) & (members.offer_used[:n] == 0))


def release(members: Members, campaign: Campaign) -> None:
    """Sets an audience free once the lull after its campaign has passed."""
    n = members.count
    members.offer[:n][members.offer[:n] // 2 == campaign.index] = NONE


def lifts(config: Config, calendar: Calendar, members: Members, day: int) -> Floats:
    """What marketing does to each member's chance to order today, all true effects multiplied."""
    n = members.count
    lift = np.ones(n)
    for campaign in calendar.campaigns:
        if campaign.kind in {"coupon", "recall"} and campaign.start <= day <= campaign.end + AFTER_DAYS:
            shown = members.offer[:n] == campaign.index * 2 + 1
            lift[shown] *= campaign.lift if day <= campaign.end else AFTER
        elif campaign.kind == "live" and campaign.start == day:
            lift *= campaign.lift
    for experiment in calendar.testing(day):
        units = np.arange(n) if experiment.unit == "member" else members.group[:n]
        lift[treated(config, experiment, units)] *= experiment.lift
    return lift


def active_arm(
    config: Config, calendar: Calendar, day: int, units: dict[str, Ints]
) -> tuple[str, NDArray[np.bool_]] | None:
    """The experiment an order falls under today and which orders are treated."""
    running = calendar.testing(day)
    if not running:
        return None
    return running[0].name, treated(config, running[0], units[running[0].unit])
