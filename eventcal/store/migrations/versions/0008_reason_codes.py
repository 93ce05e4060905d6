"""A reason is a code: what the other side said, and when a copy left that may have arrived, get columns of their own.

Revision ID: 0008
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PREFIXES = {
    "gone": "gone: ",
    "endpoint gone": "endpoint gone: ",
    "no time left": "no time left: ",
    "asked to wait": "asked to wait ",
    "no answer": "no answer, twice: ",
    "cannot be written": "cannot be written: ",
}


def upgrade() -> None:
    for table in ("delivery", "subscription"):
        op.add_column(table, sa.Column("detail", sa.Text(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("ambiguous_sent_at", sa.BigInteger(), nullable=True))
    _split("subscription", "imported", "imported: ", "state = 'active'")
    _split("subscription", "bounced", "bounced: ", "state = 'off'")
    _split("subscription", "complaint", "complaint: ", "state = 'off'")
    _move_ambiguous()
    for code, prefix in PREFIXES.items():
        _split("delivery", code, prefix, "state = 'dead'")
    # free text, as the other side said it
    op.execute(
        "UPDATE delivery SET detail = reason, reason = 'refused' WHERE state = 'dead' AND detail = '' AND reason <> '' "
        "AND reason NOT IN ('gone', 'endpoint gone', 'no time left', 'asked to wait', 'no answer', 'cannot be written')"
    )
    op.execute(
        "UPDATE delivery SET detail = reason, reason = '' WHERE state IN ('queued', 'retry', 'sending') "
        "AND reason NOT IN ('', 'interrupted', 'ambiguous')"
    )


def _split(table: str, code: str, prefix: str, where: str) -> None:
    op.get_bind().execute(
        sa.text(
            f"UPDATE {table} SET detail = substr(reason, {len(prefix) + 1}), reason = :code "
            f"WHERE {where} AND substr(reason, 1, {len(prefix)}) = :prefix"
        ),
        {"code": code, "prefix": prefix},
    )


def _move_ambiguous() -> None:
    """Moves "ambiguous, sent MOMENT: DETAIL" of messages that are still to be sent: they are few."""
    conn = op.get_bind()
    rows = conn.execute(
        sa.text(
            "SELECT id, reason FROM delivery WHERE state IN ('retry', 'sending') AND reason LIKE 'ambiguous, sent %'"
        )
    )
    for id, reason in rows.all():
        moment, _, detail = reason.removeprefix("ambiguous, sent ").partition(": ")
        sent_at = datetime.fromisoformat(moment).timestamp() * 1000
        conn.execute(
            sa.text(
                "UPDATE delivery SET reason = 'ambiguous', detail = :detail, ambiguous_sent_at = :at WHERE id = :id"
            ),
            {"id": id, "detail": detail, "at": round(sent_at)},
        )
