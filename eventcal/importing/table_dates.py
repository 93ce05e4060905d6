"""The cells of a row become its `when`: a day, hours or a span, never more precise than they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from .. import when
from ..when.zones import zone_of
from .date_columns import NUMERIC_DATE, SHORT_YEAR, full_years
from .dates import DAY, Span, clock_of, local_of
from .records import WEEKDAY, Losses, describe_unread, instant_of, is_no_date, lacks_year, when_of, with_year
from .table_columns import DATE_FORMAT, NO_WORDS, YEAR

_ALL_DAY = frozenset([
    "all day", "all-day", "allday", "whole day", "ganztägig", "ganztags", "todo el día", "toute la journée", "весь день", "全天", "طوال اليوم",
])  # fmt: skip
"""Of a column of hours what says that there are none."""
OFFSET = re.compile(r"\s*\(((?:GMT|UTC)[+-][0-9:]+|[A-Z]{2,4}T)\)")
"""As in "May 4, 2027 9:00 AM (GMT+2) → 5:00 PM", also "(CET)", as Notion exports it."""
_DAYS = re.compile(r"(?<![0-9./-])([0-9]{1,2}) ?[-–] ?([0-9]{1,2})([./])([0-9]{1,2})\3([0-9]{4})(?![0-9])")
# A day as programs write it that know hours alone: Hugo, and editors of pages.
_MIDNIGHT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00:00(?:\.0+)?|T00:00(?=Z))\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_LAST_MINUTE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]23:59(?::59(?:\.9+)?)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
# Not "2027-06-10/12" or "2027-06-10-12", in which the standard library finds the hour 12.
_ISO = re.compile(r"([0-9]{4}(?:-?[0-9]{2}-?[0-9]{2}|/[0-9]{2}/[0-9]{2}))((?:[T ].*)?)")
_SOME_DAY = date(2027, 1, 1)
_PLAIN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})( [0-9:]{5})?(\??)")


class DateCells:
    """Reads the dates of rows as *options* of `--columns` say, and as the column shows: *day_first* is None where it does not.

    What cannot be read is added to *losses*.
    """

    def __init__(self, options: Mapping[str, str], day_first: bool | None, losses: Losses) -> None:
        self._losses, self._day_first = losses, day_first
        self._years, self._first_month = [*filter(None, options.get(YEAR, "").split("/"))], ""
        self._pattern = options.get(DATE_FORMAT, "")
        if "%d" in self._pattern and "%m" in self._pattern:
            self._day_first = self._pattern.index("%d") < self._pattern.index("%m")

    def read_deadline(self, text: str, zone: str) -> str | None:
        """Returns the `when` of a cell that stands alone; None where it cannot be read."""
        moment = self._moment(text, zone)
        return Span(moment, None, zone).text() if moment else when_of(_apart(self._with_iso_days(text)), zone)

    def read(self, cells: Mapping[str, str], zone: str, title: str, line: int) -> str | None:
        """Returns the `when` of the row at *line*, whose hours are on the clock of *zone*; None where it has to be left out."""
        if is_no_date(cells["when"]):
            return self._losses.undated(line, title, "date", cells["when"])
        cells = {**cells, **{key: self._with_year(cells.get(key, "")) for key in ("when", "end")}}
        text = cells["when"]
        if hours := _moved_hours(text, zone):
            return hours
        start, doubt = self._moment(text, zone), ""
        if start is None:
            known = when_of(_apart(self._with_iso_days(text)), zone)
            if known is None:
                self._losses.add(line, title, "when", self._describe_unread(text))
                return None
            hour = cells.get("start-time", "")
            if known.startswith("by ") and _is_hour(hour) and (timed := when_of(f"{known[3:]} {hour}", zone)):
                return timed
            plain = _PLAIN.fullmatch(known)
            if plain is None and (joined := self._joined_periods(text, cells, zone)):
                return joined
            if plain is None:
                for key in ("start-time", "end", "end-time"):
                    if (cell := cells.get(key, "")) and not is_no_date(cell):
                        self._losses.add(line, title, key, f"{cell[:40]!r} was left out beside {known}")
                return known
            start, doubt = _plain_moment(plain), plain[3]
        if not cells.get("end-time", "") and _is_hour(cells.get("end", "")):
            cells = {**cells, "end": "", "end-time": cells["end"]}
        if cells.get("all-day", "").lower() not in NO_WORDS:
            return self._whole_days(cells, start, zone).text() + doubt
        return self._span(cells, start, zone, title, line).text() + doubt

    def _joined_periods(self, text: str, cells: Mapping[str, str], zone: str) -> str:
        """Returns the period from *text* to that in the column of ends, both without a day; "" where they are none."""
        if cells.get("start-time") or cells.get("end-time") or is_no_date(end := cells.get("end", "")):
            return ""
        known = when_of(_apart(f"{text} - {end}"), zone) or ""
        return known if known and not when.parse(known, clock_of(zone)).is_day_known else ""

    def _with_year(self, text: str) -> str:
        """Returns a date without a year with that of `--columns`; of a season's two, the second before its first month."""
        if not self._years or re.search("[0-9]{4}", text):
            return text
        dated = [self._with_iso_days(with_year(bare, self._years[0])) for bare in (WEEKDAY.sub("", text), text)]
        known = next(filter(None, (when_of(_apart(candidate)) for candidate in dated)), "")
        if not (month := _month_of(known)):  # 29 Feb of 2027; 3/4 in an order that nothing shows
            return with_year(text, self._years[0]) if lacks_year(text) else text
        self._first_month = self._first_month or month
        return with_year(text, self._years[0] if month >= self._first_month else self._years[-1])

    def _describe_unread(self, text: str) -> str:
        """Says why the row with the date *text* is left out."""
        if re.fullmatch(r"[1-9][0-9]{4}([.,][0-9]+)?", text):
            detail = "is a count of days, as spreadsheets keep them: format the column as a date and export it again"
        elif (match := SHORT_YEAR.search(text)) and "%y" not in self._pattern:
            pattern = match[2].join(("%d", "%m" if re.search(r"[./-][0-9]", match[1]) else "%b", "%y"))
            detail = f"has a year of two digits; the row was left out until --columns date-format={pattern} says how"
        elif self._is_ambiguous(text):
            detail = "could be two days; the row was left out until --columns date-format=%d/%m/%Y says which"
        else:
            hint = " until --columns year=2027 says which" if lacks_year(text) and not self._years else ""
            return f"{describe_unread(text)}; the row was left out{hint}"
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
                self._losses.add(line, title, "start-time", f"{text[:40]!r} was left out beside {start:%H:%M}")
        elif text:
            start, finish = _hours_on(start, text)
            is_known = is_no_date(text) or text.casefold() in _ALL_DAY or when_of(text) == "TBD"
            if not isinstance(start, datetime) and not is_known:
                self._losses.add(line, title, "start-time", f"{text[:40]!r} is not an hour; the day alone was written")
        end_text, end_time = cells.get("end", ""), cells.get("end-time", "")
        end_text = "" if is_no_date(end_text) else end_text
        end = self._end(end_text, zone) if end_text else None
        if end_text and end is None:
            self._losses.add(line, title, "end", f"{end_text[:60]!r} is not a date; no end was written")
        if isinstance(start, datetime) and not isinstance(end, datetime):
            if end is not None and finish is not None and not end_time:  # "9-17" on each of several days
                end = datetime.combine(end, finish.time()) if end > start.date() else finish
            else:
                end = self._end_hour(cells, start, end, title, line) or finish
        elif not isinstance(start, datetime):
            if end_time and not isinstance(end, datetime) and not is_no_date(end_time):
                detail = f"{end_time[:40]!r} has no start time before it; it was left out"
                self._losses.add(line, title, "end-time", detail)
            end = when.day_of(end) if end is not None else None
        if end is not None and end < start:
            self._losses.add(line, title, "end", f"{end_text or end_time} is before the start; no end was written")
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
            self._losses.add(line, title, "end-time", f"{end_time[:40]!r} is not an hour; it was left out")
        if last_day is not None and last_day != start.date():
            self._losses.add(line, title, "end", f"{cells['end'][:60]!r} has no hour; no end was written")
        return None

    def _end(self, text: str, zone: str) -> date | datetime | None:
        """Returns the day or hour at which a row ends, also as people write it; None for a month, a range, or what could be two days."""
        if (moment := self._moment(text, zone)) is not None:
            return moment
        plain = _PLAIN.fullmatch(when_of(_apart(self._with_iso_days(text)), zone) or "")
        return _plain_moment(plain) if plain else None

    def _is_ambiguous(self, text: str) -> bool:
        """Tells whether *text* is one day or another, by an order of day and month that nothing shows."""
        match = NUMERIC_DATE.match(text)
        if match is None or self._pattern or self._day_first is not None or match[2] == ".":
            return False
        return int(match[1]) != int(match[3])

    def _moment(self, text: str, zone: str) -> date | datetime | None:
        """Returns a day or an hour; None for a month, a range, or a day that could be two."""
        if self._pattern:
            try:
                moment = datetime.strptime(text, self._pattern)
            except ValueError:
                return None
            return moment if re.search(r"%[HIcXT]", self._pattern) else moment.date()
        text = self._with_iso_days(text)
        if (instant := instant_of(text, zone)) is not None:
            return instant
        iso = _ISO.fullmatch(text)
        if iso is None:
            return None
        try:
            moment = datetime.fromisoformat(_apart(iso[1].replace("/", "-") + iso[2]))
        except ValueError:
            return None
        if moment.tzinfo is not None:  # 20250326T150000Z
            return local_of(moment.astimezone(UTC), zone)
        return moment if re.search(r"[T ][0-9]", text) else moment.date()

    def _with_iso_days(self, text: str) -> str:
        """Returns *text* with its days in numbers in the order of ISO 8601, where the column shows which number is the month.

        Years of two digits are written in full where `date-format` has such years.
        """
        if "%y" in self._pattern:
            text = full_years(text)
        text = re.sub(r"(?<=[./][0-9]{4})[-–](?=[0-9]{1,2}[./])", " - ", text)
        text = _DAYS.sub(r"\5-\4-\1 - \5-\4-\2", text)  # the month stands behind two days, whatever the order

        def iso_day(match: re.Match[str]) -> str:
            # the end of "3.-5.4.2027" stays with its start
            is_day_first = (match.start() == 0 or None) if match[2] == "." else self._day_first
            if is_day_first is None:
                return match[0]
            day, month = (match[1], match[3]) if is_day_first else (match[3], match[1])
            return f"{match[4]}-{month:0>2}-{day:0>2}"

        return NUMERIC_DATE.sub(iso_day, text)


