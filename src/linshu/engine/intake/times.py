"""Days and moments as people write them: the company's local time unless the text names a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import quoting as q

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.intake.layout import Clock

# Beside ISO and what differs from it only by slashes or missing zeros, which DuckDB reads by itself.
FORMATS = (
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d",
    "%y%m%d",
)
_ZONED = r"\d([Zz]|[+-]\d{2}(:?\d{2})?)$"
_SHORTEST_ZONED = 17  # 2026-03-01T10:30Z; a bare date also ends in a dash and two digits
UNIX = {"unix_seconds": 1_000_000, "unix_milliseconds": 1_000}


def local(text: str, formats: Sequence[str] = ()) -> str:
    """A text as TIMESTAMP on the wall it was read from."""
    if formats:
        return f"try_strptime({text}, [{q.texts(formats)}])"
    return f"coalesce(TRY_CAST({text} AS TIMESTAMP), try_strptime({text}, [{q.texts(FORMATS)}]))"


def instant(text: str, clock: Clock, formats: Sequence[str] = (), *, utc: bool = False) -> str:
    """A text as TIMESTAMPTZ; without a zone of its own it is company time, or UTC when the mapping says so."""
    plain = local(text, formats)
    here = plain if utc else clock.to_utc(plain)
    # The usual 2026-03-01 10:30:00 is told by its length and shape, which costs a fifth of the pattern.
    usual = f"length({text}) = 19 AND {text} LIKE '%:__'"
    zoned = f"length({text}) >= {_SHORTEST_ZONED} AND NOT ({usual}) AND regexp_matches({text}, {q.text(_ZONED)})"
    # Half the time of a cast, which asks the zone of the session.
    return f"(CASE WHEN {zoned} THEN TRY_CAST({text} AS TIMESTAMPTZ) ELSE make_timestamptz(epoch_us({here})) END)"


def unix(number: str, unit: str) -> str:
    """A whole count since 1970 as TIMESTAMPTZ."""
    return f"make_timestamptz(TRY_CAST(CAST({number} AS HUGEINT) * {UNIX[unit]} AS BIGINT))"


def day(text: str, formats: Sequence[str] = ()) -> str:
    """A text as DATE."""
    if formats:
        return f"CAST({local(text, formats)} AS DATE)"
    return f"coalesce(TRY_CAST({text} AS DATE), CAST({local(text)} AS DATE))"
