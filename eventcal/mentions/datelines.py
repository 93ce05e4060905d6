"""Reads the dateline of a text: the day and the place that a report, a release or a letter begins with or is signed with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..when.zones import zone_of
from .grammar import Mention
from .reader import read_mentions
from .sentences import MAX_HEADING, MAX_SENTENCE


def dateline(text: str, published: date | None) -> tuple[date, list[range]] | None:
    """Returns the day of publication that *text* begins or ends with, and where it and other days of writing stand; None for none.

    *published* is the day that is known from elsewhere.
    """
    agency = _agency_line(text, published)
    lines = [*([agency] if agency else []), *_lines_of_day(text, agency[0] if agency else published, agency is None)]
    return (lines[0][0], [place for _, place in lines]) if lines else None


# "LONDON, Dec. 28, 2026 (Agency) -- ", "LONDON (Agency) - Dec. 28, 2026", "新华社北京2027年5月20日电"; not in capitals only with an
# agency.
_CITY = re.compile(
    r"\W{0,20}(?:(?:(?P<capitals>[A-ZА-ЯЁ][A-ZА-ЯЁ .'’-]{2,40})|[A-ZА-ЯЁ][\w .'’-]{2,40})(?:, [A-ZА-ЯЁ][\w.]{1,20})?"
    r"(?:\s(?P<agency>\([^()]{2,30}\))\s*[-–—,]\s*|,\s+|(?P<dash>\s+[-–—]+\s+))|(?P<chinese>[\u4e00-\u9fff]{2,4}[社网][\u4e00-\u9fff]{0,8}?(?=[0-9])))"
)
_BEHIND_DATELINE = re.compile(
    r"\s*(?P<agency>\([^()]{2,30}\)\s*|/[^/]{2,20}/\s*)?(?:[-–—]+\s|\.\s|[电讯]\s?)|[ \t]*(?P<line>\n)"
)


# "2027-03-01 BERLIN - "
_DAY_AND_CITY = re.compile(
    r"\A\W{0,20}(?:[Dd]ate\W{1,5})?(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\s+[A-ZА-ЯЁ][A-ZА-ЯЁ .'’-]{2,40}\s*[-–—:]\s"
)
# "Geneva, 4 January 2027 - The agency has published"
_TELLS = re.compile(
    r"[^.\n]{0,200}?\b(?:today|yesterday|has|have|said|announced|welcomed|adopted|published|launched|will)\b"
)
_NUMBER_SOON = re.compile(r"[^\n0-9]{0,14}[0-9]")  # "September 5"
_MAX_HEADLINES = 4


def _agency_line(text: str, published: date | None) -> tuple[date, range] | None:
    """Reads the dateline of a report, which has a date of its own too: without one, the first is that of what is announced.

    Below a headline it names an agency.
    """
    if match := _DAY_AND_CITY.match(text):
        return (day, range(match.end())) if (day := _day_of(match["day"])) else None
    lines = list(re.finditer(r"^(?=.*\S)", text[:MAX_SENTENCE], re.MULTILINE))
    for number, start in enumerate(line.start() for line in lines[: _MAX_HEADLINES + 1]):
        city = _CITY.match(text, start)
        if city is None or not _NUMBER_SOON.match(text, city.end()):
            continue
        head = text[start : start + MAX_HEADING].partition("\n")[0]
        first = next((item for item in _mentions(head, published) if item.start == city.end() - start), None)
        behind = _BEHIND_DATELINE.match(text, start + first.end) if first else None
        if first is None or behind is None or not re.fullmatch("[0-9-]{10}", first.reading.when):
            continue
        is_told = _TELLS.match(text, behind.end()) is not None
        is_first = number == 0 and not city["dash"] and (city["capitals"] or city["chinese"])
        is_sure = city["agency"] or behind["agency"] or (is_first and not behind["line"])
        if not is_sure and (behind["line"] or not is_told):
            continue
        days = [item.reading.when for item in _mentions(text[:MAX_SENTENCE], published) if item.start >= behind.end()]
        if days and (is_sure or any(day > first.reading.when or not day for day in days)):
            return _day_before(first, published), range(start, behind.end())
    return None


def _day_before(mention: Mention, published: date | None) -> date:
    """Returns the day of a dateline: without a year the last one until *published*."""
    day = date.fromisoformat(mention.reading.when)
    is_ahead = published is not None and day > published and not re.search("[0-9]{4}", mention.text)
    return day.replace(year=day.year - 1) if is_ahead else day


# What stands before the day in a line of its own, "Published on", "Done at Kiel,", "Kiel, den", and what may stand behind it.
_WRITTEN = (
    r"(?:(?:first|last|originally|zuletzt)\s+)?(?:published|posted|sent|gesendet|отправлено|enviado|updated|modified|issued|veröffentlicht|aktualisiert|bekanntgemacht"
    r"|опубликовано|обновлено|дата\s+публикации|publicado|actualizado)(?:\s+(?:on|at|am|el))?|date\s+of\s+(?:issue|publication)|(?:发布|发表|公布|更新|发文|成文)(?:日期|时间|于)?"
)
_NAME = r"(?-i:[^\W\d_a-zа-яё][\w.’'-]+(?:[ -](?:(?:am|an der|of|de|la|на)[ -])?[^\W\d_a-zа-яё][\w.’'-]+){0,3})"
_BEFORE_DAY = re.compile(
    rf"[\s*_>|]*(?:(?P<said>(?:{_WRITTEN})\s*[:：]?|(?:(?:done|given|signed)\s+(?:at|in)|(?:geschehen|ausgefertigt)\s+(?:zu|in)|hecho\s+en|совершено\s+в)"
    rf"\s+{_NAME},?|(?:г\.\s?){_NAME},)|(?P<place>{_NAME}),|(?:nr|no|issue|ausgabe|vol|№)\W*[0-9]+(?:/[0-9]+)?\W+|(?P<mail>date|datum|дата|fecha)\s*:)?\s*(?:(?:a|on|the|am|el|vom)\s+)?(?:[^\W\d_]+(?:day|tag),?\s+)?",
    re.IGNORECASE,
)
_BEHIND_DAY = re.compile(
    rf"(?:\s*[+-][0-9]{{4}})?(?:\s*\([A-Z]+\))?[\s.*_|]*(?:(?:by|von)\s[^\n]+|(?:[·,(–—-]\s*)?(?:{_WRITTEN})[^\n]*)?",
    re.IGNORECASE,
)
# Above and below the line of the day of a text that is a release or a letter, and no poster.
_RELEASE = re.compile(
    r"\b(?:press|media)\s+(?:release|statement|notice)|communiqu|\bcircular|newsletter|(?:company|stock\s+exchange|regulatory|ad[ -]?hoc)\s+(?:announcement|release|news)|immediate\s+release|memorandum|\bdistr\."
    r"|(?:presse|medien)(?:mitteilung|information)|bekanntmachung|amtsblatt|rund(?:schreiben|brief)|пресс-релиз|nota\s+de\s+prensa|comunicado"
    r"|通知|公告|通告|新闻稿",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"^\s*(?:(?:dear|sehr\s+geehrte\w*|liebe[rs]?|уважаем\w+|дорог\w+|estimad\w+|querid\w+)\s|尊敬的|各位)",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL_HEAD = re.compile(
    r"(?:\s*[\w-]{2,15}: [^\n]*\n){0,4}\s*(?:from|to|subject|von|an|betreff|от|кому|тема|asunto|para): ", re.IGNORECASE
)
_PROSE = re.compile(r"\n[ \t]*\n\s*[^\W\d_](?:[^\n]{59}|[^\n]{20,}[.!])")
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")
_CHINESE_NAME = re.compile(r"\n[\u4e00-\u9fff （）]{2,30}\Z")
_YEAR = re.compile("[0-9]{4}|年")
_LAST_LINES = 3


def _lines_of_day(text: str, published: date | None, is_first: bool) -> Iterator[tuple[date, range]]:
    """Reads the lines that have nothing but a day on which the text was written, with its place or a word that says so.

    A place or a day alone may be those of what is announced: they are no dateline but in a release, in a letter, or above or below
    sentences about later days; and behind another one, if it *is_first* no more, only where they sign the text.
    """
    lines = list(re.finditer(r"^.*\S.*$", text, re.MULTILINE))
    last = len(lines) - 1
    for number in sorted(
        {*range(min(len(lines), _MAX_HEADLINES + 1)), *range(max(0, len(lines) - _LAST_LINES), len(lines))}
    ):
        line = lines[number]
        if len(line[0]) > MAX_HEADING or not _YEAR.search(line[0]):
            continue
        first = next(iter(_mentions(line[0].replace("|", "·"), published)), None)
        before = _BEFORE_DAY.fullmatch(line[0], 0, first.start) if first else None
        if first is None or before is None or not _BEHIND_DAY.fullmatch(line[0], first.end):
            continue
        day = _day_of(first.reading.when[:10])
        if day is None or (published and day > published):
            continue
        above, below = text[: line.start()], text[line.end() :]
        is_formal = before["said"] or (before["place"] and first.text.startswith("den "))
        if before["mail"]:  # "Date: 4 May 2027" of a poster is when it happens
            is_formal = number <= _MAX_HEADLINES and _MAIL_HEAD.match(text) is not None
        elif not is_formal and (is_first or number > _MAX_HEADLINES):
            is_head = number <= _MAX_HEADLINES and _is_head(above, below, before["place"] or "")
            is_formal = is_head or _is_of_text(above, below, day, before["place"] or first.text, is_last=number == last)
        if is_formal:
            yield day, range(*line.span())
            is_first = False


def _is_head(above: str, below: str, place: str) -> bool:
    """Tells whether a line with a day heads a letter, or a release whose name stands in the lines right above it, or anywhere above a city."""
    head = above if _RELEASE.search(above) and _is_city(place) else above.rpartition("\n\n")[2]
    return _RELEASE.search(head) is not None or _SALUTATION.match(below) is not None


def _is_of_text(above: str, below: str, day: date, place: str, is_last: bool) -> bool:
    """Tells whether a line with a *day* is that of the text *above* or *below* it; *place* is the day again where none is named.

    Sentences about days that all come later stand above one that signs them, and one of a later day below one that heads them.
    """
    above = above.rstrip()
    is_known = place == f"{day}" or _is_city(place)
    if not above:
        is_alone = is_known and _PROSE.match(below) is not None
    elif is_last and re.match("[^0-9]*[0-9]", place):
        is_alone = _CHINESE_NAME.sub("", above).rstrip().endswith(_SENTENCE_ENDS)
    else:
        is_letter = _SALUTATION.search(above[:MAX_SENTENCE]) is not None
        is_alone = (is_known or is_letter) and above.endswith(_SENTENCE_ENDS) and not re.search("[0-9]", below)
    if not is_alone:
        return False
    days = [one for item in _mentions(f"{above}{below}"[:MAX_SENTENCE], day) if _day_of(one := item.reading.when[:10])]
    return max(days, default="") > f"{day}" and (not above or min(days) > f"{day}")


def _is_city(name: str) -> bool:
    if zone_of(f"{name} time"):
        return True
    from ..words.place_names import zone_of_city  # only such a line needs the names of CLDR

    return zone_of_city(name) != ""


def _mentions(text: str, published: date | None) -> list[Mention]:
    return [item for _, items in read_mentions(text, published) for item in items]


def _day_of(text: str) -> date | None:
    """Returns the day in ISO 8601; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
