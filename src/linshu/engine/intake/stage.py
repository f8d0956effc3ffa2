"""Staging: the landed rows of one batch picked, typed and judged, as a temporary table the merge works from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linshu.engine.intake import problem as p
from linshu.engine.intake import quoting as q
from linshu.engine.intake import validate
from linshu.engine.intake.geography import has_place, in_wgs84
from linshu.engine.intake.layout import LINE, ROW, SEALED, Clock, day_sources, is_sealed, own_columns
from linshu.engine.intake.registry import key_text
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from linshu.engine.intake.landing import Label
    from linshu.engine.intake.problem import Rule
    from linshu.kernel.table import Column, Table

SYSTEM = ("source", "source_id", "updated_at", "deleted")
# What becomes of a staged row: `good` is merged, `bare` is a tombstone without content, `repeat` and `old` lose to
# another row of the same stage, `waiting` lacks its parent, `bad` and `clash` need a person.
STATES = ("good", "bare", "repeat", "old", "waiting", "bad", "clash")


# Why a text may be no such value: the code of the problem, and the SQL condition under which it is this one.
Doubts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How one standard column is read from the source: the value, and what the source said in case it cannot be."""

    value: str  # SQL of the stored type
    failed: str = ""  # SQL boolean: the source said something that is no such value; "" = cannot happen
    doubts: Doubts = ()  # what is wrong with it, when more can be said than that it is no such value
    original: str = ""  # SQL text of what the source said
    source_columns: tuple[str, ...] = ()
    known: tuple[
        tuple[str, str], ...
    ] = ()  # texts the mapping translates, with what each becomes, so that a near miss of one can be named
    guilty: str = ""  # SQL of those of the source's columns that a problem is about; NULL or "" = all


