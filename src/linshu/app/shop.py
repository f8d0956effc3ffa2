"""A company's shop in Python: ask for figures, bring data in, take it out; beside a running server or alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

from linshu.app.sql_door import MOST_ROWS
from linshu.engine.shell.door import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from linshu.app.aims import Targets
    from linshu.app.answer import Answer
    from linshu.app.assortment import Assortment
    from linshu.app.forecasting import Forecasts
    from linshu.app.identities import Identities
    from linshu.app.own.answering import MetricFiles
    from linshu.app.project import Project
    from linshu.app.quota import Quotas
    from linshu.app.stock import StockAlerts
    from linshu.app.surge import Surges

    Watch = Callable[[float, str], None]


class Shop(Protocol):
    """What one can ask of a company's data; the same calls whether a server of this project runs or not."""

    project: Project

    def query(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Figures by the metric dictionary, one row per group.

        Options: start, end (inclusive company days), grain (hour to fiscal_year), where ("city=武汉" or {"city": "武汉"}),
        compare ("previous", ...), order, limit, as_of ("ordered", "now" or a day), fill, totals; and the shape of the answer:
        cumulative (from the first day to each bucket), moving (so many days ending with each bucket), share ("total" or
        a dimension of `by`), top (the best groups of the last dimension, all others as one), pivot (a dimension or the
        grain, turned into columns). With `explain` the answer's meta says which rollup or fact was read, the statement,
        and how long it took; with `rollups=False` it is read from the facts alone.
        """
        ...

    def lineage(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Where the figures of a question come from: one row per table, from those read down to the standard.

        Beside the rows: `meta["batches"]`, the landing batches with their files whose rows stand there (not told to a
        viewer with a row scope); `meta["sql"]`, the statement in every dialect; as of which version of the data.
        """
        ...

    def rows(
        self,
        metrics: str | Iterable[str],
        by: str | Iterable[str] = (),
        *,
        of: str = "",
        limit: int = 100,
        offset: int = 0,
        **options: Any,
    ) -> Answer:
        """A page of the fact rows behind a figure of the whole period, each with the file and row that it came from.

        `of` names the part of a formula whose rows are meant. `counted` is what a row adds. Personal columns are masked.
        """
        ...

    def outside(self, what: str) -> Answer:
        """What a leader or supplier reads on pages of their own: leader/today, leader/commission, supplier/month, supplier/stock."""
        ...

    def order_reasons(self, words: str) -> Answer:
        """What the rule of ordering says today about the goods found by words: how many boxes and why, or why none."""

    def what_if(self, **sliders: str) -> Answer:
        """The last weeks lived again under another policy of ordering, beside the one in force and the old rule.

        A simulation with intervals. `sliders`: goodwill, waste, holding, review, lead, life, fresh; warehouse for one alone.
        """

    def drill(
        self, metrics: str | Iterable[str], by: str | Iterable[str], group: Mapping[str, str], **options: Any
    ) -> Answer:
        """One group of an answer, such as {"city": "R1"} or {"month": "2026-10"}, cut by the next finer level.

        The options are those of `query`; `meta["question"]` says what was asked in the end.
        """
        ...

    def supply(self, what: str, **asked: Any) -> Answer:
        """The lists of supply: losses, losses/why, losses/classes, losses/turnover, suppliers, suppliers/ID, recall, recall/LOT.

        `asked` are the words of the page's address: by (sku, warehouse, stock_lot, supplier, loss_cause), period, from, to,
        compare, warehouse, supplier, sku, loss_cause, cell (AX to CZ), level (community to city), q, sort. "why" holds the
        change of the losses against another period: `meta["change"]` in parts that add up, the rows by what moved them.
        """
        ...

    def cohorts(self, cohort: str = "buyers", **options: Any) -> Answer:
        """Retention: who began in each week or month, and how many came back in each period since.

        `cohort`: buyers, registered, leaders or visitors. Options: grain ("week" or "month"), periods, by (one dimension
        of the first event), start, end (of the first events), where, counted ("elapsed" days of each one's own, or
        "calendar"), as_of, pivot (one column per period). What is not over for a whole cohort is empty.
        """
        ...

    def metrics(self, words: str = "") -> Answer:
        """The metric dictionary: name, title, unit, definition, owner; with `words`, what they find, pinyin too."""
        ...

    def own_metrics(self) -> Answer:
        """The company's own metrics of `metrics/*.yaml`, and what is wrong in these files: state "ok" or "bad"."""
        ...

    @property
    def metric_files(self) -> MetricFiles:
        """The files in which they are declared: list, show, check, save, remove, restore."""
        ...

    def dimensions(self, of: str = "") -> Answer:
        """Everything figures can be cut by; `of` a metric: only what it can be cut by."""
        ...

    def tables(self) -> Answer:
        """Every table that can be read, with its rows and what it is."""
        ...

    def sql(self, statement: str, *, seconds: float = SECONDS, rows: int = MOST_ROWS) -> Answer:
        """The first `rows` of one SELECT over the published tables; stopped after `seconds`.

        Read only, nothing outside the published tables can be reached; every statement is written to data/log/sql.jsonl.
        """
        ...

    def table(self, name: str) -> pa.RecordBatchReader:
        """All rows of a table, batch by batch."""
        ...

    def import_file(
        self,
        file: str | Path,
        mapping: str = "",
        *,
        tell: Mapping[str, str] | None = None,
        yes: bool = True,
        watch: Watch | None = None,
    ) -> Answer:
        """Bring a CSV or Excel file in; says per table what came and what was put aside.

        A `watch` that raises Cancelled calls the import off: nothing of it stays, and the file can come again.
        `mapping` names one of mappings/ or a ready layout; "" or "auto" finds it out. `tell` says what the file does not:
        {"苹果": "3.5"}. Without `yes` a guess that is not sure is refused, naming what to confirm.
        """
        ...

    def guess(self, file: str | Path, mapping: str = "", *, tell: Mapping[str, str] | None = None) -> Answer:
        """How a file would be read: each column's meaning, how sure and why, and the first problems; keeps nothing."""
        ...

    def learn(self, file: str | Path, name: str = "", *, said: Mapping[str, str] | None = None) -> Answer:
        """Keep how a file is read as a mapping of the project; `said` corrects it: {"团长昵称": "团长"}."""
        ...

    def import_source(self, name: str, *, watch: Watch | None = None) -> Answer:
        """Bring in what a connector without a file offers, such as complete-journey."""
        ...

    def interrupt(self, thread: int) -> None:
        """End the statement that an import of a thread is in, which then fails with Cancelled: it need not be waited for."""
        ...

    def build(self, *, full: bool = False, watch: Watch | None = None) -> Answer:
        """Bring the published tables up to date; only what changed is built, unless `full`."""
        ...

    def rebuild(self, *, watch: Watch | None = None) -> Answer:
        """Make the warehouse anew from what landed; refused while a server runs."""
        ...

    def landed(self) -> set[str]:
        """The batches the warehouse holds."""
        ...

    def fingerprint(self) -> dict[str, dict[str, int]]:
        """Rows and a checksum of every standard table that has rows."""
        ...

    def rollups(self) -> Answer:
        """What is added up beforehand: through which day, which days wait, how many rows beside those of the fact."""
        ...

    def as_of(self) -> datetime | None:
        """When the newest data arrived; None for an empty project."""
        ...

    @property
    def assortment(self) -> Assortment:
        """What each group should offer: push, keep, try, drop."""
        ...

    @property
    def stock(self) -> StockAlerts:
        """What of the stock needs somebody: out, soon out, near expiry, too much, unsalable, impossible."""
        ...

    @property
    def forecast(self) -> Forecasts:
        """What is expected of the next fortnight: by goods, category, warehouse, city, group."""
        ...

    @property
    def surge(self) -> Surges:
        """What sells far beyond the usual today, and what will not last."""
        ...

    @property
    def quotas(self) -> Quotas:
        """How much of each pre-sale listing may be sold until its cut-off."""
        ...

    @property
    def targets(self) -> Targets:
        """What the company means to reach: list, set, remove, bring, file."""
        ...

    @property
    def identity(self) -> Identities:
        """Who is whom over several platforms: plan, join, link, split, undo."""
        ...

    def batches(self, **asked: Any) -> Answer:
        """The batches that came in, newest first: who, when, which file, and what became of its rows.

        Options: words (of file, source, mapping or person), kind ("file", "mended", "rows"), state ("open", "waiting",
        "clean"), start, end (days of arrival), order ("-received", "file", "rows", ...), limit, offset.
        """
        ...

    def batch(self, landing_id: str) -> Answer:
        """One batch: its counts by table; in the meta its books, notes on reading, problems and lines left aside."""
        ...

    def undo_batch(self, landing_id: str, why: str = "", *, apply: bool = True, watch: Watch | None = None) -> Answer:
        """Take a batch back, as if it had never come; one row per table that changes: rows gone, back, came, waiting.

        `meta["batch"]` is the batch that says so; undo that one to let the first come again. Without `apply` only looked at.
        """
        ...

    def quarantine(self, *, not_data: bool = False) -> Answer:
        """The rows that were put aside, each with its reason; or the lines of files that are no data."""
        ...

    def quality(self, of: str = "sources") -> Answer:
        """How fresh and how whole the data is, judged by its own past: of "sources", "tables" or "checks"."""
        ...

    def export_quarantine(self, to: str | Path) -> Answer:
        """Write the rows put aside to a file in which they can be mended."""
        ...

    def replay(self, file: str | Path) -> Answer:
        """Bring mended rows in again."""
        ...

    def mend(self, row: str, cells: Mapping[str, str], *, by: str = "") -> Answer:
        """Bring one row put aside back with some of its cells changed: {"重量": "1500"}; `row` is its BATCH:TABLE:ROW."""
        ...

    def dismiss(self, rows: Sequence[str], because: str, *, by: str = "") -> Answer:
        """Leave rows aside for good, with a reason; the batch in the meta takes it back."""
        ...

    def restore(self, landing_id: str, *, by: str = "") -> Answer:
        """Take a dismissal back: its rows are to be mended again."""
        ...

    def repair(
        self,
        rule: Mapping[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",
    ) -> Answer:
        """What a rule, or the saved ones, mend among the rows put aside; with `apply` the mended rows come in.

        A rule: column, and one of units {"斤": 500}, values {"男": "male"}, replace {"元": ""}, set, times; when (pattern).
        """
        ...

    def export(self, what: str | Answer, to: str | Path, form: str = "") -> Answer:
        """Write a table, the rows of a SELECT, or an answer to CSV, Excel or Parquet."""
        ...

    def close(self) -> None:
        """Let go of the data, so that others may open it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
