"""Text cut to the bytes a receiver takes, or split into parts of that size: at a line where there is one, never within a sign."""

from __future__ import annotations


def fit(text: str, most: int, ending: str = "…") -> str:
    """The text in at most so many bytes of UTF-8; what is cut off is said by the ending."""
    if len(text.encode()) <= most:
        return text
    room = most - len(ending.encode())
    cut = text.encode()[: max(room, 0)].decode("utf-8", "ignore")
    line = cut.rfind("\n")
    return (cut[:line] if line > len(cut) // 2 else cut).rstrip() + ending


def split(text: str, most: int, count: int) -> list[str]:
    """The text in at most `count` parts of so many bytes each, whole lines where they fit; the last holds all the rest."""
    parts: list[str] = []
    rest = text
    while len(rest.encode()) > most and len(parts) < count - 1:
        cut = rest.encode()[:most].decode("utf-8", "ignore")
        line = cut.rfind("\n")
        end = line if line > 0 else len(cut)
        parts.append(rest[:end])
        rest = rest[end:].removeprefix("\n")
    return [*parts, rest]
