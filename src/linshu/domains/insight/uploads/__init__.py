"""Uploads (上传文件): a file from recognised to imported, each step seen before it is taken."""

from linshu.domains.insight.uploads.page import router
from linshu.engine.access.roles import STAFF
from linshu.engine.shell.feature import WHOLE, Feature, MenuItem
from linshu.kernel.text import Text

TITLE = Text("上传文件", "Upload a file")

FEATURE = Feature(
    "uploads",
    TITLE,
    pages=router,
    needs="data.import",
    menu=(MenuItem(TITLE, "/data/upload", "file-spreadsheet", "data", roles=STAFF, order=11, scopes=WHOLE),),
)
