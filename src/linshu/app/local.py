"""The shop of a project whose data this process owns: the command line without a server, the server itself, Python."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from linshu.app import batches, edition, listing, outside, replenishing, supplying, undoing
from linshu.app import export as exporting
from linshu.app.aims import LocalTargets
from linshu.app.answer import Answer
from linshu.app.assortment import LocalAssortment
from linshu.app.bringing import Bringing, watcher
from linshu.app.calling_off import UnderWay, nothing_stays
from linshu.app.connectors import by_name
from linshu.app.desk import LocalDesk
from linshu.app.domains import DOMAINS, catalog
from linshu.app.figures import Figures
from linshu.app.forecasting import LocalForecasts
from linshu.app.identities import LocalIdentities
from linshu.app.own import OwnMetrics, listed, troubled
from linshu.app.own.answering import LocalMetricFiles
from linshu.app.own.files import LocalOwnFiles
from linshu.app.project import Project, settle
from linshu.app.quality import judged
from linshu.app.quota import LocalQuotas
from linshu.app.settings_audit import note_settings
from linshu.app.sql_asking import MOST_ROWS, SECONDS, SqlDoor
from linshu.app.stock import LocalStockAlerts
from linshu.app.surge import LocalSurges
from linshu.app.tracing import Tracing
from linshu.app.uploads import MEGABYTE, Uploads
from linshu.connectors.files import source_of
from linshu.engine.access.scope import Scope
from linshu.engine.intake import pulse
from linshu.engine.metrics.drill import told
from linshu.engine.warehouse import journal, models, rollups
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Cancelled, Missing, nearest
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from linshu.app.shop import Watch
    from linshu.connectors.files import Source, Where
    from linshu.engine.intake import Receipt
    from linshu.engine.intake.pulse import Pulse
    from linshu.engine.warehouse.model import Model
    from linshu.engine.warehouse.report import Report, Step
    from linshu.engine.warehouse.rollups import Effort, RollupTable

BATCH_ROWS = 100_000


class LocalShop:
    """Everything one can ask of a company's data, by the process that owns it."""

    def __init__(self, project: Project, warehouse: DuckWarehouse, person: str = "") -> None:
        self.project = project
        self.warehouse = warehouse
        self.bringing: Bringing = Bringing(project, warehouse, person)
        self.own = OwnMetrics(project.metrics, catalog(), lambda table: warehouse.columns(f"mart.{table}"))
        settings = project.settings
        self.uploads = Uploads(project.data / "uploads", settings.server.max_upload_mb * MEGABYTE)
        self.figures = Figures(
            warehouse,
            self.own.current,
            settings.company_day,
            fiscal_start=settings.company.fiscal_start,
            intake=LocalDesk(self, self.uploads),
            home=self,
        )
        self.under_way = UnderWay()
        self._building = threading.Lock()  # the live company and a command may both ask for a build
        self._refilling = threading.Lock()
        self._lost = self.bringing.is_lost
        self._published = False

    @classmethod
    def open(cls, project: Project, *, upgrade: bool = False, person: str = "") -> LocalShop:
        """Own the project's data; Conflict when another process does, or another version of the standard made it.

        `person` brings in what nobody else is named for. With `upgrade`, a warehouse of another version is put aside and made anew from what landed.
        """
        project.data.mkdir(parents=True, exist_ok=True)
        anew = edition.differs(project)
        if anew and not upgrade:
            raise edition.refused(project)
        shop = cls(project, _fresh_warehouse(project) if anew else _warehouse(project), person)
        if anew:
            shop.resume()
        edition.stamp(project)
        return shop

    def query(
        self, metrics: str | Iterable[str], by: str | Iterable[str] = (), *, explain: bool = False, **options: Any
    ) -> Answer:
        """Figures by the metric dictionary; see `Shop.query`."""
        self.ready()
        result = self.figures.query(metrics, by, **options)
        meta = {**result.meta(), "currency": self.project.settings.company.currency}
        return Answer(result.table, {**meta, "explain": result.explained()} if explain else meta)

    def lineage(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Where figures come from; see `Shop.lineage`."""
        self.ready()
        query, now = self.figures.question(metrics, by, **options), self.own.current()
        return Tracing(self.warehouse, self.models()).lineage(query, now.catalog)

    def rows(
        self, metrics: str | Iterable[str], by: str | Iterable[str] = (), *, of: str = "", limit: int = 100,
        offset: int = 0, **options: Any,
    ) -> Answer:  # fmt: skip
        """The rows behind a figure; see `Shop.rows`."""
        self.ready()
        query, now = self.figures.question(metrics, by, **options), self.own.current()
        return Tracing(self.warehouse, self.models()).rows(query, now.catalog, of=of, limit=limit, offset=offset)

    def outside(self, what: str, *, scope: Scope | None = None, day: date | None = None) -> Answer:
        """What leaders and suppliers read on pages of their own; see `Shop.outside`."""
        return outside.told(self, what, scope, day)

    def drill(
        self, metrics: str | Iterable[str], by: str | Iterable[str], group: Mapping[str, str],
        *, explain: bool = False, **options: Any,
    ) -> Answer:  # fmt: skip
        """One group of an answer, cut by the next finer level; see `Shop.drill`."""
        self.ready()
        asked, result = self.figures.drill(metrics, by, group, **options)
        currency = self.project.settings.company.currency
        meta = {**result.meta(), "currency": currency, "question": told(asked)}
        return Answer(result.table, {**meta, "explain": result.explained()} if explain else meta)

    def supply(self, what: str, *, scope: Scope | None = None, day: date | None = None, **asked: Any) -> Answer:
        """Losses, turnover and suppliers; see `Shop.supply`."""
        self.ready()
        return supplying.told(self.figures, self.project.settings, what, asked, scope or Scope(), day)

    def cohorts(self, cohort: str = "buyers", **options: Any) -> Answer:
        """Who began together and who came back; see `Shop.cohorts`."""
        self.ready()
        result = self.figures.cohorts(cohort, **options)
        return Answer(result.table, result.meta())

    def metrics(self, words: str = "") -> Answer:
        """The metric dictionary; see `Shop.metrics`."""
        return listing.metrics(self.figures.catalog, words)

    def own_metrics(self) -> Answer:
        """The company's own metrics, and everything wrong in `metrics/`."""
        self.ready()
        now = self.own.current()
        return Answer.of([*listed(now), *troubled(now)])

    @property
    def own_files(self) -> LocalOwnFiles:
        """The files of `metrics/`, as pages change them."""
        self.ready()
        aside = self.project.data / "removed-metrics"
        return LocalOwnFiles(self.project.metrics, aside, self.own, self.warehouse, self.project.settings.company_day)

    @property
    def metric_files(self) -> LocalMetricFiles:
        """The files of `metrics/`, as commands and programs change them; see `Shop.metric_files`."""
        return LocalMetricFiles(self.own_files)

    def dimensions(self, of: str = "") -> Answer:
        """Everything figures can be cut by, and the lists of people that they can only be filtered by."""
        return listing.dimensions(self.figures.catalog, of)

    def tables(self) -> Answer:
        """Every table that can be read, with its rows and what it is."""
        self.ready()
        return listing.tables(self.warehouse, self.models())

    @property
    def door(self) -> SqlDoor:
        """The door for SQL, as pages use it."""
        self.ready()
        return SqlDoor(self.warehouse, self.project.data / "log", self.models())

    def sql(self, statement: str, *, seconds: float = SECONDS, rows: int = MOST_ROWS, by: str = "") -> Answer:
        """The rows of one SELECT over the published tables."""
        looked = self.door.ask(statement, by=by, seconds=seconds, rows=rows)
        columns = [{"name": name, "unit": _unit(name)} for name in looked.table.column_names]
        meta = {"columns": columns, "currency": self.project.settings.company.currency}
        return Answer(looked.table, {**meta, "more": looked.more, "ms": looked.ms})

    def table(self, name: str) -> pa.RecordBatchReader:
        """All rows of a table, batch by batch."""
        self.ready()
        schema, _, plain = name.rpartition(".")
        for one in (schema,) if schema else listing.READABLE:
            if one in listing.READABLE and plain in self.warehouse.tables(one):
                rows = self.warehouse.query(f'SELECT * FROM {one}."{plain}"')
                return rows.to_reader(max_chunksize=BATCH_ROWS)
        known = [*self.warehouse.tables("mart"), *self.warehouse.tables("std")]
        raise Missing(Text(f"没有表 {name}", f"there is no table {name}"), mend=nearest(name, known))

    def import_file(
        self,
        file: str | Path,
        mapping: str = "",
        *,
        tell: Mapping[str, str] | None = None,
        yes: bool = True,
        by: str = "",
        watch: Watch | None = None,
    ) -> Answer:
        """Bring a CSV or Excel file in, and bring the published tables up to date; see `Shop.import_file`."""
        with self.together(by):
            return self._built(self.bringing.import_file(Path(file), mapping, tell=tell, yes=yes, watch=watch), watch)

    def import_bytes(
        self,
        source: Source,
        mapping: str = "",
        *,
        tell: Mapping[str, str] | None = None,
        yes: bool = True,
        by: str = "",
        watch: Watch | None = None,
    ) -> Answer:
        """The same for bytes that somebody sent; `by` is their account."""
        brought = self.bringing.import_file
        with self.together(by):
            return self._built(brought(source, mapping, tell=tell, yes=yes, by=by, watch=watch), watch)

    def guess(self, file: Where, mapping: str = "", *, tell: Mapping[str, str] | None = None) -> Answer:
        """How a file would be read; keeps nothing."""
        return self.bringing.guess(source_of(file), mapping, tell)

    def learn(self, file: Where, name: str = "", *, said: Mapping[str, str] | None = None) -> Answer:
        """Keep how a file is read as a mapping of the project."""
        return self.bringing.learn(source_of(file), name, said)

    def import_source(self, name: str, *, by: str = "", watch: Watch | None = None) -> Answer:
        """Bring in what a connector without a file offers, and bring the published tables up to date."""
        changed = settle(self.project, by_name(name).settings, empty=self.bringing.is_empty)
        if changed:
            self.project = Project.open(self.project.folder)
            note_settings(self.project, changed, by)
            self.bringing.close()
            self.bringing = Bringing(self.project, self.warehouse, self.bringing.intake.person)
        with self.together(by):
            answer = self._built(self.bringing.import_source(name, watch=watch), watch)
        return Answer(answer.table, {**answer.meta, **({"settings": changed} if changed else {})})

    @contextmanager
    def together(self, by: str = "", says: Callable[[], Cancelled] = nothing_stays) -> Iterator[None]:
        """An import by somebody: once it is called off (its watch raises Cancelled), nothing of it stays, and `says` so."""
        try:
            with self.bringing.intake.together(by):
                yield
        except Cancelled as error:
            self.build_models()
            raise says() from error

    def interrupt(self, thread: int) -> None:
        """End the statement that an import of a thread is in; see `Shop.interrupt`."""
        self.warehouse.interrupt(thread)

    def models(self) -> tuple[Model, ...]:
        """Every published table's definition, in the order they are built."""
        return models.load(*(domain.models for domain in DOMAINS if domain.models))

    def rollups(self) -> Answer:
        """What is added up beforehand: through which day, which days wait, how many rows beside those of the fact."""
        return Answer.of(rollups.report(self.warehouse, self._rolled()))

    def _rolled(self) -> tuple[RollupTable, ...]:
        """What is to be added up beforehand; nothing where the settings say so."""
        wanted = self.project.settings.warehouse.rollups
        return tuple(one.table for one in self.figures.catalog.rolled) if wanted else ()

    def build(self, *, full: bool = False, watch: Watch | None = None) -> Answer:
        """Merge what was left over, then bring the published tables up to date; only what changed, unless `full`."""
        self.resume()
        report = self.build_models(full=full, watch=watch)
        return listing.built(report)

    def build_models(self, *, full: bool = False, effort: Effort = "all", watch: Watch | None = None) -> Report:
        """The same, with everything the builder reports; with `effort` "few" rollups may wait a little."""

        def step(at: Step) -> None:
            if watch:
                watch(at.done / max(at.total, 1), at.model)

        with self._building:
            journal.read_in(self.warehouse, self.project.checks)
            report = models.build(
                self.warehouse, self.models(), full=full, progress=step, rolled=self._rolled(), effort=effort
            )
            journal.write_out(self.warehouse, self.project.checks)
            return report

    def resume(self) -> Answer:
        """Merge what landed and was not merged before a kill."""
        return self.bringing.resume()

    def rebuild(self, *, watch: Watch | None = None) -> Answer:
        """Make the warehouse anew from what landed; nothing else may use this shop meanwhile."""
        self.close()
        self.__init__(self.project, _fresh_warehouse(self.project), self.bringing.intake.person)  # type: ignore[misc] # the same shop, opened anew
        answer = self.resume()
        self.build(watch=watch)
        return answer

    def landed(self) -> set[str]:
        """The batches the warehouse holds."""
        self._refill()
        return set(
            self.warehouse.query("SELECT landing_id FROM meta.landing WHERE merged_at IS NOT NULL")[
                "landing_id"
            ].to_pylist()
        )

    def fingerprint(self) -> dict[str, dict[str, int]]:
        """Rows and a checksum of every standard table; equal for equal content whatever the order of rows."""
        self._refill()
        return listing.fingerprint(self.warehouse)

    def as_of(self) -> datetime | None:
        """When the newest data arrived; None for an empty project."""
        return self.figures.data_as_of

    def land(self, source: str, rows: Mapping[str, pa.Table]) -> Receipt:
        """Take in rows that carry the standard's own columns, as a batch of their own."""
        return self.bringing.intake.land_rows(source, rows)

    def order_reasons(self, words: str, *, scope: Scope | None = None) -> Answer:
        """What is ordered of a good today and why; see `Shop.order_reasons`."""
        self.ready()
        return replenishing.asked(self.project, self.figures, words, scope)

    def what_if(self, **sliders: str) -> Answer:
        """The last weeks lived again under another policy of ordering; see `Shop.what_if`."""
        self.ready()
        return replenishing.lived_again(self.project, self.figures, sliders)

    @property
    def assortment(self) -> LocalAssortment:
        """What each group should offer."""
        return LocalAssortment(self)

    @property
    def targets(self) -> LocalTargets:
        """What the company means to reach."""
        return LocalTargets(self)

    @property
    def stock(self) -> LocalStockAlerts:
        """What of the stock needs somebody."""
        return LocalStockAlerts(self)

    @property
    def forecast(self) -> LocalForecasts:
        """What is expected to be asked for."""
        return LocalForecasts(self)

    @property
    def surge(self) -> LocalSurges:
        """What sells far beyond the usual today, and what will not last."""
        return LocalSurges(self)

    @property
    def quotas(self) -> LocalQuotas:
        """How much of each pre-sale listing may be sold until its cut-off."""
        return LocalQuotas(self)

    @property
    def identity(self) -> LocalIdentities:
        """Who is whom over several platforms."""
        return LocalIdentities(self)

    def batches(self, **asked: Any) -> Answer:
        """The batches that came in, newest first; see `Shop.batches`."""
        self._refill()
        return batches.listed(self.figures.desk, **asked)

    def batch(self, landing_id: str) -> Answer:
        """One batch: its counts by table, and all else the books know of it."""
        self._refill()
        return batches.shown(self.figures.desk, landing_id)

    def undo_batch(
        self, landing_id: str, why: str = "", *, apply: bool = True, by: str = "", watch: Watch | None = None
    ) -> Answer:
        """Take a batch back, as if it had never come; see `Shop.undo_batch`."""
        self._refill()
        effects = batches.effects(self.bringing.intake.effect(landing_id), applied=apply)
        if not apply:
            return effects
        told = watcher(watch, self.project.settings.language)
        with self.together(by, undoing.still_there):
            receipt = self.bringing.intake.withdraw(landing_id, by=by, why=why, watch=told)
            return self._built(Answer(effects.table, {**effects.meta, "batch": receipt.landing_id}), watch)

    def quarantine(self, *, not_data: bool = False) -> Answer:
        """The rows that were put aside, each with its reason; or the lines of files that are no data."""
        self._refill()
        return self.bringing.quarantine(not_data=not_data)

    def pulse(self) -> Pulse:
        """What the books say of how fresh and how whole the data is."""
        self.ready()
        return pulse.read(self.warehouse, TABLES, self.project.settings.company_day.zone)

    def quality(self, of: str = "sources") -> Answer:
        """How fresh and how whole the data is; see `Shop.quality`."""
        return judged(self.pulse(), of, self.project.settings.company_day.day_of(datetime.now(UTC)))

    def export_quarantine(self, to: str | Path) -> Answer:
        """Write the rows put aside to a file in which they can be mended."""
        self._refill()
        return self.bringing.export_quarantine(Path(to))

    def replay(self, file: Where, *, by: str = "") -> Answer:
        """Bring mended rows in again, and bring the published tables up to date."""
        return self._built(self.bringing.replay(Path(file) if isinstance(file, str) else file, by))

    def mend(self, row: str, cells: Mapping[str, str], *, by: str = "") -> Answer:
        """Bring one row put aside back, and bring the published tables up to date; see `Shop.mend`."""
        self._refill()
        return self._built(self.bringing.mend(row, cells, by))

    def dismiss(self, rows: Sequence[str], because: str, *, by: str = "") -> Answer:
        """Leave rows aside for good; see `Shop.dismiss`."""
        self._refill()
        return self.bringing.dismiss(rows, because, by)

    def restore(self, landing_id: str, *, by: str = "") -> Answer:
        """Take a dismissal back, and bring the published tables up to date; see `Shop.restore`."""
        self._refill()
        return self._built(self.bringing.restore(landing_id, by))

    def repair(
        self,
        rule: Mapping[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",
    ) -> Answer:
        """What a rule, or the saved ones, mend among the rows put aside; see `Shop.repair`."""
        self._refill()
        answer = self.bringing.repair(rule, names, apply=apply, save=save, by=by)
        return self._built(answer) if apply else answer

    def export(self, what: str | Answer, to: str | Path, form: str = "") -> Answer:
        """Write a table, the rows of a SELECT, or an answer to CSV, Excel or Parquet."""
        return exporting.export(self, what, to, form)

    def close(self) -> None:
        """Let go of the data, so that others may open it."""
        self.uploads.close()
        self.bringing.close()
        self.warehouse.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ready(self) -> None:
        """Build the published tables of a new project, empty as they are, so that every question has an answer."""
        self._refill()
        if not self._published:  # what is published stays so; to look for it takes as long as many a question
            if not self.warehouse.tables("mart"):
                self.build_models()
            self._published = True

    def _refill(self) -> None:
        """Replay what landed into a warehouse whose file was lost, before anything is answered from its emptiness."""
        with self._refilling:
            if self._lost:
                self.resume()
                self.build_models()
                self._lost = False

    def _built(self, answer: Answer, watch: Watch | None = None) -> Answer:
        """The answer of an import, after the published tables took it in."""
        self._refill()
        report = self.build_models(watch=watch)
        failed = [one.name for one in report.failed]
        return Answer(answer.table, {**answer.meta, "models": {"changed": list(report.changed), "failed": failed}})


def _warehouse(project: Project) -> DuckWarehouse:
    wanted = project.settings.warehouse
    return DuckWarehouse.open(
        project.warehouse, memory_limit=wanted.memory_limit, threads=wanted.threads, reads=(project.landing,)
    )


def _fresh_warehouse(project: Project) -> DuckWarehouse:
    """An empty warehouse in the place of the old one, which goes: landing holds everything it held."""
    if project.warehouse.exists():
        _warehouse(project).close()  # Conflict when another process owns it
    for path in (project.warehouse, project.warehouse.with_suffix(".duckdb.wal")):
        path.unlink(missing_ok=True)
    return _warehouse(project)


def _unit(name: str) -> str:
    """What a column's name says about its unit."""
    return "fen" if name.endswith("_fen") else ""
