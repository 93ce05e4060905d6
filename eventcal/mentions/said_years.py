"""The year of a date without one is said by its sentence, by the end of its list, or by the column of its table."""

from __future__ import annotations

import re

from ..when.advice import year_named
from .grammar import Heading

# "Public holidays 2027: "
_LABEL = re.compile(r"[^:：.;。0-9]{0,80}(?<![\d./-])(?P<year>(?:19|20|21)[0-9]{2})(?![\d./-])[^:：.;。0-9]{0,40}[:：]")
# "In 2027 Easter is on ", "В 2027 году Пасха — "
_IN_YEAR = re.compile(
    r"\W*(?:\w+\s+)?(?:(?:[Ii]n|[Ii]m\s+Jahr|[Ee]n|[Вв]|عام|سنة)\s+|(?=20[0-9]{2}\s*年))(?P<year>20[0-9]{2})(?!\d|[./-]\d)[^,.;:，。；：、0-9]*"
)
_BETWEEN_DATES = re.compile(r"(?:[\W\d_和]|\b(?:and|und|y|и)\b)*")
_SEASON = re.compile(
    r"[^.;:!?0-9]{0,60}(?P<year>20[0-9]{2}) ?[-–—/] ?(?:20)?(?P<last>[0-9]{2})(?![0-9])[^.;!?0-9]{0,60}"
)
# ", 1 June and 1 September 2027" behind "1 March"
_DAY = r"(?:[0-9]{1,2}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?)"
_REST_OF_LIST = re.compile(
    rf"(?:(?:,\s*(?:and\s+|und\s+|y\s+|и\s+)?|\s+(?:and|und|y|и|&)\s+){_DAY}(?![\w-])){{1,12}}?,?\s+(?:del?\s+)?(?P<year>20[0-9]{{2}})(?!\d|[./-]\d)"
)


def find_columns(text: str) -> dict[int, dict[int, Heading]]:
    """Returns the columns of tables that are named after a year, "| Event | 2027 | Spring 2028 |", by the starts of their rows.

    The row of the names has none.
    """
    rows: dict[int, dict[int, Heading]] = {}
    columns: dict[int, Heading] = {}
    start, is_first = 0, True
    for line in text.splitlines(keepends=True):
        cells = [cell.strip() for cell in cells_of(line)]
        if len(cells) > 1:
            years = {at: year for at, cell in enumerate(cells) if (year := year_named(cell))}
            has_names = not any(re.search("[0-9]", cell) for at, cell in enumerate(cells) if at not in years)
            if has_names and (is_first or (columns and years.keys() >= columns.keys())):
                columns = {at: Heading(cells[at], year, is_close=True) for at, year in years.items()}
                rows |= {start: {}} if columns else {}
            elif is_first:
                columns = {}
            elif columns:
                rows[start] = columns
            is_first = False
        else:  # pages have a blank line between two rows, and their rows end without a mark
            is_first = is_first or bool(line.strip()) or text[:start].endswith("|\n")
        start += len(line)
    return rows


def cells_of(line: str) -> list[str]:
    """Returns the cells of a row, or the beginning of one, of a table in a text: "| Easter | 28 March |"."""
    return line.strip().removeprefix("|").split("|")


def find_season(line: str) -> Heading | None:
    """Returns the heading that a *line* is which says two years next to each other: "School year 2027-28"; None for none."""
    match = _SEASON.fullmatch(line)
    is_season = match is not None and (int(match["year"]) + 1) % 100 == int(match["last"])
    return Heading(line, int(match["year"]), last_year=int(match["year"]) + 1) if match and is_season else None


def find_label(text: str, dates: list[re.Match[str]]) -> Heading | None:
    """Returns the words before the first colon of a sentence that have a year or a season and no other number, or a row with one year in a cell.

    *dates* are those of the sentence: before a list of them alone, "Public holidays 2027: 1 January, 3 May", it holds; before
    other words it may say what they are for.
    """
    if "|" in text:
        years = [cell.strip() for cell in cells_of(text) if re.fullmatch(r"\s*(?:19|20)[0-9]{2}\s*", cell)]
        return Heading("", int(years[0]), is_label=True) if len(years) == 1 else None
    label = _LABEL.match(text)
    if label is None:
        return find_season(text.partition(":")[0])
    inside = [match for match in dates if match.start() < label.end()]
    if any(said for match in inside for name, said in match.groupdict().items() if name != "year"):
        return None  # its month may be that of writing
    listed = dates[len(inside) :]
    edges = [label.end(), *(place for match in listed for place in match.span()), len(text)]
    between = "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    is_list = len(listed) > 1 and _BETWEEN_DATES.fullmatch(between) is not None
    return Heading(label[0], int(label["year"]), is_close=is_list, is_label=True)


def find_close_year(text: str, start: int, end: int) -> Heading | None:
    """Returns the words of the sentence *text* that say the year of a date without one from *start* to *end*; None for none."""
    said = _REST_OF_LIST.match(text, end) or _IN_YEAR.fullmatch(text, 0, start)
    return Heading(said[0].strip(" ,"), int(said["year"]), is_close=True) if said else None


def is_listed(text: str, end: int) -> bool:
    """Tells whether a date that ends at *end* is one of a list whose last one has the year."""
    return _REST_OF_LIST.match(text, end) is not None
