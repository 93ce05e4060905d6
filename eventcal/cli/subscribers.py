"""The commands about those who signed up, and about mail that comes back from them: subscribers, bounce."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

import click

from .. import mail_address
from ..errors import EventcalError, GrammarError, SettingsError
from .deliveries import delivery_to_json
from .group import SubcommandGroup, cli, command, examples_epilog, print_json
from .inputs import require_store
from .options import with_settings

if TYPE_CHECKING:
    from ..settings import Settings
    from ..store.ledger.stats import DeliveryRecord
    from ..store.subscribers import ConsentedSubscriber, Subscriber


CSV_COLUMNS = ("address", "filter", "language", "zone", "leads", "notices", "digest", "state", "confirmed", "proof")
"""Of a table of subscribers. Leads and notices are separated by semicolons; empty, they are the registry's."""

IMPORTED_PER_TRANSACTION = 1_000
"""Subscribers; sign-ups and the scheduler take their turns in between."""


@cli.group(
    cls=SubcommandGroup,
    invoke_without_command=True,
    epilog=examples_epilog(
        "eventcal subscribers", "eventcal subscribers export > people.csv", "eventcal subscribers why anna@example.org"
    ),
)
@click.pass_context
def subscribers(context: click.Context) -> None:
    """Manage email subscribers: list, export, import, delete."""
    if context.invoked_subcommand is None:
        context.invoke(list_, state=None, as_json=False)


@subscribers.command("list")
@click.option("--state", type=click.Choice(["pending", "active", "off"]), help="Only subscribers in this state.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url")
def list_(settings: Settings, state: str | None, as_json: bool) -> None:
    """List subscribers, one per line."""
    from ..store import subscribers as subscriber_store

    with require_store(settings) as store, store.read() as conn:
        matches = subscriber_store.all_subscribers(conn, state or "")
    if as_json:
        print_json([_csv_row(subscriber) for subscriber in matches])
        return
    for subscriber in matches:
        click.echo(_format_subscriber(subscriber))
    if not matches:
        click.echo("no subscribers")


def _format_subscriber(subscriber: Subscriber) -> str:
    preferences = subscriber.preferences
    choices = [preferences.filter or "everything", preferences.digest, preferences.zone, preferences.language]
    since = subscriber.ended_at or subscriber.confirmed_at or subscriber.created_at
    reason = f" ({subscriber.reason_text})" if subscriber.reason else ""
    return (
        f"{subscriber.address}  {subscriber.state}{reason} since {since:%Y-%m-%d}  {', '.join(filter(None, choices))}"
    )


