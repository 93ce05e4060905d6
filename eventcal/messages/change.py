"""Builds change notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from .. import markup, occurrences, words
from ..events import Event, EventKind, Occurrence, Status, event_zone
from ..history import (
    ChangeKind,
    EventState,
    has_same_place,
    is_awaiting_date,
    is_deadline_extended,
    is_end_open,
    is_known_elsewhere,
    is_time_announced,
    last_day_changes,
    state_of,
    told_when,
)
from ..occurrences import has_no_new_date, title_of
from ..when import NEVER_TO_COME, AllDay, Undated, When
from ..words.date_phrases import format_subject_date, format_with_weekday
from ..words.dates import capitalize_first
from .body import Body, one_line
from .message import Message, MessageContext, MessageLine, NotificationText, add_footer, build_message
from .webhook_data import change_data

_MAX_REMAINING_DATES = 3  # that a cancelled series names; there may be a thousand


def change_message(
    context: MessageContext, change_lines: Sequence[MessageLine], *, ics: Sequence[bytes] = ()
) -> Message:
    """Builds one message about the changes in *change_lines*, of which there is at least one; *ics* are calendar files."""
    lines = sorted(change_lines, key=urgency)
    bodies = [change_body(context, line) for line in lines]
    titles = [body.title for body in bodies]
    subject = context.join_titles(titles)
    bodies = _join_called_off(context, lines, bodies)
    notification = _notification(lines[0], bodies, subject, titles[1:])
    bodies[-1] = add_footer(context, bodies[-1])
    changes = [change_data(line, context.language, context.base_url) for line in lines]
    return build_message(
        context,
        "change",
        subject,
        bodies,
        {"calendar": context.calendar_data, "changes": changes},
        is_urgent=any(line.kind is ChangeKind.CANCELLED for line in lines),
        ics=ics[0] if ics else b"",
        more_ics=tuple(ics[1:]),
        list_id=context.list_id,
        list_name=context.calendar_name,
        url=bodies[0].page_url if len(bodies) == 1 else "",
        notification=notification,
    )


def _notification(
    first: MessageLine, bodies: Sequence[Body], subject: str, other_titles: Sequence[str]
) -> NotificationText:
    """Shortens changes to a notification: of one event its states, facts and reason, of several *other_titles*."""
    if len(bodies) > 1:
        return NotificationText(subject, "\n".join(other_titles))
    body, version = bodies[0], first.version or first.removed_version
    text = "\n".join(filter(None, (body.new_text, *body.facts, body.old_text, markup.to_text(body.notes))))
    if version is None:
        return NotificationText(subject, text)
    return NotificationText(subject, text, version.event.id, f"{version.uid} {first.recurrence}")


def _join_called_off(context: MessageContext, lines: Sequence[MessageLine], bodies: Sequence[Body]) -> list[Body]:
    """Joins what is said of dates of one series that are called off for one reason, as in a break: their titles, then the reason."""

    def series_of(pair: tuple[MessageLine, Body]) -> object:
        line, body = pair
        is_called_off = line.recurrence and line.kind is ChangeKind.CANCELLED and _is_cancelled_without_new_date(line)
        return (line.version.uid, body.notes) if is_called_off and line.version else object()

    joined = []
    for _, group in groupby(zip(lines, bodies, strict=True), key=series_of):
        (line, first), *others = group
        if others and line.version:
            titles, page_url = tuple(body.title for _, body in others), context.event_url(line.version.event, "")
            first = replace(first, old_text="", new_text="", facts=(*titles, *first.facts), page_url=page_url)
        joined.append(first)
    return joined


def urgency(line: MessageLine) -> int:
    """Orders changes: cancelled and removed first, then postponed, then the rest in their order."""
    order = {ChangeKind.CANCELLED: 0, ChangeKind.VANISHED: 0, ChangeKind.POSTPONED: 1}
    return order.get(line.kind, 2) if line.kind else 2


def change_body(context: MessageContext, line: MessageLine) -> Body:
    """Returns the content about one change, without footer."""
    _, language, zone = context.gettext, context.language, context.zone
    line = _translate_line(line, language)
    event = line.version.event if line.version else None
    old_text, new_text = (_format_line_state(state, line, context) for state in (line.old, line.new))
    if _is_cancelled_without_new_date(line):  # the date is said once, as it was
        date_texts = [format_with_weekday(when, language, zone) for when in _remaining_dates(line, context)]
        new_text = _format_cancelled(date_texts, language) or words.format_status(Status.CANCELLED, language)
    if old_text == new_text:
        old_text = ""
    elif line.old and line.new and has_same_place(line.old, line.new):  # said once, with the present state
        old_text = _format_line_state(replace(line.old, place=""), line, context)
    return Body(
        language=language,
        title=_format_change_title(line, context),
        old_text=_("Was: {state}").format(state=old_text) if old_text else "",
        new_text=_("Now: {state}").format(state=new_text) if new_text else "",
        facts=_format_facts(line, language, zone),
        notes=line.added_notes(language),
        sources=event.sources if event else (),
        page_url=context.event_url(event, line.recurrence) if event else "",
        event_url=event.url if event else "",
    )


def _is_cancelled_without_new_date(line: MessageLine) -> bool:
    old, new = line.old, line.new
    if old is None or new is None or new.status is not Status.CANCELLED:
        return False
    first_day = new.when.first_day  # None: it has no date
    is_day_of_rule = first_day is not None and first_day.isoformat() == line.recurrence
    return first_day is None or is_day_of_rule or new == replace(old, status=Status.CANCELLED)


def _remaining_dates(line: MessageLine, context: MessageContext) -> list[When]:
    """Returns the coming dates that take place although their series, the event of *line*, is cancelled."""
    if line.kind is not ChangeKind.CANCELLED or line.recurrence or line.version is None:
        return []
    event, zone = line.version.event, event_zone(line.version.event)
    exceptions = (occurrences.find(event, override.date.isoformat()) for override in event.overrides)
    whens = [
        occurrence.when
        for occurrence in exceptions
        if occurrence and occurrence.status is not Status.CANCELLED and not has_no_new_date(occurrence)
    ]
    ends = ((when, when.ends_at(zone)) for when in sorted(whens, key=lambda when: when.sort_key(zone)))
    return [when for when, end in ends if end is None or end > context.now]


def _format_cancelled(date_texts: Sequence[str], language: str) -> str:
    """Formats what is left of a cancelled series, by the first few of its dates; "" where nothing is."""
    _ = words.get_translations(language).gettext
    shown = [*date_texts[:_MAX_REMAINING_DATES], *(["…"] if len(date_texts) > _MAX_REMAINING_DATES else [])]
    return _("cancelled except for {when}").format(when=words.join_clauses(shown, language)) if shown else ""


def _format_facts(line: MessageLine, language: str, zone: str) -> tuple[str, ...]:
    """Returns the address of what moved online, how a series goes on, and what the event belongs to."""
    _ = words.get_translations(language).gettext
    version = line.version or line.removed_version
    facts = []
    if line.kind is ChangeKind.PLACE and line.version and line.version.event.online:
        facts.append(words.format_online(line.version.event.online, language))
    for later in line.continuations:
        facts.append(_("Then: {state}").format(state=_format_continuation(later.event, line.title, language, zone)))
    if version is not None and version.parent_title is not None:
        facts.append(one_line(words.format_part_of(version.parent_title, language)))
    return tuple(facts)


def _format_continuation(event: Event, known_title: str, language: str, zone: str) -> str:
    """Formats what continues a series, by its first date, with its title where that is not the *known_title*."""
    state, title = state_of(event, language), occurrences.title_without_number(event, language)
    place = words.format_recorded_places(state.place, event, language)
    text = _format_state(replace(state, place=place), occurrences.first_date(event), "", language, zone)
    return text if title == known_title else words.join_clauses([one_line(title), text], language)


def _translate_line(line: MessageLine, language: str) -> MessageLine:
    """Returns *line* with its title and places in *language*, as far as its event has them."""
    version = line.version or line.removed_version
    if version is None:
        return line
    event = version.event
    occurrence = occurrences.find(event, line.recurrence) if line.recurrence else None
    title = title_of(occurrence or Occurrence(event, "", event.when, event.status), language)
    old, new = (
        state and replace(state, place=words.format_recorded_places(state.place, event, language))
        for state in (line.old, line.new)
    )
    return replace(line, title=title, old=old, new=new)


def _format_change_title(line: MessageLine, context: MessageContext) -> str:
    """Formats what became of an event, with its date: "Moved to Thu 16 Sep, 15:00: Summit"."""
    _, language, zone = context.gettext, context.language, context.zone
    # what is called off, or put off, is known by the date that its reader was last told
    is_put_off = line.kind is ChangeKind.POSTPONED and line.recurrence and _is_awaiting_date(line)
    state = line.old if line.old and (line.kind is ChangeKind.CANCELLED or is_put_off) else line.new or line.old
    title = one_line(line.title)
    place = one_line(line.new.place) if line.new else ""
    if line.kind is ChangeKind.PLACE and not place and line.version and line.version.event.online:
        return _("{head}: {what}").format(head=_("Online"), what=title)
    home = context.calendar.timezone
    date_texts = [
        format_subject_date(when, context.now, language, zone, home) for when in _remaining_dates(line, context)
    ]
    if cancelled_text := _format_cancelled(date_texts, language):
        return _("{head}: {what}").format(head=capitalize_first(cancelled_text), what=title)
    if line.kind is ChangeKind.MOVED and (days := last_day_changes(line.old, line.new)):
        if begins := _find_continuation(line, last_day=days[1]):
            date_text = format_subject_date(begins, context.now, language, zone, home)
            return _("Changes from {when}: {title}").format(title=title, when=date_text)
        old_last, last = days
        template = _("Extended to {when}: {title}") if old_last and last > old_last else _("Now ends {when}: {title}")
        last_when = When(AllDay(last, last), uncertain=line.new is not None and line.new.when.uncertain)
        return template.format(title=title, when=format_subject_date(last_when, context.now, language, "", ""))
    template = _title_template(line, state, language)
    date_text = _format_title_date(line, state, context) if state else ""
    if line.kind in (ChangeKind.MOVED, ChangeKind.LESS_PRECISE) and state and state.when.span in NEVER_TO_COME:
        return _("{head}: {what}").format(head=capitalize_first(date_text), what=title)
    is_only_end = line.kind is ChangeKind.LESS_PRECISE and is_end_open(line.old, line.new)
    if line.new and (_has_same_start(line, context) or is_only_end):
        # another end or zone, or no longer a series: a title has day and hour alone
        template = _("Date changed, {when}: {title}")
        date_text = _join_rule(
            format_with_weekday(_told_when(line.new, line, context), language, zone), line.new, language
        )
    return template.format(title=title, when=date_text, place=place)


def _has_same_start(line: MessageLine, context: MessageContext) -> bool:
    """Tells whether the title of a move would give the date that it was moved from."""
    old, new = line.old, line.new
    if line.kind is not ChangeKind.MOVED or old is None or new is None or (new.rule and new.rule != old.rule):
        return False
    return _format_told_date(old, line, context) == _format_told_date(new, line, context)


def _format_title_date(line: MessageLine, state: EventState, context: MessageContext) -> str:
    language, when = context.language, state.when
    if line.kind is ChangeKind.NARROWED:  # the title says "not confirmed" in words
        when = replace(when, uncertain=False)
        if not when.is_day_known:
            return words.format_expected(when, language, "short")
    date_text = _format_told_date(replace(state, when=when), line, context)
    if line.new and line.new.rule:
        end = _told_when(line.new, line, context).ends_at(context.calendar.zone)
        is_over = end is not None and end <= context.now
        return _join_rule("" if is_over else date_text, line.new, language)
    event = line.version.event if line.version else None
    if _is_appositive(line) and event and event.kind is EventKind.DEADLINE and event.when.is_day_known:
        return words.format_deadline(date_text, language)
    return date_text


def _format_told_date(state: EventState, line: MessageLine, context: MessageContext) -> str:
    when = _told_when(state, line, context)
    return format_subject_date(when, context.now, context.language, context.zone, context.calendar.timezone)


def _told_when(state: EventState, line: MessageLine, context: MessageContext) -> When:
    """Returns the date of *state* by which its reader knows the event now: of a series the next one."""
    version = line.version or line.removed_version
    return told_when(state, line, version.event if version else None, context.now)


def _join_rule(date_text: str, state: EventState, language: str) -> str:
    return words.join_clauses([date_text, words.format_rule_text(state.rule, state.when, language)], language)


def _is_appositive(line: MessageLine) -> bool:
    """Tells whether the title names the date after a comma, so that a deadline's reads "until ..."."""
    return line.kind in (ChangeKind.ADDED, ChangeKind.RESTORED) or (
        line.kind is ChangeKind.DAY_KNOWN and not is_known_elsewhere(line.old, line.new)
    )


