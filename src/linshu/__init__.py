"""Linshu 邻数: runs a community-commerce company on one definition of every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.shop import Shop

__version__ = "0.1.0"
__all__ = ["open"]


def open(path: Path | str = ".") -> Shop:  # noqa: A001 `linshu.open(folder)` is how it reads
    """The shop of the project in that folder: `linshu.open("shop").query(["gmv"], by=["channel"]).df()`."""
    from linshu.app.opening import open_shop  # noqa: PLC0415 loaded on first use: importing a part stays light

    return open_shop(path)