@command("eventcal subscribers export > people.csv", name="export", group=subscribers)
@click.argument("address", default="")
@with_settings("registry", "database_url")
def export(settings: Settings, address: str) -> None:
    """Write all subscribers as CSV, as `import` reads it. With an ADDRESS, everything stored about it as JSON."""
    import csv

    from ..store import subscribers as subscriber_store
    from ..store.personal_data import export_personal_data

    with require_store(settings) as store, store.read() as conn:
        if address:
            print_json(export_personal_data(conn, parse_recipient_name(address)))
            return
        # a device cannot be imported: its table has no endpoint, which would be a secret
        matches = [subscriber for subscriber in subscriber_store.all_subscribers(conn) if not subscriber.is_device]
    table = csv.DictWriter(sys.stdout, CSV_COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(_csv_row(subscriber) for subscriber in matches)


def _csv_row(subscriber: Subscriber) -> dict[str, str]:
    """Returns what stands in each of CSV_COLUMNS."""
    from ..states import SubscriptionState

    preferences = subscriber.preferences
    confirmed = subscriber.confirmed_at.isoformat() if subscriber.confirmed_at else ""
    proof = subscriber.detail if subscriber.state == SubscriptionState.ACTIVE else ""
    return {
        "address": subscriber.address,
        "filter": preferences.filter,
        "language": preferences.language,
        "zone": preferences.zone,
        "leads": "; ".join(preferences.lead_texts),
        "notices": "; ".join(preferences.notice_texts),
        "digest": preferences.digest,
        "state": subscriber.state,
        "confirmed": confirmed,
        "proof": proof or ("confirmed by mail" if confirmed else ""),
    }


@command("eventcal subscribers import people.csv --proof 'club form, spring 2021'", name="import", group=subscribers)
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--proof", default="", help="How they agreed, for rows without a proof.")
@with_settings("registry", "database_url")
def import_(settings: Settings, file: IO[str], proof: str) -> None:
    """Import subscribers who gave consent elsewhere from a CSV file; if a row has a mistake, none.

    Columns: address, confirmed (the day they agreed) and proof (how) are needed; filter, language, zone, leads, notices
    and digest as `export` writes them. Rows whose state is not active are left out.
    """
    from ..store import subscribers as subscriber_store

    rows = _read_rows(file)
    active = [(line, row) for line, row in rows if (row.get("state") or "active").strip().lower() == "active"]
    people, errors = [], []
    with require_store(settings) as store:
        now = store.now()
        for line, row in active:
            try:
                people.append(_parse_row(row, proof, now))
            except (GrammarError, ValueError) as error:
                errors.append(f"{file.name}:{line}: {error}")
        if errors:
            raise EventcalError("nothing imported:\n" + "\n".join(errors))
        added = 0
        for start in range(0, len(people), IMPORTED_PER_TRANSACTION):
            with store.write() as conn:
                batch = people[start : start + IMPORTED_PER_TRANSACTION]
                added += subscriber_store.import_subscribers(conn, batch, store.now())
    left_out = f", {len(rows) - len(active)} not active" if len(rows) > len(active) else ""
    click.echo(f"{added} imported, {len(people) - added} already subscribed{left_out}")


def _read_rows(file: IO[str]) -> list[tuple[int, dict[str, str | None]]]:
    """Returns the rows of a table with the lines that they end on. Raises EventcalError where it is none, or has no addresses."""
    import csv

    try:
        header = file.readline()
        separator = ";" if ";" in header and "," not in header else ","
        names = [name.strip().lower() for row in csv.reader([header], delimiter=separator) for name in row]
        table = csv.DictReader(file, names, delimiter=separator)
        rows = [(table.line_num + 1, row) for row in table]
    except (csv.Error, UnicodeDecodeError) as error:
        raise EventcalError(f"{file.name}: this is not a CSV file in UTF-8: {error}") from None
    if "address" not in names:
        known = ", ".join(CSV_COLUMNS)
        raise EventcalError(
            f"{file.name}:1: no column is called address; a first line names the columns, among {known}"
        )
    return rows


def _parse_row(row: dict[str, str | None], proof: str, now: datetime) -> ConsentedSubscriber:
    from .. import filters, leads, words
    from ..digest_schedule import canonical_digest
    from ..store.subscribers import ConsentedSubscriber, SubscriptionPreferences, json_list
    from ..when import find_zone

    fields = {name: (row.get(name) or "").strip() for name in CSV_COLUMNS}
    query = filters.parse_query(fields["filter"], strict=True, allowed=filters.REMINDER_PARAMETERS)
    own_leads, notices = (
        tuple(leads.parse(text) for text in fields[name].split(";") if text.strip()) for name in ("leads", "notices")
    )
    if leads.notices_of(own_leads) or leads.leads_of(notices):
        raise ValueError("leads are such as 1 week before at 09:00, notices such as on change")
    if not (fields["proof"] or proof):
        raise ValueError("how they agreed is missing: a column `proof`, or --proof")
    if fields["language"] and fields["language"] not in words.LANGUAGES:
        raise ValueError(f"language: one of {', '.join(words.LANGUAGES)}")
    confirmed = _parse_consent(fields["confirmed"], now)
    uses_defaults = not own_leads and not notices
    preferences = SubscriptionPreferences(
        filter=filters.canonical_query(query),
        language=fields["language"] or words.LANGUAGES[0],
        zone=find_zone(fields["zone"]).key if fields["zone"] else "",
        leads="" if uses_defaults else json_list(map(leads.lead_text, own_leads)),
        notices="" if uses_defaults else json_list(map(leads.lead_text, notices)),
        digest=canonical_digest(fields["digest"]),
    )
    return ConsentedSubscriber(
        mail_address.parse(fields["address"]), preferences, _dated_proof(fields["proof"] or proof, confirmed), confirmed
    )


def _parse_consent(text: str, now: datetime) -> datetime:
    """Returns when somebody agreed. Raises ValueError where *text* is no day, or one to come."""
    if not text:
        raise ValueError("when they agreed is missing: a column `confirmed`, such as 2021-04-30")
    try:
        confirmed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"confirmed: {text!r}: write the day as 2021-04-30") from None
    confirmed = confirmed.replace(tzinfo=confirmed.tzinfo or UTC)
    if confirmed > now + timedelta(days=1):  # it may be tomorrow already, where they are
        raise ValueError(f"confirmed: {confirmed:%Y-%m-%d} is still to come")
    return confirmed


