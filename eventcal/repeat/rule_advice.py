"""Rules as people write them ("biweekly on Thursdays", "the last day of the month") become the forms that may be meant.

Only for advice: nothing that is rewritten here is taken for a rule without a person's word. `re` compiles the patterns when a
rule is wrong: all of them take 7 ms, and every process imports this module.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Callable
from datetime import date, timedelta

from ..when.calendar_days import name_calendar_day
from ..when.english_words import ENGLISH_MONTHS, NUMBER_WORDS, ORDINALS, month_number
from .movable import WEEKDAY_NAMES, WEEKDAYS, advise_on_feast, format_offset

Forms = tuple[str, ...] | str
"""The rules that a text may mean, `rrule: ` before a raw one; or a sentence, where it can be none of the grammar."""

_MONTH_NAME = r"(?:" + "|".join(f"{name}|{name[:3]}" for name in ENGLISH_MONTHS).lower() + r"|sept)\.?"
_MONTH = rf"(?P<month>{_MONTH_NAME})"
_ORDINAL = f"({'|'.join(ORDINALS)})"
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
# Good Friday and its like are days of a year, and no weekday that a week repeats.
_NO_FEAST = "".join(rf"(?<!\b{word} )" for word in ("shrove", "ash", "palm", "maundy", "good", "easter", "whit"))
_DAYS = rf"({_DAY}(?:, {_DAY})*)"
_MONTHS = rf"(?P<months>{_MONTH_NAME}(?:(?:, and|,| and| &|/| ?-| to| until| through) ?{_MONTH_NAME})*)"
_DAY_NUMBER = rf"(?:(?:[12][0-9]|3[01]|[1-9])(?:st|nd|rd|th)?|{_ORDINAL[1:-1]})"
_CLOCK = r"(?:[0-2]?[0-9][:.h][0-5][0-9](?: ?[ap]m)?|[0-9]{1,2} ?[ap]m|noon|midnight|[0-9]{1,2} o'?clock)"
_HOURS = rf",? (?:at |from |@ ?)?{_CLOCK}(?: ?(?:-|to|until) ?{_CLOCK})?|,? at [0-9]{{1,2}}(?=$|,? (?:until|for) )"
_MONTHLY = r"(?:every month,? |every |on )?(?:on )?(?:the )?"
_OF_MONTH = r"(?: (?:of|in) (?:the |every |each |a )?months?| (?:every|each|per|a) month| monthly)?"


def _long_weekday(match: re.Match[str]) -> str:
    return WEEKDAY_NAMES[WEEKDAYS.index(match[1].upper())].lower()


def _expand_weekdays(match: re.Match[str]) -> str:
    first, last = (WEEKDAY_NAMES.index(day.title()) for day in match.groups())
    return ", ".join(WEEKDAY_NAMES[number % 7] for number in range(first, last + 1 + 7 * (last < first))).lower()


# Spellings of one thing, made one in this order before the forms are looked at.
_Replacement = str | Callable[[re.Match[str]], str]
_SPELLINGS: tuple[tuple[str, _Replacement], ...] = (
    (r"[\u2010-\u2014]", "-"),
    (rf"{_NO_FEAST}\b(mon|tue|wed|thu|fri|sat|sun)(?:s|rs?|days?|sdays?|nesdays?|rsdays?|urdays?)?\b\.?", r"\1"),
    (r"\b(mo|tu|we|th|fr|sa|su)\b(?=(?:[ ,/&+]+(?:and )?(?:mo|tu|we|th|fr|sa|su))*$)", _long_weekday),
    (rf"\b(?:from )?({_DAY}) ?(?:-|to|till|until|through|thru) ?({_DAY})\b", _expand_weekdays),
    (rf"\b{_DAY}(?:(?:,? and|[ ,/&+]+)? ?{_DAY}\b)+", lambda match: ", ".join(re.findall(_DAY, match[0]))),
    *((rf"\b{number}{ending}(?=,? [a-z0-9])", word) for number, ending, word in (
        (1, "st", "first"), (2, "nd", "second"), (3, "rd", "third"), (4, "th", "fourth"), (5, "th", "fifth")
    )),
    *((rf"\b{word}(?= (?:day|week|month|year|time)s?\b)", f"{number}") for number, word in enumerate(NUMBER_WORDS, 1)),
    (r"\b(first|last) (?:week|working|business|work)[- ]?day\b", r"\1 working day"),
    (r"(?<!first )(?<!last )\b(?:week|work|working|business)[- ]?days?\b", "mon, tue, wed, thu, fri"),
    (r"\bweek-?ends?\b", "sat, sun"),
    (r"^(?:daily|each day|nightly|every (?:night|morning|evening)|7 days a week|once (?:a|per) day)\b", "every day"),
    (r"^(?:weekly|each week|once (?:a|per) week)\b", "every week"),
    (r"^(?:bi-?weekly|fortnightly|every fortnight)\b", "every 2 weeks"),
    (r"^(?:monthly|each month|once (?:a|per) month)\b", "every month"),
    (r"^bi-?monthly\b", "every 2 months"),
    (r"^(?:quarterly|every quarter|once (?:a|per) quarter)\b", "every 3 months"),
    (r"^(?:half-?yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?|twice (?:a|per) year)\b", "every 6 months"),
    (r"^(?:yearly|annual(?:ly)?|each year|once (?:a|per) year|every year (?:since|from) [0-9-]+)", "every year"),
    (r"^biennial(?:ly)?\b", "every 2 years"),
    (r"^(?:every other|alternate|alternating) (day|week|month|year)s?\b", r"every 2 \1s"),
    (rf"^(?:every other|alternate|alternating) (?={_DAY})", "every 2 weeks on "),
    (r"^(?:every |on |in )?(?:even|odd)(?:-numbered)? weeks?\b", "every 2 weeks"),
    (r"^every leap year\b", "every 4 years"),
    (r"^every (second|third|fourth|fifth) (day|week|month|year)\b",
     lambda match: f"every {ORDINALS[match[1]]} {match[2]}s"),
    (r"^(?:each|all) ", "every "),
    (r"^(?:every )?(orthodox |julian )?easter\b(?: sunday)?", r"every year on \1easter"),
    *((rf"^(?:every (?:year on )?)?{name}$", f"every year on {day}") for name, day in (
        ("christmas(?: day)?", "december 25"), ("christmas eve", "december 24"), ("boxing day", "december 26"),
        ("new year['\u2019]?s(?: day)?", "january 1"), ("new year['\u2019]?s eve", "december 31"), ("epiphany", "january 6"),
    )),
    (r",? (?:from|starting|beginning|since)(?: (?:on|from))?(?: [a-z]+,?)? [0-9]{4}-[0-9]{2}-[0-9]{2}(?=$|,? until\b)", ""),
    (r"^every year,? (?:on )?(?:[0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
     lambda match: f"every year on {ENGLISH_MONTHS[int(match[1]) - 1].lower()} {int(match[2])}"),
)  # fmt: skip

# What ends a rule in other words, and how the grammar says it. The head stands in the group of that name.
_ENDS: tuple[tuple[str, str], ...] = (
    (r"(?P<head>.+?),? (?:until|till|through|thru|ending(?: on)?|up to) (.+)", r" until \2"),
    (r"(?P<head>.+?),? (?:for )?([0-9]+)(?: (?:times?|dates|sessions|meetings|occurrences)|x)", r" \2 times"),
    (r"(?P<head>.+?)(?:,? for|,? x|,) ?([0-9]+)", r" \2 times"),
    (r"(?P<head>every day.*?),? for ([0-9]+) days", r" \2 times"),
    (r"(?P<head>every year.*?),? for ([0-9]+) years", r" \2 times"),
    (r"([0-9]+) times,? (?P<head>.+)", r" \1 times"),
    (r"(?P<head>every week.*?),? for ([0-9]+) weeks", r" \2 times"),
    (r"(?P<head>every month.*?),? for ([0-9]+) months", r" \2 times"),
    (r"(?P<head>.+?),? once", " 1 time"),
    (r"(?P<head>.+?),? twice", " 2 times"),
)


def suggest_rules(text: str, first: date) -> Forms:
    """Returns what *text*, in small letters with single spaces, may mean as the rule of a series that starts on *first*.

    The forms are not checked: one may be outside the grammar, or a rule that does not make *first*.
    """
    named_day = re.sub(_EVERY_YEAR, "", text)
    if day := name_calendar_day(named_day):
        return _every_year(f"on {day}")
    if advice := advise_on_feast(named_day):
        return advice
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, text):
            return sentence
    for spelling, replacement in _SPELLINGS:
        text = re.sub(spelling, replacement, text)
    forms = _forms(text, first)
    if forms != (text,):
        return forms
    if (timeless := re.sub(_HOURS, "", text)) != text:
        return suggest_rules(timeless, first)
    for pattern, end in _ENDS:
        if match := re.fullmatch(pattern, text):
            heads = _forms(match["head"], first)
            return heads if isinstance(heads, str) else tuple(head + _end_of(head, match.expand(end)) for head in heads)
    return forms


def says_an_hour(text: str) -> bool:
    """Tells whether *text* has an hour of the day, which is no part of a rule."""
    return re.search(_HOURS, text) is not None


def correct_spelling(text: str) -> str:
    """Returns *text* with its words exchanged for those of the grammar that are one slip away."""
    return " ".join((difflib.get_close_matches(word, _VOCABULARY, 1, 0.75) or [word])[0] for word in text.split())


_EVERY_YEAR = r"^(?:every year |every |each year |each |yearly |annually )?(?:on )?(?:the )?| (?:every|each) year$|,? yearly$| p[0-9]+d$"

_VOCABULARY = ("every", "day", "days", "week", "weeks", "month", "months", "year", "years", "until", "times", *ORDINALS)  # fmt: skip

_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"freq=", "this is an RRULE; write it under `rrule`"),
    (
        r"\b(?:hour|minute)s?\b|\bseconds\b|\bevery second$|\bhourly\b"
        rf"|(?:{_CLOCK}|at [0-9]{{1,2}})(?:, and|,| and| &|/) ?(?:at )?{_CLOCK}",
        "a rule makes one start a day at most; write an event for each hour",
    ),
    (
        r"^(?:every day|daily)\b.*\b(?:except|excluding|without|but not|not on|but)\b.*\b(?:mon|tue|wed|thu|fri|sat|sun)",
        "name the days that are left, such as every week on Tue, Wed, Thu, Fri, Sat, Sun",
    ),
    (
        r"\b(?:except|excluding|without|but not|skipping|not in|not on)\b",
        "write the rule alone, and the dates to leave out under `except`",
    ),
    (
        r"\b(?:equinox|solstice|persian|bengali|nowruz)\b"
        r"|\b[0-9]+ (?:farvardin|ordibehesht|khordad|tir|mordad|shahrivar|mehr|aban|azar|dey|bahman|esfand|boishakh)\b",
        "no rule computes this day: write each year's date, the first under `when`, the others under `also`",
    ),
    (
        r"\btimes?\b.*\buntil\b|\buntil\b.*\b[0-9]+ times?\b",
        "a rule ends on a day or after a number of dates: write until 2022-06-30 or 10 times, not both",
    ),
    (r"^(?:once|one-?off|never|none|no|false|single|only once)$", "an event that happens once has no rule: remove it"),
    (
        r"^(?:twice|three times|[23] times|2x|3x) (?:a|per|every|each) (?:week|month)\b",
        "name the days, such as every week on Tue, Thu, or rrule: FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
)  # fmt: skip


def _end_of(head: str, end: str) -> str:
    """Returns the end of a rule as *head*'s form has it: COUNT and UNTIL of a raw one."""
    if not head.startswith("rrule: "):
        return end
    count = re.fullmatch(r" ([0-9]+) times?", end)
    return f";COUNT={count[1]}" if count else f";UNTIL={re.sub('[^0-9]', '', end)}"


