"""Rules and reminders in other languages become English ones: "jeden Montag", "за неделю". Only for advice."""

from __future__ import annotations

import re
from collections.abc import Callable

from .chinese_words import chinese_number
from .plain_words import CLOCK, DATE_WORDS, OCLOCK, WORD, without_accents
from .values import ENGLISH_WEEKDAYS

# Words of rules and reminders in German, French, Spanish, Italian, Portuguese and Russian, without accents.
_SPAN_WORDS = {
    foreign: english
    for english, line in {
        "every": "jeden jede jedes alle chaque cada ogni каждый каждую каждое каждые",
        "daily": "taglich ежедневно",
        "weekly": "wochentlich еженедельно",
        "monthly": "monatlich ежемесячно",
        "yearly": "jahrlich ежегодно",
        "first": "ersten erste premier primer primero primo первый первую первое",
        "second": "zweiten zweite deuxieme segundo secondo второй вторую второе",
        "third": "dritten dritte troisieme tercer третий третью третье",
        "last": "letzten letzte dernier ultimo последний последнюю последнее",
        "2": "zwei deux dos due dois два две",
        "3": "drei trois tres tre три",
        "1": "ein eine einen une un una uma один одну",
        "day": "tag tage tagen jour jours dia dias giorno giorni день дня дней",
        "week": "woche wochen semaine semaines semana semanas settimana settimane неделя неделю недели недель",
        "month": "monat monate monaten mois mes meses mese mesi месяц месяца месяцев",
        "year": "jahr jahre jahren ans annee annees ano anos anno anni год года лет",
        "hour": "stunde stunden heure heures hora horas ora ore час часа часов",
        "minute": "minuten minutos minuti минуту минуты минут",
        "before": "vorher davor zuvor avant antes prima до",
        "of": "im du del",
        "at": "um a as las alle в",
        "on": "по",
        "and": "und et y e и",
    }.items()
    for foreign in line.split()
}
_SHARED_WORDS = frozenset(
    ["a", "an", "as", "e", "y", "mes", "un", "las", "alle", "due", "ore", "prima", "ultimo", "primer"]
)
_SPAN_PHRASES = (
    (r"^bei (?:jeder )?anderung\w*$|^en cas de changement$|^al cambiar$|^при изменени\w+$", "on change"),
    (r"^bei absage$|^en cas d'annulation$|^al cancelar\w*$|^при отмене$", "on cancel"),
    (
        r"^(?:am vortag|am tag (?:vorher|davor|zuvor)|la veille|el dia antes|el dia anterior|накануне|за день(?: до)?)(?= |$)",
        "the day before",
    ),
    (
        r"^(?:am (?:selben )?tag(?: selbst)?|le jour meme|el mismo dia|в (?:тот же )?день(?: события)?)(?= )",
        "on the day",
    ),
    (r"^за (.+?)(?: до(?: начала)?)?(?= в |$)", r"\1 до"),
    (r"^(?:tous|toutes) les", "every"),
    (r"^todos los|^todas las", "every"),
    (rf"(?<!\w)(?:um|a las|as|a|в) {CLOCK}(?:{OCLOCK})?(?= |$)", r"at \1:\2"),
    (r"^alle (?=zwei|drei|[0-9])", "every "),
    (r" am (?=\w+tag)", " on "),
)
_CHINESE_UNITS = {
    "天": "day", "日": "day", "周": "week", "週": "week", "月": "month", "年": "year", "小时": "hour", "分钟": "minute",
}  # fmt: skip
_SPAN_CHINESE: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        r"^每[周週星期]+([一二三四五六日天])$",
        lambda match: f"every {ENGLISH_WEEKDAYS[min('一二三四五六日天'.index(match[1]), 6)].lower()}",
    ),
    (r"^每([天日周週月年])$", lambda match: f"every {_CHINESE_UNITS[match[1]]}"),
    (
        r"^(?:提前)?([0-9一二三四五六七八九]+)[个個]?([天日周週月年]|小时|分钟)(?:之?前)?$",
        lambda match: (
            f"{chinese_number(match[1]) if not match[1].isdigit() else match[1]} {_CHINESE_UNITS[match[2]]} before"
        ),
    ),
)


def span_to_english(text: str) -> str:
    """Returns a rule or a reminder with its words in English: "jeden Montag", "за неделю"; itself where it has no foreign one."""
    for pattern, rewrite in _SPAN_CHINESE:
        if match := re.fullmatch(pattern, text.replace(" ", "")):
            return rewrite(match)
    phrased = folded = without_accents(text)
    for pattern, english in _SPAN_PHRASES:
        phrased = re.sub(pattern, english, phrased)
    words = {word.casefold() for word in WORD.findall(folded)}
    if phrased == folded and (_SPAN_WORDS.keys() | _RULE_WEEKDAYS.keys()).isdisjoint(words - _SHARED_WORDS):
        return text
    translated = WORD.sub(lambda match: _SPAN_WORDS.get(match[0]) or _RULE_WEEKDAYS.get(match[0]) or match[0], phrased)
    translated = re.sub(r"(?<=[0-9]):(?=$| )", ":00", translated)
    translated = re.sub(
        r"\b([0-9]+ )(day|week|month|year|hour|minute)\b",
        lambda match: f"{match[0]}{'s' if match[1] != '1 ' else ''}",
        translated,
    )
    return " ".join(translated.split())


_RULE_WEEKDAYS = {
    name + ending: english.lower()
    for name, english in DATE_WORDS.items()
    if english in ENGLISH_WEEKDAYS
    for ending in ("", "s")
} | dict(
    zip(
        ["понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям"],
        map(str.lower, ENGLISH_WEEKDAYS),
        strict=True,
    )
)