@dataclass(frozen=True, slots=True)
class Selection:
    """How the rows of one standard table are read from one landing batch."""

    table: Table
    label: Label
    relation: str  # SQL that yields the landed rows, with their number in `linshu.row`
    readings: Mapping[str, Reading]  # by stored column, system columns included; absent ones are NULL
    where: str = ""
    repeats_expected: bool = False  # the header of an order stands on each of its lines
    first_row: int = 0  # the row of the file in front of the first landed one, so that people find it
    broken_lines: tuple[int, ...] = ()  # lines of the file that did not become rows, ascending
    rank: int | None = None  # see `TableMapping`; None: a source that says nothing of it
    complete: bool = False
    numbered: bool = False  # the landed rows carry their number in the file themselves
    rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", validate.rules(self.table, self.given))

    @property
    def given(self) -> frozenset[str]:
        """The declared columns this batch carries."""
        known = {each.name for each in self.table.columns}
        return frozenset(name for name in self.readings if name in known)

    @property
    def staged(self) -> tuple[str, ...]:
        """The stored columns of this batch, the days that derive from its instants and the key included."""
        days = [day for day, instant in day_sources(self.table).items() if instant in self.readings]
        known = {*self.readings, *self.table.key, *days}
        return tuple(each.name for each in own_columns(self.table) if each.name in known)

    @property
    def row(self) -> str:
        """SQL of a row's number as people count it in the file, lines that did not become rows included."""
        if self.numbered:
            return "_line"
        before = [line - self.first_row - at for at, line in enumerate(self.broken_lines, 1)]
        skipped = f" + len(list_filter({before}, lambda each: each < _row))" if before else ""
        return f"_row + {self.first_row}{skipped}"

    def select(self, *, only: str = "", explain: bool = False) -> str:
        """The staging SELECT; `only` restricts the landed rows, `explain` adds what problems quote."""
        where = " AND ".join(f"({each})" for each in (self.where, only) if each)
        picked = f"SELECT {', '.join(self._picked(explain=explain))} FROM {self.relation}" + (
            f" WHERE {where}" if where else ""
        )
        derived = f"SELECT * REPLACE ({', '.join(self._derived())}) FROM ({picked})"
        bare = validate.broken_living(self.rules)
        bad = f"_failed OR {validate.broken_always(self.rules)} OR (NOT deleted AND ({bare}))"
        # What the batch does not carry is not staged: most of a wide table is empty.
        counted = "_row, _line" if self.numbered else "_row"
        shown = "*" if explain else f"{counted}, _landing, {q.names(self.staged)}, {', '.join(SYSTEM)}"
        judged = (
            f"SELECT {shown}, CASE WHEN {bad} THEN 'bad' WHEN deleted AND ({bare}) THEN 'bare' ELSE 'good' END AS _state"
            f" FROM ({derived})"
        )
        if self.repeats_expected and not explain:
            first = ", ".join(f"min({each}) AS {each}" for each in counted.split(", "))
            return f"SELECT {first}, * EXCLUDE ({counted}) FROM ({judged}) GROUP BY ALL"
        return judged

    def _picked(self, *, explain: bool) -> list[str]:
        made = [f"{q.name(ROW)} AS _row", f"{q.text(self.label.landing_id)} AS _landing"]
        if self.numbered:
            made.append(f"{q.name(LINE)} AS _line")
        for column in own_columns(self.table):
            reading = self.readings.get(column.name)
            value = reading.value if reading else f"CAST(NULL AS {column.sql_type})"
            made.append(f"{value} AS {q.name(column.name)}")
        made += [f"{self._system(name)} AS {name}" for name in SYSTEM]
        failures = [each.failed for each in self.readings.values() if each.failed]
        made.append(f"({' OR '.join(failures) or 'false'}) IS TRUE AS _failed")
        if explain:
            for name, reading in self.readings.items():
                made.append(f"({reading.failed or 'false'}) IS TRUE AS {q.name('failed:' + name)}")
                made += [f"({holds}) IS TRUE AS {q.name(f'{code}:{name}')}" for code, holds in reading.doubts]
                made.append(f"CAST({reading.original or reading.value} AS VARCHAR) AS {q.name('said:' + name)}")
                if reading.guilty:
                    made.append(f"{reading.guilty} AS {q.name('at:' + name)}")
        return made

    def _system(self, name: str) -> str:
        given = self.readings[name].value if name in self.readings else "NULL"
        default = {
            "source": q.text(self.label.source),
            "source_id": "NULL",
            "updated_at": f"TIMESTAMPTZ {q.text(self.label.default_updated_at)}",
            "deleted": "false",
        }[name]
        kind = {"updated_at": "TIMESTAMPTZ", "deleted": "BOOLEAN"}.get(name, "VARCHAR")
        value = f"coalesce(CAST({given} AS {kind}), {default})" if given != "NULL" else f"CAST({default} AS {kind})"
        if name == "updated_at" and self.label.mends and given != "NULL":
            # What a person mended wins over the row it mends, and over nothing newer.
            value = f"({value} + INTERVAL 1 MICROSECOND)"
        return value

    def _derived(self) -> list[str]:
        clock = Clock(self.label.company_day)
        made = [f"coalesce(source_id, {key_text(self.table)}) AS source_id"]
        for day, instant in day_sources(self.table).items():
            if instant in self.readings:
                made.append(f"coalesce({q.name(day)}, {clock.day_of(q.name(instant))}) AS {q.name(day)}")
        if has_place(self.table) and "geo_system" in self.readings:
            made += [f"{value} AS {name}" for name, value in in_wgs84().items()]
        return made

    def explain(self, stage: str) -> str:
        """A SELECT of one row per problem of the rows that `stage` holds as bad, in the columns of the quarantine."""
        only = f"{q.name(ROW)} IN (SELECT _row FROM {stage} WHERE _state = 'bad' AND _landing = {q.text(self.label.landing_id)})"
        found = ", ".join(self._found())
        return (
            f"SELECT _landing, _row, {q.text(self.table.name)}, {key_text(self.table)}, f.code, f.column_name,"
            " f.source_column, f.original, f.zh, f.en, updated_at, 'open', NULL"
            f" FROM (SELECT *, unnest(list_filter([{found}], lambda x: x IS NOT NULL)) AS f"
            f" FROM ({self.select(only=only, explain=True)}))"
        )

    def _found(self) -> list[str]:
        made, failed = [], []
        for column in self.table.columns:
            reading = self.readings.get(column.name)
            if reading is None or not reading.failed:
                continue
            failed.append(column.name)
            made += self._failures(column, reading)
        for name in ("updated_at", "deleted"):
            if name in self.readings and self.readings[name].failed:
                words = p.SYSTEM_UNPARSABLE[name]
                made.append(self._case(q.name("failed:" + name), "unparsable", name, words, q.name("said:" + name)))
        return [*made, *(self._broken(rule, failed) for rule in self.rules)]

    def _broken(self, rule: Rule, failed: Sequence[str]) -> str:
        """The problem of a broken rule; what could not be read was said already, and what follows from it is no news."""
        said, broken = self._said(rule.column), f"({rule.broken})"
        if not rule.applies_to_tombstones:
            broken += " AND NOT deleted"
        if "{more}" in self._words(rule).zh and "goods_fen" in self.given:
            broken += " AND goods_fen IS NOT NULL"  # without it nothing is known of what was due
        known = [each for each in failed if (each == rule.column if rule.column else each in rule.broken)]
        broken += "".join(f" AND NOT {q.name('failed:' + each)}" for each in known)
        return self._case(broken, rule.code, rule.column, self._words(rule), said, nearest=self._nearest(rule, said))

    def _words(self, rule: Rule) -> Text:
        """What a broken rule says; a discount that was worked out and is negative means that too much was paid."""
        reading = self.readings.get(rule.column)
        if rule.code == "key_missing" and reading and reading.source_columns:
            return p.key_missing("、".join(reading.source_columns))
        is_rest = rule.column.startswith("discount_") and reading is not None and len(reading.source_columns) > 1
        if is_rest and rule.code == "out_of_range" and rule.broken.endswith("< 0"):
            return p.about(p.OVERPAID, self.table.column(rule.column))
        return rule.words

    def _failures(self, column: Column, reading: Reading) -> list[str]:
        """The problems of one column's text: what is known to be wrong with it, else that it is no such value."""
        made, said, left = [], q.name("said:" + column.name), q.name("failed:" + column.name)
        for code, _ in reading.doubts:
            doubt = q.name(f"{code}:{column.name}")
            made.append(self._case(f"{left} AND {doubt}", code, column.name, p.doubtful(code, column), said))
            left += f" AND NOT {doubt}"
        return [*made, self._case(left, "unparsable", column.name, p.unparsable(column), said)]

    def _nearest(self, rule: Rule, said: str) -> Text:
        """What the source may have meant: the mapping's own words come before the standard's."""
        reading = self.readings.get(rule.column)
        if rule.code != "not_allowed" or reading is None:
            return rule.nearest
        return p.nearest(said, self.table.column(rule.column).choices, reading.known)

    def _said(self, column: str) -> str:
        if not column:
            return "''"
        if column in self.readings:
            return q.name("said:" + column)
        if is_sealed(self.table.column(column)):
            return q.name(column + SEALED[2])
        return f"CAST({q.name(column)} AS VARCHAR)"

    def _case(
        self, condition: str, code: str, column: str, words: Text, said: str, *, nearest: Text = p.NOTHING
    ) -> str:
        reading = self.readings.get(column)
        columns = "、".join(reading.source_columns) if reading else ""
        some = bool(reading and reading.guilty)  # of the columns it is read from only some may be wrong
        at = f"coalesce({q.name('at:' + column)}, {q.text(columns)})" if some else q.text(columns)
        where = self.place("{column}" if some else columns)
        more = f"printf('%.2f', -{q.name(column)} / 100.0)" if "{more}" in words.zh else "''"
        key = key_text(self.table)
        zh = p.sentence(where.zh + words.zh, value=said, nearest=nearest.zh, key=key, more=more)
        en = p.sentence(where.en + words.en, value=said, nearest=nearest.en, key=key, more=more)
        zh, en = (p.numbered(each, self.row) for each in (zh, en))
        if some:
            zh, en = (f"replace({each}, '{{column}}', {at})" for each in (zh, en))
        return (
            f"CASE WHEN {condition} THEN {{'code': {q.text(code)}, 'column_name': {q.text(column)},"
            f" 'source_column': {at}, 'original': {said}, 'zh': {zh}, 'en': {en}}} END"
        )

    def place(self, columns: str = "") -> Text:
        """Where a row stands, with `{row}` still to be filled: file, row, column."""
        name = self.label.file_name
        zh = f"{name} 第 {{row}} 行" if name else f"{self.label.source} 第 {{row}} 条"
        en = f"{name} row {{row}}" if name else f"{self.label.source} row {{row}}"
        if columns:
            zh, en = f"{zh}“{columns}”列", f"{en}, column “{columns}”"
        return Text(zh + "：", en + ": ")


def read_parts(paths: Sequence[Path]) -> str:
    """The relation over the parts of a batch."""
    return f"read_parquet([{q.texts(str(path) for path in paths)}], union_by_name = true)"


def rows_selection(table: Table, label: Label, paths: Sequence[Path], columns: Sequence[str]) -> Selection:
    """How rows that already carry the standard's columns are read back."""
    own = {each.name for each in own_columns(table)}
    readings = {name: Reading(q.name(name)) for name in columns if name in own or name in SYSTEM}
    for column in table.columns:
        # The quarantine quotes the mask of what is sealed.
        if is_sealed(column) and column.name in readings:
            readings[column.name] = Reading(q.name(column.name), original=q.name(column.name + SEALED[2]))
    return Selection(table, label, read_parts(paths), readings)
