"""The HTTP API: the same questions and commands as in Python and on the command line, under /api/v1."""

from linshu.app.api import (
    alerts,
    batches,
    bringing,
    cohorts,
    docs,
    events,
    identity,
    jobs,
    modules,
    own,
    people,
    privacy,
    proposals,
    push,
    reading,
    targets,
    uploads,
    views,
    work,
)

ROUTERS = (
    reading.router,
    cohorts.router,
    bringing.router,
    batches.router,
    uploads.router,
    events.router,
    identity.router,
    own.router,
    views.router,
    jobs.router,
    proposals.router,
    push.router,
    people.router,
    people.own_router,
    privacy.router,
    alerts.router,
    work.router,
    targets.router,
    modules.router,
    docs.router,
)

__all__ = ["ROUTERS"]
