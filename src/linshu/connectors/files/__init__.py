"""Files people send: CSV in any encoding they come in, Excel sheets, and the standard's own templates filled in."""

from linshu.connectors.files.opening import open_file, peek
from linshu.connectors.files.template import template_mapping

__all__ = ["open_file", "peek", "template_mapping"]
