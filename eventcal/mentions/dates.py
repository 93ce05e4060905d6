"""Parts of a date become the registry's text at exactly their precision; a missing year is found or the date is left out."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from .. import when
from ..when.zones import AOE
from .grammar import DateLimit, Reading, Tense

NO_YEAR = "no year is said, and no --published to count from"
NOT_PUBLISHED = Reading(reason="counted from a day of publication that is not known: give it with --published")


def day(year: int, month: int, number: int) -> Reading:
    """Returns one day; left out where there is none."""
    return _missing_day(year, month, number) or Reading(f"{year:04}-{month:02}-{number:02}")


def days(first: tuple[int, int, int], last: tuple[int, int, int]) -> Reading:
    """Returns the days *first* to *last*, each (year, month, day)."""
    wrong = _missing_day(*first) or _missing_day(*last)
    if wrong:
        return wrong
    begin, end = date(*first), date(*last)
    if end < begin:
        return Reading(reason=f"the end {end} comes before the start {begin}")
    return Reading(str(when.When(when.AllDay(begin, end))))


def _missing_day(year: int, month: int, number: int) -> Reading | None:
    """Returns why there is no such day, None where there is one."""
    is_known_year = when.FIRST_YEAR <= year < when.LAST_YEAR
    if not (is_known_year and 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]):
        return Reading(reason=f"there is no day {number} in month {month} of {year}")
    return None


def month(year: int, number: int) -> Reading:
    """Returns some time in a month."""
    return Reading(f"{year:04}-{number:02}")


def months(first: tuple[int, int], last: tuple[int, int]) -> Reading:
    """Returns some time between two months, each (year, month)."""
    if last <= first:
        return month(*last) if last == first else Reading(reason="the last month comes before the first")
    tail = f"{last[1]:02}" if first[0] == last[0] else f"{last[0]:04}-{last[1]:02}"
    return Reading(f"{first[0]:04}-{first[1]:02}/{tail}")


def quarter(year: int, number: int) -> Reading:
    """Returns some time in a quarter."""
    return Reading(f"{year:04}-Q{number}")


def half(year: int, number: int) -> Reading:
    """Returns some time in a half-year."""
    return Reading(f"{year:04}-H{number}")


def year(number: int) -> Reading:
    """Returns some time in a year."""
    return Reading(f"{number:04}")


def part(of: Reading, word: str) -> Reading:
    """Returns the `early`, `mid` or `late` part of a month or year."""
    return replace(of, when=f"{word} {of.when}") if of.when else of


def half_month(year: int, number: int, is_second: bool) -> Reading:
    """Returns some time in the first fifteen days of a month, or in the rest of it."""
    begin, end = (16, calendar.monthrange(year, number)[1]) if is_second else (1, 15)
    return one_of(day(year, number, begin), day(year, number, end))


def one_of(first: Reading, last: Reading) -> Reading:
    """Returns some time from the first day of *first* to the last of *last*."""
    utc = ZoneInfo("UTC")
    begin, end = when.parse(first.when, utc).first_day, when.parse(last.when, utc).last_day
    text = f"{begin}..{end}"
    if not when.is_readable(text):
        return Reading(reason="its end comes before its start")
    return Reading(str(when.parse(text, utc)))


def season(number: int, word: str) -> Reading:
    """Returns a season of a year; of a winter the year, for it lies in two."""
    return Reading(f"{number:04}", note="the text says winter") if word == "winter" else Reading(f"{word} {number:04}")


def week_of(first: Reading) -> Reading:
    """Returns some time in the week of a day, doubtful if the day is."""
    if not first.when:
        return first
    iso = date.fromisoformat(first.when[:10]).isocalendar()
    return replace(first, when=f"{iso.year:04}-W{iso.week:02}{first.when[10:]}")


def decade(first: int) -> Reading:
    """Returns some time in a decade."""
    return Reading(f"{first}s")


# "will be decided by 5 p.m. on 3 May", and not "bids will be accepted until"
_FORETOLD = re.compile(
    r"\b(?:will|expect(?:ed|s)?|likely|hopes?|should|could|might|(?-i:may)|(?:is|are)\s+to|wird|werden|soll(?:en|te)?|dürften?|erwartet|будет|будут|состоится"
    r"|ожидает\w*|se\s+espera|será\w*|podrían?)\b|将|预计|有望|可能|س[يت]",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:must|due|deadline|submi\w+|regist\w+|appl(?:y|ications?)|bids?|tenders?|offers|entries|votes|orders|accept\w*|receiv\w+|repl(?:y|ies)|respon\w+|rsvp"
    r"|\w*frist|\w*schluss|ein(?:zu)?reich\w+|an(?:zu)?meld\w+|bewerb\w+|anträge?n?|angebote?n?|заяв\w+|срок\w*|принима\w+|plazo|solicitud\w*|inscripci\w+"
    r"|ofertas?)\b|截止|申请|报名|提交|投标",
    re.IGNORECASE,
)


def is_deadline(text: str) -> bool:
    """Tells whether a limit in the words *text* is one by which people do something, and not of what will happen by then."""
    return _DEADLINE.search(text) is not None or _FORETOLD.search(text) is None


_LIMIT_OF_DAY = {
    DateLimit.EMBARGO: DateLimit.NOT_BEFORE,
    DateLimit.AFTER: DateLimit.NOT_BEFORE,
    DateLimit.BEFORE: DateLimit.NOT_AFTER,
}


def with_limit(of: Reading, limit: DateLimit, is_deadline: bool = False) -> Reading:
    """Returns the date of *of* as a limit, of an hour as one of its day, for the registry has no other.

    An hour at which a deadline (*is_deadline*) or an embargo ends stays, and so does what the registry has no limit for.
    """
    if limit is DateLimit.COUNTED:
        return Reading(reason="another date is counted from it, which the text does not name")
    if " " in of.when and _DAY_WITH_HOUR.match(of.when) and limit is not DateLimit.ABOUT:
        is_end = is_deadline and limit in (DateLimit.BEFORE, DateLimit.NOT_AFTER)
        if is_end or limit is DateLimit.EMBARGO:
            return of
        hour = " ".join(filter(None, (of.when[11:], of.zone)))
        of = replace(
            of,
            when=of.when[:10],
            zone="",
            note=_joined(_without_clock(of.note), f"the limit is at {hour}, and has no hour in the registry"),
        )
        limit = _LIMIT_OF_DAY.get(limit, limit)
    text = of.when
    if limit is DateLimit.ABOUT:
        text = f"{text}?" if re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else f"~{text}"
    elif limit is DateLimit.AFTER or (limit is DateLimit.BEFORE and not text.startswith("late ")):
        known, is_after = when.parse(text, ZoneInfo("UTC")), limit is DateLimit.AFTER
        edge = known.last_day if is_after else known.first_day
        if edge is None:
            return of
        day = edge + timedelta(days=1 if is_after else -1)
        is_month = (day if is_after else edge).day == 1 and not known.is_day_known
        said = f"{day.year:04}" if len(text) == 4 else f"{day:%Y-%m}" if is_month else f"{day}"
        text = f"{'from' if is_after else 'by'} {said}"
    else:  # "before the end of 2027" is within it
        word = _LIMIT_OF_DAY.get(limit, limit)
        text = f"{word} {text.removeprefix('late ') if word is DateLimit.NOT_AFTER else text}"
    return replace(of, when=text) if when.is_readable(text) else of


def doubtful(of: Reading, is_one_of: bool = False) -> Reading:
    """Returns *of* as a date that may be another; of several days, some one of them if *is_one_of*."""
    if not of.when or of.when.endswith("?"):
        return of
    text = of.when.replace("/", "..") if is_one_of and "/" in of.when else f"{of.when}?"
    return replace(of, when=text) if when.is_readable(text) else of


_OWN_CLOCK = "the hour is read on the calendar's own clock"
_DAY_WITH_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]")


def at_hour(of: Reading, hour: int, minute: int, end: tuple[int, int] | None, zone: str) -> Reading:
    """Returns the day of *of* at an hour of *zone*, "" for the calendar's; *of* itself where it is no single day.

    An *end* before the hour is on the next day.
    """
    if (hour, minute, end) == (24, 0, None):
        return at_midnight(of, zone, is_end=True)
    if len(of.when) != 10 or not (0 <= hour < 24 and 0 <= minute < 60):
        return of
    text = f"{of.when} {hour:02}:{minute:02}"
    if end and (hour, minute) < end < (24, 0):
        text += f"/{end[0]:02}:{end[1]:02}"
    elif end and end != (hour, minute):
        night = timedelta(days=1, hours=end[0] % 24 - hour, minutes=end[1] - minute)
        if night <= when.LONGEST_NIGHT:  # an end before its start by more than this is a slip, and left out
            text += f"/{date.fromisoformat(of.when) + timedelta(days=1)} {end[0] % 24:02}:{end[1]:02}"
    note = of.note if zone else _joined(of.note, _OWN_CLOCK)
    return replace(of, when=text, zone=zone, note=note) if when.is_readable(text) else of


def dates_of(text: str, zone: str, clock: ZoneInfo) -> tuple[when.When, ...]:
    """Returns the date *text* as its words have it and, where its hour is in a *zone* of its own, as *clock* shows it."""
    known = when.parse(text, when.find_zone(zone) if zone else clock)
    return (known, known.in_zone(clock)) if zone else (known,)


# Years that are not said


_JUST_OVER = timedelta(days=10)
"""How long after its day "begins on 14 September" is said of it still, and not of the next year's."""


