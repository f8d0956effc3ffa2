"""Sheets with a column for each kind of goods: one row a buyer, in each cell how many; prices in the head or below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from unicodedata import normalize

from linshu.connectors.guessing.amounts import number_of
from linshu.connectors.guessing.roles import EXACT, Claim
from linshu.connectors.guessing.unnumbered import buyer_of
from linshu.connectors.guessing.words import PIECES, TO_GRAM, UNITS, plain
from linshu.engine.intake.goods import COUNTERS, HAN, MEASURES, NONE, TICKS
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Sample = Mapping[str, Sequence[str | None]]

ROLE = PIECES.name
MOST = 9_999  # pieces of one kind that one buyer takes; more is a number of another kind
_LEAST = 0.8  # of a column's cells that have to be counts
_ROWS_OF_PRICES = 3  # below the head
_FEWEST = 3  # rows, two buyers and their sum
_SUMS = Text(
    "最后一行没写名字、是各列之和，当作合计不算",
    "the last row names nobody and sums the columns: it is taken for totals",
)
_DIGITS = r"\d+(?:\.\d+)?"
_PER = r"[/／每]\s*([^()（）]{1,8})"
_MONEY = rf"[¥￥]?\s*({_DIGITS})\s*(元|块钱|块|¥|￥)?\s*(?:{_PER})?"
_BEHIND = re.compile(rf"^(.*?[^\d.¥￥\s(（@:：])\s*[@:：]?\s*([(（]?)\s*{_MONEY}\s*[)）]?$")
_BEFORE = re.compile(rf"^([¥￥]?)\s*({_DIGITS})\s*(元|块钱|块)?\s*(?:{_PER})?\s+(\D.*)$")
_AGAIN = re.compile(r" \(\d+\)$")  # behind the second of two columns of one name
_ALONE = re.compile(rf"^{_MONEY}$")
_COUNT = re.compile(
    rf"^[xX×✕✖*+]?\s*({_DIGITS}|[一二两三四五六七八九十])\s*(?:{'|'.join((*COUNTERS, *MEASURES))})?$", re.IGNORECASE
)
_NONE = re.compile(NONE)
_PRICES = re.compile(r"单价|价格|售价|团购价|团价|价钱|^价\b|^price", re.IGNORECASE)
_WHOLE = re.compile(
    r"合\s*计|总\s*计|共\s*计|一共|总共|小\s*计|总[数量份件价额]|总金额|金额|件数|份数|数量|应[收付]|实[收付]|total|sum|amount",
    re.IGNORECASE,
)
# Small whole numbers that are no pieces of goods.
_STRANGERS = re.compile(
    r"序号|编号|接龙号|排名|名次|号码|^号$|^no\.?$|^#$|楼|栋|幢|单元|^层|室|房|门牌|小区|年龄|积分|人数|次数|天数|^第\d+列$|电话|手机"
    r"|日期|时间|地址|备注|库存|会员|等级|编码|条码|规格|邮编|折扣|优惠|运费|邮费|配送费|退款|余额|押金|已付|付款|支付",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Good:
    """One kind of goods and its column."""

    heading: str
    name: str
    price: str  # in yuan, for one of `unit`; "" = not written anywhere
    unit: str  # 斤, kg, gram where it is weighed; "" = counted


@dataclass(frozen=True, slots=True)
class Tally:
    """What such a sheet says."""

    goods: tuple[Good, ...]
    asides: tuple[Mapping[str, str], ...]  # the cells of rows that are no buyer's: of prices, of totals without a word
    lasts: bool  # its prices do not stand in a row, which another such sheet would have otherwise
    claims: tuple[Claim, ...]
    notes: tuple[Text, ...]

    @property
    def untold(self) -> tuple[str, ...]:
        """The goods whose prices stand nowhere."""
        return tuple(each.name for each in self.goods if not each.price)


def tally_of(
    headings: Sequence[str], sample: Sample, claims: Sequence[Claim], learned: Mapping[str, str]
) -> Tally | None:
    """The goods that have columns of their own; None where a sheet says its goods otherwise."""
    known = {claim.role: claim for claim in claims if claim.role}
    if any(role in known and known[role].sureness >= EXACT - 0.02 for role in ("goods_name", "sku_id")) or not buyer_of(
        known
    ):
        return None
    open_ = [claim.heading for claim in claims if _may_be(claim, learned)]
    at, prices = _row_of_prices(headings, sample, open_, known)
    below = {name: [cell for row, cell in enumerate(cells) if row != at] for name, cells in sample.items()}
    found = [name for name in open_ if learned.get(plain(name)) == ROLE or _is_counted(below.get(name, ()))]
    goods = _named([_good(name, prices.get(name, "")) for name in found])
    said = [name for name in found if learned.get(plain(name)) == ROLE]
    doubtful = [name for name in open_ if name not in found and _may_be_counted(below.get(name, ()))]
    if not any(each.price for each in goods) and len(goods) < 2 and not said:
        return None
    sums = _row_of_sums(headings, below, goods, known)
    if sums:
        below = {name: cells[:-1] for name, cells in below.items()}
    tally = _told(goods, at, claims, below, said)
    doubted = tuple(_doubted(each) if each.heading in doubtful else each for each in tally.claims)
    asides = tuple(each for each in (prices, sums) if each)
    notes = (*tally.notes, *([_SUMS] if sums else []))
    return replace(tally, asides=asides, lasts=at < 0, claims=doubted, notes=notes)


def count_of(cell: str | None) -> Decimal | None:
    """How many a cell says; nothing said is none, None is no count."""
    text = normalize("NFKC", cell or "").strip()
    if not text or _NONE.match(text):
        return Decimal(0)
    if text in TICKS:
        return Decimal(1)
    found = _COUNT.match(text)
    if not found:
        return None
    return Decimal(found[1]) if found[1][0].isdecimal() else Decimal(HAN.index(found[1].replace("两", "二")))


def price_in(heading: str) -> tuple[str, str, str, bool]:
    """Name, price, unit that a heading says (`苹果 5元/斤`), and whether it is written as a price; price "" for none."""
    text = _AGAIN.sub("", heading.strip())
    before = _BEFORE.match(text)
    if before and (before[1] or before[3]):
        return before[5].strip(), before[2], _unit(before[4]), True
    found = _BEHIND.match(text)
    if not found:
        return text, "", "", False
    name, _, price, mark, per = found.groups()
    clear = bool(mark or per or "¥" in text or "￥" in text)
    return name.strip(" ,，、-—_|/:：@"), price, _unit(per), clear


def _unit(per: str | None) -> str:
    unit = UNITS.get((per or "").strip().casefold(), "")
    return unit if unit in TO_GRAM else ""


def _may_be(claim: Claim, learned: Mapping[str, str]) -> bool:
    """Whether a column may hold pieces of goods: nobody said what it is, and its heading is no word for something else."""
    said = learned.get(plain(claim.heading))
    if said is not None:
        return said == ROLE
    if _STRANGERS.search(claim.heading) or (
        claim.role and claim.sureness >= EXACT - 0.02 and not price_in(claim.heading)[3]
    ):
        return False
    return not _WHOLE.search(claim.heading) or price_in(claim.heading)[3]


def _is_counted(cells: Sequence[str | None]) -> bool:
    counts = [count_of(each) for each in cells if each and each.strip()]
    fit = [each for each in counts if each is not None and each <= MOST]
    return bool(counts) and len(fit) >= _LEAST * len(counts) and any(fit)


def _may_be_counted(cells: Sequence[str | None]) -> bool:
    """Whether some cells of a column are counts, and not enough of them."""
    said = [each for each in cells if each and each.strip()]
    return sum(count_of(each) is not None and not _NONE.match(each) for each in said) * 3 >= max(len(said), 1)


def _doubted(claim: Claim) -> Claim:
    reason = Text(
        "像一种商品的份数，但不少格子不是数，没有算进去：是商品就指明，不是就选“不用”",
        "it may be pieces of a kind of goods, but many cells are no numbers: left out; say what it is",
    )
    return replace(claim, role="", title=Text("不用", "not used"), sureness=0.3, reason=reason)


def _row_of_sums(
    headings: Sequence[str], below: Sample, goods: Sequence[Good], known: Mapping[str, Claim]
) -> dict[str, str]:
    """The last row when it says nobody's name, and of each kind of goods the sum of those above; empty otherwise."""
    rows = len(next(iter(below.values()), ()))
    if rows < _FEWEST or (below[known[buyer_of(known)].heading][-1] or "").strip():
        return {}
    for each in goods:
        counts = [count_of(cell) for cell in below[each.heading]]
        if counts[-1] is None or sum(count or 0 for count in counts[:-1]) != counts[-1]:
            return {}
    return {name: (below[name][-1] or "").strip() for name in headings if name in below}


