"""Personal data: revealed for a reason, erased and taken out by two persons; and nothing readable is left anywhere."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient
from tests.app.sample import things, write_files
from tests.engine.decisions.samples import coupon, kind

from linshu.app.backup import back_up
from linshu.app.cli import run
from linshu.app.erasing import forget_again
from linshu.app.local import LocalShop
from linshu.app.privacy import desk_of
from linshu.app.project import Project
from linshu.app.states import erasures_of, open_state
from linshu.app.web import compose
from linshu.domains.operations.privacy.decide import WINDOW, Request, may_fetch, refusal_of_second, wait_before
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.audit import SYSTEM, Actor
from linshu.engine.decisions import Ledger
from linshu.engine.decisions.book import Wanted as Ask
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.intake.succession import in_place
from linshu.engine.jobs import Job, Run
from linshu.engine.jobs.queue import Asked, Queue
from linshu.engine.jobs.workers import Workers
from linshu.engine.push.outbox import Message, put
from linshu.engine.shell.gate import PERSON
from linshu.engine.state import State, copying
from linshu.engine.state.tables import outbox
from linshu.engine.vault import find_plain_phones
from linshu.engine.vault.scan import Leak
from linshu.kernel.errors import Invalid
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = "t" * 40
PHONE, OTHER = "13812345678", "13912345678"
WHY = "本人来电核对地址"
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
pytestmark = pytest.mark.slow


class Company:
    """A small company, and the people who work for it."""

    def __init__(self, project: Project, shop: LocalShop, state: State) -> None:
        self.project, self.shop, self.state = project, shop, state
        self.app = compose(shop, state, token=TOKEN)

    def by(self, account: str) -> TestClient:
        return TestClient(
            self.app, headers={"authorization": f"Bearer {TOKEN}", PERSON: account}, follow_redirects=False
        )

    def audit(self, act: str) -> list[dict[str, Any]]:
        return self.by("").get(f"/api/v1/audit?act={act}").json()["rows"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The company's project with its tables, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.delenv("LINSHU_KEY", raising=False)
        project = Project.init(folder / "shop", name="测试")
        project.make_key()
        with LocalShop.open(project) as shop:
            shop.bringing.intake.land_rows("test", things())
            people = {"member_id": ["M1", "M2"], "nickname": ["小雨", "阿强"], "phone": [PHONE, OTHER]}
            shop.bringing.intake.land_rows("test", {"member": pa.table(people), **_others()})
            for file in write_files(folder / "files"):
                shop.import_file(file)
        yield project.folder


@pytest.fixture
def company(built: Path, tmp_path: Path, state_url: str, copied: Callable[[Path, Path], Project]) -> Iterator[Company]:
    project = copied(built, tmp_path / "shop")
    erasures_of(project).file.unlink(missing_ok=True)  # of the copy before
    with LocalShop.open(project) as shop:
        state = State.connect(state_url)
        state.upgrade()
        users = Users(state)
        users.add("anna", "安娜", "admin", "four unrelated words")
        users.add("boris", "鲍里斯", "admin", "four unrelated words")
        users.add("vera", "维拉", "viewer", "four unrelated words")
        yield Company(project, shop, state)
        state.close()


def _others() -> dict[str, pa.Table]:
    """A leader with a bank account, one of the staff and a supplier's contact, of one number."""
    number, name = ["13712345678"], ["王芳"]
    return {
        "leader": pa.table({"leader_id": ["L1"], "name": name, "phone": number, "status": ["left"]}),
        "staff": pa.table({"staff_id": ["T1"], "name": name, "phone": number, "role": ["bd"]}),
        "supplier": pa.table({"supplier_id": ["S1"], "name": ["合作社"], "contact_name": name, "contact_phone": number}),
        "payee_account": pa.table({
            "payee_account_id": ["PA1"], "payee_kind": ["leader"], "payee_id": ["L1"], "account_kind": ["bank"],
            "bank_account": ["6222020200112345678"], "holder_name": name,
        }),
    }  # fmt: skip


def words_of(state: State, folder: Path) -> list[Leak]:
    """The plain phones in the state database, whichever it is."""
    folder.mkdir()
    copying.write_out(state, folder)
    return find_plain_phones(folder)


