"""The course of one upload: recognised, corrected, tried, mended, imported; kept while the server runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from linshu.app.answerable import answerable, days_of
from linshu.app.bringing import told
from linshu.app.finding import sampled
from linshu.app.fixes import Fixes, mend_batch
from linshu.app.learning import meanings_of
from linshu.app.trying import trial
from linshu.app.work import Work
from linshu.connectors import guessing
from linshu.connectors.files import open_file, parts
from linshu.connectors.layouts import LAYOUTS, layout
from linshu.engine.intake import merging
from linshu.engine.intake.filedoor import is_personal
from linshu.engine.intake.layout import is_sealed
from linshu.engine.shell.desk import GUESS, Asked, Heading, Outcome, Sheet
from linshu.engine.vault import Sort, mask_one, sort_of
from linshu.kernel.errors import Invalid, LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.app.bringing import Bringing
    from linshu.app.finding import Found
    from linshu.app.home import Home
    from linshu.app.shop import Watch
    from linshu.app.uploads import Upload, Uploads
    from linshu.connectors.files import Part
    from linshu.connectors.guessing import Claim
    from linshu.engine.intake import Receipt
    from linshu.engine.shell.desk import Job
    from linshu.kernel.text import Language

CHOOSE = Text(
    "请在下面选它是哪张表、每一列是什么；或把数据填进上传页的模板再传。",
    "Choose below which table it is and what each column says; or fill the data into a template of the upload page.",
)
SAID_BY_YOU = Text("您说的", "as you said")
TRIED = 50_000  # rows tried before an import; of longer files these first ones
SAMPLES = 3
MOST_TITLES = 3
IMPORTED = 0.75  # of the bar, when all rows are in and the published tables begin


@dataclass(eq=False)
class LocalCourse:
    """The course of one upload in the process that owns the data."""

    shop: Home
    uploads: Uploads
    upload: Upload
    _asked: dict[int, Asked] = field(default_factory=dict)
    _parts: tuple[Part, ...] | None = None
    _sheets: tuple[Sheet, ...] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._work: Work[Outcome] = Work("upload", self.shop.interrupt)

    @property
    def upload_id(self) -> str:
        """Its id."""
        return self.upload.upload_id

    @property
    def name(self) -> str:
        """Its name."""
        return self.upload.name

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.upload.file.size

    @property
    def job(self) -> Job[Outcome]:
        """How far its import is."""
        return self._work.job

    @property
    def _bringing(self) -> Bringing:
        return self.shop.bringing

    def asked(self, sheet: int) -> Asked:
        """What was said of a sheet so far."""
        return self._asked.get(sheet, Asked())

    def ask(self, sheet: int, asked: Asked) -> None:
        """Say something else of a sheet."""
        with self._lock:
            self._asked[sheet] = asked
            self._sheets = None

    def sheets(self) -> tuple[Sheet, ...]:
        """How each sheet would be read, tried with all that was said; Invalid when there is no table in it."""
        with self._lock, self.uploads.reading(self.upload):
            if self._sheets is None:
                self._sheets = tuple(self._sheet(at, part) for at, part in enumerate(self._tables()))
            return self._sheets

    def _tables(self) -> tuple[Part, ...]:
        if self._parts is None:
            self._parts = parts(self.upload.source, self._bringing.finder.heads())
        if not self._parts:
            raise Invalid(
                Text(f"{self.name} 里没有带表头的表", f"{self.name} holds no table with headings"),
                mend=Text("请检查文件。", "Check the file."),
            )
        return self._parts

    def _sheet(self, at: int, part: Part) -> Sheet:
        asked, shown = self.asked(at), part.sheet or part.member
        try:
            found = self._found(part, asked)
        except LinshuError as error:
            if isinstance(error, guessing.UnrecognisedError) and error.table:
                asked = replace(asked, table=error.table)  # what it looks like is what a person is offered first
            return _unread(part, shown, asked, error, self._claims(part, asked))
        known = found.mapping.told
        sheet = Sheet(
            name=shown,
            how=found.how,
            mapping=found.mapping.name.removesuffix(".yaml"),
            title=found.mapping.title,
            reason=found.reason,
            sureness=found.sureness,
            headings=_headings(found, part),
            table=_table_of(found, asked),
            told={**known, **{word: said for word, said in asked.told.items() if said}},
            left_out=asked.left_out,
            changed=found.how != "guessed" and bool(asked.columns),
            notes=found.notes,
            doubts=found.doubts,
            lasts=found.lasts,
        )
        if asked.left_out:
            return sheet
        try:
            return replace(sheet, trial=self._tried(found, asked))
        except LinshuError as error:
            return replace(sheet, refused=error)

    def _found(self, part: Part, asked: Asked) -> Found:
        finder = self._bringing.finder
        corrected = {guessing.plain(heading): role for heading, role in asked.columns.items()}
        if asked.mapping and asked.mapping != GUESS:
            found = finder.named_for(part, asked.mapping)
        else:
            known = None if asked.mapping == GUESS or asked.table else finder.recognised(part)
            found = known or finder.guessed(self.upload.source, part, corrected, asked.table)
        found = replace(found, columns=part.columns, sample=part.sample)
        found = finder.listed(found, self.upload.source, part, self._tables())
        if found.how != "guessed":
            found = finder.called(found, asked.columns)
        return finder.told(found, {word: said for word, said in asked.told.items() if said})

    def _claims(self, part: Part, asked: Asked) -> tuple[Claim, ...]:
        """What the columns may be, for a person to complete where that was not enough for a mapping."""
        said = {guessing.plain(heading): role for heading, role in asked.columns.items()}
        if asked.table and asked.table != guessing.ORDER_FILE:
            return guessing.column_claims(part.columns, self._bringing.intake.table(asked.table), said)
        learned = {**self._bringing.finder.learned(), **said}
        return guessing.claims(part.columns, sampled(part), learned)

    def _tried(self, found: Found, asked: Asked) -> Any:
        incoming = found.mapping.as_known(open_file(self.upload.source, found.mapping.file, found.mapping.columns))
        found.mapping.check(incoming.columns)
        known = merging.known_file(self.shop.warehouse, incoming.file_hash, found.mapping.digest, "")
        day = self.shop.project.settings.company_day
        made = trial(incoming, found.mapping, day, Fixes.of(asked.rules, asked.cells), TRIED)
        return replace(made, known=known.landing_id if known else "")

    def meanings(self, sheet: int) -> tuple[tuple[str, Text], ...]:
        """What a column may be: what the mapping knows, roles of an order file, or columns of another table."""
        at, part = self.sheets()[sheet], self._tables()[sheet]
        if at.how and at.how != "guessed":
            used = meanings_of(self._found(part, self.asked(sheet)))
            return tuple((name, known_as(name, titles)) for name, titles in used.items())
        table = at.table
        if table and table != guessing.ORDER_FILE:
            return tuple((one.name, one.title) for one in self._bringing.intake.table(table).columns)
        return tuple((role.name, role.title) for role in guessing.BY_NAME.values())

    def mappings(self) -> tuple[tuple[str, str], ...]:
        """The mappings one may choose by hand: name and title."""
        own = [(name, name) for name in self._bringing.finder.saved()]
        return (*own, *((name, layout(name).title) for name in LAYOUTS))

    def learn(self, sheet: int, name: str) -> str:
        """Keep how a sheet is read as a mapping of the project; the name it got."""
        asked = self.asked(sheet)
        found = self._found(self._tables()[sheet], asked)
        kept = self._bringing.keep(found, name, asked.columns if found.how == "guessed" else {})
        self.ask(sheet, replace(asked, mapping=kept, table="", columns={}))
        return kept

    def start(self, language: Language) -> None:
        """Begin the import, if it did not begin yet."""
        self._work.start(lambda watch: self._run(language, watch))

    def cancel(self) -> None:
        """Call the import off: nothing of it stays, and it can begin again."""
        self._work.cancel()

    def _run(self, language: Language, watch: Watch) -> Outcome:
        with self.uploads.reading(self.upload), self.shop.together(self.upload.by):
            return self._import(language, watch)

    def _import(self, language: Language, watch: Watch) -> Outcome:
        wanted = [(at, part) for at, part in enumerate(self._tables()) if not self.asked(at).left_out]
        before = answerable(self.shop)
        receipts: list[Receipt] = []
        mended = 0
        for place, (at, part) in enumerate(wanted):
            bar = _part_of(watch, place / len(wanted) * IMPORTED, IMPORTED / len(wanted))
            found = self._found(part, self.asked(at))
            for receipt in self._bringing.take_in(self.upload.source, found, self.upload.by, bar, language):
                receipts.append(receipt)
                if not receipt.already_known:
                    again = mend_batch(self._bringing.intake, receipt.landing_id, self._fixes(at), self.upload.by)
                    mended += sum(each.good for each in again)
        words = Text("更新报表", "bringing the reports up to date").say(language)
        watch(IMPORTED, words)
        report = self.shop.build_models(watch=lambda done, _: watch(IMPORTED + (1 - IMPORTED) * done, words))
        now = answerable(self.shop)
        told_ = told(receipts)
        return Outcome(
            batches=tuple(told_.meta["batches"]),
            tables=tuple(told_.rows),
            mended=mended,
            failed=tuple(one.name for one in report.failed),
            answerable=tuple(name for name in self.shop.figures.catalog.metrics if name in now - before),
            days=days_of(self.shop, [one.landing_id for one in receipts]),
        )

    def _fixes(self, at: int) -> Fixes:
        return Fixes.of(self.asked(at).rules, self.asked(at).cells)


def _part_of(watch: Watch, begin: float, share: float) -> Watch:
    """A part of the bar."""
    return lambda done, words: watch(begin + share * done, words)


def _unread(part: Part, shown: str, asked: Asked, error: LinshuError, claims: Sequence[Claim]) -> Sheet:
    """A sheet that cannot be read yet: its columns, for a person to say what they are."""
    nothing = Text("", "")
    if isinstance(error, guessing.UnrecognisedError):
        error = type(error)(error.what, where=error.where, mend=CHOOSE)
    return Sheet(
        shown, "", "", "", nothing, 0.0, tuple(_claimed(each, part) for each in claims),
        asked.table or guessing.ORDER_FILE, {}, refused=error, left_out=asked.left_out,
    )  # fmt: skip


def _headings(found: Found, part: Part) -> tuple[Heading, ...]:
    if found.claims:
        return tuple(_claimed(each, part) for each in found.claims)
    sealed = _sealed_headings(found)
    used = meanings_of(found)
    unused = Text("不用", "not used")
    made = []
    called = found.mapping.called
    for name in part.columns:
        known = called.get(name, "" if name in called.values() else name)
        titles = used.get(known, [])
        title = known_as(known, titles) if titles else unused
        why = (
            SAID_BY_YOU
            if name in called
            else Text("这种文件的列", "a column of such files")
            if titles
            else Text("这种文件不用它", "not used of such files")
        )
        made.append(
            Heading(
                name,
                known if titles else "",
                title,
                found.sureness if titles else 0.0,
                why,
                False,
                _samples(part, name, sealed.get(known)),
            )
        )
    return tuple(made)


def known_as(heading: str, titles: Sequence[Text]) -> Text:
    """A heading that a mapping knows, and what becomes of it."""
    zh, en = "、".join(each.zh for each in titles[:MOST_TITLES]), ", ".join(each.en for each in titles[:MOST_TITLES])
    more = " …" if len(titles) > MOST_TITLES else ""
    return Text(f"{heading}（{zh}{more}）", f"{heading} ({en}{more})")


def _claimed(claim: Claim, part: Part) -> Heading:
    role = claim.role
    sealed = sort_of(role) if role.startswith("receiver_") or role in ("phone", "address", "id_number") else None
    samples = _samples(part, claim.heading, sealed)
    return Heading(claim.heading, role, claim.title, claim.sureness, claim.reason, claim.unsure, samples)


def _sealed_headings(found: Found) -> dict[str, Sort]:
    """The headings that become sensitive columns, and how what stands in them is masked."""
    made: dict[str, Sort] = {}
    for table in found.mapping.tables:
        for name, headings in table.headings().items():
            if name in table.table.names and is_sealed(table.table.column(name)):
                made |= dict.fromkeys(headings, sort_of(name))
    return made


def _samples(part: Part, heading: str, sealed: Sort | None) -> tuple[str, ...]:
    """A few texts of a column; of personal ones only their masks."""
    at = part.columns.index(heading)
    texts = list(dict.fromkeys(row[at] for row in part.sample if row[at]))[:SAMPLES]
    if sealed is not None:
        return tuple(mask_one(each, sealed) for each in texts if each)
    return ("***",) if texts and is_personal(heading) else tuple(each for each in texts if each)


def _table_of(found: Found, asked: Asked) -> str:
    """Whose columns a person may choose from."""
    if found.how != "guessed":
        return ""
    tables = [each.table.name for each in found.mapping.tables]
    return asked.table or (tables[0] if tables else guessing.ORDER_FILE)
