"""The values that all parts of a message share, and what every kind of message is built with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from ..filters import Filter
from ..words import get_translations, join_sentences
from ..words.preferences import format_filter
from .body import Body, to_html, to_markdown, to_text
from .values import PREFERENCES_PLACEHOLDER, UNSUBSCRIBE_PLACEHOLDER, Message, one_line
from .webhook_data import format_timestamp, list_identity


@dataclass(frozen=True, slots=True)
class MessageContext:
    """A message's calendar, its time of sending, and its reader.

    *language* "" becomes the calendar's, *zone* "" is each event's own, *base_url* "" leaves out links to our pages.
    *footer_reason* tells subscribers why they get the message, and adds the links that change that.
    """

    calendar: Calendar
    now: datetime
    language: str = ""
    zone: str = ""
    base_url: str = ""
    footer_reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "language", self.language or self.calendar.language)

    @property
    def gettext(self) -> Callable[[str], str]:
        """The translation of our own words into the reader's language."""
        return words.get_translations(self.language).gettext

    @property
    def calendar_name(self) -> str:
        """The calendar's name in the reader's language, as one line."""
        return one_line(self.calendar.name.in_language(self.language))

    @property
    def calendar_data(self) -> dict[str, str]:
        """The calendar as webhooks carry it (docs/webhooks.md)."""
        return {"id": self.calendar.id, "name": self.calendar_name}

    @property
    def list_id(self) -> str:
        """The calendar as a mailing list (RFC 2919 2); "" without a public host."""
        return list_identity(self.calendar, self.base_url)

    def join_titles(self, titles: Sequence[str]) -> str:
        """Returns the subject of a message about several things: the first title, and how many more there are."""
        if not (other_count := len(titles) - 1):
            return titles[0]
        translations = words.get_translations(self.language)
        template = translations.ngettext("{first}, and {n} more", "{first}, and {n} more", other_count)
        return template.format(first=titles[0], n=other_count)


def add_footer(context: MessageContext, body: Body) -> Body:
    """Returns *body* with the calendar's name as its footer, and for subscribers the reason and the links."""
    links = footer_links(context.language) if context.footer_reason else ()
    return replace(body, footer=context.calendar_name, footer_reason=context.footer_reason, footer_links=links)


def build_message(
    context: MessageContext,
    kind: str,
    subject: str,
    bodies: Sequence[Body],
    data: Mapping[str, object] | None = None,
    **fields: Any,
) -> Message:
    """Renders *bodies* as one message in the calendar's zone. *data* is added to what webhooks of all kinds carry.

    *fields* are further fields of Message, or take the place of those that all kinds share.
    """
    text = "\n".join(to_text(body) for body in bodies)
    shared_data = {
        "type": kind,
        "timestamp": format_timestamp(context.now),
        "subject": subject,
        "text": text,
        "language": context.language,
    }
    shared: dict[str, Any] = {
        "send_time": context.now.astimezone(ZoneInfo(context.calendar.timezone)),
        "reply_to": one_line(context.calendar.contact),
        "language": context.language,
    }
    html, markdown = to_html(*bodies), to_markdown(*bodies)
    return Message(
        "", kind, "", subject, text, html, markdown=markdown, data=shared_data | dict(data or {}), **shared | fields
    )


LabelledLinks = tuple[tuple[str, str], ...]


def footer_links(language: str) -> LabelledLinks:
    """The ways out, as (words, mark): each recipient's own address takes the mark's place."""
    _ = get_translations(language).gettext
    return ((_("Manage your reminders"), PREFERENCES_PLACEHOLDER), (_("Unsubscribe"), UNSUBSCRIBE_PLACEHOLDER))


def footer_reason(query: Filter, title_of: Callable[[str], str], language: str, *, has_others: bool = False) -> str:
    """Explains why a subscriber gets a mail, and what unsubscribing ends if the address *has_others*.

    *title_of* gives an event's title by its id.
    """
    _ = get_translations(language).gettext
    filter_text = one_line(format_filter(query, language, title_of))
    reason = _("You get this because you signed up for reminders of {what}.").format(what=filter_text)
    if not has_others:
        return reason
    others = _("This address has other reminders from us, which go on; the page that unsubscribes can end all of them.")
    return join_sentences(reason, others, language)