def test_personal_data_is_shown_for_a_reason_erased_and_taken_out_by_two(company: Company, tmp_path: Path) -> None:
    _revealed(company)
    _taken_out(company)
    _said(company)
    _erased(company)
    if "sqlite" in company.state.place:  # what follows is about the company's tables, whatever keeps the state
        _others_erased(company)
        _let_go(company)
    _typed(company)
    assert find_plain_phones(company.project.folder) == []
    assert words_of(company.state, tmp_path / "lines") == []
    copy = tmp_path / "copies" / "shop.tar"
    back_up(company.project, copy, shop=company.shop)
    with tarfile.open(copy) as archive:
        archive.extractall(tmp_path / "unpacked")  # our own backup; early 3.11 knows no filter
    assert find_plain_phones(tmp_path / "unpacked") == []


def _revealed(company: Company) -> None:
    anna, asked = company.by("anna"), {"whom": "member:M1", "why": WHY}
    assert company.by("vera").post("/api/v1/privacy/reveal", json=asked).status_code == 403
    assert anna.post("/api/v1/privacy/reveal", json={**asked, "why": "看"}).status_code == 422
    assert anna.post("/api/v1/privacy/reveal", json={**asked, "whom": "member:M9"}).status_code == 404
    found = anna.post("/api/v1/privacy/reveal", json={**asked, "fields": ["phone"]})
    assert [(row["title"], row["value"]) for row in found.json()["rows"]] == [("会员手机", PHONE)]
    assert found.headers["cache-control"] == "no-store"
    shown = company.by("boris").post("/admin/reveal", data={"table": "orders", "key": "O2", "why": f"{WHY} {OTHER}"})
    assert OTHER in shown.text.partition("person-said")[2]
    assert shown.headers["cache-control"] == "no-store"
    assert PHONE not in anna.get("/admin/reveal?whom=member:M1").text
    entries = company.audit("personal.reveal")
    assert [(one["account"], one["subject"]) for one in entries] == [("boris", "orders:O2"), ("anna", "member:M1")]
    assert json.loads(entries[1]["details"])["fields"] == ["phone"]
    assert "139****5678" in entries[0]["details"]
    for _ in range(29):
        assert anna.post("/api/v1/privacy/reveal", json=asked).status_code == 200
    assert anna.post("/api/v1/privacy/reveal", json=asked).status_code == 429
    assert len(company.audit("personal.reveal")) == 31
    page = company.by("boris").get("/admin/privacy?tab=reveals&q=M1").text
    assert WHY in page
    assert PHONE not in page


def _taken_out(company: Company) -> None:
    anna, boris = company.by("anna"), company.by("boris")
    assert anna.post("/api/v1/privacy/exports", json={"subject": "list:orders", "why": WHY}).status_code == 422
    wanted = {"subject": "list:orders", "why": WHY, "start": "2026-10-01", "end": "2026-10-02"}
    one = anna.post("/api/v1/privacy/exports", json=wanted).json()["rows"][0]["request"]
    assert anna.post("/api/v1/privacy/exports", json=wanted).status_code == 409
    place = f"/api/v1/privacy/exports/{one}"
    assert anna.post(f"{place}/fetch").status_code == 403
    assert anna.post(f"{place}/decide", json={"agree": True}).status_code == 403
    assert company.by("").post(f"{place}/decide", json={"agree": True}).status_code == 403
    assert boris.post(f"/api/v1/privacy/erasures/{one}/decide", json={"agree": True}).status_code == 404
    assert boris.post(f"{place}/decide", json={"agree": True}).json()["rows"][0]["rows"] == 3
    assert boris.post(f"{place}/fetch").status_code == 403
    kept = company.project.data / "exports" / f"{one}.sealed"
    assert b"PK" not in kept.read_bytes()[:4]
    book = zipfile.ZipFile(io.BytesIO(anna.get(f"/admin/privacy/exports/{one}/file").content))
    inside = book.read("xl/sharedStrings.xml").decode()
    assert {word in inside for word in (PHONE, OTHER, one, "anna", "boris", WHY)} == {True}
    assert [row["account"] for row in company.audit("personal.fetch")] == ["anna"]
    later = desk_of(company.shop, company.state)
    object.__setattr__(later, "now", lambda: datetime.now(UTC) + timedelta(days=8))
    assert (later.expire(), later.expire()) == (1, 0)
    assert not kept.exists()
    assert anna.get(f"/admin/privacy/exports/{one}/file").status_code == 403
    of_one = anna.post("/admin/privacy/take-out", data={"member": "M2", "why": WHY})
    assert (
        boris.post(f"{_id(of_one)}/refuse".replace("requests", "exports"), data={"said": "不需要这个"}).status_code
        == 303
    )
    assert "不需要这个" in anna.get(_id(of_one)).text


