"""Nobody reads a row outside their scope: every route there is, for every role, asked about what is foreign to it.

Whatever is foreign carries a mark in its names and ids; not one byte of any answer may hold it, unless the asker typed
it. The same requests by somebody without a scope do find the marks, so that the test cannot pass by asking nothing.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa
import pytest
from argon2 import PasswordHasher
from httpx import ASGITransport, AsyncClient
from tests.app.routes import routes_of
from tests.domains.insight.overview.town import NOW, town_rows
from tests.loops import in_a_loop

from linshu.app.assistant.tools import TOOLS
from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.domains.growth.waking import flow as waking
from linshu.engine.access import passwords
from linshu.engine.access.permissions import PERMISSIONS
from linshu.engine.access.place import Place
from linshu.engine.access.roles import ROLES
from linshu.engine.access.scope import Scope
from linshu.engine.alerts import book as alerts
from linshu.engine.alerts.life import Alert
from linshu.engine.audit import SYSTEM
from linshu.engine.shell.saved import SavedViews
from linshu.engine.work import Draft as Work
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

    from linshu.engine.shell.context import Shell

pytestmark = pytest.mark.slow

WORDS = "three unrelated words"
NAME, ID = "龘", "QZFRN"  # in every name and every id that is foreign to the first group of the first city
FAR = "燚"  # in every name of the other city
OWN = "翠湖"
TYPED = ("GQZFRN2", "LQZFRN2", "外域", "QZFRN4301")  # what the asker writes into requests themselves
RENAMED = {
    "C2": "GQZFRN2", "C3": "GQZFRN3", "L2": "LQZFRN2", "L3": "LQZFRN3", "E2": "EQZFRN2", "E3": "EQZFRN3", "S2": "S2",
    "锦绣二群": f"外域{NAME}二群", "碧桂三群": f"外域{NAME}{FAR}三群", "陈军": f"外域{NAME}陈", "李娜": f"外域{NAME}{FAR}李",
    "长沙": f"外域{NAME}{FAR}城", "湖南": f"外域{NAME}{FAR}省", "芙蓉区": f"外域{NAME}{FAR}区",
    "43": "QZFRN43", "4301": "QZFRN4301", "430102": "QZFRN430102",
}  # fmt: skip


def _renamed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    foreign = re.sub(r"^(\d{4})-C([23])-", r"\1-GQZFRN\2-", value)
    member = re.sub(r"^M([12])(\d)$", r"MQZFRN\1\2", foreign)
    return RENAMED.get(member, member)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("matrix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.delenv("LINSHU_KEY", raising=False)
        patch.setitem(sys.modules, "sniffio", None)  # looked for at every request of the client, and never there
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        project = Project.init(folder / "shop", name="矩阵")
        project.make_key()
        with (project.folder / "linshu.toml").open("a", encoding="utf-8") as settings:
            settings.write("\n[warehouse]\nthreads = 1\n")  # a few rows: more threads cost more than they bring
        project = Project.open(project.folder)
        rows = {
            table: [{key: _renamed(value) for key, value in row.items()} for row in found]
            for table, found in town_rows().items()
        }
        with LocalShop.open(project) as shop, open_state(project) as state:
            landed = [(name, pa.Table.from_pylist(found)) for name, found in rows.items()]
            assert shop.bringing.intake.land_rows("town", landed).bad == 0  # what is not there cannot leak
            assert shop.build_models().ok
            made = compose(shop, state, token="t" * 40)
            shell = made.state.shell
            object.__setattr__(shell, "now", lambda: NOW)
            for role in ROLES:
                shell.users.add(role.name, role.title.en, role.name, WORDS)
            shell.users.add("free", "Free", "admin", WORDS)
            SavedViews(state).keep(
                shell.users.find("free"), "/explore", "共享", "m=gmv&by=community&period=all", shared=True
            )
            made.state.planted = planted(shell, rows)
            yield made


def planted(shell: Shell, rows: Mapping[str, Any]) -> dict[str, str]:
    """What rules and people left behind about each group: a proposal, an alert, a work order; the ids of a foreign one's."""
    ids: dict[str, str] = {}
    policy = shell.ledger.policies.current(waking.NAME)
    for group, leader in zip(rows["community"], rows["leader"], strict=True):
        foreign = group["community_id"] != "C1"
        place = Place(("QZFRN43",) if FAR in group["name"] else ("42",), group["community_id"], leader["leader_id"])
        told = Text(group["name"], group["name"])
        inputs = {
            "leader_id": leader["leader_id"], "name": leader["name"], "town": group["name"], "regions": place.regions,
            "community": place.community, "day": str(NOW.date()), "last": 0, "before": [500_000] * 6,
        }  # fmt: skip
        draft = waking.again(inputs, policy)
        assert draft is not None
        shell.ledger.save([draft])
        alert = Alert("ringing", NOW.date(), NOW.date(), 1, NOW, value=1.0, rang_at=NOW)
        kept = alerts.fresh("below_cost", place.community, told, place, alert)
        with shell.state.writing() as connection:
            alerts.write(connection, kept)
        order_id, _ = shell.work.open(SYSTEM, Work(told, group["name"], key=place.community, place=place))
        if foreign:
            ids |= {"proposal_id": draft.key, "alert_id": kept.alert_id, "order_id": order_id}
    return ids


