"""The commands that say how an installation is: status, todo, config."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from .group import command, format_count, print_json, warn_of_filters, warn_of_settings
from .inputs import REGISTRY_ADVICE, published_edition, read_valid_registry, require_store
from .options import DAY_TYPE, with_settings

if TYPE_CHECKING:
    from ..events import Calendar
    from ..history import Edition
    from ..settings import Settings
    from ..store.ledger.stats import LedgerStats


@command("eventcal status", "eventcal status --json || echo 'eventcal needs attention'")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_settings("registry", "database_url")
def status(settings: Settings, as_json: bool) -> None:
    """Show the edition, its problems, and what is due, late or dead. Exits with 1 when action is needed."""
    from ..store import edition_store, processes
    from ..store.ledger.stats import ledger_stats

    with require_store(settings) as store, store.read() as conn:
        now = store.now()
        registry_check, edition = edition_store.read_registry_check(conn), edition_store.newest_in(conn)
        stats, disk_problem = ledger_stats(conn, now), store.disk_problem()
        has_no_worker = stats.ticked_at is not None and processes.has_no_sender(conn, now)
        feed_conditions = edition_store.read_feed_conditions(conn)
    # with PostgreSQL, the registry may be on another machine
    is_missing = not store.is_clustered and not settings.registry.exists()
    outcome = registry_check.outcome if registry_check else "unchanged"
    problems = [str(problem) for problem in registry_check.errors] if registry_check else []
    calendar = edition.calendar if edition else None
    warnings = [f"{settings.registry}: no such file; {REGISTRY_ADVICE}"] if is_missing else []
    warnings += [f"{disk_problem}: edits and sent messages are recorded once it takes them"] if disk_problem else []
    warnings += _find_warnings(stats, now, "" if is_missing else outcome, edition is not None, calendar)
    warnings += ["no worker is running: start `eventcal worker` or `eventcal serve`"] if has_no_worker else []
    warnings += [f"{condition}: this is a fault of eventcal, report it with its log" for condition in feed_conditions]
    if as_json:
        print_json(_report_json(edition, outcome, problems, stats, warnings))
    else:
        for label, text in _report_lines(edition, problems, stats, warnings, calendar):
            click.echo(f"{label:<11}{text}")
    if warnings:
        click.get_current_context().exit(1)


_COUNT_FIELDS = ("open", "sent", "late", "dead", "ambiguous", "suppressed", "subscriptions", "devices")


def _report_json(
    edition: Edition | None, outcome: str, problems: list[str], stats: LedgerStats, warnings: list[str]
) -> dict[str, object]:
    return {
        "edition": edition.number if edition else None,
        "recorded": edition.recorded_at.isoformat() if edition else None,
        "intake": outcome,
        "problems": problems,
        "next": stats.next_due.isoformat() if stats.next_due else None,
        "oldest_due": stats.oldest_due.isoformat() if stats.oldest_due else None,
        "last_pass": stats.ticked_at.isoformat() if stats.ticked_at else None,
        **{name: getattr(stats, name) for name in _COUNT_FIELDS},
        "paused": list(stats.paused_channels),
        "closed": [name for name, _ in stats.open_breakers],
        "needs_a_person": warnings,
    }


def _report_lines(
    edition: Edition | None, problems: list[str], stats: LedgerStats, warnings: list[str], calendar: Calendar | None
) -> Iterator[tuple[str, str]]:
    """Yields (label, text) for each line of the report, its moments on the calendar's wall clock."""
    from ..events import format_local

    if edition:
        size = format_count(len(edition.versions), "event")
        yield "edition", f"{edition.number}, {size}, since {format_local(edition.recorded_at, calendar)}"
    else:
        yield "edition", "none yet"
    yield from (("problem", problem) for problem in problems)
    yield "next", format_local(stats.next_due, calendar) if stats.next_due else "none in the coming 45 days"
    if stats.ticked_at:
        yield "last tick", format_local(stats.ticked_at, calendar)
    yield "reminders", f"{stats.sent} sent ({stats.late} late), {stats.open} open, {stats.dead} dead"
    yield from (("attention", warning) for warning in warnings)


