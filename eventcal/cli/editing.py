"""The commands that change an event in its file: edit, move, cancel; and fmt, which changes none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import EventcalError, GrammarError, RegistryError
from .completion import complete_event_id
from .group import command, format_count
from .inputs import changes_registry, write_texts
from .options import with_settings

if TYPE_CHECKING:
    from ..registry.write_event import ChangedEvent
    from ..settings import Settings
    from ..when import When


@command(
    "eventcal edit summit-2021 when=2021-09-17/18",
    'eventcal edit summit-2021 "title=SCO summit" "tags=[summit, press]" --remove notes',
    "eventcal edit summit-2021 id=summit",
)
@click.argument("event_id", metavar="ID", shell_complete=complete_event_id)
@click.argument("pairs", metavar="KEY=VALUE...", nargs=-1)
@click.option("--remove", "removed", multiple=True, metavar="KEY", help="Remove this key; repeatable.")
@with_settings("registry")
@changes_registry
def edit(settings: Settings, event_id: str, pairs: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Set keys of an event in its file. Only the event's own lines change; comments stay.

    With a new id, the old one is kept under `formerly`, so that calendars recognise the event, and its parts are updated.
    """
    from ..registry.edit import KEY_ORDER
    from ..registry.schema import EXTRA_KEY_PATTERN
    from ..registry.suggestions import did_you_mean

    changes: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise GrammarError(f"'{pair}': write KEY=VALUE, as when=2027-09-16")
        changes[key.strip()] = _value(key.strip(), text)
    changes |= dict.fromkeys(removed)
    for key in changes:
        if key not in KEY_ORDER and not re.match(EXTRA_KEY_PATTERN, key):
            raise GrammarError(f"unknown key '{key}'{did_you_mean(key, KEY_ORDER)}")
    if not changes:
        raise GrammarError("nothing to change: give KEY=VALUE or --remove KEY")
    _change(settings, event_id, changes)


with_reason = click.option(
    "--reason", default="", metavar="TEXT", help="Why: added to the end of its notes, and told in the notice."
)


@command(
    "eventcal move summit-2021 2021-09-17/18",
    "eventcal move summit-2021 TBD --postponed",
    'eventcal move briefing "2027-10-13 18:00" --date 2027-10-12',
    'eventcal move briefing "2027-11-03 19:00" --from 2027-11-02',
)
@click.argument("event_id", metavar="ID", shell_complete=complete_event_id)
@click.argument("when_text", metavar="WHEN")
@click.option("--date", "day", help="The date of a series to move, as the rule produces it.")
@click.option(
    "--from",
    "first_day",
    metavar="DAY",
    help="End a series before this day, and add one that continues it, first at WHEN.",
)
@click.option(
    "--repeat", "rule_text", help="With --from: its new rule, where that is not the old one on another weekday."
)
@click.option("--postponed", is_flag=True, help="Postpone it: the old date is kept under `was`.")
@with_reason
@with_settings("registry")
@changes_registry
def move(
    settings: Settings,
    event_id: str,
    when_text: str,
    day: str | None,
    first_day: str | None,
    rule_text: str | None,
    postponed: bool,
    reason: str,
) -> None:
    """Move an event, or dates of a series, to another date."""
    if first_day is not None:
        if day is not None or postponed:
            raise click.UsageError("--from combines only with --repeat and --reason")
        _continue_series(settings, event_id, when_text, first_day, rule_text or "", reason)
    elif rule_text is not None:
        raise click.UsageError("--repeat combines only with --from")
    elif day is not None:
        _move_date(settings, event_id, when_text, day, postponed, reason)
    else:
        _move_event(settings, event_id, when_text, postponed, reason)


def _move_date(settings: Settings, event_id: str, when_text: str, day: str, postponed: bool, reason: str) -> None:
    own = {"when": when_text, **({"status": "postponed"} if postponed else {})}
    changed = _change(settings, event_id, _changes_of_dates(settings, event_id, [day], own, reason))
    new = next((one.when for one in changed.after.overrides if one.date.isoformat() == day), None)
    _advise_length(changed.before.when, new, f"{event_id} --date {day}")


