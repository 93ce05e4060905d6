"""A date as a person says it: with the precision that is known, and never more."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from ..events import Event, EventKind
from ..when import ANYWHERE_ON_EARTH, Absence, AllDay, Limit, Period, Span, Timed, Undated, Unit, When
from .labels import join_clauses, join_phrases, mark_doubtful
from .language import Style, get_translations, locale_for
from .patterns import (
    apply_pattern,
    capitalize_first,
    format_days,
    format_months,
    format_period,
    format_years,
    interval_ends,
)

LONGEST_NIGHT = timedelta(hours=12)
"""The length up to which what ends on the next day is said and shown as one evening."""


def format_day(day: date, language: str, style: Style | Literal["brief"] = "long", weekday: bool = False) -> str:
    """Formats one day: "16 September 2021", short "16 Sep 2021", brief with its weekday "Thu 16 Sep"."""
    return format_days(day, day, language, style, weekday)


def format_written_day(text: str, language: str) -> str:
    """Formats a day that is kept as text, "2021-06-24"; returns a month or year as it is written."""
    try:
        return format_day(date.fromisoformat(text), language)
    except ValueError:
        return text


def format_day_title(day: date, language: str) -> str:
    """One day with its weekday, as a heading or an accessible name says it: "Thursday, 16 September 2021"."""
    return apply_pattern(str(locale_for(language).date_formats["full"].pattern), day, language)


def format_month_title(year: int, month: int, language: str) -> str:
    """A month as a heading: "September 2021"."""
    return capitalize_first(format_months(date(year, month, 1), date(year, month, 1), language, "long"))


def format_month_name(month: int, language: str) -> str:
    """A month alone, short: "Sep"."""
    # "LLL" only where the language has it: elsewhere Babel 2.18 answers with what another language had resolved it to.
    has_standalone_form = "LLL" in str(locale_for(language).datetime_skeletons["yMMM"].pattern)
    return apply_pattern("LLL" if has_standalone_form else "MMM", date(2000, month, 1), language)


def format_month_and_day(day: date, language: str) -> str:
    """A day of every year: "24 May"."""
    return apply_pattern(str(locale_for(language).datetime_skeletons["MMMMd"].pattern), day, language)


def format_year(year: int, language: str) -> str:
    """A year alone, as a heading: "2021"."""
    return format_years(year, year, language)


def format_time(moment: datetime, language: str) -> str:
    """The hour on the wall clock: "10:00", with seconds where the source gives them: "23:59:59"."""
    return _format_clock(moment.time().replace(microsecond=0), language)


@lru_cache(maxsize=4096)
def _format_clock(clock: time, language: str) -> str:
    pattern = "HH:mm:ss" if clock.second else "HH:mm"
    return apply_pattern(pattern, datetime.combine(date(2000, 1, 1), clock), language)


def format_hours(span: Timed, language: str) -> str:
    """Formats the hours of one day or night: "10:00–12:30"; the start alone where the end is unknown or days later."""
    start, end = span.start, span.end
    if end is None or (end.date() != start.date() and end - start > LONGEST_NIGHT):
        return format_time(start, language)
    return f"{format_time(start, language)}–{format_time(end, language)}"


def format_moment(moment: datetime, language: str, zone: str, style: Style = "long") -> str:
    """Formats an instant, to the minute, on one zone's wall clock: "16 September 2021, 10:00 (Dushanbe, UTC+5)".

    The short style leaves the zone out.
    """
    local = moment.astimezone(ZoneInfo(zone)).replace(second=0)
    text = format_day_and_time(local.date(), format_time(local, language), language, style)
    return text if style == "short" else append_remark(text, format_zone(local, language), language)


def format_when(
    when: When,
    language: str,
    zone: str | None = None,
    style: Style | Literal["brief"] = "long",
    weekday: bool = False,
    today: date | None = None,
) -> str:
    """Formats a date with the precision that is known and never more.

    *zone* is the reader's; None keeps the event's own, and floating hours have none. Long style names the zone of a time and puts doubt in words,
    short style omits the zone and marks doubt with a question mark; brief style is short without the year of a known day. *weekday* names the weekday of each known day.
    With *today*, a period that is over has an exact date that was not announced instead of one to be confirmed.
    """
    _ = get_translations(language).gettext
    text, remarks = _qualify(when, _format_span(when.span, language, zone, style, weekday), language), []
    if style != "long":
        return mark_doubtful(text, language) if when.uncertain and not isinstance(when.span, Undated) else text
    if isinstance(when.span, Timed) and when.span.is_floating:
        remarks.append(_("local time, wherever you are"))
    elif isinstance(when.span, Timed):
        start = when.span.start
        remarks.append(format_zone(start if zone is None else start.astimezone(ZoneInfo(zone)), language))
    if isinstance(when.span, Period):
        if is_over(when, today):
            remarks.append(_("reported, exact date not announced") if when.uncertain else _("exact date not announced"))
        else:
            remarks.append(_("reported, date to be confirmed") if when.uncertain else _("date to be confirmed"))
    elif when.uncertain:
        remarks.append(_("unconfirmed"))
    return append_remark(text, join_clauses(remarks, language), language) if remarks else text


def format_event_date(
    event: Event,
    when: When,
    language: str,
    zone: str | None = None,
    style: Style = "long",
    weekday: bool = False,
    today: date | None = None,
) -> str:
    """Formats the date of an event as `format_when` does, that of a deadline as "until 16 September 2021, 23:59"."""
    text = format_when(when, language, zone, style, weekday, today)
    return format_deadline(text, language) if event.kind is EventKind.DEADLINE and when.is_day_known else text


def format_deadline(text: str, language: str) -> str:
    """Formats *text*, a date or an hour, as the last moment: "until 23:59"."""
    return get_translations(language).gettext("until {date}").format(date=text)


def format_title_marker(when: When, language: str) -> str:
    """Formats the marker of a title whose shown day is not known: "[Sep 2021, day not known]".

    True for ever, also once the period is over. "" for a date that is known.
    """
    _ = get_translations(language).gettext
    match when.span, when.uncertain:
        case Period() as period, is_doubtful:
            period_text = _qualify(when, format_period(period, language, "short"), language)
            text = _("reported: {period}, day not known") if is_doubtful else _("{period}, day not known")
            text = text.format(period=period_text)
        case Undated() as undated, _doubtful:
            text = _format_absence(undated, language)
        case _span, True:
            text = _("unconfirmed")
        case _:
            return ""
    return f"[{text}]"


def is_over(when: When, today: date | None) -> bool:
    """Whether the last day of *when* is before *today*; None: not asked."""
    return today is not None and when.latest is not None and when.latest < today


def format_vague(when: When, language: str, style: Style = "long") -> str:
    """Formats a date without a day: "about September 2021", "not before 2021", "by 16 September 2021"."""
    return _qualify(when, _format_span(when.span, language, None, style), language)


def _qualify(when: When, text: str, language: str) -> str:
    """*text*, the words of a date, with what makes it approximate or leaves a side open."""
    _ = get_translations(language).gettext
    if when.approximate:
        return _("about {period}").format(period=text)
    match when.limit:
        case Limit.NOT_BEFORE:
            return _("not before {period}").format(period=text)
        case Limit.NOT_AFTER:
            return _("by {period}").format(period=text)
        case Limit.OPEN_END:
            return _("from {period}").format(period=text)
    return text


def format_zone(moment: datetime, language: str) -> str:
    """The zone of an aware *moment*: "Dushanbe, UTC+5"."""
    key = getattr(moment.tzinfo, "key", "UTC")
    offset = _format_utc_offset(moment)
    if key == ANYWHERE_ON_EARTH:
        return get_translations(language).gettext("anywhere on Earth")
    if "/" not in key or key.startswith("Etc/"):
        return offset
    city = get_timezone_location(moment.tzinfo, locale=locale_for(language), return_city=True)
    return join_phrases((city, offset), language)


def format_zone_name(zone: ZoneInfo, language: str) -> str:
    """A zone's name without its offset, which changes over the year: "Berlin"."""
    if "/" in zone.key and not zone.key.startswith("Etc/"):
        return str(get_timezone_location(zone, locale=locale_for(language), return_city=True))
    return format_zone(datetime(2000, 1, 1, tzinfo=zone), language)


