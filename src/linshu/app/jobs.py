"""What every project runs by itself: tables kept up to date, data watched, copies made, old things forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from linshu.app import backup as backing
from linshu.app.collecting import accepted, choices, collect
from linshu.app.domains import DOMAINS, catalog
from linshu.app.privacy import desk_of
from linshu.app.states import book_of
from linshu.app.watching import alert_book
from linshu.domains.operations.alerts import flow
from linshu.engine.audit import SYSTEM
from linshu.engine.decisions import proposing
from linshu.engine.events import desk as happened
from linshu.engine.events import landing
from linshu.engine.jobs import Job, Planned, books
from linshu.engine.jobs.day import steps, write_chain
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.push import books as outgoing
from linshu.engine.shell import visits
from linshu.engine.shell.context import ledger_of
from linshu.engine.shell.modules import Modules
from linshu.engine.work import WorkDesk
from linshu.engine.work.inside import remind as remind_of_late
from linshu.kernel.errors import Invalid
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linshu.app.local import LocalShop
    from linshu.app.project import Project
    from linshu.engine.jobs import Run
    from linshu.engine.state import State

NIGHTLY = "nightly-*.linshu.tar"
KEPT_BACKUPS = 7
KEPT = timedelta(days=90)
COLLECT, DAY = "collect", Text("每日任务", "The daily chain")
TWICE = Patience(most=2, first=timedelta(minutes=1), longest=timedelta(minutes=1))  # the next moment comes anyway
AFTER_CUT_OFF = 20  # minutes: what was ordered at the last moment has come in


def jobs_of(project: Project) -> tuple[Job, ...]:
    """Everything that can run in this project: what the domains offer, and what is common to all."""
    offered: list[Job] = [job for domain in DOMAINS for feature in domain.features for job in feature.jobs]

    def seal(run: Run) -> dict[str, Any]:
        """Sign what came into the audit since the last time, and write it outside the project."""
        made = book_of(project, run.need("state")).sum_up()
        return {"last": made.last if made else 0}

    def remind(run: Run) -> dict[str, Any]:
        """Pass on work orders that are late, once for each level."""
        desk = WorkDesk(run.need("state"), lambda: datetime.now(UTC), ZoneInfo(project.settings.company.time_zone))
        return {"late": remind_of_late(desk, project.settings.work.channel)}

    own = (
        Job("resume", Text("接上没做完的导入", "Finish imports that broke off"), resume, stage="import", needs=("company",)),
        Job(
            "build", Text("更新数据表", "Bring tables up to date"), build, schedule="10 * * * *", stage="models",
            needs=("company",), late=timedelta(hours=2),
        ),
        Job("check", Text("检查数据质量", "Check the quality of data"), check, stage="checks", needs=("company",)),
        Job(
            "proposals", Text("提出今天的建议，衡量以前的", "Propose for today, measure what was done"), propose,
            stage="proposals", needs=("company", "state"),
        ),
        Job(
            "alerts", Text("看一遍预警规则", "Look at the rules of alerts"), watch, stage="alerts",
            needs=("company", "state"),
        ),
        Job(
            "escalate", Text("没人看的预警升级", "Pass on alerts nobody looks at"), escalate, schedule="*/15 * * * *",
            needs=("state",), late=timedelta(minutes=30),
        ),
        Job(
            "remind", Text("提醒超时的工单", "Remind of late work orders"), remind, schedule="*/15 * * * *",
            needs=("state",), late=timedelta(minutes=30),
        ),
        Job(
            COLLECT, Text("收取数据", "Collect data"), collect, needs=("company", "state"),
            planned=Planned(lambda given: accepted(project, given), lambda: choices(project)),
            patience=TWICE, timeout=timedelta(hours=4),
        ),
        RETENTION,
        Job("backup", Text("备份", "Back up"), back_up, schedule="30 3 * * *", needs=("company",)),
        Job("seal", Text("签名审计记录", "Sign the audit"), seal, schedule="55 23 * * *", needs=("state",)),
        Job("tidy", Text("清理旧记录", "Forget old records"), tidy, schedule="50 3 * * *", needs=("state",)),
    )  # fmt: skip
    everything = [*own, *offered]

    def day(run: Run) -> dict[str, Any]:
        """Write the chain of the company day that was over at the scheduled moment."""
        at = run.scheduled_at or datetime.now(UTC)
        closed = project.settings.company_day.day_of(at) - timedelta(days=1)
        state: State = run.need("state")
        chain = _awake(everything, state)
        with state.writing() as connection:
            ids = write_chain(connection, chain, closed, by="schedule", at=datetime.now(UTC))
        return {"day": closed.isoformat(), "steps": len(ids)}

    return (*everything, Job("day", DAY, day, schedule=_after_cut_off(project), needs=("state",)))


def desk_of_jobs(project: Project, state: State, *, changed: Callable[[str], None] = lambda _: None) -> JobDesk:
    """The jobs of a project as pages and commands deal with them; those of a module that is off rest."""
    day = project.settings.company_day
    return JobDesk.of(state, jobs_of(project), day, changed=changed, resting=lambda: resting(state))


def resting(state: State) -> dict[str, Text]:
    """The kinds of work of modules that are switched off, and the module of each."""
    off = Modules(state, DOMAINS).off
    return {
        job.name: one.title for one in DOMAINS if one.name in off for feature in one.features for job in feature.jobs
    }


def _awake(jobs: Iterable[Job], state: State) -> tuple[Job, ...]:
    """The daily chain without what rests."""
    off = resting(state)
    return steps(one for one in jobs if one.name not in off)


def resume(run: Run) -> dict[str, Any]:
    """Merge what landed and was not merged."""
    return {"batches": len(_company(run).resume().rows)}


def build(run: Run) -> dict[str, Any]:
    """Bring the published tables up to date, and what is added up beforehand."""
    report = _company(run).build_models(watch=run.progress)
    for one in report.failed:
        run.log(f"{one.name} 没有建成：{one.reason.zh}", f"{one.name} was not built: {one.reason.en}", "error")
    if report.failed:
        names = ", ".join(one.name for one in report.failed)
        raise Invalid(Text(f"这些表没有建成：{names}", f"these tables could not be built: {names}"))
    return {"built": len(report.changed), "tables": len(report.outcomes)}


def check(run: Run) -> dict[str, Any]:
    """Judge sources and checks of tables, and keep what is not well in the log."""
    company = _company(run)
    sources, broken = company.quality("sources").rows, company.quality("checks").rows
    poor = [one for one in sources if one["state"] != "good"]
    for one in poor:
        run.log(f"{one['source']}：{one['why']}", f"{one['source']}: {one['why_en']}", "warn")
    for one in broken:
        run.log(f"{one['model']} 没过检查：{one['check']}", f"{one['model']} breaks a check: {one['check']}", "warn")
    return {"sources": len(sources), "poor": len(poor), "broken_checks": len(broken)}


def propose(run: Run) -> dict[str, Any]:
    """Run every kind's rule for the day after the one that closed, and look at what was carried out before."""
    company, state = _company(run), run.need("state")
    ledger = ledger_of(state, Modules(state, DOMAINS).on, lambda: datetime.now(UTC))
    days, now = company.project.settings.company_day, datetime.now(UTC)
    today = run.day + timedelta(days=1) if run.day else days.day_of(now)
    company.ready()
    done = proposing.run(ledger, company.figures, today, days.clock_of(today, now), run.progress)
    for kind, error in done.failed.items():
        run.log(f"{kind} 没能提出建议：{error.say('zh')}", f"{kind} could not propose: {error.say('en')}", "error")
    new = sum(saved.new + saved.changed for saved in done.saved.values())
    return {"new": new, "expired": done.expired, "measured_days": len(done.measured), "failed": len(done.failed)}


