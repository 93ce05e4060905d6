"""The command that says what a date, a rule or a reminder means: explain."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from ..errors import GrammarError
from .group import command, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from ..repeat import Misreading
    from ..when import RelativeDate, When

SHOWN_STARTS = 5
"""How many dates of a rule are shown."""


Explanation = tuple[list[tuple[str, str]], dict[str, Any]]
"""The meaning of something: lines of a label and a text for a person, and fields for a program."""


@command(
    "eventcal explain 2021-Q3",
    'eventcal explain "2021-09-16 10:00" "1 week before at 09:00" --timezone Asia/Dushanbe',
    'eventcal explain "6 weeks before start" --of 2027-09-16',
    'eventcal explain "every month on the last Fri" --from 2021-09-24',
    'eventcal explain "FREQ=YEARLY;BYMONTHDAY=1" --from 2021-09-01 --json',
)
@click.argument("words", nargs=-1, required=True)
@click.option("--timezone", default="UTC", show_default=True, help="IANA zone of the date, AoE or floating.")
@click.option("--from", "first", help="The first date, to explain a `repeat` or `rrule`.")
@click.option("--of", "parent", help="The date of the main event, to explain a date that is counted from it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def explain(words: tuple[str, ...], timezone: str, first: str | None, parent: str | None, as_json: bool) -> None:
    """Show what a `when`, a `repeat`, an `rrule` or a reminder means, before you write it into the registry."""
    from .. import when

    zone = when.FloatingZone("UTC") if timezone == when.FLOATING else when.find_zone(timezone)
    lines, fields = _explain(words, zone, first, parent)
    if as_json:
        print_json(fields)
        return
    for label, text in lines:
        click.echo(f"{label:<12}{text}")


def _explain(words: tuple[str, ...], zone: ZoneInfo, first: str | None, parent: str | None) -> Explanation:
    """Explains *words*: a rule, or a date and the reminders behind it. Raises GrammarError with what to write."""
    from .. import lead_advice, leads, when

    text = words[0]
    is_rrule = "FREQ=" in text.upper()
    if first or is_rrule or text.startswith("every ") or text in ("daily", "weekly", "monthly", "yearly", "annually"):
        if not first:
            raise GrammarError("a rule needs a first date: add --from, such as --from 2021-09-16")
        return _explain_rule(text.removeprefix("RRULE:"), when.parse(first, zone), is_rrule)
    if relative := when.parse_relative(text):
        if not parent:
            return _explain_distance(relative)
        known = when.resolve_relative(relative, when.parse(parent, zone), zone)
        return _explain_date(known, zone, words[1:])
    if parent:
        raise GrammarError(
            f"--of goes with a date that is counted from another event, which '{text}' is not; such dates are {when.suggest_relative(text)}"
        )
    if lead_advice.is_lead_like(text):
        lead = leads.parse(text)
        raise GrammarError(f'a reminder needs its date: eventcal explain 2021-09-16 "{leads.lead_text(lead)}"')
    return _explain_date(when.parse(text, zone), zone, words[1:])


def _explain_date(known: When, zone: ZoneInfo, reminders: Iterable[str]) -> Explanation:
    from .. import leads
    from ..when import is_floating
    from ..words import LANGUAGES, format_when

    words = {language: format_when(known, language, zone.key, weekday=True) for language in LANGUAGES}
    days = [day.isoformat() if day else None for day in (known.earliest, known.latest)]
    lines = [
        ("means", words["en"]),
        *((label, text or "not known") for label, text in zip(("first day", "last day"), days, strict=True)),
        ("EDTF", known.edtf or "not known"),
        *words.items(),
    ]
    moments: list[dict[str, str | None]] = []
    for text in reminders:
        lead = leads.parse(text)
        if isinstance(lead, leads.NoticeKind):
            lines.append((text, "sent when it happens"))
            continue
        instant = leads.resolve(lead, known, zone)
        moment = instant.astimezone(zone) if instant else None
        moment = moment.replace(tzinfo=None) if moment and is_floating(zone) else moment
        due_text = (
            f"{moment:%Y-%m-%d %H:%M %Z}".rstrip()
            if moment
            else f"never: the event has no {'start time' if known.first_day else 'date'}"
        )
        lines.append((f"{leads.lead_text(lead)}: ", due_text))
        moments.append({"lead": leads.lead_text(lead), "at": moment.isoformat() if moment else None})
    fields = {"when": str(known), "edtf": known.edtf, "first_day": days[0], "last_day": days[1]}
    return lines, {**fields, "words": words, "reminders": moments}


def _explain_distance(relative: RelativeDate) -> Explanation:
    """Explains a date that is counted from another event's, which is not known here."""
    anchor = "end" if relative.from_end else "start"
    lines = [
        ("means", f"a date that is counted from the {anchor} of another event, and moves with it"),
        ("goes", "under `when` of an event with `part_of`, the other one's id, or of one of its `milestones`"),
        ("", "add --of with the date of the other event, such as --of 2027-09-16, to see the date"),
    ]
    return lines, {"relative": relative.text, "counts_from": anchor}


