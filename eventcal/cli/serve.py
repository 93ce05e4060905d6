"""Commands that run until stopped: serve, and for several machines web, scheduler and worker."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from .group import command
from .inputs import require_registry_of_new_store
from .options import with_settings

if TYPE_CHECKING:
    from ..settings import Settings


def print_line(line: str) -> None:
    """Prints *line*, or logs it where standard output takes nothing: a log's full disk stops no calendar."""
    try:
        click.echo(line, color=False)
    except OSError as error:
        import logging  # here: `eventcal --help` takes 3 ms less

        logging.getLogger(__name__).warning("standard output: %s: %s", error.strerror, line)


def _prepare_to_stay(settings: Settings) -> None:
    """Sets up the log, before anything can go wrong that belongs there, and has garbage collected, which would pile up."""
    from ..logs import set_up_logs

    gc.set_threshold(10_000)
    set_up_logs(settings.log, settings.warnings)


@command("eventcal serve", "eventcal serve --port 8080 --base-url https://calendar.example.org", name="serve")
@with_settings("registry", "database_url", "base_url", "host", "port", "config")
def serve_(settings: Settings) -> None:
    """Serve pages and feeds and send reminders, until stopped. A saved edit is live within seconds."""
    from ..run.serve import serve

    _prepare_to_stay(settings)
    require_registry_of_new_store(settings)
    serve(settings, print_line)


@command("eventcal web --host 0.0.0.0", "eventcal web --port 8001")
@with_settings("database_url", "base_url", "host", "port", "config")
def web(settings: Settings) -> None:
    """Serve pages and feeds of the published edition, until stopped. Any number may run; none reads the registry."""
    from ..run.serve import serve_web

    _prepare_to_stay(settings)
    serve_web(settings, print_line)


@command("eventcal scheduler")
@with_settings("registry", "database_url", "base_url", "config")
def scheduler(settings: Settings) -> None:
    """Publish the registry and queue due reminders; serves no pages.

    On PostgreSQL any number may run, and workers do the sending. On SQLite only one may run, and it sends by itself.
    """
    from ..run.serve import run_scheduler

    _prepare_to_stay(settings)
    require_registry_of_new_store(settings)
    run_scheduler(settings, print_line)


@command("eventcal worker")
@with_settings("database_url", "base_url", "config")
def worker(settings: Settings) -> None:
    """Send queued deliveries; needs PostgreSQL. Any number may run."""
    from ..run.worker import run_worker

    _prepare_to_stay(settings)
    run_worker(settings, print_line)
