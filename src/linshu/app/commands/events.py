"""Live events on the command line: send a file of them, see how many come, and mend those that could not be taken in."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linshu.app import call
from linshu.app.answer import Answer
from linshu.app.happening import LocalEvents
from linshu.app.live_events import LiveEvents
from linshu.app.local import LocalShop
from linshu.app.person import account, acting, of_machine
from linshu.app.remote import RemoteShop
from linshu.app.states import open_state
from linshu.engine.access.scope import Scope
from linshu.kernel.errors import Invalid, Missing, Misused, Throttled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linshu.app.call import Call
    from linshu.app.happening import Events

app = typer.Typer()
events = typer.Typer(
    help="实时事件：发送、看进度、处理死信 · Live events: send, watch, mend what could not be taken in."
)
app.add_typer(events, name="events")
AT_ONCE = 1_000
PATIENCE = 60  # tries, a second apart, while the line is full
Id = Annotated[str, typer.Argument(help="死信编号 · id of a dead letter")]


@contextmanager
def _events(this: Call, asks: str) -> Iterator[Events]:
    """The running server's, or this process's own; in the name and scope of whoever acts."""
    project, person = this.project, this.person
    actor = acting(project, person, asks)
    remote = RemoteShop.reach(project, person or of_machine())
    if remote is not None:
        try:
            yield remote.events
        finally:
            remote.close()
        return
    scope = account(project, person).scope if person else Scope.everything()
    with LocalShop.open(project, person=person or of_machine()) as shop, open_state(project) as state:
        live = LiveEvents(shop, state)
        try:
            yield LocalEvents(live.desk, actor, scope, this.language)
            live.catch_up()
        finally:
            live.close()


@events.command("send")
def events_send(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON，或每行一个事件的 .jsonl · JSON, or a line for each event")],
) -> None:
    """发送文件里的事件；同一编号再发不会重复 · Send the events of a file; the same id again changes nothing."""
    this = call.of(ctx)
    told = _read(file)
    rows: list[Mapping[str, Any]] = []
    counts = {"accepted": 0, "duplicate": 0, "dead": 0}
    with _events(this, "events.send") as desk, this.progress(Text("发送事件", "Sending events")) as bar:
        for at in range(0, len(told), AT_ONCE):
            answer = _patiently(desk, told[at : at + AT_ONCE])
            rows += answer.rows
            counts = {name: many + answer.meta[name] for name, many in counts.items()}
            bar(min(1.0, (at + AT_ONCE) / len(told)), "")
    _show(this, Answer.of(rows, **counts) if this.as_json or rows else Answer.of([counts]))


@events.command("list")
def events_list(
    ctx: typer.Context, minutes: Annotated[int, typer.Option(min=1, max=1_440, help="最近几分钟 · minutes back")] = 60
) -> None:
    """最近每分钟来了多少 · How many came, by the minute."""
    this = call.of(ctx)
    with _events(this, "data.see") as desk:
        this.show(desk.pulse(minutes))


@events.command("types")
def events_types(ctx: typer.Context) -> None:
    """每种事件可以写哪些列 · What each type of event may hold."""
    this = call.of(ctx)
    with _events(this, "data.see") as desk:
        this.show(desk.types())


@events.command("dead")
def events_dead(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="编号、来源、人或问题 · id, source, person or problem")] = "",
    state: Annotated[str, typer.Option(help="open、mended、dismissed、overtaken；all = 全部 · which state")] = "open",
    kind: Annotated[str, typer.Option("--type", help="哪种事件 · type of event")] = "",
    code: Annotated[str, typer.Option(help="bad、conflict 或 outside · why")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """列出死信：没能入库的事件，错在哪、怎么改 · Events that could not be taken in, and how to mend them."""
    this = call.of(ctx)
    asked = {"state": "" if state == "all" else state, "kind": kind, "code": code, "q": words, "limit": limit}
    with _events(this, "data.see") as desk:
        _show(this, desk.dead(asked))


@events.command("show")
def events_show(ctx: typer.Context, dead_id: Id) -> None:
    """一封死信的内容，个人信息打码 · One dead letter; what is personal is masked."""
    this = call.of(ctx)
    with _events(this, "data.mend") as desk:
        _show(this, desk.letter(dead_id))


@events.command("mend")
def events_mend(
    ctx: typer.Context,
    dead_id: Id,
    changes: Annotated[
        list[str] | None,
        typer.Argument(help="位置=值，如 data.status=paid；值为空就去掉；不写就原样重发 · where=value"),
    ] = None,
) -> None:
    """改几处后重新入库 · Change some values and take it in."""
    this = call.of(ctx)
    made = {}
    for one in changes or ():
        where, found, value = one.partition("=")
        if not found:
            raise Misused(Text(f"应写成 位置=值：{one}", f"write where=value: {one}"))
        made[where.strip()] = value
    with _events(this, "data.mend") as desk:
        _show(this, desk.mend(dead_id, made))


@events.command("dismiss")
def events_dismiss(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(help="死信编号 · ids")],
    why: Annotated[str, typer.Option(help="为什么不再处理 · why")],
) -> None:
    """不再处理，内容销毁 · Let them be; what they held is destroyed."""
    this = call.of(ctx)
    with _events(this, "data.mend") as desk:
        _show(this, desk.dismiss(ids, why))


def _show(this: Call, answer: Answer) -> None:
    """In a table, problems as sentences and no column that says nothing."""
    if this.as_json or not answer.rows:
        this.show(answer)
        return
    what = "zh" if this.language == "zh" else "en"
    rows = [
        {
            **row,
            "problems": " ".join(
                f"{one.get('where', one.get('path'))}: {one.get('what', one.get(what))}" for one in row["problems"]
            ),
        }
        if "problems" in row
        else row
        for row in answer.rows
    ]
    kept = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    this.show(Answer.of([{name: row[name] for name in kept} for row in rows], **answer.meta))


def _patiently(desk: Events, told: list[Any]) -> Answer:
    for _ in range(PATIENCE):
        try:
            return desk.send(told)
        except Throttled as error:
            time.sleep(error.seconds or 1)
    return desk.send(told)


def _read(file: Path) -> list[Any]:
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError as error:
        raise Missing(Text(f"没有文件 {file}", f"there is no file {file}")) from error
    except (OSError, ValueError) as error:
        raise Invalid(Text(f"读不了 {file}", f"{file} cannot be read")) from error
    try:
        told = json.loads(text)
    except ValueError:
        return [_line(number, line, file) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = told.get("events", [told]) if isinstance(told, dict) else told
    return found if isinstance(found, list) else [found]


def _line(number: int, line: str, file: Path) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Invalid(
            Text("这一行不是 JSON", "this line is no JSON"),
            where=Text(f"{file.name} 第 {number} 行", f"{file.name} line {number}"),
            mend=Text("每行写一个事件，或整个文件是一个 JSON。", "One event a line, or the whole file one JSON."),
        ) from error