def _row_of_prices(
    headings: Sequence[str], sample: Sample, open_: Sequence[str], known: Mapping[str, Claim]
) -> tuple[int, dict[str, str]]:
    """The row below the head that says what the goods cost, and its cells; -1 where there is none."""
    others = [name for name in headings if name not in open_]
    who = known[buyer_of(known)].heading
    for at in range(min(_ROWS_OF_PRICES, max(map(len, sample.values()), default=0))):
        row = {name: (sample[name][at] or "").strip() for name in headings if name in sample}
        said = {name: row[name] for name in open_ if row.get(name)}
        label = [row[name] for name in others if row.get(name)]
        named = any(_PRICES.search(each) for each in label)
        is_bare = at == 0 and not row.get(who) and len(said) > 1 and all(number_of(each) == 0 for each in label)
        if said and (named or is_bare) and all(_ALONE.match(each) for each in said.values()):
            return at, row
    return -1, {}


def _good(heading: str, cell: str) -> Good:
    name, price, unit, _ = price_in(heading)
    found = _ALONE.match(cell) if cell else None
    if found:
        return Good(heading, name if unit or price else heading.strip(), found[1], _unit(found[3]) or unit)
    return Good(heading, name or heading, price, unit)


def _named(goods: Sequence[Good]) -> tuple[Good, ...]:
    """The goods, each by a name of its own: as its column is headed where two would share one."""
    short = [each.name.rpartition("/")[2] or each.name for each in goods]
    return tuple(
        replace(each, name=name if short.count(name) == 1 else each.heading)
        for each, name in zip(goods, short, strict=True)
    )


