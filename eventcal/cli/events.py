"""The commands that show the calendar: next, show, feed, publish."""

from __future__ import annotations

import heapq
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width
from zoneinfo import ZoneInfo

import click

from ..errors import RegistryError
from .completion import complete_event_id
from .group import command, print_json
from .inputs import (
    edition_from_file,
    find_version,
    open_or_make_store,
    published_edition,
    read_valid_registry,
    require_language,
)
from .options import with_filter, with_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..events import Event, Occurrence
    from ..filters import Filter
    from ..planning.reminders import ScheduledReminder
    from ..settings import Settings


@command("eventcal next", "eventcal next -n 3 --tag summit --json", name="next")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_filter("from", "to", "tag", "-tag", "id", "series", "q", "place", "lang")
@with_settings("registry")
def next_(settings: Settings, query: Filter, count: int, as_json: bool) -> None:
    """List upcoming events. Those without a known day are shown with their period."""

    from .. import filters, occurrences
    from ..occurrences import title_without_number

    registry = read_valid_registry(settings)
    lang = require_language(query.language, registry)
    now = datetime.now(UTC)
    today = registry.calendar.day_at(now)
    events = tuple(event for event in registry.events if filters.matches_event(query, event))
    unfinished = [] if query.start else occurrences.unfinished_before(events, today, now)
    left_over = [occurrence for occurrence in unfinished if filters.matches_occurrence(query, occurrence)]
    upcoming = [*left_over, *_find_upcoming(events, query.start or today, query.end, count)][:count]
    if as_json:
        print_json([_occurrence_json(occurrence, lang) for occurrence in upcoming])
        return
    if not upcoming:
        click.echo("no upcoming events" + (" match" if len(events) < len(registry.events) else ""))
    _echo_agenda(upcoming, registry.calendar.timezone, lang)
    if undated := occurrences.undated_events(events):
        click.echo("no date yet: " + "; ".join(title_without_number(event, lang) for event in undated))


def _echo_agenda(upcoming: list[Occurrence], zone: str, lang: str) -> None:
    """Prints a line for each occurrence, its id last, and once the zone of the hours."""
    from ..words import format_event_date, format_places, format_zone_name, get_translations, phrase_separator

    rows = []
    for occurrence in upcoming:
        event = occurrence.event
        when = format_event_date(event, occurrence.when, lang, style="short", weekday=True)
        if event.floating and _is_timed(occurrence):
            when += f" ({get_translations(lang).gettext('local time')})"
        elif _is_timed(occurrence) and event.timezone != zone:
            when += f" ({format_zone_name(ZoneInfo(event.timezone), lang)})"
        place = phrase_separator(lang) + format_places(event.places, lang) if event.place else ""
        rows.append((when, f"{_title_with_status(occurrence, lang)}{place}", event.id))
    when_width, title_width = (max((_count_columns(row[at]) for row in rows), default=0) for at in (0, 1))
    for when, title, event_id in rows:
        when_gap, title_gap = when_width - _count_columns(when), title_width - _count_columns(title)
        click.echo(f"{when}{' ' * when_gap}  {title}{' ' * title_gap}  {event_id}")
    if any(
        _is_timed(occurrence) and occurrence.event.timezone == zone and not occurrence.event.floating
        for occurrence in upcoming
    ):
        click.echo(f"times in {format_zone_name(ZoneInfo(zone), 'en')} unless another place is named")


def _is_timed(occurrence: Occurrence) -> bool:
    from ..when import Timed

    return isinstance(occurrence.when.span, Timed)


def _find_upcoming(events: tuple[Event, ...], first: date, last: date | None, count: int) -> list[Occurrence]:
    """Returns the first *count* occurrences from *first* to *last*."""
    from .. import occurrences
    from ..events import event_zone

    limit = last or date.max
    for days in (60, 400):  # a full calendar is expanded no further than it is listed
        end = min(first + min(timedelta(days=days), date.max - first), limit)
        upcoming = occurrences.between(events, first, end)
        if len(upcoming) >= count or end == limit:
            return upcoming[:count]
    dated = heapq.merge(
        *(occurrences.iter_upcoming(event, first) for event in events),
        key=lambda occurrence: occurrence.when.sort_key(event_zone(occurrence.event)),
    )
    return list(islice(takewhile(lambda occurrence: occurrence.when.overlaps(first, limit), dated), count))


def _title_with_status(occurrence: Occurrence, lang: str) -> str:
    from ..occurrences import is_rescheduled, title_of
    from ..words import format_status

    title = title_of(occurrence, lang)
    is_as_shown = occurrence.status == "confirmed" or is_rescheduled(occurrence)
    return title if is_as_shown else f"{title} ({format_status(occurrence.status, lang)})"