def _format_absence(undated: Undated, language: str) -> str:
    _ = get_translations(language).gettext
    return {
        Absence.OPEN: _("no date yet"),
        Absence.NEVER: _("no date, will not take place"),
        Absence.PAST: _("past, exact date unknown"),
    }[undated.absence]


def _format_span(
    span: Span, language: str, zone: str | None, style: Style | Literal["brief"], weekday: bool = False
) -> str:
    match span:
        case AllDay(first, last):
            return format_days(first, last, language, style, weekday)
        case Timed():
            return _format_timed(span, language, zone, style, weekday)
        case Period():
            return format_period(span, language, "short" if style == "brief" else style)
        case Undated():
            return _format_absence(span, language)


def _format_timed(span: Timed, language: str, zone: str | None, style: Style | Literal["brief"], weekday: bool) -> str:
    start, end = span.start, span.end
    if zone is not None and not span.is_floating:
        start = start.astimezone(ZoneInfo(zone))
        end = end.astimezone(ZoneInfo(zone)) if end is not None else None
    if end is None or start.date() == end.date():
        hours = format_hours(Timed(start, end), language)
        return format_day_and_time(start.date(), hours, language, style, weekday)
    start_text, end_text = (
        format_day_and_time(moment.date(), format_time(moment, language), language, style, weekday)
        for moment in (start, end)
    )
    return get_translations(language).gettext("{start} – {end}").format(start=start_text, end=end_text)


def format_day_and_time(
    day: date, hours: str, language: str, style: Style | Literal["brief"], weekday: bool = False
) -> str:
    """Formats a day with its time or times: "16 September 2021, 10:00–12:30"."""
    return (
        get_translations(language)
        .gettext("{date}, {time}")
        .format(date=format_days(day, day, language, style, weekday), time=hours)
    )