def _find_warnings(
    stats: LedgerStats, now: datetime, outcome: str, published: bool, calendar: Calendar | None
) -> list[str]:
    """Returns a sentence for each condition that needs action."""
    from ..events import format_local
    from ..store.ledger.health import is_silent
    from ..store.ledger.stats import OVERDUE_AFTER

    warnings = []
    if not published:
        warnings.append("nothing is published yet: `eventcal serve` or `eventcal publish`")
    if outcome == "problems":
        warnings.append(
            "the calendar file has errors, the last valid edition stays published: correct it, then `eventcal check`"
        )
    if outcome == "held":
        warnings.append("edition awaits approval: `eventcal publish --accept`, or fix the file")
    if stats.dead:
        warnings.append(
            f"{format_count(stats.dead, 'delivery is', 'deliveries are')} dead: `eventcal deliveries --state dead`, then `eventcal retry --all`"
        )
    is_scheduler_running = stats.ticked_at is not None and not is_silent(stats.ticked_at, now)
    if stats.oldest_due and now - stats.oldest_due > OVERDUE_AFTER:
        advice = "`eventcal deliveries --state open`" if is_scheduler_running else "is `eventcal serve` running?"
        warnings.append(f"deliveries overdue since {format_local(stats.oldest_due, calendar)}: {advice}")
    elif stats.ticked_at and not is_scheduler_running:
        ahead = " by a clock that was ahead" if stats.ticked_at > now else ""
        warnings.append(
            f"last scheduler tick was {format_local(stats.ticked_at, calendar)}{ahead}: "
            "is `eventcal serve` running, and can it write?"
        )
    warnings += [
        f"{name or 'sending'} is paused: `{f'eventcal resume {name}'.rstrip()}`" for name in stats.paused_channels
    ]
    warnings += [f"{name} is not responding: {detail}" for name, detail in stats.open_breakers]
    return warnings


@command("eventcal todo", "eventcal todo --on 2027-06-01", "eventcal todo --json")
@click.option("--on", "day", type=DAY_TYPE, help="The reference day. [today]")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url")
def todo(settings: Settings, day: datetime | None, as_json: bool) -> None:
    """List events that need attention, such as a month that approaches without a day, or a date never confirmed.

    Also dates in doubt with a single source, quotations that give another date, periods that are over, events without
    a date for months, sources not checked for a year, and links that `check --links` found dead. Exits with 1 if
    there are any.
    """

    from .. import link_check
    from ..todo_rules import find_todos

    loaded = read_valid_registry(settings)
    today = day.date() if day else loaded.calendar.day_at(datetime.now(UTC))
    dead = link_check.dead_links(link_check.read_statuses(settings.links_file))
    todos = find_todos(loaded.events, today, _changed_days(settings), loaded.calendar.language, dead)
    if as_json:
        fields = [
            {
                "id": item.event_id,
                "title": item.title,
                "concern": item.concern.value,
                "message": item.message,
                "day": item.day.isoformat() if item.day else None,
            }
            for item in todos
        ]
        print_json(fields)
    else:
        for item in todos:
            click.echo(f"{item.concern.value:<12} {item.event_id}: {item.message}")
        click.echo(f"{len(todos)} to check" if todos else "nothing to check")
    if todos:
        click.get_current_context().exit(1)


def _changed_days(settings: Settings) -> dict[str, date]:
    """Returns since when each event, by id, stands in the store as it is; empty where nothing was published yet."""
    edition = published_edition(settings)
    versions = edition.versions if edition else ()
    return {version.event.id: version.modified.astimezone(UTC).date() for version in versions}


@command("eventcal config", "EVENTCAL_PORT=8001 eventcal config --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_settings("registry", "database_url", "base_url", "host", "port", "config")
def config(settings: Settings, as_json: bool) -> None:
    """Print every setting with its value and where it was set; secrets are masked.

    Warns of variables EVENTCAL_... that are no settings, and of channels whose filter matches no event. If a channel cannot be set up, prints the reasons after the settings and exits with 2.
    """
    from .. import channels, registry
    from ..settings import describe

    rows = describe(settings)
    if as_json:
        print_json([{"name": name, "value": value, "origin": origin or "default"} for name, value, origin in rows])
    else:
        for name, value, origin in rows:
            click.echo(f"{name:20} {value or '-':40} {origin or 'default'}")
    warn_of_settings(settings)
    if events := registry.read(settings.registry).events:
        warn_of_filters(settings, events)
    channels.build(settings.channels, settings.mail)
