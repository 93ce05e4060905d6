"""A date as a person says it, by CLDR's patterns: with the precision that is known, and never more."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location, parse_pattern

from ..events import Event, EventKind
from ..when import ANYWHERE_ON_EARTH, LONGEST_NIGHT, Absence, AllDay, Limit, Period, Span, Timed, Undated, Unit, When
from .language import (
    DateStyle,
    Style,
    get_translations,
    join_clauses,
    join_phrases,
    locale_for,
    mark_doubtful,
    resolve_language,
)

# CLDR's thin and narrow spaces reach terminals and calendar apps that show them as boxes.
_PLAIN_SPACES = str.maketrans("\u2009\u202f\xa0", "   ")


def format_day(day: date, language: str, style: DateStyle = "long", weekday: bool = False) -> str:
    """Formats one day: "16 September 2021", short "16 Sep 2021", brief with its weekday "Thu 16 Sep"."""
    return format_days(day, day, language, style, weekday)


def format_written_day(text: str, language: str) -> str:
    """Formats a day or a month that is kept as text, "2021-06-24" or "2021-06"; returns a year as it is written."""
    is_month = text.count("-") == 1
    try:
        day = date.fromisoformat(f"{text}-01" if is_month else text)
    except ValueError:
        return text
    return format_months(day, day, language, "long") if is_month else format_day(day, language)


def format_day_title(day: date, language: str) -> str:
    """Returns one day with its weekday, as a heading or an accessible name says it: "Thursday, 16 September 2021"."""
    return apply_pattern(str(locale_for(language).date_formats["full"].pattern), day, language)


def format_month_title(day: date, language: str) -> str:
    """Returns the month of *day* as a heading: "September 2021"."""
    return capitalize_first(format_months(day, day, language, "long"))


def format_month_name(month: int, language: str) -> str:
    """Returns a month alone, short: "Sep"."""
    # "LLL" only where the language has it: elsewhere Babel 2.18 answers with what another language had resolved it to.
    has_standalone_form = "LLL" in str(locale_for(language).datetime_skeletons["yMMM"].pattern)
    return apply_pattern("LLL" if has_standalone_form else "MMM", date(2000, month, 1), language)


def format_month_and_day(day: date, language: str) -> str:
    """Returns a day of every year: "24 May"."""
    return apply_pattern(str(locale_for(language).datetime_skeletons["MMMMd"].pattern), day, language)


def format_year(year: int, language: str) -> str:
    """Returns a year alone, as a heading: "2021"."""
    return format_years(year, year, language)


def format_time(moment: datetime, language: str) -> str:
    """Returns the hour on the wall clock: "10:00", with seconds where the source gives them: "23:59:59"."""
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
    style: DateStyle = "long",
    weekday: bool = False,
    today: date | None = None,
) -> str:
    """Formats a date with the precision that is known and never more.

    *zone* is the reader's; None keeps the event's own, and floating hours have none. Long style names the zone of a time
    and puts doubt in words, short style omits the zone and marks doubt with a question mark; brief style is short without
    the year of a known day. *weekday* names the weekday of each known day.
    With *today*, a period that is over has an exact date that was not announced instead of one to be confirmed.
    """
    _ = get_translations(language).gettext
    text, remarks = _qualify(when, _format_span(when.span, language, zone, style, weekday), language), []
    if style != "long":
        return mark_doubtful(text, language) if when.uncertain and not isinstance(when.span, Undated) else text
    if isinstance(when.span, Timed) and when.span.is_floating:
        remarks.append(_("local time, wherever you are"))
    elif isinstance(when.span, Timed):
        remarks.append(_format_span_zone(when.span, language, ZoneInfo(zone) if zone is not None else when.span.zone))
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
    """Tells whether the last day of *when* is before *today*; None: not asked."""
    return today is not None and when.latest is not None and when.latest < today


def format_vague(when: When, language: str, style: Style = "long") -> str:
    """Formats a date without a day: "about September 2021", "not before 2021", "by 16 September 2021"."""
    return _qualify(when, _format_span(when.span, language, None, style), language)


def _qualify(when: When, text: str, language: str) -> str:
    """Returns *text*, the words of a date, with what makes it approximate or leaves a side open."""
    _, pgettext = get_translations(language).gettext, get_translations(language).pgettext
    is_day = isinstance(when.span, Period) and when.span.unit is Unit.DAYS
    if when.approximate:
        return _("about {period}").format(period=text)
    match when.limit:
        case Limit.NOT_BEFORE:
            template = pgettext("a day", "not before {period}") if is_day else _("not before {period}")
            return template.format(period=text)
        case Limit.NOT_AFTER:
            return (pgettext("a day", "by {period}") if is_day else _("by {period}")).format(period=text)
        case Limit.OPEN_END:
            return _("from {period}").format(period=text)
    return text


def format_zone(moment: datetime, language: str) -> str:
    """Returns the zone of an aware *moment*: "Dushanbe, UTC+5"."""
    key = getattr(moment.tzinfo, "key", "UTC")
    offset = _format_utc_offset(moment)
    if key == ANYWHERE_ON_EARTH:
        return get_translations(language).gettext("anywhere on Earth")
    if not is_place(key):
        return offset
    city = get_timezone_location(moment.tzinfo, locale=locale_for(language), return_city=True)
    return join_phrases((city, offset), language)


def _format_span_zone(span: Timed, language: str, zone: ZoneInfo) -> str:
    """Returns the zone of hours, without an offset where the clocks change between them: it would be that of one alone."""
    start, end = span.start.astimezone(zone), (span.end or span.start).astimezone(zone)
    return format_zone(start, language) if start.utcoffset() == end.utcoffset() else format_zone_name(zone, language)


def is_place(zone_key: str) -> bool:
    """Tells whether a zone is named after a place; UTC, and anywhere on Earth, are the clocks of none."""
    return "/" in zone_key and not zone_key.startswith("Etc/")


def format_zone_name(zone: ZoneInfo, language: str) -> str:
    """Returns a zone's name without its offset, which changes over the year: "Berlin"."""
    if is_place(zone.key):
        return str(get_timezone_location(zone, locale=locale_for(language), return_city=True))
    return format_zone(datetime(2000, 1, 1, tzinfo=zone), language)


