"""Prints a page: template, viewer's language and figures' writer joined, nothing computed here."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, pass_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from starlette.responses import HTMLResponse

from linshu.engine.shell.context import shell_of
from linshu.engine.shell.language import translations
from linshu.engine.shell.making import making
from linshu.engine.shell.menu import current, menu
from linshu.engine.shell.stale import freshness
from linshu.engine.shell.visits import page_of
from linshu.kernel.one import agreed
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2.runtime import Context
    from starlette.requests import Request

    from linshu.engine.shell.menu import MenuGroup
    from linshu.kernel.text import Language

# What scripts say; they hold no words of their own.
SCRIPT_WORDS = {
    "lost": Text("连接中断，正在重连", "Connection lost, reconnecting"),
    "live": Text("实时", "Live"),
    "waiting": Text("已连接，等待新订单", "Connected, waiting for orders"),
    "month": Text("月份", "Month"),
    "year": Text("年份", "Year"),
    "quiet": Text("一分钟没有新数据", "No new data for a minute"),
    "stale": Text(
        "数据变了，这里还是之前的数；稍后会再取", "Data changed; these are the figures before it, asked again soon"
    ),
}
FIRST_STEPS = "/first-steps"
NAMING = frozenset({"number", "seq", "version"})  # whole numbers in words that count nothing
# The pages that say themselves how a company without data begins, and those on which it does.
SAYS_SO_ITSELF = frozenset({"/overview", "/explore", "/data", "/data/upload", "/data/batches", "/data/quality"})
ICONS = "/static/vendor/tabler-icons-3.51.0/icons.svg"
TEMPLATES = Path(__file__).parent / "templates"
PACKAGE = Path(__file__).parents[
    2
]  # a feature's page.html lies beside its page.py: "domains/insight/overview/page.html"


@cache
def environment(language: Language) -> Environment:
    """The templates in one language; an unknown name in a template is an error, not an empty place."""
    made = _Templates(
        loader=FileSystemLoader([TEMPLATES, PACKAGE]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # style and scripts are read once too; a page would look at the times of seventy files
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined] # of the i18n extension
    known = made.globals["gettext"] if language == "zh" else _agreeing(made.globals["gettext"])
    made.globals["gettext"] = made.globals["_"] = _counting(known)
    made.fixed = {"icon": icon, "_": partial(_fixed, language)}

    def say(text: Text) -> str:
        return text.say(language)

    made.filters["say"] = say
    made.filters["data"] = as_data
    made.globals["icon"] = icon
    return made


class _Templates(Environment):
    """Templates whose icons, and words without figures, are printed once, as they are read: a page has some hundred."""

    fixed: Mapping[str, Callable[[str], Markup]]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Fixing(self.fixed).visit(source), name, filename, defer_init)


class _Fixing(NodeTransformer):
    """Puts what a call with nothing but a fixed text gives in its place."""

    def __init__(self, fixed: Mapping[str, Callable[[str], Markup]]) -> None:
        self.fixed = fixed

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - as visitors name it
        self.generic_visit(call)
        named = call.node.name if isinstance(call.node, nodes.Name) else ""
        given = [one.value for one in call.args if isinstance(one, nodes.Const)]
        alone = len(call.args) == 1 == len(given) and not (call.kwargs or call.dyn_args or call.dyn_kwargs)
        return nodes.Const(self.fixed[named](given[0]), lineno=call.lineno) if alone and named in self.fixed else call


def _fixed(language: Language, words: str) -> Markup:
    """Words without figures in a language, as `gettext` of the templates gives them."""
    said = Markup(translations(language).gettext(words)) % {}  # noqa: S704 - of our own catalogue
    return said if language == "zh" else Markup(agreed(said))  # noqa: S704 - safe before, and safe still


@cache
def icon(name: str) -> Markup:
    """A small picture; a page shows some hundred of few kinds."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(ICONS, name)


def _counting(gettext: Any) -> Any:
    """The same lookup of words, with the thousands of counts marked; what only numbers a thing stays as it is."""

    @pass_context
    def found(context: Context, words: str, /, **values: Any) -> Any:
        said = {name: f"{one:,}" if type(one) is int and name not in NAMING else one for name, one in values.items()}
        return gettext(context, words, **said)

    return found


