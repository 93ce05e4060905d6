"""A date and the words around it become an entry to be reviewed: title, place, quote. What was guessed is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from .. import when
from ..events import Status
from ..importing.statuses import split_title
from ..importing.texts import one_line
from ..mentions import LANGUAGES, Mention, Sentence, dateline, dates, read_mentions
from ..mentions.grammar import Language, Reading
from ..when.zones import zone_of, zone_of_letters
from .drafts import Draft, LeftOut
from .event_nouns import EVENT_NOUNS
from .no_events import explain_no_event, find_edges
from .programmes import repeat_headings

MAX_TITLE = 90
MAX_QUOTE = 400
_BESIDE = 20
"""Dates of its sentence, before and behind a date, that may say more of it."""
# Older than this before the text is its history, unless it names an anniversary.
_HISTORY_YEARS = 1

_EVENT_BEHIND_DATE = ("zh", "de", "es", "ar")
"""Languages in which what happens often stands behind its date."""
# Words that lead to a date and are no part of a title.
_LEADS_TO_DATE = re.compile(
    r"[\s,;:(–—-]*\b(?:(?:is|are|was|were|will|shall|to|be|been|being|has|have|had|take|takes|took|place|scheduled|planned|due|set|slated|expected|held|for|on|in|at|from|by|of|the|between|during|a|an|and|week(?=\s+(?:of|beginning|commencing|starting|ending|from)\b)|early|late|mid|beginning|end|meeting(?=\s+scheduled)|which|that|its|runs?|lasts?|either|maybe|perhaps|possibly|probably|sometime|follows|opens?|begins?|starts?|closes|dated|meant|night(?=\s+of\b)|now|originally|previously|initially|moved|postponed|rescheduled|adjourned)\b[\s,]*)+$"
    r"|[\s,;:(–—-]*(?:\b(?:состоится|состоятся|состоялся|состоялась|состоялись|пройд[её]т|пройдут|прош[её]л|прошла|прошли|запланирован[аоы]?|назначен[аоы]?|намечен[аоы]?|ожида[ею]тся|откроется|начн[её]тся|будет|в|на|с|к|до|и|продлится|работает|принята|создана)\b[\s,]*)+$"
    r"|[\s,;:(–—-]*(?:\b(?:ist|sind|war|wird|werden|wurde|findet|finden|fand|statt|am|im|vom|ab|bis|zum|von|der|dem|den|das|die|beginnt|endet|startet|geplant|für|auf|läuft|und|um|voraussichtlich|spätestens)\b[\s,]*)+$"
    r"|[\s,;:(–—-]*(?:\b(?:es|son|será|serán|fue|se|celebra|celebrará|celebrarán|realizará|tendrá|lugar|tiene|comienza|comenzará|empieza|el|la|los|las|del?|en|al?|para|día|días|entre|desde|hasta|previst[oa]s?|programad[oa]s?|llevará|llevarán|llevan?|cabo|mientras|que|además|asimismo|y|abre|cierra|finaliza)\b[\s,]*)+$"
    r"|[\s,،;:(–—-]*(?:\b(?:في|يوم[يى]?|و?من|إلى|بين|خلال|سيقام|ستقام|يقام|تقام|سيعقد|ستعقد|يعقد|تعقد|سينطلق|ستنطلق|ينطلق|تنطلق|يبدأ|تبدأ|وذلك|موعد)\b[\s،,]*)+$"
    r"|(?:将|已|拟|原定|定于|预计|计划|于|在|从|将于|，|、|\s)+$",
    re.IGNORECASE,
)
_LONGEST_LEAD = 200
_CLAUSE_END = re.compile("[,;\uff0c\uff1b\u3001]")
_NEXT_CLAUSE = re.compile(r"[;,\uff0c\uff1b\u060c\u061b]|\b(?:and|but|und|aber|y|pero|и|а|но)\b")
# What stands before the first words of a title, in a list of dates or behind another clause.
_BEFORE_TITLE = re.compile(
    r"^[\s,;\uff0c]*(?:(?:(?:the )?(?:key|important|main) )?(?:dates|deadlines|timeline|schedule|agenda)\s*:"
    r"|(?:(?:важные|ключевые|основные) )?(?:даты|сроки|программа|расписание)\s*:|(?:重要|关键)?(?:日期|时间|日程)[:：]"
    r"|(?:and|but|while|then|а|и|но|затем|состоится|состоятся|пройд[её]т|пройдут|начн[её]тся|откроется)\s"
    r"|[-–—]\s|的|(?:将|举行|召开|举办|进行)+(?:了)?)+\s*",
    re.IGNORECASE,
)
_UNTITLED = "Untitled event"
_GUESSED_TITLE = "the title is made from the sentence: say it in a few words"
# "June 25 (extended): papers are due"
_REMARK = re.compile(
    r"^\s*\([^()]{3,60}\)\s*(?=[:–—])|^\s*\((?:doors|gates|admission|einlass)\b[^()]{1,30}\)", re.IGNORECASE
)
_MOVED_AT_END = re.compile(r"\s*\((?:re-?scheduled|moved|postponed|verschoben|verlegt|перенес\w+)\)?$", re.IGNORECASE)
_NUMBERING = re.compile("^\\s*[一二三四五六七八九十]+、")
_PREPOSITION = re.compile(r"\s(?:for|of|on|in|at|from|by|to|für|за|на)\s*$")
# Words that are left of a sentence and name nothing.
_NO_TITLE = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|or|and|but|then|und|oder|aber|или|но|затем|it|they|this"
    r"|which|er|sie|es|он|она|оно|они|(?:(?:the|die|der|das)\s+)?(?:next(?:\s+one)?|nächste[nrs]?|следующ\w+)|改",
    re.IGNORECASE,
)
# "The hearing, planned for 3 May, has been moved to 10 May"
_MOVED_TO = re.compile(
    r"[\s,]*(?:(?:has|have|had|was|were|is|are|will|been|be|now|moved|postponed|rescheduled|adjourned|delayed|put back"
    r"|pushed back|brought forward|to|until|for|on|the)\b\s*)+",
    re.IGNORECASE,
)
_HOUR_AT_END = re.compile(r"(?:\s+(?:begins|starts|at))*:?\s*[0-9][\w.:\s]*$")
_POSSESSIVE = re.compile(r"^[’']s\s+")  # of "last year’s"
# "The walk on 8 May is cancelled; the walk on 15 May takes place"
_SAID_OF_DATE_BEFORE = re.compile(
    r"^[\s,)]*(?:(?:is|are|was|were|has|have|had|will|takes?|goes|go|ist|sind|wird|werden|wurden?|findet|finden|fällt|fallen|entfällt|entfallen"
    r"|состо[ия]тся|пройд[её]т|пройдут|отмен[её]н[аоы]?|es|se|será|fue)\b[^;,]*[;,]\s*(?:but\s+|and\s+|und\s+|aber\s+|а\s+|но\s+|и\s+|y\s+|pero\s+)?"
    r"|(?:is|are|was|were|has|have|will|takes?|goes|go)\b[^;,]*?\s(?:and|but|while)\s+(?=(?:the|a|an|that|those|our|its)\s))",
    re.IGNORECASE,
)
# "that of 15 May has been cancelled", "8 May and 15 May are off"
_PRONOUN = re.compile(
    r"\W*(?:(?:that|those|the\s+ones?|die|der|das|jene[rs]?|la|el|los|las|тот|та|те)\s*(?:of|on|am|vom|del?|от)?)?\W*",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"^\s*(?:[.;,!]|$|(?:is|are|was|were|has|have|will|takes?|goes?|ist|sind|wird|werden|wurden?|findet|finden|fällt|fallen|entfällt|entfallen"
    r"|состо[ия]тся|пройд[её]т|пройдут|отмен[её]н[аоы]?|es|se|ser[áa]n?|fue(?:ron)?)\b)",
    re.IGNORECASE,
)
_IN_PARENTHESES = re.compile(r"\s*[(（]([^()（）]{3,60})[)）]")
_BETWEEN_DATES = re.compile(r"[\s,;،、]*(?:and|und|y|e|и|و|和)?\s*")
_ENDS = re.compile(r"\b(?:closes|ends|finishes|concludes|закрывается|закроется|завершится|закончится|заканчивается)\b")
# "DUSHANBE – " before the first sentence of a report.
_DATELINE_CITY = re.compile(r"^\W*[A-ZА-ЯЁ][A-ZА-ЯЁ ,]{2,}\s*[-–—:]\s*")
_ANNIVERSARY = {
    "en": re.compile(
        r"\b(?P<number>[0-9]{1,3})(?:st|nd|rd|th)\s+anniversary(?:\s+of\s+(?:the\s+)?(?P<what>[^,.;()]{3,60}))?",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"(?P<number>[0-9]{1,3})-?(?:[а-я]{0,2})\s*(?:-лети\w+|годовщин\w+)(?:\s+(?P<what>[^,.;()]{3,60}))?",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:[\u4e00-\u9fff]{0,30}(?:今年是|正值|适逢|庆祝|纪念|迎来))?(?P<what>[\u4e00-\u9fff]{2,12})?成立(?P<number>[0-9]{1,3})周年"
    ),
}
_PLACE_AFTER = {
    "en": re.compile(
        r"^\s*(?:,\s*)?(?:in|at)\s+(?P<place>(?:the\s+)?[A-Z][\w.’'-]*(?:(?:\s+|,\s+)(?:of\s+|de\s+)?[A-Z][\w.’'-]*){0,5})"
    ),
    "ru": re.compile(
        r"^\s*(?:,\s*)?(?:во?|на)\s+(?P<place>(?:Доме|Дворце|Центре|Парке|Музее)\s+[а-яё]+"
        r"|[А-ЯЁ][\w-]*(?:\s+(?:[А-ЯЁ][\w-]*|(?:площади|улице|набережной|театре|зале|музее|парке|дворце|соборе|библиотеке)(?!\w))){0,3})"
    ),
    "de": re.compile(
        r"^\s*(?:,\s*)?(?:(?:findet|finden|wird|werden)\s+)?in\s+(?!Kraft\b)(?P<place>[A-ZÄÖÜ][\w.’'-]*(?:\s+[A-ZÄÖÜ][\w.’'-]*){0,2})(?=\s+(?:statt|das|der|die|ein|eine)\b|\s*[.,(]|$)"
    ),
    "es": re.compile(
        r"^\s*(?:,\s*)?(?:se\s+\w+\s+)?en\s+(?P<place>(?:[Ee]l\s+|[Ll]a\s+)?[A-ZÁÉÍÓÚÑ][\w.’'-]*(?:\s+(?:de\s+|del\s+)?[A-ZÁÉÍÓÚÑ][\w.’'-]*){0,3})"
    ),
    "ar": re.compile(r"(?!)(?P<place>)"),
    "zh": re.compile(r"^\s*，?[^，。；在]{0,15}在(?P<place>[\u4e00-\u9fff]{2,12}?)(?=举行|召开|举办|开幕|进行)"),
}
# "15:00 CEST", "at 15:00 in Berlin (CEST)"
_LETTERS = re.compile(r"(?<![\w/])([A-Z]{2,4}T)\b")
_LETTERS_BEHIND = re.compile(r"\s*(?:,\s*)?(?:in|at)\s[^.;()0-9]{2,40}\(([A-Z]{2,4}T)\)")
_CITY = re.compile(r"\b(?:in|at)\s+([A-Z][\w.’'-]+(?:\s[A-Z][\w.’'-]+)?)")
_PLACE_BEFORE = re.compile(r"\bв\s+(?P<place>[А-ЯЁ][\w-]*)\s*$")
_NOT = re.compile(
    r"(?:\b(?:not|never|nicht|keineswegs|no|не|لم|لن|لا)(?:\s+\w+){0,2}|n['’]t(?:\s+\w+)?|[没未不](?:有|会)?)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Proposals:
    """The entries that a text proposes, and its dates that became none. *put_off* are entries for former dates, none of which holds."""

    drafts: tuple[Draft, ...]
    left_out: tuple[LeftOut, ...]
    published: date | None
    put_off: tuple[Draft, ...] = ()


def read_publication(text: str, published: date | None) -> tuple[date | None, list[range]]:
    """Returns the day of publication of *text*, None if it is not known, and where its dateline stands.

    A day that it begins or is signed with is that of its publication, unless *published* says another.
    """
    head = dateline(text, published)
    place = re.split("[,0-9]", text[head[1][0].start :])[0] if head else ""
    if any(re.search(rf"\b(?:{EVENT_NOUNS[tag]})\b", place, re.IGNORECASE) for tag in ("en", "ru")):
        head = None  # "SPRING CONCERT, 12 March 2027 - Town Hall"
    day, places = head or (None, [])
    return published or day, places


def propose(text: str, published: date | None) -> Proposals:
    """Reads the dates of *text*, and what happens on them."""
    text = repeat_headings(text, published)
    published, heads = read_publication(text, published)
    head = heads[0] if heads else range(0)
    drafts: list[Draft] = []
    left_out: list[LeftOut] = []
    put_off: list[Draft] = []
    read = read_mentions(text, published)
    is_label_first, edges = _has_labels_first(read), find_edges(text)
    for number, (sentence, mentions) in enumerate(read, start=1):
        following, later = read[number] if number < len(read) else (None, [])
        if is_label_first and number > 1:
            following, later = read[number - 2]
        language = LANGUAGES[sentence.language]
        subject = ""
        for at, mention in enumerate(mentions):
            beside = mentions[max(0, at - _BESIDE) : at + _BESIDE + 1]
            head_end = head.stop if mention.start >= head.stop else 0
            draft = _draft(text, sentence, beside, mention, language, head_end, subject)
            if draft.title == _UNTITLED and following and not later:  # a date alone, and below it what happens
                draft = replace(draft, title=_title("", following.text, language)[0])
            subject = draft.title
            if any(mention.start in place for place in heads):
                edge = "begins" if 2 * mention.start < len(text) else "ends"
                left_out.append(LeftOut(mention.text, f"the day of publication, which the text {edge} with"))
            elif mention.reading.former:
                left_out.append(LeftOut(mention.text, mention.reading.reason))
                put_off.append(replace(draft, when=mention.reading.former, status="postponed"))
            elif reason := mention.reading.reason or explain_no_event(text, mention, beside, edges, published):
                left_out.append(LeftOut(mention.text, reason))
            else:
                result = _anniversary(draft, sentence, language, published) or _recent(draft, mention, published)
                if isinstance(result, Draft):
                    drafts.append(result)
                else:
                    left_out.append(result)
    return Proposals(
        tuple(dict.fromkeys(drafts)), tuple(dict.fromkeys(left_out)), published, tuple(dict.fromkeys(put_off))
    )


def _without_lead(text: str) -> str:
    """Returns *text* without the words at its end that lead to a date: these are looked for in its last characters alone."""
    return text[:-_LONGEST_LEAD] + _LEADS_TO_DATE.sub("", text[-_LONGEST_LEAD:])


def _has_labels_first(read: list[tuple[Sentence, list[Mention]]]) -> bool:
    """Tells whether each date alone, of several, stands below what happens, as the last one does, and not above it."""
    alone = [
        number
        for number, (sentence, mentions) in enumerate(read)
        if any(mention.text == sentence.text.strip(" \n\t.:*") for mention in mentions)
    ]
    return len(alone) > 1 and alone[-1] == len(read) - 1 and all(number and not read[number - 1][1] for number in alone)


def _draft(
    text: str,
    sentence: Sentence,
    mentions: list[Mention],
    mention: Mention,
    language: Language,
    head_end: int,
    subject: str,
) -> Draft:
    """Returns the entry of one date of a sentence. *subject* is the title of the date before it, "" for the first."""
    begin, finish = _bounds(mention, sentence, mentions, head_end)
    before, after = _own_words(text[begin : mention.start], text[mention.end : finish], begin > sentence.start)
    inside = before.rstrip().endswith("(")
    opening = max(sentence.start, head_end)
    title, guessed = _title(*_words_beside(text, mentions, mention, opening, before, after), language)
    if named := _named_in_parentheses(before, after, is_last=finish == sentence.end):
        title, guessed = named, False
    title, guessed = _with_subject(title, guessed, subject, before, after)
    if title == _UNTITLED:
        title = _named_within(text[mention.start : mention.end], language)
    title, said = split_title(title)
    place = _place(before, after, inside, language)
    reading = _in_local_zone(mention, before, after)
    near = before + (re.split(r"[)）]", after)[0] if inside else after if len(before.split()) < 4 else "")
    # "is cancelled; it moves to": behind another date the first clause is of that one
    own = _NEXT_CLAUSE.split(before.lstrip(" ,"), maxsplit=1)[-1] if begin > sentence.start else before
    behind = _behind_list(text, sentence, mentions, mention) or after
    is_off = said == Status.CANCELLED or _is_called_off(f"{own}…{behind}", language)
    return Draft(
        title=title[:1].upper() + title[1:],
        when=reading.when,
        quote=one_line(_quote(text, begin, mention, finish, sentence)),
        language=language.tag,
        place=place,
        zone=reading.zone,
        status="cancelled" if is_off else "tentative",
        notes=tuple(filter(None, (reading.note, _GUESSED_TITLE if guessed else ""))),
        near=f"{near} {place}",
    )


def _own_words(before: str, after: str, is_behind_date: bool) -> tuple[str, str]:
    """Returns the words *before* and *after* a date without those that are of another, or of no matter."""
    before, after = _POSSESSIVE.sub("", before), _POSSESSIVE.sub("", _REMARK.sub("", after))
    return _IN_PARENTHESES.sub("", _SAID_OF_DATE_BEFORE.sub("", before)) if is_behind_date else before, after


def _with_subject(title: str, guessed: bool, subject: str, before: str, after: str) -> tuple[str, bool]:
    """Returns the title of a date, and whether it is guessed: that of the date before it, *subject*, where its own words name none."""
    is_same = _PRONOUN.fullmatch(before) or _BETWEEN_DATES.fullmatch(before)
    if subject and is_same and _PREDICATE.match(after):
        return subject, guessed and title != _UNTITLED
    if title == _UNTITLED and subject:
        # "Registration opens on 1 April and closes on 30 April"
        end = _ENDS.search(before)
        return f"{subject} {end[0]}" if end else subject, guessed
    return title, guessed


def _named_within(words: str, language: Language) -> str:
    """Returns what the *words* of a date name: "5 May, doors 19:00, concert 20:00", “原定于3月3日举行的会议延期至3月10日”."""
    words = words if language.tag == "zh" else _HOUR_AT_END.sub("", words) if ":" in words else ""
    return _noun_phrase(words, language).capitalize() or _UNTITLED


def _in_local_zone(mention: Mention, before: str, after: str) -> Reading:
    """Returns what a date means, its hour on the clock of a city that is named beside it if its letters, such as CEST, are those of that clock."""
    reading = mention.reading
    behind = _LETTERS_BEHIND.match(after) if " " in reading.when and not reading.zone else None
    letters = behind or _LETTERS.search(mention.text)
    if letters is None or not (behind or reading.zone):
        return reading
    zone = zone_of_letters(letters[1], "") or reading.zone
    homes = (zone_of(f"{city.rstrip('.')} time") for city in _CITY.findall(f"{before} … {after}"))
    home = next((home for home in homes if home and zone_of_letters(letters[1], home) == home), zone)
    return reading if home == reading.zone and not behind else dates.in_zone(reading, home, letters[1])


def _behind_list(text: str, sentence: Sentence, mentions: list[Mention], mention: Mention) -> str:
    """Returns the words behind the last date of the list that a date is in, "8 May and 15 May are off"; "" behind the last one."""
    following = [other for other in mentions if other.start >= mention.end]
    last, count = mention, 0
    for other in following:
        if not _BETWEEN_DATES.fullmatch(text, last.end, other.start):
            break
        last, count = other, count + 1
    end = following[count].start if count < len(following) else sentence.end
    return text[last.end : min(end, last.end + MAX_QUOTE // 2)] if count else ""


def _is_called_off(words: str, language: Language) -> bool:
    """Tells whether *words* say that what happens was called off, and not that it was not."""
    match = language.called_off.search(words)
    return match is not None and not _NOT.search(words[: match.start()])


def _words_beside(
    text: str, mentions: list[Mention], mention: Mention, opening: int, before: str, after: str
) -> tuple[str, str]:
    """Returns the words *before* and *after* a date that a title is made from, in a sentence that begins at *opening*."""
    first = next((other for other in mentions if other.start >= opening), mention)
    lead = text[opening : first.start]
    if mention is not first and not _without_lead(lead).strip():
        return _clause(before, after)
    is_behind_former = any(other.reading.former and other.start == first.start for other in mentions)
    is_moved = mention is not first and (_MOVED_TO.fullmatch(before) or (is_behind_former and ";" not in before))
    return lead if is_moved else before.rstrip().removesuffix("("), after


def _named_in_parentheses(before: str, after: str, is_last: bool) -> str:
    """Returns the title that stands behind a date of a list alone: "Dates: 6 May (reception), 9 June (walk)"; "" for none.

    A label is that of a list if the next date follows at once; "Camera-ready: 6 May (firm)" is none.
    """
    match, label = _IN_PARENTHESES.match(after), _without_lead(before).strip(" ,;،、")[-1:]
    if match is None or re.search("[0-9]", match[1]) or label not in ("", ":"):
        return ""
    if label and (is_last or not _BETWEEN_DATES.fullmatch(after, match.end())):
        return ""
    return match[1][:1].upper() + one_line(match[1])[1:]


def _bounds(mention: Mention, sentence: Sentence, mentions: list[Mention], head_end: int) -> tuple[int, int]:
    """Returns where the words around a date begin and end: at the dates beside it, or where the sentence does."""
    ends = (other.end for other in mentions if other.end <= mention.start)
    starts = (other.start for other in mentions if other.start >= mention.end)
    return max([sentence.start, min(head_end, mention.start), *ends]), min([sentence.end, *starts])


def _clause(before: str, after: str) -> tuple[str, str]:
    """Returns the words of the clause of a date that stands before what happens: "On 5 May the fair opens, on 7 May it ends"."""
    own = _CLAUSE_END.split(_without_lead(after))[0]
    return "" if own.strip(" .") else _CLAUSE_END.split(before)[-1], own


def _title(before: str, after: str, language: Language) -> tuple[str, bool]:
    """Returns the name of what happens, and whether it is only the sentence."""
    before = _DATELINE_CITY.sub("", before) or before  # "AGM – " is all that is said
    before = _PLACE_BEFORE.sub("", before) if language.tag == "ru" else before
    before, after = before.replace("|", " "), next(filter(str.strip, after.split("|")), "")  # cells of a table
    if language.tag == "zh":  # what happens stands behind its date, and a comma ends it
        before, after = _NUMBERING.sub("", re.split("[，；]", before)[-1]), re.split("[，；]", after.lstrip("，"))[0]
        before = before.partition("：")[0] or before
    stripped = _without_lead(before.rstrip(" ,;:–—-"))
    for text in (
        stripped,
        re.split(r"[,;.(（，。]", after.lstrip(" ,،"))[0]
        if len(stripped) < 4 or language.tag in _EVENT_BEHIND_DATE
        else "",
    ):
        named = _noun_phrase(text, language)
        named = named.strip('"') if named.count('"') % 2 else named
        if named:
            return named[:1].upper() + named[1:], False
    words = one_line(_BEFORE_TITLE.sub("", stripped or _PREPOSITION.sub("", after))).strip(' ,.;:()“”"，。!|–—-')
    words = _MOVED_AT_END.sub("", words)
    words += ")" * (words.count("(") - words.count(")"))
    words = "" if _NO_TITLE.fullmatch(words) else words
    short = words if len(words) <= MAX_TITLE else words[-MAX_TITLE:].partition(" ")[2] or words[-MAX_TITLE:]
    return (short[:1].upper() + short[1:]) or _UNTITLED, True


def _noun_phrase(text: str, language: Language) -> str:
    """Returns the last phrase of *text* about a summit, a meeting, ...: from a determiner or a verb before it to its end."""
    nouns = list(
        re.finditer(
            rf"\b(?:{EVENT_NOUNS[language.tag]})\b" if language.tag != "zh" else EVENT_NOUNS["zh"],
            text,
            re.IGNORECASE,
        )
    )
    if not nouns:
        return ""
    noun = nouns[-1]
    if language.tag == "zh":
        start = max(text.rfind(mark, 0, noun.start()) for mark in "，。、；：:“（在的办行开") + 1
        start = (
            text.rfind("“", 0, noun.start()) if "“" in text[: noun.start()] and "”" in text[: noun.start()] else start
        )
        return text[max(start, 0) : noun.end()].strip()
    breaks = list(re.finditer(_PHRASE_BREAK[language.tag], text[: noun.start()], re.IGNORECASE))
    # An adjoining noun belongs to the phrase: "Heads of the States Summit meeting".
    start = breaks[-1].end() if breaks else 0
    phrase = text[start:].strip(" ,;:–—-")
    phrase = re.split(
        r"\s(?:which|that|who|который|которая|которое|(?:намечен|запланирован|назначен)\w+|المقررة?|الذي|التي|statt|abgesagt|wird|werden|wurden?|ein$|que)\b|[;]",
        phrase,
    )[0].strip(" ,(")
    named = one_line(phrase) if len(phrase) <= MAX_TITLE else one_line(text[start : noun.end()])[-MAX_TITLE:]
    return named.strip(" ,;:–—-")


_PHRASE_BREAK = {
    "de": r"(?:[,;(]|:(?![0-9])|\b(?:das|die|der|den|dem|des|ein|eine|einen|einem|einer|zum|zur|im|am|in|und|findet|finden|wird|werden|ist|unser|unsere|unseren|nächste[nrs]?|geplante[nrs]?)\s)",
    "es": r"(?:[,;(]|:(?![0-9])|\b(?:el|la|los|las|un|una|al|se|celebra|celebrará|será|tendrá|su|sus|nuestr[oa]s?|próxim[oa]s?|y)\s)",
    "ar": r"(?:[,،;(]|:(?![0-9])|\b(?:سيقام|ستقام|يقام|تقام|سيعقد|ستعقد|يعقد|تعقد|سينطلق|ستنطلق|تنطلق|ينطلق|[إا]لغاء|أُ?لغيت?|في|من|أن)\s)",
    "en": r"\b(?:will|shall)\s+be\s+(?:an?|the)\b|\b(?:next|upcoming|forthcoming|towards|the importance of the preparation and conduct of the|preparation of the|conduct of the|results of the|(?:is|was|are|were|will|have|has|had|setting|agenda for|attended|hosts?|hold|holds|held|announced|said|told|organi[sz]e[sd]?|plans?|invites?|attend)\b)|(?:^|[,;:]|\b(?:and|for|to|at|in|on|by|with|that|when|while|before|after|during))\s+(?:the|a|an|its|their|this|another)\b|[,;(]|:(?![0-9])|^\s*(?:the|a|an)\b",
    "ru": r"(?:[,;(]|:(?![0-9])|\b(?:и|что|на|в|к|для|о|об|по|состоится|пройд[её]т|пройдут|провед[её]т|объявил\w*|отмен\w+)\s)",
}


def _place(before: str, after: str, inside: bool, language: Language) -> str:
    if inside:
        # (September 2021, Donguz training ground, Orenburg region, Russian Federation)
        rest = re.split(r"[)）]", after)[0].strip(" ,，、")
        return one_line(re.sub(r"\s+,", ",", rest)) if 2 < len(rest) <= 120 and not re.search(r"[0-9]{4}", rest) else ""
    match = _PLACE_AFTER[language.tag].match(after)
    if match is None and language.tag == "ru":
        match = _PLACE_BEFORE.search(before)
    return one_line(match["place"]).strip(" .,") if match else ""


def _quote(text: str, begin: int, mention: Mention, finish: int, sentence: Sentence) -> str:
    """Returns the words that give the date: the sentence, or where that is long the part between the dates around it."""
    if sentence.end - sentence.start <= MAX_QUOTE:
        return text[sentence.start : sentence.end]
    start, end = begin, finish
    if mention.start - start > MAX_QUOTE // 2:
        cut = mention.start - MAX_QUOTE // 2
        space = text.find(" ", cut, mention.start)
        start = space if space >= 0 else cut
    if end - mention.end > MAX_QUOTE // 3:
        cut = mention.end + MAX_QUOTE // 3
        space = text.rfind(" ", mention.end, cut)
        end = space if space >= 0 else cut
    return text[start:end].strip(" ,;")


def _anniversary(draft: Draft, sentence: Sentence, language: Language, published: date | None) -> Draft | None:
    """Returns a day long past whose round anniversary the sentence marks: a yearly event from that day."""
    pattern = _ANNIVERSARY.get(language.tag)
    known = when.parse(draft.when, ZoneInfo("UTC"))
    if pattern is None or not known.is_day_known or known.first_day is None:
        return None
    if (match := pattern.search(sentence.text)) is None:
        return None
    number = int(match["number"])
    told = published.year if published else None
    if told is not None and known.first_day.year + number not in (told, told + 1, told - 1):
        return None
    what = one_line(match["what"] or "").strip()
    mark = {"en": "{nth} anniversary", "ru": "{nth} годовщина", "zh": "{n}周年"}[language.tag]
    title = {
        "en": f"{mark} of the {what}" if what else mark,
        "ru": f"{mark} {what}".strip(),
        "zh": f"{what}成立{mark}",
    }[language.tag]
    title = re.split(r"\s(?:while|as|when|and|котор\w+)\b", title)[0].strip()
    return replace(
        draft,
        title=title,
        repeat="every year",
        place="",
        notes=("yearly from the day that the text names",),
        near=sentence.text,
    )


def _recent(draft: Draft, mention: Mention, published: date | None) -> Draft | LeftOut:
    known = when.parse(draft.when, ZoneInfo("UTC"))
    if published and known.last_day and known.last_day.year < published.year - _HISTORY_YEARS:
        return LeftOut(mention.text, f"history: {draft.when} was long before the text of {published}")
    return draft
