"""What people write into the state database: whatever they write, no phone or identity number is kept readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, Text, TypeDecorator

from linshu.kernel.personal import masked

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class Said(TypeDecorator[str]):
    """Free text of at most so many signs, masked before it is written."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the name is SQLAlchemy's
        """Masked; what is looked for is masked likewise, and found."""
        return None if value is None else masked(value)


class LongSaid(Said):
    """The same of any length."""

    impl = Text
    cache_ok = True
