"""The vault: what is sensitive about people is sealed before it is written, and can be erased for good."""

from __future__ import annotations

from linshu.engine.vault.erasures import ErasureList
from linshu.engine.vault.key import KeyFile
from linshu.engine.vault.mask import Sort, mask_one, sort_of
from linshu.engine.vault.normal import normalise
from linshu.engine.vault.scan import Leak, find_plain_phones
from linshu.engine.vault.vault import Vault

__all__ = ["ErasureList", "KeyFile", "Leak", "Sort", "Vault", "find_plain_phones", "mask_one", "normalise", "sort_of"]
