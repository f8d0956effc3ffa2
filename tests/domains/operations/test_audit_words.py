"""Whoever reads the audit reads words: every act that the code writes down has a name, and details are told by theirs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import linshu
from linshu.domains.operations.audit import words
from linshu.engine.access.permissions import PERMISSIONS

SOURCE = Path(linshu.__file__).parent
ACT = re.compile(r"^[a-z_]+\.[a-z_]+$")


def written() -> set[str]:
    """The acts named in calls that give a moment, or that note a request."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("note", "_note", "_change") or any(one.arg == "at" for one in node.keywords):
                texts = (one.value for arg in node.args for one in ast.walk(arg) if isinstance(one, ast.Constant))
                found |= {one for one in texts if isinstance(one, str) and ACT.match(one)}
    return found - {one.name for one in PERMISSIONS}


def test_every_act_has_a_name() -> None:
    found = written()
    assert {"user.add", "job.cancel", "export.make", "event.mend", "user.role"} <= found
    assert found <= words.ACTS.keys()


@pytest.mark.parametrize(
    ("details", "zh", "en"),
    [
        ('{"how":"password"}', "方式 密码", "how password"),
        ('{"ids":["9f2c01","7b3e02"],"of":45,"why":"太贵"}', "条数 45，原因 太贵", "count 45, reason 太贵"),
        ('{"before":{},"scope":{"leaders":["L1","L2"]}}', "范围 团长 L1、L2", "rows leader L1, L2"),
        ('{"asked":"form=xlsx&q=%E6%AD%A6"}', "条件 格式 xlsx；搜索 武", "asked form xlsx; search 武"),
        ('{"permissions":["sql.ask"]}', "权限 用 SQL 查询并导出整张表", "permissions Ask in SQL, export whole tables"),
        ('{"new_thing":true}', "new_thing 是", "new_thing yes"),
        ("no json", " no json", " no json"),
    ],
)
def test_details_are_told_in_both_languages(details: str, zh: str, en: str) -> None:
    told = words.said(details)
    assert "，".join(f"{name.zh} {value.zh}" for name, value in told) == zh
    assert ", ".join(f"{name.en} {value.en}" for name, value in told) == en


def test_a_subject_leads_to_its_page_under_a_short_name() -> None:
    kind, name, page = words.subject_of("proposal:daf0a5938122babeca5f")
    assert (kind.zh, name, page) == ("建议", "daf0a593…", "/inbox/daf0a5938122babeca5f")
    assert words.subject_of("user:wang")[1:] == ("wang", "/admin/people/wang")
    assert words.subject_of("page:/inbox/export")[1:] == ("/inbox/export", "")
    assert words.subject_of("strange:1")[1:] == ("strange:1", "")
