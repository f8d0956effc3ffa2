"""How commands find the running server of a project: a file only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.project import Project

FILE = "server.json"


@dataclass(frozen=True, slots=True)
class Beacon:
    """Which process serves the project, where, and the token that opens it."""

    pid: int
    host: str
    port: int
    token: str

    @classmethod
    def new(cls, host: str, port: int) -> Beacon:
        """A beacon for this process with a fresh token."""
        return cls(os.getpid(), host, port, secrets.token_urlsafe(32))

    @property
    def url(self) -> str:
        """Where the server is reached from this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 only read, never bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @classmethod
    def read(cls, project: Project) -> Beacon | None:
        """The beacon of a project's living server; None when there is none or its process is gone."""
        return cls.read_folder(project.data)

    @classmethod
    def read_folder(cls, data: Path) -> Beacon | None:
        """The same, by the project's data folder."""
        try:
            beacon = cls(**json.loads((data / FILE).read_text("utf-8")))
            os.kill(beacon.pid, 0)
        except (OSError, ValueError, TypeError):
            return None
        return beacon

    def light(self, project: Project) -> None:
        """Let commands find this server; the file is never readable by others, not even for a moment."""
        part = project.server.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        part.replace(project.server)

    def put_out(self, project: Project) -> None:
        """Remove the beacon, if it is still this server's."""
        if Beacon.read(project) == self:
            project.server.unlink(missing_ok=True)
