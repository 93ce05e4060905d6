"""Dates in German, Spanish and Arabic sentences: one set of forms, and a table of words for each language.

Less is read than in English: what is in no table is left out, and so is a date that was moved, where the words do not say
whether it is the old one or the new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from . import dates
from .grammar import DateLimit, Language, Pattern, Read, Reading, Scope, compile_limits, fill_names
from .shared_forms import DOTTED_DAYS, SLASHED_DAYS, DateForms, first_number, iso_day, numeric_days


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of one language, as patterns. *months* and *weekdays* begin with January and Monday.

    *join* stands between a day and its month, *year_join* before a year, *in_month* before a month without one. *clock* has
    the groups start, end and half, and *late* and *early* the words of `half`; with *needs_half* an hour before 13 needs one.
    *year_words* count the year from that of publication. *new_date* ends before the date to which something is moved, and
    *replaced* has the former one in the group `old`.
    """

    tag: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: str
    join: str
    year_join: str
    to: str
    both: str
    either: str
    between: str
    in_month: str
    year: str
    clock: str
    late: str
    early: str
    parts: Mapping[str, str]
    seasons: Mapping[str, str]
    quarter: str
    quarters: tuple[str, ...]
    year_words: Mapping[str, int]
    moved: str
    new_date: str
    former: str
    ahead: str
    past: str
    sentence_end: str
    limits: tuple[tuple[str, DateLimit], ...]
    replaced: str = "(?!)(?P<old>)"
    needs_half: bool = False
    before_weekday: str = ""
    listing: str = ","


_DIGITS = r"(?:[12١٢]\d|[3٣][01٠١]|[0٠]?[1-9١-٩])"
_YEAR = r"(?:1[5-9]|20|21|٢٠)\d{2}(?!\d|-\d|/\d)"
_NUMERIC = (
    r"(?<![\w./:-])(?P<day>\d{1,2})(?P<mark>[./])(?P<month>\d{1,2})(?P=mark)(?P<year>(?:19|20|21|٢٠)\d{2})(?!\d|[./]\d)"
)
_ISO = r"(?<![\w./:-])(?P<year>(?:19|20|21)[0-9]{2})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9-])"


def build_language(table: WordTable) -> Language:
    """Returns the language of *table*: each form of a date with its words filled in."""
    forms = _TableForms(lambda text: _find(table.months, text.strip()), first_number, {}, {}, table=table)
    names = _names(table)
    return Language(
        tag=table.tag,
        patterns=tuple(
            # some names have others in them
            Pattern(re.compile(fill_names(fill_names(words, names), names)), read)
            for words, read in _pairs(forms)
        ),
        ahead=re.compile(f"{table.ahead}|{table.moved}", re.IGNORECASE),
        past=re.compile(table.past, re.IGNORECASE),
        sentence_end=re.compile(fill_names(table.sentence_end, names)),
        limits=compile_limits(table.limits),
        replaced=re.compile(table.replaced),
        former=re.compile(table.former, re.IGNORECASE),
        put_off=re.compile(table.moved, re.IGNORECASE),
        new_date=re.compile(rf"(?:{table.new_date})\s*$", re.IGNORECASE),
    )


