"""Several machines over one store: who is there, what is handed over, and the queue that carries it (PostgreSQL only).

Revision ID: 0003
"""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import op

from eventcal.errors import StoreError

revision = "0003"
down_revision = "0002"

HANDED = sa.text("state IN ('queued', 'retry') AND owner <> ''")


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.Column("ahead_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_node")),
    )
    op.create_index(
        "ix_delivery_handed",
        "delivery",
        ["channel", "next_at"],
        unique=False,
        sqlite_where=HANDED,
        postgresql_where=HANDED,
    )
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        # As it stands in the package that is installed, whose minor version is pinned: a newer one comes with a
        # migration that runs what changed. Several statements at once, so past SQLAlchemy.
        try:
            schema = files("procrastinate.sql").joinpath("schema.sql").read_text(encoding="utf-8")
        except ModuleNotFoundError:
            raise StoreError("PostgreSQL needs its queue: pip install 'eventcal[postgres]'") from None
        connection = bind.connection.driver_connection
        assert connection is not None
        connection.execute(schema)
