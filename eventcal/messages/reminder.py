"""A reminder and a reader become a Message. What is far or near is counted from the moment that is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar, Event, Occurrence, event_zone
from ..history import Version
from ..leads import Lead, lead_text
from ..occurrences import title_of
from ..when import Period, Undated
from ..words.patterns import period_words
from .body import Body, capital, to_html, to_text
from .data import event_data, page_of, stamp
from .dates import dated, there
from .people import own_links
from .values import Message, one_line


def reminder_message(
    occurrence: Occurrence,
    version: Version,
    calendar: Calendar,
    lead: Lead,
    now: datetime,
    *,
    due: datetime | None = None,
    late: bool = False,
    language: str = "",
    zone: str = "",
    base_url: str = "",
    ics: bytes = b"",
    why: str = "",
) -> Message:
    """What *lead* has to say of *occurrence* at *now*. *language* "" is the calendar's, *zone* "" the event's.

    *why* says to somebody who signed up why they get it, and brings the links that change that.
    """
    language = language or calendar.language
    event = occurrence.event
    said = reminder_body(occurrence, now, language, zone, base_url, due if late else None)
    body = replace(
        said, foot=one_line(calendar.name.in_language(language)), why=why, own=own_links(language) if why else ()
    )
    page, text = body.page, to_text(body)
    data: dict[str, object] = {
        "type": "reminder",
        "timestamp": stamp(now),
        "subject": (subject := reminder_subject(occurrence, now, language, zone)),
        "text": text,
        "language": language,
        "lead": lead_text(lead),
        "due": stamp(due) if due else None,
        "late": late,
        "calendar": {"id": calendar.id, "name": calendar.name.in_language(language)},
        "event": event_data(version, occurrence, language, page),
    }
    return Message(
        key="",
        kind="reminder",
        address="",
        subject=subject,
        text=text,
        html=to_html(body),
        moment=now.astimezone(event_zone(event)),
        data=data,
        calendar=ics,
        reply_to=one_line(calendar.contact),
        language=language,
        url=page or event.url,
    )


def reminder_body(
    occurrence: Occurrence, now: datetime, language: str, zone: str, base_url: str, missed: datetime | None = None
) -> Body:
    """What is to be said of one occurrence, without a foot; *missed* is when it was due, where it comes late."""
    event, when = occurrence.event, occurrence.when
    title, place = one_line(title_of(occurrence, language)), one_line(words.place_words(event.place, language))
    _ = words.gettext(language).gettext
    notes = [_distance_line(occurrence, now, language, zone)]
    if missed is not None:
        at = words.moment_words(missed, language, zone or event.timezone)
        notes.append(_("This reminder comes late: it was due {moment}.").format(moment=at))
    return Body(
        language=language,
        title=words.status_prefix(occurrence.status, language) + title,
        facts=tuple(
            each for each in (capital(dated(when, language, zone)), there(when, language, zone), place, *notes) if each
        ),
        notes=event.notes.in_language(language) if event.notes else "",
        sources=event.sources,
        page=page_of(base_url, event, occurrence),
        link=event.url,
    )


def reminder_subject(occurrence: Occurrence, now: datetime, language: str, zone: str) -> str:
    """How far, what, where: "Tomorrow: SCO Council of Heads of State, Dushanbe"."""
    _ = words.gettext(language).gettext
    event, when = occurrence.event, occurrence.when
    title = one_line(title_of(occurrence, language))
    near = event.place.name.in_language(language) if event.place and event.place.name else ""
    what = _("{title}, {place}").format(title=title, place=one_line(near)) if near else title
    what = words.status_prefix(occurrence.status, language) + what
    if isinstance(when.span, Period):
        head = _("Expected in {period}, day not announced").format(period=period_words(when.span, language, "long"))
    elif isinstance(when.span, Undated):
        head = capital(words.when_words(when, language))
    else:
        head = capital(words.distance(now, when, language, zone_of(event, zone)))
    return _("{head}: {what}").format(head=head, what=what)


def _distance_line(occurrence: Occurrence, now: datetime, language: str, zone: str) -> str:
    _ = words.gettext(language).gettext
    when = occurrence.when
    zone_here = zone_of(occurrence.event, zone)
    far = words.distance(now, when, language, zone_here)
    first, last = when.first_day, when.last_day
    if not isinstance(when.span, Period) or first is None or last is None:
        return capital(far) + "." if far else ""
    said = _("Expected in {period}; the day is not announced.").format(period=period_words(when.span, language, "long"))
    if now.astimezone(zone_here).date() <= first:
        bound, possible = first, _("The first possible day is {day} ({distance}).")
    else:
        # added within its period, or said late: what was possible before is of no use to anybody
        bound, possible = last, _("It can be any day now; the last possible one is {day} ({distance}).")
    possible = possible.format(
        day=words.day_words(bound, language), distance=words.distance(now, bound, language, zone_here)
    )
    return f"{said} {possible}"


def zone_of(event: Event, zone: str) -> ZoneInfo:
    return ZoneInfo(zone) if zone else event_zone(event)
