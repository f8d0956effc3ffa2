"""Text cut to the bytes a receiver takes, at a line where there is one, never within a sign."""

from __future__ import annotations


def fit(text: str, most: int, ending: str = "…") -> str:
    """The text in at most so many bytes of UTF-8; what is cut off is said by the ending."""
    if len(text.encode()) <= most:
        return text
    room = most - len(ending.encode())
    cut = text.encode()[: max(room, 0)].decode("utf-8", "ignore")
    line = cut.rfind("\n")
    return (cut[:line] if line > len(cut) // 2 else cut).rstrip() + ending
