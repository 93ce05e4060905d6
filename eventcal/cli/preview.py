"""The command that shows a mail as its reader would get it: preview."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from ..errors import EventcalError
from .completion import complete_event_id
from .group import command
from .inputs import edition_from_file, find_version, require_language
from .options import with_settings

if TYPE_CHECKING:
    from ..events import Calendar
    from ..history import Edition, Version
    from ..leads import Lead
    from ..messages import Message, MessageContext, MessageLine
    from ..settings import Settings


@command(
    "eventcal preview summit-2021 --lang ru",
    "eventcal preview summit-2021 --lead '1 week before at 09:00' --format eml > mail.eml",
    "eventcal preview summit-2021 --kind change --was 2021-09 --format html > mail.html",
)
@click.argument("event_id", metavar="ID", shell_complete=complete_event_id)
@click.option("--kind", type=click.Choice(["reminder", "change", "digest", "confirmation"]), default="reminder")
@click.option("--lead", "lead_text", default="", help="Such as '1 week before at 09:00'; default: the event's first.")
@click.option(
    "--was", default="", help="For a change: the date before it, such as 2021-09; default: the event's `was`."
)
@click.option("--lang", default="", help="The reader's language, such as ru; default: the calendar's.")
@click.option("--zone", default="", help="The reader's time zone, such as Europe/Berlin; default: the event's.")
@click.option(
    "--format", "output_format", type=click.Choice(["text", "html", "eml"]), default="text", show_default=True
)
@with_settings("registry", "base_url")
def preview(
    settings: Settings, event_id: str, kind: str, lead_text: str, was: str, lang: str, zone: str, output_format: str
) -> None:
    """Show an email about an event as a subscriber would get it. Nothing is sent, and its links lead nowhere.

    A change is that of an event that is cancelled, postponed or extended, or from the date in --was; its notes are shown as new.
    """
    from .. import messages
    from ..channels.mime import render_mail
    from ..when import find_zone

    if was and kind != "change":
        raise click.UsageError("--was is for --kind change")
    now = datetime.now(UTC)
    edition = edition_from_file(settings, now)
    base_url = settings.base_url or f"http://{settings.host}:{settings.port}"
    language = require_language(lang, edition)
    own_zone = find_zone(zone).key if zone else ""
    context = messages.MessageContext(edition.calendar, now, language, own_zone, base_url)
    draft = _build_message(edition, find_version(edition, event_id), kind, lead_text, was, context)
    links = tuple((mark, f"{base_url}/{mark.strip('%').lower()}/...") for mark in messages.LINK_PLACEHOLDERS)
    headers = (
        ("List-Unsubscribe", f"<{dict(links)[messages.UNSUBSCRIBE_PLACEHOLDER]}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    message = messages.address_message(draft, "preview.0", "reader@example.org", headers, links)
    if output_format == "eml":
        sys.stdout.buffer.write(render_mail(message, "calendar@example.org"))
        return
    mail = messages.fill_placeholders(message)
    click.echo(mail.html if output_format == "html" else f"Subject: {mail.subject}\n\n{mail.text}", nl=False)


def _build_message(
    edition: Edition, version: Version, kind: str, lead_text: str, was: str, context: MessageContext
) -> Message:
    """Builds the message as it would be sent about the event's next date, or now where nothing is due for that.

    A change is told no earlier than now: of a series the next date is in it.
    """
    from .. import feeds, leads, messages, occurrences
    from ..events import Occurrence, chosen_zone, event_zone
    from ..filters import Filter

    calendar, event = edition.calendar, version.event
    query, title_of = (
        Filter(event=event.id, parts=True),
        lambda _id: occurrences.title_without_number(event, context.language),
    )
    occurrence = next(occurrences.iter_upcoming(event, context.now.date()), None)
    occurrence = occurrence or Occurrence(event, "", event.when, event.status)
    lead = _parse_lead(version, lead_text)
    moment = leads.resolve(lead, occurrence.when, chosen_zone(occurrence.event, context.zone)) or context.now
    footer_reason = messages.footer_reason(query, title_of, calendar, context.language)
    now, context = context.now, replace(context, now=moment, footer_reason=footer_reason)
    match kind:
        case "reminder":
            today = moment.astimezone(event_zone(event)).date()
            ics = feeds.render_event_ics(edition, version, today, Filter(), context.base_url)
            return messages.reminder_message(context, occurrence, version, lead, ics=ics)
        case "digest":
            return messages.digest_message(context, [], [occurrence], {event.id: version})
        case "change":
            context = replace(context, now=max(moment, now))
            return messages.change_message(context, [_change_line(version, was, calendar)])
    return messages.confirmation_message(context, query, title_of, link_expires_at=moment + timedelta(hours=48))


def _parse_lead(version: Version, lead_text: str) -> Lead:
    from .. import leads

    lead = (
        leads.parse(lead_text) if lead_text else next(iter(version.event.leads), leads.parse("1 day before at 09:00"))
    )
    if isinstance(lead, leads.NoticeKind):
        raise EventcalError("--lead is how far ahead, such as '1 week before at 09:00'; for a change use --kind change")
    return lead


def _change_line(version: Version, was: str, calendar: Calendar) -> MessageLine:
    from .. import history, messages, when
    from ..events import Status, event_zone

    event = version.event
    new = history.state_of(event, calendar.language)
    is_off = new.status in (Status.CANCELLED, Status.POSTPONED)
    old = replace(
        new,
        when=when.parse(was, event_zone(event)) if was else event.was or new.when,
        status=Status.CONFIRMED if is_off else new.status,
    )
    former = replace(event, notes=None)
    line = messages.MessageLine(event.title.in_language(calendar.language), old, new, version, former=former)
    if not was and line.kind is None:
        raise EventcalError("--kind change needs --was, the date that it had before, such as --was 2021-09")
    return line
