"""Leaving rows aside for good, and taking that back: each lands as a batch, so that a rebuilt warehouse knows it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake.dismissal import SCHEMA, STEM
from linshu.engine.intake.personal import mask_text
from linshu.engine.intake.registry import DISMISSAL, LANDING, QUARANTINE
from linshu.engine.intake.shelf import split
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.intake.intake import Intake
    from linshu.engine.intake.receipt import Receipt

SOURCE = "linshu"  # what a decision of this product is landed under


def dismiss(intake: Intake, marks: Sequence[str], because: str, by: str = "") -> Receipt:
    """Leave rows aside for good; Invalid without a reason, Missing when one of them is not there to be mended."""
    if not because.strip():
        raise Invalid(
            Text("要写一个理由", "a reason is wanted"),
            mend=Text("例如：供应商说这一行作废。", "For example: the supplier says this row is void."),
        )
    asked = [split(mark) for mark in dict.fromkeys(marks)]
    if not asked:
        raise Invalid(Text("没有选中任何行", "no row is chosen"), mend=Text("请先选行。", "Choose rows first."))
    there = set(
        intake.warehouse.query(
            f"SELECT DISTINCT p.landing_id || ':' || CASE WHEN l.form = 'rows' THEN p.table_name ELSE '' END || ':'"
            f" || p.landing_row AS mark FROM {QUARANTINE} AS p JOIN {LANDING} AS l ON l.landing_id = p.landing_id"
            " WHERE p.status IN ('open', 'waiting')"
        )["mark"].to_pylist()
    )
    for landing_id, stem, row in asked:
        mark = f"{landing_id}:{stem}:{row}"
        if mark not in there:
            raise Missing(
                Text(f"没有待处理的行 {mark}", f"no row {mark} waits to be mended"), mend=nearest(mark, sorted(there))
            )
    said = mask_text(because.strip())
    return _land(intake, [(*one, said, None) for one in asked], by)


def restore(intake: Intake, landing_id: str, by: str = "") -> Receipt:
    """Take one dismissal back: its rows are to be mended again; Missing when there is none of that name."""
    known = intake.warehouse.query(f"SELECT landing_id FROM {DISMISSAL} WHERE NOT taken_back ORDER BY landing_id DESC")
    names = known["landing_id"].to_pylist()
    if landing_id not in names:
        raise Missing(
            Text(f"批次 {landing_id} 没有可以恢复的行", f"batch {landing_id} has no rows to take back"),
            mend=nearest(landing_id, names),
        )
    return _land(intake, [(landing_id, "", 0, "", landing_id)], by)


def _land(intake: Intake, rows: Sequence[tuple[object, ...]], by: str) -> Receipt:
    label = intake.label(SOURCE, "word", brought_by=by)
    columns = [list(column) for column in zip(*rows, strict=True)]
    with intake.writing(label) as writer:
        writer.write(STEM, pa.table(columns, schema=SCHEMA))
    return intake.merge(label.landing_id)
