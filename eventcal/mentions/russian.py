"""Dates in Russian sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from . import dates
from .grammar import DateLimit, Language, Reading, Scope, compile_limits, compile_patterns, fill_names
from .shared_forms import DOTTED_DAYS, DateForms, first_number, iso_day, numeric_days, weekday_alone

# The stem of each month; its endings are those of the cases.
_STEMS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_QUARTERS = {
    "перв": 1, "втор": 2, "трет": 3, "четв": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4,
}  # fmt: skip
_WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
_WEEKDAY_ORDINALS = {"перв": 1, "втор": 2, "трет": 3, "четверт": 4, "последн": -1}
_PARTS = {"начал": "early", "середин": "mid", "конц": "late", "конец": "late"}
_SEASONS = {"весн": "spring", "лет": "summer", "осен": "autumn", "зим": "winter"}
_CLOCK_ZONES = {
    "": "",
    "по местному времени": "",
    "по московскому времени": "Europe/Moscow",
    "мск": "Europe/Moscow",
    "utc": "UTC",
}

_NAMES = {
    "M": r"(?:январ[ьяею]|феврал[ьяею]|март[ауе]?|апрел[ьяею]|ма[йяею]|июн[ьяею]|июл[ьяею]|август[ауе]?|сентябр[ьяею]|октябр[ьяею]|ноябр[ьяею]|декабр[ьяею])(?![а-яё])",
    "D": r"(?:[12][0-9]|3[01]|0?[1-9])(?:-?(?:го|е|ое|ого))?(?![0-9]|:[0-9])",
    "Y": r"(?:1[0-9]|20|21)[0-9]{2}(?![0-9])",
    "G": r"(?:\s*(?:год(?:а|у|ом|е)?|гг?\.?)(?![а-яё]))?",
    "TO": r"\s*(?:-|–|—|−|\bпо\b|\bдо\b)\s*(?:(?:понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)[а-я]*,?\s+)?",
    "B": r"(?<![\w./:-])",
}


def _month(name: str) -> int:
    plain = name.lower()
    stems = [stem for stem in _STEMS if plain.startswith(stem)]
    return _STEMS.index(max(stems, key=len)) + 1


_STEPS = {"э": 0, "н": 0, "т": 0, "с": 1, "б": 1, "п": -1, "с.г.": 0}  # "с.г.": сего года
_FORMS = DateForms(_month, first_number, _STEPS, _PARTS)


def _day(match: re.Match[str], scope: Scope) -> Reading:
    reading = _FORMS.day(match, scope)
    is_midnight = match["half"] in ("ночи", "вечера") and match["hour"] == "12"  # of which day?
    if not match["hour"] or is_midnight:
        return reading
    zone = _CLOCK_ZONES.get(" ".join((match["zone"] or "").lower().split()))
    if zone is None:
        return dates.without_hour(reading, match["zone"])
    start, end = (_clock(match[f"hour{tail}"], match[f"minute{tail}"], match["half"]) for tail in ("", "2"))
    if match["hour2"] and end < start:  # "с 10 до 2 дня"
        start = _clock(match["hour"], match["minute"], None)
    return dates.at_hour(reading, *start, end if match["hour2"] else None, zone)


def _night(match: re.Match[str], scope: Scope) -> Reading:
    """Reads the night to a day, which begins on the day before it."""
    last = _FORMS.day(match, scope)
    if not last.when:
        return last
    end = date.fromisoformat(last.when)
    eve = end - timedelta(days=1)
    return replace(last, when=dates.days((eve.year, eve.month, eve.day), (end.year, end.month, end.day)).when)


def _nth_weekday(match: re.Match[str], scope: Scope) -> Reading:
    weekday = next(number for number, stem in enumerate(_WEEKDAYS) if match["name"].startswith(stem))
    nth = _WEEKDAY_ORDINALS[match["nth"].replace("ё", "е")]
    return dates.nth_weekday(int(match["year"]), _month(match["month"]), nth, weekday)


def _clock(hour: str | None, minute: str | None, half: str | None) -> tuple[int, int]:
    number = int(hour or 0)
    is_late = half == "вечера" or (half == "дня" and number < 9) or (half == "ночи" and number > 8)
    return number + (12 if is_late and number < 12 else 0), int(minute or 0)


def _quarter(match: re.Match[str], scope: Scope) -> Reading:
    word = match["number"].lower()
    return dates.quarter(int(match["year"]), _QUARTERS.get(word) or _QUARTERS[word[:4]])


def _half(match: re.Match[str], scope: Scope) -> Reading:
    return dates.half(int(match["year"]), 1 if match["number"].lower().startswith(("перв", "i полу", "1")) else 2)


def _season(match: re.Match[str], scope: Scope) -> Reading:
    stem = next(stem for stem in _SEASONS if match["season"].lower().startswith(stem))
    return dates.season(int(match["year"]), _SEASONS[stem])


def _relative_day(match: re.Match[str], scope: Scope) -> Reading:
    number = {"сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "позавчера": -2}[match[0].lower()]
    return dates.shifted(scope.published, number)


def _relative_unit(match: re.Match[str], scope: Scope) -> Reading:
    unit = {"м": "month", "г": "year", "н": "week"}[match["unit"].lower()[0]]
    return dates.shifted_period(scope.published, unit, _STEPS[match["which"].lower()[0]])


_WHICH = r"(?:(?P<which>этого|нынешнего|текущего|следующего|будущего|прошлого|[ст]\.\s?г\.)(?:(?<=\.)|\s+года))"
_YEAR = rf"(?:,?\s+(?:(?P<year><<Y>>)<<G>>|{_WHICH}))?"
# "19-30" is no span: no hour is 30, and none comes before 00
_MINUTE_MARK = r"(?:[:.]|-(?=(?:00|2[5-9]|[3-5][0-9])(?![0-9])))"
# в 15:00, 15:00, с 10.00 до 12.30, в 15 часов, с 15 до 17 часов, в 9 утра, в 7 часов вечера, в 11 ночи
_HOURS = (
    r"(?:[ВвСс]\s+|(?=[0-9]{1,2}:))(?=[0-9]{1,2}(?:"
    + _MINUTE_MARK
    + r"[0-5][0-9]|(?:\s*(?:до|[-–—])\s*[0-9]{1,2})?\s+(?:час(?:а|ов)?|утра|дня|вечера|ночи)\b))"
    r"(?P<hour>2[0-3]|[01]?[0-9])(?![0-9])(?:" + _MINUTE_MARK + r"(?P<minute>[0-5][0-9]))?"
    r"(?:\s*(?:до|[-–—])\s*(?P<hour2>2[0-3]|[01]?[0-9])(?![0-9])(?:" + _MINUTE_MARK + r"(?P<minute2>[0-5][0-9]))?)?"
    r"(?:\s+час(?:а|ов)?\b)?(?:\s+(?P<half>утра|дня|вечера|ночи)\b)?"
    r"(?:\s+\(?(?P<zone>по\s+\w+\s+времени|по\s+времени\s+\w+|[Мм][Сс][Кк]\b|UTC\b)\)?)?"
)

_PAIRS = (
    (rf"\b[Вв]\s+ночь\s+(?:со?\s+<<D>>(?:\s+<<M>>)?\s+)?на\s+(?P<day><<D>>)\s+(?P<month><<M>>){_YEAR}", _night),
    (r"\b(?P<nth>перв|втор|трет|четв[её]рт|последн)\w+\s+(?P<name>понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)\w*\s+(?P<month><<M>>)\s+(?P<year><<Y>>)<<G>>", _nth_weekday),
    (r"<<B>>(?P<d1><<D>>)\s+(?P<m1><<M>>)(?:\s+(?P<y1><<Y>>)<<G>>)?<<TO>>(?P<d2><<D>>)\s+(?P<m2><<M>>)(?:\s+(?P<year><<Y>>)<<G>>)?", _FORMS.days_of_two_months),
    (r"<<B>>(?P<first><<D>>)<<TO>>(?P<last><<D>>)\s+(?P<month><<M>>)" + _YEAR, _FORMS.days_of_month),
    (r"<<B>>(?P<d1><<D>>)\s+(?P<m1><<M>>)\s+и\s+(?P<d2><<D>>)\s+(?P<m2><<M>>)\s+(?P<year><<Y>>)<<G>>", _FORMS.two_days),
    (r"<<B>>(?P<d1><<D>>)\s+(?P<m1><<M>>)(?:\s+(?P<y1><<Y>>)<<G>>)?\s+или\s+(?P<d2><<D>>)\s+(?P<m2><<M>>)(?:\s+(?P<year><<Y>>)<<G>>)?", _FORMS.one_of_days),
    (r"<<B>>(?P<first><<D>>)\s+или\s+(?P<last><<D>>)\s+(?P<month><<M>>)" + _YEAR, _FORMS.one_of_days),
    (r"<<B>>(?P<days><<D>>(?:\s*,\s*<<D>>)*\s+и\s+<<D>>)\s+(?P<month><<M>>)" + _YEAR, _FORMS.listed_days),
    (rf"\b{_HOURS},?\s+(?P<day><<D>>)\s+(?P<month><<M>>){_YEAR}", _day),
    (rf"<<B>>(?P<day><<D>>)\s+(?P<month><<M>>){_YEAR}(?:,?\s+{_HOURS})?", _day),
    (DOTTED_DAYS, numeric_days),
    (r"<<B>>(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])\.(?P<year>(?:19|20|21)[0-9]{2})(?![0-9]|[.][0-9])", iso_day),
    (r"<<B>>(?P<year>(?:19|20|21)[0-9]{2})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9-])", iso_day),
    (r"<<B>>(?P<day><<D>>)(?:\s+числа)?\s+(?P<which>этого|следующего|прошлого)\s+месяца", _FORMS.day_of_month_beside),
    (r"\b(?P<p1>[Нн]ачал|[Сс]ередин|[Кк]онц)[аеуы]\s+(?P<m1><<M>>)(?:\s*[-–—]\s*|\s+(?:и|или|по|до)\s+)(?:в\s+)?(?P<p2>начал|середин|конц)[аеуы]\s+(?P<m2><<M>>)" + _YEAR, _FORMS.parts_of_two_months),
    (r"\b(?:[Пп]ерв[ао][йяю]|(?P<second>[Вв]тор[ао][йяю]))\s+половин[аеуы]\s+(?P<month><<M>>)" + _YEAR, _FORMS.half_month),
    (r"\b(?P<part>[Нн]ачал|[Сс]ередин|[Кк]онц)[аеуы]\s+(?P<month><<M>>)" + _YEAR, _FORMS.one_month),
    (r"\b(?P<m1><<M>>)(?:\s*[-–—]\s*|\s+(?:и|или|по)\s+)(?P<m2><<M>>)\s+(?:(?P<year><<Y>>)<<G>>|" + _WHICH + ")", _FORMS.two_months),
    (r"\b(?P<month><<M>>)\s+(?:(?P<year><<Y>>)<<G>>|" + _WHICH + ")", _FORMS.one_month),
    (r"\b(?P<number>[Пп]ерв\w+|[Вв]тор\w+|[Тт]реть\w+|[Чч]етв[её]рт\w+|I{1,3}|IV|[1-4](?:-[йм])?)\s+квартал[аеу]?\s+(?P<year><<Y>>)<<G>>", _quarter),
    (r"\b(?P<number>[Пп]ерв\w+|[Вв]тор\w+|I{1,2})\s+(?:половин[аеуы]|полугоди[еия])\s+(?P<year><<Y>>)<<G>>", _half),
    (r"\b(?P<season>[Вв]есной|[Лл]етом|[Оо]сенью|[Зз]имой|[Вв]есн[ауы]|[Оо]сень)\s+(?P<year><<Y>>)<<G>>", _season),
    (r"\b(?P<part>[Нн]ачал|[Сс]ередин|[Кк]онц)[аеуы]\s+(?P<year><<Y>>)\s*(?:года|г\.)", lambda match, scope: _FORMS.part(match, dates.year(int(match["year"])))),
    (r"\b(?P<year>(?:19|20|21)[0-9]0)-(?:е|х)(?:\s+год\w*)?", lambda match, scope: dates.decade(int(match["year"]))),
    (r"\b(?P<year><<Y>>)\s*(?:году|год|г\.)(?![а-яё])", lambda match, scope: dates.year(int(match["year"]))),
    (r"\b(?:[Сс]егодня|[Зз]автра|[Пп]ослезавтра|[Вв]чера|[Пп]озавчера)\b", _relative_day),
    (r"\b(?P<which>[Ээ]т|[Нн]ынешн|[Тт]екущ|[Сс]ледующ|[Бб]удущ|[Пп]рошл)\w+\s+(?P<unit>месяц|год|недел)\w*", _relative_unit),
    (r"\b[Вв]о?\s+(?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)\b(?!,?\s+[0-9]{1,2}(?:\s|-го))", weekday_alone),
    (r"\b(?:[Вв]|[Сс])\s+(?P<m1><<M>>)(?:\s*[-–—]\s*|\s+(?:и|или|по)\s+)(?P<m2><<M>>)(?!\s*[0-9])" + _YEAR, _FORMS.two_months),
    (r"\b(?:[Вв]|[Кк]|[Дд]о|[Сс])\s+(?P<month><<M>>)(?![\s]*[0-9])", _FORMS.one_month),
)  # fmt: skip

_COUNTED = r"\b(?:дн(?:я|ей|ь)|сут(?:ки|ок)|недел[юиья]|месяц(?:а|ев)?|год(?:а)?|лет|час(?:а|ов)?|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)"
_LIMITS = (
    (_COUNTED + r"\s+(?:после|до|перед|со\s+дня)\s+⟦", DateLimit.COUNTED),
    (r"\b(?:примерно|около|ориентировочно|приблизительно)\s+(?:в\s+|на\s+|к\s+)?⟦", DateLimit.ABOUT),
    (r"\bне\s+(?:ранее|раньше)\s+(?:чем\s+)?(?:в\s+|во\s+)?⟦", DateLimit.NOT_BEFORE),
    (r"\bне\b(?!\s+(?:забуд|пропус|упус|опозда))[^,.;:]{0,40}?(?P<words>\bдо\s+⟦)", DateLimit.NOT_BEFORE),
    (r"\bне\s+(?:позднее|позже)\s+(?:чем\s+)?⟦|\bдо\s+⟦конц|\bк\s+⟦|⟦к\s", DateLimit.NOT_AFTER),
)
# «перенесён с 3 марта на 10 марта»
_REPLACED = (
    r"\b(?:[Пп]еренес\w+|[Пп]еренос\w+|[Оо]тлож\w+|[Сс]двин\w+)\b[^.;:]{0,40}?"
    r"(?P<old>\bсо?\s+(?:(?!\bна\b)[^.;:]){0,80}?(?:[0-9]|<<M>>)(?:(?!\bна\b)[^.;:]){0,120})\bна\b"
)
_FORMER = (
    r"\b(?:[Рр]анее|[Пп]ервоначально|[Ии]значально)\s+(?:за)?(?:планир|назнач|намеч)\w+\s+(?:на\s+)?|\b(?:за)?планировал\w*\s+(?:провести\s+)?на\s+(?=[0-9])|\b[Вв]место\s+|\b[Бб]ыл[аио]?\s+(?:за)?(?:планир|назнач|намеч)\w+\s+(?:на\s+)?(?=[0-9])|\bне\s+(?=[0-9])|,\s+а\s+не\s+(?:на\s+|в\s+|с\s+)?"
    r"|\b[Рр]анее\s+(?:сообща|объявля|говори|предполага)\w+,?\s[^.;:0-9]{0,80}(?=[0-9])"
)
_PUT_OFF = r"(?<!не )\b(?:перен[её]с\w*|перенос\w*|отлож\w+|отклад\w+|сдвин\w+)\b"

RUSSIAN = Language(
    tag="ru",
    patterns=compile_patterns(_PAIRS, _NAMES),
    ahead=re.compile(
        r"\b(?:состоится|состоятся|пройд[её]т|пройдут|будет|будут|заплан\w+|планирует\w*|намечен\w*|назначен\w*|ожидает\w*|откроется|начн[её]тся|предсто\w+|должн\w+|проведут|провед[её]т|соберутся|встретятся|следующ\w+|примет|ждут|перен[её]с\w*|отлож\w+|сдвин\w+)\b",
        re.IGNORECASE,
    ),
    past=re.compile(
        r"\b(?:состоял\w+|прош[её]л|прошл[аио]\w*|был[аио]?|провел[аи]?|пров[её]л|подписал\w*|принял\w*|открыл\w*|начал(?:ся|ась|ось|ись)|заверш(?:ил|[её]н)\w*|встретил\w+|основан\w*|создан\w*|приня\w+|объявил\w*)\b",
        re.IGNORECASE,
    ),
    sentence_end=re.compile(r"(?<=[.!?…])[\"”»)]*(?=\s+[\"“«(]?[А-ЯЁA-Z0-9])(?<!\bг\.)(?<!\bгг\.)(?<!\bул\.)(?<!\bим\.)(?<!\b[А-ЯЁ]\.)"),
    limits=compile_limits(_LIMITS),
    replaced=re.compile(fill_names(_REPLACED, _NAMES)),
    former=re.compile(_FORMER),
    put_off=re.compile(_PUT_OFF, re.IGNORECASE),
    new_date=re.compile(_PUT_OFF + r"(?:(?!\b(?:за)?(?:планир|назнач|намеч)\w+)[^;])*?\b(?:на|до|по)\s+[^;0-9]{0,20}$", re.IGNORECASE),
)  # fmt: skip
