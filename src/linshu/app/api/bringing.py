"""Bringing data in over HTTP, for this machine's own commands: long work that tells how far it is, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.api.access import IMPORTS, MENDS, SEES, WHOLE, shop_of
from linshu.app.api.long import Named, told
from linshu.app.api.reading import answered
from linshu.engine.shell.context import viewer_of
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.app.answer import Answer
    from linshu.app.shop import Watch
    from linshu.connectors.files import Source
    from linshu.kernel.text import Language

router = APIRouter(prefix="/api/v1", tags=["bring"], dependencies=[WHOLE])


class Import(BaseModel):
    """A file that was uploaded, or one of this machine, with its mapping; or a source that needs no file."""

    upload: str = ""  # the id of an upload of one's own
    file: str = ""
    mapping: str = ""
    source: str = ""
    tell: dict[str, str] = {}  # what the file does not say itself
    yes: bool = True  # also when a guess is not sure


class Lesson(BaseModel):
    """A file that was uploaded, or one of this machine, and what a person says of its headings."""

    upload: str = ""
    file: str = ""
    name: str = ""
    said: dict[str, str] = {}


class Build(BaseModel):
    """Which tables to build: those that changed, or all."""

    full: bool = False


class Place(BaseModel):
    """A file of this machine, to write or to read."""

    to: str = ""
    file: str = ""


class Repair(BaseModel):
    """A rule as in mappings/repairs/, or the names of saved ones; nothing named means all of them."""

    rule: dict[str, Any] | None = Field(default=None, examples=[{"column": "重量", "units": {"斤": 500}}])
    names: list[str] = []
    apply: bool = False
    save: str = ""


class Mend(BaseModel):
    """A row put aside, as `linshu quarantine list` names it, and the cells to change."""

    row: str = Field(examples=["20261126T141118.713515::2"])
    cells: dict[str, str] = Field(examples=[{"重量": "1500"}])


class Dismissal(BaseModel):
    """Rows that nobody will mend, and why."""

    rows: list[str]
    because: str


class Dismissed(BaseModel):
    """The batch that left rows aside."""

    landing_id: str


def local(request: Request) -> Language:
    """Only commands of this machine, which hold the token of data/server.json, may name files of this machine."""
    viewer = viewer_of(request)
    if not viewer.is_local:
        raise Forbidden(
            Text("只有本机命令能这样做", "only commands on this machine may do this"),
            mend=Text("请在服务器上运行 linshu 命令。", "Run the linshu command on the server."),
        )
    return viewer.language


@router.post("/imports", dependencies=[IMPORTS])
def bring(request: Request, wanted: Import) -> Response:
    """Bring data in; answers with a line that names the import, lines of progress, and a last line with the result.

    An upload is thrown away once it was imported; a file or source of the server's machine is for its own commands.
    """
    named, tell, yes = wanted.mapping, wanted.tell, wanted.yes
    shop, viewer = shop_of(request), viewer_of(request)
    if wanted.upload:
        held, by = shop.uploads.find(wanted.upload, viewer.user.account), viewer.user.account

        def brought(watch: Watch) -> Answer:
            with shop.uploads.reading(held):
                answer = shop.import_bytes(
                    held.source, _mapping(request, named), tell=tell, yes=yes, by=by, watch=watch
                )
            shop.uploads.remove(held.upload_id, by)
            return answer

        return told(brought, viewer.language, Named(shop, by))
    language, file, this = local(request), wanted.file, Named(shop, viewer.user.account)
    if wanted.source:
        return told(lambda watch: shop.import_source(wanted.source, by=this.by, watch=watch), language, this)
    return told(
        lambda watch: shop.import_file(file, named, tell=tell, yes=yes, by=this.by, watch=watch), language, this
    )


@router.delete("/imports/{name}", dependencies=[IMPORTS])
def call_off(request: Request, name: str) -> Response:
    """Call off an import of one's own that runs: nothing of it stays, and its own answer says so once that is done."""
    shop_of(request).under_way.call_off(name, viewer_of(request).user.account)
    return Response(status_code=204)