_NEAR = timedelta(days=60)
"""How long after its day it may be told that something did not take place."""

_NEARBY = timedelta(days=120)
"""How near to a text a day is that it means where nothing says otherwise."""


def with_year(published: date, tense: Tense, month_number: int, number: int | None) -> tuple[int, str]:
    """Returns the year of a date without one, counted from the day of publication; 0 with the reason where that is open."""
    years = [published.year - 1, published.year, published.year + 1]
    spans = {one: _span(one, month_number, number) for one in years}
    last = next(one for one in reversed(years) if spans[one][0] <= published)
    following = next(one for one in years if spans[one][1] >= published)
    since, until = published - spans[last][1], spans[following][0] - published
    if tense is Tense.PAST:
        return last, ""
    if tense is Tense.AHEAD:
        is_just_over = number and timedelta() < since <= _JUST_OVER
        return (0, "no year is said, and it was only days ago") if is_just_over else (following, "")
    if tense is Tense.EITHER:
        near = {last} if since <= _NEAR else {following} if since > _NEARBY else set()
    else:
        near = {year for year, distance in ((last, since), (following, until)) if distance <= _NEARBY}
    if len(near) == 1 and (tense is not Tense.TOLD or last in near):
        return near.pop(), ""
    return 0, "no year is said, and it could be this year's or another's"


