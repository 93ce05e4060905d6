"""A table (CSV, TSV) becomes events: its columns by their names, or as the person names them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from .dates import Span
from .records import Losses, build_event, decoded, instant_of, is_no_date, place_fields, when_of, zone_of
from .texts import one_line
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, ImportingError

# What people call the columns, in small letters without spaces, hyphens and underscores.
_COLUMNS = {
    "title": "title summary subject name event eventname heading topic what",
    "when": "when date start startdate begin begins day from datum starts",
    "start-time": "starttime time hour begintime",
    "end": "end enddate until ends to finish",
    "end-time": "endtime",
    "all-day": "alldayevent allday",
    "timezone": "timezone tz zone",
    "place": "place location venue where city",
    "notes": "notes description details comment text body",
    "tags": "tags categories category labels type",
    "url": "url link website web homepage page",
    "source": "source reference",
    "status": "status state",
    "id": "id key slug",
    "uid": "uid",
    "private": "private",
}
_PATTERN = "date-format"
_STATUSES = {"cancelled": "cancelled", "canceled": "cancelled", "tentative": "tentative", "confirmed": "confirmed"}
_NUMERIC = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})?(?::[0-9]{2})?\s*([ap])?\.?m?\.?", re.IGNORECASE)


def read_table(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a table with a header line. Raises ImportingError where no column holds titles or dates."""
    text = decoded(data)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text, newline=None), dialect))
    except csv.Error as error:  # a field of more than 131,072 characters
        raise ImportingError(f"this is not a table: {error}") from None
    if not rows:
        raise ImportingError("the table is empty")
    columns = _columns(rows[0], context.columns)
    losses = Losses()
    for position, name in enumerate(rows[0]):
        if position not in columns.values() and name.strip() and any(_cell(row, position) for row in rows[1:]):
            column = name.strip()[:40]
            losses.add(1, "", f"column {column}", f"left out; --columns KEY={column} says which key it holds")
    order = _day_first([_cell(row, columns["when"]) for row in rows[1:]])
    reader = _Rows(columns, context, order, losses)
    events = [event for number, row in enumerate(rows[1:], start=2) if (event := reader.event(row, number)) is not None]
    return ImportedCalendar(tuple(events), tuple(losses.items))


def _columns(header: list[str], named: Mapping[str, str]) -> dict[str, int]:
    """The position of each key's column."""
    plain = [re.sub(r"[\s_-]+", "", name.strip().lower()) for name in header]
    columns: dict[str, int] = {}
    for key, words in _COLUMNS.items():
        position = next((plain.index(word) for word in words.split() if word in plain), None)
        if position is not None and position not in columns.values():
            columns[key] = position
    for key, name in named.items():
        if key == _PATTERN:
            continue
        wanted = re.sub(r"[\s_-]+", "", name.strip().lower())
        if key not in _COLUMNS or wanted not in plain:
            raise ImportingError(
                f"--columns {key}={name}: the table has {', '.join(header)}; our keys are {', '.join(_COLUMNS)}"
            )
        columns = {other: position for other, position in columns.items() if position != plain.index(wanted)}
        columns[key] = plain.index(wanted)
    if missing := [key for key in ("title", "when") if key not in columns]:
        raise ImportingError(
            f"no column is known to hold {' or '.join(missing)}; the table has {', '.join(header)}: "
            f"add --columns {','.join(f'{key}=COLUMN' for key in missing)}"
        )
    return columns


def _cell(row: list[str], position: int | None) -> str:
    return row[position].strip() if position is not None and position < len(row) else ""


def _day_first(values: Iterable[str]) -> bool | None:
    """Whether 3/4/2027 is 3 April: True or False where a value of the column says so, None where none does."""
    matches = [match for value in values if (match := _NUMERIC.match(value))]
    if any(match[2] == "." for match in matches) or any(int(match[1]) > 12 for match in matches):
        return None if any(match[2] != "." and int(match[3]) > 12 for match in matches) else True
    return False if any(int(match[3]) > 12 for match in matches) else None


