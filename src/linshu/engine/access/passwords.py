"""Passwords: which are accepted, how they are kept, and how one is checked without telling who exists."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

MIN_LENGTH, MAX_LENGTH, MIN_DISTINCT = 10, 128, 5

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)


def check_strength(password: str, account: str) -> None:
    """Refuses a password that is short, monotonous, or contains the account; Invalid says which."""
    mend = Text(
        f"请用 {MIN_LENGTH} 个以上字符，例如三四个不相干的词。",
        f"Use {MIN_LENGTH} or more characters, such as three or four unrelated words.",
    )
    if len(password) < MIN_LENGTH:
        raise Invalid(Text("密码太短", "the password is too short"), mend=mend)
    if len(password) > MAX_LENGTH:
        raise Invalid(
            Text("密码太长", "the password is too long"),
            mend=Text(f"最多 {MAX_LENGTH} 个字符。", f"At most {MAX_LENGTH} characters."),
        )
    if len(set(password)) < MIN_DISTINCT:
        raise Invalid(Text("密码太单调", "the password repeats too few characters"), mend=mend)
    if account and account.casefold() in password.casefold():
        raise Invalid(Text("密码里含有账号", "the password contains the account"), mend=mend)


def hashed(password: str) -> str:
    """The argon2id hash to keep."""
    return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is right; an unknown user (None) takes as long as a known one."""
    known = stored is not None
    try:
        right = HASHER.verify(stored if stored is not None else _nobody(), password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return right and known


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's and should be renewed at log-in."""
    return HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return HASHER.hash("nobody has this password")
