"""The commands about what is told to whom: rehearse, status, deliveries, send-test, retry, pause, resume."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ..errors import EventcalError, SettingsError
from . import cli, example, with_settings
from .agenda import current, existing_store

if TYPE_CHECKING:
    from ..channels import Channel
    from ..deliveries import Rehearsed
    from ..settings import Settings
    from ..store import Store
    from ..store.ledger import Entry, Figures

DAY = click.DateTime(["%Y-%m-%d"])
SILENT = timedelta(minutes=2)  # without a pass, nothing is sent: a pass comes every second, and is noted every ten


@cli.command(
    epilog=example(
        "eventcal rehearse --from 2021-06-01 --to 2021-11-01",
        "eventcal rehearse --from 2021-06-01 --to 2021-11-01 --send-to maildir:rehearsed",
        "eventcal rehearse --diff HEAD",
    )
)
@click.option("--from", "start", type=DAY, help="The first day.")
@click.option("--to", "end", type=DAY, help="The day to stop before.")
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
    """Every reminder and notice that would go out between two days, in order, without sending any.

    It is the real thing over a store in memory: the same plans, passes and messages, with a clock that jumps. With --diff
    the store in memory is a copy of the real one, so that the notices go to those who would get them.
    """
    from .. import deliveries
    from ..deliveries import Press
    from ..serve import attached

    if diff:
        if start or end or send_to or summary:
            raise click.UsageError("--diff stands alone, or with --json")
        _rehearse_edit(settings, diff, as_json)
        return
    if start is None or end is None:
        raise click.UsageError("say --from and --to, or --diff REV")
    if end <= start:
        raise EventcalError("--to must be a day after --from")
    zone = ZoneInfo(settings_zone(settings))
    first, last = (each.replace(tzinfo=zone).astimezone(UTC) for each in (start, end))
    edition = current(settings, first)
    press = Press(settings.base_url, attached(lambda: edition, settings, lambda: first))
    found = []
    for each in deliveries.rehearse(
        edition, settings.readers, first, last, play=_played(send_to, settings), press=press
    ):
        found.append(each)
        if not (summary or as_json or send_to == "log"):
            click.echo(_line(each, zone))
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2))
    elif summary:
        click.echo(_summed(found, start, end, zone))
    elif not found:
        click.echo("nothing would be sent")


def _rehearse_edit(settings: Settings, revision: str, as_json: bool) -> None:
    from .. import deliveries, registry
    from ..deliveries import Press
    from ..store import in_memory, open_store
    from .revision import registry_at

    now = datetime.now(UTC)
    real = existing_store(settings)
    copy = in_memory(real) if real else open_store("sqlite://")
    try:
        old, new = registry_at(settings.registry, revision), registry.read(settings.registry)
        told = deliveries.rehearse_edit(copy, old, new, settings.readers, now, Press(settings.base_url))
    finally:
        copy.close()
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in told.at_once], ensure_ascii=False, indent=2))
        return
    zone = ZoneInfo(settings_zone(settings))
    by_subject: dict[str, list[Rehearsed]] = {}
    for each in told.at_once:
        by_subject.setdefault(each.subject, []).append(each)
    for subject, group in by_subject.items():
        whom = group[0].recipient if len(group) == 1 else f"{len(group)} recipients"
        click.echo(f"{group[0].moment.astimezone(zone):%Y-%m-%d %H:%M}  {whom}  {subject}")
        body, _, _ = group[0].message.text.partition("\n-- \n")
        click.echo("".join(f"    {line}\n" if line else "\n" for line in body.strip().splitlines()))
    if told.in_digests:
        click.echo(f"{told.in_digests} more in their readers' digests")
    if not told.at_once and not told.in_digests:
        click.echo("nobody would be told of anything")


def settings_zone(settings: Settings) -> str:
    """The zone that the days of a command line are meant in: the calendar's."""
    from .agenda import readable

    calendar = readable(settings).calendar
    return calendar.timezone if calendar else "UTC"


def _played(send_to: str | None, settings: Settings) -> Channel | None:
    from .. import channels

    if not send_to:
        return None
    kind, _, path = send_to.partition(":")
    if kind not in ("log", "maildir") or bool(path) != (kind == "maildir"):
        raise EventcalError("--send-to takes log, or maildir:DIR")
    made = channels.ChannelSettings(name="rehearsal", type=kind, path=path)
    return channels.build([made], mail_from=settings.mail_from or "eventcal@localhost")["rehearsal"]


def _line(each: Rehearsed, zone: ZoneInfo) -> str:
    return f"{each.moment.astimezone(zone):%Y-%m-%d %H:%M}  {each.recipient}  {each.subject}"


def _as_json(each: Rehearsed) -> dict[str, object]:
    return {"moment": each.moment.isoformat(), "recipient": each.recipient, "subject": each.subject}


