"""Guessing what an unknown file says: which table, which column is what, how sure that is, and why."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import yaml

from linshu.connectors.guessing import beside, receivers, tally_file, unnumbered
from linshu.connectors.guessing import writing as writing_
from linshu.connectors.guessing.order_file import MISSING, key_of, missing, order_tables
from linshu.connectors.guessing.other_file import column_claims, table_claims, table_columns
from linshu.connectors.guessing.papers import paper_of, refusal
from linshu.connectors.guessing.roles import SURE, Claim, claims
from linshu.connectors.guessing.tally import Tally, tally_of
from linshu.connectors.guessing.unnumbered import DAY, GROUP, LIST
from linshu.connectors.guessing.words import BY_NAME, plain
from linshu.connectors.guessing.writing import Writing
from linshu.engine.intake.mapping import Mapping
from linshu.kernel.errors import NOWHERE, Invalid
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping as Named
    from collections.abc import Sequence

    from linshu.kernel.table import Table

__all__ = [
    "BY_NAME", "DAY", "GROUP", "LIST", "ORDER_FILE", "SURE", "Claim", "Guess", "UnrecognisedError", "claims", "column_claims", "fingerprint", "guess", "guess_as",
    "plain",
]  # fmt: skip

DOUBLED = 0.6  # sure-ness of an order id in a file that says rows twice
LONGEST_SHOWN = 20  # characters of a heading in a message
LEAST_SHARE = 0.4  # of the headings that a table has to tell, where the file could be orders but for what they lack
ORDER_FILE = "orders"  # orders with their lines, goods and refunds, as order files have them

_ALL = {table.name: table for table in TABLES}


class UnrecognisedError(Invalid):
    """A file that looks like no table of the standard, or that cannot be read as the `table` it belongs in."""

    def __init__(self, what: Text, *, where: Text = NOWHERE, mend: Text = NOWHERE, table: str = "") -> None:
        self.table = table
        super().__init__(what, where=where, mend=mend)


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping nobody wrote yet, and what it rests on."""

    mapping: Mapping
    claims: tuple[Claim, ...]
    notes: tuple[Text, ...] = ()  # how its rows and orders are understood, where that is not plain
    lasts: bool = True  # another file of these headings can be read alike

    @property
    def sureness(self) -> float:
        """As sure as its least sure column; what is not used without a doubt does not count."""
        return min((claim.sureness for claim in self.claims if claim.role or claim.unsure), default=0.0)

    @property
    def unsure(self) -> tuple[Claim, ...]:
        """The columns a person should confirm."""
        return tuple(claim for claim in self.claims if claim.unsure)


def fingerprint(headings: Sequence[str]) -> str:
    """What tells files of the same headings, in whatever order they stand."""
    said = "\n".join(sorted(plain(heading) + "|" + heading.strip() for heading in headings))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def guess(  # noqa: PLR0913 what a caller knows of the file
    headings: Sequence[str],
    sample: Named[str, Sequence[str | None]],
    *,
    file: str = "",
    learned: Named[str, str] | None = None,
    only_orders: bool = False,
    names: Sequence[str] = (),
    tables: Named[str, Table] = _ALL,
) -> Guess:
    """The likeliest mapping; Invalid, saying what is missing and what was found, when there is none.

    `learned` holds what people said of headings, plain heading > role; with `only_orders` no other table is thought of.
    `names` are those of sheet and file, where they say something.
    """
    writing = writing_.usually(headings, sample, learned or {})
    writing = writing_.with_dittos(writing, claims(headings, writing.sample, learned))
    sample = writing.sample
    said = claims(headings, sample, learned)
    tally = tally_of(headings, sample, said, learned or {})
    said = tally.claims if tally else said
    roles = {claim.role: claim for claim in said if claim.role}
    lacks = () if tally and len(tally.untold) < len(tally.goods) else missing(roles, sample)
    other = None if only_orders else table_claims(headings, tables.values())
    share = sum(claim.sureness for claim in said) / max(len(headings), 1)
    others = sum(claim.sureness for claim in other[1]) / len(headings) if other else 0.0
    seen = None if only_orders else paper_of(headings, said, learned or {}, names)
    is_other = other is not None and others > (LEAST_SHARE if lacks or seen else share + 0.05)
    if other and is_other and not (seen and _leaves_out(*other, roles)):
        return _of_table(headings, *other, tables, writing)
    if seen:
        what, where, mend = refusal(seen, file, said)
        raise UnrecognisedError(what, where=where, mend=mend, table=seen.paper.tables[-1])
    if tally:
        return _of_tally(headings, writing, roles, tally, tables)
    if lacks and not ("amount" not in lacks and unnumbered.can_stand_for(lacks, roles)):
        raise _nothing(file, headings, lacks, said)
    return _of_orders(headings, writing, said, roles, tables)


