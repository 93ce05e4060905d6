"""A date that a text names, and on which nothing happens, gets the reason why it becomes no entry."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from .. import when
from ..mentions import Mention

_WRITTEN_THEN = "the day on which the text was written"
_REPORTED_ON = "a period that the text reports on"
_EDGE_LINES = 4
"""First lines that may say when a text was written."""
_MAX_LABEL = 60
"""Characters beside the day there."""
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# "for the year ended 31 July", "in the 12 months to March 2027"
_ENDED_PERIOD = re.compile(
    r"\b(?:years?|months?|quarter|period)\s+(?:end(?:ed|ing)\s+(?:on\s+)?|to\s+)$", re.IGNORECASE
)
_MONTH = re.compile("(?:[a-z]+ )?[0-9]{4}-[0-9]{2}")
_NEAR = 80
"""Characters beside a period that may say that something is about it."""
# "The figures for March 2027 are due on 21 April"; "planned for March" is when something happens, and so may be "the election of
# March 2027".
_FOR_WHICH = re.compile(r"\bfor\s+(?:the\s+)?$|\bfür\s+(?:(?:das|den|die)\s+)?$|\bза\s+$|(?:公布|发布)$", re.IGNORECASE)
_OF_WHICH = re.compile(r"\bof\s+(?:the\s+)?$|\bdel?\s+$|的$", re.IGNORECASE)
# "31 March (accounts of October to December)"
_IN_REMARK = re.compile(r"[(（][^()（）]*[^\W\d][^()（）]*$")
_IS_LABEL = re.compile(r"^[^;；]*(?:[:：]|\s[-–—]) *$")
# "grew by 0.2% in the fourth quarter"
_SHARE = r"(?:%|٪|\bper\s?cent\b|\bProzent\b|\bпроцент\w*|\bpor\s+ciento\b|百分)"
_SHARE_BEFORE = re.compile(rf"{_SHARE}(?:[^.!?;\n]|\.(?=[0-9]))*$", re.IGNORECASE)
_SHARE_BEHIND = re.compile(rf"(?:[^.!?;\n]|\.(?=[0-9]))*?{_SHARE}", re.IGNORECASE)
_IN_WHICH = re.compile(
    r"\b(?:in|during|from|since|until|by|im|ab|seit|bis|en|desde|hasta|в|с|до|в течение"
    r"|(?:planned|scheduled|set|due|slated|expected|announced|called)\s+for)\s+(?:the\s+)?$|[在于]$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:in|for|during|by|until|since|von|im|ab|seit|bis|en|в|с|до|за|к)\s+", re.IGNORECASE)
_FISCAL_BEFORE = re.compile(r"\bfiscal(?:\s+year)?(?:'s|’s)?\s+(?:the\s+)?$", re.IGNORECASE)
_FISCAL_BEHIND = re.compile(r"\s*\(?(?:fiscal|of\s+(?:the|its|our)\s+(?:fiscal|financial)\s+year)\b", re.IGNORECASE)
# "Stand: April 2027", "发布日期:", before the day on which a text was written, and nothing else but a weekday.
_STATED_ON = re.compile(r"\bStand:?\s+$|截至$|[Пп]о состоянию на $|\b(?:[Aa]s\s+(?:of|at)|[Uu]pdated(?:\s+on)?:?)\s+$")
_WRITTEN_ON = re.compile(
    r"\W*(?:(?:(?:.*\b)?issued on|date|published|posted|updated|newsletter|datum|vom|stand|дата|fecha|(?:发布|发表|公告)?(?:日期|时间)|تاريخ)\W*)?"
    r"(?:[^\W\d]+day|[^\W\d]+tag|lunes|martes|miércoles|jueves|viernes|sábado|domingo)?\W*",
    re.IGNORECASE,
)
# "API version 2025-10-01", "Version 5.10.2027", "bid no. 2026-11-04"
_NUMBER_BEFORE = re.compile(
    r"(?:\b(?:versions?|versión|build|compilación|сборк[аиуе]|(?-i:tag)|no\.|nr\.|núm\.|ref\.|верси[яиюей]+)|№|版本号?|الإصدار)\s*[:：`\"'#]*\s*$"
    r"|\breleases?\s+[`\"'#]*$",
    re.IGNORECASE,
)
# "noting the report of the Secretary-General of 14 July 2027"
_DOCUMENT_BEFORE = re.compile(
    r"\b(?:(?:report|resolution|letter|memorandum|judg(?:e)?ment|ruling|decree|directive|regulation|minutes|opinion|note\s+verbale)s?\b[^.;:,]{0,50}?\b(?:of|dated)"
    r"|(?:bericht|schreiben|beschluss|bescheid|verordnung|satzung|urteil|richtlinie|erlass)(?:e?s|en)?\b[^.;:,]{0,50}?\bvom"
    r"|(?:доклад|письм|указ|постановлени|решени|приказ|распоряжени)\w*[^.;:,]{0,50}?\sот)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# "Issue 12, January 2027"
_ISSUE_BEFORE = re.compile(
    r"^\W*(?:issue|volume|vol\.|newsletter|ausgabe|heft|nr\.|no\.|выпуск|número|№)[^\w\n]*(?:[0-9]+(?:/[0-9]+)?)?[^\w\n]*\Z",
    re.IGNORECASE | re.MULTILINE,
)
# "closed since summer 2021"
_SINCE = re.compile(r"\b(?:since|seit|منذ)\s+(?:the\s+|dem\s+|der\s+)?$", re.IGNORECASE)


# "open daily except on 24 December", and not "closed except on"
_EXCEPT_BEFORE = re.compile(
    r"(?:\b(?:except(?:ing)?(?:\s+for)?|excluding|apart\s+from|other\s+than|with\s+the\s+exception\s+of|(?:daily|(?:every|each|all)\s+(?:\w+\s+)?(?:days?|week|\w+day))"
    r"(?:\s+\w+){0,2}\s+but|außer|ausgenommen|mit\s+ausnahme|кроме|за\s+исключением|excepto|salvo|باستثناء|ما\s+عدا)"
    r"(?:\s+(?:on|in|for|of|am|an|im|vom|von|de[nmrsl]?|the|el|los|días?|يوم|\w+day|\w+tag),?)*|除(?:了|去)?)\s*$",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:closed|shut|no|not|never|cancelled|nothing|nicht|keine?|geschlossen|nie|закрыт\w*|не|нет|cerrad[oa]s?|no|nunca|لا)\b|关闭|闭馆|停止|[不无没]",
    re.IGNORECASE,
)
_BETWEEN_EXCEPTIONS = re.compile(
    r"[\s,、،]*(?:\b(?:and|or|und|oder|y|o|и|или)\b|[和及与或و])?\s*(?:\b(?:on|am|el)\b\s*)?", re.IGNORECASE
)
_MAX_EXCEPTIONS = 4


def _is_excepted(text: str, mention: Mention, mentions: list[Mention]) -> bool:
    """Tells whether something goes on but for a date, or for a list of dates with it: "daily except on 24 and 31 December"."""
    start = mention.start
    for _ in range(_MAX_EXCEPTIONS):
        before = text[max(0, start - _NEAR) : start]
        if match := _EXCEPT_BEFORE.search(before):
            return not _NEGATED.search(re.split(r"[.;。；]\s", before[: match.start()])[-1])
        beside = max((other for other in mentions if other.end <= start), key=lambda other: other.end, default=None)
        if beside is None or not _BETWEEN_EXCEPTIONS.fullmatch(text, beside.end, start):
            return False
        start = beside.start
    return False


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


def _is_reported_on(text: str, mention: Mention, mentions: list[Mention], published: date | None) -> bool:
    """Tells whether a month, quarter or year is that of figures, say, and not when something happens.

    Its sentence has the day on which they come, or beside a longer period the month, or the period is over.
    """
    known = _when(mention)
    last = None if known.is_day_known or known.limit else known.latest
    if last is None:
        return False
    is_over = published is not None and last < published
    later = [other for other in mentions if _is_finer(other, mention) and (_when(other).first_day or last) > last]
    preposition = _PREPOSITION.match(mention.text)  # of "for 2025"
    start = mention.start + (preposition.end() if preposition else 0)
    before, behind = text[max(0, start - _NEAR) : start], text[mention.end : mention.end + _NEAR]
    if not _IN_WHICH.search(before):
        # "May 2027: 1 June", and not "Notification: May 2027; camera-ready: 1 June"
        is_label = not before.rstrip().endswith((":", "："))
        is_label = is_label and any(_IS_LABEL.search(text[mention.end : other.start]) for other in later)
        is_cell = before.rstrip().endswith("|") and behind.lstrip().startswith("|")
        if later and (is_label or is_cell or _IN_REMARK.search(before)):
            return True
        if _FOR_WHICH.search(before):
            is_inferred = re.search("[0-9]{4}", mention.text) is None and len(mentions) > 1  # of May, said in June
            return bool(later) or is_over or is_inferred
        if _OF_WHICH.search(before) and later:
            return is_over or not _MONTH.match(mention.reading.when)
    is_figure = _SHARE_BEFORE.search(before) or _SHARE_BEHIND.match(behind)
    is_told = is_over or re.fullmatch("[0-9]{4}", mention.reading.when)  # "and is seen at 1.9% in 2028"
    return bool(is_figure and is_told) and not any(_DAY.match(other.reading.when) for other in mentions)


def _is_finer(mention: Mention, other: Mention) -> bool:
    """Tells whether a date is a day beside a period, or a month beside a longer one."""
    if _DAY.match(mention.reading.when):
        return True
    return _MONTH.match(mention.reading.when) is not None and not _MONTH.match(other.reading.when)


def _is_day_within(text: str, mention: Mention, other: Mention) -> bool:
    """Tells whether *mention* is a day in the month *other*, and of the same clause."""
    between = text[min(mention.end, other.end) : max(mention.start, other.start)]
    day, period = _DAY.match(mention.reading.when), _MONTH.fullmatch(other.reading.when)
    if day is None or period is None or re.search("[;；]", between):
        return False
    first, last = _when(other).earliest, _when(other).latest
    return first is not None and last is not None and f"{first}" <= day[0] <= f"{last}"


def _when(mention: Mention) -> when.When:
    return when.parse(mention.reading.when, ZoneInfo("UTC"))


def explain_no_event(
    text: str, mention: Mention, mentions: list[Mention], edges: tuple[int, int], published: date | None
) -> str:
    """Says why nothing happens on a date that the text names; "" where something may.

    *mentions* are the dates of its sentence, *edges* those of `find_edges`.
    """
    if _is_written_on(text, mention, edges, published):
        return _WRITTEN_THEN
    before = text[max(0, mention.start - _NEAR) : mention.start]
    if published and mention.reading.when[:10] <= f"{published}" and _DOCUMENT_BEFORE.search(before):
        return "the date of a document"
    before = before[-40:]
    if _STATED_ON.search(before) and not (published and mention.reading.when[:10] > f"{published}"):
        return _WRITTEN_THEN
    if _NUMBER_BEFORE.search(before) and re.fullmatch("[0-9./-]+", mention.text):
        return "a version, or another number that looks like a date"
    if _is_excepted(text, mention, mentions):
        return "the text excepts it from what goes on"
    if _SINCE.search(before):
        return "something has gone on since then"
    if _ENDED_PERIOD.search(before):
        return _REPORTED_ON
    if _DAY.match(mention.reading.when):  # "tomorrow’s hearing" is then
        return ""
    return _explain_no_period(text, mention, mentions, before, published)


def _explain_no_period(
    text: str, mention: Mention, mentions: list[Mention], before: str, published: date | None
) -> str:
    """Says why nothing happens in a month, quarter or year that the text names behind the words *before*; "" where something may."""
    if _ISSUE_BEFORE.search(before):
        return "the issue that the text is"
    if text[mention.end : mention.end + 2] in ("’s", "'s"):
        return "the text names the period that something is of, and not when it happens"
    if _FISCAL_BEFORE.search(before) or _FISCAL_BEHIND.match(text, mention.end):
        return "a fiscal year, which need not begin in January"
    if _is_reported_on(text, mention, mentions, published):
        return _REPORTED_ON
    known = mention.reading.when
    if re.fullmatch("[0-9]{4}", known) and any(
        _DAY.search(other.reading.when) or known in other.reading.reason for other in mentions
    ):
        return "a year in a sentence that names a day"
    if any(_is_day_within(text, other, mention) for other in mentions):
        return "the text names the day, too"
    return ""
