"""What became different, and a reader, become one Message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import occurrences, words
from ..events import Calendar, Occurrence
from ..history import ChangeKind, EventState, place_text
from ..occurrences import title_of
from .body import Body, to_html, to_text
from .data import line_data, page_of, stamp
from .dates import dated
from .people import own_links
from .values import Line, Message, one_line


def change_message(
    lines: Sequence[Line],
    calendar: Calendar,
    now: datetime,
    *,
    language: str = "",
    zone: str = "",
    base_url: str = "",
    ics: bytes = b"",
    why: str = "",
) -> Message:
    """What became different, told in one message. *lines* are those that have something to tell, at least one.

    *why* says to somebody who signed up why they get it, and brings the links that change that.
    """
    language = language or calendar.language
    _ = words.gettext(language).gettext
    name = one_line(calendar.name.in_language(language))
    told = [told_of(line, calendar, language, zone, base_url) for line in lines]
    subject = told[0].title
    if len(told) > 1:
        subject = words.gettext(language).ngettext("{n} change: {first} ...", "{n} changes: {first} ...", len(told))
        subject = subject.format(n=len(told), first=told[0].title)
    last = replace(told[-1], foot=name, why=why, own=own_links(language) if why else ())
    bodies = [*told[:-1], last]
    text = "\n".join(to_text(each) for each in bodies)
    only = lines[0].version if len(lines) == 1 else None
    return Message(
        key="",
        kind="change",
        address="",
        subject=subject,
        text=text,
        html=to_html(*bodies),
        moment=now.astimezone(ZoneInfo(calendar.timezone)),
        data={
            "type": "change",
            "timestamp": stamp(now),
            "subject": subject,
            "text": text,
            "language": language,
            "calendar": {"id": calendar.id, "name": calendar.name.in_language(language)},
            "changes": [line_data(line, language, base_url) for line in lines],
        },
        calendar=ics if only else b"",
        reply_to=one_line(calendar.contact),
        language=language,
        url=page_of(base_url, only.event) if only else "",
    )


def told_of(line: Line, calendar: Calendar, language: str, zone: str, base_url: str) -> Body:
    """One change, as a part of a message."""
    line = _in_language(line, calendar.language, language)
    _ = words.gettext(language).gettext
    event = line.version.event if line.version else None
    was, is_now = (_state_words(each, language, zone) for each in (line.old, line.new))
    return Body(
        language=language,
        title=_change_subject(line, language, zone),
        was=_("Was: {state}").format(state=was) if was and was != is_now else "",
        is_now=_("Now: {state}").format(state=is_now) if is_now else "",
        sources=event.sources if event else (),
        page=page_of(base_url, event) if event else "",
        link=event.url if event else "",
    )


def _in_language(line: Line, kept_in: str, language: str) -> Line:
    """*line* with its title and places, which are kept in the calendar's language, in the reader's where that is known."""
    event = line.version.event if line.version else None
    if event is None:
        return line
    found = occurrences.find(event, line.recurrence) if line.recurrence else None
    title = title_of(found or Occurrence(event, "", event.when, event.status), language)
    there = {place_text(event.place, kept_in): words.place_words(event.place, language)}
    old, new = (
        replace(each, place=there.get(each.place, each.place)) if each else None for each in (line.old, line.new)
    )
    return replace(line, title=title, old=old, new=new)


def _change_subject(line: Line, language: str, zone: str) -> str:
    _ = words.gettext(language).gettext
    when = words.when_words(line.new.when, language, zone or None, style="short") if line.new else ""
    title = one_line(line.title)
    forms = {
        ChangeKind.ADDED: _("New: {title}, {when}"),
        ChangeKind.VANISHED: _("No longer in the calendar: {title}"),
        ChangeKind.MOVED: _("Moved to {when}: {title}"),
        ChangeKind.DAY_KNOWN: _("Day announced, {when}: {title}"),
        ChangeKind.LESS_PRECISE: _("Date less certain, {when}: {title}"),
        ChangeKind.PLACE: _("New place, {place}: {title}"),
        ChangeKind.POSTPONED: _("Postponed, {when}: {title}"),
        ChangeKind.CANCELLED: _("Cancelled: {title}"),
        ChangeKind.RESTORED: _("Takes place after all, {when}: {title}"),
        None: "{title}",
    }
    place = one_line(line.new.place) if line.new else ""
    return forms[line.kind].format(title=title, when=when, place=place or "–")


def _state_words(state: EventState | None, language: str, zone: str) -> str:
    if state is None:
        return ""
    parts = [dated(state.when, language, zone), state.rule, one_line(state.place)]
    return words.status_prefix(state.status, language) + "; ".join(each for each in parts if each)
