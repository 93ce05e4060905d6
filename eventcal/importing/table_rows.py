"""The rows of a table become events: their titles, places and texts, and the dates in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from .. import when
from .dates import DAY, Span, clock_of, local_of
from .records import (
    WEEKDAY,
    Losses,
    build_event,
    describe_unread,
    instant_of,
    is_no_date,
    is_web_address,
    place_fields,
    when_of,
    with_year,
    zone_of,
)
from .table_columns import (
    DATE_FORMAT,
    NO_WORDS,
    STATUSES,
    YEAR,
    find_columns,
    is_deadline,
    may_be_a_day,
    other_columns,
    stand_ins,
)
from .texts import html_to_markdown, html_to_text, is_html, one_line, slug
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent

_LOOKED_AT, _DAYS_SHOWN, _DAYS_APART, _MONTHS = 20, 3, 10, 12
"""Cells that show whether a column holds dates; days, and their distance, that show that they are no years."""
_LONGEST_TITLE = 100
"""Characters of the notes that stand in for a title."""

_NUMERIC = re.compile(r"(?<![0-9])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_DAYS = re.compile(r"(?<![0-9./-])([0-9]{1,2}) ?[-–] ?([0-9]{1,2})([./])([0-9]{1,2})\3([0-9]{4})(?![0-9])")
_YEAR = re.compile(r"(?<![0-9])(?:1[0-9]|20)[0-9]{2}(?:[01][0-9][0-3][0-9])?(?![0-9E])")
# "1900", "1930-2100 Uhr" in a column of hours
_FOUR_DIGITS = re.compile(r"[0-9]{4}(?:\s*[-–]\s*[0-9]{4})?\s*(?:h|hrs|hours|Uhr)?\.?", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?<![0-9])(?<![0-9] )([0-9]{1,2}([./-])[0-9]{1,2}\2)([0-9]{2})(?![0-9])")
# A day as programs write it that know hours alone: Hugo, and editors of pages.
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00:00(?:\.0+)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
# "May 4, 2027 9:00 AM (GMT+2) → 5:00 PM", also "(CET)", as Notion exports it
_OFFSET = re.compile(r"\s*\(((?:GMT|UTC)[+-][0-9:]+|[A-Z]{2,4}T)\)")
# "19:00 CET", "7 PM (EDT)", "23:59 AoE": letters behind an hour. Behind a day "EST" may say that it is estimated.
_LETTERS = re.compile(r"\s*\(?\b([A-Z\u0410-\u042f]{2,5}|AoE)\)?$")
_CLOCK = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})?(?::[0-9]{2})?\s*([ap])?\.?m?\.?", re.IGNORECASE)


def read_rows(
    header: list[str], rows: Sequence[tuple[int, list[str]]], context: ImportContext, to_markdown: Callable[[str], str]
) -> ImportedCalendar:
    """Reads rows with their lines. *to_markdown* makes notes of a text that is no HTML.

    Raises ImportingError where no column of *header* holds titles or dates.
    """
    columns, losses = find_columns(header, context.columns, lambda position: _rank_dates(rows, position)), Losses()
    others = other_columns(header, columns, context.columns)
    known = {*columns.values(), *(position for positions in others.values() for position in positions)}
    deadlines = {at: one_line(name) for at, name in enumerate(header) if at not in known and is_deadline(name)}
    rows, left_out = _with_others(header, rows, columns, others)
    for position, name in enumerate(header):
        is_unknown = (
            position not in known and position not in deadlines and any(_cell(row, position) for _, row in rows)
        )
        if (column := name.strip()[:40]) and (is_unknown or position in left_out):
            how = f"; --columns KEY={column} says which key it holds" if is_unknown else left_out[position]
            losses.add(1, "", f"column {column}", f"left out{how}")
    dated = [columns[key] for key in ("when", "end") if key in columns]
    rows = _with_full_years(rows, [*dated, *deadlines])
    order = _day_first([_cell(row, position) for position in dated for _line, row in rows])
    reader = _Rows(columns, stand_ins(columns, header), deadlines, context, order, losses, to_markdown)
    events = [event for line, row in rows for event in reader.events(row, line)]
    return ImportedCalendar(tuple(events), tuple(losses.items))


def _with_others(
    header: list[str],
    rows: Iterable[tuple[int, list[str]]],
    columns: Mapping[str, int],
    others: Mapping[str, Sequence[int]],
) -> tuple[list[tuple[int, list[str]]], dict[int, str]]:
    """Returns *rows* with the first filled cell of each key in its column, and what is left out of columns that say more.

    A date in a column of hours is that of the event where there is none, or where the column may be of days: "start".
    """
    result: list[tuple[int, list[str]]] = []
    left_out: dict[int, str] = {}
    for line, row in rows:
        filled = {at: text for at, cell in enumerate(row[: len(header)]) if (text := cell.strip())}
        chosen = {key: next((p for p in (at, *others[key]) if p in filled), at) for key, at in columns.items()}
        for hours, days in (("start-time", "when"), ("end-time", "end")):
            in_hours = [columns[hours], *others[hours]] if hours in columns and days in columns else []
            for at in in_hours:
                if has_year(filled.get(at, "")) and (may_be_a_day(header[at]) or chosen[days] not in filled):
                    chosen[days] = at
                    rest = (p for p in in_hours if p in filled and not has_year(filled[p]))
                    chosen[hours] = next(rest, -1)
                    break
        cells = [filled.get(at, "") for at in range(len(header))]
        for key, at in columns.items():
            cells[at] = filled.get(chosen[key], "")
        result.append((line, cells))
        for key, at in columns.items():
            for beaten in {at, *others[key]} & filled.keys() - set(chosen.values()) - left_out.keys():
                if chosen[key] in filled and not filled[chosen[key]].startswith(filled[beaten]):
                    left_out[beaten] = f" where {header[chosen[key]].strip()[:40]} is filled in"
    return result, left_out


def has_year(text: str) -> bool:
    """Tells whether *text*, in a column of hours, has a year, without which it says no day; "1900" is an hour there."""
    return _YEAR.search(text) is not None and _FOUR_DIGITS.fullmatch(text) is None


def _cell(row: list[str], position: int | None) -> str:
    return row[position].strip() if position is not None and position < len(row) else ""


def _without_marks(cell: str) -> str:
    """Returns the words of a *cell* that is HTML, or has its entities."""
    return one_line(html_to_text(cell)) if is_html(cell) or re.search(r"&#?\w+;", cell) else cell


def _rank_dates(rows: Iterable[tuple[int, list[str]]], position: int) -> int:
    """Returns 2 for a column most of whose cells have a year, 1 for dates without one or an empty column, 0 for others."""
    cells = [cell for _line, row in rows if not is_no_date(cell := _cell(row, position))][:_LOOKED_AT]
    with_year = sum(1 for cell in cells if _YEAR.search(cell) or _SHORT_YEAR.search(cell))
    without = sum(1 for cell in cells if describe_unread(cell).endswith("no year")) if 2 * with_year < len(cells) else 0
    return 2 if cells and 2 * with_year >= len(cells) else int(2 * without >= len(cells))


def _with_full_years(rows: Sequence[tuple[int, list[str]]], positions: Sequence[int]) -> list[tuple[int, list[str]]]:
    """Returns *rows* with years of two digits in full, where the columns at *positions* show that the year stands last."""
    matches = [match for _line, row in rows for at in positions for match in _SHORT_YEAR.finditer(_cell(row, at))]
    separators = [mark for mark in "./-" if _is_year_last([match for match in matches if match[2] == mark])]
    if not separators:
        return list(rows)
    return [
        (line, [_full_years(cell, separators) if at in positions else cell for at, cell in enumerate(row)])
        for line, row in rows
    ]


def _is_year_last(matches: Sequence[re.Match[str]]) -> bool:
    """Tells whether *matches*, dates of three numbers of at most two digits, show that the last number is the year.

    They do where it is one or two years next to each other in all of them, and the first one many others, or where the
    one in the middle is no month.
    """
    if not matches:
        return False
    firsts, middles, years = ({int(re.split("[./-]", match[0])[at]) for match in matches} for at in range(3))
    are_days = len(firsts) >= _DAYS_SHOWN and max(firsts) - min(firsts) >= _DAYS_APART
    is_month_first = max(middles) > _MONTHS and matches[0][2] != "."  # "10.30.00" is an hour
    return is_month_first or (are_days and max(years) - min(years) <= 1)


def _full_years(text: str, separators: Container[str] = "./-") -> str:
    """Returns *text* with the year of dates such as 5.1.27, with one of *separators*, in full."""
    return _SHORT_YEAR.sub(
        lambda match: f"{match[1]}{datetime.strptime(match[3], '%y').year}" if match[2] in separators else match[0],
        text,
    )


def _day_first(values: Iterable[str]) -> bool | None:
    """Tells whether 3/4/2027 is 3 April: True or False where a value of the column says so, None where none does."""
    matches = [match for value in values for match in _NUMERIC.finditer(value)]
    if any(match[2] == "." for match in matches) or any(int(match[1]) > 12 for match in matches):
        return None if any(match[2] != "." and int(match[3]) > 12 for match in matches) else True
    return False if any(int(match[3]) > 12 for match in matches) else None


class _Rows:
    """Turns rows into events."""

    def __init__(
        self,
        columns: Mapping[str, int],
        title_stand_ins: Sequence[str],
        deadlines: Mapping[int, str],
        context: ImportContext,
        day_first: bool | None,
        losses: Losses,
        to_markdown: Callable[[str], str],
    ) -> None:
        self.columns, self.deadlines, self.context, self.to_markdown = columns, deadlines, context, to_markdown
        self.day_first, self.losses, self.stand_ins = day_first, losses, title_stand_ins
        self.years, self.first_month = [*filter(None, context.columns.get(YEAR, "").split("/"))], ""
        self.pattern, self.is_zone_told = context.columns.get(DATE_FORMAT, ""), False
        if "%d" in self.pattern and "%m" in self.pattern:
            self.day_first = self.pattern.index("%d") < self.pattern.index("%m")
        self.home = context.reader_zone or context.zone

    def events(self, row: list[str], line: int) -> Iterator[ImportedEvent]:
        """Yields the event of a row, and the deadlines in columns of their own, which belong to it."""
        event = self._event(row, line)
        if event is None:
            return
        yield event
        zone = event.fields.get("timezone", self.home)
        for position, column in self.deadlines.items():
            title, text = f"{event.title}: {column}", _cell(row, position)
            if is_no_date(text):
                continue
            moment = self._moment(text, zone)
            known = Span(moment, None, zone).text() if moment else when_of(_apart(self._with_iso_days(text)), zone)
            if known is None:
                self.losses.add(line, event.title, column, f"{describe_unread(text)}; this deadline was left out")
                continue
            kind = "" if "/" in known else "deadline"
            fields = {"title": title, "when": known, "kind": kind, "part_of": event.name}
            yield build_event(f"{event.name} {column}", fields, zone=zone, home=self.context.zone, line=line)

    def _event(self, row: list[str], line: int) -> ImportedEvent | None:
        cells = {key: _cell(row, position) for key, position in self.columns.items()}
        cells |= {key: _without_marks(cells[key]) for key in ("title", "venue", "place") if key in cells}
        if not any(cells.values()):
            return None
        if not (title := self._title(cells, line)):
            self.losses.add(line, "", "title", "the row has none and was left out")
            return None
        if cells.get("private", "").lower() not in NO_WORDS and not self.context.with_private:
            self.losses.add(line, title, "private", "the event is private, or a draft; --private imports it")
            return None
        cells = self._with_zone_apart({**cells, **_whole_hours(cells), **_midnights(cells)})
        zone = self._zone(cells, title, line)
        known = self._when(cells, zone, title, line)
        if known is None:
            return None
        self._name_zone(cells, known, line)
        more = _place(cells)
        if (status := self._status(cells, title, line)) != "confirmed":
            more["status"] = status
        if source := cells.get("source", ""):
            more["source"] = source if source.startswith(("http://", "https://")) else [{"title": one_line(source)}]
        tags = re.split(r"[,;|]", cells.get("tags", ""))
        url = "" if is_no_date(cells.get("url", "")) else cells["url"]
        texts = {"url": url, "uid": one_line(cells.get("uid", ""))}
        fields = {"title": title, "when": known, "tags": tags, **texts, **more}
        identity, notes = slug(cells.get("id", "")), cells.get("notes", "")
        event = build_event(identity or title, fields, zone=zone, home=self.context.zone, line=line, losses=self.losses)
        if is_html(notes):
            self.losses.add(line, title, "notes", "HTML became text", Carried.CHANGED)
        markdown = html_to_markdown(notes) if is_html(notes) else self.to_markdown(notes)
        all_fields = {**event.fields, "notes": markdown} if markdown else event.fields
        return replace(event, fields=all_fields, has_id=bool(identity))

    def _title(self, cells: Mapping[str, str], line: int) -> str:
        """Returns the title of a row: in its column, of the two that play, or what stands in for it; "" for none."""
        played = [cells.get("home", ""), cells.get("away", "")]
        title = cells.get("title") or " – ".join(filter(None, played))
        title = title or ": ".join(filter(None, [cells.get("team", ""), cells.get("opponent", "")]))
        for key in self.stand_ins:
            if not title and (title := one_line(cells.get(key, ""))[:_LONGEST_TITLE]):
                taken = f"its {key} {'were' if key.endswith('s') else 'was'} taken"
                self.losses.add(line, title, "title", f"the row has none; {taken}", Carried.CHANGED)
        return one_line(title)

    def _status(self, cells: Mapping[str, str], title: str, line: int) -> str:
        if cells.get("cancelled", "").lower() not in NO_WORDS:
            return "cancelled"
        status = cells.get("status", "").lower()
        if status and status not in STATUSES:
            known_statuses = "confirmed, tentative or cancelled"
            self.losses.add(line, title, "status", f"{status[:40]!r} is not {known_statuses}; written as confirmed")
        return STATUSES.get(status, "confirmed")

    def _with_zone_apart(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Returns *cells* with the letters of one zone, which stand behind the hours of a row, as its zone."""
        home = zone_of(cells.get("timezone", ""), self.home) or self.home
        zones, bare = set(), {}
        for key in ("when", "start-time", "end", "end-time"):
            match = _LETTERS.search(text := cells.get(key, ""))
            has_hour = cells.get("start-time") or re.search(r"[0-9]:[0-9]{2}|[0-9] ?[ap]\.?m|Uhr", text, re.IGNORECASE)
            if match and has_hour and (zone := zone_of(match[1], home)):
                zones.add(zone)
                bare[key] = text[: match.start()]
        return {**cells, **bare, "timezone": zones.pop()} if len(zones) == 1 else {**cells}

    def _zone(self, cells: Mapping[str, str], title: str, line: int) -> str:
        text = cells.get("timezone", "")
        zone = zone_of(text, self.home) if text else None
        if text and zone is None:
            self.losses.add(
                line, title, "timezone", f"{text[:40]!r} is not a zone; read as {self.home}", Carried.CHANGED
            )
        return zone or self.home

    def _name_zone(self, cells: Mapping[str, str], known: str, line: int) -> None:
        """Says once in which zone hours are read that nobody named one for: neither the table nor a registry."""
        has_offset = instant_of(cells["when"], "UTC") or _OFFSET.search(cells["when"])
        is_named = self.context.calendar_id or self.context.reader_zone or cells.get("timezone") or has_offset
        if self.is_zone_told or is_named or not re.search(" [0-9]{2}:", known):
            return
        self.is_zone_told = True
        detail = f"none is named, so hours were read as {self.context.zone}; --timezone names another"
        self.losses.add(line, "", "time zone", detail, Carried.CHANGED)

    def _when(self, cells: Mapping[str, str], zone: str, title: str, line: int) -> str | None:
        if is_no_date(cells["when"]):
            return self.losses.undated(line, title, "date", cells["when"])
        cells = {**cells, **{key: self._with_year(cells.get(key, "")) for key in ("when", "end")}}
        text = cells["when"]
        if hours := _moved_hours(text, zone):
            return hours
        start, doubt = self._moment(text, zone), ""
        if start is None:
            known = when_of(_apart(self._with_iso_days(text)), zone)
            if known is None:
                self.losses.add(line, title, "when", self._describe_unread(text))
                return None
            plain = _PLAIN.fullmatch(known)
            if plain is None:
                for key in ("start-time", "end", "end-time"):
                    if (cell := cells.get(key, "")) and not is_no_date(cell):
                        self.losses.add(line, title, key, f"{cell[:40]!r} was left out beside {known}")
                return known
            start, doubt = _plain_moment(plain), plain[3]
        if not cells.get("end-time", "") and _is_hour(cells.get("end", "")):
            cells = {**cells, "end": "", "end-time": cells["end"]}
        if cells.get("all-day", "").lower() not in NO_WORDS:
            return self._whole_days(cells, start, zone).text() + doubt
        return self._span(cells, start, zone, title, line).text() + doubt

    def _with_year(self, text: str) -> str:
        """Returns a date without a year with that of `--columns`; of a season's two, the second before its first month."""
        if not self.years or re.search("[0-9]{4}", text):
            return text
        dated = [self._with_iso_days(with_year(bare, self.years[0])) for bare in (WEEKDAY.sub("", text), text)]
        known = next(filter(None, (when_of(_apart(candidate)) for candidate in dated)), "")
        if not (month := re.search("-([0-9]{2})", known)):  # 29 Feb of 2027; 3/4 in an order that nothing shows
            return with_year(text, self.years[0]) if describe_unread(text).endswith("no year") else text
        self.first_month = self.first_month or month[1]
        return with_year(text, self.years[0] if month[1] >= self.first_month else self.years[-1])

    def _describe_unread(self, text: str) -> str:
        """Says why the row with the date *text* is left out."""
        if re.fullmatch(r"[1-9][0-9]{4}([.,][0-9]+)?", text):
            detail = "is a count of days, as spreadsheets keep them: format the column as a date and export it again"
        elif (match := _SHORT_YEAR.search(text)) and "%y" not in self.pattern:
            pattern = match[2].join(("%d", "%m", "%y"))
            detail = f"has a year of two digits; the row was left out until --columns date-format={pattern} says how"
        elif self._is_ambiguous(text):
            detail = "could be two days; the row was left out until --columns date-format=%d/%m/%Y says which"
        else:
            unread = describe_unread(text)
            hint = " until --columns year=2027 says which" if unread.endswith("no year") and not self.years else ""
            return f"{unread}; the row was left out{hint}"
        return f"{text[:60]!r} {detail}"

    def _whole_days(self, cells: Mapping[str, str], start: date | datetime, zone: str) -> Span:
        """Returns the days of a row marked as whole days; an end at midnight, as Outlook writes it, is exclusive."""
        first, end_text = when.day_of(start), cells.get("end", "")
        end = self._end(end_text, zone) if end_text else None
        if end is None:
            return Span(first)
        moment = end if isinstance(end, datetime) else _hour_on(end, cells.get("end-time", ""))
        last = max(first, when.day_of(end))
        is_past = last > first and moment is not None and not (moment.hour or moment.minute)
        return Span(first, last - DAY if is_past else last)

    def _span(self, cells: Mapping[str, str], start: date | datetime, zone: str, title: str, line: int) -> Span:
        """Returns the span of a row from *start*, with the hours of its own columns."""
        finish: datetime | None = None
        text = cells.get("start-time", "")
        if isinstance(start, datetime):
            hour = _hour_on(start, text)
            is_said = hour is not None and (hour == start or f"{hour:%H:%M}" in cells["when"])
            if text and not is_said and not is_no_date(text):
                self.losses.add(line, title, "start-time", f"{text[:40]!r} was left out beside {start:%H:%M}")
        elif text:
            start, finish = _hours_on(start, text)
            if not isinstance(start, datetime) and not is_no_date(text):
                self.losses.add(line, title, "start-time", f"{text[:40]!r} is not an hour; the day alone was written")
        end_text, end_time = cells.get("end", ""), cells.get("end-time", "")
        end_text = "" if is_no_date(end_text) else end_text
        end = self._end(end_text, zone) if end_text else None
        if end_text and end is None:
            self.losses.add(line, title, "end", f"{end_text[:60]!r} is not a date; no end was written")
        if isinstance(start, datetime) and not isinstance(end, datetime):
            if end is not None and finish is not None and not end_time:  # "9-17" on each of several days
                end = datetime.combine(end, finish.time()) if end > start.date() else finish
            else:
                end = self._end_hour(cells, start, end, title, line) or finish
        elif not isinstance(start, datetime):
            if end_time and not isinstance(end, datetime) and not is_no_date(end_time):
                detail = f"{end_time[:40]!r} has no start time before it; it was left out"
                self.losses.add(line, title, "end-time", detail)
            end = when.day_of(end) if end is not None else None
        if end is not None and end < start:
            self.losses.add(line, title, "end", f"{end_text or end_time} is before the start; no end was written")
            end = None
        return Span(start, end, zone if isinstance(start, datetime) else "")

    def _end_hour(
        self, cells: Mapping[str, str], start: datetime, last_day: date | None, title: str, line: int
    ) -> datetime | None:
        """Returns the hour in the column of its own at which a row ends, on *last_day*, None for the day of *start* or the next."""
        end_time = cells.get("end-time", "")
        if end_time and (hour := _hour_on(last_day or start, end_time)):
            is_next_morning = last_day is None and hour < start
            return _hour_on(_day_after(start), end_time) if is_next_morning else hour
        if not is_no_date(end_time):
            self.losses.add(line, title, "end-time", f"{end_time[:40]!r} is not an hour; it was left out")
        if last_day is not None and last_day != start.date():
            self.losses.add(line, title, "end", f"{cells['end'][:60]!r} has no hour; no end was written")
        return None

    def _end(self, text: str, zone: str) -> date | datetime | None:
        """Returns the day or hour at which a row ends, also as people write it; None for a month, a range, or what could be two days."""
        if (moment := self._moment(text, zone)) is not None:
            return moment
        plain = _PLAIN.fullmatch(when_of(_apart(self._with_iso_days(text)), zone) or "")
        return _plain_moment(plain) if plain else None

    def _is_ambiguous(self, text: str) -> bool:
        """Tells whether *text* is one day or another, by an order of day and month that nothing shows."""
        match = _NUMERIC.match(text)
        if match is None or self.pattern or self.day_first is not None or match[2] == ".":
            return False
        return int(match[1]) != int(match[3])

    def _moment(self, text: str, zone: str) -> date | datetime | None:
        """Returns a day or an hour; None for a month, a range, or a day that could be two."""
        if self.pattern:
            try:
                moment = datetime.strptime(text, self.pattern)
            except ValueError:
                return None
            return moment if re.search(r"%[HIcXT]", self.pattern) else moment.date()
        if (instant := instant_of(self._with_iso_days(text), zone)) is not None:
            return instant
        if match := _NUMERIC.match(text):
            if self._is_ambiguous(text):
                return None
            day, month = (match[1], match[3]) if self.day_first or match[2] == "." else (match[3], match[1])
            try:
                plain: date | datetime = date(int(match[4]), int(month), int(day))
            except ValueError:
                return None
            if not (rest := text[match.end() :].strip(" ,")):
                return plain
            hour, finish = _hours_on(plain, rest)
            return hour if isinstance(hour, datetime) and finish is None else None
        try:
            moment = datetime.fromisoformat(text.replace("/", "-") if text[:4].isdigit() else text)
        except ValueError:
            return None
        if moment.tzinfo is not None:  # 20250326T150000Z
            return local_of(moment.astimezone(UTC), zone)
        return moment if re.search(r"[T ][0-9]", text) else moment.date()

    def _with_iso_days(self, text: str) -> str:
        """Returns *text* with its days in numbers in the order of ISO 8601, where the column shows which number is the month.

        Years of two digits are written in full where `date-format` has such years.
        """
        if "%y" in self.pattern:
            text = _full_years(text)
        text = re.sub(r"(?<=[./][0-9]{4})[-–](?=[0-9]{1,2}[./])", " - ", text)
        text = _DAYS.sub(r"\5-\4-\1 - \5-\4-\2", text)  # the month stands behind two days, whatever the order
        if self.day_first is None:
            return text
        order = r"\4-\3-\1" if self.day_first else r"\4-\1-\3"
        return _NUMERIC.sub(lambda match: match.expand(order) if match[2] != "." else match[0], text)


