"""The commands about the file: init, add, check, schema, propose."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ..errors import EventcalError, GrammarError, RegistryError
from .completion import complete_event_id
from .group import command, format_count, print_json, warn_of_settings
from .inputs import changes_registry, read_valid_registry
from .options import with_settings

if TYPE_CHECKING:
    from ..events import Event
    from ..registry import Registry
    from ..settings import Settings


REGISTRY_HEAD = """\
# yaml-language-server: $schema=./events.schema.json
# Your events. `eventcal check` reads this file, `eventcal serve` publishes it and sends the reminders.
version: 1
calendar:
  id: {id}            # part of every event's identity: choose it once
  name: {name}
  timezone: {timezone}
  language: {language}
defaults:
  reminders: [1 week before at 09:00, the day before at 18:00, on change]
"""
EXAMPLE_EVENT = """# An event looks like this. `eventcal add TITLE WHEN` writes one, and `eventcal explain WHEN` says what a date means:
#  - id: first-event
#    title: Our first event
#    when: 2027-01             # a day: 2027-01-16; an hour: 2027-01-16 10:00/12:30; a quarter: 2027-Q1
#    notes: Only the month is known yet. Write the day when it is, and subscribers are told.
"""


@command("eventcal init", 'eventcal init newsroom --name "Newsroom" --timezone Europe/Berlin')
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="What the calendar is called. [the folder's name]")
@click.option("--id", "calendar_id", help="Part of every event's identity; cannot be changed later. [from the name]")
@click.option("--timezone", default="UTC", show_default=True, help="IANA zone of every time that names no other.")
@click.option("--language", default="en", show_default=True, help="Language of the events' texts: en, ru, zh, ...")
@click.option("--empty", is_flag=True, help="Leave out the commented example.")
def init(folder: Path, name: str | None, calendar_id: str | None, timezone: str, language: str, *, empty: bool) -> None:
    """Start a registry: write events.yaml and its JSON Schema into FOLDER. It has no event yet."""
    import shlex

    from ..importing.texts import slug
    from ..registry import read
    from ..registry.editor_schema import json_schema
    from ..when import find_zone

    target = folder / "events.yaml"
    if target.exists():
        raise EventcalError(f"{target} already exists; nothing was changed")
    name = name or folder.resolve().name or "Calendar"
    head = {
        "id": calendar_id or slug(name) or "calendar",
        "name": json.dumps(name, ensure_ascii=False),
        "timezone": find_zone(timezone).key,
        "language": language,
    }
    text = REGISTRY_HEAD.format_map(head) + "events: []\n" + ("" if empty else EXAMPLE_EVENT)
    if problems := read(target, {target.name: text.encode()}).problems:
        raise EventcalError("; ".join(problem.message for problem in problems))
    schema_text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        (folder / "events.schema.json").write_text(schema_text, encoding="utf-8")
    except OSError as error:
        raise EventcalError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    click.echo(f"wrote {target} and events.schema.json")
    option = "" if folder == Path(".") else f" --registry {shlex.quote(str(target))}"
    click.echo(f'next: `eventcal add "Press briefing" 2027-03-04{option}`, then `eventcal serve{option}`')


@command(
    'eventcal add "Press briefing" "2027-03-04 10:00" --place Dushanbe --tag press',
    'eventcal add "Exercise" 2027-09 --source https://example.org/news --reminder "1 month before"',
    'eventcal add "Papers due" "6 weeks before start" --kind deadline --part-of conference-2027',
)
@click.argument("title")
@click.argument("when")
@click.option("--id", "event_id", help="Its id. Default: derived from the title.")
@click.option("--place", help="Where.")
@click.option("--timezone", help="IANA zone, AoE or floating. Default: the calendar's.")
@click.option("--tag", "tags", multiple=True, help="A tag; repeatable.")
@click.option("--source", help="Where the date was read: a key of `sources`, or an address.")
@click.option("--notes", help="Text for readers, in Markdown.")
@click.option("--repeat", help='Such as "every week on Tue until 2027-06-30".')
@click.option("--reminder", "reminders", multiple=True, help='Such as "1 week before at 09:00"; repeatable.')
@click.option("--status", type=click.Choice(["confirmed", "tentative"]), help="Default: confirmed.")
@click.option("--kind", type=click.Choice(["deadline"]), help="A deadline is the last moment to do something.")
@click.option("--part-of", metavar="ID", shell_complete=complete_event_id, help="The event that it belongs to.")
@with_settings("registry")
@changes_registry
def add(
    settings: Settings, title: str, when: str, event_id: str | None, **fields: str | tuple[str, ...] | None
) -> None:
    """Append an event to the registry; its comments and layout stay as they are."""
    from .. import registry
    from ..registry.write_event import append_event

    before = registry.read(settings.registry)
    entry: dict[str, object] = {"id": event_id or _free_id(title, before), "title": title, "when": when}
    entry |= {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items() if value}
    after = append_event(settings.registry, entry)
    event = next(event for event in after.events if event.id == entry["id"])
    click.echo(f"{settings.registry}: added {event.id}")
    for line in _describe_added(event, datetime.now(UTC)):
        click.echo(f"  {line}")


def _free_id(title: str, loaded: Registry) -> str:
    """Returns an id for *title*. Raises EventcalError where it has no letter, or where an event has that id already."""
    from ..importing.texts import free_id, slug

    event_id = slug(title)
    if not event_id:
        raise EventcalError("no id can be made from this title; give one with --id")
    taken = {name for event in loaded.events for name in event.ids}
    if (proposal := free_id(event_id, taken)) != event_id:
        raise EventcalError(f"an event has the id {event_id} already; for another one add --id {proposal}")
    return event_id


def _describe_added(event: Event, now: datetime) -> Iterator[str]:
    """Yields what was understood: the date with its weekday and distance, and each reminder's moment."""
    from zoneinfo import ZoneInfo

    from .. import occurrences
    from ..leads import lead_text
    from ..planning import reminders
    from ..words import format_distance, format_when

    zone = ZoneInfo(event.timezone)
    first = next(occurrences.iter_upcoming(event, date.min), None)
    known = first.when if first else event.when
    distance = format_distance(now, known, "en", zone)
    yield format_when(known, "en", event.timezone, weekday=True) + (f", {distance}" if distance else "")
    if event.rule:
        yield f"then {event.rule.text}"
    for reminder in reminders.schedule(event, known, reminders.ReminderAudience()):
        past = "" if reminder.due > now else ", which is past"
        yield f"reminder {lead_text(reminder.lead)}: {reminder.due.astimezone(zone):%a %Y-%m-%d %H:%M}{past}"


