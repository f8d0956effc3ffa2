"""The reference pages, written from the declarations themselves: metrics, commands, settings, published tables.

`python -m linshu.app.reference` writes them; a check fails when a page no longer says what the code declares.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linshu.app.cli import tree
from linshu.app.domains import DOMAINS, catalog
from linshu.app.settings import known
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import columns
from linshu.engine.warehouse import models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linshu.engine.metrics.declare import Metric
    from linshu.engine.shell.feature import Domain
    from linshu.engine.warehouse.model import Model

FOLDER = Path(__file__).parents[3] / "docs" / "reference"
MADE = "<!-- Written by `make docs` from the declarations; change those, not this page. -->\n"
EVERYWHERE = ("project", "as_json", "debug", "help")
BETTER = {"higher": "越高越好 higher", "lower": "越低越好 lower", "neither": "—"}


def metrics() -> str:
    """The metric dictionary as a page."""
    lines = [MADE, "# 指标口径 · Metrics\n", "每个数只有一个定义；页面、命令、接口、导出都读它。",
             "Each figure has one definition; pages, commands, API and exports all read it.\n"]  # fmt: skip
    for domain in DOMAINS:
        if domain.metrics:
            lines += [f"\n## {domain.title.zh} · {domain.title.en}\n", *_metrics_of(domain)]
    lines += ["\n## 维度 · Dimensions\n", "| name | 名称 | title | within |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{one.name}` | {one.title.zh} | {one.title.en} | {one.parent} |" for one in catalog().dimensions.values()
    ]
    lines += ["\n## 汇总表 · Rollups\n", "预先按日汇总；只在答案与明细完全一致时使用。",
              "Added up by day beforehand; used only where the answer is exactly that of the fact.\n",
              "| name | fact | clock | keys |", "| --- | --- | --- | --- |"]  # fmt: skip
    lines += [
        f"| `{one.name}` | `{one.fact.name}` | {one.clock.name} | {', '.join(one.table.keys)} |"
        for one in catalog().rolled
    ]
    return "\n".join(lines) + "\n"


def _metrics_of(domain: Domain) -> Iterator[str]:
    for one in domain.metrics:
        yield f"### `{one.name}` {one.title.zh} · {one.title.en}\n"
        yield f"{one.definition.zh}  \n{one.definition.en}\n"
        yield f"单位 unit `{one.unit}` · {BETTER[str(one.better)]} · {_made_of(one)} · v{one.version}\n"
        if one.note.zh:
            yield f"> {one.note.zh} · {one.note.en}\n"


def _made_of(one: Metric) -> str:
    if isinstance(one.formula, Measure):
        clock = f", {one.formula.clock}" if one.formula.clock else ""
        return f"{one.formula.aggregate} of `{one.formula.fact}`{clock}"
    return "from " + ", ".join(f"`{name}`" for name in dict.fromkeys(columns(one.formula)))


def commands() -> str:
    """Every command with its arguments and options."""
    lines = [
        MADE,
        "# 命令 · Commands\n",
        "每个命令都有 Every command has: `--project PATH` · `--json` · `--debug`.",
        "退出码 Exit codes: 0 完成 done, 1 失败或被拒绝 failed or refused, 2 用法错误 wrong use.\n",
    ]
    for name, command in _walk(tree(), "linshu"):
        lines += [f"\n## `{name}`\n", _first_line(command.help), "", *_options(command)]
    return "\n".join(lines) + "\n"


def _walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child_name, child in children.items():
        yield from _walk(child, f"{name} {child_name}")


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0] if text and text.strip() else ""


def _options(command: Any) -> Iterator[str]:
    shown = [one for one in command.params if one.name not in EVERYWHERE and not getattr(one, "hidden", False)]
    if not shown:
        return
    yield "| option | meaning |"
    yield "| --- | --- |"
    for one in shown:
        optional = one.param_type_name == "option"
        name = " / ".join([*one.opts, *one.secondary_opts]) if optional else one.name.upper()
        yield f"| `{name}` | {one.help or ''} |"


def settings() -> str:
    """Every setting with its variable and default."""
    lines = [
        MADE,
        "# 设置 · Settings\n",
        "`linshu.toml` < 环境变量 variables `LINSHU_*` < 命令行 flags.",
        "密钥不在这里 The key is not here: `LINSHU_KEY` or `~/.config/linshu/keys/`.\n",
    ]
    section = ""
    for one in known():
        if one.section != section:
            section = one.section
            lines += [f"\n## [{section}]\n", "| setting | variable | default | meaning |", "| --- | --- | --- | --- |"]
        default = f"`{one.default!r}`".replace("'", '"')
        choices = f" ({' / '.join(one.choices)})" if one.choices else ""
        lines.append(f"| `{one.name}` | `{one.variable}` | {default} | {one.meaning.zh} · {one.meaning.en}{choices} |")
    return "\n".join(lines) + "\n"


def tables() -> str:
    """Every published table: its grain, key, owner and columns."""
    lines = [MADE, "# 发布的表 · Published tables\n", "各领域只在这里相遇 Domains meet only here: `mart.*`.\n"]
    for domain in DOMAINS:
        found = [one for one in models.load(domain.models) if not one.name.startswith("stg_")] if domain.models else []
        if found:
            lines.append(f"\n## {domain.title.zh} · {domain.title.en}\n")
        for one in found:
            lines += [
                f"### `{one.name}`\n",
                f"每行 One row per: {one.grain}  \n键 Key: `{', '.join(one.key)}` · {one.owner}\n",
                *_contract(one),
            ]
    return "\n".join(lines) + "\n"


def _contract(model: Model) -> list[str]:
    """What the columns of a published table mean, what a late row does to it, and what it means when it is empty."""
    rows = [f"| `{one.name}` | {one.unit} | {one.meaning} |" for one in model.columns]
    told = [f"迟到的行 Late rows: {model.late}  "] if model.late else []
    told += [f"为空 Empty: {model.empty}"] if model.empty else []
    head = ["| 列 Column | 单位 Unit | 含义 Meaning |", "| --- | --- | --- |"]
    return [*(head if rows else []), *rows, "", *told, ""]


PAGES: dict[str, Callable[[], str]] = {
    "metrics.md": metrics,
    "commands.md": commands,
    "settings.md": settings,
    "tables.md": tables,
}


def stale(folder: Path = FOLDER) -> list[str]:
    """The pages that no longer say what the code declares."""
    return [
        name
        for name, page in PAGES.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != page()
    ]


def write(folder: Path = FOLDER) -> None:
    """Write every page anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    write()
    sys.stdout.write(f"{FOLDER}\n")
