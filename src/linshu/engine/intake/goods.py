"""Goods as people write them in a chain: `苹果x2`, `梨 3斤`, `阳光玫瑰 5斤装 +1`, `2份鸡蛋`, `葡萄两盒 39.8元`."""

from __future__ import annotations

from linshu.engine.intake import quoting as q

# What stands between two goods in one cell; not inside parentheses.
PIECES = {
    "lines": r"[^\r\n]+",
    "goods": r"(?:[^，,、;；\r\n（(]|[（(][^）)\r\n]*[）)])+",
}
# Weights in grams and volumes in millilitres; everything else counts in pieces.
MEASURES = {
    "斤": ("gram", 500), "公斤": ("gram", 1000), "千克": ("gram", 1000), "kg": ("gram", 1000), "两": ("gram", 50),
    "克": ("gram", 1), "g": ("gram", 1), "升": ("millilitre", 1000), "毫升": ("millilitre", 1), "ml": ("millilitre", 1),
}  # fmt: skip
COUNTERS = (
    "份", "个", "件", "只", "袋", "盒", "箱", "包", "瓶", "罐", "桶", "提", "板", "打", "对", "双", "条", "块", "把", "颗", "头", "枚",
    "支", "串", "碗", "杯", "套", "组", "扎", "捆", "筐", "篮", "朵", "根", "片", "张", "台", "单", "枝", "棵", "卷", "排", "听",
)  # fmt: skip
# What stands in the cell of somebody who took none, or one.
NONE = r"^(?:0+(?:[.．]0+)?|[-—–/\\×✕✖✗✘]+|无|没有|否|不要)$"
TICKS = ("√", "✓", "✔", "☑", "是")
TAKES = ("name", "qty", "unit", "price")
TAKES_ALONE = ("qty", "unit", "number")
_DIGITS = r"\d+(?:\.\d+)?"
_HAN = "[一二两三四五六七八九十半]+"
_NUMBER = f"{_DIGITS}|{_HAN}"
_MEASURE = "|".join(sorted(MEASURES, key=len, reverse=True))
_UNIT = f"{_MEASURE}|{'|'.join(COUNTERS)}"
_FOLD = ("０１２３４５６７８９．×✕✖＊＋Ｘｘ（）￥　\u00a0\t", "0123456789.xxx*+xx()¥   ")
# A leading number of the chain: `1、苹果`.
_LISTED = r"^\d{1,3}[、.)]\s*([^\d\s])"
_PRICE = rf"\s*(?:[¥@]\s*({_DIGITS})(?:元|块)?|({_DIGITS})(?:元|块钱|块))$"
# A remark behind how many: 苹果x2（要熟的）.
_REMARK = rf"((?:[xX*+]\s*(?:{_NUMBER})|(?:{_DIGITS})\s*(?:{_UNIT})))\s*\([^()]*\)$"
# How a quantity is said, tried in this order; each gives (n, u, half).
_SAID = (
    rf"\s*[xX*+]\s*({_NUMBER})\s*({_UNIT})?()$",
    rf"\s*({_NUMBER})\s*(?i:({_UNIT}))(半)?$",
    rf"^({_DIGITS})\s*(?i:({_UNIT}))()的?\s*(?:[^\s装])",
    rf"^({_HAN})\s*((?i:{_MEASURE})|份)()的?\s*(?:[^\s装])",
    rf"\s+({_NUMBER})()()$",
)
# A cell that says how many and nothing else: 3, 2份, x2, 两斤半, 1箱(6瓶).
_ALONE = rf"^[xX*+]?\s*({_NUMBER})\s*(?i:({_UNIT}))?(半)?\s*(?:\([^()]*\))?$"
_JIN_LIANG = r"(\d)斤(\d)两$"  # ten of these are one of those
_FRONT = (2, 3)  # of these the quantity stands before the name
_HAN_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
HAN = ("", *"一二三四五六七八九十")  # by what each is
# A blank alone between two goods that both say how many (`苹果+1 梨+2`); not before a packing (`鸡蛋 30枚 +1`).
_TIMES = r"[xX×✕✖*＊+＋]"
_NEXT = rf"({_TIMES}\s*(?:{_NUMBER})(?:{_UNIT})?)[ \t\x{{3000}}]+([^\s\d¥￥@xX×✕✖*＊+＋，,、;；（(][^xX×✕✖*＊+＋，,、;；\r\n（(]*{_TIMES}\s*(?:{_NUMBER}))"