@dataclass(frozen=True)
class Ask:
    """One request, and the route it is for."""

    route: str
    method: str
    path: str
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body or ''}"


EXPLORED = "m=gmv,orders&by=community&period=all"
QUESTION: dict[str, Any] = {"metrics": ["gmv", "orders"], "by": ["community"]}
# What stands in the braces of an address; a route not named here gets foreign ids.
FILLED: dict[str, tuple[str, ...]] = {
    "/overview/parts/{name}": ("today", "cards", "trend", "tops", "ticker", "hours", "places"),
    "/overview/top/{dimension}": ("community", "leader", "city", "sku"),
    "/overview/top/{dimension}/export": ("community", "leader"),
    "/explore/pick/{what}": ("m", "by", "dim", "metric"),
    "/dictionary/{name}": ("gmv",),
    "/standard/{name}": ("orders",),
    "/standard/{name}/template.xlsx": ("orders",),
    "/data/upload/template/{use}.xlsx": ("orders",),
    "/lineage": ("",),
    "/api/v1/tables/{name}": ("fct_orders", "dim_community"),
    "/admin/people/{account}/scope/{attribute}": ("wang/scope/communities",),
}
# What follows the question mark, by how an address begins: each time what is foreign is asked for by id or by name.
ASKED: dict[str, tuple[str, ...]] = {
    "/overview": ("", "city=外域", "period=all&page=/overview", "from=2026-11-03&to=2026-11-22"),
    "/explore": (
        EXPLORED, "m=gmv&by=city&period=all&w=community=GQZFRN2&where=community=GQZFRN2",
        f"{EXPLORED}&share=total&totals=1&form=xlsx", "m=gmv&period=all&dim=community&q=外域&point=GQZFRN2",
        "m=gmv&by=member&period=all&dim=member",
    ),
    "/lineage": (
        "m=gmv&period=all", "m=gmv&by=community&period=all&w=community=GQZFRN2", "m=gmv&period=all&form=csv",
        "m=gmv&by=community&period=all&where=community=GQZFRN2", "m=orders&by=leader&period=all",
    ),
    "/dictionary": ("", "q=外域"),
    "/admin": ("", "q=外域"),
    "/api/v1/views": ("",),
    "/supplier": ("", "when=season&q=外域", "q=外域&sort=most&form=csv"),
    "/leader": ("when=month&q=外域", "when=month", "when=month&q=GQZFRN2&sort=amount"),
}  # fmt: skip
POSTED: tuple[tuple[str, Any], ...] = (
    ("/api/v1/metrics/query", QUESTION),
    ("/api/v1/metrics/query", {**QUESTION, "where": ["community=GQZFRN2"]}),
    ("/api/v1/metrics/query", {**QUESTION, "where": ["community=外域"], "totals": True, "explain": True}),
    ("/api/v1/metrics/query", {"metrics": ["gmv"], "by": ["city", "leader"], "share": "total", "fill": True}),
    ("/api/v1/metrics/query", {"metrics": ["gmv"], "by": ["member"], "compare": "previous"}),
    ("/api/v1/metrics/query", {"metrics": ["gmv"], "grain": "week", "by": ["community"], "pivot": "community"}),
    ("/api/v1/metrics/query", {"metrics": ["buyers"], "by": ["street"], "as_of": "now"}),
    ("/api/v1/metrics/lineage", {**QUESTION, "where": ["community=GQZFRN2"]}),
    ("/api/v1/metrics/rows", {"metrics": ["gmv"], "rows": 1000}),
    ("/api/v1/metrics/rows", {"metrics": ["gmv"], "where": ["community=GQZFRN2"]}),
    ("/api/v1/metrics/drill", {"metrics": ["gmv"], "by": ["community"], "group": {"community": "GQZFRN2"}}),
    ("/api/v1/metrics/drill", {"metrics": ["gmv"], "by": ["city"], "group": {"city": "QZFRN4301"}}),
    ("/api/v1/metrics/cohorts", {"cohort": "buyers", "by": "community"}),
    ("/api/v1/sql", {"statement": "SELECT name FROM dim_community"}),
    ("/api/v1/exports", {"what": "dim_community", "format": "csv"}),
)
# What an assistant is made to ask of each tool; a tool not named here is asked for a foreign id in every word it takes.
TOLD_TO_ASK: dict[str, tuple[dict[str, Any], ...]] = {
    "ask_metrics": tuple(body for path, body in POSTED if path == "/api/v1/metrics/query"),
    "list_suggestions": ({}, {"q": "外域"}), "list_alerts": ({}, {"q": "外域"}), "data_freshness": ({},), "suggestion_scores": ({},),
    "data_quality": ({"of": "sources"}, {"of": "tables"}, {"of": "checks"}),
}  # fmt: skip
SKIPPED = {"/live", "/static/{path:path}", "/login", "/logout", "/enter/{token}"}  # streams, files, and before a log-in