class _Rows:
    """Turns rows into events."""

    def __init__(
        self, columns: Mapping[str, int], context: ImportContext, day_first: bool | None, losses: Losses
    ) -> None:
        self.columns, self.context, self.day_first, self.losses = columns, context, day_first, losses
        self.pattern = context.columns.get(_PATTERN, "")

    def event(self, row: list[str], line: int) -> ImportedEvent | None:
        cells = {key: _cell(row, position) for key, position in self.columns.items()}
        title = one_line(cells["title"])
        if not any(cells.values()):
            return None
        if not title:
            self.losses.add(line, "", "title", "the row has none and was left out")
            return None
        if cells.get("private", "").lower() in ("true", "yes", "1") and not self.context.with_private:
            self.losses.add(line, title, "private", "the event is private; --private imports it")
            return None
        zone = self._zone(cells, title, line)
        known = self._when(cells, zone, title, line)
        if known is None:
            return None
        more: dict[str, Any] = place_fields(cells.get("place", ""))
        if (status := cells.get("status", "").lower()) in ("cancelled", "canceled", "tentative"):
            more["status"] = _STATUSES[status]
        elif status and status not in _STATUSES:
            known_statuses = "confirmed, tentative or cancelled"
            self.losses.add(line, title, "status", f"{status[:40]!r} is not {known_statuses}; written as confirmed")
        if source := cells.get("source", ""):
            more["source"] = source if source.startswith(("http://", "https://")) else [{"title": one_line(source)}]
        tags = re.split(r"[,;|]", cells.get("tags", ""))
        return build_event(
            cells.get("id") or title, title, known, zone=zone, home=self.context.zone, tags=tags,
            notes=cells.get("notes", ""), url=cells.get("url", ""), uid=one_line(cells.get("uid", "")), line=line, more=more,
            losses=self.losses,
        )  # fmt: skip

    def _zone(self, cells: Mapping[str, str], title: str, line: int) -> str:
        text = cells.get("timezone", "")
        zone = zone_of(text) if text else None
        if text and zone is None:
            home = self.context.reader_zone or self.context.zone
            self.losses.add(line, title, "timezone", f"{text[:40]!r} is not a zone; read as {home}", Carried.CHANGED)
        return zone or self.context.reader_zone or self.context.zone

    def _when(self, cells: Mapping[str, str], zone: str, title: str, line: int) -> str | None:
        text, end_text = cells["when"], cells.get("end", "")
        if is_no_date(text):
            return self.losses.undated(line, title, "date", text)
        start = self._moment(text, zone)
        if start is None:
            known = when_of(text, zone)
            if known is None:
                why = "could be two days; the row was left out until --columns date-format=%d/%m/%Y says which"
                detail = why if self._is_ambiguous(text) else "is not a date; the row was left out"
                self.losses.add(line, title, "when", f"{text[:60]!r} {detail}")
            return known
        all_day = cells.get("all-day", "").lower() in ("true", "yes", "1", "x")
        start = start if all_day else self._with_hour(start, cells.get("start-time", ""))
        end = self._moment(end_text, zone) if end_text else None
        if end_text and end is None:
            self.losses.add(line, title, "end", f"{end_text[:60]!r} is not a date; no end was written")
        if end is None and cells.get("end-time"):
            end = date(start.year, start.month, start.day)
        if end is not None and isinstance(start, datetime):
            end = self._with_hour(end, cells.get("end-time", ""))
        if end is not None and isinstance(end, datetime) != isinstance(start, datetime):
            end = None if isinstance(start, datetime) else date(end.year, end.month, end.day)
        if end is not None and end < start:
            written = end_text or cells.get("end-time", "")
            self.losses.add(line, title, "end", f"{written} is before the start; no end was written")
            end = None
        return Span(start, end, zone if isinstance(start, datetime) else "").text()

    def _is_ambiguous(self, text: str) -> bool:
        """Tells whether *text* is one day or another, by an order of day and month that nothing shows."""
        match = _NUMERIC.match(text)
        if match is None or self.pattern or self.day_first is not None or match[2] == ".":
            return False
        return int(match[1]) != int(match[3])

    def _moment(self, text: str, zone: str) -> date | datetime | None:
        """A day or an hour; None for a month, a range, or a day that could be two."""
        if self.pattern:
            try:
                moment = datetime.strptime(text, self.pattern)
            except ValueError:
                return None
            return moment if re.search(r"%[HIcXT]", self.pattern) else moment.date()
        if (instant := instant_of(text, zone)) is not None:
            return instant
        if match := _NUMERIC.match(text):
            if self._is_ambiguous(text):
                return None
            day, month = (match[1], match[3]) if self.day_first or match[2] == "." else (match[3], match[1])
            try:
                plain: date | datetime = date(int(match[4]), int(month), int(day))
            except ValueError:
                return None
            return self._with_hour(plain, text[match.end() :].strip(" ,"))
        try:
            moment = datetime.fromisoformat(text.replace("/", "-") if text[:4].isdigit() else text)
        except ValueError:
            return None
        return moment.replace(tzinfo=None) if re.search(r"[T ][0-9]", text) else moment.date()

    @staticmethod
    def _with_hour(moment: date | datetime, text: str) -> date | datetime:
        match = _CLOCK.fullmatch(text.strip())
        if isinstance(moment, datetime) or match is None or not (match[2] or match[3]):
            return moment
        hour = int(match[1]) % 12 + (12 if match[3] in ("p", "P") else 0) if match[3] else int(match[1])
        minute = int(match[2] or 0)
        return datetime.combine(moment, time(hour, minute)) if hour < 24 and minute < 60 else moment
