"""What runs: the daily chain, single jobs, their schedules."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.jobs import COLLECT, desk_of_jobs
from linshu.app.person import acting
from linshu.app.states import open_state
from linshu.app.waiting import see_through
from linshu.engine.jobs.books import Filter
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.jobs.queue import STATES
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linshu.app.call import Call
    from linshu.engine.audit import Actor
    from linshu.engine.jobs.plans import Plan
    from linshu.engine.jobs.queue import Kept
    from linshu.engine.state import State

app = typer.Typer()
job = typer.Typer(help="后台任务：做了什么、失败了什么 · Jobs: what ran, what it did, what failed.")
app.add_typer(job, name="job")

plan = typer.Typer(help="定期收取：文件夹或来源，多久一次 · Plans: folders and sources that come in by themselves.")
job.add_typer(plan, name="plan")

PlanName = Annotated[str, typer.Argument(metavar="NAME", help="计划的名字 · the plan's name")]
Rhythm = Annotated[str, typer.Option("--every", help="每几分钟，或每天几点，如 30、06:30 · minutes, or a time of day")]
Folder = Annotated[str, typer.Option(help="文件夹，空为项目的 incoming/ · the folder; empty = incoming/")]
Pattern = Annotated[str, typer.Option(help="哪些文件，如 订单*.xlsx · which files, such as orders*.xlsx")]
Read = Annotated[str, typer.Option("--mapping", help="怎样读，空为自动识别 · how they are read; empty = recognised")]
Source = Annotated[
    str, typer.Option("--connector", help="不读文件夹，而从这个来源收取 · a connector in place of a folder")
]
Named = Annotated[str, typer.Argument(metavar="ID", help="任务编号，可只写开头 · the job's id, or its beginning")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help="哪种任务，见 linshu job schedule · which kind")]
Day = Annotated[str, typer.Option("--day", help="公司日，默认最近结束的一天 · company day; the last that is over")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="只排队，不等做完 · only queue it")]


@contextmanager
def _desk(this: Call) -> Iterator[tuple[JobDesk, State]]:
    acting(this.project, this.person, "jobs.see")
    with open_state(this.project) as state:
        yield desk_of_jobs(this.project, state), state


@app.command()
def run(
    ctx: typer.Context,
    day: Day = "",
    only: Annotated[str, typer.Option(help="只做其中一步 · only this step")] = "",
    no_wait: NoWait = False,
) -> None:
    """每日任务：导入、建模、检查、各业务、预警、报告 · The daily chain; a day that was done is not done again."""
    this = call.of(ctx)
    with _desk(this) as (desk, state):
        ids = desk.run_day(_day(day), _actor(this), only=only)
        _through(this, desk, state, ids, no_wait)


@job.command("list")
def job_list(
    ctx: typer.Context,
    kind: Annotated[str, typer.Option(help="只看一种 · only this kind")] = "",
    state: Annotated[str, typer.Option(help=f"{' '.join(STATES)}")] = "",
    limit: Annotated[int, typer.Option(help="最多几个 · at most so many")] = 30,
) -> None:
    """列出任务，最新在前 · List jobs, newest first."""
    this = call.of(ctx)
    if state and state not in STATES:
        raise Misused(Text(f"没有状态 {state}", f"there is no state {state}"), mend=nearest(state, STATES))
    with _desk(this) as (desk, _):
        found, total = desk.listed(Filter(kind, (state,) if state else ()), limit=limit)
        this.show(Answer.of([row(this, desk, one) for one in found], total=total))


@job.command("show")
def job_show(ctx: typer.Context, job_id: Named) -> None:
    """一个任务：状态、结果、日志 · One job: its state, result and log."""
    this = call.of(ctx)
    with _desk(this) as (desk, _):
        kept, lines = desk.show(job_id)
        log = [{"at": one.at, "level": one.level, "words": one.words.say(this.language)} for one in lines]
        this.show(Answer.of([row(this, desk, kept) | {"input": kept.input, "result": kept.result}], log=log))
        if not this.as_json and log:
            this.show(Answer.of(log))


@job.command("run")
def job_run(ctx: typer.Context, kind: Kind, day: Day = "", no_wait: NoWait = False) -> None:
    """现在就做一次 · Run a job now, whatever was run before."""
    this = call.of(ctx)
    with _desk(this) as (desk, state):
        _through(this, desk, state, [desk.run(kind, _actor(this), day=_day(day))], no_wait)


@job.command("cancel")
def job_cancel(ctx: typer.Context, job_id: Named) -> None:
    """取消：等着的不做了，做着的在下一个检查点停下 · Cancel a job; one that runs ends at its next checkpoint."""
    this = call.of(ctx)
    with _desk(this) as (desk, _):
        found = desk.queue.find(job_id)
        desk.queue.cancel(found.job_id, _actor(this))
        this.show(Answer.of([row(this, desk, desk.queue.find(found.job_id))]))


@job.command("retry")
def job_retry(ctx: typer.Context, job_id: Named, no_wait: NoWait = False) -> None:
    """再做一次失败或取消了的任务 · Run a failed or cancelled job anew."""
    this = call.of(ctx)
    with _desk(this) as (desk, state):
        found = desk.queue.find(job_id)
        desk.queue.retry(found.job_id, _actor(this))
        _through(this, desk, state, [found.job_id], no_wait)


@job.command("schedule")
def job_schedule(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="开关哪一个，空为列出 · which one to switch")] = "",
    active: Annotated[bool | None, typer.Option("--on/--off", help="打开或关闭 · switch on or off")] = None,
) -> None:
    """计划：每种任务何时自动运行 · Schedules: when each kind runs by itself."""
    this = call.of(ctx)
    with _desk(this) as (desk, _):
        if kind and active is not None:
            desk.clock.set_active(kind, active, _actor(this))
        planned, off = {one.kind: (one, last) for one, last in desk.schedules()}, desk.resting()
        this.show(
            Answer.of(
                {
                    "kind": name, "title": one.title.say(this.language), "daily_step": one.stage,
                    "when": planned[name][0].said.say(this.language) if name in planned else "", "cron": one.schedule,
                    "active": planned[name][0].active if name in planned else None,
                    "next_at": planned[name][0].next_at if name in planned else None,
                    "module_off": off[name].say(this.language) if name in off else "",
                }
                for name, one in desk.jobs.items()
                if not kind or name == kind
            )
        )  # fmt: skip


@plan.command("list")
def plan_list(ctx: typer.Context) -> None:
    """列出定期收取的来源，下次何时、上次怎样 · List what comes in by itself, when next, and how it went."""
    this = call.of(ctx)
    with _desk(this) as (desk, _):
        this.show(Answer.of(_plan_row(this, one, last) for one, last in desk.plans.all()))


@plan.command("add")
def plan_add(  # noqa: PLR0913, PLR0917 - the parts of a plan, each an option
    ctx: typer.Context,
    name: PlanName,
    every: Rhythm,
    folder: Folder = "",
    pattern: Pattern = "*",
    mapping: Read = "",
    connector: Source = "",
) -> None:
    """定期收取一个文件夹或来源 · Have a folder or source come in by itself."""
    this = call.of(ctx)
    given = {"folder": folder, "pattern": pattern, "mapping": mapping, "connector": connector}
    with _desk(this) as (desk, _):
        this.show(Answer.of([_plan_row(this, desk.plans.add(COLLECT, name, every, given, _importer(this)), None)]))


@plan.command("change")
def plan_change(
    ctx: typer.Context,
    name: PlanName,
    every: Annotated[str, typer.Option("--every", help="每几分钟，或每天几点 · minutes, or a time of day")] = "",
    active: Annotated[bool | None, typer.Option("--on/--off", help="打开或关闭 · switch on or off")] = None,
) -> None:
    """换个时间，或打开、关闭 · Another rhythm, or on and off."""
    this = call.of(ctx)
    with _desk(this) as (desk, _):
        found, actor = desk.plans.find(name), _importer(this)
        if every:
            found = desk.plans.change(found, found.name, every, found.given, actor)
        if active is not None:
            desk.plans.set_active(found, active, actor)
        this.show(Answer.of([_plan_row(this, desk.plans.find(found.plan_id), None)]))


@plan.command("run")
def plan_run(ctx: typer.Context, name: PlanName, no_wait: NoWait = False) -> None:
    """现在就收取一次 · Collect now."""
    this = call.of(ctx)
    with _desk(this) as (desk, state):
        _through(this, desk, state, [desk.plans.run(desk.plans.find(name), _importer(this))], no_wait)


@plan.command("remove")
def plan_remove(ctx: typer.Context, name: PlanName) -> None:
    """不再收取 · Forget a plan; what came in stays."""
    this = call.of(ctx)
    with _desk(this) as (desk, _):
        desk.plans.remove(desk.plans.find(name), _importer(this))
        this.show(Answer.of(_plan_row(this, one, last) for one, last in desk.plans.all()))


def _importer(this: Call) -> Actor:
    return acting(this.project, this.person, "data.import")


def _plan_row(this: Call, one: Plan, last: Kept | None) -> dict[str, object]:
    given = one.given
    return {
        "name": one.name, "from": given.get("connector") or f"{given.get('folder') or 'incoming'}/{given.get('pattern')}",
        "mapping": given.get("mapping", ""), "every": str(one.rhythm) if this.as_json else one.rhythm.said.say(this.language),
        "active": one.active, "next_at": one.next_at, "made_by": one.made_by, "last_state": last.state if last else "",
        "last_error": last.error.say(this.language) if last else "",
    }  # fmt: skip


def _actor(this: Call) -> Actor:
    return acting(this.project, this.person, "jobs.run")


def row(this: Call, desk: JobDesk, one: Kept) -> dict[str, object]:
    """A job as a line of the terminal."""
    return {
        "job": one.job_id if this.as_json else one.job_id[:10], "kind": one.kind,
        "title": desk.title(one.kind).say(this.language), "state": one.state, "day": one.day,
        "progress": round(one.progress, 3), "attempts": one.attempts, "asked_by": one.asked_by,
        "created_at": one.created_at, "ended_at": one.ended_at, "error": one.error.say(this.language),
    }  # fmt: skip


def _day(day: str) -> date | None:
    if not day:
        return None
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise Misused(
            Text(f"看不懂日期 {day}", f"{day} is no day"), mend=Text("请写成 2026-11-25。", "Write 2026-11-25.")
        ) from error


def _through(this: Call, desk: JobDesk, state: State, ids: Sequence[str], no_wait: bool) -> None:
    if no_wait:
        this.show(Answer.of(row(this, desk, desk.queue.find(job_id)) for job_id in ids))
        return
    with this.progress(Text("任务", "Jobs")) as bar:

        def watch(found: Sequence[Kept]) -> None:
            now = next((one for one in found if one.state == "running"), None)
            words = f"{desk.title(now.kind).say(this.language)} {now.words.say(this.language)}" if now else ""
            bar(sum(1.0 if one.is_over else one.progress for one in found) / max(len(found), 1), words)

        found = see_through(this.project, state, ids, watch)
    this.show(Answer.of(row(this, desk, one) for one in found))
    if any(one.state != "done" for one in found):
        raise typer.Exit(1)
