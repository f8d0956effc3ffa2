"""A formula as a person writes it, `gmv / active_members` or `is_paid and qty >= 2`, read into the closed form.

From loosest to tightest: or, and, not, one comparison (=, <>, <, <=, >, >=, in, not in, is known), + -, * /, a sign.
Nothing else can be said: no function but coalesce and known, no SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

LONGEST = 2000
DEEPEST = 40
BIGGEST = 2**63 - 1
KEYWORDS = ("and", "or", "not", "in", "is", "known", "true", "false")
_WIDE = str.maketrans({"（": "(", "）": ")", "，": ",", "×": "*", "÷": "/", "＝": "=", "≠": "!", "、": ","})
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)
        |(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?P<sign><=|>=|<>|!=|==|[-+*/()<>=,（），、×÷＝]))""",
    re.VERBOSE,
)
_SAME = {"==": "=", "!=": "<>"}
_COMPARE = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a formula and where it begins, counted from 1."""

    kind: str
    word: str
    at: int


def parse(text: str) -> Expression:
    """The expression a formula writes; `Invalid` says at which character it stops making sense."""
    if len(text) > LONGEST:
        raise Invalid(Text(f"公式超过 {LONGEST} 个字", f"the formula is longer than {LONGEST} characters"))
    reader = _Reader(_tokens(text))
    found = reader.either(0)
    if reader.here.kind != "end":
        raise _unexpected(reader.here)
    return found


def _tokens(text: str) -> list[Token]:
    found, place = list[Token](), 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            rest = text[place:].lstrip()
            at = len(text) - len(rest) + 1
            raise _wrong(at, Text(f"看不懂“{rest[:1]}”", f"“{rest[:1]}” cannot be read"))
        kind, word = match.lastgroup, match[match.lastgroup]
        found.append(Token(kind, _plain(kind, word), match.start(kind) + 1))
        place = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _plain(kind: str, word: str) -> str:
    if kind == "text":
        return word[1:-1].replace(word[0] * 2, word[0])
    if kind == "sign":
        word = word.translate(_WIDE)
        return _SAME.get(word, word)
    return word.lower() if kind == "name" and word.lower() in KEYWORDS else word


class _Reader:
    """Reads the words of a formula from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def here(self) -> Token:
        return self._tokens[self._place]

    def _take(self, *words: str) -> str:
        """The next word when it is one of these; else nothing, and it stays."""
        here = self.here
        if here.kind in ("sign", "name") and here.word in words:
            self._place += 1
            return here.word
        return ""

    def _must(self, word: str) -> None:
        if not self._take(word):
            raise _unexpected(self.here, word)

    def either(self, depth: int) -> Expression:
        """`a or b`."""
        if depth > DEEPEST:
            raise _wrong(self.here.at, Text("括号太深", "too many brackets within one another"))
        found = self._both(depth)
        while self._take("or"):
            found = Op("or", (found, self._both(depth)))
        return found

    def _both(self, depth: int) -> Expression:
        found = self._denied(depth)
        while self._take("and"):
            found = Op("and", (found, self._denied(depth)))
        return found

    def _denied(self, depth: int) -> Expression:
        times = 0
        while self._take("not"):
            times += 1
        found = self._compared(depth)
        for _ in range(times % 2 or (2 if times else 0)):
            found = Op("not", (found,))
        return found

    def _compared(self, depth: int) -> Expression:
        left = self._sum(depth)
        sign = self._take(*_COMPARE)
        if sign:
            return Op(sign, (left, self._sum(depth)))
        if self._take("is"):
            denied = bool(self._take("not"))
            self._must("known")
            known = Op("known", (left,))
            return Op("not", (known,)) if denied else known
        denied = bool(self._take("not"))
        if denied or self.here.word == "in":
            self._must("in")
            within = Op("in", (left, *self._list(depth)))
            return Op("not", (within,)) if denied else within
        return left

    def _list(self, depth: int) -> tuple[Expression, ...]:
        self._must("(")
        found = [self.either(depth + 1)]
        while self._take(","):
            found.append(self.either(depth + 1))
        self._must(")")
        return tuple(found)

    def _sum(self, depth: int) -> Expression:
        found = self._product(depth)
        while sign := self._take("+", "-"):
            found = Op(sign, (found, self._product(depth)))
        return found

    def _product(self, depth: int) -> Expression:
        found = self._signed(depth)
        while sign := self._take("*", "/"):
            found = Op(sign, (found, self._signed(depth)))
        return found

    def _signed(self, depth: int) -> Expression:
        minus = False
        while sign := self._take("-", "+"):
            minus ^= sign == "-"
        found = self._atom(depth)
        if not minus:
            return found
        return Val(-found.value) if isinstance(found, Val) and type(found.value) is int else Op("-", (Val(0), found))

    def _atom(self, depth: int) -> Expression:
        here = self.here
        if self._take("("):
            found = self.either(depth + 1)
            self._must(")")
            return found
        if here.kind in ("sign", "end") or (here.kind == "name" and here.word in ("and", "or", "not", "in", "is")):
            raise _unexpected(here)
        self._place += 1
        if here.kind == "number":
            return Val(_whole(here))
        if here.kind == "text":
            return Val(here.word)
        if here.word in ("true", "false"):
            return Val(here.word == "true")
        if self.here.word == "(" and self.here.kind == "sign":
            return self._called(here, depth)
        return Col(here.word)

    def _called(self, name: Token, depth: int) -> Expression:
        """The two functions there are."""
        wanted = {"known": 1, "coalesce": 2}.get(name.word)
        if wanted is None:
            raise _wrong(
                name.at,
                Text(f"公式里没有函数 {name.word}", f"a formula has no function {name.word}"),
                Text("只能用 + - * /、比较、and、or、not、in、coalesce(a, b)、known(a)", "Only + - * /, comparisons, and, or, not, in, coalesce(a, b) and known(a) can be used"),
            )  # fmt: skip
        args = self._list(depth)
        if len(args) != wanted:
            raise _wrong(name.at, Text(f"{name.word} 要 {wanted} 个值", f"{name.word} takes {wanted} values"))
        return Op(name.word, args)


def _whole(token: Token) -> int:
    if "." in token.word:
        said = Text(f"{token.word} 不是整数", f"{token.word} is no whole number")
        mend = Text("小数请写成除法，如 95 / 100", "Write a fraction as a division, such as 95 / 100")
        raise _wrong(token.at, said, mend)
    if (value := int(token.word[:20])) > BIGGEST:
        raise _wrong(token.at, Text("数字太大", "the number is too large"))
    return value


def _unexpected(token: Token, wanted: str = "") -> Invalid:
    if token.kind == "end":
        said = Text("公式没有写完", "the formula ends too soon")
    else:
        said = Text(f"“{token.word}”放在这里不通", f"“{token.word}” makes no sense here")
    mend = Text(f"这里要写 {wanted}", f"{wanted} is wanted here") if wanted else Text("", "")
    return _wrong(token.at, said, mend)


def _wrong(at: int, said: Text, mend: Text | None = None) -> Invalid:
    return Invalid(
        Text(f"{said.zh}（公式第 {at} 个字）", f"{said.en} (character {at} of the formula)"), mend=mend or Text("", "")
    )