def append_remark(text: str, remark: str, language: str) -> str:
    """Appends *remark* in parentheses."""
    return get_translations(language).gettext("{text} ({remark})").format(text=text, remark=remark)


def _format_utc_offset(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, remaining_minutes = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{remaining_minutes:02}' if remaining_minutes else ''}"


def format_with_weekday(when: When, language: str, zone: str = "") -> str:
    """Formats *when* with the weekday of each known day; *zone* "" is the event's own."""
    return format_when(when, language, _shown_zone(when, zone) or None, weekday=True)


def format_subject_date(when: When, now: datetime, language: str, zone: str = "") -> str:
    """Formats the date in a subject: "Tue 15 Dec, 16:00" or "16 – 17 Sep", with the year when it is not that of *now*.

    An hour is its start on the clock of *zone*, "" for the event's own; what is known in part reads as everywhere.
    """
    zone = _shown_zone(when, zone)
    match when.span:
        case AllDay(first, last):
            text = _format_subject_days(first, last, now.year, language)
        case Timed(start, _):
            local = start.astimezone(ZoneInfo(zone)) if zone else start
            day = _format_subject_days(local.date(), local.date(), now.year, language)
            date_and_time = get_translations(language).gettext("{date}, {time}")
            text = date_and_time.format(date=day, time=format_time(local, language))
        case _:
            return format_when(when, language, zone or None, style="short")
    return mark_doubtful(text, language) if when.uncertain else text


def _format_subject_days(first: date, last: date, year: int, language: str) -> str:
    style: Literal["brief", "short"] = "brief" if first.year == last.year == year else "short"
    return format_days(first, last, language, style, weekday=first == last)  # several days are long enough


def _shown_zone(when: When, zone: str) -> str:
    """The zone in which *when* is told a reader in *zone*: "", its own, where its hours hold on every clock."""
    return "" if isinstance(when.span, Timed) and when.span.is_floating else zone


def format_local_time(when: When, language: str, zone: str) -> str:
    """The hour where it happens, when a reader in *zone* is told another; "" when there is nothing to add."""
    if not isinstance(when.span, Timed) or not _shown_zone(when, zone):
        return ""
    start = when.span.start
    if start.utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset():
        return ""
    return get_translations(language).gettext("Local time: {when}").format(when=format_with_weekday(when, language))


def format_expected(when: When, language: str, style: Style = "long") -> str:
    """Formats a period as a sentence goes on after "expected": "in September 2021", "between 14 and 18 September 2021".

    An approximate one is "around September 2021", one with an open side "not before September 2021". Doubt is left to
    the sentence. A date with a day, or without any, stays as `format_vague` has it.
    """
    if when.limit is not None or not isinstance(when.span, Period):
        return format_vague(when, language, style)
    period_text = format_period(when.span, language, style)
    if when.approximate:
        return get_translations(language).gettext("around {period}").format(period=period_text)
    return _between(when.span, language, style) or _preposition(when.span.unit, language).format(period=period_text)


def _between(period: Period, language: str, style: Style) -> str:
    """Formats days or months by both their ends: "between 14 and 18 September 2021"; "" for other periods."""
    pgettext = get_translations(language).pgettext
    match period.unit:
        case Unit.DAYS if period.first != period.last:
            skeleton = "yMMMd" if style == "short" else "yMMMMd"
            template = pgettext("days", "between {first} and {last}")
        case Unit.MONTH if (period.first.year, period.first.month) != (period.last.year, period.last.month):
            skeleton = "yMMM" if style == "short" else "yMMMM"
            template = pgettext("months", "between {first} and {last}")
        case _:
            return ""
    first, last = interval_ends(skeleton, period.first, period.last, language)
    return template.format(first=first, last=last)


def _preposition(unit: Unit, language: str) -> str:
    pgettext = get_translations(language).pgettext
    match unit:
        case Unit.DAYS:
            return pgettext("a day", "on {period}")
        case Unit.WEEK:
            return pgettext("a week", "in {period}")
        case Unit.MONTH_THIRD | Unit.YEAR_THIRD:
            return pgettext("a part of a month or year", "in {period}")
        case Unit.MONTH | Unit.SEASON:
            return pgettext("a month or season", "in {period}")
        case Unit.QUARTER | Unit.HALF:
            return pgettext("a quarter or half-year", "in {period}")
        case Unit.YEAR:
            return pgettext("a year", "in {period}")
        case Unit.DECADE:
            return pgettext("a decade", "in {period}")


def format_period_title(when: When, language: str, today: date | None = None) -> str:
    """Formats the heading over events without a day: "Some time in September 2021 (date to be confirmed)".

    With *today*, a period that is over is "Some time in September 2021 (exact date not announced)".
    """
    _ = get_translations(language).gettext
    if is_over(when, today):
        templates = _("{period} (exact date not announced)"), _("Some time {when} (exact date not announced)")
    else:
        templates = _("{period} (date to be confirmed)"), _("Some time {when} (date to be confirmed)")
    if when.limit or when.approximate:
        return capitalize_first(templates[0].format(period=format_vague(when, language)))
    return capitalize_first(templates[1].format(when=format_expected(when, language)))