@command("eventcal check", "eventcal check other.yaml --format github", "eventcal check --links")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format", "output_format", type=click.Choice(["text", "json", "github"]), default="text", show_default=True
)
@click.option("--links", is_flag=True, help="Also check every link; exits with 1 if one is dead.")
@with_settings("registry")
def check(settings: Settings, file: Path | None, output_format: str, *, links: bool) -> None:
    """Check the registry and list all problems with their lines. Exits with 2 on problems.

    --links requests at most 60 addresses of each host, a second apart, and keeps good answers for a week.
    """
    from .. import edition_problems, registry

    warn_of_settings(settings)
    loaded = registry.read(file or settings.registry)
    gc.freeze()  # what was read stays to the end: no collection need walk it again
    if not loaded.errors:
        now = datetime.now(UTC)
        undrawable = edition_problems.find_undrawable(loaded.require_valid(), now)
        warnings = edition_problems.zone_rule_warnings(loaded, now.date())
        loaded = replace(loaded, problems=(*undrawable, *loaded.problems, *warnings))
    render = {
        "text": registry.problems_as_text,
        "json": registry.problems_as_json,
        "github": registry.problems_as_github,
    }[output_format]
    report = render(loaded.problems)
    if report:
        click.echo(report)
    errors = len(loaded.errors)
    if output_format == "text":
        click.echo(f"{file or settings.registry}: {registry.summarize(loaded)}", err=errors > 0)
    if errors:
        click.get_current_context().exit(RegistryError.exit_code)
    if links and _report_links(loaded, settings.links_file):
        click.get_current_context().exit(1)


