"""What an import gives back: how many rows came, and what became of each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from linshu.engine.intake.merge import Count
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of one batch; `rows_in` = `good` + `bad` + `waiting`, counted in rows as they came."""

    landing_id: str
    rows_in: int
    good: int
    bad: int  # rows with at least one problem that needs a person
    waiting: int = 0  # rows that only wait for the row they are a part of
    unchanged: int = 0  # rows of standard tables that were known already
    by_table: Mapping[str, Count] = field(default_factory=dict)
    already_known: bool = False  # the same file under the same mapping was merged before; nothing was done
    not_data: int = 0  # lines of the file that are no data: titles, totals, notes; none of `rows_in`

    @property
    def summary(self) -> Text:
        """One sentence for people."""
        if self.already_known:
            return Text(
                f"这个文件已经导入过（批次 {self.landing_id}），没有任何改变。",
                f"This file was imported before (batch {self.landing_id}); nothing changed.",
            )
        said = Text(
            f"读入 {self.rows_in:,} 行：{self.good:,} 行入库，{self.bad:,} 行有问题，{self.waiting:,} 行等待所属单据。",
            f"{self.rows_in:,} rows read: {self.good:,} taken in, {self.bad:,} with problems,"
            f" {self.waiting:,} waiting for what they belong to.",
        )
        if self.not_data:
            aside = Text(
                f"另有 {self.not_data:,} 行不是数据（标题、合计、说明等），没有导入。",
                f" {self.not_data:,} more are no data (titles, totals, notes) and were left aside.",
            )
            return Text(said.zh + aside.zh, said.en + aside.en)
        return said


def counts_text(by_table: Mapping[str, Count]) -> str:
    """The counts as they are kept in the books."""
    return json.dumps({name: asdict(count) for name, count in by_table.items()})


def counts_from(text: str) -> dict[str, Count]:
    """The counts back from the books."""
    return {name: Count(**each) for name, each in json.loads(text).items()}
