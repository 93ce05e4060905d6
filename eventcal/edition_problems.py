"""Problems that the file alone does not show: undrawable events, promised UIDs, series in zones whose rules have changed.

Needs no store: `eventcal check` looks for them in what would be published. The web draws each edition in any case, and
leaves out what it cannot draw.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from . import feeds, history, occurrences, repeat
from .errors import Problem, RegistryError
from .events import Event
from .history import Edition, UidConflictError, Version
from .registry import Registry, ValidRegistry
from .when import AllDay, Period, Timed, When
from .when.zones import changed_offsets, same_day_before

MAX_ALL_DRAWN = 250
"""How many events are all drawn as a trial; of more, only samples."""

_MARKUP = re.compile(r"[^\w .,:;!?()'\"/]|^[0-9]")
_field_values = attrgetter(*(field.name for field in fields(Event)))


def build_first_edition(registry: ValidRegistry, now: datetime) -> Edition:
    """Returns the edition that *registry* would be where nothing was ever published; nothing is stored.

    Raises RegistryError for UIDs that two events would share.
    """
    try:
        edition, _ = history.build_edition(None, {}, registry.calendar, registry.events, registry.digest, now)
    except UidConflictError as error:
        raise RegistryError(uid_conflict_problems(registry, error)) from error
    return edition


def find_undrawable(registry: ValidRegistry, now: datetime) -> tuple[Problem, ...]:
    """Returns a problem for each event of *registry* that no feed could show; nothing is stored."""
    try:
        edition = build_first_edition(registry, now)
    except RegistryError as error:
        return error.problems
    versions = edition.versions
    samples = versions if len(versions) <= MAX_ALL_DRAWN else list(_samples(versions))
    today = edition.calendar.day_at(now)
    return tuple(
        Problem(
            *_find_id(registry, event_id),
            f"event {event_id or 'unknown'} cannot be drawn ({type(error).__name__}: {error}): this is a fault of eventcal; "
            "change or remove the event, and report it",
        )
        for event_id, error in feeds.find_undrawable(edition, samples, today)
    )


def _samples(versions: Iterable[Version]) -> Iterator[Version]:
    """Yields of the events that differ only in words and dates the earliest and the latest, and every other one.

    They take one path through the drawing. If one fails there all the same, the web leaves it out of what it serves.
    """
    bounds: dict[Hashable, tuple[Version, Version]] = {}
    for version in versions:
        shape = _shape(version.event)
        first, last = bounds.get(shape, (version, version))
        bounds[shape] = (min(first, version, key=_first_day), max(last, version, key=_first_day))
    for first, last in bounds.values():
        yield first
        if last is not first:
            yield last


def _first_day(version: Version) -> date:
    return version.event.when.earliest or date.min


def _shape(event: Event) -> Hashable:
    """Returns what decides how *event* is drawn: the event itself where it has Markdown, or dates that differ from its rule."""
    notes = event.notes.translations if event.notes else ()
    if event.exdates or event.also or event.overrides or any(_MARKUP.search(text) for _, text in notes):
        return event
    languages = tuple(tag for tag, _ in event.title.translations)
    present = tuple(map(bool, _field_values(event)))
    precisions = _precision(event.when), event.was and _precision(event.was)
    return precisions, languages, event.timezone, event.status, event.kind, event.rule, present


def _precision(when: When) -> Hashable:
    match when.span:
        case Timed(start, end):
            form: Hashable = end and (end.date() == start.date())
        case AllDay(first, last):
            form = first == last
        case Period(unit=unit, is_southern=is_southern):
            form = unit, is_southern
        case _:
            form = when.span
    return type(when.span), form, when.limit, when.uncertain, when.approximate


def uid_conflict_problems(registry: Registry, error: UidConflictError) -> tuple[Problem, ...]:
    """Returns a problem for each UID that two events, or an event of an earlier edition, would share."""
    return tuple(Problem(*_find_id(registry, event_id), message) for event_id, message in error.conflicts)


def zone_rule_warnings(registry: Registry, today: date) -> tuple[Problem, ...]:
    """Returns a warning for each zone whose clocks no longer do what apps with old zone data expect, if a series meets that."""
    series: dict[ZoneInfo, dict[str, date]] = {}
    for event in registry.events:
        if event.rule and isinstance(span := event.when.span, Timed) and not span.is_floating:
            day = _first_changed_day(event, span.zone, today)
            if day is not None:
                series.setdefault(span.zone, {})[event.id] = day
    return tuple(
        Problem(*_find_id(registry, next(iter(days))), _zone_rule_message(zone, days, today), warning=True)
        for zone, days in series.items()
    )


def _first_changed_day(event: Event, zone: ZoneInfo, today: date) -> date | None:
    """Returns the first day of a series, as its RRULE makes it, among the `changed_offsets` of its *zone*."""
    changed = changed_offsets(zone, today)
    if not changed or event.rule is None or occurrences.needs_expansion(event):
        return None
    # a moved date is written in UTC
    skipped = {*event.exdates, *(override.date for override in event.overrides if override.when is not None)}
    days = repeat.iter_days(event.rule, repeat.local_dtstart(event.when), min(changed), max(changed))
    return next((day for day in days if day in changed and day not in skipped), None)


def _zone_rule_message(zone: ZoneInfo, days: dict[str, date], today: date) -> str:
    """Says what differs in *zone* for the series in *days*, and what their author can do."""
    names, day = list(days), min(days.values())
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    now = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() or timedelta()
    return (
        f"{', '.join(names[:3])}{more}: the rules of {zone} have changed: {_format_offset(now)} on {day}, and "
        f"{_format_offset(changed_offsets(zone, today)[day])} on such a day in {same_day_before(day, today).year}. Apps that "
        "go by older zone data of their own (such as node-ical, sabre/vobject, ruby-icalendar and calcurse) show the "
        "series off by the difference; dates listed under `also`, without a rule, are right in all"
    )


def _format_offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _find_id(registry: Registry, event_id: str) -> tuple[str, int, int]:
    """Returns the file, line and column at which an event's id is written; the first line where it is not found."""
    pattern = re.compile(rf"^[^#\n]*(?<![\w-])id: *[\"']?({re.escape(event_id)})(?=[\s\"',}}])", re.MULTILINE)
    for path in registry.files:
        text = path.read_text(encoding="utf-8")
        if match := pattern.search(text):
            line_start = text.rfind("\n", 0, match.start(1)) + 1
            return str(path), text.count("\n", 0, line_start) + 1, match.start(1) - line_start + 1
    return registry.path.name or "events.yaml", 1, 1


def registry_problem(registry: Registry, message: str, warning: bool = False) -> Problem:
    """Returns a problem that concerns the registry as a whole, at its first line."""
    return Problem(registry.path.name or "events.yaml", 1, 1, message, warning)
