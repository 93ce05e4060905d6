"""Tables and columns get the names that docs/glossary.md explains; breakers and pauses, and zone changes, get tables of their own.

Revision ID: 0006
"""

from __future__ import annotations

from typing import Any

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
    check = _column("id", sa.Integer()), _column("checked_at"), *_texts("digest", "outcome", "problems")
    _create_table("registry_check", "id", *check)
    notified = (*_texts("uid", "recurrence", "state"), _column("notified_at"))
    _create_table("last_notified", "subscription_id uid recurrence", *_subscription_id("last_notified"), *notified)
    counts = (_column(name, sa.Integer()) for name in ("delivery_count", "erased_count"))
    _create_table("delivery_counter", "kind", *_texts("kind"), *counts)
    window = *_texts("key"), _column("count", sa.Integer()), _column("expires_at")
    _create_table("rate_limit_window", "key", *window)
    times = map(_column, ("started_at", "heartbeat_at", "clock_offset_ms"))
    _create_table("process", "name", *_texts("name", "role", "version"), *times)
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


def _create_table(name: str, key: str, *items: sa.schema.SchemaItem) -> None:
    """Creates a table with the primary key *key*, names with spaces between."""
    op.create_table(name, *items, sa.PrimaryKeyConstraint(*key.split(), name=op.f(f"pk_{name}")))


def _column(name: str, type_: sa.types.TypeEngine[Any] | None = None, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_ or sa.BigInteger(), nullable=nullable)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [_column(name, sa.Text()) for name in names]


def _subscription_id(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Returns the column of a subscription's number, and its foreign key in *table*."""
    type_ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    name = op.f(f"fk_{table}_subscription_id")
    return (
        sa.Column("subscription_id", type_, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=name),
    )


def _split_destinations() -> None:
    opening = _column("failures", sa.Integer()), _column("open_until", nullable=True)
    _create_table("circuit_breaker", "destination", *_texts("destination"), *opening, *_texts("detail"))
    _create_table("channel_pause", "channel", *_texts("channel"))
    op.execute(
        "INSERT INTO circuit_breaker SELECT name, failures, open_until, detail FROM destination "
        "WHERE failures > 0 OR open_until IS NOT NULL"
    )
    op.execute("INSERT INTO channel_pause SELECT name FROM destination WHERE paused = 1")
    op.drop_table("destination")


def _move_zone_changes() -> None:
    _create_table("zone_change", "subscription_id", *_subscription_id("zone_change"), *_texts("old_zone"))
    op.execute(
        "INSERT INTO zone_change SELECT CAST(substr(key, 9) AS INTEGER), value FROM meta WHERE key LIKE 'crossed:%' "
        "AND CAST(substr(key, 9) AS INTEGER) IN (SELECT id FROM subscription)"
    )
    op.execute("DELETE FROM meta WHERE key LIKE 'crossed:%'")
