"""Delivers a message as a file of the outbox folder, for systems that fetch files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from typing import TYPE_CHECKING, Any

from linshu.engine.push.courier import Failed, Outcome, Sent
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.push.outbox import Kept

PLAIN = re.compile(r"[\w.\-]{1,120}")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")  # how a cell begins that a spreadsheet may run


class Files:
    """Writes below one folder; the file appears whole or not at all, and again under the same name when sent again.

    The body: `name` (orders.csv or orders.json) and either `rows` (a list of objects, for both forms) or `content`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Kept) -> Outcome:
        """Write the file of a message."""
        folder, name = message.receiver, str(message.body.get("name", ""))
        if not (_is_plain(folder) and _is_plain(name)):
            return Failed(
                Text("文件夹或文件名不可用，不能含路径。", "The folder or file name will not do: no paths in it."),
                again=False,
            )
        target = self._folder / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_name(f".{name}.{message.message_id}")
        with half.open("wb") as file:
            file.write(_content(name, message.body))
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
        return Sent(Text(f"已写入 {folder}/{name}", f"written to {folder}/{name}"))


def _is_plain(name: str) -> bool:
    return PLAIN.fullmatch(name) is not None and not name.startswith(".")


def _content(name: str, body: dict[str, Any]) -> bytes:
    if "rows" not in body:
        content = body.get("content", {})
        return (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)).encode()
    if not name.endswith(".csv"):
        return json.dumps(body["rows"], ensure_ascii=False, indent=1).encode()
    rows = body["rows"]
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([[_cell(row.get(name)) for name in names] for row in rows])
    return "\ufeff".encode() + text.getvalue().encode()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is written with a quote before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