def _erased(company: Company) -> None:
    anna, boris, shop = company.by("anna"), company.by("boris"), company.shop
    figures = ["gmv", "orders", "active_members"]  # all there are: at the next erasure
    before = shop.query(figures).rows
    assert anna.post("/api/v1/privacy/find", json={"phone": "138 1234 5678"}).json()["rows"] == [
        {"whom": "member:M1", "kind": "member", "id": "M1"}
    ]
    assert "key=M1" in anna.post("/admin/privacy/find", data={"phone": PHONE}).text
    shown = anna.get("/admin/privacy/erase?key=M1").text
    assert "收货人" in shown
    place = _id(anna.post("/admin/privacy/erase", data={"key": "M1", "why": WHY}))
    deed = place.replace("requests", "erasures")
    assert "不能确认自己的申请" in anna.post(f"{deed}/confirm").text
    assert boris.post(f"{deed}/confirm").status_code == 303
    assert "已删除 1 个账号" in anna.get(place).text
    assert boris.post(f"{deed}/confirm").status_code == 409
    assert anna.post("/admin/privacy/erase", data={"key": "M1", "why": WHY}).status_code == 409
    assert anna.post("/api/v1/privacy/find", json={"phone": PHONE}).json()["rows"] == []
    told = boris.post("/api/v1/privacy/reveal", json={"whom": "orders:O1", "why": WHY}).json()["rows"]
    assert {row["value"] for row in told} <= {"****"}
    assert shop.query(figures).rows == before
    assert [row["account"] for row in company.audit("personal.erase")] == ["boris"]
    assert len(anna.get("/admin/privacy/export?form=csv").text.splitlines()) == 4


def _others_erased(company: Company) -> None:
    anna, boris, shop = company.by("anna"), company.by("boris"), company.shop
    users = Users(company.state)
    users.add("wang", "王芳", "leader", "four unrelated words")
    users.set_scope("wang", Scope.only(leaders=["L1"]))
    figures = list(shop.figures.catalog.metrics)
    before = shop.query(figures).rows
    ask = {"whom": "leader:L1", "why": WHY}
    assert anna.post("/api/v1/privacy/erasures", json={**ask, "whom": "leader:L9"}).status_code == 404
    assert anna.post("/api/v1/privacy/erasures", json={**ask, "whom": "orders:O1"}).status_code == 404
    led = {"community_id": ["C9"], "leader_id": ["L1"], "role": ["owner"], "valid_from": [NOW], "valid_to": [None]}
    shop.bringing.intake.land_rows("test", {"leader_assignment": pa.table(led)})
    shop.build_models()
    assert "还带着社群 C9" in anna.post("/api/v1/privacy/erasures", json=ask).text
    shop.bringing.intake.land_rows("test", {"leader_assignment": pa.table({**led, "valid_to": [NOW + timedelta(1)]})})
    shop.build_models()
    found = anna.post("/api/v1/privacy/find", json={"phone": "13712345678"}).json()["rows"]
    assert [row["whom"] for row in found] == ["leader:L1", "staff:T1", "supplier:S1"]
    shown = anna.get("/admin/privacy/erase?kind=leader&key=L1").text
    assert {word in shown for word in ("收款账户", "登录账号 wang 随之停用")} == {True}
    for whom in ("leader:L1", "staff:T1", "supplier:S1"):
        one = anna.post("/api/v1/privacy/erasures", json={**ask, "whom": whom}).json()["rows"][0]["request"]
        assert boris.post(f"/api/v1/privacy/erasures/{one}/decide", json={"agree": True}).status_code == 200
    assert anna.post("/api/v1/privacy/find", json={"phone": "13712345678"}).json()["rows"] == []
    for whom in ("leader:L1", "staff:T1", "supplier:S1", "payee_account:PA1"):
        told = boris.post("/api/v1/privacy/reveal", json={"whom": whom, "why": WHY})
        assert "王芳" not in told.text
        assert {row["value"] for row in told.json().get("rows", [])} <= {"****"}
    assert anna.post("/api/v1/privacy/erasures", json={**ask, "whom": "supplier:S1"}).status_code == 409
    new = {"supplier_id": ["S1"], "name": ["合作社"], "contact_name": ["李强"], "contact_phone": ["13612345678"]}
    shop.bringing.intake.land_rows("test", {"supplier": pa.table(new)})
    told = boris.post("/api/v1/privacy/reveal", json={"whom": "supplier:S1", "why": WHY}).json()["rows"]
    assert [row["value"] for row in told] == ["李强", "13612345678"]
    assert forget_again(shop) == 0
    erasures_of(shop.project).add([in_place("supplier:S1", shop.bringing.vault.index("13612345678"))])
    assert (forget_again(shop), forget_again(shop)) == (1, 0)  # as in a copy from before the second one was erased
    assert (users.find("wang").name, users.find("wang").active) == ("已删除", False)
    assert shop.query(figures).rows == before
    assert len(company.audit("personal.erase")) == 4