def _move_event(settings: Settings, event_id: str, when_text: str, postponed: bool, reason: str) -> None:
    """Gives an event another date, and the status that goes with it; of a series, says how one date is moved."""
    from .. import registry
    from ..events import Status
    from ..registry.reformat import canonical_date
    from ..registry.write_event import find_event
    from ..when import Undated

    old = find_event(registry.read(settings.registry).require_valid(), event_id)
    changes: dict[str, Any] = {"when": when_text}
    if postponed:
        is_old = isinstance(old.when.span, Undated) or canonical_date(when_text) == str(old.when)
        known = old.was if old.was and is_old else old.when
        changes |= {"status": "postponed", "was": str(known)}
    elif old.status is Status.POSTPONED:
        # A new date keeps it postponed from the old one, unless the old one comes back.
        changes |= {"status": None, "was": None} if canonical_date(when_text) == str(old.was) else {}
    elif old.status is Status.CANCELLED:
        changes["status"] = None
    one_date = f'to move one date alone: eventcal move {event_id} "{when_text}" --date DAY' if old.is_recurring else ""
    try:
        changed = _change(settings, event_id, _changes_of_event(settings, event_id, changes, reason))
    except RegistryError:
        if one_date:
            click.echo(one_date, err=True)
        raise
    _advise_length(old.when, changed.after.when, event_id)
    if one_date and changed.after.when.first_day != old.when.first_day:
        click.echo(one_date, err=True)


def _continue_series(
    settings: Settings, event_id: str, when_text: str, day_text: str, rule_text: str, reason: str
) -> None:
    """Splits a series in its file, and says when it ends and what continues it."""
    from .. import occurrences, registry
    from ..events import event_zone
    from ..importing.texts import free_id
    from ..registry.continuation import split_series
    from ..registry.write_event import continue_event, find_event, written_keys
    from ..when import parse
    from ..words import format_day, format_when

    loaded = registry.read(settings.registry).require_valid()
    event = find_event(loaded, event_id)
    day = parse(day_text, event_zone(event)).first_day if re.fullmatch(r"[0-9-]{10}", day_text) else None
    if day is None:
        raise GrammarError(f"--from '{day_text}': write a day, such as 2027-11-02")
    taken = {name for other in loaded.events for name in other.ids}
    new_id = free_id(f"{event.id}-{day:%Y-%m}", taken)
    split = split_series(event, written_keys(settings.registry, event.id), day, when_text, new_id, rule_text)
    changes = _changes_of_event(settings, event.id, split.changes, reason)
    changed, continuation = continue_event(settings.registry, event.id, changes, split.continuation)
    begins = format_when(occurrences.first_date(continuation), "en", continuation.timezone, weekday=True)
    rule = f"; {continuation.rule}" if continuation.rule else ""
    click.echo(f"{changed.path}: {event.id} ends on {format_day(split.last_day, 'en')}")
    click.echo(f"{changed.path}: {new_id} continues it: {begins}{rule}")
    _advise_length(event.when, continuation.when, new_id)


def _advise_length(old: When, new: When | None, words: str) -> None:
    """Says which hours or days *new* lost that *old* had, and the command that keeps them; *words* are those of `move` but the date."""
    from ..when import AllDay, Timed, When

    if new is not None and isinstance(old.span, AllDay) and isinstance(new.span, AllDay):
        count, first = (old.span.last - old.span.first).days, new.span.first
        if count and new.span.last == first:
            with_days = When(AllDay(first, first + timedelta(days=count)), new.uncertain)
            click.echo(f'it had {count + 1} days; to keep them: eventcal move {words} "{with_days}"', err=True)
        return
    if not isinstance(old.span, Timed) or new is None:
        return
    start, end, span = old.span.start, old.span.end, new.span
    if isinstance(span, AllDay):
        lost, start = "start time", start.replace(year=span.first.year, month=span.first.month, day=span.first.day)
    elif isinstance(span, Timed) and end and not span.end:
        lost, start = "end", span.start
    else:
        return
    advice = ""
    if not isinstance(span, AllDay) or span.first == span.last:
        with_hours = When(Timed(start, start + (end - old.span.start) if end else None), new.uncertain)
        advice = f'; to keep it: eventcal move {words} "{with_hours}"'
    click.echo(f"its {lost} was removed{advice}", err=True)


