"""The pages of explore over the little town, for a logged-in operator."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.domains.insight.overview.conftest import browse, client, shop  # noqa: F401 - fixtures of the same town
from tests.domains.insight.overview.town import TODAY

from linshu.domains.insight.explore.inputs import Answer, ask
from linshu.engine.access.scope import Scope
from linshu.engine.shell.filters import Days
from linshu.engine.shell.question import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.domains.insight.overview.town import TownShop

DAYS = Days(TODAY, date(2026, 11, 22))


@pytest.fixture
def asked(shop: TownShop) -> Callable[..., Answer]:  # noqa: F811 - the fixture, asked for by its name
    """The town's answer to a question."""

    def answer(*metrics: str, **parts: object) -> Answer:
        return ask(shop, Question(metrics, **parts), DAYS, Scope())

    return answer