_UNIT = re.compile(r"exact|second|minute|hour|day|morning|afternoon|evening|week|month|quarter|q[1-4]|half|h[12]|year")


def find_unit(text: str) -> str:
    """Returns how exact a source says that a date is, of "Quarter 3" the quarter; "" where no unit of the calendar is said.

    "2 weeks" is none, and neither is a fiscal year.
    """
    match = _UNIT.search(text.lower())
    if match is None or re.search(r"fiscal|[0-9]\s*[a-z]*(?:day|week|month|year)", text.lower()):
        return ""
    word = {"q": "quarter", "h": "half"}.get(match[0][0], match[0]) if match[0][-1].isdigit() else match[0]
    return {"exact": "minute", "morning": "day", "afternoon": "day", "evening": "day"}.get(word, word)


def with_precision(known: str, unit: str) -> str:
    """Returns the `when` *known* no more exact than *unit*, "second" to "year"; "" for days that no one such period has."""
    plain = when.parse(known, clock_of("UTC"))
    first, last = plain.earliest, plain.latest
    if unit in ("second", "minute", "hour") or first is None or last is None or plain.approximate:
        return known
    if unit == "day" and not plain.is_day_known:
        return known
    period = {
        "day": Span(first, last).text(),
        "week": f"{first:%G-W%V}",
        "month": f"{first:%Y-%m}",
        "quarter": f"{first:%Y}-Q{(first.month + 2) // 3}",
        "half": f"{first:%Y}-H{(first.month + 5) // 6}",
        "year": f"{first:%Y}",
    }[unit]
    end = when.parse(period, clock_of("UTC")).last_day
    if end is None or end < last:
        return "" if plain.is_day_known else known
    return f"{period}?" if plain.uncertain else period