def _count_columns(text: str) -> int:
    """Returns how many columns of a terminal *text* takes: none for a combining mark, two for a letter of East Asia."""
    return sum((east_asian_width(letter) in "WF") + 1 for letter in text if not combining(letter))


def _occurrence_json(occurrence: Occurrence, lang: str) -> dict[str, object]:
    from ..feeds.events_json import when_to_json
    from ..occurrences import title_of
    from ..words import format_places

    event, when = occurrence.event, when_to_json(occurrence.when, lang)
    return {
        "id": event.id,
        "recurrence": occurrence.recurrence,
        "title": title_of(occurrence, lang),
        "when": str(occurrence.when),
        "edtf": occurrence.when.edtf,
        "words": when["words"],
        "status": str(occurrence.status),
        "timezone": event.timezone,
        **{key: when[key] for key in ("floating", "first_day", "last_day", "starts_at", "ends_at")},
        "place": format_places(event.places, lang) or None,
        "tags": list(event.tags),
    }


@command("eventcal show summit-2021", "eventcal show summit-2021 --lang ru --json")
@click.argument("event_id", metavar="ID", shell_complete=complete_event_id)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_filter("lang")
@with_settings("registry", "base_url")
def show(settings: Settings, query: Filter, event_id: str, as_json: bool) -> None:
    """Show one event: its date as precisely as it is known, its upcoming dates, its reminders and its sources."""
    from ..feeds.events_json import event_to_json
    from ..occurrences import title_without_number
    from ..words import format_event_date

    now = datetime.now(UTC)
    edition = edition_from_file(settings, now)
    version = find_version(edition, event_id)
    lang = require_language(query.language, edition)
    coming = _coming_dates(version.event, now)
    if as_json:
        fields = event_to_json(version, lang, settings.base_url)
        fields["coming"] = [
            {**_occurrence_json(occurrence, lang), "reminders": _reminders_json(occurrence)} for occurrence in coming
        ]
        print_json(fields)
        return
    event = version.event
    click.echo(f"{title_without_number(event, lang)}\n")
    for label, words in _event_lines(event, coming, lang):
        click.echo(f"{label:<11} {words}")
    for part in (other for other in edition.events if other.part_of == event.id):
        click.echo(f"{'part':<11} {part.id}: {format_event_date(part, part.when, lang, weekday=True)}")
    for later in edition.successors(event.id):
        click.echo(
            f"{'then':<11} {later.event.id}: {format_event_date(later.event, later.event.when, lang, weekday=True)}"
        )
    if event.notes:
        click.echo(f"\n{event.notes.in_language(lang)}")


SHOWN_DATES = 5
"""How many coming dates of a series `show` lists."""


def _coming_dates(event: Event, now: datetime) -> list[Occurrence]:
    """Returns the next dates of a series; of any other event its one date, also when it is past."""
    from .. import occurrences

    if not event.is_recurring:
        only = occurrences.find(event, "")
        return [only] if only else []
    today = now.astimezone(ZoneInfo(event.timezone)).date()
    return list(islice(occurrences.iter_upcoming(event, today), SHOWN_DATES))


def _reminders(occurrence: Occurrence) -> list[ScheduledReminder]:
    from ..planning import reminders

    if not reminders.is_remindable(occurrence):
        return []
    return reminders.schedule(occurrence.event, occurrence.when, reminders.ReminderAudience())


def _reminders_json(occurrence: Occurrence) -> list[dict[str, str]]:
    from ..leads import lead_text

    return [{"lead": lead_text(reminder.lead), "at": reminder.due.isoformat()} for reminder in _reminders(occurrence)]


def _event_lines(event: Event, coming: list[Occurrence], lang: str) -> Iterator[tuple[str, str]]:
    """Yields (label, text) for each fact of *event*: its date, what it is, its coming dates, reminders and sources."""
    from ..words import format_event_date, format_languages, format_places, format_when

    yield "when", format_event_date(event, event.when, lang, weekday=True)
    if event.was:
        yield "was", format_when(event.was, lang, weekday=True)
    yield "as written", event.when.text
    yield "status", str(event.status)
    if event.place:
        yield "place", format_places(event.places, lang)
    organizer = event.organizer
    facts = {
        "online": event.online,
        "page": event.url,
        "organizer": ", ".join(filter(None, (organizer.name.in_language(lang), organizer.url))) if organizer else "",
        "language": format_languages(event.languages, lang),
        "image": event.image,
        "part of": event.part_of,
        "continues": next(iter(event.continues), ""),
        "series": event.series,
        "tags": ", ".join(event.tags),
    }
    yield from ((label, text) for label, text in facts.items() if text)
    yield from (("link", f"{link.name}: {link.url}") for link in event.links)
    yield from event.extra
    if event.rule:
        yield "repeats", event.rule.text
    if event.is_recurring:
        yield from (("coming", _coming_text(event, occurrence, lang)) for occurrence in coming)
    yield from (("reminder", text) for text in _reminder_texts(event, coming))
    yield from (("notice", str(notice)) for notice in event.notices)
    for source in event.sources:
        words = ", ".join(filter(None, (source.title, source.url, source.published, source.grade)))
        yield "source", words + (f": “{source.quote}”" if source.quote else "")


