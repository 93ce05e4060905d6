"""Bounces are counted by subscription and day, addresses are found however they were typed, alarms know their size, pauses their reason.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("subscription", sa.Column("bounce_score", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("subscription", sa.Column("bounced_at", sa.BigInteger(), nullable=True))
    op.add_column("alarm", sa.Column("level", sa.Integer(), nullable=False, server_default="0"))
    # one for all channels: each channel and cause has its own now, and that one would be told as resolved
    op.execute("DELETE FROM alarm WHERE name = 'dead'")
    op.create_index("ix_subscription_folded_address", "subscription", [sa.text("lower(address)")], unique=False)
    op.add_column("channel_pause", sa.Column("detail", sa.Text(), nullable=False, server_default=""))
