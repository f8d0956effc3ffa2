"""What a file is taken for, shown to a person; and what the person says of it, kept in the project as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from linshu.app.answer import Answer
from linshu.app.finding import WORDS
from linshu.connectors.guessing import BY_NAME, plain
from linshu.engine.intake.reading import SYSTEM_COLUMN
from linshu.kernel.errors import Conflict, Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from linshu.app.finding import Finder, Found
    from linshu.connectors.files import Where

UNUSED = ("不用", "not used", "-")
_HEAD = (
    "# 由 linshu mapping learn 写下，可以照 docs/guides/mappings 修改；表头相同的文件以后自动用它。\n"
    "# Written by linshu mapping learn; edit it as docs/guides/mappings says. Files with these headings use it.\n"
)


def proposed(found: Sequence[Found], trials: Sequence[Mapping[str, Any]]) -> Answer:
    """One row for each column: what it is taken for, how sure, why, and whether a person should confirm it."""
    rows = [row for each in found for row in _rows(each)]
    columns = [
        {"name": name, "title": {"zh": zh, "en": en}}
        for name, zh, en in (
            ("sheet", "工作表", "Sheet"), ("heading", "表头", "Heading"), ("meaning", "含义", "Meaning"),
            ("sureness", "把握", "Sureness"), ("confirm", "要确认", "Confirm"), ("zh", "理由", "Reason"),
            ("en", "理由（英文）", "Reason in English"),
        )
    ]  # fmt: skip
    files = [
        {**each.said, "sureness": each.sureness, "text": each.mapping.text, "trial": dict(trial)}
        for each, trial in zip(found, trials, strict=True)
    ]
    return Answer.of(rows, columns=columns, files=files, note=_note(found, trials))


def learn(finder: Finder, folder: Path, file: Where, name: str, said: Mapping[str, str]) -> Answer:
    """Write the mapping of a file into the project, with what a person said of its columns.

    `said` names the meaning of a heading, by a role's name or title; what was said is remembered for other files too.
    Conflict when another mapping has that name already.
    """
    remember(finder, folder, {heading: _role(meaning) for heading, meaning in said.items()})
    found = [finder.unlisted(each) for each in finder.find(file, "auto")]
    labels = [name if len(found) == 1 else f"{name}-{each.sheet}" if name else "" for each in found]
    return Answer.of([keep(folder, each, label) for each, label in zip(found, labels, strict=True)])


def remember(finder: Finder, folder: Path, roles: Mapping[str, str]) -> None:
    """Keep what a person said of headings, for other files too; "" = not used."""
    if roles:
        words = folder / WORDS
        words.parent.mkdir(parents=True, exist_ok=True)
        known = {**finder.learned(), **{plain(heading): role for heading, role in roles.items()}}
        words.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=True), "utf-8")


def keep(folder: Path, found: Found, name: str = "") -> dict[str, Any]:
    """Write how a sheet is read into mappings/; Conflict when a person wrote a mapping of that name."""
    if not found.lasts:
        raise Invalid(
            Text(
                "单价写在表里的一行，下次会变，不能记成映射",
                "the prices stand in a row and change: this cannot be kept",
            ),
            mend=Text("下次直接导入，会重新认。", "Import the next one as it is; it is read anew."),
        )
    path = folder / f"{name or found.mapping.source}.yaml"
    headings = [claim.heading for claim in found.claims]
    text = _HEAD + found.mapping.text
    if not found.mapping.need:
        used = [claim.heading for claim in found.claims if claim.role] or sorted(found.mapping.columns)
        heads = {"headers": {"need": used, "known": headings or used}}
        text += yaml.safe_dump(heads, allow_unicode=True, sort_keys=False, width=160)
    if path.exists() and path.read_text("utf-8") != text and not path.read_text("utf-8").startswith(_HEAD):
        raise Conflict(
            Text(f"{path.name} 已存在，而且是人写的", f"{path.name} exists, and a person wrote it"),
            mend=Text("换一个名字：--name 名字。", "Choose another name with --name."),
        )
    path.write_text(text, "utf-8")
    return {"mapping": path.stem, "file": str(path), "sheet": found.sheet, "how": found.how, "columns": len(headings)}


def _rows(found: Found) -> list[dict[str, Any]]:
    if found.claims:
        return [
            {
                "sheet": found.sheet, "heading": each.heading, "meaning": each.title.zh if each.role else "",
                "role": each.role, "sureness": each.sureness, "confirm": each.unsure,
                "zh": each.reason.zh, "en": each.reason.en,
            }
            for each in found.claims
        ]  # fmt: skip
    return [
        {
            "sheet": found.sheet, "heading": name, "meaning": _several([each.zh for each in where]), "role": "", "sureness": found.sureness,
            "confirm": False, "zh": "这种文件的列", "en": "a column of such files",
        }
        for name, where in meanings_of(found).items()
    ]  # fmt: skip


def meanings_of(found: Found) -> dict[str, list[Text]]:
    """The headings a mapping names, each with the titles of what it becomes in the standard."""
    used: dict[str, list[Text]] = {}
    for table in found.mapping.tables:
        for name, headings in table.headings().items():
            title = (SYSTEM_COLUMN.get(name) or table.table.column(name)).title
            for heading in headings:
                if title not in used.setdefault(heading, []):
                    used[heading].append(title)
    return used


def _several(titles: Sequence[str], most: int = 4) -> str:
    more = f" 等 {len(titles)} 项" if len(titles) > most else ""
    return "、".join(titles[:most]) + more


def _role(meaning: str) -> str:
    if meaning in UNUSED or not meaning:
        return ""
    for role in BY_NAME.values():
        if meaning.casefold() in (role.name, role.title.zh, role.title.en.casefold(), *role.words):
            return role.name
    known = [role.title.zh for role in BY_NAME.values()]
    raise Invalid(
        Text(f"不认识含义“{meaning}”", f"unknown meaning “{meaning}”"), mend=nearest(meaning, (*known, *BY_NAME))
    )


def _note(found: Sequence[Found], trials: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    zh, en = [], []
    for each, trial in zip(found, trials, strict=True):
        name = each.mapping.name.removesuffix(".yaml")
        sheet = f"{each.sheet}：" if each.sheet else ""
        zh.append(f"{sheet}按 {name} 读，把握 {each.sureness:.2f}：{each.reason.zh}。")
        en.append(f"{sheet}read as {name}, sureness {each.sureness:.2f}: {each.reason.en}.")
        zh.append(f"试读 {trial['rows']:,} 行：{trial['good']:,} 行可用，{trial['bad']:,} 行有问题。")
        en.append(f"{trial['rows']:,} rows tried: {trial['good']:,} fit, {trial['bad']:,} have problems.")
        zh += [f"  {one['zh']}" for one in trial["problems"]]
        en += [f"  {one['en']}" for one in trial["problems"]]
        asked = [word for word, value in each.mapping.told.items() if not value]
        if asked:
            zh.append(f"可以再告诉它：{'、'.join(f'--tell {word}=…' for word in asked)}")
            en.append(f"It can be told: {', '.join(f'--tell {word}=…' for word in asked)}")
        zh += [f"  {one.zh}" for one in (*each.notes, *each.doubts)]
        en += [f"  {one.en}" for one in (*each.notes, *each.doubts)]
        said = "、".join(f"{word}={value}" for word, value in each.mapping.told.items() if value)
        if said:
            zh.append(f"已知：{said}（不对就用 --tell 改）")
            en.append(f"Known: {said} (change it with --tell)")
        if each.unsure:
            zh.append(f"请确认：{'、'.join(one.heading for one in each.unsure)}")
            en.append(f"Please confirm: {', '.join(one.heading for one in each.unsure)}")
    return {"zh": "\n".join(zh), "en": "\n".join(en)}
