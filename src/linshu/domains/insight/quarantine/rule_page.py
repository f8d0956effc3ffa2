"""A rule as a page: written for one column, shown with what it would do, applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from linshu.domains.insight.quarantine import decide, view
from linshu.engine.intake.shelf import Wanted
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import part, render
from linshu.kernel.errors import LinshuError, Misused, nearest
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.shell.context import Viewer
    from linshu.kernel.table import Column

router = APIRouter(prefix="/rule", include_in_schema=False)
FOLDER = "domains/insight/quarantine"
MENDS = Depends(needs("data.mend"))
MOST_SHOWN = 60  # cells of a preview
MOST_WORDS = 40  # texts a rule of values lists


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule as it is being written on the page."""

    table: str
    column: str  # of the standard
    how: decide.How
    pairs: tuple[tuple[str, str], ...] = ()
    value: str = ""  # of `set` and `times`
    when: str = ""
    save: str = ""

    def rule(self) -> dict[str, Any] | None:
        """The rule in the words of a rule's file; None while nothing is written."""
        made: dict[str, Any] = {"column": self.column}
        if self.how in ("set", "times"):
            if not self.value:
                return None
            made[self.how] = self.value
        else:
            pairs = {word: to for word, to in self.pairs if word and (to or self.how == "replace")}
            if not pairs:
                return None
            made[self.how] = pairs
        return {**made, "when": self.when} if self.when else made


def read_form(pairs: list[tuple[str, str]]) -> RuleForm:
    """The form from an address or a body; words and what becomes of them stand in the same order."""
    given = dict(pairs)
    how = given.get("how", "units")
    if how not in decide.HOWS:
        raise Misused(Text(f"没有修法 {how}", f"there is no way {how}"), mend=nearest(how, decide.HOWS))
    words = [value.strip() for name, value in pairs if name == "word"]
    becomes = [value.strip() for name, value in pairs if name == "to"]
    return RuleForm(
        given.get("table", ""), given.get("column", ""), next(one for one in decide.HOWS if one == how),
        tuple(zip(words, becomes, strict=False)), given.get("value", "").strip(), given.get("when", "").strip(),
        given.get("save", "").strip(),
    )  # fmt: skip


@router.get("")
def rule(request: Request) -> Response:
    """A rule for one column: what people wrote, what could mend it, and what it would do."""
    viewer, aside = sees_all(request), shell_of(request).shop.aside
    asked = request.query_params
    form = read_form(asked.multi_items())
    column = _column(form)
    writings = aside.writings(form.table, form.column)
    found = decide.suggest(column.kind, column.choices, writings, aside.units(form.table, form.column))
    how = form.how if "how" in asked else found[0].how if found else "set" if _empty(writings) else "replace"
    pairs = form.pairs or next((one.pairs for one in found if one.how == how), ())
    return render(
        request,
        f"{FOLDER}/rule.html",
        form=replace(form, how=how, pairs=pairs[:MOST_WORDS] if how == "values" else pairs),
        column=column,
        table_title=view.table_title(form.table),
        ways=WAYS,
        writings=writings[:12],
        more=max(0, len(writings) - 12),
        rows=sum(rows for _, _, rows in writings),
        choices=_choices(column, viewer),
        saved=tuple(aside.saved()),
        suggested={one.how: one.rows for one in found},
        units=tuple(aside.units(form.table, form.column)),
        kind_words=view.kind_words(column.kind),
    )


WAYS: dict[str, Text] = {
    "units": Text("换算单位", "Convert units"),
    "values": Text("整格替换", "Whole cells"),
    "replace": Text("替换文字", "Parts of cells"),
    "times": Text("乘以", "Multiply"),
    "set": Text("都填成", "Set all"),
}


def _empty(writings: list[tuple[str, str, int]]) -> bool:
    return any(code == "missing" for _, code, _ in writings)


def _choices(column: Column, viewer: Viewer) -> list[tuple[str, str]]:
    """What may stand in the column: value and title; empty where anything may."""
    if column.kind is Kind.BOOL:
        return [(value, zh if viewer.language == "zh" else en) for value, zh, en in decide.YES_NO]
    return [(one.value, viewer.say(one.title)) for one in column.choices]


def _column(form: RuleForm) -> Column:
    found = view.column_of(form.table, form.column)
    if found is None:
        names = [one.name for one in getattr(view.BY_NAME.get(form.table), "columns", ())]
        raise Misused(
            Text(f"标准里没有列 {form.table}.{form.column}", f"the standard has no column {form.table}.{form.column}"),
            mend=nearest(form.column, names),
        )
    return found


@router.get("/preview")
def preview(request: Request) -> Response:
    """What the rule would do: before and after of every cell, nothing changed."""
    sees_all(request)
    return HTMLResponse(_preview(request, read_form(request.query_params.multi_items())))


def _preview(request: Request, form: RuleForm) -> str:
    asked = form.rule()
    if asked is None:
        return part(request, f"{FOLDER}/parts/preview.html", told=None, rows=(), error=None)
    try:
        told = shell_of(request).shop.aside.repair(asked)
    except LinshuError as error:
        return part(request, f"{FOLDER}/parts/preview.html", told=None, rows=(), error=error)
    changes = view.changes(told.rows)
    return part(
        request,
        f"{FOLDER}/parts/preview.html",
        told=told.meta,
        rows=changes[:MOST_SHOWN],
        looked=len(told.rows),
        error=None,
    )


@router.post("", dependencies=[MENDS])
async def apply_rule(request: Request) -> Response:
    """Mend by the rule: the mended rows come in as batches of their own, which can be undone."""
    sees_all(request)
    form = read_form(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return await run_in_threadpool(_applied, request, form)


def _applied(request: Request, form: RuleForm) -> Response:
    asked = form.rule()
    if asked is None:
        raise Misused(
            Text("规则是空的", "the rule is empty"), mend=Text("请先写一条修法。", "Write a way to mend first.")
        )
    told = shell_of(request).shop.aside.repair(asked, apply=True, save=form.save, by=viewer_of(request).user.account)
    return render(request, f"{FOLDER}/done.html", told=told.meta, onward=f"/data/quarantine{view.address(Wanted())}")