def _forms(text: str, first: date) -> Forms:
    """Returns the forms that *text* as a whole may mean; itself where it is none of the phrases below."""
    for pattern, rewrite in _PHRASES:
        if match := re.fullmatch(pattern, text):
            if callable(rewrite):
                return rewrite(match, first)
            return (re.sub(rf"\b{_DAY}\b", lambda day: day[0].title(), match.expand(rewrite)),)
    return (text,)


def _rrule_day(day: str) -> str:
    return WEEKDAYS[WEEKDAY_NAMES.index(day.title())]


def _nth_or_every_nth(match: re.Match[str], _: date) -> Forms:
    """Answers "every second Tuesday": each month's second one, or one in two."""
    position, day = match[1], match[2].title()
    return f"every {ORDINALS[position]} weeks on {day}", f"every month on the {position} {day}"


def _days_from_easter(match: re.Match[str], _: date) -> Forms:
    """Answers "Easter + 1": so many days after it."""
    return _every_year(f"{format_offset(int(match[2] + match[3]))} {match[1]}")


def _weekday_beside_easter(match: re.Match[str], _: date) -> Forms:
    """Answers "the Friday before Easter", which is a Sunday."""
    weekday = WEEKDAYS.index(_rrule_day(match[1]))
    return _every_year(f"{format_offset(-(6 - weekday or 7) if match[2] == 'before' else weekday + 1)} {match[3]}")


