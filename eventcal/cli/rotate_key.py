"""The command rotate-key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from .group import cli, examples_epilog, with_settings
from .inputs import require_store

if TYPE_CHECKING:
    from ..settings import Settings

ACCEPTED_DAYS = 400
"""How long links in earlier messages go on working, unless --days says otherwise: as long as deliveries are kept."""


@cli.command("rotate-key", epilog=examples_epilog("eventcal rotate-key", "eventcal rotate-key --days 0"))
@click.option(
    "--days", type=click.IntRange(0, 3650), default=ACCEPTED_DAYS, show_default=True,
    help="How long links that the present key signed go on working; 0 ends them now, after a leak.",
)  # fmt: skip
@with_settings("registry", "database_url", "config")
def rotate_key(settings: Settings, days: int) -> None:
    """Replace the key that signs links in messages, and the key for push services, also of running processes.

    Links in earlier messages, those to unsubscribe among them, go on working for --days. Devices are reached with the
    earlier key until they have taken over the new one, which they do with their next message.
    """
    from ..store import signing_keys

    with require_store(settings) as store, store.write() as conn:
        rotation = signing_keys.rotate(conn, settings.secret_key, timedelta(days=days), store.now())
    accepted = f"are accepted until {rotation.accepted_until:%Y-%m-%d}" if days else "are no longer accepted"
    click.echo(f"links signed so far {accepted}")
    if rotation.device_key:
        click.echo("devices subscribe with a new key; those subscribed so far are still reached")
    if rotation.is_configured:
        click.echo("EVENTCAL_SECRET_KEY signs links: give it a new value, then restart every process of eventcal")
    else:
        click.echo(f"running processes use the new keys within {signing_keys.REREAD_SECONDS:.0f} seconds")
