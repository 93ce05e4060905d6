"""Events and a window of days become occurrences: each time that something happens. Pure; knows no reader and no clock.

Windows are days, both ends included, and days are those of the event's own zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from . import repeat
from .events import Event, EventKind, Occurrence, Status, Text, event_zone
from .repeat import RecurrenceRule
from .when import LAST_YEAR, Absence, AllDay, Timed, Undated, When, is_floating, local_to_utc

DAY = timedelta(days=1)
MAX_DAYS_APART = timedelta(days=2)
"""The dates of one moment in two zones: up to 26 hours lie between them, from Howland Island to Kiritimati."""
_NUMBER_PLACEHOLDER = re.compile(r"\{(?:nth|n)\}")
_NUMBER_WITH_SUFFIX = re.compile(_NUMBER_PLACEHOLDER.pattern + r"(?:[-\u2010\u2011]\w+|[.ºª°])?")  # "{n}-я", "{n}."


def between(events: Iterable[Event], start: date, end: date) -> list[Occurrence]:
    """Returns the occurrences that touch *start* to *end*, by first possible day, then precision, then the order of *events*.

    Events without any date are not among them: see `undated`.
    """
    matches = [occurrence for event in events for occurrence in of_event(event, start, end)]
    matches.sort(key=lambda occurrence: occurrence.when.sort_key(event_zone(occurrence.event)))
    return matches


def unfinished_before(events: Iterable[Event], today: date, now: datetime) -> list[Occurrence]:
    """Returns the occurrences whose days are all before *today* and that `is_unfinished` at *now*, in the order of `between`."""
    where_earlier = (event for event in events if now.astimezone(event_zone(event)).date() < today)
    nearest = between(where_earlier, today - MAX_DAYS_APART, today - DAY)
    return [occurrence for occurrence in nearest if is_unfinished(occurrence, today, now)]


def is_unfinished(occurrence: Occurrence, today: date, now: datetime) -> bool:
    """Tells whether an occurrence of a known day before *today* is not over at *now*, for it is earlier where it takes place.

    What has no known end does not count.
    """
    when, end = occurrence.when, occurrence.when.ends_at(event_zone(occurrence.event))
    is_before_today = when.is_day_known and not when.overlaps(today, date.max) and when.limit is None
    return is_before_today and end is not None and end > now


def of_event(event: Event, start: date, end: date) -> list[Occurrence]:
    """Returns the occurrences of one event that touch the days *start* .. *end*, by first possible day."""
    if not event.is_recurring:
        return [as_it_stands(event)] if effective_when(event).overlaps(start, end) else []
    matches = [occurrence for occurrence in _candidates(event, start, end) if occurrence.when.overlaps(start, end)]
    zone = event_zone(event)
    matches.sort(key=lambda occurrence: occurrence.when.sort_key(zone))
    return matches


def iter_upcoming(event: Event, day: date) -> Iterator[Occurrence]:
    """Yields the occurrences of one event that are not over before *day*, lazily, by first possible day."""
    bounds = extent(event)
    if bounds is None:
        return
    last = bounds[1] or date(LAST_YEAR, 12, 31)
    start, seen, window = max(day, bounds[0]), set[tuple[str, bool]](), 31 * DAY
    while start <= last:
        # A month, then a year at a time, for most look for the first; what touches two windows is told in the first of them.
        end = min(start + window, last)
        for occurrence in of_event(event, start, end):
            if (key := (occurrence.recurrence, occurrence.is_extra)) not in seen:
                seen.add(key)
                yield occurrence
        start, window = end + DAY, 365 * DAY


def last_of_event(event: Event) -> Occurrence | None:
    """Returns the last occurrence of a series that ends; None for one without an end."""
    first_day, last_day = extent(event) or (None, None)
    if first_day is None or last_day is None:
        return None
    for days in (60, 8000, (last_day - first_day).days):  # its very last dates may be left out
        if past := of_event(event, max(first_day, last_day - days * DAY), last_day):
            return past[-1]
    return None


def first_date(event: Event) -> When:
    """Returns the first date of *event* that takes place; its `when` where it is cancelled or there is none."""
    if event.status is Status.CANCELLED:
        return event.when
    taking_place = (
        occurrence.when
        for occurrence in iter_upcoming(event, date.min)
        if occurrence.status is not Status.CANCELLED and not has_no_new_date(occurrence)
    )
    return next(taking_place, event.when)


def find(event: Event, recurrence: str) -> Occurrence | None:
    """Returns the occurrence that *recurrence* names ("" for an event that does not repeat), wherever it has moved to."""
    if not recurrence:
        only = as_it_stands(event)
        return only if event.rule is None and only.when.first_day else None
    try:
        day = date.fromisoformat(recurrence)
    except ValueError:
        return None
    return _rule_occurrence(event, day) or _extra_occurrence(event, day)


def notes_of(event: Event, recurrence: str) -> Text | None:
    """Returns the notes of an event, or of the date of it that *recurrence* names."""
    occurrence = find(event, recurrence) if recurrence else None
    return occurrence.event.notes if occurrence else event.notes


def moved_from(occurrence: Occurrence) -> When | None:
    """Returns the date that an occurrence was planned for, by its rule or as its `was`; None for one that did not move."""
    event = occurrence.event
    if not occurrence.recurrence:
        planned = event.was
    else:
        planned = _when_on(event, date.fromisoformat(occurrence.recurrence)) if event.overrides else None
    return planned if planned is not None and planned.span != occurrence.when.span else None


def is_extension(event: Event, old: When, new: When) -> bool:
    """Returns whether a deadline's date went from *old* to the later day or hour *new*."""
    zone = event_zone(event)
    old_end, new_end = old.ends_at(zone), new.ends_at(zone)
    is_deadline = event.kind is EventKind.DEADLINE and old.is_day_known and new.is_day_known
    return is_deadline and old_end is not None and new_end is not None and new_end > old_end


