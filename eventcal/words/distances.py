"""How far off something is, from a moment that the caller gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from babel.dates import format_timedelta

from ..when import AllDay, Period, Timed, Undated, Unit, When
from .language import gettext, locale_of


def distance(now: datetime, target: When | date | datetime, language: str, zone: tzinfo | None = None) -> str:
    """How far off *target* is from *now* (aware): "tomorrow", "in 20 minutes", "in 2 weeks", "next month".

    A date counts calendar days in *zone* (the event's; None: the zone that *now* carries), an hour less than half a
    day away counts minutes, and a period is never said more finely than it is known. "" when nothing is known.
    """
    span = target.span if isinstance(target, When) else target
    match span:
        case Undated():
            return ""
        case Period():
            return _period_distance(_today(now, zone), span, language)
        case AllDay(first, last):
            today = _today(now, zone)
            return _days_away((first - today).days if today < first else min(0, (last - today).days), language)
        case Timed(start, end):
            if end is not None and start <= now < end:
                return gettext(language).gettext("now")
            return distance(now, start, language, zone)
        case datetime():
            zone = zone or span.tzinfo
            seconds = (span.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
            if abs(seconds) < 12 * 3600:
                return _moments_away(seconds, language)
            return _days_away((span.astimezone(zone).date() - _today(now, zone)).days, language)
        case _:
            return _days_away((span - _today(now, zone)).days, language)


def _today(now: datetime, zone: tzinfo | None) -> date:
    return (now.astimezone(zone) if zone is not None else now).date()


def _moments_away(seconds: float, language: str) -> str:
    if abs(seconds) < 30:
        return gettext(language).gettext("now")
    unit = "minute" if abs(seconds) < 90 * 60 else "hour"
    return _away(timedelta(seconds=seconds), unit, language)


def _days_away(days: int, language: str) -> str:
    _ = gettext(language).gettext
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in near:
        return near[days]
    for unit, limit in (("day", 14), ("week", 61), ("month", 640)):
        if abs(days) < limit:
            return _away(timedelta(days=days), unit, language)
    return _away(timedelta(days=days), "year", language)


def _months_away(months: int, language: str) -> str:
    return _away(timedelta(days=months * 30.4375), "year" if abs(months) >= 24 else "month", language)


def _period_distance(today: date, period: Period, language: str) -> str:
    _ = gettext(language).gettext
    if period.first <= today <= period.last:
        here = {Unit.MONTH: _("this month"), Unit.QUARTER: _("this quarter"), Unit.YEAR: _("this year")}
        return here[period.unit] if _count(period) == 1 else _("possible now")
    near = period.first if today < period.first else period.last
    months = (near.year - today.year) * 12 + near.month - today.month
    match period.unit:
        case Unit.MONTH:
            beside = {1: _("next month"), -1: _("last month")}
            return beside.get(months) or _months_away(months, language)
        case Unit.QUARTER:
            quarters = (near.year - today.year) * 4 + (near.month - 1) // 3 - (today.month - 1) // 3
            beside = {1: _("next quarter"), -1: _("last quarter")}
            return beside.get(quarters) or _months_away(quarters * 3, language)
        case Unit.YEAR:
            years = near.year - today.year
            beside = {1: _("next year"), -1: _("last year")}
            return beside.get(years) or _away(timedelta(days=years * 365.25), "year", language)


def _count(period: Period) -> int:
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    return months // {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[period.unit]


def _away(
    delta: timedelta, unit: Literal["day", "week", "month", "year", "hour", "minute"] | str, language: str
) -> str:
    return format_timedelta(
        delta,
        granularity=unit,  # type: ignore[arg-type]
        threshold=10**9,  # the unit is chosen already
        add_direction=True,
        locale=locale_of(language),
    )
