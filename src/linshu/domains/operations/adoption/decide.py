"""The first tasks of each role, and whether they were done: judged by what really happened, never by ticking; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


APPROVED = "approved"  # proposals, one by one
IN_BULK = "approved in bulk"  # several at once


@dataclass(frozen=True, slots=True)
class Facts:
    """What one person has done: pages opened, and acts written in the audit with how often."""

    pages: frozenset[str] = frozenset()
    acts: Mapping[str, int] = field(default_factory=dict)

    def did(self, *acts: str) -> int:
        """How often they did any of these."""
        return sum(self.acts.get(one, 0) for one in acts)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to try: done when a page was opened, or an act was done often enough."""

    title: Text
    why: Text
    path: str
    page: str = ""
    acts: tuple[str, ...] = ()
    times: int = 1

    def got(self, facts: Facts) -> int:
        """How far it is, up to `times`."""
        if self.page:
            return int(self.page in facts.pages)
        return min(facts.did(*self.acts), self.times)

    def done(self, facts: Facts) -> bool:
        """Whether it really happened."""
        return self.got(facts) >= self.times


LOOK = Task(
    Text("打开经营总览，看今天和上期比怎样", "Open the overview: how is today against the period before?"),
    Text("每个数旁边的圆圈 i 说明它怎么算", "The circled i beside each figure says how it is counted"),
    "/overview", page="/overview",
)  # fmt: skip
EXPLORE = Task(
    Text("在自助分析里换一个维度看", "Cut a figure another way in explore"),
    Text("点图上任意一点，可以继续往下看", "Click any point to look deeper"),
    "/explore", page="/explore",
)  # fmt: skip
ALERT = Task(
    Text("认领一条响着的预警", "Take on an alert that rings"),
    Text("点“我来看”，就不会再升级给别人", "Say that you look, and it is passed on no further"),
    "/alerts", acts=("alert.see",),
)  # fmt: skip
WORK = Task(
    Text("处理一张工单", "Work on a work order"),
    Text("接下、完成或写一句进展都算", "Taking it, finishing it or a word on it all count"),
    "/work", acts=("work.start", "work.finish", "work.comment", "work.assign", "work.hand_over", "work.verify", "work.close"),
)  # fmt: skip
EXPORT = Task(
    Text("把一张表导出成 Excel", "Export a table to Excel"),
    Text("筛选后看到什么，导出就是什么", "What you filtered is what you get"),
    "/explore", acts=("export.make",),
)  # fmt: skip
QUALITY = Task(
    Text("看看数据新不新、全不全", "See whether the data is fresh and whole"),
    Text("数字不对时，先看这里", "When a figure looks wrong, look here first"),
    "/data/quality", page="/data/quality",
)  # fmt: skip
DICTIONARY = Task(
    Text("在指标字典里查一个指标的口径", "Look a metric up in the dictionary"),
    Text("同一个词，全公司只有一种算法", "One word, one definition for the whole company"),
    "/dictionary", page="/dictionary",
)  # fmt: skip
LINEAGE = Task(
    Text("把一个数追到它的原始行", "Trace a figure to its rows"),
    Text("在总览的数字旁点“它从哪里来”", "Click “where it comes from” beside a figure of the overview"),
    "/overview", page="/lineage",
)  # fmt: skip
TARGET = Task(
    Text("定一个目标", "Set a target"),
    Text("卡片上会出现达成和期末预计", "Cards then say how far it is and where it leads"),
    "/targets", acts=("target.set", "target.import"),
)  # fmt: skip


def _answer(path: str) -> Task:
    return Task(
        Text("看看消息，回一件公司找您的事", "See your messages, and answer one"),
        Text("写一句话，或做完后点“完成”，公司马上看到", "A word, or saying it is done, reaches the company at once"),
        path, acts=("work.start", "work.finish", "work.comment", "work.close"),
    )  # fmt: skip


def _look(path: str, title: Text, why: Text) -> Task:
    return Task(title, why, path, page=path)


def _approve(many: int, what: Text) -> Task:
    return Task(
        what, Text("先看理由和预计效果，再批准", "Read the reasons and the promise, then approve"), "/inbox",
        acts=(APPROVED,), times=many,
    )  # fmt: skip


