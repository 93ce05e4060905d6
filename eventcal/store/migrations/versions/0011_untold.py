"""Lets the store keep what a reader knows though no message told it: there is no time at which they were told.

Revision ID: 0011
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # without the table of subscriptions: SQLAlchemy warns of its index of an expression, wherever it is read
    with op.batch_alter_table("last_notified", reflect_kwargs={"resolve_fks": False}) as batch:
        batch.alter_column("notified_at", existing_type=sa.BigInteger(), nullable=True)
    _record_untold()


def _record_untold() -> None:
    """Records what was so before the notices that have not reached their readers, for those who were told nothing of it."""
    conn = op.get_bind()
    unsent = conn.execute(
        sa.text(
            "SELECT subscription_id, payload FROM delivery WHERE kind = 'change' AND payload <> '' "
            "AND state IN ('queued', 'retry', 'sending', 'dead') AND subscription_id IS NOT NULL ORDER BY id"
        )
    )
    before: dict[tuple[int, str, str], str] = {}
    for subscription_id, payload in unsent:
        for uid, recurrence, _title, old in json.loads(payload):
            if old is not None:
                before.setdefault((subscription_id, uid, recurrence), old)
    rows = [
        {"id": id, "uid": uid, "recurrence": recurrence, "old": old} for (id, uid, recurrence), old in before.items()
    ]
    if rows:
        columns = "subscription_id, uid, recurrence, state"
        values = ":id, :uid, :recurrence, :old"
        conn.execute(sa.text(f"INSERT INTO last_notified ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING"), rows)
