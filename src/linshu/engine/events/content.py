"""What a dead letter holds: shown with all that is personal masked, and changed value by value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linshu.engine.events.kind import LINES
from linshu.engine.events.reading import PARTS
from linshu.engine.intake.filedoor import is_personal
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.personal import mask_text
from linshu.engine.vault.mask import mask_one, sort_of
from linshu.kernel.errors import Conflict, Misused
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.events.kind import EventKind
    from linshu.kernel.table import Column


def masked(text: str, kinds: Mapping[str, EventKind]) -> str:
    """The event as indented JSON, with what is personal masked."""
    try:
        told = json.loads(text)
    except ValueError:
        return mask_text(text)
    tables = [each for kind in kinds.values() for each in (kind.table, kind.parts) if each]
    sealed = {column.name for table in tables for column in table.columns if is_sealed(column)}
    return json.dumps(_hidden(told, "", sealed), ensure_ascii=False, indent=2)


def _hidden(value: Any, name: str, sealed: set[str]) -> Any:
    if isinstance(value, dict):
        return {mask_text(key): _hidden(each, key, sealed) for key, each in value.items()}
    if isinstance(value, list):
        return [_hidden(each, name, sealed) for each in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    if name in sealed or is_personal(name):
        return mask_one(text, sort_of(name))
    hidden = mask_text(text)
    return value if hidden == text else hidden


def changed(text: str, changes: Mapping[str, str], kinds: Mapping[str, EventKind]) -> Any:
    """The event with other values at these places; "" takes one out."""
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Conflict(
            Text("它的内容不全，不能在这里修正", "its content is not whole, and cannot be mended here"),
            mend=Text("请从来源重新发送，或选择不再处理。", "Send it again from its source, or let it be."),
        )
    for path, value in changes.items():
        steps = path.split(".")
        if steps[0] not in PARTS:
            raise Misused(Text(f"事件里没有 {path}", f"an event has no {path}"))
        kind = kinds.get(str(told.get("type", "")))
        _set(told, steps, _value(steps, value.strip(), kind), path)
    return told


def _set(told: Any, steps: list[str], value: Any, path: str) -> None:
    for step in steps[:-1]:
        told = told.setdefault(step, {}) if isinstance(told, dict) else _nth(told, step)
    last = steps[-1]
    if not isinstance(told, dict):
        raise Misused(Text(f"不能改 {path}", f"{path} cannot be changed"))
    if value is None:
        told.pop(last, None)
    else:
        told[last] = value


def _nth(told: Any, step: str) -> Any:
    if isinstance(told, list) and step.isdecimal() and int(step) < len(told):
        return told[int(step)]
    raise Misused(Text(f"没有第 {step} 行", f"there is no line {step}"))


def _value(steps: list[str], text: str, kind: EventKind | None) -> Any:
    """A value as its column wants it, from what a person typed."""
    if not text:
        return None
    column = _column(steps, kind)
    if steps[0] != "data" or column is None or column.kind in (Kind.TEXT, Kind.INSTANT, Kind.DATE):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return {"是": True, "否": False}.get(text, text)


def _column(steps: list[str], kind: EventKind | None) -> Column | None:
    if kind is None or len(steps) < 2:
        return None
    table = kind.parts if steps[1] == LINES else kind.table
    return next((one for one in table.columns if one.name == steps[-1]), None) if table else None
