"""Dates, distances and places in the reader's language. The only room that knows Babel and gettext.

Knows nothing of the present: the caller says what time it is. Import it late, Babel is not free.
"""

from .dates import (
    brief_words,
    day_title,
    day_words,
    marker,
    moment_words,
    month_name,
    month_title,
    some_time_in,
    time_words,
    when_words,
    year_words,
    zone_words,
)
from .distances import distance
from .labels import kind_words, place_words, status_prefix, status_words
from .language import DATED_LANGUAGES, LANGUAGES, Style, direction, gettext, known, week_start, weekday_names
from .rules import rule_words
from .wishes import digest_words, filter_words, lead_words, notice_words

__all__ = [
    "DATED_LANGUAGES",
    "LANGUAGES",
    "Style",
    "brief_words",
    "day_title",
    "day_words",
    "digest_words",
    "direction",
    "distance",
    "filter_words",
    "gettext",
    "kind_words",
    "known",
    "lead_words",
    "marker",
    "moment_words",
    "month_name",
    "month_title",
    "notice_words",
    "place_words",
    "rule_words",
    "some_time_in",
    "status_prefix",
    "status_words",
    "time_words",
    "week_start",
    "weekday_names",
    "when_words",
    "year_words",
    "zone_words",
]