def pieces(text: str, by: str) -> str:
    """SQL of the list of goods in one cell; one empty piece for an empty cell, so that nothing vanishes unsaid."""
    if by == "goods":
        for _ in range(2):  # what one pass took as the second of two may be the first of the next two
            text = f"regexp_replace({text}, {q.text(_NEXT)}, '\\1，\\2', 'g')"
    found = f"list_transform(regexp_extract_all({text}, {q.text(PIECES[by])}), lambda p: trim(p))"
    kept = f"list_filter({found}, lambda p: p <> '')"
    return f"(CASE WHEN len({kept}) > 0 THEN {kept} ELSE [CAST(NULL AS VARCHAR)] END)"


def said(text: str, take: str) -> str:
    """SQL of what a piece says: `name`, `qty` in base units, `unit` (piece, gram, millilitre), or `price` in yuan.

    No quantity means one; `半斤` is 250 grams. A price that is not said is NULL.
    """
    plain = f"trim(regexp_replace(translate({text}, {q.text(_FOLD[0])}, {q.text(_FOLD[1])}), {q.text(_LISTED)}, '\\1'))"
    plain = f"regexp_replace({plain}, {q.text(_REMARK)}, '\\1')"
    plain = f"regexp_replace({plain}, {q.text(_JIN_LIANG)}, '\\1.\\2斤')"
    priced = f"regexp_extract(p, {q.text(_PRICE)}, ['a', 'b'])"
    bare = f"trim(regexp_replace(p, {q.text(_PRICE)}, ''))"
    if take == "price":
        made = _let(priced, "nullif(coalesce(nullif(m.a, ''), m.b), '')", "m")
    else:
        made = _let(bare, _let(_form("b"), {"name": _name, "qty": _qty, "unit": _unit}[take]("b", "f"), "f"), "b")
    return f"(CASE WHEN {text} IS NOT NULL THEN {_let(plain, made, 'p')} END)"


def alone(text: str, take: str) -> str:
    """SQL of a cell that says how many alone: `qty` in base units, `unit`, or its `number` as written, for a price.

    A cell that says anything else (2+1, 一箱多) is given back as it is, for a person to judge; so is half a piece.
    """
    plain = f"trim(translate({text}, {q.text(_FOLD[0])}, {q.text(_FOLD[1])}))"
    plain = f"regexp_replace({plain}, {q.text(_JIN_LIANG)}, '\\1.\\2斤')"
    found = f"regexp_extract(p, {q.text(_ALONE)}, ['n', 'u', 'h'])"
    if take == "unit":
        made = _kind("f")
    else:
        said_, size = _many("f"), _size("f") if take == "qty" else "1"
        number = f"regexp_replace(CAST({said_} * {size} AS VARCHAR), '\\.?0+$', '')"
        is_part = f"f.u <> '' AND {_kind('f')} = 'piece' AND {said_} <> floor({said_})"
        as_written = f"f.n = ''{f' OR ({is_part})' if take == 'qty' else ''}"
        made = f"CASE WHEN {as_written} THEN p ELSE coalesce({number}, p) END"
    return f"(CASE WHEN {text} IS NOT NULL THEN {_let(plain, _let(found, made, 'f'), 'p')} END)"


