"""Which mapping a file is read by: one named, one of the project's, a ready layout, a template's headings, or a guess."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import yaml

from linshu.connectors import guessing
from linshu.connectors.files import parts, source_of, template_mapping
from linshu.connectors.files.template import guess as template_table
from linshu.connectors.guessing import DAY, GROUP, LIST, Claim
from linshu.connectors.guessing.lists import day_in, is_plain, list_name, short_day
from linshu.connectors.guessing.unnumbered import GOODLESS
from linshu.connectors.layouts import LAYOUTS, layout, recognise
from linshu.engine.intake.mapping import Mapping
from linshu.engine.intake.written import YEAR
from linshu.kernel.errors import Conflict, Invalid, LinshuError, Missing, nearest
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping as Named
    from collections.abc import Sequence

    from linshu.app.project import Project
    from linshu.connectors.files import Part, Source, Where
    from linshu.kernel.table import Table

MOST_HEADINGS = 0.6  # a template's headings are known but for notes people add beside it
WORDS = "learned/words.yaml"  # under mappings/: what a person said of a heading, heading > meaning


@dataclass(frozen=True, slots=True)
class Found:
    """How one sheet of a file is to be read, how sure that is, and why."""

    mapping: Mapping
    how: str  # named, saved, layout, template, guessed
    reason: Text
    sureness: float = 1.0
    sheet: str = ""
    claims: tuple[Claim, ...] = ()
    columns: tuple[str, ...] = ()
    sample: tuple[tuple[str | None, ...], ...] = ()  # its first rows
    notes: tuple[Text, ...] = ()  # what a person should know of how it is read
    doubts: tuple[Text, ...] = ()  # what a person should look at beside the columns
    lasts: bool = True  # other files of these headings can be read alike

    @property
    def said(self) -> dict[str, str]:
        """How it is read, for people."""
        zh, en = "".join(f"；{each.zh}" for each in self.notes), "".join(f"; {each.en}" for each in self.notes)
        return {"sheet": self.sheet, "mapping": self.mapping.name.removesuffix(".yaml"), "how": self.how,
                "zh": f"{self.reason.zh}（{self.sureness:.2f}）{zh}", "en": f"{self.reason.en} ({self.sureness:.2f}){en}"}  # fmt: skip

    @property
    def unsure(self) -> tuple[Claim, ...]:
        """The columns a person should confirm."""
        return tuple(each for each in self.claims if each.unsure)


class Finder:
    """Finds the mapping of a file of one project."""

    def __init__(self, project: Project, tables: Named[str, Table]) -> None:
        self._folder = project.mappings
        self._tables = tables

    def saved(self) -> dict[str, Path]:
        """The project's own mappings by name."""
        return {path.stem: path for path in sorted(self._folder.glob("*.y*ml"))}

    def learned(self) -> dict[str, str]:
        """What people said of headings: plain heading > role; "" = not used."""
        path = self._folder / WORDS
        said = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
        return {str(word): str(role or "") for word, role in (said or {}).items()}

    def find(self, file: Where, name: str = "", told: Named[str, str] | None = None) -> list[Found]:
        """How each sheet of the file is to be read; Missing for an unknown name, Invalid when nothing fits."""
        found = [self._named(name)] if name and name != "auto" else self._by_itself(source_of(file))
        return [replace(each, mapping=self._told(each.mapping, told)) for each in found] if told else found

    def _named(self, name: str) -> Found:
        known = self.saved()
        path = known.get(name, Path(name))
        if path.is_file():
            return Found(self._mapping(path), "named", Text(f"按名字指明的映射 {name}", f"the mapping named {name}"))
        if name in LAYOUTS:
            return Found(layout(name), "named", Text(f"按名字指明的格式 {name}", f"the layout named {name}"))
        raise Missing(Text(f"没有映射 {name}", f"there is no mapping {name}"), mend=nearest(name, (*known, *LAYOUTS)))

    def _by_itself(self, file: Source) -> list[Found]:
        own = [self._mapping(path) for path in self.saved().values()]
        for one in own:
            if one.file.name and fnmatch(file.name, one.file.name):
                reason = Text(f"文件名合 {one.file.name}", f"the file's name fits {one.file.name}")
                return [Found(one, "saved", reason)]
        found, first = [], None
        unread: list[Part] = []
        heads = {name for each in (*own, *map(layout, LAYOUTS)) for name in each.heads}
        there = parts(file, heads)
        for part in there:
            try:
                found.append(self._of_part(file, part, own, there))
            except LinshuError as error:  # a sheet of notes beside the one that matters
                unread.append(part)
                first = first or error
        if not found:
            raise first or _empty(file)
        return _left_out(_without_sums(found), [each for each in unread if len(each.columns) > 1 and each.sample])

    def _of_part(self, file: Source, part: Part, own: list[Mapping], there: Sequence[Part]) -> Found:
        found = self._recognised(part, own) or self.guessed(file, part)
        return self.listed(replace(found, columns=part.columns, sample=part.sample), file, part, there)

    def recognised(self, part: Part) -> Found | None:
        """How a sheet is read by a mapping that knows it; None where it has to be guessed."""
        return self._recognised(part, [self._mapping(path) for path in self.saved().values()])

    def _recognised(self, part: Part, own: list[Mapping]) -> Found | None:
        columns, there, shown = part.columns, set(part.columns), part.sheet or part.member
        fitting = [each for each in own if each.need and all(there.intersection(names) for names in each.need)]
        if fitting:
            best = max(fitting, key=lambda each: len(there.intersection(each.heads)))
            reason = Text(f"表头与学过的映射 {best.name} 一样", f"the headings are those of the saved {best.name}")
            return Found(_on(best, part), "saved", reason, sheet=shown)
        ready = recognise(columns)
        if ready:
            return Found(_on(ready.mapping, part), "layout", ready.reason, ready.sureness, shown)
        table = template_table(columns, TABLES)
        if table:
            made = template_mapping(table, columns, sheet=part.sheet, tables=self._tables)
            share = len(made.tables[0].columns) / len(columns)
            if share >= MOST_HEADINGS:
                reason = Text(f"表头是标准表“{table.title.zh}”的", f"the headings are those of {table.name}")
                return Found(_on(made, part), "template", reason, sheet=shown)
        return None

    def guessed(self, file: Source, part: Part, corrected: Named[str, str] | None = None, table: str = "") -> Found:
        """How a sheet nobody knows is likely to be read, `corrected` by what a person says of it."""
        said = corrected or {}
        if table and table != guessing.ORDER_FILE:
            made_up = guessing.guess_as(
                part.columns, self._tables[table], file=file.name, corrected=said, tables=self._tables
            )
        else:
            made_up = guessing.guess(
                part.columns, sampled(part), file=file.name, learned={**self.learned(), **said},
                only_orders=bool(table), names=_names(file, part), tables=self._tables,
            )  # fmt: skip
        reason = Text("由表头、单位和值猜出", "guessed from headings, units and values")
        shown = part.sheet or part.member
        return Found(
            _on(made_up.mapping, part), "guessed", reason, made_up.sureness, shown, made_up.claims, part.columns,
            part.sample, notes=made_up.notes, lasts=made_up.lasts,
        )  # fmt: skip

    def listed(self, found: Found, file: Source, part: Part, there: Sequence[Part] = ()) -> Found:
        """The same with what its rows leave in doubt, and what the names of sheet and file tell; `there` are all sheets."""
        names = [part.sheet, PurePath(part.member or file.name).stem]
        doubts = (*(part.doubts if found.how == "guessed" else ()), *_repeated(found, part), *_of_others(part, there))
        found = self._grouped(replace(found, doubts=doubts), part, there)
        told = found.mapping.told
        blank = {word for word, value in told.items() if not value}
        day, short = day_in(*names), short_day(*names)
        if LIST in blank:
            found = self.told(found, {LIST: list_name(*names)})
        if DAY not in blank or not (day or short):
            return found
        name = next(each for each in names if short_day(each) or day_in(each) or short_day(each, *names))
        said = Text(f"日期取自名字“{name}”：{day or short}", f"the day is that of the name “{name}”: {day or short}")
        found = self.told(replace(found, notes=(*found.notes, said)), {DAY: day or short})
        if day:
            return found
        asked = tuple(YEAR if each == DAY else each for each in found.mapping.ask)  # 3月1日 of which year?
        return self.told(replace(found, mapping=self._with(found.mapping, "ask", asked)), {YEAR: told.get(YEAR, "")})

    def _grouped(self, found: Found, part: Part, there: Sequence[Part]) -> Found:
        """The same with the sheet's name as the group, where sheets of the same headings differ by name alone."""
        alike = [each for each in there if each.columns == part.columns and each.sheet]
        names = [each.sheet for each in alike]
        has_groups = any(
            "community_id" in each.columns and GROUP not in str(each.node) for each in found.mapping.tables
        )
        if found.how != "guessed" or has_groups or len(names) < 2 or not _is_of_orders(found):
            return found
        if any(is_plain(each) or day_in(each) or short_day(each, *names) for each in names):
            return found
        doubt = Text(
            f"几张工作表的表头相同，把表名当作社群：“{part.sheet}”。不对的话告诉它 {GROUP}=正确的名字",
            f"several sheets have the same headings, and the name of each is taken for a group: “{part.sheet}”; else tell {GROUP}=NAME",
        )
        return self.told(replace(found, doubts=(*found.doubts, doubt)), {GROUP: part.sheet})

    def unlisted(self, found: Found) -> Found:
        """The same without what was told of this one list, as it is kept for others; what its headings say may stay."""
        told = found.mapping.told
        gone = [word for word in (*found.mapping.ask, LIST) if told.get(word)]
        stays = {word for word in gone if any(told[word] in heading for heading in found.columns)}
        return self.told(found, {word: "" for word in gone if word not in stays})

    def heads(self) -> set[str]:
        """All headings that a known mapping looks for, by which a header is told from what stands above it."""
        own = [self._mapping(path) for path in self.saved().values()]
        return {name for each in (*own, *map(layout, LAYOUTS)) for name in each.heads}

    def named_for(self, part: Part, name: str) -> Found:
        """How a sheet is read by the mapping a person chose for it."""
        found = self._named(name)
        shown = part.sheet or part.member
        return replace(found, mapping=_on(found.mapping, part), sheet=shown, columns=part.columns, sample=part.sample)

    def told(self, found: Found, told: Named[str, str]) -> Found:
        """The same with what was told beside the file."""
        return replace(found, mapping=self._told(found.mapping, told)) if told else found

    def _mapping(self, path: Path) -> Mapping:
        return Mapping.parse(path.read_text("utf-8"), path.name, self._tables)

    def called(self, found: Found, called: Named[str, str]) -> Found:
        """The same with the file's own headings for those the mapping knows; "" = a column that is not used."""
        if not called:
            return found
        return replace(found, mapping=self._with(found.mapping, "called", called))

    def _told(self, mapping: Mapping, told: Named[str, str]) -> Mapping:
        """The mapping with what was told beside the file written into it, so that landing keeps that too."""
        return self._with(mapping, "told", told)

    def _with(self, mapping: Mapping, part: str, words: Named[str, str] | Sequence[str]) -> Mapping:
        """The mapping with more words in one part of its text, or with another list in its place."""
        tree = yaml.compose(mapping.text, Loader=yaml.SafeLoader)
        text, known = mapping.text, dict[str, str]()
        for key, value in tree.value if isinstance(tree, yaml.MappingNode) else ():
            if key.value == part:
                if isinstance(value, yaml.MappingNode):
                    known = {str(word.value): str(said.value or "") for word, said in value.value}
                text = text[: key.start_mark.index] + text[value.end_mark.index :]
        made_up: object = {**known, **words} if isinstance(words, dict) else list(words)
        said = yaml.safe_dump({part: made_up}, allow_unicode=True)
        made = Mapping.parse(f"{text.rstrip()}\n{said}", mapping.name, self._tables)
        return replace(made, file=mapping.file)


