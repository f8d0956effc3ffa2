"""Which edition of the data standard a project's warehouse was made by, so that no other one misreads it."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING

from linshu.kernel.errors import Conflict
from linshu.kernel.text import Text
from linshu.standard import STANDARD_HASH, STANDARD_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.project import Project


def _file(project: Project) -> Path:
    return project.data / "edition.json"


def differs(project: Project) -> bool:
    """Whether the project's warehouse was made by another edition of the standard."""
    try:
        made_by = json.loads(_file(project).read_text("utf-8"))["standard_hash"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(made_by != STANDARD_HASH)


def stamp(project: Project) -> None:
    """Note that this edition made the warehouse."""
    content = {"linshu": version("linshu"), "standard_version": STANDARD_VERSION, "standard_hash": STANDARD_HASH}
    text = json.dumps(content, indent=1)
    file = _file(project)
    if not file.exists() or file.read_text("utf-8") != text:
        part = file.with_suffix(".part")
        part.write_text(text, "utf-8")
        part.replace(file)


def refused(project: Project) -> Conflict:
    """Why a project of another edition is not opened just so."""
    return Conflict(
        Text("这个项目由另一版本的数据标准建立", "another edition of the data standard made this project"),
        where=Text(str(project.folder), str(project.folder)),
        mend=Text("运行 linshu upgrade：先备份，再重建。", "Run linshu upgrade: it backs up first, then rebuilds."),
    )