def _find_continuation(line: MessageLine, last_day: date) -> When | None:
    """Returns the known first date of what continues the series of *line* after its *last_day*; None if it just ends."""
    begins = occurrences.first_date(line.continuations[0].event) if line.continuations else None
    first_day = begins.first_day if begins and begins.is_day_known else None
    if begins is None or first_day is None or first_day <= last_day:
        return None
    is_whole_days = isinstance(begins.span, AllDay)
    return When(AllDay(first_day, first_day), begins.uncertain) if is_whole_days else begins


def _title_template(line: MessageLine, state: EventState | None, language: str) -> str:
    _ = words.get_translations(language).gettext
    version = line.version or line.removed_version
    is_deadline = version is not None and version.event.kind is EventKind.DEADLINE
    has_date = _is_called_off_by_date(line, state)
    return {
        ChangeKind.ADDED: _("New: {title}, {when}"),
        ChangeKind.VANISHED: _("Removed, {when}: {title}") if has_date else _("Removed: {title}"),
        ChangeKind.MOVED: _moved_template(line, state, is_deadline, language),
        ChangeKind.DAY_KNOWN: _day_known_template(line, language),
        ChangeKind.NARROWED: _narrowed_template(state, language),
        ChangeKind.LESS_PRECISE: _less_precise_template(line, is_deadline, language),
        ChangeKind.PLACE: _("New venue, {place}: {title}")
        if state and state.place
        else _("Venue to be confirmed: {title}"),
        ChangeKind.POSTPONED: _("Postponed to {when}: {title}")
        if _has_plain_day(line.new) and not _is_awaiting_date(line)
        else _("Postponed, {when}: {title}"),
        ChangeKind.CANCELLED: _("Cancelled, {when}: {title}") if has_date else _("Cancelled: {title}"),
        ChangeKind.RESTORED: _("Back on, {when}: {title}"),
        None: "{title}",
    }[line.kind]


