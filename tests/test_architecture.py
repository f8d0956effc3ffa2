"""The shape of the code: imports run down only, SQL reads only what was published, nothing outgrows a reader."""

from __future__ import annotations

import ast
import copy
import re
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest
import sqlglot
from importlinter.application.use_cases import _register_contract_types, read_user_options
from importlinter.configuration import configure
from importlinter.domain.contract import Contract, registry
from sqlglot import exp

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "linshu"
LONGEST_FILE, LONGEST_FUNCTION = 600, 60

configure()


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("linshu", include_external_packages=True, cache_dir=None)


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    options = read_user_options(str(ROOT / "pyproject.toml"))
    _register_contract_types(options)
    made = {}
    for number, contract in enumerate(options.contracts_options):
        kind = registry.get_contract_class(contract["type"])
        made[contract["name"]] = kind(
            name=contract["name"],
            session_options=options.session_options,
            contract_options={**contract, "id": str(number)},
        )
    return made


def kept(contract: Contract, graph: grimp.ImportGraph) -> bool:
    return contract.check(graph=copy.deepcopy(graph), verbose=False).kept


def planted(graph: grimp.ImportGraph, importer: str, imported: str) -> grimp.ImportGraph:
    """The same code with one more import in it; modules that do not exist yet appear."""
    changed = copy.deepcopy(graph)
    for module in (importer, imported):
        parts = module.split(".")
        if parts[0] != "linshu":
            if module not in changed.modules:
                changed.add_module(module, is_squashed=True)
            continue
        for depth in range(1, len(parts) + 1):
            changed.add_module(".".join(parts[:depth]))
    changed.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")
    return changed


VIOLATIONS = [
    ("The layers of linshu: imports run down only", "linshu.kernel.money", "linshu.engine.warehouse.engine"),
    ("The layers of linshu: imports run down only", "linshu.domains.supply.models", "linshu.connectors.files"),
    ("The layers of linshu: imports run down only", "linshu.standard.people", "linshu.app.settings"),
    ("The layers of linshu.engine", "linshu.engine.warehouse.engine", "linshu.engine.metrics.query"),
    ("The layers of linshu.engine", "linshu.engine.vault.seal", "linshu.engine.state.database"),
    ("The layers of linshu.engine", "linshu.engine.intake.land", "linshu.engine.shell.feature"),
    (
        "Domains never import one another: they meet in published tables",
        "linshu.domains.finance.profit.flow",
        "linshu.domains.supply.cost.decide",
    ),
    (
        "A feature reads downwards: page | command > flow > inputs > decide",
        "linshu.domains.supply.replenishment.decide",
        "linshu.domains.supply.replenishment.inputs",
    ),
    (
        "A feature reads downwards: page | command > flow > inputs > decide",
        "linshu.domains.supply.replenishment.page",
        "linshu.domains.supply.replenishment.command",
    ),
    ("The kernel is pure", "linshu.kernel.money", "duckdb"),
    ("Every decide is pure", "linshu.domains.supply.replenishment.decide", "sqlalchemy"),
    ("Every decide is pure", "linshu.domains.supply.replenishment.decide", "linshu.engine.warehouse.engine"),
    ("A server does not carry the simulation with it", "linshu.app.serving", "linshu.twin.config"),
    ("Nobody who decides may look at the truth of the twin", "linshu.app.demo", "linshu.twin.truth"),
    ("Nobody who decides may look at the truth of the twin", "linshu.domains.growth.churn.decide", "linshu.twin.truth"),
]


def test_every_contract_holds(graph: grimp.ImportGraph, contracts: dict[str, Contract]) -> None:
    assert [name for name, contract in contracts.items() if not kept(contract, graph)] == []


@pytest.mark.parametrize(("name", "importer", "imported"), VIOLATIONS, ids=lambda value: value.removeprefix("linshu."))
def test_a_planted_violation_is_caught(
    graph: grimp.ImportGraph, contracts: dict[str, Contract], name: str, importer: str, imported: str
) -> None:
    assert not kept(contracts[name], planted(graph, importer, imported))


