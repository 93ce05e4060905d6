"""The message that channels send, what every kind of message is built with, and its personalisation for a recipient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from .. import links, markup, occurrences, words
from ..events import Calendar, Event, Status, event_zone
from ..filters import Filter
from ..history import ChangeKind, EventState, Version, classify_change
from ..web_push import PushEndpoint
from ..when import NEVER_TO_COME, format_instant
from ..words import get_translations, join_sentences
from ..words.preferences import format_filter
from .body import Body, one_line, to_html, to_markdown, to_text

TextPairs = tuple[tuple[str, str], ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NotificationText:
    """A message as a device shows it: short, and true whenever it is read, so that no distance in days is in it.

    *event_id* is "" where it speaks of several events. A newer notification of the same *subject* (an event,
    or one occurrence of a series) replaces the older.
    """

    title: str
    body: str = ""
    event_id: str = ""
    subject: str = ""


@dataclass(frozen=True)
class RichText:
    """The content of a message as HTML and as Markdown: each is rendered once for all recipients, if a channel shows it."""

    bodies: tuple[Body, ...] = ()

    @cached_property
    def html(self) -> str:
        """A small HTML document, "" for no content."""
        return to_html(*self.bodies) if self.bodies else ""

    @cached_property
    def markdown(self) -> str:
        """CommonMark without a footer, "" for no content."""
        return to_markdown(*self.bodies) if self.bodies else ""


@dataclass(frozen=True, slots=True)
class Message:
    """Everything that a channel needs, built without knowledge of the channel.

    *key* is the delivery's key with its resend count (Message-ID, webhook-id). *send_time* is on the event's own wall
    clock. *data* is the documented JSON of a webhook, *ics* the bytes of `/events/ID.ics` or b"", *more_ics* those of
    further events. *subject* and *address* are one line each. *tags* are the event's. *is_urgent*: a cancellation or an
    alarm. *list_id* and *list_name* identify the mailing list (RFC 2919), *references* is the key of the message that
    this one follows, *bounce_id* identifies it when it bounces. *replacements* are the recipient's own links for the
    placeholders in *text* and *rich*, so that the rest is rendered once for many. *notification* is for devices, *device*
    the device's endpoint, and *expires_at* the time until which the message is useful to it.
    """

    key: str
    kind: str
    address: str
    subject: str
    text: str
    rich: RichText = RichText()
    send_time: datetime = EPOCH
    data: dict[str, object] = field(default_factory=dict)
    ics: bytes = b""
    more_ics: tuple[bytes, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    language: str = "en"
    url: str = ""
    tags: tuple[str, ...] = ()
    is_urgent: bool = False
    list_id: str = ""
    list_name: str = ""
    references: str = ""
    bounce_id: str = ""
    replacements: tuple[tuple[str, str], ...] = ()
    notification: NotificationText | None = None
    device: PushEndpoint | None = None
    expires_at: datetime | None = None

    @property
    def html(self) -> str:
        """The content for mails."""
        return self.rich.html

    @property
    def markdown(self) -> str:
        """The content for services that show Markdown; the text where there is none."""
        return self.rich.markdown or self.text

    @property
    def text_below_subject(self) -> str:
        """*text* for services that show the subject above it: without a first line that repeats it."""
        return _below(self.text) if self._begins_with_subject else self.text

    @property
    def markdown_below_subject(self) -> str:
        """`markdown` for services that show the subject above it: without a first line that repeats it."""
        return _below(self.markdown) if self._begins_with_subject else self.markdown

    @property
    def _begins_with_subject(self) -> bool:
        return [body.title for body in self.rich.bodies[:1]] == [self.subject]


def _below(text: str) -> str:
    """Returns *text* without its first line; all of it where that is all."""
    return text.partition("\n")[2].lstrip("\n") or text


CONFIRM_PLACEHOLDER, PREFERENCES_PLACEHOLDER, UNSUBSCRIBE_PLACEHOLDER = LINK_PLACEHOLDERS = (
    "%%CONFIRM%%",
    "%%PREFERENCES%%",
    "%%UNSUBSCRIBE%%",
)


def _may_take_place(event: Event) -> bool:
    return event.status is not Status.CANCELLED and event.when.span not in NEVER_TO_COME


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One change for one reader: from *old*, what they were last told, to *new*; None: not in the calendar.

    *removed_version* is the last version of a removed event, by which programs know it. *former* is the event when it was
    in the state *old*: what its notes have gained since is told with the change. *successors* continue its series, and
    are told with another date of it.
    """

    title: str
    old: EventState | None
    new: EventState | None
    version: Version | None = None
    recurrence: str = ""
    removed_version: Version | None = None
    former: Event | None = None
    successors: tuple[Version, ...] = ()

    @property
    def kind(self) -> ChangeKind | None:
        """The kind of change; None if there is nothing to tell."""
        return classify_change(self.old, self.new, self.recurrence)

    @property
    def continuations(self) -> list[Version]:
        """Those of *successors* that are told with the change, the earliest first: what takes place after its new dates."""
        if self.recurrence or self.kind is not ChangeKind.MOVED:
            return []
        versions = (version for version in self.successors if _may_take_place(version.event))
        return sorted(versions, key=lambda version: version.event.when.sort_key(event_zone(version.event)))

    def added_notes(self, language: str) -> str:
        """Returns what the notes have gained with the change, such as its reason, as CommonMark; "" for nothing."""
        if self.version is None or self.former is None:
            return ""
        notes = (occurrences.notes_of(event, self.recurrence) for event in (self.former, self.version.event))
        return markup.added_blocks(*(text.in_language(language) if text else "" for text in notes))


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
    def page_language(self) -> str:
        """The language that links to our pages ask for: the reader's, "" if it is the calendar's own."""
        return "" if self.language == self.calendar.language else self.language

    @property
    def home_url(self) -> str:
        """The address of our first page; "" without a base URL."""
        pairs = [("lang", self.page_language)]
        return links.site_url(self.base_url, "/", pairs) if self.base_url and self.page_language else self.base_url

    def event_url(self, event: Event, recurrence: str) -> str:
        """Returns the address of an event's page, opened at the date *recurrence* of a series; "" without a base URL."""
        return links.event_url(self.base_url, event.id, recurrence, self.page_language) if self.base_url else ""

    @property
    def calendar_data(self) -> dict[str, str]:
        """The calendar as webhooks carry it (docs/webhooks.md)."""
        return {"id": self.calendar.id, "name": self.calendar_name}

    @property
    def list_id(self) -> str:
        """The calendar as a mailing list (RFC 2919 2): its id at the host of our pages; "" without a public host."""
        host = urlsplit(self.base_url).hostname or ""
        return f"{self.calendar.id}.{host}" if "." in host and not host.replace(".", "").isdigit() else ""

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
        "timestamp": format_instant(context.now),
        "subject": subject,
        "text": text,
        "language": context.language,
    }
    shared: dict[str, Any] = {
        "send_time": context.now.astimezone(context.calendar.zone),
        "reply_to": one_line(context.calendar.contact),
        "language": context.language,
    }
    rich = RichText(tuple(bodies))
    return Message("", kind, "", subject, text, rich, data=shared_data | dict(data or {}), **shared | fields)


