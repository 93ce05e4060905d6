"""A reminder and a reader become a Message. What is far or near is counted from the moment that is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar, Event, EventKind, Occurrence, event_zone
from ..history import Version
from ..leads import Lead, lead_text
from ..occurrences import title_of
from ..when import Period, Undated, When
from .body import Body, capitalize_first, to_html, to_markdown, to_text
from .data import event_data, event_page_url, format_timestamp, list_identity
from .dates import format_local_time, format_subject_date, format_with_weekday
from .footer import footer_links
from .values import Message, NotificationText, one_line


def reminder_message(
    occurrence: Occurrence,
    version: Version,
    calendar: Calendar,
    lead: Lead,
    now: datetime,
    *,
    due_at: datetime | None = None,
    is_late: bool = False,
    language: str = "",
    zone: str = "",
    base_url: str = "",
    ics: bytes = b"",
    footer_reason: str = "",
) -> Message:
    """Builds the reminder of *occurrence* for *lead*, sent at *now*. *language* "" is the calendar's, *zone* "" the event's.

    *footer_reason* tells subscribers why they get it, and adds the links that change that.
    """
    language = language or calendar.language
    event = occurrence.event
    main_body = reminder_body(occurrence, now, language, zone, base_url, due_at if is_late else None)
    body = replace(
        main_body,
        footer=one_line(calendar.name.in_language(language)),
        footer_reason=footer_reason,
        footer_links=footer_links(language) if footer_reason else (),
    )
    page, text = body.page_url, to_text(body)
    data: dict[str, object] = {
        "type": "reminder",
        "timestamp": format_timestamp(now),
        "subject": (subject := reminder_subject(occurrence, now, language, zone)),
        "text": text,
        "language": language,
        "lead": lead_text(lead),
        "due": format_timestamp(due_at) if due_at else None,
        "late": is_late,
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
        markdown=to_markdown(body),
        tags=event.tags,
        send_time=now.astimezone(event_zone(event)),
        data=data,
        ics=ics,
        reply_to=one_line(calendar.contact),
        list_id=list_identity(calendar, base_url),
        list_name=one_line(calendar.name.in_language(language)),
        language=language,
        url=page or event.url,
        notification=reminder_notification(occurrence, version.uid, now, language, zone),
    )


def reminder_notification(
    occurrence: Occurrence, uid: str, now: datetime, language: str, zone: str
) -> NotificationText:
    """Shortens a reminder to a notification: date and title, then the weekday, the hour where it happens, and the place."""
    _ = words.get_translations(language).gettext
    event, when = occurrence.event, occurrence.when
    title = words.format_status_prefix(occurrence.status, language) + one_line(title_of(occurrence, language))
    head = capitalize_first(words.format_event_date(event, when, language, zone or None, style="short"))
    facts = (
        _format_date(event, when, language, zone),
        format_local_time(when, language, zone),
        one_line(words.format_places(event.places, language)),
    )
    return NotificationText(
        _("{head}: {what}").format(head=head, what=title),
        "\n".join(fact for fact in facts if fact),
        event.id,
        f"{uid} {occurrence.recurrence}",
    )


def reminder_body(
    occurrence: Occurrence,
    now: datetime,
    language: str,
    zone: str,
    base_url: str,
    missed_due_at: datetime | None = None,
) -> Body:
    """Returns the content about one occurrence, without footer; *missed_due_at* is when a late reminder was due."""
    event, when = occurrence.event, occurrence.when
    title, place = one_line(title_of(occurrence, language)), one_line(words.format_places(event.places, language))
    _ = words.get_translations(language).gettext
    extra_facts = [_format_distance_line(occurrence, now, language, zone)]
    if missed_due_at is not None:
        due_text = words.format_moment(missed_due_at, language, zone or event.timezone)
        extra_facts.append(_("This reminder is late; it was due {moment}.").format(moment=due_text))
    return Body(
        language=language,
        title=words.format_status_prefix(occurrence.status, language) + title,
        facts=tuple(
            fact
            for fact in (
                _format_date(event, when, language, zone),
                format_local_time(when, language, zone),
                place,
                *extra_facts,
            )
            if fact
        ),
        notes=event.notes.in_language(language) if event.notes else "",
        sources=event.sources,
        page_url=event_page_url(base_url, event, occurrence),
        event_url=event.url,
    )


def reminder_subject(occurrence: Occurrence, now: datetime, language: str, zone: str) -> str:
    """Formats when, what and where: "Thu 16 Sep, 10:00: SCO Council of Heads of State, Dushanbe"."""
    _ = words.get_translations(language).gettext
    event, when = occurrence.event, occurrence.when
    title = one_line(title_of(occurrence, language))
    place_name = event.place.name.in_language(language) if event.place and event.place.name else ""
    subject_text = _("{title}, {place}").format(title=title, place=one_line(place_name)) if place_name else title
    subject_text = words.format_status_prefix(occurrence.status, language) + subject_text
    if isinstance(when.span, Period):
        template = (
            _("{period} (date to be confirmed)") if when.limit else _("Expected in {period} (date to be confirmed)")
        )
        date_text = template.format(period=words.format_vague(when, language))
    elif isinstance(when.span, Undated):
        date_text = words.format_when(when, language)
    else:
        date_text = format_subject_date(when, now, language, zone)
        if event.kind is EventKind.DEADLINE:
            date_text = _("until {date}").format(date=date_text)
    return _("{head}: {what}").format(head=capitalize_first(date_text), what=subject_text)


def _format_date(event: Event, when: When, language: str, zone: str) -> str:
    """The date with its weekday; of a deadline "Until Thursday, 16 September 2021, 23:59"."""
    date_text = format_with_weekday(when, language, zone)
    if event.kind is EventKind.DEADLINE and when.is_day_known:
        date_text = words.get_translations(language).gettext("until {date}").format(date=date_text)
    return capitalize_first(date_text)


def _format_distance_line(occurrence: Occurrence, now: datetime, language: str, zone: str) -> str:
    _ = words.get_translations(language).gettext
    when = occurrence.when
    reader_tz = reader_zone(occurrence.event, zone)
    distance_text = words.format_distance(now, when, language, reader_tz)
    first, last = when.first_day, when.last_day
    if not isinstance(when.span, Period) or first is None or last is None:
        return capitalize_first(distance_text) + "." if distance_text else ""
    template = (
        _("{period}. The date is to be confirmed.")
        if when.limit
        else _("Expected in {period}. The date is to be confirmed.")
    )
    period_text = capitalize_first(template.format(period=words.format_vague(when, language)))
    if when.earliest is None or when.latest is None:
        return period_text
    if now.astimezone(reader_tz).date() <= first:
        bound_day, bound_text = first, _("It could be as early as {day} ({distance}).")
    else:
        # added within its period, or said late: what was possible before is of no use to anybody
        bound_day, bound_text = last, _("It could be any day now, {day} at the latest ({distance}).")
    bound_text = bound_text.format(
        day=words.format_day(bound_day, language), distance=words.format_distance(now, bound_day, language, reader_tz)
    )
    return f"{period_text} {bound_text}"


def reader_zone(event: Event, zone: str) -> ZoneInfo:
    """Returns the reader's zone, or the event's if *zone* is ""."""
    return ZoneInfo(zone) if zone else event_zone(event)