def asks(app: FastAPI, *, thorough: bool) -> list[Ask]:
    """Requests for every route that reads, and the questions that are posted; one of each kind, or all."""
    made = [Ask(path, "POST", path, body) for path, body in POSTED]
    for route in routes_of(app):
        if route.changes or route.path in SKIPPED:
            continue
        words = FILLED.get(route.path, ("",))
        head = next((begin for begin in sorted(ASKED, key=len, reverse=True) if route.path.startswith(begin)), None)
        tails = ASKED[head] if head else ("",)
        tails = tails if thorough else tails[:1]
        for word in words:
            filled = re.sub(r"\{[^}]*\}", word.replace("\\", ""), route.path, count=1) if word else route.path
            filled = re.sub(r"\{([^}]*)\}", lambda name: app.state.planted.get(name[1], "GQZFRN2"), filled)
            made += [Ask(route.path, "GET", filled + (f"?{tail}" if tail else "")) for tail in tails]
    return made


def acts(app: FastAPI) -> list[Ask]:
    """What would change something foreign: every act that names a proposal, an alert or a work order."""
    proposal, alert, order = (app.state.planted[name] for name in ("proposal_id", "alert_id", "order_id"))
    body: tuple[tuple[str, str, Any], ...] = (
        *(("POST", "/api/v1/proposals/decide", {"act": act, "ids": [proposal], "why": "x"})
          for act in ("approve", "reject", "snooze", "reopen", "undo")),
        ("PATCH", f"/api/v1/proposals/{proposal}", {"lines": [{"coupon": 100}], "why": "x"}),
        ("POST", f"/api/v1/alerts/{alert}/see", {}),
        *(("POST", "/api/v1/work/act", {"act": act, "ids": [order], "why": "x", "to": "operator", "result": "x"})
          for act in ("assign", "start", "finish", "withdraw")),
        ("POST", f"/api/v1/work/{order}/comments", {"words": "x"}),
        ("POST", "/api/v1/work", {"origin": "proposal", "origin_id": proposal}),
        ("POST", "/api/v1/work", {"origin": "alert", "origin_id": alert}),
    )  # fmt: skip
    return [Ask(path, method, path, given) for method, path, given in body]


def asks_of_tools(app: FastAPI) -> list[Ask]:
    """Every tool of an assistant, asked about what is foreign."""
    made = []
    for tool in TOOLS:
        usual = {name: app.state.planted.get(name, "GQZFRN2") for name in tool.takes.model_fields}
        for given in TOLD_TO_ASK.get(tool.name, (usual,)):
            call = {"name": tool.name, "arguments": given}
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
            made.append(Ask("/mcp", "POST", "/mcp", body))
    return made


@dataclass
class Answer:
    """What came back, in the application's own words: no client in between, which would cost more than most answers."""

    status: int = 0
    headers: Any = ()
    content: bytes = b""

    @property
    def text(self) -> str:
        """Every byte as text, also of what is packed."""
        content = self.content
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = b"\n".join(packed.read(name) for name in packed.namelist())
        return content.decode("utf-8", "replace") + str(self.headers)


