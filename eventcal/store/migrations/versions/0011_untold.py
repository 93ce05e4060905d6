"""Lets the store keep what a reader knows though no message told it: there is no time at which they were told.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("last_notified") as batch:
        batch.alter_column("notified_at", existing_type=sa.BigInteger(), nullable=True)
