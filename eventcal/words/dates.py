"""A date as a person says it: with the precision that is known, and never more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from ..when import AllDay, Period, Span, Timed, Undated, Unit, When
from .language import Style, gettext, locale_of
from .patterns import apply, capital, days, months, period_words, years


def day_words(day: date, language: str, style: Style = "long") -> str:
    """One day: "16 September 2021", short "16 Sep 2021"."""
    return days(day, day, language, style)


def day_title(day: date, language: str) -> str:
    """One day with its weekday, as a heading or an accessible name says it: "Thursday, 16 September 2021"."""
    return apply(str(locale_of(language).date_formats["full"].pattern), day, language)


def month_title(year: int, month: int, language: str) -> str:
    """A month as a heading: "September 2021"."""
    return capital(months(date(year, month, 1), date(year, month, 1), language, "long"))


def month_name(month: int, language: str) -> str:
    """A month alone, short: "Sep"."""
    # "LLL" only where the language has it: elsewhere Babel 2.18 answers with what another language had resolved it to.
    stands_alone = "LLL" in str(locale_of(language).datetime_skeletons["yMMM"].pattern)
    return apply("LLL" if stands_alone else "MMM", date(2000, month, 1), language)


def year_words(year: int, language: str) -> str:
    """A year alone, as a heading: "2021"."""
    return years(year, year, language)


def brief_words(when: When, language: str) -> str:
    """A date under a heading that says its year: "16–17 Sep", "Sep", "Q3"; the whole date where years differ."""
    match when.span:
        case AllDay(first, last) if first.year == last.year:
            return days(first, last, language, "brief")
        case Timed(start, _):
            return days(start.date(), start.date(), language, "brief")
        case Period(first, last, Unit.MONTH) if (first.year, first.month) == (last.year, last.month):
            return month_name(first.month, language)
        case Period(first, _, Unit.QUARTER):
            return apply("QQQ", first, language)
    return when_words(when, language, style="short")


def time_words(moment: datetime, language: str) -> str:
    """The hour on the wall clock: "10:00"."""
    return apply("HH:mm", moment, language)


def moment_words(moment: datetime, language: str, zone: str, style: Style = "long") -> str:
    """An instant on one zone's wall clock: "16 September 2021, 10:00 (Dushanbe, UTC+5)"; short leaves the zone out."""
    local = moment.astimezone(ZoneInfo(zone))
    text = day_and_time(local.date(), time_words(local, language), language, style)
    return text if style == "short" else remarked(text, zone_words(local, language), language)


def when_words(when: When, language: str, zone: str | None = None, style: Style = "long") -> str:
    """A date as a person says it, with the precision that is known and never more.

    *zone* is the reader's; None keeps the event's own. Long says the zone of an hour and what is doubtful in words,
    short leaves the zone out and marks doubt with a question mark.
    """
    _ = gettext(language).gettext
    text, remarks = _span_words(when.span, language, zone, style), []
    if style == "short":
        return f"{text}?" if when.uncertain and not isinstance(when.span, Undated) else text
    if isinstance(when.span, Timed):
        start = when.span.start
        remarks.append(zone_words(start if zone is None else start.astimezone(ZoneInfo(zone)), language))
    if isinstance(when.span, Period):
        remarks.append(_("reported, day not known") if when.uncertain else _("day not known"))
    elif when.uncertain:
        remarks.append(_("reported, not confirmed"))
    return remarked(text, "; ".join(remarks), language) if remarks else text


def marker(when: When, language: str) -> str:
    """What stands before a title where a calendar app would show a day that nobody knows: "[Sep 2021, day not known]".

    True for ever, also once the period is over. "" for a date that is known.
    """
    _ = gettext(language).gettext
    match when.span, when.uncertain:
        case Period() as period, False:
            text = _("{period}, day not known").format(period=period_words(period, language, "short"))
        case Period() as period, True:
            text = _("reported: {period}, day not known").format(period=period_words(period, language, "short"))
        case Undated(), _doubtful:
            text = _("date not announced")
        case _span, True:
            text = _("reported")
        case _:
            return ""
    return f"[{text}]"


def some_time_in(period: Period, language: str) -> str:
    """The heading over what has no day yet: "Some time in September 2021 (day not known)"."""
    text = gettext(language).gettext("Some time in {period} (day not known)")
    return capital(text.format(period=period_words(period, language, "long")))


def zone_words(moment: datetime, language: str) -> str:
    """The zone of an aware *moment*: "Dushanbe, UTC+5"."""
    key = getattr(moment.tzinfo, "key", "UTC")
    offset = _offset(moment)
    if "/" not in key or key.startswith("Etc/"):
        return offset
    city = get_timezone_location(moment.tzinfo, locale=locale_of(language), return_city=True)
    return f"{city}, {offset}"


def _span_words(span: Span, language: str, zone: str | None, style: Style) -> str:
    match span:
        case AllDay(first, last):
            return days(first, last, language, style)
        case Timed():
            return _timed(span, language, zone, style)
        case Period():
            return period_words(span, language, style)
        case Undated():
            return gettext(language).gettext("date not announced")


def _timed(span: Timed, language: str, zone: str | None, style: Style) -> str:
    start, end = span.start, span.end
    if zone is not None:
        start = start.astimezone(ZoneInfo(zone))
        end = end.astimezone(ZoneInfo(zone)) if end is not None else None
    if end is None:
        text = day_and_time(start.date(), time_words(start, language), language, style)
    elif start.date() == end.date():
        hours = f"{time_words(start, language)}–{time_words(end, language)}"
        text = day_and_time(start.date(), hours, language, style)
    else:
        text = (
            gettext(language)
            .gettext("{start} – {end}")
            .format(
                start=day_and_time(start.date(), time_words(start, language), language, style),
                end=day_and_time(end.date(), time_words(end, language), language, style),
            )
        )
    return text


def day_and_time(day: date, hours: str, language: str, style: Style) -> str:
    return gettext(language).gettext("{date}, {time}").format(date=days(day, day, language, style), time=hours)


def remarked(text: str, remark: str, language: str) -> str:
    return gettext(language).gettext("{text} ({remark})").format(text=text, remark=remark)


def _offset(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"
