"""What one may be allowed to do: a closed list, named noun.verb; whatever is not granted is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing a role may be allowed to do, under the name used in settings, commands and the audit."""

    name: str
    title: Text

    @property
    def noun(self) -> str:
        """What it is about: permissions of one noun stand together."""
        return self.name.partition(".")[0]


NOUNS: dict[str, Text] = {
    "figures": Text("数字", "Figures"),
    "views": Text("视图", "Views"),
    "metrics": Text("指标", "Metrics"),
    "targets": Text("目标", "Targets"),
    "data": Text("数据", "Data"),
    "events": Text("实时事件", "Live events"),
    "identity": Text("身份", "Identity"),
    "personal": Text("个人信息", "Personal data"),
    "sql": Text("SQL", "SQL"),
    "proposals": Text("建议", "Proposals"),
    "alerts": Text("预警", "Alerts"),
    "orders": Text("工单", "Work orders"),
    "push": Text("推送", "Push"),
    "portal": Text("团长与供应商", "Leaders and suppliers"),
    "jobs": Text("任务", "Jobs"),
    "modules": Text("模块", "Modules"),
    "users": Text("人员", "People"),
    "roles": Text("角色", "Roles"),
    "tokens": Text("访问令牌", "Access tokens"),
    "view_as": Text("以他人身份查看", "View as"),
    "audit": Text("审计", "Audit"),
}

PERMISSIONS: tuple[Permission, ...] = (
    Permission("figures.read", Text("看数字", "See figures")),
    Permission("figures.export", Text("导出数字与清单", "Export figures and lists")),
    Permission("views.manage", Text("管理所有人的视图", "Manage everybody's views")),
    Permission("metrics.own", Text("维护自有指标", "Keep own metrics")),
    Permission("targets.set", Text("制定目标", "Set targets")),
    Permission("data.see", Text("看批次、隔离区和数据质量", "See batches, quarantine and quality")),
    Permission("data.import", Text("导入数据", "Import data")),
    Permission("data.mend", Text("修正隔离的行", "Mend rows put aside")),
    Permission("data.undo", Text("撤销批次", "Undo batches")),
    Permission("events.send", Text("发送实时事件", "Send live events")),
    Permission("identity.join", Text("合并与拆分账号", "Join and split accounts")),
    Permission("personal.reveal", Text("查看个人信息原文", "Reveal personal data")),
    Permission("personal.manage", Text("受理删除、同意与保留期", "Answer for erasures, consent, retention")),
    Permission("personal.export", Text("导出个人信息", "Export personal data")),
    Permission("sql.ask", Text("用 SQL 查询并导出整张表", "Ask in SQL, export whole tables")),
    Permission("proposals.decide", Text("批准或拒绝建议", "Decide proposals")),
    Permission("proposals.policy", Text("制定建议的规则", "Set the policy of proposals")),
    Permission("alerts.manage", Text("管理预警规则", "Manage alert rules")),
    Permission("orders.work", Text("处理工单", "Work on work orders")),
    Permission("push.manage", Text("管理推送", "Manage push")),
    Permission(
        "portal.use",
        Text("用自己的手机页或门户，处理派给自己的工单", "Use one's own phone pages, do one's own work orders"),
    ),
    Permission("jobs.see", Text("看任务", "See jobs")),
    Permission("jobs.run", Text("运行与取消任务", "Run and cancel jobs")),
    Permission("modules.switch", Text("开关模块", "Switch modules on and off")),
    Permission("users.manage", Text("管理人员与数据范围", "Manage people and their scope")),
    Permission("roles.manage", Text("管理角色", "Manage roles")),
    Permission("tokens.make", Text("为自己建立访问令牌", "Make access tokens of one's own")),
    Permission("view_as.use", Text("以他人身份查看", "View as somebody else")),
    Permission("audit.read", Text("看审计记录", "Read the audit")),
    Permission("audit.verify", Text("校验审计记录", "Verify the audit")),
)
EVERY: frozenset[str] = frozenset(one.name for one in PERMISSIONS)


def permission(name: str) -> Permission:
    """The permission of that name; Misused, with the nearest names, when there is none."""
    for one in PERMISSIONS:
        if one.name == name:
            return one
    raise Misused(
        Text(f"没有权限 {name}", f"there is no permission {name}"),
        mend=nearest(name, [one.name for one in PERMISSIONS]),
    )


def known(names: Iterable[str]) -> frozenset[str]:
    """These permissions, each of which exists."""
    return frozenset(permission(name).name for name in names)
