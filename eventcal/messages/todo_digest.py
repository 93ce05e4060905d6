"""Builds the operator's message about events that need a look."""

from __future__ import annotations

from dataclasses import replace

from .. import links, words
from ..todos import Todo, TodoList, format_todo
from .body import Body
from .message_context import MessageContext, add_footer, build_message
from .values import Message, one_line

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
        more = context.gettext("And {n} more: `eventcal todo` lists all.").format(n=rest)
        bodies[-1] = replace(bodies[-1], facts=(*bodies[-1].facts, more))
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
        page_url=_page_url(context, todo),
    )


def _todo_data(context: MessageContext, todo: Todo) -> dict[str, object]:
    return {
        "id": todo.event_id,
        "title": todo.title,
        "concern": todo.concern.value,
        "message": format_todo(todo, context.language),
        "day": todo.day.isoformat() if todo.day else None,
        "page": _page_url(context, todo) or None,
    }


def _page_url(context: MessageContext, todo: Todo) -> str:
    return links.event_url(context.base_url, todo.event_id) if context.base_url else ""
