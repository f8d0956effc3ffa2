"""The project with faults: shared by tests that only look, and one of their own for tests that mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.domains.insight.faulty import faulty, opened

from linshu.app.project import Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def own_keys(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.delenv("LINSHU_KEY", raising=False)
        patch.delenv("LINSHU_PROJECT", raising=False)
        yield


@pytest.fixture(scope="session")
def built(own_keys: object, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return faulty(tmp_path_factory.mktemp("faulty"))


@pytest.fixture
def site(built: Project, tmp_path: Path, copied):
    """Shop and pages over a copy of the project, so that every test finds the same faults."""
    with opened(copied(built.folder, tmp_path / "shop")) as found:
        yield found