def _names(file: Source, part: Part) -> tuple[str, ...]:
    """The name of a sheet, and where that says nothing, of its file."""
    return (part.sheet,) if part.sheet and not is_plain(part.sheet) else (PurePath(part.member or file.name).stem,)


def _is_of_orders(found: Found) -> bool:
    return any(each.table.name == "orders" for each in found.mapping.tables)


def _without_sums(found: list[Found]) -> list[Found]:
    """The sheets without those of names and amounts beside sheets of orders: they sum these up, and would count twice."""
    bare = [each for each in found if GOODLESS in each.notes]
    rest = [each for each in found if each not in bare]
    if not bare or not any(map(_is_of_orders, rest)):
        return found
    names = "、".join(each.sheet for each in bare)
    said = Text(
        f"没有读“{names}”：只有名字和金额，像是其他表的合计；不是的话请单独存成一个文件再导入",
        f"“{names}” was not read: names and amounts alone, as if it summed up the others; else import it as a file of its own",
    )
    return [replace(rest[0], notes=(*rest[0].notes, said)), *rest[1:]]


def _left_out(found: list[Found], unread: Sequence[Part]) -> list[Found]:
    """The sheets with a word on those beside them that nobody could read; asked about where the others are guessed."""
    if not unread:
        return found
    names = "、".join(each.sheet or each.member for each in unread)
    said = Text(
        f"“{names}”看不出是什么表，没有读：有用的话请单独存成文件再导入",
        f"“{names}” looks like no table that is known and was not read: where it matters, import it as a file of its own",
    )
    first, rest = found[0], found[1:]
    if first.how == "guessed":
        return [replace(first, doubts=(*first.doubts, said)), *rest]
    return [replace(first, notes=(*first.notes, said)), *rest]


