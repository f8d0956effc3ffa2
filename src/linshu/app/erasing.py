"""Erasing persons: their keys are destroyed, the standard forgets them, and no file, rebuild or old copy brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.app.states import erasures_of
from linshu.engine.intake.erasing import Before, Person, forget, held
from linshu.engine.intake.forgetting import forgotten, holders
from linshu.engine.intake.succession import in_place, is_in_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.app.home import Home

AGAIN = "恢复的是旧备份，其中有已删除的人 · an old copy was restored that still held erased persons"


def erase(shop: Home, persons: Sequence[Person], *, by: str, why: str) -> str:
    """Erase persons for good; the batch that says so.

    The list comes first and is outside the project: whatever breaks off after it is made up for by `forget_again`.
    """
    shop.bringing.intake.resume()
    subjects = [*(one.subject for one in persons), *held(shop.bringing.intake, persons)]
    erasures_of(shop.project).add(subjects)
    shop.bringing.vault.destroy_all(subjects)
    return _forget(shop, persons, by=by, why=why)


def forget_before(shop: Home, what: Sequence[Before], *, by: str, why: str) -> str:
    """Take out of the standard what its tables say of persons in rows that are too old; the batch that says so."""
    return _forget(shop, what, by=by, why=why)


def forget_again(shop: Home) -> int:
    """Forget whoever stands on the list and is still known here, as in a copy older than their erasure; how many."""
    erased = erasures_of(shop.project).all()
    listed = [Person(*one.split(":", 1)) for one in erased if not is_in_place(one)]
    gone = frozenset(filter(is_in_place, erased))
    with shop.warehouse.snapshot() as session:
        known = {kind: forgotten(session, kind) for kind in {one.kind for one in listed}}
        again = {kind: holders(session, shop.bringing.intake.tables[kind]) for kind in known}
    late = [
        one
        for one in listed
        if one.person_id not in known[one.kind]
        or any(in_place(one.subject, digest) in gone for digest in again[one.kind].get(one.person_id, ()))
    ]
    if late:
        shop.bringing.vault.destroy_all([*(one.subject for one in late), *gone])
        _forget(shop, late, by="", why=AGAIN)
    return len(late)


def _forget(shop: Home, what: Sequence[Person | Before], *, by: str, why: str) -> str:
    shop.bringing.intake.resume()
    receipt = forget(shop.bringing.intake, what, by=by, why=why)
    shop.build_models()
    return receipt.landing_id
