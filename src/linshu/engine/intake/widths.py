"""Full-width digits, letters and punctuation of Chinese keyboards, brought to their half-width forms."""

from __future__ import annotations

from linshu.engine.intake import quoting as q

# U+FF01 to U+FF5E stand for ! to ~; people also take other dashes for a minus.
_FULL = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000\u00a0\u2212\u2013\u2014\u3002"
_HALF = "".join(map(chr, range(0x21, 0x7F))) + "  ---."


def half_width(text: str) -> str:
    """SQL of a text with its full-width forms made half-width."""
    return f"(CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE translate({text}, {q.text(_FULL)}, {q.text(_HALF)}) END)"


def folded(text: str) -> str:
    """The same of a text in hand."""
    return text.translate(_TABLE)


_TABLE = str.maketrans(_FULL, _HALF)
