"""Dates with a month's name, as people write them, rewritten as the grammar has them: "29 June - 2 July, 2026".

Only for advice: nothing that is rewritten here is taken for a date without a person's word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from .english_words import ENGLISH_MONTHS, month_number

YEAR_UNKNOWN = "YYYY"
MONTHS = [month.lower() for month in ENGLISH_MONTHS]
_NOT_MONTHS = ("maybe", "decade", "juno", "marsh", "mars", "match", "augusta")

_DAY = r"(?:the\s+)?(?P<{0}>[0-3]?[0-9])(?:st|nd|rd|th|\.)?(?![0-9:])"
_NAME = r"(?P<{0}>[^\W\d_]{{3,10}})\.?"
_YEAR = r"(?P<{0}>[0-9]{{4}})(?![0-9])"
_JOIN = r"\s*(?:[-+/&\u2013\u2014]|\b(?:to|until|till|through|thru|and|und)\b)\s*"
_LISTING = re.compile(r"[&+]|\b(?:and|und)\b", re.IGNORECASE)
_GAP = r"\s*,?\s*(?:of\s+)?"


def _day_and_month(side: str) -> str:
    """Returns a day and a month's name in either order; the groups' names end in *side*."""
    day_first = _DAY.format(f"da{side}") + _GAP + _NAME.format(f"ma{side}")
    month_first = _NAME.format(f"mb{side}") + _GAP + _DAY.format(f"db{side}")
    return rf"(?:{day_first}|{month_first})"


_YEAR_AFTER = r"(?:" + _GAP + _YEAR.format("year") + r")?"
_YEAR_BETWEEN = r"(?:" + _GAP + _YEAR.format("year1") + r")?"


def rewrite_named_dates(text: str) -> tuple[str, bool]:
    """Returns *text* with its named dates as numbers, and whether any was there. A missing year becomes YEAR_UNKNOWN."""
    for pattern, rewrite in _FORMS:
        # The first form that fits is the whole of it: the later ones would take its remains apart.
        position = 0
        while match := pattern.search(text, position):
            if (replacement := rewrite(match)) is not None:
                return text[: match.start()] + replacement + text[match.end() :], True
            position = match.start() + 1  # "about 16" is no date, "16 September" behind it may be one
    return text, False


def _month(name: str) -> str | None:
    """Returns the number of a month by its name, an abbreviation of three letters or more, or a name that is one slip away."""
    name = name.lower()
    close = [month for month in MONTHS if month.startswith(name)]
    if not close and name not in _NOT_MONTHS:
        close = difflib.get_close_matches(name, MONTHS, 2, 0.8)
    return f"{month_number(close[0]):02}" if len(close) == 1 else None


def _side(match: re.Match[str], side: str) -> tuple[str, str] | None:
    """Returns month and day of one side, as two digits each."""
    month = _month(match[f"ma{side}"] or match[f"mb{side}"])
    day = match[f"da{side}"] or match[f"db{side}"]
    return (month, day.zfill(2)) if month else None


def _is_listing(match: re.Match[str]) -> bool:
    """Tells whether two days are named and not a span: "the 14th and the 16th", but not "between the 14th and the 16th"."""
    return bool(_LISTING.search(match[0])) and "between" not in match.string[: match.start()].lower()


def _two_months(match: re.Match[str]) -> str | None:
    first, last = _side(match, "1"), _side(match, "2")
    if not first or not last or _is_listing(match):
        return None
    year, start_year = match["year"] or YEAR_UNKNOWN, match["year1"]
    if start_year and start_year != year:
        return f"{start_year}-{'-'.join(first)}/{year}-{'-'.join(last)}"
    if first >= last:
        # 30 December - 2 January, 2027 may begin in either year.
        return f"{YEAR_UNKNOWN}-{'-'.join(first)}/{YEAR_UNKNOWN}-{'-'.join(last)}"
    return f"{year}-{'-'.join(first)}/{last[1] if first[0] == last[0] else '-'.join(last)}"


def _days_of_a_month(match: re.Match[str]) -> str | None:
    month = _month(match["month"])
    if month is None:
        return None
    year, first, last = match["year"] or YEAR_UNKNOWN, match["first"].zfill(2), match["last"].zfill(2)
    if _is_listing(match) and int(last) != int(first) + 1:
        return None  # the 14th and the 16th are not the days from one to the other
    return f"{year}-{month}-{first}/{last}" if first < last else None


def _one_day(match: re.Match[str]) -> str | None:
    month_and_day = _side(match, "1")
    return f"{match['year'] or YEAR_UNKNOWN}-{'-'.join(month_and_day)}" if month_and_day else None


def _months(match: re.Match[str]) -> str | None:
    first, last, year1 = _month(match["month1"]), _month(match["month2"]), match["year1"]
    if not first or not last:
        return None
    if year1 and year1 != match["year"]:
        return f"{year1}-{first}/{match['year']}-{last}"
    return f"{match['year']}-{first}/{last}" if first < last else None


def _one_month(match: re.Match[str]) -> str | None:
    month = _month(match["month"])
    return f"{match['year']}-{month}" if month else None


_DAY_RANGE = _DAY.format("first") + _JOIN + _DAY.format("last")
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = tuple(
    (re.compile(rf"(?<![\w]){pattern}", re.IGNORECASE), rewrite)
    for pattern, rewrite in (
        (_YEAR.format("year") + _GAP + _NAME.format("month") + _GAP + _DAY_RANGE, _days_of_a_month),
        (
            _YEAR.format("year") + _GAP + _NAME.format("mb1") + _GAP + _DAY.format("db1") + "(?P<ma1>)(?P<da1>)",
            _one_day,
        ),
        (_day_and_month("1") + _YEAR_BETWEEN + _JOIN + _day_and_month("2") + _YEAR_AFTER, _two_months),
        (_DAY_RANGE + _GAP + _NAME.format("month") + _YEAR_AFTER, _days_of_a_month),
        (_NAME.format("month") + _GAP + _DAY_RANGE + _YEAR_AFTER, _days_of_a_month),
        (_day_and_month("1") + _YEAR_AFTER, _one_day),
        (
            _NAME.format("month1") + _YEAR_BETWEEN + _JOIN + _NAME.format("month2") + _GAP + _YEAR.format("year"),
            _months,
        ),
        (_NAME.format("month") + _GAP + _YEAR.format("year"), _one_month),
        (_YEAR.format("year") + _GAP + _NAME.format("month") + r"(?!\w)", _one_month),
    )
)