def _format_absence(undated: Undated, language: str) -> str:
    _ = get_translations(language).gettext
    return {
        Absence.OPEN: _("no date yet"),
        Absence.NEVER: _("no date, will not take place"),
        Absence.PAST: _("past, exact date unknown"),
    }[undated.absence]


def _format_span(span: Span, language: str, zone: str | None, style: DateStyle, weekday: bool = False) -> str:
    match span:
        case AllDay(first, last):
            return format_days(first, last, language, style, weekday)
        case Timed():
            return _format_timed(span, language, zone, style, weekday)
        case Period():
            return format_period(span, language, "short" if style == "brief" else style)
        case Undated():
            return _format_absence(span, language)


def _format_timed(span: Timed, language: str, zone: str | None, style: DateStyle, weekday: bool) -> str:
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


def format_day_and_time(day: date, hours: str, language: str, style: DateStyle, weekday: bool = False) -> str:
    """Formats a day with its time or times: "16 September 2021, 10:00–12:30"."""
    template = get_translations(language).gettext("{date}, {time}")
    return template.format(date=format_day(day, language, style, weekday), time=hours)


def append_remark(text: str, remark: str, language: str) -> str:
    """Appends *remark* in parentheses."""
    return get_translations(language).gettext("{text} ({remark})").format(text=text, remark=remark)