def _said(company: Company) -> None:
    anna = company.by("anna")
    word = {"member": "M2", "purpose": "marketing", "given": True, "place": "phone", "proof": f"录音 12，{OTHER}"}
    assert anna.post("/api/v1/privacy/consents", json={**word, "member": "M9"}).status_code == 404
    assert anna.post("/api/v1/privacy/consents", json=word).status_code == 200
    agreed = "SELECT consents_marketing FROM dim_member WHERE member_id = 'M2'"
    assert company.shop.figures.read(agreed)["consents_marketing"].to_pylist() == [True]
    form = {"member": "M2", "purpose": "marketing", "said": "no", "place": "chat", "proof": "截图 7"}
    assert anna.post("/admin/privacy/consent", data=form).status_code == 303
    assert company.shop.figures.read(agreed)["consents_marketing"].to_pylist() == [False]
    rows = anna.get("/api/v1/privacy/consents?words=M2").json()["rows"]
    assert [(row["given"], row["counts"]) for row in rows] == [(False, True), (True, False)]
    page = anna.get("/admin/privacy?tab=consent&given=no").text
    assert "截图 7" in page
    assert "录音 12" not in page
    assert len(anna.get("/admin/privacy/export?tab=consent&form=csv").text.splitlines()) == 3


def _let_go(company: Company) -> None:
    desk, shop = desk_of(company.shop, company.state), company.shop
    before = shop.query("gmv").rows
    day = date(2029, 10, 2)  # three years after the second order, and after the last one of a later day
    due = {one.name: (one.now, one.soon) for _, one in desk.due(day)}
    assert due == {"receiver_days": (1, 1), "member_days": (0, 1), "invoice_days": (0, 0)}
    assert "早于" in company.by("anna").get("/admin/privacy?tab=retention").text
    assert desk.retain(SYSTEM, day) == {"receiver_days": 1, "member_days": 0, "invoice_days": 0}
    assert desk.retain(SYSTEM, day)["receiver_days"] == 0
    told = company.by("boris").post("/api/v1/privacy/reveal", json={"whom": "orders:O2", "why": WHY}).json()["rows"]
    assert {row["value"] for row in told} == {"****"}
    assert desk.retain(SYSTEM, date(2030, 1, 1)) == {"receiver_days": 1, "member_days": 1, "invoice_days": 0}
    assert shop.bringing.vault.is_erased("member:M2")
    assert company.by("anna").get("/api/v1/privacy/retention").json()["rows"][0]["now"] == 0
    assert shop.query("gmv").rows == before


