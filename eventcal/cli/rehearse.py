"""The command that plays what would be sent: rehearse."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from ..errors import EventcalError
from .group import command, format_count, print_json, warn_of_filters
from .inputs import edition_from_file, open_existing_store, read_valid_registry
from .options import DAY_TYPE, with_settings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..channels import Channel
    from ..deliveries import EditRehearsal, RehearsedMessage
    from ..registry import Registry
    from ..settings import Settings

MAX_SUMMARY_LINES = 6
MAX_PERIOD = timedelta(days=3660)


@command(
    "eventcal rehearse --from 2021-06-01 --to 2021-11-01",
    "eventcal rehearse --from 2021-06-01 --to 2021-11-01 --send-to maildir:rehearsed",
    "eventcal rehearse --diff HEAD",
)
@click.option("--from", "start", type=DAY_TYPE, help="The first day.")
@click.option("--to", "end", type=DAY_TYPE, help="The day after the last one.")
@click.option(
    "--diff",
    metavar="REV",
    help="Instead: the notices that the current file would send, compared with git revision REV.",
)
@click.option("--send-to", metavar="log|maildir:DIR", help="Deliver the messages: print them, or write real emails.")
@click.option("--summary", is_flag=True, help="Only the count, the first and the last.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url", "base_url", "config")
def rehearse(
    settings: Settings,
    start: datetime | None,
    end: datetime | None,
    diff: str | None,
    send_to: str | None,
    summary: bool,
    as_json: bool,
) -> None:
    """List every reminder and notice that would be sent between two days, without sending any.

    Runs the real planning and sending on a store in memory, with a clock that jumps. With --diff that store is a copy
    of the real one, so that notices go to the people who would get them.
    """
    if diff:
        if start or end or send_to or summary:
            raise click.UsageError("--diff combines only with --json")
        _rehearse_edit(settings, diff, as_json)
        return
    if start is None or end is None:
        raise click.UsageError("give --from and --to, or --diff REV")
    if end <= start:
        raise EventcalError("--to must be a day after --from")
    if end - start > MAX_PERIOD:
        raise EventcalError("--to must be within ten years of --from")
    _rehearse_period(settings, start, end, send_to, summary, as_json)


def _rehearse_period(
    settings: Settings, start: datetime, end: datetime, send_to: str | None, summary: bool, as_json: bool
) -> None:

    from .. import deliveries
    from ..deliveries import RenderContext, ics_builder

    zone = read_valid_registry(settings).calendar.zone
    first, last = (day.replace(tzinfo=zone).astimezone(UTC) for day in (start, end))
    edition = edition_from_file(settings, first)
    render_context = RenderContext(settings.base_url, ics_builder(lambda: edition, settings.base_url, lambda: first))
    warn_of_filters(settings, edition.events)
    messages = []
    for message in deliveries.rehearse(
        edition,
        settings.reader_channels,
        first,
        last,
        send_to=_build_playback_channel(send_to, settings),
        render_context=render_context,
    ):
        messages.append(message)
        if not (summary or as_json or send_to == "log"):
            click.echo(_format_message(message, zone))
    if as_json:
        print_json([_message_json(message) for message in messages])
    elif summary:
        click.echo(_format_summary(messages, start, end, zone))
    elif not messages:
        click.echo("nothing would be sent")


def _rehearse_edit(settings: Settings, revision: str, as_json: bool) -> None:

    from .. import registry
    from ..registry.git_revision import read_revision

    old, new = read_revision(settings.registry, revision), registry.read(settings.registry)
    rehearsal = rehearse_over_copy(settings, old, new, datetime.now(UTC))
    if as_json:
        print_json([_message_json(message) for message in rehearsal.at_once])
        return
    zone = new.require_valid().calendar.zone
    by_subject: dict[str, list[RehearsedMessage]] = {}
    for rehearsed in rehearsal.at_once:
        by_subject.setdefault(rehearsed.message.subject, []).append(rehearsed)
    for subject, group in by_subject.items():
        device_count = sum(member.message.device is not None for member in group)
        recipient = group[0].recipient if len(group) == 1 else format_count(len(group), "recipient")
        if device_count and len(group) > 1:
            recipient += f" ({device_count} of them {'a device' if device_count == 1 else 'devices'})"
        click.echo(f"{group[0].message.send_time.astimezone(zone):%Y-%m-%d %H:%M}  {recipient}  {subject}")
        body, _, _ = group[0].message.text.partition("\n-- \n")
        click.echo("".join(f"    {line}\n" if line else "\n" for line in body.strip().splitlines()))
    if rehearsal.in_digests:
        click.echo(f"{rehearsal.in_digests} more would go into digests")
    if not rehearsal.at_once and not rehearsal.in_digests:
        click.echo("no notifications would be sent")


def rehearse_over_copy(settings: Settings, old: Registry, new: Registry, now: datetime) -> EditRehearsal:
    """Rehearses the edit from *old* to *new* over a copy of the store, which stays as it is; an empty one where there is none."""
    from .. import deliveries
    from ..deliveries import RenderContext
    from ..store import open_store
    from ..store.backup import clone_to_memory

    with open_existing_store(settings) as store:
        store_copy = clone_to_memory(store) if store else open_store("sqlite://")
    with closing(store_copy):
        return deliveries.rehearse_edit(
            store_copy, old, new, settings.reader_channels, now, RenderContext(settings.base_url)
        )


def _build_playback_channel(send_to: str | None, settings: Settings) -> Channel | None:
    from .. import channels

    if not send_to:
        return None
    kind, _, path = send_to.partition(":")
    if kind not in ("log", "maildir") or bool(path) != (kind == "maildir"):
        raise EventcalError("--send-to takes log, or maildir:DIR")
    playback_settings = channels.ChannelSettings(name="rehearsal", type=kind, path=path)
    return channels.build([playback_settings], channels.MailSettings(mail_from=settings.mail_from))["rehearsal"]


def _format_message(rehearsed: RehearsedMessage, zone: ZoneInfo) -> str:
    moment = rehearsed.message.send_time.astimezone(zone)
    return f"{moment:%Y-%m-%d %H:%M}  {rehearsed.recipient}  {rehearsed.message.subject}"


def _message_json(rehearsed: RehearsedMessage) -> dict[str, object]:
    message = rehearsed.message
    return {"moment": message.send_time.isoformat(), "recipient": rehearsed.recipient, "subject": message.subject}


def _format_summary(messages: list[RehearsedMessage], start: datetime, end: datetime, zone: ZoneInfo) -> str:
    span = f"from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    if not messages:
        return f"rehearsal {span}: nothing would be sent"
    recipient_count = len({message.recipient for message in messages})
    counts = f"{format_count(len(messages), 'message')} to {format_count(recipient_count, 'recipient')}"
    lines = [f"rehearsal {span}: {counts}"]
    lines += [
        f"  {_format_message(message, zone)}"
        for message in (messages if len(messages) <= MAX_SUMMARY_LINES else [*messages[:3], *messages[-3:]])
    ]
    if len(messages) > MAX_SUMMARY_LINES:
        lines.insert(4, f"  ... {len(messages) - MAX_SUMMARY_LINES} more ...")
    return "\n".join(lines)
