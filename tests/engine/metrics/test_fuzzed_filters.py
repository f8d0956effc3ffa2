"""Ten thousand random filters: each is read or refused in plain words, none becomes SQL, none widens the rows one may see.

The filters are made of what people write and of what breaks other products: quotes, comments, sub-queries, functions of
the database, brackets without end, signs of other scripts. Whatever statement comes out reads the tables of the question
alone, with every value bound and the viewer's scope in every fact; its answer holds no row from outside that scope.
"""

from __future__ import annotations

import random
from functools import partial

import pytest
import sqlglot
from sqlglot import exp
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.compile import template
from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.metrics.template import Templates
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import LinshuError

pytestmark = pytest.mark.slow
FILTERS, RUN = 10_000, 400
MANAGER = Scope.only(regions=["D1"])
NAMES = (
    "district",
    "channel",
    "community",
    "tier",
    "paid_date",
    "leader",
    "sku",
    "member",
    "gmv",
    "region",
    "no_such",
    "渠道",
    "1=1 --",
    "district)",
)
SIGNS = (
    "=",
    "==",
    "!=",
    "<>",
    " in ",
    " not in ",
    " IN",
    "<",
    "<=",
    ">",
    ">=",
    " ~ ",
    " like ",
    "",
    " is ",
    "= =",
    " or ",
)
VALUES = (
    "D1", "D2", "wx", "C2", "2026-10-05", "武汉", "(未知)", "unknown", "''", "' OR 1=1 --", "x') OR ('1'='1", "D2' UNION SELECT * FROM users --",
    "(SELECT district FROM dim_community)", "read_csv('/etc/passwd')", "1; DROP TABLE orders", "/* */", "$1", "?", "%s", "{scope}", "\\", "\\'",
    "NULL", "null", "*", "D1,D2", "('D1','D2')", "((((", "))))", '"D2"', "`D2`", "\u202eD2", "Ｄ２", "😀", "a" * 400, "0x44", "1e309", "-0", "true",
)  # fmt: skip
KNOWN = frozenset(company.make(3))
QUESTIONS = (("gmv", "district"), ("gmv", ""), ("refunded", "community"), ("gmv,refunded", "channel"))


def written(dice: random.Random) -> str:
    """One filter as somebody might write it, or as somebody might try."""
    values = dice.choices(VALUES, k=dice.choice((1, 1, 1, 2, 4)))
    name, sign = (
        dice.choice(NAMES[:5] if dice.random() < 0.6 else NAMES),
        dice.choice(SIGNS[:5] if dice.random() < 0.6 else SIGNS),
    )
    said = f"({', '.join(values)})" if "in" in sign.lower() and dice.random() < 0.8 else ",".join(values)
    said = f"{name}{sign}{said}"
    if dice.random() < 0.2:  # a sign lost, doubled, or from elsewhere
        at = dice.randrange(len(said) + 1)
        said = (
            said[:at] + dice.choice(("", "'", '"', "(", ")", ";", "\n", "\0", "--", said[at : at + 3])) + said[at + 1 :]
        )
    return said


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), company.make(3))
    yield opened
    opened.close()


def test_no_filter_is_more_than_a_filter(warehouse) -> None:
    dice, templates, texts, answered, refused = random.Random(11), Templates(), set[str](), [], list[LinshuError]()
    for number in range(FILTERS):
        metrics, by = QUESTIONS[number % len(QUESTIONS)]
        where = [written(dice) for _ in range(dice.choice((1, 1, 2)))]
        try:
            asked = Query.of(metrics, by, scope=MANAGER, where=where, start="2026-09-14", end="2026-11-30")
            query = asked.asked().checked()
            statement = templates.of(query, CATALOG, None, partial(template, query, CATALOG)).filled(query)
        except LinshuError as error:
            refused.append(error)
            continue
        texts.add(statement.sql)
        assert "D1" in statement.params, where
        answered.append((by, query))
    assert FILTERS // 10 < len(answered) < FILTERS
    assert len(refused) > FILTERS // 10
    assert all(error.say("zh") and error.say("en") for error in refused)
    for text in texts:
        _is_plain(text)
    cache = Cache()
    for by, query in dice.sample(answered, RUN):
        rows = run(warehouse, query, CATALOG, cache).rows()
        if by == "district":
            assert {row["district"] for row in rows} <= {"D1"}, query.where


def _is_plain(text: str) -> None:
    """One SELECT over the tables of the question; nothing that somebody typed stands in it."""
    (tree,) = sqlglot.parse(text, dialect="duckdb")
    assert isinstance(tree, exp.Select)
    own = {one.alias for one in tree.find_all(exp.CTE)}
    tables = {one.name for one in tree.find_all(exp.Table)} - own
    assert tables <= KNOWN, tables
    literals = {one.this for one in tree.find_all(exp.Literal) if one.is_string}
    assert not literals & (set(VALUES) - {UNKNOWN.zh, UNKNOWN.en}), literals
