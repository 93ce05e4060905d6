"""The command that makes files of it all: build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import RegistryError
from .group import command
from .inputs import open_or_make_store
from .options import with_settings

if TYPE_CHECKING:
    from ..settings import Settings


@command(
    "eventcal build public",
    "eventcal build public --base-url https://example.org/calendar --since https://example.org/calendar",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--since", metavar="DIR|FILE|URL", help="Continue from that build or feed if the store is empty.")
@click.option("--accept", is_flag=True, help="Publish even if many events vanish or move at once.")
@with_settings("registry", "database_url", "base_url")
def build(settings: Settings, folder: Path, since: str | None, accept: bool) -> None:
    """Publish the registry, and write the whole site into DIR as files for any static host.

    Pages, feeds, JSON and Atom are what `eventcal serve` would answer today: build every day, and after every edit.
    The next build continues from DIR/history.json: without a store, as on a build server, it reads that of DIR or of
    --since, and fails if it cannot.
    """
    from .. import site

    with open_or_make_store(settings) as store:
        result = site.build(store, settings, folder, store.now(), since or "", accept)
    if result.resume_summary:
        click.echo(result.resume_summary)
    click.echo(str(result.published))
    if result.written is None:
        click.echo(f"{folder}: left as it was", err=True)
        click.get_current_context().exit(RegistryError.exit_code)
    click.echo(f"{folder}: {result.written}")
    if not settings.base_url:
        click.echo(
            "no --base-url: links are relative, feeds do not link to pages, and there are no webcal, Google or Outlook links "
            "for subscribing (a script on the page adds the first)"
        )