def _typed(company: Company) -> None:
    """People and machines write numbers everywhere: what they write is kept masked."""
    anna, state, now = company.by("anna"), company.state, datetime.now(UTC)
    words = f"请回电 {PHONE}，身份证 110101199003074514"
    made = anna.post("/api/v1/work", json={"title": words, "what": words}).json()["rows"][0]["order"]
    assert anna.post(f"/api/v1/work/{made}/comments", json={"words": words}).status_code == 200
    assert "138****5678" in anna.get(f"/work/{made}").text
    rule = {"name": "own", "title": words, "metric": "gmv", "limit": 5}
    assert anna.post("/api/v1/alerts/rules", json=rule).status_code == 200
    shown = anna.get("/api/v1/alerts/rules").json()["rows"]
    assert [one["title"] for one in shown if one["name"] == "own"] == ["请回电 138****5678，身份证 110101********4"]
    assert anna.post("/api/v1/users", json={"account": PHONE, "role": "viewer"}).status_code == 422
    assert anna.put("/api/v1/roles/own", json={"title": PHONE, "permissions": ["audit.read"]}).status_code == 200
    assert company.by("").post("/api/v1/jobs", json={"kind": "build", "input": {PHONE: words}}).status_code == 200
    plan = {"name": "每天", "rhythm": "30", "input": {"folder": "", "pattern": f"{PHONE}*.csv"}}
    assert anna.post("/api/v1/jobs/plans", json=plan).status_code == 422
    page = TestClient(company.app, base_url="http://shop.test").get("/login")
    tried = {"csrf": page.text.partition('name="csrf" value="')[2].partition('"')[0], "account": PHONE, "password": "x"}
    wrong = TestClient(company.app, base_url="http://shop.test", cookies=page.cookies).post("/login", data=tried)
    assert wrong.status_code == 401
    quiet = {"rule": "gmv_fell", "until": (now + timedelta(1)).isoformat(), "why": words}
    assert anna.post("/api/v1/alerts/silence", json=quiet).status_code == 200
    queue = Queue(state)

    def ring(run: Run) -> dict[str, Any]:
        run.log(words, words, "warn")
        run.progress(1, words)
        if run.attempt == 1:
            raise Invalid(Text(words, words))
        return {"told": words}

    kinds = [Job("ring", Text("回电", "Call"), ring, patience=Patience(2, timedelta(0), timedelta(0)))]
    queue.enqueue(Asked("ring", "once"), by="anna")
    for _ in range(2):
        Workers(queue, kinds, chance=lambda: 0.0).work()
    with state.writing() as connection:
        message = put(connection, Message("push", "群", words, {"text": words, "fen": 5}, "k"), at=now)
        assert put(connection, Message("push", "群", words, {"text": words, "fen": 5}, "k"), at=now) == message
    ledger = Ledger(state, {"coupon": kind()}, to_outbox(lambda: now), lambda: now)
    ledger.save(
        [replace(coupon("leader:L1"), title=Text(words, words), reasons=(Text(words, words),), inputs={"said": words})]
    )
    book = ledger.book("admin")
    ledger.decide(Actor("u", "anna", "web"), book, "reject", [book.page(Ask())[0][0].proposal_id], why=words)
    coming = company.shop.uploads.begin(f"{PHONE}.csv", "anna")
    coming.write(f"member_id,phone\nM7,{PHONE}\n".encode())
    coming.finish()
    with state.reading() as connection:
        kept = connection.execute(select(outbox.c.body).where(outbox.c.message_id == message)).scalar_one()
    assert json.loads(kept) == {"text": "请回电 138****5678，身份证 110101********4", "fen": 5}


def _id(response: Any) -> str:
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def test_commands_ask_and_somebody_with_an_account_confirms(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    project = Project.init(tmp_path / "shop", name="测试")
    project.make_key()
    with LocalShop.open(project) as shop:
        shop.bringing.intake.land_rows("test", {"member": pa.table({"member_id": ["M1"], "phone": [PHONE]})})
        shop.build()
    with open_state(project) as state:
        Users(state).add("anna", "安娜", "admin", "four unrelated words")

    def said(*words: str, code: int = 0) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run([*words, "--project", str(project.folder), "--json"]) == code
        return json.loads(capsys.readouterr().out).get("rows", [])

    assert said("reveal", "member:M1", "--why", WHY)[0]["value"] == PHONE
    assert [row["table"] for row in said("privacy", "preview", "M1")] == ["member"]
    asked = said("privacy", "erase", "M1", "--why", WHY)[0]["request"]
    said("privacy", "confirm", "erase", asked, code=1)
    assert said("privacy", "confirm", "erase", asked, "--as", "anna")[0]["state"] == "done"
    wanted = said("privacy", "export", "list:member", "--why", WHY, "--as", "anna")[0]["request"]
    said("privacy", "confirm", "export", wanted, "--as", "anna", code=1)
    assert said("privacy", "withdraw", "export", wanted, "--as", "anna")[0]["state"] == "withdrawn"
    assert [row["state"] for row in said("privacy", "list")] == ["withdrawn", "done"]


@given(st.lists(st.integers(0, 7200), max_size=40), st.integers(1, 10))
def test_after_the_wait_one_more_may_be_shown_and_before_it_none(ages: list[int], most: int) -> None:
    seen = [NOW - timedelta(seconds=one) for one in ages]
    wait = wait_before(seen, NOW, most)
    assert timedelta() <= wait <= WINDOW
    assert sum(NOW + wait - one < WINDOW for one in seen) < most
    if wait:
        assert sum(NOW + wait - timedelta(seconds=1) - one < WINDOW for one in seen) >= most


@given(st.sampled_from(["waiting", "agreed", "done", "refused", "withdrawn", "expired"]), st.sampled_from("abc"))
def test_nobody_is_their_own_second_and_only_what_waits_is_decided(state: Any, account: str) -> None:
    one = Request("r", "export", "member:M1", WHY, "a", NOW, state)
    assert (refusal_of_second(one, account) is None) == (state == "waiting" and account != "a")
    assert refusal_of_second(one, "os:root") is not None
    assert may_fetch(one, account, NOW) is not None
