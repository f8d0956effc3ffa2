"""One group of commands per field of the business: its figures, its tables, and what its features offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.engine.warehouse import models

if TYPE_CHECKING:
    from collections.abc import Iterator

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
