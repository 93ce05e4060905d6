"""The commands about mail that comes back: bounce, subscribers restore."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from ..errors import EventcalError, SettingsError
from .group import cli, examples_epilog, with_settings
from .inputs import require_store
from .subscribers import parse_address, subscribers, write_to_store

if TYPE_CHECKING:
    from ..settings import Settings

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


@cli.command(
    cls=_PipedCommand, epilog=examples_epilog("eventcal bounce < mail.eml", "eventcal bounce --mailbox env:BOUNCES")
)
@click.option("--recipient", default="", help="The envelope recipient, if the mail server passes it.")
@click.option(
    "--mailbox",
    metavar="URL",
    help="Read the unseen mails of imaps://user:password@host/INBOX; env:NAME takes the URL from the environment.",
)
@with_settings("registry", "database_url", "config")
def bounce(settings: Settings, recipient: str, mailbox: str | None) -> None:
    """Read one returned email from standard input, or those in a mailbox, and count them against their subscriptions.

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


@subscribers.command(
    "restore", epilog=examples_epilog("eventcal subscribers restore", "eventcal subscribers restore anna@example.org")
)
@click.argument("address", default="")
@with_settings("registry", "database_url")
def restore(settings: Settings, address: str) -> None:
    """Restore the subscriptions that bounces ended: all, or those of one ADDRESS.

    Messages that they missed are sent unless they have expired.
    """
    from ..store import recipients

    with write_to_store(settings) as (conn, now):
        ids = recipients.list_bounced(conn, parse_address(address) if address else "")
        restored_count = recipients.restore(conn, ids, now)
    click.echo(f"{restored_count} restored" if restored_count else "no subscription was ended by bounces")
