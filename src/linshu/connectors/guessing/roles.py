"""Which column says what: by its heading, its values and its unit, each with a sure-ness from 0 to 1 and the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from linshu.connectors.guessing.shapes import ENOUGH, MOST_LOOKED_AT, Shape, shape_of
from linshu.connectors.guessing.words import BY_NAME, ROLES, TO_GRAM, Role, bare, listed, own_part, plain, unit_of
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST = 0.4  # below this nothing is claimed
SURE = 0.75  # below this a person is asked
EXACT = 0.95  # the heading is a word of the role
_ALIKE = 0.6  # of the signs of two words: below this they are not the same word
_UNLIKE = 0.3  # of an exact heading none of whose values look it: it is not used, and a person is asked
_MUCH_DOUBTED = 0.6  # of values that are likely to be read wrongly
_DOUBTED = 0.7  # of an exact heading some of whose values do not look it
_SHAPES = {
    "phone": Text("值是手机号", "the values are phones"),
    "moment": Text("值是时间", "the values are moments"),
    "money": Text("值是金额", "the values are amounts"),
    "count": Text("值是整数", "the values are whole numbers"),
    "measure": Text("值是数", "the values are numbers"),
    "id": Text("值是编号", "the values are ids"),
    "status": Text("值是订单状态", "the values are states of an order"),
    "address": Text("值是地址", "the values are addresses"),
    "name": Text("值是文字", "the values are words"),
    "text": Text("值是文字", "the values are words"),
    "unit": Text("值是单位", "the values are units"),
}
_QUOTED = ("money", "count", "measure", "moment", "status")  # shapes of values that tell of nobody
_SERIAL = Text(
    "值是 1、2、3……：是行号的话，别的文件里也有，会和那里的订单混成一单",
    "the values are 1, 2, 3 …: if they count rows, other files have them too, and their orders would become one",
)
_FOREIGN = Text(
    "表头写的是外币，会被当成人民币：请先换算",
    "the heading names another currency, and the amounts would count as yuan: convert them first",
)
_COST = re.compile(
    r"成本|进价|进货|采购|供货|批发|毛利|利润|佣金|提成|欠款|未[收付]|累计|\bcost\b|profit|margin", re.IGNORECASE
)
_RATE = re.compile(r"折(?!.*额)|率|rate|\boff\b", re.IGNORECASE)
_RATED = Text(
    "像是几折或比率，不是金额，没有算进去：请换成优惠的金额，或写上实付金额",
    "it seems to be a share of the price, no amount, and is left out: write what was taken off, or what was paid",
)
_AGAINST = Text("但值不像", "but the values do not look it")
_UNITLESS = Text("有几行没写单位，会按件数算", "some rows name none and count as pieces")
_WEIGHED = Text(
    "但有小数：称重卖的请在表头写明单位，如“数量(斤)”",
    "but not all are whole: where it is weighed, name the unit in the heading, as in “qty (kg)”",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one column is taken for."""

    heading: str
    role: str  # "" = not used
    title: Text
    sureness: float
    reason: Text
    unit: str = ""

    @property
    def unsure(self) -> bool:
        """Whether a person should confirm it."""
        return 0 < self.sureness < SURE


def claims(
    headings: Sequence[str], sample: Mapping[str, Sequence[str | None]], learned: Mapping[str, str] | None = None
) -> tuple[Claim, ...]:
    """One claim for each column in order; a role is given to one column, the surest first.

    `learned` holds what a person said before: plain heading > role, "" for a column that is not used.
    """
    known = learned or {}
    shapes = {heading: shape_of(sample.get(heading, ())) for heading in headings}
    # 2.5 is a count where a column beside it says 斤.
    weighed = any(each.is_weighed and each.unit >= ENOUGH for each in shapes.values())
    found = [_judged(heading, role, shapes[heading], known, weighed=weighed) for heading in headings for role in ROLES]
    taken: dict[str, Claim] = {}
    roles: set[str] = set()
    # A heading that is a word of the role goes first; then the surer, then the earlier column.
    for claim in sorted(found, key=lambda each: (not _is_word(each), -each.sureness, headings.index(each.heading))):
        if claim.sureness >= LEAST and claim.heading not in taken and claim.role not in roles:
            taken[claim.heading] = claim
            roles.add(claim.role)
    said = {heading for heading in headings if plain(heading) in known}
    return tuple(
        taken.get(heading)
        or _unused(heading, shapes[heading], None if heading in said else roles, sample.get(heading, ()))
        for heading in headings
    )


