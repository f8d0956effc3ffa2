"""What stands around and between the rows of a table and is no data: titles, totals, notes, headers said again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from linshu.engine.intake.incoming import HEADER, NOTE, TOTAL
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pyarrow as pa

Cells = list[str | None]

_TOTAL_WORDS = r"合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总\s*和|汇\s*总|(?:grand\s+|sub-?\s*)?totals?|sum"
_COUNTED = r"共\s*[\d,，.]+\s*(?:条|笔|单|行|个|件|项|人|页|份)\S*"
_IN_WORDS = r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整]+"
_TOTAL = re.compile(
    rf"^\s*(?:(?:本页|本表|全部|当页|金额|数量|订单|交易|导出|以上)?(?:{_TOTAL_WORDS})"
    rf"(?:金额|数量|笔数|单数|条数|数)?(?:\s*[（(][^）)]*[）)])?\s*(?:[:：].*|{_IN_WORDS}|{_COUNTED}|[¥￥]?\s*-?[\d,.]+\s*\S{{0,3}})?"
    rf"|{_COUNTED}(?:.*)|总(?:交易单数|笔数|单数|条数|金额).*|资金流水总笔数)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_OF_ONE = re.compile(r"(?:小\s*计|合\s*计|总\s*计)\s*[:：]?\s*$")  # of a person or a day: 王芳 小计
_FIGURE = re.compile(
    r"^\s*`?[(（]?\s*[-+－]?\s*[¥￥$]?\s*[-+]?[\d,，.０-９]+\s*[%％]?\s*[)）]?\s*(?:元|件|单|笔|条|行|个|份|人)?\s*$|^\s*[-—/]+\s*$"
)
_NOTE = re.compile(
    r"^\s*(?:第\s*\d+\s*页.{0,12}$|#|//|--|※|\*{2,}|(?:备注|说明|注|注意|提示|温馨提示|数据来源|统计(?:时间|日期|口径)|导出(?:时间|日期|人)|打印(?:时间|日期|人)"
    r"|制\s*表(?:人|日期|时间)?|审\s*核(?:人)?|复\s*核(?:人)?|经办(?:人)?|填表(?:人|日期)?|负责人|签字|签名|签收(?:人)?|领导(?:签字)?|盖章|单位(?:盖章)?"
    r"|note|notes|remark|exported|generated|printed|prepared by|approved by)\s*(?:\d+)?\s*[:：.])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[\s:：，。！；（*—-]{2}|[:：，。！；（]|^[*—=-]")
_WORDS = re.compile(r"[\u4e00-\u9fff]{4}")
# A quick look at a text: only what begins like this can be a total or a note.
_SUSPECTS = frozenset(
    "#/※*-第本全当金数订交导以合总小共累汇备说注提统温打制审复经填负签领盖单资gGsStTnNrReEpPaA \t\u3000\u00a0\ufeff"
)
_ANY_SUSPECT = rf"(?is)(?:{_TOTAL.pattern})|(?:{_NOTE.pattern})|(?:{_OF_ONE.pattern})"
_ENDS = "计:： "
_UNIT_ABOVE = re.compile(
    r"(?:单位|币种|币别|unit|currency)\s*[:：]?\s*(?:人民币|rmb)?\s*[（(]?(亿元?|百万元?|万元?|千元|百元|角|分|美元|美金|usd|\$|港[币元]|hkd|欧元|日元)(?![\u4e00-\u9fff])",
    re.IGNORECASE,
)
_FEWEST_NAMES = 3  # of the columns of another table


def is_plain(cells: Sequence[str | None], name: str) -> bool:
    """Whether a row is data at first sight: it has a second value, and its first looks like no total, note or header."""
    first = cells[0]
    if not first or first[0] in _SUSPECTS or first[-1] in _ENDS:
        return False
    return first != name and len(cells) > 1 and bool(cells[1])


def kind_of(cells: Sequence[str | None], columns: Sequence[str]) -> str:
    """Why a row of the table is none of its data: TOTAL, NOTE or HEADER; "" when it may well be data."""
    first = next((each for each in cells if each and not each.isspace()), "")
    if first.lstrip("\ufeff") == columns[0] and is_header(cells, columns):
        return HEADER
    if len(columns) == 1 or not first:
        return ""  # of a single column nothing but its text is known
    rest = [each for each in cells if each and not each.isspace()][1:]
    if rest and _OF_ONE.search(first) and all(map(_FIGURE.match, rest)):
        return TOTAL
    if first[0] not in _SUSPECTS:
        return ""
    if _TOTAL.match(first) and all(_FIGURE.match(each) or _TOTAL.match(each) for each in rest):
        return TOTAL
    if first.lstrip().startswith("#") and (not rest or len(rest) * 2 <= len(columns)):
        return NOTE
    return NOTE if _NOTE.match(first) and len(rest) * 2 <= max(len(columns), 2) else ""


def suspects(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where a first column looks like a total or a note."""
    return pc.match_substring_regex(values, _ANY_SUSPECT)


