"""The page of the audit: who did what to what, and whether the record is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.operations.audit import words
from linshu.engine.audit import Wanted
from linshu.engine.audit.book import PAGE_ROWS
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.listing import link, page_in, words_in
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.audit import Report
    from linshu.engine.shell.context import Viewer

router = APIRouter(
    prefix="/admin/audit", include_in_schema=False, dependencies=[Depends(needs("audit.read")), Depends(sees_all)]
)
PAGE = "domains/operations/audit/page.html"
MOST_EXPORTED = 100_000
VIA = {
    "web": Text("网页", "Web"),
    "api": Text("接口", "API"),
    "cli": Text("命令行", "Command"),
    "job": Text("任务", "Job"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    person: str = ""
    act: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1

    @classmethod
    def read(cls, request: Request) -> Asked:
        """From the address; what makes no sense is not asked."""
        given = request.query_params
        return cls(
            given.get("person", ""), given.get("act", ""), words_in(given), _day(given.get("from", "")),
            _day(given.get("to", "")), page_in(given),
        )  # fmt: skip

    def wanted(self, zone: str) -> Wanted:
        """The same as the book takes it: days of the company's place as moments."""
        place = ZoneInfo(zone)
        since = datetime.combine(self.first, time(), place) if self.first else None
        until = datetime.combine(self.last + timedelta(days=1), time(), place) if self.last else None
        return Wanted(self.person, self.act, self.words, since, until)

    def address(self, **changed: Any) -> str:
        """The address with something changed; a change of the filter begins at its first page."""
        parts = {
            "person": self.person, "act": self.act, "q": self.words, "from": self.first, "to": self.last,
        }  # fmt: skip
        return link(parts, changed, "?")

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.person or self.act or self.words or self.first or self.last)


@router.get("")
def audit(request: Request) -> Response:
    """The entries, newest first."""
    return _page(request)


@router.post("/verify", dependencies=[Depends(needs("audit.verify"))])
def verify(request: Request) -> Response:
    """Checks the whole chain, now."""
    return _page(request, shell_of(request).book.verify())


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The entries as a file: the same filters, all of them."""
    shell, viewer, asked = shell_of(request), viewer_of(request), Asked.read(request)
    rows, _ = shell.book.listed(asked.wanted(shell.settings.day.zone), limit=MOST_EXPORTED)
    heads = (
        Text("序号", "No."), Text("时间", "When"), Text("账号", "Account"), Text("途径", "Via"), Text("地址", "Address"),
        Text("动作", "Act"), Text("对象", "Subject"), Text("详情", "Details"), Text("校验值", "Hash"),
        Text("动作代号", "Act as kept"), Text("详情原文", "Details as kept"),
    )  # fmt: skip
    local = shell.settings.day.local
    lines = [
        (str(one["seq"]), f"{local(one['at']):%Y-%m-%d %H:%M:%S}", one["account"], viewer.say(VIA[one["via"]]),
         one["address"], viewer.say(words.title_of(one["act"])), one["subject"], _said(one["details"], viewer), one["hash"],
         one["act"], one["details"])
        for one in rows
    ]  # fmt: skip
    title = viewer.say(Text("审计记录", "Audit"))
    sheet = Sheet(title, tuple(SheetColumn(viewer.say(one)) for one in heads), lines)
    return download(sheet, form, f"audit-{shell.today}", viewer.writer)


def _page(request: Request, report: Report | None = None) -> Response:
    shell, asked = shell_of(request), Asked.read(request)
    offset = (asked.page - 1) * PAGE_ROWS
    rows, total = shell.book.listed(asked.wanted(shell.settings.day.zone), offset=offset)
    root = shell.book.last_root()
    nouns = _nouns(shell.book.acts())
    return render(
        request, PAGE, rows=[_shown(one, viewer_of(request)) for one in rows], total=total, asked=asked,
        pages=-(-total // PAGE_ROWS), people=shell.book.people(), nouns=nouns, via=VIA,
        report=report, root=root, root_at=datetime.fromisoformat(root.made_at) if root else None,
        local=shell.settings.day.local, counts=Unit.COUNT,
    )  # fmt: skip


def _shown(entry: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """An entry in words; what the chain holds stands beside it."""
    kind, name, page = words.subject_of(entry["subject"])
    told = {"title": words.title_of(entry["act"]), "said": _said(entry["details"], viewer)}
    return {**entry, **told, "kind": kind, "name": name, "page": page}


def _nouns(acts: tuple[str, ...]) -> list[tuple[str, Text]]:
    """The kinds of acts that occur, with their names."""
    there = dict.fromkeys(act.partition(".")[0] for act in acts)
    return [(noun, words.NOUNS.get(noun, Text(noun, noun))) for noun in there]


def _said(details: str, viewer: Viewer) -> str:
    """Details on one line, as `name: value` in the viewer's words."""
    colon = "：" if viewer.language == "zh" else ": "
    return " · ".join(f"{viewer.say(name)}{colon}{viewer.say(value)}" for name, value in words.said(details))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
