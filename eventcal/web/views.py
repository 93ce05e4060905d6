"""An occurrence, an event or a change becomes the words that a template shows to one reader. No HTML but sanitised notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice
from zlib import crc32
from zoneinfo import ZoneInfo

from markupsafe import Markup

from .. import links, markup, occurrences, words
from ..events import Calendar, Event, Grade, Occurrence, Place, Source, Status
from ..history import Change, Kind, State, Version
from ..when import FIRST_YEAR, Period, Timed, When
from . import agenda, linked
from .agenda import Section
from .index import Index
from .months import Strip
from .reader import Reader

HUES = 8
"""How many colours tags are given; the same tag has the same one everywhere."""
FIRST_DAY = date(FIRST_YEAR, 1, 1)
MOST_TAGS, MOST_COUNTRIES = 12, 40
"""How many a page offers."""
_NEAR = 6
"""How many occurrences of a series its page names, to either side of today."""


@dataclass(frozen=True)
class Entry:
    """One occurrence as a list or a grid shows it to *reader* at *now*. Only what a template asks for is put in words."""

    occurrence: Occurrence
    reader: Reader
    now: datetime

    @cached_property
    def _when(self) -> When:
        return self.reader.sees(self.occurrence).when

    @property
    def _event(self) -> Event:
        return self.occurrence.event

    @cached_property
    def title(self) -> str:
        return occurrences.title_of(self.occurrence, self.reader.language)

    @property
    def title_language(self) -> str:
        """A `lang` attribute where the title is in another language than its page; else ""."""
        return _unlike(self._event.title.best(self.reader.language)[0], self.reader.language)

    @property
    def href(self) -> str:
        return self.reader.url(links.event_url("", self._event.id), ("on", self.occurrence.recurrence))

    @cached_property
    def when(self) -> str:
        return words.when_words(self._when, self.reader.language)

    @property
    def short(self) -> str:
        return words.when_words(self._when, self.reader.language, style="short")

    @property
    def brief(self) -> str:
        """Without the year."""
        return words.brief_words(self._when, self.reader.language)

    @property
    def hours(self) -> str:
        span = self._when.span
        return words.time_words(span.start, self.reader.language) if isinstance(span, Timed) else ""

    @cached_property
    def distance(self) -> str:
        if self.reader.files:  # a file would go on saying it
            return ""
        zone = ZoneInfo(self.reader.zone or self._event.timezone)
        return words.distance(self.now, self._when, self.reader.language, zone)

    @cached_property
    def place(self) -> str:
        return words.place_words(self._event.place, self.reader.language)

    @property
    def moment(self) -> str:
        """For `<time datetime>`."""
        return linked.moment_of(self._when)

    @property
    def local(self) -> str:
        """The instant, for a script that knows the reader's own clock; "" where there is no hour."""
        span = self._when.span
        return span.start.astimezone(UTC).isoformat(timespec="minutes") if isinstance(span, Timed) else ""

    @property
    def status(self) -> str:
        """The status when it tells something: that a period is tentative goes without saying."""
        status = self.occurrence.status
        if status is Status.CONFIRMED or (status is Status.TENTATIVE and not self._when.known):
            return ""
        return status.value

    @property
    def status_words(self) -> str:
        return words.status_words(self.occurrence.status, self.reader.language) if self.status else ""

    @property
    def doubtful(self) -> bool:
        return self._when.doubtful

    @property
    def vague(self) -> bool:
        return isinstance(self._when.span, Period)

    @property
    def several_days(self) -> bool:
        return self._when.first_day != self._when.last_day

    @property
    def tags(self) -> tuple[str, ...]:
        return self._event.tags

    @property
    def hue(self) -> int:
        return hue(self._event.tags)


def hue(tags: Sequence[str]) -> int:
    """The colour of an event: that of its last tag, for the first ones are often the whole calendar's."""
    return crc32(tags[-1].encode()) % HUES if tags else 0


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
    before: Entry | None = None  # what lies nearest, on either side
    after: Entry | None = None
    linked_data: dict[str, object] = field(default_factory=dict)
    google: str = ""
    outlook: str = ""
    month_path: str = ""
    month_words: str = ""
    day_known: bool = True


