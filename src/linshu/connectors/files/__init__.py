"""Files people send: CSV in any encoding they come in, Excel sheets, and the standard's own templates filled in."""

from linshu.connectors.files.opening import Part, open_all, open_file, parts, peek
from linshu.connectors.files.template import template_mapping

__all__ = ["Part", "open_all", "open_file", "parts", "peek", "template_mapping"]
