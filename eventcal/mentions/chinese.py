"""Dates in Chinese sentences."""

from __future__ import annotations

import re
from dataclasses import replace

from ..when.chinese_words import CHINESE_PARTS, chinese_hour, chinese_number, chinese_weekday
from ..when.english_words import ENGLISH_WEEKDAYS
from . import dates
from .grammar import DateLimit, Language, Reading, Scope, compile_limits, compile_patterns, compile_tense
from .shared_forms import DateForms, iso_week, weekday_alone

_CLOCK_ZONES = {"北京时间": "Asia/Shanghai"}
_STEPS = {"下": 1, "上": -1, "本": 0, "这": 0}
_WHICH = {"今": 0, "本": 0, "明": 1, "去": -1, "前": -2, "后": 2}

_NUMBER = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})"
_NAMES = {
    "Y": r"(?:[0-9０-９]{4}|[〇零○一二三四五六七八九]{4})\s*年",
    "W": r"(?P<which>[今明去前后]年|本年度?)",
    "N": _NUMBER,
    "M": rf"{_NUMBER}\s*月(?:份)?",
    "D": rf"{_NUMBER}\s*[日号]",
    "TO": r"\s*(?:至|到|—|–|-|－|~|～|一直到)\s*",
    "P": r"(?:上旬|中旬|下旬|初|底|末)",
}


_FORMS = DateForms(
    month=chinese_number,
    number=chinese_number,
    weekday=lambda signs: ENGLISH_WEEKDAYS.index(chinese_weekday(signs[-1])),
    ordinal=lambda signs: -1 if signs[0] == "最" else chinese_number(signs),
    step=lambda signs: _WHICH[signs[0]],
    part_word=lambda signs: CHINESE_PARTS[signs.lstrip("年")],
    season_word=lambda sign: CHINESE_PARTS[sign],
    digits=re.compile(_NUMBER),
    year_first=True,
)


def _day(match: re.Match[str], scope: Scope) -> Reading:
    reading = _FORMS.day(match, scope)
    if not match["hour"]:
        return reading
    start, end = (_clock(match[f"hour{tail}"], match[f"minute{tail}"], match["half"]) for tail in ("", "2"))
    if start == (24, 0) and match["half"]:  # midnight of which day?
        return reading
    return dates.at_hour(reading, *start, end if match["hour2"] else None, _CLOCK_ZONES.get(match["zone"], ""))


def _clock(hour: str | None, minute: str | None, half: str | None) -> tuple[int, int]:
    return chinese_hour(half, int(hour or 0)), 30 if minute == "半" else chinese_number(minute or "0")


def _relative_day(match: re.Match[str], scope: Scope) -> Reading:
    return dates.shifted(scope.published, {"今": 0, "明": 1, "后": 2, "昨": -1, "前": -2}[match[0][0]])


def _relative_month(match: re.Match[str], scope: Scope) -> Reading:
    step = _STEPS[match[0][0]]
    if match["day"]:
        return dates.day_of_shifted_month(scope.published, step, chinese_number(match["day"]))
    return dates.shifted_period(scope.published, "month", step)


def _days_of_relative_month(match: re.Match[str], scope: Scope) -> Reading:
    """Reads a span of days of this month, the next one or the last one."""
    step = _STEPS[match[0][0]]
    first, last = (
        dates.day_of_shifted_month(scope.published, step, chinese_number(match[name])) for name in ("day", "last")
    )
    if not (first.when and last.when):
        return first
    year, month, day = map(int, first.when.split("-"))
    return replace(first, when=dates.days((year, month, day), (year, month, chinese_number(match["last"]))).when)


def _relative_week(match: re.Match[str], scope: Scope) -> Reading:
    step = _STEPS[match["which"][0]]
    if not match["weekday"] or scope.published is None:
        return dates.shifted_period(scope.published, "week", step)
    # Chinese weeks begin on Monday, so "next Friday" is one day.
    return dates.shifted(scope.published, 7 * step + _FORMS.weekday(match["weekday"]) - scope.published.weekday())


