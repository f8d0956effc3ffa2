"""The protocol itself, by its official library: over HTTP each request for itself, or over stdin and stdout."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import httpx
from starlette.responses import Response

from linshu.app.assistant.tools import BY_NAME, TOOLS, Tool
from linshu.kernel.errors import LinshuError, Missing, Unavailable, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp.server.lowlevel import Server
    from mcp_types import CallToolResult
    from starlette.types import Receive, Scope, Send

    from linshu.kernel.text import Language

MOST_ASKED = 256 * 1024  # bytes of a question
MOST_TOLD = 256 * 1024  # bytes of an answer: an assistant reads all of it, and pays for it
ABOUT = Text(
    "一家社区电商公司的数字、建议、预警与数据状况，只读；看到的不比令牌的主人多。先 find_metrics，再 ask_metrics。",
    "A community-commerce company's figures, suggestions, alerts and state of data, read only; no more of it than the "
    "token's owner may see. First find_metrics, then ask_metrics.",
)


def server_of(client: httpx.AsyncClient, language: Language) -> Server[Any]:
    """A server of the protocol whose tools are calls through `client`, which carries in whose name they are made."""
    try:
        import mcp_types as types  # noqa: PLC0415 - an optional extra, and only assistants need it
        from mcp.server.lowlevel import Server  # noqa: PLC0415 - an optional extra, and only assistants need it
    except ModuleNotFoundError as error:
        raise Unavailable(
            Text("缺少连接助手的组件", "what assistants connect by is not installed"),
            mend=Text("请安装：pip install 'linshu[mcp]'", "Install it: pip install 'linshu[mcp]'"),
        ) from error

    async def listed(_context: object, _page: object) -> types.ListToolsResult:
        reads = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=one.name,
                    description=one.says.say(language),
                    input_schema={**one.takes.model_json_schema(), "additionalProperties": False},
                    annotations=reads,
                )
                for one in TOOLS
            ]
        )

    async def called(_context: object, asked: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return _told(types, await put(client, named(asked.name), asked.arguments or {}))
        except LinshuError as error:
            return _told(types, error.say(language), wrong=True)

    return Server(
        "linshu", version=version("linshu"), title="邻数 Linshu", instructions=ABOUT.say(language), on_list_tools=listed,
        on_call_tool=called,
    )  # fmt: skip


def _told(types: Any, text: str, *, wrong: bool = False) -> CallToolResult:
    made: CallToolResult = types.CallToolResult(content=[types.TextContent(text=text)], is_error=wrong)
    return made


def named(name: str) -> Tool:
    """The tool of that name; Missing names the nearest."""
    if name not in BY_NAME:
        raise Missing(Text(f"没有工具 {name}", f"there is no tool {name}"), mend=nearest(name, BY_NAME))
    return BY_NAME[name]


async def put(client: httpx.AsyncClient, tool: Tool, given: Mapping[str, Any]) -> str:
    """The API's answer to the call that a tool stands for; its refusal in its own words."""
    path, left = tool.call(given)
    sent: dict[str, Any] = {"json": left} if tool.method == "POST" else {"params": left}
    try:
        answer = await client.request(tool.method, path, **sent)
    except httpx.HTTPError as error:
        raise Unavailable(
            Text("连不上服务", "the server does not answer"),
            mend=Text("请确认 linshu serve 仍在运行。", "See whether linshu serve still runs."),
        ) from error
    if answer.is_error:
        raise _refusal(answer)
    if len(answer.content) > MOST_TOLD:
        raise Unavailable(
            Text(f"答案太长（{len(answer.content) // 1024} kB）", f"the answer is too long ({len(answer.content) // 1024} kB)"),
            mend=Text("请问得更窄：limit、top、更粗的粒度或筛选。", "Ask for less: limit, top, a coarser grain or a filter."),
        )  # fmt: skip
    return answer.text


def _refusal(answer: httpx.Response) -> LinshuError:
    """What the API said, in the language it said it in."""
    try:
        said = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        said = {"what": f"HTTP {answer.status_code}"}
    what, where, mend = (Text(said.get(one, ""), said.get(one, "")) for one in ("what", "where", "mend"))
    return LinshuError(what, where=where, mend=mend)


class Spoken(Response):
    """One exchange of the protocol, answered by the request's own server: nothing is kept between two."""

    def __init__(self, server: Server[Any], client: httpx.AsyncClient) -> None:
        super().__init__()
        self._server, self._client = server, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the message, answer it as JSON."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415 - as above

        manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=MOST_ASKED
        )
        async with self._client, manager.run():
            await manager.handle_request(scope, receive, send)


def over_stdio(client: httpx.AsyncClient, language: Language) -> None:
    """Speak with whoever started this process until they hang up."""
    import anyio  # noqa: PLC0415 - comes with the optional extra

    server = server_of(client, language)

    async def speak() -> None:
        from mcp.server.stdio import stdio_server  # noqa: PLC0415 - as above

        async with client, stdio_server() as (heard, said):
            await server.run(heard, said, server.create_initialization_options())

    anyio.run(speak)