def _month_of(known: str) -> str:
    """Returns the first month of a `when`, of a week that of its Thursday (ISO 8601); "" where it has none."""
    if week := re.search("([0-9]{4})-W([0-9]{2})", known):
        return f"{date.fromisocalendar(int(week[1]), int(week[2]), 4):%m}"
    parsed = when.parse(known, clock_of("UTC")) if re.search("[^0-9]", known) else None
    day = (parsed.first_day or parsed.last_day) if parsed else None
    return f"{day:%m}" if day else ""


def _moved_hours(text: str, zone: str) -> str | None:
    """Returns hours that *text* gives with one offset from UTC as a `when` on the clock of *zone*; None for any other text."""
    offsets = set(OFFSET.findall(text))
    theirs = zone_of(offsets.pop(), zone) if len(offsets) == 1 else None
    known = when_of(_apart(OFFSET.sub("", text)), theirs) if theirs else None
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
    text = f"0{text}" if re.fullmatch("[0-9]{3}", text) else text
    known = when_of(f"{_SOME_DAY} {_apart(text)}")  # of one day, so that it is looked up once
    hours = re.fullmatch(r"([0-9-]{10} [0-9:]{5,8})(?:/([0-9-]{10} )?([0-9:]{5,8}))?", known or "")
    if hours is None:
        return day, None
    shift = day - _SOME_DAY
    end = datetime.fromisoformat(f"{hours[2] or f'{_SOME_DAY} '}{hours[3]}") + shift if hours[3] else None
    return datetime.fromisoformat(hours[1]) + shift, end


