"""The data standard: every table that any part of the company agrees on, declared once."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from json import dumps
from typing import TYPE_CHECKING

from linshu.kernel.errors import Missing, nearest
from linshu.kernel.text import Text
from linshu.standard.fulfilment import FULFILMENT
from linshu.standard.goods import GOODS
from linshu.standard.marketing import MARKETING
from linshu.standard.money import MONEY
from linshu.standard.people import PEOPLE
from linshu.standard.places import PLACES
from linshu.standard.plan import PLAN
from linshu.standard.sale import SALE
from linshu.standard.social import SOCIAL
from linshu.standard.stock import STOCK

if TYPE_CHECKING:
    from linshu.kernel.table import Table

__all__ = ["STANDARD_HASH", "STANDARD_VERSION", "SUBJECTS", "TABLES", "table", "tables_of"]

# Written into every landing batch; a reader upcasts older ones.
STANDARD_VERSION = 1

SUBJECTS: dict[str, Text] = {
    "places": Text("场地", "Places"),
    "people": Text("人员", "People"),
    "goods": Text("商品", "Goods"),
    "sale": Text("销售", "Sale"),
    "fulfilment": Text("履约", "Fulfilment"),
    "social": Text("社交", "Social"),
    "marketing": Text("营销", "Marketing"),
    "stock": Text("库存", "Stock"),
    "money": Text("资金", "Money"),
    "plan": Text("计划", "Plan"),
}

TABLES: tuple[Table, ...] = (
    *PLACES,
    *PEOPLE,
    *GOODS,
    *SALE,
    *FULFILMENT,
    *SOCIAL,
    *MARKETING,
    *STOCK,
    *MONEY,
    *PLAN,
)

_BY_NAME = {each.name: each for each in TABLES}


def table(name: str) -> Table:
    """The table of that name; Missing, naming the nearest ones, when the standard has none."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise Missing(
            Text(f"数据标准里没有表 {name}", f"The data standard has no table {name}"), mend=nearest(name, _BY_NAME)
        ) from None


def tables_of(subject: str) -> tuple[Table, ...]:
    """The tables of one subject, in declared order; Missing when there is no such subject."""
    if subject not in SUBJECTS:
        raise Missing(
            Text(f"数据标准里没有主题 {subject}", f"The data standard has no subject {subject}"),
            mend=nearest(subject, SUBJECTS),
        )
    return tuple(each for each in TABLES if each.subject == subject)


# Changes with any declaration; the warehouse rebuilds from landing when it does.
STANDARD_HASH = hashlib.sha256(
    dumps([asdict(each) for each in TABLES], ensure_ascii=False, sort_keys=True).encode()
).hexdigest()[:16]
