"""What an operator may set: linshu.toml, overridden by LINSHU_* variables, overridden by flags.

`LINSHU_COMPANY_CUT_OFF` is `cut_off` of the section `[company]`. Secrets are never here: the key comes from
`LINSHU_KEY` or from a key file outside the project folder.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast

from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Invalid, Misused, nearest
from linshu.kernel.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PREFIX = "LINSHU_"
Value = str | int | bool


def setting(default: Value, zh: str, en: str, *, choices: tuple[str, ...] = ()) -> Any:
    """One setting: its default and what it does, in both languages."""
    return field(default=default, metadata={"meaning": Text(zh, en), "choices": choices})


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """Who this project is for."""

    id: str = setting("", "项目编号，建立时生成；密钥文件以它命名", "Made once by init; the key file is named after it")
    name: str = setting("", "公司名，显示在页面顶部", "The company's name, shown on every page")
    language: str = setting("zh", "界面与命令的语言", "Language of pages and commands", choices=LANGUAGES)


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """How the company counts."""

    cut_off: str = setting(
        "24:00",
        "公司日的截单时间：此刻起的订单算次日，24:00 即自然日",
        "Orders placed at or after it belong to the next company day; 24:00 is the natural day",
    )
    time_zone: str = setting("Asia/Shanghai", "公司所在时区", "The company's time zone")
    currency: str = setting("CNY", "金额的币种，存为其百分之一", "Currency of all money, kept in its hundredths")
    fiscal_start: int = setting(1, "财年从几月开始", "The month in which the fiscal year begins")
    trend_colors: str = setting(
        "red_up", "涨跌颜色：红涨绿跌或绿涨红跌", "Colour of rises and falls", choices=("red_up", "green_up")
    )


@dataclass(frozen=True, slots=True)
class WarehouseSettings:
    """How much of the machine the analytical store may use."""

    memory_limit: str = setting("", "内存上限，如 4GB；空为自动", "Memory it may use, such as 4GB; empty = automatic")
    threads: int = setting(0, "线程数；0 为自动", "Threads it may use; 0 = automatic")
    rollups: bool = setting(
        True, "预先按日汇总，常问的数更快", "Add facts up by day beforehand, so that common questions are quick"
    )


@dataclass(frozen=True, slots=True)
class StateSettings:
    """Where users and decisions are kept."""

    url: str = setting(
        "",
        "状态库地址，空为 data/state.sqlite；PostgreSQL 写 postgresql://…，口令请放在环境变量里",
        "The state database; empty = data/state.sqlite. For PostgreSQL give the address with its password as a variable",
    )


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the pages are served."""

    host: str = setting("127.0.0.1", "监听地址", "Address to listen on")
    port: int = setting(8000, "监听端口", "Port to listen on")
    secure_cookies: bool = setting(
        False, "仅在 HTTPS 下发送登录 Cookie；经 HTTPS 对外服务时打开", "Send log-in cookies over HTTPS only"
    )
    max_upload_mb: int = setting(500, "网页上传一个文件最大多少 MB", "Largest file taken by upload, in MB")


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """What a log-in asks for."""

    second_factor: str = setting(
        "", "哪些角色必须有第二重验证，如 admin,finance", "Roles that must have a second factor, such as admin,finance"
    )

    oidc_issuer: str = setting(
        "",
        "统一登录（OpenID Connect）的地址，空为不用",
        "Address of an OpenID Connect provider to log in at; empty = none",
    )
    oidc_client_id: str = setting("", "在统一登录处登记的编号", "Who this server is there")
    oidc_claim: str = setting(
        "preferred_username",
        "哪一项是账号",
        "Which claim names the account",
        choices=("preferred_username", "email", "sub"),
    )
    oidc_role: str = setting(
        "",
        "没有账号的人首次登录时给什么角色；空为不让进。密钥放在环境变量 LINSHU_OIDC_SECRET",
        "Role of people nobody added; empty = they stay out. The secret is in the variable LINSHU_OIDC_SECRET",
    )

    @property
    def demanding(self) -> frozenset[str]:
        """The roles named in second_factor."""
        return frozenset(one.strip() for one in self.second_factor.split(",") if one.strip())


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Where the audit is anchored."""

    anchor: str = setting(
        "",
        "审计签名的存放文件夹，须在项目之外；空为密钥旁边。放到另一台机器的盘上更稳妥",
        "Folder of the audit's signed roots, outside the project; empty = beside the key, better on another machine's disk",
    )


@dataclass(frozen=True, slots=True)
class PushSettings:
    """How messages leave."""

    address: str = setting(
        "",
        "页面对外的地址，如 https://linshu.example；推送里的链接以它开头",
        "Where people reach the pages, such as https://linshu.example; links in messages begin with it",
    )
    allowed_hosts: str = setting(
        "",
        "可以推送的内网主机，逗号分隔；其他内网地址一律不推送",
        "Hosts inside the network that may be pushed to, by commas; all other inner addresses are refused",
    )


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """What happens to work orders that are late."""

    channel: str = setting(
        "",
        "工单超时发到哪个推送渠道；空为只记在工单里",
        "Push channel that hears of late work orders; empty = noted only",
    )


@dataclass(frozen=True, slots=True)
class SourcesSettings:
    """Where data is collected by itself."""

    folders: str = setting(
        "",
        "可以自动收取的文件夹，逗号分隔；项目的 incoming/ 总可以",
        "Folders whose files may be collected, by commas; incoming/ of the project always may",
    )


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """How personal data is dealt with."""

    reveals_per_hour: int = setting(
        30, "一个账号每小时最多查看几次个人信息原文", "How often an account may reveal personal data within an hour"
    )
    export_days: int = setting(
        7, "导出的个人信息文件几天后过期并删除", "Days after which a file with personal data expires and is gone"
    )
    receiver_days: int = setting(
        1095,
        "订单的收货人信息保留几天；0 为不限。电子商务法要求交易信息至少三年",
        "Days the receivers of orders are kept; 0 = without limit. The E-commerce Law wants three years at least",
    )
    member_days: int = setting(
        1095,
        "会员多少天没有往来就删除其个人信息；0 为不限",
        "Days without any dealings after which a member is erased; 0 = without limit",
    )
    invoice_days: int = setting(
        3650,
        "发票抬头保留几天；0 为不限。税收征管法实施细则要求十年",
        "Days the names on invoices are kept; 0 = without limit. Tax rules want ten years",
    )
    erase: bool = setting(
        False,
        "每天自动删除到期的个人信息；不开则只统计不删，因为删了就回不来",
        "Erase every day what is past its time; off = only count it, since nothing brings it back",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set, by section."""

    project: ProjectSettings = field(default_factory=ProjectSettings)
    company: CompanySettings = field(default_factory=CompanySettings)
    warehouse: WarehouseSettings = field(default_factory=WarehouseSettings)
    state: StateSettings = field(default_factory=StateSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    login: LoginSettings = field(default_factory=LoginSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    push: PushSettings = field(default_factory=PushSettings)
    work: WorkSettings = field(default_factory=WorkSettings)
    sources: SourcesSettings = field(default_factory=SourcesSettings)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)

    @property
    def company_day(self) -> CompanyDay:
        """How instants become company days in this project."""
        return CompanyDay.parse(self.company.cut_off, self.company.time_zone)

    @property
    def language(self) -> Language:
        """The language of pages and commands."""
        return cast("Language", self.project.language)

    def value(self, path: str) -> Value:
        """The value of one setting, named as company.cut_off."""
        section, _, name = path.partition(".")
        found: Value = getattr(getattr(self, section), name)
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """One setting as documented: section, name, kind, default, meaning."""

    section: str
    name: str
    default: Value
    meaning: Text
    choices: tuple[str, ...]

    @property
    def path(self) -> str:
        """How it is named in messages and flags: company.cut_off."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file."""
        return f"{PREFIX}{self.section}_{self.name}".upper()


def known() -> Iterator[Known]:
    """Every setting there is, in the order of the file."""
    for section in fields(Settings):
        for one in fields(SECTIONS[section.name]):
            default = cast("Value", one.default)
            yield Known(section.name, one.name, default, one.metadata["meaning"], one.metadata["choices"])


SECTIONS: dict[str, type[Any]] = {
    "project": ProjectSettings,
    "company": CompanySettings,
    "warehouse": WarehouseSettings,
    "state": StateSettings,
    "server": ServerSettings,
    "login": LoginSettings,
    "audit": AuditSettings,
    "push": PushSettings,
    "work": WorkSettings,
    "sources": SourcesSettings,
    "privacy": PrivacySettings,
}


def load(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Value | None] | None = None,
) -> Settings:
    """The settings in force. `flags` are written as "company.cut_off"; those that are None were not given."""
    given = _from_file(file) if file is not None and file.exists() else {}
    variables = os.environ if environment is None else environment
    by_path = {one.path: one for one in known()}
    for one in by_path.values():
        if one.variable in variables:
            given[one.path] = _checked(one, variables[one.variable], one.variable)
    for path, value in (flags or {}).items():
        if value is not None:
            given[path] = _checked(_find(path, by_path, "--"), value, path)
    settings = Settings(
        **{
            section: kind(
                **{one.name: given[f"{section}.{one.name}"] for one in fields(kind) if f"{section}.{one.name}" in given}
            )
            for section, kind in SECTIONS.items()
        }
    )
    settings.company_day  # noqa: B018 a wrong cut-off or zone is refused now, not at the first query
    return settings