def _told(
    goods: tuple[Good, ...],
    at: int,
    claims: Sequence[Claim],
    below: Sample,
    said: Sequence[str],
) -> Tally:
    rows = len(next(iter(below.values()), ()))
    counts = [[count_of(below[each.heading][row]) or Decimal(0) for each in goods] for row in range(rows)]
    pieces = [sum(row) for row in counts]
    cost = [Decimal(each.price or 0) for each in goods]
    worth = [sum((n * p for n, p in zip(row, cost, strict=True)), Decimal(0)) for row in counts]
    is_priced = all(each.price for each in goods)
    made, agreed, notes = [], False, []
    columns = {each.heading: each for each in goods}
    for claim in claims:
        if claim.heading in columns or not _WHOLE.search(claim.heading):
            made.append(claim)
            continue
        whole = [number_of(each) for each in below.get(claim.heading, ())]
        judged, agrees = _whole(claim, whole, pieces, worth if is_priced else None)
        agreed |= agrees
        made.append(judged)
    where = Text(f"第 {at + 1} 行数据", f"data row {at + 1}") if at >= 0 else None
    made = [
        _as_goods(columns[each.heading], each, agreed=agreed, said=each.heading in said, where=where)
        if each.heading in columns
        else each
        for each in made
    ]
    priced = "、".join(
        f"{each.name} {each.price or '?'} 元{'/' + each.unit if each.unit else ''}" for each in goods[:6]
    )
    more = " …" if len(goods) > 6 else ""
    notes.append(
        Text(
            f"一行一人、一列一种商品：{len(goods)} 种（{priced}{more}）。金额按单价×份数算；没拿任何商品的行不算订单",
            f"one row a buyer, one column a kind of goods: {len(goods)} kinds ({priced}{more}). Amounts are price by pieces; a row "
            "without any goods is no order",
        )
    )
    return Tally(goods, (), lasts=True, claims=tuple(made), notes=tuple(notes))


