"""The commands about what is told to whom: rehearse, status, deliveries, send-test, retry, pause, resume."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ..errors import EventcalError, SettingsError
from . import cli, examples_epilog, with_settings
from .events import edition_from_file, open_existing_store

if TYPE_CHECKING:
    from ..channels import Channel
    from ..deliveries import RehearsedMessage
    from ..settings import Settings
    from ..store import Store
    from ..store.ledger import DeliveryRecord, LedgerStats

DAY_TYPE = click.DateTime(["%Y-%m-%d"])
MAX_TICK_AGE = timedelta(
    minutes=2
)  # without a pass, nothing is sent: a pass comes every second, and is noted every ten


@cli.command(
    epilog=examples_epilog(
        "eventcal rehearse --from 2021-06-01 --to 2021-11-01",
        "eventcal rehearse --from 2021-06-01 --to 2021-11-01 --send-to maildir:rehearsed",
        "eventcal rehearse --diff HEAD",
    )
)
@click.option("--from", "start", type=DAY_TYPE, help="The first day.")
@click.option("--to", "end", type=DAY_TYPE, help="The day to stop before.")
@click.option("--diff", metavar="REV", help="Instead: the notices that the file, as it is, would send after git's REV.")
@click.option("--send-to", metavar="log|maildir:DIR", help="Play the messages: print them, or write real mails.")
@click.option("--summary", is_flag=True, help="Only how many, and the first and the last.")
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
    """List every reminder and notice that would go out between two days, without sending any.

    Runs the real planning and sending over a store in memory, with a clock that jumps. With --diff the store in memory is
    a copy of the real one, so that notices go to those who would get them.
    """
    from .. import deliveries
    from ..deliveries import RenderContext
    from ..serve import ics_builder

    if diff:
        if start or end or send_to or summary:
            raise click.UsageError("--diff combines only with --json")
        _rehearse_edit(settings, diff, as_json)
        return
    if start is None or end is None:
        raise click.UsageError("give --from and --to, or --diff REV")
    if end <= start:
        raise EventcalError("--to must be a day after --from")
    zone = ZoneInfo(calendar_zone(settings))
    first, last = (day.replace(tzinfo=zone).astimezone(UTC) for day in (start, end))
    edition = edition_from_file(settings, first)
    render_context = RenderContext(settings.base_url, ics_builder(lambda: edition, settings, lambda: first))
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
        click.echo(json.dumps([_message_json(message) for message in messages], ensure_ascii=False, indent=2))
    elif summary:
        click.echo(_format_summary(messages, start, end, zone))
    elif not messages:
        click.echo("nothing would be sent")


def _rehearse_edit(settings: Settings, revision: str, as_json: bool) -> None:
    from .. import deliveries, registry
    from ..deliveries import RenderContext
    from ..store import clone_to_memory, open_store
    from .git_revision import registry_at

    now = datetime.now(UTC)
    original_store = open_existing_store(settings)
    store_copy = clone_to_memory(original_store) if original_store else open_store("sqlite://")
    try:
        old, new = registry_at(settings.registry, revision), registry.read(settings.registry)
        rehearsal = deliveries.rehearse_edit(
            store_copy, old, new, settings.reader_channels, now, RenderContext(settings.base_url)
        )
    finally:
        store_copy.close()
    if as_json:
        click.echo(json.dumps([_message_json(message) for message in rehearsal.at_once], ensure_ascii=False, indent=2))
        return
    zone = ZoneInfo(calendar_zone(settings))
    by_subject: dict[str, list[RehearsedMessage]] = {}
    for message in rehearsal.at_once:
        by_subject.setdefault(message.subject, []).append(message)
    for subject, group in by_subject.items():
        recipient = group[0].recipient if len(group) == 1 else f"{len(group)} recipients"
        click.echo(f"{group[0].moment.astimezone(zone):%Y-%m-%d %H:%M}  {recipient}  {subject}")
        body, _, _ = group[0].message.text.partition("\n-- \n")
        click.echo("".join(f"    {line}\n" if line else "\n" for line in body.strip().splitlines()))
    if rehearsal.in_digests:
        click.echo(f"{rehearsal.in_digests} more would go into digests")
    if not rehearsal.at_once and not rehearsal.in_digests:
        click.echo("no notifications would be sent")


def calendar_zone(settings: Settings) -> str:
    """Returns the calendar's zone, in which the days of a command line are meant."""
    from .events import read_valid_registry

    calendar = read_valid_registry(settings).calendar
    return calendar.timezone if calendar else "UTC"


