"""Commands about the store: db upgrade, db move, backup, restore, rotate-key."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import SubcommandGroup, cli, command, format_count
from .inputs import open_or_make_store, require_registry_of_new_store, require_store
from .options import with_settings

if TYPE_CHECKING:
    from ..settings import Settings

MAX_LISTED = 50
ACCEPTED_DAYS = 400
"""How long links in earlier messages go on working, unless --days says otherwise: as long as deliveries are kept."""


@cli.group(cls=SubcommandGroup)
def db() -> None:
    """Upgrade the database or move it to PostgreSQL."""


@command("eventcal db upgrade", group=db)
@with_settings("registry", "database_url")
def upgrade(settings: Settings) -> None:
    """Create the database, or upgrade its schema to this version. `serve` does this when it starts."""
    with open_or_make_store(settings) as store:
        click.echo(f"{store.name}: the schema is up to date")


@command("eventcal db move sqlite:///.eventcal/eventcal.db postgresql://eventcal@db.example.org/eventcal", group=db)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
def move(old: str, new: str) -> None:
    """Copy the SQLite database OLD into the empty PostgreSQL NEW; stop all processes first.

    History, subscriptions, sent and pending deliveries, and links in emails already sent carry over. OLD is kept, but
    eventcal refuses to start from it again.
    """
    from ..store import lock, open_store
    from ..store.transfer import copy_store

    with ExitStack() as stack:
        source = stack.enter_context(closing(open_store(old)))
        if source.path and source.exists():
            stack.enter_context(lock(source.path, "eventcal db move"))
        target = stack.enter_context(closing(open_store(new)))
        rows = copy_store(source, target, click.echo)
        counts = ", ".join(f"{count} {table}" for table, count in rows.items() if count)
        click.echo(f"{source.name} -> {target.name}: {counts or 'it was there already'}")
        click.echo("now set EVENTCAL_DATABASE_URL to the new database for every command")


@command("eventcal backup /var/backups/eventcal-monday.db")
@click.argument("file", type=click.Path(path_type=Path))
@with_settings("registry", "database_url")
def backup(settings: Settings, file: Path) -> None:
    """Copy the store to FILE while eventcal runs. FILE must not exist; it holds addresses and keys: keep it private."""
    from ..store.backup import back_up

    with require_store(settings) as store:
        size = back_up(store, file, store.now())
    click.echo(f"copied {store.name} to {file} ({size:,} bytes)")


@command("eventcal restore /var/backups/eventcal-monday.db")
@click.argument("file", type=click.Path(path_type=Path))
@with_settings("registry", "database_url")
def restore(settings: Settings, file: Path) -> None:
    """Replace the store with the copy FILE while nothing runs, and pause all sending.

    Reminders that fell due since the copy was made may have been sent, and so may messages that were waiting then. They
    are listed, and wait until `eventcal resume` sends those that are still useful or `eventcal resume --skip-missed` drops
    them. The previous store is kept beside the new one.
    """
    from ..store import lock, open_store
    from ..store.backup import restore as restore_store

    require_registry_of_new_store(settings)
    with closing(open_store(settings.store_url)) as store, ExitStack() as stack:
        if store.path:
            stack.enter_context(lock(store.path, "eventcal restore"))
        restored = restore_store(store, file, store.now())
    click.echo(f"restored {file}, a copy of {restored.copied_at:%Y-%m-%d %H:%M:%S} UTC")
    if restored.aside:
        click.echo(f"the previous store is kept as {restored.aside}")
    click.echo(
        f"every SEQUENCE was raised by {restored.sequence_step}, so that calendar apps accept the restored events"
    )
    for missed in restored.missed[:MAX_LISTED]:
        occurrence = f" {missed.recurrence}" if missed.recurrence else ""
        click.echo(f"missed?  {missed.due_at:%Y-%m-%d %H:%M} UTC  {missed.event_id}{occurrence}, {missed.lead}")
    if len(restored.missed) > MAX_LISTED:
        click.echo(f"missed?  and {len(restored.missed) - MAX_LISTED} more")
    if restored.waiting_count:
        waiting = format_count(restored.waiting_count, "message was", "messages were")
        click.echo(f"missed?  {waiting} waiting when the copy was made")
    click.echo(
        "sending is paused: `eventcal resume` restarts it, `eventcal resume --skip-missed` first drops what was missed"
    )


@command("eventcal rotate-key", "eventcal rotate-key --days 0", name="rotate-key")
@click.option(
    "--days", type=click.IntRange(0, 3650), default=ACCEPTED_DAYS, show_default=True,
    help="How long links signed with the current key keep working; 0 ends them now, after a leak.",
)  # fmt: skip
@with_settings("registry", "database_url", "config")
def rotate_key(settings: Settings, days: int) -> None:
    """Replace the key that signs links in messages and the key for push services; running processes adopt them.

    Links in earlier messages, including those to unsubscribe, keep working for --days. Devices are reached with the
    earlier key until they adopt the new one, which they do with their next message.
    """
    from ..store import signing_keys

    with require_store(settings) as store, store.write() as conn:
        now = store.now()
        accepted_until = now + timedelta(days=days)
        device_key = signing_keys.rotate(conn, settings.secret_key, accepted_until, now)
    accepted = f"are accepted until {accepted_until:%Y-%m-%d}" if days else "are no longer accepted"
    click.echo(f"links signed so far {accepted}")
    if device_key:
        click.echo("devices subscribe with a new key; those subscribed so far are still reached")
    if settings.secret_key:
        click.echo("EVENTCAL_SECRET_KEY signs links: give it a new value, then restart every process of eventcal")
    else:
        click.echo(f"running processes use the new keys within {signing_keys.REREAD_SECONDS:.0f} seconds")