def _moved_hours(text: str, zone: str) -> str | None:
    """Returns hours that *text* gives with one offset from UTC as a `when` on the clock of *zone*; None for any other text."""
    offsets = set(_OFFSET.findall(text))
    theirs = zone_of(offsets.pop(), zone) if len(offsets) == 1 else None
    known = when_of(_apart(_OFFSET.sub("", text)), theirs) if theirs else None
    span = when.parse(known, clock_of(theirs or "")).span if known else None
    if not isinstance(span, when.Timed):
        return None
    start = local_of(span.start, zone)
    end = local_of(span.end, zone) if span.end else None
    return Span(start, end, zone).text() if start and (end or not span.end) else None


def _hour_on(day: date, text: str) -> datetime | None:
    """Returns the hour *text* on *day*; None where it is no hour."""
    start, _ = _hours_on(when.day_of(day), text)
    return start if isinstance(start, datetime) else None


def _hours_on(day: date, text: str) -> tuple[date | datetime, datetime | None]:
    """Returns the hour *text* on *day* and its end, if it has one; *day* itself where *text* is no hour."""
    match = _CLOCK.fullmatch(text)
    if match and (match[2] or match[3]):
        hour = int(match[1]) % 12 + (12 if match[3] in ("p", "P") else 0) if match[3] else int(match[1])
        minute = int(match[2] or 0)
        if (hour, minute) == (24, 0):
            return datetime.combine(_day_after(day), time()), None
        return (datetime.combine(day, time(hour, minute)) if hour < 24 and minute < 60 else day), None
    known = when_of(f"{day} {_apart(text)}")
    hours = re.fullmatch(r"([0-9-]{10} [0-9:]{5})(?:/([0-9-]{10} )?([0-9:]{5}))?", known or "")
    if hours is None:
        return day, None
    end = datetime.fromisoformat(f"{hours[2] or f'{day} '}{hours[3]}") if hours[3] else None
    return datetime.fromisoformat(hours[1]), end


