"""Writes css/tabler.css: of Tabler's style what our pages can use, a fifth of it, so that browsers read and match less.

    python scripts/style.py

A class counts as used when its name stands anywhere in our templates or scripts, or between quotes in Python, or begins as a
name that is put together there (`is-{{ tone }}`). `tests/engine/shell/test_vendor.py` says when this has to be run again.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = Path(__file__).resolve().parents[1] / "src/linshu"
STATIC = SOURCES / "engine/shell/static"
WHOLE = STATIC / "vendor/tabler-1.6.1/tabler.min.css"
WRITTEN = STATIC / "css/tabler.css"

QUOTED = re.compile(r"\"[^\"\n]*\"")
WORD = re.compile(r"[A-Za-z][\w-]*")
BEGINNING = re.compile(r"([A-Za-z][\w-]*-)(?=\{|\$\{|[\"'] ?[~+])")  # a name that is put together
CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
ALTERNATIVES = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)")


def used() -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of our sources, and the beginnings of those that are put together."""
    words, beginnings = set[str](), set[str]()
    for path in SOURCES.rglob("*"):
        if path.suffix in {".html", ".js", ".py"} and STATIC / "vendor" not in path.parents:
            text = path.read_text(encoding="utf-8")
            text = " ".join(QUOTED.findall(text)) if path.suffix == ".py" else text
            words.update(WORD.findall(text))
            beginnings.update(BEGINNING.findall(text))
    return frozenset(words), tuple(sorted(beginnings))


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """What stands before each block, and what in it; "" for a statement without one."""
    start = at = 0
    while at < len(css):
        if css[at] == ";":
            yield css[start:at], ""
            start = at + 1
        elif css[at] == "{":
            begun, depth = at, 1
            while depth:
                at += 1
                depth += {"{": 1, "}": -1}.get(css[at], 0)
            yield css[start:begun], css[begun + 1 : at]
            start = at + 1
        at += 1


def selectors(text: str) -> Iterator[str]:
    """The alternatives of a rule."""
    depth = start = 0
    for at, sign in enumerate(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "," and not depth:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def kept(css: str, words: frozenset[str], beginnings: tuple[str, ...]) -> str:
    """The rules of which all classes may be there."""

    def may_be(selector: str) -> bool:
        names = [name.replace("\\", "") for name in CLASS.findall(ALTERNATIVES.sub("", selector))]
        return all(name in words or name.startswith(beginnings) for name in names)

    found = list[str]()
    for head, body in blocks(css):
        if head.startswith(("@media", "@supports")):
            inner = kept(body, words, beginnings)
            found += [f"{head}{{{inner}}}\n"] if inner else []
        elif head.startswith("@"):
            found.append(f"{head}{{{body}}}\n" if body else f"{head};\n")
        elif chosen := [one for one in selectors(head) if may_be(one)]:
            found.append(f"{','.join(chosen)}{{{body}}}\n")
    return "".join(found)


def made() -> str:
    """The style as it has to be."""
    css = WHOLE.read_text(encoding="utf-8")
    licence, comment = re.search(r"/\*!.*?\*/\n?", css, re.DOTALL), re.compile(r"/\*.*?\*/", re.DOTALL)
    assert licence is not None
    return licence[0] + kept(comment.sub("", css).removeprefix('@charset "UTF-8";'), *used())


if __name__ == "__main__":
    WRITTEN.write_text(made(), encoding="utf-8")
    sys.stdout.write(f"{len(WHOLE.read_bytes())} > {len(WRITTEN.read_bytes())}\n")
