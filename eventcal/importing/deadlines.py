"""Lists of conferences and their deadlines: ccf-deadlines, python-deadlines, confs.tech. A deadline is an event of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..when.zones import AOE, zone_of
from .records import (
    Losses,
    build_event,
    days_text,
    decode_text,
    describe_unread,
    is_no_date,
    is_web_address,
    iso_day,
    line_of,
    load_yaml,
    moment_text,
    place_fields,
    records_of,
    report_unknown_keys,
    when_of,
)
from .texts import one_line, slug
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, ImportingError

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Conference:
    """Values that the deadlines of one conference share. *name* is the id to try first, *home* the registry's zone."""

    name: str
    title: str
    url: object
    tags: list[str]
    zone: str = ""
    home: str = ""

    def deadline(
        self,
        name: str,
        words: str,
        when_text: str,
        *,
        url: object = None,
        notes: str = "",
        was: str = "",
        line: int = 0,
    ) -> ImportedEvent:
        """Returns a deadline, which belongs to the conference; one that several days are given for is an event.

        *name* follows that of the conference. What its tags and url lose was said of the conference.
        """
        fields = {
            "title": f"{self.title}: {words}",
            "when": when_text,
            "was": was,
            "kind": "" if "/" in when_text else "deadline",
            "part_of": slug(self.name),
            "tags": [*self.tags, "deadline"],
            "notes": notes,
            "url": url or self.url,
        }
        return build_event(f"{self.name} {name}", fields, zone=self.zone, home=self.home, line=line)


# ccf-deadlines