def is_header(cells: Sequence[str | None], columns: Sequence[str]) -> bool:
    """Whether a row says the names of the columns again."""
    said = [((cell or "").strip(" \t\r\n\ufeff"), name) for cell, name in zip(cells, columns, strict=False)]
    return sum(cell == name for cell, name in said) * 5 >= len(said) * 4


def is_other_header(cells: Sequence[str | None], columns: Sequence[str], known: Collection[str]) -> bool:
    """Whether a row names the columns of another table: names alone, some of them known as such."""
    said = [each.strip() for each in cells if each and each.strip()]
    if len(said) < _FEWEST_NAMES or len(set(said)) < len(said) or any(map(_FIGURE.match, said)):
        return False
    return any(each in known for each in said) and not is_header(cells, columns)


def outside(cells: Sequence[str | None]) -> str:
    """Why a line behind the last row of a table is none of its data."""
    first = next((each for each in cells if each and not each.isspace()), "")
    return TOTAL if _TOTAL.match(first) else NOTE


def is_lone(cells: Sequence[str | None]) -> bool:
    """Whether a row of a wide table says no more than one thing, as titles and notes do, and some rows of data."""
    if len(cells) < 3 or cells[1]:
        return False
    return sum(1 for each in cells if each and not each.isspace()) == 1


def shown(cells: Sequence[str | None]) -> str:
    """The text of a row for people."""
    return " | ".join(each.strip() for each in cells if each and not each.isspace())


def unit_above(rows: Iterable[tuple[int, Sequence[str | None]]], first: int) -> tuple[Text, ...]:
    """The doubt about amounts where a line above the header in row `first` names their unit: 单位：万元."""
    said = (_UNIT_ABOVE.search(each) for number, cells in rows if number < first for each in cells if each)
    unit = next((found[1] for found in said if found), "")
    if not unit:
        return ()
    return (
        Text(
            f"表头上面写着单位“{unit}”，这里的金额会按元算：请把单位写进金额那一列的表头，如“金额(万元)”",
            f"a line above the header says the unit is “{unit}”, and amounts would be read as yuan: name the unit in"
            " the heading of the amounts, as in “金额(万元)”",
        ),
    )


def begins_footer(cells: Sequence[str | None]) -> bool:
    """Whether a line of another width than the table begins what stands below it."""
    first = next((each for each in cells if each and not each.isspace()), "")
    return bool(_TOTAL.match(first) or _NOTE.match(first))


def is_prose(cells: Sequence[str | None], *, whole: bool = False) -> bool:
    """Whether a line is one text for people rather than the beginning of a row; of a `whole` row more is asked."""
    said = [each.strip() for each in cells if each and not each.isspace()]
    return len(said) == 1 and bool(_SENTENCE.search(said[0]) or (not whole and _WORDS.search(said[0])))