def _build_playback_channel(send_to: str | None, settings: Settings) -> Channel | None:
    from .. import channels

    if not send_to:
        return None
    kind, _, path = send_to.partition(":")
    if kind not in ("log", "maildir") or bool(path) != (kind == "maildir"):
        raise EventcalError("--send-to takes log, or maildir:DIR")
    playback_settings = channels.ChannelSettings(name="rehearsal", type=kind, path=path)
    return channels.build([playback_settings], channels.MailSettings(mail_from=settings.mail_from))["rehearsal"]


def _format_message(message: RehearsedMessage, zone: ZoneInfo) -> str:
    return f"{message.moment.astimezone(zone):%Y-%m-%d %H:%M}  {message.recipient}  {message.subject}"


def _message_json(message: RehearsedMessage) -> dict[str, object]:
    return {"moment": message.moment.isoformat(), "recipient": message.recipient, "subject": message.subject}


def _format_summary(messages: list[RehearsedMessage], start: datetime, end: datetime, zone: ZoneInfo) -> str:
    span = f"from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    if not messages:
        return f"rehearsal {span}: nothing would be sent"
    recipient_count = len({message.recipient for message in messages})
    lines = [
        f"rehearsal {span}: {len(messages)} {'message' if len(messages) == 1 else 'messages'} to {recipient_count} recipient{'s' if recipient_count != 1 else ''}"
    ]
    lines += [
        f"  {_format_message(message, zone)}"
        for message in (messages if len(messages) <= 6 else [*messages[:3], *messages[-3:]])
    ]
    if len(messages) > 6:
        lines.insert(4, f"  ... {len(messages) - 6} more ...")
    return "\n".join(lines)