def undated_events(events: Iterable[Event]) -> list[Event]:
    """Returns the events whose date is still to be announced, in order: TBD, never had one, and not cancelled."""
    spans = ((event, effective_when(event).span) for event in events if event.status is not Status.CANCELLED)
    return [event for event, span in spans if isinstance(span, Undated) and span.absence is Absence.OPEN]


def effective_when(event: Event) -> When:
    """Returns where the event stands: its `when`, or `was` while it is postponed without a new date."""
    return event.was if isinstance(event.when.span, Undated) and event.was is not None else event.when


def as_it_stands(event: Event) -> Occurrence:
    """Returns *event* itself as an occurrence, where it stands: the only one of an event with one date."""
    return Occurrence(event, "", effective_when(event), event.status)


def extent(event: Event) -> tuple[date, date | None] | None:
    """Returns the first and the last possible day of all its occurrences, None for no end; None when it has no date."""
    when = effective_when(event)
    first_day, last_day = when.first_day, when.last_day
    if first_day is None or last_day is None:
        return None
    if not event.is_recurring:
        return first_day, last_day
    length = last_day - first_day
    moved_whens = [override.when for override in event.overrides if override.when is not None]
    dtstart = _dtstart(event, event.rule) if event.rule else when
    first_days = [
        *([dtstart.first_day] if dtstart and dtstart.first_day else []),
        *event.also,
        *(moved_when.first_day for moved_when in moved_whens if moved_when.first_day),
    ]
    if not first_days:
        return None
    last_days = [
        last_day,
        *(day + length for day in event.also),
        *(moved_when.last_day for moved_when in moved_whens if moved_when.last_day),
    ]
    if event.rule is not None:
        last_start = repeat.last_start_day(event.rule, repeat.local_dtstart(event.when))
        if last_start is None:
            return min(first_days), None
        last_days.append(last_start + length)
    return min(first_days), max(last_days)


def is_numbered(event: Event) -> bool:
    """Tells whether its title counts the years: `{nth}` or `{n}`. Then the first date is what is counted from, and no occurrence."""
    return event.rule is not None and any(_NUMBER_PLACEHOLDER.search(text) for _, text in event.title.translations)


def has_no_new_date(occurrence: Occurrence) -> bool:
    """Tells whether *occurrence* was postponed without a new date, so that it is shown at its old one."""
    override = occurrence.override
    return isinstance((override.when if override and override.when else occurrence.event.when).span, Undated)