def _is_word(claim: Claim) -> bool:
    """Whether a heading is a word of the role it is taken for, though some of its values may not look it."""
    return claim.sureness >= _DOUBTED and _named(claim.heading, BY_NAME[claim.role])[0] >= EXACT


def _judged(heading: str, role: Role, shape: Shape, known: Mapping[str, str], *, weighed: bool = False) -> Claim:
    word = plain(heading)
    if word in known:
        mine = known[word] == role.name
        said = Text("以前人工确认过", "a person confirmed it before")
        return Claim(heading, role.name, role.title, 1.0 if mine else 0.0, said, unit_of(heading))
    name, why = _named(heading, role)
    looks = "measure" if weighed and role.shape == "count" else _looks(role, heading)
    fit = shape.fits(looks)
    sure = _by_shape(role, shape) if name < LEAST else name * (0.55 + 0.45 * fit if fit >= 0.5 else fit)
    if name >= EXACT and 0 < fit < 0.5:
        sure = max(sure, _DOUBTED)
    if looks == "count" and shape.filled and fit < ENOUGH:
        sure = min(sure, _DOUBTED)  # 2.5 of what?
    if name < LEAST:
        why = _SHAPES[looks]
    elif shape.filled and fit >= ENOUGH:
        also = _SHAPES[looks]
        why = Text(f"{why.zh}，{also.zh}", f"{why.en}, {also.en}")
    elif shape.filled and (fit < 0.5 or looks == "count"):
        against = _WEIGHED if looks == "count" and shape.number >= ENOUGH else _AGAINST
        why = Text(f"{why.zh}，{against.zh}", f"{why.en}, {against.en}")
    claim = Claim(heading, role.name, role.title, round(sure, 2), why, unit_of(heading))
    return _heeded(claim, shape, looks, is_word=name >= EXACT)


def _heeded(claim: Claim, shape: Shape, looks: str, *, is_word: bool) -> Claim:
    """The claim, in doubt where its values have the right form and are wrong all the same."""
    if claim.role == "order_id" and shape.serial:
        # Every file has a row 1: as ids they would make one order of many.
        return replace(claim, sureness=_MUCH_DOUBTED if is_word else 0.0, reason=_SERIAL)
    if claim.role == "spec" and shape.unit >= ENOUGH:
        return replace(claim, sureness=0.0)  # 斤, 箱: a unit
    if claim.role == "unit" and shape.unit < 0.5:
        return replace(claim, sureness=0.0)
    if claim.role == "unit" and shape.is_weighed and shape.filled < 1:
        return replace(claim, sureness=min(claim.sureness, _DOUBTED), reason=_UNITLESS)
    if looks == "money" and (_COST.search(claim.heading) or _is_rate(claim, shape)):
        return replace(claim, sureness=0.0)  # what goods cost, or 0.9 of a price, was paid by nobody
    if looks == "money" and claim.unit == "dollar":
        return replace(claim, sureness=round(claim.sureness * _MUCH_DOUBTED, 2), reason=_FOREIGN)
    if (shape.foreign and looks == "money") or (shape.lost and looks == "phone"):
        return replace(claim, sureness=round(claim.sureness * _MUCH_DOUBTED, 2), reason=_spoiled(shape, looks))
    return claim


def _is_rate(claim: Claim, shape: Shape) -> bool:
    """Whether a column of discounts says what is left of the price: 0.9, or 8.5 of 10."""
    return claim.role == "discount" and shape.is_small and bool(_RATE.search(claim.heading))


def _spoiled(shape: Shape, looks: str) -> Text:
    if looks == "phone":
        return Text(
            f"有 {shape.lost} 个手机号被 Excel 改成了 1.38E+10 的样子，原号找不回来：请从来源重新导出为文本",
            f"Excel has made {shape.lost} phones into numbers such as 1.38E+10, their digits are lost: export them anew as text",
        )
    return Text(
        f"有 {shape.foreign} 格是外币，会被当成人民币：请先换算",
        f"{shape.foreign} cells are in another currency and would count as yuan: convert them first",
    )


