"""Dates, distances and places in the reader's language. The only room that knows Babel and gettext.

Knows nothing of the present: the caller says what time it is. Import it late, Babel is not free.
"""

from __future__ import annotations

import gettext as _gettext
import io
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import DateTimePattern, format_timedelta, get_timezone_location, parse_pattern
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from .events import Place, Status
from .history import Kind
from .when import AllDay, Period, Span, Timed, Undated, Unit, When

LANGUAGES = ("en", "ru", "zh")
"""The languages that our own words are complete in; the first one stands in for the others."""

DATED_LANGUAGES = (*LANGUAGES, "ar")
"""The languages that dates and event texts can be read in; what we lack words for is said in English."""

Style = Literal["short", "long"]

# English as most of the world writes it: day before month, week from Monday.
_LOCALES = {"en": "en_GB"}
_LOCALE_FOLDER = Path(__file__).parent / "locale"


def known(language: str) -> str:
    """*language* (a BCP 47 tag) if dates can be said in it, else its base language, else English."""
    tag = language.replace("_", "-").lower()
    for each in (tag, tag.split("-")[0]):
        if each in DATED_LANGUAGES:
            return each
    return LANGUAGES[0]


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    language = known(language)
    return Locale.parse(_LOCALES.get(language, language))


@lru_cache(maxsize=32)
def gettext(language: str) -> _gettext.NullTranslations:
    """Our own words in *language*, read from the .po file; English itself where there is none."""
    path = _LOCALE_FOLDER / known(language) / "LC_MESSAGES" / "eventcal.po"
    if not path.is_file():
        return _gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def direction(language: str) -> Literal["ltr", "rtl"]:
    """How the language is written, for `dir`."""
    return "rtl" if _locale(language).text_direction == "rtl" else "ltr"


def week_start(language: str) -> int:
    """The weekday that a week begins with; Monday is 0."""
    return int(_locale(language).first_week_day)


def weekday_names(language: str, style: Style = "short") -> list[str]:
    """Seven names in the order of this language's week."""
    names = _locale(language).days["format"]["abbreviated" if style == "short" else "wide"]
    return [str(names[(week_start(language) + each) % 7]) for each in range(7)]


# dates


def day_words(day: date, language: str, style: Style = "long") -> str:
    """One day: "16 September 2021", short "16 Sep 2021"."""
    return _days(day, day, language, style)


def day_title(day: date, language: str) -> str:
    """One day with its weekday, as a heading or an accessible name says it: "Thursday, 16 September 2021"."""
    return _apply(str(_locale(language).date_formats["full"].pattern), day, language)


def month_title(year: int, month: int, language: str) -> str:
    """A month as a heading: "September 2021"."""
    return _capital(_months(date(year, month, 1), date(year, month, 1), language, "long"))


def month_name(month: int, language: str) -> str:
    """A month alone, short: "Sep"."""
    # "LLL" only where the language has it: elsewhere Babel 2.18 answers with what another language had resolved it to.
    stands_alone = "LLL" in str(_locale(language).datetime_skeletons["yMMM"].pattern)
    return _apply("LLL" if stands_alone else "MMM", date(2000, month, 1), language)


def year_words(year: int, language: str) -> str:
    """A year alone, as a heading: "2021"."""
    return _years(year, year, language)


def brief_words(when: When, language: str) -> str:
    """A date under a heading that says its year: "16–17 Sep", "Sep", "Q3"; the whole date where years differ."""
    match when.span:
        case AllDay(first, last) if first.year == last.year:
            return _days(first, last, language, "brief")
        case Timed(start, _):
            return _days(start.date(), start.date(), language, "brief")
        case Period(first, last, Unit.MONTH) if (first.year, first.month) == (last.year, last.month):
            return month_name(first.month, language)
        case Period(first, _, Unit.QUARTER):
            return _apply("QQQ", first, language)
    return when_words(when, language, style="short")


def time_words(moment: datetime, language: str) -> str:
    """The hour on the wall clock: "10:00"."""
    return _apply("HH:mm", moment, language)


def moment_words(moment: datetime, language: str, zone: str, style: Style = "long") -> str:
    """An instant on one zone's wall clock: "16 September 2021, 10:00 (Dushanbe, UTC+5)"; short leaves the zone out."""
    local = moment.astimezone(ZoneInfo(zone))
    text = _day_and_time(local.date(), time_words(local, language), language, style)
    return text if style == "short" else _remarked(text, zone_words(local, language), language)


