"""The command `draft`: a text about events becomes entries to be reviewed."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import EventcalError
from .group import command
from .inputs import read_source, write_texts
from .options import DAY_TYPE, with_settings

if TYPE_CHECKING:
    from ..drafting import Entry, Proposals, ReviewResult
    from ..events import Event
    from ..settings import Settings


@command(
    "eventcal draft article.txt",
    "eventcal draft https://example.org/news --published 2027-06-24 --into events.yaml",
    "eventcal draft article.txt --prompt > prompt.txt",
    "eventcal draft article.txt --check answer.yaml",
)
@click.argument("article")
@click.option("--published", type=DAY_TYPE, help="The day of publication, for dates without a year.")
@click.option("--source", "key", default="", help="The text's key under `sources`.")
@click.option("--into", type=click.Path(path_type=Path), help="Append the entries to this file of the registry.")
@click.option("--prompt", "is_prompt", is_flag=True, help="Print a prompt for a language model; calls no model.")
@click.option(
    "--check", "answer", type=click.Path(path_type=Path), help="Check an answer to that prompt against the text."
)
@with_settings("registry")
def draft(
    settings: Settings,
    article: str,
    published: datetime | None,
    key: str,
    into: Path | None,
    is_prompt: bool,
    answer: Path | None,
) -> None:
    """Find dated events in an ARTICLE, a file or URL, and write entries for review.

    Reads Arabic, Chinese, English, German, Russian and Spanish. Dates are never more precise than the text. What is left
    out, known already, or contradicts the registry is listed on stderr. Nothing is published until you add it.
    """
    from .. import drafting

    raw, name = read_source(article).decode("utf-8", "replace"), article if "://" in article else Path(article).name
    read = drafting.read_article(raw, name)
    text, title, day = read.text, read.title, published.date() if published else read.published
    if is_prompt:
        click.echo(drafting.build_prompt(text, title, day))
        return
    if answer is not None:
        _check(text, answer, day)
        return
    proposals = drafting.propose(text, day)
    events, taken = _events(settings.registry)
    _list_left_out(proposals)
    results = drafting.review_all(proposals.drafts, proposals.put_off, events)
    new = [result.draft for result in results if result.standing is drafting.Standing.NEW]
    is_address = "://" in article
    source = drafting.TextSource(key, article if is_address else "", "" if is_address else title, proposals.published)
    entries = drafting.entries_of(new, source, taken)
    if into is not None and entries:
        _append(into, entries, settings.registry)
    elif entries:
        click.echo(drafting.to_yaml(entries), nl=False)
    where = f"{into}: " if into is not None else ""
    click.echo(f"{where}{_summarize(results)}, {len(proposals.left_out)} left out", err=True)


def _list_left_out(proposals: Proposals) -> None:
    """Prints the dates that become no entries, or that the text has none."""
    for item in proposals.left_out:
        click.echo(f'left out: "{item.text}": {item.reason}', err=True)
    if not (proposals.drafts or proposals.put_off or proposals.left_out):
        click.echo("no date in Arabic, Chinese, English, German, Russian or Spanish was found", err=True)


def _summarize(results: list[ReviewResult]) -> str:
    """Prints how the drafts that are not new stand to the registry; returns the counts of all."""
    from ..drafting import Standing

    for result in results:
        if result.standing is not Standing.NEW:
            click.echo(f"{result.standing.value}: {result}", err=True)
    counts = Counter(result.standing for result in results)
    parts = [f"{counts[Standing.NEW]} to review", f"{counts[Standing.KNOWN]} already known"]
    parts += [f"{counts[Standing.NARROWER]} more exact"] if counts[Standing.NARROWER] else []
    parts += [f"{counts[Standing.CONTRADICTION]} contradicting"] if counts[Standing.CONTRADICTION] else []
    parts += [f"{counts[Standing.PUT_OFF]} put off"] if counts[Standing.PUT_OFF] else []
    parts += [f"{counts[Standing.CANCELLED]} to cancel"] if counts[Standing.CANCELLED] else []
    return ", ".join(parts)


def _events(path: Path) -> tuple[tuple[Event, ...], set[str]]:
    """Reads the registry's events and the ids that are taken; both are empty where there is no registry yet."""
    from .. import registry

    if not path.exists():
        return (), set()
    loaded = registry.read(path).require_valid()
    return loaded.events, {name for event in loaded.events for name in event.ids}


def _append(path: Path, entries: list[Entry], main: Path) -> None:
    from .. import registry
    from ..registry import edit
    from ..registry.write_event import lock_registry

    with lock_registry(main):
        data = path.read_bytes() if path.exists() else b""
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
            fields, comments = [entry.fields for entry in entries], [entry.comments for entry in entries]
            new_text = edit.insert_entries(text, fields, comments)
        except (UnicodeDecodeError, edit.NotEditable) as error:
            raise EventcalError(f"{path}: cannot be added to: {error}") from error
        folder, place = main.parent.resolve(), path.resolve()
        is_part = place != main.resolve() and place in [file.resolve() for file in registry.read(main).files]
        root, name = (main, place.relative_to(folder).as_posix()) if is_part else (path, path.name)
        keys = edit.top_level(new_text).keys()
        if is_part or not keys or keys - {"defaults", "sources", "events"}:
            registry.read(root, {name: new_text.encode()}).require_valid()
        write_texts({path: new_text}, {path: data})


def _check(text: str, answer: Path, day: date | None) -> None:
    from .. import drafting

    verdicts = drafting.check_answer(text, read_source(str(answer)).decode("utf-8", "replace"), day)
    for verdict in verdicts:
        click.echo(f"{verdict.name}: {'refused: ' + verdict.reason if verdict.reason else 'supported by its quote'}")
    refused = sum(bool(verdict.reason) for verdict in verdicts)
    click.echo(f"{len(verdicts) - refused} given, {refused} refused", err=True)
    if refused:
        click.get_current_context().exit(2)