def _agreeing(gettext: Any) -> Any:
    """The same lookup of words, with nouns in agreement where a figure is one."""

    @pass_context
    def found(context: Context, words: str, /, **values: Any) -> Any:
        said = gettext(context, words, **values)
        # Only whole words that stand in a list are changed, so that what was safe stays safe.
        return Markup(agreed(said)) if isinstance(said, Markup) else agreed(said)  # noqa: S704 - safe before, and safe still

    return found


def as_data(value: object) -> Markup:
    """A value as JSON for a <script type="application/json">, safe whatever the value contains."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    # The only ways out of a script element; in JSON strings these escapes mean the same characters.
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped right here


def render(request: Request, template: str, *, status: int = 200, again: bool = False, **values: Any) -> HTMLResponse:
    """The page as HTML, in the language of the request; `again`: it tells of nothing but the data, the state and the days."""
    values = {**shared(request), **values}
    text = environment(request.state.language).get_template(template).render(**values)
    if request.method == "GET" and status == 200:
        count(request, values.get("here_tab") or values["here"])
    if again:
        request.state.kept_as = values["here"]
    headers = {"Cache-Control": "no-store", "Vary": "HX-Request"}
    return HTMLResponse(text, status_code=status, headers=headers)


def count(request: Request, here: str) -> None:
    """Counts that a person opened a page; not programs, nor who looks at another's pages, nor what a page asks for."""
    viewer = getattr(request.state, "viewer", None)
    asks_anew = request.headers.get("sec-fetch-dest") == "empty"
    if viewer is None or viewer.by_token or viewer.real is not None or asks_anew or is_partial(request):
        return
    shell = shell_of(request)
    if page := page_of(request.url.path, here):
        shell.visits.note(viewer.user.user_id, page, shell.today)


def part(request: Request, template: str, **values: Any) -> str:
    """A part of a page as HTML text; may be kept and shown to others, so it knows language and figures but no viewer."""
    language: Language = request.state.language
    common = {"asset": shell_of(request).assets.url, "language": language}
    return environment(language).get_template(template).render(**common, **values)


def shared(request: Request) -> dict[str, Any]:
    """What every template may use."""
    shell, viewer = shell_of(request), getattr(request.state, "viewer", None)
    groups = menu(shell.active, viewer.user) if viewer else ()
    here, back = current(groups, request.url.path), _without_language(request)
    return {
        "request": request,
        "company": shell.settings.company,
        "settings": shell.settings,
        "viewer": viewer,
        "language": request.state.language,
        "nonce": request.state.nonce,
        "asset": shell.assets.url,
        "menu": partial(_menu, request, groups, here),
        "here": here,
        "first_steps": _offers_steps(groups, request.url.path),
        "csrf": viewer.csrf if viewer else "",
        "partial": is_partial(request),
        "back": back,
        "otherwise": f"{back}{'&' if '?' in back else '?'}lang={'en' if request.state.language == 'zh' else 'zh'}",
        "role_title": viewer.user.job.title if viewer else None,
        "words": {key: text.say(request.state.language) for key, text in SCRIPT_WORDS.items()},
        "making_of": lambda *kinds: making(shell, kinds),
        "freshness": freshness(shell.shop.data_as_of, shell.now(), shell.settings.day) if viewer else None,
        "no_data": viewer is not None and here not in SAYS_SO_ITSELF and shell.shop.data_as_of is None,
    }


def _without_language(request: Request) -> str:
    """Path and query of the page asked for, but for the language chosen there."""
    url = request.url.remove_query_params("lang") if "lang" in request.query_params else request.url
    return f"{url.path}?{url.query}" if url.query else url.path


def _menu(request: Request, groups: tuple[MenuGroup, ...], here: str) -> Markup:
    """The side menu, printed once for all who see the same entries from the same page."""
    make = partial(part, request, "parts/menu.html", groups=groups, here=here)
    return Markup(shell_of(request).parts.get(("menu", groups, here, request.state.language), 0, make))  # noqa: S704 - our own


def _offers_steps(groups: Sequence[MenuGroup], path: str) -> bool:
    """Whether this is the page a role begins with, and there are first tasks to offer on it."""
    items = [item for group in groups for item in group.items]
    return bool(items) and items[0].path == path and any(item.path == FIRST_STEPS for item in items)


def is_partial(request: Request) -> bool:
    """Whether HTMX asks for a part of the page, not the browser for the whole."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"
