"""The rules a row must keep, read off the table's declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import problem as p
from linshu.engine.intake import quoting as q
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.problem import Rule
from linshu.kernel.table import Check, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_UNBOUNDED = frozenset({Kind.TEXT, Kind.JSON, Kind.BOOL})


def rules(table: Table, given: Collection[str]) -> tuple[Rule, ...]:
    """All rules of a table that a batch with the columns `given` can break, in the order they are reported."""
    made: list[Rule] = []
    for column in table.columns:
        made.extend(_column_rules(column, is_key=column.name in table.key, given=column.name in given))
    made.extend(_check_rule(check) for check in table.checks)
    return tuple(made)


def broken_always(rules_: tuple[Rule, ...]) -> str:
    """A boolean SQL expression: does the row break a rule that even a tombstone must keep."""
    return _any(each.broken for each in rules_ if each.applies_to_tombstones)


def broken_living(rules_: tuple[Rule, ...]) -> str:
    """A boolean SQL expression: does the row break a rule for rows that are not deleted."""
    return _any(each.broken for each in rules_ if not each.applies_to_tombstones)


def _any(conditions: Iterable[str]) -> str:
    return f"(({' OR '.join(f'({each})' for each in conditions) or 'false'}) IS TRUE)"


def _column_rules(column: Column, *, is_key: bool, given: bool) -> list[Rule]:
    value = q.name(column.name)
    empty = f"{value} IS NULL"
    if column.kind is Kind.TEXT:
        empty += f" OR {value} = ''"
    made: list[Rule] = []
    if is_key:
        made.append(Rule("key_missing", column.name, empty, p.about(p.KEY_MISSING, column), applies_to_tombstones=True))
    elif column.required:
        made.append(Rule("missing", column.name, empty, p.about(p.MISSING, column)))
    if not given:
        return made
    if column.choices:
        allowed = q.texts(choice.value for choice in column.choices)
        made.append(
            Rule(
                "not_allowed",
                column.name,
                f"{value} NOT IN ({allowed})",
                p.about(p.NOT_ALLOWED, column),
                nearest=p.nearest(value, column.choices),
            )
        )
    if column.kind is Kind.JSON and not is_sealed(column):
        made.append(Rule("unparsable", column.name, f"NOT json_valid({value})", p.unparsable(column)))
    if column.kind not in _UNBOUNDED:
        made.extend(_range_rules(column, value))
    return made


def _range_rules(column: Column, value: str) -> list[Rule]:
    made = []
    if column.minimum is not None:
        words = p.about(p.TOO_SMALL, column, limit=column.minimum)
        made.append(Rule("out_of_range", column.name, f"{value} < {column.minimum}", words))
    if column.maximum is not None:
        words = p.about(p.TOO_LARGE, column, limit=column.maximum)
        made.append(Rule("out_of_range", column.name, f"{value} > {column.maximum}", words))
    return made


def _check_rule(check: Check) -> Rule:
    words = p.RULE.fill(message="{message}", rule=check.name)
    zh = words.zh.replace("{message}", check.message.zh)
    en = words.en.replace("{message}", check.message.en)
    return Rule(f"rule:{check.name}", "", f"NOT ({check.holds})", type(words)(zh, en))