TASKS: dict[str, tuple[Task, ...]] = {
    "operator": (
        LOOK,
        Task(
            Text("成批批准今天的建议", "Approve today's suggestions in bulk"),
            Text("勾选几条，一次批准", "Tick some, approve them at once"),
            "/inbox", acts=(IN_BULK,),
        ),
        ALERT, WORK, TARGET,
    ),
    "growth": (
        LOOK,
        Task(
            Text("看老客留下来多少", "Look at retention"),
            Text("在自助分析里选“留存”或“复购”的指标", "Choose a metric of retention or repurchase in explore"),
            "/explore?m=repurchase_rate&grain=month&period=all", page="/explore",
        ),
        _approve(3, Text("批准三条唤回建议", "Approve three wake-up calls")),
        DICTIONARY,
    ),
    "buyer": (LOOK, _approve(3, Text("批准三条补货建议", "Approve three orders")), ALERT, EXPORT),
    "dispatch": (LOOK, WORK, ALERT, QUALITY),
    "finance": (LOOK, LINEAGE, TARGET, EXPORT),
    "viewer": (LOOK, EXPLORE, DICTIONARY),
    "leader": (
        _look(
            "/leader/commission", Text("找到您这个月的佣金", "Find your commission of this month"),
            Text("每天记了多少、为什么有时是负数，都写在那里", "It says what each day brought, and why some days are below nothing"),
        ),
        _look(
            "/leader/orders", Text("找到一位顾客的订单", "Find a customer's order"),
            Text("按商品、姓氏或单号找；点开看每样货", "By goods, name or number; open it to see each good"),
        ),
        _answer("/leader/messages"),
        _look(
            "/leader/me", Text("看看这里的数据是不是您自己的", "See that the figures here are yours"),
            Text("在“我的”里还能换成大家习惯的语言和深浅色", "There one also chooses the language and the look"),
        ),
    ),
    "supplier": (
        _look(
            "/supplier/purchases", Text("找到公司最近向您订的货", "Find what the company ordered of you lately"),
            Text("订了多少、收了多少、退了多少，一张单一目了然", "Ordered, received and refused, on one page an order"),
        ),
        _look(
            "/supplier/stock", Text("看看您的哪样货快断了", "See which of your goods run out"),
            Text("库存少的排在最前面", "Those with least stock stand first"),
        ),
        Task(
            Text("把采购单或库存导出成 Excel", "Export purchases or stock to Excel"),
            Text("对账时和自己的账放在一起看", "To hold against your own books"), "/supplier/purchases", acts=("export.make",),
        ),
        _answer("/supplier/messages"),
    ),
    "admin": (
        Task(
            Text("上传第一个订单文件", "Upload a first file of orders"),
            Text("先看怎么读、有哪些问题，再导入；坏行单独放着", "See how it is read and what is wrong, then import; bad rows stand aside"),
            "/data/upload", page="/data/upload",
        ),
        Task(
            Text("添加一个人，定好角色和数据范围", "Add a person with a role and their rows"),
            Text("看不到的数据，任何页面、导出都不会出现", "What they may not see appears on no page and in no export"),
            "/admin/people", acts=("user.add",),
        ),
        Task(
            Text("决定先用哪些模块", "Decide which modules to begin with"),
            Text("缺哪些数据、下一步做什么，都写在那里", "It says what data is missing and what to do next"),
            "/modules", page="/modules",
        ),
        Task(
            Text("看谁做了什么", "See who did what"),
            Text("审计记录改不了、删不掉", "No entry of the audit can be changed or removed"),
            "/admin/audit", page="/admin/audit",
        ),
        Task(
            Text("看大家用得怎么样", "See who uses what"),
            Text("哪些建议一直没人理，也在那里", "Also which suggestions nobody minds"),
            "/adoption", page="/adoption",
        ),
    ),
}  # fmt: skip


def least_told(people: int, least: int = 3) -> bool:
    """Whether a group is large enough that its numbers are nobody's own."""
    return people >= least
