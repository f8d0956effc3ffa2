"""Wake-up calls as a kind of proposals: reads the sales, lets the rule decide, says what happens and how it is measured."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.growth.waking.decide import Fortnights, Rules, call_for, calls, worth
from linshu.domains.growth.waking.inputs import Known, directory, fortnights, sales, withdrawn
from linshu.engine.decisions import Column, Draft, Effect, Kind, Place, Policy
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.decisions import Proposal
    from linshu.engine.decisions.proposal import Line
    from linshu.engine.shell.asking import Shop

NAME = "wake_leader"
TITLE = Text("唤回沉寂团长", "Wake quiet leaders")
WEEK = 7
DECLARED = Rules()


def propose(shop: Shop, day: date, policy: Policy, _: tuple[Proposal, ...] = ()) -> Iterable[Draft]:
    """The calls of a morning, from the sales up to the evening before."""
    rules = rules_of(policy)
    read = fortnights(shop, day)
    by_leader = {one.leader_id: one for one in read}
    known = directory(shop, by_leader)
    at_work = tuple(one for one in read if one.leader_id in known)
    unwilling = withdrawn(shop)
    asked = tuple(one for one in at_work if one.leader_id not in unwilling)
    left_out = sum(call_for(one, rules) is not None for one in at_work if one.leader_id in unwilling)
    for call in calls(asked, rules):
        yield _draft(by_leader[call.leader_id], known[call.leader_id], day, rules, left_out)


def again(inputs: Mapping[str, Any], policy: Policy) -> Draft | None:
    """The same call from its frozen inputs."""
    one = Fortnights(inputs["leader_id"], inputs["last"], tuple(inputs["before"]))
    if call_for(one, rules_of(policy)) is None:
        return None
    place = Place(tuple(inputs["regions"]), inputs["community"], inputs["leader_id"])
    known = Known(inputs["name"], inputs["town"], place)
    return _draft(one, known, date.fromisoformat(inputs["day"]), rules_of(policy), inputs.get("left_out", 0))


def rules_of(policy: Policy) -> Rules:
    """The rule's numbers as the policy has them."""
    return Rules(**{one.name: policy.own[one.name] for one in fields(Rules)})


def _draft(one: Fortnights, known: Known, day: date, rules: Rules, left_out: int) -> Draft:
    call = call_for(one, rules)
    assert call is not None
    lost = 100 - round(100 * call.last / call.usual)
    line = {
        "leader": known.name,
        "town": known.town,
        "usual": call.usual,
        "last": call.last,
        "coupon": call.coupon,
        "words": "",
    }
    return Draft(
        NAME,
        f"leader:{one.leader_id}",
        Text(f"联系团长 {known.name}", f"Call leader {known.name}"),
        day,
        (line,),
        (
            Text(f"最近两周比平常少卖 {lost}%", f"sold {lost} % less than usual in the last two weeks"),
            Text(
                f"平常两周卖 {call.usual / 100:,.0f} 元，最近两周 {call.last / 100:,.0f} 元",
                f"usually sells {call.usual / 100:,.0f} in two weeks, lately {call.last / 100:,.0f}",
            ),
            Text(
                "预计一周内回来的部分按策略里的假设估算，等对照组说话",
                "what is expected back within a week is an assumption of the policy until the comparison tells",
            ),
            *_said_of(left_out),
        ),
        call.expected,
        call.coupon,
        known.place,
        {
            "leader_id": one.leader_id, "name": known.name, "town": known.town, "regions": list(known.place.regions),
            "community": known.place.community, "day": day.isoformat(), "last": one.last, "before": list(one.before),
            **({"left_out": left_out} if left_out else {}),
        },
    )  # fmt: skip


def _said_of(left_out: int) -> tuple[Text, ...]:
    """Those who are quiet too and whom nobody calls, because they took their consent back."""
    if not left_out:
        return ()
    return (
        Text(
            f"另有 {left_out} 位撤回了营销同意，没有列入", f"{left_out} more took their consent back and are left out"
        ),
    )


def worth_of(lines: tuple[Line, ...], inputs: Mapping[str, Any], policy: Policy) -> tuple[int, int]:
    """A person may change the coupon, which changes what it costs; what is expected stays what the sales say."""
    one = Fortnights(inputs["leader_id"], inputs["last"], tuple(inputs["before"]))
    return worth(one.usual, one.last, rules_of(policy)), int(lines[0]["coupon"])


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """A work order for whoever looks after the leader."""
    (line,) = proposal.lines
    return (Effect("work_order", "growth", proposal.title.zh, _body(proposal, line, "open")),)


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """Calls the work order back."""
    (line,) = proposal.lines
    return (Effect("work_order", "growth", proposal.title.zh, _body(proposal, line, "withdraw")),)


def _body(proposal: Proposal, line: Line, what: str) -> dict[str, Any]:
    return {
        "do": what, "proposal": proposal.proposal_id, "title_zh": proposal.title.zh, "title_en": proposal.title.en,
        "coupon": line["coupon"], "words": line["words"], "leader": proposal.place.leader,
    }  # fmt: skip


def observe(shop: Shop, proposals: tuple[Proposal, ...], _: Mapping[str, Mapping[str, Any]]) -> Mapping[str, float]:
    """What each leader sold in the week after, fen; the ledger compares those offered with those left alone."""
    day = proposals[0].day
    sold = sales(shop, day + timedelta(days=1), WEEK)
    return {one.proposal_id: float(sold.get(one.place.leader, 0)) for one in proposals}


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("leader", Text("团长", "Leader")),
        Column("town", Text("地区", "Place")),
        Column("usual", Text("平常两周", "Usual fortnight"), "fen"),
        Column("last", Text("最近两周", "Last fortnight"), "fen"),
        Column("coupon", Text("开团券", "Coupon"), "fen", editable=True, most=100_000),
        Column("words", Text("想说的话", "What to say"), editable=True, longest=200),
    ),
    roles=frozenset({"growth", "operator"}),
    apply=apply,
    undo=undo,
    how="holdout",
    days=WEEK,
    worth=worth_of,
    again=again,
    propose=propose,
    observe=observe,
    policy=Policy(
        open_days=2,
        rest_days=WEEK,
        held_share=0.15,
        own={one.name: getattr(DECLARED, one.name) for one in fields(Rules)},
    ),
    numbers={
        "town": Text("城市", "City"),
        "last": Text("最近两周销售（分）", "Sales of the last fortnight, fen"),
        "before": Text("之前各两周销售（分）", "Sales of the fortnights before, fen"),
        "left_out": Text("撤回同意的人数", "Left out: took consent back"),
    },
    words={
        "quiet_share": Text("低于平常的多少算沉寂", "Quiet below this share of usual"),
        "least_usual": Text("平常两周至少卖多少才看（元）", "Least usual fortnight looked at (yuan)"),
        "back_share": Text("假设一周内能回来的比例", "Assumed to come back within a week"),
        "coupon_share": Text("开团券占平常两周的比例", "Coupon as a share of the usual fortnight"),
        "coupon_most": Text("开团券最多（元）", "Largest coupon (yuan)"),
        "most_calls": Text("一天最多联系几位", "Most calls a day"),
    },
    fen=frozenset({"least_usual", "coupon_most"}),
    gain=Text("预计一周多卖", "Expected sales in a week"),
)
