"""Which leaders have gone quiet, whom to call first, and what a call is expected to bring: pure.

A leader is quiet when the last fortnight sold less than a share of what their fortnights used to sell. Only leaders who
used to sell enough are judged: a small leader's fortnight is zero by chance alone. What a call brings is the part of the
usual sales that is expected to come back; the share is an assumption of the policy until the comparison group tells it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fortnights:
    """What one leader sold, fen: in the last fortnight, and in each of the four before it, the latest first."""

    leader_id: str
    last: int
    before: tuple[int, ...]

    @property
    def usual(self) -> int:
        """A usual fortnight: the median of those before, so that one good promotion makes nobody quiet."""
        ordered = sorted(self.before)
        middle = len(ordered) // 2
        if not ordered:
            return 0
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company calls quiet, and what it offers."""

    quiet_share: float = 0.5  # of the usual fortnight
    least_usual: int = 30_000  # fen a fortnight
    back_share: float = 0.25  # of the usual fortnight, expected within a week of the call
    coupon_share: float = 0.02  # of the usual fortnight, offered as a coupon for the next opening
    coupon_most: int = 5_000  # fen
    most_calls: int = 50  # a day


@dataclass(frozen=True, slots=True)
class Call:
    """One leader to be called: what is offered, what is expected."""

    leader_id: str
    last: int
    usual: int
    coupon: int
    expected: int


def calls(leaders: tuple[Fortnights, ...], rules: Rules) -> tuple[Call, ...]:
    """The leaders to call, the dearest silence first."""
    quiet = [call for one in leaders if (call := call_for(one, rules)) is not None]
    return tuple(sorted(quiet, key=lambda one: (-one.expected, one.leader_id))[: rules.most_calls])


def call_for(one: Fortnights, rules: Rules) -> Call | None:
    """The call for one leader; None for one who is not quiet, or too small to say."""
    if one.usual < rules.least_usual or one.last >= one.usual * rules.quiet_share:
        return None
    coupon = min(rules.coupon_most, int(one.usual * rules.coupon_share) // 100 * 100)
    return Call(one.leader_id, one.last, one.usual, coupon, worth(one.usual, one.last, rules))


def worth(usual: int, last: int, rules: Rules) -> int:
    """What is expected to come back within a week, never more than half of what went missing."""
    return min(int(usual * rules.back_share), (usual - last) // 2)