_YEAR = r"(?:(?:(?P<year><<Y>>)|<<W>>)\s*(?:的\s*)?)"
_AT = (
    r"(?:\s*(?P<half>上午|下午|晚上|早上|中午|傍晚|凌晨|晚|早)?\s*(?P<hour>[0-9]{1,2})\s*(?:[:：]|[点时])\s*(?P<minute>[0-5][0-9]\s*分?|半)?"
    r"(?:\s*(?:至|到|-|–|—|~)\s*(?P<hour2>[0-9]{1,2})\s*(?:[:：]|[点时])\s*(?P<minute2>[0-5][0-9]\s*分?|半)?)?)?"
)
_ZONE = r"(?:(?P<zone>北京时间|当地时间)\s*)?"
_WEEKDAY = r"(?:\s*[(（]?(?P<weekday>(?:星期|周)[一二三四五六日天])[)）]?)?"

_PAIRS = (
    (r"(?P<year>[0-9]{4})年\s*第(?P<number>[0-9]{1,2})[周週]", iso_week),
    (rf"{_YEAR}?(?P<m1><<M>>)\s*(?P<d1><<N>>)\s*[日号]?<<TO>>(?:(?P<y2><<Y>>))?(?P<m2><<M>>)?\s*(?P<d2><<D>>)", _FORMS.days_of_two_months),
    (rf"{_YEAR}?(?P<m1><<M>>)\s*(?P<d1><<D>>){_WEEKDAY}\s*或\s*(?:(?P<y2><<Y>>))?(?P<m2><<M>>)\s*(?P<d2><<D>>)", _FORMS.one_of_days),
    (rf"{_YEAR}(?P<m1><<M>>)\s*(?P<d1><<D>>){_WEEKDAY}\s*[、和及]\s*(?P<m2><<M>>)\s*(?P<d2><<D>>)", _FORMS.two_days),
    (rf"{_YEAR}?(?P<month><<M>>)\s*(?P<first><<N>>)\s*(?:[日号]\s*)?或\s*(?P<last><<D>>)", _FORMS.one_of_days),
    (rf"{_YEAR}?(?P<month><<M>>)\s*(?P<days><<N>>\s*[日号]?(?:[、，,]<<N>>\s*[日号]?)*\s*[、和及]\s*<<D>>)", _FORMS.listed_days),
    (rf"{_ZONE}{_YEAR}?(?P<month><<M>>)\s*(?P<day><<D>>){_WEEKDAY}{_AT}", _day),
    (r"(?<![0-9])(?P<year>(?:19|20|21)[0-9]{2})[-./](?P<month>[01]?[0-9])[-./](?P<day>[0-3]?[0-9])(?![0-9])", _FORMS.day),
    (r"(?:(?P<year><<Y>>)\s*)?(?P<month><<M>>)\s*(?:的?第?(?P<nth>[一二三四]|最后一)个)(?:星期|周)(?P<name>[一二三四五六日天])", _FORMS.nth_weekday),
    (rf"{_YEAR}(?P<m1><<N>>)\s*月?(?:<<TO>>|[、和或])(?:(?P<y2><<Y>>)\s*)?(?P<m2><<M>>)", _FORMS.two_months),
    (rf"{_YEAR}?(?P<m1><<M>>)\s*(?P<p1><<P>>)(?:<<TO>>|或|或者)(?P<m2><<M>>)\s*(?P<p2><<P>>)", _FORMS.parts_of_two_months),
    (rf"{_YEAR}?(?P<month><<M>>)\s*(?P<part><<P>>)", _FORMS.one_month),
    (rf"{_YEAR}(?P<month><<M>>)", _FORMS.one_month),
    (rf"{_YEAR}(?:第\s*)?(?P<nth>[一二三四1-4])\s*季度", _FORMS.quarter),
    (rf"{_YEAR}(?:上|(?P<second>下))半年", _FORMS.half),
    (rf"{_YEAR}(?P<season>[春夏秋冬])[季天]?", _FORMS.season),
    (r"(?:(?P<year><<Y>>)|<<W>>)(?P<part>年?(?:初|底|末|中(?=[，。；、将举召开完前]|$)))", _FORMS.whole_year),
    (r"(?:(?P<year><<Y>>)|(?<![每历])<<W>>)(?!代)", _FORMS.whole_year),
    (r"(?:今天|明天|后天|昨天|前天|今日|明日|昨日)", _relative_day),
    (r"(?:下个月|上个月|本月|这个月|下月|上月)(?P<day><<N>>)\s*[日号]?<<TO>>(?P<last><<D>>)", _days_of_relative_month),
    (r"(?:下个月|上个月|本月|这个月|下月|上月)(?P<day><<D>>)?", _relative_month),
    (r"(?P<which>下|上|本|这个?)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])?", _relative_week),
    (r"(?:星期|周|礼拜)[一二三四五六日天]", weekday_alone),
    (r"(?<![0-9一二三四五六七八九十个])(?P<m1><<N>>)\s*月?(?:<<TO>>|[、和或])(?P<m2><<M>>)(?!\s*[0-9一二三四五六七八九十])(?P<year>)", _FORMS.two_months),
    (r"(?<![0-9一二三四五六七八九十个])(?P<month><<M>>)(?!\s*[0-9一二三四五六七八九十])(?P<year>)", _FORMS.one_month),
)  # fmt: skip

