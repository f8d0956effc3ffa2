"""Backups: complete, verified, restorable to the same tables; a damaged one is refused; the key is never inside."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from tests.app.sample import things, write_files

from linshu.app.backup import back_up, restore, upgrade, verify
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.engine.access.users import Users
from linshu.kernel.errors import Conflict, Invalid, Missing

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    with LocalShop.open(project) as shop:
        shop.bringing.intake.land_rows("test", things())
        for file in write_files(tmp_path / "files"):
            shop.import_file(file)
    with open_state(project) as state:
        Users(state).add("boss", "老板", "admin", "four unrelated words")
    (project.mappings / "mine.yaml").write_text("source: mine\n", "utf-8")
    return project


def test_a_restored_project_holds_the_same(filled: Project, tmp_path: Path) -> None:
    told = back_up(filled, tmp_path / "b.tar").rows[0]
    assert told["verified"]
    assert restore(tmp_path / "b.tar", tmp_path / "again").rows[0]["verified"]
    copy = Project.open(tmp_path / "again")
    with LocalShop.open(filled) as one, LocalShop.open(copy) as other:
        assert one.fingerprint() == other.fingerprint()
        assert other.query("gmv").rows == [{"gmv": 6500}]
        token = other.warehouse.query("SELECT receiver_phone FROM std.orders WHERE order_id = 'O1'").to_pylist()[0]
        assert other.bringing.vault.reveal("orders", "receiver_phone", token["receiver_phone"]).endswith("13812345678")
    with open_state(copy) as state:
        assert [one.account for one in Users(state).all()] == ["boss"]
    assert (copy.mappings / "mine.yaml").read_text("utf-8") == "source: mine\n"


def test_neither_key_nor_phone_is_inside(filled: Project, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "b.tar")
    key = filled.make_key()
    assert key is not None
    content = (tmp_path / "b.tar").read_bytes()
    assert all(word.encode() not in content for word in key.read_text().split()[1:])
    assert b"13812345678" not in content


def test_nothing_is_overwritten(filled: Project, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(Conflict):
        back_up(filled, tmp_path / "b.tar")
    (tmp_path / "b.tar").unlink()
    back_up(filled, tmp_path / "b.tar")
    with pytest.raises(Conflict):
        restore(tmp_path / "b.tar", filled.folder)


def test_a_damaged_backup_is_refused(filled: Project, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "b.tar")
    content = bytearray((tmp_path / "b.tar").read_bytes())
    with tarfile.open(tmp_path / "b.tar") as archive:
        part = next(one for one in archive.getmembers() if one.name.endswith(".parquet"))
    content[part.offset_data + part.size // 2] ^= 1
    (tmp_path / "bad.tar").write_bytes(content)
    with pytest.raises(Invalid, match="parquet"):
        restore(tmp_path / "bad.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    (tmp_path / "short.tar").write_bytes(content[: len(content) // 2])
    with pytest.raises(Invalid):
        verify(tmp_path / "short.tar")
    with pytest.raises(Missing):
        verify(tmp_path / "none.tar")


def test_an_upgrade_backs_up_first_and_rebuilds(filled: Project, tmp_path: Path) -> None:
    with LocalShop.open(filled) as shop:
        before = shop.fingerprint()
    edition = filled.data / "edition.json"
    edition.write_text(edition.read_text().replace('"standard_hash": "', '"standard_hash": "old'))
    with pytest.raises(Conflict, match="linshu upgrade"):
        LocalShop.open(filled)
    told = upgrade(filled, tmp_path / "before.tar").rows[0]
    assert told["ok"]
    assert (tmp_path / "before.tar").exists()
    with LocalShop.open(filled) as shop:
        assert shop.fingerprint() == before