def confirmed(found: list[Found], file: Source) -> None:
    """Refuse to import what a person should look at first."""
    unsure = list(dict.fromkeys(claim for each in found if each.how == "guessed" for claim in each.unsure))
    doubts = list(dict.fromkeys(one for each in found for one in each.doubts))
    if not unsure and not doubts:
        for each in found:
            each.mapping.refuse_untold(each.notes)
        return
    said = [f"{each.heading}={each.title.zh}（{each.sureness:.2f}，{each.reason.zh}）" for each in unsure]
    said_en = [f"{each.heading}={each.title.en} ({each.sureness:.2f}, {each.reason.en})" for each in unsure]
    columns = Text(
        f"{file.name} 有 {len(unsure)} 列拿不准：{'；'.join(said)}",
        f"not sure of {len(unsure)} columns of {file.name}: {'; '.join(said_en)}",
    )
    known = [*([columns] if unsure else []), *doubts]
    notes = list(dict.fromkeys(one for each in found for one in each.notes))
    raise Conflict(
        Text("；".join(each.zh for each in known), "; ".join(each.en for each in known)),
        where=Text("。".join(each.zh for each in notes), ". ".join(each.en for each in notes)),
        mend=Text(
            "对的话加 --yes；不对就用 linshu mapping learn 文件 --set 表头=含义 更正。先看：linshu import auto 文件 --dry-run。",
            "Add --yes if it is right; correct it with linshu mapping learn FILE --set HEADING=MEANING; look with --dry-run.",
        ),
    )


