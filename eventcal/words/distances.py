"""Formats distances in time from a moment that the caller gives."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from babel.dates import format_timedelta

from ..when import AllDay, Limit, Period, Timed, Undated, Unit, When
from .language import get_translations, locale_for


def format_distance(now: datetime, target: When | date | datetime, language: str, zone: tzinfo | None = None) -> str:
    """Formats the distance from *now* (aware) to *target*: "tomorrow", "in 20 minutes", "in 14 days".

    A date counts calendar days in *zone* (the event's; None: the zone that *now* carries), an hour less than half a
    day away counts minutes, and a period is never said more finely than it is known. "" when nothing is
    known.
    """
    span = target.span if isinstance(target, When) else target
    if isinstance(target, When) and isinstance(span, Period) and target.limit in (Limit.NOT_BEFORE, Limit.NOT_AFTER):
        return _format_limit_distance(_local_today(now, zone), span, target.limit, language)
    match span:
        case Undated():
            return ""
        case Period():
            return _format_period_distance(_local_today(now, zone), span, language)
        case AllDay(first, last):
            today = _local_today(now, zone)
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
            return _format_days((span - _local_today(now, zone)).days, language)


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
        is_single = period.unit in current_period and _unit_count(period) == 1
        return current_period[period.unit] if is_single else _("could be any day now")
    nearest_day = period.first if today < period.first else period.last
    months = (nearest_day.year - today.year) * 12 + nearest_day.month - today.month
    match period.unit:
        case Unit.DAYS | Unit.WEEK | Unit.MONTH_THIRD:
            return _format_weeks((nearest_day - today).days, language)
        case Unit.MONTH:
            adjacent_periods = {1: _("expected next month"), -1: _("last month")}
            return adjacent_periods.get(months) or _format_months(months, language)
        case Unit.QUARTER:
            quarters = (nearest_day.year - today.year) * 4 + (nearest_day.month - 1) // 3 - (today.month - 1) // 3
            adjacent_periods = {1: _("expected next quarter"), -1: _("last quarter")}
            return adjacent_periods.get(quarters) or _format_months(quarters * 3, language)
        case Unit.YEAR | Unit.DECADE:
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


def _unit_count(period: Period) -> int:
    if period.unit is Unit.WEEK:
        return 1
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    return months // {Unit.QUARTER: 3, Unit.YEAR: 12}.get(period.unit, 1)


@functools.lru_cache(maxsize=1024)  # reminders of one lead all say the same distance
def _format_delta(
    delta: timedelta, unit: Literal["day", "week", "month", "year", "hour", "minute"] | str, language: str
) -> str:
    return format_timedelta(
        delta,
        granularity=unit,  # type: ignore[arg-type]
        threshold=10**9,  # the unit is chosen already
        add_direction=True,
        locale=locale_for(language),
    )
