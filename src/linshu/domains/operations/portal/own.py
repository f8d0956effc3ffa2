"""Whoever looks at pages of their own: which rows are theirs, figures within them, and the tabs they go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from linshu.engine.access.scope import Scope
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.pages import render
from linshu.engine.shell.polled import EVERY_SECONDS, polled
from linshu.engine.work import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from linshu.engine.shell.context import Shell, Viewer
    from linshu.kernel.text import Text

MOST_ROWS = 10_000  # of one list; a leader has dozens a day
FOLDER = "domains/operations/portal"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of somebody's pages."""

    path: str
    title: Text
    icon: str
    count: int = 0  # of what waits there


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a card shows it, with what it counts."""

    title: Text
    short: str
    full: str
    name: Text  # what the dictionary calls it
    help: Text


@dataclass(frozen=True, slots=True)
class Own:
    """The rows of one leader or supplier, as their pages ask for them."""

    shell: Shell
    viewer: Viewer
    scope: Scope
    bound: bool  # whether it is said whose rows these are

    @property
    def today(self) -> date:
        """The company day that runs now."""
        return self.shell.today

    def kept(self, what: tuple[Any, ...], make: Callable[[], Value]) -> Value:
        """What was computed for these rows at this state of the data, once for however many phones ask."""
        shop = self.shell.shop
        key = ("portal", *what, self.scope.digest(), self.today, shop.catalog.edition)
        return self.shell.parts.get(key, shop.data_version, make)

    def one(self, metrics: Iterable[str], start: date, end: date, **question: Any) -> Mapping[str, Any]:
        """Figures of a period: one row."""
        rows = self.many(metrics, start, end, **question)
        return rows[0] if rows else {}

    def many(self, metrics: Iterable[str], start: date, end: date, **question: Any) -> Sequence[Mapping[str, Any]]:
        """Figures of a period, cut as asked."""
        names = tuple(metrics)
        asked = (names, str(start), str(end), *sorted((name, str(value)) for name, value in question.items()))
        query = self.shell.shop.query
        return self.kept(asked, lambda: query(names, start=start, end=end, scope=self.scope, **question).rows())

    def rows(self, metric: str, start: date, end: date) -> Sequence[Mapping[str, Any]]:
        """The rows behind a figure, within the same scope as the figure."""
        read = self.shell.shop.rows
        return self.kept(
            ("rows", metric, str(start), str(end)),
            lambda: read(metric, start=start, end=end, scope=self.scope, limit=MOST_ROWS).rows,
        )

    def names(self, table: str, key: str, ids: Iterable[Any]) -> Mapping[str, str]:
        """What these are called; ids come from rows that are one's own."""
        wanted = sorted({str(one) for one in ids if one is not None})
        if not wanted:
            return {}
        places = ", ".join("?" for _ in wanted)
        sql = f"SELECT {key} AS id, name FROM {table} WHERE {key} IN ({places})"
        found = self.shell.shop.read(sql, wanted).to_pylist()
        return {row["id"]: row["name"] or row["id"] for row in found}

    def figure(self, name: str, value: Any, title: Text) -> Figure:
        """A figure under a plain title, with the definition of the dictionary."""
        metric, writer = self.shell.shop.catalog.metric(name), self.viewer.writer
        return Figure(
            title, writer.short(value, metric.unit), writer.full(value, metric.unit), metric.title, metric.definition
        )


def own(request: Request, attributes: Iterable[str]) -> Own:
    """The viewer's own rows; whoever is bound to none of these attributes sees nothing at all, not everything."""
    shell, viewer = shell_of(request), viewer_of(request)
    bound = any(getattr(viewer.scope, name) is not None for name in attributes)
    nothing = Scope.only(**dict.fromkeys(attributes, ()))
    return Own(shell, viewer, viewer.scope if bound else viewer.scope.both(nothing), bound)


def waiting(request: Request) -> int:
    """How many work orders wait for this viewer."""
    _, total = work_book_of(request).page(Wanted(owners=(viewer_of(request).user.account,), limit=1))
    return total


def show(
    request: Request, template: str, tabs: Iterable[Tab], mine: Own, *, polls: bool = False, **values: Any
) -> Response:
    """A page under these tabs; one that polls costs nothing while nothing changed."""
    found = tuple(tabs)
    path = request.url.path
    here = max((one.path for one in found if path == one.path or path.startswith(one.path + "/")), key=len, default="")
    more: dict[str, Any] = {"polls": EVERY_SECONDS} if polls else {}
    page = render(
        request, f"{FOLDER}/{template}", tabs=found, here_tab=here, mine=mine, base=found[0].path, **more, **values
    )
    return polled(request, page) if polls else page
