"""Brings the English catalogue in step with the words in the templates: `python scripts/catalogue.py`.

New words are added without a translation and listed, words no longer used are dropped.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "src/linshu"
CATALOGUE = PACKAGE / "engine/shell/locale/en.po"
METHODS = [("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true", "extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}}


def used() -> Catalog:
    """Every word the templates mark for translation, with the places where it stands."""
    found = Catalog(locale="en", project="linshu", charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(PACKAGE, METHODS, OPTIONS):
        found.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return found


def missing(catalogue: Catalog) -> list[str]:
    """The words that have no translation."""
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> int:
    """Rewrites the catalogue; exit code 1 while words are missing."""
    found = used()
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as file:
            known = read_po(file, locale="en")
        for message in found:
            if message.id and message.id in known:
                message.string = known[message.id].string
    with CATALOGUE.open("wb") as file:
        write_po(file, found, omit_header=True, sort_output=True, no_location=True, width=120)
    absent = missing(found)
    for word in absent:
        print(word)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
