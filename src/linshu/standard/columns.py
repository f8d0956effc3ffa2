"""The vocabulary in which the data standard is written: one word per kind of column, so that a table reads like a table.

Words for people are written as one string, `"中文 | English"`; money is never negative unless it says `signed`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, Unpack

from linshu.kernel.table import Check, Choice, Column, Kind, Privacy, Table
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

PUBLIC, INTERNAL, PERSONAL, SENSITIVE = Privacy.PUBLIC, Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE
MILLION = 1_000_000

# What the key of each table looks like; a reference shows the same example as the key it points at.
KEY_EXAMPLES = {
    "region": "R-420106",
    "estate": "E0001",
    "community": "C0001",
    "warehouse": "W01",
    "pickup_point": "P0001",
    "leader": "L0001",
    "member": "M000001",
    "consent": "CS0001",
    "segment": "SG0001",
    "supplier": "S001",
    "courier": "K001",
    "staff": "T001",
    "category": "G-fruit",
    "sku": "SKU0001",
    "sale_batch": "B20260301",
    "listing": "B20260301-SKU0001",
    "channel": "mini-program",
    "shop": "SHOP01",
    "orders": "O202603010001",
    "payment": "PAY202603010001",
    "refund": "REF202603020001",
    "after_sale_case": "CASE0001",
    "experiment_assignment": "X0001",
    "parcel": "PK0001",
    "vehicle": "V01",
    "trip": "TRIP0001",
    "trip_stop": "1",
    "content": "CT0001",
    "share": "SH0001",
    "visit": "VI0001",
    "campaign": "CP0001",
    "campaign_arm": "treatment",
    "coupon": "CQ0001",
    "coupon_grant": "CG0001",
    "stock_batch": "SB0001",
    "purchase_order": "PO0001",
    "transfer_order": "TO0001",
    "payee_account": "PA0001",
    "payout": "PAYOUT0001",
}


class More(TypedDict, total=False):
    """What a column may say besides name, title and meaning."""

    required: bool
    references: str
    minimum: int | float | None
    maximum: int | float | None
    privacy: Privacy
    subject: str
    in_turn: bool
    example: str


def both(words: str) -> Text:
    """`"中文 | English"` as a text in two languages; ValueError when one of them is missing."""
    zh, separator, en = words.partition(" | ")
    if not (zh.strip() and separator and en.strip()):
        raise ValueError(f"words need both languages, written '中文 | English': {words!r}")
    return Text(zh.strip(), en.strip())


def column(kind: Kind, name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """A column of any kind; the words below fix the kind, its unit and its usual range."""
    return Column(name, kind, both(title), both(meaning), **more)


def _number(kind: Kind, example: str, name: str, title: str, meaning: str, more: More) -> Column:
    """A number of the kind, at least 0 unless `more` says otherwise."""
    more.setdefault("minimum", 0)
    more.setdefault("example", example)
    return column(kind, name, title, meaning, **more)


def text(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Free or coded text."""
    return column(Kind.TEXT, name, title, meaning, **more)


