"""Reading what was sent: a batch of events as JSON, within limits that are said; pure."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from linshu.engine.events.kind import LINES
from linshu.engine.events.problem import Problem
from linshu.engine.intake.personal import ONLY_PHONE
from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.events.kind import EventKind

MOST_BYTES = 8 * 1024 * 1024  # of one request
MOST_EVENTS = 5_000  # of one request
MOST_EVENT_BYTES = 64 * 1024
MOST_LINES = 500
MOST_ID = 100
SOURCE = "events"  # of events whose sender names none
PARTS = ("id", "type", "at", "source", "data")
_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
_PHONE = re.compile(ONLY_PHONE)
EXAMPLE = Text(
    '例如 {"events": [{"id": "a1", "type": "order", "at": "2026-03-01T10:30:00+08:00", "data": {…}}]}。',
    'Such as {"events": [{"id": "a1", "type": "order", "at": "2026-03-01T10:30:00+08:00", "data": {…}}]}.',
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it was told; with `problems` it cannot be taken in as it stands."""

    event_id: str
    kind: str
    source: str
    at: datetime | None
    data: Mapping[str, Any]
    text: str  # the whole of it as JSON, to be kept sealed when it is bad
    digest: str  # equal for equal content
    problems: tuple[Problem, ...] = field(default=())


def read_batch(body: bytes) -> list[Any]:
    """The events of a request as plain values; Invalid for what is no batch, or one too large."""
    if len(body) > MOST_BYTES:
        raise too_large()
    try:
        told = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        where = f"{error}"[:120]
        raise Invalid(Text("内容不是 JSON", "the body is no JSON"), where=Text(where, where), mend=EXAMPLE) from error
    events = told.get("events") if isinstance(told, dict) else told
    if not isinstance(events, list):
        raise Invalid(Text("没有 events 列表", "there is no list `events`"), mend=EXAMPLE)
    if len(events) > MOST_EVENTS:
        raise Invalid(
            Text(f"一次 {len(events)} 个事件，最多 {MOST_EVENTS} 个", f"{len(events)} events at once, at most {MOST_EVENTS}"),
            mend=Text("请分几次发。", "Send them in several requests."),
        )  # fmt: skip
    return events


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _writable(text: str) -> str:
    """The text without halves of signs, which no encoding knows."""
    return text.encode("utf-8", "backslashreplace").decode()


def too_large() -> Invalid:
    """What is said of a request with too many bytes."""
    most = MOST_BYTES // (1024 * 1024)
    return Invalid(
        Text(f"内容超过 {most} MB", f"the body is larger than {most} MB"),
        mend=Text("请分几次发。", "Send it in several requests."),
    )


