"""The second factor: codes of an authenticator app, each good once, and recovery codes for a lost phone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select, update

from linshu.engine.audit import Actor, write
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import recovery_code, second_factor
from linshu.kernel.errors import Invalid, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from linshu.engine.access.users import User
    from linshu.engine.state import State

STEP_SECONDS = 30
SLACK = 1  # steps a phone's clock may be off
RECOVERY_CODES = 10
ISSUER = "Linshu"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The second factors of everybody; their secrets are sealed with a key outside the project."""

    state: State
    key: bytes = field(default=b"", repr=False)  # 32 bytes; b"" = this project has no key, so no second factor
    now: Callable[[], datetime] = utc_now

    def begin(self, user: User, company: str = "") -> tuple[str, str]:
        """A new secret for an app, and the address that its QR code says; counts only once a code was shown."""
        secret = pyotp.random_base32()
        row = {"user_id": user.user_id, "sealed": self._seal(user.user_id, secret), "last_step": 0}
        with self.state.writing() as connection:
            if is_on(connection, user.user_id):
                raise Invalid(
                    Text("已经有第二重验证", "there is a second factor already"),
                    mend=Text("先停用它，再重新设置。", "Turn it off first."),
                )
            connection.execute(delete(second_factor).where(second_factor.c.user_id == user.user_id))
            connection.execute(insert(second_factor), [row])
        return secret, _address(user, secret, company)

    def begun(self, user: User, company: str = "") -> tuple[str, str] | None:
        """The secret that waits for its first code, with its address; None when none does."""
        with self.state.reading() as connection:
            waits = (second_factor.c.user_id == user.user_id) & second_factor.c.confirmed_at.is_(None)
            row = connection.execute(select(second_factor).where(waits)).first()
        if row is None:
            return None
        secret = self._open(user.user_id, row.sealed)
        return secret, _address(user, secret, company)

    def confirm(self, user: User, code: str, *, by: Actor) -> tuple[str, ...]:
        """Turns the second factor on, now that the app shows the right code; the recovery codes, told this once."""
        codes = tuple(_recovery() for _ in range(RECOVERY_CODES))
        with self.state.writing() as connection:
            row = connection.execute(select(second_factor).where(second_factor.c.user_id == user.user_id)).first()
            step = None if row is None else self._step(user.user_id, row, code)
            if row is None or step is None:
                raise Invalid(
                    Text("验证码不对", "the code is wrong"),
                    mend=Text("请输入手机上此刻显示的 6 位数字；手机时间要准。", "Type the six digits shown now."),
                )
            mine = second_factor.c.user_id == user.user_id
            connection.execute(update(second_factor).where(mine).values(confirmed_at=self.now(), last_step=step))
            self._keep(connection, user.user_id, codes)
            write(connection, by, "second_factor.on", f"user:{user.account}", at=self.now())
        return codes

    def renew(self, user: User, *, by: Actor) -> tuple[str, ...]:
        """New recovery codes; the old ones open nothing."""
        codes = tuple(_recovery() for _ in range(RECOVERY_CODES))
        with self.state.writing() as connection:
            self._keep(connection, user.user_id, codes)
            write(connection, by, "second_factor.renew", f"user:{user.account}", at=self.now())
        return codes

    def off(self, user: User, *, by: Actor) -> None:
        """Turns the second factor off; recovery codes go with it."""
        with self.state.writing() as connection:
            connection.execute(delete(recovery_code).where(recovery_code.c.user_id == user.user_id))
            gone = connection.execute(delete(second_factor).where(second_factor.c.user_id == user.user_id))
            if gone.rowcount:
                write(connection, by, "second_factor.off", f"user:{user.account}", at=self.now())

    def on(self, user_id: str) -> bool:
        """Whether a person has one."""
        with self.state.reading() as connection:
            return is_on(connection, user_id)

    def left(self, user_id: str) -> int:
        """How many recovery codes a person still has."""
        mine = (recovery_code.c.user_id == user_id) & recovery_code.c.used_at.is_(None)
        with self.state.reading() as connection:
            return connection.execute(select(func.count()).select_from(recovery_code).where(mine)).scalar_one()

    def accepts(self, connection: Connection, user: User, code: str) -> bool:
        """Whether a code is right and was not used before; it is used up by this, within the given transaction."""
        typed = "".join(code.split()).lower().replace("-", "")
        row = connection.execute(
            select(second_factor).where(second_factor.c.user_id == user.user_id).with_for_update()
        ).first()
        if row is None or row.confirmed_at is None:
            return False
        step = self._step(user.user_id, row, typed)
        if step is not None:
            mine = second_factor.c.user_id == user.user_id
            connection.execute(update(second_factor).where(mine).values(last_step=step))
            return True
        mine = (recovery_code.c.user_id == user.user_id) & (recovery_code.c.code_hash == self._hash(typed))
        used = connection.execute(
            update(recovery_code).where(mine, recovery_code.c.used_at.is_(None)).values(used_at=self.now())
        )
        return used.rowcount == 1

    def _step(self, user_id: str, row: Row[Any], code: str) -> int | None:
        """The time step a code belongs to, later than the last one used; None for a wrong or used one."""
        totp = pyotp.TOTP(self._open(user_id, row.sealed))
        present = int(self.now().timestamp()) // STEP_SECONDS
        typed = "".join(code.split())
        for step in range(present - SLACK, present + SLACK + 1):
            if step > row.last_step and hmac.compare_digest(
                totp.generate_otp(step).encode(), typed.encode(errors="replace")
            ):
                return step
        return None

    def _keep(self, connection: Connection, user_id: str, codes: tuple[str, ...]) -> None:
        connection.execute(delete(recovery_code).where(recovery_code.c.user_id == user_id))
        rows = [{"user_id": user_id, "code_hash": self._hash(one.replace("-", ""))} for one in codes]
        connection.execute(insert(recovery_code), rows)

    def _hash(self, code: str) -> str:
        return hmac.new(self._needed(), b"recovery\x00" + code.encode(errors="replace"), hashlib.sha256).hexdigest()

    def _seal(self, user_id: str, secret: str) -> str:
        nonce = secrets.token_bytes(12)
        return (nonce + AESGCM(self._needed()).encrypt(nonce, secret.encode(), user_id.encode())).hex()

    def _open(self, user_id: str, sealed: str) -> str:
        raw = bytes.fromhex(sealed)
        try:
            return AESGCM(self._needed()).decrypt(raw[:12], raw[12:], user_id.encode()).decode()
        except InvalidTag as error:
            raise _no_key() from error

    def _needed(self) -> bytes:
        if not self.key:
            raise _no_key()
        return self.key


def is_on(connection: Connection, user_id: str) -> bool:
    """Whether a person has a second factor that was confirmed."""
    there = (second_factor.c.user_id == user_id) & second_factor.c.confirmed_at.is_not(None)
    return bool(connection.execute(select(func.count()).select_from(second_factor).where(there)).scalar_one())


def _address(user: User, secret: str, company: str) -> str:
    """What the QR code says to the app."""
    issuer = (company or ISSUER).replace(":", " ")
    return str(pyotp.TOTP(secret).provisioning_uri(name=user.account, issuer_name=issuer))


def _recovery() -> str:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(12))
    return "-".join(signs[at : at + 4] for at in (0, 4, 8))


def _no_key() -> Unavailable:
    return Unavailable(
        Text("这个项目的密钥不在，不能用第二重验证", "the project's key is not there, so no second factor works"),
        mend=Text("把密钥放回原处。", "Put the key back."),
    )
