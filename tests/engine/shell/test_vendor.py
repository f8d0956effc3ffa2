"""The browser libraries in the package are the ones that were vendored, with licence and compressed twin."""

import gzip
import hashlib
import json
import sys
from pathlib import Path

import pytest

import linshu.engine.shell

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
import style

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


def test_the_style_that_is_served_holds_all_that_our_pages_can_use_of_the_library() -> None:
    served = set(style.WRITTEN.read_text(encoding="utf-8").splitlines())
    assert set(style.made().splitlines()) <= served, "run: python scripts/style.py"


def test_a_rule_stays_where_all_of_its_classes_may_be_there() -> None:
    css = ".a .b,.c:not(.d){x:y}@media print{.d{e:f}}@media all{.is-new{g:h}}.e\\/f{i:j}@keyframes k{to{l:m}}p{n:o}"
    kept = style.kept(css, frozenset({"a", "c"}), ("is-",))
    assert kept.split() == [".c:not(.d){x:y}", "@media", "all{.is-new{g:h}", "}", "@keyframes", "k{to{l:m}}", "p{n:o}"]