def when_words(when: When, language: str, zone: str | None = None, style: Style = "long") -> str:
    """A date as a person says it, with the precision that is known and never more.

    *zone* is the reader's; None keeps the event's own. Long says the zone of an hour and what is doubtful in words,
    short leaves the zone out and marks doubt with a question mark.
    """
    _ = gettext(language).gettext
    text, remarks = _span_words(when.span, language, zone, style), []
    if style == "short":
        return f"{text}?" if when.doubtful and not isinstance(when.span, Undated) else text
    if isinstance(when.span, Timed):
        start = when.span.start
        remarks.append(zone_words(start if zone is None else start.astimezone(ZoneInfo(zone)), language))
    if isinstance(when.span, Period):
        remarks.append(_("reported, day not known") if when.doubtful else _("day not known"))
    elif when.doubtful:
        remarks.append(_("reported, not confirmed"))
    return _remarked(text, "; ".join(remarks), language) if remarks else text


def marker(when: When, language: str) -> str:
    """What stands before a title where a calendar app would show a day that nobody knows: "[Sep 2021, day not known]".

    True for ever, also once the period is over. "" for a date that is known.
    """
    _ = gettext(language).gettext
    match when.span, when.doubtful:
        case Period() as period, False:
            text = _("{period}, day not known").format(period=_period(period, language, "short"))
        case Period() as period, True:
            text = _("reported: {period}, day not known").format(period=_period(period, language, "short"))
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
    return _capital(text.format(period=_period(period, language, "long")))


def status_words(status: Status, language: str) -> str:
    """A status as one word for a person."""
    _ = gettext(language).gettext
    return {
        Status.CONFIRMED: _("confirmed"),
        Status.TENTATIVE: _("tentative"),
        Status.CANCELLED: _("cancelled"),
        Status.POSTPONED: _("postponed"),
    }[status]


def status_prefix(status: Status, language: str) -> str:
    """What a title begins with when there is something to warn of, with its space: "Cancelled: ", "[postponed] "."""
    _ = gettext(language).gettext
    match status:
        case Status.CANCELLED:
            return _("Cancelled:") + " "
        case Status.POSTPONED:
            return _("[postponed]") + " "
        case _:
            return ""


def kind_words(kind: Kind, language: str) -> str:
    """What happened to an event, as a label before it: "moved", "day now known"."""
    _ = gettext(language).gettext
    return {
        Kind.ADDED: _("added"),
        Kind.VANISHED: _("taken out"),
        Kind.MOVED: _("moved"),
        Kind.DAY_KNOWN: _("day now known"),
        Kind.LOOSENED: _("day no longer known"),
        Kind.PLACE: _("place changed"),
        Kind.POSTPONED: _("postponed"),
        Kind.CANCELLED: _("cancelled"),
        Kind.RESTORED: _("on again"),
    }[kind]


def place_words(place: Place | None, language: str) -> str:
    """A place from near to far: "Donguz training ground, Orenburg region, Russia"; "" when nothing is known."""
    if place is None:
        return ""
    parts = [text.say(language) for text in (place.name, place.region) if text is not None]
    if place.country:
        parts.append(str(_locale(language).territories.get(place.country, place.country)))
    return ", ".join(dict.fromkeys(parts))


def zone_words(moment: datetime, language: str) -> str:
    """The zone of an aware *moment*: "Dushanbe, UTC+5"."""
    key = getattr(moment.tzinfo, "key", "UTC")
    offset = _offset(moment)
    if "/" not in key or key.startswith("Etc/"):
        return offset
    city = get_timezone_location(moment.tzinfo, locale=_locale(language), return_city=True)
    return f"{city}, {offset}"


# distances


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
            return beside.get(months) or _away(timedelta(days=months * 30.4375), "month", language)
        case Unit.QUARTER:
            quarters = (near.year - today.year) * 4 + (near.month - 1) // 3 - (today.month - 1) // 3
            beside = {1: _("next quarter"), -1: _("last quarter")}
            return beside.get(quarters) or _away(timedelta(days=quarters * 3 * 30.4375), "month", language)
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
        locale=_locale(language),
    )


