"""Pages that phones ask for again and again: the same page once more costs a few bytes, not the page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

EVERY_SECONDS = 45  # how often an open page asks


def polled(request: Request, page: Response) -> Response:
    """The page under a mark of its content; "not changed" (304) to whoever holds the same already.

    The browser may keep it, but asks before it shows it; logging out clears what was kept.
    """
    # Weak: the same page compressed is the same page.
    mark = f'W/"{hashlib.sha256(page.body).hexdigest()[:24]}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if page.status_code == 200 and mark in {one.strip() for one in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    page.headers.update(headers)
    return page