def is_rescheduled(occurrence: Occurrence) -> bool:
    """Tells whether *occurrence* was postponed to a new date, on which it takes place."""
    return occurrence.status is Status.POSTPONED and not has_no_new_date(occurrence)


def published_rule(event: Event) -> RecurrenceRule | None:
    """Returns the rule of *event* as one RRULE says it to every reader; None without a rule, or where none does."""
    return event.rule and repeat.published_rule(event.rule, repeat.local_dtstart(event.when))


def needs_expansion(event: Event) -> bool:
    """Tells whether no RRULE says its dates to every reader: feeds then expand it, each date as an event of its own."""
    return event.rule is not None and published_rule(event) is None


def dtstart_and_rrule(event: Event) -> tuple[When, str] | None:
    """Returns the DTSTART and the RRULE (RFC 5545 3.8.5.3) of a recurring event; None when it has no rule, or no occurrence.

    A numbered one begins with its first occurrence, not with the date that its years are counted from. The rule is
    spelled as readers agree on it; None also where no spelling is (see `needs_expansion`).
    """
    published = published_rule(event)
    if event.rule is None or published is None:
        return None
    dtstart = _dtstart(event, event.rule)
    return None if dtstart is None else (dtstart, repeat.rrule_for(published, event.when))


def _dtstart(event: Event, rule: RecurrenceRule) -> When | None:
    """Returns the DTSTART of a series (RFC 5545 3.8.2.4); None for a numbered one whose rule makes no date."""
    if not is_numbered(event) or rule.freq != "YEARLY":
        return event.when
    first = repeat.local_dtstart(event.when)
    first_day = next(repeat.iter_days(rule, first, date(first.year + 1, 1, 1), date(LAST_YEAR, 12, 31)), None)
    return None if first_day is None else _when_on(event, first_day)


def _candidates(event: Event, start: date, end: date) -> Iterator[Occurrence]:
    """Yields the occurrences that may touch the window: by their own days, or because they were moved."""
    if event.rule is None:
        yield as_it_stands(event)
    else:
        first = repeat.local_dtstart(event.when)
        window_start = date.fromordinal(max(1, start.toordinal() - _max_duration(event.when).days))
        days = [*repeat.iter_days(event.rule, first, window_start, end)]
        moved_days = (
            override.date for override in event.overrides if override.when is not None and override.date not in days
        )
        days += [day for day in moved_days if repeat.has_start_on(event.rule, first, day)]
        yield from (occurrence for day in days if (occurrence := _build_rule_occurrence(event, event.rule, first, day)))
    yield from (occurrence for day in event.also if (occurrence := _extra_occurrence(event, day)))


def _rule_occurrence(event: Event, day: date) -> Occurrence | None:
    """Returns the occurrence that the rule makes on *day*, if it does."""
    if event.rule is None or not repeat.has_start_on(event.rule, first := repeat.local_dtstart(event.when), day):
        return None
    return _build_rule_occurrence(event, event.rule, first, day)


def _build_rule_occurrence(event: Event, rule: RecurrenceRule, first: date | datetime, day: date) -> Occurrence | None:
    """Returns the occurrence on *day*, which the rule makes, with what is its own; None when the event leaves it out."""
    nth = repeat.years_since_first(rule, first, day)
    if day in event.exdates or (nth == 0 and is_numbered(event)):
        return None
    when = _when_on(event, day)
    if rule.is_estimated and nth != 0:
        # The first date is as its author wrote it, and so is one that an exception confirms.
        when = replace(when, uncertain=True)
    return _apply_override(Occurrence(event, day.isoformat(), when, event.status, nth))


def _extra_occurrence(event: Event, day: date) -> Occurrence | None:
    """Returns the occurrence of an `also` date; a date that the rule makes anyway is no extra one."""
    if day not in event.also or not effective_when(event).is_day_known or _rule_occurrence(event, day):
        return None
    nth = repeat.years_since_first(event.rule, repeat.local_dtstart(event.when), day) if event.rule else None
    return _apply_override(Occurrence(event, day.isoformat(), _when_on(event, day), event.status, nth, is_extra=True))