def _coming_text(event: Event, occurrence: Occurrence, lang: str) -> str:
    """Returns a date of a series, with its status, title and place where they are not the series'."""
    from ..occurrences import title_of, title_without_number
    from ..words import format_places, format_when

    text = format_when(occurrence.when, lang, weekday=True)
    if occurrence.status is not event.status:
        text += f" ({occurrence.status})"
    title = title_of(occurrence, lang)
    own = [title] if title != title_without_number(event, lang) else []
    own += [format_places(occurrence.event.places, lang)] if occurrence.event.places != event.places else []
    return f"{text}: {', '.join(own)}" if own else text


def _reminder_texts(event: Event, coming: list[Occurrence]) -> Iterator[str]:
    """Yields each lead of *event*, with the moment of it before the next date that takes place."""
    from ..leads import lead_text

    reminders = next((due for occurrence in coming if (due := _reminders(occurrence))), [])
    due_at = {reminder.lead: reminder.due for reminder in reminders}
    for lead in event.leads:
        moment = due_at.get(lead)
        local = f" ({moment.astimezone(ZoneInfo(event.timezone)):%a %Y-%m-%d %H:%M})" if moment else ""
        yield lead_text(lead) + local


FEED_FORMATS = {"ics": "/calendar.ics", "json": "/events.json", "atom": "/upcoming.atom"}


@command("eventcal feed > calendar.ics", "eventcal feed --tag summit --lang ru")
@click.option("--format", "feed_format", type=click.Choice([*FEED_FORMATS]), default="ics", show_default=True)
@with_filter("tag", "-tag", "id", "series", "q", "place", "from", "to", "lang", "imprecise", "cancelled", "alarms")
@with_settings("registry", "database_url", "base_url")
def feed(settings: Settings, query: Filter, feed_format: str) -> None:
    """Write the calendar to standard output: all of it, or the events that the options select.

    Uses the latest published edition; if nothing was published yet, the file.
    """
    from functools import partial

    from .. import feeds

    now = datetime.now(UTC)
    edition = published_edition(settings) or edition_from_file(settings, now)
    require_language(query.language, edition)
    render = partial(feeds.render_whole, FEED_FORMATS[feed_format], now=now, query=query, base_url=settings.base_url)
    try:
        octets = render(edition=edition)
    except Exception:  # noqa: BLE001  a fault of ours: all the rest, as the web serves it
        remaining, errors = feeds.leave_out_undrawable(edition, edition.calendar.day_at(now))
        for event_id, error in errors.items():
            message = (
                f"event {event_id} is left out: it cannot be drawn ({type(error).__name__}: {error}); please report it"
            )
            click.echo(f"eventcal: {message}", err=True)
        octets = render(edition=remaining)
    sys.stdout.buffer.write(octets)


@command("eventcal publish", "eventcal publish --accept", "eventcal publish --since saved/calendar.ics")
@click.option("--accept", is_flag=True, help="Publish even if many events vanish or move at once.")
@click.option("--since", metavar="DIR|FILE|URL", help="Continue from that build or feed: for a store that was lost.")
@with_settings("registry", "database_url", "base_url")
def publish(settings: Settings, accept: bool, since: str | None) -> None:
    """Publish the registry as an edition now, even to go back to an earlier one.

    With an empty store and --since, events keep their identity: SEQUENCE continues from what readers have.
    """
    from .. import editions, registry, site
    from ..planning import passes

    with open_or_make_store(settings) as store:
        if since:
            resume_message = site.resume_from(
                store, since, registry.read(settings.registry), store.now(), settings.base_url
            )
            click.echo(resume_message or f"the store has this history already: --since {since} was not needed")
        result = editions.publish(
            store, settings.registry, store.now(), force=True, accept=accept, write_plan=passes.plan_edition
        )
    click.echo(str(result))
    if result.outcome in ("problems", "held"):
        click.get_current_context().exit(RegistryError.exit_code)
