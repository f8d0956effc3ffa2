"""The metric dictionary as pages: the list, one definition in full, and how its figure went lately."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from linshu.domains.insight.dictionary import lineage, own_page, view
from linshu.domains.insight.dictionary.sample import sample
from linshu.engine.access.users import User
from linshu.engine.shell.context import Shell, shell_of, viewer_of
from linshu.engine.shell.menu import allows
from linshu.engine.shell.pages import render
from linshu.engine.shell.saved import SavedViews
from linshu.kernel.errors import LinshuError

pages = APIRouter(prefix="/dictionary", include_in_schema=False)
FOLDER = "domains/insight/dictionary"


@pages.get("")
def metrics(request: Request, q: str = "") -> Response:
    """Every metric, found by name, pinyin, title or meaning."""
    shell = shell_of(request)
    groups = view.entries(shell.shop.catalog, q)
    count = sum(len(found) for _, found in groups)
    return render(request, f"{FOLDER}/page.html", groups=groups, asked=q, count=count, titles=_titles(shell))


@pages.get("/{name}")
def metric(request: Request, name: str) -> Response:
    """One definition: formula, unit, owner, clock, versions, what it can be cut by, where it comes from and is used."""
    shell, viewer = shell_of(request), viewer_of(request)
    start, end = shell.today - timedelta(days=7), shell.today - timedelta(days=1)
    found = view.definition(shell.shop.catalog, name, start, end, shell.domains)
    explore = _leads_to(shell, "explore", viewer.user)
    return render(
        request,
        f"{FOLDER}/metric.html",
        one=found,
        titles=_titles(shell),
        start=start,
        end=end,
        kinds=lineage.KINDS,
        fitted=lineage.fitted,
        box=(lineage.WIDTH, lineage.HEIGHT),
        explore=explore,
        views=SavedViews(shell.state, shell.now).using(viewer.user, name) if explore else (),
    )


@pages.get("/{name}/sample")
def lately(request: Request, name: str) -> Response:
    """The figure by day over its last thirty days, within the viewer's scope; why not, where it cannot be told."""
    shell, viewer = shell_of(request), viewer_of(request)
    metric, failed, shown = shell.shop.catalog.metric(name), None, None
    try:
        shown = sample(shell.shop, metric, shell.today, viewer.scope, viewer.writer)
    except LinshuError as error:
        failed = error
    return render(request, f"{FOLDER}/parts/sample.html", metric=metric, shown=shown, failed=failed)


router = APIRouter(include_in_schema=False)
router.include_router(own_page.router)
router.include_router(pages)


def _titles(shell: Shell) -> dict[str, object]:
    return {domain.name: domain.title for domain in shell.domains}


def _leads_to(shell: Shell, feature: str, user: User) -> bool:
    """Whether there is such a feature, and the viewer may open it."""
    found = [one for domain in shell.domains for one in domain.features if one.name == feature]
    return any(allows(one, item, user) for one in found for item in one.menu)
