"""Rules and reminders in other languages become English ones: "jeden Montag", "за неделю". Only for advice."""

from __future__ import annotations

import re
from collections.abc import Callable

from .chinese_words import chinese_hour, chinese_number, chinese_weekday
from .english_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, ORDINALS
from .plain_words import CLOCK, DATE_WORDS, OCLOCK, WORD, without_accents

# Words of rules and reminders in German, French, Spanish, Italian, Portuguese, Russian and Arabic, without accents.
_SPAN_WORDS = {
    foreign: english
    for english, line in {
        "every": "jeden jede jedes alle chaque cada ogni каждый каждую каждое каждые كل",
        "daily": "taglich ежедневно diario يوميا",
        "weekly": "wochentlich еженедельно semanal semanalmente hebdomadaire أسبوعيا اسبوعيا",
        "monthly": "monatlich ежемесячно mensual mensualmente mensuel شهريا",
        "yearly": "jahrlich ежегодно anual anualmente annuel سنويا",
        "first": "ersten erste premier primer primero primo первый первую первое أول اول",
        "second": "zweiten zweite deuxieme segundo secondo второй вторую второе ثاني",
        "third": "dritten dritte troisieme tercer третий третью третье ثالث",
        "last": "letzten letzte dernier ultimo последний последнюю последнее آخر اخر",
        "fourth": "vierten vierte quatrieme cuarto четвертый четвертую четвертое четвёртый رابع",
        "quarter": "quartal trimestre квартал",
        "2": "zwei deux dos due dois два две",
        "3": "drei trois tres tre три",
        "1": "ein eine einen une un una uma один одну",
        "day": "tag tage tagen jour jours dia dias giorno giorni день дня дней يوم أيام ايام",
        "week": "woche wochen semaine semaines semana semanas settimana settimane неделя неделю недели недель أسبوع اسبوع أسابيع اسابيع",
        "month": "monat monate monaten mois mes meses mese mesi месяц месяца месяцев شهر أشهر اشهر شهور",
        "year": "jahr jahre jahren ans annee annees ano anos anno anni год года лет سنة سنوات عام",
        "hour": "stunde stunden heure heures hora horas ora ore час часа часов ساعة ساعات",
        "minute": "minuten minutos minuti минуту минуты минут دقيقة دقائق",
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
_ARABIC_WEEKDAYS = "([إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت|[أا]حد)"
_SPAN_PHRASES = (
    (
        r"^bei (?:jeder )?anderung\w*$|^en cas de changement$|^al cambiar$|^при изменени\w+$|^عند (?:ال)?تغيير$",
        "on change",
    ),
    (r"^bei absage$|^en cas d'annulation$|^al cancelar\w*$|^при отмене$|^عند (?:ال)?[إا]لغاء$", "on cancel"),
    (
        r"^(?:am abend (?:vorher|davor|zuvor)|la veille au soir|la (?:noche|tarde) (?:antes|anterior)|накануне вечером)$",
        "the evening before",
    ),
    (
        r"^(?:am vortag|am tag (?:vorher|davor|zuvor)|la veille|el dia antes|el dia anterior|накануне|за день(?: до(?: начала)?)?"
        r"|في اليوم السابق|عشية(?: \w+)?)(?= |$)",
        "the day before",
    ),
    (
        r"^(?:am (?:selben )?tag(?: selbst)?|le jour meme|el mismo dia|в (?:тот же )?день(?: события)?|في (?:نفس اليوم|اليوم نفسه))(?= |$)",
        "on the day",
    ),
    (
        r"^(?:eine halbe stunde (?:vorher|davor|zuvor)|une demi-heure avant|media hora antes|за полчаса|قبل نصف ساعة)$",
        "30 minutes before",
    ),
    (r"^за (.+?)(?: до(?: начала)?)?(?= в |$)", r"\1 до"),
    (r"^قبل (يوم|[أا]سبوع|شهر|سنة|ساعة|دقيقة)(?: واحدة?)?(?= |$)", r"1 \1 before"),
    (r"^قبل (.+?)(?= (?:في|عند) الساعة|$)", r"\1 before"),
    (r" (?:في|عند) الساعة ", " at "),
    *(
        (rf"(?<!\w){dual}(?!\w)", f"2 {unit}")
        for dual, unit in (("يومين", "day"), ("[أا]سبوعين", "week"), ("شهرين", "month"), ("ساعتين", "hour"))
    ),
    (
        rf"^(?:كل )?(?:يوم )?(?:ال)?{_ARABIC_WEEKDAYS} (?:من|في) كل [أا]سبوع$|^كل (?:يوم )?(?:ال)?{_ARABIC_WEEKDAYS}$",
        r"كل ال\1\2",
    ),
    (rf" (?:يوم )?(?:ال)?{_ARABIC_WEEKDAYS} (?:من|في) (?:كل |ال)شهر$", r" ال\1 of every month"),
    (r"^كل ربع سنة$|^vierteljahrlich$|^ежеквартально$|^trimestral(?:mente)?$|^trimestriel$", "quarterly"),
    (
        r"^(?:an )?werktags?n?$|^werktaglich$|^по (?:будням|рабочим дням)$|^entre semana$|^les jours ouvrables$|^[أا]يام العمل$",
        "weekdays",
    ),
    (r"^(?:14-tagig|vierzehntagig|zweiwochentlich|quincenal(?:mente)?)(?= |$)", "biweekly"),
    (
        r"(?<=\w) (?:im monat|(?:jede[ns]|des) monats|du mois|de chaque mois|del mes|de cada mes|каждого месяца)$",
        " of every month",
    ),
    (
        r" (понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье) месяца$",
        r" \1 of every month",
    ),
    (
        r"^(?:am|el|le|в) (?=(?:erste|zweite|dritte|vierte|letzte|prem|deux|trois|quat|dern|prim|segu|terc|cuar|ulti|перв|втор|трет|четв|посл))",
        "",
    ),
    (r"^раз в ", "every "),
    (r"^(?:tous|toutes) les", "every"),
    (r"^todos los|^todas las", "every"),
    (rf"(?<!\w)(?:um|a las|as|a|в) {CLOCK}(?:{OCLOCK})?(?= |$)", r"at \1:\2"),
    (r"^alle (?=zwei|drei|[0-9])", "every "),
    (r" am (?=\w+tag)", " on "),
    (r" (?:bis(?: zum)?|jusqu'au|hasta(?: el)?|fino al|ate|до|по) (?=[0-9])", " until "),
)
_CHINESE_UNITS = {
    "天": "day", "日": "day", "周": "week", "週": "week", "月": "month", "年": "year", "小时": "hour", "分钟": "minute",
}  # fmt: skip
_CHINESE_PLACES = dict(zip("一二三四五后", ORDINALS, strict=True))
_WEEK_SIGN, _DAY_SIGN = "(?:[周週]|星期|礼拜)", "[一二三四五六日天]"
_SPAN_CHINESE: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        rf"每?{_WEEK_SIGN}({_DAY_SIGN}(?:(?:[和、及与]?每?{_WEEK_SIGN}?){_DAY_SIGN})*)",
        lambda match: f"every {_weekdays(match[1])}",
    ),
    (
        rf"(?:每[两兩二2][个個]?{_WEEK_SIGN}|隔{_WEEK_SIGN})的?(?:{_WEEK_SIGN}?({_DAY_SIGN}))?",
        lambda match: f"every 2 weeks{f' on {_weekdays(match[1])}' if match[1] else ''}",
    ),
    (
        rf"每[个個]?月的?(?:第|最)([一二三四五后])一?[个個]?{_WEEK_SIGN}({_DAY_SIGN})",
        lambda match: f"every month on the {_CHINESE_PLACES[match[1]]} {_weekdays(match[2])}",
    ),
    (r"每[个個]?月的?([0-9]{1,2})[日号號]", lambda match: f"every month on day {int(match[1])}"),
    (
        r"每年的?(1[0-2]|0?[1-9])月([0-9]{1,2})[日号號]",
        lambda m: f"every year on {int(m[2])} {ENGLISH_MONTHS[int(m[1]) - 1]}".lower(),
    ),
    (r"每[个個]?季度?", lambda _: "quarterly"),
    (r"(?:每[个個]?)?(?:工作日|平日)", lambda _: "weekdays"),
    (
        r"每([0-9]+|[一二两三四五六七八九十]+)?[个個]?([天日周週月年])",
        lambda match: f"every {_count(match[1], match[2])}",
    ),
    (r"(?:有?(?:变更|变动|更改)时?)", lambda _: "on change"),
    (r"取消时?", lambda _: "on cancel"),
    (r"前一?[天日]的?晚上", lambda _: "the evening before"),
    (r"(?:提前)?半[个個]?小时(?:之?前)?", lambda _: "30 minutes before"),
    (
        r"(前一?[天日]|[当當][天日])的?(上午|早上|中午|下午|晚上)?([0-9]{1,2})[点點时時:：]([0-9]{2})?分?",
        lambda match: f"{'the day before' if match[1][0] == '前' else 'on the day'} at {_clock(match)}",
    ),
    (
        r"(?:提前)?([0-9]+|[一二两三四五六七八九十]+)[个個]?([天日周週月年]|小时|分钟)(?:之?前)?(?:的?(上午|早上|中午|下午|晚上)?([0-9]{1,2})[点點时時:：]([0-9]{2})?分?)?",
        lambda match: f"{_count(match[1], match[2])} before" + (f" at {_clock(match)}" if match[4] else ""),
    ),
)


def _weekdays(signs: str) -> str:
    """Returns the weekdays of *signs* with commas between them: "一和周三" is "monday, wednesday"."""
    return ", ".join(chinese_weekday(sign).lower() for sign in re.findall(_DAY_SIGN, signs))


def _count(number: str | None, unit: str) -> str:
    count = chinese_number(number) if number else 0
    return f"{count} {_CHINESE_UNITS[unit]}{'s' if count != 1 else ''}" if count else _CHINESE_UNITS[unit]


def _clock(match: re.Match[str]) -> str:
    half, hour, minute = match.groups()[-3:]
    return f"{chinese_hour(half, int(hour)):02}:{minute or '00'}"  # 24:00 is no hour of that day


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
