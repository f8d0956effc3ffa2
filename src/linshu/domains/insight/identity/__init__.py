"""Identity (身份合并): one person over several platforms, by evidence that can be read, undone and overruled."""

from linshu.domains.insight.identity.command import app
from linshu.engine.shell.feature import Feature
from linshu.kernel.text import Text

TITLE = Text("身份合并", "Identity")

FEATURE = Feature("identity", TITLE, commands=app)
