"""An RRULE of RFC 5545 becomes `repeat` where that says exactly the same, else a `rrule` that the registry takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from .. import repeat, when
from ..errors import GrammarError
from ..repeat import RecurrenceRule
from ..repeat.movable import WEEKDAY_NAMES, WEEKDAYS
from ..repeat.rule import join_rrule, without_parts
from ..when.calendar_days import CalendarDay, OtherCalendar
from ..when.english_words import ORDINALS
from .dates import DAY, Span, clock_of, utc

# Exporters write an end in the far future for "no end".
FARTHEST_YEAR = 2200
LISTED_YEARS, MAX_LISTED = 5, 500
"""For how long, and how many of, the dates that no rule makes are listed."""

_DAYS = dict(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True))
_PLACES = {str(place): word for word, place in ORDINALS.items()}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_WORKING_DAYS = {"1": "first", "-1": "last"}
_CALENDARS = {calendar.upper(): calendar for calendar in OtherCalendar}


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule to write: *key* is `repeat` or `rrule`. *first* is the first date that the rule makes.

    *remarks* say what was mended. An empty *key* means that the rule could not be carried.
    """

    key: str
    text: str
    first: date
    rule: RecurrenceRule | None = None
    remarks: list[str] = field(default_factory=list)


def rule_text(rrule: str, span: Span, cut_before: date | None = None, zone: str = "") -> RuleText:
    """Returns the registry's rule for *rrule* from the first date *span*, ending before the day *cut_before*.

    *zone* is that of the calendar, where it is known: an UNTIL in UTC that ends whole days was written on its clock.
    """
    remarks: list[str] = []
    try:
        parts = _parts(rrule, remarks)
        until = _until(parts, span, zone, remarks)
        if cut_before is not None:
            until = min(until, cut_before - DAY) if until else cut_before - DAY
        if (scale := parts.pop("RSCALE", "GREGORIAN")) != "GREGORIAN":
            return _of_other_calendar(scale, parts, span, until, remarks)
        _drop_if(parts, "SKIP", "OMIT")
        if cut_before is not None and until is not None:
            parts = _without_count(parts, span, until)
        _drop_defaults(parts, span)
        first, moved = _first(parts, span)
        if moved and "COUNT" in parts:
            # RFC 5545 counts DTSTART as the first instance, also where the rule does not make it.
            parts["COUNT"] = str(max(1, int(parts["COUNT"]) - 1))
        if until is not None and until < first.day:
            raise GrammarError("it ends before its first date")
        parts, until = _bounded_count(parts, first, until, remarks)
        return _written(parts, first, until, remarks)
    except GrammarError as error:
        return RuleText("", str(error), span.day, None, remarks)


def moved_rule(rrule: str, span: Span, day: date, moved: Span, zone: str) -> tuple[str, list[date]]:
    """Returns the rule that goes on from *moved* as *rrule*, which begins on *span*, does from its date *day*.

    Where no such rule makes all dates of *rrule* from *day* on as much later as *moved* is (RFC 5545 3.8.4.4), it returns ""
    and these dates after *moved*, of an endless rule those of LISTED_YEARS. *zone* is that of the calendar.
    """
    old = rule_text(rrule, span, None, zone)
    if old.rule is None:
        return rrule, []
    shift, begin = moved.day - day, repeat.local_dtstart(parse_span(span.moved_to(old.first)))
    horizon = date(min(day.year + LISTED_YEARS, when.LAST_YEAR - 1), 12, 31)
    days = [*repeat.iter_days(old.rule, begin, begin, horizon)]
    later = [other + shift for other in days if other > day][:MAX_LISTED]
    text = _shift_weekdays(rrule.upper(), shift.days)
    if count := re.search(r"COUNT=([0-9]{1,9})(?![0-9])", text):
        past = sum(1 for other in days if other < day)
        text = text.replace(count[0], f"COUNT={max(1, int(count[1]) - past)}")
    last = repeat.last_start_day(old.rule, begin)
    if last is not None and "UNTIL=" in text:
        text = re.sub("UNTIL=[^;]*", f"UNTIL={_until_text(moved.moved_to(last + shift))}", text)
    if shift or day not in days:
        new = rule_text(text, moved, None, zone)
        first = repeat.local_dtstart(parse_span(moved))
        new_days = new.rule and [*islice(repeat.iter_days(new.rule, first, first, horizon + shift), 1 + len(later))]
        if new_days != [moved.day, *later]:
            return "", later
    return text, []


def _until_text(last: Span) -> str:
    """Returns the UNTIL of a rule whose last date is *last* (RFC 5545 3.3.10)."""
    if not isinstance(last.start, datetime):
        return f"{last.day:%Y%m%d}"
    return f"{utc(last.start, last.zone):%Y%m%dT%H%M%SZ}"


