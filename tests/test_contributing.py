"""The recipes of CONTRIBUTING.md, followed to the letter on a copy of the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```(python|html|sql|diff)\n(.*?)^```", re.MULTILINE | re.DOTALL)

FOLLOWED = """
import json, sys
from pathlib import Path
from starlette.testclient import TestClient
from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.standard import table

folder = Path(sys.argv[1])
assert run(["init", str(folder / "shop")]) == 0
here = ["--project", str(folder / "shop")]

assert table("fridge_reading").column("celsius").minimum == -60
assert run(["template", "fridge_reading", "--to", str(folder / "fridge.xlsx"), *here]) == 0
assert run(["metric", "gift_lines", "--by", "leader", *here]) == 0
(folder / "fridges.csv").write_text(
    "fridge_reading_id,warehouse_id,read_at,celsius\\nF1,W1,2026-11-20T08:00:00+08:00,4\\nF2,W1,2026-11-20T09:00:00+08:00,11\\n", "utf-8"
)
assert run(["import", "auto", str(folder / "fridges.csv"), *here]) == 0
assert run(["finance", "takings", "show", "--json", *here]) == 0

from datetime import date
from linshu.app.domains import DOMAINS
from linshu.domains.finance.takings.decide import quiet
kinds = {kind.name: kind for domain in DOMAINS for feature in domain.features for kind in feature.decides}
kind = kinds["quiet_group"]
assert quiet({"A": 0, "B": 1}, {"A": 500, "B": 900, "C": 700, "D": 9}, 100) == {"C": 700, "A": 500}
frozen = {"day": "2026-11-27", "group": "C", "last": 0, "before": 70_000}
again = kind.again(frozen, kind.policy)
assert (again.subject, again.value, again.inputs) == ("community:C", 70_000, frozen)
with LocalShop.open(Project.open(folder / "shop")) as shop:
    assert list(kind.propose(shop.figures, date(2026, 11, 27), kind.policy)) == []

(folder / "board.txt").write_text("S1\\t白菜\\nS2\\t萝卜\\n", "utf-8")
assert run(["import", "price-board", str(folder / "board.txt"), *here]) == 0
with LocalShop.open(Project.open(folder / "shop")) as shop, open_state(shop.project) as state:
    assert shop.fingerprint()["sku"]["rows"] == 2
    assert "fridge_reading" in shop.warehouse.tables("std")
    told = shop.query("warm_rate", "warehouse", start="2026-11-20", end="2026-11-20")
    assert [row["warm_rate"] for row in told.rows] == [0.5]
    app = compose(shop, state, token="t")
    with TestClient(app) as client:
        page = client.get("/takings", headers={"Authorization": "Bearer t"})
        assert page.status_code == 200, page.text
        assert "收款" in page.text and 'href="/takings"' in page.text
"""

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def follow(copy: Path) -> None:
    """Write each file a block names, and make each change a block shows."""
    for kind, text in FENCE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        first, _, rest = text.partition("\n")
        if kind == "diff":
            change(copy / first.strip(), rest)
        else:
            place = copy / first.strip("#<!-> ").strip()
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text if kind == "python" else rest, "utf-8")


def change(file: Path, shown: str) -> None:
    """Replace, hunk by hunk, the lines shown with ' ' or '-' by those shown with ' ' or '+'."""
    text = file.read_text("utf-8")
    for hunk in shown.split("@@\n"):
        lines = hunk.splitlines()
        before = "\n".join(line[1:] for line in lines if line[:1] in {" ", "-", ""})
        after = "\n".join(line[1:] for line in lines if line[:1] in {" ", "+", ""})
        assert text.count(before) == 1, f"{file.name} no longer reads: {before}"
        text = text.replace(before, after)
    file.write_text(text, "utf-8")


def test_the_six_recipes_work_as_written(tmp_path: Path, fresh_state: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    follow(copy)
    more = {"PYTHONPATH": copy / "src", "XDG_CONFIG_HOME": tmp_path / "config", "LINSHU_STATE_URL": fresh_state}
    environment = os.environ | {name: str(value) for name, value in more.items()}
    for code, arguments in (
        (FOLLOWED, [str(tmp_path)]),
        (LINT, ["--no-cache", "--config", str(ROOT / "pyproject.toml")]),
    ):
        words = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=copy / "src", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_recipe_has_six_steps() -> None:
    recipes = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("\n## ")[1:]
    assert len(recipes) == 6
    for recipe in recipes:
        assert re.findall(r"^(\d)\. ", recipe, re.MULTILINE) == list("123456"), recipe.splitlines()[0]
