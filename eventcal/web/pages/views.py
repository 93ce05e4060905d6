"""An occurrence, an event or a change becomes the words that a template shows to one reader. No HTML but sanitised notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from ... import links, occurrences, words
from ...events import Calendar, Event, EventKind, Occurrence, Place, Status, event_zone
from ...history import Change, ChangeKind, EventState, Version, compare_last_days, told_when
from ...when import Period, Timed, Undated, Unit, When
from ...words.language import mark_doubtful
from ..edition_index import EditionIndex
from ..viewer import Viewer
from . import jsonld, months

MAX_TAGS, MAX_COUNTRIES = 12, 40
"""How many a page offers."""
_MONTH = timedelta(days=31)
MOVED_LATELY = timedelta(days=30)
"""How long a list says from where an event moved, where the registry does not say it."""


@dataclass(frozen=True)
class EventView:
    """One occurrence as a list or a grid shows it to *viewer* at *now*. Texts are made when a template asks for them."""

    occurrence: Occurrence
    viewer: Viewer
    now: datetime

    @cached_property
    def localised_when(self) -> When:
        """The date on the viewer's clock, when they chose a zone."""
        return self.viewer.localise(self.occurrence).when

    @property
    def _event(self) -> Event:
        return self.occurrence.event

    @cached_property
    def title(self) -> str:
        return occurrences.title_of(self.occurrence, self.viewer.language)

    @property
    def title_language(self) -> str:
        """A `lang` attribute where the title is in another language than its page; else ""."""
        return foreign_language(self._event.title.best_match(self.viewer.language)[0], self.viewer.language)

    @property
    def href(self) -> str:
        return self.viewer.url(links.event_url("", self._event.id), ("on", self.occurrence.recurrence))

    @property
    def rule(self) -> str:
        """Says how it repeats; "" for a rule that only RRULE can say, where there is none, and on another day than the rule's."""
        if self.localised_when.earliest != self.occurrence.when.in_zone(event_zone(self._event)).earliest:
            return ""
        text = words.format_rule(self._event.rule, self.viewer.language) if self._event.rule else ""
        return "" if "FREQ=" in text else text

    @cached_property
    def when(self) -> str:
        today = self.now.astimezone(event_zone(self._event)).date()
        return words.format_event_date(
            self._event, self.localised_when, self.viewer.language, weekday=True, today=today
        )

    @property
    def short_when(self) -> str:
        when, language = self.localised_when, self.viewer.language
        span = when.span
        # "14–18 Sep 2021" and "Sep – Oct 2021" alone read as if it lasted so long
        if isinstance(span, Period) and (
            span.unit is Unit.DAYS or (span.unit is Unit.MONTH and span.last - span.first > _MONTH)
        ):
            text = words.format_expected(when, language, "short")
            return mark_doubtful(text, language) if when.uncertain else text
        text = words.format_event_date(self._event, when, language, style="short", weekday=True)
        return self._with_zone(text, span) if isinstance(span, Timed) else text

    @property
    def start_time(self) -> str:
        span = self.localised_when.span
        return words.format_time(span.start, self.viewer.language) if isinstance(span, Timed) else ""

    @cached_property
    def plain_hours(self) -> str:
        """Start and end on the wall clock."""
        span = self.localised_when.span
        return words.format_hours(span, self.viewer.language) if isinstance(span, Timed) else ""

    @cached_property
    def hours(self) -> str:
        """The same, and the zone where it is not the one of the page."""
        span = self.localised_when.span
        return self._with_zone(self.plain_hours, span) if isinstance(span, Timed) else ""

    def _with_zone(self, text: str, span: Timed) -> str:
        """Returns *text*, which ends with an hour of *span*, with the zone where it is not the one of the page."""
        language = self.viewer.language
        if span.is_floating:
            return words.append_remark(text, words.get_translations(language).gettext("local time"), language)
        if span.zone.key == (self.viewer.zone or self.viewer.calendar_zone):
            return text
        return words.append_remark(text, words.format_zone_name(span.zone, language), language)

    @property
    def hours_below_day(self) -> str:
        """The hours in a list that names the day above; what is a deadline says so."""
        if not self.is_deadline:
            return self.hours
        language = self.viewer.language
        return (
            words.format_deadline(self.hours, language)
            if self.hours
            else words.get_translations(language).gettext("deadline")
        )

    @property
    def end_words(self) -> str:
        """The end of what is on: "until Fri 18 Dec", with the year where it is not this one; "until 12:00", "until today"."""
        last, span, language = self.localised_when.latest, self.localised_when.span, self.viewer.language
        if last is None:
            return ""
        zone = span.end.tzinfo if isinstance(span, Timed) and span.end else event_zone(self._event)
        today, translations = self.now.astimezone(zone).date(), words.get_translations(language)
        if isinstance(span, Timed) and span.end and (last == today or span.end - self.now < timedelta(hours=12)):
            end = self._with_zone(words.format_time(span.end, language), span)
        elif last == today:
            return translations.gettext("until today")
        else:
            style: Literal["brief", "short"] = "brief" if last.year == self.now.year else "short"
            end = words.format_day(last, language, style, weekday=True)
        return translations.pgettext("something that is on", "until {date}").format(date=end)

    @cached_property
    def _planned(self) -> When | None:
        """The date that it was moved from, by the registry or lately in its history; None for one that did not move."""
        planned = occurrences.moved_from(self.occurrence) or self._lately_moved_from
        return planned and self.viewer.localise_when(planned)

    @property
    def planned_when(self) -> str:
        """The same in words; "" for one that did not move."""
        return self._planned_in_words("short")

    def _planned_in_words(self, style: Literal["brief", "short"]) -> str:
        if self._planned is None:
            return ""
        return words.format_when(self._planned, self.viewer.language, style=style, weekday=True)

    @property
    def _last_days(self) -> tuple[date | None, date] | None:
        return compare_last_days(self._planned, self.localised_when) if self._planned is not None else None

    @property
    def is_extended(self) -> bool:
        """Whether it is a deadline that was moved to a later day or hour, or goes on until a later day."""
        if self._planned is None:
            return False
        old_last, last = self._last_days or (None, None)
        is_prolonged = old_last is not None and last is not None and last > old_last
        return is_prolonged or occurrences.is_extension(self._event, self._planned, self.occurrence.when)

    @property
    def is_shortened(self) -> bool:
        """Whether it begins as planned, and ends on an earlier day, or on one that was not known."""
        return self._last_days is not None and not self.is_extended

    @property
    def moved_label(self) -> str:
        """The word for the move: "moved", "deadline extended"; "date changed" where only the last day is another."""
        if self._last_days:
            return words.get_translations(self.viewer.language).gettext("date changed")
        return words.format_change_kind(ChangeKind.MOVED, self.viewer.language, self.is_extended)

    @cached_property
    def moved_words(self) -> str:
        """The date that it was moved from as a remark, without the year if it is that of the date that it has."""
        planned = self._planned
        if planned is None:
            return ""
        first, days = self.localised_when.first_day, (planned.first_day, planned.last_day)
        is_same_year = first is not None and {day and day.year for day in days} == {first.year}
        _ = words.get_translations(self.viewer.language).gettext
        planned_text = self._planned_in_words("brief" if is_same_year else "short")
        if self.is_shortened:
            return _("Was: {state}").format(state=planned_text)
        text = _("extended from %(date)s") if self.is_extended else _("moved from %(date)s")
        return text % {"date": planned_text}

    @property
    def _lately_moved_from(self) -> When | None:
        move = None if self.occurrence.recurrence else self.viewer.last_moves.get(self._event.id)
        if move is None or move.old is None or move.new is None or self.now - move.at > MOVED_LATELY:
            return None
        return move.old.when if move.new.when.span == self.occurrence.when.span else None

    @cached_property
    def distance(self) -> str:
        override = self.occurrence.override
        written = override.when if override and override.when else self._event.when
        # of what is off, or was put off without a new date, no date is in three days
        is_off = self.occurrence.status is Status.CANCELLED or isinstance(written.span, Undated)
        if is_off or self.viewer.static_urls:  # a file would go on saying it
            return ""
        zone = ZoneInfo(self.viewer.zone or self._event.timezone)
        return words.format_distance(self.now, self.localised_when, self.viewer.language, zone)

    @cached_property
    def place(self) -> str:
        return words.format_places(self._event.places, self.viewer.language)

    @property
    def iso_date(self) -> str:
        """For `<time datetime>`."""
        return jsonld.iso_date(self.localised_when)

    @property
    def is_instant(self) -> bool:
        """Whether it begins at one moment everywhere, which a script shows on the reader's own clock."""
        span = self.localised_when.span
        return isinstance(span, Timed) and not span.is_floating

    @property
    def status(self) -> str:
        """The status when it tells something: that a period is tentative goes without saying, and so does what has a new date."""
        status = self.occurrence.status
        if status is Status.CONFIRMED or occurrences.is_rescheduled(self.occurrence):
            return ""
        if status is Status.TENTATIVE and not self.localised_when.is_day_known:
            return ""
        return status.value

    @property
    def status_words(self) -> str:
        return words.format_status(self.occurrence.status, self.viewer.language) if self.status else ""

    @property
    def is_doubtful(self) -> bool:
        return self.localised_when.uncertain

    @property
    def is_deadline(self) -> bool:
        return self._event.kind is EventKind.DEADLINE

    @property
    def is_vague(self) -> bool:
        return isinstance(self.localised_when.span, Period)

    @property
    def is_over(self) -> bool:
        """Whether the last day that it may fall on is past, where it happens; never for what has no date."""
        zone = event_zone(self._event)
        latest = self.occurrence.when.in_zone(zone).latest
        return latest is not None and latest < self.now.astimezone(zone).date()

    @property
    def is_multi_day(self) -> bool:
        """Whether it lasts for days, and not for a night."""
        return months.last_shown_day(self.localised_when) != self.localised_when.first_day

    @property
    def _leading_tag(self) -> str:
        return self.viewer.palette.leading_tag(self._event.tags)

    @property
    def hue(self) -> str:
        """The class of the style sheet that sets its colour."""
        return self.viewer.palette.css_class(self._leading_tag)

    @property
    def tag_name(self) -> str:
        """The meaning of its colour in words; "" for an event without one."""
        return self.viewer.palette.name(self._leading_tag, self.viewer.language) if self._leading_tag else ""