@command(
    'eventcal cancel summit-2021 --reason "The hall is closed; badges stay valid."',
    "eventcal cancel briefing --date 2027-10-19",
    "eventcal cancel briefing --date 2027-12-20/2028-01-09",
)
@click.argument("event_id", metavar="ID", shell_complete=complete_event_id)
@click.option(
    "--date",
    "days",
    multiple=True,
    help="The date of a series to cancel, as the rule produces it, or the first and the last day of a break; repeatable.",
)
@with_reason
@with_settings("registry")
@changes_registry
def cancel(settings: Settings, event_id: str, days: tuple[str, ...], reason: str) -> None:
    """Cancel an event, or dates of a series. It stays in the file, so that readers see the cancellation."""
    if days:
        dates = [date for text in days for date in _dates_named(settings, event_id, text)]
        _change(settings, event_id, _changes_of_dates(settings, event_id, dates, {"status": "cancelled"}, reason))
    else:
        own = {"status": "cancelled"} | _without_old_date(settings, event_id)
        changed = _change(settings, event_id, _changes_of_event(settings, event_id, own, reason))
        if changed.after.is_recurring and changed.before != changed.after:
            one_date = f"eventcal edit {event_id} --remove status && eventcal cancel {event_id} --date DAY"
            click.echo(f"to cancel one date alone: {one_date}", err=True)


@command("eventcal fmt", "eventcal fmt --check", "eventcal fmt --split events/", name="fmt")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if a file would change.")
@click.option(
    "--split", "folder", type=click.Path(path_type=Path), help="Put each event in a separate file in this folder."
)
@with_settings("registry")
@changes_registry
def fmt(settings: Settings, files: tuple[Path, ...], only_check: bool, folder: Path | None) -> None:
    """Rewrite the registry, or the given FILES of it, in canonical order and style. Comments and meaning stay."""
    from .. import registry
    from ..registry.reformat import split

    loaded = registry.read(settings.registry)
    if not files and not settings.registry.exists():
        raise RegistryError(loaded.problems)
    chosen = files or loaded.files
    original = {path: _read(path) for path in (*chosen, *([settings.registry] if folder else []))}
    texts = {path: _decode(path, original[path]) for path in chosen}
    new_texts = {path: _reformat(path, text) for path, text in texts.items()}
    changed = {path: text for path, text in new_texts.items() if text != texts[path]}
    if folder is not None and not only_check:
        main = settings.registry
        changed |= split(main, new_texts.get(main) or _decode(main, original[main]), folder)
        root = main.parent.resolve()
        written = {path.resolve().relative_to(root).as_posix(): text.encode() for path, text in changed.items()}
        registry.read(main, written).require_valid()
    if not only_check:
        write_texts(changed, original)
    for path in changed:
        click.echo(f"{path}: {'not in canonical form' if only_check else 'written'}")
    if only_check:
        click.get_current_context().exit(1 if changed else 0)
    if not changed:
        click.echo(f"{format_count(len(chosen), 'file')} already in canonical form")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EventcalError(f"{path}: cannot be read: {error.strerror}") from error


def _reformat(path: Path, text: str) -> str:
    from ..registry.edit import NotEditable
    from ..registry.reformat import reformat

    try:
        return reformat(text)
    except NotEditable as error:
        raise EventcalError(f"{path}: {error}") from error


