"""Copies the browser libraries Linshu ships from npm into the package, with licence, hash and a compressed twin.

Only a maintainer who changes a version runs this (Node 20 or newer): `python scripts/vendor.py`. Users and CI never need Node;
`tests/engine/shell/test_vendor.py` re-hashes what is committed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
STATIC = ROOT / "src/linshu/engine/shell/static"
TARGET = STATIC / "vendor"


@dataclass(frozen=True)
class Library:
    """One npm package and the files of it that are shipped."""

    package: str
    folder: str  # the name of its folder, to which the version is added
    files: tuple[str, ...]
    licences: tuple[str, ...]
    licence: str


LIBRARIES = (
    Library("htmx.org", "htmx", ("dist/htmx.min.js",), ("LICENSE",), "0BSD"),
    Library("htmx-ext-sse", "htmx-ext-sse", ("dist/sse.min.js",), ("LICENSE",), "0BSD"),
    Library("@tabler/core", "tabler", ("dist/css/tabler.min.css",), (), "MIT"),
    Library("@tabler/icons", "tabler-icons", (), ("LICENSE",), "MIT"),
    Library(
        "echarts",
        "echarts",
        ("dist/echarts.common.min.js", "dist/echarts.min.js"),
        ("LICENSE", "NOTICE", "licenses/LICENSE-d3"),
        "Apache-2.0",
    ),
    Library(
        "flatpickr",
        "flatpickr",
        ("dist/flatpickr.min.js", "dist/flatpickr.min.css", "dist/l10n/zh.js"),
        ("LICENSE.md",),
        "MIT",
    ),
)

# The npm package of Tabler carries no licence file; this is the text its repository states for it.
TABLER_LICENCE = """The MIT License (MIT)

Copyright (c) 2018-2026 The Tabler Authors
Copyright (c) 2018-2026 codecalm.net Paweł Kuna

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
"""

# One sprite, one request: the icons pages may name.
ICONS = (FRONTEND / "icons.txt").read_text(encoding="utf-8").split()


def sprite(icons: Path) -> bytes:
    """One SVG holding every icon as a <symbol>, drawn in the colour of the text around it."""
    symbols = []
    for name in ICONS:
        text = (icons / f"{name}.svg").read_text(encoding="utf-8")
        inner = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
        paths = "".join(line.strip() for line in inner.splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def version(package: str) -> str:
    """The version that npm installed."""
    described = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
    return str(described["version"])


def without_source_map(data: bytes) -> bytes:
    """The file without the comment that makes developer tools look for a map that is not shipped."""
    lines = [line for line in data.splitlines(keepends=True) if b"sourceMappingURL=" not in line[:60]]
    return b"".join(lines)


def put(path: Path, data: bytes) -> str:
    """Writes a file and its compressed twin (same bytes on every machine); returns the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if path.suffix in {".js", ".css", ".svg"}:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))
    return hashlib.sha256(data).hexdigest()


def vendor(library: Library) -> dict[str, object]:
    """Copies one library; returns its entry for VENDOR.json."""
    source, number = MODULES / library.package, version(library.package)
    folder = TARGET / f"{library.folder}-{number}"
    hashes: dict[str, str] = {}
    for name in library.files:
        file = Path(name).name
        hashes[file] = put(folder / file, without_source_map((source / name).read_bytes()))
    if library.package == "@tabler/icons":
        hashes["icons.svg"] = put(folder / "icons.svg", sprite(source / "icons/outline"))
    for name in library.licences:
        hashes[Path(name).name] = put(folder / Path(name).name, (source / name).read_bytes())
    if library.package == "@tabler/core":
        hashes["LICENSE"] = put(folder / "LICENSE", TABLER_LICENCE.encode())
    return {
        "name": library.package,
        "version": number,
        "licence": library.licence,
        "folder": folder.name,
        "sha256": dict(sorted(hashes.items())),
    }


def main() -> int:
    """Installs the pinned packages and rewrites the vendor folder."""
    subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=FRONTEND, check=True)
    shutil.rmtree(TARGET, ignore_errors=True)
    entries = [vendor(library) for library in LIBRARIES]
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "VENDOR.json").write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for entry in entries:
        print(f"{entry['name']} {entry['version']} ({entry['licence']})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
