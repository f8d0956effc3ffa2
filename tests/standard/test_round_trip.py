"""A template that was filled in is imported as it is, and what stands in the store is what was written."""

from __future__ import annotations

import pytest

from linshu.connectors.files.opening import open_file, peek
from linshu.connectors.files.template import guess, template_mapping
from linshu.engine.intake import Intake
from linshu.engine.intake.mapping import FileForm
from linshu.engine.vault import KeyFile, Vault
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.schema import stored_columns
from linshu.kernel.table import Privacy
from linshu.standard import TABLES
from linshu.standard.template import NOTES_SHEET, sheet_name, write_template


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("templates") / "standard.xlsx"
    write_template(TABLES, path, filled=True)
    return path


@pytest.fixture(scope="module")
def intake(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    with Vault.open(folder / "vault", KeyFile.fresh()) as vault:
        yield Intake(folder / "landing", DuckWarehouse.open(":memory:", threads=1), vault, TABLES)


@pytest.mark.slow
def test_the_headings_of_every_sheet_tell_its_table(filled):
    sheets = peek(filled)
    for table in TABLES:
        assert guess(sheets[sheet_name(table)], TABLES) is table
    assert guess(sheets.get(NOTES_SHEET, ()), TABLES) is None


@pytest.mark.slow
@pytest.mark.parametrize("declared", TABLES, ids=lambda each: each.name)
def test_a_filled_template_arrives_whole(declared, tmp_path, intake):
    write_template([declared], tmp_path / "standard.xlsx", filled=True)
    form = FileForm(sheet=sheet_name(declared))
    incoming = open_file(tmp_path / "standard.xlsx", form)
    receipt = intake.land_and_merge(incoming, template_mapping(declared, incoming.columns, sheet=form.sheet))
    said = intake.warehouse.query(
        "SELECT original, zh FROM meta.quarantine WHERE landing_id = $1", [receipt.landing_id]
    )
    waiting = declared.name.endswith("_line") and receipt.waiting
    assert (receipt.good + bool(waiting), receipt.bad) == (1, 0), said.to_pylist()
    if waiting:
        return
    (stored,) = intake.warehouse.query(f"SELECT * FROM std.{declared.name}").to_pylist()
    kinds = {each.name: each.sql_type for each in stored_columns(declared)}
    for column in declared.columns:
        if column.privacy is Privacy.SENSITIVE:
            assert column.example not in str(stored)
            assert intake.sealer.reveal(declared.name, column.name, stored[column.name]) == column.example
        else:
            cast = f"SELECT CAST($1 AS {kinds[column.name]}) AS example"
            expected = intake.warehouse.query(cast, [column.example])["example"][0].as_py()
            assert stored[column.name] == expected, column.name