def _leaves_out(table: Table, said: Sequence[Claim], roles: Named[str, Claim]) -> bool:
    """Whether a sheet says how much of which goods, and a table would not take it so, or lacks what it must have."""
    if not {"sku_id", "goods_name"} & set(roles) or not {"qty", *beside.AMOUNTS} & set(roles):
        return False
    named = {claim.role for claim in said if claim.role}
    return "sku_id" not in named or any(one.required and one.name not in named for one in table.columns)


def _of_orders(
    headings: Sequence[str],
    writing: Writing,
    said: tuple[Claim, ...],
    roles: Named[str, Claim],
    tables: Named[str, Table],
) -> Guess:
    sample, source = writing.sample, _source(headings)
    key, said = key_of(roles, sample), receivers.doubted(beside.doubted(writing.doubted(said), sample), sample)
    made = order_tables(roles, sample, source)
    if "order_line" in made and (alike := _alike(headings, sample)):
        said = tuple(_doubled(each, alike) if each.role == "order_id" else each for each in said)
    told, notes = unnumbered.told(roles, is_made=key.is_made), writing.notes
    if key.is_made:
        said, notes = unnumbered.doubted(said, roles), (*notes, *unnumbered.notes(key, roles, sample))
    return Guess(_mapping(made, source, said, tables, writing.into(told)), said, notes)


def _of_tally(
    headings: Sequence[str],
    writing: Writing,
    roles: Named[str, Claim],
    tally: Tally,
    tables: Named[str, Table],
) -> Guess:
    sample = writing.sample
    source, key = _source(headings), tally_file.key_of(roles, sample)
    made = tally_file.tally_tables(roles, sample, source, tally)
    told = writing.into(tally_file.told(tally, roles, is_made=key.is_made))
    said, notes = (
        receivers.doubted(beside.doubted(writing.doubted(tally.claims), sample), sample),
        (*writing.notes, *tally.notes),
    )
    if key.is_made:
        said, notes = unnumbered.doubted(said, roles), (*notes, *unnumbered.notes(key, roles, sample))
    return Guess(_mapping(made, source, said, tables, told), said, notes, lasts=tally.lasts)


def _alike(headings: Sequence[str], sample: Named[str, Sequence[str | None]]) -> int:
    """How many rows of the sample say exactly what a row before them says."""
    rows = list(zip(*(sample.get(each, ()) for each in headings), strict=False))
    return len(rows) - len(set(rows))


def _doubled(claim: Claim, alike: int) -> Claim:
    """The claim of the order id, in doubt: the same line twice counts twice."""
    said = Text(
        f"有 {alike} 行与前面的行完全相同，会算成又一行商品：重复粘贴的请先删掉",
        f"{alike} rows repeat a row above exactly and would count as further lines: delete those that were pasted twice",
    )
    return replace(claim, sureness=min(claim.sureness, DOUBLED), reason=said)


def guess_as(
    headings: Sequence[str],
    table: Table,
    *,
    file: str = "",
    corrected: Named[str, str] | None = None,
    tables: Named[str, Table] = _ALL,
) -> Guess:
    """The likeliest mapping to a table a person named, `corrected` by plain heading > column; Invalid without its key."""
    said = column_claims(headings, table, corrected)
    lacks = [table.column(key).title for key in table.key if key not in {each.role for each in said}]
    if lacks:
        raise _keyless(file, table, lacks)
    return _of_table(headings, table, said, tables, Writing({}))