def counted(text: str, unit: str = "") -> str:
    """SQL of how many a cell says, as text: `2`, `+2`, `2份`, √; of what is weighed in its unit. Else what it says."""
    same = [word for word, size in MEASURES.items() if size == MEASURES.get(unit)]
    pattern = rf"^[xX*+]?\s*({_DIGITS}|[一二两三四五六七八九十])\s*(?i:{'|'.join(same or COUNTERS)})?$"
    plain = f"trim(translate({text}, {q.text(_FOLD[0])}, {q.text(_FOLD[1])}))"
    found = f"nullif(regexp_extract(p, {q.text(pattern)}, 1), '')"
    none = f"regexp_matches(trim({text}), {q.text(NONE)})"  # as it stands: × alone is none, before a number it is not
    han = " ".join(f"WHEN {q.text(word)} THEN '{number}'" for number, word in enumerate(HAN) if word)
    number = _let(found, f"CASE f {han} WHEN '两' THEN '2' ELSE f END", "f")
    made = f"CASE WHEN {none} THEN '0' WHEN p IN ({q.texts(TICKS)}) THEN '1' ELSE coalesce({number}, p) END"
    return f"(CASE WHEN {text} IS NOT NULL THEN {_let(plain, made, 'p')} END)"


def _form(bare: str) -> str:
    """The form that fits, with what it finds; 0 when none does."""
    cases = []
    for at, pattern in enumerate(_SAID, 1):
        found = f"regexp_extract({bare}, {q.text(pattern)}, ['n', 'u', 'h'])"
        cases.append(f"WHEN regexp_matches({bare}, {q.text(pattern)}) THEN {{'at': {at}, 'said': {found}}}")
    none = "{'at': 0, 'said': {'n': '1', 'u': '', 'h': ''}}"
    return f"CASE {' '.join(cases)} ELSE {none} END"


def _name(bare: str, form: str) -> str:
    cases = []
    for at, pattern in enumerate(_SAID):
        cut = pattern.removesuffix(r"(?:[^\s装])") if at in _FRONT else pattern
        cases.append(f"WHEN {at + 1} THEN regexp_replace({bare}, {q.text(cut)}, '')")
    return f"nullif(trim(CASE {form}.at {' '.join(cases)} ELSE {bare} END), '')"


def _qty(_: str, form: str) -> str:
    said_ = f"{form}.said"
    return f"CAST({_many(said_)} * {_size(said_)} AS VARCHAR)"


def _unit(_: str, form: str) -> str:
    return _kind(f"{form}.said")


def _many(said_: str) -> str:
    """How many, in the unit that is said."""
    return f"({_number(f'{said_}.n')} + CASE WHEN {said_}.h = '' THEN 0 ELSE 0.5 END)"


def _size(said_: str) -> str:
    sizes = " ".join(f"WHEN {q.text(unit)} THEN {size}" for unit, (_, size) in MEASURES.items())
    return f"CASE lower({said_}.u) {sizes} ELSE 1 END"


def _kind(said_: str) -> str:
    cases = " ".join(f"WHEN {q.text(unit)} THEN {q.text(kind)}" for unit, (kind, _) in MEASURES.items())
    return f"CASE lower({said_}.u) {cases} ELSE 'piece' END"


def _number(said_: str) -> str:
    """A number in digits or in Chinese, up to ninety-nine; NULL when it is neither (`十十`)."""
    digit = "CASE {} " + " ".join(f"WHEN {q.text(han)} THEN {value}" for han, value in _HAN_DIGITS.items()) + " END"
    ones = digit.format(f"substr({said_}, -1)")
    tens = digit.format(f"substr({said_}, 1, 1)")
    ten = (
        f"(CASE WHEN {said_} LIKE '十%' THEN 1 ELSE {tens} END) * 10"
        f" + (CASE WHEN {said_} LIKE '%十' THEN 0 ELSE {ones} END)"
    )
    return (
        f"(CASE WHEN {said_} = '半' THEN 0.5 WHEN regexp_matches({said_}, '^[一二两三四五六七八九]?十[一二三四五六七八九]?$')"
        f" THEN {ten} WHEN length({said_}) = 1 AND NOT regexp_matches({said_}, '\\d') THEN {ones}"
        f" ELSE TRY_CAST({said_} AS DECIMAL(18,6)) END)"
    )


def _let(value: str, body: str, name: str) -> str:
    """`body` with `name` standing for a value that is worked out once."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"
