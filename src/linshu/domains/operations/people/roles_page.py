"""The pages of roles: the matrix of what each allows, and roles of the company's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.people.page import keeper
from linshu.engine.access.permissions import NOUNS, PERMISSIONS
from linshu.engine.access.roles import BUILT_IN, ROLES
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError

router = APIRouter(prefix="/admin/roles", include_in_schema=False, dependencies=[Depends(needs("roles.manage"))])
PAGE = "domains/operations/people/roles.html"
Word = Annotated[str, Form()]


@router.get("")
def roles(request: Request, edit: str = "") -> Response:
    """Every role with what it allows; the form holds the one to be changed, or a new one."""
    return _page(request, edit)


@router.post("", dependencies=[Depends(needs("roles.manage"))])
def keep(
    request: Request,
    name: Word = "",
    title: Word = "",
    base: Word = "operator",
    permission: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Keeps a role of the company's own, new or changed."""
    try:
        keeper(request).keep_role(name, title, base, permission or ())
    except LinshuError as error:
        return _page(request, name, error)
    return RedirectResponse("/admin/roles", status_code=303)


@router.post("/remove", dependencies=[Depends(needs("roles.manage"))])
def remove(request: Request, name: Word = "") -> Response:
    """Takes a role away that nobody has."""
    try:
        keeper(request).drop_role(name)
    except LinshuError as error:
        return _page(request, "", error)
    return RedirectResponse("/admin/roles", status_code=303)


def _page(request: Request, edit: str = "", error: LinshuError | None = None) -> Response:
    there = shell_of(request).roles.all()
    edited = next((one for one in there if one.name == edit and one.name not in BUILT_IN), None)
    return render(
        request, PAGE, status=error.status if error else 200, error=error, roles=there, built_in=BUILT_IN, bases=ROLES,
        nouns=NOUNS, permissions=PERMISSIONS, edited=edited,
    )  # fmt: skip
