"""Events and today become a list of what a person has to look at, the most urgent first. Pure; knows no store and no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from . import occurrences, when
from .events import Event, Source, Status, event_zone
from .history import Edition
from .todos import MAX_STORED_TODOS, Concern, Todo, TodoList, TodoReason
from .when import Period, Undated, When

NEAR = timedelta(days=60)
LONG_UNDATED = timedelta(days=120)
SOURCE_AGE = timedelta(days=365)


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


def list_todos(edition: Edition, today: date, dead_links: Mapping[str, str]) -> TodoList:
    """Lists what has to be looked at on *today* in *edition*, as it is kept for the operator."""
    changed = {version.event.id: version.modified.astimezone(UTC).date() for version in edition.versions}
    todos = find_todos(edition.events, today, changed, edition.calendar.language, dead_links)
    return TodoList(edition.number, today, len(todos), tuple(todos[:MAX_STORED_TODOS]))


def _todos_of(event: Event, today: date, changed: date | None, language: str) -> Iterator[Todo]:
    if event.status is Status.CANCELLED:
        return
    first, last = event.when.first_day, event.when.last_day
    is_past = last is not None and last < today and event.rule is None

    def todo(concern: Concern, reason: TodoReason, **values: str | int) -> Todo:
        return Todo(event.id, occurrences.title_without_number(event, language), concern, reason, values, first)

    written = str(event.when)
    if said := _contradicting_quote(event):
        yield todo(Concern.CONTRADICTED, TodoReason.OTHER_DATE, when=written, said=said)
    if when.parse_relative(event.when.text):
        return  # what is missing is the date that it counts from, and that one is listed
    if isinstance(event.when.span, Undated):
        if changed is not None and today - changed > LONG_UNDATED:
            yield todo(Concern.UNDATED, TodoReason.NO_DATE_SINCE, since=str(changed))
        elif (old := occurrences.effective_when(event)).last_day is not None and old.last_day < today:
            yield todo(Concern.UNDATED, TodoReason.OLD_DATE_PAST, was=str(old))
        return
    if isinstance(event.when.span, Period) and is_past:
        yield todo(Concern.OVERDUE, TodoReason.PERIOD_OVER, when=written)
    elif isinstance(event.when.span, Period) and first is not None and first - today <= NEAR:
        days = (first - today).days
        reason = TodoReason.PERIOD_BEGUN if days <= 0 else TodoReason.PERIOD_NEAR
        yield todo(Concern.NEAR, reason, when=written, days=days)
    elif event.rule is not None and event.rule.is_estimated:
        for occurrence in occurrences.of_event(event, today, today + NEAR):
            if occurrence.when.uncertain and occurrence.status is not Status.CANCELLED:
                written = str(occurrence.when)
                yield replace(todo(Concern.NEAR, TodoReason.COMPUTED_NEAR, when=written), day=occurrence.when.first_day)
    elif is_past and (event.status is Status.TENTATIVE or event.when.uncertain):
        yield todo(Concern.UNCONFIRMED, TodoReason.NEVER_CONFIRMED, when=written)
    if not is_past and event.when.uncertain and len(event.sources) < 2:
        yield todo(Concern.DOUBTFUL, TodoReason.NO_SECOND_SOURCE)
    if not is_past and (seen := _last_seen(event.sources)) and today - seen > SOURCE_AGE:
        yield todo(Concern.STALE, TodoReason.SEEN_LONG_AGO, seen=str(seen))


def _dead_link_todos(event: Event, dead_links: Mapping[str, str], language: str) -> Iterator[Todo]:
    title = occurrences.title_without_number(event, language)
    for url in addresses(event):
        if detail := dead_links.get(url):
            values = {"url": url, "detail": detail}
            yield Todo(event.id, title, Concern.DEAD_LINK, TodoReason.LINK, values, event.when.first_day)


def addresses(event: Event) -> list[str]:
    """Returns the http and https addresses that an event's page links to, each once."""
    organizer = event.organizer.url if event.organizer else ""
    urls = [event.url, event.online, organizer, *(link.url for link in event.links), *(s.url for s in event.sources)]
    return list(dict.fromkeys(url for url in urls if url.startswith(("http://", "https://"))))


def _last_seen(sources: Iterable[Source]) -> date | None:
    """Returns the latest day on which a source was seen or published, of a month or year its last; None for none."""
    days = [day for source in sources for text in (source.seen, source.published) if text and (day := _last_day(text))]
    return max(days, default=None)


def _last_day(text: str) -> date | None:
    return when.parse(text, ZoneInfo("UTC")).last_day


def _contradicting_quote(event: Event) -> str:
    """Returns the dates that quotes of the event's sources give in place of its own; "" where none does.

    Where other quotes give the event's date, only those count whose source is known to be later than all of these. Quotes
    that give only a relative or incomplete date say nothing here.
    """
    quoting = [source for source in event.sources if source.quote]
    if not quoting or event.when.first_day is None:
        return ""
    from .mentions import read_mentions  # here: its patterns take 2 MB of a process, and most calendars quote nothing
    from .mentions.dates import dates_of

    zone, agreeing, others = event_zone(event), [], []
    for source in quoting:
        mentions = [mention for _sentence, of_sentence in read_mentions(source.quote, None) for mention in of_sentence]
        readings = [mention.reading for mention in mentions if mention.reading.when]
        said = [reading.when for reading in readings]
        possible = [date for reading in readings for date in dates_of(reading.when, reading.zone, zone)]
        if any(_touches(event.when, date) for date in possible):
            agreeing.append(_last_seen([source]) or date.max)
        elif said:
            others.append((_last_seen([source]) or date.min, said))
    latest = max(agreeing, default=None)
    return ", ".join(dict.fromkeys(text for day, said in others if latest is None or day > latest for text in said))


def _touches(known: When, said: When) -> bool:
    """Tells whether two dates can both be true: they share a day, as far as each is open."""
    return all(
        (one.earliest or date.min) <= (other.latest or date.max) for one, other in ((known, said), (said, known))
    )