def whole_hours(cells: Mapping[str, str]) -> dict[str, str]:
    """Returns the columns of hours that hold a number alone, "9", as hours; beside one of the start, the end is of hours, too."""
    keys = ("start-time", "end-time", *(["end"] if cells.get("start-time") else []))
    hours = {key: cells.get(key, "") for key in keys}
    return {key: f"{text}:00" for key, text in hours.items() if re.fullmatch("[01]?[0-9]|2[0-4]", text)}


def midnights(cells: Mapping[str, str]) -> dict[str, str]:
    """Returns a start at midnight, as programs write it, as its day, and so its end; Outlook's end is not counted.

    Where the end has another hour than that of the last minute, the start has one, too.
    """
    text = cells.get("end", "")
    start, end, last = (
        _MIDNIGHT.fullmatch(cells.get("when", "")),
        _MIDNIGHT.fullmatch(text),
        _LAST_MINUTE.fullmatch(text),
    )
    if start is None or (end is None and last is None and re.search("[T ][0-9]{2}:[0-9]{2}", text)):
        return {}
    day = last or (end if cells.get("all-day", "").lower() in NO_WORDS else None)
    return {"when": start[1], **({"end": day[1]} if day else {})}


def _is_hour(text: str) -> bool:
    """Tells whether *text* is an hour and cannot be a day: "10.01." may be the tenth of January."""
    return not re.fullmatch(r"[0-9]{1,2}\.(0?[1-9]|1[0-2])\.?", text) and _hour_on(date(2027, 1, 1), text) is not None


def _day_after(day: date) -> date:
    return when.day_of(day) + (DAY if day.year <= when.LAST_YEAR else timedelta())


def _plain_moment(plain: re.Match[str]) -> date | datetime:
    """Returns the day of a `when` that is one day, or its hour."""
    return datetime.fromisoformat(plain[1] + plain[2]) if plain[2] else date.fromisoformat(plain[1])


def _apart(text: str) -> str:
    """Returns *text* with spaces between two hours: "22:00-02:00" would be an hour with an offset."""
    return re.sub("(?<=[0-9]:[0-9]{2}) ?[-\u2013] ?(?=[0-9]{1,2}:)", " - ", text)