def _whole(
    claim: Claim, whole: Sequence[Decimal | None], pieces: Sequence[Decimal | int], worth: Sequence[Decimal] | None
) -> tuple[Claim, bool]:
    """What a column of sums is: all pieces of a row, or what they come to; and whether it proves the other columns."""
    said = [at for at, each in enumerate(whole) if each is not None]
    if not said:
        return replace(claim, role="", sureness=0.0), False
    if all(whole[at] == pieces[at] for at in said) and (worth is None or any(whole[at] != worth[at] for at in said)):
        reason = Text("与各商品列之和相符：是总份数", "it is the sum of the goods' columns: all pieces")
        return replace(claim, role="", title=Text("不用", "not used"), sureness=0.0, reason=reason), True
    if worth is None:
        return claim, False
    paid = replace(claim, role="paid", title=Text("实付金额", "paid"))
    off = [at for at in said if whole[at] != worth[at]]
    if not off:
        reason = Text("与单价×份数之和相符", "it is the sum of price by pieces")
        return replace(paid, sureness=1.0, reason=reason), True
    if len(off) * 2 > len(said):
        reason = Text(
            f"有 {len(off)} 行与单价×份数之和不符，如写 {whole[off[0]]}、算得 {worth[off[0]]}：单价可能不对",
            f"{len(off)} rows differ from price by pieces, such as {whole[off[0]]} where it is {worth[off[0]]}: a price may be wrong",
        )
        return replace(paid, sureness=0.5, reason=reason), False
    reason = Text(
        f"{len(said) - len(off)} 行与单价×份数之和相符，{len(off)} 行不符，如写 {whole[off[0]]}、算得 {worth[off[0]]}",
        f"{len(said) - len(off)} rows are the sum of price by pieces, {len(off)} are not, such as {whole[off[0]]} where it is {worth[off[0]]}",
    )
    return replace(paid, sureness=0.7, reason=reason), True


def _as_goods(good: Good, claim: Claim, *, agreed: bool, said: bool, where: Text | None) -> Claim:
    """The claim of a column of goods, and why it is one."""
    unit = f"/{good.unit}" if good.unit else ""
    claim = replace(claim, role=ROLE, title=PIECES.title, unit=good.unit)
    pieces = Text(f"“{good.name}”的份数", f"pieces of “{good.name}”")
    if not good.price:
        zh, en = f"没写单价：请告诉它 {good.name}=单价", f"its price is written nowhere: tell {good.name}=PRICE"
        sure = 0.9 if agreed or said else 0.6
    elif not (where or price_in(good.heading)[3] or agreed):
        zh, en = (
            f"表头末尾的 {good.price} 是单价吗？没写“元”",
            f"is {good.price} in the heading its price? No currency is named",
        )
        sure = 0.6
    else:
        place = where or Text("表头", "the heading")
        zh, en = f"{place.zh}写着单价 {good.price} 元{unit}", f"{place.en} says its price: {good.price} yuan{unit}"
        sure = 1.0 if agreed else 0.95
    return replace(claim, sureness=sure, reason=Text(f"{pieces.zh}，{zh}", f"{pieces.en}; {en}"))
