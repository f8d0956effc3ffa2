"""What an entry of the audit says, in words: the act, whom or what it was about, and what changed. Pure.

A name that is not known here is shown as it was written: nothing of the record is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from linshu.engine.access.permissions import PERMISSIONS
from linshu.engine.access.roles import ROLES
from linshu.engine.access.scope import TITLES as SCOPES
from linshu.engine.alerts.rule import GRAIN_TITLES, SEVERITY_TITLES
from linshu.engine.decisions.rules import ACT_TITLES as DECISIONS
from linshu.engine.work.rules import ACT_TITLES as WORKING
from linshu.kernel.text import Text

NOUNS: Mapping[str, Text] = {
    "login": Text("登录", "Log-in"), "user": Text("人员", "People"), "role": Text("角色", "Roles"),
    "token": Text("令牌", "Tokens"), "link": Text("登录链接", "Links"), "second_factor": Text("第二重验证", "Second factor"),
    "view_as": Text("以他人身份查看", "View as"), "export": Text("导出", "Exports"), "batch": Text("批次", "Batches"),
    "proposal": Text("建议", "Proposals"), "job": Text("任务", "Jobs"), "push": Text("推送", "Push"),
    "personal": Text("个人信息", "Personal data"), "audit": Text("审计", "Audit"), "work": Text("工单", "Work orders"),
    "alert": Text("预警", "Alerts"), "rule": Text("规则", "Rules"), "target": Text("目标", "Targets"),
    "module": Text("模块", "Modules"), "policy": Text("策略", "Policies"), "settings": Text("设置", "Settings"),
    "event": Text("实时事件", "Live events"), "code": Text("验证码", "Log-in codes"), "schedule": Text("定时", "Schedules"),
    "channel": Text("推送通道", "Push channels"), "message": Text("消息", "Messages"),
    "plan": Text("定期收取", "Collecting"), "sql": Text("SQL", "SQL"),
}  # fmt: skip

ACTS: Mapping[str, Text] = {
    "login.enter": Text("登录", "logged in"), "login.leave": Text("退出", "logged out"),
    "login.revoke": Text("收回登录", "ended log-ins"), "login.fail": Text("登录失败", "failed to log in"),
    "login.pause": Text("失败太多，暂停", "paused after failures"),
    "view_as.begin": Text("开始以他人身份查看", "began to view as somebody"), "view_as.end": Text("不再以他人身份查看", "ended viewing as somebody"),
    "user.add": Text("新增人员", "added a person"), "user.scope": Text("改数据范围", "changed the rows one sees"),
    "user.role": Text("改角色", "changed a role"), "user.name": Text("改姓名", "changed a name"),
    "user.password": Text("改密码", "changed a password"), "user.on": Text("启用", "let in again"), "user.off": Text("停用", "shut out"),
    "user.channel": Text("改接收方式", "changed where messages go"),
    "role.add": Text("新建角色", "made a role"), "role.change": Text("改角色权限", "changed what a role may"),
    "role.remove": Text("删除角色", "removed a role"), "token.make": Text("建访问令牌", "made a token"),
    "token.revoke": Text("收回令牌", "revoked a token"), "link.make": Text("发登录链接", "made a log-in link"),
    "code.make": Text("发验证码", "sent a log-in code"), "second_factor.on": Text("打开第二重验证", "set up a second factor"),
    "second_factor.renew": Text("换恢复码", "renewed recovery codes"), "second_factor.off": Text("关掉第二重验证", "took the second factor off"),
    "export.make": Text("导出", "exported"), "batch.undo": Text("撤销批次", "took a batch back"),
    "target.set": Text("定目标", "set a target"), "target.drop": Text("取消目标", "dropped a target"), "target.import": Text("导入目标", "imported targets"),
    "job.run": Text("运行任务", "ran a job"), "job.cancel": Text("取消任务", "cancelled a job"), "job.retry": Text("重试任务", "retried a job"),
    "schedule.on": Text("恢复定时", "resumed a schedule"), "schedule.off": Text("停用定时", "stopped a schedule"),
    "plan.add": Text("新增来源", "added a source"), "plan.change": Text("改来源", "changed a source"), "plan.remove": Text("删除来源", "removed a source"),
    "plan.run": Text("马上收取", "collected now"), "plan.on": Text("恢复收取", "resumed collecting"), "plan.off": Text("停用收取", "stopped collecting"),
    "channel.add": Text("新增通道", "added a channel"), "channel.change": Text("改通道", "changed a channel"),
    "channel.remove": Text("删除通道", "removed a channel"), "channel.test": Text("试发", "sent a test"),
    "message.retry": Text("重发消息", "sent a message again"), "message.cancel": Text("不再发送", "gave a message up"),
    "policy.change": Text("改策略", "changed a policy"), "rule.change": Text("改预警规则", "changed a rule"), "rule.drop": Text("删除预警规则", "dropped a rule"),
    "alert.see": Text("确认预警", "saw an alert"), "alert.silence": Text("静音", "silenced"), "alert.unsilence": Text("取消静音", "ended a silence"),
    "module.on": Text("启用模块", "switched a module on"), "module.off": Text("停用模块", "switched a module off"),
    "settings.change": Text("改设置", "changed settings"), "event.mend": Text("修正死信", "mended a dead letter"), "event.dismiss": Text("不再处理死信", "dismissed a dead letter"),
    "personal.ask": Text("申请", "asked"), "personal.approve": Text("批准申请", "agreed"), "personal.reject": Text("拒绝申请", "refused"),
    "personal.withdraw": Text("撤回申请", "withdrew a request"), "personal.erase": Text("删除个人信息", "erased personal data"),
    "personal.export": Text("生成导出", "made an export"), "personal.fetch": Text("下载导出", "fetched an export"),
    "personal.consent": Text("记同意", "recorded consent"), "personal.retain": Text("到期删除", "let go of what was due"),
    "personal.reveal": Text("查看原文", "revealed values"), "personal.find": Text("按号码查找", "looked a number up"),
    "work.fetch": Text("看附件", "fetched a file"),
    "proposal.draft": Text("提出建议", "proposed"),
    **{f"proposal.{name}": title for name, title in DECISIONS.items()},
    **{f"work.{name}": title for name, title in WORKING.items()},
}  # fmt: skip

PARTS: Mapping[str, Text] = {
    "how": Text("方式", "how"), "role": Text("角色", "role"), "before": Text("原来", "before"), "scope": Text("范围", "rows"),
    "what": Text("用的", "by"), "count": Text("个数", "count"), "hours": Text("小时", "hours"), "days": Text("天数", "days"),
    "owner": Text("归谁", "owner"), "permissions": Text("权限", "permissions"), "granted": Text("加上", "granted"),
    "taken": Text("去掉", "taken away"), "base": Text("菜单", "menu"), "title": Text("名称", "title"), "name": Text("名称", "name"),
    "kind": Text("种类", "kind"), "to": Text("给", "to"), "of": Text("条数", "count"), "why": Text("原因", "reason"),
    "version": Text("第几版", "version"), "request": Text("申请", "request"), "bytes": Text("字节", "bytes"), "purpose": Text("用途", "purpose"),
    "given": Text("同意", "given"), "asked": Text("条件", "asked"), "file": Text("文件", "file"), "rows": Text("行数", "rows"),
    "job": Text("任务", "job"), "well": Text("成功", "went well"), "active": Text("启用", "on"), "group": Text("对象", "group"),
    "channel": Text("通道", "channel"), "key": Text("编号", "key"), "changed": Text("改了", "changed"), "metric": Text("指标", "metric"),
    "test": Text("比较", "test"), "limit": Text("界限", "limit"), "severity": Text("级别", "severity"), "grain": Text("频率", "every"),
    "by": Text("按", "by"), "where": Text("只看", "only"), "sample": Text("样本", "sample"), "least": Text("最少样本", "least sample"),
    "times": Text("连续次数", "in a row"), "ease": Text("回落余量", "ease"), "escalate_hours": Text("几小时后升级", "passed on after hours"),
    "event": Text("事件", "event"), "minutes": Text("几分钟内", "within minutes"), "dimension": Text("范围", "of"), "value": Text("哪一个", "which"),
    "period": Text("时段", "period"), "start": Text("从", "from"), "end": Text("到", "to"), "target": Text("目标值", "target"),
    "fields": Text("看了", "shown"), "columns": Text("看了", "shown"), "own": Text("规则的数", "numbers of the rule"), "page": Text("页面", "page"),
    "form": Text("格式", "form"), "q": Text("搜索", "search"), "from": Text("从", "from"), "act": Text("动作", "act"), "person": Text("谁", "who"),
    **SCOPES, "digest": Text("校验", "digest"),
    "held_share": Text("对照组占比", "held back"), "undo_hours": Text("可撤销小时", "undo within hours"), "rest_days": Text("歇几天", "rests days"),
}  # fmt: skip

_ROLES = {one.name: one.title for one in ROLES}
_YES, _NO = Text("是", "yes"), Text("否", "no")
VALUES: Mapping[str, Mapping[str, Text]] = {
    "how": {
        "password": Text("密码", "password"), "link": Text("登录链接", "log-in link"), "code": Text("验证码", "code"),
        "oidc": Text("公司账号（OIDC）", "company account (OIDC)"), "second": Text("第二重验证", "second factor"),
    },
    "what": {
        "password": Text("密码", "password"), "second_factor": Text("第二重验证", "second factor"), "code": Text("验证码", "code"),
        "link": Text("登录链接", "log-in link"), "token": Text("令牌", "token"),
    },
    "role": _ROLES, "base": _ROLES, "before": _ROLES, "owner": _ROLES, "act": {**NOUNS, **ACTS},
    "permissions": {one.name: one.title for one in PERMISSIONS}, "granted": {one.name: one.title for one in PERMISSIONS},
    "taken": {one.name: one.title for one in PERMISSIONS},
    "severity": {str(name): title for name, title in SEVERITY_TITLES.items()}, "grain": {str(name): title for name, title in GRAIN_TITLES.items()},
    "kind": {
        "erase": Text("删除", "erasure"), "export": Text("导出", "export"), "wecom": Text("企业微信", "WeCom"), "dingtalk": Text("钉钉", "DingTalk"),
        "feishu": Text("飞书", "Feishu"), "mail": Text("邮件", "mail"), "webhook": Text("其他系统", "webhook"),
    },
}  # fmt: skip

SUBJECTS: Mapping[str, tuple[Text, str]] = {  # what stands before the colon: its name, and the page of one such thing
    "user": (Text("人员", "person"), "/admin/people/{}"), "role": (Text("角色", "role"), "/admin/roles"),
    "proposal": (Text("建议", "proposal"), "/inbox/{}"), "proposals": (Text("建议条数", "proposals"), ""),
    "work": (Text("工单", "work order"), "/work/{}"), "job": (Text("任务", "job"), "/jobs/{}"),
    "batch": (Text("批次", "batch"), "/data/batches/{}"), "rule": (Text("规则", "rule"), "/alerts/rules/{}"),
    "policy": (Text("策略", "policy"), "/inbox/policy/{}"), "message": (Text("消息", "message"), "/push/outbox/{}"),
    "member": (Text("会员", "member"), ""), "alert": (Text("预警", "alert"), ""), "silence": (Text("静音", "silence"), ""),
    "token": (Text("令牌", "token"), ""), "channel": (Text("通道", "channel"), ""), "event": (Text("事件", "event"), ""),
    "module": (Text("模块", "module"), "/modules"), "settings": (Text("设置", "settings"), ""), "plan": (Text("来源", "source"), ""),
    "schedule": (Text("定时", "schedule"), ""), "span": (Text("保留期", "retention"), ""), "page": (Text("页面", "page"), ""),
    "leader": (Text("团长", "leader"), ""), "supplier": (Text("供应商", "supplier"), ""), "address": (Text("地址", "address"), ""),
    "request": (Text("申请", "request"), "/admin/privacy/requests/{}"),
}  # fmt: skip
SHORT = 10  # signs of an id that says nothing to people
MOST = 120  # signs of one value


def title_of(act: str) -> Text:
    """What was done."""
    noun = act.partition(".")[0]
    return ACTS.get(act) or Text(f"{NOUNS.get(noun, Text(noun, noun)).zh} {act}", act)


def subject_of(subject: str) -> tuple[Text, str, str]:
    """The kind of thing, what it is called here, and its page ("" = none)."""
    kind, colon, name = subject.partition(":")
    if not colon or kind not in SUBJECTS:
        return Text("", ""), subject, ""
    title, page = SUBJECTS[kind]
    plain = name.removeprefix("~")
    shown = f"{name[:8]}…" if len(name) > SHORT and name.isalnum() and any(one.isdigit() for one in name) else name
    return title, shown, page.format(plain) if plain else ""


def said(details: str) -> tuple[tuple[Text, Text], ...]:
    """What changed, as names and values; the ids that an act touched are told by their number."""
    try:
        parts = json.loads(details)
    except ValueError:
        return ((Text("", ""), Text(details, details)),)
    return tuple(
        (PARTS.get(name, Text(name, name)), _value(name, value))
        for name, value in parts.items()
        if value not in ("", [], {}, None) and name != "ids"
    )


def _value(name: str, value: Any) -> Text:
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        return _joined((_value(name, one) for one in value), "、", ", ")
    if isinstance(value, dict):
        return _joined((_pair(key, one) for key, one in value.items()), "；", "; ")
    text = str(value)
    if name == "asked":
        return _joined((_pair(key, one) for key, one in parse_qsl(text)), "；", "; ")
    known = VALUES.get(name, {}).get(text)
    if known is not None:
        return known
    short = text if len(text) <= MOST else f"{text[: MOST - 1]}…"
    return Text(short, short)


def _pair(name: str, value: Any) -> Text:
    title, told = PARTS.get(name, Text(name, name)), _value(name, value)
    return Text(f"{title.zh} {told.zh}", f"{title.en} {told.en}")


def _joined(parts: Any, zh: str, en: str) -> Text:
    every = tuple(parts)
    return Text(zh.join(one.zh for one in every), en.join(one.en for one in every))
