"""Reads our own feed back: the UID, SEQUENCE and LAST-MODIFIED that it promised, and an event without what the feed adds.

Takes off markers before the title, remarks, sources and addresses. Works backwards through the functions that add them, so
that what they write and what this reads cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import icalendar

from .. import words
from ..errors import GrammarError
from ..events import EventKind, Source, SourceGrade, Status, Text
from ..when import AllDay, Limit, Period, Timed, Undated, Unit, When, is_readable, parse
from ..when.periods import last_day_of_month
from ..when.values import DAY, add_months
from .presentation import RenderOptions, present
from .vevents import format_source, local_time_remarks


@dataclass(frozen=True, slots=True)
class Recovered:
    """An event as its registry said it: *notes* are plain text, *was* is the old date of what was put off.

    *links* are (name, address).
    """

    title: str
    notes: str
    when: When
    status: Status
    was: When | None = None
    sources: tuple[Source, ...] = ()
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event as our feed shows it: its texts, the date and status that it gives, the address to take part at.

    *is_part*: it names the event that it belongs to.
    """

    title: str
    description: str
    url: str
    when: When
    status: Status
    kind: EventKind = EventKind.EVENT
    online: str = ""
    is_part: bool = False


class _Meaning(NamedTuple):
    """One thing that the registry may have said of a date."""

    when: When
    status: Status
    was: When | None = None


def recover(event: ShownEvent, languages: list[str]) -> Recovered:
    """Takes off what a feed in one of *languages* added to *event*."""
    for language in languages:
        kind_prefix = words.format_kind_prefix(event.kind, language)
        for meaning in _hypotheses(event, language):
            when, _, was = meaning
            shown = present(*meaning, RenderOptions(language, imprecise="all"))
            prefix = shown.prefix + kind_prefix if shown is not None else ""
            if shown is None or not event.title.startswith(prefix):
                continue
            has_open_end = Limit.OPEN_END in (when.limit, was.limit if was else None)
            is_in_remarks = has_open_end or (was is not None and when.first_day is not None)
            if not (set(shown.remarks) <= set(event.description.split("\n")) if is_in_remarks else prefix):
                continue
            remarks = (*shown.remarks, *local_time_remarks(shown.span, language))
            return _without_additions(event, event.title.removeprefix(prefix), meaning, remarks, language)
    span = event.when.span if isinstance(event.when.span, AllDay | Timed) else None
    remarks = tuple(local_time_remarks(span, languages[0])) if span else ()
    return _without_additions(event, event.title, _Meaning(event.when, event.status), remarks, languages[0])


def _without_additions(
    event: ShownEvent, title: str, meaning: _Meaning, remarks: tuple[str, ...], language: str
) -> Recovered:
    description = _without_parent(event.description, language) if event.is_part else event.description
    notes, sources, own_url = _split_description(description, remarks, event.url, language)
    notes, links = _split_links(notes, event.online)
    return Recovered(**meaning._asdict(), title=title, notes=notes, sources=sources, url=own_url, links=links)


def _without_parent(description: str, language: str) -> str:
    """Returns *description* without the first line that names the event to which this one belongs."""
    head = words.format_part_of(Text((("", ""),)), language).strip()
    lines = description.split("\n")
    named = next((index for index, line in enumerate(lines) if line.startswith(head)), None)
    return description if named is None else "\n".join(lines[:named] + lines[named + 1 :])


