"""A rule that watches a figure: which, cut by what, and what about it somebody must hear of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Self

from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

Test = Literal["above", "below", "fell", "rose", "band"]
Grain = Literal["day", "week", "month"]
Severity = Literal["info", "warn", "urgent"]

TEST_TITLES: Mapping[Test, Text] = {
    "above": Text("高于", "Above"),
    "below": Text("低于", "Below"),
    "fell": Text("比之前降了", "Fell by"),
    "rose": Text("比之前升了", "Rose by"),
    "band": Text("偏离平常", "Out of its usual band"),
}
GRAIN_TITLES: Mapping[Grain, Text] = {
    "day": Text("每天", "Every day"),
    "week": Text("每周", "Every week"),
    "month": Text("每月", "Every month"),
}
SEVERITY_TITLES: Mapping[Severity, Text] = {
    "info": Text("留意", "Notice"),
    "warn": Text("要处理", "Act on it"),
    "urgent": Text("紧急", "Urgent"),
}
MOST_MINUTES = 24 * 60  # of the window of a rule on events
HISTORY: Mapping[Grain, int] = {"day": 64, "week": 12, "month": 13}  # buckets looked at, the judged one included


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ready ones are declared by the domains, a company adds its own and changes the ready ones' numbers.

    `limit` is what the figure is held against: for above and below a value in the metric's own unit (money in fen, shares
    0 to 1), for fell and rose a share of the value before, for band so many times its usual swing.
    """

    name: str
    title: Text
    metric: str
    test: Test
    limit: float
    by: str = ""  # one dimension; "" = the company as a whole
    event: str = ""  # instead of a metric: a kind of live event, or kind:state, of which there are too many
    minutes: int = 10  # within so many minutes
    where: tuple[str, ...] = ()  # "city=武汉"
    grain: Grain = "day"
    sample: str = ""  # a count that must be large enough before the figure says anything
    least: float = 0  # of `sample`, in the judged bucket
    times: int = 1  # so many buckets in a row before it rings
    ease: float = 0.1  # it must come back past the limit by this share before it falls silent
    severity: Severity = "warn"
    owner: str = "operator"  # the role that is told, in the scope of the group
    channel: str = ""  # where it is sent beside the page; "" = nowhere
    escalate_hours: int = 4  # unseen for so long, the next one up is told; 0 = never
    active: bool = False
    why: Text = field(default_factory=lambda: Text("", ""))  # what it is good for, and what to do when it rings

    def __post_init__(self) -> None:
        """Refuses numbers that make no sense."""
        self._watches()
        if not 0 <= self.ease < 1:
            raise Invalid(Text("回落余量应在 0 与 1 之间", "the ease must lie between 0 and 1"))
        if self.times < 1 or self.times > 14:
            raise Invalid(Text("连续次数应在 1 与 14 之间", "so many in a row must lie between 1 and 14"))
        if self.test in ("fell", "rose", "band") and self.limit <= 0:
            raise Invalid(Text("幅度要大于 0", "the size must be above 0"))
        if self.test == "fell" and self.limit >= 1:
            raise Invalid(Text("不能降 100% 以上", "nothing falls by more than 100 %"))
        if self.least and not self.sample:
            raise Invalid(Text("写了最少样本，却没说数什么", "a least sample needs a count"))
        if self.escalate_hours < 0:
            raise Invalid(Text("升级时间不能为负", "the time to escalate cannot be negative"))

    def _watches(self) -> None:
        """One thing; of events a rule may say that there are more than so many within some minutes."""
        if bool(self.metric) is bool(self.event):
            raise Invalid(Text("规则看一个指标，或者一种事件", "a rule watches a metric or a kind of event"))
        if not self.event:
            return
        if self.test != "above" or self.limit < 0:
            raise Invalid(Text("事件的规则只能是“高于”某个数", "a rule on events says above so many"))
        if not 1 <= self.minutes <= MOST_MINUTES:
            raise Invalid(
                Text(f"时间窗应在 1 到 {MOST_MINUTES} 分钟之间", f"the window is 1 to {MOST_MINUTES} minutes")
            )
        if self.times != 1 or self.sample or self.where:
            raise Invalid(
                Text(
                    "事件的规则没有样本、筛选和连续次数",
                    "a rule on events has no sample, no filter and no row of times",
                )
            )

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """The rule with other numbers; Invalid names what is not a part of a rule."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in changes:
            if name not in known or name == "name":
                raise Invalid(
                    Text(f"规则里没有 {name}", f"a rule has no {name}"), mend=nearest(name, set(known) - {"name"})
                )
        return replace(self, **{name: _like(known[name], value, name) for name, value in changes.items()})

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """As it was kept; what a later version added takes its default."""
        known = {one.name for one in fields(cls)}
        given = {name: value for name, value in kept.items() if name in known}
        return cls(
            **{**given, "title": Text(**kept["title"]), "why": Text(**kept["why"]), "where": tuple(kept["where"])}
        )


def _like(before: Any, value: Any, name: str) -> Any:
    """A value as the part of the rule holds it; text from a form is read."""
    try:
        if isinstance(before, bool):
            return value if isinstance(value, bool) else str(value).lower() in {"1", "true", "on", "yes"}
        if isinstance(before, int) and not isinstance(before, bool) and name != "least":
            return int(str(value))
        if isinstance(before, float | int):
            return float(str(value))
    except ValueError as error:
        raise Invalid(Text(f"{name} 应是数字，写的是“{value}”", f"{name} must be a number, not {value!r}")) from error
    return value
