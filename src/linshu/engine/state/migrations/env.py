"""How Alembic reaches the state database: always through the connection that `State` hands it."""

from alembic import context

from linshu.engine.state.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
    compare_type=True,
)
# The transaction is the caller's: either every migration is applied or none.
context.run_migrations()