def _summed(found: list[Rehearsed], start: datetime, end: datetime, zone: ZoneInfo) -> str:
    span = f"from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    if not found:
        return f"rehearsal {span}: nothing would be sent"
    to = len({each.recipient for each in found})
    lines = [
        f"rehearsal {span}: {len(found)} {'message' if len(found) == 1 else 'messages'} to {to} recipient{'s' if to != 1 else ''}"
    ]
    lines += [f"  {_line(each, zone)}" for each in (found if len(found) <= 6 else [*found[:3], *found[-3:]])]
    if len(found) > 6:
        lines.insert(4, f"  ... {len(found) - 6} more ...")
    return "\n".join(lines)


@cli.command(epilog=example("eventcal status", "eventcal status --json || echo 'somebody has to look'"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_settings("registry", "database_url")
def status(settings: Settings, as_json: bool) -> None:
    """The edition, its problems, what is due, late or dead. Exit 1 when something needs a person."""
    from ..store import editions as recorded
    from ..store import ledger

    store = _needed_store(settings)
    try:
        with store.read() as conn:
            now = datetime.now(UTC)
            intake, edition = recorded.read_intake(conn), recorded.newest_in(conn)
            figures = ledger.figures(conn, now)
    finally:
        store.close()
    outcome = intake.outcome if intake else "unchanged"
    problems = [str(each) for each in intake.problems if not each.warning] if intake else []
    needs = _needs(figures, now, outcome, edition is not None)
    if as_json:
        found = {
            "edition": edition.number if edition else None,
            "recorded": edition.recorded_at.isoformat() if edition else None,
            "intake": outcome,
            "problems": problems,
            "next": figures.next_due.isoformat() if figures.next_due else None,
            "oldest_due": figures.oldest_due.isoformat() if figures.oldest_due else None,
            "last_pass": figures.ticked_at.isoformat() if figures.ticked_at else None,
            **{name: getattr(figures, name) for name in _COUNTS},
            "paused": list(figures.paused),
            "closed": [name for name, _ in figures.closed],
            "needs_a_person": needs,
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        if edition:
            click.echo(
                f"edition    {edition.number}, {_counted(len(edition.versions), 'event', 'events')}, since {edition.recorded_at:%Y-%m-%d %H:%M} UTC"
            )
        else:
            click.echo("edition    none yet")
        for each in problems:
            click.echo(f"problem    {each}")
        due = f"{figures.next_due:%Y-%m-%d %H:%M} UTC" if figures.next_due else "none in the coming 45 days"
        click.echo(f"next       {due}")
        if figures.ticked_at:
            click.echo(f"last pass  {figures.ticked_at:%Y-%m-%d %H:%M:%S} UTC")
        click.echo(f"reminders  {figures.sent} sent ({figures.late} late), {figures.open} open, {figures.dead} dead")
        for words in needs:
            click.echo(f"look       {words}")
    if needs:
        click.get_current_context().exit(1)


_COUNTS = ("open", "sent", "late", "dead", "ambiguous", "suppressed", "subscriptions")


def _needs(figures: Figures, now: datetime, outcome: str, published: bool) -> list[str]:
    """What a person has to do something about, in words."""
    found = []
    if not published:
        found.append("nothing is published yet: `eventcal serve` or `eventcal publish`")
    if outcome == "problems":
        found.append("the registry has problems, the last good edition stands: `eventcal check`")
    if outcome == "held":
        found.append("an edition is held: `eventcal publish --accept`, or mend the registry")
    if figures.dead:
        found.append(
            f"{_counted(figures.dead, 'delivery is', 'deliveries are')} dead: `eventcal deliveries --state dead`, then `eventcal retry`"
        )
    if figures.oldest_due and now - figures.oldest_due > timedelta(minutes=5):
        found.append(f"something is due since {figures.oldest_due:%Y-%m-%d %H:%M} UTC: does `eventcal serve` run?")
    elif figures.ticked_at and now - figures.ticked_at > SILENT:
        found.append(f"no pass came by since {figures.ticked_at:%Y-%m-%d %H:%M} UTC: does `eventcal serve` run?")
    found += [f"{name or 'everything'} is paused: `eventcal resume {name}`".rstrip() for name in figures.paused]
    found += [f"{name} does not answer: {detail}" for name, detail in figures.closed]
    return found


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _needed_store(settings: Settings) -> Store:
    store = existing_store(settings)
    if store is None:
        raise EventcalError(
            f"nothing was published from {settings.registry} yet: `eventcal serve` or `eventcal publish`"
        )
    return store


@cli.command(
    epilog=example("eventcal deliveries", "eventcal deliveries --state dead --json", "eventcal deliveries --balance")
)
@click.option("--state", type=click.Choice(["open", "queued", "sending", "retry", "sent", "dead", "skipped"]))
@click.option("--kind", type=click.Choice(["reminder", "change", "digest", "confirmation", "alarm", "test"]))
@click.option("--channel", default="", help="Of this channel of eventcal.toml only.")
@click.option("--event", "event_id", default="", help="Of this event only.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, the newest first.")
@click.option("--balance", is_flag=True, help="Whether every one that was made is accounted for; exit 1 when not.")
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
    """The ledger: each message to each recipient, and what became of it."""
    from ..store import ledger

    store = _needed_store(settings)
    try:
        with store.read() as conn:
            sums = ledger.balance(conn) if balance else []
            rows = (
                []
                if balance
                else ledger.deliveries(
                    conn, state=state or "", kind=kind or "", channel=channel, event_id=event_id, limit=limit
                )
            )
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps([asdict(each) for each in (sums or rows)], default=str, ensure_ascii=False, indent=2))
    elif balance:
        for each in sums:
            verdict = "balances" if each.balanced else "DOES NOT BALANCE"
            click.echo(
                f"{each.source}: {each.made} made = {each.sent} sent + {each.dead} dead + {each.skipped} skipped "
                f"+ {each.open} open + {each.erased} erased: {verdict}"
            )
        if not sums:
            click.echo("nothing was made yet")
    else:
        for entry in rows:
            click.echo(_entry(entry))
        if not rows:
            click.echo("none")
    if not all(each.balanced for each in sums):
        click.get_current_context().exit(1)


def _entry(each: Entry) -> str:
    what = " ".join(filter(None, (each.event_id, each.recurrence, each.lead)))
    why = f" ({each.reason})" if each.reason else ""
    said = (
        f": {each.detail}" if each.state in ("retry", "dead") and each.detail and each.detail not in each.reason else ""
    )
    to = f"{each.channel} {each.address}".rstrip()
    return f"{each.id:>6}  {each.due:%Y-%m-%d %H:%M:%S}  {each.state}{why}  {each.kind} {what} -> {to}{said}"


@cli.command(
    "send-test", epilog=example("eventcal send-test press-desk", "eventcal send-test mail --to me@example.org")
)
@click.argument("channel")
@click.option("--to", default="", help="One address, for a channel of type email.")
@with_settings("registry", "database_url", "base_url", "config")
def send_test(settings: Settings, channel: str, to: str) -> None:
    """Prove a channel before it matters: send one message that says it is a test. Exit 1 when it was not accepted."""
    from .. import channels
    from .. import deliveries as passes
    from .agenda import readable

    wanted = next((each for each in (*settings.channels, *settings.readers) if each.name == channel), None)
    if wanted is None:
        names = ", ".join(each.name for each in (settings.channels or settings.readers))
        raise SettingsError(f"eventcal.toml names no channel '{channel}'; there are: {names}")
    calendar = readable(settings).calendar
    assert calendar is not None
    made = channels.build([wanted], settings.smtp_url, settings.mail_from)[channel]
    store = existing_store(settings)
    try:
        came = passes.send_test(made, wanted, calendar, datetime.now(UTC), to, settings.base_url, store)
    finally:
        if store is not None:
            store.close()
    for recipient, outcome in came:
        verdict = "accepted" if isinstance(outcome, channels.Sent) else type(outcome).__name__.lower()
        click.echo(f"{recipient}: {verdict}{f' ({outcome.detail})' if outcome.detail else ''}")
    if not all(isinstance(outcome, channels.Sent) for _, outcome in came):
        click.get_current_context().exit(1)


@cli.command(epilog=example("eventcal retry 17 18", "eventcal retry --all"))
@click.argument("numbers", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="Every dead delivery.")
@with_settings("registry", "database_url")
def retry(settings: Settings, numbers: tuple[int, ...], every: bool) -> None:
    """Queue dead deliveries again, by the numbers that `eventcal deliveries` shows. What is no longer useful is skipped."""
    from ..store import ledger

    if bool(numbers) == every:
        raise EventcalError("name the deliveries by their numbers, or say --all")
    store = _needed_store(settings)
    try:
        with store.write() as conn:
            ids = [each.id for each in ledger.deliveries(conn, state="dead", limit=1_000_000)] if every else numbers
            done = ledger.retry(conn, ids, datetime.now(UTC))
    finally:
        store.close()
    click.echo(f"{done} queued again")


@cli.command(epilog=example("eventcal pause", "eventcal pause press-desk"))
@click.argument("channel", default="")
@with_settings("registry", "database_url")
def pause(settings: Settings, channel: str) -> None:
    """Send nothing through CHANNEL, or nothing at all, until `eventcal resume`. What falls due waits."""
    from ..store import ledger, people

    store = _needed_store(settings)
    try:
        with store.write() as conn:
            known = people.channels(conn)
            if channel and channel not in known:
                raise EventcalError(f"nobody is told through '{channel}'; there are: {', '.join(known) or 'none yet'}")
            ledger.pause(conn, channel)
    finally:
        store.close()
    click.echo(f"{channel or 'everything'} is paused")


@cli.command(epilog=example("eventcal resume", "eventcal resume press-desk"))
@click.argument("channel", default="")
@with_settings("registry", "database_url")
def resume(settings: Settings, channel: str) -> None:
    """Undo `eventcal pause`."""
    from ..store import ledger

    store = _needed_store(settings)
    try:
        with store.write() as conn:
            was = ledger.resume(conn, channel)
    finally:
        store.close()
    click.echo(f"{channel or 'everything'} {'goes on' if was else 'was not paused'}")
