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
from .events import Event, Occurrence, Override, Status, event_zone
from .repeat import Rule
from .when import LAST_YEAR, AllDay, Timed, Undated, When, instant

DAY = timedelta(days=1)
_NUMBER = re.compile(r"\{(?:nth|n)\}")
_NUMBER_AND_ENDING = re.compile(_NUMBER.pattern + r"(?:[-\u2010\u2011]\w+|[.ºª°])?")  # "{n}-я", "{n}."


def between(events: Iterable[Event], start: date, end: date) -> list[Occurrence]:
    """What touches the days *start* .. *end*: by first possible day, then the more precise first, then *events*' order.

    What has no date at all is not among them: see `undated`.
    """
    found = [each for event in events for each in of(event, start, end)]
    found.sort(key=lambda each: each.when.sort_key(event_zone(each.event)))
    return found


def of(event: Event, start: date, end: date) -> list[Occurrence]:
    """The occurrences of one event that touch the days *start* .. *end*, by first possible day."""
    if event.rule is None and not event.also:
        stands = standing(event)
        first, last = stands.first_day, stands.last_day
        if first is None or last is None or first > end or last < start:
            return []
        return [Occurrence(event, "", stands, event.status)]
    found = [each for each in _candidates(event, start, end) if _touches(each.when, start, end)]
    zone = event_zone(event)
    found.sort(key=lambda each: each.when.sort_key(zone))
    return found


def coming(event: Event, day: date) -> Iterator[Occurrence]:
    """The occurrences of one event that are not over before *day*, lazily, by first possible day."""
    reach = extent(event)
    if reach is None:
        return
    last = reach[1] or date(LAST_YEAR, 12, 31)
    start, told = max(day, reach[0]), set[tuple[str, bool]]()
    while start <= last:
        # A window of a year at a time; what touches two of them is told in the first.
        end = min(start + 365 * DAY, last)
        for each in of(event, start, end):
            if (key := (each.recurrence, each.extra)) not in told:
                told.add(key)
                yield each
        start = end + DAY


def find(event: Event, recurrence: str) -> Occurrence | None:
    """The occurrence that *recurrence* names ("" for an event that does not repeat), wherever it has moved to."""
    if not recurrence:
        stands = standing(event)
        return Occurrence(event, "", stands, event.status) if event.rule is None and stands.first_day else None
    try:
        day = date.fromisoformat(recurrence)
    except ValueError:
        return None
    return _made(event, day) or _extra(event, day)


def undated(events: Iterable[Event]) -> list[Event]:
    """The events without any date, in order: TBD, and never had one."""
    return [each for each in events if standing(each).first_day is None]


def standing(event: Event) -> When:
    """Where the event stands: its `when`, or `was` while it is postponed without a new date."""
    return event.was if isinstance(event.when.span, Undated) and event.was is not None else event.when


def extent(event: Event) -> tuple[date, date | None] | None:
    """The first and the last possible day of all its occurrences, None for no end; None when it has no date."""
    stands = standing(event)
    if stands.first_day is None or stands.last_day is None:
        return None
    length = stands.last_day - stands.first_day
    moved = [each.when for each in event.overrides if each.when is not None]
    begins = series(event)
    opening = begins[0].first_day if begins else None if event.rule else stands.first_day
    firsts = [*([opening] if opening else []), *event.also, *(each.first_day for each in moved if each.first_day)]
    if not firsts:
        return None
    lasts = [
        stands.last_day,
        *(each + length for each in event.also),
        *(each.last_day for each in moved if each.last_day),
    ]
    if event.rule is not None:
        last = repeat.last_made(event.rule, repeat.first_of(event.when))
        if last is None:
            return min(firsts), None
        lasts.append(last + length)
    return min(firsts), max(lasts)


def numbered(event: Event) -> bool:
    """Whether its title counts the years: `{nth}` or `{n}`. Then the first date is what is counted from, and no occurrence."""
    return event.rule is not None and any(_NUMBER.search(text) for _, text in event.title.pairs)


def series(event: Event) -> tuple[When, str] | None:
    """The DTSTART and the RRULE (RFC 5545 3.8.5.3) of a recurring event; None when it has no rule, or no occurrence.

    A numbered one begins with its first occurrence, not with the date that its years are counted from.
    """
    if event.rule is None:
        return None
    if not numbered(event) or event.rule.freq != "YEARLY":
        return event.when, repeat.rrule_for(event.rule, event.when)
    first = repeat.first_of(event.when)
    opening = [*repeat.days(event.rule, first, date(first.year, 1, 1), date(first.year, 12, 31))]
    begin = next(repeat.days(event.rule, first, date(first.year + 1, 1, 1), date(LAST_YEAR, 12, 31)), None)
    if begin is None:
        return None
    rule, when = event.rule, _on(event, begin)
    if rule.count:
        rule = replace(rule, rrule=re.sub(r"COUNT=\d+", f"COUNT={rule.count - len(opening)}", rule.rrule))
    return when, repeat.rrule_for(rule, when)


