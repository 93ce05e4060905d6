"""The command `import`: adds the events of another calendar to the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import command
from .inputs import read_folder, read_source, write_texts
from .options import with_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..importing import ImportContext, Loss, Merge, Target
    from ..settings import Settings


@command(
    "eventcal import theirs.ics",
    "eventcal import https://example.org/calendar.ics --into partners/theirs.yaml",
    "eventcal import content/events --timezone Europe/Berlin",
    "eventcal import talks.csv --columns title=Topic,when=Date --into events/ --dry-run",
    name="import",
)
@click.argument("source")
@click.option("--into", help="A file, or, with a final slash, a folder for one file per event. [the registry]")
@click.option("--format", "source_format", default="", help="The source's format. [detected]")
@click.option("--timezone", "reader_zone", default="", help="IANA zone for times that are in UTC or without a zone.")
@click.option("--columns", default="", help="Columns of a table by registry key: title=Topic,when=Date.")
@click.option("--private", is_flag=True, help="Also import events that are marked private.")
@click.option("--dry-run", is_flag=True, help="Print the same report, but write nothing.")
@click.option("--quiet", is_flag=True, help="Print only the totals of what was changed or left out.")
@with_settings("registry")
def import_command(
    settings: Settings,
    source: str,
    into: str | None,
    source_format: str,
    reader_zone: str,
    columns: str,
    private: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Add events from a FILE, FOLDER or URL to the registry, or update them.

    Reads .ics, tables, the lists of other projects, and folders of Markdown files with front matter. What was changed or
    left out is listed on stderr, one item per line. Run again with a newer copy, it applies what changed there and
    deletes nothing.
    """
    from dataclasses import replace

    from .. import importing
    from ..registry.write_event import lock_registry

    files = read_folder(source) if Path(source).is_dir() and source_format in ("", "markdown") else None
    data = read_source(source) if files is None else b""
    with lock_registry(settings.registry):
        target = _target(settings.registry, into)
        context = _context(target, data, reader_zone, columns, private)
        if files is None:
            imported = importing.read_source(data, source, source_format, context)
        else:
            imported = importing.read_markdown(files, replace(context, source=source))
        merge = importing.plan_merge(imported, target, context)
        _report(source, [*imported.losses, *merge.losses], imported.passed_over, quiet)
        if not dry_run:
            write_texts(merge.files, merge.original)
    _summarize(merge, target, dry_run)


def _report(source: str, losses: list[Loss], passed_over: Mapping[str, int], quiet: bool) -> None:
    from .. import importing

    losses.sort(key=lambda loss: (loss.path, loss.line))
    if not quiet:
        for loss in losses:
            click.echo(f"{source}: {loss}", err=True)
    for line in importing.count_losses(losses):
        click.echo(line, err=True)
    if passed_over:
        counts = ", ".join(f"{name} {number}" for name, number in sorted(passed_over.items()))
        click.echo(f"not needed: {counts}", err=True)


def _target(main: Path, into: str | None) -> Target:
    from ..importing import Target

    if not into:
        return Target(main, main)
    path = Path(into)
    if into.endswith("/") or path.is_dir():
        return Target(main, main, path)
    from ..registry import edit

    # A file with a head of its own, or the first one of all, is a registry; any other is a part of this one.
    is_main = not main.exists() or (
        path.exists() and "calendar" in edit.top_level(path.read_text("utf-8", errors="replace"))
    )
    return Target(path, path) if is_main else Target(main, path)


def _context(target: Target, data: bytes, reader_zone: str, columns: str, private: bool) -> ImportContext:
    from .. import importing, when
    from ..importing import ImportContext, ImportingError
    from ..registry import edit

    if reader_zone:
        when.find_zone(reader_zone)
    chosen = dict(pair.split("=", 1) for pair in columns.split(",") if "=" in pair)
    if columns and len(chosen) != len(columns.split(",")):
        raise ImportingError("--columns takes pairs, as title=Topic,when=Date")
    if not target.main.exists():
        zone = reader_zone or importing.guess_zone(data) or "UTC"
        return ImportContext(zone, reader_zone=reader_zone, with_private=private, columns=chosen)
    head = edit.top_level(target.main.read_text("utf-8-sig", errors="replace"))
    calendar, defaults = head.get("calendar"), head.get("defaults")
    calendar = calendar if isinstance(calendar, dict) else {}
    defaults = defaults if isinstance(defaults, dict) else {}
    zone = str(defaults.get("timezone") or calendar.get("timezone") or "UTC")
    when.find_zone(zone)
    language = str(calendar.get("language", "en"))
    return ImportContext(zone, language, str(calendar.get("id", "")), reader_zone, private, chosen)


def _summarize(merge: Merge, target: Target, dry_run: bool) -> None:
    for change in merge.changed:
        for text in change.texts:
            click.echo(f"{change.event_id}: {text}")
    if merge.missing:
        names = ", ".join(merge.missing[:10]) + (
            f" and {len(merge.missing) - 10} more" if len(merge.missing) > 10 else ""
        )
        click.echo(f"not in this source, left as they are: {names}")
    counts = f"{len(merge.added)} added, {len(merge.changed)} changed, {merge.unchanged} unchanged"
    where = target.folder or target.file
    click.echo(f"{where}: {counts}" + (" (nothing was written: --dry-run)" if dry_run else ""))
