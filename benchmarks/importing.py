"""Imports of order files: end to end (hash, read, land, validate, merge) against bare DuckDB reading the same CSV.

`--data FILE` takes a CSV with the columns of `HEADER`. Both sides put the same orders into a DuckDB file of their own;
the count and the sum of paid money are compared first. Sealing is told per distinct value. The peak memory of an import
is measured in a process of its own, for a file of 0.2 GB and one of 5 GB: it must not grow with the file.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.report import Goal, Options, Report, Row, interleaved, main, seconds_of
from linshu.connectors.files import open_file
from linshu.engine.intake import Intake
from linshu.engine.intake.mapping import Mapping
from linshu.engine.vault import KeyFile, Vault
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.standard import TABLES

NAME = "importing"
ORDERS, QUICK_ORDERS = 1_000_000, 20_000
GOAL = 5.0
BYTES_OF_ORDER = 125
SMALL_FILE, LARGE_FILE = 200_000_000, 5_000_000_000
QUICK_FILES = 2_000_000, 6_000_000
MOST_GROWTH = 2.0  # of the peak, for 25 times the file
PEAK = """
import resource, sys
from pathlib import Path
from benchmarks import importing
folder = Path(sys.argv[1])
with importing._intake(folder, memory_limit="1GB") as intake:
    importing._import(intake, Path(sys.argv[2]), importing.MAPPING)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

MAPPING = """
source: benchmark
tables:
  orders:
    columns:
      order_id: 订单编号
      channel_id: 渠道
      shop_id: 店铺
      member_id: 买家
      community_id: 社群
      leader_id: 团长
      batch_id: 团期
      mode: 方式
      status: {column: 状态, values: {已支付: paid, 已关闭: cancelled}}
      placed_at: 下单时间
      paid_at: 付款时间
      goods_fen: {column: 商品金额, unit: yuan}
      discount_merchant_fen: {column: 商家优惠, unit: yuan}
      shipping_fen: {column: 运费, unit: yuan}
      paid_fen: {column: 实付, unit: yuan}
"""
SENSITIVE = "      receiver_phone: 电话\n"
HEADER = """'O' || lpad(i::VARCHAR, 9, '0') AS 订单编号, 'wechat' AS 渠道, 'shop' || i % 7 AS 店铺,
    'M' || i % 100000 AS 买家, 'C' || hash(i + 1) % 600 AS 社群, 'L' || hash(i + 1) % 600 AS 团长,
    'B' || i // 2000 AS 团期, '自提' AS 方式, '已支付' AS 状态,
    strftime(TIMESTAMP '2026-01-01' + INTERVAL (i * 20) SECOND, '%Y-%m-%d %H:%M:%S') AS 下单时间,
    strftime(TIMESTAMP '2026-01-01' + INTERVAL (i * 20 + 30) SECOND, '%Y-%m-%d %H:%M:%S') AS 付款时间,
    printf('%.2f', 10 + hash(i) % 3000 / 100.0) AS 商品金额, printf('%.2f', hash(i) % 200 / 100.0) AS 商家优惠,
    '0.00' AS 运费, printf('%.2f', 10 + hash(i) % 3000 / 100.0 - hash(i) % 200 / 100.0) AS 实付"""


