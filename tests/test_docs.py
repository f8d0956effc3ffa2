"""Documents never drift: everything declared is documented, the reference pages are current, the commands in README run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from linshu.app import reference
from linshu.app.cli import tree
from linshu.app.domains import DOMAINS, catalog
from linshu.app.settings import known
from linshu.engine.warehouse import models
from linshu.standard import TABLES
from linshu.standard.dictionary import DOCUMENT

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)[^)]*\)")


def page(name: str) -> str:
    return (reference.FOLDER / name).read_text("utf-8")


def blocks(document: str, language: str) -> list[str]:
    return [text for kind, text in FENCE.findall((ROOT / document).read_text("utf-8")) if kind == language]


def commands_of(document: str) -> list[list[str]]:
    lines = [line.partition("#")[0].split() for block in blocks(document, "sh") for line in block.splitlines()]
    return [line for line in lines if line]


# --- complete ---------------------------------------------------------------------------------------------------------


def test_the_reference_pages_are_current() -> None:
    assert reference.stale() == [], "run: make docs"


def test_a_page_that_lags_behind_is_noticed(tmp_path: Path) -> None:
    reference.write(tmp_path)
    assert reference.stale(tmp_path) == []
    (tmp_path / "settings.md").write_text("old", "utf-8")
    (tmp_path / "metrics.md").unlink()
    assert reference.stale(tmp_path) == ["metrics.md", "settings.md"]


def test_every_metric_and_dimension_is_documented_in_both_languages() -> None:
    text = page("metrics.md")
    for one in catalog().metrics.values():
        assert f"### `{one.name}`" in text
        assert all((one.definition.zh, one.definition.en, one.title.zh, one.title.en, one.owner))
    assert all(f"| `{one}` |" in text for one in catalog().dimensions)


def test_every_table_is_documented() -> None:
    dictionary = (ROOT / DOCUMENT).read_text("utf-8")
    assert [one.name for one in TABLES if f"`{one.name}`" not in dictionary] == []
    published = [one for domain in DOMAINS for one in models.load(domain.models)]
    missing = [
        one.name
        for one in published
        if not one.name.startswith("stg_") and f"### `{one.name}`" not in page("tables.md")
    ]
    assert missing == []
    assert all(one.grain and one.key and one.owner for one in published)


def test_every_command_is_documented() -> None:
    documented = set(re.findall(r"^## `(.*)`$", page("commands.md"), re.MULTILINE))
    assert documented == {name for name, _ in leaves(tree(), "linshu")}
    assert all(command.help and re.search("[a-z]", command.help) for _, command in leaves(tree(), "linshu"))


def test_every_setting_is_documented() -> None:
    assert [one.path for one in known() if f"`{one.variable}`" not in page("settings.md")] == []


def leaves(command: Any, name: str) -> list[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        return [(name, command)]
    return [found for child_name, child in children.items() for found in leaves(child, f"{name} {child_name}")]


# --- true -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        *READMES,
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/adr/README.md",
        "docs/guides/mappings.md",
        "docs/guides/mappings.zh-CN.md",
        "docs/guides/own-metrics.md",
        "docs/guides/own-metrics.zh-CN.md",
    ],
)
def test_every_link_leads_somewhere(document: str) -> None:
    place = (ROOT / document).parent
    links = [link for link in LINK.findall((ROOT / document).read_text("utf-8")) if "://" not in link]
    assert links
    assert [link for link in links if not (place / link).exists()] == []


@pytest.mark.parametrize("document", READMES)
def test_a_readme_is_one_page(document: str) -> None:
    assert len((ROOT / document).read_text("utf-8").splitlines()) <= 65


def test_both_readmes_give_the_same_commands() -> None:
    assert commands_of(READMES[0]) == commands_of(READMES[1])
    assert blocks(READMES[0], "python") == blocks(READMES[1], "python")


def test_make_knows_every_target_the_readme_names() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = [line[1] for line in commands_of("README.md") if line[0] == "make"]
    assert {"demo", "test"} <= set(targets)
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.MULTILINE)] == []
