"""The commands about what is sent: deliveries, send-test, retry, pause, resume."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ..errors import EventcalError, SettingsError
from .group import command, print_json
from .inputs import open_existing_store, read_valid_registry, require_store
from .options import with_settings

if TYPE_CHECKING:
    from ..channels import Channel, ChannelSettings
    from ..settings import Settings
    from ..store import Connection, Store
    from ..store.ledger.stats import DeliveryRecord, LedgerBalance

MAX_LISTED = 1_000_000
_DELIVERY_NUMBER = click.IntRange(1, 2**63 - 1)  # what a column of integers holds


@command("eventcal deliveries", "eventcal deliveries --state dead --json", "eventcal deliveries --balance")
@click.option("--state", type=click.Choice(["open", "queued", "sending", "retry", "sent", "dead", "skipped"]))
@click.option("--kind", type=click.Choice(["reminder", "change", "digest", "confirmation", "alarm", "todo", "test"]))
@click.option("--channel", default="", help="Only through this channel of eventcal.toml.")
@click.option("--event", "event_id", default="", help="Only about this event.")
@click.option(
    "--limit",
    type=click.IntRange(1, MAX_LISTED),
    default=50,
    show_default=True,
    help="Maximum number of deliveries; newest first.",
)
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
    from ..store.ledger import stats

    with require_store(settings) as store, store.read() as conn:
        balances = stats.balance(conn) if balance else []
        records = (
            []
            if balance
            else stats.list_deliveries(
                conn, state=state or "", kind=kind or "", channel=channel, event_id=event_id, limit=limit
            )
        )
    if as_json:
        rows = [delivery_to_json(record) for record in (balances or records)]
        print_json(rows)
    elif balance:
        _print_balance(balances)
    else:
        for record in records:
            click.echo(_format_delivery(record))
        if not records:
            click.echo("none")
    if not all(source_balance.is_balanced for source_balance in balances):
        click.get_current_context().exit(1)


_JSON_KEYS = {"created": "made", "resend_count": "generation"}
"""Keys that programs read, where the code has another name for the same."""


def delivery_to_json(record: LedgerBalance | DeliveryRecord) -> dict[str, object]:
    """Returns a delivery, or the balance of a source of deliveries, under the keys that programs read."""
    return {_JSON_KEYS.get(name, name): value for name, value in asdict(record).items()}


def _print_balance(balances: list[LedgerBalance]) -> None:
    for source_balance in balances:
        verdict = "balances" if source_balance.is_balanced else "DOES NOT BALANCE"
        states = ("sent", "dead", "skipped", "open", "erased")
        terms = " + ".join(f"{getattr(source_balance, state)} {state}" for state in states)
        click.echo(f"{source_balance.source}: {source_balance.created} created = {terms}: {verdict}")
    if not balances:
        click.echo("no deliveries yet")


def _format_delivery(record: DeliveryRecord) -> str:
    subject = " ".join(filter(None, (record.event_id, record.recurrence, record.lead)))
    reason = f" ({record.reason_text})" if record.reason_text else ""
    detail = (
        f": {record.detail}"
        if record.state in ("retry", "dead") and record.detail and record.detail not in record.reason_text
        else ""
    )
    destination = f"{record.channel} {record.address}".rstrip()
    return f"{record.id:>6}  {record.due:%Y-%m-%d %H:%M:%S}  {record.state}{reason}  {record.kind} {subject} -> {destination}{detail}"


@command("eventcal send-test press-desk", "eventcal send-test mail --to me@example.org", name="send-test")
@click.argument("channel")
@click.option("--to", default="", help="One address, for a channel of type email; one device, for webpush.")
@with_settings("registry", "database_url", "base_url", "config")
def send_test(settings: Settings, channel: str, to: str) -> None:
    """Send one test message through a channel. Exits with 1 if it was not accepted.

    For devices the channel is webpush, and --to takes a name that `eventcal subscribers` lists.
    """
    from .. import channels
    from .. import deliveries as delivery

    calendar = read_valid_registry(settings).calendar
    with open_existing_store(settings) as store:
        channel_settings, built_channel = _find_channel(settings, channel, to, store)
        outcomes = delivery.send_test(
            built_channel, channel_settings, calendar, datetime.now(UTC), to, settings.base_url, store
        )
    for recipient, outcome in outcomes:
        verdict = "accepted" if isinstance(outcome, channels.Sent) else type(outcome).__name__.lower()
        click.echo(f"{recipient}: {verdict}{f' ({outcome.detail})' if outcome.detail else ''}")
    if not all(isinstance(outcome, channels.Sent) for _, outcome in outcomes):
        click.get_current_context().exit(1)


def _find_channel(settings: Settings, name: str, to: str, store: Store | None) -> tuple[ChannelSettings, Channel]:
    """Finds the channel *name* of the settings, or that of devices. Raises SettingsError where there is none."""
    from .. import channels
    from ..run.worker import push_channel
    from ..states import PUSH_CHANNEL

    if name == PUSH_CHANNEL and settings.can_push:
        if store is None or not to:
            raise SettingsError("webpush sends to one device: add --to with a name that `eventcal subscribers` lists")
        return channels.ChannelSettings(name, name), push_channel(settings, store)
    candidates = (*settings.channels, *settings.reader_channels)
    channel_settings = next((candidate for candidate in candidates if candidate.name == name), None)
    if channel_settings is None:
        names = [candidate.name for candidate in (settings.channels or settings.reader_channels)]
        names += [PUSH_CHANNEL] if settings.can_push else []
        raise SettingsError(f"no channel '{name}'; channels: {', '.join(names)}")
    return channel_settings, channels.build([channel_settings], settings.mail)[name]


@command("eventcal retry 17 18", "eventcal retry --all")
@click.argument("numbers", nargs=-1, type=_DELIVERY_NUMBER)
@click.option(
    "--all", "retry_all", is_flag=True, help="Every dead delivery, and every one that waits for its next try."
)
@with_settings("registry", "database_url")
def retry(settings: Settings, numbers: tuple[int, ...], retry_all: bool) -> None:
    """Requeue dead deliveries by the numbers that `eventcal deliveries` shows. Expired ones are skipped.

    What failed and waits for its next try is tried at once. Exits with 1 if a number is that of neither; the others are
    requeued anyway.
    """
    from ..store.ledger import delivery_queue, stats

    if bool(numbers) == retry_all:
        raise EventcalError("give the numbers of the deliveries, or --all")
    with require_store(settings) as store, store.write() as conn:
        records = [
            record
            for state in (("dead", "retry") if retry_all else ("",))
            for record in stats.list_deliveries(conn, state=state, ids=None if retry_all else numbers, limit=MAX_LISTED)
        ]
        ids, now = [record.id for record in records], store.now()
        count = delivery_queue.requeue_dead(conn, ids, now) + delivery_queue.retry_now(conn, ids, now)
    click.echo(f"{count} requeued")
    states = {record.id: "a test" if record.kind == "test" else record.state for record in records}
    refused = [
        f"{number} is {states.get(number, 'unknown')}"
        for number in numbers
        if states.get(number) not in ("dead", "retry")
    ]
    if refused:
        raise EventcalError(
            f"not dead: {', '.join(refused)}; `eventcal deliveries --state dead` lists what can be retried"
        )


@command("eventcal pause", "eventcal pause press-desk")
@click.argument("channel", default="")
@with_settings("registry", "database_url")
def pause(settings: Settings, channel: str) -> None:
    """Pause sending through CHANNEL, or all sending, until `eventcal resume`. Due messages wait until they expire."""
    from ..store.ledger import health

    with require_store(settings) as store, store.write() as conn:
        _require_channel(conn, channel)
        health.pause(conn, channel)
    click.echo(f"paused {channel or 'all channels'}")


@command("eventcal resume", "eventcal resume press-desk")
@click.argument("channel", default="")
@click.option("--skip-missed", is_flag=True, help="After a restore: first drop what fell due since the copy was made.")
@with_settings("registry", "database_url")
def resume(settings: Settings, channel: str, skip_missed: bool) -> None:
    """Resume sending after `eventcal pause` or `eventcal restore`."""
    from ..store import backup
    from ..store.ledger import health

    with require_store(settings) as store, store.write() as conn:
        if skip_missed:
            click.echo(f"dropped {backup.skip_missed(conn, store.now())} that fell due between copy and restore")
        was_paused = health.resume(conn, channel)
        if not was_paused:
            _require_channel(conn, channel)
        still_paused = [name for name, breaker in health.list_breakers(conn).items() if breaker.is_paused]
    click.echo(
        f"sending resumed: {channel or 'all channels'}" if was_paused else f"{channel or 'sending'} was not paused"
    )
    for name in still_paused:
        click.echo(
            f"still paused: {f'{name}: `eventcal resume {name}`' if name else 'all channels: `eventcal resume`'}"
        )


def _require_channel(conn: Connection, name: str) -> None:
    """Raises EventcalError for a name that is neither a channel's nor "", all channels."""
    from ..states import EMAIL_CHANNEL, PUSH_CHANNEL
    from ..store import recipients

    # those of sign-ups may be paused before anybody signs up
    names = sorted({*recipients.channels(conn), EMAIL_CHANNEL, PUSH_CHANNEL})
    if name and name not in names:
        raise EventcalError(f"no channel '{name}'; channels: {', '.join(names)}")
