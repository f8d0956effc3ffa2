"""Own metrics as files one changes: judged before they are kept, whole or not at all, never over another's change."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from tests.app.sample import Sampled
from tests.app.test_own_metrics import PER_ORDER, WORDS

from linshu.app.cli import run
from linshu.app.local import LocalShop
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users
from linshu.kernel.errors import Conflict, Invalid, Missing, Misused

pytestmark = pytest.mark.slow
OTHER = PER_ORDER.replace("/ orders", "* 3 / orders")
TWICE = "name: twice\n" + WORDS.format(name="twice") + "formula: paid_per_order * 2\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sampled: Sampled) -> LocalShop:
    folder = tmp_path_factory.mktemp("files")
    opened = LocalShop.open(sampled(folder / "shop"))
    yield opened
    opened.close()


@pytest.fixture
def shop(made: LocalShop) -> LocalShop:
    for file in made.project.metrics.glob("*.y*ml"):
        file.unlink()
    return made


def test_what_is_kept_counts_at_once_and_knows_its_mark(shop) -> None:
    files = shop.own_files
    kept = files.save("mine.yaml", PER_ORDER, "")
    assert shop.query("paid_per_order").rows == [{"paid_per_order": 6400 / 3}]
    assert files.read("mine.yaml") == kept
    assert [(one.name, [metric.name for metric in one.metrics], one.wrong) for one in files.files()] == [
        ("mine.yaml", ["paid_per_order"], 0)
    ]
    again = files.save("mine.yaml", PER_ORDER.replace("/ orders", "* 2 / orders"), kept.mark)
    assert again.mark != kept.mark
    assert not list(shop.project.metrics.glob(".*.part"))


@pytest.mark.parametrize("mark", ["", "0000000000000000"])
def test_a_change_made_elsewhere_is_never_overwritten(shop, mark: str) -> None:
    shop.own_files.save("mine.yaml", PER_ORDER, "")
    with pytest.raises(Conflict, match=r"mine\.yaml"):
        shop.own_files.save("mine.yaml", OTHER, mark)
    with pytest.raises(Conflict, match=r"mine\.yaml"):
        shop.own_files.remove("mine.yaml", mark)
    assert shop.own_files.read("mine.yaml").text == PER_ORDER


def test_a_mistake_is_told_with_its_line_and_not_kept(shop) -> None:
    text = PER_ORDER.replace("paid_amount", "paid_amout")
    found = shop.own_files.check("mine.yaml", text)
    assert [(one.file, one.line) for one in found.wrong] == [("metrics/mine.yaml", 6)]
    assert "paid_amount" in found.wrong[0].mend.zh
    assert found.metrics == ()
    with pytest.raises(Invalid, match="第 6 行"):
        shop.own_files.save("mine.yaml", text, "")
    assert shop.own_files.files() == []
    assert shop.own_files.check("mine.yaml", "name: [unclosed\n").wrong[0].line == 2


def test_a_check_shows_figures_and_changes_nothing(shop) -> None:
    before = shop.own.current()
    found = shop.own_files.check("mine.yaml", PER_ORDER, figures=True)
    ((metric, whole, days),) = found.figures
    assert metric.name == "paid_per_order"
    assert whole.rows() == [{"paid_per_order": 6400 / 3}]
    assert len(days.rows()) == 7
    assert shop.own.current() is before
    with pytest.raises(Missing):
        shop.query("paid_per_order")


def test_what_a_change_breaks_elsewhere_is_told(shop) -> None:
    shop.own_files.save("a.yaml", PER_ORDER, "")
    shop.own_files.save("b.yaml", TWICE, "")
    found = shop.own_files.check("a.yaml", PER_ORDER.replace("name: paid_per_order", "name: paid_per_deal"))
    assert found.wrong == ()
    assert [one.file for one in found.elsewhere] == ["metrics/b.yaml"]


def test_removed_files_come_back(shop) -> None:
    kept = shop.own_files.save("mine.yaml", PER_ORDER, "")
    shop.own_files.remove("mine.yaml", kept.mark)
    with pytest.raises(Missing):
        shop.own_files.read("mine.yaml")
    assert shop.own_files.restore("mine.yaml") == kept
    with pytest.raises(Conflict):
        shop.own_files.restore("mine.yaml")
    with pytest.raises(Missing):
        shop.own_files.restore("never.yaml")


@pytest.mark.parametrize(
    "name", ["../linshu.yaml", "a/b.yaml", ".hidden.yaml", "x.toml", "", "a\x00.yaml", "..yaml", "x" * 80 + ".yaml"]
)
def test_no_name_leads_out_of_the_folder(shop, name: str) -> None:
    for act in (
        lambda: shop.own_files.read(name),
        lambda: shop.own_files.save(name, PER_ORDER, ""),
        lambda: shop.own_files.check(name, PER_ORDER),
        lambda: shop.own_files.restore(name),
    ):
        with pytest.raises(Misused):
            act()


def test_commands_do_the_same(shop, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("linshu.app.call.open_shop", lambda *_, **__: Lent(shop))
    good, bad = tmp_path / "mine.yaml", tmp_path / "bad.yaml"
    good.write_text(PER_ORDER, "utf-8")
    bad.write_text(PER_ORDER.replace("paid_amount", "paid_amout"), "utf-8")
    base = ["insight", "dictionary"]
    at = ["--project", str(shop.project.folder)]
    assert run([*base, "check", str(good), *at]) == 0
    assert run([*base, "check", str(bad), *at]) == 1
    assert run([*base, "save", str(bad), *at]) == 1
    assert run([*base, "save", str(good), *at]) == 0
    assert run([*base, "show", "mine.yaml", *at]) == 0
    assert run([*base, "remove", "mine.yaml", *at]) == 0
    assert run([*base, "restore", "mine.yaml", *at]) == 0
    assert run([*base, "files", *at]) == 0
    assert "mine.yaml" in capsys.readouterr().out
    assert shop.own_files.read("mine.yaml").text == PER_ORDER


class Lent:
    """A shop that stays open when a command is done with it."""

    def __init__(self, shop: LocalShop) -> None:
        self._shop = shop

    def __getattr__(self, name: str):
        return getattr(self._shop, name)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def close(self) -> None:
        """It goes on."""


@pytest.fixture
def browse(shop, tmp_path):
    with open_state(shop.project) as state:
        app = compose(shop, state, token="secret")
        for role in ("admin", "operator"):
            if role not in {one.account for one in Users(state).all()}:
                Users(state).add(role, role, role, "four unrelated words")
        yield lambda role: logged_in(
            TestClient(app, base_url="http://shop.test", headers={"accept": "text/html"}), role
        )


def logged_in(client: TestClient, account: str) -> TestClient:
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/login").text)
    data = {"csrf": token[1], "account": account, "password": "four unrelated words"}
    assert client.post("/login", data=data, follow_redirects=False).status_code == 303
    return client


def form(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("csrf", "file", "mark")}


def test_the_pages_edit_check_keep_remove_and_bring_back(browse, shop) -> None:
    client = browse("admin")
    assert "还没有自有指标" in client.get("/own-metrics").text
    begun = form(client.get("/own-metrics/edit").text)
    bad = PER_ORDER.replace("paid_amount", "paid_amout")
    checked = client.post("/own-metrics/check", data={**begun, "text": bad}).text
    assert 'data-line="6"' in checked
    refused = client.post("/own-metrics/save", data={**begun, "new": "mine", "text": bad})
    assert refused.status_code == 422
    assert "paid_amout" in refused.text  # nothing that was written is lost
    kept = client.post("/own-metrics/save", data={**begun, "new": "mine", "text": PER_ORDER.replace("\n", "\r\n")})
    assert kept.status_code == 200
    assert "已保存" in kept.text
    assert "¥21.33" in kept.text
    assert shop.own_files.read("mine.yaml").text == PER_ORDER
    (shop.project.metrics / "mine.yaml").write_text(PER_ORDER + "\n", "utf-8")
    late = client.post("/own-metrics/save", data={**form(kept.text), "text": OTHER})
    assert late.status_code == 409
    assert "在别处已经改过" in late.text
    now = form(client.get("/own-metrics/edit?file=mine.yaml").text)
    gone = client.post("/own-metrics/remove", data=now)
    assert "撤销删除" in gone.text
    assert client.post("/own-metrics/restore", data=now).status_code == 200
    assert shop.own_files.read("mine.yaml")


def test_only_administrators_change_what_is_counted(browse, shop) -> None:
    client = browse("operator")
    for path in ("/own-metrics", "/own-metrics/edit"):
        assert client.get(path).status_code == 403
    assert client.get("/api/v1/metric-files", headers={"accept": "application/json"}).status_code == 403
    assert "/own-metrics" not in client.get("/dictionary").text


def test_programs_do_the_same(browse, shop) -> None:
    client = TestClient(browse("admin").app, headers={"authorization": "Bearer secret", "accept": "application/json"})
    at = "/api/v1/metric-files/mine.yaml"
    assert client.put(at, json={"text": PER_ORDER}).json()["rows"][0]["file"] == "mine.yaml"
    mark = client.get(at).json()["meta"]["mark"]
    assert client.put(at, json={"text": OTHER, "mark": "old"}).status_code == 409
    wrong = client.post(f"{at}/check", json={"text": PER_ORDER.replace("orders", "oders")}).json()["rows"]
    assert wrong[0]["line"] == 6
    assert client.post(f"{at}/remove", json={"mark": mark}).status_code == 200
    assert client.post(f"{at}/restore", json={}).json()["meta"]["mark"] == mark
    assert [row["file"] for row in client.get("/api/v1/metric-files").json()["rows"]] == ["mine.yaml"]