def event_page(index: Index, version: Version, on: str, reader: Reader, now: datetime, base_url: str) -> Page:
    """*on* chooses one occurrence of a series; without it the next one is shown, or else the last."""
    event, language = version.event, reader.language
    today = reader.today(now, None) if reader.zone else now.astimezone(ZoneInfo(event.timezone)).date()
    series = event.rule is not None or bool(event.also)
    coming = list(islice(occurrences.coming(event, today), _NEAR + 1)) if series else []
    past = _past(event, today) if series else []
    shown = (occurrences.find(event, on) if series and on else None) or next(
        iter([*coming, *past]), Occurrence(event, "", event.when, event.status)
    )
    line = Entry(shown, reader, now)
    notes = event.notes.best(language) if event.notes else ("", "")
    details = links.event_url(base_url, event.id) if base_url else event.url
    first, last = reader.sees(shown).when.first_day, shown.when.last_day
    after = last + timedelta(days=1) if last else None
    return Page(
        entry=line,
        event_id=event.id,
        when_there=_there(shown, reader),
        was=words.when_words(event.was, language) if event.was else "",
        repeats=words.rule_words(event.rule, language) if event.rule else "",
        notes=Markup(markup.to_html(notes[1])),  # sanitised by nh3
        notes_language=_unlike(notes[0], language) if notes[0] else "",
        map_url=links.map_url(event.place, line.place) if event.place and line.place else "",
        website=event.url,
        proofs=tuple(proof(each, language) for each in event.sources),
        history=tuple(told(each, reader) for each in index.changes_of(version)),
        coming=tuple(Entry(each, reader, now) for each in coming if each != shown)[:_NEAR],
        past=tuple(Entry(each, reader, now) for each in past if each != shown)[:_NEAR],
        before=_beside(agenda.earlier(index, first, _others(event), 1), reader, now) if first else None,
        after=_beside(agenda.upcoming(index, after, _others(event, after), 1), reader, now) if after else None,
        linked_data=linked.event_data(shown, line.title, links.event_url(base_url, event.id) if base_url else ""),
        google=links.google_event(event, shown.when, line.title, line.place, details),
        outlook=links.outlook_event(event, shown.when, line.title, line.place, details),
        month_path=reader.url(links.month_url("", first.year, first.month))
        if first and reader.has_month(first)
        else "",
        month_words=words.month_title(first.year, first.month, language) if first else "",
        day_known=shown.when.known,
    )


def _others(event: Event, first: date = date.min) -> agenda.Keep:
    """Other events, and of them what begins on *first* or later."""
    return lambda each: each.event.id != event.id and (each.when.first_day or date.max) >= first


def _beside(found: Sequence[Occurrence], reader: Reader, now: datetime) -> Entry | None:
    return Entry(found[0], reader, now) if found else None


def _past(event: Event, today: date) -> list[Occurrence]:
    """The last occurrences of a series that are over, the latest first: looked for as far back as it takes."""
    found: list[Occurrence] = []
    for days in (60, 800, 8000):
        window = occurrences.of(event, max(today - timedelta(days=days), FIRST_DAY), today - timedelta(days=1))
        found = [each for each in reversed(window) if _over(each) < today]
        if len(found) > _NEAR:
            break
    return found[: _NEAR + 1]


def _over(occurrence: Occurrence) -> date:
    return occurrence.when.last_day or date.max


def _there(occurrence: Occurrence, reader: Reader) -> str:
    """An hour on the event's own clock, when the reader is shown it on another."""
    span = occurrence.when.span
    if not isinstance(span, Timed) or reader.zone in ("", span.zone.key):
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
        href=reader.url(links.event_url("", change.event_id), ("on", change.recurrence))
        if change.new is not None
        else "",
        old=old if old != new else "",
        new=new,
    )


def _state(state: State | None, kind: Kind, language: str) -> str:
    if state is None:
        return ""
    if kind is Kind.PLACE:
        return state.place
    return words.when_words(state.when, language)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page can be narrowed by: each tag and whether it is on, each country by its code and name."""

    tags: tuple[tuple[str, bool], ...]
    countries: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]  # what else it is narrowed by at present

    def __bool__(self) -> bool:
        return bool(self.tags or self.countries or self.others)


def choice(index: Index, reader: Reader) -> Choice:
    """The choice that the events give, the most frequent first; whatever is on stands in it."""
    on = reader.filter.tags
    tags = tuple(dict.fromkeys([*index.tags[:MOST_TAGS], *on]))
    codes = [each for each in index.countries if len(index.countries) > 1]
    names = sorted(
        ((each, words.place_words(Place(country=each), reader.language)) for each in codes[:MOST_COUNTRIES]),
        key=lambda each: each[1],
    )
    listed = {("tag", each) for each in tags} | {("place", each) for each in codes}
    return Choice(
        tuple((each, each in on) for each in tags),
        tuple(names),
        # what is looked for stands in its field
        tuple(each for each in reader.filter_pairs if each not in listed and (each[0] != "q" or reader.path != "/")),
    )


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
    entries = tuple(Entry(each, reader, now) for each in found.occurrences)
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
                entries=tuple(Entry(one, reader, now) for one in each.occurrences),
            )
            for each in found.days
        ),
    )
