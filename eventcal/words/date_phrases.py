"""Dates within sentences and subjects: how far away they are, when they are expected, what a reader's clock shows then."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta

from ..when import AllDay, Limit, Period, Timed, Undated, Unit, When
from .dates import (
    append_remark,
    capitalize_first,
    format_days,
    format_period,
    format_time,
    format_vague,
    format_when,
    format_zone_name,
    interval_ends,
    is_over,
    is_place,
)
from .language import Style, get_translations, locale_for, mark_doubtful


def format_distance(now: datetime, target: When | date | datetime, language: str, zone: tzinfo | None = None) -> str:
    """Formats the distance from *now* (aware) to *target*: "tomorrow", "in 20 minutes", "in 14 days".

    A date counts calendar days in *zone* (the event's; None: the zone that *now* carries), an hour less than half a
    day away counts minutes, and a period is never said more finely than it is known. "" when nothing is
    known.
    """
    span, today = target.span if isinstance(target, When) else target, _local_today(now, zone)
    if isinstance(target, When) and isinstance(span, Period) and target.limit in (Limit.NOT_BEFORE, Limit.NOT_AFTER):
        return _format_limit_distance(today, span, target.limit, language)
    if isinstance(target, When) and target.limit is Limit.OPEN_END and not target.overlaps(today, date.max):
        return get_translations(language).gettext("now")
    match span:
        case Undated():
            return ""
        case Period():
            return _format_period_distance(today, span, language)
        case AllDay(first, last):
            if first < today < last:
                return get_translations(language).gettext("now")
            return _format_days((first - today).days if today < first else min(0, (last - today).days), language)
        case Timed(start, end) if span.is_floating:
            days = AllDay(start.date(), end.date() if end else start.date())  # when it begins depends on the place
            return format_distance(now, When(days), language, zone)
        case Timed(start, end):
            if end is not None and start <= now < end:
                return get_translations(language).gettext("now")
            return format_distance(now, start, language, zone)
        case datetime():
            zone = zone or span.tzinfo
            seconds = (span.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
            if abs(seconds) < 12 * 3600:
                return _format_seconds(seconds, language)
            return _format_days((span.astimezone(zone).date() - _local_today(now, zone)).days, language)
        case _:
            return _format_days((span - today).days, language)


def _format_limit_distance(today: date, period: Period, limit: Limit, language: str) -> str:
    """Formats how far the bound of a date with an open side is: nothing says that it will be then."""
    if limit is Limit.NOT_BEFORE and today >= period.first:
        return get_translations(language).gettext("could be any day now")
    finest = Unit.MONTH if limit is Limit.NOT_BEFORE else Unit.DAYS
    if period.unit.rank > finest.rank or today > period.last:
        return ""
    return _format_days((period.first - today).days, language)


def _local_today(now: datetime, zone: tzinfo | None) -> date:
    return (now.astimezone(zone) if zone is not None else now).date()


def _format_seconds(seconds: float, language: str) -> str:
    if abs(seconds) < 30:
        return get_translations(language).gettext("now")
    unit = "minute" if abs(seconds) < 90 * 60 else "hour"
    return _format_delta(timedelta(seconds=round(seconds)), unit, language)


def _format_days(days: int, language: str) -> str:
    _ = get_translations(language).gettext
    near_days = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in near_days:
        return near_days[days]
    for unit, limit_days in (("day", 31), ("week", 61), ("month", 640)):
        if abs(days) < limit_days:
            return _format_delta(timedelta(days=days), unit, language)
    return _format_delta(timedelta(days=days), "year", language)


def _format_months(months: int, language: str) -> str:
    return _format_delta(timedelta(days=months * 30.4375), "year" if abs(months) >= 24 else "month", language)


def _format_period_distance(today: date, period: Period, language: str) -> str:
    _ = get_translations(language).gettext
    if period.first <= today <= period.last:
        current_period = {
            Unit.WEEK: _("expected this week"), Unit.MONTH: _("expected this month"), Unit.QUARTER: _("expected this quarter"),
            Unit.YEAR: _("expected this year"),
        }  # fmt: skip
        is_named = period.unit in current_period and _is_single(period)
        return current_period[period.unit] if is_named else _("could be any day now")
    nearest_day = period.first if today < period.first else period.last
    months = (nearest_day.year - today.year) * 12 + nearest_day.month - today.month
    match period.unit:
        case Unit.DAYS | Unit.WEEK | Unit.MONTH_THIRD:
            return _format_weeks((nearest_day - today).days, language)
        case Unit.MONTH if _is_single(period):
            adjacent_periods = {1: _("expected next month"), -1: _("last month")}
            return adjacent_periods.get(months) or _format_months(months, language)
        case Unit.QUARTER:
            quarters = (nearest_day.year - today.year) * 4 + (nearest_day.month - 1) // 3 - (today.month - 1) // 3
            adjacent_periods = {1: _("expected next quarter"), -1: _("last quarter")}
            return adjacent_periods.get(quarters) or _format_months(months, language)
        case Unit.YEAR | Unit.DECADE if _is_single(period):
            years = nearest_day.year - today.year
            adjacent_periods = {1: _("expected next year"), -1: _("last year")} if period.unit is Unit.YEAR else {}
            return adjacent_periods.get(years) or _format_delta(timedelta(days=years * 365.25), "year", language)
    return _format_months(months, language)


def _format_weeks(days: int, language: str) -> str:
    """Formats a distance in weeks, so that no day is named."""
    _ = get_translations(language).gettext
    if abs(days) < 7:
        return _("in the coming days") if days > 0 else _("in the past days")
    return _format_delta(timedelta(days=days), "week" if abs(days) < 61 else "month", language)


def _is_single(period: Period) -> bool:
    """Tells whether *period* is one month or one year, and not several; of other units there is always one."""
    if period.unit is Unit.MONTH:
        return (period.first.year, period.first.month) == (period.last.year, period.last.month)
    return period.unit is not Unit.YEAR or period.first.year == period.last.year


@functools.lru_cache(maxsize=1024)  # reminders of one lead all say the same distance
def _format_delta(delta: timedelta, unit: str, language: str) -> str:
    return format_timedelta(
        delta,
        granularity=unit,  # type: ignore[arg-type]
        threshold=10**9,  # the unit is chosen already
        add_direction=True,
        locale=locale_for(language),
    )


# dates as a sentence goes on


def format_with_weekday(when: When, language: str, zone: str = "") -> str:
    """Formats *when* with the weekday of each known day; *zone* "" is the event's own."""
    return format_when(when, language, _shown_zone(when, zone) or None, weekday=True)


def format_subject_date(when: When, now: datetime, language: str, zone: str, home: str) -> str:
    """Formats the date in a subject: "Tue 15 Dec, 16:00" or "16 – 17 Sep", with the year when it is not that of *now*.

    An hour is its start on the clock of *zone*, "" for the event's own, which is named where that of *home* shows another
    hour; what is known in part reads as everywhere.
    """
    zone, differs_at_home = _shown_zone(when, zone), False
    match when.span:
        case AllDay(first, last):
            text = _format_subject_days(first, last, now.year, language)
        case Timed(start, _):
            local = start.astimezone(ZoneInfo(zone)) if zone else start
            day = _format_subject_days(local.date(), local.date(), now.year, language)
            date_and_time = get_translations(language).gettext("{date}, {time}")
            text = date_and_time.format(date=day, time=format_time(local, language))
            home = "" if zone else _shown_zone(when, home)
            differs_at_home = bool(home) and start.utcoffset() != start.astimezone(ZoneInfo(home)).utcoffset()
        case _:
            return format_when(when, language, zone or None, style="short")
    text = mark_doubtful(text, language) if when.uncertain else text
    if differs_at_home and isinstance(when.span, Timed):
        return append_remark(text, format_zone_name(when.span.zone, language), language)
    return text


def _format_subject_days(first: date, last: date, year: int, language: str) -> str:
    style: Literal["brief", "short"] = "brief" if first.year == last.year == year else "short"
    return format_days(first, last, language, style, weekday=first == last)  # several days are long enough


def _shown_zone(when: When, zone: str) -> str:
    """Returns the zone in which *when* is told a reader in *zone*: "", its own, where its hours hold on every clock."""
    return "" if isinstance(when.span, Timed) and when.span.is_floating else zone


def format_local_time(when: When, language: str, zone: str) -> str:
    """Returns the hour on the event's own clock, when a reader in *zone* is told another; "" when there is nothing to add.

    It is a local time only in the zone of a place: that of a launch at 14:32 UTC is another.
    """
    if not isinstance(when.span, Timed) or not _shown_zone(when, zone):
        return ""
    start = when.span.start
    if start.utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset():
        return ""
    own = format_with_weekday(when, language)
    if not is_place(when.span.zone.key):
        return capitalize_first(own)
    return get_translations(language).gettext("Local time: {when}").format(when=own)


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
    """Formats days or months by both their ends: "between 14 and 18 September 2021", "on 14 or 15"; "" for other periods."""
    pgettext = get_translations(language).pgettext
    match period.unit:
        case Unit.DAYS if period.first != period.last:
            skeleton = "yMMMd" if style == "short" else "yMMMMd"
            is_next_day = (period.last - period.first).days == 1
            template = (
                pgettext("two days", "on {first} or {last}")
                if is_next_day
                else pgettext("days", "between {first} and {last}")
            )
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