def _shift_weekdays(rrule: str, days: int) -> str:
    """Returns the rule with its weekdays *days* later, as the dates that it made have moved."""
    if not days:
        return rrule

    def later(match: re.Match[str]) -> str:
        return WEEKDAYS[(WEEKDAYS.index(match[0]) + days) % 7]

    parts = [
        re.sub("|".join(WEEKDAYS), later, part) if part.startswith("BYDAY=") else part
        for part in rrule.split(";")
        if not part.startswith("BYMONTHDAY=")
    ]
    return ";".join(parts)


def _of_other_calendar(
    scale: str, parts: dict[str, str], span: Span, until: date | None, remarks: list[str]
) -> RuleText:
    """Returns the `repeat` of a yearly rule with RSCALE (RFC 7529); its day, where it names none, is that of the first date.

    Raises GrammarError for a calendar, or a rule of it, that `repeat` does not have.
    """
    calendar = _CALENDARS.get(scale.partition("-")[0])
    if (
        calendar is None
        or parts["FREQ"] != "YEARLY"
        or set(parts) - {"FREQ", "INTERVAL", "COUNT", "BYMONTH", "BYMONTHDAY", "SKIP"}
    ):
        raise GrammarError(f"RSCALE={scale}: only a day of a year of the Chinese, Hebrew or Islamic calendar is read")
    if scale.startswith("ISLAMIC") and scale != "ISLAMIC-UMALQURA":
        remarks.append(f"RSCALE={scale} is computed as Umm al-Qura, which may differ by a day")
    first = repeat.calendar_day_of(calendar, span.day)
    month, number = parts.get("BYMONTH", ""), parts.get("BYMONTHDAY", "")
    if first is None or not re.fullmatch("|0?[1-9]|1[0-2]", month) or not re.fullmatch("|[0-9]{1,2}", number):
        raise GrammarError(f"RSCALE={scale}: a leap month, and a day counted from the end of the month, has no rule")
    # RFC 7529 counts the Hebrew months from Tishrei, `repeat` from Nisan.
    shift = 6 if calendar is OtherCalendar.HEBREW else 0
    day = CalendarDay(calendar, (int(month) + shift - 1) % 12 + 1 if month else first.month, int(number or first.day))
    if day.day == 30 and parts.get("SKIP", "OMIT") != "OMIT":
        raise GrammarError(f"SKIP={parts['SKIP']}: a year whose month has no day 30 is left out")
    step, known = parts.get("INTERVAL", "1"), parse_span(span)
    text = f"every year on {day}" if step == "1" else f"every {step} years on {day}"
    rule = repeat.parse(f"{text} {parts['COUNT']} times" if "COUNT" in parts else text, known)
    last = repeat.last_start_day(rule, repeat.local_dtstart(known))
    if until is not None and (last is None or until < last):
        rule = repeat.parse(f"{text} until {until}", known)
    return RuleText("repeat", rule.text, span.day, rule, remarks)


def _parts(rrule: str, remarks: list[str]) -> dict[str, str]:
    text = rrule.strip().upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise GrammarError(f"{part!r} is not part of a rule")
        name, value = name.strip(), value.strip().replace(" ", "")
        if parts.setdefault(name, value) != value:
            remarks.append(f"{name} is given twice; {name}={parts[name]} was taken")
    if parts.get("FREQ") not in _UNITS:
        raise GrammarError(f"FREQ={parts.get('FREQ', '')}: a rule makes one start a day at most")
    if (
        parts["FREQ"] == "DAILY"
        and "BYMONTHDAY" in parts
        and "BYSETPOS" not in parts
        and parts.get("INTERVAL", "1") == "1"
    ):
        parts["FREQ"] = "MONTHLY"  # the registry's word for it
    if parts.get("COUNT") == "-1":  # of Confluence, for none
        del parts["COUNT"]
    if "COUNT" in parts and not re.fullmatch("(?!0+$)[0-9]{1,9}", parts["COUNT"]):
        raise GrammarError(f"COUNT={parts['COUNT'][:60]} is not a number from 1 to 999999999")
    return parts


