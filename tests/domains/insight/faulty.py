"""A real project into which files with faults came: weights in 斤, an unknown word, a missing key, lines without their order."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.app.sample import things, write_files

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access import passwords
from linshu.engine.access.users import Users

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

WORDS = "three unrelated words"
PEOPLE = (("operator", "王芳", "operator"), ("boss", "掌柜", "admin"), ("outside", "王姐", "leader"))
GOODS = """
source: erp
tables:
  sku:
    columns:
      sku_id: 编码
      name: 品名
      base_unit: {constant: gram}
      nominal_gram: {column: 重量, unit: gram, default: 0}
"""
# Twelve rows: four good, seven with a weight that is none, one without its key.
WEIGHTS = ("500", "3斤", "半斤", "2两", "一个大的", "约300", "12斤", "250", "3斤", "100", "400")
MEMBERS = "member_id,nickname,status\nM7,丙,在用\nM8,丁,active\n"
LINES = "order_id,line_no,sku_id,qty,unit_price_fen,goods_fen,paid_fen,cost_fen\nO9,1,S1,2,1000,2000,2000,1200\n"


def faulty(folder: Path) -> Project:
    """The project, with three files of faults on top of a good one."""
    made = Project.init(folder / "shop", name="翠湖优选")
    made.make_key()
    made.mappings.mkdir(exist_ok=True)
    (made.mappings / "goods.yaml").write_text(GOODS, "utf-8")
    goods = [f"A{number},货品{number},{weight}" for number, weight in enumerate(WEIGHTS, 1)]
    files = {"货品.csv": "编码,品名,重量\n" + "\n".join([*goods, ",无名,100"]), "order_line.csv": LINES}
    with LocalShop.open(made) as shop:
        shop.bringing.intake.land_rows("test", things())
        for file in write_files(folder / "files"):
            shop.import_file(file)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
            shop.import_file(folder / name, "goods" if name == "货品.csv" else "")
    return made


@contextmanager
def opened(project: Project) -> Iterator[tuple[LocalShop, FastAPI]]:
    """The project's shop, and its pages with somebody of every kind who may log in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        with LocalShop.open(Project.open(project.folder)) as shop, open_state(shop.project) as state:
            for account, name, role in PEOPLE:
                Users(state).add(account, name, role, WORDS)
            yield shop, compose(shop, state, token="t" * 40)


def logged_in(app: FastAPI, account: str = "operator") -> TestClient:
    """A browser of somebody who has logged in; sends the token of its pages with every change."""
    client = TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"})
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/login").text)
    assert token is not None
    data = {"csrf": token[1], "account": account, "password": WORDS}
    assert client.post("/login", data=data, follow_redirects=False).status_code == 303
    found = re.search(r'"X-CSRF-Token":"(\w+)"', client.get("/account").text)
    assert found is not None
    client.headers["X-CSRF-Token"] = found[1]
    return client
