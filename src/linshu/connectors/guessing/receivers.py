"""Name, phone and address of a receiver in one cell, as people copy them out of a chat: 张三 13800138000 上海市浦东新区…."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.roles import Claim

DOUBTED = 0.7
SEALED = ("receiver_name", "receiver_phone", "receiver_address")
_PHONE = r"1[3-9]\d{9}"
_GAP = r"[\s,，;；、:：/|]"
_WORD = r"[^\s,，;；、:：/|\d]{1,12}"
_PACKED = re.compile(rf"(?:^|\D){_PHONE}(?:\D|$)")
_LONGER = 6  # characters beside the phone: more than a name
# Each is looked for in turn; the address stands behind the phone, or in front of the name.
_PATTERNS = {
    "receiver_phone": (rf"(?:^|\D)({_PHONE})(?:\D|$)",),
    "receiver_name": (
        rf"^\s*(?:收货人|收件人|姓名)?{_GAP}*({_WORD}){_GAP}*(?:电话|手机)?{_GAP}*{_PHONE}",
        rf"{_GAP}({_WORD}){_GAP}*{_PHONE}",
        rf"{_PHONE}{_GAP}*({_WORD})\s*$",
    ),
    "receiver_address": (
        rf"{_PHONE}{_GAP}*(?:地址)?{_GAP}*(\S.{{5,}}?)\s*$",
        rf"^\s*(.{{6,}}?){_GAP}+{_WORD}{_GAP}*{_PHONE}",
        rf"^\s*(.{{6,}}?){_GAP}*{_PHONE}",
    ),
}


def is_packed(cells: Sequence[str | None]) -> bool:
    """Whether most cells hold a phone among other words."""
    said = [each for each in cells if each and each.strip()]
    packed = [each for each in said if _PACKED.search(each) and len(each.strip()) >= 11 + _LONGER]
    return len(packed) * 2 > len(said)


def columns(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> dict[str, Any]:
    """What says who receives an order: a column each, or the parts of one."""
    made: dict[str, Any] = {role: roles[role].heading for role in SEALED if role in roles}
    packed = made.get("receiver_address", "")
    if not packed or not is_packed(sample.get(packed, ())):
        return made
    parts: dict[str, list[Any]] = {
        role: [{"match": {"of": packed, "pattern": each}} for each in patterns] for role, patterns in _PATTERNS.items()
    }
    parts["receiver_address"].append(packed)
    return {
        **{role: {"coalesce": each} for role, each in parts.items()},
        **{role: heading for role, heading in made.items() if role != "receiver_address"},
    }


def doubted(claims: Sequence[Claim], sample: Mapping[str, Sequence[str | None]]) -> tuple[Claim, ...]:
    """The claims, that of a packed column in doubt."""
    reason = Text(
        "里面像有姓名、手机号和地址，会拆成三样",
        "it seems to hold name, phone and address, and would be read as the three",
    )
    return tuple(
        replace(each, sureness=min(each.sureness, DOUBTED), reason=reason)
        if each.role == "receiver_address" and is_packed(sample.get(each.heading, ()))
        else each
        for each in claims
    )
