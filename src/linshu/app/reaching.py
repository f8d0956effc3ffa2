"""Where the tools' calls go from a command: to the server of the project, or to this process when none runs."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from linshu.app.beacon import Beacon
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.shell.gate import PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.app.project import Project


@contextmanager
def reached(project: Project, token: str, person: str) -> Iterator[httpx.AsyncClient]:
    """A client in the name of a token's owner; without a token in the name of this machine's user, or the account named."""
    beacon = Beacon.read(project)
    if beacon is not None:
        yield _client(beacon.url, token or beacon.token, person)
        return
    own = secrets.token_urlsafe(32)
    with LocalShop.open(project) as shop, open_state(project) as state:
        app = compose(shop, state, token=own)
        yield _client("http://127.0.0.1", token or own, person, httpx.ASGITransport(app))


def _client(url: str, token: str, person: str, transport: httpx.ASGITransport | None = None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}", PERSON: quote(person)}
    return httpx.AsyncClient(base_url=url, headers=headers, transport=transport, timeout=None, trust_env=False)  # noqa: S113 - an answer may take as long as it takes
