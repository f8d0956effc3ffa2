"""The SQL door: what only reads published tables passes; whatever else is refused, however it is dressed."""

from __future__ import annotations

import pytest

from linshu.app.sql_door import checked
from linshu.engine.shell.door import SqlMistake
from linshu.kernel.errors import Forbidden, LinshuError, Misused

TABLES = {"fct_orders", "dim_member"}
FUNCTIONS = {"sum", "count", "upper", "date_trunc", "getenv", "current_setting"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM fct_orders",
        "select * from mart.fct_orders o join dim_member m using (member_id) where o.paid_fen > 100;",
        "WITH a AS (SELECT * FROM fct_orders) SELECT upper(x), sum(y) FROM a GROUP BY ALL",
        "FROM fct_orders SELECT paid_fen LIMIT 3",
        "SELECT * FROM range(3)",
        "SELECT * FROM generate_series(1, 3) t(x)",
        "SELECT unnest([1, 2])",
        "SELECT * FROM unnest([1, 2])",
        "SELECT paid_fen FROM fct_orders UNION ALL SELECT 1",
        "SELECT (SELECT max(paid_fen) FROM fct_orders) AS most",
        "SELECT sum(x) OVER (PARTITION BY y ORDER BY z) FROM fct_orders QUALIFY row_number() OVER () < 3",
        "WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT * FROM b WHERE x IN (SELECT x FROM a)",
        "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a WHERE x < 9) SELECT * FROM a",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a UNION ALL SELECT * FROM a",
        "SELECT * FROM (VALUES (1), (2)) t(x)",
    ],
)
def test_a_select_over_published_tables_passes(sql: str) -> None:
    assert checked(sql, TABLES, FUNCTIONS)


ATTACKS = [
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM 'orders.csv'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('x')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM parquet_scan('x')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('std.member')",
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT unknown_function(1)",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_table_info('x')",
    "SELECT * FROM std.member",
    "SELECT * FROM meta.landing",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM other.mart.fct_orders",
    "SELECT * FROM member",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE fct_orders",
    "DROP TABLE fct_orders",
    "INSERT INTO fct_orders SELECT * FROM fct_orders",
    "UPDATE fct_orders SET x = 1",
    "DELETE FROM fct_orders",
    "CREATE TABLE x AS SELECT 1",
    "COPY fct_orders TO '/tmp/x'",
    "COPY (SELECT 1) TO '/tmp/x'",
    "ATTACH '/tmp/x'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "EXPORT DATABASE '/tmp/x'",
    "CHECKPOINT",
    "DESCRIBE fct_orders",
    "SHOW TABLES",
    "EXPLAIN ANALYZE SELECT 1",
    "SUMMARIZE '/etc/passwd'",
    "SELECT $1",
    "SELECT ?",
    "SELECT * FROM (WITH member AS (SELECT 1) SELECT 1) x, member",
    'SELECT * FROM (WITH "/etc/passwd" AS (SELECT 1) SELECT 1) x, "/etc/passwd"',
    "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
    "WITH a AS (SELECT * FROM a) SELECT * FROM a",
    "SELECT * FROM fct_orders WHERE x IN (WITH member AS (SELECT 1) SELECT 1) AND y IN (SELECT z FROM member)",
    "WITH fct_orders AS (SELECT 1) SELECT * FROM fct_orders",
    "SELECT * FROM fct_orders, LATERAL (SELECT * FROM read_csv('/etc/passwd'))",
    "SELECT * FROM fct_orders WHERE x IN (SELECT y FROM read_json('/etc/passwd'))",
    "SELECT * FROM fct_orders WHERE EXISTS (FROM '/etc/passwd')",
    "PIVOT '/etc/passwd' ON x",
    "SELECT * FROM (SHOW TABLES)",
    "SELECT * FROM (DESCRIBE std.member)",
    "SELECT * FROM (SUMMARIZE std.member)",
    "FROM LATERAL read_text('/etc/passwd')",
    "SELECT * FROM fct_orders POSITIONAL JOIN read_text('/etc/passwd')",
    "SELECT * FROM 'https://example.com/x.parquet'",
    "SELECT * FROM fct_orders o, read_csv(o.note)",
    "SELECT read_text('/etc/passwd')",
    "SELECT * FROM (PIVOT std.member ON a USING count(*))",
    "SELECT * FROM (UNPIVOT std.member ON a)",
    "SELECT * FROM std.main.member",
    "SELECT * FROM memory.std.member",
    "TABLE std.member",
    "FROM std.member",
    "VALUES ((SELECT phone FROM std.member LIMIT 1))",
    "SELECT (SELECT phone FROM std.member LIMIT 1)",
    "SELECT list_transform([1], x -> getenv('HOME'))",
    "SELECT * FROM fct_orders ORDER BY (SELECT phone FROM std.member LIMIT 1)",
    "SELECT * FROM fct_orders LIMIT (SELECT count(*) FROM std.member)",
    "PREPARE v AS SELECT 1",
    "EXECUTE v",
    "BEGIN",
    "USE std",
    "CREATE MACRO f() AS (SELECT 1)",
    "CREATE SECRET s (TYPE s3)",
    "VACUUM",
    "not sql at all (",
    "",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_everything_else_is_refused(sql: str) -> None:
    with pytest.raises(LinshuError):
        checked(sql, TABLES | {"member_"}, FUNCTIONS)


def test_a_shadowing_name_cannot_open_another_table() -> None:
    # What WITH names in one place must not lend its name to a table of another schema elsewhere.
    with pytest.raises(LinshuError):
        checked("SELECT * FROM (WITH leader AS (SELECT 1) SELECT * FROM leader) x, std.leader", TABLES, FUNCTIONS)


def test_the_refusal_says_what_to_do() -> None:
    with pytest.raises(Forbidden, match="SELECT"):
        checked("DROP TABLE fct_orders", TABLES, FUNCTIONS)
    with pytest.raises(Misused, match="fct_orders"):
        checked("SELECT * FROM fct_order", TABLES, FUNCTIONS)


def test_what_runs_is_written_anew_with_full_names() -> None:
    assert "mart" in checked("SELECT 1 FROM fct_orders -- a comment", TABLES, FUNCTIONS)
    assert "comment" not in checked("SELECT 1 FROM fct_orders -- a comment", TABLES, FUNCTIONS)


@pytest.mark.parametrize("unfinished", ["SELECT 1 WHERE (", "SELECT * FROM fct_orders WHERE"])
def test_a_statement_left_unfinished_is_told_without_the_parsers_own_words(unfinished: str) -> None:
    with pytest.raises(SqlMistake) as told:
        checked(unfinished, ["fct_orders"], [])
    assert "class" not in str(told.value)
    assert told.value.line == 1