async def _log_in(app: FastAPI, account: str) -> dict[str, str]:
    """What a browser sends along from now on."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.test") as client:
        token = re.search(r'name="csrf" value="(\w+)"', (await client.get("/login")).text)
        assert token is not None
        data = {"csrf": token[1], "account": account, "password": WORDS}
        assert (await client.post("/login", data=data)).status_code == 303
        page = re.search(r'"X-CSRF-Token":"(\w+)"', (await client.get("/account")).text)
        assert page is not None
        return {
            "cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
            "x-csrf-token": page[1],
        }


async def _ask(app: FastAPI, headers: Mapping[str, str], one: Ask) -> Answer:
    body = b"" if one.body is None else json.dumps(one.body).encode()
    path, _, query = one.path.partition("?")
    sent = {"host": "shop.test", "content-type": "application/json", "content-length": str(len(body)), **headers}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": one.method, "scheme": "http", "path": path,
        "raw_path": quote(path).encode(), "query_string": quote(query, safe="=&,/").encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1), "server": ("shop.test", 80),
    }  # fmt: skip
    answer, parts, left = Answer(), [], [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if left:
            return left.pop()
        await asyncio.Event().wait()  # nobody hangs up
        raise AssertionError

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], message["headers"]
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    answer.content = b"".join(parts)
    return answer


async def _answers(
    app: FastAPI, account: str, wanted: list[Ask], accept: str, secret: str = ""
) -> list[tuple[Ask, Answer]]:
    """What somebody logged in, or a program with a token of theirs, is answered."""
    let_in = {"authorization": f"Bearer {secret}"} if secret else await _log_in(app, account)
    headers = {"accept": accept, **let_in}
    return [(one, await _ask(app, headers, one)) for one in wanted]


def told(
    app: FastAPI, account: str, wanted: list[Ask], accept: str = "application/json", secret: str = ""
) -> dict[str, str]:
    """Every byte that somebody is told, request by request, but for what they typed; refusals begin with their status."""
    found = {}
    for one, answer in in_a_loop(_answers(app, account, wanted, accept, secret)):
        text = answer.text
        for typed in TYPED:
            text = text.replace(typed, "")
        found[str(one)] = text if answer.status < 400 else f"{answer.status} {text}"
    return found


def leaks(answers: Mapping[str, str], marks: tuple[str, ...]) -> dict[str, list[str]]:
    """The requests whose answers hold a mark, and which; and what failed."""
    found = {}
    for one, text in answers.items():
        held = [mark for mark in marks if mark in text]
        if text.startswith("5"):
            held.append(text[:3])
        if held:
            found[one] = held
    return found


def bound(app: FastAPI, account: str, scope: Mapping[str, list[str]]) -> None:
    app.state.shell.users.set_scope(account, Scope.only(**scope))


@pytest.fixture(scope="module")
def all_told(app: FastAPI) -> dict[str, str]:
    """What somebody without a scope is told."""
    return told(app, "free", asks(app, thorough=True))


@pytest.mark.parametrize("role", [one.name for one in ROLES])
def test_every_role_bound_to_a_group_learns_nothing_of_the_others(app: FastAPI, role: str) -> None:
    """One role gets refusals as pages, as browsers do, the others as JSON: the same words, printed faster."""
    bound(app, role, {"communities": ["C1"]})
    thorough = role == "operator"
    accept = "text/html" if thorough else "application/json"
    assert leaks(told(app, role, asks(app, thorough=thorough), accept), (NAME, ID)) == {}


@pytest.mark.parametrize("attribute", ["communities", "warehouses", "leaders"])
def test_no_entry_of_the_menu_leads_where_the_scope_keeps_one_out(app: FastAPI, attribute: str) -> None:
    bound(app, "admin", {attribute: ["X1"]})
    first = told(app, "admin", [Ask("/first-steps", "GET", "/first-steps")], "text/html")
    entries = re.findall(r'class="menu-item" href="([^"]+)"', "".join(first.values()))
    assert {"/overview", "/explore", "/alerts"} <= set(entries)
    answers = told(app, "admin", [Ask(one, "GET", one) for one in entries], "text/html")
    assert [one for one, text in answers.items() if re.match(r"[45]\d\d ", text)] == []


@pytest.mark.parametrize(
    ("scope", "marks"),
    [
        ({"leaders": ["L1"]}, (NAME, ID)),
        ({"regions": ["42"]}, (FAR,)),
        ({"communities": ["C1"], "regions": ["QZFRN43"]}, (NAME, OWN)),
        ({"communities": []}, (NAME, ID, OWN)),
        ({"warehouses": ["W1"]}, (NAME, ID, OWN)),
        ({"suppliers": []}, (NAME, ID, OWN)),
    ],
    ids=["leader", "region", "contradiction", "nothing", "warehouse", "no supplier"],
)
def test_every_kind_of_scope_holds(
    app: FastAPI, all_told: dict[str, str], scope: dict[str, list[str]], marks: tuple[str, ...]
) -> None:
    """Asked again is what tells somebody without a scope of any group at all; what tells nobody was asked by every role."""
    bound(app, "admin", scope)
    wanted = [one for one in asks(app, thorough=False) if any(mark in all_told[str(one)] for mark in (NAME, ID, OWN))]
    assert len(wanted) > 20
    found = told(app, "admin", wanted)
    assert leaks(found, marks) == {}
    assert OWN in marks or any(OWN in text for text in found.values())  # what lies within is shown


def test_a_token_that_is_narrower_than_its_owner_learns_no_more_than_it_may(
    app: FastAPI, all_told: dict[str, str]
) -> None:
    """Its owner sees everything, and asks the same through it; what figures the owner was told are not handed to it."""
    shell = app.state.shell
    free, only = shell.users.find("free"), Scope.only(communities=["C1"])
    secret, _ = shell.tokens.make(free, "narrow", [one.name for one in PERMISSIONS], by=SYSTEM, scope=only)
    wanted = [one for one in asks(app, thorough=False) if any(mark in all_told[str(one)] for mark in (NAME, ID))]
    found = told(app, "free", wanted, secret=secret)
    assert {one: text for one, text in found.items() if NAME in text or ID in text or text.startswith("5")} == {}
    assert sum(OWN in text for text in found.values()) > 5


def test_no_tool_of_an_assistant_tells_what_the_token_of_its_role_may_not_see(app: FastAPI) -> None:
    shell = app.state.shell

    def heard(account: str) -> dict[str, str]:
        user = shell.users.find(account)
        secret, _ = shell.tokens.make(user, "assistant", user.job.grants, by=SYSTEM)
        return told(app, account, asks_of_tools(app), secret=secret)

    everything = heard("free")
    assert sum(NAME in text or ID in text for text in everything.values()) > 6  # there is something to leak
    for role in ROLES:
        bound(app, role.name, {"communities": ["C1"]})
        found = heard(role.name)
        assert leaks(found, (NAME, ID)) == {}
        assert any(OWN in text for text in found.values()) is ("figures.read" in role.grants)


def test_no_act_reaches_what_is_foreign_nor_tells_of_it(app: FastAPI) -> None:
    def standing() -> set[str]:
        wanted = [
            Ask("", "GET", path) for path in ("/api/v1/proposals?q=外域", "/api/v1/alerts", "/api/v1/work?q=外域")
        ]
        texts = told(app, "free", wanted).values()
        return {str(row) for text in texts for row in json.JSONDecoder().raw_decode(text)[0]["rows"]}

    before = standing()
    assert len(before) > 5
    for role in ROLES:
        bound(app, role.name, {"communities": ["C1"]})
        assert leaks(told(app, role.name, acts(app)), (NAME, ID)) == {}
    assert standing() == before


def test_a_token_reads_a_part_of_its_owners_region_and_no_longer_than_the_owner(app: FastAPI) -> None:
    shell = app.state.shell
    bound(app, "operator", {"regions": ["42"]})
    owner, part = shell.users.find("operator"), Scope.only(regions=["420106"])
    secret, made = shell.tokens.make(owner, "a district", ["figures.read"], by=SYSTEM, scope=part)
    assert made.scope == part
    wanted = [Ask("", "POST", path, body) for path, body in POSTED[:1]]
    (text,) = told(app, "operator", wanted, secret=secret).values()
    assert OWN in text
    assert FAR not in text
    for wider in (["430102"], ["QZFRN43"], ["nowhere"]):
        with pytest.raises(Forbidden):
            shell.tokens.make(owner, "more", ["figures.read"], by=SYSTEM, scope=Scope.only(regions=wider))
    bound(app, "operator", {"regions": ["QZFRN43"]})
    (text,) = told(app, "operator", wanted, secret=secret).values()
    assert OWN not in text
    assert FAR not in text
    bound(app, "operator", {"regions": ["420106"]})  # the owner's part is the smaller one now
    assert shell.tokens.recognise(secret).scope == part


def test_without_a_scope_the_same_requests_do_find_what_is_marked(all_told: dict[str, str]) -> None:
    assert [one for one, text in all_told.items() if text.startswith("5")] == []
    found = [one for one, text in all_told.items() if NAME in text or ID in text]
    routes = {one.split(" ")[1].partition("?")[0] for one in found}
    assert {
        "/overview/top/community",
        "/explore/answer",
        "/explore/values",
        "/explore/export",
        "/lineage/rows",
    } <= routes
    assert {"/api/v1/metrics/query", "/api/v1/metrics/rows", "/api/v1/sql", "/api/v1/exports"} <= routes
    assert len(found) > 30
