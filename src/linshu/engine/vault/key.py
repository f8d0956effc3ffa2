"""The key file: the one secret that opens a company's sealed values, kept apart from its data."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linshu.kernel.errors import Forbidden, Invalid, Missing, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ENVIRONMENT", "KeyFile"]

ENVIRONMENT = "LINSHU_KEY"
_PREFIX = "linshu-key-1"
_SIZE = 32


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The key-encryption key and the pepper of the blind index; `previous` only while a rotation is under way.

    The pepper never changes: values already indexed must go on being found.
    """

    wrapping: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    previous: bytes = field(default=b"", repr=False)
    path: Path | None = None  # None: the key came from the environment

    @classmethod
    def fresh(cls, path: Path | None = None) -> KeyFile:
        """A new random key, not yet written anywhere."""
        return cls(secrets.token_bytes(_SIZE), secrets.token_bytes(_SIZE), path=path)

    @classmethod
    def place(cls, project_id: str, environment: Mapping[str, str] = os.environ) -> Path:
        """Where the key of a project lies: `$XDG_CONFIG_HOME/linshu/keys/<project id>.key`, by default in ~/.config."""
        if not project_id or any(sign in project_id for sign in "/\\\0") or project_id in {".", ".."}:
            raise Invalid(
                Text(
                    f"项目编号不能用作文件名：{project_id!r}",
                    f"A project id must be fit for a file name: {project_id!r}",
                )
            )
        home = environment.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
        return Path(home) / "linshu" / "keys" / f"{project_id}.key"

    @classmethod
    def find(
        cls, project_id: str, project_folder: Path, *, create: bool, environment: Mapping[str, str] = os.environ
    ) -> KeyFile:
        """The key of a project: from `LINSHU_KEY`, else from its key file; `create` makes a missing file.

        Create only when nothing is sealed yet: a new key opens nothing old. Missing when there is none to find.
        """
        written = environment.get(ENVIRONMENT, "")
        if written:
            return cls.parse(written)
        path = cls.place(project_id, environment)
        refuse_inside(path, project_folder)
        if path.exists():
            return cls.read(path)
        if not create:
            raise Missing(
                Text("找不到密钥文件", "The key file is missing"),
                where=Text(str(path), str(path)),
                mend=Text(
                    f"把备份的密钥放回原处，或设置环境变量 {ENVIRONMENT}；没有密钥，敏感信息无法查看。",
                    f"Put the backed-up key back, or set {ENVIRONMENT}; without it sensitive values stay closed.",
                ),
            )
        return cls.make(path)

    @classmethod
    def make(cls, path: Path) -> KeyFile:
        """A new key written to `path`, readable by its owner alone; the one already there when another made it first."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = cls.fresh(path)
        draft = _draft(path, made.say())
        try:
            os.link(draft, path)  # atomic, and fails when it exists: two processes end with one key
        except FileExistsError:
            return cls.read(path)
        finally:
            draft.unlink()
        return made

    @classmethod
    def read(cls, path: Path) -> KeyFile:
        """The key in a file; Forbidden when others may read it, Invalid when it is none."""
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Forbidden(
                Text("密钥文件的权限太宽，他人可读", "Others may read the key file"),
                where=Text(str(path), str(path)),
                mend=Text(f"运行：chmod 600 {path}", f"Run: chmod 600 {path}"),
            )
        return cls.parse(path.read_text(encoding="ascii", errors="replace"), path)

    @classmethod
    def parse(cls, written: str, path: Path | None = None) -> KeyFile:
        """The key in the text of a key file or of `LINSHU_KEY`; Invalid when it is none."""
        words = written.split()
        parts: list[bytes] = []
        with contextlib.suppress(binascii.Error, ValueError):
            parts = [base64.b64decode(word, altchars=b"-_", validate=True) for word in words[1:]]
        if words[:1] != [_PREFIX] or len(parts) not in {2, 3} or any(len(part) != _SIZE for part in parts):
            raise Invalid(
                Text("密钥的格式不对", "This is no Linshu key"),
                where=Text(str(path or ENVIRONMENT), str(path or ENVIRONMENT)),
                mend=Text("请使用完整的密钥备份。", "Use the complete backup of the key."),
            )
        return cls(parts[0], parts[1], parts[2] if len(parts) == 3 else b"", path)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for another purpose; the same for as long as the pepper lives, whatever is rotated."""
        return HKDF(SHA256(), _SIZE, None, b"linshu " + purpose.encode()).derive(self.pepper)

    def say(self) -> str:
        """The key as text, for its file or for `LINSHU_KEY`: one line of ASCII words."""
        parts = (self.wrapping, self.pepper, self.previous)
        return " ".join([_PREFIX, *(base64.urlsafe_b64encode(part).decode() for part in parts if part)])

    def write(self) -> None:
        """Replace the file by this key at once; Unavailable when the key came from the environment."""
        if self.path is None:
            raise Unavailable(
                Text(
                    f"密钥来自环境变量 {ENVIRONMENT}，不能在此更换",
                    f"The key comes from {ENVIRONMENT}, it cannot be changed here",
                ),
                mend=Text("请改用密钥文件后再轮换。", "Use a key file, then rotate."),
            )
        _draft(self.path, self.say()).replace(self.path)


def refuse_inside(path: Path, project_folder: Path) -> None:
    """Forbidden when a key would lie in the folder of the data it protects: a copy of the folder would hold both."""
    if path.resolve().is_relative_to(project_folder.resolve()):
        raise Forbidden(
            Text("密钥不能放在项目文件夹里", "The key must not lie inside the project folder"),
            where=Text(str(path), str(path)),
            mend=Text(
                f"把 XDG_CONFIG_HOME 指到项目之外，或用环境变量 {ENVIRONMENT} 提供密钥。",
                f"Point XDG_CONFIG_HOME outside the project, or give the key in {ENVIRONMENT}.",
            ),
        )


def _draft(path: Path, words: str) -> Path:
    """The words in a new file beside `path`, mode 0600 from its first byte, safely on disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(words + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
