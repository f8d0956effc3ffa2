"""Projects for the tests of the composition root: each with its own key, none touching the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from linshu.app.project import Project


@pytest.fixture(scope="session")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config")


@pytest.fixture(autouse=True, scope="session")
def _own_keys(_keys: Path) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(_keys))
        patch.delenv("LINSHU_KEY", raising=False)
        patch.delenv("LINSHU_PROJECT", raising=False)
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.init(tmp_path / "shop", name="测试")
    made.make_key()
    return made
