"""The page on which one person's phone, name and address are shown, for a reason that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from linshu.domains.operations.privacy.file import as_file
from linshu.domains.operations.privacy.flow import PrivacyDesk, whom_of
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.shell.persons import Said

REVEALS = Depends(needs("personal.reveal"))
router = APIRouter(prefix="/admin/reveal", include_in_schema=False, dependencies=[REVEALS])
PAGE = "domains/operations/privacy/reveal.html"
TITLE = Text("查看原文", "Reveal")
TABLES = {
    "member": Text("会员", "Member"), "orders": Text("订单", "Order"), "leader": Text("团长", "Leader"),
    "supplier": Text("供应商", "Supplier"), "courier": Text("配送员", "Courier"), "staff": Text("员工", "Staff"),
    "payee_account": Text("收款账户", "Payee account"), "invoice": Text("发票", "Invoice"),
}  # fmt: skip


@router.get("")
def reveal(request: Request, whom: str = "") -> Response:
    """Whom one wants to see, and what of them is masked; nothing is opened yet."""
    return _page(request, whom.strip())


@router.post("", dependencies=[REVEALS])
async def opened(request: Request) -> Response:
    """The values as they are, once: written down with the reason before they are opened."""
    form = await request.form()
    whom = f"{form.get('table', '')}:{str(form.get('key', '')).strip()}"
    columns = tuple(str(one) for one in form.getlist("field"))
    return await run_in_threadpool(_page, request, whom, columns, str(form.get("why", "")), opens=True)


def _page(
    request: Request, written: str, columns: tuple[str, ...] = (), why: str = "", *, opens: bool = False
) -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    desk = PrivacyDesk(shell.state, shell.shop.persons, shell.now, as_file)
    masked: tuple[Said, ...] = ()
    shown: tuple[Said, ...] = ()
    error: LinshuError | None = None
    table, _, key = written.partition(":")
    try:
        if written and key:
            whom = whom_of(written)
            desk.within(whom, viewer.scope)
            masked = desk.persons.masked(whom)
            if opens:
                shown = desk.reveal(actor_of(request), viewer.scope, whom, why, columns)
    except LinshuError as refused:
        error = refused
    return render(
        request, PAGE, status=error.status if error else 200, error=error, tables=TABLES,
        table=table if table in TABLES else "member", key=key, masked=masked, opened=shown, why=why,
        chosen=columns or tuple(one.column for one in masked), per_hour=desk.persons.rules.reveals_per_hour,
    )  # fmt: skip