def watch(run: Run) -> dict[str, Any]:
    """Hold every active rule against the day that closed; what rings is told once."""
    company, state = _company(run), run.need("state")
    today = run.day + timedelta(days=1) if run.day else company.project.settings.company_day.day_of(datetime.now(UTC))
    company.ready()
    rounds = flow.watch(alert_book(state), company.figures, today, run.progress)
    for one in rounds:
        if one.error is not None:
            run.log(f"{one.rule} 没能看：{one.error.say('zh')}", f"{one.rule}: {one.error.say('en')}", "error")
    return {"rules": len(rounds), "rings": sum(one.rings for one in rounds), "over": sum(one.over for one in rounds)}


def escalate(run: Run) -> dict[str, Any]:
    """Tell the next one up of alerts that nobody has looked at in time."""
    return {"passed_on": flow.pass_on(alert_book(run.need("state")), catalog())}


def retain(run: Run) -> dict[str, Any]:
    """Let go of what is past its time, of files that expired, and finish what was agreed and broke off."""
    company = _company(run)
    desk = desk_of(company, run.need("state"))
    today = run.day + timedelta(days=1) if run.day else company.project.settings.company_day.day_of(datetime.now(UTC))
    company.ready()
    done = {"made_up_for": desk.catch_up(SYSTEM), "files": desk.expire()}
    if company.project.settings.privacy.erase:
        return {**done, **desk.retain(SYSTEM, today)}
    for span, due in desk.due(today):
        if due.now:
            run.log(
                f"{span.title.zh}：{due.now} 条到期，未开启自动删除",
                f"{span.title.en}: {due.now} past their time",
                "warn",
            )
    return done


def back_up(run: Run) -> dict[str, Any]:
    """Write a copy of the project and verify it; the last seven are kept."""
    company = _company(run)
    folder = company.project.folder / "backups"
    to = folder / NIGHTLY.replace("*", f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    made = backing.back_up(company.project, to, shop=company).rows[0]
    for old in sorted(folder.glob(NIGHTLY))[:-KEPT_BACKUPS]:
        old.unlink()
    return {"file": to.name, "rows": made["rows"], "bytes": made["bytes"]}


def tidy(run: Run) -> dict[str, Any]:
    """Forget jobs, messages and events that were over long ago."""
    state: State = run.need("state")
    before = datetime.now(UTC) - KEPT
    with state.writing() as connection:
        landing.sweep(connection, datetime.now(UTC) - landing.KEPT)
        events = happened.sweep(connection, datetime.now(UTC) - happened.KEPT)
        return {
            "jobs": books.sweep(connection, before), "messages": outgoing.sweep(connection, before), "events": events,
            "visits": visits.sweep(connection, before.date()),
        }  # fmt: skip


def _company(run: Run) -> LocalShop:
    company: LocalShop = run.need("company")
    return company


def _after_cut_off(project: Project) -> str:
    minutes = (project.settings.company_day.cut_off_minutes + AFTER_CUT_OFF) % (24 * 60)
    return f"{minutes % 60} {minutes // 60} * * *"


RETENTION = Job(
    "retention", Text("删除到期的个人信息", "Let go of personal data past its time"), retain, stage="reports",
    needs=("company", "state"),
)  # fmt: skip