@cli.command(epilog=examples_epilog("eventcal status", "eventcal status --json || echo 'eventcal needs attention'"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_settings("registry", "database_url")
def status(settings: Settings, as_json: bool) -> None:
    """Show the edition, its problems, and what is due, late or dead. Exits with 1 when action is needed."""
    from ..store import edition_store, ledger

    store = _require_store(settings)
    try:
        with store.read() as conn:
            now = datetime.now(UTC)
            registry_check, edition = edition_store.read_registry_check(conn), edition_store.newest_in(conn)
            stats = ledger.ledger_stats(conn, now)
    finally:
        store.close()
    outcome = registry_check.outcome if registry_check else "unchanged"
    problems = [str(problem) for problem in registry_check.problems if not problem.warning] if registry_check else []
    warnings = _find_warnings(stats, now, outcome, edition is not None)
    if as_json:
        report = {
            "edition": edition.number if edition else None,
            "recorded": edition.recorded_at.isoformat() if edition else None,
            "intake": outcome,
            "problems": problems,
            "next": stats.next_due.isoformat() if stats.next_due else None,
            "oldest_due": stats.oldest_due.isoformat() if stats.oldest_due else None,
            "last_pass": stats.ticked_at.isoformat() if stats.ticked_at else None,
            **{name: getattr(stats, name) for name in _COUNT_FIELDS},
            "paused": list(stats.paused),
            "closed": [name for name, _ in stats.closed],
            "needs_a_person": warnings,
        }
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        if edition:
            click.echo(
                f"edition    {edition.number}, {_pluralize_count(len(edition.versions), 'event', 'events')}, since {edition.recorded_at:%Y-%m-%d %H:%M} UTC"
            )
        else:
            click.echo("edition    none yet")
        for problem in problems:
            click.echo(f"problem    {problem}")
        due = f"{stats.next_due:%Y-%m-%d %H:%M} UTC" if stats.next_due else "none in the coming 45 days"
        click.echo(f"next       {due}")
        if stats.ticked_at:
            click.echo(f"last tick  {stats.ticked_at:%Y-%m-%d %H:%M:%S} UTC")
        click.echo(f"reminders  {stats.sent} sent ({stats.late} late), {stats.open} open, {stats.dead} dead")
        for words in warnings:
            click.echo(f"attention  {words}")
    if warnings:
        click.get_current_context().exit(1)


_COUNT_FIELDS = ("open", "sent", "late", "dead", "ambiguous", "suppressed", "subscriptions")


def _find_warnings(stats: LedgerStats, now: datetime, outcome: str, published: bool) -> list[str]:
    """Returns a sentence for each condition that needs action."""
    warnings = []
    if not published:
        warnings.append("nothing is published yet: `eventcal serve` or `eventcal publish`")
    if outcome == "problems":
        warnings.append("the calendar file has errors, the last valid edition stays published: `eventcal check`")
    if outcome == "held":
        warnings.append("edition awaits approval: `eventcal publish --accept`, or fix the file")
    if stats.dead:
        warnings.append(
            f"{_pluralize_count(stats.dead, 'delivery is', 'deliveries are')} dead: `eventcal deliveries --state dead`, then `eventcal retry`"
        )
    if stats.oldest_due and now - stats.oldest_due > timedelta(minutes=5):
        warnings.append(f"deliveries overdue since {stats.oldest_due:%Y-%m-%d %H:%M} UTC: is `eventcal serve` running?")
    elif stats.ticked_at and now - stats.ticked_at > MAX_TICK_AGE:
        warnings.append(f"last scheduler tick was {stats.ticked_at:%Y-%m-%d %H:%M} UTC: is `eventcal serve` running?")
    warnings += [f"{name or 'sending'} is paused: `eventcal resume {name}`".rstrip() for name in stats.paused]
    warnings += [f"{name} is not responding: {detail}" for name, detail in stats.closed]
    return warnings


def _pluralize_count(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def _require_store(settings: Settings) -> Store:
    store = open_existing_store(settings)
    if store is None:
        raise EventcalError(
            f"nothing was published from {settings.registry} yet: `eventcal serve` or `eventcal publish`"
        )
    return store


@cli.command(
    epilog=examples_epilog(
        "eventcal deliveries", "eventcal deliveries --state dead --json", "eventcal deliveries --balance"
    )
)
@click.option("--state", type=click.Choice(["open", "queued", "sending", "retry", "sent", "dead", "skipped"]))
@click.option("--kind", type=click.Choice(["reminder", "change", "digest", "confirmation", "alarm", "test"]))
@click.option("--channel", default="", help="Only through this channel of eventcal.toml.")
@click.option("--event", "event_id", default="", help="Only about this event.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, the newest first.")
@click.option("--balance", is_flag=True, help="Check that every delivery is accounted for; exits with 1 if not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url")
def deliveries(
    settings: Settings,
    state: str | None,
    kind: str | None,
    channel: str,
    event_id: str,
    limit: int,
    balance: bool,
    as_json: bool,
) -> None:
    """List deliveries: each message to each recipient, and its state."""
    from ..store import ledger

    store = _require_store(settings)
    try:
        with store.read() as conn:
            balances = ledger.balance(conn) if balance else []
            records = (
                []
                if balance
                else ledger.list_deliveries(
                    conn, state=state or "", kind=kind or "", channel=channel, event_id=event_id, limit=limit
                )
            )
    finally:
        store.close()
    if as_json:
        click.echo(
            json.dumps([asdict(record) for record in (balances or records)], default=str, ensure_ascii=False, indent=2)
        )
    elif balance:
        for source_balance in balances:
            verdict = "balances" if source_balance.is_balanced else "DOES NOT BALANCE"
            click.echo(
                f"{source_balance.source}: {source_balance.created} made = {source_balance.sent} sent + {source_balance.dead} dead + {source_balance.skipped} skipped "
                f"+ {source_balance.open} open + {source_balance.erased} erased: {verdict}"
            )
        if not balances:
            click.echo("no deliveries yet")
    else:
        for record in records:
            click.echo(_format_delivery(record))
        if not records:
            click.echo("none")
    if not all(source_balance.is_balanced for source_balance in balances):
        click.get_current_context().exit(1)


def _format_delivery(record: DeliveryRecord) -> str:
    subject = " ".join(filter(None, (record.event_id, record.recurrence, record.lead)))
    reason = f" ({record.reason})" if record.reason else ""
    detail = (
        f": {record.detail}"
        if record.state in ("retry", "dead") and record.detail and record.detail not in record.reason
        else ""
    )
    destination = f"{record.channel} {record.address}".rstrip()
    return f"{record.id:>6}  {record.due:%Y-%m-%d %H:%M:%S}  {record.state}{reason}  {record.kind} {subject} -> {destination}{detail}"


@cli.command(
    "send-test", epilog=examples_epilog("eventcal send-test press-desk", "eventcal send-test mail --to me@example.org")
)
@click.argument("channel")
@click.option("--to", default="", help="One address, for a channel of type email.")
@with_settings("registry", "database_url", "base_url", "config")
def send_test(settings: Settings, channel: str, to: str) -> None:
    """Send one test message through a channel. Exits with 1 if it was not accepted."""
    from .. import channels
    from .. import deliveries as delivery
    from .events import read_valid_registry

    channel_settings = next(
        (candidate for candidate in (*settings.channels, *settings.reader_channels) if candidate.name == channel), None
    )
    if channel_settings is None:
        names = ", ".join(candidate.name for candidate in (settings.channels or settings.reader_channels))
        raise SettingsError(f"no channel '{channel}'; channels: {names}")
    calendar = read_valid_registry(settings).calendar
    assert calendar is not None
    built_channel = channels.build([channel_settings], settings.mail)[channel]
    store = open_existing_store(settings)
    try:
        outcomes = delivery.send_test(
            built_channel, channel_settings, calendar, datetime.now(UTC), to, settings.base_url, store
        )
    finally:
        if store is not None:
            store.close()
    for recipient, outcome in outcomes:
        verdict = "accepted" if isinstance(outcome, channels.Sent) else type(outcome).__name__.lower()
        click.echo(f"{recipient}: {verdict}{f' ({outcome.detail})' if outcome.detail else ''}")
    if not all(isinstance(outcome, channels.Sent) for _, outcome in outcomes):
        click.get_current_context().exit(1)


@cli.command(epilog=examples_epilog("eventcal retry 17 18", "eventcal retry --all"))
@click.argument("numbers", nargs=-1, type=int)
@click.option("--all", "retry_all", is_flag=True, help="Every dead delivery.")
@with_settings("registry", "database_url")
def retry(settings: Settings, numbers: tuple[int, ...], retry_all: bool) -> None:
    """Requeue dead deliveries by the numbers that `eventcal deliveries` shows. Expired ones are skipped."""
    from ..store import ledger

    if bool(numbers) == retry_all:
        raise EventcalError("give the numbers of the deliveries, or --all")
    store = _require_store(settings)
    try:
        with store.write() as conn:
            ids = (
                [record.id for record in ledger.list_deliveries(conn, state="dead", limit=1_000_000)]
                if retry_all
                else numbers
            )
            requeued_count = ledger.requeue_dead(conn, ids, datetime.now(UTC))
    finally:
        store.close()
    click.echo(f"{requeued_count} requeued")


@cli.command(epilog=examples_epilog("eventcal pause", "eventcal pause press-desk"))
@click.argument("channel", default="")
@with_settings("registry", "database_url")
def pause(settings: Settings, channel: str) -> None:
    """Pause sending through CHANNEL, or all sending, until `eventcal resume`. Due messages wait until they expire."""
    from ..store import ledger, recipients

    store = _require_store(settings)
    try:
        with store.write() as conn:
            channel_names = recipients.channels(conn)
            if channel and channel not in channel_names:
                raise EventcalError(f"no channel '{channel}'; channels: {', '.join(channel_names) or 'none yet'}")
            ledger.pause(conn, channel)
    finally:
        store.close()
    click.echo(f"paused {channel or 'all channels'}")


@cli.command(epilog=examples_epilog("eventcal resume", "eventcal resume press-desk"))
@click.argument("channel", default="")
@click.option("--skip-missed", is_flag=True, help="After a restore: first drop what fell due since the copy was made.")
@with_settings("registry", "database_url")
def resume(settings: Settings, channel: str, skip_missed: bool) -> None:
    """Resume sending after `eventcal pause` or `eventcal restore`."""
    from ..store import backup, ledger

    store = _require_store(settings)
    try:
        with store.write() as conn:
            if skip_missed:
                click.echo(f"dropped {backup.skip_missed(conn, store.now())} that fell due between copy and restore")
            was_paused = ledger.resume(conn, channel)
    finally:
        store.close()
    click.echo(
        f"sending resumed: {channel or 'all channels'}" if was_paused else f"{channel or 'all channels'} was not paused"
    )