def _format_utc_offset(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, remaining_minutes = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{remaining_minutes:02}' if remaining_minutes else ''}"


# days, months, quarters and years


def format_period(period: Period, language: str, style: Style) -> str:
    """Formats a period by its unit: "September 2021", "the third quarter of 2021", "spring 2021"."""
    first, last = period.first, period.last
    match period.unit:
        case Unit.MONTH:
            return format_months(first, last, language, style)
        case Unit.QUARTER:
            return _format_quarter(period, language, style)
        case Unit.YEAR:
            return format_years(first.year, last.year, language)
        case Unit.DAYS:
            return format_days(first, last, language, style)
        case Unit.WEEK:
            return _format_week(first, language)
        case Unit.MONTH_THIRD:
            return _format_month_third(period, language, style)
        case _:
            return _format_part_of_year(period, language)


def _format_quarter(period: Period, language: str, style: Style) -> str:
    """Formats a quarter: "Q3 2021" by CLDR's pattern, in long style "the third quarter of 2021"."""
    if style == "short":
        return apply_pattern(str(locale_for(language).datetime_skeletons["yQQQ"].pattern), period.first, language)
    _ = get_translations(language).gettext
    templates = (
        _("the first quarter of {year}"),
        _("the second quarter of {year}"),
        _("the third quarter of {year}"),
        _("the fourth quarter of {year}"),
    )
    return templates[(period.first.month - 1) // 3].format(year=period.first.year)


def _format_week(monday: date, language: str) -> str:
    """Formats a week by CLDR's pattern, with the number of ISO 8601 that sources use and not the locale's own."""
    year, week, _ = monday.isocalendar()
    parts = str(locale_for(language).datetime_skeletons["yw"].pattern).split("'")  # every second part is quoted
    parts[::2] = [part.replace("w", str(week)).replace("Y", str(year)) for part in parts[::2]]
    return "".join(parts).translate(_PLAIN_SPACES)


def _format_month_third(period: Period, language: str, style: Style) -> str:
    """Formats a third of a month: "early September 2027", its month in the case that goes with a day (Russian)."""
    _ = get_translations(language).gettext
    locale = locale_for(language)
    dated = locale.datetime_skeletons["yMMMd"] if style == "short" else locale.date_formats["long"]
    without_day = re.sub(r"^d.*?(?=M)|d[^My]*$", "", str(dated.pattern))
    month = apply_pattern(without_day.strip(), period.first, language)
    third = (_("early {month}"), _("mid-{month}"), _("late {month}"))[period.number - 1]
    return third.format(month=month)


def _format_part_of_year(period: Period, language: str) -> str:
    """Formats a season, a third or half of a year, or a decade: "spring 2027", "the first half of 2027"."""
    _ = get_translations(language).gettext
    first, last = period.first.year, period.last.year
    match period.unit:
        case Unit.YEAR_THIRD:
            return (_("early {year}"), _("mid-{year}"), _("late {year}"))[period.number - 1].format(year=first)
        case Unit.HALF:
            return (_("the first half of {year}"), _("the second half of {year}"))[period.number - 1].format(year=first)
        case Unit.DECADE:
            return _("the {year}s").format(year=first)
    names = (_("spring {year}"), _("summer {year}"), _("autumn {year}"), _("winter {year}"))
    text = names[period.number - 1].format(year=f"{first}/{last % 100:02}" if last > first else first)
    return _("{season}, southern hemisphere").format(season=text) if period.is_southern else text


def format_years(first: int, last: int, language: str) -> str:
    """Formats a year or a range of years, as a date."""
    translations = get_translations(language)
    if first == last:
        return translations.pgettext("a year, as a date", "{year}").format(year=first)
    return translations.pgettext("two years, as a date", "{first}–{last}").format(first=first, last=last)


@lru_cache(maxsize=4096)
def format_months(first: date, last: date, language: str, style: Style) -> str:
    """Formats a month or a range of months."""
    skeleton = "yMMM" if style == "short" else "yMMMM"
    locale = locale_for(language)
    if (first.year, first.month) == (last.year, last.month):
        return apply_pattern(str(locale.datetime_skeletons[skeleton].pattern), first, language)
    return _format_interval(skeleton, first, last, language)


@lru_cache(maxsize=4096)
def format_days(first: date, last: date, language: str, style: DateStyle, weekday: bool = False) -> str:
    """Formats one day or several: "16–17 Sep 2021", with *weekday* "Thu, 16 Sep – Fri, 17 Sep 2021"."""
    skeletons = {"brief": "MMMd", "short": "yMMMd", "long": "yMMMMd"}
    if weekday:
        skeletons = {"brief": "MMMEd", "short": "yMMMEd", "long": "yMMMMEEEEd"}
    if first != last:
        return _format_interval(skeletons[style], first, last, language)
    locale = locale_for(language)
    if style == "long":
        pattern = locale.date_formats["full" if weekday else "long"]
    else:
        pattern = locale.datetime_skeletons[skeletons[style]]
    return apply_pattern(str(pattern.pattern), first, language)


def _format_interval(skeleton: str, first: date, last: date, language: str) -> str:
    return "".join(_interval_halves(skeleton, first, last, language))


def interval_ends(skeleton: str, first: date, last: date, language: str) -> tuple[str, str]:
    """Formats both ends of an interval without what the language puts between them: "14" and "18 September 2021"."""
    first_half, last_half = _interval_halves(skeleton, first, last, language)
    return re.sub(r"[\s–-]+$|至$", "", first_half), last_half


def _interval_halves(skeleton: str, first: date, last: date, language: str) -> tuple[str, str]:
    """Formats the halves of CLDR's interval pattern for the largest field that differs, the separator in the first.

    CLDR lists few intervals of whole names, and has the writer widen the nearest (UTS 35, "Missing Skeleton Fields").
    """
    formats = locale_for(language).interval_formats
    with_short_day = skeleton.replace("EEEE", "E")
    nearest = next(
        name for name in (skeleton, with_short_day, with_short_day.replace("MMMM", "MMM")) if name in formats
    )
    largest_difference = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    first_half, last_half = (
        half_pattern if nearest == skeleton else _SHORT_NAME.sub(lambda match: match[0][0] * 4, half_pattern)
        for half_pattern in formats[nearest][largest_difference]
    )
    return apply_pattern(first_half, first, language), apply_pattern(last_half, last, language)


_SHORT_NAME = re.compile(r"(?<!M)MMM(?!M)|(?<!L)LLL(?!L)|(?<!E)E(?!E)|ccc")

_parse_pattern = lru_cache(maxsize=256)(parse_pattern)


def apply_pattern(pattern: str, moment: date | datetime, language: str) -> str:
    """Formats *moment* by a CLDR pattern, with plain spaces only."""
    text = str(_parse_pattern(pattern).apply(moment, locale_for(language)))
    if resolve_language(language) == "en" and "MMMM" not in pattern:
        text = text.replace("Sept", "Sep")  # British CLDR's one month of four letters
    return text.translate(_PLAIN_SPACES)


def capitalize_first(text: str) -> str:
    """Returns *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]