def _dated_proof(proof: str, confirmed: datetime) -> str:
    """Returns *proof* with the day of the consent behind it, unless an export has written that already."""
    return proof if re.search(r", \d{4}-\d{2}-\d{2}$", proof) else f"{proof}, {confirmed:%Y-%m-%d}"


def parse_recipient_name(text: str) -> str:
    """Returns the address or the name of a device in *text*. Raises GrammarError if it is neither."""
    from ..store.devices import ADDRESS_PATTERN

    return text if ADDRESS_PATTERN.fullmatch(text) else mail_address.parse(text)


@command("eventcal subscribers remove anna@example.org", name="remove", group=subscribers)
@click.argument("address")
@with_settings("registry", "database_url")
def remove(settings: Settings, address: str) -> None:
    """Delete an address and everything stored about it, immediately and permanently."""
    from ..store import subscribers as subscriber_store
    from ..store.retention import delete_subscriptions

    with require_store(settings) as store, store.write() as conn:
        deleted_count = delete_subscriptions(
            conn, [subscriber.id for subscriber in subscriber_store.by_address(conn, parse_recipient_name(address))]
        )
    click.echo(f"{deleted_count} deleted" if deleted_count else "nothing is stored about this address")


@command(
    "eventcal subscribers why anna@example.org",
    "eventcal subscribers why anna@example.org --json",
    name="why",
    group=subscribers,
)
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_settings("registry", "database_url")
def why(settings: Settings, address: str, as_json: bool) -> None:
    """Explain what an address receives, since when, why it stopped, and what its mail server last answered."""
    from ..store import subscribers as subscriber_store
    from ..store.ledger import stats

    with require_store(settings) as store, store.read() as conn:
        matches = subscriber_store.by_address(conn, parse_recipient_name(address))
        delivery_ids = subscriber_store.last_deliveries(conn, [subscriber.id for subscriber in matches], 10)
        recent_deliveries = stats.list_deliveries(conn, ids=delivery_ids)
    if as_json:
        subscriptions = [_csv_row(subscriber) | {"reason": subscriber.reason_text} for subscriber in matches]
        rows = [delivery_to_json(record) for record in recent_deliveries]
        print_json({"subscriptions": subscriptions, "deliveries": rows})
        return
    _echo_reasons(matches, recent_deliveries)


def _echo_reasons(matches: list[Subscriber], recent_deliveries: list[DeliveryRecord]) -> None:
    """Prints the subscriptions of one address, each with its dates, and the newest deliveries to it."""
    from ..states import Reason, SubscriptionState

    for subscriber in matches:
        click.echo(_format_subscriber(subscriber))
        click.echo(f"  signed up {subscriber.created_at:%Y-%m-%d %H:%M} UTC")
        if subscriber.confirmed_at:
            label = "imported" if subscriber.reason is Reason.IMPORTED else "confirmed"
            click.echo(f"  {label} {subscriber.confirmed_at:%Y-%m-%d %H:%M} UTC")
        if subscriber.state == SubscriptionState.OFF and subscriber.reason is Reason.BOUNCED:
            click.echo(
                "  emails to it bounced on several days; `eventcal subscribers restore` or a new sign-up reactivates it"
            )
    for record in recent_deliveries:
        detail = f": {record.detail}" if record.detail else ""
        reason = f" ({record.reason_text})" if record.reason_text and record.reason_text not in record.detail else ""
        click.echo(f"  {record.due:%Y-%m-%d %H:%M}  {record.kind} {record.event_id} {record.state}{reason}{detail}")
    if not matches:
        click.echo("nothing is stored about this address")


