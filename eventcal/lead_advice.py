"""Reminders as people write them ("the evening before", "-15m", "1 week, 1 day") become the forms that may be meant.

Only for advice: nothing that is rewritten here is taken for a lead without a person's word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from .when.english_words import NUMBERS

_UNIT_ABBREVIATIONS = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "m": "minutes", "min": "minutes", "mins": "minutes",
    "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks", "wk": "weeks", "mo": "months",
}  # fmt: skip
_GRAMMAR_WORDS = (
    "second", "minute", "hour", "day", "week", "month", "before", "change", "known", "cancel", "the", "on", "at",
)  # fmt: skip
_VOCABULARY = (*_GRAMMAR_WORDS, *(f"{unit}s" for unit in _GRAMMAR_WORDS[:6]))
_SYNONYMS = {
    "ahead": "before", "prior": "before", "earlier": "before", "beforehand": "before", "same": "the", "when": "on", "if": "on",
    "changes": "change", "changed": "change", "cancelled": "cancel", "cancellation": "cancel", "canceled": "cancel",
    "moved": "change", "postponed": "change", "rescheduled": "change",
}  # fmt: skip

_LEAD_LIKE_PATTERN = re.compile(
    r"^[0-9]{1,3} (second|minute|hour|day|week|month)s?\b|\b(before|after)\b"
    r"|^(on )?the day\b|^(on )?(change|day known|cancel)$"
)

# What no lead can say, and what to write.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"\bafter\b", "nothing is sent after the date; write 1 day before, or on the day at 18:00"),
    (r"\b(?:working|business|week) ?days?\b", "days of the calendar are counted; write 5 days before"),
    (
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b[0-9]{1,2}(?:st|nd|rd|th)\b",
        "days are counted back from the date; write 3 days before at 17:00",
    ),
    (r"^(?:none|never|no|off|false|no reminders?|-)$", "for none, write reminders: []"),
    (r"^(?:default|yes|on|true)$", "leave the reminders out to have those under defaults"),
    (r"^(?:daily|weekly|hourly|every|each)\b", "each reminder is an entry of its own; write [2 days before, 1 day before]"),
    (
        r"^(?:at|on|when)\b.*\b(?:starts?|begins?|ends?|event)$|^at (?:the )?time\b|^now$",
        "a reminder comes before the start; write 1 minute before",
    ),
)  # fmt: skip


def _add_half(match: re.Match[str]) -> str:
    """Returns "1.5 hours" as "90 minutes", half of "a day" as 12 hours."""
    smaller, factor = {"hour": ("minutes", 60), "day": ("hours", 24), "week": ("days", 7)}[match["unit"]]
    count = float(match["count"].replace(",", ".")) if match["count"] else 0.5
    return f"{round(count * factor)} {smaller}" if (count * factor).is_integer() else match[0]


# Spellings of one thing, made one in this order.
_Replacement = str | Callable[[re.Match[str]], str]
_SPELLINGS: tuple[tuple[str, _Replacement], ...] = (
    (r"\bin advance\b|\bo'?clock\b", " "),
    (r"\b(?:a |one )?quarter (?:of )?an hour\b", "15 minutes"),
    (r"\b(an?|one|[0-9]+) (hour|day)s? and a half\b", lambda match: f"{match[1] if match[1].isdigit() else 1}.5 {match[2]}s"),
    (r"\b([0-9]+)(?: and a half|½| ½) (hour|day|week)s?\b", r"\1.5 \2s"),
    (r"\b(?P<count>[0-9]+[.,]5) ?(?P<unit>hour|day|week)s?\b", _add_half),
    (r"\b(?P<count>)(?:a )?half (?:an? )?(?P<unit>hour|day|week)\b", _add_half),
    (r"[,.]+", " "),
    (r"(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])", " "),
    (r"^(?:t|d) ?- ?([0-9]+)(?= |$)", r"\1 days before"),
    (r"^- ?(?=[0-9p])", ""),
    (r"\ban\b", "a"),
    (r"\b(?:a )?fortnight\b", "2 weeks"),
    (r"^p ?t? (?=[0-9]+ [wdhm]$)", ""),  # ISO 8601: PT30M
    (r"\bnoon\b", "12:00"),
    (r"\bmidnight\b", "00:00"),
    (r"\bbefore (?:the )?(?:start|event|beginning|it (?:starts|begins))\b", "before"),
    (r"^at ([0-9:]+(?: ?[ap]m)?) (.+ before|on the day)$", r"\2 at \1"),
    (r"^(?:on )?(?:the )?day before (?:in the )?evening$", "the day before at 18:00"),
    (r"^(?:the )?(?:evening|night|eve) before$", "the day before at 18:00"),
    (r"^(?:the )?(?:evening|night|eve) before (?:at )?((?:0?[4-9]|1[01])(?::[0-9]{2})?)$", r"the day before at \1 pm"),
    (r"^(?:the )?(?:evening|night|eve) before\b", "the day before"),
    (r"^(?:on |in )?(?:the )?morning(?: of(?: the (?:day|event))?)?$", "on the day at 09:00"),
    (r"^(?:on )?(?:the )?(?:same )?day(?: of)?(?= (?:at )?[0-9])", "on the day"),
    (r"(?:(?<=before )|(?<=on the day )) *(?=[0-9]{1,2}(?::| [ap]m))", "at "),
    (r"([0-9]{1,2})(?::([0-9]{2}))? ([ap])m\b", lambda match: _to_24_hours(match)),
    (r"\bat ([0-9]{1,2})(?![0-9:])", r"at \1:00"),
    (r"(?<![0-9:])([0-9]:[0-9]{2})\b", r"0\1"),
    (r"^(?:when|once|if|as soon as) (?:the )?(?:date|day) (?:is )?(?:known|confirmed|announced|fixed|set)$", "on day known"),
    (r"^(?:when|once|if) (?:confirmed|announced)$", "on day known"),
    (r"^(?:when|if) (?:the )?(?:date|time|place|it) (?:is )?(?:changes?|changed|moves?|moved)$", "on change"),
)  # fmt: skip


def is_lead_like(text: str) -> bool:
    """Tells whether *text*, right or wrong, is meant as a lead or notice and not as a date: it counts units, or says before."""
    return not re.search(r"[0-9]{4}", text) and bool(
        _LEAD_LIKE_PATTERN.search(_correct_spelling(" ".join(text.lower().split())))
    )


def suggest_leads(normalized: str) -> list[list[str]] | str:
    """Returns what *normalized*, in small letters with single spaces, may mean: for each reminder in it the forms to try.

    A sentence where no lead can say it. The forms are not checked.
    """
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, normalized):
            return sentence
    entries = re.split(r" ?[,;&+] ?(?:and )?(?=[0-9a-z])|(?<=before) and ", normalized)
    if len(entries) == 1 or not all(re.match("[0-9]+ [a-z]|the day before|on ", entry) for entry in entries):
        entries = [normalized]
    return [_forms(entry) for entry in entries]


def suggest_length(text: str) -> str:
    """Returns the `length` that *text* says in the words of eight languages: "90 Minuten" is "90 minutes"; "" for none."""
    length = _to_english(" ".join(text.lower().split())).removesuffix(" before")
    if match := re.fullmatch(r"([1-9][0-9]?) weeks?", length):
        length = f"{int(match[1]) * 7} days"
    match = re.fullmatch(r"([1-9][0-9]{0,3}) (minute|hour|day)s?(?: ([1-9][0-9]?)(?: minutes?)?)?", length)
    if match is None or (match[3] and match[2] != "hour"):
        return ""
    return f"{match[1]} {match[2]}{'' if match[1] == '1' else 's'}{f' {match[3]} minutes' if match[3] else ''}"


def _to_english(normalized: str) -> str:
    from .when.rule_words import span_to_english

    return _correct_spelling(span_to_english(normalized))


def _forms(normalized: str) -> list[str]:
    corrected = _to_english(normalized)
    forms = ("{}", "{} before", "on {}", "{} at 09:00", "the {}", "1 {}")
    return [
        *(form.format(corrected) for form in forms),
        re.sub("^the (week|month|hour) before", r"1 \1 before", corrected),
    ]


def _correct_spelling(normalized: str) -> str:
    """Returns *normalized* with numbers as digits, units in full, hours in two digits, and misspelt words as their nearest."""
    spaced = normalized
    for spelling, replacement in _SPELLINGS:
        spaced = re.sub(spelling, replacement, " ".join(spaced.split()))
    corrected = re.sub(r"\bthe (?=[0-9])", "", " ".join(map(_correct_word, spaced.split())))
    corrected = re.sub(_TWO_UNITS, _add_units, corrected)
    years_match = re.match(r"([0-9]{1,2}) years?\b", corrected)
    return f"{int(years_match[1]) * 12} months{corrected[years_match.end() :]}" if years_match else corrected


_TWO_UNITS = r"^([0-9]{1,3}) (week|day|hour)s? (?:and )?([0-9]{1,3}) (day|hour|minute)s?\b"
_SMALLER_UNITS = {("week", "day"): 7, ("day", "hour"): 24, ("hour", "minute"): 60}


def _add_units(match: re.Match[str]) -> str:
    """Returns "1 hour and 30 minutes" as "90 minutes"; units that do not follow each other stay."""
    factor = _SMALLER_UNITS.get((match[2], match[4]))
    return f"{int(match[1]) * factor + int(match[3])} {match[4]}s" if factor else match[0]


def _to_24_hours(match: re.Match[str]) -> str:
    hour = int(match[1])
    if hour <= 12:
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    return f"{hour:02}:{match[2] or '00'}"


def _correct_word(word: str) -> str:
    if word in NUMBERS:
        return str(NUMBERS[word])
    if word in _VOCABULARY or word[0].isdigit():
        return word
    replacement = _UNIT_ABBREVIATIONS.get(word) or _SYNONYMS.get(word)
    return replacement or next(iter(difflib.get_close_matches(word, _VOCABULARY, 1, 0.7)), word)