def _named(heading: str, role: Role) -> tuple[float, Text]:
    """How near a heading, or the lower part of a joined one, is to the words of a role, and in what way."""
    said = (plain(heading), plain(own_part(heading)))
    return max((_by_name(word, role) for word in said), key=lambda each: each[0])


def _looks(role: Role, heading: str) -> str:
    """What the values of a role should look like under a heading: what is weighed need not be whole."""
    return "measure" if role.shape == "count" and unit_of(heading) in TO_GRAM else role.shape


def _by_name(word: str, role: Role) -> tuple[float, Text]:
    """How near a heading is to the words of a role, and in what way."""
    best, nearest = 0.0, role.words[0]
    for rank, one in enumerate(role.words):
        near = _near(word, one)
        # The first words of a role are its own; later ones are shared trade words.
        near -= 0.002 * rank if near >= 0.99 else 0.0
        if near > best:
            best, nearest = near, one
    if best >= 0.9:
        return best, Text(f"表头就是“{nearest}”", f"the heading is “{nearest}”")
    return best, Text(f"表头像“{nearest}”", f"the heading is like “{nearest}”")


@lru_cache(maxsize=1 << 15)  # the tables say much in the same words
def _near(word: str, one: str) -> float:
    if word == one:
        return 1.0
    if not word:
        return 0.0
    short, long = sorted((bare(word) or word, bare(one) or one), key=len)
    if short == long:
        return 0.9
    if short == "号":
        return 0.0  # 房号, 楼号, 桌号 number other things
    if (len(short) > 1 or len(long) == 2) and (long.endswith(short) or long.startswith(short)):
        return 0.55 + 0.35 * len(short) / len(long) + (0.03 if long.endswith(short) else 0.0)
    shared = min(sum(sign in one for sign in word), sum(sign in word for sign in one))
    if 2 * shared / (len(word) + len(one)) < _ALIKE:
        return 0.0  # more signs cannot agree, and to look which do takes long
    alike = SequenceMatcher(None, word, one).ratio()
    return 0.9 * alike if alike >= _ALIKE else 0.0


def _by_shape(role: Role, shape: Shape) -> float:
    """What values alone can tell."""
    if not shape.filled:
        return 0.0
    told = {
        "receiver_phone": 0.7 * shape.phone,
        "placed_at": 0.5 * shape.moment,
        "status": 0.7 * shape.status if shape.unique < 0.6 or shape.status == 1 else 0.0,
        "order_id": 0.65 * shape.dated * (1 - shape.moment),
        "receiver_address": 0.6 * shape.address,
        "goods_name": 0.7 * shape.in_cell,
    }
    return told.get(role.name, 0.0)


def _unused(heading: str, shape: Shape, roles: set[str] | None, cells: Sequence[str | None]) -> Claim:
    """No claim; in doubt where the heading is a word for what no other column tells and the values do not look it.

    `roles` are those that columns tell; None where a person said what the column is.
    """
    name, role = max(((_by_name(plain(heading), each)[0], each) for each in ROLES), key=lambda each: each[0])
    if roles is not None and shape.filled and name >= EXACT and role.name not in roles:
        odd = listed(_odd(cells, role.shape) if role.shape in _QUOTED else ())
        such = Text(f"，如 {odd}", f", such as {odd}") if odd else Text("", "")
        if _is_rate(Claim(heading, role.name, role.title, name, _RATED), shape):
            return Claim(heading, "", Text("不用", "not used"), _UNLIKE, _RATED)
        against = Text(
            f"表头是“{role.title.zh}”，{_AGAINST.zh}{such.zh}",
            f"the heading says {role.title.en}, {_AGAINST.en}{such.en}",
        )
        return Claim(heading, "", Text("不用", "not used"), _UNLIKE, against)
    empty = Text("整列是空的", "the column is empty")
    unknown = Text("看不出是什么，不用它", "nothing it could be; left out")
    reason = unknown if shape.filled else empty
    return Claim(heading, "", Text("不用", "not used"), 0.0, reason)


def _odd(cells: Sequence[str | None], looks: str) -> list[str]:
    """The values that do not look it, each once."""
    said = dict.fromkeys(each.strip() for each in cells[:MOST_LOOKED_AT] if each and each.strip())
    return [each for each in said if shape_of([each]).fits(looks) < 0.5]
