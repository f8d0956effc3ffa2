"""Collecting: the files of a watched folder, or what a connector offers, brought in by themselves at a rhythm.

A file is brought in once its content is at rest, and again only when it changed. One that cannot be read is told and
left until it changes or somebody runs the plan by hand; the others of the folder come in all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linshu.app.connectors import by_name, connectors
from linshu.connectors.layouts import LAYOUTS, layout
from linshu.engine.jobs import Cancelled as Ended
from linshu.engine.jobs.plans import Item, items, note
from linshu.kernel.errors import Cancelled, Conflict, Forbidden, Invalid, Missing, Unavailable, nearest
from linshu.kernel.personal import masked
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.app.local import LocalShop
    from linshu.app.project import Project
    from linshu.app.shop import Watch
    from linshu.engine.jobs import Run

AT_REST = timedelta(seconds=20)  # a file that changed a moment ago may still be written
UNFINISHED = (".part", ".tmp", ".crdownload", "~")
LONGEST_PATTERN = 120


@dataclass(frozen=True, slots=True)
class FileNow:
    """A file of a folder as it lies there; the mark changes whenever its content does."""

    path: Path
    mark: str
    changed_at: datetime


def allowed(project: Project) -> tuple[Path, ...]:
    """The folders whose files may be collected: the project's own, and those the settings name."""
    named = (part.strip() for part in project.settings.sources.folders.split(","))
    return (project.folder / "incoming", *(Path(part) for part in named if part))


