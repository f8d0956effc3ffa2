"""What a person says on the page of an upload, read as what is asked of its sheets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linshu.engine.shell.desk import Asked
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.shell.desk import Heading, Line

UNUSED = Text("不用", "not used")
HOWS: dict[str, Text] = {
    "replace": Text("去掉这几个字", "Take these letters out"),
    "units": Text("单位换算：一个等于多少", "A unit: what one of it is"),
    "times": Text("每个数都乘以", "Multiply every number by"),
    "set": Text("全部改成", "Write this in all of them"),
}
MOST_RULES = 50
CELL = "cell:"


def read_as(
    asked: Asked,
    headings: Sequence[Heading],
    said: Sequence[str],
    meanings: Sequence[tuple[str, Text]],
) -> Asked:
    """The same with the columns as a person names them, in the order of the headings; Misused for an unknown meaning."""
    known = {word.casefold(): name for name, title in meanings for word in (name, title.zh, title.en)}
    columns = dict(asked.columns)
    for heading, word in zip(headings, said, strict=True):
        role = _role(word.strip(), known, meanings)
        if role != heading.role:
            columns[heading.name] = role
    return replace(asked, columns=columns)


def _role(word: str, known: Mapping[str, str], meanings: Sequence[tuple[str, Text]]) -> str:
    if not word or word.casefold() in (UNUSED.zh, UNUSED.en):
        return ""
    if word.casefold() not in known:
        raise Misused(
            Text(f"不认识含义“{word}”", f"unknown meaning “{word}”"),
            mend=nearest(word, [title.zh for _, title in meanings]),
        )
    return known[word.casefold()]


def told_by(asked: Asked, words: Sequence[str], values: Sequence[str], free: str) -> Asked:
    """The same with what the file does not tell: the words asked for, and lines of 词=值."""
    told = {word: value.strip() for word, value in zip(words, values, strict=True) if value.strip()}
    for line in free.splitlines():
        word, equals, value = line.replace("＝", "=").partition("=")
        if line.strip() and not (equals and word.strip()):
            raise Misused(
                Text(f"“{line.strip()}”里没有等号", f"there is no = in “{line.strip()}”"),
                mend=Text("写成 苹果=3.5 这样，一行一个。", "Write it like WORD=VALUE, one a line."),
            )
        if line.strip():
            told[word.strip()] = value.strip()
    return replace(asked, told=told)


def by_values(asked: Asked, column: str, before: Sequence[str], after: Sequence[str]) -> Asked:
    """The same with texts of a column replaced one by one; an empty cell is filled where the empty text is given one."""
    pairs = {was: now.strip() for was, now in zip(before, after, strict=True) if now.strip() and now.strip() != was}
    rules: list[Mapping[str, Any]] = []
    if "" in pairs:
        rules.append({"column": column, "set": pairs.pop("")})
    if pairs:
        rules.insert(0, {"column": column, "values": pairs})
    return _with(asked, rules)


def by_rule(asked: Asked, column: str, how: str, what: str, factor: str = "") -> Asked:
    """The same with a rule over a whole column; Misused when it says nothing."""
    if how not in HOWS:
        raise Misused(Text(f"没有修法 {how}", f"there is no way to mend {how}"), mend=nearest(how, HOWS))
    words = [word for word in what.replace("、", " ").replace("，", " ").split() if word]
    if not words:
        raise Misused(
            Text("规则里什么也没写", "the rule says nothing"), mend=Text("请填上要改的字或数。", "Fill it in.")
        )
    value: object = what.strip()
    if how == "replace":
        value = dict.fromkeys(words, "")
    if how == "units":
        value = dict.fromkeys(words, factor.strip())
    return _with(asked, [{"column": column, how: value}])


def _with(asked: Asked, rules: Sequence[Mapping[str, Any]]) -> Asked:
    kept = [one for one in asked.rules if one not in rules]
    if len(kept) + len(rules) > MOST_RULES:
        raise Misused(Text(f"最多 {MOST_RULES} 条规则", f"at most {MOST_RULES} rules"))
    return replace(asked, rules=(*kept, *rules))


def by_cells(asked: Asked, lines: Sequence[Line], form: Mapping[str, str]) -> Asked:
    """The same with single cells as a person wrote them; what was left as it is stays."""
    cells = dict(asked.cells)
    for line in lines:
        for name in line.cells:
            said = form.get(f"{CELL}{line.key}:{name}")
            if said is not None and said.strip() != (line.cells[name] or ""):
                cells[line.key, name] = said.strip()
    return replace(asked, cells=cells)


def without(asked: Asked, rule: int | None = None, cell: str = "") -> Asked:
    """The same without one of the mends."""
    if rule is not None:
        return replace(asked, rules=tuple(one for at, one in enumerate(asked.rules) if at != rule))
    return replace(asked, cells={key: text for key, text in asked.cells.items() if f"{key[0]}:{key[1]}" != cell})


def rule_words(rule: Mapping[str, Any]) -> Text:
    """A mend in words."""
    column = rule["column"]
    if "values" in rule:
        zh = "，".join(f"“{was}”改成“{now}”" for was, now in rule["values"].items())
        return Text(
            f"{column}：{zh}", f"{column}: " + ", ".join(f"“{was}” to “{now}”" for was, now in rule["values"].items())
        )
    if "replace" in rule:
        words = "”“".join(rule["replace"])
        return Text(f"{column}：去掉“{words}”", f"{column}: “{words}” taken out")
    if "units" in rule:
        pairs = "，".join(f"1{word}={factor}" for word, factor in rule["units"].items())
        return Text(f"{column}：{pairs}", f"{column}: {pairs}")
    if "times" in rule:
        return Text(f"{column}：每个数乘以 {rule['times']}", f"{column}: every number times {rule['times']}")
    return Text(f"{column}：改成“{rule['set']}”", f"{column}: “{rule['set']}” written")
