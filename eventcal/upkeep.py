"""Events and today become a list of what a person has to look at, the most urgent first. Pure; knows no store and no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from . import occurrences, when
from .drafting.mentions import read_mentions
from .drafting.values import TextContext
from .events import Event, Source, Status
from .when import Period, Undated, When

NEAR = timedelta(days=60)
LONG_UNDATED = timedelta(days=120)
SOURCE_AGE = timedelta(days=365)


class Concern(StrEnum):
    """Why an event has to be looked at, the more urgent first."""

    CONTRADICTED = "contradicted"  # a quote of its source gives another date
    OVERDUE = "overdue"  # its period is over, and its day was never written
    NEAR = "near"  # its period begins soon, and the day is not known
    DEAD_LINK = "dead link"  # one of its addresses leads nowhere
    UNCONFIRMED = "unconfirmed"  # it is past, and still tentative or in doubt
    DOUBTFUL = "doubtful"  # its date is in doubt, and one source at most says it
    UNDATED = "undated"  # it has had no date for months
    STALE = "stale"  # its source was not checked for a year


@dataclass(frozen=True, slots=True)
class Todo:
    """One event to look at. *day* is when it happens at the earliest, None where no day is known."""

    event_id: str
    title: str
    concern: Concern
    message: str
    day: date | None = None


def find_todos(
    events: Iterable[Event],
    today: date,
    changed: Mapping[str, date],
    language: str,
    dead_links: Mapping[str, str] | None = None,
) -> list[Todo]:
    """Finds what has to be looked at on *today*.

    *changed* says since when each event, by id, stands as it is; *dead_links* says of addresses why they lead nowhere.
    """
    order = {concern: number for number, concern in enumerate(Concern)}
    todos = [
        todo
        for event in events
        for todo in (
            *_todos_of(event, today, changed.get(event.id), language),
            *_dead_link_todos(event, dead_links or {}, language),
        )
    ]
    return sorted(todos, key=lambda todo: (order[todo.concern], todo.day or date.max, todo.event_id))


def _todos_of(event: Event, today: date, changed: date | None, language: str) -> Iterator[Todo]:
    if event.status is Status.CANCELLED:
        return
    known = occurrences.effective_when(event) if event.rule is None else event.when
    first, last = event.when.first_day, event.when.last_day
    is_past = last is not None and last < today and event.rule is None

    def todo(concern: Concern, message: str) -> Todo:
        return Todo(event.id, event.title.in_language(language), concern, message, first)

    if said := _contradicting_quote(event):
        yield todo(Concern.CONTRADICTED, f"when is {event.when}, and its source says {said}")
    if isinstance(event.when.span, Undated):
        if changed is not None and today - changed > LONG_UNDATED:
            yield todo(Concern.UNDATED, f"it has had no date since {changed}")
        elif known.last_day is not None and known.last_day < today:
            yield todo(Concern.UNDATED, f"its old date, {known}, is past, and no new one is written")
        return
    if isinstance(event.when.span, Period) and is_past:
        yield todo(Concern.OVERDUE, f"{event.when} is over, and the day was never written")
    elif isinstance(event.when.span, Period) and first is not None and first - today <= NEAR:
        days = (first - today).days
        begins = "has begun" if days <= 0 else "begins tomorrow" if days == 1 else f"begins in {days} days"
        yield todo(Concern.NEAR, f"{event.when} {begins}, and the day is not known")
    elif is_past and (event.status is Status.TENTATIVE or event.when.uncertain):
        yield todo(Concern.UNCONFIRMED, f"{event.when} is past, and it was never confirmed")
    if not is_past and event.when.uncertain and len(event.sources) < 2:
        yield todo(Concern.DOUBTFUL, "its date is in doubt, and no second source is written")
    if not is_past and (seen := _last_seen(event.sources)) and today - seen > SOURCE_AGE:
        yield todo(Concern.STALE, f"its source was last seen on {seen}")


def _dead_link_todos(event: Event, dead_links: Mapping[str, str], language: str) -> Iterator[Todo]:
    title = event.title.in_language(language)
    for url in addresses(event):
        if reason := dead_links.get(url):
            yield Todo(event.id, title, Concern.DEAD_LINK, f"{url}: {reason}", event.when.first_day)


def addresses(event: Event) -> list[str]:
    """Returns the http and https addresses that an event's page links to, each once."""
    organizer = event.organizer.url if event.organizer else ""
    urls = [event.url, event.online, organizer, *(link.url for link in event.links), *(s.url for s in event.sources)]
    return list(dict.fromkeys(url for url in urls if url.startswith(("http://", "https://"))))


def _last_seen(sources: Iterable[Source]) -> date | None:
    """The latest day on which a source was seen or published, of a month or year its last; None for none."""
    days = [day for source in sources for text in (source.seen, source.published) if text and (day := _last_day(text))]
    return max(days, default=None)


def _last_day(text: str) -> date | None:
    return when.parse(text, ZoneInfo("UTC")).last_day


def _contradicting_quote(event: Event) -> str:
    """The date that a source's quote gives in place of the event's; "" where one gives the event's, or none does.

    Quotes that give only a relative or incomplete date say nothing here.
    """
    said: list[str] = []
    for source in event.sources:
        for _sentence, mentions in read_mentions(source.quote, TextContext()) if source.quote else ():
            said += [mention.reading.when for mention in mentions if mention.reading.when]
    dates = [when.parse(text, ZoneInfo("UTC")) for text in said]
    if not dates or event.when.first_day is None or any(_touches(event.when, date_said) for date_said in dates):
        return ""
    return ", ".join(dict.fromkeys(said))


def _touches(known: When, said: When) -> bool:
    """Whether two dates can both be true: they share a day."""
    if known.first_day is None or known.last_day is None or said.first_day is None or said.last_day is None:
        return True
    return known.first_day <= said.last_day and said.first_day <= known.last_day
