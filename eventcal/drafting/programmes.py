"""The date above the lines of a programme stands before each of them."""

from __future__ import annotations

import re
from datetime import date

from ..mentions import read_mentions

_MAX_HEADING = 90
# A line of a programme, up to its hour: "- 9:30 a.m. Hearing", "10.00 Uhr: Sitzung", "TBD - Vote".
_HOUR_LINE = re.compile(
    r"[ \t]*(?:[-*•·–—][ \t]+|\|[ \t]*)?(?:(?=[0-9]{1,2}(?:[:.][0-9]{2}(?![.0-9])|(?:[ \t]*(?:-|–|to|bis)[ \t]*[0-9]{1,2}(?:[:.][0-9]{2})?)?"
    r"[ \t]*(?:[ap]\.?m\b|Uhr\b)))|TB[ACD]\b[ \t:–—-]*)",
    re.IGNORECASE,
)
_STAGE = re.compile(r"\s*(?=[^\W\d_])(?![a-zа-яёäöüß])[^\n0-9.,;:!?]{3,40}$")  # "Main Stage"


def repeat_headings(text: str, published: date | None) -> str:
    """Returns *text* with a date that has a line to itself before each line below it that begins with an hour.

    "MONDAY, NOV. 30", and below it "9:30 a.m. - Hearing" and "1 p.m. - Briefing".
    """
    lines = text.splitlines()
    repeated: list[str] = []
    heading = ""
    for number, line in enumerate(lines):
        following = [other for other in lines[number + 1 : number + 4] if re.search(r"\w", other)]
        is_above_hours = _is_above_hours(following)
        if is_above_hours and (date_text := _date_of_heading(line, published)):
            heading = date_text
            if date_text != line.strip().rstrip(":,|").strip(" |"):
                repeated += ["", line]
        elif heading and (hour := _HOUR_LINE.match(line)):
            repeated += ["", f"{heading} {line[hour.end() :]}"]
        elif heading and is_above_hours and lines[number - 1].strip() and _STAGE.match(line):
            repeated += ["", line]
        else:
            if heading and ((line.strip() and not lines[number - 1].strip()) or _date_of_heading(line, published)):
                heading = ""
            repeated.append(line)
    return "\n".join(repeated)


def _is_above_hours(lines: list[str]) -> bool:
    """Tells whether the first of *lines* begins with an hour, or is the name of a stage and the next one does."""
    hours = [_HOUR_LINE.match(line) is not None for line in lines[:2]]
    return hours[:1] == [True] or (hours == [False, True] and _STAGE.match(lines[0]) is not None)


def _date_of_heading(line: str, published: date | None) -> str:
    """Returns the date that is all of *line*, or that it ends with: "GOOD FRIDAY, April 2"; "" for any other line."""
    heading = line.strip().rstrip(":,|").strip(" |")
    if not heading or len(heading) > _MAX_HEADING or _HOUR_LINE.match(line):
        return ""
    mentions = [mention for _, mentions in read_mentions(heading, published) for mention in mentions]
    return next((heading[mention.start :] for mention in mentions if mention.end == len(heading)), "")
