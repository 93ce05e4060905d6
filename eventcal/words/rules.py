"""A rule of recurrence as a person says it: "every 2 weeks on Tue, Thu until 30 June 2022"."""

from __future__ import annotations

import re
from datetime import date

from .. import repeat
from ..errors import GrammarError
from ..repeat import RecurrenceRule
from ..repeat.movable import SIDE_BY_SIGN, WEEKDAYS, calendar_of, shift_by_weekday, split_calendar_day, split_weekday
from ..repeat.rule import split_rrule
from ..when import When, day_of
from ..when.calendar_days import CalendarDay, OtherCalendar
from .dates import format_day, format_month_and_day, format_month_name
from .language import get_translations, join_list, weekday_names

_NTH_WEEKDAY_PATTERN = re.compile(r"(-?\d)([A-Z]{2})")
_NTH_VALUES = ("1", "2", "3", "4", "5", "-1")
_MONTH_DAYS_PATTERN = re.compile(r"-1|[1-9]\d?(,[1-9]\d?)*")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_SUPPORTED_PARTS = {"FREQ", "INTERVAL", "COUNT", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"}


def format_rule_text(text: str, known: When, language: str) -> str:
    """Formats the rule *text* of an event on *known* in *language*, "" for none; one that no longer parses stays as written."""
    if not text:
        return ""
    try:
        return format_rule(repeat.parse_either(text, known), language)
    except GrammarError:
        return text


def format_rule(rule: RecurrenceRule, language: str) -> str:
    """Returns the rule in *language*; a raw RRULE that says more than our words can stays as it was typed."""
    if rule.raw and not _is_expressible(split_rrule(rule.rrule)):
        return rule.text
    translations = get_translations(language)
    _ = translations.gettext
    text = _format_frequency(rule, language)
    parts = split_rrule(rule.rrule)
    if not rule.is_standard:
        text = _append_movable(text, parts, language)
    elif rule.raw or ("BYDAY" in parts and "BYMONTH" in parts):
        text = _append_months(text, parts, language)
    days = parts.get("BYDAY", "")
    if "BYSETPOS" in parts:
        is_first = parts["BYSETPOS"] == "1"
        text = (_("{every} on the first working day") if is_first else _("{every} on the last working day")).format(
            every=text
        )
    elif nth_match := _NTH_WEEKDAY_PATTERN.fullmatch(days):
        text = _nth_weekday_template(nth_match[1], language).format(
            every=text, day=_weekday_name(nth_match[2], language)
        )
    elif days:
        day_names = join_list((_weekday_name(code, language) for code in days.split(",")), language)
        text = _("{every} on {days}").format(every=text, days=day_names)
    if rule.until is not None:
        last_day = day_of(rule.until)
        text = _("{every} until {date}").format(every=text, date=format_day(last_day, language))
    if rule.count:
        times = translations.ngettext("{every}, {n} time", "{every}, {n} times", rule.count)
        text = times.format(every=text, n=rule.count)
    return _append_shifts(text, parts["X-SHIFT"], language) if "X-SHIFT" in parts else text


def _is_expressible(rrule_parts: dict[str, str]) -> bool:
    """Tells whether an RRULE has no more parts, and no other combination of them, than our words have."""
    if "BYSETPOS" in rrule_parts:
        is_working_day = rrule_parts.get("BYDAY") == "MO,TU,WE,TH,FR" and rrule_parts["BYSETPOS"] in ("1", "-1")
        return is_working_day and rrule_parts["FREQ"] == "MONTHLY" and "BYMONTHDAY" not in rrule_parts
    if rrule_parts.keys() - _SUPPORTED_PARTS or rrule_parts["FREQ"] not in _FREQUENCIES:
        return False
    days, month_days, months = (rrule_parts.get(part_name, "") for part_name in ("BYDAY", "BYMONTHDAY", "BYMONTH"))
    if days and month_days:
        return False
    if month_days and not _MONTH_DAYS_PATTERN.fullmatch(month_days):
        return False
    is_monthly = rrule_parts["FREQ"] == "MONTHLY" or (rrule_parts["FREQ"] == "YEARLY" and months.isdigit())
    if _NTH_WEEKDAY_PATTERN.fullmatch(days):
        return is_monthly and _NTH_WEEKDAY_PATTERN.fullmatch(days)[1] in _NTH_VALUES  # type: ignore[index]
    if days:
        return rrule_parts["FREQ"] in ("DAILY", "WEEKLY") and all(code in WEEKDAYS for code in days.split(","))
    return is_monthly or not month_days


def _append_months(text: str, rrule_parts: dict[str, str], language: str) -> str:
    """Returns *text* with the months and the days of the month that a raw rule names."""
    _ = get_translations(language).gettext
    if months := rrule_parts.get("BYMONTH"):
        month_names = join_list((format_month_name(int(month), language) for month in months.split(",")), language)
        text = _("{every} in {months}").format(every=text, months=month_names)
    month_days = rrule_parts.get("BYMONTHDAY", "")
    if month_days == "-1":
        return _("{every} on the last day of the month").format(every=text)
    if not month_days:
        return text
    return _("{every} on day {days}").format(every=text, days=join_list(month_days.split(","), language))


def _append_movable(text: str, parts: dict[str, str], language: str) -> str:
    """Returns *text* with the days that a rule of `repeat.movable` means."""
    _ = get_translations(language).gettext
    for name in ("X-EASTER", "X-ORTHODOX-EASTER"):
        if name in parts:
            return _append_easter(text, int(parts[name]), name == "X-ORTHODOX-EASTER", language)
    if calendar := calendar_of(parts):
        name = f"X-{calendar.upper()}"
        return _append_calendar_day(text, *split_calendar_day(name, parts[name]), language)
    if "X-WEEKDAY" in parts:
        weekday, sign, month, day = split_weekday(parts["X-WEEKDAY"])
        template = {
            "on or before": _("{every} on the {day} on or before {date}"),
            "on or after": _("{every} on the {day} on or after {date}"),
            "before": _("{every} on the {day} before {date}"),
            "after": _("{every} on the {day} after {date}"),
            "nearest": _("{every} on the {day} nearest {date}"),
        }[SIDE_BY_SIGN[sign]]
        date_text = format_month_and_day(date(2000, month, day), language)
        return template.format(every=text, day=_weekday_name(WEEKDAYS[weekday], language), date=date_text)
    return _append_fixed_day(text, parts, language)


def _append_easter(text: str, offset: int, is_orthodox: bool, language: str) -> str:
    translations, days = get_translations(language), abs(offset)
    _, ngettext = translations.gettext, translations.ngettext
    if is_orthodox:
        on = _("{every} on Orthodox Easter")
        before = ngettext("{every}, {n} day before Orthodox Easter", "{every}, {n} days before Orthodox Easter", days)
        after = ngettext("{every}, {n} day after Orthodox Easter", "{every}, {n} days after Orthodox Easter", days)
    else:
        on = _("{every} on Easter")
        before = ngettext("{every}, {n} day before Easter", "{every}, {n} days before Easter", days)
        after = ngettext("{every}, {n} day after Easter", "{every}, {n} days after Easter", days)
    return (before if offset < 0 else after if offset else on).format(every=text, n=days)


def _append_calendar_day(text: str, day: CalendarDay, offset: int, language: str) -> str:
    """Returns *text* with a day of another calendar, whose months are numbered or have the names of *language*."""
    translations = get_translations(language)
    _, ngettext = translations.gettext, translations.ngettext
    month = str(day.month)
    if day.calendar is OtherCalendar.CHINESE:
        template = _("day {day} of month {month} (Chinese calendar)")
    elif day.calendar is OtherCalendar.ISLAMIC:
        template = _("{day} {month} (Islamic calendar)")
        month = _(
            "Muharram|Safar|Rabi al-Awwal|Rabi al-Thani|Jumada al-Awwal|Jumada al-Thani|Rajab|Shaban|Ramadan|Shawwal|Dhu al-Qadah|Dhu al-Hijjah"
        ).split("|")[day.month - 1]
    else:
        template = _("{day} {month} (Hebrew calendar)")
        month = _("Nisan|Iyar|Sivan|Tammuz|Av|Elul|Tishrei|Cheshvan|Kislev|Tevet|Shevat|Adar").split("|")[day.month - 1]
    before = ngettext("{every}, {n} day before {date}", "{every}, {n} days before {date}", abs(offset))
    after = ngettext("{every}, {n} day after {date}", "{every}, {n} days after {date}", abs(offset))
    place = before if offset < 0 else after if offset else _("{every} on {date}")
    return place.format(every=text, n=abs(offset), date=template.format(day=day.day, month=month))


def _append_fixed_day(text: str, parts: dict[str, str], language: str) -> str:
    _ = get_translations(language).gettext
    if "BYMONTH" not in parts:
        return _("{every} on day {days}").format(every=text, days=parts["BYMONTHDAY"])
    day = 29 if parts["BYMONTHDAY"] == "-1" else int(parts["BYMONTHDAY"])
    date_text = format_month_and_day(date(2000, int(parts["BYMONTH"]), day), language)
    return _("{every} on {date}").format(every=text, date=date_text)


def _append_shifts(text: str, shifts: str, language: str) -> str:
    """Returns *text* with the days that are taken in place of others: "...; if on Sat, Sun, then on the next Mon"."""
    _ = get_translations(language).gettext
    weekdays_by_target: dict[tuple[int, bool], list[int]] = {}
    for weekday, shift in shift_by_weekday(shifts).items():
        weekdays_by_target.setdefault(((weekday + shift) % 7, shift > 0), []).append(weekday)
    for (target, is_next), weekdays in weekdays_by_target.items():
        template = (
            _("{rule}; if on {days}, then on the next {day}")
            if is_next
            else _("{rule}; if on {days}, then on the previous {day}")
        )
        days = join_list((_weekday_name(WEEKDAYS[weekday], language) for weekday in weekdays), language)
        text = template.format(rule=text, days=days, day=_weekday_name(WEEKDAYS[target], language))
    return text


def _format_frequency(rule: RecurrenceRule, language: str) -> str:
    translations = get_translations(language)
    _, ngettext, n = translations.gettext, translations.ngettext, rule.interval
    if n == 1:
        return {
            "DAILY": _("every day"),
            "WEEKLY": _("every week"),
            "MONTHLY": _("every month"),
            "YEARLY": _("every year"),
        }[rule.freq]
    return {
        "DAILY": ngettext("every {n} day", "every {n} days", n),
        "WEEKLY": ngettext("every {n} week", "every {n} weeks", n),
        "MONTHLY": ngettext("every {n} month", "every {n} months", n),
        "YEARLY": ngettext("every {n} year", "every {n} years", n),
    }[rule.freq].format(n=n)


def _nth_weekday_template(number: str, language: str) -> str:
    _ = get_translations(language).gettext
    return {
        "1": _("{every} on the first {day}"),
        "2": _("{every} on the second {day}"),
        "3": _("{every} on the third {day}"),
        "4": _("{every} on the fourth {day}"),
        "5": _("{every} on the fifth {day}"),
        "-1": _("{every} on the last {day}"),
    }[number]


def _weekday_name(day: str, language: str) -> str:
    return weekday_names(language)[WEEKDAYS.index(day)]
