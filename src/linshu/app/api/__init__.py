"""The HTTP API: the same questions and commands as in Python and on the command line, under /api/v1."""

from linshu.app.api import bringing, docs, reading

ROUTERS = (reading.router, bringing.router, docs.router)

__all__ = ["ROUTERS"]