def _until(parts: dict[str, str], span: Span, zone: str, remarks: list[str]) -> date | None:
    """Returns the last day on which the rule may start, taken out of *parts*."""
    text = parts.pop("UNTIL", "")
    match = re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:T?([0-9]{2}):?([0-9]{2}):?([0-9]{2})?(Z?))?", text)
    if not text:
        return None
    try:
        if match is None:
            raise ValueError(text)
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if day.year >= FARTHEST_YEAR:
            remarks.append(f"UNTIL={text} is written as no end")
            return None
        if match[4] is None:
            moment = datetime(day.year, day.month, day.day)
        else:
            moment = datetime(day.year, day.month, day.day, int(match[4]), int(match[5]), int(match[6] or 0))
        if match[4] is None or not isinstance(span.start, datetime):
            # RFC 5545 3.3.10 wants the type of DTSTART. Exporters that write the other one mean the whole day: midnight in UTC
            # is that day, and any other moment in UTC was a midnight, or the last second, of their own zone.
            if match[7] and zone and moment.time() != time():
                day = moment.replace(tzinfo=UTC).astimezone(clock_of(zone)).date()
            if (match[4] is None) == isinstance(span.start, datetime):
                remarks.append(
                    f"UNTIL={text} is {'a day' if match[4] is None else 'an hour'} and DTSTART is not; {day} counts as its last day"
                )
            return day
        if match[7]:
            moment = moment.replace(tzinfo=UTC).astimezone(clock_of(span.zone)).replace(tzinfo=None)
        else:
            remarks.append(f"UNTIL={text} names no zone; it was read in the event's")
    except ValueError:
        raise GrammarError(f"UNTIL={text} is not a date") from None
    return moment.date() - (DAY if moment.time() < span.start.time().replace(microsecond=0) else timedelta())


def _without_count(parts: dict[str, str], span: Span, until: date) -> dict[str, str]:
    """Returns *parts* with COUNT only where it ends before *until*."""
    if "COUNT" not in parts:
        return parts
    ends = _nth_day(parts, span, int(parts["COUNT"]))
    return parts if ends is not None and ends <= until else without_parts(parts, "COUNT")


def _drop_defaults(parts: dict[str, str], span: Span) -> None:
    """Drops what says nothing: INTERVAL=1, WKST where weeks are not counted, days and months that DTSTART gives."""
    freq, day = parts["FREQ"], span.day
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    if not _counts_weeks(parts, day):
        parts.pop("WKST", None)
    for name, unit in (("BYHOUR", "hour"), ("BYMINUTE", "minute"), ("BYSECOND", "second")):
        if name in parts and parts[name].lstrip("0") == str(getattr(span.start, unit, 0) or ""):
            del parts[name]
    for name in ("BYMONTH", "BYMONTHDAY"):
        if name in parts:
            parts[name] = ",".join(re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", item) for item in parts[name].split(","))
    if "BYDAY" in parts:
        parts["BYDAY"] = re.sub(r"(^|,)\+", r"\1", parts["BYDAY"])
        if freq == "WEEKLY":
            parts["BYDAY"] = re.sub(r"(^|,)-?[0-9]+", r"\1", parts["BYDAY"])
        _number_weekday(parts)
    if freq == "MONTHLY" and set(parts) <= {"FREQ", "INTERVAL", "COUNT", "BYMONTHDAY"}:
        _drop_if(parts, "BYMONTHDAY", str(day.day))
    if freq == "YEARLY" and set(parts) <= {"FREQ", "INTERVAL", "COUNT", "BYMONTH", "BYMONTHDAY"} and day.day < 29:
        month, month_day = parts.get("BYMONTH", str(day.month)), parts.get("BYMONTHDAY", str(day.day))
        if (month, month_day) == (str(day.month), str(day.day)):
            parts.pop("BYMONTH", None)
            parts.pop("BYMONTHDAY", None)


def _counts_weeks(parts: dict[str, str], day: date) -> bool:
    """Tells whether WKST changes the dates: where weeks are numbered, or skipped with days on both sides of their start."""
    start = parts.get("WKST", "MO")
    if start == "MO" or start not in WEEKDAYS or "BYWEEKNO" in parts:
        return start != "MO"
    if parts["FREQ"] != "WEEKLY" or "INTERVAL" not in parts:
        return False
    days = {WEEKDAYS.index(name) for name in re.findall("[A-Z]{2}", parts.get("BYDAY", "")) if name in WEEKDAYS}
    return len({weekday < WEEKDAYS.index(start) for weekday in days | {day.weekday()}}) > 1


def _number_weekday(parts: dict[str, str]) -> None:
    """Writes Outlook's BYDAY=WE;BYSETPOS=1 of a month as BYDAY=1WE, and a place among all seven days as a day of the month."""
    days, position = parts["BYDAY"].split(","), parts.get("BYSETPOS", "")
    is_month = parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and parts.get("BYMONTH", ",").isdigit())
    if not is_month or parts.keys() & {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}:
        return
    if position in _PLACES and len(days) == 1 and days[0] in WEEKDAYS:
        parts["BYDAY"] = position + days[0]
        del parts["BYSETPOS"]
    elif set(days) == set(WEEKDAYS) and re.fullmatch("-?[1-9][0-9]?", position):
        parts["BYMONTHDAY"] = position
        del parts["BYDAY"], parts["BYSETPOS"]


