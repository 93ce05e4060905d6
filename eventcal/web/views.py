"""An occurrence, an event or a change becomes the words that a template shows to one reader. No HTML but sanitised notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from markupsafe import Markup

from .. import links, markup, occurrences, words
from ..events import Calendar, Event, Grade, Occurrence, Source, Status
from ..history import Change, Kind, State
from ..when import AllDay, Period, Timed, When
from .agenda import Section
from .index import Index
from .months import Strip
from .reader import Reader, on_clock

HUES = 8
"""How many colours tags are given; the same tag has the same one everywhere."""
_NEAR = 6
"""How many occurrences of a series its page names, to either side of today."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence in a list or a grid. *moment* is for `<time datetime>`, *local* an instant that a script may translate."""

    title: str
    title_language: str
    href: str
    when: str
    short: str
    brief: str  # without the year
    hours: str
    distance: str
    place: str
    moment: str
    local: str
    status: str
    status_words: str
    doubtful: bool
    vague: bool
    tags: tuple[str, ...]
    hue: int
    several_days: bool


def entry(occurrence: Occurrence, reader: Reader, now: datetime) -> Entry:
    event, when, language = occurrence.event, reader.sees(occurrence).when, reader.language
    title = occurrences.title_of(occurrence, language)
    said = words.when_words(when, language)
    status = _status(occurrence.status, when)
    status_words = words.status_words(occurrence.status, language) if status else ""
    return Entry(
        title=title,
        title_language=_unlike(event.title.best(language)[0], language),
        href=reader.url(links.event_url("", event.id), ("on", occurrence.recurrence)),
        when=said,
        short=words.when_words(when, language, style="short"),
        brief=words.brief_words(when, language),
        hours=_hours(when, language),
        distance=words.distance(now, when, language, ZoneInfo(reader.zone or event.timezone)),
        place=words.place_words(event.place, language),
        moment=moment_of(when),
        local=_local(when),
        status=status,
        status_words=status_words,
        doubtful=when.doubtful,
        vague=isinstance(when.span, Period),
        tags=event.tags,
        hue=hue(event.tags),
        several_days=when.first_day != when.last_day,
    )


def hue(tags: Sequence[str]) -> int:
    """The colour of an event: that of its last tag, for the first ones are often the whole calendar's."""
    return crc32(tags[-1].encode()) % HUES if tags else 0


def moment_of(when: When) -> str:
    """What HTML's `datetime` can hold: a day, a month, a year, an instant; "" for what it cannot (a quarter, TBD)."""
    match when.span:
        case AllDay(first, _):
            return first.isoformat()
        case Timed(start, _):
            return start.isoformat(timespec="minutes")
        case Period(first, last, _) if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
        case Period(first, last, _) if (first.month, last.month, last.year) == (1, 12, first.year):
            return f"{first:%Y}"
    return ""


def _local(when: When) -> str:
    return when.span.start.astimezone(UTC).isoformat(timespec="minutes") if isinstance(when.span, Timed) else ""


def _hours(when: When, language: str) -> str:
    return words.time_words(when.span.start, language) if isinstance(when.span, Timed) else ""


def _status(status: Status, when: When) -> str:
    """The status when it tells something: that a period is tentative goes without saying."""
    if status is Status.CONFIRMED or (status is Status.TENTATIVE and not when.known):
        return ""
    return status.value


def _unlike(language: str, page: str) -> str:
    """A `lang` attribute for text in another language than its page; "" for none."""
    return "" if language.split("-")[0] == page.split("-")[0] else language


@dataclass(frozen=True, slots=True)
class Proof:
    """A source as a page names it."""

    title: str
    url: str
    quote: str
    dates: str
    grade: str
    grade_words: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a page tells it."""

    day: date
    day_words: str
    at: str
    kind: str
    label: str
    title: str
    href: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that an event's page says."""

    entry: Entry
    event_id: str
    when_there: str  # on the event's own clock, when the reader asked for another
    was: str
    repeats: str
    notes: Markup
    notes_language: str
    map_url: str
    website: str
    proofs: tuple[Proof, ...]
    history: tuple[Told, ...]
    coming: tuple[Entry, ...] = field(default=())
    past: tuple[Entry, ...] = field(default=())
    google: str = ""
    outlook: str = ""
    month_path: str = ""
    month_words: str = ""
    day_known: bool = True


def event_page(index: Index, event: Event, on: str, reader: Reader, now: datetime, base_url: str) -> Page:
    """*on* chooses one occurrence of a series; without it the next one is shown, or else the last."""
    language = reader.language
    today = reader.today(now, None) if reader.zone else now.astimezone(ZoneInfo(event.timezone)).date()
    series = _series(event, today) if event.rule is not None or event.also else ()
    shown = _shown(event, series, on, today)
    line = entry(shown, reader, now)
    notes = event.notes.best(language) if event.notes else ("", "")
    details = links.event_url(base_url, event.id) if base_url else event.url
    first = reader.sees(shown).when.first_day
    others = [each for each in series if each is not shown]
    return Page(
        entry=line,
        event_id=event.id,
        when_there=_there(shown, reader),
        was=words.when_words(event.was, language) if event.was else "",
        repeats=event.rule.text if event.rule else "",
        notes=Markup(markup.to_html(notes[1])),  # sanitised by nh3
        notes_language=_unlike(notes[0], language) if notes[0] else "",
        map_url=links.map_url(event.place, line.place) if event.place and line.place else "",
        website=event.url,
        proofs=tuple(proof(each, language) for each in event.sources),
        history=tuple(told(each, reader) for each in index.changes_of.get(event.id, ())),
        coming=tuple(entry(each, reader, now) for each in others if _over(each) >= today)[:_NEAR],
        past=tuple(entry(each, reader, now) for each in reversed(others) if _over(each) < today)[:_NEAR],
        google=links.google_event(event, shown.when, line.title, line.place, details),
        outlook=links.outlook_event(event, shown.when, line.title, line.place, details),
        month_path=reader.url(links.month_url("", first.year, first.month)) if first else "",
        month_words=words.month_title(first.year, first.month, language) if first else "",
        day_known=shown.when.known,
    )


