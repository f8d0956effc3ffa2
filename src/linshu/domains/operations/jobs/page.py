"""The pages of jobs: a board of now and before, and one job with its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.jobs.plans_page import router as plans_router
from linshu.engine.jobs.books import Filter
from linshu.engine.jobs.queue import OPEN, STATES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.listing import link, page_in
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.jobs.queue import Kept
    from linshu.engine.shell.context import Viewer

router = APIRouter(prefix="/jobs", include_in_schema=False, dependencies=[Depends(needs("jobs.see"))])
router.include_router(plans_router)
FOLDER = "domains/operations/jobs"
TITLE = Text("后台任务", "Jobs")
RUNS = Depends(needs("jobs.run"))
PAGE_ROWS, MOST_NOW, MOST_EXPORTED = 30, 40, 10_000
SAID = {
    "queued": Text("排队", "Queued"), "running": Text("运行中", "Running"), "done": Text("完成", "Done"),
    "failed": Text("失败，将再试", "Failed, to be retried"), "cancelled": Text("已取消", "Cancelled"),
    "dead": Text("失败", "Failed"),
}  # fmt: skip
TONES = {"done": "is-good", "running": "is-info", "failed": "is-warn", "dead": "is-bad", "queued": "", "cancelled": ""}
ASKERS = {"schedule": Text("计划", "Schedule"), "local": Text("本机命令", "A command here")}
RESULTS = {
    "batches": Text("批次", "batches"), "built": Text("更新的表", "tables built"), "tables": Text("全部表", "all tables"),
    "sources": Text("来源", "sources"), "poor": Text("要留意的来源", "sources to look at"),
    "broken_checks": Text("没过的检查", "broken checks"), "file": Text("文件", "file"), "rows": Text("行", "rows"),
    "bytes": Text("字节", "bytes"), "jobs": Text("任务", "jobs"), "messages": Text("消息", "messages"), "events": Text("事件", "events"),
    "visits": Text("访问记录", "visits"),
    "resting": Text("未启用的模块", "module that is off"), "day": Text("公司日", "company day"), "steps": Text("步骤", "steps"), "files": Text("文件", "files"),
    "bad": Text("有问题的行", "rows with problems"), "last": Text("最后一条", "the last entry"),
    "new": Text("新建议", "new proposals"), "expired": Text("过期", "expired"), "failed": Text("没做成", "failed"),
    "measured_days": Text("衡量的天数", "days measured"), "rules": Text("规则", "rules"), "rings": Text("新预警", "new alerts"),
    "over": Text("已恢复", "over again"), "passed_on": Text("升级", "passed on"), "late": Text("超时", "late"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what makes no sense is not asked."""

    kind: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def read(cls, request: Request) -> Asked:
        """From the address."""
        given = request.query_params
        state = given.get("state", "")
        return cls(given.get("kind", ""), state if state in STATES else "", page_in(given))

    @property
    def wanted(self) -> Filter:
        """The same as the queue takes it."""
        return Filter(self.kind, (self.state,) if self.state else ())

    def address(self, **changed: Any) -> str:
        """The address with something changed; a change of the filter begins at its first page."""
        return link({"kind": self.kind, "state": self.state}, changed, "?")


