"""Forms of dates in which the day stands before the month, for every language that has a table of its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from . import dates
from .grammar import (
    DateLimit,
    Language,
    Read,
    Reading,
    Scope,
    compile_limits,
    compile_patterns,
    compile_tense,
    fill_names,
)
from .shared_forms import DOTTED_DAYS, SLASHED_DAYS, DateForms, decade, first_number, numeric_days

Value = TypeVar("Value")

NOTHING = "(?!)"
"""The pattern of what a language does not have."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of one language, as patterns. *months* and *weekdays* begin with January and Monday.

    *join* stands between a day and its month, *year_join* before a year and *year_end* behind it, *in_month* before a month without
    a year, *night* before the day on which a night ends, *week* before a day of a week. *ordinals* are the first to the fourth and the last, *halves* both halves
    of a year or month, *steps* count a year or month, <<UNIT>>, from that of publication, and *units* are the words for these.
    *clock* has the groups start, end and half, and maybe zone, one of *zones*; *late* and *early* are words of `half`, and with
    *needs_half* an hour before 13 needs one. *new_date* ends before the date to which something is *moved*, and *replaced* has the
    former one in the group `old`. *first* and *last* are forms of this language alone, tried before and after the others.
    """

    tag: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: str
    join: str
    year_join: str
    to: str
    both: str
    either: str
    in_month: str
    clock: str
    late: str
    early: str
    parts: Mapping[str, str]
    seasons: Mapping[str, str]
    ordinals: tuple[str, ...]
    quarter: str
    halves: tuple[str, str]
    steps: Mapping[str, int]
    units: tuple[str, str]
    moved: str
    new_date: str
    called_off: str
    former: str
    ahead: str
    past: str
    sentence_end: str
    limits: tuple[tuple[str, DateLimit], ...]
    replaced: str
    between: str = NOTHING
    year: str = NOTHING
    year_end: str = ""
    decade: str = NOTHING
    night: str = NOTHING
    week: str = NOTHING
    needs_half: bool = False
    before_weekday: str = ""
    listing: str = ","
    zones: Mapping[str, str] = field(default_factory=dict)
    first: tuple[tuple[str, Callable[[TableForms], Read]], ...] = ()
    last: tuple[tuple[str, Callable[[TableForms], Read]], ...] = ()


DIGITS = r"(?:[12١٢]\d|[3٣][01٠١]|[0٠]?[1-9١-٩])"
_YEAR = r"(?:1[5-9]|20|21|٢٠)\d{2}(?!\d|-\d|/\d)"
_NUMERIC = (
    r"(?<![\w./:-])(?P<day>\d{1,2})(?P<mark>[./])(?P<month>\d{1,2})(?P=mark)(?P<year>(?:19|20|21|٢٠)\d{2})(?!\d|[./]\d)"
)
_ISO = r"(?<![\w./:-])(?P<year>(?:19|20|21)[0-9]{2})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9-])"


def build_language(table: WordTable) -> Language:
    """Returns the language of *table*: each form of a date with its words filled in."""
    forms = TableForms(
        month=lambda text: int(text) if text.isdecimal() else _find(table.months, text),
        number=first_number,
        weekday=lambda text: _find(table.weekdays, text) - 1,
        ordinal=lambda text: [*range(1, 5), -1][_find(table.ordinals, text) - 1],
        step=lambda text: _find_value(_of_unit(table, "|".join(table.units)), text),
        part_word=lambda text: _find_value(table.parts, text),
        season_word=lambda text: _find_value(table.seasons, text),
        table=table,
    )
    names = _names(table)
    # some names have others in them
    pairs = [(fill_names(words, names), read) for words, read in _pairs(forms)]
    return Language(
        tag=table.tag,
        patterns=compile_patterns(pairs, names),
        tense=compile_tense(off=f"{table.called_off}|{table.moved}", ahead=table.ahead, past=table.past),
        sentence_end=re.compile(fill_names(table.sentence_end, names)),
        limits=compile_limits(table.limits),
        replaced=re.compile(fill_names(table.replaced, names)),
        former=re.compile(table.former, re.IGNORECASE),
        put_off=re.compile(table.moved, re.IGNORECASE),
        new_date=re.compile(rf"(?:{table.new_date})\s*$", re.IGNORECASE),
        called_off=re.compile(table.called_off, re.IGNORECASE),
    )


def _of_unit(table: WordTable, unit: str) -> dict[str, int]:
    """Returns the words for a year or month beside that of publication, as patterns, and how many later it is."""
    return {words.replace("<<UNIT>>", f"(?:{unit})"): step for words, step in table.steps.items()}


def _names(table: WordTable) -> dict[str, str]:
    """Returns the parts of patterns in a language."""
    ordinals, seasons, parts = ("|".join(words) for words in (table.ordinals, table.seasons, table.parts))
    which_year, which_month = (f"(?P<which>{'|'.join(_of_unit(table, unit))})" for unit in table.units)
    return {
        "OF": "(?:<<C>><<Y>>|<<WHICH_YEAR>>)", "WHICH_YEAR": which_year, "WHICH_MONTH": which_month,
        "Y1": f"(?:<<C>>(?P<y1>{_YEAR}){table.year_end})?", "Y": f"(?P<year>{_YEAR}){table.year_end}",
        "DAY": rf"(?P<day>{table.day})", "M": f"(?:{'|'.join(table.months)})(?!\\w)", "D": table.day, "G": table.join,
        "C": table.year_join, "TO": table.to, "AND": table.both, "OR": table.either, "BETWEEN": table.between,
        "IN": f"(?:{table.in_month})", "P": f"(?:{parts})", "S": f"(?P<season>{seasons})", "N": f"(?P<nth>{ordinals})",
        "Q": table.quarter, "H": f"(?:{table.halves[0]}|(?P<second>{table.halves[1]}))", "YEAR": f"(?:{table.year})",
        "DECADE": table.decade, "NIGHT": table.night, "WEEK": table.week, "L": table.listing, "BW": table.before_weekday,
        "WD": f"(?:{'|'.join(table.weekdays)})(?!\\w)", "W": r"(?:(?P<weekday><<WD>>)\.?,?\s+)?",
        "B": r"(?<![\w./:-])(?<!\b[Nn]r\. )(?<!№ )", "CLOCK": f"(?:{table.clock})",
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForms(DateForms):
    """Forms that read the hours of *table* too."""

    table: WordTable

    def clocked(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads a day with its weekday and its hour, if the text says them."""
        return _with_clock(self.day(match, scope), match, self.table)

    def week(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads some time in the week of a day."""
        return dates.week_of(self.day(match, scope))


def _pairs(forms: TableForms) -> tuple[tuple[str, Read], ...]:
    """Returns the patterns of a language, the more specific first, and what reads them."""
    return (
        *((words, read(forms)) for words, read in forms.table.first),
        (r"\b<<NIGHT>><<W>><<BW>><<DAY>><<G>>(?P<month><<M>>)<<OF>>?", forms.night),
        (r"\b<<N>>\s+(?P<name><<WD>>)\s+(?:im\s+|des\s+|del?\s+)?(?P<month><<M>>)<<OF>>?", forms.nth_weekday),
        (r"<<B>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)<<Y1>><<TO>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)<<OF>>?", forms.days_of_two_months),
        (r"<<BETWEEN>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)<<Y1>><<AND>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)<<OF>>?", forms.days_of_two_months),
        (r"<<BETWEEN>>(?P<first><<D>>)<<AND>>(?P<last><<D>>)<<G>>(?P<month><<M>>)<<OF>>?", forms.days_of_month),
        (r"<<B>>(?P<first><<D>>)<<TO>>(?P<last><<D>>)<<G>>(?P<month><<M>>)<<OF>>?", forms.days_of_month),
        (r"<<B>>(?P<first><<D>>)<<OR>>(?P<last><<D>>)<<G>>(?P<month><<M>>)<<OF>>?", forms.one_of_days),
        (r"<<B>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)<<Y1>><<OR>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)<<OF>>?", forms.one_of_days),
        (r"<<B>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)<<AND>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)<<OF>>", forms.two_days),
        (r"<<B>>(?P<days><<D>>(?:\s*<<L>>\s*<<D>>)*<<AND>><<D>>)<<G>>(?P<month><<M>>)<<OF>>?", forms.listed_days),
        (r"\b<<Q>><<OF>>", forms.quarter),
        (r"\b<<H>><<OF>>", forms.half),
        (r"\b<<H>><<G>>(?P<month><<M>>)<<OF>>?", forms.half_month),
        (r"\b<<S>><<OF>>", forms.season),
        (r"\b<<WEEK>><<W>><<BW>><<DAY>><<G>>(?P<month><<M>>)<<OF>>?", forms.week),
        (rf"\b<<WEEK>>{_NUMERIC}", forms.week),
        (r"<<B>><<W>><<BW>><<DAY>><<G>>(?P<month><<M>>)<<OF>>?<<CLOCK>>?", forms.clocked),
        (DOTTED_DAYS, numeric_days),
        (SLASHED_DAYS, numeric_days),
        ("<<W>><<BW>>" + _NUMERIC + "<<CLOCK>>?", forms.clocked),
        (_ISO, forms.day),
        (r"<<B>><<DAY>><<WHICH_MONTH>>", forms.day_of_month_beside),
        (r"\b(?P<p1><<P>>)\s+(?P<m1><<M>>)(?:<<TO>>|<<AND>>|<<OR>>)(?P<p2><<P>>)\s+(?P<m2><<M>>)<<OF>>?", forms.parts_of_two_months),
        (r"\b(?P<part><<P>>)\s+(?P<month><<M>>)<<OF>>?", forms.one_month),
        (r"<<B>>(?P<m1><<M>>)<<Y1>>(?:<<TO>>|<<AND>>|<<OR>>)(?P<m2><<M>>)<<OF>>", forms.two_months),
        (r"<<B>>(?P<month><<M>>)<<OF>>", forms.one_month),
        (r"\b<<IN>>(?P<m1><<M>>)(?:<<TO>>|<<AND>>|<<OR>>)(?P<m2><<M>>)(?!\s+\d)(?P<year>)", forms.two_months),
        (r"\b(?P<part><<P>>)(?:\s+(?:<<YEAR>>)?<<Y>>|<<WHICH_YEAR>>)", forms.whole_year),
        (r"\b<<DECADE>>", decade),
        (r"\b<<YEAR>><<Y>>", forms.whole_year),
        (r"\b<<IN>>(?P<month><<M>>)(?!\s+\d)(?P<year>)", forms.one_month),
        *((words, read(forms)) for words, read in forms.table.last),
    )  # fmt: skip


def _find(choices: tuple[str, ...], text: str) -> int:
    """Returns the number, from 1, of the pattern that *text* is."""
    return next(n for n, words in enumerate(choices, start=1) if re.fullmatch(words, text.strip(), re.IGNORECASE))


def _find_value(choices: Mapping[str, Value], text: str) -> Value:
    """Returns what the pattern that *text* is stands for."""
    return next(value for words, value in choices.items() if re.fullmatch(words, text, re.IGNORECASE))


# "12 de la noche" is midnight, "12 de la mañana" noon, and "3 de la noche" early: an hour is known where the half of the day is
_NOON = re.compile(r"mittag|tarde|mediod|p\.?\s?m|ظهر|дня", re.IGNORECASE)
_AROUND_NOON = re.compile(r"mittags|del\s+mediod|ظهر|дня", re.IGNORECASE)
_NIGHT = re.compile(r"noche|مساء|вечера|ночи", re.IGNORECASE)


def _with_clock(reading: Reading, match: re.Match[str], table: WordTable) -> Reading:
    if not match["start"]:
        return reading
    groups = match.groupdict()
    half, zone = groups["half"] or "", groups.get("zone") or ""
    if zone and not any(re.fullmatch(words, zone, re.IGNORECASE) for words in table.zones):
        return dates.without_hour(reading, zone)
    numbers = [[*map(int, re.findall(r"\d+", text)), 0] for text in (match["start"], match["end"]) if text]
    first, last = numbers[0][0], numbers[-1][0]
    is_early = re.search(table.early, half, re.I) is not None or (half in ("ночи", "nachts") and first < 9)
    is_late = not is_early and re.search(table.late, half, re.I) is not None
    if (half and not (is_late or is_early)) or (table.needs_half and not half and first <= 12):
        return reading
    if half and ((first == 12 and not _NOON.search(half)) or ("noche" in half and min(first, last) < 6)):
        return reading
    latest = 9 if _AROUND_NOON.match(half) else 12
    hours = [(number + 12 if is_late and number < latest else number, minute) for number, minute, *_ in numbers]
    if len(hours) > 1 and last == 12 and _NIGHT.search(half):
        hours[1] = (24, hours[1][1])
    if is_late and len(hours) > 1 and hours[1] < hours[0]:  # "de 10 a 2 de la tarde"
        hours[0] = (first, numbers[0][1])
    zone = _find_value(table.zones, zone) if zone else ""
    return dates.at_hour(reading, *hours[0], hours[1] if len(hours) > 1 else None, zone)