def _span(one: int, month_number: int, number: int | None) -> tuple[date, date]:
    longest = calendar.monthrange(one, month_number)[1]
    return date(one, month_number, min(number or 1, longest)), date(one, month_number, min(number or longest, longest))


_FOLLOWS = "the year follows from "


def inferred(reading: Reading, source: str) -> Reading:
    """Returns *reading* with a note of what its year comes from."""
    return replace(reading, note=_joined(reading.note, f"{_FOLLOWS}{source}"))


def is_inferred(reading: Reading) -> bool:
    """Tells whether the year of a date was not said."""
    return _FOLLOWS in reading.note


def in_year_of(reading: Reading, earlier: Reading, source: str) -> Reading:
    """Returns a date whose year was inferred in that of *earlier*, the words *source* of its sentence, where it then comes next.

    "Opens on 3 November 2028 and closes on 21 November" are days of one year.
    """
    year, day = earlier.when[:4], reading.when[4:]
    if not (is_inferred(reading) and re.match("-[0-9]{2}", day)) or reading.when[:4] >= year or day < earlier.when[4:]:
        return reading
    moved = replace(reading, when=f"{year}{day}", note=f"{_FOLLOWS}{source!r}")
    return moved if when.is_readable(moved.when) else reading


def shifted(published: date | None, number: int) -> Reading:
    """Returns the day *number* days after publication."""
    if published is None:
        return NOT_PUBLISHED
    return _counted(f"{published + timedelta(days=number)}", published)


