"""Projects for the tests of the composition root: each with its own key, none touching the user's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.app.sample import Sampled, things, write_files

from linshu.app.local import LocalShop
from linshu.app.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config")


@contextmanager
def _keys_in(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        patch.delenv("LINSHU_KEY", raising=False)
        patch.delenv("LINSHU_PROJECT", raising=False)
        yield


@pytest.fixture(autouse=True, scope="module")
def _own_keys(_keys: Path) -> Iterator[None]:
    """Said anew for each module: tests of other folders, run between by the same worker, keep keys elsewhere."""
    with _keys_in(_keys):
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.init(tmp_path / "shop", name="测试")
    made.make_key()
    return made


@pytest.fixture(scope="session")
def _sample(tmp_path_factory: pytest.TempPathFactory, _keys: Path) -> Path:
    """The small company as a project with its tables built: made once, for to build costs more than most tests."""
    folder = tmp_path_factory.mktemp("sample")
    project = Project.init(folder / "shop", name="测试")
    with _keys_in(_keys):
        project.make_key()
        with LocalShop.open(project) as shop:
            shop.bringing.intake.land_rows("test", things())
            for file in write_files(folder / "files"):
                shop.import_file(file)
    return project.folder


@pytest.fixture(scope="session")
def sampled(_sample: Path, copied: Callable[[Path, Path], Project]) -> Sampled:
    """Puts a copy of the small company's project into a folder."""
    return lambda folder: copied(_sample, folder)
