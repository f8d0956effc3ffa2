"""`linshu`: every command of the product, and the one place where errors become a plain line and an exit code."""

from __future__ import annotations

import json
import sys
import traceback
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linshu.app import call
from linshu.app.call import Call
from linshu.app.commands import (
    adoption,
    alert,
    ask,
    assistant,
    assortment,
    audit,
    batch,
    begin,
    bring,
    care,
    domain,
    events,
    forecast,
    jobs,
    losses,
    module,
    outside,
    people,
    privacy,
    push,
    quota,
    replenish,
    stay,
    stock,
    surge,
    target,
    todo,
    trace,
    view,
    work,
)
from linshu.app.misuse import misused
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import Sequence

REFUSED, MISUSED, INTERRUPTED = 1, 2, 130


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"linshu {version('linshu')}\n")
        raise typer.Exit


def tree() -> Any:
    """The whole command tree, as it is run and as the reference is written from."""
    app = typer.Typer(
        name="linshu",
        help="邻数：社区电商的经营系统 · Linshu runs a community-commerce company on one definition of every number.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    for part in (
        begin,
        bring,
        batch,
        ask,
        assistant,
        stay,
        trace,
        care,
        jobs,
        push,
        people,
        audit,
        view,
        quota,
        replenish,
        todo,
        target,
        assortment,
        stock,
        surge,
        forecast,
        privacy,
        alert,
        work,
        events,
        module,
        adoption,
        outside,
        losses,
    ):
        app.add_typer(part.app)
    for group in domain.groups():
        app.add_typer(group)
    command = typer.main.get_command(app)
    call.give_everywhere(command)
    domain.keep_shut(command)
    return command


def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 · print the version and exit")
    ] = False,
) -> None:
    """Take the options that stand before the command."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command line and leave with its exit code: 0 done, 1 failed or refused, 2 wrong use."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    state = Call()
    try:
        code = tree().main(args=list(arguments), prog_name="linshu", standalone_mode=False, obj=state)
    except LinshuError as error:
        return _refuse(error, state)
    except KeyboardInterrupt:
        return _tell("已中断 · interrupted", INTERRUPTED, state)
    except BrokenPipeError:
        return REFUSED
    except Exception as error:  # noqa: BLE001 the one place where every fault becomes a plain line
        return _unexpected(error, state)
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception, state: Call) -> int:
    """Wrong use is said in our own words; anything else is a fault of ours, told in one line."""
    if type(error).__name__ == "NoArgsIsHelpError":  # it has shown the help
        return MISUSED
    if hasattr(error, "exit_code") and hasattr(error, "show"):
        return _refuse(misused(error), state)
    if type(error).__name__ == "Abort":
        return _tell("已中断 · interrupted", INTERRUPTED, state)
    text = str(error).strip().splitlines()
    words = f"{type(error).__name__}: {text[0] if text else ''}"
    return _tell(f"程序出错：{words}。加 --debug 看细节 · internal error; see more with --debug", REFUSED, state)


def _refuse(error: LinshuError, state: Call) -> int:
    """One plain line on stderr; with --json its parts on stdout too, as the HTTP API names them."""
    language = state.language
    if state.as_json:
        parts = {"what": error.what, "where": error.where, "mend": error.mend}
        said = {"error": {name: part.say(language) for name, part in parts.items()}}
        print(json.dumps(said, ensure_ascii=False))  # noqa: T201 this is the terminal
    return _tell(error.say(language), error.exit_code, state)


def _tell(words: str, code: int, state: Call) -> int:
    if state.debug:
        traceback.print_exc()
    print(words, file=sys.stderr)  # noqa: T201 this is the terminal
    return code


if __name__ == "__main__":
    main()
