"""How data comes into this project: through its connectors and mappings, sealed by its vault, into its warehouse."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linshu.app import repairs
from linshu.app.answer import Answer
from linshu.app.connectors import by_name, is_connector
from linshu.app.finding import Finder, confirmed
from linshu.app.learning import keep, learn, proposed, remember
from linshu.app.mending import read_sheets, write_sheets
from linshu.app.states import erasures_of
from linshu.app.trying import tried
from linshu.connectors.base import RowBatch
from linshu.connectors.files import Source, open_all, source_of
from linshu.engine.intake import Intake, dismissing, repair
from linshu.engine.intake.landing import landed
from linshu.engine.intake.merge import Count
from linshu.engine.vault import Vault
from linshu.kernel.errors import Invalid, Misused
from linshu.kernel.text import Text
from linshu.standard import STANDARD_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Named

    from linshu.app.finding import Found
    from linshu.app.project import Project
    from linshu.app.shop import Watch
    from linshu.connectors.base import Batch
    from linshu.connectors.files import Where
    from linshu.engine.intake import Progress, Receipt, Watcher
    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.mapping import Mapping
    from linshu.engine.warehouse.duck import DuckWarehouse
    from linshu.kernel.text import Language

_NAME = re.compile(r"[\w-]{1,60}")
PHASES = {"hash": 0.1, "land": 0.5, "merge": 1.0}  # where on the bar each phase ends
PHASE_WORDS = {
    "hash": Text("核对文件", "reading"),
    "land": Text("封存", "landing"),
    "merge": Text("合并", "merging"),
}
PACE = Text("{phase} {rows} 行 · 每秒 {pace} 行{left}", "{phase} {rows} rows · {pace} a second{left}")
LEFT = Text(" · 还需 {seconds} 秒", " · {seconds} s left")


class Bringing:
    """The imports of one project."""

    def __init__(self, project: Project, warehouse: DuckWarehouse, person: str = "") -> None:
        self.project = project
        self.warehouse = warehouse
        self.vault = Vault.open(project.vault, project.key(create=not Vault.exists(project.vault)))
        self.vault.destroy_all(erasures_of(project).all())  # these folders may be an old copy
        self.intake = Intake(
            project.landing,
            warehouse,
            self.vault,
            TABLES,
            standard_version=STANDARD_VERSION,
            company_day=project.settings.company_day,
        )
        self.intake.person = person
        self.finder = Finder(project, self.intake.tables)

    def import_source(self, name: str, *, watch: Watch | None = None) -> Answer:
        """Bring in what a connector without a file offers."""
        source = by_name(name)
        return told([self._take(batch, watch) for batch in source.read(source.configuration())])

    def guess(self, file: Where, mapping: str = "", tell: Named[str, str] | None = None) -> Answer:
        """How a file would be read, how sure that is and why, and what the first rows would become; keeps nothing."""
        found = self.finder.find(file, mapping, tell)
        return proposed(found, [self._tried(file, each.mapping) for each in found])

    def _tried(self, file: Where, mapping: Mapping) -> dict[str, Any]:
        """What the first rows would become; where something has to be told first, that alone."""
        try:
            return tried(file, mapping, self.project.settings.company_day)
        except Invalid as error:
            problem = {"zh": error.say("zh"), "en": error.say("en")}
            return {"rows": 0, "good": 0, "bad": 0, "problems": [problem]}

    def learn(self, file: Where, name: str = "", said: Named[str, str] | None = None) -> Answer:
        """Keep how a file is read, as a mapping in mappings/ that later files with its headings use by themselves."""
        return learn(self.finder, self.project.mappings, file, name, said or {})

    def import_file(
        self,
        file: Where,
        mapping: str = "",
        *,
        tell: Named[str, str] | None = None,
        yes: bool = True,
        by: str = "",
        watch: Watch | None = None,
    ) -> Answer:
        """Bring a file in: through the mapping named, the one meant for such files, or the standard's own headings."""
        if mapping and is_connector(mapping) and not isinstance(file, Source):
            source = by_name(mapping)
            return told([self._take(batch, watch) for batch in source.read(source.configuration(file=str(file)))])
        found = self.finder.find(file, mapping, tell)
        if not yes:
            confirmed(found, source_of(file))
        skipped: list[Incoming] = []
        seen = watcher(watch, self._language)
        taken = [each for one in found for each in self._bring(file, one.mapping, by, seen, skipped)]
        answer = told([receipt for _, receipt in taken])
        files = [*(_found_out(incoming) for incoming, _ in taken), *map(_passed_over, skipped)]
        return Answer(answer.table, {**answer.meta, "files": files, "read_as": [each.said for each in found]})

    def take_in(self, file: Where, found: Found, by: str, watch: Watch | None, language: Language) -> list[Receipt]:
        """Bring one sheet in, read as it was found; progress is told in a language."""
        return [receipt for _, receipt in self._bring(file, found.mapping, by, watcher(watch, language), [])]

    def keep(self, found: Found, name: str, said: Named[str, str]) -> str:
        """Keep how a sheet is read as a mapping of the project, and what was said of its headings; the name it got."""
        if name and not _NAME.fullmatch(name):
            raise Misused(
                Text(f"“{name}”不能当映射的名字", f"“{name}” is no name for a mapping"),
                mend=Text("只用文字、数字、- 和 _。", "Use letters, digits, - and _."),
            )
        if {each.table.name for each in found.mapping.tables} & {"orders"}:
            remember(self.finder, self.project.mappings, said)
        return str(keep(self.project.mappings, self.finder.unlisted(found), name)["mapping"])

    def _bring(
        self, file: Where, one: Mapping, by: str, watch: Watcher, skipped: list[Incoming]
    ) -> list[tuple[Incoming, Receipt]]:
        """The tables of a file under a mapping; in an archive, those that lack its columns are `skipped`."""
        taken, unfit = [], []
        for opened in open_all(file, one.file, one.columns, watch=watch):
            incoming = one.as_known(opened)
            try:
                one.check(incoming.columns)
            except Invalid as error:
                unfit.append(error)
                skipped.append(incoming)
                continue
            receipt = self.intake.land_and_merge(incoming, one, by=by, watch=watch)
            taken.append((incoming, receipt))
        if unfit and not taken:
            raise unfit[0]
        return taken

    def _take(self, batch: Batch, watch: Watch | None) -> Receipt:
        if isinstance(batch, RowBatch):
            return self.intake.land_rows(
                batch.source, batch.rows, mark=batch.mark, watch=watcher(watch, self._language)
            )
        return self.intake.land_and_merge(batch.incoming, batch.mapping, watch=watcher(watch, self._language))

    @property
    def _language(self) -> Language:
        return self.project.settings.language

    @property
    def is_empty(self) -> bool:
        """Whether nothing ever came in."""
        rows = self.warehouse.query("SELECT count(*) AS batches FROM meta.landing").to_pylist()
        return bool(rows[0]["batches"] == 0)

    @property
    def is_lost(self) -> bool:
        """Whether the warehouse holds nothing of what came in: its file was removed, or a first import was killed."""
        return self.is_empty and bool(landed(self.project.landing))

    def quarantine(self, *, not_data: bool = False) -> Answer:
        """The rows that were put aside, each with its reason; or the lines of files that are no data."""
        return Answer(self.intake.not_data() if not_data else self.intake.problems())

    def export_quarantine(self, to: Path) -> Answer:
        """Write the rows that need a person to a file in which they can be mended."""
        sheets = self.intake.sheets()
        write_sheets(sheets, to)
        return Answer.of({"file": str(to), "from": sheet.name, "rows": sheet.rows.num_rows} for sheet in sheets)

    def replay(self, file: Where, by: str = "") -> Answer:
        """Bring mended rows in again."""
        return told([receipt for incoming in read_sheets(file) for receipt in self.intake.replay(incoming, by=by)])

    def mend(self, row: str, cells: Named[str, str], by: str = "") -> Answer:
        """Bring one row put aside back with some of its cells changed."""
        return told(repairs.mend_row(self.intake, row, cells, by))

    def dismiss(self, rows: Sequence[str], because: str, by: str = "") -> Answer:
        """Leave rows aside for good."""
        return _said(dismissing.dismiss(self.intake, rows, because, by))

    def restore(self, landing_id: str, by: str = "") -> Answer:
        """Take a dismissal back."""
        return _said(dismissing.restore(self.intake, landing_id, by))

    def repair(
        self,
        rule: Named[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",
    ) -> Answer:
        """What a rule, or the saved ones, mend among the rows put aside; with `apply` they come in again."""
        rules = repair.chosen(repairs.saved(self.project.mappings), names)
        if rule is not None:
            named = save or "这一次"
            rules = (repair.parse(repair.node_of(rule, named), named),)
            if save:
                repairs.save(self.project.mappings, save, rule)
        answer, receipts = repairs.mend(self.intake, rules, apply=apply, by=by)
        return Answer(answer.table, {**told(receipts).meta, **answer.meta} if apply else answer.meta)

    def resume(self) -> Answer:
        """Merge what landed and was not merged before a kill."""
        return told(self.intake.resume())

    def close(self) -> None:
        """Let go of the keys."""
        self.vault.close()


def watcher(watch: Watch | None, language: Language, expected: int = 0) -> Watcher:
    """An import's progress as one bar from 0 to 1, with rows, rows a second and the time left in words.

    `expected` rows tell how far the landing is where the source itself cannot.
    """
    ends = list(PHASES.items())

    def tell(at: Progress) -> None:
        if watch is None:
            return
        position = next((index for index, (phase, _) in enumerate(ends) if phase == at.phase), len(ends) - 1)
        begin = ends[position - 1][1] if position else 0.0
        done = at.fraction or (min(at.rows / expected, 1.0) if expected and at.phase == "land" else 0.0)
        left = "" if at.seconds_left is None else LEFT.fill(seconds=f"{at.seconds_left:.0f}").say(language)
        phase = PHASE_WORDS.get(at.phase, Text(at.phase, at.phase)).say(language)
        words = PACE.fill(phase=phase, rows=f"{at.rows:,}", pace=f"{at.rows_per_second:,.0f}", left=left)
        watch(begin + (ends[position][1] - begin) * done, words.say(language))

    return tell


def _found_out(incoming: Incoming) -> dict[str, str]:
    """What was found out about a file, for people who wonder why it was read as it was."""
    notes = incoming.notes
    return {
        "name": incoming.name,
        "zh": "；".join(each.zh for each in notes),
        "en": "; ".join(each.en for each in notes),
    }


def _passed_over(incoming: Incoming) -> dict[str, str]:
    """A table of an archive that has not the columns the mapping names."""
    return {"name": incoming.name, "zh": "没有映射要的列，没有导入", "en": "lacks the mapping's columns, left aside"}


def told(receipts: Iterable[Receipt]) -> Answer:
    """What imports did: table by table over all batches, and batch by batch in the meta."""
    listed = list(receipts)
    counts: dict[str, dict[str, int]] = {}
    for name, count in ((name, _did(one, count)) for one in listed for name, count in one.by_table.items()):
        table = counts.setdefault(name, {})
        for what, number in asdict(count).items():
            table[what] = table.get(what, 0) + number
    batches = [
        {
            "landing_id": one.landing_id, "rows_in": one.rows_in, "good": one.good, "bad": one.bad,
            "waiting": one.waiting, "unchanged": one.unchanged, "not_data": one.not_data,
            "already_known": one.already_known,
        }
        for one in listed
    ]  # fmt: skip
    rows = [{"table": name, **counts[name]} for name in sorted(counts)]
    return Answer.of(rows, batches=batches, note=_note(listed))


def _did(receipt: Receipt, count: Count) -> Count:
    """What this import did to a table: a batch that was known already changed nothing now."""
    return Count(rows=count.rows, unchanged=count.rows) if receipt.already_known else count


def _said(receipt: Receipt) -> Answer:
    """What a decision about rows did."""
    return Answer.of([{"batch": receipt.landing_id, "rows": receipt.rows_in}], batch=receipt.landing_id)


def _note(receipts: list[Receipt]) -> dict[str, str]:
    if not receipts:
        return {"zh": "没有新的批次。", "en": "No new batch."}
    rows, bad = sum(one.rows_in for one in receipts), sum(one.bad for one in receipts)
    said = Text(
        f"{len(receipts)} 个批次，共 {rows:,} 行，其中 {bad:,} 行有问题。",
        f"{len(receipts)} batches, {rows:,} rows, {bad:,} of them with problems.",
    )
    if len(receipts) == 1:
        said = receipts[0].summary
    if any(one.bad and not one.already_known for one in receipts):
        said = Text(
            f"{said.zh}原因和改法：linshu quarantine list", f"{said.en} Reasons and remedies: linshu quarantine list"
        )
    if any(one.not_data and not one.already_known for one in receipts):
        said = Text(
            f"{said.zh} 没导入的行：linshu quarantine list --not-data",
            f"{said.en} What was left aside: linshu quarantine list --not-data",
        )
    return {"zh": said.zh, "en": said.en}
