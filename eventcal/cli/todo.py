"""The command `todo`: events that need attention, most urgent first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from .group import cli, examples_epilog, print_json, with_settings
from .inputs import open_existing_store, read_valid_registry

if TYPE_CHECKING:
    from ..settings import Settings


@cli.command(epilog=examples_epilog("eventcal todo", "eventcal todo --on 2027-06-01", "eventcal todo --json"))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The reference day. [today]")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url")
def todo(settings: Settings, day: datetime | None, as_json: bool) -> None:
    """List events that need attention: a month that nears without a day, a doubt with one source, a date never confirmed.

    Also quotes that give another date, periods that are over, events without a date for months, sources not checked for
    a year, and links that `check --links` found dead. Exits with 1 if there are any.
    """
    from zoneinfo import ZoneInfo

    from .. import link_check
    from ..todo_rules import find_todos

    loaded = read_valid_registry(settings)
    assert loaded.calendar is not None
    today = day.date() if day else datetime.now(ZoneInfo(loaded.calendar.timezone)).date()
    dead = link_check.dead_links(link_check.read_statuses(settings.links_file))
    todos = find_todos(loaded.events, today, _changed_days(settings), loaded.calendar.language, dead)
    if as_json:
        fields = [
            {
                "id": item.event_id,
                "title": item.title,
                "concern": item.concern.value,
                "message": item.message,
                "day": item.day.isoformat() if item.day else None,
            }
            for item in todos
        ]
        print_json(fields)
    else:
        for item in todos:
            click.echo(f"{item.concern.value:<12} {item.event_id}: {item.message}")
        click.echo(f"{len(todos)} to check" if todos else "nothing to check")
    if todos:
        click.get_current_context().exit(1)


def _changed_days(settings: Settings) -> dict[str, date]:
    """Since when each event, by id, stands in the store as it is; empty where nothing was published yet."""
    from ..store import edition_store

    with open_existing_store(settings) as store:
        edition = edition_store.newest(store) if store else None
    versions = edition.versions if edition else ()
    return {version.event.id: version.modified.astimezone(UTC).date() for version in versions}
