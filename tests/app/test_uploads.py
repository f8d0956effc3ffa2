"""Files sent to the server: kept sealed, read like files on disk, gone after a while, refused in plain words."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook
from tests.app.sample import LINES, ORDERS, write_files

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.uploads import IDLE_SECONDS, MOST_OF_ONE, Uploads, file_name
from linshu.app.web import compose
from linshu.engine.intake import crash
from linshu.kernel.errors import Cancelled, Invalid, Missing, Throttled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

TOKEN = "t" * 30


def sent(uploads: Uploads, name: str, body: bytes, by: str = "wang") -> str:
    receiving = uploads.begin(name, by)
    receiving.write(body)
    return receiving.finish().upload_id


def test_an_upload_is_its_senders_and_goes_after_a_while(tmp_path: Path) -> None:
    now = [0.0]
    uploads = Uploads(tmp_path / "u", 1_000, lambda: now[0])
    name = sent(uploads, "a.csv", b"a,b\n1,2\n")
    with uploads.find(name, "wang").source.open() as file:
        assert file.read() == b"a,b\n1,2\n"
    with pytest.raises(Missing):
        uploads.find(name, "li")
    now[0] += IDLE_SECONDS - 1
    held = uploads.find(name, "wang")  # looked at: it stays
    with uploads.reading(held):
        now[0] += 2 * IDLE_SECONDS
        assert uploads.of("wang") == (held,)
    now[0] += IDLE_SECONDS + 1
    assert uploads.of("wang") == ()
    assert not list((tmp_path / "u").iterdir())


def test_what_is_too_large_empty_or_no_table_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "u", 100)
    with pytest.raises(Invalid, match="太大"):
        uploads.begin("a.csv", "wang", expected=101)
    receiving = uploads.begin("a.csv", "wang")
    with pytest.raises(Invalid, match="太大"):
        receiving.write(b"x" * 101)
    receiving.abandon()
    with pytest.raises(Invalid, match="空文件"):
        sent(uploads, "a.csv", b"")
    with pytest.raises(Invalid, match="图片"):
        sent(uploads, "a.csv", b"\x89PNG\r\n\x1a\n0000")
    assert not list((tmp_path / "u").iterdir())
    for number in range(MOST_OF_ONE):
        sent(uploads, f"{number}.csv", b"a,b\n1,2\n")
    with pytest.raises(Throttled):
        uploads.begin("one-more.csv", "wang")
    uploads.begin("other.csv", "li").abandon()


def test_what_an_earlier_process_left_is_swept_away(tmp_path: Path) -> None:
    sent(Uploads(tmp_path / "u", 100), "a.csv", b"a,b\n1,2\n")
    uploads = Uploads(tmp_path / "u", 100)
    assert uploads.of("wang") == ()
    assert not (tmp_path / "u").exists()
    sent(uploads, "a.csv", b"a,b\n1,2\n")
    uploads.close()
    assert not (tmp_path / "u").exists()


@pytest.mark.parametrize(
    ("said", "name"),
    [("../../etc/passwd", "passwd"), ("C:\\桌面\\订单.xlsx", "订单.xlsx"), ("a\x00\nb.csv", "ab.csv"), ("", "upload")],
)
def test_a_name_is_never_a_place(said: str, name: str) -> None:
    assert file_name(said) == name


@pytest.fixture
def site(project: Project) -> Iterator[tuple[LocalShop, TestClient]]:
    with LocalShop.open(project) as shop, open_state(project) as state:
        client = TestClient(compose(shop, state, token=TOKEN), base_url="http://shop.test")
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield shop, client


def post(client: TestClient, name: str, body: bytes) -> Response:
    return client.post(f"/api/v1/uploads?name={quote(name)}", content=body)


def brought(client: TestClient, **wanted: object) -> dict[str, object]:
    lines = client.post("/api/v1/imports", json=wanted).text.splitlines()
    made: dict[str, object] = json.loads(lines[-1])
    return made


@pytest.mark.slow
def test_a_client_far_away_sends_looks_and_imports(
    site: tuple[LocalShop, TestClient], project: Project, tmp_path: Path
) -> None:
    shop, client = site
    orders = post(client, "订单.csv", ORDERS.encode()).json()["rows"][0]
    assert orders["name"] == "订单.csv"
    seen = client.post("/api/v1/imports/guess", json={"upload": orders["upload"]}).json()
    assert seen["meta"]["files"][0]["how"] == "template"
    answer = brought(client, upload=orders["upload"])
    assert answer["meta"]["batches"][0]["good"] == 4
    assert client.get("/api/v1/uploads").json()["rows"] == []
    book = io.BytesIO()
    made = Workbook()
    for row in LINES.splitlines():
        made.active.append(row.split(","))
    made.save(book)
    lines = post(client, "明细.xlsx", book.getvalue()).json()["rows"][0]
    brought(client, upload=lines["upload"])
    assert shop.batches(words="明细").rows[0]["brought_by"] == "local"
    # The same as if the files had been read from disk.
    other = Project.init(tmp_path / "other", name="别家")
    other.make_key()
    with LocalShop.open(other) as plain:
        for file in write_files(tmp_path / "files"):
            plain.import_file(file)
        columns = "* EXCLUDE (landing_id, landing_row, updated_at, source, receiver_phone, receiver_phone_index)"
        for table in ("orders", "order_line"):
            shown = columns if table == "orders" else "* EXCLUDE (landing_id, landing_row, updated_at, source)"
            asked = f"SELECT {shown} FROM std.{table} ORDER BY ALL"
            assert shop.warehouse.query(asked).to_pylist() == plain.warehouse.query(asked).to_pylist()
    left = [path for path in project.data.rglob("*") if path.is_file() and b"13812345678" in path.read_bytes()]
    assert left == []


@pytest.mark.slow
def test_only_ones_own_upload_can_be_read_and_no_file_of_the_server(
    site: tuple[LocalShop, TestClient], tmp_path: Path
) -> None:
    _, client = site
    assert post(client, "a.pdf", b"%PDF-1.7 ....").status_code == 422
    assert client.post("/api/v1/imports/guess", json={"upload": "none"}).status_code == 404
    held = post(client, "a.csv", ORDERS.encode()).json()["rows"][0]["upload"]
    assert client.delete(f"/api/v1/uploads/{held}").status_code == 204
    assert client.post("/api/v1/imports", json={"upload": held}).status_code == 404
    anonymous = TestClient(client.app, base_url="http://shop.test")
    assert post(anonymous, "a.csv", b"a,b\n1,2\n").status_code == 401
    assert not list(tmp_path.rglob("uploads/*"))


@pytest.mark.slow
def test_an_import_over_http_is_called_off_by_its_name(site: tuple[LocalShop, TestClient]) -> None:
    shop, client = site
    held = post(client, "订单.csv", ORDERS.encode()).json()["rows"][0]["upload"]
    before = shop.fingerprint()

    def enough(moment: str) -> None:  # the rows are landed, and half way in
        if moment == "merge.table_merged":
            (name,) = shop.under_way._known
            with pytest.raises(Missing):
                shop.under_way.call_off(name, "li")
            assert client.delete(f"/api/v1/imports/{name}").status_code == 204

    crash.listen(enough)
    try:
        said = brought(client, upload=held)
    finally:
        crash.listen(None)
    assert said["status"] == 409
    assert "什么也没有留下" in said["error"]["what"]
    assert shop.fingerprint() == before
    assert shop.landed() == set()
    assert client.delete("/api/v1/imports/gone").status_code == 404
    assert brought(client, upload=held)["meta"]["batches"][0]["good"] == 4


@pytest.mark.slow
def test_called_off_while_the_tables_are_built_nothing_stays(project: Project, tmp_path: Path) -> None:
    orders, lines = write_files(tmp_path / "files")
    with LocalShop.open(project) as shop:
        shop.import_file(orders)
        before, figures = shop.fingerprint(), shop.query(["orders"]).rows

        def enough(_: float, words: str) -> None:
            if words.startswith("fct_"):
                raise Cancelled(Text("够了", "enough"))

        with pytest.raises(Cancelled, match="什么也没有留下"):
            shop.import_file(lines, watch=enough)
        assert shop.fingerprint() == before
        assert shop.query(["orders"]).rows == figures
        assert shop.import_file(lines).meta["batches"][0]["good"] == 5