def _from_file(file: Path) -> dict[str, Value]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            Text(f"{file.name} 写法有误：{error}", f"{file.name} cannot be read: {error}"),
            mend=Text("请改正该行。", "Mend that line."),
        ) from error
    by_path = {one.path: one for one in known()}
    given: dict[str, Value] = {}
    for section, values in content.items():
        if section not in SECTIONS or not isinstance(values, dict):
            raise Invalid(
                Text(f"{file.name} 中没有 [{section}] 这一节", f"{file.name} has no section [{section}]"),
                mend=nearest(section, SECTIONS),
            )
        for name, value in values.items():
            path = f"{section}.{name}"
            given[path] = _checked(_find(path, by_path, file.name), value, f"{file.name} [{section}] {name}")
    return given


def _find(path: str, by_path: Mapping[str, Known], where: str) -> Known:
    if path in by_path:
        return by_path[path]
    raise Misused(
        Text(f"没有设置项 {path}", f"there is no setting {path}"), where=Text(where, where), mend=nearest(path, by_path)
    )


def _checked(one: Known, value: object, where: str) -> Value:
    kind = type(one.default)
    wrong = Invalid(
        Text(f"{where} 不能是 {value!r}", f"{where} cannot be {value!r}"),
        mend=Text(
            f"应为 {' / '.join(one.choices) or kind.__name__}。",
            f"It must be {' / '.join(one.choices) or kind.__name__}.",
        ),
    )
    if isinstance(value, str) and kind is bool:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if value.lower() not in words:
            raise wrong
        return words[value.lower()]
    if isinstance(value, str) and kind is int:
        if not value.strip().isdecimal():
            raise wrong
        return int(value)
    if type(value) is not kind or (one.choices and value not in one.choices):
        raise wrong
    return value
