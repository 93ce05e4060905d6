"""Builds digests: the reminders and changes that a reader gets in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from ..events import Occurrence
from ..history import Version
from .body import Body
from .change import change_body, urgency
from .message import Message, MessageContext, MessageLine, NotificationText, add_footer, build_message
from .reminder import reminder_body, reminder_subject
from .webhook_data import change_data, event_data


def digest_message(
    context: MessageContext,
    change_lines: Sequence[MessageLine],
    occurrences: Sequence[Occurrence],
    versions: Mapping[str, Version],
) -> Message:
    """Builds one message about changes and then occurrences by their date, at least one of either.

    Two or more begin with an overview. *versions* are those of the events of *occurrences*, by event id.
    """
    zone = ZoneInfo(context.zone or context.calendar.timezone)
    lines = sorted(change_lines, key=urgency)
    upcoming = sorted(occurrences, key=lambda occurrence: occurrence.when.sort_key(zone))
    bodies = [change_body(context, line) for line in lines]
    titles = [*(body.title for body in bodies), *(reminder_subject(context, occurrence) for occurrence in upcoming)]
    parents = {event_id: version.parent_title for event_id, version in versions.items()}
    bodies += [reminder_body(context, occurrence, parents[occurrence.event.id]) for occurrence in upcoming]
    bodies[-1] = add_footer(context, bodies[-1])
    if len(titles) > 1:
        overview_title = context.gettext("Overview")
        bodies.insert(0, Body(language=context.language, title=overview_title, facts=tuple(titles)))
    return build_message(
        context,
        "digest",
        context.join_titles(titles),
        bodies,
        {
            "calendar": context.calendar_data,
            "changes": [change_data(line, context.language, context.base_url) for line in lines],
            "events": [
                event_data(versions[occurrence.event.id], occurrence, context.language, context.base_url)
                for occurrence in upcoming
            ],
        },
        send_time=context.now.astimezone(zone),
        list_id=context.list_id,
        list_name=context.calendar_name,
        url=context.home_url,
        notification=NotificationText(context.calendar_name, "\n".join(titles)),
    )
