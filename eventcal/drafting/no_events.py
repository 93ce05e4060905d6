"""A date that a text names, and on which nothing happens, gets the reason why it becomes no entry."""

from __future__ import annotations

import re
from datetime import date

from ..mentions import Mention
from .event_nouns import EVENT_NOUNS

# "May 2027's spring fair"
_OF_PERIOD = re.compile(rf"[’']s\s+(?:(?!the\b|an?\b|our\b)\w+\s+)?(?:{EVENT_NOUNS['en']})\b", re.IGNORECASE)
_WRITTEN_THEN = "the day on which the text was written"
_EDGE_LINES = 4
"""First lines that may say when a text was written."""
_MAX_LABEL = 60
"""Characters beside the day there."""
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# "for the year ended 31 July"
_ENDED_PERIOD = re.compile(r"\b(?:years?|months?|quarter|period)\s+end(?:ed|ing)\s+(?:on\s+)?$", re.IGNORECASE)
# "Stand: April 2027", "发布日期:", before the day on which a text was written, and nothing else but a weekday.
_STATED_ON = re.compile(r"\bStand:?\s+$|截至$|по состоянию на $")
_WRITTEN_ON = re.compile(
    r"\W*(?:(?:date|published|posted|updated|newsletter|datum|vom|stand|дата|fecha|(?:发布|发表|公告)?(?:日期|时间)|تاريخ)\W*)?"
    r"(?:[^\W\d]+day|[^\W\d]+tag|lunes|martes|miércoles|jueves|viernes|sábado|domingo)?\W*",
    re.IGNORECASE,
)
# "closed since summer 2021"
_SINCE = re.compile(r"\b(?:since|seit|منذ)\s+(?:the\s+|dem\s+|der\s+)?$", re.IGNORECASE)


def find_edges(text: str) -> tuple[int, int]:
    """Returns where the first lines of *text* end and the last one begins."""
    first = text.lstrip("\n").split("\n", _EDGE_LINES)
    return len(text) - len(first[-1]) if len(first) > _EDGE_LINES else len(text), text.rstrip().rfind("\n") + 1


def _is_written_on(text: str, mention: Mention, edges: tuple[int, int], published: date | None) -> bool:
    """Tells whether a day is alone on a line at the *edges* of a text and is that of its publication."""
    is_inside = edges[0] <= mention.start < edges[1]
    if is_inside or published is None or mention.reading.when[:10] != published.isoformat():
        return False
    before = text[max(0, mention.start - _MAX_LABEL) : mention.start].rpartition("\n")[2]
    after = text[mention.end : mention.end + _MAX_LABEL].partition("\n")[0]
    return bool(_WRITTEN_ON.fullmatch(before) and _WRITTEN_ON.fullmatch(after))


def explain_no_event(
    text: str, mention: Mention, mentions: list[Mention], edges: tuple[int, int], published: date | None
) -> str:
    """Says why nothing happens on a date that the text names; "" where something may.

    *mentions* are the dates of its sentence, *edges* those of `find_edges`.
    """
    if _is_written_on(text, mention, edges, published):
        return _WRITTEN_THEN
    before = text[max(0, mention.start - 40) : mention.start]
    if _STATED_ON.search(before):
        return _WRITTEN_THEN
    if _SINCE.search(before):
        return "something has gone on since then"
    if _ENDED_PERIOD.search(before):
        return "the end of a period that the text reports on"
    if _DAY.match(mention.reading.when):  # "tomorrow’s hearing" is then
        return ""
    if text[mention.end : mention.end + 2] in ("’s", "'s") and not (
        re.search("[0-9]{4}", mention.text) and _OF_PERIOD.match(text, mention.end)
    ):
        return "the text names the period that something is of, and not when it happens"
    if re.fullmatch("[0-9]{4}", mention.reading.when) and any(_DAY.match(other.reading.when) for other in mentions):
        return "a year in a sentence that names a day"
    return ""
