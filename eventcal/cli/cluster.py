"""Commands for many machines: web, scheduler, worker, and db move, which leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .group import cli, examples_epilog, with_settings
from .serve import db

if TYPE_CHECKING:
    from ..settings import Settings


def _print_line(line: str) -> None:
    click.echo(line, color=False)


@cli.command(epilog=examples_epilog("eventcal web --host 0.0.0.0", "eventcal web --port 8001"))
@with_settings("database_url", "base_url", "host", "port", "config")
def web(settings: Settings) -> None:
    """Serve pages and feeds of the published edition, until stopped. Any number may run; none reads the registry."""
    from ..run.serve import serve_web

    serve_web(settings, _print_line)


@cli.command(epilog=examples_epilog("eventcal scheduler"))
@with_settings("registry", "database_url", "base_url", "config")
def scheduler(settings: Settings) -> None:
    """Publish the registry and queue due reminders; serves no pages.

    On PostgreSQL any number may run, and workers send. On SQLite only one runs, and sends itself.
    """
    from ..run.serve import run_scheduler

    run_scheduler(settings, _print_line)


@cli.command(epilog=examples_epilog("eventcal worker"))
@with_settings("database_url", "base_url", "config")
def worker(settings: Settings) -> None:
    """Send queued deliveries; needs PostgreSQL. Any number may run."""
    from ..run.worker import run_worker

    run_worker(settings, _print_line)


@db.command(
    epilog=examples_epilog(
        "eventcal db move sqlite:///.eventcal/eventcal.db postgresql://eventcal@db.example.org/eventcal"
    )
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@with_settings("registry")
def move(settings: Settings, old: str, new: str) -> None:
    """Copy the SQLite database OLD into the empty PostgreSQL NEW; stop all processes first.

    History, subscriptions, deliveries sent and pending, and links in emails that are out continue there. OLD stays as it
    is, and refuses to start again.
    """
    from contextlib import ExitStack, closing

    from ..store import lock, open_store
    from ..store.transfer import copy_store

    with ExitStack() as stack:
        source = stack.enter_context(closing(open_store(old)))
        folders = {
            path.resolve() for path in (settings.data_folder, source.path.parent if source.path else None) if path
        }
        for folder in sorted(folders):
            if folder.exists():
                stack.enter_context(lock(folder, "eventcal db move"))
        target = stack.enter_context(closing(open_store(new)))
        _print_line(f"{source.name} -> {target.name}: {copy_store(source, target, _print_line)}")
        _print_line("now set EVENTCAL_DATABASE_URL to the new database for every command")
