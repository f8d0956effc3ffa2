"""The demonstration: a simulated company is born, its history comes in like any other data, and it goes on living."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.app.beacon import Beacon
from linshu.app.bringing import watcher
from linshu.app.domains import DOMAINS
from linshu.app.jobs import desk_of_jobs
from linshu.app.living import begin_living
from linshu.app.local import LocalShop
from linshu.app.outsiders import bind_outsiders
from linshu.app.project import FILE, Project
from linshu.app.serving import serve_project
from linshu.app.states import open_state
from linshu.app.watching import alert_book
from linshu.domains.operations.alerts.flow import watch
from linshu.engine.access.roles import ROLES
from linshu.engine.access.users import Users
from linshu.engine.decisions import proposing
from linshu.engine.jobs.queue import Asked
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules
from linshu.engine.vault import KeyFile
from linshu.kernel.errors import Conflict, Missing
from linshu.kernel.text import Text
from linshu.standard import STANDARD_HASH
from linshu.twin.config import SOURCE, Config
from linshu.twin.history import chapters, forget_past

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.call import Call
    from linshu.app.shop import Watch
    from linshu.twin.history import Chapter

NAME = "邻里鲜 · 模拟"
CUT_OFF = "23:00"
ROWS_A_MEMBER = {"small": 120, "medium": 215}  # only for the progress bar
USUAL_ROWS_A_MEMBER = 320
# Everything in the demonstration is made up and it listens on this machine only, so that its password may be known.
PASSWORD = "linshu-2026-spring"  # noqa: S105 - said to everybody: nothing in the demo is secret
ACCOUNTS = {
    "operator": "周明", "growth": "林悦", "buyer": "陈波", "dispatch": "赵强", "finance": "孙慧", "leader": "王姐",
    "supplier": "老张", "viewer": "何静", "admin": "管理员",
}  # fmt: skip
NEWEST, JUDGED = 1, 8  # days back: the last evening, and one whose week of forecasts can be judged


@dataclass(frozen=True, slots=True)
class Plan:
    """Which company to simulate, and where."""

    folder: Path
    scale: str = "medium"
    seed: int = 20_260_217

    @property
    def note(self) -> Path:
        """Beside the data: that this is a demonstration, and whether it was built whole."""
        return self.folder / "data" / "demo.json"

    @property
    def twin(self) -> Path:
        """What the company needs to live on; its truth is not there."""
        return self.folder / "data" / "twin"

    @property
    def identity(self) -> dict[str, object]:
        """What a project must have been built from to be used again."""
        return {
            "scale": self.scale,
            "seed": self.seed,
            "linshu": version("linshu"),
            "standard_hash": STANDARD_HASH,
        }


def prepare(plan: Plan, call: Call) -> Answer:
    """The demonstration project, built when it is not there or was built by another version."""
    if Beacon.read_folder(plan.folder / "data") is not None:
        raise Conflict(
            Text("这个演示已经在运行", "this demonstration runs already"),
            mend=Text("直接打开它，或先停止它。", "Open it, or stop it first."),
        )
    known = _note(plan)
    is_ours = known is not None and known["built_from"] == plan.identity and _opens(plan)
    if known is None or not is_ours:
        _clear(plan, known)
        _build(plan, call, _founded(plan))
    elif not known["whole"]:
        until = known.get("until")
        if until is None:
            _clear(plan, known)
        _build(plan, call, _founded(plan) if until is None else datetime.fromisoformat(str(until)))
    project = Project.open(plan.folder)
    _ask_for_forecasts(project)
    with LocalShop.open(project) as shop:
        rows = sum(one["rows"] for one in shop.tables().rows if one["schema"] == "std")
    return Answer.of([{"project": str(plan.folder), "scale": plan.scale, "rows": rows, "accounts": len(ACCOUNTS)}])


def serve_demo(plan: Plan, call: Call) -> None:
    """Serve the project with the company living on in the present; prints how to log in."""
    hint = Text(
        f"演示账号：{'、'.join(ACCOUNTS)}，密码都是 {PASSWORD}",
        f"Demo accounts: {', '.join(ACCOUNTS)}; the password of each is {PASSWORD}",
    )
    call.say(hint)
    serve_project(
        call.project,
        say=call.say,
        background=lambda shop, hub, desk: begin_living(plan.twin, shop, hub, desk),
        login_hint=hint,
    )


def _ask_for_forecasts(project: Project) -> None:
    """Have the days ahead forecast, once, as soon as a server runs; proposals made of that; then the week that can be judged."""
    today = project.settings.company_day.day_of(datetime.now(UTC))
    with open_state(project) as state:
        desk = desk_of_jobs(project, state)
        last = None
        for kind, back in (("forecast", NEWEST), ("proposals", NEWEST), ("forecast", JUDGED)):
            day = today - timedelta(days=back)
            last, _ = desk.queue.enqueue(Asked(kind, f"{kind}:demo:{day}", day=day, after=last), by="local")


def _founded(plan: Plan) -> datetime:
    """A new project with its key and accounts; the moment up to which its company has lived."""
    until = Config(scale=plan.scale).until  # a scale there is not is refused before anything is made
    project = Project.init(plan.folder, name=NAME, cut_off=CUT_OFF)
    _write_note(plan, whole=False)
    project.make_key()
    with open_state(project) as state:
        users = Users(state)
        for role in ROLES:
            users.add(role.name, ACCOUNTS[role.name], role.name, PASSWORD)
    _write_note(plan, whole=False, until=until.isoformat())  # from here on a kill costs a chapter at most
    return until


def _build(plan: Plan, call: Call, until: datetime) -> None:
    """Bring the history in, chapter by chapter, and build the tables; goes on where an earlier run was stopped."""
    config = Config(scale=plan.scale, seed=plan.seed, until=until, cut_off=CUT_OFF)
    call.say(Text("模拟公司的历史正在进来……", "The history of the simulated company comes in ..."))
    with LocalShop.open(Project.open(plan.folder)) as shop:
        with call.progress(Text("历史", "History")) as bar:
            rows = config.size.members * ROWS_A_MEMBER.get(plan.scale, USUAL_ROWS_A_MEMBER)
            for chapter in chapters(config, keep=plan.twin):
                told = watcher(_within(bar, chapter), call.language, round(rows * chapter.share))
                shop.bringing.intake.land_rows(SOURCE, chapter.rows, mark=chapter.mark, watch=told)
        with call.progress(Text("建模", "Models")) as bar:
            report = shop.build_models(watch=bar)
        if report.ok:
            _first_morning(shop)
    if not report.ok:
        names = ", ".join(one.name for one in report.failed)
        raise Conflict(Text(f"这些表没有建成：{names}", f"these tables could not be built: {names}"))
    _write_note(plan, whole=True)
    forget_past(plan.twin)


def _first_morning(shop: LocalShop) -> None:
    """What the daily chain would have made this morning: proposals to decide, alerts that ring."""
    now = datetime.now(UTC)
    today = shop.project.settings.company_day.day_of(now)
    with open_state(shop.project) as state:
        proposing.run(ledger_of(state, Modules(state, DOMAINS).on, lambda: now), shop.figures, today)
        watch(alert_book(state), shop.figures, today)
        bind_outsiders(shop, state, today)


def _within(bar: Watch | None, chapter: Chapter) -> Watch | None:
    """The whole history's bar, moved by one chapter of it."""
    if bar is None:
        return None
    return lambda done, words: bar(chapter.done + chapter.share * done, words)


def _note(plan: Plan) -> dict[str, object] | None:
    try:
        note: dict[str, object] = json.loads(plan.note.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return note


def _opens(plan: Plan) -> bool:
    """Whether the key that sealed this demonstration is still there; without it nothing new could come in."""
    try:
        Project.open(plan.folder).key()
    except Missing:
        return False
    return True


def _write_note(plan: Plan, *, whole: bool, until: str | None = None) -> None:
    content = {"built_from": plan.identity, "whole": whole, **({"until": until} if until else {})}
    plan.note.parent.mkdir(parents=True, exist_ok=True)
    plan.note.write_text(json.dumps(content, indent=1), "utf-8")


def _clear(plan: Plan, known: dict[str, object] | None) -> None:
    """Make room for a new demonstration, but never touch a project that is not one."""
    if not (plan.folder / FILE).exists():
        return
    if known is None:
        raise Conflict(
            Text(f"{plan.folder} 是一个真实项目，不是演示", f"{plan.folder} is a real project, no demonstration"),
            mend=Text("请用 --project 指定别的文件夹。", "Name another folder with --project."),
        )
    KeyFile.place(Project.open(plan.folder).settings.project.id).unlink(missing_ok=True)
    shutil.rmtree(plan.folder)
