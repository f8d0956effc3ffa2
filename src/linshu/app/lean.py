"""What keeps a server small and quick: it runs for weeks beside the company's other programs, mostly waiting."""

from __future__ import annotations

import ctypes
import gc
import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa

ARENA_MAX, FEW = -8, 2  # mallopt(3): each of forty threads would keep what it once needed in an arena of its own

GARBAGE = 10_000  # things made since, after which those in circles are looked for: a page makes some thousand


def stay_small() -> None:
    """To be called before the threads of a server start."""
    _share_arenas()
    _leave_pandas_out()


def settle() -> None:
    """To be called once a server answers: what is there now stays, and is never again looked through for garbage.

    The program alone is some three hundred thousand things; to look through all of them takes longer than a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _share_arenas() -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:  # not every C library has it
        mallopt(ARENA_MAX, FEW)


def _leave_pandas_out() -> None:
    """Arrow looks for pandas, a tenth of a server, with the first array it makes; whoever needs a frame still gets one."""
    if "pandas" in sys.modules:
        return
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(hidden)


class _Hidden(MetaPathFinder):
    """Says for a moment that pandas is not there."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:  # noqa: ARG002 - as it is called
        """Nothing of any module, but that there is no pandas."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)