def _repeated(found: Found, part: Part) -> tuple[Text, ...]:
    """The doubt about rows said twice, where lines are numbered by their place: each would be a line of its own."""
    lines = [each.columns["line_no"] for each in found.mapping.tables if "line_no" in each.columns]
    numbered = any("number" in each.items() for each in lines if isinstance(each.value, dict))
    if not numbered or (found.how == "guessed" and len(set(part.sample)) < len(part.sample)):
        return ()  # a guess that saw it asks by the column of the order id
    if not (alike := part.repeated()):
        return ()
    return (
        Text(
            f"有 {alike} 行与前面的行完全相同，会算成又一行商品：重复粘贴的请先删掉",
            f"{alike} rows repeat a row above exactly and would count as further lines: delete those that were pasted twice",
        ),
    )


def sampled(part: Part) -> dict[str, tuple[str | None, ...]]:
    """The first values of each column."""
    values = zip(*part.sample, strict=True) if part.sample else ((),) * len(part.columns)
    return dict(zip(part.columns, values, strict=True))


def _of_others(part: Part, there: Sequence[Part]) -> tuple[Text, ...]:
    """The doubt about a sheet that says every row of the others again: where rows carry no id, both would count."""
    others = [each for each in there if each is not part and each.columns == part.columns and each.sample]
    rows = set(part.sample)
    if not others or not all(rows.issuperset(each.sample) for each in others):
        return ()
    shown, named = part.sheet or part.member, "、".join(each.sheet or each.member for each in others)
    return (
        Text(
            f"“{shown}”里有“{named}”的每一行：两处都读会重复计数，请只留一处",
            f"“{shown}” holds every row of “{named}”: read both and they count twice; leave one of them out",
        ),
    )


def _on(mapping: Mapping, part: Part) -> Mapping:
    """The mapping for one sheet of a workbook, or one member of an archive."""
    return replace(mapping, file=replace(mapping.file, sheet=part.sheet or mapping.file.sheet, member=part.member))


def _empty(file: Source) -> Invalid:
    return Invalid(
        Text(f"{file.name} 里没有带表头的表", f"{file.name} holds no table with headings"),
        mend=Text("请检查文件。", "Check the file."),
    )