_LIMITS = (
    (r"⟧\s*[之以]?[前后]\s*(?:[0-9]+|[一二两三四五六七八九十半]+)\s*个?(?:天|日|周|星期|月|年|小时)", DateLimit.COUNTED),
    (r"⟧\s*(?:前后|左右)|(?:大约|约)(?:[在于])?\s*⟦", DateLimit.ABOUT),
    (r"(?:不早于|最早(?:[于在]|将[于在])?|最快(?:[于在])?)\s*⟦", DateLimit.NOT_BEFORE),
    (r"(?:不[迟晚]于|最[迟晚](?:[于在])?)\s*⟦|⟧\s*(?:末|底)?[之以]?前", DateLimit.NOT_AFTER),
    (r"⟧\s*[之以]?后(?!天)", DateLimit.AFTER),
)  # fmt: skip
# “由3月3日推迟至3月10日”
_REPLACED = r"(?P<old>(?:由|从|原定于?)[^。；]{0,12}?[0-9一二三四五六七八九十][^。；]{0,20}?)(?:推迟|延期|延后|改期|改|提前)[至到为在于]"
_PUT_OFF = "推迟|延期|延后|改期|改(?=[为到至在于][0-9]{1,4}[年月日])"

_CALLED_OFF = r"(?:已|被|宣布)取消|(?:不再|将不|不会)举[行办](?=[。，；！]|\s*$)|取消(?:了|[。！]?\s*$)"

CHINESE = Language(
    tag="zh",
    patterns=compile_patterns(_PAIRS, _NAMES),
    tense=compile_tense(
        off=_CALLED_OFF,
        ahead=r"将|拟|计划|预计|定于|即将|举行在即|届时|下一|会在|截止|(?:推迟|延期|延后|改期|提前)[至到为在于]|可能|有望",
        past=r"了|已|曾|举行过|通过|成立|签署|昨|发表",
    ),
    sentence_end=re.compile(r"(?<=[。！？；])[”’」』）]*"),
    limits=compile_limits(_LIMITS),
    replaced=re.compile(_REPLACED),
    former=re.compile(r"原(?:定|计划|拟)(?:[于在])?|[（(]原(?:为|是)?[：:]?"),
    put_off=re.compile(_PUT_OFF),
    called_off=re.compile(_CALLED_OFF),
    new_date=re.compile(
        f"(?:{_PUT_OFF}|改)(?:[^。；0-9]{{0,12}}?(?:[至到为在于]|将)[^。；0-9]{{0,6}}|举[行办][^。；]*)$"
    ),
)
