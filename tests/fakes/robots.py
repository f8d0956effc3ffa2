"""A server on this machine that behaves like the group robots, and like systems that go wrong in the usual ways."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from linshu.engine.push.robots import dingtalk_sign, feishu_sign

SECRET = "SEC0001"
MINUTE_LIMIT = 20


class Robots:
    """Keeps what arrived; `clock` is the robots' own, moved by tests. Paths: /wecom /dingtalk /feishu /hook ..."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.now = time.time()
        self.wrong: list[str] = []  # what the next calls do instead: "503", "hang after", "redirect", "blank", "busy"
        self._sent: dict[str, list[float]] = {}
        self._blocked: dict[str, float] = {}
        robots = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                robots._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.release = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def texts(self, path: str) -> list[dict[str, Any]]:
        return [body for found, body, _ in self.got if found == path]

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, call: BaseHTTPRequestHandler) -> None:
        raw = call.rfile.read(int(call.headers["content-length"]))
        split = urlsplit(call.path)
        body, query = json.loads(raw), {name: values[0] for name, values in parse_qs(split.query).items()}
        wrong = self.wrong.pop(0) if self.wrong else ""
        if wrong.isdecimal():
            return _say(call, int(wrong), {"error": "no"})
        if wrong == "redirect":
            call.send_response(302)
            call.send_header("location", f"{self.address}/hook")
            call.send_header("content-length", "0")
            return call.end_headers()
        if wrong == "blank":
            return _say(call, 200, None)
        if wrong == "busy":
            return _say(call, 200, {"errcode": -1, "errmsg": "system busy"})
        kind = split.path.strip("/").split("/")[0]
        refused = getattr(self, f"_{kind}")(body, query)
        if refused is None:
            self.got.append((split.path, body, dict(call.headers.items())))
        if wrong == "hang after":  # it took the message, and its answer never comes
            self.release.wait(20)
            return None
        return _say(call, 200, refused or {"errcode": 0, "errmsg": "ok", "code": 0})

    def _too_fast(self, path: str) -> bool:
        lately = [at for at in self._sent.get(path, []) if at > self.now - 60]
        self._sent[path] = [*lately, self.now]
        return len(lately) >= MINUTE_LIMIT

    def _wecom(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any] | None:
        if query.get("key") != "k1":
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if len(body["markdown"]["content"].encode()) > 4096:
            return {"errcode": 40058, "errmsg": "content too long"}
        return {"errcode": 45009, "errmsg": "api freq out of limit"} if self._too_fast("wecom") else None

    def _dingtalk(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any] | None:
        if query.get("sign") != dingtalk_sign(SECRET, query.get("timestamp", "")):
            return {"errcode": 310000, "errmsg": "sign not match"}
        if self._blocked.get("dingtalk", 0) > self.now or self._too_fast("dingtalk"):
            self._blocked["dingtalk"] = max(self._blocked.get("dingtalk", 0), self.now + 600)
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        return None

    def _feishu(self, body: dict[str, Any], _: dict[str, str]) -> dict[str, Any] | None:
        if body.get("sign") != feishu_sign(SECRET, body.get("timestamp", "")):
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if len(json.dumps(body).encode()) > 20_480:
            return {"code": 9499, "msg": "too large"}
        minute = time.gmtime(self.now).tm_min
        return {"code": 11232, "msg": "frequency limited"} if minute % 30 == 0 else None

    def _hook(self, body: dict[str, Any], _: dict[str, str]) -> None:
        return None


def _say(call: BaseHTTPRequestHandler, code: int, body: Any) -> None:
    content = b"<html></html>" if body is None else json.dumps(body).encode()
    call.send_response(code)
    call.send_header("content-type", "application/json")
    call.send_header("content-length", str(len(content)))
    call.end_headers()
    call.wfile.write(content)
