"""A merge puts rows into many tables in one transaction: none may come behind an empty filling, be they ever so few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linshu.engine.warehouse import session

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package", autouse=True)
def _nothing_unseen() -> Iterator[None]:
    """What the store refuses of a whole row group, it refuses here of a single row."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "ROW_GROUP", 1)
        yield