@router.get("")
def jobs(request: Request) -> Response:
    """What runs and waits, the schedules, and what ran."""
    desk, asked = shell_of(request).jobs, Asked.read(request)
    found, total = desk.listed(asked.wanted, limit=PAGE_ROWS, offset=(asked.page - 1) * PAGE_ROWS)
    return render(
        request, f"{FOLDER}/jobs.html", rows=found, total=total, asked=asked, pages=-(-total // PAGE_ROWS),
        plans=desk.plans.all(), schedules=desk.schedules(), counts=desk.counts(), steps=[one for one in desk.jobs.values() if one.stage],
        **_common(request), **_now(request),
    )  # fmt: skip


@router.get("/now")
def now(request: Request) -> Response:
    """What runs and waits, for the page to show anew when something changed."""
    return render(request, f"{FOLDER}/now.html", **_common(request), **_now(request))


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The jobs of the filter as a file."""
    shell, viewer = shell_of(request), viewer_of(request)
    found, _ = shell.jobs.listed(Asked.read(request).wanted, limit=MOST_EXPORTED)
    heads = (
        Text("任务", "Job"), Text("状态", "State"), Text("公司日", "Company day"), Text("谁要求的", "Asked by"),
        Text("开始", "Begun"), Text("结束", "Ended"), Text("次数", "Attempts"), Text("结果", "Result"), Text("错误", "Error"),
    )  # fmt: skip
    local = shell.settings.day.local

    def at(moment: Any) -> str:
        return f"{local(moment):%Y-%m-%d %H:%M:%S}" if moment else ""

    lines = [
        (viewer.say(shell.jobs.title(one.kind)), viewer.say(SAID[one.state]), str(one.day or ""), one.asked_by,
         at(one.started_at), at(one.ended_at), one.attempts, result(one, viewer), viewer.say(one.error))
        for one in found
    ]  # fmt: skip
    sheet = Sheet(viewer.say(TITLE), tuple(SheetColumn(viewer.say(one)) for one in heads), lines)
    return download(sheet, form, f"jobs-{shell.today}", viewer.writer)


@router.get("/{job_id}")
def job(request: Request, job_id: str) -> Response:
    """One job: its log, input, result, error, and what can be done."""
    desk = shell_of(request).jobs
    kept, lines = desk.show(job_id)
    before = desk.queue.find(kept.after) if kept.after else None
    return render(request, f"{FOLDER}/job.html", one=kept, lines=lines, before=before, **_common(request))


@router.post("/day", dependencies=[RUNS])
def run_day(request: Request) -> Response:
    """Run the daily chain of the last company day that is over; steps that were done stay done."""
    shell_of(request).jobs.run_day(None, actor_of(request))
    return RedirectResponse("/jobs", status_code=303)


@router.post("/run", dependencies=[RUNS])
def run(request: Request, kind: Annotated[str, Form()]) -> Response:
    """Run a job now, and look at it."""
    return RedirectResponse(f"/jobs/{shell_of(request).jobs.run(kind, actor_of(request))}", status_code=303)


@router.post("/schedules/{kind}", dependencies=[RUNS])
def switch(request: Request, kind: str, active: Annotated[str, Form()]) -> Response:
    """Switch a schedule on or off."""
    shell_of(request).jobs.clock.set_active(kind, active == "on", actor_of(request))
    return RedirectResponse("/jobs#schedules", status_code=303)


@router.post("/{job_id}/cancel", dependencies=[RUNS])
def cancel(request: Request, job_id: str) -> Response:
    """End a job that waits; ask a running one to end at its next checkpoint."""
    shell_of(request).jobs.queue.cancel(job_id, actor_of(request))
    return RedirectResponse(f"/jobs/{job_id}", status_code=303)


@router.post("/{job_id}/retry", dependencies=[RUNS])
def retry(request: Request, job_id: str) -> Response:
    """Run a failed or cancelled job anew."""
    shell_of(request).jobs.queue.retry(job_id, actor_of(request))
    return RedirectResponse(f"/jobs/{job_id}", status_code=303)


def result(one: Kept, viewer: Viewer) -> str:
    """What a job brought, as words: "更新的表 3 · 全部表 80"."""
    parts = (one.result or {}).items()
    return " · ".join(f"{viewer.say(RESULTS.get(name, Text(name, name)))} {value}" for name, value in parts)


def _common(request: Request) -> dict[str, Any]:
    shell, viewer = shell_of(request), viewer_of(request)
    return {
        "said": SAID, "tones": TONES, "states": STATES, "open_states": OPEN, "titled": shell.jobs.title,
        "may_import": viewer.may("data.import"), "plannable": any(one.planned for one in shell.jobs.jobs.values()),
        "local": shell.settings.day.local, "result": lambda one: result(one, viewer), "unit": Unit.COUNT,
        "asker": lambda one: viewer.say(ASKERS.get(one.asked_by, Text(one.asked_by, one.asked_by))),
        "may_run": viewer.may("jobs.run"), "kinds": shell.jobs.jobs,
    }  # fmt: skip


def _now(request: Request) -> dict[str, Any]:
    found, total = shell_of(request).jobs.listed(Filter(states=OPEN), limit=MOST_NOW)
    order = {"running": 0, "failed": 1, "queued": 2}
    return {"open": sorted(found, key=lambda one: (order[one.state], one.created_at)), "open_total": total}
