"""Alembic runs this for every command: it takes the connection, and with it the transaction, of whoever called."""

from __future__ import annotations

from alembic import context

from eventcal.store.tables import metadata

# SQLite changes a column by copying its table: render_as_batch. Names of constraints come from the metadata's convention.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
