"""What an assistant may ask: calls of the HTTP API that change nothing, each under a name and in words it understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field

from linshu.app.api import alerts, proposals
from linshu.app.api.reading import Question, Words
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "/api/v1"


class Nothing(BaseModel):
    """It takes nothing."""


class Cut(BaseModel):
    """Of which metric."""

    of: str = Field(default="", description="A metric: only what it can be cut by", examples=["gmv"])


class One(BaseModel):
    """Which suggestion."""

    proposal_id: str = Field(description="As list_suggestions tells it under `proposal`")


class Part(BaseModel):
    """Which part of the board of data quality."""

    of: Literal["sources", "tables", "checks"] = "sources"


@dataclass(frozen=True, slots=True)
class Tool:
    """One call of the API: `{...}` in its path is taken from what is given."""

    name: str
    says: Text
    path: str
    takes: type[BaseModel] = Nothing
    method: Literal["GET", "POST"] = "GET"

    def call(self, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The address with what is given in it, and what is left; Misused for a word that the tool does not take."""
        for name in given:
            if name not in self.takes.model_fields:
                raise Misused(
                    Text(f"{self.name} 没有参数 {name}", f"{self.name} takes no {name}"),
                    mend=nearest(name, self.takes.model_fields),
                )
        path, left = self.path, {name: value for name, value in given.items() if value is not None}
        for name in self.takes.model_fields:
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(str(left.pop(name, "")) or " ", safe=""))
        return API + path, left


TOOLS: tuple[Tool, ...] = (
    Tool(
        "find_metrics",
        Text(
            "按词查找指标：名称、口径、单位、负责的领域。先找到指标，再用 ask_metrics 查数。",
            "Find metrics by words: name, definition, unit, owner. Find the metric first, then ask for figures with ask_metrics.",
        ),
        "/metrics",
        Words,
    ),
    Tool(
        "list_dimensions",
        Text(
            "数字可以按什么拆分或筛选；给出指标时只列它能按什么拆。",
            "What figures can be cut or filtered by; of a metric, only what it can be cut by.",
        ),
        "/dimensions",
        Cut,
    ),
    Tool(
        "ask_metrics",
        Text(
            "按指标口径算数：指标、维度、筛选、时间粒度、对比、期间。单位在 meta.columns 里：fen 是分，ratio 是比例；"
            "meta 还说明数据新到何时。数字原样引用，不要自己另算。行数多时用 limit、top 或更粗的粒度。",
            "Figures by the metric dictionary: metrics, dimensions, filters, grain, comparison, period. meta.columns tells each "
            "unit: fen is a hundredth of the currency, ratio a share; meta also tells how new the data is. Quote figures as they "
            "stand, do not compute them anew. For many rows use limit, top or a coarser grain.",
        ),
        "/metrics/query",
        Question,
        "POST",
    ),
    Tool(
        "list_suggestions",
        Text(
            "收件箱里的建议（补货、召回等），默认只列等待决定的；value 和 cost 以分计。",
            "Suggestions of the inbox (orders, recalls and the rest), by default those that wait for a decision; value and cost in fen.",
        ),
        "/proposals",
        proposals.Asked,
    ),
    Tool(
        "explain_suggestion",
        Text(
            "一条建议：逐行内容、理由、当时的依据、规则版本、经过。",
            "One suggestion: its lines, reasons, the numbers it was made from, the version of its policy, its history.",
        ),
        "/proposals/{proposal_id}",
        One,
    ),
    Tool(
        "suggestion_scores",
        Text(
            "每一种建议近 90 天说能带来多少、实际带来多少、与什么对照。",
            "What each kind of suggestion promised and brought in the last 90 days, and against what that was measured.",
        ),
        "/proposals/scores",
    ),
    Tool(
        "list_alerts",
        Text("正在响的预警，或所问状态的预警。", "Alerts that ring now, or those in the states asked for."),
        "/alerts",
        alerts.Asked,
    ),
    Tool(
        "data_freshness",
        Text("数据新到何时。", "How new the data is."),
        "/health",
    ),
    Tool(
        "data_quality",
        Text(
            "数据是否按时、是否完整：按来源、按表，或没有通过的检查。",
            "Whether data comes on time and whole: by source, by table, or the checks that did not pass.",
        ),
        "/quality",
        Part,
    ),
)  # fmt: skip
BY_NAME: dict[str, Tool] = {one.name: one for one in TOOLS}
