"""A rule that is right becomes warnings: what calendar apps read differently, or what its author may not expect."""

from __future__ import annotations

import re
from datetime import date, datetime

from ..when import LAST_YEAR, Timed, When
from ..when.zones import zone_transitions
from .expand import has_start_on
from .published import published_rule
from .rule import RecurrenceRule, local_dtstart, split_rrule

CLOCK_CHANGE_YEARS = 5  # how far from its first date a series is held against the clock changes


def compatibility_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """Returns warnings about a valid *rule*, as sentences for the registry."""
    return [*_publication_warnings(rule, when), *_short_month_warnings(rule, when), *_clock_change_warnings(rule, when)]


def _publication_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """Returns warnings that feeds replace a rule that Thunderbird and others would misread."""
    published = published_rule(rule, local_dtstart(when))
    if published == rule or (published is not None and not rule.raw):
        return []
    if published is None and not rule.is_standard:
        return []
    if published is None:
        return [
            "ical.js (Thunderbird, Nextcloud) or libical (Evolution, KOrganizer) reads other dates from this rule, "
            "so feeds hold the dates of last year, this year and the next two as single events; "
            "to choose them yourself, list them under `also`"
        ]
    return [
        "ical.js (Thunderbird, Nextcloud) or libical (Evolution, KOrganizer) reads other dates from this rule, "
        f"so feeds hold {published.rrule}; to have no doubt, write that"
    ]


def _short_month_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    parts, first = split_rrule(rule.rrule), local_dtstart(when)
    if not rule.is_standard:
        return []
    month_days = parts.get("BYMONTHDAY", "").split(",") if "BYMONTHDAY" in parts else []
    if not month_days and "BYDAY" not in parts and rule.freq == "MONTHLY":
        month_days = [str(first.day)]
    if rule.freq == "YEARLY" and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}:
        if (first.month, first.day) == (2, 29):
            return [
                "years without a 29 February are left out, and ical.js shows 1 March there; for each year's last day of February write repeat: every year"
            ]
        return []
    latest_day = max((int(day) for day in month_days), default=0)
    if latest_day > 28 and rule.freq == "MONTHLY" and "BYDAY" not in parts and "BYSETPOS" not in parts:
        return [
            f"months without a day {latest_day} are left out, and some calendar apps put another day there; "
            "for the last day of each month write rrule: FREQ=MONTHLY;BYMONTHDAY=-1"
        ]
    if re.search(r"(^|,)[+-]?5[A-Z]", parts.get("BYDAY", "")) and rule.freq == "MONTHLY":
        return ["months without a fifth such day are left out; for the last one write every month on the last ..."]
    return []


def _clock_change_warnings(rule: RecurrenceRule, when: When) -> list[str]:
    """The first start that meets a skipped hour, and the first that meets a repeated one."""
    if not isinstance(when.span, Timed) or when.span.is_floating:
        return []
    zone, first = when.span.zone, when.span.start.replace(tzinfo=None)
    warning_by_kind: dict[bool, str] = {}
    for year in range(first.year, min(first.year + CLOCK_CHANGE_YEARS, LAST_YEAR) + 1):
        for change in zone_transitions(zone, year):
            start = datetime.combine(change.begin.date(), first.time())
            is_affected = change.begin <= start < change.end and start >= first
            if (
                is_affected
                and change.is_gap not in warning_by_kind
                and has_start_on(rule, first, date(start.year, start.month, start.day))
            ):
                kind_text = "skipped" if change.is_gap else "shown twice"
                shown = change.shift_out_of_gap(start)
                effect_text = (
                    f"starts at {shown:%H:%M}{'' if shown.date() == start.date() else f' on {shown:%Y-%m-%d}'}"
                    if change.is_gap
                    else "is the first of the two in some apps, the second in others"
                )
                warning_by_kind[change.is_gap] = (
                    f"on {start:%Y-%m-%d} {start:%H:%M} is {kind_text} in {zone}: that occurrence {effect_text}"
                )
    return [*warning_by_kind.values()]
