"""One group of commands per field of the business: its figures, its tables, and what its features offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.app.states import open_state
from linshu.engine.shell.modules import Modules, is_off
from linshu.engine.warehouse import models
from linshu.kernel.errors import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.call import Call
    from linshu.engine.shell.feature import Domain


def groups() -> Iterator[typer.Typer]:
    """The groups, in the order of the menu."""
    for domain in DOMAINS:
        yield _group(domain)


def _group(domain: Domain) -> typer.Typer:
    group = typer.Typer(name=domain.name, help=f"{domain.title.zh} · {domain.title.en}", no_args_is_help=True)

    def metrics(ctx: typer.Context) -> None:
        """这一块的指标 · The figures of this field."""
        call.of(ctx).show(
            Answer.of(
                {"metric": one.name, "title": one.title.zh, "title_en": one.title.en, "unit": str(one.unit),
                 "definition": one.definition.zh}
                for one in domain.metrics
            )
        )  # fmt: skip

    def tables(ctx: typer.Context) -> None:
        """这一块发布的表 · The tables this field publishes."""
        found = models.load(domain.models) if domain.models else ()
        call.of(ctx).show(
            Answer.of(
                {"table": one.name, "grain": one.grain, "key": ", ".join(one.key), "owner": one.owner} for one in found
            )
        )

    group.command("metrics")(metrics)
    group.command("tables")(tables)
    for feature in domain.features:
        if feature.commands is not None:
            group.add_typer(feature.commands, name=feature.name)
    return group


def keep_shut(command: Any) -> None:
    """Has every command of a module refuse while the project has the module switched off."""
    for domain in DOMAINS:
        if domain.optional:
            _guard(command.commands[domain.name], domain)


def _guard(command: Any, domain: Domain) -> None:
    for child in getattr(command, "commands", {}).values():
        _guard(child, domain)
    if getattr(command, "commands", None):
        return
    invoke = command.invoke

    def guarded(ctx: typer.Context) -> Any:
        _check(call.of(ctx), domain)
        return invoke(ctx)

    command.invoke = guarded


def _check(this: Call, domain: Domain) -> None:
    try:
        project = this.project
    except Missing:  # outside a project the dictionary can be read all the same
        return
    with open_state(project) as state:
        if domain.name in Modules(state, DOMAINS).off:
            raise is_off(domain)
