"""Commands that go on running, and those that prepare the database: serve, db."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from .group import SectionedGroup, cli, examples_epilog, with_settings

if TYPE_CHECKING:
    from ..settings import Settings


@cli.command(
    "serve",
    epilog=examples_epilog("eventcal serve", "eventcal serve --port 8080 --base-url https://calendar.example.org"),
)
@with_settings("registry", "database_url", "base_url", "host", "port", "config")
def serve_(settings: Settings) -> None:
    """Serve pages and feeds and send reminders, until stopped. A saved edit is live within seconds."""
    from ..run.serve import serve

    serve(settings, lambda line: click.echo(line, color=False))


@cli.group(cls=SectionedGroup)
def db() -> None:
    """Upgrade the database or move it to PostgreSQL."""


@db.command(epilog=examples_epilog("eventcal db upgrade"))
@with_settings("registry", "database_url")
def upgrade(settings: Settings) -> None:
    """Create the database, or upgrade its schema to this version. `serve` does so at its start."""
    from ..store import open_store

    with closing(open_store(settings.store_url)) as store:
        store.upgrade()
        click.echo(f"{store.name}: the schema is up to date")