def accepted(project: Project, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan of collecting may say: a connector, or a folder with a pattern and perhaps a mapping."""
    said = {name: str(given.get(name) or "").strip() for name in ("connector", "folder", "pattern", "mapping")}
    if said["connector"]:
        if by_name(said["connector"]).needs_file:
            raise Invalid(
                Text(f"{said['connector']} 需要文件", f"{said['connector']} needs a file"),
                mend=Text("请填文件夹，把它填在“怎样读”。", "Name a folder, and say it as the mapping."),
            )
        return {"connector": said["connector"]}
    pattern = said["pattern"] or "*"
    if len(pattern) > LONGEST_PATTERN or "/" in pattern or "\\" in pattern:
        raise Invalid(
            Text(f"“{pattern}”不能当文件名的样式", f"“{pattern}” is no pattern of file names"),
            mend=Text("写文件名，用 * 代表任意字，如 订单*.xlsx。", "Write a name with * for anything: orders*.xlsx."),
        )
    folder = folder_of(project, said["folder"])
    if not said["folder"]:
        folder.mkdir(exist_ok=True)
    if said["mapping"] and said["mapping"] not in (known := [name for name, _ in mappings(project)]):
        raise Missing(
            Text(f"没有映射 {said['mapping']}", f"there is no mapping {said['mapping']}"),
            mend=nearest(said["mapping"], known),
        )
    return {"folder": said["folder"], "pattern": pattern, "mapping": said["mapping"]}


def folder_of(project: Project, said: str) -> Path:
    """The folder meant; Forbidden when it is none of those that may be read, wherever a link of it leads."""
    places = allowed(project)
    folder = Path(said) if said else places[0]
    folder = folder if folder.is_absolute() else project.folder / folder
    if not any(folder.resolve().is_relative_to(place.resolve()) for place in places):
        raise Forbidden(
            Text(f"不能读文件夹 {said}", f"the folder {said} may not be read"),
            mend=Text(
                "放进项目的 incoming/，或请管理员把它写进设置 sources.folders。",
                "Use incoming/ of the project, or have an administrator name it in the setting sources.folders.",
            ),
        )
    return folder


def lying(project: Project, folder: Path, pattern: str) -> list[FileNow]:
    """The files that fit, oldest first; hidden and unfinished ones, and links that lead elsewhere, are not seen."""
    if not folder.is_dir():
        raise Unavailable(
            Text(f"文件夹 {folder} 不在", f"the folder {folder} is not there"),
            mend=Text("请检查它是否还在、是否已挂载。", "See whether it still exists and is mounted."),
        )
    places = [place.resolve() for place in allowed(project)]
    found = []
    for path in sorted(folder.iterdir()):
        plain = path.name
        if plain.startswith((".", "~")) or plain.lower().endswith(UNFINISHED) or not fnmatch(plain, pattern):
            continue
        if path.is_file() and any(path.resolve().is_relative_to(place) for place in places):
            about = path.stat()
            mark = f"{about.st_size}-{about.st_mtime_ns}"
            found.append(FileNow(path, mark, datetime.fromtimestamp(about.st_mtime, UTC)))
    return sorted(found, key=lambda one: (one.changed_at, one.path.name))


def collect(run: Run) -> dict[str, Any]:
    """Bring in what is new in a folder, or what a connector offers."""
    company: LocalShop = run.need("company")
    given, by = run.input, str(run.input.get("by") or "")
    if given.get("connector"):
        answer = _stoppable(
            run, lambda watch: company.import_source(given["connector"], by=by, watch=watch), run.progress
        )
        return {"files": 0, **_brought(answer)}
    folder = folder_of(company.project, str(given.get("folder") or ""))
    files, known = lying(company.project, folder, given.get("pattern") or "*"), _known(run)
    fresh = [one for one in files if _is_new(one, known, by_hand=run.scheduled_at is None)]
    ready = [one for one in fresh if datetime.now(UTC) - one.changed_at >= AT_REST]
    for one in fresh:
        if one not in ready:
            run.log(f"{one.path.name} 还在写，下次再读", f"{one.path.name} is still being written; read next time")
    total, failed = {"batches": 0, "rows": 0, "bad": 0}, []
    for at, one in enumerate(ready):
        try:
            brought = _brought(_file(run, company, one, by, (at, len(ready))))
        except (Invalid, Missing, Forbidden, Conflict) as error:
            failed.append(one.path.name)
            run.log(f"{one.path.name} 没能导入：{error.say('zh')}", f"{one.path.name}: {error.say('en')}", "error")
            _note(run, one, well=False, words=Text(error.say("zh"), error.say("en")))
            continue
        total = {name: total[name] + brought[name] for name in total}
        said = f"{brought['rows']:,}", f"{brought['bad']:,}"
        words = Text("{} 行，{} 行有问题".format(*said), "{} rows, {} with problems".format(*said))
        run.log(f"{one.path.name}：{words.zh}", f"{one.path.name}: {words.en}")
        _note(run, one, well=True, words=words)
    if failed:
        names = ", ".join(failed[:5])
        raise Invalid(
            Text(f"{len(failed)} 个文件没能导入：{names}", f"{len(failed)} files could not be brought in: {names}"),
            mend=Text("原因在日志里；改好文件后再运行。", "The log says why; mend the files, then run it again."),
        )
    return {"files": len(ready), **total}


def mappings(project: Project) -> list[tuple[str, Text]]:
    """How files can be said to be read: the project's own mappings, connectors that read a file, known exports."""
    own = [(path.stem, Text(path.stem, path.stem)) for path in sorted(project.mappings.glob("*.yaml"))]
    read = [(name, one.title) for name, one in connectors().items() if one.needs_file]
    return [*own, *read, *((name, Text(layout(name).title or name, name)) for name in LAYOUTS)]


def choices(project: Project) -> dict[str, list[tuple[str, Text]]]:
    """What a form of collecting offers."""
    return {
        "connector": [(name, one.title) for name, one in connectors().items() if not one.needs_file],
        "folder": [(str(one), Text(str(one), str(one))) for one in allowed(project)],
        "mapping": mappings(project),
    }


def _file(run: Run, company: LocalShop, one: FileNow, by: str, place: tuple[int, int]) -> Any:
    at, count = place

    def tell(fraction: float, words: str) -> None:
        run.progress((at + fraction) / count, f"{one.path.name} {words}")

    mapping = str(run.input.get("mapping") or "")
    return _stoppable(run, lambda watch: company.import_file(one.path, mapping, yes=False, by=by, watch=watch), tell)


def _stoppable(run: Run, work: Any, tell: Watch) -> Any:
    """An import that ends, with nothing of it left, when the job is to end."""

    def watch(fraction: float, words: str) -> None:
        try:
            tell(fraction, words)
        except (Ended, Unavailable) as error:
            raise Cancelled(Text("任务停下了", "the job was ended")) from error

    try:
        return work(watch)
    except Cancelled:
        run.check()
        raise


def _brought(answer: Any) -> dict[str, int]:
    batches = answer.meta["batches"]
    return {
        "batches": len(batches),
        "rows": sum(one["rows_in"] for one in batches if not one["already_known"]),
        "bad": sum(one["bad"] for one in batches if not one["already_known"]),
    }


def _is_new(one: FileNow, known: Mapping[str, Item], *, by_hand: bool) -> bool:
    before = known.get(_known_as(one))
    return before is None or before.mark != one.mark or (by_hand and not before.well)


def _known_as(one: FileNow) -> str:
    """A file's name as it is kept; masked names could be those of two files, so that these carry their mark."""
    plain = masked(one.path.name)
    return plain if plain == one.path.name else f"{plain} {one.mark}"


def _known(run: Run) -> dict[str, Item]:
    with run.need("state").reading() as connection:
        return items(connection, str(run.input.get("plan") or ""))


def _note(run: Run, one: FileNow, *, well: bool, words: Text) -> None:
    item = Item(_known_as(one), one.mark, well, datetime.now(UTC), words)
    with run.need("state").writing() as connection:
        note(connection, str(run.input.get("plan") or ""), item)
