"""The company's own metrics in the browser: their files listed, judged while one writes, kept, taken away and brought back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.insight.dictionary import words
from linshu.engine.shell.context import Viewer, shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.own import OwnText
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from linshu.engine.metrics import Metric, Result
    from linshu.engine.shell.own import Checked
    from linshu.kernel.text import Text

router = APIRouter(
    prefix="/own-metrics", include_in_schema=False, dependencies=[Depends(needs("metrics.own")), Depends(sees_all)]
)
FOLDER = "domains/insight/dictionary"
EXAMPLE = """\
- name: paid_per_buyer
  title: {zh: 人均实付, en: Paid per buyer}
  definition: {zh: 实付额 ÷ 下单人数。, en: Paid amount ÷ buyers.}
  unit: fen
  owner: operations
  formula: paid_amount / active_members
"""
Word = Annotated[str, Form()]
Shown = tuple[str, list[tuple[str, str]]]  # the figure of the days together, and day by day


@router.get("")
def files(request: Request, removed: str = "") -> Response:
    """Every file, its metrics, and how much is wrong in it."""
    shell = shell_of(request)
    return render(request, f"{FOLDER}/own.html", files=shell.shop.own_files.files(), removed=removed)


@router.get("/edit")
def edit(request: Request, file: str = "", saved: str = "") -> Response:
    """One file to be changed, or a new one begun."""
    own = shell_of(request).shop.own_files
    text = own.read(file) if file else OwnText("", EXAMPLE, "")
    found = own.check(file, text.text, figures=True) if file else None
    return _editor(request, text, found, saved=saved == "1")


@router.post("/check")
def check(request: Request, text: Word = "", file: Word = "", new: Word = "") -> Response:
    """What the text would mean: its metrics with their figures, or its mistakes, each with its line."""
    name = file or named(new) or "new.yaml"
    found = shell_of(request).shop.own_files.check(name, text, figures=True)
    return render(request, f"{FOLDER}/parts/checked.html", found=found, told=_told(request, found), kept=False)


@router.post("/save")
def save(request: Request, text: Word = "", file: Word = "", new: Word = "", mark: Word = "") -> Response:
    """Keeps the text; what stands against it is said above it, and nothing that was written is lost."""
    own, name, plain = shell_of(request).shop.own_files, file or named(new), text.replace("\r\n", "\n")
    try:
        own.save(name, plain, mark)
    except LinshuError as error:
        return _editor(request, OwnText(file, plain, mark), _checked(request, name, plain), error=error, new=new)
    return RedirectResponse(f"/own-metrics/edit?{urlencode({'file': name, 'saved': '1'})}", status_code=303)


@router.post("/remove")
def remove(request: Request, file: Word = "", mark: Word = "") -> Response:
    """Takes the file away; the list offers to bring it back."""
    shell_of(request).shop.own_files.remove(file, mark)
    return RedirectResponse(f"/own-metrics?{urlencode({'removed': file})}", status_code=303)


@router.post("/restore")
def restore(request: Request, file: Word = "") -> Response:
    """Brings a removed file back."""
    shell_of(request).shop.own_files.restore(file)
    return RedirectResponse(f"/own-metrics/edit?{urlencode({'file': file})}", status_code=303)


def named(typed: str) -> str:
    """The file's name as typed, with its ending."""
    name = typed.strip()
    return name if not name or name.endswith((".yaml", ".yml")) else f"{name}.yaml"


def _checked(request: Request, name: str, text: str) -> Checked | None:
    try:
        return shell_of(request).shop.own_files.check(name, text)
    except LinshuError:
        return None


def _editor(
    request: Request,
    text: OwnText,
    found: Checked | None,
    *,
    error: LinshuError | None = None,
    saved: bool = False,
    new: str = "",
) -> Response:
    return render(
        request,
        f"{FOLDER}/edit.html",
        status=error.status if error else 200,
        file=replace(text, text=text.text.replace("\r\n", "\n")),
        found=found,
        error=error,
        saved=saved,
        new=new,
        told=_told(request, found),
        kept=bool(text.name) and error is None,
    )


def _told(request: Request, found: Checked | None) -> list[tuple[Metric, Text | None, Shown]]:
    """The metrics of a text as people read them: formula in words, and how the figure went."""
    shell, viewer = shell_of(request), viewer_of(request)
    figures = {metric.name: (whole, days) for metric, whole, days in (found.figures if found else ())}
    told = []
    for metric in found.metrics if found else ():
        try:
            formula = words.formula(metric, shell.shop.catalog)
        except LinshuError:  # made of a metric that only this text declares
            formula = None
        told.append((metric, formula, _shown(metric, figures.get(metric.name), viewer)))
    return told


def _shown(metric: Metric, answer: tuple[Result, Result] | None, viewer: Viewer) -> Shown:
    """The figure of the last seven days, and of each of them; empty where the data is not there."""
    if answer is None:
        return "", []
    whole, days = answer
    value = whole.rows()[0][metric.name]
    each = [(str(row["day"])[5:10], viewer.writer.short(row[metric.name], metric.unit)) for row in days.rows()]
    return viewer.writer.full(value, metric.unit), each
