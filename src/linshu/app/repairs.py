"""Mending rows put aside by rule: rules of one call, and those kept in the project's mappings/repairs/."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import yaml

from linshu.app.answer import Answer
from linshu.engine.intake import markup, quarantine, repair
from linshu.engine.intake.incoming import Incoming
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from linshu.engine.intake import Intake, Receipt
    from linshu.engine.intake.repair import Change, Repair

FOLDER = "repairs"
MOST_SHOWN = 200
_NAME = re.compile(r"[\w-]{1,60}")


def saved(mappings: Path) -> dict[str, Repair]:
    """The project's rules by name."""
    found = {}
    for path in sorted((mappings / FOLDER).glob("*.y*ml")):
        node = markup.read(path.read_text("utf-8"), f"{FOLDER}/{path.name}", repair.RULE)
        found[path.stem] = repair.parse(node, path.stem)
    return found


def save(mappings: Path, name: str, rule: Mapping[str, Any]) -> None:
    """Keep a rule as a file that people read and git keeps."""
    if not _NAME.fullmatch(name):
        raise Misused(
            Text(f"规则名 {name} 不行", f"{name} is no name for a rule"),
            mend=Text("只用文字、数字、- 和 _。", "Use letters, digits, - and _."),
        )
    folder = mappings / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(dict(rule), allow_unicode=True, sort_keys=False), "utf-8")


def mend(intake: Intake, rules: Sequence[Repair], *, apply: bool, by: str = "") -> tuple[Answer, list[Receipt]]:
    """What the rules mend, and, when asked to, the receipts of the mended rows coming in; nothing else is touched."""
    problems = [row for row in intake.problems().to_pylist() if row["status"] == "open"]
    changes: list[Change] = []
    back: list[Incoming] = []
    rows = 0
    for sheet in intake.sheets():
        table, found = repair.repaired(sheet, problems, rules)
        changes += found
        rows += table.num_rows
        if found:
            back.append(_incoming(sheet.name, table, rules))
    receipts = [receipt for each in back for receipt in intake.replay(each, by=by)] if apply else []
    shown = [{**asdict(one), "row": one.row.rpartition(":")[2]} for one in changes[:MOST_SHOWN]]
    meta = {
        "changes": len(changes),
        "rows_mended": rows,
        "applied": apply,
        "note": _said(changes, rows, receipts, apply=apply),
    }
    return Answer.of(shown, **meta), receipts


def mend_row(intake: Intake, mark: str, cells: Mapping[str, str], by: str = "") -> list[Receipt]:
    """Bring one row back with some of its cells changed; Misused for a column it has not, or when nothing changes."""
    sheet = quarantine.one_row(intake.warehouse, intake.folder, intake.tables, mark)
    columns = [name for name in sheet.rows.column_names if name not in quarantine.NOTES]
    for name in cells:
        if name not in columns:
            raise Misused(
                Text(f"这一行没有列“{name}”", f"this row has no column “{name}”"), mend=nearest(name, columns)
            )
    rows = sheet.rows
    for name, value in cells.items():
        rows = rows.set_column(rows.column_names.index(name), name, pa.array([value or None], pa.string()))
    receipts = list(intake.replay(_incoming(sheet.name, rows, ()), by=by))
    if not receipts:
        raise Misused(
            Text("没有改动任何一格", "no cell was changed"), mend=Text("请先改对再提交。", "Change a cell first.")
        )
    return receipts


def _incoming(name: str, table: Any, rules: Sequence[Repair]) -> Incoming:
    digest = hashlib.sha256("\n".join(rule.name for rule in rules).encode())
    for column in table.columns:
        digest.update(repr(column.to_pylist()).encode())
    return Incoming(name, digest.hexdigest(), 0, tuple(table.column_names), [table])


def _said(changes: Sequence[Change], rows: int, receipts: Sequence[Receipt], *, apply: bool) -> dict[str, str]:
    if not changes:
        return {"zh": "没有可用这些规则修复的行。", "en": "No row is mended by these rules."}
    if not apply:
        return {
            "zh": f"将修复 {rows} 行共 {len(changes)} 格；确认后加 --apply 执行。",
            "en": f"{rows} rows, {len(changes)} cells would be mended; add --apply to do so.",
        }
    good, bad = sum(one.good for one in receipts), sum(one.bad for one in receipts)
    return {
        "zh": f"修复 {rows} 行共 {len(changes)} 格：{good} 行入库，{bad} 行仍有问题。",
        "en": f"{rows} rows, {len(changes)} cells mended: {good} rows came in, {bad} still have problems.",
    }


def rule_of(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A rule from the options of the command line: `斤=500` pairs become a table."""
    return {name: value for name, value in parts.items() if value not in (None, "", {}, ())}


def pairs(written: Sequence[str]) -> dict[str, str]:
    """`斤=500` and the like, read."""
    return dict(_pairs(written))


def _pairs(written: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in written:
        left, equals, right = one.partition("=")
        if not equals or not left:
            raise Misused(
                Text(f"{one} 要写成 原文=改成", f"{one} is to be written OLD=NEW"),
                mend=Text("例如 斤=500", "For example 斤=500"),
            )
        yield left, right
