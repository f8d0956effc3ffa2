"""Erasing persons: their keys are destroyed, the standard forgets them, and no file, rebuild or old copy brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.app.states import erasures_of
from linshu.engine.intake.erasing import Before, Person, forget
from linshu.engine.intake.forgetting import forgotten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.app.home import Home

AGAIN = "恢复的是旧备份，其中有已删除的人 · an old copy was restored that still held erased persons"


def erase(shop: Home, persons: Sequence[Person], *, by: str, why: str) -> str:
    """Erase persons for good; the batch that says so.

    The list comes first and is outside the project: whatever breaks off after it is made up for by `forget_again`.
    """
    subjects = [one.subject for one in persons]
    erasures_of(shop.project).add(subjects)
    shop.bringing.vault.destroy_all(subjects)
    return _forget(shop, persons, by=by, why=why)


def forget_before(shop: Home, what: Sequence[Before], *, by: str, why: str) -> str:
    """Take out of the standard what its tables say of persons in rows that are too old; the batch that says so."""
    return _forget(shop, what, by=by, why=why)


def forget_again(shop: Home) -> int:
    """Forget whoever stands on the list and is still known here, as in a copy older than their erasure; how many."""
    listed = [Person(*one.split(":", 1)) for one in erasures_of(shop.project).all()]
    with shop.warehouse.snapshot() as session:
        known = {kind: forgotten(session, kind) for kind in {one.kind for one in listed}}
    late = [one for one in listed if one.person_id not in known[one.kind]]
    if late:
        shop.bringing.vault.destroy_all([one.subject for one in late])
        _forget(shop, late, by="", why=AGAIN)
    return len(late)


def _forget(shop: Home, what: Sequence[Person | Before], *, by: str, why: str) -> str:
    shop.bringing.intake.resume()
    receipt = forget(shop.bringing.intake, what, by=by, why=why)
    shop.build_models()
    return receipt.landing_id
