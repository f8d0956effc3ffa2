"""The pages' words: Chinese is written in the templates, English comes from a catalogue."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from linshu.kernel.text import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCALE = Path(__file__).parent / "locale"
SOURCE: Language = "zh"


@cache
def translations(language: Language) -> NullTranslations:
    """The catalogue of a language, read straight from its .po file, so that no compiled copy can lag behind."""
    if language == SOURCE:
        return NullTranslations()
    with (LOCALE / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    packed = BytesIO()
    write_mo(packed, catalogue)
    packed.seek(0)
    return Translations(packed)


def choose(wishes: Iterable[str | None], default: Language) -> Language:
    """The first wish that is a language we speak: the address, then the cookie, then the viewer's own setting."""
    return next((wish for wish in wishes if wish in LANGUAGES), default)
