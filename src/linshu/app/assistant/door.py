"""The door for assistants in `linshu serve`: the Model Context Protocol over HTTP, with an access token."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, Depends, Request, Response

from linshu.engine.shell.context import viewer_of
from linshu.engine.shell.gate import PERSON, anyone
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

router = APIRouter(include_in_schema=False)
TOOLS = Depends(anyone("every tool is a call of the API, and asks for what that call asks for"))
CARRIED = ("authorization", PERSON)


@router.post("/mcp", dependencies=[TOOLS])
async def speak(request: Request) -> Response:
    """One message of an assistant; a tool it calls is a request of the same token to the API."""
    from linshu.app.assistant.speaking import Spoken, server_of  # noqa: PLC0415 - only assistants need it

    viewer = viewer_of(request)
    if not viewer.by_token:
        raise Forbidden(
            Text("助手要用访问令牌", "assistants come with an access token"),
            mend=Text("在“我的账号 › 访问令牌”建立一个。", "Make one under My account › Access tokens."),
        )
    headers = {name: request.headers[name] for name in CARRIED if name in request.headers}
    client = request.client
    transport = httpx.ASGITransport(request.app, client=(client.host, client.port) if client else ("", 0))
    # Not packed: it goes no further than this process.
    inner = httpx.AsyncClient(
        transport=transport, base_url=str(request.base_url), params={"lang": viewer.language},
        headers={**headers, "accept-encoding": "identity"},
    )  # fmt: skip
    return Spoken(server_of(inner, viewer.language), inner)
