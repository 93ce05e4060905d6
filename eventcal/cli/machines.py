"""The commands of many machines: web, scheduler, worker, and the way there: db move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import cli, example, with_settings

if TYPE_CHECKING:
    from ..settings import Settings


def _say(line: str) -> None:
    click.echo(line, color=False)


@cli.command(epilog=example("eventcal web --host 0.0.0.0", "eventcal web --port 8001"))
@with_settings("database_url", "base_url", "host", "port", "config")
def web(settings: Settings) -> None:
    """Serve the pages and feeds of what is published, until stopped. Any number may run; none reads the registry."""
    from ..serve import show

    show(settings, _say)


@cli.command(epilog=example("eventcal scheduler"))
@with_settings("registry", "database_url", "base_url", "config")
def scheduler(settings: Settings) -> None:
    """Publish the registry and see to what falls due, without any page, until stopped.

    With PostgreSQL any number may run, and workers send; with SQLite it is alone, and sends by itself.
    """
    from ..serve import schedule

    schedule(settings, _say)


@cli.command(epilog=example("eventcal worker"))
@with_settings("database_url", "base_url", "config")
def worker(settings: Settings) -> None:
    """Send what schedulers hand over, until stopped. Any number may run; PostgreSQL only."""
    from ..worker import work

    work(settings, _say)
