"""Builds messages to the operator: events that need a look, alarms, the test of a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .. import links, words
from ..todos import Todo, TodoList, format_todo
from ..when import format_instant
from .body import Body, one_line
from .message import Message, MessageContext, NotificationText, add_footer, build_message

MAX_LISTED_TODOS = 20


def todo_message(context: MessageContext, todo_list: TodoList) -> Message:
    """Builds the message: the most urgent entries, each with its page, and the number of the rest."""
    listed = todo_list.todos[:MAX_LISTED_TODOS]
    count = words.get_translations(context.language).ngettext(
        "{n} date needs a look", "{n} dates need a look", todo_list.count
    )
    title = count.format(n=todo_list.count)
    bodies = [Body(language=context.language, title=title), *(_todo_body(context, todo) for todo in listed)]
    if rest := todo_list.count - len(listed):
        advice = context.gettext("And {n} more: `eventcal todo` lists all.").format(n=rest)
        bodies[-1] = replace(bodies[-1], advice=advice)
    bodies[-1] = add_footer(context, bodies[-1])
    subject = context.gettext("{calendar}: {title}").format(calendar=context.calendar_name, title=title)
    entries = [_todo_data(context, todo) for todo in listed]
    data = {"calendar": context.calendar_data, "count": todo_list.count, "todos": entries}
    # a reply does not go to the calendar's public contact
    return build_message(context, "todo", subject, bodies, data, reply_to="")


def _todo_body(context: MessageContext, todo: Todo) -> Body:
    return Body(
        language=context.language,
        title=one_line(todo.title),
        facts=(one_line(format_todo(todo, context.language)),),
        page_url=links.public_event_url(context.base_url, todo.event_id),
    )


def _todo_data(context: MessageContext, todo: Todo) -> dict[str, object]:
    return {
        "id": todo.event_id,
        "title": todo.title,
        "concern": todo.concern.value,
        "message": format_todo(todo, context.language),
        "day": todo.day.isoformat() if todo.day else None,
        "page": links.public_event_url(context.base_url, todo.event_id) or None,
    }


def channel_test_message(context: MessageContext, channel: str) -> Message:
    """Builds the test message of a channel."""
    _ = context.gettext
    title = _("Test: reminders of {calendar} arrive here").format(calendar=context.calendar_name)
    fact = _("This is a test of channel {channel}. No action is needed.").format(channel=channel)
    body = Body(language=context.language, title=title, facts=(fact,), page_url=context.base_url)
    return build_message(
        context,
        "test",
        title,
        [add_footer(context, body)],
        {"calendar": context.calendar_data},
        url=context.base_url,
        notification=NotificationText(title, fact),
    )


def alarm_message(context: MessageContext, name: str, detail: str, since: datetime, is_over: bool) -> Message:
    """Builds the message about an alarm, or with *is_over* about its end. *name* is that of `planning.alarms.Alarm`."""
    _, language = context.gettext, context.language
    kind, _space, subject_name = name.partition(" ")
    channel, _space, cause = subject_name.partition(" ") if kind == "dead" else (subject_name, "", "")
    names = {"name": subject_name, "channel": channel, "cause": cause}
    titles = _ended_titles(language) if is_over else _active_titles(language)
    title = titles.get(kind, name).format(**names)
    since_text = words.format_moment(since, language, context.calendar.timezone)
    if is_over:  # a bare "since" would be read as the moment from which all is well again
        body = Body(language=language, title=title, facts=(_("Began: {moment}").format(moment=since_text),))
    else:
        facts = (_("Since {moment}").format(moment=since_text), *([detail] if detail else []))
        advice = _advice(language).get(kind, "").format(**names)
        body = Body(language=language, title=title, facts=facts, advice=advice)
    subject = _("{calendar}: {title}").format(calendar=context.calendar_name, title=one_line(title))
    alarm_data = {
        "name": kind if kind == "dead" else name,
        "channel": channel if kind in ("dead", "gone") else None,
        "cause": cause or None,
        "detail": detail,
        "since": format_instant(since),
        "over": is_over,
    }
    data = {"calendar": context.calendar_data, "alarm": alarm_data}
    # a reply to an alarm does not go to the calendar's public contact
    bodies = [add_footer(context, body)]
    return build_message(context, "alarm", subject, bodies, data, reply_to="", is_urgent=not is_over)


def _advice(language: str) -> dict[str, str]:
    _ = words.get_translations(language).gettext
    return {
        "dead": _("See `eventcal deliveries --state dead`; `eventcal retry --all` sends them again."),
        "bounced": _("`eventcal subscribers restore` brings them back if the relay was at fault."),
        "gone": _("The channel is paused. Correct its address in eventcal.toml, then run `eventcal resume {channel}`."),
        "registry": _("The last valid edition stays published. See `eventcal check`, and `eventcal status`."),
        "feed": _("Subscribers miss what is named above. This is a fault of eventcal: report it with its log."),
        "destination": _("Due messages wait; one is tried every minute."),
        "mailbox": _("Bounces are not counted meanwhile. Check EVENTCAL_BOUNCE_MAILBOX and the mail server."),
    }


def _active_titles(language: str) -> dict[str, str]:
    _ = words.get_translations(language).gettext
    return {
        "dead": _("Deliveries failed: {channel}, {cause}"),
        "bounced": _("Subscriptions ended because their mails bounced"),
        "gone": _("The endpoint of channel {channel} is gone"),
        "registry": _("The calendar file has errors"),
        "feed": _("The feed is incomplete"),
        "destination": _("{name} is not responding"),
        "mailbox": _("The mailbox for bounces at {name} cannot be read"),
    }


def _ended_titles(language: str) -> dict[str, str]:
    _ = words.get_translations(language).gettext
    return {
        "dead": _("Resolved: no recent failed deliveries ({channel}, {cause})"),
        "bounced": _("Resolved: no subscriptions ended recently"),
        "gone": _("Resolved: channel {channel} sends again"),
        "registry": _("Resolved: the calendar file is valid again"),
        "feed": _("Resolved: the feed is complete again"),
        "destination": _("Resolved: {name} responds again"),
        "mailbox": _("Resolved: the mailbox for bounces at {name} can be read"),
        "stopped": _("Resolved: sending was interrupted because eventcal was not running"),
    }
