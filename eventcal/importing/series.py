"""The VEVENTs of one UID become one event with its rule and exceptions, and events of their own for what differs more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from .. import occurrences, repeat
from ..events import Event, Text
from ..ical import foreign
from ..ical.foreign import ForeignMoment
from ..when import LAST_YEAR, Timed, day_of
from .calendar_dates import Instance
from .calendar_reader import CalendarReader
from .dates import Span, local_of, on_the_clock, utc
from .numbered_titles import OwnTitle, find_numbered_title
from .revisions import choose_master, instant_of, newest_of_each_date
from .rules import RuleText, moved_rule, parse_span, rule_text
from .values import ImportedEvent

SHARED_DATE_YEARS, MAX_SHARED_DATES = 5, 500
"""For how long, and how many of, the dates that two rules of one VEVENT share are left out of the second."""

MAX_RULES = 50
"""How many RRULEs of one VEVENT are read; RFC 5545 3.8.5.3 has one, RFC 2445 had several."""

_OVERRIDABLE = ("title", "place", "notes", "url")
"""Keys that an occurrence can override with a value of its own; its date and status are handled apart."""


def read_group(reader: CalendarReader, uid: str, instances: list[Instance]) -> list[ImportedEvent]:
    """Returns the events that the VEVENTs of one UID become; the first of them keeps the UID."""
    masters = [instance for instance in instances if instance.recurrence is None]
    overrides = newest_of_each_date(reader, [item for item in instances if item.recurrence is not None])
    events: list[ImportedEvent] = []
    master, others = choose_master(reader, masters)
    if master is not None:
        events += _Series(reader, uid, master, replace(master)).events(overrides)
    else:
        for number, override in enumerate(overrides):
            series = _Series(reader, uid, override, override)
            day = "" if _changes_the_rest(override) else str(series._day_of(override.recurrence))
            event = reader.to_event(override, {}, uid if number == 0 else "")
            instant = instant_of(override.recurrence)
            events.append(replace(event, series_uid=uid, series_day=day, series_instant=instant))
    for other in others:
        reader.change(other, "UID", "another event has the same one; this one gets a new one")
        events += _Series(reader, "", other, replace(other)).events([])
    return events


@dataclass(slots=True)
class _Series:
    """One master while its dates are collected.

    EXDATE, RDATE and RECURRENCE-ID name the dates of *original*. A series that goes on after RANGE=THISANDFUTURE has these
    *shift* later from the day *since* on, by the rule *rrule*, or as *listed* where no rule makes them. *others* have the
    further rules of the same VEVENT, *other_hours* its RDATEs at another hour, *left_out* what EXDATE names.
    """

    reader: CalendarReader
    uid: str
    master: Instance
    original: Instance
    shift: timedelta = timedelta()
    since: date | None = None
    rrule: str = ""
    listed: list[date] = field(default_factory=list)
    rule: RuleText | None = None
    except_days: list[date] = field(default_factory=list)
    also_days: list[date] = field(default_factory=list)
    exceptions: dict[str, dict[str, str]] = field(default_factory=dict)
    separate: list[ImportedEvent] = field(default_factory=list)
    other_hours: dict[date | datetime, ImportedEvent] = field(default_factory=dict)
    left_out: set[date | datetime] = field(default_factory=set)
    others: list[_Series] = field(default_factory=list)

    def events(self, overrides: list[Instance]) -> list[ImportedEvent]:
        overrides, later = self._split_future(overrides)
        cut = self._day_of(later[0].recurrence) if later else None
        if cut is not None and cut <= self.span.day:
            if not _is_cancelled(later[0]):
                return self._continue_from(later, self.uid)
            # that is the whole series
            self.master.fields = {**self.master.fields, "status": "cancelled"}
            overrides, later, cut = later[1:], [], None
        self._read_rule(cut)
        self.also_days += [day for day in self.listed if cut is None or day < cut]
        self._read_rdates(cut)
        self._read_exdates(cut)
        if self.rule is None and not self.also_days and not self.reader.is_own:
            overrides = self._apply_to_single_date(overrides)
        template = self._numbered_title(overrides)
        for override in overrides:
            day = self._day_of(override.recurrence)
            holder = next((series for series in (self, *self.others) if series.has(day)), self)
            holder._read_override(override, bool(template) and holder is self)
        events = [self._event(template), *(other._event(None) for other in self.others)]
        events += [*self.other_hours.values(), *self.separate]
        return events + self._continue_from(later, "") if later else events

    def _event(self, template: Any) -> ImportedEvent:
        fields: dict[str, Any] = {}
        if template:
            fields["title"] = template
        if self.rule is not None and self.rule.key:
            fields[self.rule.key] = self.rule.text
        if self.except_days:
            fields["except"] = [day.isoformat() for day in sorted(self.except_days)]
        if self.also_days:
            fields["also"] = [day.isoformat() for day in sorted(self.also_days)]
        if self.exceptions:
            fields["exceptions"] = dict(sorted(self.exceptions.items()))
        return self.reader.to_event(self.master, fields, self.uid)

    def _lose(self, what: str, detail: str) -> None:
        self.reader.lose(self.master, what, detail)

    def _change(self, what: str, detail: str) -> None:
        self.reader.change(self.master, what, detail)

    # The rule

    @property
    def span(self) -> Span:
        return self.master.span

    def _read_rule(self, cut: date | None) -> None:
        rules = [self.rrule] if self.rrule else [line.value for line in self.master.component.all("RRULE")]
        if len(rules) > MAX_RULES:
            self._lose("RRULE", f"{len(rules)} rules: only the first {MAX_RULES} were read")
            del rules[MAX_RULES:]
        for extra in self.master.component.all("EXRULE"):
            self._lose("EXRULE", f"{extra.value[:60]}: its dates were not left out")
        if not rules:
            return
        if self.master.known is not None and not self.master.known.is_day_known:
            self._lose("RRULE", "only a known date repeats")
            return
        readable = [rule for text in rules if (rule := self._readable_rule(text, cut)) is not None]
        for rule in readable[1:]:
            other = replace(self.master, span=self.span.moved_to(rule.first))
            self.others.append(_Series(self.reader, "", other, self.original, rule=rule, separate=self.separate))
        if not readable:
            return
        rule = self.rule = readable[0]
        if rule.first != self.span.day:
            self._change(
                "DTSTART",
                f"its rule does not make {self.span.day}: {self._explain_first_date()}, and {rule.first} comes first",
            )
            self.also_days.append(self.span.day)
            self.master.span = self.span.moved_to(rule.first)
        self.others = [series for series in self.others if series.exclude_dates_of(self)]

    def _readable_rule(self, text: str, cut: date | None) -> RuleText | None:
        """Returns the rule that *text* says, and a remark on what of it changed; None, with a remark, for one that cannot be written."""
        rule = rule_text(text, self.span, cut, self.reader.reader_zone)
        for remark in rule.remarks:
            self._change("RRULE", remark)
        if not rule.key:
            shown = "" if rule.text.startswith(text) else f"{text[:80]}: "
            self._lose("RRULE", f"{shown}{rule.text}; only the first date was written")
        return rule if rule.key else None

    def exclude_dates_of(self, first: _Series) -> bool:
        """Leaves out what the first rule of the VEVENT makes as well (RFC 5545 3.8.5.2: a set); False if nothing remains."""
        assert self.rule is not None and self.rule.rule is not None
        begin = repeat.local_dtstart(parse_span(self.span))
        end = date(min(begin.year + SHARED_DATE_YEARS, LAST_YEAR), 12, 31)
        days = [*repeat.iter_days(self.rule.rule, begin, begin, end)]
        self.except_days = [day for day in days if first.has(day)][:MAX_SHARED_DATES]
        if len(self.except_days) == len(days):
            self._lose("RRULE", f"{self.rule.text[:60]}: makes no date that the first rule does not")
            return False
        count = len(self.except_days)
        shared = f", without {count} {'date' if count == 1 else 'dates'} that the first one makes" if count else ""
        self._change("RRULE", f"a further rule became an event: {self.rule.text[:60]}{shared}")
        return True

    def _explain_first_date(self) -> str:
        excluded = (moment for line in self.original.component.all("EXDATE") for moment in foreign.moments(line))
        is_left_out = any(moment and self._day_of(moment) == self.span.day for moment in excluded)
        return "EXDATE leaves that date out" if is_left_out else "that date is under `also`"

    def _makes(self, day: date) -> bool:
        if self.rule is None or self.rule.rule is None:
            return False
        known = parse_span(self.span)
        return repeat.has_start_on(self.rule.rule, repeat.local_dtstart(known), day)

    def has(self, day: date) -> bool:
        """Tells whether *day* is a date of this series, left out or not."""
        return self._makes(day) or day in self.also_days or (self.rule is None and day == self.span.day)

    def _to_local(self, moment: ForeignMoment) -> date | datetime:
        """Returns a moment on the clock of this series."""
        span = self.original.span
        if not isinstance(moment.local, datetime) or not span.is_timed or not moment.zone:
            return moment.local
        zone, _remark = self.reader.zones.resolve(moment.zone, moment.local)
        if zone == span.zone:
            return moment.local
        return local_of(utc(moment.local, zone), span.zone) or moment.local

    def _day_of(self, moment: ForeignMoment | None) -> date:
        local = self._to_local(moment) if moment else self.original.span.start
        return day_of(local) + self.shift

    def _is_same_hour(self, local: date | datetime) -> bool:
        """Tells whether *local* names an hour of this series: the day alone does, as some exporters write it."""
        start = self.original.span.start
        if not isinstance(local, datetime) or not isinstance(start, datetime):
            return True
        expected = datetime.combine(local, start.time())
        # One in UTC has the hour that the clock shows where it skips that of the series.
        return any(
            f"{local:%H%M}" == f"{hour:%H%M}" for hour in (expected, on_the_clock(expected, self.original.span.zone))
        )

    def _later(self) -> timedelta:
        """Returns how much later than its *original* a date of this series begins."""
        mine, theirs = self.span.start, self.original.span.start
        if not (isinstance(mine, datetime) and isinstance(theirs, datetime)):
            return self.shift
        return self.shift + (datetime.combine(theirs, mine.time()) - theirs)

    # Dates

    def _is_elsewhere(self, day: date, cut: date | None) -> bool:
        """Tells whether *day* is one of the series before this one, or of the one that goes on from *cut*."""
        return (cut is not None and day >= cut) or (self.since is not None and day < self.since)

    def _read_rdates(self, cut: date | None) -> None:
        for line in self.original.component.all("RDATE"):
            ends = foreign.period_ends(line)
            for moment, end in zip(foreign.moments(line), ends, strict=False):
                if moment is None:
                    self._lose("RDATE", f"{line.value[:60]!r} is not a date")
                    continue
                local, day = self._to_local(moment), self._day_of(moment)
                if self._is_elsewhere(day, cut):
                    continue
                if self._is_same_hour(local) and not end:
                    if not any(series.has(day) for series in (self, *self.others)):
                        self.also_days.append(day)
                    continue
                self._separate_date(local, day, end)

    def _separate_date(self, local: date | datetime, day: date, end: str) -> None:
        """Makes an event of its own, on *day*, of an RDATE at another hour or of another length.

        One date remains of an RDATE and a date that the rule makes at the same hour (RFC 5545 3.8.5.2: a set).
        """
        what = "length" if self._is_same_hour(local) else "hour"
        self._change("RDATE", f"{local}: an event of its own, for its {what} differs")
        if what == "length":
            for series in (self, *self.others):
                if series.has(day) and series.rule is not None:
                    series._exclude(day)
        span = self.span.moved_to(day)
        if isinstance(local, datetime) and span.is_timed:
            duration = foreign.duration_of(end)
            length = self.span.length if not end else duration.length if duration else None
            finish = foreign.moment_of(end, self.span.zone) if end and length is None else None
            last = self._to_local(finish) if finish else local + (length or timedelta())
            later = self._later()
            start, last = local + later, last + later
            span = Span(start, last if isinstance(last, datetime) and last > start else None, self.span.zone)
        self.other_hours[local] = self.reader.to_event(replace(self.master, span=span), {})

    def _read_exdates(self, cut: date | None) -> None:
        component = self.original.component
        for line in component.all("EXDATE"):
            for moment in foreign.moments(line):
                self._leave_out(moment, line.value, cut)
        for moment in self.reader.private_dates.get(component.text("UID"), []):
            self._leave_out(moment, "", cut)

    def _leave_out(self, moment: ForeignMoment | None, text: str, cut: date | None) -> None:
        """Takes the date that an EXDATE of *text* names out of the series; None where it names none."""
        local, day = (self._to_local(moment), self._day_of(moment)) if moment else (None, None)
        if local in self.other_hours:
            del self.other_hours[local]
            self.left_out.add(local)
            return
        if day is not None and self._is_elsewhere(day, cut):
            return
        holders = [series for series in (self, *self.others) if day is not None and series.has(day)]
        if day is None or local is None or not self._is_same_hour(local) or not holders:
            self._lose("EXDATE", f"{day or text[:40]} is not a date of the series; ignored")
            return
        self.left_out.add(local)
        for series in holders:
            series._exclude(day)

    def _exclude(self, day: date) -> None:
        if day in self.also_days:
            self.also_days.remove(day)
        elif self.rule is None and self.also_days:
            self.master.span = self.span.moved_to(min(self.also_days))
            self.also_days.remove(self.span.day)
        elif self.rule is None:
            self._lose("EXDATE", f"{day}: there is no rule")
        elif day not in self.except_days:
            self.except_days.append(day)

    # One occurrence

    def _apply_to_single_date(self, overrides: list[Instance]) -> list[Instance]:
        """Makes the event what the override of its only date says, for exceptions need a rule; returns the other overrides."""
        own = [item for item in overrides if self._day_of(item.recurrence) == self.span.day]
        for override in own:
            if override.fields.get("status") == "cancelled":
                self.master.fields = {**self.master.fields, "status": "cancelled"}
            else:
                self.master.span, self.master.fields = override.span, override.fields
        return [item for item in overrides if item not in own]

    def _read_override(self, override: Instance, is_numbered: bool) -> None:
        day = self._day_of(override.recurrence)
        if day in self.except_days and self.reader.is_own:
            # Our own feed takes a date out of its series where it is of another kind, and shows it by itself.
            self.except_days.remove(day)
        local = self._to_local(override.recurrence) if override.recurrence else day
        if day in self.except_days or (local in self.left_out and not self.reader.is_own):
            self.reader.lose(override, "RECURRENCE-ID", f"{day} is under EXDATE too")
            return
        is_own_extra = self.reader.is_own and not self.has(day) and self.rule is not None
        if is_own_extra or (self.reader.is_own and self.rule is None and day != self.span.day):
            self.also_days.append(day)
        if local in self.other_hours:
            del self.other_hours[local]
            self.separate.append(self.reader.to_event(override, {}))
            return
        if not self.has(day):
            self.reader.change(
                override, "RECURRENCE-ID", f"{day} is not a date of the series; written as an event of its own"
            )
            self.separate.append(self.reader.to_event(override, {}))
            return
        differs = self._differences(override, day, is_numbered)
        if differs is None:
            self._separate_override(override, day)
        elif differs:
            self.exceptions[day.isoformat()] = differs

    def _differences(self, override: Instance, day: date, is_numbered: bool) -> dict[str, Any] | None:
        """Returns what an exception can say of *override*; None where it lacks something, or more is different."""
        expected = self.span.moved_to(day)
        status = override.fields.get("status", "confirmed")
        differs: dict[str, Any] = {}
        if status != self.master.fields.get("status", "confirmed"):
            differs["status"] = status
        if override.known is not None:
            differs["when"] = str(override.known)
        elif override.span != expected:
            moved = self._on_our_clock(override.span)
            if moved is None:
                return None
            if moved not in (expected, self._shown_on(day)):
                differs["when"] = moved.text()
        if status in ("cancelled", "postponed"):
            if status == "cancelled" and not self.reader.is_own:
                differs.pop("when", None)
            return differs
        ignored = {"title", "status"} if is_numbered else {"status"}
        if not override.component.text("TRANSP"):
            ignored.add("busy")  # OPAQUE is the default (RFC 5545 3.8.2.7), and says nothing of its own here
        mine, series = (
            {key: value for key, value in fields.items() if key not in ignored}
            for fields in (override.fields, self.master.fields)
        )
        own = {key: mine[key] for key in _OVERRIDABLE if key in mine and mine[key] != series.get(key)}
        return differs | own if mine == series | own else None

    def _shown_on(self, day: date) -> Span | None:
        """Returns the span of the rule's date on *day* as the clock shows it: a start in a skipped hour is later."""
        if self.rule is None or self.rule.rule is None:
            return None
        event = Event("x", Text.plain("x", "en"), parse_span(self.span), self.span.zone or "UTC", rule=self.rule.rule)
        occurrence = occurrences.find(event, day.isoformat())
        if occurrence is None or not isinstance(occurrence.when.span, Timed):
            return None
        start, end = occurrence.when.span.start, occurrence.when.span.end
        return Span(start.replace(tzinfo=None), end.replace(tzinfo=None) if end else None, self.span.zone)

    def _on_our_clock(self, span: Span) -> Span | None:
        if not isinstance(span.start, datetime) or span.zone == self.span.zone:
            return span
        start = local_of(utc(span.start, span.zone), self.span.zone)
        end = local_of(utc(span.end, span.zone), self.span.zone) if isinstance(span.end, datetime) else None
        return Span(start, end, self.span.zone) if start else None

    def _separate_override(self, override: Instance, day: date) -> None:
        """Makes an event of its own, in place of that date, of an occurrence with another title, place or text."""
        names = [
            key
            for key in ("title", "place", "notes", "url", "tags", "busy", "source", "online", "image")
            if override.fields.get(key) != self.master.fields.get(key)
        ]
        what = ", ".join(names) or "kind of date"
        self.reader.change(override, "RECURRENCE-ID", f"{day} has its own {what}: an event of its own")
        if day in self.also_days:
            self.also_days.remove(day)
        elif self.rule is not None:
            self.except_days.append(day)
        self.separate.append(self.reader.to_event(override, {}))

    def _numbered_title(self, overrides: list[Instance]) -> Any:
        """Returns the title with {nth} or {n} where the overrides of a yearly rule differ in that number alone, else None."""
        tag, title = self._title_pair(self.master)
        own_titles = [OwnTitle(self._day_of(item.recurrence), *self._title_pair(item)) for item in overrides]
        numbered = self.rule and find_numbered_title(self.span, self.rule, tag, title, own_titles)
        if not numbered:
            return None
        template, self.master.span = numbered
        return {tag: template} if isinstance(self.master.fields["title"], dict) else template

    def _title_pair(self, instance: Instance) -> tuple[str, str]:
        title = instance.fields["title"]
        return next(iter(title.items())) if isinstance(title, dict) else (self.reader.context.language, str(title))

    # THISANDFUTURE

    def _split_future(self, overrides: list[Instance]) -> tuple[list[Instance], list[Instance]]:
        """Returns the overrides before the first from which on the series is another (RFC 5545 3.2.13), and those from it on."""
        cuts = [item for item in overrides if _changes_the_rest(item)]
        if not cuts:
            return overrides, []
        first = min(cuts, key=lambda item: self._day_of(item.recurrence))
        day = self._day_of(first.recurrence)
        before = [item for item in overrides if item is not first and self._day_of(item.recurrence) < day]
        return before, [first, *(item for item in overrides if item is not first and item not in before)]

    def _continue_from(self, overrides: list[Instance], uid: str) -> list[ImportedEvent]:
        """Returns the series from the date that the first of *overrides* names on, as an event of its own with the rest of them."""
        item, rest = overrides[0], overrides[1:]
        day = self._day_of(item.recurrence)
        if _is_cancelled(item):
            self.reader.change(item, "RECURRENCE-ID", f"from {day} on it is cancelled: the series ends before")
            single, later_ones = self._split_future(rest)
            events = [self.reader.to_event(override, {}) for override in single if not _is_cancelled(override)]
            return events + self._continue_from(later_ones, "") if later_ones else events
        self.reader.change(item, "RECURRENCE-ID", f"from {day} on the series is another: a new event goes on")
        own_rule, old_rule = item.component.get("RRULE"), self.master.component.get("RRULE")
        text = own_rule.value if own_rule else self.rrule or (old_rule.value if old_rule else "")
        moved_by = item.span.day - day
        listed = [other + moved_by for other in self.listed if other > day]
        if own_rule is None and text:
            text, listed = moved_rule(text, self.span, day, item.span, self.reader.reader_zone)
            if listed:
                self.reader.change(
                    item,
                    "RRULE",
                    f"no rule makes its dates as much later: those until {listed[-1]} are written",
                )
        later = _Series(
            self.reader,
            uid,
            replace(item, recurrence=None),
            self.original,
            self.shift + moved_by,
            item.span.day,
            text,
            listed,
        )
        return later.events(rest)


def _changes_the_rest(override: Instance) -> bool:
    """Tells whether *override* holds for all later dates as well (RFC 5545 3.2.13)."""
    line = override.component.get("RECURRENCE-ID")
    return line is not None and line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def _is_cancelled(instance: Instance) -> bool:
    return bool(instance.fields.get("status") == "cancelled")
