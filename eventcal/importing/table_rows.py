"""The rows of a table become events: their titles, places and texts, and the dates in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..when.advice import says_not_later
from ..when.zones import AOE, zone_of
from .date_columns import (
    Rows,
    cell_at,
    find_day_first,
    has_year,
    rank_dates,
    with_full_years,
    with_joined_days,
    with_rows_of_years,
)
from .records import (
    Losses,
    build_event,
    date_text,
    describe_unread,
    instant_of,
    is_no_date,
    is_to_come,
    is_web_address,
    lacks_year,
    place_fields,
    when_of,
    with_year,
)
from .statuses import is_off, put_off, split_title, status_of
from .table_columns import (
    BLANKS,
    NO_WORDS,
    find_columns,
    in_words,
    is_deadline,
    is_part,
    may_be_a_day,
    other_columns,
    part_kind,
    stand_ins,
    titles_by_language,
    zone_in,
)
from .table_dates import OFFSET, DateCells, find_unit, midnights, whole_hours, with_precision
from .texts import html_to_markdown, html_to_text, is_html, one_line, slug
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent

_DATES = ("when", "start-time", "end", "end-time")
_LONGEST_TITLE = 100
"""Characters of the notes that stand in for a title."""

_HAS_HOUR = re.compile(r"[0-9]:[0-9]{2}|[0-9] ?[ap]\.? ?m\b|[0-9] ?h\b|Uhr|\bnoon\b", re.IGNORECASE)
_HOUR = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
# "19:00 CET", "7 PM (EDT)", "23:59 AoE": the zone behind an hour. Behind a day "EST" may say that it is estimated.
_ZONE = re.compile(
    r"(?<![\s,])[\s,]*\(?\b(?![AP]M\b)([A-Z\u0410-\u042f]{2,5}|AoE|(?<!\()(?:UTC|GMT)\s?[+-][0-9]{1,2}(?::?(?:00|15|30|45))?|[A-Z][a-z]+(?:/[A-Z][A-Za-z_]+)+|[A-Z][A-Za-z]+(?: [A-Z][a-z]+)? [Tt]ime)\)?$"
)

# The same hour on a second clock: "14:00 CET (13:00 UTC)"
_SECOND_CLOCK = re.compile(r"(?<=[A-Z])\s*[(/]\s*[0-9]{1,2}[:.][0-9]{2}\s*[A-Z]{2,5}\)?$")
# "00:01 GMT Tuesday 16 March 2027", "12:01 a.m. EDT, May 21, 2027"
_HOUR_BEFORE = re.compile(r"([0-9]{1,2}[:.][0-9]{2}(?:\s*[ap]\.?m\.?)?)\s+([A-Z]{2,5}),?\s+(\S.*[0-9]{4})")


def read_rows(
    header: list[str],
    rows: Rows,
    context: ImportContext,
    to_markdown: Callable[[str], str],
    parts: Sequence[Sequence[tuple[str, str]]] = (),
) -> ImportedCalendar:
    """Reads rows with their lines. *to_markdown* makes notes of a text that is no HTML.

    *parts* are further dates of each row, with their names.

    Raises ImportingError where no column of *header* holds titles or dates.
    """
    losses = Losses()
    header, languages = titles_by_language(header, context.language)
    if "when" not in context.columns:
        header, rows = with_joined_days(*(with_rows_of_years(header, rows) if not parts else (header, rows)))
    columns = find_columns(header, context.columns, lambda at: rank_dates(rows, at), has_parts=any(parts))
    others = other_columns(header, columns, context.columns)
    known = {*columns.values(), *(position for positions in others.values() for position in positions)}
    deadlines = {
        at: one_line(in_words(name))
        for at, name in enumerate(header)
        if at not in known and (is_deadline(name) or (is_part(name) and rank_dates(rows, at) == 2))
    }
    _report_extra_cells(header, rows, columns, losses)
    rows, left_out = _with_others(header, rows, columns, others)
    _report_columns(header, rows, {*known, *deadlines}, left_out, losses)
    dated = [columns[key] for key in ("when", "end") if key in columns]
    rows = with_full_years(_with_zones(header, rows, columns, deadlines), [*dated, *deadlines])
    dates = DateCells(context.columns, find_day_first(rows, dated), losses)
    reader = _RowReader(columns, stand_ins(columns, header), deadlines, languages, context, dates, losses, to_markdown)
    parts = parts or [()] * len(rows)
    events = [event for (line, row), more in zip(rows, parts, strict=True) for event in reader.events(row, line, more)]
    return ImportedCalendar(tuple(events), tuple(losses.items))


def _report_columns(
    header: list[str], rows: Rows, known: set[int], left_out: Mapping[int, str], losses: Losses
) -> None:
    """Records the columns with cells that are not *known*, and those that are *left_out*, each with the reason."""
    for position, name in enumerate(header):
        is_unknown = position not in known and any(cell_at(row, position) for _, row in rows)
        if (column := name.strip()[:40]) and (is_unknown or position in left_out):
            how = f"; --columns KEY={column} says which key it holds" if is_unknown else left_out[position]
            losses.add(1, "", f"column {column}", f"left out{how}")


def _report_extra_cells(header: list[str], rows: Rows, columns: Mapping[str, int], losses: Losses) -> None:
    """Records the cells that a row has beyond the last column."""
    for line, row in rows:
        if extra := [cell for cell in row[len(header) :] if cell.strip()]:
            losses.add(
                line, cell_at(row, columns.get("title")), "cell", f"{one_line(extra[0])[:40]!r} is below no column"
            )


def _with_zones(header: list[str], rows: Rows, columns: Mapping[str, int], deadlines: Iterable[int]) -> Rows:
    """Returns *rows* whose hours, also those at *deadlines*, say the zone that the name of their column has."""
    timed = [columns[key] for key in _DATES if key in columns]
    zones = {at: zone for at in (*timed, *deadlines) if (zone := zone_in(header[at]))}
    of_hours = {columns[key] for key in ("start-time", "end-time") if key in columns}
    return [
        (line, [_with_zone(cell.strip(), zones.get(at, ""), at in of_hours) for at, cell in enumerate(row)])
        for line, row in rows
    ]


def _with_zone(cell: str, zone: str, is_of_hours: bool) -> str:
    has_hour = _HAS_HOUR.search(cell) or (is_of_hours and re.search("[0-9]", cell))
    if not zone or not has_hour or _ZONE.search(cell) or instant_of(cell, "UTC"):
        return cell
    return f"{cell}Z" if zone == "UTC" and _HOUR.fullmatch(cell) else f"{cell} {zone}"


def _with_others(
    header: list[str], rows: Rows, columns: Mapping[str, int], others: Mapping[str, Sequence[int]]
) -> tuple[Rows, dict[int, str]]:
    """Returns *rows* with the first filled cell of each key in its column, and what is left out of columns that say more."""
    result: list[tuple[int, list[str]]] = []
    left_out: dict[int, str] = {}
    for line, row in rows:
        filled = {at: text for at, cell in enumerate(row[: len(header)]) if (text := cell.strip())}
        if "when" in columns:
            filled = _with_whole_date(filled, [columns["when"], *others["when"]])
        chosen = _choose_cells(filled, header, columns, others)
        cells = [filled.get(at, "") for at in range(len(header))]
        for key, at in columns.items():
            cells[at] = filled.get(chosen[key], "")
        result.append((line, cells))
        for key, at in columns.items():
            for beaten in {at, *others[key]} & filled.keys() - set(chosen.values()) - left_out.keys():
                if chosen[key] in filled and not filled[chosen[key]].startswith(filled[beaten]):
                    left_out[beaten] = f" where {header[chosen[key]].strip()[:40]} is filled in"
    return result, left_out


def _with_whole_date(filled: Mapping[int, str], positions: Sequence[int]) -> dict[int, str]:
    """Returns the *filled* cells of a row, with the year in one of *positions* behind the date that lacks it in another.

    Beside the year, a date that is to come is left out.
    """
    year = next((at for at in positions if re.fullmatch("[12][0-9]{3}", filled.get(at, ""))), -1)
    for at in positions if year >= 0 else ():
        text = filled.get(at, "")
        if lacks_year(text) and when_of(whole := with_year(text, filled[year])):
            return {other: whole if other == at else cell for other, cell in filled.items() if other != year}
    open_dates = [at for at in positions if year >= 0 and is_to_come(filled.get(at, ""))]
    return {at: cell for at, cell in filled.items() if at not in open_dates}


def _choose_cells(
    filled: Mapping[int, str], header: list[str], columns: Mapping[str, int], others: Mapping[str, Sequence[int]]
) -> dict[str, int]:
    """Returns the position of the cell of each key, of those of a row that are *filled*; -1 where none is left.

    A date in a column of hours is that of the event where there is none, or where the column may be of days: "start".
    """
    chosen = {key: next((p for p in (at, *others[key]) if p in filled), at) for key, at in columns.items()}
    for hours, days in (("start-time", "when"), ("end-time", "end")):
        in_hours = [columns[hours], *others[hours]] if hours in columns and days in columns else []
        for at in in_hours:
            if has_year(filled.get(at, "")) and (may_be_a_day(header[at]) or chosen[days] not in filled):
                chosen[days] = at
                chosen[hours] = next((p for p in in_hours if p in filled and not has_year(filled[p])), -1)
                break
    return chosen


def _without_marks(cell: str) -> str:
    """Returns the words of a *cell* that is HTML, or has its entities."""
    return one_line(html_to_text(cell)) if is_html(cell) or re.search(r"&#?\w+;", cell) else cell


class _RowReader:
    """Turns rows into events."""

    def __init__(
        self,
        columns: Mapping[str, int],
        title_stand_ins: Sequence[str],
        deadlines: Mapping[int, str],
        languages: Mapping[int, str],
        context: ImportContext,
        dates: DateCells,
        losses: Losses,
        to_markdown: Callable[[str], str],
    ) -> None:
        self.columns, self.deadlines, self.context, self.to_markdown = columns, deadlines, context, to_markdown
        self.languages = languages
        self.dates, self.losses, self.stand_ins, self.is_zone_told = dates, losses, title_stand_ins, False
        self.home = context.reader_zone or context.zone

    def events(self, row: list[str], line: int, dates: Sequence[tuple[str, str]]) -> Iterator[ImportedEvent]:
        """Yields the event of a row, and what belongs to it: the deadlines in columns of their own, and *dates* with their names."""
        if (event_and_cells := self._event(row, line)) is None:
            return
        event, cells = event_and_cells
        yield event
        for column, text in (*((name, cell_at(row, at)) for at, name in self.deadlines.items()), *dates):
            if is_to_come(text):  # a date that was known is open again
                fields = {"title": f"{event.title}: {column}", "when": "TBD", "part_of": event.name}
                part = build_event(f"{event.name} {column}", fields | {"kind": part_kind(column)}, line=line)
                yield replace(part, has_id=True, is_known_only=True)
            elif not is_no_date(text):
                yield from self._deadlines(event, column, text, cells, line)

    def _deadlines(
        self, event: ImportedEvent, column: str, text: str, cells: Mapping[str, str], line: int
    ) -> Iterator[ImportedEvent]:
        """Yields the deadlines in *text*, of a row with these *cells*: one, or several that are numbered."""
        dates = [self._read_deadline(text, cells, line)]
        if None in dates:
            dates = [self._read_deadline(part, cells, line) for part in re.split(r"[,;|]\s+", text)]
        if None in dates:
            self.losses.add(line, event.title, column, f"{describe_unread(text)}; this deadline was left out")
            return
        for number, (known, zone) in enumerate(filter(None, dates), start=1):
            name = f"{column} {number}" if len(dates) > 1 else column
            kind = "" if "/" in known else part_kind(column)
            texts = {"title": f"{event.title}: {name}", "when": known, "kind": kind, "part_of": event.name}
            fields = {**texts, "tags": event.fields.get("tags", [])}
            yield build_event(f"{event.name} {name}", fields, zone=zone, home=self.context.zone, line=line)

    def _read_deadline(self, text: str, cells: Mapping[str, str], line: int) -> tuple[str, str] | None:
        """Returns the date of a deadline, with the zone behind its hour or that of the row; None where it cannot be read."""
        cells = self._with_zone_apart({**cells, "when": text, "start-time": ""})
        zone = zone_of(cells.get("timezone", ""), self.home) or self.home
        if (known := self.dates.read_deadline(cells["when"], zone)) is None:
            return None
        self._name_zone(cells, known, line)
        return known, zone

    def _event(self, row: list[str], line: int) -> tuple[ImportedEvent, Mapping[str, str]] | None:
        """Returns the event of a row, and its cells by their keys; None for a row that is left out."""
        cells = self._cells(row)
        if not any(cells.values()):
            return None
        if not (title := self._title(cells, line)):
            self.losses.add(line, "", "title", "the row has none and was left out")
            return None
        if cells.get("private", "").lower() not in NO_WORDS and not self.context.with_private:
            self.losses.add(line, title, "private", "the event is private, or a draft; --private imports it")
            return None
        title, status, cells = self._status(title, cells, line)
        cells = self._with_zone_apart({**cells, **whole_hours(cells), **midnights(cells)})
        zone = self._zone(cells, title, line)
        known = self.dates.read(cells, zone, title, line) if "when" in self.columns else "TBD"
        if known is None:
            return None
        known = self._as_exact_as_said(known, cells, title, line)
        if "when" in self.columns:
            self._name_zone(cells, known, line)
        more = _place(cells)
        if _HOUR.fullmatch(known) and says_not_later(cells.get("when", "")):
            more["kind"] = "deadline"  # the registry's `by` has no hour
        if status != "confirmed":
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
        all_fields = put_off(all_fields) if status == "postponed" else all_fields
        all_fields = {**all_fields, "title": self._in_languages(title, row)}
        return replace(event, fields=all_fields, has_id=bool(identity)), cells

    def _cells(self, row: list[str]) -> dict[str, str]:
        """Returns the cells of a row by their keys; a title that it has in another language alone is its title."""
        cells = {key: cell_at(row, position) for key, position in self.columns.items()}
        if self.languages and not cells.get("title"):
            cells["title"] = next(filter(None, (cell_at(row, at) for at in self.languages)), "")
        return cells | {key: _without_marks(cells[key]) for key in ("title", "venue", "place") if key in cells}

    def _in_languages(self, title: str, row: list[str]) -> str | dict[str, str]:
        """Returns the *title* of a row with those in its columns of other languages, or alone."""
        cells = {at: one_line(cell_at(row, at)) for at in self.languages}
        titles = {
            self.languages[at]: title if at == self.columns.get("title") else cells[at] for at in cells if cells[at]
        }
        return titles if len(titles) > 1 else title

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

    def _status(self, title: str, cells: Mapping[str, str], line: int) -> tuple[str, str, dict[str, str]]:
        """Returns the title and the cells of a row without the words for what became of its event, and between them its status."""
        whole, (title, said) = title, split_title(title)
        if said:
            self.losses.add(line, title, "title", f"{whole[:60]!r} says that it is {said}", Carried.CHANGED)
        columns = [key for key in ("cancelled", "postponed") if cells.get(key, "").lower() not in NO_WORDS]
        off = [key for key in ("when", "start-time") if is_off(cells.get(key, ""))]
        status = status_of(text := cells.get("status", ""))
        if text and not status:
            known_statuses = "confirmed, tentative, cancelled or postponed"
            self.losses.add(line, title, "status", f"{text[:40]!r} is not {known_statuses}; written as confirmed")
        words = [*columns, *(status_of(cells[key]) for key in off), *filter(None, [said])]
        without = {key: "TBD" if key == "when" else "" for key in off}
        is_open = cells.get("tentative", "").lower() not in NO_WORDS
        is_open |= cells.get("confirmed", "-").lower() in NO_WORDS - BLANKS
        status = "tentative" if is_open and status in ("", "confirmed") else status
        return title, next(iter(words), status or "confirmed"), {**cells, **without}

    def _as_exact_as_said(self, known: str, cells: Mapping[str, str], title: str, line: int) -> str:
        """Returns the `when` *known* as exact as the row says that its date is: a month may be written as its first day."""
        said = cells.get("precision", "")
        if is_no_date(said) or known == "TBD":
            return known
        unit = find_unit(said)
        if unit and (exact := with_precision(known, unit)):
            return exact
        detail = f"{said[:40]!r} is not day, week, month, quarter, half or year"
        self.losses.add(line, title, "precision", f"{said[:40]!r} was left out beside {known}" if unit else detail)
        return known

    def _with_zone_apart(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Returns *cells* with their dates as `date_text` has them, and the one zone that stands behind the hours of a row as its zone."""
        cells = {key: date_text(cell) if key in _DATES else cell for key, cell in cells.items()}
        home = zone_of(cells.get("timezone", ""), self.home) or self.home
        zones, bare = set(), {}
        for key in _DATES:
            text = _SECOND_CLOCK.sub("", _HOUR_BEFORE.sub(r"\3 \1 \2", cells.get(key, "")))
            match = _ZONE.search(text)
            has_hour = cells.get("start-time") or _HAS_HOUR.search(text)
            if match and (has_hour or match[1] == AOE) and (zone := zone_of(match[1], home)):
                zones.add(zone)
                bare[key] = text[: match.start()]
        return {**cells, **bare, "timezone": zones.pop()} if len(zones) == 1 else {**cells}

    def _zone(self, cells: Mapping[str, str], title: str, line: int) -> str:
        text = "" if is_no_date(cells.get("timezone", "")) else cells["timezone"]
        zone = zone_of(text, self.home) if text else None
        if text and zone is None:
            self.losses.add(
                line, title, "timezone", f"{text[:40]!r} is not a zone; read as {self.home}", Carried.CHANGED
            )
        return zone or self.home

    def _name_zone(self, cells: Mapping[str, str], known: str, line: int) -> None:
        """Says once in which zone hours are read that nobody named one for: neither the table nor a registry."""
        has_offset = instant_of(cells["when"], "UTC") or OFFSET.search(cells["when"])
        is_named = self.context.calendar_id or self.context.reader_zone or cells.get("timezone") or has_offset
        if self.is_zone_told or is_named or not re.search(" [0-9]{2}:", known):
            return
        self.is_zone_told = True
        detail = f"none is named, so hours were read as {self.context.zone}; --timezone names another"
        self.losses.add(line, "", "time zone", detail, Carried.CHANGED)


def _place(cells: Mapping[str, str]) -> dict[str, Any]:
    """Returns the `place` of a row, from near to far, and its `online` where a place is a web address."""
    texts = [text for key in ("venue", "place", "address", "city") if not is_no_date(text := cells.get(key, ""))]
    online = next(filter(is_web_address, texts), "")
    return place_fields(*(text for text in texts if not is_web_address(text))) | ({"online": online} if online else {})
