"""The tables of the state database, as SQLAlchemy sees them; the migrations build them."""

from linshu.engine.state.tables.adoption import module_switch, page_visit, task_closed
from linshu.engine.state.tables.alerts import alert, alert_rule, alert_silence
from linshu.engine.state.tables.audit import audit, audit_head, audit_root
from linshu.engine.state.tables.base import metadata
from linshu.engine.state.tables.decisions import outcome, policy, proposal, proposal_step, proposal_version, snapshot
from linshu.engine.state.tables.happening import event, event_dead, event_minute, event_part
from linshu.engine.state.tables.jobs import job, job_log, job_plan, job_plan_item, job_schedule
from linshu.engine.state.tables.outgoing import outbox, outbox_note
from linshu.engine.state.tables.people import (
    api_token,
    login_code,
    login_failure,
    login_link,
    login_session,
    recovery_code,
    role,
    role_permission,
    saved_view,
    second_factor,
    user_scope,
    users,
)
from linshu.engine.state.tables.privacy import privacy_request
from linshu.engine.state.tables.pushing import push_channel, push_pace
from linshu.engine.state.tables.work import work_order, work_order_file, work_order_step

__all__ = [
    "alert",
    "alert_rule",
    "alert_silence",
    "api_token",
    "audit",
    "audit_head",
    "audit_root",
    "event",
    "event_dead",
    "event_minute",
    "event_part",
    "job",
    "job_log",
    "job_plan",
    "job_plan_item",
    "job_schedule",
    "login_code",
    "login_failure",
    "login_link",
    "login_session",
    "metadata",
    "module_switch",
    "outbox",
    "outbox_note",
    "outcome",
    "page_visit",
    "policy",
    "privacy_request",
    "proposal",
    "proposal_step",
    "proposal_version",
    "push_channel",
    "push_pace",
    "recovery_code",
    "role",
    "role_permission",
    "saved_view",
    "second_factor",
    "snapshot",
    "task_closed",
    "user_scope",
    "users",
    "work_order",
    "work_order_file",
    "work_order_step",
]
