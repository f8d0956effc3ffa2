"""What landed is told to the open screens: by the simulated company, and by events of a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.app.domains import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.app.local import LocalShop
    from linshu.engine.shell.live import Hub


def tell_screens(shop: LocalShop, hub: Hub, told: Iterable[tuple[str, pa.Table]]) -> None:
    """Let every feature say what its screens must hear of."""
    by_table: dict[str, list[pa.Table]] = {}
    for name, rows in told:
        by_table.setdefault(name, []).append(rows)
    landed = {name: pa.concat_tables(parts, promote_options="default") for name, parts in by_table.items()}
    for domain in DOMAINS:
        for feature in domain.features:
            if feature.on_landed is not None:
                feature.on_landed(shop.figures, hub, landed)