def _report_links(loaded: Registry, cache: Path) -> int:
    """Prints the addresses that lead nowhere, have moved or do not answer; returns how many lead nowhere."""
    from .. import link_check
    from ..todo_rules import addresses

    by_event = {event.id: addresses(event) for event in loaded.events}
    urls = [url for event_urls in by_event.values() for url in event_urls]
    statuses = link_check.check_links(urls, link_check.read_statuses(cache), datetime.now(UTC))
    link_check.write_statuses(cache, statuses)
    for event_id, event_urls in by_event.items():
        for url in event_urls:
            status = statuses.get(url)
            if status is not None and status.state is not link_check.LinkState.ALIVE:
                click.echo(f"{event_id}: {url}: {status.state}: {status.detail}", err=True)
    dead = len(link_check.dead_links(statuses))
    left = len(set(urls)) - len(statuses)
    later = f", {left} left for the next run" if left else ""
    click.echo(
        f"{format_count(len(statuses), 'address', 'addresses')}, {dead} dead{later}" if urls else "no addresses",
        err=True,
    )
    return dead


@command("eventcal schema > events.schema.json", "eventcal schema --issue-form")
@click.option(
    "--issue-form", is_flag=True, help="Write a GitHub issue form for proposals, and the workflow that answers."
)
@with_settings("registry")
def schema(settings: Settings, issue_form: bool) -> None:
    """Print the registry's JSON Schema, for editors that complete and check YAML."""
    from ..registry import read
    from ..registry.editor_schema import json_schema as registry_schema

    if not issue_form:
        print_json(registry_schema())
        return
    loaded = read(settings.registry)
    name = loaded.calendar.name.in_language("en") if loaded.calendar else "the calendar"
    try:
        for path in write_issue_form(settings.registry.parent, name):
            click.echo(f"wrote {path}")
    except OSError as error:
        raise EventcalError(f"{error.filename}: cannot be written: {error.strerror}") from error


@command("eventcal propose issue.md", 'printf "%s" "$BODY" | eventcal propose -')
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@with_settings("registry")
def propose(settings: Settings, file: IO[str]) -> None:
    """Read an issue filed with the form of `schema --issue-form`, and print a reply as Markdown.

    The reply is the entry for the registry, checked but not written, or what is wrong with the proposal.
    """
    from .. import issue_forms

    events = read_valid_registry(settings).events
    try:
        answers = issue_forms.parse_issue(file.read(issue_forms.MAX_BODY_LENGTH + 1))
    except GrammarError as error:
        click.echo(f"This is not a proposal yet: {error}.\n\nEdit the issue to try again.")
        return
    click.echo(issue_forms.answer_proposal(settings.registry, answers, events), nl=False)


def write_issue_form(folder: Path, name: str) -> list[Path]:
    """Writes the form and the workflow that answers it below *folder*, and returns both paths. Raises OSError."""
    from importlib.resources import files

    from .. import issue_forms, links
    from ..registry.yaml_format import dump_yaml

    form = dump_yaml(issue_forms.issue_form(name))
    workflow = files("eventcal").joinpath("issue_form_workflow.yml").read_text(encoding="utf-8")
    written = []
    for path, text in (
        (folder / ".github" / "ISSUE_TEMPLATE" / links.ISSUE_FORM, form),
        (folder / ".github" / "workflows" / links.ISSUE_FORM, workflow),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
