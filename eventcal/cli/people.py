"""The commands about those who signed up: list, export, import, remove, why."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

import click

from ..errors import EventcalError, GrammarError
from . import cli, example, with_settings

if TYPE_CHECKING:
    from ..settings import Settings
    from ..store import Store
    from ..store.subscribers import Subscriber, Wishes

COLUMNS = ("address", "filter", "language", "zone", "leads", "notices", "digest", "state", "confirmed", "proof")
"""Of a table of subscribers. Leads and notices are separated by semicolons; empty, they are the registry's."""


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    from .agenda import existing_store

    store = existing_store(settings)
    if store is None:
        raise EventcalError(
            f"nothing was published from {settings.registry} yet: `eventcal serve` or `eventcal publish`"
        )
    try:
        yield store
    finally:
        store.close()


@cli.group(
    invoke_without_command=True,
    epilog=example(
        "eventcal subscribers", "eventcal subscribers export > people.csv", "eventcal subscribers why anna@example.org"
    ),
)
@click.pass_context
def subscribers(context: click.Context) -> None:
    """Those who signed up for mails: list them, take them along, take them over, delete them."""
    if context.invoked_subcommand is None:
        context.invoke(list_, state=None)


@subscribers.command("list")
@click.option("--state", type=click.Choice(["pending", "active", "off"]), help="Only those.")
@with_settings("registry", "database_url")
def list_(settings: Settings, state: str | None) -> None:
    """Each of them in a line."""
    from ..store import subscribers as rows

    with _store(settings) as store, store.read() as conn:
        found = rows.everyone(conn, state or "")
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("nobody")


def _line(each: Subscriber) -> str:
    wishes = each.wishes
    asked = [wishes.filter or "everything", wishes.digest, wishes.zone, wishes.language]
    since = each.ended or each.confirmed or each.stored
    why = f" ({each.reason})" if each.reason else ""
    return f"{each.address}  {each.state}{why} since {since:%Y-%m-%d}  {', '.join(filter(None, asked))}"


@subscribers.command("export", epilog=example("eventcal subscribers export > people.csv"))
@click.argument("address", default="")
@with_settings("registry", "database_url")
def export(settings: Settings, address: str) -> None:
    """All of them as CSV, as `import` reads it. With an ADDRESS, everything that is kept about it as JSON."""
    from ..store import subscribers as rows

    with _store(settings) as store, store.read() as conn:
        if address:
            click.echo(json.dumps(rows.kept(conn, _address(address)), ensure_ascii=False, indent=2))
            return
        found = rows.everyone(conn)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(_row(each) for each in found)


def _row(each: Subscriber) -> tuple[str, ...]:
    wishes = each.wishes
    listed = ("; ".join(json.loads(text)) if text else "" for text in (wishes.leads, wishes.notices))
    confirmed = each.confirmed.isoformat() if each.confirmed else ""
    proof = each.reason.removeprefix("imported: ") if each.state == "active" else ""
    return (
        each.address, wishes.filter, wishes.language, wishes.zone, *listed, wishes.digest, each.state, confirmed,
        proof or ("confirmed by mail" if confirmed else ""),
    )  # fmt: skip


@subscribers.command(
    "import", epilog=example("eventcal subscribers import people.csv --proof 'club form, spring 2021'")
)
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--proof", default="", help="How they agreed, for rows that do not say it themselves.")
@with_settings("registry", "database_url")
def import_(settings: Settings, file: IO[str], proof: str) -> None:
    """Take over from a CSV file those who agreed elsewhere: all of them, or with a mistake in it nobody.

    Columns: address, confirmed (the day they agreed) and proof (how) are needed; filter, language, zone, leads, notices
    and digest as `export` writes them. Rows whose state is not active are left out.
    """
    from ..store import subscribers as rows

    found, wrong = [], []
    for number, row in enumerate(csv.DictReader(file), 2):
        if (row.get("state") or "active") != "active":
            continue
        try:
            found.append(_wanted(row, proof))
        except (GrammarError, ValueError) as error:
            wrong.append(f"{file.name}:{number}: {error}")
    if wrong:
        raise EventcalError("nobody was taken over:\n" + "\n".join(wrong))
    now = datetime.now(UTC)
    with _store(settings) as store, store.write() as conn:
        added = sum(rows.add(conn, *each, now) for each in found)
    click.echo(f"{added} taken over, {len(found) - added} known already")