def measure(options: Options) -> Report:
    """Time imports without and with a sensitive column, and the same file imported again."""
    orders = QUICK_ORDERS if options.quick else ORDERS
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        plain = options.data or _write(folder / "orders.csv", HEADER, orders)
        phones = f"{HEADER}, '13' || lpad((hash(i % 100000) % 1000000000)::VARCHAR, 9, '0') AS 电话"
        personal = _write(folder / "personal.csv", phones, orders)
        _agree(folder, plain)
        pair = interleaved(lambda: _ours(folder, plain, MAPPING), lambda: _bare(folder, plain), options)
        sealed = seconds_of(lambda: _ours(folder, personal, MAPPING + SENSITIVE))
        unsealed = seconds_of(lambda: _ours(folder, personal, MAPPING))
        distinct = _distinct(personal)
        with _intake(folder) as intake:
            _import(intake, plain, MAPPING)
            again = seconds_of(lambda: _import(intake, plain, MAPPING))
        small, large = (_peak(folder, size) for size in (QUICK_FILES if options.quick else (SMALL_FILE, LARGE_FILE)))
        rows = (
            pair.row("import without sensitive columns", Goal("ratio", "<=", GOAL)),
            Row("import with a sealed phone", sealed, unsealed, "s"),
            Row("sealing, per distinct value", max(sealed - unsealed, 0) / distinct * 1e6, None, "µs"),
            Row("the same file again", again, None, "s"),
            Row("peak memory, 25 times the file", large, small, "MB", Goal("ratio", "<=", MOST_GROWTH)),
        )
        size = plain.stat().st_size
        detail = {"orders": orders, "bytes": size, "distinct_phones": distinct, "import": pair.spread()}
        return Report(rows, {**detail, "orders_per_second": round(orders / rows[0].ours)})


def _write(path: Path, columns: str, orders: int) -> Path:
    with duckdb.connect() as sql:
        sql.execute(f"COPY (SELECT {columns} FROM range({orders}) t(i)) TO '{path}' (HEADER)")
    return path


class _intake:  # noqa: N801 - used like a function
    """A project in an empty folder, gone afterwards."""

    def __init__(self, folder: Path, memory_limit: str = "") -> None:
        self._folder, self._limit = folder / "project", memory_limit
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()

    def __enter__(self) -> Intake:
        self._vault = Vault.open(self._folder / "vault", KeyFile.fresh())
        limits = {"memory_limit": self._limit} if self._limit else {}
        self._warehouse = DuckWarehouse.open(self._folder / "warehouse.duckdb", **limits)
        return Intake(self._folder / "landing", self._warehouse, self._vault, TABLES)

    def __exit__(self, *_: object) -> None:
        self._warehouse.close()
        self._vault.close()


def _import(intake: Intake, path: Path, text: str) -> None:
    mapping = Mapping.parse(text, "benchmark.yaml", intake.tables)
    receipt = intake.land_and_merge(open_file(path, mapping.file), mapping)
    if receipt.bad:
        raise RuntimeError(receipt.summary.en)


def _peak(folder: Path, size: int) -> float:
    """The most memory (MB) that the import of a file of about that many bytes held, in a process of its own."""
    path = _write(folder / "large.csv", HEADER, size // BYTES_OF_ORDER)
    script = [sys.executable, "-c", PEAK, str(folder), str(path)]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    path.unlink()
    return int(done.stdout.split()[-1]) / 1024  # a bar of progress may stand before it


def _ours(folder: Path, path: Path, text: str) -> None:
    with _intake(folder) as intake:
        _import(intake, path, text)


def _bare(folder: Path, path: Path) -> None:
    target = folder / "bare.duckdb"
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as sql:
        sql.execute(f"CREATE TABLE orders AS FROM read_csv('{path}')")


def _agree(folder: Path, path: Path) -> None:
    """Both sides must know the same orders and the same money."""
    with _intake(folder) as intake:
        _import(intake, path, MAPPING)
        ours = intake.warehouse.query("SELECT count(*) AS orders, sum(paid_fen) AS paid FROM std.orders").to_pylist()[0]
    with duckdb.connect() as sql:
        bare = sql.sql(
            f"SELECT count(*), sum(CAST(实付 AS DECIMAL(18, 2)) * 100)::BIGINT FROM read_csv('{path}')"
        ).fetchall()[0]
    if bare != (ours["orders"], ours["paid"]):
        raise RuntimeError(f"{bare} orders and money in the file, {tuple(ours.values())} in the warehouse")


def _distinct(path: Path) -> int:
    with duckdb.connect() as sql:
        row = sql.sql(f"SELECT count(DISTINCT 电话 || 买家) FROM read_csv('{path}', all_varchar = true)").fetchall()[0]
    return int(row[0])


if __name__ == "__main__":
    main(NAME, measure)
