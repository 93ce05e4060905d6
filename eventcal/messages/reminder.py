"""Builds reminders. Distances ("in 3 days") count from the context's `now`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .. import words
from ..events import EventKind, Occurrence, Text, chosen_zone, event_zone
from ..history import ChangeKind, Version
from ..leads import Lead, lead_text
from ..occurrences import has_no_new_date, title_of
from ..when import Period, Undated, format_instant
from ..words.date_phrases import format_local_time, format_subject_date, format_with_weekday
from ..words.dates import capitalize_first
from .body import Body, one_line
from .change import change_body
from .message import Message, MessageContext, MessageLine, NotificationText, add_footer, build_message
from .webhook_data import event_data, state_data


def reminder_message(
    context: MessageContext,
    occurrence: Occurrence,
    version: Version,
    lead: Lead,
    *,
    due_at: datetime | None = None,
    is_late: bool = False,
    ics: bytes = b"",
    correction: MessageLine | None = None,
) -> Message:
    """Builds the reminder of *occurrence* for *lead*, which was due at *due_at*; *ics* is the event's calendar file.

    *correction* is a change since the last message to its reader: the reminder announces it, so no notice has to follow.
    """
    event, facts = occurrence.event, _format_facts(context, occurrence, version.parent_title)
    subject, body = _compose(context, occurrence, facts, due_at if is_late else None, correction)
    return build_message(
        context,
        "reminder",
        subject,
        [add_footer(context, body)],
        {
            "lead": lead_text(lead),
            "due": format_instant(due_at) if due_at else None,
            "late": is_late,
            "old": state_data(correction.old) if correction else None,
            "calendar": context.calendar_data,
            "event": event_data(version, occurrence, context.language, context.base_url),
        },
        tags=event.tags,
        send_time=context.now.astimezone(event_zone(event)),
        ics=ics,
        list_id=context.list_id,
        list_name=context.calendar_name,
        url=body.page_url or event.url,
        notification=_notification(context, occurrence, version.uid, facts, subject if correction else ""),
    )


def _compose(
    context: MessageContext,
    occurrence: Occurrence,
    facts: Sequence[str],
    missed_due_at: datetime | None,
    correction: MessageLine | None,
) -> tuple[str, Body]:
    subject = reminder_subject(context, occurrence)
    if correction is None:
        return subject, _body(context, occurrence, facts, missed_due_at)
    change = change_body(context, correction)
    body = replace(_body(context, occurrence, facts), title=change.title, old_text=change.old_text)
    # the title of a new place has no date, and a reminder's subject has the place
    return subject if correction.kind is ChangeKind.PLACE else change.title, body


def _notification(
    context: MessageContext, occurrence: Occurrence, uid: str, facts: Sequence[str], title: str
) -> NotificationText:
    """Shortens a reminder to a notification of *facts*, under date and title, or under *title* where there is one."""
    _, language, event = context.gettext, context.language, occurrence.event
    if not title:
        date_text = words.format_event_date(event, occurrence.when, language, context.zone or None, style="short")
        title = _("{head}: {what}").format(head=capitalize_first(date_text), what=_title(occurrence, language))
    return NotificationText(
        title, "\n".join(fact for fact in facts if fact), event.id, f"{uid} {occurrence.recurrence}"
    )


def reminder_body(context: MessageContext, occurrence: Occurrence, parent_title: Text | None = None) -> Body:
    """Returns the content about one occurrence, without footer; *parent_title* is that of the event that it belongs to."""
    return _body(context, occurrence, _format_facts(context, occurrence, parent_title))


def _body(
    context: MessageContext, occurrence: Occurrence, facts: Sequence[str], missed_due_at: datetime | None = None
) -> Body:
    """Returns the content about *occurrence*; *missed_due_at* is when a late reminder was due."""
    _, language, zone, event = context.gettext, context.language, context.zone, occurrence.event
    online_line = words.format_online(event.online, language) if event.online else ""
    all_facts = [*facts, online_line, _format_distance_line(context, occurrence)]
    if missed_due_at is not None:
        due_text = words.format_moment(missed_due_at, language, zone or event.timezone)
        all_facts.append(_("This reminder is late; it was due {moment}.").format(moment=due_text))
    return Body(
        language=language,
        title=_title(occurrence, language),
        facts=tuple(fact for fact in all_facts if fact),
        notes=event.notes.in_language(language) if event.notes else "",
        sources=event.sources,
        page_url=context.event_url(event, occurrence.recurrence),
        event_url=event.url,
    )


def _format_facts(context: MessageContext, occurrence: Occurrence, parent_title: Text | None) -> tuple[str, ...]:
    """Returns the weekday and date, the hour where it happens, the place, and what it belongs to; "" for what is not known."""
    event, when, language = occurrence.event, occurrence.when, context.language
    return (
        _format_date(context, occurrence),
        format_local_time(when, language, context.zone),
        one_line(words.format_places(event.places, language)),
        one_line(words.format_part_of(parent_title, language)) if parent_title else "",
    )


def _title(occurrence: Occurrence, language: str) -> str:
    return _status_prefix(occurrence, language) + one_line(title_of(occurrence, language))


def _status_prefix(occurrence: Occurrence, language: str) -> str:
    has_date = not has_no_new_date(occurrence)
    return words.format_status_prefix(occurrence.status, language, has_date=has_date, when=occurrence.when)


def reminder_subject(context: MessageContext, occurrence: Occurrence) -> str:
    """Formats when, what and where: "Thu 16 Sep, 10:00: SCO Council of Heads of State, Dushanbe"."""
    _, language = context.gettext, context.language
    event, when = occurrence.event, occurrence.when
    title = one_line(title_of(occurrence, language))
    place_name = event.place.name.in_language(language) if event.place and event.place.name else ""
    subject_text = _("{title}, {place}").format(title=title, place=one_line(place_name)) if place_name else title
    subject_text = _status_prefix(occurrence, language) + subject_text
    if isinstance(when.span, Period):
        if when.limit:
            date_text = _("{period} (date to be confirmed)").format(period=words.format_vague(when, language))
        else:
            expected_text = words.format_expected(when, language)
            date_text = _("Expected {when} (date to be confirmed)").format(when=expected_text)
    elif isinstance(when.span, Undated):
        date_text = words.format_when(when, language)
    else:
        date_text = format_subject_date(when, context.now, language, context.zone, context.calendar.timezone)
        if event.kind is EventKind.DEADLINE:
            date_text = words.format_deadline(date_text, language)
    return _("{head}: {what}").format(head=capitalize_first(date_text), what=subject_text)


def _format_date(context: MessageContext, occurrence: Occurrence) -> str:
    """Returns the date with its weekday; of a deadline "Until Thursday, 16 September 2021, 23:59"."""
    date_text = format_with_weekday(occurrence.when, context.language, context.zone)
    if occurrence.event.kind is EventKind.DEADLINE and occurrence.when.is_day_known:
        date_text = words.format_deadline(date_text, context.language)
    return capitalize_first(date_text)


def _format_distance_line(context: MessageContext, occurrence: Occurrence) -> str:
    _, language, now, when = context.gettext, context.language, context.now, occurrence.when
    reader_tz = chosen_zone(occurrence.event, context.zone)
    distance_text = words.format_distance(now, when, language, reader_tz)
    first, last = when.first_day, when.last_day
    if not isinstance(when.span, Period) or first is None or last is None:
        distance_text = capitalize_first(distance_text)
        return words.fill_sentence(_("{distance}."), distance=distance_text) if distance_text else ""
    template = (
        _("{when}. The date is to be confirmed.") if when.limit else _("Expected {when}. The date is to be confirmed.")
    )
    period_text = capitalize_first(words.fill_sentence(template, when=words.format_expected(when, language)))
    if when.earliest is None or when.latest is None or when.approximate:
        return period_text
    if now.astimezone(reader_tz).date() <= first:
        bound_day, bound_text = first, _("It could be as early as {day} ({distance}).")
    else:
        # added within its period, or said late: what was possible before is of no use to anybody
        bound_day, bound_text = last, _("It could be any day now, {day} at the latest ({distance}).")
    bound_text = bound_text.format(
        day=words.format_day(bound_day, language), distance=words.format_distance(now, bound_day, language, reader_tz)
    )
    return words.join_sentences(period_text, bound_text, language)