def shifted_period(published: date | None, unit: str, number: int) -> Reading:
    """Returns some time in the `week`, `month` or `year` that comes *number* of them after that of publication."""
    if published is None:
        return NOT_PUBLISHED
    if unit == "week":
        return week_of(shifted(published, 7 * number))
    if unit == "year":
        return _counted(f"{published.year + number:04}", published)
    year, month_index = divmod(published.year * 12 + published.month - 1 + number, 12)
    return _counted(f"{year:04}-{month_index + 1:02}", published)


def day_of_shifted_month(published: date | None, number: int, day_number: int) -> Reading:
    """Returns a day of the month *number* months after that of publication."""
    shifted_month = shifted_period(published, "month", number)
    if not shifted_month.when:
        return shifted_month
    year, month_number = map(int, shifted_month.when.split("-"))
    return replace(day(year, month_number, day_number), note=shifted_month.note)


def _counted(text: str, published: date) -> Reading:
    return Reading(text, note=f"counted from the publication on {published}")


def until_its_end_everywhere(of: Reading) -> Reading:
    """Returns the last minute of the day of *of* anywhere on Earth; *of* itself where it is no single day."""
    last = at_hour(of, 23, 59, None, AOE)
    return (
        last
        if last is of
        else replace(last, note=_joined(last.note, "AoE: the day ends last where it is 12 hours behind UTC"))
    )


def at_midnight(of: Reading, zone: str, *, is_end: bool) -> Reading:
    """Returns the day of *of* until its end, as a deadline at midnight is read; else the day, for of which end it is, is not said."""
    if is_end:
        return with_note(at_hour(of, 23, 59, None, zone), "midnight is read as the end of the day")
    return with_note(of, "midnight may be the beginning or the end of the day, and was left out")


def with_note(of: Reading, note: str) -> Reading:
    """Returns *of* with one more note, if it is a date."""
    return replace(of, note=_joined(of.note, note)) if of.when else of


def without_hour(of: Reading, zone: str) -> Reading:
    """Returns the day of *of*, with a note that its hour is in *zone*, which may be one or another."""
    return replace(of, note=_joined(of.note, f"the hour is that of {zone!r}, and was left out"))


def in_zone(of: Reading, zone: str, name: str) -> Reading:
    """Returns *of* with its hour in *zone*, which the text calls *name*; its day alone where the name may mean several, and *zone* is ""."""
    said = replace(of, zone=zone, note=_without_clock(of.note))
    return said if zone else without_hour(replace(said, when=of.when[:10]), name)


def with_clear_hour(of: Reading) -> Reading:
    """Returns *of* without an hour before noon, which beside "on the evening of" is one of twelve."""
    if not re.match(r"[0-9-]{10} (?:0[0-9]|1[01]):", of.when):
        return of
    why = "the hour could be of either half of the day, and was left out"
    return replace(of, when=of.when[:10], zone="", note=_joined(_without_clock(of.note), why))


def _without_clock(note: str) -> str:
    return note.removesuffix(_OWN_CLOCK).rstrip("; ")


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
