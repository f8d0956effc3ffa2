"""What can be wrong with a row, said in two languages: what, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from linshu.engine.intake import quoting as q
from linshu.kernel.table import Choice, Column, Kind
from linshu.kernel.text import Text

MISSING = Text(
    "必填项为空。请补上“{title}”。",
    "A required value is missing. Fill in “{title}”.",
)
KEY_MISSING = Text(
    "缺少主键，无法知道这是哪一条。请补上“{title}”。",
    "The key is missing, so the row cannot be told apart. Fill in “{title}”.",
)
NOT_ALLOWED = Text(
    "“{value}”不在“{title}”允许的取值里，最接近的是 {nearest}。请改成允许的值，或在映射里给这种写法写明对应的值。",
    "“{value}” is not an allowed value of “{title}”; the nearest is {nearest}. Use an allowed value, or add it to the mapping's values.",
)
TOO_SMALL = Text(
    "“{value}”小于“{title}”允许的最小值 {limit}。请核对后更正。",
    "“{value}” is below {limit}, the least that “{title}” may be. Check and correct it.",
)
TOO_LARGE = Text(
    "“{value}”大于“{title}”允许的最大值 {limit}。请核对后更正。",
    "“{value}” is above {limit}, the most that “{title}” may be. Check and correct it.",
)
OVERPAID = Text(
    "实付比应付（商品金额加运费）多 {more} 元，算出来的“{title}”成了负数（{value}）。请核对单价、数量和金额；"
    "多出来的是运费或服务费的话，请加一列“运费”写明。",
    "What was paid exceeds what was due (goods and shipping) by {more} yuan, so that “{title}” comes to less than nothing ({value})."
    " Check price, quantity and amount; where the rest is shipping or a fee, say so in a column of its own.",
)
DECIMALS = Text(
    "“{value}”的小数位太多，换算成{unit}后不是整数，系统不会擅自四舍五入。请改成{example}这样的数。",
    "“{value}” has too many decimals: in {unit} it is not whole, and nothing is rounded silently. Write it like {example}.",
)
RULE = Text("{message}（表中规则 {rule}）请核对这一行。", "{message} (rule {rule}) Check this row.")
DUPLICATE = Text(
    "同一文件里主键“{key}”出现多次且内容不同，无法判断以哪一条为准。请只留下正确的一条。",
    "The key “{key}” appears more than once in this batch with different content. Keep the right one only.",
)
PARENT = Text(
    "它所属的“{parent}”（{key}）还没有导入。导入后这一行会自动补上，无需处理。",
    "The {parent} it belongs to ({key}) has not arrived. It is added by itself once that arrives; nothing to do.",
)
BROKEN = Text(
    "这一行无法按列拆开：{value}。请检查引号、分隔符和列数。",
    "This line cannot be split into columns: {value}. Check quotes, separators and the number of columns.",
)
BYTES = Text(
    "这一行有认不出的字节（显示为 �）：{value}。请从来源重新导出，或在这里改对。",
    "This line holds bytes that are no text (shown as �): {value}. Export it anew, or correct it here.",
)
TITLE = Text(
    "这一行在表头上面，是标题或说明，没有导入：{value}", "Above the header: a title or note, left aside: {value}"
)
TOTAL = Text("这一行是合计，没有导入：{value}", "A total, left aside: {value}")
NOTE = Text("这一行是说明或签名，没有导入：{value}", "A note or signature, left aside: {value}")
HEADER = Text("这一行是重复的表头，没有导入：{value}", "The header again, left aside: {value}")
OTHER = Text(
    "这一行属于另一张表（表头：{value}），没有读。请把那张表挪到单独的工作表再导入。",
    "The row belongs to another table (its head: {value}) and was not read. Move that table to a sheet of its own.",
)
NOTHING = Text("''", "''")  # SQL of no words
# Lines that did not become rows, by why.
ASIDE = {
    "broken": BROKEN,
    "other": OTHER,
    "bytes": BYTES,
    "title": TITLE,
    "total": TOTAL,
    "note": NOTE,
    "header": HEADER,
}

_UNITS = {
    Kind.INT: Text("整数", "whole numbers"),
    Kind.FEN: Text("分", "fen (cents)"),
    Kind.QTY: Text("基本单位", "base units"),
    Kind.GRAM: Text("克", "grams"),
    Kind.CM3: Text("立方厘米", "cubic centimetres"),
    Kind.METRE: Text("米", "metres"),
    Kind.SECOND: Text("秒", "seconds"),
    Kind.PPM: Text("百万分之一", "parts per million"),
}
_SHAPES = {
    Kind.DATE: Text("日期，例如 2026-03-01", "a date such as 2026-03-01"),
    Kind.INSTANT: Text("时间，例如 2026-03-01 10:30:00", "a time such as 2026-03-01 10:30:00"),
    Kind.BOOL: Text("是/否", "yes or no"),
    Kind.DEGREE: Text("经纬度数值，例如 30.5931", "degrees such as 30.5931"),
    Kind.JSON: Text("JSON 文本", "JSON text"),
}
_NUMBER = Text("数字，例如 12 或 12.50", "a number such as 12 or 12.50")
UNPARSABLE = Text(
    "“{value}”不是{shape}。请按此格式更正“{title}”。",
    "“{value}” is not {shape}. Correct “{title}”.",
)
AMBIGUOUS = Text(
    '“{value}”分不清年、月、日的先后。请写成 2026-03-01 的样子，或在映射里写明 format，例如 "%m/%d/%Y"。',
    'Nobody can tell day, month and year of “{value}” apart. Write 2026-03-01, or name its format in the mapping: "%m/%d/%Y".',
)
DAMAGED = Text(
    "“{value}”是被 Excel 改坏的长编号，原来的末几位已经丢失，无法还原。请从来源系统重新导出（该列设为文本，不要用 Excel 打开再保存）。",
    "“{value}” is a long number that Excel has rounded; its last digits are lost. Export it anew from its source as text, and do not save it with Excel.",
)
SYSTEM_UNPARSABLE = {
    "updated_at": Text(
        "更新时间“{value}”不是时间。请写成 2026-03-01 10:30:00。",
        "The update time “{value}” is no time. Write it as 2026-03-01 10:30:00.",
    ),
    "deleted": Text(
        "删除标记“{value}”不是“是/否”。请改成是或否。",
        "The deletion mark “{value}” is neither yes nor no. Write yes or no.",
    ),
}

_DOUBTFUL = {"ambiguous": AMBIGUOUS, "damaged": DAMAGED}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with a row: `broken` is a boolean SQL expression over the picked columns."""

    code: str
    column: str  # "" for rules over several columns
    broken: str
    words: Text  # with {value}, {nearest} and {key} still to be filled for each row
    nearest: Text = NOTHING  # SQL texts naming the nearest allowed value
    applies_to_tombstones: bool = False