def _of_table(
    headings: Sequence[str], table: Table, said: tuple[Claim, ...], tables: Named[str, Table], writing: Writing
) -> Guess:
    columns, top = table_columns(table, said), writing.into({})
    made = _mapping({table.name: {"columns": columns}}, _source(headings), said, tables, top)
    return Guess(made, writing.doubted(said), writing.notes)


def _source(headings: Sequence[str]) -> str:
    return f"guess-{fingerprint(headings)[:8]}"


def _mapping(
    made: object,
    source: str,
    said: tuple[Claim, ...],
    tables: Named[str, Table],
    told: Named[str, object] | None = None,
) -> Mapping:
    notes = "".join(
        f"# {claim.heading}: {claim.title.zh} · {claim.sureness:.2f} · {claim.reason.zh}\n" for claim in said
    )
    body = yaml.dump(
        {"source": source, "title": "猜出的映射", **(told or {}), "tables": made},
        Dumper=_Plain, allow_unicode=True, sort_keys=False, width=160, default_flow_style=None,
    )  # fmt: skip
    return Mapping.parse(notes + body, f"{source}.yaml", tables)


class _Plain(yaml.SafeDumper):
    """Writes the same expression in full wherever it stands, so that one can be changed without the others."""

    def ignore_aliases(self, _: object) -> bool:
        return True


def _keyless(file: str, table: Table, lacks: Sequence[Text]) -> Invalid:
    return Invalid(
        Text(
            f"把 {file} 当作“{table.title.zh}”还缺{'、'.join(each.zh for each in lacks)}",
            f"as {table.title.en}, {file} lacks {', '.join(each.en for each in lacks)}",
        ),
        mend=Text("请指明是哪一列。", "Say which column it is."),
    )


_TELL = Text(
    "用 linshu mapping learn 文件 --set 表头=含义 告诉系统，或用 linshu template 的模板；映射的写法见 docs/guides/mappings。",
    "Tell it with: linshu mapping learn FILE --set HEADING=MEANING; or fill in a linshu template; mappings are told in docs/guides/mappings.",
)
_NO_ID = Text(
    "有一列是编号的话，用 linshu mapping learn 文件 --set 那一列的表头=订单编号；没有的话，在表里加一列“订单号”，"
    "每单写一个不重复的编号（如 20260301-001），同一单的几行写同一个。没有编号，同一张表再导一次就会重复计数。",
    "If a column holds an id: linshu mapping learn FILE --set ITS_HEADING=order_id. If none does, add a column “订单号” with an id "
    "of its own for each order (20260301-001), the same on each row of one order. Without ids the same sheet imported again "
    "would count twice.",
)


def _nothing(file: str, headings: Sequence[str], lacks: Sequence[str], said: Sequence[Claim]) -> UnrecognisedError:
    found = [f"{claim.heading[:LONGEST_SHOWN]}={claim.title.zh}" for claim in said if claim.role][:8]
    odd = [claim for claim in said if claim.unsure and not claim.role]
    no_id = list(lacks) == ["order_id"]
    shown = [each if len(each) <= LONGEST_SHOWN else f"{each[:LONGEST_SHOWN]}…" for each in headings[:12]]
    return UnrecognisedError(
        Text(
            f"看不出 {file} 是哪张表：当作订单还缺{'、'.join(MISSING[each].zh for each in lacks)}",
            f"{file} looks like no table of the standard; as orders it lacks {', '.join(MISSING[each].en for each in lacks)}",
        ),
        where=Text(
            f"表头 {'、'.join(shown)}"
            + (f"；认出 {'、'.join(found)}" if found else "")
            + "".join(f"；“{each.heading}”列：{each.reason.zh}" for each in odd),
            f"headings {', '.join(shown)}" + "".join(f"; column “{each.heading}”: {each.reason.en}" for each in odd),
        ),
        mend=_ONE_COLUMN if len(headings) == 1 else _NO_ID if no_id else _TELL,
    )


_ONE_COLUMN = Text(
    "只读出一列：如果本来有几列，是分隔符没认出来，请另存为 xlsx 或 CSV，或在映射的 file 里写明 delimiter。",
    "It has a single column: if there should be more, the separator is not known; save it as xlsx or CSV, or name the delimiter under file in the mapping.",
)
