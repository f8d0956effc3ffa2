"""Try a policy of ordering before anybody orders by it: sliders, the last weeks lived again, and a button to set it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.supply.replenish.flow import NAME
from linshu.domains.supply.whatif import view
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import Forbidden, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.decisions import Policy

router = APIRouter(prefix="/what-if", include_in_schema=False, dependencies=[Depends(needs("proposals.decide"))])
FOLDER = "domains/supply/whatif"
WAREHOUSES = (
    "SELECT warehouse_id, coalesce(name, warehouse_id) AS name FROM dim_warehouse WHERE parent_id IS NULL ORDER BY name"
)


def _policy(request: Request) -> Policy:
    return shell_of(request).ledger.policies.current(NAME)


def _whole(request: Request) -> None:
    """The weeks are those of the whole company; who sees a part of it may not see this."""
    if viewer_of(request).scope.restrictions():
        raise Forbidden(
            Text(
                "先试再订用的是全公司的数据，您只能看一部分",
                "what-if uses the data of the whole company; you see a part of it",
            ),
            mend=Text("请总部的采购来试。", "Ask a buyer of the whole company."),
        )


@router.get("")
def whatif(request: Request) -> Response:
    """The sliders; what comes out is fetched by itself, it takes some seconds."""
    _whole(request)
    shell = shell_of(request)
    asked = view.asked_of(request.query_params, _policy(request))
    return render(
        request,
        f"{FOLDER}/page.html",
        asked=asked,
        sliders=view.SLIDERS,
        warehouses=[(row["warehouse_id"], row["name"]) for row in shell.shop.read(WAREHOUSES).to_pylist()],
        changes=view.changes(asked),
        why=request.query_params.get("why", ""),
        may=viewer_of(request).may("proposals.policy"),
        order="/work/new?"
        + urlencode(view.order(asked, _policy(request), request.query_params.get("why", ""), viewer_of(request).say)),
    )


def _answer(request: Request) -> tuple[view.Answer | None, view.Asked]:
    """What came out for the sliders in the address, lived once for whoever asks the same."""
    _whole(request)
    shell, policy = shell_of(request), _policy(request)
    asked = view.asked_of(request.query_params, policy)
    key = ("what-if", shell.today, policy.version, asked.address())
    found: view.Answer | None = shell.parts.get(
        key, shell.shop.data_version, lambda: view.answer(shell.shop, shell.today, policy, asked)
    )
    return found, asked


@router.get("/answer")
def answer(request: Request) -> Response:
    """The weeks lived again under the policy in force, the one tried, and the rule used before."""
    viewer = viewer_of(request)
    found, asked = _answer(request)
    return render(
        request,
        f"{FOLDER}/parts/answer.html",
        answer=found,
        query=asked.address(),
        chart=view.chart(found, viewer.writer) if found else None,
        learned=view.learned(found, asked, viewer.writer) if found else None,
        FEN=Unit.FEN,
        RATIO=Unit.RATIO,
        DAYS=Unit.DAYS,
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The policies side by side as a file, each figure with its interval."""
    found, asked = _answer(request)
    if found is None:
        raise Missing(Text("还没有可以重过的历史", "there is no history to live again"))
    viewer = viewer_of(request)
    return download(view.sheet(found, asked, viewer.writer), form, f"what-if-{shell_of(request).today}", viewer.writer)


@router.post("", dependencies=[Depends(needs("proposals.policy"))])
async def set_policy(request: Request) -> Response:
    """The policy tried becomes the next version of the policy of ordering, with its reason; the day's orders follow it."""
    _whole(request)
    form = await request.form()
    asked = view.asked_of({name: str(value) for name, value in form.items() if name in view.NAMES}, _policy(request))
    now = _policy(request).own
    wanted = {name: value for name, value in view.changes(asked).items() if f"{now[name]:.10g}" != value}
    if wanted:
        shell_of(request).ledger.policies.change(actor_of(request), NAME, wanted, str(form.get("why", "")))
    return RedirectResponse("/inbox/policy/replenish", status_code=303)