def _series(event: Event, today: date) -> tuple[Occurrence, ...]:
    """The occurrences around *today*: as far to either side as it takes to name a few."""
    found: tuple[Occurrence, ...] = ()
    for days in (60, 800, 3700):
        reach = timedelta(days=days)
        found = tuple(occurrences.of(event, today - reach, today + reach))
        if sum(_over(each) >= today for each in found) > _NEAR < sum(_over(each) < today for each in found):
            break
    return found


def _shown(event: Event, series: Sequence[Occurrence], on: str, today: date) -> Occurrence:
    chosen = next((each for each in series if on and each.recurrence == on), None)
    if chosen is None and on and (event.rule is not None or event.also):
        chosen = _on(event, on)
    if chosen is not None:
        return chosen
    if series:
        return next((each for each in series if _over(each) >= today), series[-1])
    return Occurrence(event, "", event.when, event.status)


def _on(event: Event, on: str) -> Occurrence | None:
    """An occurrence far from today that an address asks for."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        return None
    near = timedelta(days=62)
    if not date.min + near < day < date.max - near:
        return None
    return next((each for each in occurrences.of(event, day - near, day + near) if each.recurrence == on), None)


def _over(occurrence: Occurrence) -> date:
    return occurrence.when.last_day or date.max


def _there(occurrence: Occurrence, reader: Reader) -> str:
    if not reader.zone or on_clock(occurrence.when, reader.zone).span == occurrence.when.span:
        return ""
    return words.when_words(occurrence.when, reader.language)


def proof(source: Source, language: str) -> Proof:
    _ = words.gettext(language).gettext
    grades = {
        Grade.OFFICIAL: _("official"),
        Grade.REPORTED: _("reported"),
        Grade.INFERRED: _("inferred"),
    }
    dates = []
    if source.published:
        dates.append(_("published {date}").format(date=_day(source.published, language)))
    if source.seen:
        dates.append(_("seen {date}").format(date=_day(source.seen, language)))
    return Proof(
        title=source.title or source.url or source.key,
        url=source.url,
        quote=source.quote,
        dates=", ".join(dates),
        grade=source.grade.value if source.grade else "",
        grade_words=grades[source.grade] if source.grade else "",
    )


def _day(text: str, language: str) -> str:
    try:
        return words.day_words(date.fromisoformat(text), language)
    except ValueError:
        return text  # a month, or what else the registry wrote


def told(change: Change, reader: Reader) -> Told:
    """A change on the reader's clock, the old and the new value only where they differ."""
    language = reader.language
    zone = reader.zone or "UTC"
    there = change.at.astimezone(ZoneInfo(zone))
    old, new = _state(change.old, change.kind, language), _state(change.new, change.kind, language)
    return Told(
        day=there.date(),
        day_words=words.day_words(there.date(), language),
        at=change.at.isoformat(timespec="seconds"),
        kind=change.kind.value,
        label=words.kind_words(change.kind, language),
        title=change.title,
        href=reader.url(links.event_url("", change.event_id)) if change.new is not None else "",
        old=old if old != new else "",
        new=new,
    )


def _state(state: State | None, kind: Kind, language: str) -> str:
    if state is None:
        return ""
    if kind is Kind.PLACE:
        return state.place
    return words.when_words(state.when, language)


def calendar_name(calendar: Calendar | None, language: str) -> str:
    return calendar.name.say(language) if calendar else "eventcal"


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of an agenda."""

    date: date
    title: str
    number: str
    weekday: str
    other_month: str  # an event that began before, in a month where it is still on
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class StripView:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    month: date
    title: str
    strips: tuple[StripView, ...]
    days: tuple[DayView, ...]


def strip(found: Strip, reader: Reader, now: datetime) -> StripView:
    entries = tuple(entry(each, reader, now) for each in found.occurrences)
    return StripView(words.some_time_in(found.period, reader.language), entries)


def section(found: Section, reader: Reader, now: datetime) -> SectionView:
    language = reader.language
    return SectionView(
        month=found.month,
        title=words.month_title(found.month.year, found.month.month, language),
        strips=tuple(strip(each, reader, now) for each in found.strips),
        days=tuple(
            DayView(
                date=each.date,
                title=words.day_title(each.date, language),
                number=str(each.date.day),
                weekday=words.weekday_names(language)[(each.date.weekday() - words.week_start(language)) % 7],
                other_month=words.month_name(each.date.month, language) if each.date.month != found.month.month else "",
                entries=tuple(entry(one, reader, now) for one in each.occurrences),
            )
            for each in found.days
        ),
    )
