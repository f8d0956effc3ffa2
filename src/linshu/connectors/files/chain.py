"""A chain (接龙) as it is copied out of a group: numbered lines, each a buyer and what they take, made into rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linshu.connectors.files.lines import text_lines
from linshu.connectors.files.sorting import Record, Sorter
from linshu.engine.intake.goods import COUNTERS, MEASURES
from linshu.engine.intake.incoming import NOTE, TITLE, Incoming
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linshu.connectors.files.looking import Look
    from linshu.connectors.files.source import Source

COLUMNS = ("接龙号", "昵称", "房号", "电话", "接龙内容")
_UNIT = "|".join((*COUNTERS, *MEASURES))
_LINE = re.compile(r"^\s*(\d{1,4})\s*(?:[.．](?!\d)\s*|[、)）:：]\s*|\s+)(\S.*)$")
_TOOK = re.compile(rf"[xX×*+＊＋]\s*[\d一二两三四五六七八九十]|[\d一二两三四五六七八九十半]\s*(?:{_UNIT})(?:\W|$)")
_ROOM = re.compile(r"^(?:\d+\s*(?:[栋幢座号楼#-]|单元)[\w#-]*|\S{0,6}[栋幢座楼室]\w*)$")
_PHONE = re.compile(r"^1[3-9]\d{9}$")
_APART = re.compile(r"[\s,，、:：;；]+")
# A blank between two goods that both say how many: 鸡蛋2份 土鸡1只.
_NEXT = re.compile(rf"(?<=[\d{''.join(each for each in COUNTERS)}斤g])[ \t\u3000]+(?=[\u4e00-\u9fff])")
_FEWEST = 2


def is_chain(lines: Sequence[str]) -> bool:
    """Whether most lines are numbered and say how many of something is taken, and none is set out in columns."""
    said = [line for line in lines if line.strip()]
    numbered = [found for line in said if (found := _LINE.match(line))]
    took = sum(bool(_TOOK.search(found[2])) for found in numbered)
    return took >= _FEWEST and took * 2 > len(numbered) and len(numbered) * 2 >= len(said) and "\t" not in "".join(said)


def open_chain(source: Source, seen: Look) -> Incoming:
    """The chain on its way in, a row for each numbered line."""
    sorter = Sorter(source.name, COLUMNS)
    told = Text("这是接龙的文字，一行一人，已拆成列", "this is the text of a chain; its lines were made into rows")
    rows = sorter.tables(_records(text_lines(source, seen), sorter))
    return Incoming(source.name, seen.hash, source.size, COLUMNS, rows, sorter.broken, notes=(*seen.notes, told))


def _records(lines: Iterator[str], sorter: Sorter) -> Iterator[Record]:
    begun = False
    for number, line in enumerate(lines, 1):
        found = _LINE.match(line)
        if found:
            begun = True
            yield Record(number, _cells(found[1], found[2].strip()), "", whole=True)
        elif line.strip():
            sorter.put_aside(number, line.strip(), NOTE if begun else TITLE)


def _cells(number: str, said: str) -> list[str | None]:
    who, _, rest = (part.strip() for part in _parted(said))
    room = phone = None
    while rest:
        word, _, after = (part.strip() for part in _parted(rest))
        if _PHONE.match(word) and not phone:
            phone, rest = word, after
        elif _ROOM.match(word) and not room:
            room, rest = word, after
        else:
            break
    return [number, who, room, phone, _NEXT.sub("，", rest) or None]


def _parted(said: str) -> tuple[str, str, str]:
    found = _APART.search(said)
    return (said[: found.start()], found[0], said[found.end() :]) if found else (said, "", "")
