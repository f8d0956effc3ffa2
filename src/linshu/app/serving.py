"""Serves one project: one process owns the data, answers pages, commands and programs, and says where it is."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import uvicorn

from linshu.app.beacon import Beacon
from linshu.app.lean import settle, stay_small
from linshu.app.live_events import LiveEvents
from linshu.app.local import LocalShop
from linshu.app.logs import log_to
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.app.works import Works
from linshu.engine.shell.live import Hub
from linshu.kernel.errors import Conflict
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linshu.app.project import Project
    from linshu.engine.events.desk import EventDesk

    Background = Callable[[LocalShop, Hub, EventDesk], Callable[[], None]]

GRACE_SECONDS = 3  # how long open event streams may hold up the end


class Server(uvicorn.Server):
    """A server that says that it answers once it does."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in order at the first Ctrl+C or stop signal: what was opened is closed, the beacon is put out."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve_project(
    project: Project,
    *,
    say: Callable[[Text], None],
    background: Background | None = None,
    login_hint: Text | None = None,
    started: Callable[[Server], None] | None = None,
) -> None:
    """Serve until interrupted; `background` starts what goes on beside (the live company) and gives what ends it.

    `started` is given the server, whose `should_exit` ends it from another thread.
    """
    settings = project.settings.server
    stay_small()
    with ExitStack() as stack:
        door = stack.enter_context(listen(settings.host, settings.port))
        owned = stack.enter_context(LocalShop.open(project))
        state = stack.enter_context(open_state(project))
        log_to(project.data / "log")
        beacon = Beacon.new(settings.host, door.getsockname()[1])
        hub = Hub()
        works, events = Works(owned, state, hub), LiveEvents(owned, state, hub)
        app = compose(
            owned, state, hub=hub, jobs=works.desk, events=events.desk, token=beacon.token, login_hint=login_hint
        )
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )  # fmt: skip

        def ready() -> None:
            beacon.light(project)
            stack.callback(works.begin())
            stack.callback(events.begin())
            stack.callback(app.state.shell.ahead.begin())
            if threading.current_thread() is threading.main_thread():  # else the process is not the server's alone
                settle()
            say(Text(f"打开 {beacon.url} · Ctrl+C 停止", f"Open {beacon.url} · Ctrl+C stops"))
            if background is not None:
                stack.callback(background(owned, hub, events.desk))

        stack.callback(beacon.put_out, project)
        server = Server(config, ready)
        if started is not None:
            started(server)
        server.run(sockets=[door])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; Conflict when somebody else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said to be TCP: to a socket that only might be, asyncio does not say that answers go out without waiting for more.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except OSError as error:
        door.close()
        raise Conflict(
            Text(f"不能在 {host}:{port} 上服务：{error.strerror}", f"cannot serve on {host}:{port}: {error.strerror}"),
            mend=Text("换一个端口，例如 --port 8001。", "Choose another port, such as --port 8001."),
        ) from error
    return door
