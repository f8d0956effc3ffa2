"""A company's project folder: plain text fit for git, and data/ beside it, which is not."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.app.settings import Settings, load
from linshu.engine.vault import KeyFile, Vault
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Conflict, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.app.settings import Value

FILE = "linshu.toml"
TEMPLATE = """\
# 邻数项目设置。每一项都可由 LINSHU_ 开头的环境变量覆盖，例如 LINSHU_COMPANY_CUT_OFF。
# Settings of this Linshu project. Each can be overridden by a variable such as LINSHU_COMPANY_CUT_OFF.

[project]
id = "{id}"
name = "{name}"
language = "{language}"

[company]
cut_off = "{cut_off}"   # 截单时间：此刻起的订单算次日 · from here on orders belong to the next day
currency = "{currency}"
"""


@dataclass(frozen=True, slots=True)
class Project:
    """Where everything of one company lies."""

    folder: Path
    settings: Settings

    @property
    def file(self) -> Path:
        """The settings of the project."""
        return self.folder / FILE

    @property
    def mappings(self) -> Path:
        """The company's own descriptions of its files."""
        return self.folder / "mappings"

    @property
    def metrics(self) -> Path:
        """The company's own metrics."""
        return self.folder / "metrics"

    @property
    def data(self) -> Path:
        """Everything that is not text: landing, warehouse, state, vault."""
        return self.folder / "data"

    @property
    def landing(self) -> Path:
        """Every batch that ever came in, sealed and unchanged; all else can be rebuilt from it."""
        return self.data / "landing"

    @property
    def warehouse(self) -> Path:
        """The analytical store, one file owned by one process."""
        return self.data / "warehouse.duckdb"

    @property
    def state(self) -> Path:
        """Users, log-ins, decisions."""
        return self.data / "state.sqlite"

    @property
    def checks(self) -> Path:
        """Every change of a check, line by line: the one thing of the warehouse that landing cannot give back."""
        return self.data / "history" / "checks.jsonl"

    @property
    def vault(self) -> Path:
        """The wrapped keys of persons; worthless without the key outside this folder."""
        return self.data / "vault"

    @property
    def quarantine(self) -> Path:
        """Bad rows on their way to be mended."""
        return self.data / "quarantine"

    @property
    def server(self) -> Path:
        """How commands reach a running server: process, port, token."""
        return self.data / "server.json"

    def make_key(self) -> Path | None:
        """Where the key that opens sealed values lies, made now when there is none; None: it is in LINSHU_KEY."""
        return self.key(create=not Vault.exists(self.vault)).path

    def key(self, *, create: bool = False) -> KeyFile:
        """The key of this project, from outside its folder."""
        return KeyFile.find(self.settings.project.id, self.folder, create=create)

    @classmethod
    def init(
        cls,
        folder: Path,
        *,
        name: str = "",
        language: str = "zh",
        cut_off: str = "24:00",
        currency: str = "CNY",
    ) -> Project:
        """Make a new project; Conflict when there is one already, so that nothing is ever overwritten."""
        file = folder / FILE
        if file.exists():
            raise Conflict(
                Text(f"{folder} 已经是一个项目", f"{folder} is a project already"),
                mend=Text("直接使用它，或换一个文件夹。", "Use it, or choose another folder."),
            )
        CompanyDay.parse(cut_off)
        text = TEMPLATE.format(
            id=secrets.token_hex(8),
            name=_quotable(name or folder.resolve().name),
            language=language,
            cut_off=cut_off,
            currency=currency,
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("/data/\n/backups/\n/incoming/\n", "utf-8")
        file.write_text(text, "utf-8")
        project = cls.open(folder)
        for place in (project.mappings, project.metrics):
            place.mkdir(exist_ok=True)
            (place / ".gitkeep").touch()
        for place in (project.landing, project.vault, project.quarantine):
            place.mkdir(parents=True, exist_ok=True)
        # Names and takings are nobody else's business, even sealed.
        project.data.chmod(0o700)
        return project

    @classmethod
    def open(cls, folder: Path | str, flags: Mapping[str, Value | None] | None = None) -> Project:
        """The project in that folder; Missing when there is none."""
        folder = Path(folder)
        file = folder / FILE
        if not file.is_file():
            raise Missing(
                Text(
                    f"{folder.resolve()} 里没有项目（找不到 {FILE}）",
                    f"no project in {folder.resolve()} ({FILE} is not there)",
                ),
                mend=Text(
                    "先运行 linshu init 文件夹，或用 --project 指明位置。",
                    "Run: linshu init FOLDER, or say where it is with --project.",
                ),
            )
        return cls(folder, load(file, flags=flags))


def settle(project: Project, wanted: Mapping[str, Value], *, empty: bool) -> list[str]:
    """Set what a source needs (its currency) in a project that holds nothing yet; says what was changed.

    Conflict when data of another kind is there already: dollars are never added to yuan.
    """
    differing = {path: value for path, value in wanted.items() if project.settings.value(path) != value}
    if not differing:
        return []
    said = ", ".join(f"{path} = {value!r}" for path, value in differing.items())
    if not empty:
        raise Conflict(
            Text(
                f"这个来源需要 {said}，而项目里已有别的数据",
                f"this source needs {said}, and other data is here already",
            ),
            mend=Text("请为它新建一个项目。", "Make a new project for it."),
        )
    for path, value in differing.items():
        write_setting(project, path, value)
    return [f"{path} = {value!r}" for path, value in differing.items()]


def write_setting(project: Project, path: str, value: Value) -> None:
    """Set one value, named as company.cut_off, in the project's settings file."""
    section, _, name = path.partition(".")
    project.file.write_text(_with_setting(project.file.read_text("utf-8"), section, name, value), "utf-8")


def _with_setting(text: str, section: str, name: str, value: Value) -> str:
    """The settings file with one value replaced or added, everything else as its author wrote it."""
    written = json.dumps(value, ensure_ascii=False)
    head, mark, rest = text.partition(f"[{section}]\n")
    body, after = re.split(r"(?m)^(?=\[)", rest, maxsplit=1) if re.search(r"(?m)^\[", rest) else (rest, "")
    line = re.compile(rf'(?m)^{name}\s*=\s*(?:"[^"\n]*"|[^\s#]+)')
    if not mark:
        return f"{text.rstrip()}\n\n[{section}]\n{name} = {written}\n"
    changed = line.sub(lambda _: f"{name} = {written}", body) if line.search(body) else f"{name} = {written}\n{body}"
    return head + mark + changed + after


def _quotable(name: str) -> str:
    """The name as it may stand between the quotes of a TOML string."""
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
