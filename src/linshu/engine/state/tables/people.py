"""People, what they may do and see, where they are logged in, and the views they keep."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

# Who may log in; `account` is what they type, kept in lower case.
users = Table(
    "users",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("account", String(64), nullable=False, unique=True),
    Column("name", Said(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("password_set_at", Instant, nullable=False),
    Column("last_login_at", Instant),
    # What the viewer chose; "" = the default of the project.
    Column("language", String(8), nullable=False, server_default=""),
    Column("trend_colors", String(16), nullable=False, server_default=""),
    Column("theme", String(8), nullable=False, server_default=""),
    Column("channel", String(32), nullable=False, server_default=""),  # the push channel that reaches them; "" = none
)

# Roles a company makes itself; `base` names the built-in role whose menu they see.
role = Table(
    "role",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("title", Said(64), nullable=False),
    Column("title_en", Said(64), nullable=False),
    Column("base", String(32), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

role_permission = Table(
    "role_permission",
    metadata,
    Column("role", String(32), ForeignKey("role.name", ondelete="CASCADE"), primary_key=True),
    Column("permission", String(64), primary_key=True),
)

# The rows a person may see, attribute by attribute: `ids` is a JSON list, [] = nothing at all, no row = unrestricted.
user_scope = Table(
    "user_scope",
    metadata,
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("attribute", String(16), primary_key=True),
    Column("ids", Text, nullable=False),
)

# Who is logged in; only the hash of the token is kept, so that a copy of this table opens no door.
login_session = Table(
    "login_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    # How far it is: "open", or "code" and "enrol" between the password and the second factor.
    Column("stage", String(8), nullable=False, server_default="open"),
    Column("seen_as", String(32), nullable=False, server_default=""),  # whose pages an administrator looks at
)

# The secret of a person's authenticator app, sealed with a key outside the project; counts once it is confirmed.
second_factor = Table(
    "second_factor",
    metadata,
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", String(256), nullable=False),
    Column("confirmed_at", Instant),
    Column("last_step", BigInteger, nullable=False),  # of time, whose code was used last: none is good twice
)

# For a lost phone: keyed hashes of codes, each good once.
recovery_code = Table(
    "recovery_code",
    metadata,
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    Column("used_at", Instant),
)

# What programs of a person log in with: the hash alone; what it may do and see is at most what the person may.
api_token = Table(
    "api_token",
    metadata,
    Column("token_id", String(16), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Said(64), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("prefix", String(16), nullable=False),
    Column("permissions", Text, nullable=False),  # JSON list
    Column("scope", Text, nullable=False),  # JSON object of lists
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

# Links by which people from outside the company log in, each good once.
login_link = Table(
    "login_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# Codes by which they log in on a phone, one a person, each good once: a keyed hash, and how often it was missed.
login_code = Table(
    "login_code",
    metadata,
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
)

# Failed tries to log in, counted by account and by address; old ones are swept away.
login_failure = Table(
    "login_failure",
    metadata,
    Column("failure_id", Integer, primary_key=True),
    Column("account", Said(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("failed_at", Instant, nullable=False),
    Index("ix_login_failure_account", "account", "failed_at"),
    Index("ix_login_failure_address", "address", "failed_at"),
)

# Addresses people keep: a view is what a page shows, never its figures; who opens it sees it within their own scope.
saved_view = Table(
    "saved_view",
    metadata,
    Column("view_id", String(16), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("page", String(64), nullable=False),
    Column("name", Said(64), nullable=False),
    Column("address", Said(8000), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("opens", Boolean, nullable=False),  # whether the owner's page begins with it
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("user_id", "page", "name", name="uq_saved_view_user_id_page_name"),
)
