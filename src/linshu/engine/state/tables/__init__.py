"""The tables of the state database, as SQLAlchemy sees them; the migrations build them."""

from linshu.engine.state.tables.audit import audit, audit_head
from linshu.engine.state.tables.base import metadata
from linshu.engine.state.tables.decisions import outcome, policy, proposal, proposal_step, proposal_version, snapshot
from linshu.engine.state.tables.jobs import job, job_log, job_schedule
from linshu.engine.state.tables.outgoing import outbox, outbox_note
from linshu.engine.state.tables.people import login_failure, login_session, saved_view, users

__all__ = [
    "audit",
    "audit_head",
    "job",
    "job_log",
    "job_schedule",
    "login_failure",
    "login_session",
    "metadata",
    "outbox",
    "outbox_note",
    "outcome",
    "policy",
    "proposal",
    "proposal_step",
    "proposal_version",
    "saved_view",
    "snapshot",
    "users",
]
