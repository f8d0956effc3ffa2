"""Who brought a batch is kept, also when it was a command: the machine's user, marked as such, or the account named."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from tests.app.sample import write_files

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users
from linshu.engine.shell.gate import PERSON

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.app.project import Project

TOKEN = "t" * 30


@pytest.mark.slow
def test_a_command_acts_in_somebodys_name(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    orders, lines = write_files(tmp_path / "files")
    at = ["--project", str(project.folder)]
    with open_state(project) as state:
        Users(state).add("wang", "王姐", "operator", "four unrelated words")
    assert run(["import", str(orders), *at]) == 0
    assert run(["import", str(lines), "--as", "nobody", *at]) == 1
    assert "没有账号 nobody" in capsys.readouterr().err
    assert run(["import", str(lines), "--as", "wang", *at]) == 0
    capsys.readouterr()
    assert run(["batch", "list", "--json", *at]) == 0
    here = f"os:{getpass.getuser()}"
    batches = json.loads(capsys.readouterr().out)["rows"]
    assert [row["brought_by"] for row in batches] == ["wang", here]
    assert run(["batch", "undo", batches[0]["landing_id"], "--apply", *at]) == 0
    with LocalShop.open(project) as shop, open_state(project) as state:
        assert shop.batches(kind="withdrawal").rows[0]["brought_by"] == here
        client = TestClient(compose(shop, state, token=TOKEN), base_url="http://shop.test")
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        client.headers[PERSON] = "os%3A%E9%98%BF%E6%98%8E"  # a command of 阿明, by way of the server
        assert client.post("/api/v1/imports", json={"file": str(lines)}).status_code == 200
        assert shop.batches(kind="file").rows[0]["brought_by"] == "os:阿明"
        assert "阿明（本机命令）" in client.get("/data/batches").text
