"""Who did what, and whether the record of it is as it was written."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.states import book_of, open_state
from linshu.engine.audit import Wanted
from linshu.kernel.errors import Conflict, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.audit import Report

app = typer.Typer()
audit = typer.Typer(help="谁做了什么 · Who did what.")
app.add_typer(audit, name="audit")

MOST = 10_000
Day = Annotated[str, typer.Option(help="日期 2026-10-01 · a day")]


@audit.command("list")
def audit_list(  # noqa: PLR0913, PLR0917 - the parts of a filter, each by its name
    ctx: typer.Context,
    person: Annotated[str, typer.Option(help="账号 · whose acts")] = "",
    act: Annotated[str, typer.Option(help="动作，如 user.role 或 user · kind of act")] = "",
    subject: Annotated[str, typer.Option(help="对象里的字 · words of the subject")] = "",
    first: Annotated[str, typer.Option("--from", help="从哪天起 · first day")] = "",
    last: Annotated[str, typer.Option("--to", help="到哪天（含） · last day, inclusive")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST)] = 50,
) -> None:  # fmt: skip
    """查看审计记录，新的在前 · The audit, newest first."""
    this = call.of(ctx)
    zone = ZoneInfo(this.project.settings.company_day.zone)

    def moment(said: str, later: int) -> datetime | None:
        return datetime.combine(_day(said) + timedelta(days=later), time(), zone) if said else None

    with open_state(this.project) as state:
        wanted = Wanted(person, act, subject, moment(first, 0), moment(last, 1))
        rows, total = book_of(this.project, state).listed(wanted, limit=limit)
    shown = ("seq", "at", "account", "via", "address", "act", "subject", "details")
    this.show(Answer.of(({name: row[name] for name in shown} for row in rows), total=total))


@audit.command("verify")
def audit_verify(ctx: typer.Context) -> None:
    """校验整条审计链：逐条重算，核对签名与项目外的存根 · Check the whole chain, its signed roots and the anchor."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        report = book_of(this.project, state).verify()
    this.show(Answer.of(_findings(report), **told(report)))
    if not report.ok:
        count = len(report.findings) + report.more
        raise Conflict(
            Text(f"审计记录被动过：{count} 处不符", f"the audit was tampered with: {count} findings"),
            mend=Text(
                "先停止使用，保留现场，与备份和项目外的签名比对。",
                "Stop, keep everything as it is, and compare with a backup and the anchor.",
            ),
        )
    this.say(
        Text(
            f"{report.entries} 条都与写入时一致，{report.anchored} 条有项目外的签名。",
            f"All {report.entries} entries are as written; a root outside the project vouches for {report.anchored}.",
        )
    )


@audit.command("anchor")
def audit_anchor(ctx: typer.Context) -> None:
    """把至今的记录签名，写到项目之外 · Sign what came since the last time, and write it outside the project."""
    this = call.of(ctx)
    with open_state(this.project) as state:
        book = book_of(this.project, state)
        made = book.sum_up()
    rows = [{"first": made.first, "last": made.last, "root": made.root, "made_at": made.made_at}] if made else []
    this.show(Answer.of(rows, anchor=str(book.anchor or "")))


def told(report: Report) -> dict[str, object]:
    """What checking found, in numbers."""
    return {"ok": report.ok, "entries": report.entries, "roots": report.roots, "anchored": report.anchored}


def _findings(report: Report) -> Iterable[dict[str, object]]:
    return ({"seq": one.seq, "what": one.what.zh, "what_en": one.what.en} for one in report.findings)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Misused(
            Text(f"看不懂日期 {said}", f"{said} is not a date"), mend=Text("写作 2026-10-01", "Write it as 2026-10-01")
        ) from error