def _names(table: WordTable) -> dict[str, str]:
    """Returns the parts of patterns in a language."""
    return {
        "DAY": rf"(?P<day>{table.day})", "M": f"(?:{'|'.join(table.months)})(?!\\w)", "D": table.day, "Y": _YEAR, "G": table.join,
        "C": table.year_join, "TO": table.to, "AND": table.both, "OR": table.either, "BETWEEN": table.between,
        "IN": f"(?:{table.in_month})", "P": f"(?P<words>{'|'.join(table.parts)})", "S": f"(?P<words>{'|'.join(table.seasons)})",
        "Q": table.quarter.replace("<<N>>", f"(?P<words>{'|'.join(table.quarters)})"), "YEAR": f"(?:{table.year})",
        "WHICH": f"(?P<which>{'|'.join(table.year_words)})", "L": table.listing, "BW": table.before_weekday,
        "W": rf"(?:(?P<weekday>{'|'.join(table.weekdays)})(?!\w)\.?,?\s+)?", "B": r"(?<![\w./:-])", "CLOCK": f"(?:{table.clock})?",
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _TableForms(DateForms):
    """Forms that read the words of *table* too."""

    table: WordTable

    def year_step(self, which: str) -> int:
        return next(step for words, step in self.table.year_words.items() if re.fullmatch(words, which, re.IGNORECASE))

    def clocked(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads a day with its weekday and its hour, if the text says them."""
        said = match["weekday"] or ""
        weekday = next((number for number, words in enumerate(self.table.weekdays) if re.fullmatch(words, said)), None)
        reading = _with_weekday(self.day(match, scope, weekday), match, self.table.weekdays)
        return _with_clock(reading, match, self.table) if match["start"] else reading

    def numeric(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads a day in digits, which stands before the month in these languages."""
        reading = dates.day(int(match["year"]), int(match["month"]), int(match["day"]))
        return _with_clock(reading, match, self.table) if match["start"] else reading

    def in_part(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads the beginning, middle or end of a month."""
        return dates.part(self.one_month(match, scope), _find_key(self.table.parts, match["words"]))

    def season(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads a season of a year."""
        return dates.season(int(match["year"]), _find_key(self.table.seasons, match["words"]))

    def quarter(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads a quarter of a year."""
        return dates.quarter(int(match["year"]), _find(self.table.quarters, match["words"]))

    def year_part(self, match: re.Match[str], scope: Scope) -> Reading:
        """Reads the beginning, middle or end of a year."""
        return dates.part(dates.year(int(match["year"])), _find_key(self.table.parts, match["words"]))


def _pairs(forms: _TableForms) -> tuple[tuple[str, Read], ...]:
    """Returns the patterns of a language, the more specific first, and what reads them."""
    return (
        (r"<<B>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)(?:<<C>>(?P<y1><<Y>>))?<<TO>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)(?:<<C>>(?P<year><<Y>>))?", forms.days_of_two_months),
        (r"<<BETWEEN>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)(?:<<C>>(?P<y1><<Y>>))?<<AND>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)(?:<<C>>(?P<year><<Y>>))?", forms.days_of_two_months),
        (r"<<BETWEEN>>(?P<first><<D>>)<<AND>>(?P<last><<D>>)<<G>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)?", forms.days_of_month),
        (r"<<B>>(?P<first><<D>>)<<TO>>(?P<last><<D>>)<<G>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)?", forms.days_of_month),
        (r"<<B>>(?P<first><<D>>)<<OR>>(?P<last><<D>>)<<G>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)?", forms.one_of_days),
        (r"<<B>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)(?:<<C>>(?P<y1><<Y>>))?<<OR>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)(?:<<C>>(?P<year><<Y>>))?", forms.one_of_days),
        (r"<<B>>(?P<d1><<D>>)<<G>>(?P<m1><<M>>)<<AND>>(?P<d2><<D>>)<<G>>(?P<m2><<M>>)<<C>>(?P<year><<Y>>)", forms.two_days),
        (r"<<B>>(?P<days><<D>>(?:\s*<<L>>\s*<<D>>)*<<AND>><<D>>)<<G>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)?", forms.listed_days),
        (r"\b<<Q>><<C>>(?P<year><<Y>>)", forms.quarter),
        (r"\b<<S>><<C>>(?P<year><<Y>>)", forms.season),
        (r"<<B>><<W>><<BW>><<DAY>><<G>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)?<<CLOCK>>", forms.clocked),
        (DOTTED_DAYS, numeric_days),
        (SLASHED_DAYS, numeric_days),
        (_NUMERIC + "<<CLOCK>>", forms.numeric),
        (_ISO, iso_day),
        (r"\b<<P>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)?", forms.in_part),
        (r"<<B>>(?P<m1><<M>>)(?:<<C>>(?P<y1><<Y>>))?(?:<<TO>>|<<AND>>|<<OR>>)(?P<m2><<M>>)<<C>>(?P<year><<Y>>)", forms.two_months),
        (r"<<B>>(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>)|<<WHICH>>)", forms.one_month),
        (r"\b<<IN>>(?P<m1><<M>>)<<OR>>(?P<m2><<M>>)(?!\s+\d)(?P<year>)", forms.two_months),
        (r"\b<<P>>(?:<<YEAR>>)?(?P<year><<Y>>)", forms.year_part),
        (r"\b<<YEAR>>(?P<year><<Y>>)", lambda match, scope: dates.year(int(match["year"]))),
        (r"\b<<IN>>(?P<month><<M>>)(?!\s+\d)(?P<year>)", forms.one_month),
    )  # fmt: skip


def _find(choices: tuple[str, ...], text: str) -> int:
    """Returns the number, from 1, of the pattern that *text* begins with."""
    return next(n for n, words in enumerate(choices, start=1) if re.match(f"(?:{words})(?!\\w)", text, re.IGNORECASE))


def _find_key(choices: Mapping[str, str], text: str) -> str:
    """Returns what the pattern that *text* is stands for."""
    return next(word for words, word in choices.items() if re.fullmatch(words, text, re.IGNORECASE))


def _with_weekday(reading: Reading, match: re.Match[str], weekdays: tuple[str, ...]) -> Reading:
    """Returns *reading*, doubtful where the text names a weekday that is not the date's."""
    if not match["weekday"] or len(reading.when) != 10:
        return reading
    if re.fullmatch(weekdays[date.fromisoformat(reading.when).weekday()], match["weekday"]):
        return reading
    note = f"the text says {match['weekday']}, and {reading.when} is another weekday"
    return replace(reading, when=f"{reading.when}?", note=note)


# "12 de la noche" is midnight, "12 de la mañana" noon, and "3 de la noche" early: an hour is known where the half of the day is
_NOON = re.compile(r"mittag|tarde|mediod|p\.?\s?m|ظهر", re.IGNORECASE)
_AROUND_NOON = re.compile(r"mittags|del\s+mediod|ظهر", re.IGNORECASE)
_NIGHT = re.compile(r"noche|مساء", re.IGNORECASE)


def _with_clock(reading: Reading, match: re.Match[str], table: WordTable) -> Reading:
    half = match["half"] or ""
    is_early = re.search(table.early, half, re.I) is not None
    is_late = not is_early and re.search(table.late, half, re.I) is not None
    numbers = [[*map(int, re.findall(r"\d+", text)), 0] for text in (match["start"], match["end"]) if text]
    first, last = numbers[0][0], numbers[-1][0]
    if (half and not (is_late or is_early)) or (table.needs_half and not half and first <= 12):
        return reading
    if half and ((first == 12 and not _NOON.search(half)) or ("noche" in half and min(first, last) < 6)):
        return reading
    latest = 9 if _AROUND_NOON.match(half) else 12
    hours = [(number + 12 if is_late and number < latest else number, minute) for number, minute, *_ in numbers]
    if len(hours) > 1 and last == 12 and _NIGHT.search(half):
        hours[1] = (24, hours[1][1])
    if is_late and len(hours) > 1 and hours[1] < hours[0]:  # "de 10 a 2 de la tarde"
        hours[0] = (first, numbers[0][1])
    return dates.at_hour(reading, *hours[0], hours[1] if len(hours) > 1 else None, "")


_HOUR = r"(?:2[0-4]|[01]?[0-9])(?!\d)(?:[:.][0-5][0-9](?!\d))?"

_GERMAN_NOT = r"(?:nicht|kaum|keine?[mnrs]?)"
GERMAN = WordTable(
    tag="de",
    months=(
        r"Jan(?:uar|\.)|Jänner", r"Feb(?:ruar|er|\.)", r"März|Maerz|Mrz\.?", r"Apr(?:il|\.)", "Mai", r"Juni?", r"Juli?", r"Aug(?:ust|\.)",
        r"Sept?(?:ember|\.)", r"Okt(?:ober|\.)", r"Nov(?:ember|\.)", r"Dez(?:ember|\.)",
    ),
    weekdays=("Mo(?:ntag)?", "Di(?:enstag)?", "Mi(?:ttwoch)?", "Do(?:nnerstag)?", "Fr(?:eitag)?", "Sa(?:mstag)?|Sonnabend", "So(?:nntag)?"),
    before_weekday=r"(?:(?:den|dem)\s+)?",
    day=rf"{_DIGITS}\.?(?![\d:])",
    join=r"\s*",
    year_join=r"\s+(?:des\s+Jahres\s+)?",
    to=r"\s*(?:-|–|—|/|\bbis(?:\s+(?:zum|einschließlich))?\b)\s*(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)\w*,?\s+(?:den\s+|dem\s+)?)?",
    both=r"\s*(?:\bund\b|&)\s*(?:am\s+|dem\s+)?",
    either=r"\s+oder\s+(?:am\s+)?",
    between=r"\b[Zz]wischen\s+(?:dem\s+)?",
    in_month=r"(?:[Ii]m|[Aa]b|[Ss]eit|[Bb]is|[Vv]on)\s+",
    year=r"(?:[Ii]m\s+)?Jahre?s?\s+",
    clock=rf",?\s+(?:um\s+|ab\s+|von\s+)?(?=[0-9:.]+\s*(?:Uhr|[-–]|bis)|[0-9]+:[0-9])(?P<start>{_HOUR})(?:\s*Uhr)?"
    rf"(?:\s*(?:-|–|\bbis\b)\s*(?P<end>{_HOUR}))?(?:\s*Uhr\b)?(?:\s+(?P<half>morgens|früh|vormittags|mittags|nachmittags|abends|nachts))?",
    late="mittags|abends",
    early="morgens|früh|vormittags",
    parts={r"[Aa]nfang\s+(?:des\s+)?": "early", r"[Mm]itte\s+(?:des\s+)?": "mid", r"(?:[Gg]egen\s+)?[Ee]nde\s+(?:des\s+)?": "late"},
    seasons={"[Ff]rühjahr|[Ff]rühling|[Ff]rühlings": "spring", "[Ss]ommer": "summer", "[Hh]erbst": "autumn", "[Ww]inter": "winter"},
    quarter=r"<<N>>\s*(?:Quartals?|Vierteljahr(?:es)?)",
    quarters=(r"ersten?|1\.|I\.", r"zweiten?|2\.|II\.", r"dritten?|3\.|III\.", r"vierten?|letzten?|4\.|IV\."),
    year_words={r"\s+(?:dieses|diesen|des\s+laufenden)\s+Jahres": 0, r"\s+(?:des\s+)?(?:nächsten|kommenden)\s+Jahres": 1, r"\s+(?:des\s+)?(?:letzten|vergangenen|vorigen)\s+Jahres": -1},
    moved=r"\b(?:verschoben|verschiebt|verlegt|vertagt|verlängert|vorgezogen)\b",
    new_date=r"\b(?:auf|nun)\s+(?:den\s+|das\s+|dem\s+|am\s+|im\s+)?|\bbis\s+(?:zum\s+)?",
    former=r"\bfür\s+(?:den\s+)?(?=\d[^;]{3,25}?\s(?:geplant|vorgesehen|angesetzt|angekündigt|einberufen)e\w?\s[^;]{3,80}\b(?:erst|stattdessen)\b)|\b(?:ursprünglich|zunächst|eigentlich)\b[^.;:0-9]{0,40}?(?:\b(?:am|im|für|vom)\s+(?:den\s+)?)|\b(?:statt|anstelle)\s+(?:wie\s+geplant\s+)?(?:am\s+|im\s+|des\s+)?|\bnicht\s+(?:wie\s+geplant\s+)?(?:am|im)\s+",
    replaced=r"\b(?:vom|von|am)\s+(?:den\s+)?(?P<old>(?:[0-9]{1,2}\.\s?(?:[0-9]{1,2}\.|[A-ZÄ][a-zä]+)?|(?:Anfang|Mitte|Ende)\s+[A-ZÄ][a-zä]+)(?:\s?[0-9]{4})?)\s+(?:(?:wird|wurde|ist|muss|werden)\s+)?(?:\w+\s+)?"
    r"(?:(?:verschoben|verlegt|vertagt)\s+)?auf\s+(?:das\s+|den\s+(?=[0-9]+\.[0-9]))?",
    ahead=r"\b(?:wird|werden|findet|finden|beginnt|startet|eröffnet|öffnet|lädt|geplant|vorgesehen|nächste\w*|kommende\w*|soll\w*|ab|steht|tritt|trifft|endet|läuft|spätestens|Anmeldeschluss|Einsendeschluss|Frist)\b",
    past=r"\b(?:war|waren|fand|fanden|hatte|hatten|wurde|wurden|begann|endete|traf|trafen|eröffnete|starb|gegründet|letzte\w*)\b",
    sentence_end=r"(?<=[.!?])[\"”“»)]*(?=\s+[\"“„«(]?[A-ZÄÖÜ0-9])(?<!\b[0-9]\.)(?<!\b[0-9][0-9]\.)(?<!\b[A-Z]\.)(?<!\bz\. B\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bStr\.)(?<!str\.)(?<!\bNr\.)(?<!\bca\.)(?<!\bbzw\.)(?<!\b(?:Jan|Feb|Apr|Aug|Sep|Okt|Nov|Dez)\.)(?<!\bSept\.)",
    limits=(
        (r"\b(?:Tage?n?|Wochen?|Monate?n?|Jahre?n?|Stunden?)\s+(?:nach|vor)\s+(?:dem\s+)?⟦|\bVorabend\s+(?:des|zum)\s+⟦", DateLimit.COUNTED),
        (r"\b(?:etwa|ungefähr|circa|ca\.|rund)\s+(?:um\s+(?:den\s+)?|am\s+|im\s+)?⟦|\bum\s+(?:den\s+⟦|⟦den\s)", DateLimit.ABOUT),
        (r"\b(?:frühestens|nicht\s+vor|nicht\s+früher\s+als)\s+(?:ab\s+|am\s+|im\s+|dem\s+)?⟦", DateLimit.NOT_BEFORE),
        (r"\b(?:spätestens|nicht\s+später\s+als)\s+(?:bis\s+)?(?:zum\s+|am\s+|im\s+)?⟦|\bbis\s+spätestens\s+(?:zum\s+)?⟦|\bbis\s+⟦ende\b", DateLimit.NOT_AFTER),
        (rf"\b{_GERMAN_NOT}\b[^,.;:]{{0,40}}?(?P<words>\bvor\s+(?:dem\s+)?⟦)", DateLimit.NOT_BEFORE),
        (rf"(?P<words>\bvor\s+(?:dem\s+)?⟦[^⟧]*⟧)[^,.;:]{{0,60}}?\b{_GERMAN_NOT}\b", DateLimit.NOT_BEFORE),
        (r"\bvor\s+(?:dem\s+)?⟦", DateLimit.BEFORE),
    ),
)  # fmt: skip

_SPANISH_HALF = r"(?:de|por)\s+la\s+(?:mañana|tarde|noche|madrugada)|del\s+mediodía|a\.?\s?m\.?|p\.?\s?m\.?"
SPANISH = WordTable(
    tag="es",
    months=(
        "[Ee]nero", "[Ff]ebrero", "[Mm]arzo", "[Aa]bril", "[Mm]ayo", "[Jj]unio", "[Jj]ulio", "[Aa]gosto", "[Ss]ep?tiembre", "[Oo]ctubre",
        "[Nn]oviembre", "[Dd]iciembre",
    ),
    weekdays=("[Ll]unes", "[Mm]artes", "[Mm]iércoles", "[Jj]ueves", "[Vv]iernes", "[Ss]ábado", "[Dd]omingo"),
    day=rf"{_DIGITS}(?:\.?[ºo°])?(?![\d:])",
    join=r"\s+(?:de\s+)?",
    year_join=r",?\s+(?:del?\s+(?:año\s+)?)?",
    to=r"\s*(?:-|–|—|\bal?\b|\bhasta\b)\s*(?:el\s+)?(?:(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo),?\s+)?",
    both=r"\s+(?:y|e)\s+(?:el\s+)?",
    either=r"\s+[ou]\s+(?:e[ln]\s+)?",
    between=r"\b[Ee]ntre\s+(?:el\s+)?",
    in_month=r"(?:[Ee]n|[Dd]esde|[Hh]asta)\s+",
    year=r"(?:[Ee]n\s+)?(?:el\s+)?(?:año\s+)|[Ee]n\s+",
    clock=rf",?\s+(?:(?:a\s+las?|desde\s+las?|de|entre\s+las)\s+)?(?=[0-9:.]+\s*(?:h\b|hrs?\b|horas|{_SPANISH_HALF}|(?:a|y|hasta|-|–)\s)|[0-9]+:[0-9])(?P<start>{_HOUR})"
    rf"(?:\s*h(?:oras|rs?)?\b\.?)?(?:\s*(?:-|–|\by\b|\ba\b|\bhasta\b)\s*(?:las\s+)?(?P<end>{_HOUR}))?(?:\s*h(?:oras|rs?)?\b\.?)?(?:\s+(?P<half>{_SPANISH_HALF}))?",
    late=r"tarde|noche|mediod|p",
    early=r"mañana|madrugada|a\.?\s?m",
    parts={r"(?:a\s+)?(?:principios|comienzos|inicios)\s+del?\s+": "early", r"(?:a\s+)?mediados\s+del?\s+": "mid", r"(?:a\s+)?(?:finales|fines)\s+del?\s+": "late"},
    seasons={"primavera": "spring", "verano": "summer", "otoño": "autumn", "invierno": "winter"},
    quarter=r"<<N>>\s+trimestre",
    quarters=(r"primer|1\.?er", r"segundo|2\.?º", r"tercer|3\.?er", r"cuarto|último|4\.?º"),
    year_words={r"\s+(?:de|del)\s+(?:este|presente)\s+año": 0, r"\s+del?\s+(?:próximo\s+año|año\s+próximo|año\s+que\s+viene)": 1, r"\s+del\s+(?:año\s+pasado|pasado\s+año)": -1},
    moved=r"\b(?:aplaz\w+|pospon\w+|pospuest\w+|pospuso|posterg\w+|reprogram\w+|traslad\w+|adelant\w+|prorrog\w+)\b",
    new_date=r"\b(?:al|para\s+el|hasta\s+el|hasta|a|para)\s+(?:(?:el\s+)?día\s+)?",
    former=r"\b(?:previst|programad|convocad|fijad|anunciad)[oa]s?\s+para\s+(?:el\s+)?(?=\d[^.;]{0,40}?\b(?:se\s+(?:ha\s+)?(?:aplaz|pospon|posterg|reprogram|traslad|adelant)|(?:ha\s+sido|fue|queda)\s+(?:aplaz|pospuest|posterg|reprogram|traslad|adelant)|se\s+celebrará\s+(?:finalmente\s+)?el\s))|\b(?:inicialmente|originalmente|previst[oa]s?\s+(?:inicialmente|originalmente))\b[^.;:0-9]{0,40}?(?:\b(?:el|en|para\s+el)\s+)?(?=\d)|\b(?:estaban?|había\s+sido)\s+(?:previst|programad|convocad|fijad|anunciad)[oa]s?\s+(?:para\s+)?(?:el\s+)?(?=\d)|\ben\s+(?:lugar|vez)\s+del?\s+|\bno\s+el\s+",
    replaced=r"(?i:\b(?:aplaz|pospon|pospuest|posterg|reprogram|traslad|adelant|prorrog|ampl[ií])\w+\b[^.;:0-9]{0,40}?)(?P<old>\bdel?\s+[0-9]{1,2}\s+de\s+\w+(?:\s+del?\s+[0-9]{4})?)\s+al\s+",
    ahead=r"\b(?:será|serán|tendrá|tendrán|celebrará|celebrarán|se\s+celebra|comenzará|comienza|empezará|empieza|abrirá|inaugurará|realizará|llevará|previst\w+|próxim\w+|plazo|vence|finaliza|cierra|habrá|reunirá|abre|ofrecerá|convocad\w+|programad\w+|hasta|desde)\b",
    past=r"\b(?:fue|fueron|tuvo|tuvieron|celebró|celebraron|comenzó|empezó|inauguró|realizó|murió|nació|fundad\w+|pasad\w+|era|estuvo)\b",
    sentence_end=r"(?<=[.!?])[\"”»)]*(?=\s+[\"“«(¿¡]?[A-ZÁÉÍÓÚÑ0-9])(?<!\b[A-Z]\.)(?<!\bSr\.)(?<!\bSra\.)(?<!\bDr\.)(?<!\bSta\.)(?<!\bAv\.)(?<!\bNo\.)(?<!\bnúm\.)(?<![ap]\.m\.)(?<![ap]\. m\.)",
    limits=(
        (r"\b(?:días?|semanas?|mes(?:es)?|años?|horas?)\s+(?:después|antes)\s+del?\s+⟦|\b(?:días?|semanas?|meses)\s+a\s+partir\s+del?\s+⟦|\bvísperas?\s+del\s+⟦", DateLimit.COUNTED),
        (r"\b(?:alrededor|cerca)\s+del?\s+⟦|\b(?:aproximadamente|hacia)\s+(?:el\s+|en\s+)?⟦", DateLimit.ABOUT),
        (r"\b(?:no|nunca)\b(?!(?:\s+\w\w)*\s+(?:olvid|dej|pierd))[^,.;:]{0,40}?(?P<words>\bantes\s+del?\s+⟦)", DateLimit.NOT_BEFORE),
        (r"(?P<words>\bantes\s+del?\s+⟦[^⟧]*⟧)[^,.;:]{0,60}?\bno\b", DateLimit.NOT_BEFORE),
        (r"\bcomo\s+(?:muy\s+)?pronto\s+(?:el\s+|en\s+)?⟦|⟧\s+como\s+(?:muy\s+)?pronto\b", DateLimit.NOT_BEFORE),
        (r"\ba\s+más\s+tardar\s+(?:el\s+|en\s+)?⟦|\bno\s+más\s+tarde\s+del?\s+⟦|\bcomo\s+(?:muy\s+)?tarde\s+(?:el\s+|en\s+)?⟦|⟧\s+(?:a\s+más\s+tardar|como\s+(?:muy\s+)?tarde)\b", DateLimit.NOT_AFTER),
        (r"\bantes\s+del?\s+⟦", DateLimit.BEFORE),
    ),
)  # fmt: skip

_NEXT, _THIS, _LAST = r"(?:ال)?(?:مقبل|قادم)", r"(?:ال)?(?:جاري|حالي)", r"(?:ال)?(?:ماضي|منصرم)"
_ARABIC_HALF = r"صباح[اًً]*|فجر[اًً]*|ظهر[اًً]*|عصر[اًً]*|مساء[اًً]*|ليل[اًً]*|بعد\s+الظهر|قبل\s+الظهر"
ARABIC = WordTable(
    tag="ar",
    months=(
        r"يناير|كانون\s+الثاني|جانفي", r"فبراير|شباط|فيفري", r"مارس|آذار|اذار", r"[أإا]بريل|نيسان|أفريل", r"مايو|أيار|ايار|ماي", r"يونيو|حزيران|جوان",
        r"يوليو|تموز|جويلية", r"[أا]غسطس|آب|أوت", r"سبتمبر|[أا]يلول", r"[أا]كتوبر|تشرين\s+الأول", r"نوفمبر|تشرين\s+الثاني", r"ديسمبر|كانون\s+الأول",
    ),
    weekdays=(r"الا?[إا]?ثنين", "الثلاثاء", r"ال[أا]ربعاء", "الخميس", "الجمعة", "السبت", r"ال[أا]حد"),
    before_weekday=r"(?:الموافق\s+|الموافق\s+لـ?\s*)?",
    day=rf"{_DIGITS}(?![\d:])",
    join=r"\s*(?:من\s+)?(?:شهر\s+)?",
    year_join=r"(?:\s*[/(]\s*[^\W\d_]+(?:\s+(?:الأول|الثاني))?\)?)?،?\s+(?:من\s+)?(?:لعام\s+|عام\s+|العام\s+|سنة\s+|لسنة\s+)?",
    to=r"\s*(?:-|–|—|\bإلى\b|\bالى\b|\bو?حتى\b|\bو?لغاية\b)\s*(?:يوم\s+)?",
    both=r"\s+و\s*(?:يوم\s+)?",
    either=r"\s+أو\s+(?:في\s+)?(?:يوم\s+)?",
    between=r"\bبين\s+(?:يومي\s+|يوم\s+)?",
    in_month=r"(?:في|خلال|منذ)\s+(?:شهر\s+)?|شهر\s+",
    year=r"(?:عام|سنة|العام)\s+",
    clock=rf"(?:،?\s+(?:في\s+|عند\s+|من\s+)?(?:تمام\s+)?الساعة\s+(?P<start>\d{{1,2}}(?!\d)(?:[:.]\d\d)?)(?:\s*(?:-|–|إلى|الى|حتى)\s*(?:الساعة\s+)?(?P<end>\d{{1,2}}(?!\d)(?:[:.]\d\d)?))?"
    rf"(?:\s+(?P<half>{_ARABIC_HALF}))?)",
    late=r"ظهر(?!$)|ظهر[اًً]*$|عصر|مساء|بعد",
    early=r"صباح|فجر|قبل",
    parts={r"(?:أوائل|مطلع|بداية)\s+(?:شهر\s+)?": "early", r"منتصف\s+(?:شهر\s+)?": "mid", r"(?:أواخر|نهاية)\s+(?:شهر\s+)?": "late"},
    seasons={"(?:ال)?ربيع": "spring", "(?:ال)?صيف": "summer", "(?:ال)?خريف": "autumn", "(?:ال)?شتاء": "winter"},
    quarter=r"الربع\s+<<N>>",
    quarters=("الأول", "الثاني", "الثالث", "الرابع|الأخير"),
    year_words={
        rf"\s+(?:من\s+)?(?:هذا\s+العام|العام\s+{_THIS})": 0, rf"\s+(?:من\s+)?العام\s+{_NEXT}": 1, rf"\s+(?:من\s+)?العام\s+{_LAST}": -1,
    },
    needs_half=True,
    listing="[,،]",
    moved=r"\b(?:و|ف)?(?:تأجيل\w*|[تيأ]?ؤجل\w*|أُ?جّ?ل(?:ت)?|تأجل\w*|تقديم\s+موعد|إرجاء|أرجئ\w*)\b",
    new_date=r"\b(?:إلى|الى|حتى)\s+(?:يوم\s+)?",
    former=r"\bبدل(?:ا|اً|ًا)?\s+(?:من\s+)?(?:يوم\s+)?|\bوليس\s+(?:في\s+)?|\bكان\s+مقررً?ا?ً?\s+(?:في|يوم)\s+",
    replaced=rf"\b(?:و|ف)?(?:تأجيل\w*|[تيأ]?ؤجل\w*|تأجل\w*|تمديد|نقل|تقديم\s+موعد|إرجاء|أرجئ\w*)\b[^.؛:،\d]{{0,40}}?(?P<old>\bمن\s+(?:يوم\s+)?{_DIGITS}\s+[^\W\d]+(?:\s+\d{{4}})?)\s+(?:إلى|الى)\s+",
    ahead=r"\b(?:س[يتن]\w{2,}|سوف|المقرر|المزمع|المقبل|القادم|يقام|تقام|يعقد|تعقد|ينطلق|تنطلق|يبدأ|تبدأ|آخر\s+موعد|موعد)\b",
    past=r"\b(?:كان|كانت|أقيم|أقيمت|عقد|عقدت|انطلق|انطلقت|بدأ|بدأت|افتتح|توفي|تأسس\w*|الماضي|الماضية)\b",
    sentence_end=r"(?<=[.!?؟])[\"”»)]*(?=\s+\S)(?<!\b\d\.)(?<!\b\d\d\.)",
    limits=(
        (r"\b(?:يوم|يومين|أيام|أسبوع|أسبوعين|أسابيع|شهر|شهرين|أشهر|سنة|سنوات|ساعة|ساعات)\s+(?:من|بعد|قبل)\s+⟦|\bعشية\s+(?:يوم\s+)?⟦", DateLimit.COUNTED),
        (r"\b(?:نحو|حوالي|حوالى|تقريب[اً]+)\s+(?:في\s+)?(?:يوم\s+)?⟦", DateLimit.ABOUT),
        (r"\b(?:اعتبار[اً]+|ابتداءً?|بدء[اً]+)\s+من\s+(?:يوم\s+)?⟦", DateLimit.NOT_BEFORE),
        (r"\b(?:لا|لن|لم|ليس)\b(?!\s+ت(?:نس|فو[تّ]))[^.؛:،]{0,40}?(?P<words>\bقبل\s+(?:يوم\s+)?⟦)", DateLimit.NOT_BEFORE),
        (r"\bبحلول\s+⟦|\b(?:في\s+موعد\s+)?(?:أقصاه|لا\s+يتجاوز|لا\s+يتعدى)\s+(?:يوم\s+)?⟦", DateLimit.NOT_AFTER),
        (r"\bقبل\s+(?:يوم\s+)?⟦", DateLimit.BEFORE),
    ),
)  # fmt: skip

LANGUAGES_BY_TABLE = tuple(build_language(table) for table in (GERMAN, SPANISH, ARABIC))
