"""The dates of a column show together where the year stands in them, and which number is the month."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from ..when.advice import year_named
from .records import is_no_date, lacks_year, with_year
from .table_columns import find_date_parts, is_called_a_date, is_named

_CELLS_LOOKED_AT = 20
_MIN_DAYS, _MIN_DAYS_APART = 3, 10
"""Different numbers, and the distance of the least and the greatest, that show that they are days and no years."""
_MONTHS = 12

NUMERIC_DATE = re.compile(r"(?<![0-9])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_DAY_AND_MONTH = r"(?<![0-9])(?<![0-9] )([0-9]{1,2}([./-])(?:[0-9]{1,2}|[^\W\d_]{3,12}\.?)\2)"
SHORT_YEAR = re.compile(_DAY_AND_MONTH + "([0-9]{2})(?![0-9])")
_LONG_YEAR = re.compile(_DAY_AND_MONTH + "[0-9]{4}(?![0-9])")
_YEAR = re.compile(r"(?<![0-9])(?:1[0-9]|20)[0-9]{2}(?:[01][0-9][0-3][0-9])?(?![0-9E])")
# "31 May 2027[2]": what the text names as its source
_CITATION = re.compile(r"\s?\[[0-9]{1,3}\](?=\s|\[|$)")
# "1900", "1930-2100 Uhr" in a column of hours
_FOUR_DIGITS = re.compile(r"[0-9]{4}(?:\s*[-–]\s*[0-9]{4})?\s*(?:h|hrs|hours|Uhr)?\.?", re.IGNORECASE)

Rows = Sequence[tuple[int, list[str]]]
"""The cells of each row, behind its line."""


def cell_at(row: list[str], position: int | None) -> str:
    """Returns the cell of *row* at *position*, "" where there is none."""
    return row[position].strip() if position is not None and position < len(row) else ""


def has_year(text: str) -> bool:
    """Tells whether *text*, in a column of hours, has a year, without which it says no day; "1900" is an hour there."""
    return _YEAR.search(text) is not None and _FOUR_DIGITS.fullmatch(text) is None


def rank_dates(rows: Rows, position: int) -> int:
    """Returns 2 for a column most of whose cells have a year, 1 for dates without one or an empty column, 0 for others."""
    cells = [cell for _line, row in rows if not is_no_date(cell := cell_at(row, position))][:_CELLS_LOOKED_AT]
    with_year = sum(1 for cell in cells if _YEAR.search(cell) or SHORT_YEAR.search(cell))
    without = sum(1 for cell in cells if lacks_year(cell)) if 2 * with_year < len(cells) else 0
    return 2 if cells and 2 * with_year >= len(cells) else int(2 * without >= len(cells))


def with_rows_of_years(header: list[str], rows: Rows) -> tuple[list[str], Rows]:
    """Returns a table whose columns of dates are named after a year each, "Holiday, 2027, 2028", with a row and a date for each of them."""
    years = {at: str(year) for at, name in enumerate(header) if (year := year_named(name.strip()))}
    others = [at for at in range(len(header)) if at not in years]
    if not years or any(is_named(header[at], "when") for at in others) or {rank_dates(rows, at) for at in years} != {1}:
        return header, rows
    long = [
        (line, [*(cell_at(row, at) for at in others), with_year(cell, year)])
        for line, row in rows
        for at, year in years.items()
        if not is_no_date(cell := cell_at(row, at))
    ]
    return [*(header[at] for at in others), "date"], long


def with_joined_days(header: list[str], rows: Rows) -> tuple[list[str], Rows]:
    """Returns a table whose dates are in columns for year, month and day with a column of dates in place of that for the year.

    One that has other dates, of which the month may be that of figures, stays as it is.
    """
    parts = find_date_parts(header)
    others = [
        at for at, name in enumerate(header) if at not in parts and (is_called_a_date(name) or is_named(name, "when"))
    ]
    if not parts or any(rank_dates(rows, at) for at in others):
        return header, rows
    names = ["" if at in parts[1:] else name for at, name in enumerate(header)]
    names[parts[0]] = "date"
    joined = []
    for line, row in rows:
        cells = ["" if at in parts[1:] else cell for at, cell in enumerate(row)]
        if parts[0] < len(cells):
            cells[parts[0]] = _joined_day(*(cell_at(row, at) for at in parts))
        joined.append((line, cells))
    return names, joined


def _joined_day(year: str, month: str, day: str = "") -> str:
    """Returns the date that three cells give; the month is a number or a name, and the day may be several."""
    day = "" if is_no_date(day) else day
    if is_no_date(month) or not _YEAR.fullmatch(year):
        return year
    if not month.isdecimal():
        return f"{day} {month} {year}".strip()
    if day and not day.isdecimal():
        return f"{day}.{month}.{year}"
    return "-".join([year, *(f"{part:0>2}" for part in (month, day) if part)])


def with_full_years(rows: Rows, positions: Sequence[int]) -> Rows:
    """Returns *rows* with years of two digits in full, where the columns at *positions* show that the year stands last.

    The numbers there are in plain digits, and without the marks of sources behind them.
    """
    plain = [
        (
            line,
            [_CITATION.sub("", _with_plain_digits(cell)) if at in positions else cell for at, cell in enumerate(row)],
        )
        for line, row in rows
    ]
    cells = [cell_at(row, at) for _line, row in plain for at in positions]
    matches = [match for cell in cells for match in SHORT_YEAR.finditer(cell)]
    shown = {match[2] for cell in cells for match in _LONG_YEAR.finditer(cell)}
    separators = [
        mark for mark in "./-" if mark in shown or _is_year_last([match for match in matches if match[2] == mark])
    ]
    return [
        (line, [full_years(cell, separators) if at in positions else cell for at, cell in enumerate(row)])
        for line, row in plain
    ]


def _with_plain_digits(text: str) -> str:
    return text if text.isascii() else re.sub(r"\d", lambda match: str(unicodedata.decimal(match[0])), text)


def _is_year_last(matches: Sequence[re.Match[str]]) -> bool:
    """Tells whether *matches*, dates of three numbers of at most two digits, show that the last number is the year.

    They do where it is one or two years next to each other in all of them, and the first one many others, or where the
    one in the middle is no month.
    """
    if not matches:
        return False
    parts = [re.split("[./-]+", match[0]) for match in matches]
    firsts, years = ({int(numbers[at]) for numbers in parts} for at in (0, -1))
    middles = [int(numbers[1]) for numbers in parts if numbers[1].isdecimal()]
    are_days = len(firsts) >= _MIN_DAYS and max(firsts) - min(firsts) >= _MIN_DAYS_APART
    is_month_first = max(middles, default=0) > _MONTHS and matches[0][2] != "."  # "10.30.00" is an hour
    return is_month_first or (are_days and max(years) - min(years) <= 1)


def full_years(text: str, separators: Container[str] = "./-") -> str:
    """Returns *text* with the year of dates such as 5.1.27, with one of *separators*, in full."""
    return SHORT_YEAR.sub(
        lambda match: f"{match[1]}{datetime.strptime(match[3], '%y').year}" if match[2] in separators else match[0],
        text,
    )


def find_day_first(rows: Rows, positions: Sequence[int]) -> bool | None:
    """Tells whether 3/4/2027 is 3 April where a value of the columns at *positions* says so, or else of another column; None where none does."""
    values = [cell_at(row, at) for at in positions for _line, row in rows]
    is_day_first = _is_day_first(values)
    if is_day_first is None:
        is_day_first = _is_day_first(cell for _line, row in rows for cell in row if NUMERIC_DATE.match(cell))
    return is_day_first


def _is_day_first(values: Iterable[str]) -> bool | None:
    matches = [match for value in values for match in NUMERIC_DATE.finditer(value)]
    if any(match[2] == "." for match in matches) or any(int(match[1]) > 12 for match in matches):
        return None if any(match[2] != "." and int(match[3]) > 12 for match in matches) else True
    return False if any(int(match[3]) > 12 for match in matches) else None
