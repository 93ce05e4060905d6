"""The command config."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import cli, examples_epilog, with_settings

if TYPE_CHECKING:
    from ..settings import Settings


@cli.command(epilog=examples_epilog("eventcal config", "EVENTCAL_PORT=8001 eventcal config"))
@with_settings("registry", "database_url", "base_url", "host", "port", "config")
def config(settings: Settings) -> None:
    """Print every setting with its value and where it was set; secrets are masked."""
    from ..settings import describe

    for name, value, origin in describe(settings):
        click.echo(f"{name:20} {value or '-':40} {origin or 'default'}")
