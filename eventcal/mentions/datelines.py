"""Reads the dateline of a text: the day and the place that a report or a release begins with."""

from __future__ import annotations

import re
from datetime import date

from .grammar import Mention
from .reader import read_mentions
from .sentences import MAX_SENTENCE

_DATELINE = re.compile(
    r"\A\W{0,20}(?:date|published|updated|дата)?\W{0,20}(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\b", re.IGNORECASE
)


def dateline(text: str, published: date | None) -> tuple[date, range] | None:
    """Returns the day of publication that *text* begins with, and where its dateline stands; None for none.

    *published* is the day that is known from elsewhere.
    """
    match = _DATELINE.match(text)
    try:
        return (date.fromisoformat(match["day"]), range(match.end())) if match else _agency_line(text, published)
    except ValueError:
        return None


# "LONDON, Dec. 28, 2026 (Agency) -- ", "LONDON (Agency) - Dec. 28, 2026", "新华社北京2027年5月20日电"; not in capitals only with an
# agency.
_CITY = re.compile(
    r"\W{0,20}(?:(?:(?P<capitals>[A-ZА-ЯЁ][A-ZА-ЯЁ .'’-]{2,40})|[A-ZА-ЯЁ][\w .'’-]{2,40})(?:, [A-ZА-ЯЁ][\w.]{1,20})?"
    r"(?:\s(?P<agency>\([^()]{2,30}\))\s*[-–—,]\s*|,\s+)|(?P<chinese>[\u4e00-\u9fff]{2,4}[社网][\u4e00-\u9fff]{0,8}?(?=[0-9])))"
)
_BEHIND_DATELINE = re.compile(
    r"\s*(?P<agency>\([^()]{2,30}\)\s*|/[^/]{2,20}/\s*)?(?:[-–—]+\s|\.\s|[电讯]\s?)|[ \t]*(?P<line>\n)"
)


_MAX_HEADLINES = 4


def _agency_line(text: str, published: date | None) -> tuple[date, range] | None:
    """Reads the dateline of a report, which has a date of its own too: without one, the first is that of what is announced.

    Below a headline it names an agency.
    """
    mentions = [item for _, items in read_mentions(text[:MAX_SENTENCE], published) for item in items]
    lines = list(re.finditer(r"^(?=.*\S)", text[:MAX_SENTENCE], re.MULTILINE))
    for number, line in enumerate(lines[: _MAX_HEADLINES + 1]):
        city = _CITY.match(text, line.start())
        first = next((item for item in mentions if city and item.start == city.end()), None)
        behind = _BEHIND_DATELINE.match(text, first.end) if first else None
        if city is None or first is None or behind is None or not re.fullmatch("[0-9-]{10}", first.reading.when):
            continue
        is_plain = number == 0 and not behind["line"] and (city["capitals"] or city["chinese"])
        is_report = any(item.start >= behind.end() for item in mentions)
        if is_report and (city["agency"] or behind["agency"] or is_plain):
            return _day_before(first, published), range(line.start(), behind.end())
    return None


def _day_before(mention: Mention, published: date | None) -> date:
    """Returns the day of a dateline: without a year the last one until *published*."""
    day = date.fromisoformat(mention.reading.when)
    is_ahead = published is not None and day > published and not re.search("[0-9]{4}", mention.text)
    return day.replace(year=day.year - 1) if is_ahead else day