def read_event(told: Any, kinds: Mapping[str, EventKind]) -> Event:
    """One event of a batch; whatever is wrong with it is said in it."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not isinstance(told, dict):
        return _bad({}, _writable(text), Problem("", Text("事件应是一个对象。", "An event is an object.")))
    if _writable(text) != text or _NUL.search(text):
        words = Text("里面有不是文字的字符。请去掉再发。", "It holds signs that are no text. Leave them out.")
        return _bad({}, _writable(text), Problem("", words))
    if len(text.encode()) > MOST_EVENT_BYTES:
        kept = {name: value for name, value in told.items() if name in PARTS and name != "data"}
        short = json.dumps(kept, ensure_ascii=False, sort_keys=True)[:MOST_EVENT_BYTES]
        most = MOST_EVENT_BYTES // 1024
        words = Text(
            f"一个事件超过 {most} KB，内容没有留下。请拆开或去掉多余的内容再发。",
            f"One event is larger than {most} KB; its content was not kept. Split it, or leave out what is not needed.",
        )
        return _bad(told, short, Problem("", words), of=text)
    problems = [*_envelope(told, kinds), *_data(told.get("data"))]
    at, wrong = _moment(told.get("at"))
    if wrong:
        problems.append(wrong)
    if problems:
        return _bad(told, text, *problems)
    return Event(told["id"], told["type"], told.get("source") or SOURCE, at, told["data"], text, digest_of(text))


def digest_of(text: str) -> str:
    """The same for the same content, however it was written down."""
    return hashlib.sha256(text.encode()).hexdigest()


def _bad(told: Mapping[str, Any], text: str, *problems: Problem, of: str = "") -> Event:
    digest = digest_of(of or text)
    given, kind, source = told.get("id"), told.get("type"), told.get("source")
    name = given if isinstance(given, str) and _good_id(given) else f"#{digest[:16]}"
    data = told.get("data")
    return Event(
        name,
        kind if isinstance(kind, str) and kind.isidentifier() else "",
        source if isinstance(source, str) and _SOURCE.fullmatch(source) else SOURCE,
        None, data if isinstance(data, dict) else {}, text, digest, problems,
    )  # fmt: skip


def _good_id(given: str) -> bool:
    return 0 < len(given) <= MOST_ID and given.isprintable() and given == given.strip() and not _PHONE.match(given)


def _envelope(told: Mapping[str, Any], kinds: Mapping[str, EventKind]) -> list[Problem]:
    found = []
    given = told.get("id")
    if not isinstance(given, str) or not _good_id(given):
        words = Text(
            f"编号应是 1 到 {MOST_ID} 个字的文本，首尾没有空格，也不是手机号。请给每个事件一个不重复的编号。",
            f"The id is a text of 1 to {MOST_ID} signs without blanks around it, and no phone number. Give every event one of its own.",
        )
        found.append(Problem("id", words))
    kind = told.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        known = nearest(kind, kinds) if isinstance(kind, str) else nearest("", kinds)
        shown = kind[:40] if isinstance(kind, str) and kind.isidentifier() else "…"
        found.append(
            Problem("type", Text(f"没有“{shown}”这种事件。{known.zh}", f"There is no event “{shown}”. {known.en}"))
        )
    source = told.get("source")
    if source is not None and (not isinstance(source, str) or not _SOURCE.fullmatch(source)):
        words = Text(
            "来源应是小写字母开头的短名，例如 ktt、youzan。",
            "The source is a short name in small letters, such as ktt or youzan.",
        )
        found.append(Problem("source", words))
    for name in told:
        if name not in PARTS:
            shown = name if name.isidentifier() else "…"
            near = nearest(name, PARTS)
            words = Text(f"事件里没有“{shown}”。{near.zh}", f"An event has no “{shown}”. {near.en}")
            found.append(Problem(shown[:60], words))
    return found


def _data(data: Any) -> list[Problem]:
    if not isinstance(data, dict):
        return [
            Problem(
                "data",
                Text("data 应是一个对象，装着这一行的各列。", "`data` is an object with the columns of the row."),
            )
        ]
    lines = data.get(LINES)
    if lines is None:
        return []
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines):
        return [Problem(f"data.{LINES}", Text("lines 应是对象的列表。", "`lines` is a list of objects."))]
    if len(lines) > MOST_LINES:
        words = Text(
            f"有 {len(lines)} 行，最多 {MOST_LINES} 行。请拆开。",
            f"It has {len(lines)} lines, at most {MOST_LINES}. Split it.",
        )
        return [Problem(f"data.{LINES}", words)]
    return []


def _moment(at: Any) -> tuple[datetime | None, Problem | None]:
    if at is None:
        return None, None
    moment = instant(at)
    if moment is None:
        words = Text(
            "at 应是带时区的时刻，例如 2026-03-01T10:30:00+08:00。",
            "`at` is a moment with its zone, such as 2026-03-01T10:30:00+08:00.",
        )
        return None, Problem("at", words)
    return moment, None


def instant(value: Any) -> datetime | None:
    """A moment with its zone, in UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
