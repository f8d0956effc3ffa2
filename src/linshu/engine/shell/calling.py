"""What the command of a feature works with: the project's data, and a way to answer on the terminal or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    import typer

    from linshu.kernel.text import Text


class Call(Protocol):
    """One call of the command line; --project, --json and --debug are read already."""

    def shop(self) -> AbstractContextManager[Any]:
        """The project's shop (see `linshu.open`), this process's own or the running server's."""
        ...

    def show(self, answer: Any) -> None:
        """Print what the shop answered."""
        ...

    def show_rows(self, rows: Iterable[Mapping[str, Any]], **meta: Any) -> None:
        """Print plain rows."""
        ...

    def say(self, text: Text) -> None:
        """Tell the person at the terminal something beside the answer."""
        ...


def call_of(ctx: typer.Context) -> Call:
    """The call a command belongs to."""
    return cast("Call", ctx.find_root().obj)