def id_(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """The key of this table's own thing; its example is the table's usual key."""
    more.setdefault("example", KEY_EXAMPLES.get(name.removesuffix("_id"), ""))
    return column(Kind.TEXT, name, title, meaning, **more)


def ref(name: str, title: str, meaning: str, *, to: str = "", **more: Unpack[More]) -> Column:
    """The key of another table's row: `ref("leader_id", ...)` points at `leader`, `to=` names another one."""
    target = to or {"batch_id": "sale_batch", "order_id": "orders", "case_id": "after_sale_case"}.get(
        name, name.removesuffix("_id")
    )
    more.setdefault("example", KEY_EXAMPLES.get(target, ""))
    more["references"] = target
    return column(Kind.TEXT, name, title, meaning, **more)


def count(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """A number of things, never negative."""
    return _number(Kind.INT, "1", name, title, meaning, more)


def fen(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Money, integer fen, never negative."""
    return _number(Kind.FEN, "1990", name, title, meaning, more)


def signed_fen(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Money that may be negative: a correction, a balance, a reversal."""
    more.setdefault("minimum", None)
    return fen(name, title, meaning, **more)


def qty(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Pieces in the SKU's base unit, never negative."""
    return _number(Kind.QTY, "2", name, title, meaning, more)


def signed_qty(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Pieces that come or go: negative takes away."""
    more.setdefault("minimum", None)
    return qty(name, title, meaning, **more)


def gram(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Weight in grams."""
    return _number(Kind.GRAM, "500", name, title, meaning, more)


def cm3(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Volume in cubic centimetres."""
    return _number(Kind.CM3, "1200", name, title, meaning, more)


def metre(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Distance in metres."""
    return _number(Kind.METRE, "800", name, title, meaning, more)


def second(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Duration in seconds."""
    return _number(Kind.SECOND, "600", name, title, meaning, more)


def ppm(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """A share or rate in parts per million, 0 to 1 unless it says otherwise."""
    more.setdefault("maximum", MILLION)
    return _number(Kind.PPM, "130000", name, title, meaning, more)


def flag(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """Yes or no; empty reads as no unless the meaning says otherwise."""
    more.setdefault("example", "false")
    return column(Kind.BOOL, name, title, meaning, **more)


def day(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """A company day."""
    more.setdefault("example", "2026-03-01")
    return column(Kind.DATE, name, title, meaning, **more)


def instant(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """A moment, stored in UTC."""
    more.setdefault("example", "2026-03-01 10:30:00+08:00")
    return column(Kind.INSTANT, name, title, meaning, **more)


def json_(name: str, title: str, meaning: str, **more: Unpack[More]) -> Column:
    """A small structure that no rule or metric looks into."""
    more.setdefault("example", "{}")
    return column(Kind.JSON, name, title, meaning, **more)


def choice(name: str, title: str, meaning: str, *values: tuple[str, str], **more: Unpack[More]) -> Column:
    """One of a closed list of values, each `("value", "中文 | English")`."""
    more.setdefault("example", values[0][0])
    made = column(Kind.TEXT, name, title, meaning, **more)
    return replace(made, choices=tuple(Choice(value, both(words)) for value, words in values))


def sealed(name: str, title: str, meaning: str, *, of: str, **more: Unpack[More]) -> Column:
    """Sensitive text, encrypted at rest under the key of the person that column `of` names ("" = the value itself)."""
    more["privacy"], more["subject"] = SENSITIVE, of
    return column(Kind.TEXT, name, title, meaning, **more)


def clock(name: str, title: str, meaning: str, *, required: bool = False) -> tuple[Column, Column]:
    """A moment `<name>_at` and the company day `<name>_date` it belongs to; intake derives the day when it is missing."""
    words, sense = both(title), both(meaning)
    moment = Column(
        f"{name}_at",
        Kind.INSTANT,
        Text(f"{words.zh}时间", f"{words.en} at"),
        sense,
        required=required,
        example="2026-03-01 10:30:00+08:00",
    )
    of_day = Text(
        f"{words.zh}时间所属的公司营业日；为空时由{words.zh}时间按截单时刻推算。",
        f"The company day that {words.en.lower()} at belongs to; derived from it by the cut-off when empty.",
    )
    business = Column(f"{name}_date", Kind.DATE, Text(f"{words.zh}日", f"{words.en} day"), of_day, example="2026-03-01")
    return moment, business


def lasting(since: str, until: str) -> tuple[Column, Column]:
    """The span in which a relation holds, `valid_from` (included) to `valid_to` (excluded; empty = still holds)."""
    return (
        instant(
            "valid_from",
            since,
            "关系开始生效的时刻（含）。 | The moment the relation begins (included).",
            required=True,
        ),
        instant(
            "valid_to",
            until,
            "关系失效的时刻（不含）；为空表示至今有效。 | The moment it ends (excluded); empty means it still holds.",
            example="2026-09-01 00:00:00+08:00",
        ),
    )


def location() -> tuple[Column, ...]:
    """Where a place lies: WGS-84, and the system in which the source told it."""
    return (
        column(
            Kind.DEGREE,
            "longitude",
            "经度 | Longitude",
            "WGS-84 经度，单位度；为空表示位置未知。 | WGS-84 longitude in degrees; empty when the place is not located.",
            minimum=-180.0,
            maximum=180.0,
            privacy=PUBLIC,
            example="114.3054",
        ),
        column(
            Kind.DEGREE,
            "latitude",
            "纬度 | Latitude",
            "WGS-84 纬度，单位度；为空表示位置未知。 | WGS-84 latitude in degrees; empty when the place is not located.",
            minimum=-90.0,
            maximum=90.0,
            privacy=PUBLIC,
            example="30.5931",
        ),
        choice(
            "geo_system",
            "来源坐标系 | Source coordinates",
            "来源系统给出的坐标系，入库时已换算为 WGS-84；为空视为 WGS-84。 "
            "| The system the source used; converted to WGS-84 on entry, empty means WGS-84 already.",
            ("wgs84", "WGS-84 | WGS-84"),
            ("gcj02", "GCJ-02 火星坐标 | GCJ-02"),
            ("bd09", "BD-09 百度坐标 | BD-09"),
        ),
    )


SCOPES = (
    ("all", "全部 | Everything"),
    ("region", "区域 | Region"),
    ("estate", "小区 | Estate"),
    ("community", "社群 | Community"),
    ("warehouse", "仓库 | Warehouse"),
    ("pickup_point", "自提点 | Pick-up point"),
    ("line", "线路 | Line"),
    ("channel", "渠道 | Channel"),
    ("leader", "团长 | Leader"),
)


def scope(meaning: str, *, required: bool = True) -> tuple[Column, Column]:
    """What part of the company a row is about: a kind of thing and its id (`*` = the whole)."""
    return (
        choice("scope_kind", "范围类型 | Scope kind", meaning, *SCOPES, required=required),
        text(
            "scope_id",
            "范围编号 | Scope id",
            "该范围类型下的编号；`*` 表示全部。 | The id within that kind of scope; `*` means all of it.",
            required=required,
            example="*",
        ),
    )


def check(name: str, holds: str, message: str) -> Check:
    """A rule over one row: a DuckDB boolean expression in which NULL counts as holding."""
    return Check(name, holds, both(message))


def lasts() -> Check:
    """A span ends after it begins."""
    return check(
        "valid_span", "valid_to > valid_from", "失效时间必须晚于生效时间。 | valid_to must lie after valid_from."
    )


def declare(  # noqa: PLR0913 - a declaration names everything a table is
    name: str,
    subject: str,
    title: str,
    meaning: str,
    key: tuple[str, ...],
    columns: Iterable[Column],
    *,
    checks: tuple[Check, ...] = (),
    history_of: tuple[str, ...] = (),
) -> Table:
    """One table of the standard; its key columns are always required, and `history_of` makes it a versioned relation."""
    made = tuple(replace(each, required=True) if each.name in key else each for each in columns)
    rules = (*checks, lasts()) if history_of else checks
    return Table(
        name,
        subject,
        both(title),
        both(meaning),
        key,
        made,
        checks=rules,
        history=bool(history_of),
        history_of=history_of,
    )
