"""Where orders and money come from."""

from __future__ import annotations

from linshu.twin.rows import pool

CHANNELS = (
    ("mini-program", "微信小程序", "mini_program"), ("group-tool", "社群接龙", "group_tool"), ("app", "邻鲜优选 App", "other"),
    ("wechat-pay", "微信支付", "payment"), ("alipay", "支付宝", "payment"),
)  # fmt: skip
CHANNEL_POOL = pool([channel[0] for channel in CHANNELS])