def _weekday_after_weekday(match: re.Match[str], _: date) -> Forms:
    """Answers "the first Tuesday after the first Monday of November": the Tuesday on or after the 2nd."""
    after, before = (WEEKDAYS.index(_rrule_day(match[number])) for number in (2, 3))
    day = 1 + ((after - before) % 7 or 7)
    return (
        f"{match[1] or 'every year'} on the {match[2].title()} on or after {month_number(match['month']):02}-{day:02}",
    )


def _weekday_beside_date(match: re.Match[str], _: date) -> Forms:
    """Answers "the first Sunday after 7 September"."""
    month = int(match["mm"] or month_number(match["month"] or match["name"]))
    day = int(match["dd"] or match["day"] or match["number"])
    relation = "nearest" if match["side"].startswith(("near", "clos")) else match["side"]
    return (f"{_years_in(match)} on the {match['weekday'].title()} {relation} {month:02}-{day:02}",)


def _years_in(match: re.Match[str]) -> str:
    """Returns "every 2 years" where a text says so, else "every year"."""
    return next(iter(re.findall(r"every [0-9]+ years", match[0])), "every year")


def _advent(match: re.Match[str], _: date) -> Forms:
    """Answers "the second Sunday of Advent": the four Sundays before Christmas begin on 27 November at the earliest."""
    week = date(2000, 11, 27) + timedelta(weeks=ORDINALS[match[1]] - 1)
    return _every_year(f"on the Sun on or after {week:%m-%d}")