def _is_called_off_by_date(line: MessageLine, state: EventState | None) -> bool:
    """Tells whether the title of what is called off has its date: not of a series, but of one that others continue, or that continues one."""
    version = line.version or line.removed_version
    if state is None or isinstance(state.when.span, Undated):
        return False
    if version is None:
        return not state.rule
    is_series = state.rule or (not line.recurrence and version.event.also)
    return not is_series or bool(version.event.continues or line.successors)


def _moved_template(line: MessageLine, state: EventState | None, is_deadline: bool, language: str) -> str:
    """Returns the title of a move; "by 30 June 2021" and periods cannot follow "to"."""
    _ = words.get_translations(language).gettext
    if is_time_announced(line.old, line.new):
        return _("Time announced, {when}: {title}") if is_deadline else _("Start time announced, {when}: {title}")
    if is_deadline_extended(line.version, line.old, line.new) and not (state and state.rule):
        return _("Deadline extended to {when}: {title}")
    return _("Moved to {when}: {title}") if _has_plain_day(state) else _("Date changed, {when}: {title}")


def _day_known_template(line: MessageLine, language: str) -> str:
    """Returns the title of a day that became known: that of a tentative event is not confirmed."""
    _ = words.get_translations(language).gettext
    if is_known_elsewhere(line.old, line.new):
        return _("Moved to {when}: {title}")
    is_tentative = line.new is not None and line.new.status is Status.TENTATIVE
    return _("Date announced, {when}: {title}") if is_tentative else _("Date confirmed, {when}: {title}")