def _candidates(event: Event, start: date, end: date) -> Iterator[Occurrence]:
    """The occurrences that may touch the window: by their own days, or because they were moved."""
    if event.rule is None:
        if standing(event).first_day:
            yield Occurrence(event, "", standing(event), event.status)
    else:
        first = repeat.first_of(event.when)
        opening = date.fromordinal(max(1, start.toordinal() - _length(event.when).days))
        asked = [*repeat.days(event.rule, first, opening, end)]
        moved = (each.date for each in event.overrides if each.when is not None and each.date not in asked)
        asked += [each for each in moved if repeat.makes(event.rule, first, each)]
        yield from (found for day in asked if (found := _counted(event, event.rule, first, day)))
    yield from (found for day in event.also if (found := _extra(event, day)))


def _made(event: Event, day: date) -> Occurrence | None:
    """The occurrence that the rule makes on *day*, if it does."""
    if event.rule is None or not repeat.makes(event.rule, first := repeat.first_of(event.when), day):
        return None
    return _counted(event, event.rule, first, day)


def _counted(event: Event, rule: Rule, first: date | datetime, day: date) -> Occurrence | None:
    """The occurrence on *day*, which the rule makes, with what is its own; None when the event leaves it out."""
    nth = repeat.nth_of(rule, first, day)
    if day in event.exdates or (nth == 0 and numbered(event)):
        return None
    return _with_own(Occurrence(event, day.isoformat(), _on(event, day), event.status, nth))


def _extra(event: Event, day: date) -> Occurrence | None:
    """The occurrence of an `also` date; a date that the rule makes anyway is no extra one."""
    if day not in event.also or not standing(event).known or _made(event, day):
        return None
    nth = repeat.nth_of(event.rule, repeat.first_of(event.when), day) if event.rule else None
    return _with_own(Occurrence(event, day.isoformat(), _on(event, day), event.status, nth, extra=True))


def _with_own(occurrence: Occurrence) -> Occurrence:
    """*occurrence* as the event's exceptions have it. Moved to TBD, it stands where it was."""
    own = next((each for each in occurrence.event.overrides if each.date.isoformat() == occurrence.recurrence), None)
    if own is None:
        return occurrence
    return replace(occurrence, when=_own_when(own, occurrence.when), status=_own_status(own, occurrence.status))


def _own_when(own: Override, made: When) -> When:
    return made if own.when is None or isinstance(own.when.span, Undated) else own.when


def _own_status(own: Override, status: Status) -> Status:
    if own.status is None and own.when is not None and isinstance(own.when.span, Undated):
        return Status.POSTPONED
    return own.status or status


def _on(event: Event, day: date) -> When:
    """The event's date as it falls on *day*: as many days long, at the same hours of its wall clock."""
    stands = standing(event)
    match stands.span:
        case AllDay(first, last):
            return When(AllDay(day, day + (last - first)), stands.doubtful)
        case Timed(start, end):
            zone = stands.span.zone
            begin = _shown(datetime.combine(day, start.time()), zone)
            if end is None:
                return When(Timed(begin), stands.doubtful)
            until = _shown(datetime.combine(day + (end.date() - start.date()), end.time()), zone)
            if until <= begin:
                # The clocks skip the start, or all of it: it lasts as long as ever, from when it does start.
                until = _shown(begin.replace(tzinfo=None) + (end - start), zone)
            return When(Timed(begin, until), stands.doubtful)
    raise ValueError(f"only a known date repeats: {stands}")


def _shown(local: datetime, zone: ZoneInfo) -> datetime:
    """What a wall clock in *zone* shows at the naive *local*: another time where the zone skips it (RFC 5545 3.3.5)."""
    return instant(local, zone).astimezone(zone).replace(fold=0)


def _length(when: When) -> timedelta:
    """How many days lie between its first and its last, and one more for a start that the clocks push past midnight."""
    return (when.last_day - when.first_day) + DAY if when.first_day and when.last_day else DAY


def _touches(when: When, start: date, end: date) -> bool:
    first, last = when.first_day, when.last_day
    return first is not None and last is not None and first <= end and last >= start


def title_of(occurrence: Occurrence, language: str) -> str:
    """The title for a reader of *language*, its year counted: `{nth}` is "20th", `{n}` is "20".

    The form of a number follows the language that the title is written in. Where it depends on the noun beside it,
    as in Russian or French, `{nth}` gives the bare number: there `{n}` with the ending written out reads better.
    """
    tag, text = occurrence.event.title.best(language)
    nth = occurrence.nth
    if nth is None:
        return _without_number(text)
    return text.replace("{nth}", ordinal(nth, tag)).replace("{n}", str(nth))


def title_without_number(event: Event, language: str) -> str:
    """The title of a series as a whole: without `{nth}` and `{n}`."""
    return _without_number(event.title.say(language))


def ordinal(number: int, language: str) -> str:
    """*number* as an ordinal of *language*, a BCP 47 tag."""
    base = language.split("-")[0].lower()
    if base == "en":
        suffix = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{suffix}"
    before, after = _ORDINALS.get(base, ("", ""))
    return f"{before}{number}{after}"


_ORDINALS = {"zh": ("第", ""), "ja": ("第", ""), "ko": ("제", "")}
_ORDINALS |= dict.fromkeys(
    ("cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr"), ("", ".")
)


def _without_number(text: str) -> str:
    if not _NUMBER.search(text):
        return text
    bare = re.sub(r"\s{2,}", " ", _NUMBER_AND_ENDING.sub("", text)).strip(" -–—:.,")
    return bare[:1].upper() + bare[1:] if text.startswith("{") else bare