EX_TEMPFAIL = 75
"""The exit status after which a mail server tries again (sysexits.h)."""


class _PipedCommand(click.Command):
    """A command that a mail server pipes a mail into: after an error the server keeps the mail and tries again."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; an error that a person can fix carries `EX_TEMPFAIL`, as pipe(8) of Postfix reads it."""
        try:
            return super().invoke(ctx)
        except EventcalError as error:
            if ctx.params["mailbox"] is None:
                error.exit_code = EX_TEMPFAIL
            raise


@command("eventcal bounce < mail.eml", "eventcal bounce --mailbox env:BOUNCES", cls=_PipedCommand)
@click.option("--recipient", default="", help="The envelope recipient, if the mail server passes it.")
@click.option(
    "--mailbox",
    metavar="URL",
    help="Read the unseen mails of imaps://user:password@host/INBOX; env:NAME takes the URL from the environment.",
)
@with_settings("registry", "database_url", "config")
def bounce(settings: Settings, recipient: str, mailbox: str | None) -> None:
    """Read a returned email from standard input, or those in a mailbox, and count bounces against subscriptions.

    To be used as a pipe by the mail server for the address in EVENTCAL_MAIL_BOUNCES. A delivery status notification
    counts as a bounce, a complaint ends the subscription, and automatic replies are ignored.
    """
    from ..channels.bounce_mail import MAX_BYTES

    if not settings.mail_bounces:
        raise EventcalError(
            "returned email is not configured: set EVENTCAL_MAIL_BOUNCES, such as bounces+{id}@example.org"
        )
    from ..channels.bounce_mailbox import parse_mailbox_url, read_unseen
    from ..deliveries import BounceCounter
    from ..store import signing_keys

    url = "" if mailbox is None else _mailbox_url(mailbox)
    if mailbox is not None:
        parse_mailbox_url(url)
    with require_store(settings) as store:
        keys = signing_keys.keys(store, settings.secret_key)
        counter = BounceCounter(store, settings.mail_bounces, keys, settings.bounce_policy)

        def count(data: bytes) -> None:
            click.echo(counter.count(data, store.now(), recipient))

        if mailbox is None:
            count(sys.stdin.buffer.read(MAX_BYTES))
        elif not read_unseen(url, count):
            click.echo("no new mail")


def _mailbox_url(mailbox: str) -> str:
    """Returns the address of --mailbox, or the one in the variable that it names. Raises SettingsError where that is unset."""
    if not mailbox.startswith("env:"):
        return mailbox
    name = mailbox.removeprefix("env:")
    if not name:
        raise SettingsError("--mailbox env:: write env: and the variable's name, as env:BOUNCES")
    if not os.environ.get(name):
        raise SettingsError(f"--mailbox {mailbox}: the environment has no {name}; set it to the mailbox's URL")
    return os.environ[name]


@command(
    "eventcal subscribers restore", "eventcal subscribers restore anna@example.org", name="restore", group=subscribers
)
@click.argument("address", default="")
@with_settings("registry", "database_url")
def restore(settings: Settings, address: str) -> None:
    """Restore subscriptions that bounces ended: all, or those of one ADDRESS.

    Messages that they missed are sent unless they have expired.
    """
    from ..store import recipients

    with require_store(settings) as store, store.write() as conn:
        ids = recipients.list_bounced(conn, mail_address.parse(address) if address else "")
        restored_count = recipients.restore(conn, ids, store.now())
    click.echo(f"{restored_count} restored" if restored_count else "no subscription was ended by bounces")
