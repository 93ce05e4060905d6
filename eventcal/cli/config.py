"""The command config."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .group import cli, examples_epilog, print_json, with_settings

if TYPE_CHECKING:
    from ..settings import Settings


@cli.command(epilog=examples_epilog("eventcal config", "EVENTCAL_PORT=8001 eventcal config --json"))
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url", "base_url", "host", "port", "config")
def config(settings: Settings, as_json: bool) -> None:
    """Print every setting with its value and where it was set; secrets are masked.

    Exits with 2 and the reasons, after the settings, if a channel cannot be built from them.
    """
    from .. import channels
    from ..settings import describe

    rows = describe(settings)
    if as_json:
        fields = [{"name": name, "value": value, "origin": origin or "default"} for name, value, origin in rows]
        print_json(fields)
    else:
        for name, value, origin in rows:
            click.echo(f"{name:20} {value or '-':40} {origin or 'default'}")
    channels.build(settings.channels, settings.mail)
