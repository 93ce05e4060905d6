"""A reminder to many is fanned out in several transactions: its row keeps how far it came.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("reminder", sa.Column("cursor", sa.BigInteger(), nullable=False, server_default="0"))
