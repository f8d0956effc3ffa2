"""Personal numbers in places where none should be: found, and masked or replaced by a token, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from linshu.kernel.personal import MOBILE, SHORTEST
from linshu.kernel.personal import RESIDENT as ID_NUMBER

if TYPE_CHECKING:
    from linshu.engine.intake.ports import Sealer

_EDGE = "[^0-9０-９]"  # the neighbours of a number are no digits
PHONE = rf"(^|{_EDGE}){MOBILE}($|{_EDGE})"
RESIDENT = rf"(^|[^0-9]){ID_NUMBER}($|[^0-9Xx])"
ONLY_PHONE = rf"^\s*{MOBILE}\s*$"
TOKEN_LENGTH = 24


def mask_numbers(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Free text with mobile and resident's numbers masked: 138****1234."""
    if _too_short(values):
        return values
    for pattern, shown in ((PHONE, r"\1\2****\3\4"), (RESIDENT, r"\1\2********\3\4")):
        # Again while there are some, since two numbers may share the one character between them.
        while pc.any(pc.match_substring_regex(values, pattern)).as_py():
            values = pc.replace_substring_regex(values, pattern, shown)
    return values


def mask_text(text: str) -> str:
    """One text, such as a file's name, with the numbers in it masked."""
    return str(mask_numbers(pa.chunked_array([[text]], pa.string()))[0].as_py())


def tokenise(values: pa.ChunkedArray, sealer: Sealer) -> pa.ChunkedArray:
    """Ids that are mobile numbers replaced by a token, the same one wherever the number appears as an id."""
    if _too_short(values):
        return values
    hits = pc.match_substring_regex(values, ONLY_PHONE)
    if not pc.any(hits).as_py():
        return values
    found = pc.unique(pc.filter(values, hits)).to_pylist()
    tokens = {value: token_of(value, sealer) for value in found}
    encoded = pc.dictionary_encode(values).combine_chunks()
    words = pa.array([tokens.get(word, word) for word in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([words.take(encoded.indices)])


def stood_for(values: pa.ChunkedArray, sealer: Sealer) -> pa.ChunkedArray:
    """Each text replaced by what stands for it: equal where the texts are, but for the blanks around them."""
    plain = pc.utf8_trim_whitespace(values.cast(pa.string()))
    encoded = pc.dictionary_encode(plain).combine_chunks()
    words = [token_of(word, sealer) if word else None for word in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(words, pa.string()).take(encoded.indices)])


def token_of(phone: str, sealer: Sealer) -> str:
    """The token that stands for a mobile number used as an id, or for another text nobody may read."""
    return "p-" + sealer.index(phone)[:TOKEN_LENGTH]


def _too_short(values: pa.ChunkedArray) -> bool:
    longest = pc.max(pc.binary_length(values)).as_py()
    return longest is None or longest < SHORTEST