_COMPUTED_DATES = "dates with ? are computed; once one is announced, write it under exceptions"


def _explain_rule(text: str, first: When, is_rrule: bool) -> Explanation:
    """Explains a rule: in words, in the form that feeds hold, by its first dates, and what to know of it."""
    from .. import repeat
    from ..words import LANGUAGES, format_rule

    rule = repeat.parse_rrule(text, first) if is_rrule else repeat.parse(text, first)
    begin = repeat.local_dtstart(first)
    published = repeat.published_rule(rule, begin)
    rrule = repeat.rrule_for(published, first) if published else None
    starts = list(islice(repeat.iter_starts(rule, begin, begin, date.max), SHOWN_STARTS))
    words = {language: format_rule(rule, language) for language in LANGUAGES}
    doubts = list(repeat.compatibility_warnings(rule, first))
    day_format = "%a %Y-%m-%d %H:%M" if isinstance(begin, datetime) else "%a %Y-%m-%d"
    misread = repeat.misreadings(rule, begin) if is_rrule else []
    lines = [
        ("rule", rule.text),
        ("in feeds", rrule or "the dates of last year, this year and the next two, as single events"),
        *(("", f"{start:{day_format}}{'?' * (rule.is_estimated and start != begin)}") for start in starts),
        *([("doubtful", _COMPUTED_DATES)] if rule.is_estimated else []),
        *words.items(),
        *(("misread by", _format_misreading(misreading)) for misreading in misread),
        *(("warning", doubt) for doubt in doubts),
    ]
    fields = {"rule": rule.text, "rrule": rrule, "dates": [start.isoformat() for start in starts], "words": words}
    reading = {"doubtful": rule.is_estimated, "misread": [_misreading_fields(misreading) for misreading in misread]}
    return lines, {**fields, **reading, "warnings": doubts}


def _format_misreading(misreading: Misreading) -> str:
    """Says which dates a reader would add to a rule as written, and which it would leave out."""
    text = f"{misreading.reader}, as {misreading.read_as}" if misreading.read_as else misreading.reader
    dates = [
        f"{label} {', '.join(map(str, days[:SHOWN_STARTS]))}{', ...' if len(days) > SHOWN_STARTS else ''}"
        for label, days in (("also", misreading.additional), ("not", misreading.missing))
        if days
    ]
    return f"{text}: {misreading.remark or '; '.join(dates)}"


def _misreading_fields(misreading: Misreading) -> dict[str, Any]:
    days = {"additional": misreading.additional, "missing": misreading.missing}
    shown = {name: [day.isoformat() for day in days[name][:SHOWN_STARTS]] for name in days}
    return {"reader": misreading.reader, "read_as": misreading.read_as, "remark": misreading.remark, **shown}
