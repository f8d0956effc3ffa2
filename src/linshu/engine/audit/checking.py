"""Whether the audit is as it was written: every entry recomputed, its end and its signed roots compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.audit.chain import chained
from linshu.engine.audit.roots import merkle
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.audit.roots import Root, Seal

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written, and at which entry."""

    seq: int
    what: Text


@dataclass(frozen=True, slots=True)
class Report:
    """What checking found: how many entries and roots were looked at, and everything wrong with them."""

    entries: int
    roots: int
    anchored: int  # entries up to which a signed root vouches
    findings: tuple[Finding, ...]
    more: int = 0  # findings beyond those told

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings


def check(  # noqa: PLR0913 - the parts that are held against one another
    rows: Iterable[Mapping[str, Any]],
    head: tuple[int, str],
    roots: Sequence[Root],
    anchored: Sequence[Root],
    *,
    broken: int,
    seal: Seal | None,
    is_anchored: bool,
) -> Report:
    """Holds the entries, their end, the roots in the database and those in the anchor against one another."""
    found: list[Finding] = []
    hashes: list[str] = []
    before, expected = "", 1
    for row in rows:
        seq = int(row["seq"])
        if seq != expected:
            found.append(Finding(expected, _missing(expected, seq)))
            hashes.extend("" for _ in range(max(0, seq - expected)))
        elif chained(before, dict(row)) != row["hash"]:
            found.append(Finding(seq, Text("内容或次序被改过", "its content or its place was changed")))
        before, expected = row["hash"], seq + 1
        hashes.append(before)
    if head != (len(hashes), before):
        found.append(Finding(len(hashes), Text("结尾与记录的不符", "the end is not the one that was noted")))
    found.extend(_roots(roots, hashes, seal))
    if is_anchored:
        found.extend(_anchor(roots, anchored, hashes, seal, broken))
    vouched = max((one.last for one in (*roots, *anchored)), default=0)
    told = sorted(found, key=lambda one: one.seq)
    return Report(len(hashes), len(roots), vouched, tuple(told[:MOST_TOLD]), max(0, len(told) - MOST_TOLD))


def _roots(roots: Iterable[Root], hashes: Sequence[str], seal: Seal | None) -> Iterable[Finding]:
    """What is wrong with signed roots: forged, with a gap before them, or not what the entries add up to."""
    reached = 0
    for one in roots:
        if seal is not None and not seal.is_genuine(one):
            yield Finding(one.last, Text("签名是伪造的", "a signature is forged"))
        if one.first > reached + 1:
            yield Finding(reached + 1, Text("缺少一段签名", "a signed root is missing"))
        reached = max(reached, one.last)
        if one.last > len(hashes):
            yield Finding(len(hashes) + 1, Text("签过名的记录被删去了", "entries that were signed are gone"))
        elif hashes[one.last - 1] != one.head or merkle(hashes[one.first - 1 : one.last]) != one.root:
            yield Finding(one.first, Text("与签名的内容不同", "not what was signed"))


def _anchor(
    roots: Sequence[Root], anchored: Sequence[Root], hashes: Sequence[str], seal: Seal | None, broken: int
) -> Iterable[Finding]:
    if broken:
        yield Finding(0, Text(f"项目外的签名有 {broken} 行读不懂", f"{broken} lines of the anchor cannot be read"))
    yield from _roots(anchored, hashes, seal)
    outside = {one.signature for one in anchored}
    for one in roots:
        if one.signature not in outside:
            yield Finding(one.last, Text("项目外没有这条签名", "the anchor lacks this root"))


def _missing(expected: int, seq: int) -> Text:
    if seq < expected:
        return Text("编号重复", "a number occurs twice")
    return Text(f"缺少第 {expected} 至 {seq - 1} 条", f"entries {expected} to {seq - 1} are missing")
