"""Reads the dates in each sentence of a text, in the language of the sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from . import dates
from .grammar import DATE_END, DATE_START, Heading, Language, Mention, Reading, Scope, Sentence, Tense
from .languages import LANGUAGES, SCRIPTS
from .said_years import cells_of, find_close_year, find_columns, find_label, find_season, is_listed
from .sentences import MAX_HEADING, MAX_SENTENCE, split_sentences


def read_mentions(text: str, published: date | None) -> list[tuple[Sentence, list[Mention]]]:
    """Returns every sentence of *text* with its dates, each read in the language of its own letters.

    One that mixes scripts, as names do, is of the first language with dates in it.
    """
    heading, rows = _find_heading(text), find_columns(text)
    result = []
    for sentence in split_sentences(text):
        start = sentence.end - len(sentence.text.lstrip())
        row = text.rfind("\n", 0, start) + 1
        shift, columns = len(cells_of(text[row:start])) - 1, rows.get(row)
        own = {at - shift: column for at, column in (columns or {}).items()}
        read, mentions = _read_sentence(sentence, published, heading, own)
        is_names = columns is not None and not columns
        result.append((read, [replace(item, reading=_IS_COLUMN) if is_names else item for item in mentions]))
    return _without_heading(result, text, heading)


_IS_HEADING = Reading(reason="a heading: the days of its year stand below")
_PART_OF_YEAR = re.compile(r"(?!by |from )(?:[a-z]+ )*([0-9]{4})(?:-[HQW][0-9]+)?")
_IS_COLUMN = Reading(reason="the name of a column")


def _without_heading(
    read: list[tuple[Sentence, list[Mention]]], text: str, heading: Heading | None
) -> list[tuple[Sentence, list[Mention]]]:
    """Returns *read* without the date of the *heading*, or of a short first line, that is the year, or a part of it, of days below."""
    first = text.lstrip().partition("\n")[0].strip()
    if heading and heading.day:
        return read
    line = heading.text if heading else first
    if not line or len(line) > MAX_HEADING:
        return read
    end = text.index(line) + len(line)
    below = {
        item.reading.when for _, items in read for item in items if item.start >= end and _is_day(item.reading.when)
    }

    def without(item: Mention) -> Mention:
        year = _PART_OF_YEAR.fullmatch(item.reading.when) if item.end <= end else None
        is_of_days = year is not None and sum(day.startswith(f"{year[1]}-") for day in below) > 1
        return replace(item, reading=_IS_HEADING) if is_of_days else item

    return [(sentence, [*map(without, items)]) for sentence, items in read]


_HEADING_LINES = 6
_BARE_YEAR = re.compile(r"(?<![\d./-])(?:19|20|21)[0-9]{2}(?![\d./-])")
_NAMES_YEAR = re.compile(r"[^.,;:!?0-9]{3,60}\b(?:19|20|21)[0-9]{2}|(?:19|20|21)[0-9]{2}\s+[^\W\d_][^.,;:!?0-9]{2,60}")


def _find_heading(text: str) -> Heading | None:
    """Returns the line, among the first ones of several, that says the year: the first by a date or a year, another by a date alone or a year beside a name."""
    lines = [line.strip() for line in text[:MAX_SENTENCE].splitlines() if line.strip()]
    for number, line in enumerate(lines[:_HEADING_LINES] if len(lines) > 1 else []):
        if len(line) > MAX_HEADING:
            continue
        sentences = [_read_sentence(sentence, None, None, {}) for sentence in split_sentences(line)]
        days = [item for _, items in sentences for item in items if _is_day(item.reading.when)]
        years = {int(year) for year in _BARE_YEAR.findall(line)}
        if days and (number == 0 or not line.replace(days[0].text, "").strip(" ,.:–—-")):
            day = date.fromisoformat(days[0].reading.when[:10])
            return Heading(line, day.year, day)
        if len(years) == 1 and (number == 0 or _NAMES_YEAR.fullmatch(line)):
            return Heading(line, years.pop())
    return next(filter(None, map(find_season, lines[:_HEADING_LINES])), None) if len(lines) > 1 else None


def _is_day(known: str) -> bool:
    return re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", known) is not None


def _read_sentence(
    sentence: Sentence, published: date | None, heading: Heading | None, columns: Mapping[int, Heading]
) -> tuple[Sentence, list[Mention]]:
    mentions = _find_mentions(sentence, LANGUAGES[sentence.language], published, heading, columns)
    for tag, script in SCRIPTS.items():
        is_other = script is not SCRIPTS[sentence.language] or "en" in (tag, sentence.language)
        if not mentions and tag != sentence.language and is_other and script.search(sentence.text):
            sentence_in_other = replace(sentence, language=tag)
            if mentions := _find_mentions(sentence_in_other, LANGUAGES[tag], published, heading, columns):
                return sentence_in_other, mentions
    return sentence, mentions


def _find_mentions(
    sentence: Sentence,
    language: Language,
    published: date | None,
    heading: Heading | None,
    columns: Mapping[int, Heading],
) -> list[Mention]:
    """Returns the dates of one sentence, in order. *columns* are its cells that stand below a year, by their numbers."""
    text, former = sentence.text, language.replaced.search(sentence.text)
    if former:  # a date that does not hold any more: blank, so that places in the text stay
        start, end = former.span("old")
        text = text[:start] + " " * (end - start) + text[end:]
    mentions = _match_patterns(sentence, text, language, published, heading, columns)
    mentions.sort(key=lambda mention: (mention.start, mention.reading.when))
    mentions = _in_year_of_earlier(_in_order_of_list(mentions, sentence), published)
    ends = {sentence.start + match.end() for match in language.former.finditer(text)}
    if len(mentions) == 1 and language.called_off.search(text):
        ends = set()  # "originally planned for 4 July, it was cancelled": no other date replaces that one
    mentions = [_without_date(item, _FORMER) if _begins_at(item, ends) else item for item in mentions]
    if former:
        return [_after_former(mention, sentence, former) for mention in mentions]
    return [_without_date(item, _PUT_OFF) if _is_put_off(item, sentence, language) else item for item in mentions]


def _match_patterns(
    sentence: Sentence,
    text: str,
    language: Language,
    published: date | None,
    heading: Heading | None,
    columns: Mapping[int, Heading],
) -> list[Mention]:
    """Returns the dates that the patterns of *language* find in *text*, that of *sentence* without a former date."""
    of_sentence, tenses = language.tense(text), language.tenses(text)
    label = _find_label(sentence, language, published)
    taken: list[tuple[int, int]] = []
    mentions: list[Mention] = []
    for pattern in language.patterns:
        for match in pattern.words.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            said = [tense for tense in (tenses[start], tenses[end - 1]) if tense is not Tense.OPEN]
            of_others = Tense.EITHER if of_sentence is Tense.AHEAD else of_sentence
            scope = Scope(published, said[0] if said else of_others, text, heading)
            column = columns.get(text.count("|", 0, start)) or (label if label and start >= len(label.text) else None)
            scope = replace(scope, heading=column or find_close_year(text, start, end, scope) or heading)
            readings = pattern.read(match, scope)
            if readings is None:
                continue
            taken.append((start, end))
            for reading in readings if isinstance(readings, list) else [readings]:
                mentions.append(_mention(reading, *match.span(), sentence, scope, language))
    return mentions


def _find_label(sentence: Sentence, language: Language, published: date | None) -> Heading | None:
    """Returns the label of a sentence that says the year of its dates: that of publication or one beside it, and no month, which may be that of writing.

    It is close to a list: of one date it may say what it is for, "Budget 2027: the vote is on 15 December".
    """
    label = find_label(sentence.text)
    if label is None or (published and abs(label.year - published.year) > 1):
        return None
    inside = _find_mentions(replace(sentence, text=label.text[:-1]), language, published, None, {})
    if not all(re.fullmatch("[0-9]{4}", item.reading.when) for item in inside):
        return None
    rest = re.sub("[:：]", ";", sentence.text[len(label.text) :])  # without labels of its own
    behind = _find_mentions(replace(sentence, text=rest), language, published, None, {})
    return label if len(behind) > 1 else replace(label, is_close=False, is_of_one=True)


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


def _in_year_of_earlier(mentions: list[Mention], published: date | None) -> list[Mention]:
    """Returns *mentions* in order, those without a year in that of a day that has one, is ahead, and stands a little before them."""
    earlier: Mention | None = None
    result: list[Mention] = []
    for mention in mentions:
        known = mention.reading
        if earlier and mention.start - result[-1].end <= _NEAR:
            known = dates.in_year_of(known, earlier.reading, earlier.text)
        elif published and _is_day(known.when) and known.when[:10] > f"{published}":
            earlier = None if "?" in known.when or dates.is_inferred(known) else mention
        else:
            earlier = None
        result.append(replace(mention, reading=known))
    return result


def _without_date(mention: Mention, reading: Reading) -> Mention:
    return replace(mention, reading=replace(reading, former=mention.reading.when or mention.reading.former))


_FORMER = Reading(reason="a former date: the text says that another one replaced it")
_PUT_OFF = Reading(reason="the text says that something is moved, and this is not its new date")
_OTHER_CLAUSE = re.compile(r";|；|,?\s(?:but|while|whereas)\s|,\s(?:но|однако)\s")


def _is_put_off(mention: Mention, sentence: Sentence, language: Language) -> bool:
    """Tells whether the clause of *mention* says that something is put off, and not to this date."""
    if not mention.reading.when:
        return False
    start, end = mention.start - sentence.start, mention.end - sentence.start
    breaks = [match.end() for match in _OTHER_CLAUSE.finditer(sentence.text)]
    begin = max([0, *(place for place in breaks if place <= start)])
    finish = min([len(sentence.text), *(place for place in breaks if place >= end)])
    is_off = language.put_off.search(sentence.text, begin, finish) is not None
    return is_off and not language.new_date.search(sentence.text, begin, start)


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
    return replace(mention, start=sentence.start + former.start(), reading=replace(mention.reading, note=note))


def _mention(reading: Reading, start: int, end: int, sentence: Sentence, scope: Scope, language: Language) -> Mention:
    """Returns the date from *start* to *end* of a sentence, with the words around it that make a limit of it: "no later than"."""
    text = scope.sentence
    if _LATE_PART_BEFORE.search(text[:start]):
        reading = dates.with_clear_hour(reading)
    if reading.when and scope.tense is not Tense.PAST:
        marked = f"{text[:start]}{DATE_START}{text[start:end]}{DATE_END}{text[end:]}"
        for pattern, limit in language.limits:
            if match := pattern.search(marked):
                reading = dates.with_limit(reading, limit)
                words = "words" if "words" in pattern.groupindex else 0  # of the limit alone
                start, end = min(start, match.start(words)), max(end, match.end() - len(DATE_START + DATE_END))
                break
    if reading.when and not reading.when.endswith("?") and _is_doubtful(text[:start], text[end:], reading.when):
        is_between = text[start:end].lower().startswith("between") and "/" in reading.when
        reading = replace(reading, when=reading.when.replace("/", "..") if is_between else f"{reading.when}?")
    return Mention(sentence.start + start, sentence.start + end, text[start:end], reading)


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


def _is_doubtful(before: str, behind: str, known: str) -> bool:
    """Tells whether the words beside a date make it doubtful: a question mark, "maybe on"; of a period "tbc" says that its day is open."""
    doubt = _DOUBT_BEHIND.match(behind)
    return bool(_DOUBT_BEFORE.search(before) or (doubt and (_is_day(known) or doubt[0].strip() in "?？")))
