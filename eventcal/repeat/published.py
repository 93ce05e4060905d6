"""A rule becomes one that calendar apps read alike: as it is, spelled in another way, or None for "as dates".

Warns of what they read differently all the same, and of what an author may not expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ..when import LAST_YEAR, Timed, When, local_to_utc
from ..when.zones import zone_transitions
from .expand import (
    ALL_MONTHS,
    KINDS_OF_YEARS,
    days_in_kind,
    fill_from_dtstart,
    first_weekday_of,
    has_start_on,
    iter_days,
    last_start_day,
)
from .misreadings import (
    COUNTS_PAST_A_MONTH,
    LIBICAL,
    has_long_day_first,
    has_misread_month_ends,
    has_months_before_first,
    has_months_between_turns,
    has_numbered_weekday,
    has_weekday_from_end,
    misreadings,
    with_months_in_order,
)
from .movable import WEEKDAYS, as_rrule_parts, calendar_of
from .other_calendars import LAST_KNOWN_DAYS
from .rule import RecurrenceRule, join_rrule, local_dtstart, split_rrule, until_day, without_parts

FAR_YEAR = 2200
"""Ends from this year on are written as none."""

CLOCK_CHANGE_YEARS = 5  # how far from its first date a series is held against the clock changes


@lru_cache(maxsize=4096)
def published_rule(rule: RecurrenceRule, first: date | datetime) -> RecurrenceRule | None:
    """Returns *rule*, counted from *first*, as feeds write it: spelled so that readers agree on it; None where no spelling does.

    Another spelling is taken only if it makes the same days in each kind of year that there is.
    """
    parts = split_rrule(rule.rrule)
    if not rule.is_standard:
        return _as_standard(rule, parts)
    if not _is_misread(parts, first):
        return rule
    for candidate in _candidates(parts, first):
        if not _is_misread(candidate, first) and _makes_same_days(parts, candidate, first):
            return replace(rule, rrule=join_rrule(candidate))
    return None


def _as_standard(rule: RecurrenceRule, parts: dict[str, str]) -> RecurrenceRule | None:
    """Returns a rule with a part that no reader knows, in parts that they do; None where there are none."""
    own = dict(parts)
    same = as_rrule_parts(own.pop("X-WEEKDAY")) if "X-WEEKDAY" in parts else None
    return None if same is None else replace(rule, rrule=join_rrule(own | same))


def _is_misread(parts: dict[str, str], first: date) -> bool:
    """Tells whether ical.js, libical or node-ical reads an RRULE other than RFC 5545 3.3.10 has it."""
    names, freq = parts.keys(), parts["FREQ"]
    if freq == "YEARLY":
        if "BYWEEKNO" in names or ("BYYEARDAY" in names and names & {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}):
            return True
        if "-" in parts.get("BYYEARDAY", ""):
            return True  # KOrganizer has no date
        if has_misread_month_ends(parts, first):
            return True
        if "BYMONTH" not in names:
            # only the first date's own day, and the days of the year, need no month
            return bool(names & {"BYMONTHDAY", "BYSETPOS"}) or has_numbered_weekday(parts)
        if "BYMONTHDAY" in names and has_numbered_weekday(parts):
            return True
        return "BYSETPOS" in names and ("," in parts["BYMONTH"] or "BYMONTHDAY" in names)
    if freq == "MONTHLY":
        is_bare = not names & {"BYDAY", "BYMONTHDAY"}
        return (
            ("BYSETPOS" in names and ("BYMONTHDAY" in names or is_bare))
            or (is_bare and first.day > 28)
            or has_weekday_from_end(parts)
            or has_months_between_turns(parts, first)
            or with_months_in_order(parts) != parts
            or has_long_day_first(parts, first)
            or has_months_before_first(parts, first)
        )
    return "BYSETPOS" in names


def _candidates(parts: dict[str, str], first: date) -> Iterator[dict[str, str]]:
    """Yields other spellings that may mean the same, the plainest first."""
    if COUNTS_PAST_A_MONTH.search(parts.get("BYDAY", "")):
        return
    parts = with_months_in_order(parts)
    without_position = without_parts(parts, "BYSETPOS")
    if parts["FREQ"] == "YEARLY":
        if parts.get("BYYEARDAY", "").startswith("-"):
            yield without_parts(parts, "BYYEARDAY") | {"BYMONTH": str(first.month), "BYMONTHDAY": str(first.day)}
        whole = fill_from_dtstart(parts, first)
        yield whole
        if not parts.keys() & {"INTERVAL", "BYWEEKNO", "BYYEARDAY"}:
            yield whole | {"FREQ": "MONTHLY"}
        months = parts.get("BYMONTH", "1,12").split(",")
        for month in (months[0], months[-1]):
            yield parts | {"BYMONTH": month}
        yield parts | {"BYMONTH": ALL_MONTHS}
    elif parts["FREQ"] == "MONTHLY":
        if has_long_day_first(parts, first):
            parts = parts | {"BYMONTHDAY": ",".join(sorted(parts["BYMONTHDAY"].split(","), key=int))}
        yield parts
        for day in (*parts.get("BYMONTHDAY", "").split(","), "-1", str(first.day)):
            if day:
                yield without_position | {"BYMONTHDAY": day}
        if "INTERVAL" not in parts:
            yield parts | {"FREQ": "YEARLY"}
    elif "BYMONTH" not in parts:
        first_weekday = first_weekday_of(parts)
        days = sorted(parts["BYDAY"].split(","), key=lambda day: (WEEKDAYS.index(day) - first_weekday) % 7)
        chosen = {int(position) for position in parts["BYSETPOS"].split(",")}
        selected = [day for index, day in enumerate(days) if chosen & {index + 1, index - len(days)}]
        yield without_position | {"BYDAY": ",".join(selected)}


def _makes_same_days(parts: dict[str, str], candidate: dict[str, str], first: date) -> bool:
    if parts["FREQ"] == "WEEKLY":
        return True  # the positions were looked up in the one week that there is
    return all(days_in_kind(parts, first, kind) == days_in_kind(candidate, first, kind) for kind in KINDS_OF_YEARS)


def rrule_for(rule: RecurrenceRule, when: When) -> str:
    """Returns the RRULE value for *rule*, counted from *when*: an end is UNTIL, of DTSTART's type (RFC 5545 3.3.10).

    COUNT is never written: calcurse and Nextcloud do not count the dates that EXDATE takes out, and Emacs counts one
    more. UNTIL is later than the last start, on the same day: that start is an hour later in apps with old zone data,
    and in those that take the second of a repeated hour. An end in the far future means "for ever" and is left out:
    some readers fail on such years.
    """
    first, parts = local_dtstart(when), split_rrule(rule.rrule)
    last = until_day(rule, first) if rule.count is None else last_start_day(rule, first)
    rrule = join_rrule(without_parts(parts, "COUNT"))
    if last is None or last.year >= FAR_YEAR:
        return rrule
    if not isinstance(when.span, Timed):
        return f"{rrule};UNTIL={last:%Y%m%d}"
    start = datetime.combine(last, when.span.start.time())
    end = min(start + timedelta(hours=12), datetime.combine(last, time(23, 59, 59)))
    if when.span.is_floating:
        return f"{rrule};UNTIL={end:%Y%m%dT%H%M%S}"
    # A start in a gap may be moved past midnight, and is the last one all the same.
    until = max(local_to_utc(local, when.span.zone) for local in (start, end))
    return f"{rrule};UNTIL={until:%Y%m%dT%H%M%SZ}"


def compatibility_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """Returns warnings about a valid *rule*, as sentences for the registry."""
    return [
        *_publication_warnings(rule, when),
        *_table_end_warnings(rule, when),
        *_short_month_warnings(rule, when),
        *_clock_change_warnings(rule, when),
    ]


def _table_end_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """Returns a warning for an end that is later than the days of its calendar are known."""
    other_calendar, first = calendar_of(split_rrule(rule.rrule)), local_dtstart(when)
    if other_calendar not in LAST_KNOWN_DAYS:
        return []
    known = LAST_KNOWN_DAYS[other_calendar]
    end = until_day(rule, first)
    is_short = rule.count is not None and len([*iter_days(rule, first, first, known)]) < rule.count
    if not is_short and (end is None or end <= known):
        return []
    return [f"the days of the {other_calendar} calendar are known until {known}: the rule ends there"]


def _publication_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """Returns warnings that feeds replace a rule that Thunderbird and others would misread."""
    published = published_rule(rule, local_dtstart(when))
    if published == rule or not rule.raw:
        return []
    names = [misreading.reader for misreading in misreadings(rule, local_dtstart(when))]
    readers = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names or ["some apps"])
    verb = "reads" if len(names) == 1 else "read"
    dates = "the dates of last year, this year and the next two as single events; to choose them yourself, list them under `also`"
    form = dates if published is None else f"{rrule_for(published, when)}; to have no doubt, write that"
    return [f"{readers} {verb} other dates from this rule, so feeds hold {form}"]


def _short_month_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    parts, first = split_rrule(rule.rrule), local_dtstart(when)
    if not rule.is_standard:
        return []
    if rule.freq == "YEARLY" and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}:
        if (first.month, first.day) == (2, 29):
            return [
                "years without a 29 February are left out, and ical.js shows 1 March there; for each year's last day of February write repeat: every year"
            ]
        return []
    latest_day = max(map(int, parts.get("BYMONTHDAY", str(first.day)).split(",")))
    if latest_day > 28 and rule.freq == "MONTHLY" and not parts.keys() & {"BYDAY", "BYSETPOS"}:
        return [
            f"months without a day {latest_day} are left out, and some calendar apps put another day there; "
            "for the last day of each month write rrule: FREQ=MONTHLY;BYMONTHDAY=-1"
        ]
    if re.search(r"(^|,)[+-]?5[A-Z]", parts.get("BYDAY", "")) and rule.freq == "MONTHLY":
        return ["months without a fifth such day are left out; for the last one write every month on the last ..."]
    return []


def _clock_change_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """Returns a warning for the first start that meets a skipped hour."""
    if not isinstance(when.span, Timed) or when.span.is_floating:
        return []
    zone, first = when.span.zone, when.span.start.replace(tzinfo=None)
    for year in range(first.year, min(first.year + CLOCK_CHANGE_YEARS, LAST_YEAR) + 1):
        for change in zone_transitions(zone, year):
            start = datetime.combine(change.begin.date(), first.time())
            is_skipped = change.is_gap and change.begin <= start < change.end
            if is_skipped and has_start_on(rule, first, start.date()):
                shown = change.shift_out_of_gap(start)
                day = "" if shown.date() == start.date() else f" on {shown:%Y-%m-%d}"
                return [
                    f"on {start:%Y-%m-%d} {start:%H:%M} is skipped in {zone}: that occurrence starts at {shown:%H:%M}{day}; "
                    f"{LIBICAL} shows it twice, and the next one late: another hour is right in all apps"
                ]
    return []
