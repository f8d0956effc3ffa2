"""How an answer looks on a terminal: a table with units in its head, or JSON for programs."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from linshu.app.answer import Answer
from linshu.app.headings import HEADINGS
from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.result import KEYS
from linshu.engine.metrics.shapes import REST
from linshu.kernel.money import format_yuan
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.kernel.text import Language

CURRENCY_WORDS = {"CNY": ("元", "yuan"), "USD": ("美元", "USD"), "EUR": ("欧元", "EUR"), "HKD": ("港元", "HKD")}
UNIT_WORDS = {
    "ratio": ("%", "%"), "days": ("天", "days"), "seconds": ("秒", "s"), "qty": ("件", "pcs"),
    "times": ("倍", "x"), "per_mille": ("‰", "‰"), "score": ("分", "points"),
}  # fmt: skip
YES, NO = Text("是", "yes"), Text("否", "no")
ENDS = {"_low": Text("下限", ", low"), "_high": Text("上限", ", high")}
PAPER = 400  # columns where nobody watches a terminal
NARROWEST = 8  # of a column whose values may be folded
MOST_SHOWN = 1_000  # rows on a terminal; --json and export give all


def show(answer: Answer, *, as_json: bool, language: Language) -> None:
    """Print an answer on stdout."""
    if as_json:
        sys.stdout.write(answer.json() + "\n")
        return
    answer = _in_one_language(answer, language)
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else PAPER)
    table = _table(answer, language)
    needed = sum((column.min_width or NARROWEST) + 3 for column in table.columns) + 1
    console.print(_records(answer, language) if needed > console.width else table)
    left = len(answer) - MOST_SHOWN
    if left > 0:
        words = (
            f"还有 {left} 行，用 --json 或 export 取全部"
            if language == "zh"
            else f"{left} more rows: use --json or export"
        )
        console.print(words, style="dim", markup=False)
    for note in (answer.meta.get("note"), *answer.meta.get("notes", ())):
        if note:
            console.print(note.get(language, "") if isinstance(note, dict) else str(note), style="dim", markup=False)


def _in_one_language(answer: Answer, language: Language) -> Answer:
    """Of what is said twice, `reason` and `reason_en`, the one column that the reader's language wants."""
    names = answer.table.column_names
    twice = {name for name in names if f"{name}_en" in names}
    if not twice:
        return answer
    if language == "zh":
        return Answer(answer.table.drop_columns([f"{name}_en" for name in twice]), answer.meta)
    kept = answer.table.drop_columns([*twice])
    return Answer(kept.rename_columns([name.removesuffix("_en") for name in kept.column_names]), answer.meta)


def _table(answer: Answer, language: Language) -> Table:
    """One line a row; numbers are never broken over two lines."""
    columns = _columns(answer)
    table = Table(show_lines=False, header_style="bold")
    for field in answer.table.schema:
        known = columns.get(field.name, {})
        head, unit = _head(answer, field.name, language), known.get("unit", "")
        if _is_number(known, field):
            values = answer.table.slice(0, MOST_SHOWN)[field.name].to_pylist()
            widest = max((len(written(value, unit)) for value in values), default=1)
            table.add_column(head, justify="right", overflow="fold", min_width=max(widest, NARROWEST))
        else:
            table.add_column(head, overflow="fold")
    for row in answer.table.slice(0, MOST_SHOWN).to_pylist():
        table.add_row(*(_cell(value, columns.get(name, {}), language) for name, value in row.items()))
    return table


def _records(answer: Answer, language: Language) -> Table:
    """What is too wide for the terminal: each row as a block of its own, one line a value."""
    columns = _columns(answer)
    table = Table(show_header=False, show_lines=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", justify="right")
    for row in answer.table.slice(0, MOST_SHOWN).to_pylist():
        for name, value in row.items():
            table.add_row(_head(answer, name, language), _cell(value, columns.get(name, {}), language))
        table.add_section()
    return table


def _columns(answer: Answer) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in answer.meta.get("columns", ())}


def _head(answer: Answer, name: str, language: Language) -> str:
    """A column's title with its unit."""
    known = _columns(answer).get(name, {})
    plain = _heading(name).say(language)
    title: str = (known.get("title") or {}).get(language) or plain
    unit = _unit_words(known.get("unit") or "", answer.meta.get("currency", "CNY"))
    return f"{title}（{unit[0]}）" if unit and language == "zh" else f"{title} ({unit[1]})" if unit else title


def _heading(name: str) -> Text:
    """What a column is called; `profit_low` is the lower end of `profit`."""
    for ending, end in ENDS.items():
        if name not in HEADINGS and name.removesuffix(ending) in HEADINGS:
            of = HEADINGS[name.removesuffix(ending)]
            return Text(f"{of.zh}{end.zh}", f"{of.en}{end.en}")
    return HEADINGS.get(name, Text(name, name))


def _unit_words(unit: str, currency: str) -> tuple[str, str] | None:
    """A unit in both languages; money in the project's currency, in whole units."""
    return CURRENCY_WORDS.get(currency, (currency, currency)) if unit == "fen" else UNIT_WORDS.get(unit)


def _cell(value: object, column: dict[str, Any], language: Language) -> RichText:
    """A value as it stands: square brackets are content, not colour; the unknown, the rest and known codes are put into words."""
    if column.get("role") in KEYS:
        value = next((word.say(language) for word in (UNKNOWN, REST) if value == word.zh), value)
    if isinstance(value, str) and value in column.get("words", {}):
        value = column["words"][value][language]
    if isinstance(value, bool):
        value = (YES if value else NO).say(language)
    return RichText(written(value, column.get("unit") or ""))


def _is_number(known: dict[str, Any], field: Any) -> bool:
    return bool(known.get("unit")) or str(field.type).startswith(("int", "uint", "double", "float", "decimal"))


def written(value: object, unit: str = "") -> str:
    """One value for a person: money in yuan, shares in percent, instants without their microseconds."""
    if value is None:
        return "–"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, unit)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _number(value: float, unit: str) -> str:
    if unit == "fen":
        return format_yuan(round(value))
    if unit == "ratio":
        return f"{value * 100:.1f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