# spans


def _span_words(span: Span, language: str, zone: str | None, style: Style) -> str:
    match span:
        case AllDay(first, last):
            return _days(first, last, language, style)
        case Timed():
            return _timed(span, language, zone, style)
        case Period():
            return _period(span, language, style)
        case Undated():
            return gettext(language).gettext("date not announced")


def _timed(span: Timed, language: str, zone: str | None, style: Style) -> str:
    start, end = span.start, span.end
    if zone is not None:
        start = start.astimezone(ZoneInfo(zone))
        end = end.astimezone(ZoneInfo(zone)) if end is not None else None
    if end is None:
        text = _day_and_time(start.date(), time_words(start, language), language, style)
    elif start.date() == end.date():
        hours = f"{time_words(start, language)}–{time_words(end, language)}"
        text = _day_and_time(start.date(), hours, language, style)
    else:
        text = (
            gettext(language)
            .gettext("{start} – {end}")
            .format(
                start=_day_and_time(start.date(), time_words(start, language), language, style),
                end=_day_and_time(end.date(), time_words(end, language), language, style),
            )
        )
    return text


def _day_and_time(day: date, hours: str, language: str, style: Style) -> str:
    return gettext(language).gettext("{date}, {time}").format(date=_days(day, day, language, style), time=hours)


def _remarked(text: str, remark: str, language: str) -> str:
    return gettext(language).gettext("{text} ({remark})").format(text=text, remark=remark)


def _offset(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def _period(period: Period, language: str, style: Style) -> str:
    first, last = period.first, period.last
    match period.unit:
        case Unit.MONTH:
            return _months(first, last, language, style)
        case Unit.QUARTER:
            skeleton = "yQQQ" if style == "short" else "yQQQQ"
            return _apply(str(_locale(language).datetime_skeletons[skeleton].pattern), first, language)
        case Unit.YEAR:
            return _years(first.year, last.year, language)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _years(first: int, last: int, language: str) -> str:
    translations = gettext(language)
    if first == last:
        return translations.pgettext("a year, as a date", "{year}").format(year=first)
    return translations.pgettext("two years, as a date", "{first}–{last}").format(first=first, last=last)


def _months(first: date, last: date, language: str, style: Style) -> str:
    skeleton = "yMMM" if style == "short" else "yMMMM"
    locale = _locale(language)
    if (first.year, first.month) == (last.year, last.month):
        return _apply(str(locale.datetime_skeletons[skeleton].pattern), first, language)
    return _interval(skeleton, first, last, language)


def _days(first: date, last: date, language: str, style: Style | Literal["brief"]) -> str:
    if first != last:
        return _interval({"brief": "MMMd", "short": "yMMMd", "long": "yMMMMd"}[style], first, last, language)
    locale = _locale(language)
    skeletons = locale.datetime_skeletons
    pattern = {"brief": skeletons["MMMd"], "short": skeletons["yMMMd"], "long": locale.date_formats["long"]}[style]
    return _apply(str(pattern.pattern), first, language)


def _interval(skeleton: str, first: date, last: date, language: str) -> str:
    """CLDR's interval pattern for the largest field that differs.

    CLDR lists intervals by abbreviated months only, and has the writer widen them (UTS 35, "Missing Skeleton Fields").
    """
    formats = _locale(language).interval_formats
    widen = skeleton not in formats
    patterns = formats[skeleton.replace("MMMM", "MMM") if widen else skeleton]
    differs = next(
        field
        for field, one, other in (("y", first.year, last.year), ("M", first.month, last.month), ("d", 0, 1))
        if one != other
    )
    texts = (
        re.sub(r"MMM|LLL", lambda found: found[0] + found[0][0], each) if widen else each for each in patterns[differs]
    )
    return "".join(_apply(text, day, language) for text, day in zip(texts, (first, last), strict=True))


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> DateTimePattern:
    return parse_pattern(pattern)


def _apply(pattern: str, moment: date | datetime, language: str) -> str:
    text = str(_pattern(pattern).apply(moment, _locale(language)))
    if known(language) == "en" and "MMMM" not in pattern:
        text = text.replace("Sept", "Sep")  # British CLDR's one month of four letters
    # CLDR's thin and narrow spaces reach terminals and calendar apps that show them as boxes.
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")
