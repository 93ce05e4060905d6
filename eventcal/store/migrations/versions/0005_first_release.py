"""The schema of 0.1.0, the first release, with the queue that several machines share (PostgreSQL only).

Revision ID: 0005
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from alembic import op

from eventcal.errors import StoreError

revision = "0005"
down_revision = None

# only a column of plain INTEGER counts by itself on SQLite
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def columns(type_: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, type_, nullable=nullable) for name in names]


def texts(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return columns(sa.Text(), *names, nullable=nullable)


def numbers(*names: str) -> list[sa.Column[Any]]:
    return columns(sa.Integer(), *names)


def instants(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return columns(sa.BigInteger(), *names, nullable=nullable)


def create_table(name: str, *items: Any, key: str = "", refers: dict[str, str] | None = None) -> None:
    """Creates a table with the primary key *key*, "" for a column `id` that counts; *refers* are its foreign keys."""
    own_id = [] if key else [sa.Column("id", BIG_ID, autoincrement=True, nullable=False)]
    foreign_keys = (
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{name}_{column}"))
        for column, target in (refers or {}).items()
    )
    primary_key = sa.PrimaryKeyConstraint(*(key or "id").split(), name=op.f(f"pk_{name}"))
    op.create_table(name, *own_id, *items, *foreign_keys, primary_key)


def unique(table: str, names: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*names.split(), name=op.f(f"uq_{table}_{names.replace(' ', '_')}"))


def create_index(name: str, table: str, names: str, where: str = "", unique: bool = False) -> None:
    condition: dict[str, Any] = {f"{dialect}_where": sa.text(where) for dialect in ("sqlite", "postgresql") if where}
    op.create_index(name, table, names.split(), unique=unique, **condition)


def upgrade() -> None:
    create_calendar_tables()
    create_ledger_tables()
    create_state_tables()
    create_indexes()
    if op.get_bind().dialect.name == "postgresql":
        create_queue()


def create_calendar_tables() -> None:
    create_table(
        "edition", sa.Column("number", sa.Integer(), autoincrement=False, nullable=False), *texts("digest"),
        *instants("recorded_at"), *texts("calendar"), *texts("ids", nullable=True), *instants("left_at", nullable=True),
        key="number",
    )  # fmt: skip
    create_table("intake", *numbers("id"), *instants("checked_at"), *texts("digest", "outcome", "problems"), key="id")
    create_table("meta", *texts("key", "value"), key="key")
    create_table(
        "version", *texts("event_id", "uid"), *numbers("since"), *columns(sa.Integer(), "until", nullable=True),
        *numbers("sequence"), *instants("created_at", "modified_at"), *texts("body"), refers={"since": "edition.number"},
    )  # fmt: skip
    create_table(
        "change", *numbers("edition"), *texts("kind", "event_id", "uid", "recurrence", "title"),
        *texts("old", "new", nullable=True), *instants("recorded_at"), *instants("settle_at", nullable=True),
        refers={"edition": "edition.number"},
    )  # fmt: skip


def create_ledger_tables() -> None:
    create_table(
        "subscription",
        *texts("origin", "channel", "address", "language", "zone", "filter", "leads", "notices", "digest", "state", "reason"),
        *numbers("secret_version"), *instants("stored_at"), *instants("confirmed_at", "ended_at", nullable=True),
        unique("subscription", "origin channel address filter"),
    )  # fmt: skip
    create_table(
        "reminder", *texts("event_id", "uid", "recurrence", "start", "lead", "zone"), *instants("due_at", "useful_until"),
        *texts("state", "reason"), *instants("stage_at", nullable=True), *numbers("made", "erased"), *instants("stored_at"),
        sa.Column("cursor", sa.BigInteger(), nullable=False, server_default="0"),
        unique("reminder", "uid recurrence start lead zone"),
    )  # fmt: skip
    create_table(
        "delivery", *texts("key", "kind"), *columns(BIG_ID, "subscription_id", "reminder_id", "change_id", nullable=True),
        *texts("lines", "channel", "address", "state", "reason"), *numbers("priority"),
        *instants("due_at", "next_at", "useful_until"), *numbers("attempts", "generation", "fence"), *texts("owner"),
        *instants("lease_at", nullable=True), *instants("stored_at"), *instants("settled_at", nullable=True),
        unique("delivery", "key"),
        refers={"change_id": "change.id", "reminder_id": "reminder.id", "subscription_id": "subscription.id"},
    )  # fmt: skip
    create_table(
        "attempt", *columns(BIG_ID, "delivery_id"), *instants("at"), *texts("outcome", "detail"),
        refers={"delivery_id": "delivery.id"},
    )  # fmt: skip
    create_table(
        "told", sa.Column("subscription_id", BIG_ID, autoincrement=False, nullable=False),
        *texts("uid", "recurrence", "state"), *instants("told_at"), key="subscription_id uid recurrence",
        refers={"subscription_id": "subscription.id"},
    )  # fmt: skip


def create_state_tables() -> None:
    create_table(
        "alarm", *texts("name", "detail"), *instants("since_at"), *instants("told_at", nullable=True), key="name"
    )
    create_table("tally", *texts("kind"), *numbers("made", "erased"), key="kind")
    create_table(
        "destination", *texts("name"), *numbers("paused", "failures"), *instants("open_until", nullable=True),
        *texts("detail"), key="name",
    )  # fmt: skip
    create_table(
        "node", *texts("name", "role", "version"), *instants("started_at", "beat_at", "ahead_ms"), key="name"
    )  # fmt: skip
    create_table("visit", *texts("key"), *numbers("count"), *instants("until_at"), key="key")


def create_indexes() -> None:
    waiting = "state IN ('queued', 'retry')"
    create_index("ix_edition_digest", "edition", "digest")
    for column in ("event_id", "since", "uid", "until"):
        create_index(f"ix_version_{column}", "version", column)
    create_index("uq_version_current", "version", "event_id", "until IS NULL", unique=True)
    create_index("ix_change_settle", "change", "settle_at", "settle_at IS NOT NULL")
    create_index("ix_change_uid", "change", "uid")
    create_index("ix_subscription_confirmed_at", "subscription", "confirmed_at")
    create_index(
        "ix_subscription_asked", "subscription", "filter leads zone digest", "state = 'active' AND origin <> 'operator'"
    )
    create_index("ix_reminder_event_id", "reminder", "event_id")
    create_index("ix_reminder_stage", "reminder", "stage_at", "stage_at IS NOT NULL")
    create_index("ix_delivery_change_id", "delivery", "change_id", "change_id IS NOT NULL")
    create_index("ix_delivery_dead", "delivery", "settled_at", "state = 'dead'")
    create_index("ix_delivery_next", "delivery", "channel priority next_at", waiting)
    create_index("ix_delivery_handed", "delivery", "channel next_at", f"{waiting} AND owner <> ''")
    create_index("ix_delivery_reminder_id", "delivery", "reminder_id")
    create_index("ix_delivery_sending", "delivery", "lease_at", "state = 'sending'")
    create_index("ix_delivery_subscription_id", "delivery", "subscription_id")
    create_index("ix_attempt_delivery_id", "attempt", "delivery_id")
    create_index("ix_told_uid", "told", "uid recurrence")


def create_queue() -> None:
    # As it stands in the package that is installed, whose minor version is pinned: a newer one comes with a migration
    # that runs what changed. Several statements at once, so past SQLAlchemy.
    try:
        schema = files("procrastinate.sql").joinpath("schema.sql").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its queue: pip install 'eventcal[postgres]'") from None
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(schema)