def unparsable(column: Column) -> Text:
    """The sentence for a text that is not of the column's kind."""
    shape = _SHAPES.get(column.kind, _NUMBER)
    return _fill(UNPARSABLE, column, shape=shape)


def doubtful(code: str, column: Column) -> Text:
    """The sentence for a text that is wrong in a way we know."""
    return _fill(_DOUBTFUL[code], column) if code in _DOUBTFUL else _decimals(column)


def _decimals(column: Column) -> Text:
    """The sentence for a number that is not whole in the column's unit."""
    example = Text("12.50", "12.50") if column.kind is Kind.FEN else Text("12", "12")
    return _fill(DECIMALS, column, unit=_UNITS.get(column.kind, _NUMBER), example=example)


def about(words: Text, column: Column, **values: object) -> Text:
    """A sentence about one column, with the column's title and the given words filled in."""
    return _fill(words, column, **values)


def key_missing(columns: str) -> Text:
    """The sentence for a row without a key that is read from these columns of the file."""
    return Text(*(words.replace("{title}", columns) for words in (KEY_MISSING.zh, KEY_MISSING.en)))


def about_parent(title: Text) -> Text:
    """The sentence for a row whose whole, of that title, has not arrived."""
    return Text(PARENT.zh.format(parent=title.zh, key="{key}"), PARENT.en.format(parent=title.en.lower(), key="{key}"))


def nearest(value: str, choices: tuple[Choice, ...], known: tuple[tuple[str, str], ...] = ()) -> Text:
    """SQL texts, in Chinese and in English, naming what is nearest to a text expression.

    That is a choice, by its value or title, or a known word, given with the value it stands for; each is named with its
    title in the reader's language.
    """
    titles = {one.value: one.title for one in choices}
    options: list[tuple[tuple[str, ...], str, Text | None]] = [
        ((word,), word, titles.get(stands_for)) for word, stands_for in known
    ]
    options += [((one.value, one.title.zh, one.title.en), one.value, one.title) for one in choices]
    made = []
    for words, shown, title in options:
        distance = ", ".join(f"levenshtein(lower({value}), {q.text(word.lower())})" for word in words)
        zh, en = (f"{shown}（{title.zh}）", f"{shown} ({title.en})") if title else (shown, shown)
        made.append(f"{{'d': least({distance}), 'v': {q.text(shown)}, 'zh': {q.text(zh)}, 'en': {q.text(en)}}}")
    first = f"list_sort([{', '.join(made)}])[1]"
    return Text(f"{first}.zh", f"{first}.en")


def _fill(words: Text, column: Column, **values: object) -> Text:
    """Fill what is known now; {value}, {nearest} and {key} stay for SQL to replace row by row."""
    later = {mark: f"{{{mark}}}" for mark in ("value", "nearest", "key", "more")}
    zh = {name: (each.zh if isinstance(each, Text) else each) for name, each in values.items()}
    en = {name: (each.en if isinstance(each, Text) else each) for name, each in values.items()}
    return Text(
        words.zh.format(title=column.title.zh, **later, **zh), words.en.format(title=column.title.en, **later, **en)
    )


def sentence(words: str, *, value: str, nearest: str, key: str, more: str = "''") -> str:
    """SQL text of a sentence with the row's own value, nearest choice, key and excess filled in."""
    made = q.text(words)
    for mark, sql in (("{nearest}", nearest), ("{key}", key), ("{more}", more), ("{value}", value)):
        if mark in words:
            made = f"replace({made}, {q.text(mark)}, coalesce({sql}, ''))"
    return made


def numbered(sentence: str, row: str) -> str:
    """SQL text of a sentence with `{row}` filled in; `row` is the SQL of the row's number as people count in the file."""
    return f"replace({sentence}, '{{row}}', CAST({row} AS VARCHAR))"
