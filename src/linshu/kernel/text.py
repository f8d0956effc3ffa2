"""One sentence or name in the two languages Linshu speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linshu.kernel.one import agreed

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English; `str()` gives the Chinese."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh

    def say(self, language: Language = "zh") -> str:
        """The words in the asked language."""
        return self.zh if language == "zh" else agreed(self.en)

    def fill(self, **values: object) -> Text:
        """The same sentence with its `{placeholders}` filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))
