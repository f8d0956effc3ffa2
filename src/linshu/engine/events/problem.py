"""What can be wrong with an event as a whole: what, where in it, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from linshu.kernel.text import Text

BAD = "bad"  # its content breaks the standard
CONFLICT = "conflict"  # its id told something else before
OUTSIDE = "outside"  # whoever sent it may not write there
CODES: dict[str, Text] = {
    BAD: Text("内容有误", "Wrong content"),
    CONFLICT: Text("编号重复、内容不同", "Same id, other content"),
    OUTSIDE: Text("超出范围", "Outside the scope"),
}

CLASH = Text(
    "编号“{event_id}”以前来过，内容不一样，先来的已经入库。如果这是另一件事，请换一个编号再发；如果是更正，也用新编号，并把 at 写成更正的时刻。",
    "The id “{event_id}” came before with other content, and that was taken in. Send this under an id of its own; a correction too, with the moment of correction as `at`.",
)
FOREIGN = Text(
    "它属于您的数据范围以外（{what}）。请用有权写那里的令牌发送，或请管理员处理。",
    "It belongs outside your rows ({what}). Send it with a token that may write there, or ask an administrator.",
)
HOMELESS = Text(
    "看不出它属于哪里（缺 {what}），而您只能写自己范围内的数据。请补上；说的是别的单据时，先发那张单据。",
    "It does not say where it belongs ({what}), and you may write your own rows only. Add it; if it speaks of another document, send that first.",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `path` says where in the event, such as `data.lines.0.qty`; "" = the event as a whole."""

    path: str
    words: Text

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return {"path": self.path, "zh": self.words.zh, "en": self.words.en}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """As it was kept."""
        return cls(kept["path"], Text(kept["zh"], kept["en"]))
