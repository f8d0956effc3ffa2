"""What moved the losses, said in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.engine.metrics.declare import Unit
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from linshu.domains.supply.losses.decide import Change, Driver
    from linshu.engine.shell.view import Writer

MOST = 8
LEAST_FEN = 100  # less than a yuan drives nothing


@dataclass(frozen=True, slots=True)
class Reason:
    """One group that moved the losses: by how much, fen, and in words why."""

    key: str
    name: str
    effect: int
    spoils: int
    mix: int
    words: str


def reasons(change: Change, names: Mapping[str, str], writer: Writer) -> list[Reason]:
    """The groups that moved the losses most, strongest first."""
    found = [one for one in change.drivers if abs(one.effect) >= LEAST_FEN]
    return [
        Reason(
            one.part.key, names.get(one.part.key, one.part.key), round(one.effect), round(one.spoils), round(one.mix),
            writer.say(_words(one, writer)),
        )
        for one in found
    ]  # fmt: skip


def said(change: Change, writer: Writer) -> str:
    """The whole change in one sentence."""
    if not change.total:
        return writer.say(Text("损耗和对比期一样多", "losses are the same as in the period compared"))
    parts = [
        (change.volume, Text("出货多了", "more went out"), Text("出货少了", "less went out")),
        (change.spoils, Text("坏得多了", "goods spoiled more"), Text("坏得少了", "goods spoiled less")),
        (
            change.mix,
            Text("易损的货卖得多了", "more of what spoils easily"),
            Text("易损的货卖得少了", "less of what spoils easily"),
        ),
    ]
    told = [
        f"{writer.say(up if amount > 0 else down)} {'+' if amount > 0 else '−'}{_money(abs(amount), writer)}"
        for amount, up, down in sorted(parts, key=lambda one: -abs(one[0]))
        if abs(amount) >= LEAST_FEN
    ]
    whole = _money(abs(change.total), writer)
    more = (
        Text(f"比对比期多损 {whole}", f"{whole} more lost than in the period compared")
        if change.total > 0
        else Text(f"比对比期少损 {whole}", f"{whole} less lost than in the period compared")
    )
    colon, comma = writer.say(Text("：", ": ")), writer.say(Text("，", ", "))
    return writer.say(more) + (colon + comma.join(told) if told else "")


def _words(one: Driver, writer: Writer) -> Text:
    now, then = one.part.rate, one.part.rate_before
    if now is None and then is None:
        return Text(
            f"损耗从 {_money(one.part.lost_before, writer)} 到 {_money(one.part.lost, writer)}",
            f"lost {_money(one.part.lost_before, writer)} before, {_money(one.part.lost, writer)} now",
        )
    if then is None:
        return Text(
            f"对比期没出货，现在损耗率 {_rate(now, writer)}",
            f"nothing went out before; now it loses {_rate(now, writer)}",
        )
    if now is None:
        return Text(
            f"现在没出货，对比期损耗率 {_rate(then, writer)}",
            f"nothing goes out now; before it lost {_rate(then, writer)}",
        )
    rates = Text(
        f"损耗率从 {_rate(then, writer)} 到 {_rate(now, writer)}",
        f"loss rate from {_rate(then, writer)} to {_rate(now, writer)}",
    )
    if abs(one.spoils) >= abs(one.mix):
        return rates
    grew = one.part.out > one.part.out_before
    return Text(
        f"出货{'多' if grew else '少'}了，它的损耗率 {_rate(now, writer)}",
        f"{'more' if grew else 'less'} of it goes out, and it loses {_rate(now, writer)}",
    )


def _money(fen: Fraction | int, writer: Writer) -> str:
    return writer.short(round(fen), Unit.FEN)


def _rate(rate: float | None, writer: Writer) -> str:
    return writer.short(rate, Unit.RATIO)
