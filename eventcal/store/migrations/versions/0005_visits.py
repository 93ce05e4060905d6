"""Adds rate limits that all web nodes share, and leaves deliveries without a change out of the index of changes.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OF_A_CHANGE = sa.text("change_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visit")),
    )
    op.drop_index("ix_delivery_change_id", table_name="delivery")
    op.create_index(
        "ix_delivery_change_id",
        "delivery",
        ["change_id"],
        unique=False,
        sqlite_where=OF_A_CHANGE,
        postgresql_where=OF_A_CHANGE,
    )
