"""What of a sensitive value may be shown: enough to recognise one's own, too little to learn another's."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Sort", "mask", "mask_one", "sort_of"]


class Sort(StrEnum):
    """What a sensitive value is; each sort is masked in its own way."""

    PHONE = "phone"
    NAME = "name"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    ACCOUNT = "account"
    OTHER = "other"


_ENDINGS = (
    ("phone", Sort.PHONE),
    ("mobile", Sort.PHONE),
    ("id_number", Sort.ID_NUMBER),
    ("account", Sort.ACCOUNT),
    ("card", Sort.ACCOUNT),
    ("address", Sort.ADDRESS),
    ("name", Sort.NAME),
)

# A district ends in 区, 县 or 旗; 小区 and its like are estates and belong to the part that stays hidden.
_DISTRICT = r"[^省市区县旗\s0-9]{1,9}?(?:[^小社园景校厂片苑院库街路弄号栋幢营省市区县旗\s0-9]区|县|旗)"
_ADDRESS = rf"^\s*((?:[^省市区县\s0-9]{{2,8}}(?:省|自治区|特别行政区))?(?:[^省市区县\s0-9]{{1,10}}(?:市|自治州|地区|盟))?(?:{_DISTRICT})?).*$"

# For each sort the patterns tried in order (Arrow's RE2); what none of them fits is hidden altogether.
_RULES: dict[Sort, tuple[tuple[str, str], ...]] = {
    Sort.PHONE: (
        (r"^\s*(?:\+?86|0086)?[\s-]*(1[3-9]\d)[\s-]*\d{4}[\s-]*(\d{4})\s*$", r"\1****\2"),
        (r"^\s*(0\d{2,3})[\s-]+\d+(\d{2})\s*$", r"\1-****\2"),
        (r"^\s*(.{2}).{5,}(.{2})\s*$", r"\1****\2"),
    ),
    Sort.NAME: ((r"^\s*(\S).*$", r"\1**"),),
    Sort.ADDRESS: ((_ADDRESS, r"\1****"),),
    Sort.ID_NUMBER: ((r"^\s*(\S{4})\S{10,}(\S{2})\s*$", r"\1************\2"),),
    Sort.ACCOUNT: ((r"^\s*(\S)[^@]{2,}@(.+)$", r"\1***@\2"), (r"^\s*.{8,}(\S{4})\s*$", r"****\1")),
    Sort.OTHER: ((r"^\s*(\S).{3,}$", r"\1****"),),
}
_HIDDEN = "****"


def sort_of(column: str) -> Sort:
    """What a sensitive column holds, told by the end of its name: `receiver_phone` holds phones."""
    return next((sort for ending, sort in _ENDINGS if column.endswith(ending)), Sort.OTHER)


def mask(values: pa.Array, sort: Sort) -> pa.Array:
    """The masks of values, NULL for NULL: 138****1234, 王**, 武汉市武昌区****, 4201************1X, ****5678."""
    masked = pa.array([None if null else _HIDDEN for null in pc.is_null(values).to_pylist()], pa.string())
    for pattern, shown in reversed(_RULES[sort]):
        fits = pc.match_substring_regex(values, pattern)
        masked = pc.if_else(fits, pc.replace_substring_regex(values, pattern, shown), masked)
    return masked


def mask_one(value: str, sort: Sort) -> str:
    """The mask of one value."""
    return str(mask(pa.array([value], pa.string()), sort)[0])
