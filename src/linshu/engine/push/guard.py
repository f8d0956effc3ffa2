"""Where messages may be sent: public addresses, and hosts the operator named; nothing else inside the network."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.kernel.errors import Forbidden, Invalid, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


@dataclass(frozen=True, slots=True)
class Guard:
    """Resolves a host once, refuses addresses inside the network, and gives the address that was judged.

    The connection is made to that very address: a name that answers differently the second time changes nothing.
    """

    allowed: frozenset[str] = frozenset()  # hosts that may be private: "erp.local", "127.0.0.1"
    resolve: Callable[[str, int], list[str]] = lambda host, port: resolved(host, port)  # noqa: PLW0108 - found when called

    def address(self, url: httpx.URL) -> str:
        """The address to connect to for a URL; Forbidden when it lies inside the network."""
        host = url.host
        if url.scheme not in {"https", "http"} or not host or url.userinfo:
            raise Invalid(Text("推送地址要以 https:// 开头", "a push address begins with https://"))
        if url.scheme == "http" and host not in self.allowed:
            raise Forbidden(
                Text("推送地址要用 https", "a push address must use https"),
                mend=Text(
                    "内网主机请先列入设置 push.allowed_hosts。", "List inner hosts in the setting push.allowed_hosts."
                ),
            )
        found = self.resolve(host, url.port or (443 if url.scheme == "https" else 80))
        if host not in self.allowed and any(not ipaddress.ip_address(one).is_global for one in found):
            raise Forbidden(
                Text(f"{host} 是内网地址，不能推送", f"{host} lies inside the network and is not pushed to"),
                mend=Text(
                    "确实要推送，请列入设置 push.allowed_hosts。",
                    "If it is meant, list it in the setting push.allowed_hosts.",
                ),
            )
        return found[0]


def resolved(host: str, port: int) -> list[str]:
    """Every address of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(Text(f"找不到主机 {host}", f"the host {host} cannot be found")) from error
    return [str(one[4][0]) for one in found]