def _mapping(request: Request, named: str) -> str:
    """A mapping by its name; only commands of this machine may name a file of this machine."""
    if not viewer_of(request).is_local and (Path(named).name != named or Path(named).is_file()):
        raise Misused(Text(f"没有映射 {named}", f"there is no mapping {named}"))
    return named


def _meant(request: Request, upload: str, file: str) -> Source | str:
    """The upload of one's own, or the file of this machine that a command of it names."""
    if upload:
        return shop_of(request).uploads.find(upload, viewer_of(request).user.account).source
    local(request)
    return file


@router.post("/imports/guess", dependencies=[IMPORTS])
def guess(request: Request, wanted: Import) -> Response:
    """How a file would be read, how sure that is and why, and its first problems; nothing is kept."""
    where = _meant(request, wanted.upload, wanted.file)
    return answered(request, shop_of(request).guess(where, _mapping(request, wanted.mapping), tell=wanted.tell))


@router.post("/mappings/learn", dependencies=[IMPORTS])
def learn(request: Request, lesson: Lesson) -> Response:
    """Keep how a file is read as a mapping of the project, with what a person says of its headings."""
    where = _meant(request, lesson.upload, lesson.file)
    return answered(request, shop_of(request).learn(where, lesson.name, said=lesson.said))


@router.post("/builds", dependencies=[IMPORTS])
def build(request: Request, wanted: Build) -> Response:
    """Bring the published tables up to date."""
    language, shop = local(request), shop_of(request)
    return told(lambda watch: shop.build(full=wanted.full, watch=watch), language)


@router.get("/quarantine", dependencies=[SEES])
def quarantine(request: Request, not_data: bool = False) -> Response:
    """The rows that were put aside, each with its reason."""
    local(request)
    return answered(request, shop_of(request).quarantine(not_data=not_data))


@router.get("/quality", dependencies=[SEES])
def quality(request: Request, of: str = "sources") -> Response:
    """How fresh and how whole the data is, judged by its own past: of sources, tables or checks."""
    return answered(request, shop_of(request).quality(of))


@router.post("/quarantine/export", dependencies=[MENDS])
def export_quarantine(request: Request, place: Place) -> Response:
    """Write the rows put aside to a file in which they can be mended."""
    local(request)
    return answered(request, shop_of(request).export_quarantine(place.to))


@router.post("/quarantine/replay", dependencies=[MENDS])
def replay(request: Request, place: Place) -> Response:
    """Bring mended rows in again."""
    local(request)
    return answered(request, shop_of(request).replay(place.file, by=viewer_of(request).user.account))


@router.post("/quarantine/repair", dependencies=[MENDS])
def repair(request: Request, wanted: Repair) -> Response:
    """What a rule, or the saved ones, mend among the rows put aside; with `apply` the mended rows come in."""
    viewer = viewer_of(request)
    shop = shop_of(request)
    return answered(
        request, shop.repair(wanted.rule, wanted.names, apply=wanted.apply, save=wanted.save, by=viewer.user.account)
    )


@router.post("/quarantine/mend", dependencies=[MENDS])
def mend(request: Request, wanted: Mend) -> Response:
    """Bring one row put aside back with some of its cells changed."""
    viewer = viewer_of(request)
    return answered(request, shop_of(request).mend(wanted.row, wanted.cells, by=viewer.user.account))


@router.post("/quarantine/dismiss", dependencies=[MENDS])
def dismiss(request: Request, wanted: Dismissal) -> Response:
    """Leave rows aside for good, with a reason; the batch in the meta takes it back."""
    viewer = viewer_of(request)
    return answered(request, shop_of(request).dismiss(wanted.rows, wanted.because, by=viewer.user.account))


@router.post("/quarantine/restore", dependencies=[MENDS])
def restore(request: Request, wanted: Dismissed) -> Response:
    """Take a dismissal back: its rows are to be mended again."""
    viewer = viewer_of(request)
    return answered(request, shop_of(request).restore(wanted.landing_id, by=viewer.user.account))
