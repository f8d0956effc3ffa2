"""One call of the command line: which project, in which form to answer, where to show progress."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from linshu.app.answer import Answer
from linshu.app.calling_off import CallingOff
from linshu.app.opening import open_shop
from linshu.app.project import Project
from linshu.app.show import show
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from linshu.app.settings import Value
    from linshu.app.shop import Shop
    from linshu.kernel.text import Language

CALLED = Text(
    "正在取消，什么也不会留下……再按一次 Ctrl-C 立即停下。",
    "Calling it off, nothing of it stays ... Ctrl-C once more ends it at once.",
)
PROJECT_VARIABLE = "LINSHU_PROJECT"


@dataclass(slots=True)
class Call:
    """What --project, --json and --debug said, wherever on the line they stood."""

    folder: Path = Path()
    named: bool = False  # --project was said
    as_json: bool = False
    debug: bool = False
    person: str = ""  # the account that --as names
    flags: dict[str, Value | None] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        """The project the command is about."""
        return Project.open(self.folder, self.flags)

    @property
    def language(self) -> Language:
        """The project's language; Chinese where there is no project yet."""
        try:
            return self.project.settings.language
        except LinshuError:
            return "zh"

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """The project's shop: this process's own, or the running server's; the command need not know."""
        shop = open_shop(self.folder, self.flags, self.person)
        try:
            yield shop
        finally:
            shop.close()

    def show(self, answer: Answer) -> None:
        """Print an answer on stdout, as a table or as JSON."""
        show(answer, as_json=self.as_json, language=self.language)

    def show_rows(self, rows: Iterable[Mapping[str, Any]], **meta: Any) -> None:
        """Print plain rows on stdout."""
        self.show(Answer.of(rows, **meta))

    def say(self, text: Text) -> None:
        """Tell the person at the terminal something, on stderr, so that stdout holds the answer alone."""
        print(text.say(self.language), file=sys.stderr)  # noqa: T201 this is the terminal

    @contextmanager
    def importing(self, what: Text, interrupt: Callable[[int], None]) -> Iterator[Callable[[float, str], None]]:
        """The same for work that Ctrl-C calls off, so that nothing of it stays; `interrupt` is the shop's."""
        wish = CallingOff(interrupt)
        with wish.by_ctrl_c(lambda: self.say(CALLED)), self.progress(what) as watch:
            yield wish.watched(watch)

    @contextmanager
    def progress(self, what: Text) -> Iterator[Callable[[float, str], None]]:
        """A progress bar on stderr; the function given takes the fraction done (0 to 1) and a few words.

        Where nobody watches a terminal, a line at every tenth.
        """
        if not sys.stderr.isatty():
            yield _lines(what.say(self.language))
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        bar = Progress(
            *columns,
            TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        with bar:
            task = bar.add_task(what.say(self.language), total=1.0, words="")

            def move(fraction: float, words: str = "") -> None:
                bar.update(task, completed=fraction, words=words)

            yield move


def _lines(what: str) -> Callable[[float, str], None]:
    told = 0

    def move(fraction: float, words: str = "") -> None:
        nonlocal told
        if int(fraction * 10) > told:
            told = int(fraction * 10)
            print(f"{what} {told * 10:>3} % {words}", file=sys.stderr, flush=True)  # noqa: T201 this is the terminal

    return move


def of(ctx: typer.Context) -> Call:
    """The call a command belongs to."""
    root = ctx.find_root()
    if not isinstance(root.obj, Call):
        root.obj = Call()
    return root.obj


def _project(ctx: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        of(ctx).folder, of(ctx).named = value, True
    return value


def _as_json(ctx: typer.Context, value: bool) -> bool:
    of(ctx).as_json |= value
    return value


def _debug(ctx: typer.Context, value: bool) -> bool:
    of(ctx).debug |= value
    return value


def _person(ctx: typer.Context, value: str) -> str:
    of(ctx).person = value or of(ctx).person
    return value


def _everywhere(
    project: Annotated[
        Path | None,
        typer.Option(
            "--project", callback=_project, expose_value=False, envvar=PROJECT_VARIABLE, metavar="PATH",
            help="项目文件夹 · the project folder", show_default="当前文件夹",
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", callback=_as_json, expose_value=False, help='输出 {"rows": …, "meta": …} · print JSON'),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", callback=_debug, expose_value=False, help="出错时给出全部细节 · show the trace")
    ] = False,
    person: Annotated[
        str,
        typer.Option(
            "--as", callback=_person, expose_value=False, metavar="ACCOUNT",
            help="以谁的名义：只能看、只能做此人可以的；不给就是本机用户 · in whose name, within their rows and rights",
        ),
    ] = "",
) -> None:  # fmt: skip
    """Declare the options every command has."""


def give_everywhere(command: Any) -> None:
    """Add --project, --json and --debug to a command and to every command below it."""
    template = typer.Typer(add_completion=False)
    template.command()(_everywhere)
    options = [one for one in typer.main.get_command(template).params if one.name != "help"]
    _add(command, options)


def _add(command: Any, options: list[Any]) -> None:
    taken = {name for param in command.params for name in getattr(param, "opts", ())}
    command.params.extend(option for option in options if not taken & set(option.opts))
    for child in getattr(command, "commands", {}).values():
        _add(child, options)