def _decode(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise EventcalError(f"{path}: cannot be read: {error}") from error


def _value(key: str, text: str) -> Any:
    """Parses *text* behind a key: a list or a map in brackets, else text as typed."""
    from ..registry.yaml_nodes import MalformedYaml, parse_yaml

    if not text.strip():
        raise GrammarError(f"{key}= has no value; --remove {key} removes it")
    closing = {"[": "]", "{": "}"}.get(text.lstrip()[:1])
    if closing is None:
        return text
    try:
        return parse_yaml(text + "\n").value
    except MalformedYaml as error:
        if key in ("title", "notes") and closing in text.rstrip()[:-1]:
            return text  # "{nth} anniversary", "[programme](https://example.org) and map"
        raise GrammarError(f"{key}={text}: {error.message}") from error


def _dates_named(settings: Settings, event_id: str, text: str) -> list[str]:
    """Returns the dates of a series that *text* names: itself, or all that take place from a first day to a last, with a slash."""
    from .. import occurrences, registry
    from ..events import Status, event_zone
    from ..registry.write_event import find_event
    from ..when import AllDay, parse

    if "/" not in text:
        return [text]
    event = find_event(registry.read(settings.registry).require_valid(), event_id)
    span = parse(text, event_zone(event)).span
    if not isinstance(span, AllDay):
        raise GrammarError(f"'{text}': write a first and a last day, such as 2027-12-20/2028-01-09")
    dates = [
        occurrence.recurrence
        for occurrence in occurrences.of_event(event, span.first, span.last)
        if occurrence.recurrence and occurrence.status is not Status.CANCELLED
    ]
    if not dates:
        raise GrammarError(f"no date of a series '{event_id}' takes place from {span.first} to {span.last}")
    return dates


def _changes_of_dates(
    settings: Settings, event_id: str, days: Sequence[str], own: dict[str, Any], reason: str
) -> dict[str, Any]:
    """Returns the changes of an event that give *days* *own* facts and a status in place of theirs; they keep their other facts."""
    from ..registry.write_event import written_keys

    written = written_keys(settings.registry, event_id)
    exceptions = written.get("exceptions")
    known = exceptions if isinstance(exceptions, dict) else {}
    changed = {}
    for day in days:
        before = known.get(day)
        facts = before if isinstance(before, dict) else {}
        new = own | _notes_with(reason, facts.get("notes", written.get("notes")))
        changed[day] = new | {key: value for key, value in facts.items() if key not in ("status", *new)}
    return {"exceptions": dict(sorted({**known, **changed}.items()))}


def _changes_of_event(settings: Settings, event_id: str, own: dict[str, Any], reason: str) -> dict[str, Any]:
    """Returns *own*, and what *reason* adds to the notes."""
    from ..registry.write_event import written_keys

    return own | _notes_with(reason, written_keys(settings.registry, event_id).get("notes") if reason else None)


def _notes_with(reason: str, notes: Any) -> dict[str, str]:
    """Returns the notes as they are typed with *reason* as their last paragraph; {} where no reason is given."""
    if not reason.strip():
        return {}
    if isinstance(notes, dict):
        raise GrammarError("its notes are in several languages: write the reason into each of them, in the file")
    return {"notes": f"{notes.rstrip()}\n\n{reason}" if notes else reason}


def _without_old_date(settings: Settings, event_id: str) -> dict[str, None]:
    """Returns the change that takes `was` from a postponed event: once it is cancelled, only an extended deadline has one."""
    from .. import registry
    from ..events import Status
    from ..registry.write_event import find_event

    event = find_event(registry.read(settings.registry).require_valid(), event_id)
    return {"was": None} if event.status is Status.POSTPONED else {}


def _change(settings: Settings, event_id: str, changes: dict[str, Any]) -> ChangedEvent:
    from ..registry.write_event import change_event

    changed = change_event(settings.registry, event_id, changes)
    click.echo(f"{changed.path}: {describe(changed)}")
    return changed


def describe(changed: ChangedEvent) -> str:
    """Describes a change in a line: the event's new id, its old and new date in words, its new status, or that it changed."""
    from ..words import format_day, format_when

    before, after = changed.before, changed.after
    if before.id != after.id:
        note = "; `formerly` keeps the old id, so calendars and links follow" if before.id in after.formerly else ""
        return f"{before.id} is renamed to {after.id}{note}"
    if before.when != after.when:
        dates = [format_when(event.when, "en", event.timezone) for event in (before, after)]
        and_status = f", and is {after.status.value}" if before.status != after.status else ""
        return f"{after.id} moves: {dates[0]} -> {dates[1]}{and_status}"
    if before.status != after.status:
        date = (
            ", with all dates of the series"
            if after.is_recurring
            else f": {format_when(after.when, 'en', after.timezone)}"
        )
        return f"{after.id} is {after.status.value}{date}"
    dates_changed = set(after.overrides) - set(before.overrides)
    statuses = {override.status for override in dates_changed}
    if len(dates_changed) > 1 and len(statuses) == 1 and (status := statuses.pop()):
        days = sorted(override.date for override in dates_changed)
        ends = (format_day(day, "en") for day in (days[0], days[-1]))
        return f"{after.id} is {status.value} on {len(days)} dates, {' to '.join(ends)}"
    if len(dates_changed) == 1:
        override = dates_changed.pop()
        day = format_day(override.date, "en")
        is_moved = override.when not in (None, *(old.when for old in before.overrides if old.date == override.date))
        if override.when and (is_moved or not override.status):
            return f"{after.id} moves: {day} -> {format_when(override.when, 'en', after.timezone)}"
        if override.status:
            return f"{after.id} on {day} is {override.status.value}"
    return f"{after.id} changed" if before != after else f"{after.id} is unchanged"