def _every_year(place: str) -> Forms:
    return (f"every year {place}",)


def _days_of_month(match: re.Match[str], _: date) -> Forms:
    words = re.findall(rf"[0-9]+|{_ORDINAL[1:-1]}", match["days"])
    return (f"rrule: FREQ=MONTHLY;BYMONTHDAY={','.join(str(ORDINALS.get(word, word)) for word in words)}",)


def _days_in_months(match: re.Match[str], _: date) -> Forms:
    """Answers "every Tuesday from October to March"."""
    days = ",".join(map(_rrule_day, match[1].split(", ")))
    return (f"rrule: FREQ=WEEKLY;BYMONTH={_month_numbers(match['months'])};BYDAY={days}",)


def _nth_in_months(match: re.Match[str], first: date) -> Forms:
    """Answers "the first Monday of March and September"; of one month it is a rule in words."""
    months, place, day = _month_numbers(match["months"]), match["place"], match["day"]
    rule = f"{_years_in(match)} on the {place} {day.title()}"
    if months == str(first.month):
        return (rule,)
    if months.isdigit():
        return f"the month is that of `when`: write {rule}, and a `when` in {ENGLISH_MONTHS[int(months) - 1]}"
    interval = "".join(f"INTERVAL={number};" for number in re.findall(r"every ([0-9]+) years", match[0]))
    return (f"rrule: FREQ=YEARLY;{interval}BYMONTH={months};BYDAY={ORDINALS[place]}{_rrule_day(day)}",)


