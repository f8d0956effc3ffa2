"""A project folder: made once, never overwritten, its key outside it, its data readable by its owner alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from linshu.app.project import Project
from linshu.kernel.errors import Conflict, Missing, Misused


def test_a_new_project_has_its_folders_and_opens(tmp_path: Path) -> None:
    made = Project.init(tmp_path / "shop", name='邻家"鲜果"', cut_off="23:00", currency="USD")
    opened = Project.open(tmp_path / "shop")
    assert opened.settings == made.settings
    assert opened.settings.project.name == '邻家"鲜果"'
    assert opened.settings.company_day.cut_off == "23:00"
    assert opened.settings.company.currency == "USD"
    assert all(place.is_dir() for place in (made.mappings, made.metrics, made.landing, made.vault, made.quarantine))
    assert "/data/" in (tmp_path / "shop" / ".gitignore").read_text()
    assert made.data.stat().st_mode & 0o077 == 0


def test_a_project_is_never_overwritten(tmp_path: Path) -> None:
    Project.init(tmp_path / "shop")
    before = (tmp_path / "shop" / "linshu.toml").read_text()
    with pytest.raises(Conflict):
        Project.init(tmp_path / "shop")
    assert (tmp_path / "shop" / "linshu.toml").read_text() == before


def test_what_cannot_be_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Misused):
        Project.init(tmp_path / "shop", cut_off="late")
    assert not (tmp_path / "shop").exists()


def test_no_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="linshu init"):
        Project.open(tmp_path)


def test_the_key_lies_outside_and_stays(tmp_path: Path) -> None:
    project = Project.init(tmp_path / "shop")
    place = project.make_key()
    assert place is not None
    assert not place.is_relative_to(project.folder)
    written = place.read_text()
    assert project.make_key() == place
    assert place.read_text() == written
    assert written.split()[1] not in "".join(p.read_text("utf-8") for p in project.folder.rglob("*") if p.is_file())