def footer_links(language: str) -> TextPairs:
    """Returns the ways out, as (words, mark): each recipient's own address takes the mark's place."""
    _ = get_translations(language).gettext
    return ((_("Manage your reminders"), PREFERENCES_PLACEHOLDER), (_("Unsubscribe"), UNSUBSCRIBE_PLACEHOLDER))


def footer_reason(
    query: Filter, title_of: Callable[[str], str], calendar: Calendar, language: str, *, has_others: bool = False
) -> str:
    """Explains why a subscriber gets a mail, and what unsubscribing ends if the address *has_others*.

    *title_of* gives an event's title by its id.
    """
    _ = get_translations(language).gettext
    filter_text = one_line(format_filter(query, language, title_of, calendar.tags))
    reason = _("You get this because you signed up for reminders of {what}.").format(what=filter_text)
    if not has_others:
        return reason
    others = _("This address has other reminders from us, which go on; the page that unsubscribes can end all of them.")
    return join_sentences(reason, others, language)


# for one recipient


def address_message(
    message: Message, key: str, address: str, headers: TextPairs = (), replacements: TextPairs = ()
) -> Message:
    """Returns *message* for one recipient; *replacements* are (placeholder, the recipient's own link)."""
    return replace(
        message,
        key=key,
        address=one_line(address),
        headers=headers,
        data={"id": key, **message.data},
        replacements=replacements,
    )


def fill_placeholders(message: Message) -> Message:
    """Returns *message* with its recipient's links in place of the placeholders."""
    text, links = message.text, dict(message.replacements)
    for placeholder, link in links.items():
        text = text.replace(placeholder, link)
    bodies = (
        replace(
            body,
            footer_links=tuple((label, links.get(address, address)) for label, address in body.footer_links),
            action_link=body.action_link and (body.action_link[0], links.get(body.action_link[1], body.action_link[1])),
        )
        for body in message.rich.bodies
    )
    return replace(message, text=text, rich=RichText(tuple(bodies)), replacements=())
