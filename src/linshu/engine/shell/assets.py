"""Style, scripts and icons: read once, compressed once, cached by browsers for ever under an address that changes with them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".png": "image/png",
}
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire."""

    kind: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files of the web face; `version` names exactly this set of our own files."""

    files: Mapping[str, Asset]
    version: str

    @classmethod
    def read(cls, folder: Path = STATIC) -> Assets:
        """Reads every file; libraries bring their compressed twin, our own files are compressed here."""
        files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.suffix not in KINDS or not path.is_file():
                continue
            name, plain = path.relative_to(folder).as_posix(), path.read_bytes()
            twin = path.with_name(path.name + ".gz")
            packed = twin.read_bytes() if twin.exists() else gzip.compress(plain, 9, mtime=0)
            files[name] = Asset(KINDS[path.suffix], plain, packed)
            if not name.startswith("vendor/"):
                digest.update(name.encode() + b"\0" + plain)
        return cls(files, digest.hexdigest()[:12])

    def url(self, name: str) -> str:
        """The address of a file; an unknown name is a mistake of ours and fails at once."""
        if name not in self.files:
            raise KeyError(name)
        # The path of a library carries its version already; ours share one, so that scripts import each other by name.
        return f"/static/{name}" if name.startswith("vendor/") else f"/static/{self.version}/{name}"

    def respond(self, path: str, request: Request) -> Response:
        """The file a browser asks for; an old version's address gets today's file, but is not cached for ever."""
        version, _, rest = path.partition("/")
        name = path if version == "vendor" else rest
        asset = self.files.get(name)
        if asset is None:
            raise Missing(
                Text("没有这个文件", "there is no such file"), where=Text(f"/static/{path}", f"/static/{path}")
            )
        current = version in {"vendor", self.version}
        headers = {"Cache-Control": IMMUTABLE if current else "no-cache", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, media_type=asset.kind, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.plain, media_type=asset.kind, headers=headers)


@cache
def shipped() -> Assets:
    """The files that come with this version, the same for every application of the process."""
    return Assets.read()
