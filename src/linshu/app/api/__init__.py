"""The HTTP API: the same questions and commands as in Python and on the command line, under /api/v1."""

from linshu.app.api import bringing, cohorts, docs, identity, reading

ROUTERS = (reading.router, cohorts.router, bringing.router, identity.router, docs.router)

__all__ = ["ROUTERS"]
