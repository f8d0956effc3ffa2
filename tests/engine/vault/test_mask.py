"""A mask shows enough to recognise one's own and never the whole."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.vault import Sort, mask_one, sort_of
from linshu.engine.vault.mask import mask
from linshu.standard import TABLES


@pytest.mark.parametrize(
    ("sort", "value", "shown"),
    [
        (Sort.PHONE, "13812341234", "138****1234"),
        (Sort.PHONE, "+86 138-1234-1234", "138****1234"),
        (Sort.PHONE, "027-87654321", "027-****21"),
        (Sort.PHONE, "12345", "****"),
        (Sort.NAME, "王芳", "王**"),
        (Sort.NAME, "欧阳娜娜", "欧**"),
        (Sort.NAME, " ", "****"),
        (Sort.ADDRESS, "湖北省武汉市武昌区东湖花园 3 栋 502", "湖北省武汉市武昌区****"),
        (Sort.ADDRESS, "武汉市武昌区东湖花园 3 栋 502", "武汉市武昌区****"),
        (Sort.ADDRESS, "上海市浦东新区世纪大道 1 号", "上海市浦东新区****"),
        (Sort.ADDRESS, "东湖小区 5 栋 2 单元", "****"),
        (Sort.ADDRESS, "武汉市东湖小区 5 栋", "武汉市****"),
        (Sort.ADDRESS, "北京市朝阳区望京小区 3 号楼", "北京市朝阳区****"),
        (Sort.ADDRESS, "广西壮族自治区南宁市青秀区民族大道 1 号", "广西壮族自治区南宁市青秀区****"),
        (Sort.ADDRESS, "5 栋 502", "****"),
        (Sort.ID_NUMBER, "42010619900101001X", "4201************1X"),
        (Sort.ID_NUMBER, "420106", "****"),
        (Sort.ACCOUNT, "6222020200012345678", "****5678"),
        (Sort.ACCOUNT, "wangfang@example.com", "w***@example.com"),
        (Sort.OTHER, "anything", "a****"),
    ],
)
def test_each_sort_is_masked_its_way(sort, value, shown):
    assert mask_one(value, sort) == shown


@given(st.sampled_from(list(Sort)), st.text(min_size=1, max_size=40))
def test_a_mask_never_shows_the_whole(sort, value):
    shown = mask_one(value, sort)
    assert "*" in shown
    assert shown != value or "*" in value
    longest = max((len(part) for part in shown.split("*")), default=0)
    assert sort is Sort.ADDRESS or value.strip() == "" or longest < max(len(value.strip()), 2)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_four_digits_of_every_mobile_stay_hidden(mobile):
    assert mask_one(mobile, Sort.PHONE) == f"{mobile[:3]}****{mobile[7:]}"


def test_null_stays_null():
    assert mask(pa.array([None, "王芳"]), Sort.NAME).to_pylist() == [None, "王**"]


def test_every_sensitive_column_of_the_standard_has_its_own_sort():
    sensitive = [
        (table.name, column.name) for table in TABLES for column in table.columns if column.privacy == "sensitive"
    ]
    assert sensitive
    assert [each for each in sensitive if sort_of(each[1]) is Sort.OTHER] == []