def _nth_weekend(match: re.Match[str], _: date) -> Forms:
    """Answers "the first weekend of September"."""
    is_yearly = match["month"] or "year" in match[0]
    rule = f"{_years_in(match) if is_yearly else 'every month'} on the {match['place']} Sat"
    return f"a weekend is two days: write {rule}, and both days as `when`, such as 2021-09-04/05"


def _month_of_year(match: re.Match[str], first: date) -> Forms:
    if month_number(match["month"]) == first.month:
        return ("every year",)
    return f"the day of the year is that of `when`, which is {first:%m-%d}: write every year, and a `when` in {ENGLISH_MONTHS[month_number(match['month']) - 1]}"


def _month_numbers(text: str) -> str:
    """Returns the numbers of months as BYMONTH has them: "oct-feb" is "1,2,10,11,12"."""
    numbers: list[int] = []
    for separator, name in re.findall(rf"(-|to|until|through)? ?({_MONTH_NAME})", text):
        number = month_number(name)
        while separator and numbers[-1] % 12 + 1 != number:
            numbers.append(numbers[-1] % 12 + 1)
        numbers.append(number)
    return ",".join(map(str, sorted(set(numbers))))


def _several_places(match: re.Match[str], _: date) -> Forms:
    days = [f"{ORDINALS[place]}{_rrule_day(match['day'])}" for place in re.findall(_ORDINAL, match["places"])]
    return (f"rrule: FREQ=MONTHLY;BYDAY={','.join(days)}",)


def _day_of_month(match: re.Match[str], first: date) -> Forms:
    day = int(next((group for group in match.groups() if group), "1"))
    period = next(iter(re.findall(r"every [0-9]+ months", match[0])), "every month")
    if day == first.day:
        return (period,)
    return f"the day of the month is that of `when`, which is {first.day}: write {period}, and a `when` on day {day}"


def _day_of_year(match: re.Match[str], first: date) -> Forms:
    month, day, period = month_number(match["month"]), match["day"], _years_in(match)
    if (month, int(day)) == (first.month, first.day):
        return (period,)
    if int(day) > calendar.monthrange(2028, month)[1]:
        return f"{ENGLISH_MONTHS[month - 1]} has no day {day}"
    return f"the day of the year is that of `when`, which is {first:%m-%d}: write {period}, and a `when` on {month:02}-{int(day):02}"


