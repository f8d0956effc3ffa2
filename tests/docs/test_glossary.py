"""The glossary names every table of the standard, and names nothing that does not exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

from linshu.app.domains import DOMAINS
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
METRICS = {metric.name: metric for domain in DOMAINS for metric in domain.metrics}
REGISTERS = {
    "meta.landing",
    "meta.quarantine",
    "meta.model",
    "meta.rollup",
    "meta.version",
    "linshu.standard",
    "linshu.domains.supply.assortment",
    "linshu.domains.supply.losses",
    "linshu.domains.supply.quota",
    "linshu.domains.supply.recall",
    "linshu.domains.supply.surge",
    "linshu.kernel.calendar",
    "linshu.kernel.period",
    "linshu.engine.decisions",
    "linshu.engine.work",
    "linshu.engine.events",
    "linshu.engine.jobs",
    "linshu.engine.metrics",
    "linshu.engine.push",
    "linshu.engine.shell.modules",
    "linshu.engine.shell.saved",
    "linshu.engine.shell.visits",
}


def exists(carrier: str) -> bool:
    table, _, column = carrier.partition(".")
    if carrier in REGISTERS or carrier in METRICS:
        return True
    if table in STANDARD:
        return not column or column in STANDARD[table]
    return table in MODELS and re.search(rf"\b{column}\b", MODELS[table]) is not None


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_carries_a_term_exists(carrier):
    assert exists(carrier)


def test_every_table_of_the_standard_is_explained():
    assert set(STANDARD) - {carrier.split(".")[0] for carrier in CARRIERS} == set()


def test_each_term_is_explained_once_in_both_languages():
    for language in ("zh", "en"):
        assert [word for word, times in Counter(term[language].lower() for term in TERMS).items() if times > 1] == []
    for term in TERMS:
        assert re.search(r"[\u4e00-\u9fff]", term["says"]), term["zh"]
        assert re.search(r"[a-z]", term["means"]), term["en"]
        assert not re.search(r"[\u4e00-\u9fff]", term["means"]), term["en"]
        assert term["means"].endswith(".")


def test_a_term_that_is_one_metric_bears_its_title():
    for term in TERMS:
        carried = term["carried"].strip().strip("`")
        if carried in METRICS and carried not in STANDARD:
            assert METRICS[carried].title.zh.split(" GMV")[0] == term["zh"]


def test_a_carrier_that_does_not_exist_is_noticed():
    assert not exists("orders.paid_yuan")
    assert not exists("fct_nothing")