def test_a_cycle_between_neighbours_is_caught(graph: grimp.ImportGraph, contracts: dict[str, Contract]) -> None:
    there = planted(graph, "linshu.kernel.one", "linshu.kernel.two")
    assert kept(contracts["No cycles between neighbours"], there)
    assert not kept(contracts["No cycles between neighbours"], planted(there, "linshu.kernel.two", "linshu.kernel.one"))


@pytest.mark.parametrize("place", ["linshu.surprise", "linshu.engine.surprise"])
def test_a_new_layer_must_be_declared(graph: grimp.ImportGraph, contracts: dict[str, Contract], place: str) -> None:
    changed = copy.deepcopy(graph)
    changed.add_module(place)
    name = "The layers of linshu.engine" if "engine" in place else "The layers of linshu: imports run down only"
    assert not kept(contracts[name], changed)


def test_every_contract_was_shown_to_catch_something(contracts: dict[str, Contract]) -> None:
    assert set(contracts) == {name for name, _, _ in VIOLATIONS} | {"No cycles between neighbours"}


# --- SQL: a domain reads the standard in its own stg_, and of others only what they published -----------------------

MODELS = sorted(SRC.glob("domains/*/models/*.sql"))


def foreign_tables(domain: str, name: str, sql: str, owners: dict[str, str]) -> list[str]:
    """The tables this model may not read: std outside stg_, another domain's stg_, anything unknown."""
    query = sqlglot.parse_one(sql, read="duckdb")
    own = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    wrong = []
    for table in query.find_all(exp.Table):
        schema, read = table.db, table.name
        if not read or (not schema and read in own):
            continue
        staging = name.startswith("stg_") and schema == "std"
        published = read.startswith(("dim_", "fct_", "agg_", "rollup_")) and read in owners
        mine = read.startswith("stg_") and owners.get(read) == domain
        if not (staging or (schema in {"", "mart"} and (published or mine))):
            wrong.append(table.sql())
    return wrong


def owners_of_models() -> dict[str, str]:
    return {path.stem: path.parent.parent.name for path in MODELS}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_reads_only_what_was_published(path: Path) -> None:
    assert foreign_tables(path.parent.parent.name, path.stem, path.read_text("utf-8"), owners_of_models()) == []


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("fct_profit", "SELECT * FROM std.orders"),
        ("fct_profit", "SELECT * FROM stg_stock"),
        ("fct_profit", "WITH a AS (SELECT 1) SELECT * FROM a JOIN unknown_table USING (x)"),
    ],
)
def test_a_model_that_reads_too_much_is_caught(name: str, sql: str) -> None:
    assert foreign_tables("finance", name, sql, {"stg_stock": "supply", "fct_profit": "finance"}) != []


def test_model_names_are_unique_over_domains() -> None:
    assert len(owners_of_models()) == len(MODELS)


# --- Size -----------------------------------------------------------------------------------------------------------

PYTHON = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def long_functions(path: Path) -> list[str]:
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for node in functions
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def test_no_file_outgrows_its_reader() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in PYTHON}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_outgrows_its_reader() -> None:
    assert [name for path in PYTHON for name in long_functions(path)] == []


def test_every_module_says_its_purpose() -> None:
    silent = [str(path.relative_to(ROOT)) for path in PYTHON if not ast.get_docstring(tree_of(path))]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "manager", "misc"}
    assert [str(path) for path in PYTHON if path.stem in vague or vague & set(path.relative_to(SRC).parts)] == []


def test_python_is_new_enough() -> None:
    assert sys.version_info >= (3, 11)


SILENCED = re.compile(r"#\s*(?:noqa|type: ignore)\b(?P<codes>: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|\[[a-z, -]+\])?(?P<why>.*)")


def test_whatever_silences_a_check_names_it_and_says_why() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (*SRC.rglob("*.py"), *(ROOT / "scripts").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for found in [SILENCED.search(line)]
        if found and not (found["codes"] and found["why"].strip(" -#"))
    ]
    assert bare == []