def _split_links(notes: str, online: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Returns the notes without the addresses behind them, and the named ones among those."""
    parts = notes.split("\n\n") if notes else []
    lines = parts[-1].split("\n") if parts else []
    named = [match for line in lines if (match := re.fullmatch(r"([^\s:][^:\n]{0,62}): (https?://\S+)", line))]
    if not lines or len(named) + (lines[0] == online) != len(lines):
        return notes, ()
    return "\n\n".join(parts[:-1]), tuple((match[1], match[2]) for match in named)


def _hypotheses(event: ShownEvent, language: str) -> Iterator[_Meaning]:
    """Yields what the registry may have said of the date of *event*, the longest marker first."""
    status, former = event.status, _former_date(event, language)
    for when in _readings(event.when):
        if former:
            yield _Meaning(when, former[1] or status, former[0])
        yield _Meaning(when, Status.CANCELLED)
        yield _Meaning(When(Undated(), text="TBD"), Status.POSTPONED, when)
        yield _Meaning(when, status)


def _former_date(event: ShownEvent, language: str) -> tuple[When, Status | None] | None:
    """Returns the date before a move out of the first line of the description, and the status that this line tells."""
    _ = words.get_translations(language).gettext
    line = event.description.split("\n")[0]
    zone = event.when.span.zone if isinstance(event.when.span, Timed) else ZoneInfo("UTC")
    for template, status in (
        (_("Postponed. Original date: {when}."), Status.POSTPONED),
        (_("Extended. Original date: {when}."), None),
    ):
        head = template.partition("{when}")[0]
        if not line.startswith(head):
            continue
        from ..when.advice import form_of  # only for such a line: its patterns take long to compile

        text = re.split("[(（]", line.removeprefix(head).rstrip("。"))[0].rstrip()
        text = text.removesuffix("." if language != "ru" else "")
        form = form_of(text)
        was = parse(form, zone) if is_readable(form, zone) else None
        if was and words.fill_sentence(template, when=words.format_when(was, language)) == line:
            return was, status
    return None


def _readings(when: When) -> Iterator[When]:
    """Yields the dates of which a feed may give *when*: EDTF's sets of days have neither unit nor doubt, and an open end is in words."""
    if isinstance(when.span, AllDay) and when.limit is None:
        yield replace(when, limit=Limit.OPEN_END)
    if not isinstance(when.span, Period) or (when.limit is None and when.span.unit is not Unit.DAYS):
        yield when
        return
    is_one_side = when.limit in (Limit.NOT_BEFORE, Limit.NOT_AFTER)
    marks = (
        [(False, False), (True, False)] if when.limit else [(False, False), (True, False), (False, True), (True, True)]
    )
    for period in _periods_like(when.span, when.limit):
        if period.first < period.last or is_one_side:
            for uncertain, approximate in marks:
                yield When(period, uncertain or when.uncertain, approximate=approximate, limit=when.limit)


def _periods_like(period: Period, limit: Limit | None) -> Iterator[Period]:
    """Yields *period*, and where it is only days those with another unit and the same first and last day, or bound."""
    yield period
    if period.unit is not Unit.DAYS:
        return
    first, last = period.first, period.last
    months, days = (3, 4, 6, 120), (6, 9)
    spans = [(first, last)]
    try:
        if limit is Limit.NOT_BEFORE:
            spans = [(first, add_months(first, count) - DAY) for count in months]
            spans += [
                *((first, first + timedelta(count)) for count in days),
                (first, last_day_of_month(first.year, first.month)),
            ]
        elif limit is Limit.NOT_AFTER:
            spans = [(add_months(last + DAY, -count), last) for count in months]
            spans += [*((last - timedelta(count), last) for count in days), (last.replace(day=21), last)]
    except (ValueError, OverflowError):  # at the end of the calendar
        return
    for unit in (Unit.WEEK, Unit.MONTH_THIRD, Unit.QUARTER, Unit.SEASON, Unit.YEAR_THIRD, Unit.HALF, Unit.DECADE):
        for start, end in spans:
            for is_southern in (False, True) if unit is Unit.SEASON else (False,):
                with suppress(ValueError):  # not whole
                    yield Period(start, end, unit, is_southern)


def _split_description(
    description: str, remarks: tuple[str, ...], url: str, language: str
) -> tuple[str, tuple[Source, ...], str]:
    """Returns the notes, the sources and the event's own address in a DESCRIPTION."""
    text = description.strip()
    for remark in remarks:
        if text == remark or text.startswith(remark + "\n"):
            text = text.removeprefix(remark).lstrip("\n")
    parts = text.split("\n\n") if text else []
    own_url = ""
    if parts and url and parts[-1].split("\n")[0] == url:
        own_url = url if not re.search(r"/events/[a-z0-9-]+/?$", url) or "\n" in parts[-1] else ""
        parts.pop()
    sources: list[Source] = []
    if parts:
        lines = parts[-1].split("\n")
        read = [_parse_source(line, language) for line in lines]
        if all(source is not None for source in read):
            sources = [source for source in read if source is not None]
            parts.pop()
    return "\n\n".join(parts), tuple(sources), own_url


def _parse_source(line: str, language: str) -> Source | None:
    """Returns the source that `format_source` writes as *line*; None where that cannot be said for certain."""
    _ = words.get_translations(language).gettext
    before, _mark, after = _("Source: {source}").partition("{source}")
    if not line.startswith(before) or not line.endswith(after):
        return None
    body = line[len(before) : len(line) - len(after)]
    opening, _mark, closing = _("“{quote}”").partition("{quote}")
    quote = ""
    if body.startswith(opening) and (end := body.rfind(closing)) > 0:
        quote, body = body[len(opening) : end], body[end + len(closing) :].strip()
    address = re.search(r"(?:^|\s)((?:https?://|mailto:)\S+)$", body)
    url = address[1] if address else ""
    facts = body[: address.start()].strip() if address else body
    if quote and facts.startswith("(") and facts.endswith(")"):
        facts = facts[1:-1]
    pieces = [piece for piece in facts.split(", ") if piece]
    grades = {words.format_grade(grade, language): grade for grade in SourceGrade}
    grade = grades.get(pieces.pop()) if pieces and pieces[-1] in grades else None
    dated = pieces and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", pieces[-1])
    published = pieces.pop() if dated else ""
    source = Source(title=", ".join(pieces), url=url, published=published, quote=quote, grade=grade)
    has_name = source.title or source.url or source.quote
    return source if has_name and format_source(source, language) == line else None


@dataclass(frozen=True, slots=True)
class Identity:
    """The last published SEQUENCE and LAST-MODIFIED of an event.

    *edited* is the oldest LAST-MODIFIED of its components: when it was last edited, for some move on at a midnight.
    """

    sequence: int
    modified: datetime
    edited: datetime

    def merge(self, other: Identity) -> Identity:
        """Returns what both say of one event."""
        return Identity(
            max(self.sequence, other.sequence), max(self.modified, other.modified), min(self.edited, other.edited)
        )


def read_identities(feed: bytes) -> dict[str, Identity]:
    """Reads, by UID, the highest SEQUENCE and the latest and oldest LAST-MODIFIED (else DTSTAMP) of a feed.

    Raises GrammarError for what is no feed.
    """
    try:
        calendars = icalendar.Calendar.from_ical(feed, multiple=True)
    except ValueError as error:
        raise GrammarError(f"not an iCalendar feed: {error}") from error
    identity_by_uid: dict[str, Identity] = {}
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            uid, sequence = str(event.get("UID", "")), int(event.get("SEQUENCE", 0))
            stamp = event.get("LAST-MODIFIED") or event.get("DTSTAMP")
            if not uid or stamp is None:
                continue
            modified = stamp.dt.astimezone(UTC).replace(microsecond=0)
            identity = Identity(sequence, modified, modified)
            identity_by_uid[uid] = identity.merge(identity_by_uid.get(uid, identity))
    return identity_by_uid
