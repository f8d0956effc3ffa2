"""Orders as they truly were, for tests that write them into each layout and read them back."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import xlsxwriter
from tests.connectors.layouts.old_excel import old_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from random import Random

START = datetime(2026, 3, 1, 8, 0, 0)


@dataclass(frozen=True)
class Line:
    """One kind of goods in an order; money in fen."""

    code: str
    name: str
    spec: str
    qty: int
    price: int
    discount: int
    refund: int = 0  # given back for this line

    @property
    def goods(self) -> int:
        return self.qty * self.price


@dataclass(frozen=True)
class Order:
    """One order, whatever the platform that sold it; times are the company's own."""

    number: int
    state: str  # unpaid, paid, sent, done, cancelled
    placed: datetime
    lines: tuple[Line, ...]
    shipping: int
    masked: bool
    buyer: str = "小雨"
    remark: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def paid_at(self) -> datetime | None:
        return None if self.state in ("unpaid", "cancelled") else self.placed + timedelta(minutes=3)

    @property
    def sent_at(self) -> datetime | None:
        return self.placed + timedelta(days=1) if self.state in ("sent", "done") else None

    @property
    def done_at(self) -> datetime | None:
        return self.placed + timedelta(days=4) if self.state == "done" else None

    @property
    def goods(self) -> int:
        return sum(line.goods for line in self.lines)

    @property
    def discount(self) -> int:
        return sum(line.discount for line in self.lines)

    @property
    def paid(self) -> int:
        return self.goods - self.discount + self.shipping


GOODS = (("S01", "苹果", "5斤装"), ("S02", "阳光玫瑰", "礼盒"), ("S03", "土鸡蛋", "30枚"), ("S04", "A2牛奶", "250ml"))


def orders(rng: Random, *, count: int = 12, most_lines: int = 3) -> tuple[Order, ...]:
    """Some orders, each with its own number, of every state and with everything that can go wrong in an amount."""
    made = []
    for number in range(1, count + 1):
        state = rng.choice(("unpaid", "paid", "sent", "done", "done", "cancelled"))
        lines = []
        for code, name, spec in sorted(rng.sample(GOODS, rng.randint(1, most_lines))):
            qty, price = rng.randint(1, 5), rng.choice((1, 99, rng.randint(1, 20_000)))
            discount = (
                0 if state in ("unpaid", "cancelled") else rng.choice((0, qty * price, rng.randint(0, qty * price)))
            )
            back = qty * price - discount if state == "done" and rng.random() < 0.4 else 0
            lines.append(Line(code, name, spec, qty, price, discount, back))
        made.append(
            Order(
                number,
                state,
                START + timedelta(minutes=rng.randint(0, 50_000)),
                tuple(lines),
                rng.choice((0, 0, 800, 1234)),
                rng.random() < 0.5,
                buyer=rng.choice(("小雨", "阿明", "tb_77")),
                remark=rng.choice(("", "放门口", "不要辣")),
            )
        )
    return tuple(made)


def yuan(fen: int) -> str:
    """1234 as 12.34."""
    return f"{fen / 100:.2f}"


def when(moment: datetime | None) -> str:
    """A moment as exports write it, or nothing."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


MONEY = ("{:.2f}", "¥{:,.2f}", "{:,.2f}元", "￥{:.2f}", " {:.2f} ")
MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y%m%d%H%M%S")
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def spoil(rows: list[dict[str, str]], rng: Random, needed: Sequence[str]) -> list[dict[str, str]]:
    """The same rows as a person's computer leaves them: columns moved and added, ids wrapped, empty columns lost."""
    heads = list(rows[0])
    rng.shuffle(heads)
    lost = {head for head in heads if head not in needed and not any(row[head] for row in rows) and rng.random() < 0.5}
    heads = [head for head in heads if head not in lost]
    for extra in rng.sample(["客服备注", "打印批次", "仓库备注"], rng.randint(0, 2)):
        heads.insert(rng.randint(0, len(heads)), extra)
    wrap = rng.choice(("", "=", "\t", "'"))
    money, moment = rng.choice(MONEY), rng.choice(MOMENTS)
    made = []
    for row in rows:
        spoiled = {head: row.get(head, rng.choice(("", "x"))) for head in heads}
        for head in ("订单编号", "订单号", "主订单编号", "子订单编号"):
            if head in spoiled and spoiled[head].isdigit():
                spoiled[head] = _wrapped(spoiled[head], wrap)
        made.append({head: _dressed(cell, money, moment) for head, cell in spoiled.items()})
    rng.shuffle(made)
    return made


def _dressed(cell: str, money: str, moment: str) -> str:
    """An amount or a moment as some program or person writes it; anything else as it is."""
    if re.fullmatch(r"\d+\.\d\d", cell):
        made = money.format(float(cell))
        return made.translate(WIDE) if money.startswith("￥") else made
    if re.fullmatch(r"2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d", cell):
        return datetime.fromisoformat(cell).strftime(moment)
    return cell


def _wrapped(text: str, how: str) -> str:
    return {"=": f'="{text}"', "\t": text + "\t", "'": "'" + text}.get(how, text)


def write(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8-sig", title: str = "") -> Path:
    """Rows as a file, CSV or Excel of either age by its ending; under a title and above a total where one is given."""
    if path.suffix == ".csv":
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(_lines(rows, title))
        return path
    return write_book(path, {"订单": rows}, title)


def write_book(path: Path, sheets: Mapping[str, list[dict[str, str]]], title: str = "", hidden: str = "") -> Path:
    """A workbook, of the old form where it is called .xls; `hidden` is a sheet that people do not see."""
    lines = {name: _lines(rows, title) for name, rows in sheets.items()}
    if path.suffix == ".xls":
        path.write_bytes(old_book(lines, (hidden,)))
        return path
    with xlsxwriter.Workbook(str(path)) as book:
        for name, said in lines.items():
            sheet = book.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            for at, line in enumerate(said):
                for column, cell in enumerate(line):
                    sheet.write_string(at, column, cell)
            if title:
                sheet.merge_range(0, 0, 0, len(said[0]) - 1, title)
    return path


def _lines(rows: list[dict[str, str]], title: str) -> list[list[str]]:
    heads = list(rows[0])
    lines = [heads, *([row[head] for head in heads] for row in rows)]
    if not title:
        return lines
    blank = [""] * (len(heads) - 1)
    return [[title, *blank], *lines, ["合计", *blank]]
