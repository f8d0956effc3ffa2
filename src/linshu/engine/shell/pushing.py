"""The desk of push, for those routes that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.shell.context import shell_of
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from fastapi import Request

    from linshu.engine.push.desk import PushDesk

NO_KEY = Text("找不到项目的密钥，推送通道打不开", "the key of the project is not there: push channels stay shut")
MEND = Text("请把密钥文件放回原处，或设置 LINSHU_KEY。", "Put the key file back, or set LINSHU_KEY.")


def push_of(request: Request) -> PushDesk:
    """The desk of push; Unavailable where the key that seals its channels is not there."""
    desk = shell_of(request).push
    if desk is None:
        raise Unavailable(NO_KEY, mend=MEND)
    return desk
