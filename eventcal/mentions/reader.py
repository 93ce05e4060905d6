"""Reads the dates in each sentence of a text, in the language of the sentence."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from .. import when
from . import dates
from .clauses import Clauses
from .grammar import DATE_END, DATE_START, Heading, Language, Mention, Pattern, Reading, Scope, Sentence, Tense
from .languages import LANGUAGES, other_languages
from .said_years import cells_of, find_close_year, find_columns, find_label, find_season, is_listed
from .sentences import MAX_HEADING, MAX_SENTENCE, split_sentences


def read_mentions(text: str, published: date | None) -> list[tuple[Sentence, list[Mention]]]:
    """Returns every sentence of *text* with its dates, each read in the language of its own letters.

    One that mixes scripts, as names do, is of the first language with dates in it.
    """
    heading, rows = _find_heading(text), find_columns(text)
    sections = _find_sections(text, published, heading)
    result = []
    for sentence in split_sentences(text):
        start = sentence.end - len(sentence.text.lstrip())
        row = text.rfind("\n", 0, start) + 1
        shift, columns = len(cells_of(text[row:start])) - 1, rows.get(row)
        own = {at - shift: column for at, column in (columns or {}).items()}
        above = _section_of(start, sections, heading)
        read, mentions = _read_sentence(sentence, _Context(published, above, own))
        is_names = columns is not None and not columns
        result.append((read, [replace(item, reading=_IS_COLUMN) if is_names else item for item in mentions]))
    return _without_heading(result, text, heading)


_UTC = ZoneInfo("UTC")
_IS_HEADING = Reading(reason="a heading: the days of its year stand below")
_PART_OF_YEAR = re.compile(r"(?!by |from )(?:[a-z]+ )*([0-9]{4})(?:-[HQW][0-9]+|-[0-9]{2})?")
_IS_COLUMN = Reading(reason="the name of a column")


def _without_heading(
    read: list[tuple[Sentence, list[Mention]]], text: str, heading: Heading | None
) -> list[tuple[Sentence, list[Mention]]]:
    """Returns *read* without the date of the *heading*, or of a short first line, that is the year, or a part of it, of days below."""
    line = heading.text if heading else text.lstrip().partition("\n")[0].strip()
    end = text.index(line) + len(line) if len(line) <= MAX_HEADING else 0
    days = [
        item.reading.when for _, items in read for item in items if item.start >= end and _is_day(item.reading.when)
    ]

    def without(item: Mention) -> Mention:
        year = _PART_OF_YEAR.fullmatch(item.reading.when) if item.end <= end else None
        is_of_days = year is not None and len({day for day in days if day.startswith(f"{year[1]}-")}) > 1
        return replace(item, reading=_IS_HEADING) if is_of_days else item

    return [(sentence, [*map(without, items)]) for sentence, items in read]


_HEADING_LINES = 6
_BARE_YEAR = re.compile(r"(?<![\d./-])(?:19|20|21)[0-9]{2}(?![\d./-])")
_TITLE_BEFORE_DAY = re.compile(r"(?:[^,.;:!?0-9]{3,50}\s)?[-–—|]?")  # "Third Sunday of Lent – 28 February 2027"
_NAMES_YEAR = re.compile(r"[^.,;:!?0-9]{3,60}\b(?:19|20|21)[0-9]{2}|(?:19|20|21)[0-9]{2}\s+[^\W\d_][^.,;:!?0-9]{2,60}")


def _find_heading(text: str) -> Heading | None:
    """Returns the line, among the first ones of several, that says the year: the first by a date or a year, another by a date alone or a year beside a name."""
    lines = [line.strip() for line in text[:MAX_SENTENCE].splitlines() if line.strip()]
    for number, line in enumerate(lines[:_HEADING_LINES] if len(lines) > 1 else []):
        if len(line) > MAX_HEADING:
            continue
        sentences = [_read_sentence(sentence, _Context()) for sentence in split_sentences(line)]
        days = [item for _, items in sentences for item in items if re.match("[0-9]{4}-W?[0-9]{2}", item.reading.when)]
        years = {int(year) for year in _BARE_YEAR.findall(line)}
        if days and (number == 0 or _TITLE_BEFORE_DAY.fullmatch(line.replace(days[0].text, "", 1).strip(" ,.:"))):
            day = when.parse(days[0].reading.when, _UTC).earliest
            return Heading(line, day.year, day) if day else None
        if len(years) == 1 and (number == 0 or _NAMES_YEAR.fullmatch(line)):
            return Heading(line, years.pop())
    return next(filter(None, map(find_season, lines[:_HEADING_LINES])), None) if len(lines) > 1 else None


_SECTION = re.compile(r"^(?=.{4,60}$)[ \t#*]*[^\W\d_][^.,;:!?\n]*$", re.MULTILINE)


def _find_sections(text: str, published: date | None, heading: Heading | None) -> list[tuple[int, Heading | None]]:
    """Returns where the sections of a text begin, with the heading of each: "Spring semester 2028", "Financial calendar 2027".

    That is a short line below a blank one or at the beginning, and above other lines. For one without a year stands the *heading* of
    the text; if others name two years, its season or None. A single year says little where no day of publication is known.
    """
    sections: list[tuple[int, Heading | None]] = []
    first = len(text) - len(text.lstrip())
    for match in _SECTION.finditer(text):
        start, end = match.span()
        is_below_blank = start <= first or text[start - 2 : start] == "\n\n"
        if not is_below_blank or not text[end + 1 : end + 2].strip():
            continue
        line = match[0].strip(" \t#*")
        years = set(_BARE_YEAR.findall(line))
        is_named = len(years) == 1 and _NAMES_YEAR.fullmatch(line) is not None
        sections.append((start, Heading(line, int(years.pop())) if is_named else find_season(line)))
    season = next((own for _, own in sections if own and own.last_year), None)
    years_named = {own.year for _, own in sections if own and not own.last_year}
    if len(years_named) > 1:
        return [(start, own or season) for start, own in sections]
    return [(start, own or heading) for start, own in sections] if years_named and published else []


def _section_of(start: int, sections: list[tuple[int, Heading | None]], heading: Heading | None) -> Heading | None:
    """Returns the heading of the section that a sentence at *start* is in, that of the text above the first one."""
    number = bisect(sections, start, key=lambda section: section[0])
    return sections[number - 1][1] if number else heading


def _is_day(known: str) -> bool:
    return re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", known) is not None


@dataclass(frozen=True, slots=True)
class _Context:
    """The day of publication of a text, its heading, and the cells of a sentence that stand below a year, by their numbers."""

    published: date | None = None
    heading: Heading | None = None
    columns: Mapping[int, Heading] = field(default_factory=dict)


def _read_sentence(sentence: Sentence, context: _Context) -> tuple[Sentence, list[Mention]]:
    for tag in (sentence.language, *other_languages(sentence.text, sentence.language)):
        sentence_in_other = replace(sentence, language=tag)
        if mentions := _find_mentions(sentence_in_other, context):
            return sentence_in_other, mentions
    return sentence, []


def _find_mentions(sentence: Sentence, context: _Context) -> list[Mention]:
    """Returns the dates of one sentence, in order."""
    language = LANGUAGES[sentence.language]
    former = language.replaced.search(sentence.text)
    text, mentions = sentence.text, []
    if former:  # a date that does not hold any more: blank, so that places in the text stay
        start, end = former.span("old")
        text = text[:start] + " " * (end - start) + text[end:]
        mentions = _match_patterns(sentence, text, context)
        behind = [item.start - sentence.start for item in mentions if item.start - sentence.start >= former.end()]
        if not behind or text[former.end() : min(behind)].strip():  # "from 3 March to a later date"
            former, text = None, sentence.text
    if former is None:
        mentions = _match_patterns(sentence, text, context)
    mentions.sort(key=lambda mention: (mention.start, mention.reading.when))
    mentions = _in_order_of_list(mentions, sentence)
    ends = {sentence.start + match.end() for match in language.former.finditer(text)}
    if len(mentions) == 1 and language.called_off.search(text):
        ends = set()  # "originally planned for 4 July, it was cancelled": no other date replaces that one
    mentions = [_without_date(item, _FORMER) if _begins_at(item, ends) else item for item in mentions]
    if former:
        return [_after_former(mention, sentence, former) for mention in mentions]
    put_off = _are_put_off(sentence, language)
    return [
        _without_date(item, _PUT_OFF) if _is_put_off(item, sentence, put_off, language) else item for item in mentions
    ]


def _match_patterns(sentence: Sentence, text: str, context: _Context) -> list[Mention]:
    """Returns the dates that the patterns of a language find in *text*, that of *sentence* without a former date."""
    language, published = LANGUAGES[sentence.language], context.published
    if not (matches := _find_matches(text, language)):
        return []
    clauses = Clauses(text, language)
    label = find_label(text, [match for _, match in matches])
    mentions: list[Mention] = []
    earlier: Mention | None = None  # a day or month ahead whose year is said
    for pattern, match in matches:
        start, end = match.span()
        scope = Scope(published, clauses.tense_of(start, end), text, context.heading)
        said = context.columns.get(text.count("|", 0, start)) if context.columns else None
        said = find_close_year(text, start, end) or said or (label if label and start >= len(label.text) else None)
        scope = replace(scope, heading=said or _heading_of(scope, start))
        is_close = scope.heading is not None and scope.heading.is_close
        is_past, is_conditional = scope.tense is Tense.PAST, clauses.is_conditional(start, end)
        is_beside = earlier is not None and start + sentence.start - mentions[-1].end <= _NEAR
        readings = pattern.read(match, scope)
        for reading in readings if isinstance(readings, list) else [readings]:
            is_said = is_close or not dates.is_inferred(reading)
            if earlier and is_beside and not (is_close or is_past):
                reading = dates.in_year_of(reading, earlier.reading, earlier.text)
            if is_conditional and not is_past:
                reading = dates.doubtful(reading)
            mentions.append(_mention(reading, start, end, sentence, scope, language))
            if not is_beside:
                is_dated = re.match("[0-9]{4}-[0-9]{2}(?!/)[^?]*$", reading.when) is not None
                is_ahead = is_dated and reading.when[:10] > f"{published}"
                earlier = mentions[-1] if published and is_said and is_ahead else None
    return mentions


def _heading_of(scope: Scope, start: int) -> Heading | None:
    """Returns the heading of a date at *start* of its sentence, which holds for one that begins it: an item below "2027 Meetings"."""
    heading, published = scope.heading, scope.published
    if scope.sentence[:start].strip() or scope.tense is not Tense.OPEN or heading is None or published is None:
        return heading
    is_near = published.year <= heading.year <= published.year + 1
    return replace(heading, is_close=is_near and not (heading.day or heading.last_year))


def _find_matches(text: str, language: Language) -> list[tuple[Pattern, re.Match[str]]]:
    """Returns what the patterns of *language* find in *text*, in its order, each place by the first pattern that fits."""
    is_taken = bytearray(len(text))
    matches: list[tuple[Pattern, re.Match[str]]] = []
    for pattern in language.patterns:
        for match in pattern.words.finditer(text):
            start, end = match.span()
            if not any(is_taken[start:end]):
                is_taken[start:end] = b"\1" * (end - start)
                matches.append((pattern, match))
    return sorted(matches, key=lambda item: item[1].start())


def _in_order_of_list(mentions: list[Mention], sentence: Sentence) -> list[Mention]:
    """Returns *mentions*, those of a list with one year at its end in the year before that where they would come after the next one."""
    result = mentions[-1:]
    for mention in reversed(mentions[:-1]):
        known, following = mention.reading, result[-1].reading.when
        is_of_list = dates.is_inferred(known) and is_listed(sentence.text, mention.end - sentence.start)
        if is_of_list and _is_day(known.when) and known.when > following[:10] > "":
            mention = replace(mention, reading=replace(known, when=f"{int(known.when[:4]) - 1}{known.when[4:]}"))
        result.append(mention)
    return result[::-1]


_NEAR = 60
"""Characters between two dates of which the second may be of the year of the first."""


def _without_date(mention: Mention, reading: Reading) -> Mention:
    return replace(mention, reading=replace(reading, former=mention.reading.when or mention.reading.former))


_FORMER = Reading(reason="a former date: the text says that another one replaced it")
_PUT_OFF = Reading(reason="the text says that something is moved, and this is not its new date")
_OTHER_CLAUSE = re.compile(r";|；|,?\s(?:but|while|whereas)\s|,\s(?:но|однако)\s")


def _are_put_off(sentence: Sentence, language: Language) -> list[range]:
    """Returns the clauses of *sentence* that say that something is put off."""
    starts = [0, *(match.end() for match in _OTHER_CLAUSE.finditer(sentence.text)), len(sentence.text)]
    return [range(*span) for span in pairwise(starts) if language.put_off.search(sentence.text, *span)]


def _is_put_off(mention: Mention, sentence: Sentence, clauses: list[range], language: Language) -> bool:
    """Tells whether *mention* is in one of the *clauses* that put something off, and not its new date."""
    start = mention.start - sentence.start
    clause = next((clause for clause in clauses if start in clause), None)
    return (
        clause is not None
        and mention.reading.when != ""
        and not language.new_date.search(sentence.text, clause.start, start)
    )


def _begins_at(mention: Mention, places: Collection[int]) -> bool:
    """Tells whether *mention* begins at one of *places*, or does so behind its article."""
    article = re.match(r"(?:(?:de[nm]|[Ff]or|[Ii]n|[Uu]ntil)\s+)?", mention.text)
    return not {mention.start, mention.start + (article.end() if article else 0)}.isdisjoint(places)


def _after_former(mention: Mention, sentence: Sentence, former: re.Match[str]) -> Mention:
    """Returns *mention* with the words before it, "moved from 3 March to", when it is the date that replaces a former one."""
    between = sentence.text[former.end() : max(0, mention.start - sentence.start)]
    if mention.start - sentence.start < former.end() or between.strip() or not mention.reading.when:
        return mention
    note = f"the text gives a former date: {' '.join(former['old'].split())}"
    reading = replace(mention.reading, note="; ".join(filter(None, (mention.reading.note, note))))
    return replace(mention, start=sentence.start + former.start(), reading=reading)


def _mention(reading: Reading, start: int, end: int, sentence: Sentence, scope: Scope, language: Language) -> Mention:
    """Returns the date from *start* to *end* of a sentence, with the words around it that make a limit of it: "no later than"."""
    text = scope.sentence
    before, behind = text[max(0, start - _BEFORE) : start], text[end : end + _BEHIND]
    if _LATE_PART_BEFORE.search(before):
        reading = dates.with_clear_hour(reading)
    if _DOUBT_BEFORE.search(before) or (
        (doubt := _DOUBT_BEHIND.match(behind)) and (_is_day(reading.when) or doubt[0].strip() in "?？")
    ):
        reading = dates.doubtful(reading, text[start:end].lower().startswith("between"))
    if reading.when and scope.tense is not Tense.PAST:
        marked = f"{before}{DATE_START}{text[start:end]}{DATE_END}{behind}"
        for pattern, limit in language.limits:
            if match := pattern.search(marked):
                is_deadline = " " in reading.when and dates.is_deadline(marked)
                reading = dates.with_limit(reading, limit, is_deadline)
                at = match.start("words" if "words" in pattern.groupindex else 0)  # of the limit alone
                begin = start - len(before)
                start, end = min(start, begin + at), max(end, begin + match.end() - len(DATE_START + DATE_END))
                break
    return Mention(sentence.start + start, sentence.start + end, text[start:end], reading)


_BEFORE, _BEHIND = 140, 80
"""Characters beside a date that may say more of it."""
_LATE_PART_BEFORE = re.compile(
    r"\b(?:(?:afternoon|evening|night)(?:\s+of|,)?|вечером|(?:nachmittag|abend)s?(?:\s+des)?|(?:tarde|noche)\s+del?)\s+$",
    re.IGNORECASE,
)
_DOUBT_BEFORE = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|provisionally|tentatively|возможно|вероятно|предположительно|vielleicht|möglicherweise|voraussichtlich"
    r"|wahrscheinlich|quizás?|posiblemente|probablemente|provisionalmente|ربما)\s+(?:(?:on|in|в|am|im|ab|el|en|في)\s+)?$"
    r"|(?:可能|或许|也许|暂定)(?:在|于)?$",
    re.IGNORECASE,
)
_DOUBT_BEHIND = re.compile(
    r"\s*[?？]|\s*(?:[-,(–—]\s*)?(?:(?:(?:exact )?dates? )?(?:tbc|t\.b\.c|to be (?:confirmed|fixed|set|decided))|unconfirmed|provisional(?:ly)?|tentative(?:ly)?|предварительно|уточняется|unbestätigt|vorläufig|noch offen|por confirmar|sin confirmar)\b|（?(?:待定|暂定)",
    re.IGNORECASE,
)