def _whole_hours(cells: Mapping[str, str]) -> dict[str, str]:
    """Returns the columns of hours that hold a number alone, "9", as hours; beside one of the start, the end is of hours, too."""
    keys = ("start-time", "end-time", *(["end"] if cells.get("start-time") else []))
    hours = {key: cells.get(key, "") for key in keys}
    return {key: f"{text}:00" for key, text in hours.items() if re.fullmatch("[01]?[0-9]|2[0-4]", text)}


def _place(cells: Mapping[str, str]) -> dict[str, Any]:
    """Returns the `place` of a row, from near to far, and its `online` where a place is a web address."""
    texts = [text for key in ("venue", "place", "address", "city") if not is_no_date(text := cells.get(key, ""))]
    online = next(filter(is_web_address, texts), "")
    return place_fields(*(text for text in texts if not is_web_address(text))) | ({"online": online} if online else {})


def _midnights(cells: Mapping[str, str]) -> dict[str, str]:
    """Returns a start at midnight, as programs write it, as its day, and so its end; Outlook's end is not counted.

    Where the end has another hour than that of the last minute, the start has one, too.
    """
    start, end = (_MIDNIGHT.fullmatch(cells.get(key, "")) for key in ("when", "end"))
    if start is None or (end is None and re.search("[T ](?!23:59)[0-9]{2}:[0-9]{2}", cells.get("end", ""))):
        return {}
    has_end = end is not None and cells.get("all-day", "").lower() in NO_WORDS
    return {"when": start[1], **({"end": end[1]} if end and has_end else {})}


def _is_hour(text: str) -> bool:
    """Tells whether *text* is an hour and cannot be a day: "10.01." may be the tenth of January."""
    return not re.fullmatch(r"[0-9]{1,2}\.(0?[1-9]|1[0-2])\.?", text) and _hour_on(date(2027, 1, 1), text) is not None


def _day_after(day: date) -> date:
    return when.day_of(day) + (DAY if day.year <= when.LAST_YEAR else timedelta())


_PLAIN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})( [0-9:]{5})?(\??)")


def _plain_moment(plain: re.Match[str]) -> date | datetime:
    """Returns the day of a `when` that is one day, or its hour."""
    return datetime.fromisoformat(plain[1] + plain[2]) if plain[2] else date.fromisoformat(plain[1])


def _apart(text: str) -> str:
    """Returns *text* with spaces between two hours: "22:00-02:00" would be an hour with an offset."""
    return re.sub("(?<=[0-9]:[0-9]{2}) ?[-\u2013] ?(?=[0-9]{1,2}:)", " - ", text)
