"""How old the data is, said on every page before anyone trusts a figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from linshu.kernel.company_day import CompanyDay

AMBER, RED = timedelta(hours=2), timedelta(hours=26)  # a missed hourly delivery; a missed nightly one
LIVE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The badge in the top bar: how old the data is and how much that should worry."""

    tone: Literal["live", "fresh", "amber", "red", "past", "empty"]
    text: Text
    detail: Text

    def state(self) -> dict[str, str]:
        """What travels to open pages, in both languages."""
        return {"tone": self.tone, "zh": self.text.zh, "en": self.text.en}


def freshness(as_of: datetime | None, now: datetime, day: CompanyDay) -> Freshness:
    """Green while data arrives, amber after two hours, red after more than a day, grey with no data."""
    if as_of is None:
        return Freshness(
            "empty",
            Text("还没有数据", "No data yet"),
            Text("导入后这里显示到账时间", "Shows the arrival time once data is in"),
        )
    age, local = now - as_of, day.local(as_of)
    detail = Text(
        f"最近一批数据到达：{local:%Y-%m-%d %H:%M:%S}（{day.zone}），公司日 {day.cut_off} 截单",
        f"Latest batch arrived {local:%Y-%m-%d %H:%M:%S} ({day.zone}); the company day ends at {day.cut_off}",
    )
    if age <= LIVE:
        return Freshness("live", Text(f"刚更新 {local:%H:%M:%S}", f"Updated {local:%H:%M:%S}"), detail)
    if day.local(now).date() == local.date():
        text = Text(f"数据截至 {local:%H:%M}", f"Data as of {local:%H:%M}")
    else:
        text = Text(f"数据截至 {local.month}月{local.day}日 {local:%H:%M}", f"Data as of {local:%d %b %H:%M}")
    return Freshness("fresh" if age < AMBER else "amber" if age < RED else "red", text, detail)
