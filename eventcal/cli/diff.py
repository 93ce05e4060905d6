"""The command `diff`: what an edit changes for readers, for a terminal, a pull request or a program."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from .group import command, format_count
from .options import with_settings

if TYPE_CHECKING:
    from ..edition_diff import EventDifference
    from ..settings import Settings

MAX_WORDS = 160


@command("eventcal diff", "eventcal diff origin/main --format markdown", "eventcal diff HEAD~3 --format json")
@click.argument("revision", metavar="[REV]", default="HEAD")
@click.option(
    "--format", "output_format", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True
)
@with_settings("registry", "database_url", "config")
def diff(settings: Settings, revision: str, output_format: str) -> None:
    """Show what the file changes for readers since git revision REV.

    Lists events added, moved, narrowed, cancelled or removed; titles, notes, places, tags, sources and reminders; what
    calendar apps update; and how many messages would be sent.
    """
    from .. import registry
    from ..edition_diff import compare_registries
    from ..registry.git_revision import read_revision
    from .rehearse import rehearse_over_copy

    now = datetime.now(UTC)
    old = read_revision(settings.registry, revision).require_valid()
    new = registry.read(settings.registry).require_valid()
    differences = compare_registries((old.calendar, old.events), (new.calendar, new.events), now)
    message_count = 0
    if differences:
        rehearsal = rehearse_over_copy(settings, old, new, now)
        message_count = len(rehearsal.at_once) + rehearsal.in_digests
    render = {"text": _as_text, "markdown": _as_markdown, "json": _as_json}[output_format]
    click.echo(render(differences, message_count))


def summarize(differences: list[EventDifference], message_count: int) -> str:
    """Returns the edit in one line."""
    if not differences:
        return "nothing changes for readers"
    counts = Counter(_verdict(difference) for difference in differences)
    order = ("added", "changed", "removed")
    events = ", ".join(f"{counts[word]} {word}" for word in order if counts[word])
    updated = sum(difference.raises_sequence for difference in differences)
    apps = f"; calendar apps update {updated}" if updated else ""
    return f"{events}{apps}; {format_count(message_count, 'message') if message_count else 'no messages'} would go out"


def _verdict(difference: EventDifference) -> str:
    from ..history import ChangeKind

    if ChangeKind.VANISHED in difference.kinds:
        return "removed"
    is_new = ChangeKind.ADDED in difference.kinds
    return "added" if is_new else "changed"


def _as_text(differences: list[EventDifference], message_count: int) -> str:
    lines = []
    for difference in differences:
        labels = ", ".join(difference.labels) or "changed, no notification"
        lines.append(f"{difference.event_id}: {difference.title} ({labels})")
        for item in difference.keys:
            before, after = _short(item.before) or "none", _short(item.after) or "none"
            shown = after if _verdict(difference) == "added" else f"{before} -> {after}"
            lines.append(f"    {item.key:<11}{before if _verdict(difference) == 'removed' else shown}")
        if difference.feed:
            lines.append(f"    {'feed':<11}{difference.feed}")
    return "\n".join([*lines, summarize(differences, message_count)])


def _as_markdown(differences: list[EventDifference], message_count: int) -> str:
    lines = [f"**{summarize(differences, message_count)}**"]
    if differences:
        lines += ["", "| event | what | before | after |", "|---|---|---|---|"]
    for difference in differences:
        labels = ", ".join(difference.labels) or "no notification"
        name = f"`{difference.event_id}` {_cell(difference.title)} ({labels})"
        rows = [(item.key, item.before, item.after) for item in difference.keys]
        if difference.feed:
            rows.append(("feed", "", difference.feed))
        for number, (key, before, after) in enumerate(rows):
            lines.append(f"| {name if number == 0 else ''} | {key} | {_cell(before)} | {_cell(after)} |")
    return "\n".join(lines)


def _as_json(differences: list[EventDifference], message_count: int) -> str:
    listed = [
        {
            "id": difference.event_id,
            "title": difference.title,
            "change": _verdict(difference),
            "told": [kind.value for kind in difference.kinds],
            "sequence_rises": difference.raises_sequence,
            "feed": difference.feed,
            "keys": [{"key": item.key, "before": item.before, "after": item.after} for item in difference.keys],
        }
        for difference in differences
    ]
    return json.dumps({"events": listed, "messages": message_count}, ensure_ascii=False, indent=2)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_WORDS else f"{line[: MAX_WORDS - 3]}..."


def _cell(text: str) -> str:
    """Returns *text* as a cell of a Markdown table, its own marks and links out of force."""
    plain = _short(text)
    for mark in "\\|*_`[]<>@#":
        plain = plain.replace(mark, "\\" + mark)
    return plain
