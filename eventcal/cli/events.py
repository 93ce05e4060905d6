"""The commands that show the calendar: next, show, feed, publish."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ..errors import EventcalError, RegistryError
from . import cli, examples_epilog, with_settings

if TYPE_CHECKING:
    from ..events import Event, Occurrence
    from ..history import Edition
    from ..registry import Registry
    from ..settings import Settings
    from ..store import Store

MAX_LOOKAHEAD_DAYS = 366 * 5


def read_valid_registry(settings: Settings) -> Registry:
    """The registry as the file has it, or every problem in it."""
    from .. import registry

    loaded = registry.read(settings.registry)
    if loaded.calendar is None or any(not problem.warning for problem in loaded.problems):
        raise RegistryError(loaded.problems)
    return loaded


def open_existing_store(settings: Settings) -> Store | None:
    """The store where there is one; a command that only reads makes none."""
    from ..store import open_store

    store = open_store(settings.store_url)
    return store if store.exists() else None


def require_store(settings: Settings) -> Store:
    """Returns the store. Raises EventcalError when nothing was published yet."""
    store = open_existing_store(settings)
    if store is None:
        raise EventcalError(
            f"nothing was published from {settings.registry} yet: `eventcal serve` or `eventcal publish`"
        )
    return store


def edition_from_file(settings: Settings, now: datetime) -> Edition:
    """The edition that the file would be now, numbered on from what the store has; records nothing."""
    from .. import editions

    edition, _ = editions.preview(open_existing_store(settings), read_valid_registry(settings), now)
    return edition


@cli.command("next", epilog=examples_epilog("eventcal next", "eventcal next -n 3 --json"))
@click.option("-n", "count", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many.")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today when absent.")
@click.option("--lang", default="en", show_default=True, help="Language of the words: en, ru or zh.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry")
def next_(settings: Settings, count: int, start: datetime | None, lang: str, as_json: bool) -> None:
    """List upcoming events. One without a known day is never listed as the next for certain."""
    from .. import occurrences
    from ..words import format_place, format_when

    registry = read_valid_registry(settings)
    assert registry.calendar is not None
    today = start.date() if start else datetime.now(UTC).astimezone(ZoneInfo(registry.calendar.timezone)).date()
    upcoming = _find_upcoming(registry.events, today, count)
    if as_json:
        click.echo(
            json.dumps([_occurrence_json(occurrence, lang) for occurrence in upcoming], ensure_ascii=False, indent=2)
        )
        return
    if not upcoming:
        click.echo("nothing ahead")
    rows = [(format_when(occurrence.when, lang), _title_with_status(occurrence, lang)) for occurrence in upcoming]
    width = max((len(words) for words, _ in rows), default=0)
    for (words, title), occurrence in zip(rows, upcoming, strict=True):
        place = f", {format_place(occurrence.event.place, lang)}" if occurrence.event.place else ""
        click.echo(f"{words:<{width}}  {title}{place}")
    undated = occurrences.undated_events(registry.events)
    if undated:
        click.echo(f"{'date not announced':<{width}}  " + "; ".join(event.title.in_language(lang) for event in undated))


def _find_upcoming(events: tuple[Event, ...], today: date, count: int) -> list[Occurrence]:
    """The first *count* from *today* on: looked for ever further ahead, five years at the most."""
    from .. import occurrences

    upcoming: list[Occurrence] = []
    for days in (60, 400, MAX_LOOKAHEAD_DAYS):
        upcoming = occurrences.between(events, today, today + timedelta(days=days))
        if len(upcoming) >= count:
            break
    return upcoming[:count]


def _title_with_status(occurrence: Occurrence, lang: str) -> str:
    from ..occurrences import title_of

    return (
        f"{title_of(occurrence, lang)} ({occurrence.status})"
        if occurrence.status != "confirmed"
        else title_of(occurrence, lang)
    )


def _occurrence_json(occurrence: Occurrence, lang: str) -> dict[str, object]:
    from ..occurrences import title_of
    from ..words import format_when

    return {
        "id": occurrence.event.id,
        "recurrence": occurrence.recurrence,
        "title": title_of(occurrence, lang),
        "when": str(occurrence.when),
        "edtf": occurrence.when.edtf,
        "words": format_when(occurrence.when, lang),
        "status": str(occurrence.status),
    }


@cli.command(epilog=examples_epilog("eventcal show summit-2021", "eventcal show summit-2021 --lang ru"))
@click.argument("event_id", metavar="ID")
@click.option("--lang", default="en", show_default=True, help="Language of the words: en, ru or zh.")
@with_settings("registry")
def show(settings: Settings, event_id: str, lang: str) -> None:
    """Show one event: its date as precisely as it is known, its reminders and its sources."""
    import difflib

    from .. import leads
    from ..words import format_place, format_when

    registry = read_valid_registry(settings)
    event = next((candidate for candidate in registry.events if event_id in (candidate.id, *candidate.formerly)), None)
    if event is None:
        suggestions = difflib.get_close_matches(event_id, [candidate.id for candidate in registry.events], n=1)
        raise EventcalError(f"no event '{event_id}'" + (f", did you mean '{suggestions[0]}'?" if suggestions else ""))
    zone = ZoneInfo(event.timezone)
    click.echo(f"{event.title.in_language(lang)}\n")
    lines = [("when", format_when(event.when, lang)), ("as written", event.when.text), ("status", str(event.status))]
    if event.rule:
        lines.append(("repeats", event.rule.text))
    if event.place:
        lines.append(("place", format_place(event.place, lang)))
    if event.tags:
        lines.append(("tags", ", ".join(event.tags)))
    for lead in event.leads:
        moment = leads.resolve(lead, event.when, zone) if not event.rule else None
        lines.append(
            ("reminder", leads.lead_text(lead) + (f" ({moment.astimezone(zone):%Y-%m-%d %H:%M})" if moment else ""))
        )
    lines += [("notice", str(notice)) for notice in event.notices]
    for source in event.sources:
        words = ", ".join(filter(None, (source.title, source.url, source.published, source.grade)))
        lines.append(("source", words + (f": “{source.quote}”" if source.quote else "")))
    for label, words in lines:
        click.echo(f"{label:<12}{words}")
    if event.notes:
        click.echo(f"\n{event.notes.in_language(lang)}")


@cli.command(epilog=examples_epilog("eventcal feed > calendar.ics", "eventcal feed | head"))
@with_settings("registry", "database_url", "base_url")
def feed(settings: Settings) -> None:
    """Write the whole calendar to standard output, as iCalendar.

    It is the newest edition that was published; where there is none yet, what the file says now.
    """
    from .. import feeds
    from ..store import edition_store

    now = datetime.now(UTC)
    store = open_existing_store(settings)
    edition = edition_store.newest(store) if store else None
    if edition is None:
        edition = edition_from_file(settings, now)
    sys.stdout.buffer.write(feeds.render_full_calendar(edition, now, settings.base_url))


@cli.command(
    epilog=examples_epilog(
        "eventcal publish", "eventcal publish --accept", "eventcal publish --since saved/calendar.ics"
    )
)
@click.option("--accept", is_flag=True, help="Publish even if many events vanish or move at once.")
@click.option("--since", metavar="DIR|FILE|URL", help="Continue from that build or feed: for a store that was lost.")
@with_settings("registry", "database_url", "base_url")
def publish(settings: Settings, accept: bool, since: str | None) -> None:
    """Publish the registry as an edition now, also to go back to an earlier one.

    With an empty store and --since, events keep their identity: SEQUENCE continues from what readers have.
    """
    from .. import editions, registry, site
    from ..store import ledger, open_store

    store = open_store(settings.store_url)
    try:
        store.upgrade()
        if since:
            resume_message = site.resume_from(
                store, since, registry.read(settings.registry), store.now(), settings.base_url
            )
            click.echo(resume_message or f"the store has this history already: --since {since} was not needed")
        outcome = editions.publish(
            store,
            settings.registry,
            store.now(),
            force=True,
            accept=accept,
            write_plan=ledger.plan_edition,
        )
    finally:
        store.close()
    click.echo(str(outcome))
    if outcome.outcome in ("problems", "held"):
        click.get_current_context().exit(RegistryError.exit_code)
