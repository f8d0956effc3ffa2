"""What the values of a column look like: phones, moments, money, counts, ids, states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import normalize

from linshu.connectors.guessing.words import state_of
from linshu.engine.intake.goods import COUNTERS, MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

_PHONE = re.compile(r"^(?:\+?86[- ]?)?1[3-9]\d[\d*]{4}[- ]?\d{4}$|^1[3-9]\d[- ]\d{4}[- ]\d{4}$")
_MOMENT = re.compile(
    r"^(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:[ T]*\d{1,2}[:时]\d{1,2}.*)?$|^(?:19|20)\d{12}$"
)
# Rarer forms of a moment, which the reader knows: 3月5日, 13/3/2026, 5-Mar-26, 20260305, 46086.5 (a day of Excel) ...
_RARER = re.compile(
    r"^(?:\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}|(?:19|20)\d{6}"
    r"|(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}[日号]?|1\d{9}(?:\d{3})?|4\d{4}(?:\.\d+)?$)"
)
_NUMBER = re.compile(r"^[¥￥$]?-?[\d０-９]{1,3}(?:[,，]?\d{3})*(?:[.．]\d+)?\s*元?$|^[¥￥$]?-?\d+(?:\.\d+)?\s*元?$")
_DATED = re.compile(r"^(?:20)?2\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-_]?\d{4,}")
_ADDRESS = re.compile(r"[省市区县镇路街道弄号栋幢室楼]")
COUNTED = re.compile(  # 2份, 3斤, 两盒, 一斤半, x3
    rf"^(?:\d+(?:\.\d+)?|[一二两三四五六七八九十半]{{1,3}})\s*(?:{'|'.join((*COUNTERS, *MEASURES))})半?$|^[xX×*+＊＋]\s*\d+$",
    re.IGNORECASE,
)
IN_CELL = re.compile(r"[^\d\s][xX×*+＊＋]\s*\d|[\u4e00-\u9fff].*\d\s*(?:斤|份|盒|个|袋|箱|kg)\s*(?:$|[，,、;；\n])")
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_\-/#]{0,39}$|^\d(?:\.\d+)?[eE]\+\d{1,2}$")
_SMALL = re.compile(r"^(?:\d(?:\.\d+)?|10(?:\.0+)?)$")
_UNDOUBTED = re.compile(r"^(?:0|\d{2,})(?:\.0+)?$")
UNIT_WORDS = frozenset((*COUNTERS, *MEASURES))
ENOUGH = 0.8
LONGEST_SERIAL = 5  # digits
_AROUND = " \t\r\n='\"`\ufeff\u00ad\u2060" + "".join(map(chr, range(0x200B, 0x2010)))
_LOST = re.compile(r"^\d(?:\.\d+)?[eE]\+\d{1,2}$")  # a long number whose last digits Excel has lost
_FOREIGN = re.compile(r"[$€£＄]|\b(?:USD|EUR|GBP|HKD|JPY)\b|港币|美元|欧元|日元", re.IGNORECASE)
MOST_LOOKED_AT = 200  # values of a column


@dataclass(frozen=True, slots=True)
class Shape:
    """Shares (0 to 1) of a column's values that look like something; all 0 when it has no values."""

    filled: float = 0.0
    phone: float = 0.0
    moment: float = 0.0
    rarer: float = 0.0  # moments in any form
    number: float = 0.0
    whole: float = 0.0  # numbers without a fraction
    counted: float = 0.0  # numbers with what is counted: 2份
    dated: float = 0.0  # ids that begin with a day: 260301-…
    id: float = 0.0
    address: float = 0.0
    status: float = 0.0
    unique: float = 0.0  # different values to all values
    serial: bool = False  # 1, 2, 3 …: the number of a row
    lost: int = 0  # of the values, those of which Excel lost the last digits: 1.38E+10
    foreign: int = 0  # of the values, those in another currency
    unit: float = 0.0  # units by which goods are counted or weighed: 箱, 斤, kg
    is_weighed: bool = False  # some of these are weights or volumes
    is_small: bool = False  # numbers from 0 to 10, some of them no whole ones: 0.9, 8.5
    in_cell: float = 0.0  # goods with how many of each: 苹果x2，梨 3斤

    def fits(self, shape: str) -> float:
        """How well the values fit what a role wants: 1 they do, 0 they cannot; 0.5 when nothing can be told."""
        if not self.filled:
            return 0.5
        return {
            "moment": max(self.moment, 0.9 * self.rarer),
            "money": self.number * (1 - self.phone) * (1 - self.moment),
            "count": max(self.whole * (1 - self.phone) * (1 - self.moment), self.counted),
            "measure": max(self.number * (1 - self.phone) * (1 - self.moment), self.counted),
            "phone": self.phone,
            "unit": self.unit,
            "status": max(self.status, 0.3 if self.unique < 0.3 and not self.number else 0.0),
            "address": max(self.address, 0.2 * (1 - self.number)),
            "id": self.id * (1 - self.phone) * (1 - self.moment),
            "name": (1 - self.number) * (1 - self.moment) * (1 - self.phone),
            "text": (1 - self.moment) * (1 - 0.6 * self.number),
        }[shape]


def shape_of(values: Sequence[str | None]) -> Shape:
    """The shape of a column, from a sample of its values."""
    said = [each.strip(_AROUND) for each in values if each and each.strip()]
    if not said:
        return Shape()
    filled = len(said) / max(len(values), 1)
    said = said[:: -(-len(said) // MOST_LOOKED_AT)]

    def share(pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.search(each)) for each in said) / len(said)

    numbers = share(_NUMBER)
    return Shape(
        filled=filled,
        phone=share(_PHONE),
        moment=share(_MOMENT),
        rarer=sum(bool(_MOMENT.search(each) or _RARER.search(each)) for each in said) / len(said),
        number=numbers,
        whole=sum(bool(_NUMBER.search(each)) and "." not in each.rstrip("0").rstrip(".") for each in said) / len(said),
        counted=sum(bool(COUNTED.search(each)) or each.isdecimal() for each in said) / len(said),
        dated=share(_DATED),
        id=share(_ID),
        address=share(_ADDRESS) if sum(map(len, said)) / len(said) >= 6 else 0.0,
        status=sum(bool(state_of(each)) and len(each) <= 16 for each in said) / len(said),
        unique=len(set(said)) / len(said),
        serial=_is_serial(said),
        lost=sum(bool(_LOST.match(each)) for each in said),
        foreign=sum(bool(_FOREIGN.search(each)) for each in said),
        unit=sum(each.casefold() in UNIT_WORDS for each in said) / len(said),
        is_weighed=any(each.casefold() in MEASURES for each in said),
        is_small=all(map(_SMALL.match, said)) and not all(map(_UNDOUBTED.match, said)),
        in_cell=share(IN_CELL),
    )


def tidy(cell: str | None) -> str:
    """A cell as an id is read: without blanks and signs of no width around it, half-width."""
    return normalize("NFKC", cell or "").strip(_AROUND)


def _is_serial(said: Sequence[str]) -> bool:
    """Whether values count rows: small whole numbers from the beginning, each larger than the one before."""
    if not all(each.isdecimal() and len(each) <= LONGEST_SERIAL for each in said):
        return False
    numbers = [int(each) for each in said]
    return numbers[0] <= 1 and all(before <= after for before, after in pairwise(numbers))
