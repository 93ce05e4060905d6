"""A text that is no `when` becomes advice: what is wrong with it, and the right form where only one can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from .calendar_days import name_calendar_day
from .corrections import NO_ZONE, correct_date, split_qualifier, weekday_conflict
from .english_words import ENGLISH_WEEKDAYS, NUMBER_WORDS, NUMBERS, month_number
from .named_months import MONTHS, YEAR_UNKNOWN
from .period_advice import days_form, period_answer, week_answer, weekend_form
from .plain_words import plain_signs, to_english
from .values import AllDay, canonical_text

DATE_FORMS = "2021-09-16, 2021-09-16/17, 2021-09-16 10:00/12:30, 2021-09 (day to be confirmed), 2021-Q3, spring 2021, 2021 or TBD"

MAX_EXPLAINED_LENGTH = 200  # of a text; a longer one is no date, and looking for one in it takes half a second

# In these the numbers alone do not say what is meant, so the month's name is named and no form is offered.
_FOREIGN_MONTH_NAME = re.compile(
    r"янв|фев|мар[та]|апр|ма[йя]\b|июн|июл|авг|сен|окт|ноя|дек|[0-9]\s*月|januar|märz|mai\b|juin|juillet|août|dezember",
    re.I,
)


_HOURS = "|".join(NUMBER_WORDS)
_HOUR_IN_WORDS = (
    rf"(?:at )?(?:(?P<part>half past|half|(?:a )?quarter past|(?:a )?quarter to) (?P<hour>{_HOURS}|1[0-2]|[1-9])"
    rf"|(?P<whole>{_HOURS}|1[0-2]|[1-9]) o'clock)(?! ?[ap]\.?m)"
)
_HINTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), advice)
    for pattern, advice in (
        (r"^(rrule:)?freq=", "this is a rule: write its first date here, and the rule under `rrule`"),
        (r"%y", "%Y is a pattern and not a year: write the first date, and repeat: every year"),
        (
            r"\b(every|each|first|second|third|fourth|last|1st|2nd|3rd|4th)\b.*day\b|\bevery\b|\b(week|month|year)ly\b|\bannual(ly)?\b"
            r"|\b(mon|tues|wednes|thurs|fri|satur|sun)days (in|of)\b",
            "this is a rule: write its first date here, and the rule as repeat, such as every month on the first Mon",
        ),
        (
            r"^(none|never|no( date)?|n/?a|null|-+|past|over|happened)\??$",
            "write TBD for a date to be announced, none for one that never comes, past for one that was and is not known",
        ),
        (r"\bsine die\b", "write TBD here, status: postponed, and the former date under `was`"),
        (r"^(cancel+ed|postponed)\b(?! from\b)", "write the date here, and this as status"),
        (
            r"^(?:moved|postponed|rescheduled|delayed|changed|pushed(?: back)?|shifted) from\b",
            "write the new date here, and the former one under `was`",
        ),
        (
            r"&|\b[au]nd\b|\b[0-9]{1,2}, ?[0-9]{1,2}, |^[0-9-]{10}, ?[0-9]",
            "write the first date here, and the others under `also`, or a slash between first and last day",
        ),
        (r"\beaster\b", "write the day itself, such as 2021-04-04; every year it is repeat: every year on Easter"),
        (
            r"\bfy ?[0-9]|fiscal|financial year",
            "fiscal years begin in different months: write the months, such as 2021-07/09",
        ),
        (
            rf"^[0-2]?[0-9][:.][0-5][0-9](?![.0-9])|^{_HOUR_IN_WORDS}$|^[0-9]{{1,2}} ?[-\u2013] ?[0-9]{{1,2}}$",
            "an hour needs its day before it, such as 2021-09-16 18:30",
        ),
        (r"^[0-9]{9,13}$", "this is a count of seconds: write the day, such as 2021-09-16"),
        (r"^https?://", "this is an address: write the date, or TBD, and the address under url"),
        (
            r"/P[0-9T]|\+ ?[0-9]+ ?h|\([0-9.]+ ?h(?:ours?)?\)|\b(?:for|lasting) [0-9]+ (?:hour|day|week)s?",
            "write the end, such as 2021-09-16/18 or 2021-09-16 10:00/12:30",
        ),
        (
            r"\bend of day\b|\beod\b|\bcob\b|\bclose of business\b|\bmidnight\b",
            "write the hour that is meant, such as 2021-09-16 23:59",
        ),
        (r"\bafter\b", "from counts its day: write the first day on which it can be, such as from 2021-09-17"),
        (
            r"\badvent\b|ramadan|\beid\b|passover|pentecost|ascension|whit ?sun|(?:labou?r|may|boxing) day|christmas|new year|turn of the year|holiday|thanksgiving|\bxmas\b",
            "write the day itself, such as 2021-12-25, or the months, such as 2021-11/12",
        ),
        (r"\bweekend\b", "write its days, such as 2021-09-18/19, or 2021-09-18..19 for one of the two"),
        (
            r"\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th) (?:full )?week\b|\b(?:second|last|2nd) half of\b",
            "write the days in which it lies, such as 2021-09-01..07",
        ),
        (
            r"[0-9]{4}[-0-9]* \(|\bwas\b.*\bnow\b",
            "only the date stands here: write the rest in notes, or a former date under `was`",
        ),
        (
            r"^(?:in |during )?week [0-9]{1,2} of (?:the )?(?:term|semester|trimester|season|session|course|lectures?|teaching)\b",
            "the weeks of the calendar are counted: write the one that is meant, such as 2021-W43",
        ),
        (
            r"\b(?:seasons?|terms?|semesters?|[ws]s ?[0-9]{2,4}|(?:wi|so)se|(?:academic|school|financial) year|ay ?[0-9]{4})\b",
            "write the months in which it lies, such as 2021-09/2022-05",
        ),
        (r"o'clock|[0-9]/[0-9]+c$", "write the hour that is meant, such as 2021-09-16 20:00"),
        (r"\bw/[ce]\b", "a week is written by its number, or its days, such as 2021-W37 or 2021-09-13..19"),
        (
            r"^(now|ongoing|current|running|permanent(?:ly)?|always|continuous)( (until|till) further notice)?$",
            "write the day on which it began, and /.. behind it: 2021-09-16/..",
        ),
        (r"^before\b", "by counts its day: write the last day on which it can be, such as by 2021-09-16"),
        (r"^extended$", "write the new date here, and a deadline's former one under `was`"),
        (r"[0-9]{4}-?q[05-9]\b|\bq[05-9] [0-9]{4}", "quarters go from Q1 to Q4"),
        (r"[0-9]{4}-?h[03-9]\b|\bh[03-9] [0-9]{4}", "halves are H1 and H2"),
        (r"^\.\.|^/", "a date without a first day is written by 2021-09-16, or by 2021-09"),
        (
            r"^[0-9]{4}-[0-9]{2}(/[0-9-]+)?\.\.",
            "some time in several months is written with a slash, such as 2021-09/10",
        ),
        (r"^(-\d|y\d)|\b(bc|bce|ad|ce)\b|[0-9]{5}", "years go from 1000 to 9998, four digits"),
        (r"spring|summer|autumn|winter|\bfall\b", "a season is written spring 2021, or winter 2021/22"),
        (
            r"early|mid|late|beginning|end of|about|around|circa",
            "write the period in which it lies, such as early 2021-09, 2021-09-14..18 or ~2021-09",
        ),
        (
            r"\bin (?:[0-9]+|an?|one|two|three|four) (?:day|week|month)s?$|today|tomorrow|yesterday|next|this|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
            "write the day itself",
        ),
        (
            r"(?:^|[^0-9:])[0-3]?[0-9]([-./ ])[0-9a-z]{1,4}\1'?[0-9]{2}$|'[0-9]{2}$|\b[QH][1-4] ?[0-9]{2}$|^[1-4][QH][0-9]{2}$",
            "a year has four digits and comes first, such as 2021-09-16 or 2021-Q3",
        ),
        (r"^.{5,}/.*/", "one slash joins start and end, such as 2021-09-16/2021-09-17"),
        (
            r"^[0-9-]{10} ?[0-9:]*/[0-9]{2}( [0-9:]+)?$",
            "with hours both ends are written in full: 2021-09-16 10:00/2021-09-17 12:00",
        ),
        (_FOREIGN_MONTH_NAME.pattern, "months are numbers, such as 2021-09 or 2021-09-16"),
    )
)


# What has begun and has an end: neither the day of the end nor "by" it says so.
_RUNS_UNTIL = re.compile(
    r"^(?!.*\bevery\b).*\b(?:ongoing|open|runs?|running|continu\w+|lasts?|lasting|on (?:view|display|show)) (?:until|till|to|through|thru)\b(?=.*[0-9])",
    re.IGNORECASE,
)
_YEAR_BESIDE = re.compile(r",? [0-9]{4}(?: a\.?[hm]\.?)?$|^[0-9]{4} ")
# "When: 17 April 2027", "Planned for April 2027"; a word of doubt belongs to the date.
_LABEL = re.compile(
    rf"^(?:embargo(?:ed)?(?: (?:lifts|ends|until|till))?:? |(?!tentativ|provisional|expected|estimated|unconfirmed|(?:[a-z]+day|{'|'.join(MONTHS)}) [0-9])[^\W\d][^\d:]{{1,29}}(?::| [0-9]{{1,2}}:(?=\s))\s*"
    r"|(?:planned|slated|scheduled|set|(?:submissions? )?due|released?|launch(?:es|ed)?)(?: (?:for|in|on))? "
    r"|(?:clos(?:es|ing)|on (?:view|display|show)|supported|eol|(?:support )?ends) )(?=.*[0-9])",
    re.IGNORECASE,
)


# A zone that `timezone` can name: a region's, or UTC under any of its names.
_ZONE_IN = re.compile(
    r"(?<=[0-9]{2})\s*(?:(?:[+-][0-9:]+)?[\[(\s]*(?P<name>[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)+)|\(?(?:Z|UTC|GMT)(?![+\w-]))"
)
_APOSTROPHE_YEAR = re.compile(r"(?<=[\s-])['’‘](?=[0-6][0-9]\b)")
_TWO_DIGIT_YEAR = re.compile(r"(?:[0-9][-/. ]+[^\W\d_]+\.?[-/ ,]+|[^\W\d_]\.? [0-9]{1,2}, ?)[0-9]{2}$")


def explain_invalid_date(text: str, fault: Callable[[str], str | None]) -> str:
    """Says what is wrong with *text* and what to write.

    *fault* returns None for a valid date, why for one that does not exist, "" for what is no date; only valid ones are
    offered.
    """
    if not text:
        return "a date is missing; write TBD when none is known"
    if len(text) > MAX_EXPLAINED_LENGTH:
        return f"not a date, with {len(text)} characters. Dates are written {DATE_FORMS}"
    if _RUNS_UNTIL.search(text):
        return "write its first day and its last, such as 2021-09-16/2022-01-31; of a kind: deadline only the last"
    bare = _APOSTROPHE_YEAR.sub("20", _LABEL.sub("", plain_signs(text)))
    answer, advice = _find_answer(bare, text, fault)
    if answer := answer or _answer_within(bare, fault):
        return answer
    # A hint says what to write; the mends that came to nothing would only distract from it.
    plain = to_english(bare)
    if hint := next((hint for pattern, hint in _HINTS if pattern.search(plain)), None):
        return hint
    return f"{'; '.join(advice[:2]) or 'not a date'}. Dates are written {DATE_FORMS}"


def _find_answer(bare: str, text: str, fault: Callable[[str], str | None]) -> tuple[str | None, list[str]]:
    """Returns the answer to *bare*, *text* in plain signs, where one form is meant, else None; and what was mended in vain."""
    plain = to_english(bare)
    if answer := _explain_phrase(plain, fault):
        return answer, []
    if day := name_calendar_day(_YEAR_BESIDE.sub("", plain.lower())):
        return f"write the day itself, such as 2021-09-16; every year it is repeat: every year on {day}", []
    corrected, advice, weekdays = correct_date(plain)
    advice = [_name_zone(sentence, plain) for sentence in advice]
    if plain != text and plain.isascii() and not advice:
        advice = ["use plain digits and signs" if plain_signs(text) != text else "dates are numbers and English words"]
    if match := _MONTH_ALONE.fullmatch(plain):
        month = month_number(match["month"])
        return f"a year is missing: write YYYY-{month:02} with the year for {YEAR_UNKNOWN}", []
    if match := re.fullmatch(r"(?:in )?(?:(?:calendar )?week|[ck]w|wk) ?([0-9]{1,2})", plain, re.IGNORECASE):
        return f"a year is missing: write {YEAR_UNKNOWN}-W{match[1]:0>2} with the year for {YEAR_UNKNOWN}", []
    if missing_year := re.fullmatch(rf"({YEAR_UNKNOWN}-[-/0-9Y]+)([ ,](?!and\b|&)(?!.*[0-9]{{4}}).*)?", corrected):
        what = "a year has four digits" if _TWO_DIGIT_YEAR.search(plain) else "a year is missing"
        return f"{what}: write {missing_year[1]} with the year for {YEAR_UNKNOWN}", []
    reason = fault(corrected) if advice else ""
    if reason is None:
        return weekday_conflict(corrected, weekdays) or f"{'; '.join(advice)}: write {corrected}", []
    if reason:
        return f"{'; '.join(advice)}, and {reason}", []
    return None, advice


def _name_zone(sentence: str, text: str) -> str:
    """Returns *sentence*, about a zone, with what to write in `timezone` for the one of *text*: an offset alone does not name it."""
    match = _ZONE_IN.search(text) if sentence == NO_ZONE else None
    return f"{sentence} (timezone: {match['name'] or 'UTC'})" if match else sentence


# What changes the meaning of a date behind it, or makes another date of it: with any of these left out, the rest is no answer.
_TELLING_WORDS = re.compile(
    r"\b(?:not?|never|non|without|ongoing|w/[ce]|except|instead|unless|if|minus|other|origin\w*|former\w*|previous\w*|initial\w*|was|old|cancel\w*"
    r"|embargo\w*|since|(?:moved|postponed|rescheduled|delayed|changed|pushed|shifted|adjourned) from|first|second|third|fourth|last|next|this|every|each|or|nor|expected|estimated|est|tentative\w*|provisional\w*|likely"
    r"|probably|possibly|maybe|perhaps|days?|weeks?|weekend|fortnight|months?|years?|hours?|(?:over)?nights?|eve|(?:morning|afternoon|evening) of|quarter|half|century|fy"
    rf"|birthday|eo[dmy]|cob|[aw]y|[sw]s|{_HOURS}|{'|'.join(MONTHS)}|{'|'.join(month[:3] for month in MONTHS)})\b|[0-9]",
    re.IGNORECASE,
)
# Beside a date in another language only words that are known to tell nothing of it are left out.
_LABELS_ELSEWHERE = re.compile(
    r"(?:(?:verhandlung|urteil|frist|eröffnung|vernissage|beginn|start|anmeldung|anmelde-?schluss|einsendeschluss|premiere|konzert|finale|gilt|gültig|verlängert"
    r"|noch|weihnachtsferien|osterferien|am|audience|vernissage|début|ouverture|clôture|entrée en vigueur|concert|finale|prolongée?|le|date limite"
    r"|inauguración|estreno|concierto|final|plazo|entrada en vigor|inicio|cierre|prorrogad[oa]|el|открытие|заседание|выставка|концерт|премьера|финал|срок(?: подачи)?"
    r"|при[её]м заявок|начало(?: занятий)?|вступает в силу|действует|продл\w*|—|-|–)\s*)*",
    re.IGNORECASE,
)
# Nouns with a number of their own, and names with digits: "Stage 12 – ", "beta 2 on ", "RC1", "v2.0".
_NUMBERED = re.compile(
    r"\b(?:stage|day|round|game|match|matchday|week|session|part|race|leg|heat|phase|lot|beta|alpha|candidate|milestone|tour|episode|edition)"
    r"[ #]+[0-9]{1,3}(?:\s*[-:\u2013\u2014,]\s*|\s+(?=[^\W\d]))|\b(?!(?:[QHWT]|FY)[0-9])[a-z]+[0-9]{1,3}(?:\.[0-9]+)*(?![\w-])|early[- ]bird",
    re.IGNORECASE,
)
_PLACE_BEHIND = re.compile(
    r"(?<=[0-9mz)])(?:,? (?:online|on-?site|hybrid|local(?: time)?|kick[- ]?off|tip(?:-off)?|start|pacific|eastern|central)|,(?: [A-Z][^\W\d]+){1,3})!?$"
)

_TELLING_BEHIND = re.compile(
    rf"{_TELLING_WORDS.pattern}|postpon|resched|moved|later|earlier|confirm|only", re.IGNORECASE
)
# After these "until" is the new date, and "after" counts from a weekday.
_NO_SIDE = re.compile(
    r"\b(?:moved|postponed|rescheduled|delayed|pushed|adjourned|deferred|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?) $",
    re.IGNORECASE,
)


def _answer_within(bare: str, fault: Callable[[str], str | None]) -> str | None:
    """Returns the answer to a date with words before it or a place behind it: "Hearing set for 12 April 2027".

    The longest end of *bare* that has an answer counts; None where a word that is left out tells something of the date.
    """
    text = _PLACE_BEHIND.sub(lambda match: match[0] if _TELLING_BEHIND.search(match[0]) else "", bare.rstrip("!"))
    text = _NUMBERED.sub(lambda match: " " * (len(match[0]) - 1) + " ", text)
    is_english = to_english(text) == text
    for start in (match.start() for match in re.finditer(r"(?<!\S)[^\s\u2013\u2014-]", text)):
        before = text[:start]
        is_telling = _TELLING_WORDS.search(before) or any(pattern.search(before) for pattern, _ in _HINTS)
        if is_telling if is_english else not _LABELS_ELSEWHERE.fullmatch(before):
            return None
        rest = text[start:]
        is_side_of_another = re.match(
            r"(?:from|until(?! at least)|till|up to|before|after)\b", rest
        ) and _NO_SIDE.search(before)
        if rest == bare or is_side_of_another:
            continue
        answer, _ = _find_answer(rest, bare, fault)
        if answer and re.search(
            r"\bwrite (?:from |by |~)?(?:(?:northern |southern )?[a-z]+ [0-9]{4}|[0-9Y]{4}-)", answer
        ):
            zone = re.search(rf"{NO_ZONE}(?: \([^()]*\))?", answer)
            return (
                f"{f'{zone[0]}; ' if zone else ''}only the date stands here{answer[answer.rindex(': write') :]}"
                if ": write" in answer
                else answer
            )
    return None


def form_of(text: str) -> str:
    """Returns the form of the grammar that a date in the words of a language becomes, whether or not it is one.

    A longer text than a date can be stays as it is.
    """
    return text if len(text) > MAX_EXPLAINED_LENGTH else correct_date(to_english(plain_signs(text)))[0]


def says_not_later(text: str) -> bool:
    """Tells whether a date in the words of a language is the last on which something can be: "bis 1.3.2027, 12 Uhr"."""
    return len(text) <= MAX_EXPLAINED_LENGTH and split_qualifier(to_english(plain_signs(text)))[0] == "by {}"


@lru_cache(maxsize=1024)
def year_named(text: str) -> int:
    """Returns the calendar year that *text* names, alone or with a season within it: "2027", "Herbst 2027"; 0 for "FY 2027" or a winter."""
    if not re.fullmatch(r"(?:[^\W\d_]+\.? ){0,2}[0-9]{4}年?", text):
        return 0
    match = re.fullmatch("(?:(?:spring|summer|fall|autumn) )?((?:19|20|21)[0-9]{2})", form_of(text))
    return int(match[1]) if match else 0


def day_in(text: str) -> date | None:
    """Returns the one day that *text* means; None for any other date, and for a longer text than a date can be."""
    if len(text) > MAX_EXPLAINED_LENGTH:
        return None
    corrected, _, weekdays = correct_date(text.strip(" ,;@-"))
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", corrected) or weekday_conflict(corrected, weekdays):
        return None
    try:
        return date.fromisoformat(corrected)
    except ValueError:
        return None


def _explain_phrase(text: str, fault: Callable[[str], str | None]) -> str | None:
    """Returns the answer to words around a day that make another date of it: its noon, its week, its zone; None for no such."""
    for pattern, answer in _PHRASES:
        if (match := pattern.search(text)) and (day := day_in(text[: match.start()] + " " + text[match.end() :])):
            return answer(day, match)
    if period := period_answer(text, fault):
        return period
    if match := re.fullmatch(r"\[?(.+?)(?:\s+or\s+|,(?=.*\]))([^\]]+)\]?", text, re.IGNORECASE):  # EDTF: [2021, 2022]
        corrected, _, _ = correct_date(f"{match[1]} - {match[2]}")
        if fault(corrected) is None and re.fullmatch(r"[-/0-9]+", corrected) and "/" in corrected:
            is_days = corrected[4:5] == corrected[7:8] == "-"
            return f"one of two dates is written as the span that holds both: write {corrected.replace('/', '..') if is_days else corrected}"
    if weeks := _weeks_answer(text):
        return weeks
    if days := _month_or_day_first(text):
        return f"{_EITHER_ORDER}: write {' or '.join(days)}"
    if (match := _NUMBERED_DAY.fullmatch(text)) and (day := _numbered_day(match)):
        return f"a day is written with its month: write {day}"
    return None


_WEEKS = re.compile(
    r"([0-9]{4})-?W([0-5][0-9])\s*(?:/|\.\.|-|\u2013|to|and)\s*(?:([0-9]{4})-?)?W([0-5][0-9])", re.IGNORECASE
)


def _weeks_answer(text: str) -> str | None:
    """Answers several weeks with their days; None for any other text."""
    match = _WEEKS.fullmatch(text)
    if match is None:
        return None
    year, week, last_year, last_week = match.groups()
    try:
        first = date.fromisocalendar(int(year), int(week), 1)
        last = date.fromisocalendar(int(last_year or year), int(last_week), 7)
    except ValueError:
        return None
    if last <= first:
        return None
    days = days_form(first, last)
    return f"several weeks are written by their days: write {days} for some time in them, or {days.replace('..', '/')} for all of them"


_EITHER_ORDER = "the year comes first, and which number is the month cannot be told"
_MONTH_OR_DAY_FIRST = re.compile(r"(0?[1-9]|1[0-2])([-/])(0?[1-9]|1[0-2])\2([0-9]{4})(?:,? ([0-2][0-9]:[0-5][0-9]))?")


def _month_or_day_first(text: str) -> tuple[str, str] | None:
    """Returns both dates that "3/5/2027" may be, the hour of it behind each; None for any other text."""
    form, text, _ = split_qualifier(text)
    corrected, reasons, _ = correct_date(text)
    is_clock_corrected = {*reasons} <= {"hours go from 00 to 23", "months and days have two digits"}
    match = _MONTH_OR_DAY_FIRST.fullmatch(corrected if is_clock_corrected else text)
    if not match or int(match[1]) == int(match[3]):
        return None
    year, first, second, hour = match[4], int(match[1]), int(match[3]), f" {match[5]}" if match[5] else ""
    return form.format(f"{year}-{first:02}-{second:02}{hour}"), form.format(f"{year}-{second:02}-{first:02}{hour}")


# A day by its number in the year, or in a numbered week (ISO 8601 5.2.2, 5.2.3).
_NUMBERED_DAY = re.compile(r"([0-9]{4})-(?:([0-3][0-9]{2})|W([0-5][0-9])-([1-7]))")


def _numbered_day(match: re.Match[str]) -> date | None:
    year, ordinal, week, weekday = match.groups()
    try:
        if week:
            return date.fromisocalendar(int(year), int(week), int(weekday))
        day = date(int(year), 1, 1) + timedelta(days=int(ordinal) - 1)
    except (ValueError, OverflowError):
        return None
    return day if day.year == int(year) else None


_ZONE_ON_A_DAY = r"\s*\(?\b(?:AoE|anywhere on earth)\b\)?"


def _clock_answer(day: date, match: re.Match[str]) -> str:
    """Answers an hour of twelve in words, which is in the morning or in the afternoon."""
    name = (match["hour"] or match["whole"]).lower()
    hour = (NUMBERS.get(name) or int(name)) % 12
    part = (match["part"] or "").lower().rpartition(" ")
    minutes = hour * 60 + (
        30 if part[0].endswith("half") or part[2] == "half" else {"past": 15, "to": -15}.get(part[2], 0)
    )
    times = [f"{day} {time // 60 % 24:02}:{time % 60:02}" for time in (minutes % 720, minutes % 720 + 720)]
    return f"hours go from 00 to 23: write {times[0]} or {times[1]}"


def _hours_answer(day: date, match: re.Match[str]) -> str:
    """Answers two hours of twelve: from seven on it is the morning, before that nobody can tell."""
    first, last = int(match[1]), int(match[2])
    last += 12 if last <= first else 0
    forms = [f"{day} {first:02}:00/{last:02}:00"]
    if first < 7 and last < 12:
        forms.append(f"{day} {first + 12}:00/{last + 12}:00")
    return f"hours go from 00 to 23, with minutes: write {' or '.join(forms)}"


# Words beside a day that change what it is, and the answer for that day.
_MONTH_ALONE = re.compile(
    rf"(?:some ?time |in |during )*(?P<month>{'|'.join(MONTHS)})(?:,? (?:tb[acd]|to be \w+))?", re.IGNORECASE
)
_PHRASES: tuple[tuple[re.Pattern[str], Callable[[date, re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), answer)
    for pattern, answer in (
        (
            r"^(?:in |during |on )?(?:the )?night (?:to|into)\b",
            lambda day, _: f"a part of a day goes into title or notes, or is written in hours: write {canonical_text(AllDay(day - timedelta(days=1), day))}",
        ),
        (r"^after\b", lambda day, _: f"from counts its day: write from {day + timedelta(days=1)}"),
        (r"^before\b", lambda day, _: f"by counts its day: write by {day - timedelta(days=1)}"),
        (
            rf"(?:\b(?:at |by )?(?:12(?::00)? ?)?midnight)(?P<zone>{_ZONE_ON_A_DAY})?",
            lambda day, match: f"midnight begins and ends a day: write {day} 00:00 or {day} 23:59"
            + (", and AoE as timezone" if match["zone"] else ""),
        ),
        (
            r"\b(?:by |at )?(?:(?:the )?end of (?:the )?day|eod|cob|close of business)\b(?: on)?",
            lambda day, match: f"write the hour that is meant: {day} 17:00 or {day} 23:59",
        ),
        (
            r"(?:\bat )?\b(?:12(?::00)? ?)?(?:noon|midday)\b(?: on)?",
            lambda day, match: f"hours go from 00 to 23: write {day} 12:00",
        ),
        (
            _ZONE_ON_A_DAY,
            lambda day, match: f"a day ends last where AoE is the zone: write {day} 23:59, and AoE as timezone",
        ),
        (_HOUR_IN_WORDS, _clock_answer),
        (
            r"^(?:the )?weekend of\b",
            lambda day, _: weekend_form(day - timedelta(days=day.weekday() - 5))
            if day.weekday() > 4
            else f"{day} is a {ENGLISH_WEEKDAYS[day.weekday()]}: write the two days that are meant",
        ),
        (r"(?<=[0-9]),? at (?P<whole>1[0-2]|[1-9])(?P<part>)(?P<hour>)$", _clock_answer),
        (r"(?<=[0-9]),? (?:from )?(1[0-2]|0?[1-9]) ?(?:-|\u2013|to) ?(1[0-2]|0?[1-9])$", _hours_answer),
        (r"^(?:the )?(?:week (?:of|commencing|beginning|starting|from|ending)|w/?c|w/e)\b(?: the| on)?", week_answer),
    )
)  # fmt: skip
