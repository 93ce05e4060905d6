"""The commands backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import cli, examples_epilog, with_settings

if TYPE_CHECKING:
    from ..settings import Settings

MAX_LISTED = 50


@cli.command(epilog=examples_epilog("eventcal backup /var/backups/eventcal-monday.db"))
@click.argument("file", type=click.Path(path_type=Path))
@with_settings("registry", "database_url")
def backup(settings: Settings, file: Path) -> None:
    """Copy the store to FILE while eventcal runs. FILE must not exist; it holds addresses and keys: keep it private."""
    from contextlib import closing

    from ..store import open_store
    from ..store.backup import back_up

    with closing(open_store(settings.store_url)) as store:
        size = back_up(store, file, store.now())
    click.echo(f"copied {store.name} to {file} ({size:,} bytes)")


@cli.command(epilog=examples_epilog("eventcal restore /var/backups/eventcal-monday.db"))
@click.argument("file", type=click.Path(path_type=Path))
@with_settings("registry", "database_url")
def restore(settings: Settings, file: Path) -> None:
    """Put the copy FILE in the store's place, while nothing runs, and pause all sending.

    Reminders that fell due since the copy may have been sent: they are listed, and wait until `eventcal resume` sends
    those that are still useful, or `eventcal resume --skip-missed` drops them. The former store is kept beside it.
    """
    from contextlib import closing

    from ..store import lock, open_store
    from ..store.backup import restore as restore_store

    with closing(open_store(settings.store_url)) as store, lock(settings.data_folder, "eventcal restore"):
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
    click.echo(
        "sending is paused: `eventcal resume` restarts it, `eventcal resume --skip-missed` first drops what was missed"
    )
