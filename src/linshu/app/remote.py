"""The shop of a project whose server runs: the same calls, sent to the process that owns the data."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode

import httpx
import pyarrow as pa

from linshu.app import export as exporting
from linshu.app.aims import RemoteTargets
from linshu.app.answer import Answer
from linshu.app.assortment import RemoteAssortment
from linshu.app.beacon import Beacon
from linshu.app.forecasting import RemoteForecasts
from linshu.app.happening import RemoteEvents
from linshu.app.identities import RemoteIdentities
from linshu.app.own.answering import RemoteMetricFiles
from linshu.app.privacy import RemotePrivacy
from linshu.app.quota import RemoteQuotas
from linshu.app.sql_door import MOST_ROWS
from linshu.app.stock import RemoteStockAlerts
from linshu.app.surge import RemoteSurges
from linshu.app.watching import RemoteAlerts
from linshu.engine.shell.door import SECONDS
from linshu.engine.shell.gate import PERSON
from linshu.kernel.errors import Cancelled, Conflict, LinshuError, Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linshu.app.project import Project
    from linshu.app.shop import Watch

ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"
PATIENCE = httpx.Timeout(10.0, read=None)  # an import may take as long as it takes


class RemoteShop:
    """A shop reached over HTTP on this machine, with the token only this user can read."""

    def __init__(self, project: Project, client: httpx.Client) -> None:
        self.project = project
        self._client = client

    @classmethod
    def reach(cls, project: Project, person: str = "") -> RemoteShop | None:
        """The running server of this project; None when none runs or it does not answer."""
        beacon = Beacon.read(project)
        if beacon is None:
            return None
        headers = {"Authorization": f"Bearer {beacon.token}", PERSON: quote(person)}
        client = httpx.Client(base_url=beacon.url, headers=headers, timeout=PATIENCE, trust_env=False)
        try:
            answer = client.get("/api/v1/health", timeout=5.0)
            if answer.status_code == httpx.codes.OK and answer.json().get("project") == project.settings.project.id:
                return cls(project, client)
        except (httpx.HTTPError, ValueError):
            pass
        client.close()
        return None

    def query(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Figures by the metric dictionary; see `Shop.query`."""
        return self._ask("POST", "/metrics/query", _question(metrics, by, options))

    def lineage(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Where figures come from; see `Shop.lineage`."""
        return self._ask("POST", "/metrics/lineage", _question(metrics, by, options))

    def rows(
        self, metrics: str | Iterable[str], by: str | Iterable[str] = (), *, of: str = "", limit: int = 100,
        offset: int = 0, **options: Any,
    ) -> Answer:  # fmt: skip
        """The rows behind a figure; see `Shop.rows`."""
        page = {"of": of, "rows": limit, "offset": offset}
        return self._ask("POST", "/metrics/rows", {**_question(metrics, by, options), **page})

    def outside(self, what: str) -> Answer:
        """What leaders and suppliers read on pages of their own; see `Shop.outside`."""
        return self._ask("GET", f"/{what}")

    def order_reasons(self, words: str) -> Answer:
        """What is ordered of a good today and why; see `Shop.order_reasons`."""
        return self._ask("GET", f"/replenish/why?{urlencode({'q': words})}")

    def what_if(self, **sliders: str) -> Answer:
        """The last weeks lived again under another policy of ordering; see `Shop.what_if`."""
        return self._ask("GET", f"/replenish/what-if?{urlencode(sliders)}")

    def drill(
        self, metrics: str | Iterable[str], by: str | Iterable[str], group: Mapping[str, str], **options: Any
    ) -> Answer:
        """One group of an answer, cut by the next finer level; see `Shop.drill`."""
        given = {name: _sendable(name, value) for name, value in options.items() if value is not None}
        body = {"metrics": _listed(metrics), "by": _listed(by), "group": dict(group), **given}
        return self._ask("POST", "/metrics/drill", body)

    def supply(self, what: str, **asked: Any) -> Answer:
        """Losses, turnover and suppliers; see `Shop.supply`."""
        given = {name: value for name, value in asked.items() if value}
        return self._ask("GET", f"/{quote(what)}?{urlencode(given)}")

    def cohorts(self, cohort: str = "buyers", **options: Any) -> Answer:
        """Who began together and who came back; see `Shop.cohorts`."""
        given = {name: _sendable(name, value) for name, value in options.items() if value is not None}
        return self._ask("POST", "/metrics/cohorts", {"cohort": cohort, **given})

    def metrics(self, words: str = "") -> Answer:
        """The metric dictionary; see `Shop.metrics`."""
        return self._ask("GET", f"/metrics?{urlencode({'q': words})}")

    def own_metrics(self) -> Answer:
        """The company's own metrics, and everything wrong in `metrics/`."""
        return self._ask("GET", "/metrics/own")

    @property
    def metric_files(self) -> RemoteMetricFiles:
        """The files of `metrics/`; see `Shop.metric_files`."""
        return RemoteMetricFiles(self._ask)

    @property
    def events(self) -> RemoteEvents:
        """Live events; see `Events`."""
        return RemoteEvents(self._ask)

    @property
    def alerts(self) -> RemoteAlerts:
        """What of alerts needs the figures; see `RemoteAlerts`."""
        return RemoteAlerts(self._ask)

    def dimensions(self, of: str = "") -> Answer:
        """Everything figures can be cut by."""
        return self._ask("GET", f"/dimensions?{urlencode({'of': of})}")

    def tables(self) -> Answer:
        """Every table that can be read."""
        return self._ask("GET", "/tables")

    def sql(self, statement: str, *, seconds: float = SECONDS, rows: int = MOST_ROWS) -> Answer:
        """The rows of one SELECT over the published tables."""
        return self._ask("POST", "/sql", {"statement": statement, "seconds": seconds, "rows": rows})

    def table(self, name: str) -> pa.RecordBatchReader:
        """All rows of a table, batch by batch as they arrive."""
        request = self._client.build_request("GET", f"/api/v1/tables/{name}", headers={"Accept": ARROW})
        response = self._client.send(request, stream=True)
        if response.status_code != httpx.codes.OK:
            response.read()
            raise _error(response)
        return pa.ipc.open_stream(pa.PythonFile(_Readable(response.iter_bytes()), mode="r"))

    def import_file(
        self,
        file: str | Path,
        mapping: str = "",
        *,
        tell: Mapping[str, str] | None = None,
        yes: bool = True,
        watch: Watch | None = None,
    ) -> Answer:
        """Bring a file in; see `Shop.import_file`."""
        return self._long("/imports", {**_file(file, mapping), "tell": dict(tell or {}), "yes": yes}, watch)

    def guess(self, file: str | Path, mapping: str = "", *, tell: Mapping[str, str] | None = None) -> Answer:
        """How a file would be read; keeps nothing."""
        return self._ask("POST", "/imports/guess", {**_file(file, mapping), "tell": dict(tell or {})})

    def learn(self, file: str | Path, name: str = "", *, said: Mapping[str, str] | None = None) -> Answer:
        """Keep how a file is read as a mapping of the project."""
        return self._ask("POST", "/mappings/learn", {**_file(file), "name": name, "said": dict(said or {})})

    def import_source(self, name: str, *, watch: Watch | None = None) -> Answer:
        """Bring in what a connector without a file offers."""
        return self._long("/imports", {"source": name}, watch)

    def interrupt(self, thread: int) -> None:
        """Nothing here: the server's own statements end once the import there is called off."""

    def build(self, *, full: bool = False, watch: Watch | None = None) -> Answer:
        """Bring the published tables up to date."""
        return self._long("/builds", {"full": full}, watch)

    def rebuild(self, *, watch: Watch | None = None) -> Answer:  # noqa: ARG002 the same call as on a local shop
        """Refused: a warehouse is not taken from under the pages that read it."""
        raise Conflict(
            Text("服务正在运行，不能重建仓库", "the server runs, so the warehouse cannot be made anew"),
            mend=Text("请先停止 linshu serve。", "Stop linshu serve first."),
        )

    def landed(self) -> set[str]:
        """The batches the warehouse holds."""
        return {row["landing_id"] for row in self._ask("GET", "/landed").rows}

    def fingerprint(self) -> dict[str, dict[str, int]]:
        """Rows and a checksum of every standard table that has rows."""
        found = self._ask("GET", "/fingerprint").rows
        return {row["table"]: {"rows": row["rows"], "checksum": int(row["checksum"])} for row in found}

    def rollups(self) -> Answer:
        """What is added up beforehand, and how it stands."""
        return self._ask("GET", "/rollups")

    def as_of(self) -> datetime | None:
        """When the newest data arrived; None for an empty project."""
        answer = self._client.get("/api/v1/health")
        written = answer.json().get("as_of")
        return datetime.fromisoformat(written) if written else None

    def modules(self) -> Answer:
        """The modules as they stand."""
        return self._ask("GET", "/modules")

    @property
    def assortment(self) -> RemoteAssortment:
        """What each group should offer."""
        return RemoteAssortment(self._ask)

    @property
    def targets(self) -> RemoteTargets:
        """What the company means to reach."""
        return RemoteTargets(self._ask, self._bytes)

    @property
    def stock(self) -> RemoteStockAlerts:
        """What of the stock needs somebody."""
        return RemoteStockAlerts(self._ask)

    @property
    def forecast(self) -> RemoteForecasts:
        """What is expected to be asked for."""
        return RemoteForecasts(self._ask)

    @property
    def surge(self) -> RemoteSurges:
        """What sells far beyond the usual today, and what will not last."""
        return RemoteSurges(self._ask)

    @property
    def quotas(self) -> RemoteQuotas:
        """How much of each pre-sale listing may be sold until its cut-off."""
        return RemoteQuotas(self._ask)

    @property
    def identity(self) -> RemoteIdentities:
        """Who is whom over several platforms."""
        return RemoteIdentities(self._ask)

    def batches(self, **asked: Any) -> Answer:
        """The batches that came in, newest first; see `Shop.batches`."""
        given = {name: str(value) for name, value in asked.items() if value not in (None, "")}
        return self._ask("GET", f"/batches?{urlencode(given)}")

    def batch(self, landing_id: str) -> Answer:
        """One batch: its counts by table, and all else the books know of it."""
        return self._ask("GET", f"/batches/{quote(landing_id, safe='')}")

    def undo_batch(self, landing_id: str, why: str = "", *, apply: bool = True, watch: Watch | None = None) -> Answer:
        """Take a batch back, as if it had never come; see `Shop.undo_batch`."""
        path, wanted = f"/batches/{quote(landing_id, safe='')}/undo", {"why": why, "apply": apply}
        return self._long(path, wanted, watch) if apply else self._ask("POST", path, wanted)

    def quarantine(self, *, not_data: bool = False) -> Answer:
        """The rows that were put aside, each with its reason; or the lines of files that are no data."""
        return self._ask("GET", f"/quarantine?not_data={str(not_data).lower()}")

    def quality(self, of: str = "sources") -> Answer:
        """How fresh and how whole the data is; see `Shop.quality`."""
        return self._ask("GET", f"/quality?of={of}")

    def export_quarantine(self, to: str | Path) -> Answer:
        """Write the rows put aside to a file in which they can be mended."""
        return self._ask("POST", "/quarantine/export", {"to": str(Path(to).resolve())})

    def replay(self, file: str | Path) -> Answer:
        """Bring mended rows in again."""
        return self._ask("POST", "/quarantine/replay", {"file": str(Path(file).resolve())})

    def mend(self, row: str, cells: Mapping[str, str], *, by: str = "") -> Answer:  # noqa: ARG002 the server knows
        """Bring one row put aside back with some of its cells changed."""
        return self._ask("POST", "/quarantine/mend", {"row": row, "cells": dict(cells)})

    def dismiss(self, rows: Sequence[str], because: str, *, by: str = "") -> Answer:  # noqa: ARG002 the server knows
        """Leave rows aside for good."""
        return self._ask("POST", "/quarantine/dismiss", {"rows": list(rows), "because": because})

    def restore(self, landing_id: str, *, by: str = "") -> Answer:  # noqa: ARG002 the server knows
        """Take a dismissal back."""
        return self._ask("POST", "/quarantine/restore", {"landing_id": landing_id})

    def repair(
        self,
        rule: Mapping[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",  # noqa: ARG002 the server knows who asks
    ) -> Answer:
        """What a rule, or the saved ones, mend among the rows put aside."""
        body = {"rule": dict(rule) if rule is not None else None, "names": list(names), "apply": apply, "save": save}
        return self._ask("POST", "/quarantine/repair", body)

    def export(self, what: str | Answer, to: str | Path, form: str = "") -> Answer:
        """Write a table, or the rows of a SELECT, to a file of this machine."""
        return exporting.export(self, what, to, form)

    @property
    def privacy(self) -> RemotePrivacy:
        """What can be done about personal data."""
        return RemotePrivacy(self._ask)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        try:
            answer = self._client.request(method, f"/api/v1{path}", json=body, headers={"Accept": ARROW})
        except httpx.HTTPError as error:
            raise _gone(error) from error
        if answer.status_code != httpx.codes.OK:
            raise _error(answer)
        return Answer.from_arrow(answer.content)

    def _bytes(self, method: str, path: str, content: bytes | None = None) -> bytes:
        """The body of an answer as it is, for files."""
        try:
            answer = self._client.request(method, f"/api/v1{path}", content=content, headers={"Accept": ARROW})
        except httpx.HTTPError as error:
            raise _gone(error) from error
        if answer.status_code != httpx.codes.OK:
            raise _error(answer)
        return answer.content

    def _long(self, path: str, body: Any, watch: Watch | None) -> Answer:
        """A call that takes a while: lines of progress, then one with the answer or the error.

        Called off by its watch, it is called off there as well, and what became of it is waited for.
        """
        named, called_off = "", False
        try:
            with self._client.stream("POST", f"/api/v1{path}", json=body, headers={"Accept": LINES}) as stream:
                if stream.status_code != httpx.codes.OK:
                    stream.read()
                    raise _error(stream)
                for line in stream.iter_lines():
                    said = json.loads(line)
                    named = said.get("import", named)
                    if "fraction" in said and watch and not called_off:
                        try:
                            watch(said["fraction"], said["words"])
                        except Cancelled:
                            called_off = True
                            self._client.delete(f"/api/v1{path}/{named}")
                    if "error" in said:
                        error = _spoken(said["status"], said["error"])
                        raise Cancelled(error.what, mend=error.mend) if called_off else error
                    if "rows" in said:
                        return Answer.of(said["rows"], **said["meta"])
        except httpx.HTTPError as error:
            raise _gone(error) from error
        raise _gone(None)


class _Readable:
    """The bytes of a response as a file that Arrow reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left, self.closed = chunks, b"", False

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; all there are when it is negative."""
        parts, have = [self._left], len(self._left)
        while size < 0 or have < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            parts.append(chunk)
            have += len(chunk)
        whole = b"".join(parts)
        cut = len(whole) if size < 0 else size
        self._left = whole[cut:]
        return whole[:cut]

    def readable(self) -> bool:
        """It can be read."""
        return True

    def close(self) -> None:
        """Nothing more will be read."""
        self.closed = True


def _file(file: str | Path, mapping: str = "") -> dict[str, str]:
    """A file and its mapping by names that mean the same to the server, which stands in another folder."""
    named = str(Path(mapping).resolve()) if Path(mapping).suffix in {".yaml", ".yml"} else mapping
    return {"file": str(Path(file).resolve()), "mapping": named}


def _listed(names: str | Iterable[str]) -> list[str]:
    parts = names.split(",") if isinstance(names, str) else names
    return [part for part in parts if part]


def _question(metrics: str | Iterable[str], by: str | Iterable[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """A question as the API takes it."""
    given = {name: _sendable(name, value) for name, value in options.items() if value is not None}
    return {"metrics": _listed(metrics), "by": _listed(by), **given}


def _sendable(name: str, value: Any) -> Any:
    """A part of a question as JSON carries it: days as text, names as lists."""
    if name == "order":
        return _listed(value)
    if name == "where" and not isinstance(value, dict):
        return [value] if isinstance(value, str) else list(value)
    return value.isoformat() if isinstance(value, date) else value


def _error(answer: httpx.Response) -> LinshuError:
    try:
        return _spoken(answer.status_code, answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return _spoken(answer.status_code, {})


def _spoken(status: int, said: Mapping[str, str]) -> LinshuError:
    """The server's own words, as the error they were raised as."""
    kind = next((one for one in LinshuError.__subclasses__() if one.status == status), LinshuError)
    what = said.get("what", "")
    unnamed = Text(f"服务器回答 {status}", f"the server answered {status}")
    words = {name: Text(said[name], said[name]) for name in ("where", "mend") if said.get(name)}
    return kind(Text(what, what) if what else unnamed, **words)


def _gone(error: Exception | None) -> LinshuError:
    return Unavailable(
        Text("服务器中断了连接", "the server broke off"),
        where=Text(str(error or ""), str(error or "")),
        mend=Text("请确认 linshu serve 仍在运行后重试。", "See whether linshu serve still runs, and try again."),
    )