def first_view(candidates: Sequence[Occurrence], viewer: Viewer, now: datetime) -> EventView | None:
    """Returns the first of *candidates* as a page shows it; None where there is none."""
    return EventView(candidates[0], viewer, now) if candidates else None


def foreign_language(language: str, page: str) -> str:
    """Returns a `lang` attribute for text in another language than its page; "" for none."""
    return "" if language.split("-")[0] == page.split("-")[0] else language


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change as a page tells it."""

    day: date
    day_words: str
    at: str
    label: str
    title: str
    href: str
    old: str
    new: str


def change_view(change: Change, version: Version | None, viewer: Viewer) -> ChangeView:
    """Returns a change of *version* on the reader's clock, else the calendar's, the old and the new value only where they differ; None: it is gone."""
    language = viewer.language
    local_time = change.at.astimezone(viewer.timezone)
    old, new = (_state_words(state, change, version, viewer) for state in (change.old, change.new))
    return ChangeView(
        day=local_time.date(),
        day_words=words.format_day(local_time.date(), language, weekday=True),
        at=change.at.isoformat(timespec="seconds"),
        label=words.format_change(change, version, language),
        title=_change_title(change, version, language),
        href=viewer.url(links.event_url("", change.event_id), ("on", change.recurrence))
        if change.new is not None
        else "",
        old=old if old != new else "",
        new=new,
    )


def _change_title(change: Change, version: Version | None, language: str) -> str:
    """Returns the title in *language*; of an event that is gone, as it was recorded."""
    if version is None:
        return change.title
    occurrence = occurrences.find(version.event, change.recurrence) if change.recurrence else None
    if occurrence is not None:
        return occurrences.title_of(occurrence, language)
    return occurrences.title_without_number(version.event, language)


def _state_words(state: EventState | None, change: Change, version: Version | None, viewer: Viewer) -> str:
    if state is None:
        return ""
    if change.kind is ChangeKind.PLACE:
        return words.format_recorded_places(state.place, version.event if version else None, viewer.language)
    rule = words.format_rule_text(state.rule, state.when, viewer.language)
    when = told_when(state, change, version.event if version else None, change.at)
    return words.join_clauses([words.format_when(when, viewer.language, weekday=True), rule], viewer.language)


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """The filters that a page offers: tags with the number of their events, countries by code and name; and the other filters that are set."""

    tags: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, str], ...]
    other_filters: tuple[tuple[str, str], ...]
    titles: Mapping[str, str] = field(default_factory=dict)  # of chosen events, by id

    def __bool__(self) -> bool:
        return bool(self.tags or self.countries or self.other_filters)


def filter_options(index: EditionIndex, viewer: Viewer) -> FilterOptions:
    """Builds the choice that the events give, the most frequent first; whatever is on stands in it."""
    tags = dict.fromkeys([*index.tags[:MAX_TAGS], *viewer.filter.tags])
    codes = [code for code in index.countries if len(index.countries) > 1]
    names = sorted(
        ((code, words.format_place(Place(country=code), viewer.language)) for code in codes[:MAX_COUNTRIES]),
        key=lambda option: option[1],
    )
    listed = {("tag", value) for value in tags} | {("place", value) for value in codes}
    return FilterOptions(
        tuple((tag, index.tag_counts[tag]) for tag in tags),
        tuple(names),
        # what is looked for stands in its field
        tuple(pair for pair in viewer.filter_pairs if pair not in listed and (pair[0] != "q" or viewer.path != "/")),
        {
            event_id: occurrences.title_without_number(version.event, viewer.language)
            for event_id in viewer.filter.ids
            if (version := index.find(event_id))
        },
    )


def calendar_name(calendar: Calendar | None, language: str) -> str:
    """Returns the name that a page has at its top; "eventcal" before the first edition."""
    return calendar.name.in_language(language) if calendar else "eventcal"
