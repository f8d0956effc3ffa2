"""The browser libraries in the package are the ones that were vendored, with licence and compressed twin."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest

import linshu.engine.shell

VENDOR = Path(linshu.engine.shell.__file__).parent / "static/vendor"
ENTRIES = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))
LOCK = Path(__file__).parents[3] / "frontend/package-lock.json"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["folder"])
def test_files_are_unchanged(entry: dict) -> None:
    folder = VENDOR / entry["folder"]
    for name, expected in entry["sha256"].items():
        data = (folder / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == expected, name
        if name.endswith((".js", ".css", ".svg")):
            assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == data, name


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["folder"])
def test_licence_travels_along(entry: dict) -> None:
    assert entry["licence"] in {"MIT", "0BSD", "Apache-2.0"}
    assert any(name.startswith("LICENSE") for name in entry["sha256"])


def test_nothing_undeclared_is_shipped() -> None:
    declared = {f"{entry['folder']}/{name}" for entry in ENTRIES for name in entry["sha256"]}
    present = {
        str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file() and path.suffix != ".gz"
    } - {"VENDOR.json"}
    assert present == declared


def test_lock_file_names_no_host_to_download_from() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert packages
    assert not [name for name, package in packages.items() if "resolved" in package]
