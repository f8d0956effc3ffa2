"""The key lies outside the project, for its owner's eyes alone, and is never silently replaced."""

from __future__ import annotations

import pytest

from linshu.engine.vault import KeyFile
from linshu.kernel.errors import Forbidden, Invalid, Missing, Unavailable


def surroundings(tmp_path):
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}, tmp_path / "shop"


def test_a_key_file_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    environment, project = surroundings(tmp_path)
    made = KeyFile.find("shop1", project, create=True, environment=environment)
    assert made.path == tmp_path / "config" / "linshu" / "keys" / "shop1.key"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o077 == 0
    assert KeyFile.find("shop1", project, create=True, environment=environment) == made
    assert [file.name for file in made.path.parent.iterdir()] == ["shop1.key"]


def test_the_environment_wins_over_the_file(tmp_path):
    environment, project = surroundings(tmp_path)
    key = KeyFile.fresh()
    found = KeyFile.find("shop1", project, create=True, environment={**environment, "LINSHU_KEY": key.say()})
    assert (found.wrapping, found.pepper, found.path) == (key.wrapping, key.pepper, None)
    assert not (tmp_path / "config").exists()


def test_a_key_inside_the_project_is_refused(tmp_path):
    _, project = surroundings(tmp_path)
    with pytest.raises(Forbidden, match="项目文件夹"):
        KeyFile.find("shop1", project, create=True, environment={"XDG_CONFIG_HOME": str(project / "config")})
    with pytest.raises(Forbidden, match="项目文件夹"):
        KeyFile.find("shop1", project, create=True, environment={"XDG_CONFIG_HOME": str(project / ".." / "shop")})
    assert not project.exists()


def test_a_missing_key_is_not_replaced_by_a_new_one(tmp_path):
    environment, project = surroundings(tmp_path)
    with pytest.raises(Missing, match="shop1"):
        KeyFile.find("shop1", project, create=False, environment=environment)
    assert not (tmp_path / "config").exists()


def test_of_two_makers_one_key_remains(tmp_path):
    path = tmp_path / "shop.key"
    first = KeyFile.make(path)
    assert KeyFile.make(path) == first


def test_a_key_others_can_read_is_refused(tmp_path):
    key = KeyFile.make(tmp_path / "shop.key")
    key.path.chmod(0o644)
    with pytest.raises(Forbidden, match="chmod 600"):
        KeyFile.read(key.path)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hello",
        "linshu-key-1",
        "linshu-key-1 AAAA BBBB",
        "linshu-key-1 钥匙 钥匙",
        "linshu-key-2 " + KeyFile.fresh().say()[13:],
    ],
    ids=["empty", "words", "no parts", "short parts", "not base64", "other version"],
)
def test_what_is_no_key_is_refused(written):
    with pytest.raises(Invalid, match="格式"):
        KeyFile.parse(written)


def test_a_key_says_itself_and_hides_in_print():
    key = KeyFile.fresh()
    assert KeyFile.parse(key.say()) == key
    assert key.wrapping.hex() not in repr(key)
    assert "wrapping" not in repr(key)


def test_a_key_from_the_environment_cannot_be_rewritten():
    with pytest.raises(Unavailable, match="LINSHU_KEY"):
        KeyFile.fresh().write()


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b"])
def test_a_project_id_unfit_for_a_file_name_is_refused(name):
    with pytest.raises(Invalid):
        KeyFile.place(name, {})
