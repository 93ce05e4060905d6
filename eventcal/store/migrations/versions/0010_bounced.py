"""Adds the index by which subscriptions that bounces ended are counted, however many subscriptions there are.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BOUNCED = sa.text("state = 'off' AND reason = 'bounced'")


def upgrade() -> None:
    op.create_index(
        "ix_subscription_bounced",
        "subscription",
        ["ended_at"],
        unique=False,
        sqlite_where=BOUNCED,
        postgresql_where=BOUNCED,
    )
