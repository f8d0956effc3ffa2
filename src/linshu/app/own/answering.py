"""The files of `metrics/` for commands and programs: the same acts, answered as rows; here, and over a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from linshu.app.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linshu.engine.shell.own import Checked, OwnFiles, OwnText


class MetricFiles(Protocol):
    """The files of `metrics/`; see `Shop.metric_files`."""

    def files(self) -> Answer:
        """Every file with its metrics and how much is wrong in it."""
        ...

    def show(self, name: str) -> Answer:
        """What stands in a file; `meta["mark"]` tells this content from any other."""
        ...

    def check(self, name: str, text: str) -> Answer:
        """What is wrong in a text under that name, and what it would break elsewhere; keeps nothing."""
        ...

    def save(self, name: str, text: str, mark: str | None = None) -> Answer:
        """Keep a text; refused when something is wrong in it, and with a `mark` when the file changed meanwhile."""
        ...

    def remove(self, name: str, mark: str | None = None) -> Answer:
        """Take a file away."""
        ...

    def restore(self, name: str) -> Answer:
        """Bring back what was removed last under that name."""
        ...


class LocalMetricFiles:
    """Over the project's own folder."""

    def __init__(self, files: OwnFiles) -> None:
        self._files = files

    def files(self) -> Answer:
        """Every file with its metrics and how much is wrong in it."""
        return Answer.of(
            {"file": one.name, "metrics": ", ".join(metric.name for metric in one.metrics), "wrong": one.wrong}
            for one in self._files.files()
        )

    def show(self, name: str) -> Answer:
        """What stands in a file; `meta.mark` is to be said again when it is saved."""
        return _told(self._files.read(name))

    def check(self, name: str, text: str) -> Answer:
        """What is wrong in a text, and what it would break elsewhere, a row each."""
        return Answer.of(_rows(found := self._files.check(name, text)), metrics=[one.name for one in found.metrics])

    def save(self, name: str, text: str, mark: str | None = None) -> Answer:
        """Keeps a text; without `mark` over whatever stands there."""
        return _told(self._files.save(name, text, self._mark(name) if mark is None else mark))

    def remove(self, name: str, mark: str | None = None) -> Answer:
        """Takes a file away; `restore` brings it back."""
        self._files.remove(name, self._files.read(name).mark if mark is None else mark)
        return Answer.of([{"file": name, "removed": True}])

    def restore(self, name: str) -> Answer:
        """Brings back what was removed last under a name."""
        return _told(self._files.restore(name))

    def _mark(self, name: str) -> str:
        there = any(one.name == name for one in self._files.files())
        return self._files.read(name).mark if there else ""


class RemoteMetricFiles:
    """The same, asked of a running server."""

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask

    def files(self) -> Answer:
        """Every file with its metrics and how much is wrong in it."""
        return self._ask("GET", "/metric-files")

    def show(self, name: str) -> Answer:
        """What stands in a file."""
        return self._ask("GET", f"/metric-files/{quote(name)}")

    def check(self, name: str, text: str) -> Answer:
        """What is wrong in a text, and what it would break elsewhere."""
        return self._ask("POST", f"/metric-files/{quote(name)}/check", {"text": text})

    def save(self, name: str, text: str, mark: str | None = None) -> Answer:
        """Keeps a text."""
        return self._ask("PUT", f"/metric-files/{quote(name)}", {"text": text, "mark": mark})

    def remove(self, name: str, mark: str | None = None) -> Answer:
        """Takes a file away."""
        return self._ask("POST", f"/metric-files/{quote(name)}/remove", {"mark": mark})

    def restore(self, name: str) -> Answer:
        """Brings back what was removed last under a name."""
        return self._ask("POST", f"/metric-files/{quote(name)}/restore", {})


def _told(one: OwnText) -> Answer:
    return Answer.of([{"file": one.name, "text": one.text}], mark=one.mark)


def _rows(found: Checked) -> Iterator[dict[str, Any]]:
    for one in (*found.wrong, *found.elsewhere):
        yield {
            "file": one.file, "line": one.line, "column": one.column, "what": one.what.zh, "mend": one.mend.zh,
            "what_en": one.what.en, "mend_en": one.mend.en,
        }  # fmt: skip
