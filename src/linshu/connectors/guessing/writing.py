"""How the cells of an unknown file are written, as whole columns tell: 1.234,50 or 1,234.50; 3 月 1 日 or 1 March; 同上.

The rest of the guess sees a sample in the usual form. Where a column leaves it open, a person is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from linshu.connectors.guessing.roles import EXACT, _named
from linshu.connectors.guessing.words import BY_NAME, ROLES, plain
from linshu.engine.intake.written import COMMA, MARK, NO_YEAR, ORDER, ORDERS, YEAR
from linshu.engine.intake.written import plain as usual
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.roles import Claim
    from linshu.connectors.guessing.words import Role

    Sample = Mapping[str, Sequence[str | None]]

ENOUGH = 0.8  # of the cells of a column
DOUBTED = 0.6  # sure-ness of a column that may mean another thing
_FIRST_YEAR, _LAST_YEAR = "2010", "2039"  # of dates whose year has two digits
_AROUND = " \t='\"`　\u00a0"
_THREE = re.compile(r"^\d{1,4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,4}(?:\D.*)?$")
_YEAR_FIRST = re.compile(r"^\d{4}")
_HAN_DAY = re.compile(r"^\d{1,2}\s*月\s*\d{1,2}\s*[日号]?(?:\D.*)?$")
_SHORT_DAY = re.compile(r"^\d{1,2}[-/.]\d{1,2}(?:\s.*)?$")
_DECIMALS = re.compile(r"^\D{0,4}(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}(?!\d)\D{0,3}$")
_THOUSANDS = re.compile(r"^\D{0,4}\d{1,3}(?:\.\d{3})+\D{0,3}$")
_POINTED = re.compile(
    r"^\D{0,4}(?:\d{1,3}(?:,\d{3})+|\d+)\.(?:\d{1,2}|\d{4,})\D{0,3}$|^\D{0,4}\d{1,3}(?:,\d{3})+\D{0,3}$"
)
_WHOLE = re.compile(r"^\D{0,4}\d+\D{0,3}$")
_DITTO = re.compile(r"^\s*(?:同上|〃|〞|″|''|\")?\s*$")
_SPELLED = {"dmy": Text("日.月.年", "day.month.year"), "mdy": Text("月/日/年", "month/day/year"), "ymd": Text("年.月.日", "year.month.day")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writing:
    """A sample as it is usually written, and what the mapping has to say so that the file is read alike."""

    sample: Sample
    forms: Mapping[str, Any] = field(default_factory=dict)  # by heading, for `written` of the mapping
    fill: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    doubts: Mapping[str, Text] = field(default_factory=dict)  # by heading
    notes: tuple[Text, ...] = ()

    def into(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The top of the mapping: what has to be told, and how the cells are written."""
        ask = [*told.get("ask", ()), *self.ask]
        words = {**told.get("told", {}), **dict.fromkeys(self.ask, "")}
        made: dict[str, Any] = {**({"file": {"fill": list(self.fill)}} if self.fill else {})}
        made |= {**({"told": words} if words else {}), **({"ask": ask} if "ask" in told or ask else {})}
        return made | ({"written": dict(self.forms)} if self.forms else {})

    def doubted(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """The claims, those in doubt whose column may mean another thing."""
        return tuple(
            replace(each, sureness=min(each.sureness, DOUBTED), reason=self.doubts[each.heading])
            if each.heading in self.doubts and each.role
            else each
            for each in claims
        )


def usually(headings: Sequence[str], sample: Sample, learned: Mapping[str, str]) -> Writing:
    """The sample with its dates and numbers as they are usually written."""
    made = Writing(sample)
    for heading in headings:
        made = _dated(made, heading, is_named=_is(heading, ("moment",), learned))
    return _numbered(made, [each for each in headings if each not in made.forms], learned)


def with_dittos(writing: Writing, claims: Sequence[Claim]) -> Writing:
    """The same with what stands above in the blank cells of an order that takes several rows."""
    roles = {each.role: each.heading for each in claims if each.role}
    key = next((roles[each] for each in ("order_id", "member_id", "receiver_name") if each in roles), "")
    goods = next((roles[each] for each in ("goods_name", "sku_id") if each in roles), "")
    if not key or not goods:
        return writing
    blank = [at for at, each in enumerate(writing.sample[key]) if _is_ditto(each)]
    rows = [at for at in blank if (writing.sample[goods][at] or "").strip()]
    if not rows or rows != blank or rows[0] == 0 or len(rows) == len(writing.sample[key]):
        return writing  # somebody forgot a name, or nobody is named at all
    own = [
        each.heading
        for each in claims
        if _is_of_order(each, key) and not all(map(_is_ditto, writing.sample[each.heading]))
    ]
    if any(not _is_ditto(writing.sample[name][at]) for name in own for at in rows):
        return writing  # it says when, or to whom: a row of its own, whose key somebody forgot
    filled = {**writing.sample, **{name: _down(writing.sample[name]) for name in own}}
    said = Text(
        f"有 {len(rows)} 行没写“{key}”，当作和上一行是同一单（“{'”、“'.join(own)}”照上一行补）；不是的话请补上",
        f"{len(rows)} rows leave “{key}” blank and are taken for the order above (what stands above is filled in"
        f" for “{'”, “'.join(own)}”); fill it in where that is wrong",
    )
    return replace(writing, sample=filled, fill=tuple(own), doubts={**writing.doubts, key: said})


def _is(heading: str, shapes: Sequence[str], learned: Mapping[str, str]) -> bool:
    """Whether a heading is a word for something of these shapes, or a person said so."""
    word = plain(heading)
    if word in learned:
        role: Role | None = BY_NAME.get(learned[word])
        return role is not None and role.shape in shapes
    return any(each.shape in shapes and _named(heading, each)[0] >= EXACT - 0.02 for each in ROLES)


def _said(cells: Sequence[str | None]) -> list[str]:
    return [bare for each in cells if each and (bare := each.strip(_AROUND))]


def _in(sample: Sample, heading: str, form: str, year: str = "") -> Sample:
    """The sample with a column brought to its usual form."""
    cells = [each and (usual(each.strip(_AROUND), form, year) or each) for each in sample.get(heading, ())]
    return {**sample, heading: cells}


def _dated(made: Writing, heading: str, *, is_named: bool) -> Writing:
    said = _said(made.sample.get(heading, ()))
    if not said:
        return made
    three = [each for each in said if _THREE.match(each) and not _YEAR_FIRST.match(each)]
    if len(three) >= ENOUGH * len(said) and (is_named or len(three) == len(said)):
        return _ordered(made, heading, three)
    short = [each for each in said if _HAN_DAY.match(each) or (is_named and _SHORT_DAY.match(each))]
    short = [each for each in short if usual(each, NO_YEAR)]
    if len(short) >= ENOUGH * len(said):
        return _yearless(made, heading, short)
    return made


def _ordered(made: Writing, heading: str, said: Sequence[str]) -> Writing:
    """Dates whose day, month and year may stand in any order: read where only one order makes dates of all."""
    read = {form: [usual(each, form) for each in said] for form in ORDERS}
    fit = {
        form: days
        for form, days in read.items()
        if all(each and _FIRST_YEAR <= each[:4] <= _LAST_YEAR for each in days)
    }
    if not fit:
        return made
    first = next(iter(fit))
    sample = _in(made.sample, heading, first)
    if len({tuple(days) for days in fit.values()}) == 1:
        how = Text(
            f"“{heading}”整列只可能是 {_SPELLED[first].zh}，如 {said[0]} 是 {fit[first][0]}",
            f"“{heading}” can only be {_SPELLED[first].en}: {said[0]} is {fit[first][0]}",
        )
        return replace(made, sample=sample, forms={**made.forms, heading: first}, notes=(*made.notes, how))
    ways = {form: days[0] for form, days in fit.items()}
    how = Text(
        f"“{heading}”写作 {said[0]}，可能是 " + "，也可能是 ".join(f"{day}（{_SPELLED[form].zh}）" for form, day in ways.items())
        + f"，整列都分不清：请告诉它“{ORDER}”",
        f"“{heading}” says {said[0]}: " + " or ".join(f"{day} ({_SPELLED[form].en})" for form, day in ways.items())
        + f"; no row tells which, so say “{ORDER}”",
    )  # fmt: skip
    return replace(
        made,
        sample=sample,
        forms={**made.forms, heading: {"told": ORDER}},
        ask=_also(made.ask, ORDER),
        notes=(*made.notes, how),
    )


def _yearless(made: Writing, heading: str, said: Sequence[str]) -> Writing:
    """Days without a year, which has to be told."""
    how = Text(
        f"“{heading}”只写了月和日，如 {said[0]}：请告诉它“{YEAR}”",
        f"“{heading}” names no year, as in {said[0]}: say “{YEAR}”",
    )
    doubts = dict(made.doubts)
    months = {int((usual(each, NO_YEAR) or "")[5:7]) for each in said}
    days = [re.split(r"[-/.]", each)[1] for each in said if "." in each and "月" not in each]
    if {12, 1} <= months:
        doubts[heading] = Text(
            "又有 12 月又有 1 月，跨了年，只能补一个年份：请写上年份",
            "December and January are of two years, and one can be told: write the year",
        )
    elif (
        days
        and not any(each.endswith("0") for each in days)
        and len({*days} & {"1", "2", "3"})
        and any(len(each) > 1 for each in days)
    ):
        doubts[heading] = Text(
            "3.1 也可能是 3.10：表格软件会去掉末尾的 0，请核对 1、2、3 号",
            "3.1 may be 3.10, whose nought spreadsheets drop: check the 1st, 2nd and 3rd",
        )
    return replace(
        made, sample=_in(made.sample, heading, NO_YEAR), forms={**made.forms, heading: NO_YEAR}, ask=_also(made.ask, YEAR),
        notes=(*made.notes, how), doubts=doubts,
    )  # fmt: skip


def _numbered(made: Writing, headings: Sequence[str], learned: Mapping[str, str]) -> Writing:
    """Numbers with a comma before their decimals, where some of the file's can be nothing else and none speaks against it."""
    columns = {each: _said(made.sample.get(each, ())) for each in headings}
    commas = {
        name
        for name, said in columns.items()
        if any(map(_DECIMALS.match, said)) and _all_of(said, _DECIMALS, _THOUSANDS, _WHOLE)
    }
    if any(_POINTED.match(each) for name in commas for each in columns[name]):
        return made
    open_ = [
        name for name, said in columns.items()
        if name not in commas and any(map(_THOUSANDS.match, said)) and _all_of(said, _THOUSANDS, _WHOLE) and _is(name, ("money",), learned)
    ]  # fmt: skip
    if commas:
        shown = next(each for name in commas for each in columns[name] if _DECIMALS.match(each))
        how = Text(f"数字的小数点写成逗号，如 {shown}", f"numbers have a comma before their decimals, as in {shown}")
        made = replace(made, notes=(*made.notes, how))
        form: Any = COMMA
    elif open_ and not any(
        _POINTED.match(each) for name, said in columns.items() if _is(name, ("money",), learned) for each in said
    ):
        shown = next(each for each in columns[open_[0]] if _THOUSANDS.match(each))
        how = Text(
            f"“{open_[0]}”写作 {shown}：点是小数点，还是千位的分隔？请告诉它“{MARK}”",
            f"“{open_[0]}” says {shown}: is the point before decimals or thousands? Say “{MARK}”",
        )
        made = replace(made, ask=_also(made.ask, MARK), notes=(*made.notes, how))
        form = {"told": MARK}
    else:
        return made
    for name in (*sorted(commas), *open_):
        made = replace(made, sample=_in(made.sample, name, COMMA), forms={**made.forms, name: form})
    return made


def _all_of(said: Sequence[str], *patterns: re.Pattern[str]) -> bool:
    return bool(said) and sum(any(each.match(one) for each in patterns) for one in said) >= ENOUGH * len(said)


def _also(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*words, word)))


def _is_ditto(cell: str | None) -> bool:
    return bool(_DITTO.match(cell or ""))


def _is_of_order(claim: Claim, key: str) -> bool:
    """Whether a column says something of the order rather than of one of its lines."""
    role = BY_NAME.get(claim.role)
    is_own = role is not None and role.shape not in ("money", "count", "unit")
    return claim.heading == key or (is_own and claim.role not in ("goods_name", "sku_id", "spec", "remark"))


def _down(cells: Sequence[str | None]) -> list[str | None]:
    made: list[str | None] = []
    for each in cells:
        made.append(made[-1] if _is_ditto(each) and made else each)
    return made