def _drop_if(parts: dict[str, str], name: str, value: str) -> None:
    if parts.get(name) == value:
        del parts[name]


def _first(parts: dict[str, str], span: Span) -> tuple[Span, bool]:
    """Returns the span on the first date that the rule makes, and whether that is another than *span*'s."""
    if set(parts) <= {"FREQ", "INTERVAL", "COUNT"}:
        return span, False
    probe = join_rrule(without_parts(parts, "COUNT"))
    try:
        repeat.parse_rrule(probe, parse_span(span))
    except GrammarError as error:
        # The registry names the first date that the rule does make.
        match = re.search(r"the next one that it makes is ([0-9]{4}-[0-9]{2}-[0-9]{2})", str(error))
        if match is None:
            raise
        return span.moved_to(date.fromisoformat(match[1])), True
    return span, False


def _bounded_count(
    parts: dict[str, str], first: Span, until: date | None, remarks: list[str]
) -> tuple[dict[str, str], date | None]:
    """Returns UNTIL in place of COUNT, where both are given or the count is over the registry's 1000."""
    if "COUNT" not in parts:
        return parts, until
    count = int(parts["COUNT"])
    if count <= 1000 and until is None:
        return parts, None
    last = _nth_day(parts, first, count)
    rest = without_parts(parts, "COUNT")
    if last is None or last.year >= FARTHEST_YEAR:
        remarks.append(f"COUNT={count} is written as no end")
        return rest, until
    remarks.append(f"COUNT={count} is written as the last day, {last}")
    return rest, min(last, until) if until else last


def _nth_day(parts: dict[str, str], first: Span, number: int) -> date | None:
    known = parse_span(first)
    endless = repeat.parse_rrule(join_rrule(without_parts(parts, "COUNT")), known)
    begin, horizon = repeat.local_dtstart(known), date(FARTHEST_YEAR, 12, 31)
    return next(islice(repeat.iter_days(endless, begin, begin, horizon), number - 1, None), None)


def _written(parts: dict[str, str], first: Span, until: date | None, remarks: list[str]) -> RuleText:
    known = parse_span(first)
    raw = join_rrule(parts) + (f";UNTIL={until:%Y%m%d}" if until else "")
    rule = repeat.parse_rrule(raw, known)
    if words := _in_words(parts, until):
        try:
            same = repeat.parse(words, known)
        except GrammarError:
            same = None
        if same is not None and _meaning(same.rrule) == _meaning(rule.rrule) and same.until == until:
            return RuleText("repeat", same.text, first.day, same, remarks)
    return RuleText("rrule", raw, first.day, rule, remarks)


def _meaning(rrule: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(value.split(",")) for name, _, value in (part.partition("=") for part in rrule.split(";"))}


def _in_words(parts: dict[str, str], until: date | None) -> str:
    """Returns the `repeat` that might say the same as *parts*, "" where none does. The caller compares."""
    freq, by_day = parts["FREQ"], parts.get("BYDAY", "")
    known = {"FREQ", "INTERVAL", "COUNT", "BYDAY", "BYMONTH", "BYMONTHDAY"}
    working_day = _WORKING_DAYS.get(parts.get("BYSETPOS", "")) if set(by_day.split(",")) == set(WEEKDAYS[:5]) else None
    if set(parts) - known - ({"BYSETPOS"} if working_day else set()):
        return ""
    step, unit = parts.get("INTERVAL", "1"), _UNITS[freq]
    words = f"every {unit}" if step == "1" else f"every {step} {unit}s"
    if working_day:
        words += f" on the {working_day} working day"
    elif by_day:
        placed = re.fullmatch(r"(-?[0-9]+)([A-Z]{2})", by_day)
        if placed and placed[1] in _PLACES:
            words += f" on the {_PLACES[placed[1]]} {_DAYS.get(placed[2], '')}"
        elif freq == "WEEKLY" and all(item in _DAYS for item in by_day.split(",")):
            ordered = sorted(set(by_day.split(",")), key=WEEKDAYS.index)
            words += " on " + ", ".join(_DAYS[item] for item in ordered)
        else:
            return ""
    if "COUNT" in parts:
        words += f" {parts['COUNT']} times"
    return words + (f" until {until}" if until else "")


def parse_span(span: Span) -> when.When:
    """Returns *span* as the registry reads it."""
    return when.parse(span.text(), clock_of(span.zone))
