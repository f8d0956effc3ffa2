"""Backups: complete, verified, restorable to the same tables; a damaged one is refused; the key is never inside."""

from __future__ import annotations

import re
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.app.sample import Sampled

from linshu.app.backup import back_up, name_state, rehearse, restore, upgrade, verify
from linshu.app.cli import run
from linshu.app.erasing import erase
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import erasures_of, open_state
from linshu.engine.access.users import Users
from linshu.engine.intake.erasing import Person
from linshu.kernel.errors import Conflict, Invalid, LinshuError, Missing

Lend = Callable[[str], AbstractContextManager[str]]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> Project:
    folder = tmp_path_factory.mktemp("backup")
    project = sampled(folder / "shop")
    with open_state(project) as state:
        Users(state).add("boss", "老板", "admin", "four unrelated words")
    (project.mappings / "mine.yaml").write_text("source: mine\n", "utf-8")
    return project


@pytest.fixture(scope="module")
def copy(filled: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the project, made once."""
    file = tmp_path_factory.mktemp("copy") / "shop.tar"
    assert back_up(filled, file).rows[0]["verified"]
    return file


def accounts(project: Project) -> list[str]:
    with open_state(project) as state:
        return [one.account for one in Users(state).all()]


def test_a_restored_project_holds_the_same_once_its_key_is_there(
    filled: Project, copy: Path, tmp_path: Path, fresh_state: str
) -> None:
    """Without the key nothing is left behind, and the same folder serves later."""
    key = filled.make_key()
    assert key is not None
    held = key.read_text()
    key.unlink()
    with pytest.raises(LinshuError, match="密钥"):
        restore(copy, tmp_path / "again")
    assert list((tmp_path / "again").iterdir()) == []
    key.write_text(held)
    key.chmod(0o600)
    told = restore(copy, tmp_path / "again", fresh_state).rows[0]
    assert told["verified"]
    assert told["state_rows"] > 0
    again = Project.open(tmp_path / "again")
    with LocalShop.open(filled) as one, LocalShop.open(again) as other:
        assert one.fingerprint() == other.fingerprint()
        assert other.query("gmv").rows == [{"gmv": 6500}]
        token = other.warehouse.query("SELECT receiver_phone FROM std.orders WHERE order_id = 'O1'").to_pylist()[0]
        assert other.bringing.vault.reveal("orders", "receiver_phone", token["receiver_phone"]).endswith("13812345678")
    assert accounts(again) == ["boss"]
    assert (again.mappings / "mine.yaml").read_text("utf-8") == "source: mine\n"
    assert not (again.folder / "state").exists()


def test_neither_key_nor_phone_is_inside(filled: Project, copy: Path) -> None:
    key = filled.make_key()
    assert key is not None
    content = copy.read_bytes()
    assert all(word.encode() not in content for word in key.read_text().split()[1:])
    assert b"13812345678" not in content
    assert copy.stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(filled: Project, copy: Path) -> None:
    with pytest.raises(Conflict):
        back_up(filled, copy)
    with pytest.raises(Conflict):
        restore(copy, filled.folder)


def test_a_damaged_backup_is_refused_by_the_name_of_its_file(copy: Path, tmp_path: Path) -> None:
    content = copy.read_bytes()
    with tarfile.open(copy) as archive:
        members = archive.getmembers()
    for ending in (".parquet", "users.jsonl", "keys.sqlite", "linshu.toml"):
        part = next(one for one in members if one.name.endswith(ending))
        changed = bytearray(content)
        changed[part.offset_data + part.size // 2] ^= 1
        (tmp_path / "bad.tar").write_bytes(changed)
        with pytest.raises(Invalid, match=re.escape(part.name)):
            restore(tmp_path / "bad.tar", tmp_path / "again")
        assert not (tmp_path / "again").exists()
    (tmp_path / "short.tar").write_bytes(content[: len(content) // 2])
    with pytest.raises(Invalid):
        rehearse(tmp_path / "short.tar")
    with pytest.raises(Missing):
        verify(tmp_path / "none.tar")


def test_a_rehearsal_compares_everything_and_leaves_nothing(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run(["restore", str(copy), "--check"]) == 0
    assert list(tmp_path.iterdir()) == []
    assert run(["restore", str(copy)]) == 2
    assert run(["restore", str(copy), "--check", "--to", str(tmp_path / "x")]) == 2


def test_the_state_moves_between_sqlite_and_postgresql(copy: Path, tmp_path: Path, postgres_databases: Lend) -> None:
    with postgres_databases("template1") as url:
        told = restore(copy, tmp_path / "served", url).rows[0]
        served = Project.open(tmp_path / "served")
        assert told["state"].startswith("postgresql")
        assert served.settings.state.url == url
        assert not served.state.exists()
        assert accounts(served) == ["boss"]
        back_up(served, tmp_path / "served.tar")
        # A restore never goes into a database that is used already.
        with pytest.raises(Conflict, match="不是空的"):
            restore(tmp_path / "served.tar", tmp_path / "again")
        assert list((tmp_path / "again").iterdir()) == []
        restore(tmp_path / "served.tar", tmp_path / "again", "sqlite")
        again = Project.open(tmp_path / "again")
        assert again.settings.state.url == ""
        assert accounts(again) == ["boss"]


def test_a_password_is_written_nowhere(filled: Project) -> None:
    before = filled.file.read_text("utf-8")
    for url in ("postgresql://linshu:secret@db/linshu", "postgresql://linshu@db/linshu", ""):
        name_state(Project.open(filled.folder, {"state.url": url}))
        assert "secret" not in filled.file.read_text("utf-8")
    assert Project.open(filled.folder).settings.state.url == ""
    filled.file.write_text(before, "utf-8")


def test_an_upgrade_backs_up_first_and_rebuilds(filled: Project, tmp_path: Path) -> None:
    """The state too is in the backup as it was before the upgrade."""
    with open_state(filled) as state:
        newest = state.revision()
        state.downgrade("0002")
    with LocalShop.open(filled) as shop:
        before = shop.fingerprint()
    edition = filled.data / "edition.json"
    edition.write_text(edition.read_text().replace('"standard_hash": "', '"standard_hash": "old'))
    with pytest.raises(Conflict, match="linshu upgrade"):
        LocalShop.open(filled)
    told = upgrade(filled, tmp_path / "before.tar").rows[0]
    assert told["ok"]
    assert told["state"] == newest
    assert verify(tmp_path / "before.tar")["state"]["revision"] == "0002"
    with LocalShop.open(filled) as shop:
        assert shop.fingerprint() == before


def test_an_old_backup_brings_nobody_back(filled: Project, copy: Path, tmp_path: Path, fresh_state: str) -> None:
    with LocalShop.open(filled) as shop:
        figures = ["gmv", "orders", "repurchase_buyers"]
        before = shop.query(figures).rows
        erase(shop, [Person("member", "M1")], by="boss", why="本人要求")
        assert shop.query(figures).rows == before
        assert erasures_of(filled).all() == ("member:M1",)
        assert b"M1" not in erasures_of(filled).file.read_bytes()
    told = restore(copy, tmp_path / "again", fresh_state).rows[0]
    assert (told["verified"], told["erased_again"]) == (True, 1)
    again = Project.open(tmp_path / "again")
    with LocalShop.open(again) as shop:
        index = shop.bringing.vault.index("13812345678")
        assert not shop.warehouse.query("SELECT 1 FROM std.orders WHERE receiver_phone_index = $1", [index]).num_rows
        assert shop.figures.read("SELECT name, phone_mask FROM dim_member WHERE member_id = 'M1'").to_pylist() == [
            {"name": "M1", "phone_mask": None}
        ]
        assert shop.query(figures).rows == before
        assert shop.bringing.vault.is_erased("member:M1")
        assert not shop.bringing.vault.is_erased("member:M2")
