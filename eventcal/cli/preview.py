"""The command that shows a mail as its reader would get it: preview."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ..errors import EventcalError
from . import cli, example, with_settings

if TYPE_CHECKING:
    from ..events import Calendar, Occurrence
    from ..filters import Filter
    from ..history import Edition, Version
    from ..leads import Lead
    from ..messages import Line, Message
    from ..settings import Settings


@cli.command(
    epilog=example(
        "eventcal preview summit-2021 --lang ru",
        "eventcal preview summit-2021 --lead '1 week before at 09:00' --format eml > mail.eml",
        "eventcal preview summit-2021 --kind change --was 2021-09 --format html > mail.html",
    )
)
@click.argument("event_id", metavar="ID")
@click.option("--kind", type=click.Choice(["reminder", "change", "digest", "confirmation"]), default="reminder")
@click.option("--lead", "ahead", default="", help="Such as '1 week before at 09:00'; the event's first when absent.")
@click.option("--was", default="", help="For a change: the date that it had before, such as 2021-09.")
@click.option("--lang", default="", help="The reader's language: en, ru or zh; the calendar's when absent.")
@click.option("--zone", default="", help="The reader's time zone, such as Europe/Berlin; the event's when absent.")
@click.option("--format", "how", type=click.Choice(["text", "html", "eml"]), default="text", show_default=True)
@with_settings("registry", "base_url")
def preview(settings: Settings, event_id: str, kind: str, ahead: str, was: str, lang: str, zone: str, how: str) -> None:
    """A mail about an event as somebody who signed up would get it. Nothing is sent, and its links lead nowhere."""
    from .. import messages
    from ..channels.mime import render
    from ..when import zone as zone_of
    from .agenda import current

    edition = current(settings, datetime.now(UTC))
    base_url = settings.base_url or f"http://{settings.host}:{settings.port}"
    reader = _Reader(lang or edition.calendar.language, zone_of(zone).key if zone else "", base_url)
    made = _made(edition, _version(edition, event_id), kind, ahead, was, reader)
    links = tuple((mark, f"{base_url}/{mark.strip('%').lower()}/...") for mark in messages.MARKS)
    headers = (
        ("List-Unsubscribe", f"<{dict(links)[messages.UNSUBSCRIBE]}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    message = messages.addressed(made, "preview.0", "reader@example.org", headers, links)
    if how == "eml":
        sys.stdout.buffer.write(render(message, "calendar@example.org"))
        return
    shown = messages.filled(message)
    click.echo(shown.html if how == "html" else f"Subject: {shown.subject}\n\n{shown.text}", nl=False)


@dataclass(frozen=True)
class _Reader:
    language: str
    zone: str
    base_url: str


def _version(edition: Edition, event_id: str) -> Version:
    for each in edition.versions:
        if event_id in (each.event.id, *each.event.formerly):
            return each
    near = difflib.get_close_matches(event_id, [each.event.id for each in edition.versions], n=1)
    raise EventcalError(f"no event '{event_id}'" + (f", did you mean '{near[0]}'?" if near else ""))


def _made(edition: Edition, version: Version, kind: str, ahead: str, was: str, reader: _Reader) -> Message:
    from .. import messages

    calendar, event = edition.calendar, version.event
    query, title = _query(event.id), event.title.say(reader.language)
    occurrence = _occurrence(version)
    lead = _lead(version, ahead)
    moment = _moment(occurrence, lead, reader.zone)
    why = messages.why_words(query, lambda _id: title, reader.language)
    told: dict[str, Any] = {"language": reader.language, "zone": reader.zone, "base_url": reader.base_url, "why": why}
    match kind:
        case "reminder":
            ics = _ics(edition, version, moment, reader.base_url)
            return messages.reminder_message(occurrence, version, calendar, lead, moment, ics=ics, **told)
        case "digest":
            return messages.digest_message([], [occurrence], calendar, moment, **told)
        case "change":
            return messages.change_message([_line(version, was, calendar)], calendar, moment, **told)
    until = moment + timedelta(hours=48)
    return messages.confirmation_message(
        calendar, query, title, moment, until=until, language=reader.language, zone=reader.zone
    )


def _query(event_id: str) -> Filter:
    from ..filters import Filter

    return Filter(event=event_id)


def _occurrence(version: Version) -> Occurrence:
    """The event, or of a series the next time."""
    from .. import occurrences
    from ..events import Occurrence

    event = version.event
    coming = next(occurrences.coming(event, datetime.now(UTC).date()), None)
    return coming or Occurrence(event, "", event.when, event.status)


def _lead(version: Version, ahead: str) -> Lead:
    from .. import leads

    found = leads.parse(ahead) if ahead else next(iter(version.event.leads), leads.parse("1 day before at 09:00"))
    if isinstance(found, leads.Notice):
        raise EventcalError("--lead is how far ahead, such as '1 week before at 09:00'; for news take --kind change")
    return found


def _moment(occurrence: Occurrence, lead: Lead, zone: str) -> datetime:
    """When it would be sent."""
    from .. import leads
    from ..events import event_zone
    from ..when import zone as zone_of

    found = leads.resolve(lead, occurrence.when, zone_of(zone) if zone else event_zone(occurrence.event))
    return found or datetime.now(UTC)


def _line(version: Version, was: str, calendar: Calendar) -> Line:
    from dataclasses import replace

    from .. import history, messages, when
    from ..events import event_zone

    if not was:
        raise EventcalError("--kind change needs --was, the date that it had before, such as --was 2021-09")
    event = version.event
    new = history.state_of(event, calendar.language)
    old = replace(new, when=when.parse(was, event_zone(event)))
    return messages.Line(event.title.say(calendar.language), old, new, version)


def _ics(edition: Edition, version: Version, moment: datetime, base_url: str) -> bytes:
    from .. import feeds
    from ..events import event_zone
    from ..filters import Filter

    found = feeds.event(
        edition, version.event.id, moment.astimezone(event_zone(version.event)).date(), Filter(), base_url
    )
    return found.body if found else b""
