"""Words and signs of dates in other scripts and languages become plain English ones: "３ de marzo de 2027", "2027年9月14日至18日".

Only for advice. Names that mean different months in different languages (listopad, srpen) are not among them.
"""

from __future__ import annotations

import re
import unicodedata

# Full-width forms of the printable ASCII characters, the ideographic space, and signs that look like a hyphen.
_PLAIN_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ", 0x2010: "-", 0x2011: "-", 0x2012: "\u2013", 0x2212: "-", 0x301C: "~", 0x2019: "'",
}  # fmt: skip

# One line for each month: its names in German, French, Spanish, Portuguese, Italian, Dutch, the languages of Scandinavia
# and Russian, without accents.
_MONTHS = """
januar janner janvier enero janeiro gennaio januari января январь январе
februar fevrier febrero fevereiro febbraio februari февраля февраль феврале
marz mars marzo marco maart marts марта март марте
avril abril aprile апреля апрель апреле
mai mayo maio maggio mei maj мая май мае
juni juin junio junho giugno июня июнь июне
juli juillet julio julho luglio июля июль июле
aout agosto augustus augusti августа август августе
septembre septiembre setiembre setembro settembre сентября сентябрь сентябре
oktober octobre octubre outubro ottobre октября октябрь октябре
novembre noviembre novembro ноября ноябрь ноябре
dezember decembre diciembre dezembro dicembre декабря декабрь декабре
"""
_WEEKDAYS = """
montag lundi lunes lunedi maandag понедельник
dienstag mardi martes martedi dinsdag вторник
mittwoch mercredi miercoles mercoledi woensdag среда среду
donnerstag jeudi jueves giovedi donderdag четверг
freitag vendredi viernes venerdi vrijdag пятница пятницу
samstag samedi sabado sabato zaterdag суббота субботу
sonntag dimanche domingo domenica zondag воскресенье
"""
_ENGLISH_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS = {
    "early": "anfang debut principios inicio inicios inizio начало начале",
    "mid": "mitte mi mediados meados meta середина середине",
    "late": "ende fin finales final fine конец конце",
    "spring": "fruhling fruhjahr printemps primavera весна весной",
    "summer": "sommer ete verano verao estate лето летом",
    "autumn": "herbst automne otono outono autunno осень осенью",
}
_DATE_WORDS = {
    foreign: english
    for names, words in ((_ENGLISH_MONTHS, _MONTHS), (_ENGLISH_WEEKDAYS, _WEEKDAYS))
    for english, line in zip(names, words.strip().splitlines(), strict=True)
    for foreign in line.split()
}
_PART_WORDS = {foreign: english for english, line in _PARTS.items() for foreign in line.split()}
# What stands between the parts of a date, and says no more than their order.
_FILLERS = frozenset(
    [
        "le",
        "du",
        "des",
        "de",
        "del",
        "do",
        "da",
        "della",
        "di",
        "den",
        "der",
        "dem",
        "vom",
        "am",
        "im",
        "em",
        "en",
        "il",
        "dal",
        "el",
        "in",
        "в",
        "с",
        "г",
        "года",
    ]
)
_JOINERS = frozenset(["au", "bis", "al", "a", "ao", "tot", "till", "til", "по"])
_HOUR_WORDS = re.compile(r"(?<=[0-9])\s*(?:h|uhr)\b\.?\s*([0-5][0-9])?", re.IGNORECASE)
_ORDINAL_ENDINGS = re.compile(r"(?<=[0-9])(?:er|º|ª|°)(?=\s)|(?<=\s1)o(?=\s)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_CHINESE_WORD = re.compile(r"[年月日号號至到~]")


def plain_signs(text: str) -> str:
    """Returns *text* with ASCII digits and signs in place of full-width ones."""
    return text.translate(_PLAIN_SIGNS)


def to_english(text: str) -> str:
    """Returns *text* with the words of a date in English; itself where it names no month, season or weekday of another language."""
    if _CHINESE_WORD.search(text):
        return _chinese_ranges(text)
    words = [_without_accents(word) for word in _WORD.findall(text)]
    if not any(
        word in _DATE_WORDS or (word in _PART_WORDS and word not in ("fin", "final", "fine", "mi", "meta"))
        for word in words
    ):
        return text
    english = _ORDINAL_ENDINGS.sub("", _WORD.sub(_translate, text))
    english = _HOUR_WORDS.sub(lambda match: f":{match[1] or '00'}" if ":" not in english else "", english)
    return " ".join(english.split()).strip()


def _without_accents(word: str) -> str:
    folded = word.rstrip(".").casefold()
    if not folded.isascii() and folded[0] < "\u0400":
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return folded


def _translate(match: re.Match[str]) -> str:
    word = _without_accents(match[0])
    if word in _JOINERS:
        # "à 18h" names an hour; between two days it joins them.
        is_hour = re.match(r"\s*[0-9]{1,2}\s*(?:h|:)", match.string[match.end() :], re.IGNORECASE)
        return " " if is_hour else "-"
    if word in _FILLERS:
        return " "
    return _DATE_WORDS.get(word) or _PART_WORDS.get(word) or match[0]


def _chinese_ranges(text: str) -> str:
    """Returns a date of Chinese or Japanese signs as numbers: days of a month, a month, or one of them to another."""
    bare = re.sub(r"\s+|[(][星周][期]?.[)]|星期.|周.", lambda match: " " if match[0].isspace() else "", text)
    bare = re.sub(r"(?<=[年月日号號至到~]) | (?=[年月日号號至到~])", "", bare)
    day = r"([0-9]{1,2})[日号號]"
    bare = re.sub(
        rf"([0-9]{{4}})年([0-9]{{1,2}})月([0-9]{{1,2}})[日号號]?(?:至|到|~|-|\u2013)(?:([0-9]{{1,2}})月)?{day}",
        _chinese_span,
        bare,
    )
    bare = re.sub(rf"([0-9]{{4}})年([0-9]{{1,2}})月{day}", lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2} ", bare)
    bare = re.sub(
        r"([0-9]{4})年([0-9]{1,2})月(上旬|中旬|下旬|初|底)",
        lambda m: f"{_CHINESE_THIRDS[m[3]]} {m[1]}-{m[2]:0>2}",
        bare,
    )
    bare = re.sub(r"([0-9]{4})年([0-9]{1,2})月(?![0-9])", lambda m: f"{m[1]}-{m[2]:0>2}", bare)
    bare = re.sub(r"([0-9]{4})年([春夏秋])[季天]?", lambda m: f"{_CHINESE_SEASONS[m[2]]} {m[1]}", bare)
    bare = re.sub(
        r"([0-9]{4})年第?([一二三四1-4])季度?", lambda m: f"{m[1]}-Q{'一二三四'.find(m[2]) + 1 or m[2]}", bare
    )
    bare = re.sub(r"^([0-9]{4})年$", r"\1", bare)
    return bare.replace("~", "/").strip() if "~" in bare[1:] else bare.strip()


_CHINESE_THIRDS = {"上旬": "early", "初": "early", "中旬": "mid", "下旬": "late", "底": "late"}
_CHINESE_SEASONS = {"春": "spring", "夏": "summer", "秋": "autumn"}


def _chinese_span(match: re.Match[str]) -> str:
    year, month, first, last_month, last = match.groups()
    end = f"{int(last_month):02}-{int(last):02}" if last_month and int(last_month) != int(month) else f"{int(last):02}"
    return f"{year}-{int(month):02}-{int(first):02}/{end}"
