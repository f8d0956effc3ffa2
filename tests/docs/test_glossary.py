"""The glossary names every table of the standard, and names nothing that does not exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

from linshu.kernel.table import SYSTEM_COLUMNS
from linshu.standard import TABLES

ROOT = Path(__file__).parents[2]
ROW = re.compile(
    r"^\| (?P<zh>[^|]+?) · (?P<en>[^|]+?) \| (?P<says>[^|]+) \| (?P<means>[^|]+) \| (?P<carried>[^|]+) \|$"
)
TERMS = [found for line in (ROOT / "docs/glossary.md").read_text("utf-8").splitlines() if (found := ROW.match(line))]
TERMS = [term for term in TERMS if term["zh"] != "词"]
CARRIERS = sorted({name for term in TERMS for name in re.findall(r"`([^`]+)`", term["carried"])})

STANDARD = {table.name: {*table.names, *(name for name, _ in SYSTEM_COLUMNS)} for table in TABLES}
MODELS = {path.stem: path.read_text("utf-8") for path in (ROOT / "src/linshu/domains").glob("*/models/*.sql")}
REGISTERS = {"meta.landing", "meta.quarantine", "meta.model", "meta.version", "linshu.standard"}


def exists(carrier: str) -> bool:
    table, _, column = carrier.partition(".")
    if carrier in REGISTERS:
        return True
    if table in STANDARD:
        return not column or column in STANDARD[table]
    return table in MODELS and re.search(rf"\b{column}\b", MODELS[table]) is not None


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_carries_a_term_exists(carrier):
    assert exists(carrier)


def test_every_table_of_the_standard_is_explained():
    assert set(STANDARD) - {carrier.split(".")[0] for carrier in CARRIERS} == set()


def test_every_published_model_is_explained():
    published = {name for name in MODELS if name.startswith(("dim_", "fct_"))}
    assert published - {carrier.split(".")[0] for carrier in CARRIERS} == set()


def test_each_term_is_explained_once_in_both_languages():
    for language in ("zh", "en"):
        assert [word for word, times in Counter(term[language].lower() for term in TERMS).items() if times > 1] == []
    for term in TERMS:
        assert re.search(r"[\u4e00-\u9fff]", term["says"]), term["zh"]
        assert re.search(r"[a-z]", term["means"]), term["en"]
        assert not re.search(r"[\u4e00-\u9fff]", term["means"]), term["en"]
        assert term["means"].endswith(".")


def test_a_carrier_that_does_not_exist_is_noticed():
    assert not exists("orders.paid_yuan")
    assert not exists("fct_nothing")
