"""Files people send: CSV in any encoding they come in, Excel sheets, and the standard's own templates filled in."""

from linshu.connectors.files.opening import Part, Where, open_all, open_file, parts, peek, refuse_unreadable, source_of
from linshu.connectors.files.source import Source
from linshu.connectors.files.template import template_mapping

__all__ = [
    "Part", "Source", "Where", "open_all", "open_file", "parts", "peek", "refuse_unreadable", "source_of",
    "template_mapping",
]  # fmt: skip
