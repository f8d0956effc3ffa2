"""Says what is well with an installation and a project, and how to mend what is not."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from linshu.app.beacon import Beacon
from linshu.engine.vault import Vault
from linshu.engine.vault.scan import find_plain_phones
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linshu.app.answer import Answer
    from linshu.app.project import Project

EXTRAS = {"ml": "lightgbm", "solve": "ortools", "scale": "deltalake"}
LOW_DISK = 2 * 1024**3
NO_MEND = Text("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: "ok", "warn" (works, but) or "bad" (must be mended)."""

    check: str
    state: str
    found: Text
    mend: Text = NO_MEND


def examine(project: Project | None) -> list[Finding]:
    """Every finding, the machine first, then the project."""
    findings = [check() for check in MACHINE]
    if project is not None:
        findings += [finding for check in PROJECT for finding in check(project)]
    return findings


def _versions() -> Finding:
    found = f"linshu {version('linshu')}, Python {platform.python_version()}, DuckDB {version('duckdb')}"
    return Finding("versions", "ok", Text(found, found))


def _extras() -> Finding:
    missing = [extra for extra, package in EXTRAS.items() if not _installed(package)]
    if not missing:
        return Finding("extras", "ok", Text("可选组件齐全", "all optional parts are installed"))
    names = ", ".join(missing)
    mend = f"pip install 'linshu[{','.join(missing)}]'"
    return Finding(
        "extras", "ok", Text(f"未装可选组件：{names}", f"optional parts not installed: {names}"), Text(mend, mend)
    )


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def chromium() -> str | None:
    """Where Chromium is, for PDF and pictures; None without it."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


def _browser() -> Finding:
    path = chromium()
    if path:
        return Finding("chromium", "ok", Text(path, path))
    return Finding(
        "chromium",
        "warn",
        Text(
            "没有 Chromium：不能生成 PDF 和图片，改用 Excel 或网页",
            "no Chromium: no PDF or pictures, xlsx or HTML instead",
        ),
        Text("apt-get install chromium", "apt-get install chromium"),
    )


def _fonts() -> Finding:
    tool = shutil.which("fc-list")
    listed = _fonts_listed(tool) if tool else ""
    if listed.strip():
        count = len(listed.splitlines())
        return Finding("fonts", "ok", Text(f"{count} 种中文字体", f"{count} Chinese fonts"))
    return Finding(
        "fonts",
        "warn",
        Text(
            "本机没有中文字体：服务器生成的 PDF 和图片会缺字",
            "no Chinese font: PDF and pictures made here lack characters",
        ),
        Text("apt-get install fonts-noto-cjk", "apt-get install fonts-noto-cjk"),
    )


def _fonts_listed(tool: str) -> str:
    # The path is that of fontconfig's own tool, and nothing in the call comes from outside.
    return subprocess.run([tool, ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - fixed words, found by which()


def _disk(project: Project) -> Iterator[Finding]:
    free = shutil.disk_usage(project.folder).free
    words = f"{free / 1024**3:.1f} GB"
    text = Text(f"剩余磁盘 {words}", f"{words} of disk free")
    mend = Text("请清理磁盘，或把项目移到更大的盘。", "Free some disk, or move the project to a larger one.")
    yield Finding("disk", "bad", text, mend) if free < LOW_DISK else Finding("disk", "ok", text)


def _key(project: Project) -> Iterator[Finding]:
    try:
        key = project.key()
        with Vault.open(project.vault, key) as vault:
            subjects, _ = vault.count()
        place = str(key.path or "LINSHU_KEY")
        yield Finding("key", "ok", Text(f"{place}，封存了 {subjects} 人", f"{place}, {subjects} persons sealed"))
    except LinshuError as error:
        yield Finding("key", "bad", error.what, error.mend)


def _server(project: Project) -> Iterator[Finding]:
    beacon = Beacon.read(project)
    running = (
        Text(f"服务运行于 {beacon.url}", f"served at {beacon.url}") if beacon else Text("没有在服务", "not served now")
    )
    yield Finding("server", "ok", running)


def _phones(project: Project) -> Iterator[Finding]:
    leaks = find_plain_phones(project.folder)
    if not leaks:
        yield Finding("plain phones", "ok", Text("项目文件里没有明文手机号", "no plain phone number in any file"))
    for leak in leaks:
        place = f"{leak.path.relative_to(project.folder)} {leak.where}".strip()
        yield Finding(
            "plain phones",
            "bad",
            Text(f"{place} 里有 {leak.count} 个明文手机号", f"{leak.count} plain phone numbers in {place}"),
            Text(
                "导入后请把原始文件移出项目文件夹。", "Move raw files out of the project folder after importing them."
            ),
        )


def _storage(project: Project) -> Iterator[Finding]:
    size = (
        sum(path.stat().st_size for path in project.data.rglob("*") if path.is_file()) if project.data.exists() else 0
    )
    text = f"data/ {size / 1024**2:,.0f} MB"
    yield Finding("storage", "ok", Text(text, text))


def rolled(rollups: Answer) -> Iterator[Finding]:
    """What is added up beforehand: through which day, how many days wait, how small beside the fact."""
    for one in rollups.rows:
        size = f"{one['rows']:,} / {one['fact_rows']:,}"
        if one["reason"]:
            text = Text(f"{one['rollup']}：{one['reason']}", f"{one['rollup']}: {one['reason_en']}")
            yield Finding(
                "rollup",
                "warn",
                text,
                Text(
                    "改用明细表作答；修正数据后运行 linshu build",
                    "facts answer instead; mend the data, then linshu build",
                ),
            )
        elif not one["through"]:
            text = Text(f"{one['rollup']} 尚未汇总", f"{one['rollup']} is not added up yet")
            yield Finding("rollup", "warn", text, Text("运行 linshu build", "linshu build"))
        else:
            text = Text(
                f"{one['rollup']} 汇总到 {one['through']}，{size} 行，{one['dirty_days']} 天待更新",
                f"{one['rollup']} through {one['through']}, {size} rows, {one['dirty_days']} days wait",
            )
            yield Finding("rollup", "ok", text)


def fresh(as_of: datetime | None) -> Finding:
    """How old the newest data is."""
    if as_of is None:
        return Finding(
            "freshness", "warn", Text("还没有数据", "no data yet"), Text("linshu import …", "linshu import …")
        )
    hours = (datetime.now(UTC) - as_of).total_seconds() / 3600
    text = Text(f"最新数据到于 {as_of:%Y-%m-%d %H:%M}Z", f"newest data arrived {as_of:%Y-%m-%d %H:%M}Z")
    return Finding("freshness", "ok" if hours < 48 else "warn", text)


def own_metrics(answer: Answer) -> Iterator[Finding]:
    """What is wrong with the company's own metrics."""
    bad = [row for row in answer.rows if row["state"] == "bad"]
    if not bad:
        count = len(answer)
        yield Finding("own metrics", "ok", Text(f"{count} 个自有指标", f"{count} own metrics"))
    for row in bad:
        what = Text(f"{row['where']}：{row['what']}", f"{row['where_en']}: {row['what_en']}")
        yield Finding("own metrics", "bad", what, Text(row["mend"], row["mend_en"]))


MACHINE: tuple[Callable[[], Finding], ...] = (_versions, _extras, _browser, _fonts)
PROJECT: tuple[Callable[[Project], Iterator[Finding]], ...] = (_disk, _storage, _key, _server, _phones)
