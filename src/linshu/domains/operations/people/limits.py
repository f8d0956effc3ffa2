"""The part of a form that says which rows somebody may see: found by name or pinyin, ticked, read back as a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from linshu.domains.operations.people.inputs import CHOICES, EVERYTHING, FOUND, choices, named
from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.pages import part
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from linshu.engine.shell.context import Shell

Limit = tuple[str, Text, bool, list[tuple[str, str]]]


def limits_of(shell: Shell, scope: Scope) -> list[Limit]:
    """Each attribute with its title, whether the scope limits it, and what it names."""
    limits = dict(scope.restrictions())
    return [
        (name, title, name in limits, named(shell, name, frozenset(limits.get(name, ()))))
        for name, (title, _, _) in CHOICES.items()
    ]


def found_for(request: Request, attribute: str, words: str, within: Scope = EVERYTHING) -> Response:
    """What a scope may name within another, found by name or pinyin; what is ticked already stays."""
    if attribute not in CHOICES:
        raise Misused(Text(f"没有范围 {attribute}", f"there is no scope {attribute}"), mend=nearest(attribute, CHOICES))
    ticked = frozenset(request.query_params.getlist(attribute))
    shell = shell_of(request)
    found = [] if not words.strip() else choices(shell, attribute, within).find(words, FOUND)
    html = part(
        request, "domains/operations/people/parts/choices.html", attribute=attribute,
        ticked=named(shell, attribute, ticked, within),
        found=[(one.key, one.title.zh) for one in found if one.key not in ticked], asked=words.strip(),
    )  # fmt: skip
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def scope_of(form: FormData) -> Scope:
    """The scope a filled-in form says; an attribute that is limited and names nothing shows nothing."""
    limited = {one for one in CHOICES if form.get(f"limit_{one}") == "only"}
    return Scope.only(**{one: [str(each) for each in form.getlist(one)] for one in limited})
