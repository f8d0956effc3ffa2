"""The metric dictionary as pages: the list, and one definition in full."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from linshu.domains.insight.dictionary import view
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.pages import render

router = APIRouter(prefix="/dictionary", include_in_schema=False)
FOLDER = "domains/insight/dictionary"


@router.get("")
def metrics(request: Request, q: str = "") -> Response:
    """Every metric, found by name, title or meaning."""
    shell = shell_of(request)
    groups = view.entries(shell.shop.catalog, q)
    titles = {domain.name: domain.title for domain in shell.domains}
    count = sum(len(found) for _, found in groups)
    return render(request, f"{FOLDER}/page.html", groups=groups, asked=q, count=count, titles=titles)


@router.get("/{name}")
def metric(request: Request, name: str) -> Response:
    """One definition: formula, unit, owner, clock, version, what it can be cut by, and its SQL."""
    shell = shell_of(request)
    start, end = _last_week(shell.today)
    found = view.definition(shell.shop.catalog, name, start, end)
    titles = {domain.name: domain.title for domain in shell.domains}
    return render(request, f"{FOLDER}/metric.html", one=found, titles=titles, start=start, end=end)


def _last_week(today: date) -> tuple[date, date]:
    return today - timedelta(days=7), today - timedelta(days=1)