def _apply_override(occurrence: Occurrence) -> Occurrence:
    """Returns *occurrence* as the event's exceptions have it.

    Moved to TBD or `none` it stands where it was, postponed or cancelled, whatever else its status is said to be.
    """
    override = occurrence.override
    if override is None:
        return occurrence
    when, status = override.when or occurrence.when, override.status or occurrence.status
    if override.when is not None and isinstance(override.when.span, Undated):
        is_off = status is Status.CANCELLED or override.when.span.absence is Absence.NEVER
        when, status = occurrence.when, Status.CANCELLED if is_off else Status.POSTPONED
    return replace(occurrence, event=override.apply_to(occurrence.event), when=when, status=status)


def _when_on(event: Event, day: date) -> When:
    """Returns the event's date as it falls on *day*: as many days long, at the same hours of its wall clock."""
    when = effective_when(event)
    match when.span:
        case AllDay(first, last):
            return When(AllDay(day, day + (last - first)), when.uncertain)
        case Timed(start, end):
            zone = when.span.zone
            begin = _normalize_local(datetime.combine(day, start.time()), zone)
            if end is None:
                return When(Timed(begin), when.uncertain)
            until = _normalize_local(datetime.combine(day + (end.date() - start.date()), end.time()), zone)
            if until <= begin:
                # The clocks skip the start, or all of it: it lasts as long as ever, from when it does start.
                until = _normalize_local(begin.replace(tzinfo=None) + (end - start), zone)
            return When(Timed(begin, until), when.uncertain)
    raise ValueError(f"only a known date repeats: {when}")


def _normalize_local(local: datetime, zone: ZoneInfo) -> datetime:
    """Returns the wall-clock time in *zone* at the naive *local*, moved out of a gap (RFC 5545 3.3.5) unless it floats."""
    if is_floating(zone):
        return local.replace(tzinfo=zone)
    return local_to_utc(local, zone).astimezone(zone).replace(fold=0)


def _max_duration(when: When) -> timedelta:
    """Returns the days from first to last, plus one for a start that a gap moves past midnight."""
    return (when.last_day - when.first_day) + DAY if when.first_day and when.last_day else DAY


def title_of(occurrence: Occurrence, language: str) -> str:
    """Returns the title for a reader of *language*, its year counted: `{nth}` is "20th", `{n}` is "20".

    The form of a number follows the language that the title is written in. Where it depends on the noun beside it,
    as in Russian or French, `{nth}` gives the bare number: there `{n}` with the ending written out reads better.
    """
    tag, text = occurrence.event.title.best_match(language)
    nth = occurrence.nth
    if nth is None:
        return _strip_number(text)
    return text.replace("{nth}", ordinal(nth, tag)).replace("{n}", str(nth))


def title_without_number(event: Event, language: str) -> str:
    """Returns the title of a series as a whole: without `{nth}` and `{n}`."""
    return _strip_number(event.title.in_language(language))


def text_without_number(title: Text) -> Text:
    """Returns the title of a series as a whole, in each of its languages."""
    return Text(tuple((tag, _strip_number(text)) for tag, text in title.translations))


def ordinal(number: int, language: str) -> str:
    """Returns *number* as an ordinal of *language*, a BCP 47 tag."""
    base = language.split("-")[0].lower()
    if base == "en":
        suffix = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{suffix}"
    before, after = _ORDINAL_AFFIXES.get(base, ("", ""))
    return f"{before}{number}{after}"


_ORDINAL_AFFIXES = {"zh": ("第", ""), "ja": ("第", ""), "ko": ("제", "")}
_ORDINAL_AFFIXES |= dict.fromkeys(
    ("cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr"), ("", ".")
)


def _strip_number(text: str) -> str:
    if not _NUMBER_PLACEHOLDER.search(text):
        return text
    bare = re.sub(r"\s{2,}", " ", _NUMBER_WITH_SUFFIX.sub("", text)).strip(" -–—:.,")
    return bare[:1].upper() + bare[1:] if text.startswith("{") else bare