def _wanted(row: dict[str, str | None], proof: str) -> tuple[str, Wishes, str, datetime]:
    from .. import filters, leads, words
    from ..digests import DIGESTS
    from ..store.subscribers import Wishes, json_list
    from ..when import zone

    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    query = filters.parse_query(said["filter"], strict=True, names=filters.ASKED_BY)
    listed = {
        name: [leads.parse(each) for each in said[name].split(";") if each.strip()] for name in ("leads", "notices")
    }
    if any(isinstance(each, leads.Notice) != (name == "notices") for name, those in listed.items() for each in those):
        raise ValueError("leads are such as 1 week before at 09:00, notices such as on change")
    if not (said["proof"] or proof):
        raise ValueError("how they agreed is missing: a column `proof`, or --proof")
    if said["digest"] not in ("", *DIGESTS):
        raise ValueError(f"digest: one of {', '.join(DIGESTS)}, or nothing")
    if said["language"] and said["language"] not in words.LANGUAGES:
        raise ValueError(f"language: one of {', '.join(words.LANGUAGES)}")
    if not said["confirmed"]:
        raise ValueError("when they agreed is missing: a column `confirmed`, such as 2021-04-30")
    confirmed = datetime.fromisoformat(said["confirmed"])
    own = not listed["leads"] and not listed["notices"]
    wishes = Wishes(
        filter=filters.canonical(query),
        language=said["language"] or words.LANGUAGES[0],
        zone=zone(said["zone"]).key if said["zone"] else "",
        leads="" if own else json_list(map(leads.text_of, listed["leads"])),
        notices="" if own else json_list(map(leads.text_of, listed["notices"])),
        digest=said["digest"],
    )
    return _address(said["address"]), wishes, said["proof"] or proof, confirmed.replace(tzinfo=confirmed.tzinfo or UTC)


def _address(text: str) -> str:
    from .. import mailbox

    return mailbox.parse(text)


@subscribers.command("remove", epilog=example("eventcal subscribers remove anna@example.org"))
@click.argument("address")
@with_settings("registry", "database_url")
def remove(settings: Settings, address: str) -> None:
    """Delete an address and everything that is kept about it, at once and for good."""
    from ..store import subscribers as rows

    with _store(settings) as store, store.write() as conn:
        gone = rows.erase(conn, [each.id for each in rows.of_address(conn, _address(address))])
    click.echo(f"{gone} deleted" if gone else "nothing is kept about this address")


@subscribers.command("why", epilog=example("eventcal subscribers why anna@example.org"))
@click.argument("address")
@with_settings("registry", "database_url")
def why(settings: Settings, address: str) -> None:
    """What an address gets, since when, why not any more, and what its mail server last said."""
    from ..store import ledger
    from ..store import subscribers as rows

    with _store(settings) as store, store.read() as conn:
        found = rows.of_address(conn, _address(address))
        last = ledger.deliveries(conn, ids=rows.last_deliveries(conn, [each.id for each in found], 10)) if found else []
    for each in found:
        click.echo(_line(each))
        click.echo(f"  signed up {each.stored:%Y-%m-%d %H:%M} UTC")
        if each.confirmed:
            click.echo(f"  confirmed {each.confirmed:%Y-%m-%d %H:%M} UTC")
        if each.state == "off" and each.reason == "bounced":
            click.echo("  its mail server refused two mails in a row as to no such address; signing up again undoes it")
    for entry in last:
        said = f": {entry.detail}" if entry.detail else ""
        reason = f" ({entry.reason})" if entry.reason and entry.reason not in entry.detail else ""
        click.echo(f"  {entry.due:%Y-%m-%d %H:%M}  {entry.kind} {entry.event_id} {entry.state}{reason}{said}")
    if not found:
        click.echo("nothing is kept about this address")
