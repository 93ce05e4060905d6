"""The keys of a series become its rule, the dates left out and added, and the occurrences that differ.

They are `repeat` or `rrule`, `except`, `also` and `exceptions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from .. import repeat
from ..errors import GrammarError
from ..events import Override, Status
from ..repeat import RecurrenceRule
from ..when import Absence, AllDay, Limit, Timed, Undated, When, find_gap, local_to_utc, parse
from .fields import add_length, parse_one_line_text, parse_place, parse_text, parse_url
from .validation import ValidatedEntry
from .yaml_nodes import Finding, KeyPath

MAX_DAYS_NAMED = 30
"""How many dates of a rule a message names."""


class _CountedRule(NamedTuple):
    """A rule and the start that it is counted from."""

    rule: RecurrenceRule
    first: date


@dataclass(frozen=True, slots=True)
class RecurrenceReader:
    """The series of one entry. *first* is its date; *length* is how long an hour without an end lasts."""

    entry: ValidatedEntry
    language: str
    first: When | None
    zone: ZoneInfo
    length: timedelta | None

    def read_rule(self) -> RecurrenceRule | None:
        """Reads `repeat` or `rrule`; None with a finding for what is no rule, or for a date that cannot repeat."""
        first = self.first
        valid_value = self.entry.valid_value
        if first is not None and first.limit is Limit.OPEN_END and valid_value.keys() & {"repeat", "rrule", "also"}:
            message = f"each date of a series has an end, and a rule without until has none: write {replace(first, limit=None)}"
            self.entry.add_finding("when", message, warning=True)
        if "repeat" in self.entry.raw_value and "rrule" in self.entry.raw_value:
            self.entry.add_finding("rrule", "either repeat or rrule, never both: remove one", at_key=True)
            return None
        key = "repeat" if "repeat" in valid_value else "rrule"
        if key not in valid_value or first is None:
            return None
        if not isinstance(first.span, AllDay | Timed):
            self.entry.add_finding(
                key,
                f"only a known date repeats, and when is '{first.text}': write its first day, or remove {key}",
                at_key=True,
            )
            return None
        try:
            rule = (
                repeat.parse(valid_value[key], first)
                if key == "repeat"
                else repeat.parse_rrule(valid_value[key], first)
            )
        except GrammarError as error:
            self.entry.add_finding(key, f"{key} {error}")
            return None
        for doubt in repeat.compatibility_warnings(rule, first):
            self.entry.add_finding(key, doubt, warning=True)
        return rule

    def read_exceptions(
        self, rule: RecurrenceRule | None
    ) -> tuple[tuple[date, ...], tuple[date, ...], tuple[Override, ...]]:
        """Reads the differences from the rule: dates left out, dates added, occurrences that are moved or called off."""
        if not self.entry.raw_value.keys() & {"except", "also", "exceptions"}:
            return (), (), ()
        first = self.first
        has_unreadable_rule = first is None or (
            ("repeat" in self.entry.raw_value or "rrule" in self.entry.raw_value) and not rule
        )
        recurrence = _CountedRule(rule, repeat.local_dtstart(first)) if rule is not None and first is not None else None
        if rule is None and not has_unreadable_rule:
            self.check_series_keys()
        exdates, also = self.read_days("except"), self.read_days("also")
        excluded_days = {day for _, day in exdates}
        if recurrence:
            self.check_excluded_days(recurrence, exdates, has_further_days=bool(also))
        for position, day in also:
            if day in excluded_days:
                self.entry.add_finding(("also", position), f"{day} is also listed under except: keep one of them")
            elif (recurrence and repeat.has_start_on(*recurrence, day)) or (
                not has_unreadable_rule and first is not None and first.first_day == day
            ):
                self.entry.add_finding(("also", position), f"{day} is one of its dates already: remove it")
            elif skipped := _skipped_hour_message(first, day):
                self.entry.add_finding(("also", position), skipped, warning=True)
        also_days = tuple(day for _, day in also)
        has_no_rule = rule is None and not has_unreadable_rule
        overrides = self.read_overrides()
        self.check_overrides(overrides, recurrence, excluded_days, also_days, has_no_rule)
        past = Undated(Absence.PAST)  # in no list and no feed, as a single event of the past
        past_days = {
            override.date for override in overrides.values() if override.when is not None and override.when.span == past
        }
        exdays = (*(day for _, day in exdates), *sorted(past_days.difference(also_days)))
        kept_overrides = tuple(override for override in overrides.values() if override.date not in past_days)
        return exdays, tuple(day for day in also_days if day not in past_days), kept_overrides

    def check_series_keys(self) -> None:
        """Reports the keys that need a rule, or a known date, where there is none."""
        first = self.first
        for key in ("except",) if "also" in self.entry.raw_value else ("except", "exceptions"):
            if key in self.entry.valid_value:
                message = f"'{key}' needs a rule: write repeat or rrule, or remove it"
                self.entry.add_finding(key, message, at_key=True)
        if "also" in self.entry.valid_value and first is not None and not isinstance(first.span, AllDay | Timed):
            self.entry.add_finding(
                "also", f"'also' needs a known date, and when is '{first.text}': remove also", at_key=True
            )

    def check_excluded_days(
        self, recurrence: _CountedRule, exdates: list[tuple[int, date]], has_further_days: bool
    ) -> None:
        """Reports dates that the rule does not make, and warns where none is left."""
        self.explain_periods(recurrence)
        excluded_days = {day for _, day in exdates}
        for position, day in exdates:
            if not repeat.has_start_on(*recurrence, day):
                self.entry.add_finding(("except", position), _no_occurrence_message(recurrence, day))
        # The first date that is kept ends the look: an endless rule costs no more than its list.
        all_days = repeat.iter_days(*recurrence, recurrence.first, date.max)
        if excluded_days and not has_further_days and all(day in excluded_days for day in all_days):
            message = (
                "except leaves out every date that the rule makes, so nothing is shown: keep one, or remove the event"
            )
            self.entry.add_finding("except", message, at_key=True, warning=True)

    def explain_periods(self, recurrence: _CountedRule) -> None:
        """Has the findings about periods under `except`, which takes days, name the dates that the rule makes in them."""
        for number, finding in enumerate(self.entry.findings):
            if finding.path[:1] != ("except",) or len(finding.path) != 2:
                continue
            text = str(cast("Any", self.entry.raw_value["except"])[finding.path[1]])
            try:
                period = parse(text, self.zone)
            except GrammarError:
                continue
            if period.first_day is None or period.last_day is None or period.first_day == period.last_day:
                continue
            days = list(islice(repeat.iter_days(*recurrence, period.first_day, period.last_day), MAX_DAYS_NAMED + 1))
            if len(days) <= MAX_DAYS_NAMED:
                advice = (
                    f"write each of its dates: {', '.join(map(str, days))}" if days else "the rule makes no date in it"
                )
                self.entry.findings[number] = replace(finding, message=f"except '{text}': {advice}")

    def check_overrides(
        self,
        overrides: dict[str, Override],
        recurrence: _CountedRule | None,
        excluded_days: set[date],
        also_days: tuple[date, ...],
        has_no_rule: bool,
    ) -> None:
        """Reports the overrides, by the date as it is written, that are about no date of the event."""
        moved_from = {override.when.first_day: override.date for override in overrides.values() if override.when}
        for raw_date, override in overrides.items():
            if message := self.explain_wrong_override(
                override, recurrence, excluded_days, also_days, has_no_rule, moved_from.get(override.date)
            ):
                self.entry.add_finding(("exceptions", raw_date), message, at_key=True)

    def explain_wrong_override(
        self,
        override: Override,
        recurrence: _CountedRule | None,
        excluded_days: set[date],
        also_days: tuple[date, ...],
        has_no_rule: bool,
        moved_from: date | None,
    ) -> str | None:
        """Says why *override* is about no date of the event; None if it is about one.

        *moved_from* is the date of the series that another exception moves to that day, if one does.
        """
        if override.date in excluded_days:
            return f"{override.date} is also listed under except: keep one of them"
        if override.date in also_days:
            return None
        if recurrence and not repeat.has_start_on(*recurrence, override.date):
            if moved_from and moved_from != override.date:
                return (
                    f"the rule makes no date on {override.date}: that of {moved_from} moves there; write {moved_from}"
                )
            return _no_occurrence_message(recurrence, override.date)
        if has_no_rule and "also" in self.entry.raw_value:
            return f"{override.date} is not one of the dates under also: remove it"
        return None

    def read_days(self, key: str) -> list[tuple[int, date]]:
        """Reads the days under *key*, with their positions in its list."""
        positioned_days: list[tuple[int, date]] = []
        for position, text in enumerate(self.entry.valid_value.get(key, ())):
            if text is None:
                continue
            day = parse_day(text, (key, position), self.entry.findings)
            if day is not None and day in (other_day for _, other_day in positioned_days):
                self.entry.add_finding((key, position), f"{day} is given twice: remove one")
            elif day is not None:
                positioned_days.append((position, day))
        return positioned_days

    def read_overrides(self) -> dict[str, Override]:
        """Reads `exceptions`: the differences of each occurrence, by the date as it is written."""
        exceptions = self.entry.valid_value.get("exceptions", {}).items()
        read = ((raw_date, self.read_override(raw_date, fields)) for raw_date, fields in exceptions)
        return {raw_date: override for raw_date, override in read if override is not None}

    def read_override(self, raw_date: str, fields: dict[str, Any]) -> Override | None:
        """Reads the differences of the occurrence on *raw_date*; None where that is no day."""
        path, language = ("exceptions", raw_date), self.language
        day = parse_day(raw_date, path, self.entry.findings, at_key=True)
        if not cast("Any", self.entry.raw_value["exceptions"])[raw_date]:
            message = "write what is different, such as {when: 2021-10-13 18:00} or {status: cancelled}"
            self.entry.add_finding(path, message)
        new_when = self.entry.read_date("when", self.zone, path, fields["when"]) if "when" in fields else None
        new_when = add_length(new_when, self.length)
        if fields.get("status") == "postponed" and "when" not in fields:
            self.entry.add_finding(
                (*path, "status"), "a postponed occurrence has a new date: write it as when: 2021-11-02, or when: TBD"
            )
        place_findings: list[Finding] = []
        place = parse_place(fields.get("place"), fields.get("place"), language, place_findings)
        self.entry.findings.extend(replace(finding, path=(*path, *finding.path)) for finding in place_findings)
        override = Override(
            date=day or date.min,
            when=new_when,
            status=Status(fields["status"]) if "status" in fields else None,
            title=parse_one_line_text(fields.get("title"), language, (*path, "title"), self.entry.findings),
            place=place,
            notes=parse_text(fields.get("notes"), language, (*path, "notes"), self.entry.findings),
            url=parse_url(fields["url"], (*path, "url"), self.entry.findings) if "url" in fields else "",
        )
        return None if day is None else override


def _skipped_hour_message(first: When | None, day: date) -> str:
    """Returns the warning for an added *day* on which the clocks skip the hour of *first*; "" where they do not."""
    if first is None or not isinstance(first.span, Timed) or first.span.is_floating:
        return ""
    start = datetime.combine(day, first.span.start.time())
    if find_gap(start, first.span.zone) is None:
        return ""
    shown = local_to_utc(start, first.span.zone).astimezone(first.span.zone)
    shown_text = f"{shown:%H:%M}{'' if shown.date() == day else f' on {shown:%Y-%m-%d}'}"
    return f"on {day} {start:%H:%M} is skipped in {first.span.zone}: that occurrence starts at {shown_text}"


def _no_occurrence_message(recurrence: _CountedRule, day: date) -> str:
    """Returns the message that the rule makes no date on *day*, with the nearest one that it makes."""
    first_ordinal, last_ordinal = max(1, day.toordinal() - 400), min(date.max.toordinal(), day.toordinal() + 400)
    nearby_days = repeat.iter_days(*recurrence, date.fromordinal(first_ordinal), date.fromordinal(last_ordinal))
    nearest = min(nearby_days, key=lambda candidate: abs(candidate - day), default=None)
    return f"the rule makes no date on {day}{f': its nearest is {nearest}' if nearest else ': remove it'}"


def parse_day(text: str, path: KeyPath, findings: list[Finding], at_key: bool = False) -> date | None:
    """Returns the day written as 2021-10-12, or None with a finding at *path*."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        findings.append(Finding(path, f"'{text}' does not exist: write a day of the calendar", at_key))
        return None
