"""Adds the index by which groups of subscriptions are found, however many subscriptions there are.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ACTIVE = sa.text("state = 'active' AND origin <> 'operator'")


def upgrade() -> None:
    op.create_index(
        "ix_subscription_asked",
        "subscription",
        ["filter", "leads", "zone", "digest"],
        unique=False,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.drop_index("ix_subscription_group", table_name="subscription")