def read_ccf(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads series of conferences with their editions and rounds (ccf-deadlines)."""
    losses = Losses()
    events: list[ImportedEvent] = []
    for series in records_of(load_yaml(decode_text(data)), "list of ccf-deadlines"):
        title = one_line(str(series.get("title", "")))
        report_unknown_keys(series, "title description sub confs", losses, title)
        for edition in records_of(series.get("confs") or [], "list of `confs`"):
            events += _ccf_edition(series, edition, title, context.zone, losses)
    return ImportedCalendar(tuple(events), tuple(losses.items), name="Deadlines")


def _ccf_edition(series: Record, edition: Record, title: str, home: str, losses: Losses) -> Iterator[ImportedEvent]:
    year = str(edition.get("year", "")).strip()
    full = f"{title} {year}".strip()
    report_unknown_keys(edition, "year id link place date timezone timeline", losses, full)
    zone = _deadline_zone(edition, full, losses)
    tags = [str(series["sub"])] if series.get("sub") else []
    name = str(edition.get("id") or f"{title} {year}")
    conference = _Conference(name, full, edition.get("link"), tags, zone, home)
    written = str(edition.get("date", ""))
    known = None if is_no_date(written) else when_of(written) or when_of(f"{written}, {year}")
    known = known or losses.undated(edition, full, "date", written)
    texts = {"notes": str(series.get("description", "")), "url": conference.url}
    fields = {"title": full, "when": known, "tags": tags, **texts, **place_fields(edition.get("place", ""))}
    yield build_event(conference.name, fields, line=line_of(edition), losses=losses)
    rounds = edition.get("timeline")
    rounds = rounds if isinstance(rounds, list) else []
    for number, entry in enumerate(rounds, start=1):
        if isinstance(entry, Mapping):
            yield from _ccf_round(entry, number if len(rounds) > 1 else 0, conference, losses)


def _ccf_round(entry: Record, number: int, conference: _Conference, losses: Losses) -> Iterator[ImportedEvent]:
    """Yields the deadlines of a round; *number* is 0 where there is one round alone."""
    report_unknown_keys(entry, "deadline abstract_deadline comment", losses, conference.title)
    suffix = f"-{number}" if number else ""
    round_words = f", round {number}" if number else ""
    for key, words in (("abstract_deadline", "abstract deadline"), ("deadline", "paper deadline")):
        text = str(entry.get(key, ""))
        if is_no_date(text):
            continue
        known = moment_text(text, conference.zone)
        if known is None:
            losses.add(entry, conference.title, key, f"{describe_unread(text)}; this deadline was left out")
            continue
        yield conference.deadline(
            f"{words}{suffix}",
            f"{words}{round_words}",
            known,
            notes=str(entry.get("comment", "")),
            line=line_of(entry),
        )


def _deadline_zone(record: Record, subject: str, losses: Losses) -> str:
    text = str(record.get("timezone") or AOE)
    zone = zone_of(text)
    if zone is None:
        losses.add(record, subject, "timezone", f"{text!r} is not a zone; read as anywhere on Earth", Carried.CHANGED)
    return zone or AOE


# python-deadlines

_PYTHON_DEADLINES = (
    ("cfp", "call for proposals ends"),
    ("workshop_deadline", "call for workshops ends"),
    ("tutorial_deadline", "call for tutorials ends"),
)
_PYTHON_KEYS = "conference year link cfp cfp_ext cfp_link place start end sub timezone workshop_deadline tutorial_deadline location note"


def read_python_deadlines(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a flat list of conferences (python-deadlines)."""
    losses = Losses()
    events: list[ImportedEvent] = []
    for record in records_of(load_yaml(decode_text(data)), "list of python-deadlines"):
        title = one_line(f"{record.get('conference', '')} {record.get('year', '')}")
        report_unknown_keys(record, _PYTHON_KEYS, losses, title)
        events += _python_conference(record, title, context.zone, losses)
    return ImportedCalendar(tuple(events), tuple(losses.items), name="Python conferences")


def _python_conference(record: Record, title: str, home: str, losses: Losses) -> Iterator[ImportedEvent]:
    line = line_of(record)
    first, last = iso_day(record.get("start")), iso_day(record.get("end"))
    subs = [word.strip() for word in str(record.get("sub", "")).split(",") if word.strip()]
    places = record.get("location")
    spot = places[0] if isinstance(places, list) and places and isinstance(places[0], Mapping) else {}
    place = place_fields(record.get("place", ""), lat=spot.get("latitude", ""), lon=spot.get("longitude", ""))
    cancelled = str(record.get("cfp", "")).strip().lower() == "cancelled"
    known = days_text(first, last) if first else losses.undated(record, title, "start", record.get("start", ""))
    texts = {"notes": str(record.get("note", "")), "url": record.get("link")}
    status = {"status": "cancelled"} if cancelled else {}
    fields = {"title": title, "when": known, "tags": subs, **texts, **place, **status}
    yield build_event(title, fields, line=line, losses=losses)
    zone = _deadline_zone(record, title, losses)
    conference = _Conference(title, title, record.get("link"), subs, zone, home)
    cfp_link = record.get("cfp_link") if is_web_address(record.get("cfp_link", "")) else None
    for key, words in _PYTHON_DEADLINES:
        text, before = str(record.get(key, "")), ""
        extended = str(record.get("cfp_ext", "")) if key == "cfp" else ""
        if not is_no_date(extended):
            text, before = extended, text
        if is_no_date(text) or text.strip().lower() == "cancelled":
            continue
        when_text = moment_text(text, zone)
        if when_text is None:
            losses.add(record, title, key, f"{describe_unread(text)}; this deadline was left out")
            continue
        old_text = None if is_no_date(before) else moment_text(before, zone)
        was = old_text if old_text and old_text != when_text else ""
        name = key.replace("_deadline", "")
        yield conference.deadline(name, words, when_text, url=cfp_link, was=was, line=line)


# confs.tech

_CONFS_KEYS = "name url startDate endDate city country online cfpUrl cfpEndDate locales"


def read_confs_tech(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a list of conferences with whole days (confs.tech)."""
    try:
        value = json.loads(decode_text(data))
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits
        raise ImportingError(f"this is not JSON: {error}") from error
    losses = Losses()
    events: list[ImportedEvent] = []
    for record in records_of(value, "list of confs.tech"):
        events += _tech_conference(record, losses)
    return ImportedCalendar(tuple(events), tuple(losses.items), name="Conferences")


def _tech_conference(record: Record, losses: Losses) -> Iterator[ImportedEvent]:
    title = one_line(str(record.get("name", "")))
    report_unknown_keys(record, _CONFS_KEYS, losses, title)
    text = str(record.get("startDate", ""))
    first, last = iso_day(text), iso_day(record.get("endDate"))
    if first is None:
        reason = f"{text[:40]!r} is not a day" if text else "there is none"
        losses.add(record, title, "startDate", f"{reason}; the conference was left out")
        return
    if len(text.strip()) > len("2027-01-05"):
        losses.add(record, title, "startDate", f"of {text[:40]!r} the day alone was written", Carried.CHANGED)
    if record.get("endDate") and (last is None or last < first):
        reason = f"{str(record['endDate'])[:40]!r} is not a day from the start on"
        losses.add(record, title, "endDate", f"{reason}; one day was written")
    online = record.get("online") is True
    city = record.get("city") or ("Online" if online else "")
    name = title if str(first.year) in title else f"{title} {first.year}"
    id_text = f"{name} {record.get('city') or ''}"
    place = place_fields(city, "" if city == "Online" else record.get("country", ""))
    texts = {"title": name, "when": days_text(first, last), "url": record.get("url")}
    tags = ["online"] if online else []
    yield build_event(id_text, {**texts, "tags": tags, **place, **_language_fields(record)}, losses=losses)
    if end := iso_day(record.get("cfpEndDate", "")):
        cfp_url = record.get("cfpUrl") if is_web_address(record.get("cfpUrl", "")) else None
        conference = _Conference(id_text, name, record.get("url"), [])
        yield conference.deadline("cfp", "call for proposals ends", days_text(end, None), url=cfp_url)
    elif (end_text := record.get("cfpEndDate", "")) and not is_no_date(end_text):
        losses.add(record, title, "cfpEndDate", f"{str(end_text)[:40]!r} is not a day; this deadline was left out")


def _language_fields(record: Record) -> dict[str, Any]:
    """Returns the languages of a conference, out of "EN,DE"."""
    tags = re.findall(r"[A-Za-z]{2,3}", str(record.get("locales", "")))
    return {"language": [tag.lower() for tag in tags]} if tags else {}