# Whole rules, as they are spelled after _SPELLINGS, and what they may mean.
_PHRASES: tuple[tuple[str, str | Callable[[re.Match[str], date], Forms]], ...] = (
    (rf"(?:(?:every|on|every week)(?: on)?(?: the)? )?{_DAYS}(?: (?:of )?(?:every|each|the) week| weekly)?", r"every week on \1"),
    (rf"every ([0-9]+ weeks)(?: on)?(?: the)? {_DAYS}", r"every \1 on \2"),
    (rf"every (second|third|fourth|fifth) ({_DAY})", _nth_or_every_nth),
    (r"(?:every year )?(?:on )?((?:orthodox |julian )?easter) ?([+-]) ?([0-9]{1,3})(?: days?)?", _days_from_easter),
    (rf"{_MONTHLY}{_ORDINAL} ({_DAY}){_OF_MONTH}", r"every month on the \1 \2"),
    (rf"{_MONTHLY}(?P<places>{_ORDINAL}(?:(?:, and|,| and| &) (?:the )?{_ORDINAL})+) (?P<day>{_DAY}){_OF_MONTH}", _several_places),
    (
        rf"(?:every (?:month|year|[0-9]+ years),? |every |on )?(?:on )?(?:the )?(?P<place>{_ORDINAL}) (?:full )?sat, sun(?: (?:of|in) {_MONTH}(?: (?:every|each) year)?|{_OF_MONTH})",
        _nth_weekend,
    ),
    (
        rf"(?:every (?:year|[0-9]+ years),? )?(?:on )?(?:the )?(?:first |last )?(?P<weekday>{_DAY}) (?P<side>before|after|on or before|on or after|nearest(?: to)?|closest to) (?:the )?"
        rf"(?:(?P<mm>0[1-9]|1[0-2])-(?P<dd>[0-3][0-9])|(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}|(?P<name>{_MONTH_NAME}) (?P<number>[0-9]{{1,2}})(?:st|nd|rd|th)?)",
        _weekday_beside_date,
    ),
    (rf"(?:every (?:month|year|[0-9]+ years),? |every |on )?(?:on )?(?:the )?(?P<place>{_ORDINAL}) (?P<day>{_DAY})(?: of the month)? (?:of|in|during|from) {_MONTHS}(?: (?:every|each) year)?", _nth_in_months),
    (rf"(?:every week on |every |on )?{_DAYS},? (?:of|in|during|from|between) {_MONTHS}", _days_in_months),
    (rf"(?:every year )?(?:on )?(?:the )?({_DAY}) (before|after) ((?:orthodox |julian )?easter)(?: sunday)?", _weekday_beside_easter),
    (rf"(every year|every [0-9]+ years)? ?(?:on )?(?:the )?(?:first )?({_DAY}) after the first ({_DAY}) (?:of|in) {_MONTH}", _weekday_after_weekday),
    (rf"(?:every year )?(?:on )?(?:the )?{_ORDINAL} (?:advent sun|(?:sun )?(?:of|in) advent)", _advent),
    (rf"{_MONTHLY}(?:(?:second|next)[- ]to[- ]last day|(?:last day|last) but one|penultimate day){_OF_MONTH}", "rrule: FREQ=MONTHLY;BYMONTHDAY=-2"),
    (rf"(?:twice (?:a|per) month,? )?{_MONTHLY}(?:days? )?(?P<days>{_DAY_NUMBER}(?:(?:, and|,| and| &) (?:the )?{_DAY_NUMBER})+)(?: day)?{_OF_MONTH}", _days_of_month),
    (rf"(?:every year |every )?(?:in )?{_MONTH}", _month_of_year),
    (
        rf"{_MONTHLY}(?:penultimate|(?:second|next)[- ]to[- ]last|last but one) ({_DAY}){_OF_MONTH}",
        lambda match, _: (f"rrule: FREQ=MONTHLY;BYDAY=-2{_rrule_day(match[1])}",),
    ),
    (rf"{_MONTHLY}(first|last) working day{_OF_MONTH}", r"every month on the \1 working day"),
    (
        rf"{_MONTHLY}last (?:calendar )?day{_OF_MONTH}|(?:every month )?(?:at |on )?(?:the |every )?(?:end of (?:the |every |each )?month|month[- ]?end)",
        "rrule: FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (rf"{_MONTHLY}(?:first day|first|1st){_OF_MONTH}", _day_of_month),
    (rf"{_MONTHLY}(?:day ([0-9]{{1,2}})|([0-9]{{1,2}})(?:st|nd|rd|th)){_OF_MONTH}|every (?:[0-9]+ )?months? on (?:the |day )?([0-9]{{1,2}})(?:st|nd|rd|th)?", _day_of_month),
    (
        rf"(?:every (?:year|[0-9]+ years) |every )?(?:on )?(?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? {_MONTH}(?: (?:every|each) year)?",
        _day_of_year,
    ),
    (
        rf"(?:every (?:year|[0-9]+ years) |every )?(?:on )?{_MONTH} (?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: (?:every|each) year)?",
        _day_of_year,
    ),
)  # fmt: skip
