"""Tables and columns get the names that docs/glossary.md explains; breakers and pauses, and zone changes, get tables of their own.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

COLUMNS = {
    "alarm": {"told_at": "notified_at"},
    "change": {"settle_at": "notify_after"},
    "delivery": {
        "lines": "payload",
        "useful_until": "expires_at",
        "next_at": "not_before",
        "generation": "resend_count",
        "fence": "fencing_token",
        "lease_at": "lease_expires_at",
        "stored_at": "created_at",
    },
    "edition": {"left_at": "last_removal_at"},
    "reminder": {
        "useful_until": "expires_at",
        "stage_at": "fan_out_at",
        "cursor": "fan_out_cursor",
        "made": "delivery_count",
        "erased": "erased_count",
        "stored_at": "created_at",
    },
    "subscription": {"secret_version": "link_version", "notices": "change_kinds", "stored_at": "created_at"},
    "version": {"since": "valid_from_edition", "until": "valid_to_edition"},
}


def upgrade() -> None:
    # by statement and not by Alembic's batches: both databases rename a column in place, with its indexes and conditions
    for table, names in COLUMNS.items():
        for old, new in names.items():
            op.execute(f'ALTER TABLE {table} RENAME COLUMN "{old}" TO {new}')
    _rename_indexes()
    _rename_tables()
    _split_destinations()
    _move_zone_changes()


def _rename_indexes() -> None:
    """Drops and creates: SQLite cannot rename an index."""
    waiting = sa.text("state IN ('queued', 'retry')")
    reserved = sa.text("state IN ('queued', 'retry') AND owner <> ''")
    unsettled, unfinished = sa.text("notify_after IS NOT NULL"), sa.text("fan_out_at IS NOT NULL")
    for table, old, new, columns, where in (
        ("version", "ix_version_since", "ix_version_valid_from_edition", ["valid_from_edition"], None),
        ("version", "ix_version_until", "ix_version_valid_to_edition", ["valid_to_edition"], None),
        ("change", "ix_change_settle", "ix_change_notify_after", ["notify_after"], unsettled),
        ("reminder", "ix_reminder_stage", "ix_reminder_fan_out", ["fan_out_at"], unfinished),
        ("delivery", "ix_delivery_next", "ix_delivery_due", ["channel", "priority", "not_before"], waiting),
        ("delivery", "ix_delivery_handed", "ix_delivery_reserved", ["channel", "not_before"], reserved),
    ):
        op.drop_index(old, table_name=table)
        op.create_index(new, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("version") as batch:  # a constraint's name is in SQLite's table: it is copied
        batch.drop_constraint("fk_version_since", type_="foreignkey")
        batch.create_foreign_key(op.f("fk_version_valid_from_edition"), "edition", ["valid_from_edition"], ["number"])


def _rename_tables() -> None:
    """Creates the new table, copies, and drops the old one, so that the names of constraints follow."""
    id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "registry_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_check")),
    )
    op.create_table(
        "last_notified",
        sa.Column("subscription_id", id, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("notified_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_last_notified_subscription_id")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "uid", "recurrence", name=op.f("pk_last_notified")),
    )
    op.create_table(
        "delivery_counter",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delivery_count", sa.Integer(), nullable=False),
        sa.Column("erased_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_delivery_counter")),
    )
    op.create_table(
        "rate_limit_window",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit_window")),
    )
    op.create_table(
        "process",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_process")),
    )
    for old, new, columns in (
        ("intake", "registry_check", "id, checked_at, digest, outcome, problems"),
        ("told", "last_notified", "subscription_id, uid, recurrence, state, told_at"),
        ("tally", "delivery_counter", "kind, made, erased"),
        ("visit", "rate_limit_window", "key, count, until_at"),
        ("node", "process", "name, role, version, started_at, beat_at, ahead_ms"),
    ):
        op.execute(f"INSERT INTO {new} SELECT {columns} FROM {old}")
        op.drop_table(old)
    op.create_index("ix_last_notified_uid", "last_notified", ["uid", "recurrence"], unique=False)


def _split_destinations() -> None:
    op.create_table(
        "circuit_breaker",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_circuit_breaker")),
    )
    op.create_table(
        "channel_pause",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pause")),
    )
    op.execute(
        "INSERT INTO circuit_breaker SELECT name, failures, open_until, detail FROM destination "
        "WHERE failures > 0 OR open_until IS NOT NULL"
    )
    op.execute("INSERT INTO channel_pause SELECT name FROM destination WHERE paused = 1")
    op.drop_table("destination")


def _move_zone_changes() -> None:
    op.create_table(
        "zone_change",
        sa.Column(
            "subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("old_zone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_zone_change_subscription_id")),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("pk_zone_change")),
    )
    op.execute(
        "INSERT INTO zone_change SELECT CAST(substr(key, 9) AS INTEGER), value FROM meta WHERE key LIKE 'crossed:%' "
        "AND CAST(substr(key, 9) AS INTEGER) IN (SELECT id FROM subscription)"
    )
    op.execute("DELETE FROM meta WHERE key LIKE 'crossed:%'")