def _less_precise_template(line: MessageLine, is_deadline: bool, language: str) -> str:
    _ = words.get_translations(language).gettext
    if not is_time_announced(line.new, line.old):
        return _("Date no longer certain, {when}: {title}")
    return (
        _("Time no longer certain, {when}: {title}")
        if is_deadline
        else _("Start time no longer certain, {when}: {title}")
    )


def _is_awaiting_date(line: MessageLine) -> bool:
    return line.new is not None and is_awaiting_date(line.new, line.recurrence)


def _has_plain_day(state: EventState | None) -> bool:
    """Tells whether the date of *state* can follow "to": a day, of no series. A period would need its case in Russian."""
    return state is not None and not state.rule and state.when.is_day_known


def _narrowed_template(state: EventState | None, language: str) -> str:
    _ = words.get_translations(language).gettext
    if state and state.when.is_day_known:  # a day without doubt is DAY_KNOWN
        return _("Now expected on {when}, not confirmed: {title}")
    return (
        _("Now expected {when}, not confirmed: {title}")
        if state and state.when.uncertain
        else _("Now expected {when}: {title}")
    )


def _format_line_state(state: EventState | None, line: MessageLine, context: MessageContext) -> str:
    if state is None:
        return ""
    return _format_state(state, _told_when(state, line, context), line.recurrence, context.language, context.zone)


def _format_state(state: EventState, when: When, recurrence: str, language: str, zone: str) -> str:
    """Formats *state* by the date *when* of it."""
    text = _join_rule(format_with_weekday(when, language, zone), state, language)
    has_date = not is_awaiting_date(state, recurrence)
    prefix = words.format_status_prefix(state.status, language, has_date=has_date, when=when)
    return prefix + words.join_clauses([text, one_line(state.place)], language)
