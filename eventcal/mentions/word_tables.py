"""The words of dates in Russian, German, Spanish and Arabic.

Less is read than in English: what is in no table is left out.
"""

from __future__ import annotations

import re
from itertools import pairwise

from . import dates
from .grammar import DateLimit, Reading, Scope
from .shared_forms import iso_week, weekday_alone
from .table_forms import DIGITS, WordTable

_HOUR = r"(?:2[0-4]|[01]?[0-9])(?!\d)(?:[:.][0-5][0-9](?!\d))?"

_GERMAN_NOT = r"(?:nicht|kaum|keine?[mnrs]?)"
_GERMAN_DAY, _GERMAN_MONTH = r"(?:[12][0-9]|3[01]|0?[1-9])\.", "(?:1[0-2]|0?[1-9])"
_GERMAN_LEADS = "|".join(
    f"(?<=[{word[0].upper()}{word[0]}]{word[1:]} )" for word in ("am", "vom", "zum", "bis", "ab", "den", "dem")
)
_GERMAN_LEAD = rf"(?:{_GERMAN_LEADS}|(?<=: )|(?<![^\n])(?=[0-9.]+\s*:))"


def _numeric_list(match: re.Match[str], scope: Scope) -> list[Reading]:
    """Reads days in digits of which the last has the year: one that would come after the next is of the year before."""
    days = [(int(month), int(day)) for day, month in re.findall(r"(\d+)\.\s*(\d+)\.", match["days"])]
    years = [int(match["year"])]
    for earlier, later in pairwise(days[::-1]):
        years.append(years[-1] - (later > earlier))
    return [dates.day(year, *day) for year, day in zip(years[::-1], days, strict=True)]


GERMAN = WordTable(
    tag="de",
    months=(
        r"Jan(?:uar|\.)|Jänner", r"Feb(?:ruar|er|\.)", r"März|Maerz|Mrz\.?", r"Apr(?:il|\.)", "Mai", r"Juni?", r"Juli?", r"Aug(?:ust|\.)",
        r"Sept?(?:ember|\.)", r"Okt(?:ober|\.)", r"Nov(?:ember|\.)", r"Dez(?:ember|\.)",
    ),
    weekdays=("Mo(?:ntag)?", "Di(?:enstag)?", "Mi(?:ttwoch)?", "Do(?:nnerstag)?", "Fr(?:eitag)?", "Sa(?:mstag)?|Sonnabend", "So(?:nntag)?"),
    before_weekday=r"(?:(?:den|dem|der)\s+)?",
    day=rf"{DIGITS}\.?(?![\d:])",
    join=r"\s*",
    year_join=r"\s+(?:des\s+Jahres\s+)?",
    to=r"\s*(?:-|–|—|/|\bbis(?:\s+(?:zum|einschließlich))?\b)\s*(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)\w*,?\s+(?:den\s+|dem\s+)?)?",
    both=r"\s*(?:\bund\b|&)\s*(?:am\s+|dem\s+)?",
    either=r"\s+oder\s+(?:am\s+)?",
    between=r"\b[Zz]wischen\s+(?:dem\s+)?",
    in_month=r"(?:[Ii]m|[Aa]b|[Ss]eit|[Bb]is|[Vv]on)\s+",
    year=r"(?:[Ii]m\s+)?Jahre?s?\s+",
    clock=rf"(?:,?\s+|\s+[-–—/|]\s+|\s*\()(?:Einlass:?\s+(?:um\s+|ab\s+)?{_HOUR}(?:\s*Uhr)?\s*[,;/–-]\s*(?=Beginn|Start|Anpfiff))?(?:(?:Beginn|Start|Anpfiff|Anstoß):?\s+)?(?:um\s+|ab\s+|von\s+)?(?=[0-9:.]+\s*(?:Uhr|[-–]|bis)|[0-9]+:[0-9])(?P<start>{_HOUR})(?:\s*Uhr)?"
    rf"(?:\s*(?:-|–|\bbis\b)\s*(?P<end>{_HOUR}))?(?:\s*Uhr\b)?(?:\s+(?P<half>morgens|früh|vormittags|mittags|nachmittags|abends|nachts)\b)?\)?(?:\s*\(?(?P<zone>MEZ|MESZ)\b\)?)?",
    zones={"MES?Z": "Europe/Berlin"},
    late="mittags|abends|nachts",
    early="morgens|früh|vormittags",
    week=r"(?:[Ii]n\s+der|[Dd]ie|[Dd]er)\s+Woche\s+(?:vom|ab\s+dem)\s+",
    night=rf"[Ii]n\s+der\s+Nacht\s+(?:vom\s+{DIGITS}\.\s+)?(?:zum|auf(?:\s+den)?)\s+",
    decade=r"(?P<year>(?:19|20|21)\d0)er(?:n|[\s-]Jahren?)?\b",
    parts={r"[Aa]nfang(?:\s+des)?": "early", r"[Mm]itte(?:\s+des)?": "mid", r"(?:[Gg]egen\s+)?[Ee]nde(?:\s+des)?": "late"},
    seasons={"[Ff]rühjahr|[Ff]rühling|[Ff]rühlings": "spring", "[Ss]ommer": "summer", "[Hh]erbst": "autumn", "[Ww]inter": "winter"},
    ordinals=(r"erste[nrs]?|1\.|I\.", r"zweite[nrs]?|2\.|II\.", r"dritte[nrs]?|3\.|III\.", r"vierte[nrs]?|4\.|IV\.", r"letzte[nrs]?"),
    quarter=r"<<N>>\s*(?:Quartals?|Vierteljahr(?:es)?)",
    halves=(r"(?:erste[nrs]?|1\.|I\.)\s*(?:Halbjahr(?:es)?|Hälfte(?:\s+des)?)", r"(?:zweite[nrs]?|2\.|II\.)\s*(?:Halbjahr(?:es)?|Hälfte(?:\s+des)?)"),
    steps={r"\s+(?:dieses|diesen|des\s+laufenden)\s+<<UNIT>>": 0, r"\s+(?:des\s+)?(?:nächsten|kommenden)\s+<<UNIT>>": 1, r"\s+(?:des\s+)?(?:letzten|vergangenen|vorigen)\s+<<UNIT>>": -1},
    units=("Jahres", "Monats"),
    moved=r"\b(?:verschoben|verschiebt|verlegt|vertagt|verlängert|vorgezogen)\b",
    new_date=r"\b(?:auf|nun)\s+(?:den\s+|das\s+|dem\s+|am\s+|im\s+)?|\bbis\s+(?:zum\s+)?",
    called_off=r"\babgesagt\b|\babzusagen\b|\bnicht\s+(?:aufrechterhalten|stattfinden)\b|\b(?:findet|finden)\s+(?:[^.;0-9]{0,60}?\s)?nicht\s+statt\b|\b(?:findet|finden)\s+keine?\s[^.;0-9]{1,60}?\sstatt\b|\b(?:fällt|fallen)\s+(?:[\w…]+\s+){0,5}aus\b"
    r"|\bentfällt\b|\bentfallen\b|(?:\bleider\s+|(?<!er\s))\bausfallen\b",
    former=r"\bfür\s+(?:den\s+)?(?=\d[^;]{3,25}?\s(?:geplant|vorgesehen|angesetzt|angekündigt|einberufen)e\w?\s[^;]{3,80}\b(?:erst|stattdessen)\b)|\b(?:ursprünglich|zunächst|eigentlich)\b[^.;:0-9]{0,40}?(?:\b(?:am|im|für|vom)\s+(?:den\s+)?)|\b(?:statt|anstelle)\s+(?:wie\s+geplant\s+)?(?:am\s+|im\s+|des\s+)?|\bnicht\s+(?:wie\s+geplant\s+)?(?:am|im)\s+"
    r"|[(\[]\s*(?:bisher|zuvor|vorher|früher|ursprünglich|eigentlich|statt)\s*:?\s*(?:(?:am|der|den|vom)\s+)?(?=\d)",
    replaced=r"(?<!\bNacht )\b(?:vom|von|am)\s+(?:den\s+)?(?P<old>(?:[0-9]{1,2}\.\s?(?:[0-9]{1,2}\.|[A-ZÄ][a-zä]+)?|(?:Anfang|Mitte|Ende)\s+[A-ZÄ][a-zä]+)(?:\s?[0-9]{4})?)\s+(?:(?:wird|wurde|ist|muss|werden)\s+)?(?:\w+\s+)?"
    r"(?:(?:verschoben|verlegt|vertagt)\s+)?auf\s+(?:das\s+|den\s+(?=[0-9]+\.[0-9]))?",
    ahead=r"\b(?:wird|werden|könnten?|dürften?|findet|finden|beginnt|startet|eröffnet|öffnet|lädt|geplant|vorgesehen|nächste\w*|kommende\w*|soll\w*|ab|steht|tritt|trifft|endet|läuft|spätestens|Anmeldeschluss|Einsendeschluss|Frist)\b",
    past=r"\b(?:war|waren|fand|fanden|hatte|hatten|wurde|wurden|begann|endete|traf|trafen|eröffnete|starb|verstorben|abgelaufen|gegründet|letzte\w*(?!\s+(?!(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag)\w*(?:tag|termin|vorstellung|aufführung|möglichkeit|gelegenheit|chance)\b|[^,.;]*:))\b",
    sentence_end=r"(?<=[.!?])[\"”“»)]*(?=\s+[\"“„«(]?[A-ZÄÖÜ0-9])(?<!\b[0-9]\.)(?<!\b[0-9][0-9]\.)(?<!\b[A-Z]\.)(?<!\bz\. B\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bStr\.)(?<!str\.)(?<!\bNr\.)(?<!\bca\.)(?<!\bbzw\.)(?<!\b(?:Jan|Feb|Apr|Aug|Sep|Okt|Nov|Dez)\.)(?<!\bSept\.)",
    limits=(
        (r"\b(?:Tage?n?|Wochen?|Monate?n?|Jahre?n?|Stunden?)\s+(?:nach|vor)\s+(?:dem\s+)?⟦|\bVorabend\s+(?:des|zum)\s+⟦", DateLimit.COUNTED),
        (r"\b(?:etwa|ungefähr|circa|ca\.|rund)\s+(?:um\s+(?:den\s+)?|am\s+|im\s+)?⟦|\bum\s+(?:den\s+⟦|⟦den\s)", DateLimit.ABOUT),
        (r"\b(?:frühestens|nicht\s+vor|nicht\s+früher\s+als|bis\s+mindestens|mindestens\s+bis)\s+(?:(?:jedoch|aber)\s+)?(?:zum\s+)?(?:ab\s+|am\s+|im\s+|dem\s+)?⟦|⟧\s*,?\s*frühestens\b|\bfrühester\s+(?:\w+\s+)?\w*(?:termin|tag)\b[^.;:]{0,20}?⟦", DateLimit.NOT_BEFORE),
        (r"\b(?:spätestens|nicht\s+später\s+als)\s+(?:(?:jedoch|aber)\s+)?(?:bis\s+)?(?:zum\s+|am\s+|im\s+)?⟦|\bbis\s+spätestens\s+(?:zum\s+)?⟦|\bbis\s+⟦ende\b|⟧\s*,?\s*spätestens\b", DateLimit.NOT_AFTER),
        (r"\b(?:bis\s+(?:zum\s+)?|vor\s+)Ende\s+(?:des\s+)?⟦", DateLimit.NOT_AFTER),
        (rf"\b{_GERMAN_NOT}\b[^,.;:]{{0,40}}?(?P<words>\bvor\s+(?:dem\s+)?⟦)", DateLimit.NOT_BEFORE),
        (rf"(?P<words>\bvor\s+(?:dem\s+)?⟦[^⟧]*⟧)[^,.;:]{{0,60}}?\b{_GERMAN_NOT}\b", DateLimit.NOT_BEFORE),
        (r"\bvor\s+(?:dem\s+)?⟦", DateLimit.BEFORE),
        (r"\bnach\s+(?:dem\s+)?⟦", DateLimit.AFTER),
    ),
    # "20.1., 23.1. und 5.2.2027"
    first=(
        (rf"(?<![\w./:-])(?P<days>(?:{_GERMAN_DAY}{_GERMAN_MONTH}\.(?:,\s*|\s+und\s+(?:am\s+)?))+{_GERMAN_DAY}{_GERMAN_MONTH}\.)(?P<year>20\d\d)(?!\d)", lambda _: _numeric_list),
        (r"\b(?:KW|[Kk]alenderwoche)\s?(?P<number>\d{1,2})(?:\s?[/,]\s?|\s+(?:(?:des\s+Jahres|im\s+Jahre?|in)\s+)?)<<Y>>", lambda _: iso_week),
        (r"\b(?P<number>\d{1,2})\.\s?(?:KW|Kalenderwoche)(?:\s?[/,]\s?|\s+(?:(?:des\s+Jahres|im\s+Jahre?|in)\s+)?)<<Y>>", lambda _: iso_week),
    ),
    # "am 16.3.", "Dienstag, 16.3.", "16.3.: Konzert", and no number of a section or a version
    last=(
        (rf"{_GERMAN_LEAD}(?P<d1>{_GERMAN_DAY})(?P<m1>{_GERMAN_MONTH})\.(?P<y1>)<<TO>>(?P<d2>{_GERMAN_DAY})(?P<m2>{_GERMAN_MONTH})\.(?P<year>)(?!\s?\d)", lambda forms: forms.days_of_two_months),
        (rf"{_GERMAN_LEAD}(?P<first>{_GERMAN_DAY})<<TO>>(?P<last>{_GERMAN_DAY})(?P<month>{_GERMAN_MONTH})\.(?P<year>)(?!\s?\d)", lambda forms: forms.days_of_month),
        (rf"(?:(?P<weekday><<WD>>)\.?,?\s+(?:den\s+|dem\s+)?|{_GERMAN_LEAD})(?P<day>{_GERMAN_DAY})(?P<month>{_GERMAN_MONTH})\.(?P<year>)(?:(?=\s\d{{1,2}}(?::\d\d|[\d.]*\s*(?:Uhr|(?:-|–|bis)\s*[\d.:]+\s*Uhr)))|(?!\s?\d))<<CLOCK>>?", lambda forms: forms.clocked),
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
    day=rf"{DIGITS}(?:\.?[ºo°])?(?![\d:])",
    join=r"\s+(?:de\s+)?",
    year_join=r",?\s+(?:del?\s+(?:año\s+)?)?",
    to=r"\s*(?:-|–|—|\bal?\b|\bhasta\b)\s*(?:el\s+)?(?:(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo),?\s+)?",
    both=r"\s+(?:y|e)\s+(?:el\s+)?",
    either=r"\s+[ou]\s+(?:e[ln]\s+)?",
    between=r"\b[Ee]ntre\s+(?:el\s+)?",
    in_month=r"(?:[Ee]n|[Dd]esde|[Hh]asta)\s+",
    year=r"(?:[Ee]n\s+)?(?:el\s+)?(?:año\s+)|[Ee]n\s+",
    clock=rf",?\s+(?!\d+\s*(?:y|al?|-|–)\s*\d+\s+de\s+(?!la\s))(?:(?:a\s+las?|desde\s+las?|de|entre\s+las)\s+)?(?=[0-9:.]+\s*(?:h\b|hrs?\b|horas|{_SPANISH_HALF}|(?:a|y|hasta|-|–)\s)|[0-9]+:[0-9])(?P<start>{_HOUR})"
    rf"(?:\s*h(?:oras|rs?)?\b\.?)?(?:\s*(?:-|–|\by\b|\ba\b|\bhasta\b)\s*(?:las\s+)?(?P<end>{_HOUR}))?(?:\s*h(?:oras|rs?)?\b\.?)?(?:\s+(?P<half>{_SPANISH_HALF}))?",
    week=r"(?:[Ee]n\s+)?[Ll]a\s+semana\s+del\s+",
    night=rf"[Ee]n\s+la\s+noche\s+(?:del?\s+{DIGITS}\s+)?al\s+",
    decade=r"(?:[Ll]os\s+)?años\s+(?P<year>(?:19|20|21)\d0)\b",
    late=r"tarde|noche|mediod|p",
    early=r"mañana|madrugada|a\.?\s?m",
    parts={r"(?:a\s+)?(?:principios|comienzos|inicios)(?:\s+del?)?": "early", r"(?:a\s+)?mediados(?:\s+del?)?": "mid", r"(?:a\s+)?(?:finales|fines)(?:\s+del?)?": "late"},
    seasons={"primavera": "spring", "verano": "summer", "otoño": "autumn", "invierno": "winter"},
    quarter=r"<<N>>\s+trimestre",
    ordinals=(r"primer|1\.?er", r"segundo|2\.?º", r"tercer|3\.?er", r"cuarto|4\.?º", "último"),
    halves=(r"primer(?:\s+semestre|a\s+(?:mitad|quincena))", r"segund(?:o\s+semestre|a\s+(?:mitad|quincena))"),
    steps={r"\s+del?\s+(?:este|presente)\s+<<UNIT>>": 0, r"\s+del?\s+(?:próximo\s+<<UNIT>>|<<UNIT>>\s+próximo|<<UNIT>>\s+que\s+viene)": 1, r"\s+del\s+(?:<<UNIT>>\s+pasado|pasado\s+<<UNIT>>)": -1},
    units=("año", "mes"),
    moved=r"\b(?:aplaz\w+|pospon\w+|pospuest\w+|pospuso|posterg\w+|reprogram\w+|traslad\w+|adelant\w+|prorrog\w+)\b",
    new_date=r"\b(?:al|para\s+el|hasta\s+el|hasta|a|para)\s+(?:(?:el\s+)?día\s+)?",
    called_off=r"\b(?:cancelad[oa]s?|suspendid[oa]s?|se\s+(?:cancela|suspende)n?)\b|\bno\s+se\s+(?:celebra|realiza)(?:r[áa])?n?\b(?=\s*(?:[.,;:!)]|$|este\s+año))",
    former=r"\b(?:previst|programad|convocad|fijad|anunciad)[oa]s?\s+para\s+(?:el\s+)?(?=\d[^.;]{0,40}?\b(?:se\s+(?:ha\s+)?(?:aplaz|pospon|posterg|reprogram|traslad|adelant)|(?:ha\s+sido|fue|queda)\s+(?:aplaz|pospuest|posterg|reprogram|traslad|adelant)|se\s+celebrará\s+(?:finalmente\s+)?el\s))|\b(?:inicialmente|originalmente|previst[oa]s?\s+(?:inicialmente|originalmente))\b[^.;:0-9]{0,40}?(?:\b(?:el|en|para\s+el)\s+)?(?=\d)|\b(?:estaban?|había\s+sido)\s+(?:previst|programad|convocad|fijad|anunciad)[oa]s?\s+(?:para\s+)?(?:el\s+)?(?=\d)|\ben\s+(?:lugar|vez)\s+del?\s+|\bno\s+el\s+"
    r"|[(\[]\s*(?:antes|anteriormente|originalmente|inicialmente)\s*:?\s*(?:el\s+)?(?=\d)",
    replaced=r"(?i:\b(?:(?:aplaz|pospon|pospuest|posterg|reprogram|traslad|adelant|prorrog|ampl[ií])\w+|(?:fecha|plazo|cierre|vencimiento)\b[^.;:0-9]{0,60}?\bpas(?:an?|ó|ará))\b[^.;:0-9]{0,40}?)(?P<old>\bdel?\s+[0-9]{1,2}\s+de\s+\w+(?:\s+del?\s+[0-9]{4})?)\s+al\s+",
    ahead=r"\b(?:podrían?|será|serán|tendrá|tendrán|celebrará|celebrarán|se\s+celebra|comenzará|comienza|empezará|empieza|abrirá|inaugurará|realizará|llevará|previst\w+|próxim\w+|plazo|vence|finaliza|cierra|habrá|reunirá|abre|ofrecerá|convocad\w+|programad\w+|hasta|desde)\b",
    past=r"\b(?:fue|fueron|tuvo|tuvieron|celebró|celebraron|comenzó|empezó|inauguró|realizó|murió|nació|fundad\w+|pasad\w+|era|estuvo)\b",
    sentence_end=r"(?<=[.!?])[\"”»)]*(?=\s+[\"“«(¿¡]?[A-ZÁÉÍÓÚÑ0-9])(?<!\b[A-Z]\.)(?<!\bSr\.)(?<!\bSra\.)(?<!\bDr\.)(?<!\bSta\.)(?<!\bAv\.)(?<!\bNo\.)(?<!\bnúm\.)(?<![ap]\.m\.)(?<![ap]\. m\.)",
    first=((r"\b[Ss]emana\s+(?P<number>\d{1,2})\s+del?\s+(?:año\s+)?<<Y>>", lambda _: iso_week),),
    limits=(
        (r"\b(?:días?|semanas?|mes(?:es)?|años?|horas?)\s+(?:después|antes)\s+del?\s+⟦|\b(?:días?|semanas?|meses)\s+a\s+partir\s+del?\s+⟦|\bvísperas?\s+del\s+⟦", DateLimit.COUNTED),
        (r"\b(?:alrededor|cerca)\s+del?\s+⟦|\b(?:aproximadamente|hacia)\s+(?:el\s+|en\s+)?⟦", DateLimit.ABOUT),
        (r"(?P<words>\bno\s+antes\s+del?\s+⟦)", DateLimit.NOT_BEFORE),
        (r"\b(?:no|nunca)\b(?!(?:\s+\w\w)*\s+(?:olvid|dej|pierd))[^,.;:]{0,40}?(?P<words>\bantes\s+del?\s+⟦)", DateLimit.NOT_BEFORE),
        (r"(?P<words>\bantes\s+del?\s+⟦[^⟧]*⟧)[^,.;:]{0,60}?\bno\b", DateLimit.NOT_BEFORE),
        (r"\bcomo\s+(?:muy\s+)?pronto\s+(?:el\s+|en\s+)?⟦|⟧\s+como\s+(?:muy\s+)?pronto\b", DateLimit.NOT_BEFORE),
        (r"\ba\s+más\s+tardar\s+(?:el\s+|en\s+)?⟦|\bno\s+más\s+tarde\s+del?\s+⟦|\bcomo\s+(?:muy\s+)?tarde\s+(?:el\s+|en\s+)?⟦|⟧\s+(?:a\s+más\s+tardar|como\s+(?:muy\s+)?tarde)\b", DateLimit.NOT_AFTER),
        (r"\b(?:antes\s+del?|hasta(?:\s+el)?)\s+(?:(?:fin|final|finales)\s+del?\s+⟦|⟦(?:fin|final))", DateLimit.NOT_AFTER),
        (r"\bantes\s+del?\s+⟦", DateLimit.BEFORE),
        (r"\bdespués\s+del?\s+⟦", DateLimit.AFTER),
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
    day=rf"{DIGITS}(?![\d:])",
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
    parts={r"(?:أوائل|مطلع|بداية)(?:\s+شهر)?": "early", r"منتصف(?:\s+شهر)?": "mid", r"(?:أواخر|نهاية)(?:\s+شهر)?": "late"},
    seasons={"(?:ال)?ربيع": "spring", "(?:ال)?صيف": "summer", "(?:ال)?خريف": "autumn", "(?:ال)?شتاء": "winter"},
    quarter=r"الربع\s+<<N>>",
    ordinals=("الأول", "الثاني", "الثالث", "الرابع", "الأخير"),
    halves=(r"النصف\s+الأول", r"النصف\s+الثاني"),
    steps={
        rf"\s+(?:من\s+)?(?:هذا\s+<<UNIT>>|<<UNIT>>\s+{_THIS})": 0, rf"\s+(?:من\s+)?<<UNIT>>\s+{_NEXT}": 1,
        rf"\s+(?:من\s+)?<<UNIT>>\s+{_LAST}": -1,
    },
    units=("العام", "الشهر"),
    needs_half=True,
    first=(
        (r"(?P<name><<WD>>)\s+<<N>>\s+(?:من|في)\s+(?:شهر\s+)?(?P<month><<M>>)<<OF>>?", lambda forms: forms.nth_weekday),
        (r"(?:ال)?[أا]سبوع\s+(?P<number>\d{1,2})\s+(?:من\s+)?(?:عام\s+|سنة\s+)?<<Y>>", lambda _: iso_week),
    ),
    week=r"(?:في\s+)?(?:ال)?[اأ]سبوع\s+(?:الذي\s+)?(?:يبدأ\s+(?:في\s+|يوم\s+)?)?",
    listing="[,،]",
    moved=r"\b(?:و|ف)?(?:تأجيل\w*|[تيأ]?ؤجل\w*|أُ?جّ?ل(?:ت)?|تأجل\w*|تقديم\s+موعد|إرجاء|أرجئ\w*)\b",
    new_date=r"\b(?:إلى|الى|حتى)\s+(?:يوم\s+)?",
    called_off=r"\b[وف]?(?:[إا]لغاء|[أا]ُ?لغ(?:يت?|ت|ى)|[تي]ُ?لغى)\b|\bلن\s+[تي]ُ?(?:عقد|قام)\b(?=\s*(?:[.،؛:!)]|$))",
    former=r"\bبدل(?:ا|اً|ًا)?\s+(?:من\s+)?(?:يوم\s+)?|\bوليس\s+(?:في\s+)?|\bكان\s+مقررً?ا?ً?\s+(?:في|يوم)\s+|[(\[]\s*(?:سابقا|سابقًا|كان)\s*:?\s*(?:يوم\s+)?(?=\d)",
    replaced=rf"\b(?:و|ف)?(?:تأجيل\w*|[تيأ]?ؤجل\w*|تأجل\w*|تمديد|نقل|تقديم\s+موعد|إرجاء|أرجئ\w*)\b[^.؛:،\d]{{0,40}}?(?P<old>\bمن\s+(?:يوم\s+)?{DIGITS}\s+[^\W\d]+(?:\s+\d{{4}})?)\s+(?:إلى|الى)\s+",
    ahead=r"\b[وف]?(?:قد|س[يتن]\w{2,}|سوف|المقرر|المزمع|المقبل|القادم|يقام|تقام|يعقد|تعقد|ينطلق|تنطلق|يبدأ|تبدأ|آخر\s+موعد|موعد)\b",
    past=r"\b[وف]?(?:كان|كانت|أقيم|أقيمت|عقد|عقدت|انطلق|انطلقت|بدأ|بدأت|افتتح|توفي|تأسس\w*|الماضي|الماضية)\b",
    sentence_end=r"(?<=[.!?؟])[\"”»)]*(?=\s+\S)(?<!\b\d\.)(?<!\b\d\d\.)",
    limits=(
        (r"\b(?:يوم|يومين|أيام|أسبوع|أسبوعين|أسابيع|شهر|شهرين|أشهر|سنة|سنوات|ساعة|ساعات)\s+(?:من|بعد|قبل)\s+⟦|\bعشية\s+(?:يوم\s+)?⟦", DateLimit.COUNTED),
        (r"\b(?:نحو|حوالي|حوالى|تقريب[اً]+)\s+(?:في\s+)?(?:يوم\s+)?⟦", DateLimit.ABOUT),
        (r"\b(?:اعتبار[اً]+|ابتداءً?|بدء[اً]+)\s+من\s+(?:يوم\s+)?⟦", DateLimit.NOT_BEFORE),
        (r"\b[وف]?(?:لا|لن|لم|ليس)\b(?!\s+ت(?:نس|فو[تّ]))[^.؛:،]{0,40}?(?P<words>\bقبل\s+(?:يوم\s+)?⟦)", DateLimit.NOT_BEFORE),
        (r"\b(?:قبل|حتى|بحلول)\s+(?:نهاية|آخر)\s+⟦", DateLimit.NOT_AFTER),
        (r"\bبحلول\s+⟦|\b(?:في\s+موعد\s+)?(?:أقصاه|لا\s+يتجاوز|لا\s+يتعدى)\s+(?:يوم\s+)?⟦", DateLimit.NOT_AFTER),
        (r"\bقبل\s+(?:يوم\s+)?⟦", DateLimit.BEFORE),
        (r"\bبعد\s+(?:يوم\s+)?⟦", DateLimit.AFTER),
    ),
)  # fmt: skip

# "19-30" is no span: no hour is 30, and none comes before 00
_MINUTE = r"(?:(?:[:.]|-(?=(?:00|2[5-9]|[3-5][0-9])(?![0-9])))[0-5][0-9])"
_TO_HOUR = r"\s*(?:до|[-–—])\s*"
_RUSSIAN_HALF = r"утра|дня|вечера|ночи"
# в 15:00, 15:00, с 10.00 до 12.30, в 15 часов, с 15 до 17 часов, в 9 утра, в 7 часов вечера, в 11 ночи
_RUSSIAN_CLOCK = (
    rf"(?:[Сс]бор(?:\s+\w+)?\s+в\s+[0-9]{{1,2}}[:.][0-9]{{2}},\s+(?=начало))?(?:[Нн]ачало:?\s+)?(?:[ВвСс]\s+|(?<=[-–—]\s)(?=[0-9]{{1,2}}[:.][0-9]{{2}})|(?=[0-9]{{1,2}}:))(?=[0-9]{{1,2}}(?:{_MINUTE}|(?:{_TO_HOUR}[0-9]{{1,2}})?\s+(?:час(?:а|ов)?|{_RUSSIAN_HALF})\b))"
    rf"(?P<start>(?:2[0-3]|[01]?[0-9])(?![0-9]){_MINUTE}?)(?:{_TO_HOUR}(?P<end>(?:2[0-3]|[01]?[0-9])(?![0-9]){_MINUTE}?))?"
    rf"(?:\s+час(?:а|ов)?\b)?(?:\s+(?P<half>{_RUSSIAN_HALF})\b)?"
    r"(?:\s+\(?(?P<zone>по\s+\w+\s+времени|по\s+времени\s+\w+|[Мм][Сс][Кк]\b|UTC\b)\)?)?"
)


def _relative_day(match: re.Match[str], scope: Scope) -> Reading:
    number = {"сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "позавчера": -2}[match[0].lower()]
    return dates.shifted(scope.published, number)


def _relative_unit(match: re.Match[str], scope: Scope) -> Reading:
    unit = {"м": "month", "г": "year", "н": "week"}[match["unit"].lower()[0]]
    step = {"с": 1, "б": 1, "п": -1}.get(match["which"].lower()[0], 0)
    return dates.shifted_period(scope.published, unit, step)


_RUSSIAN_MOVED = r"(?<!не )\b(?:перен[её]с\w*|перенос\w*|отлож\w+|отклад\w+|сдвин\w+)\b"
_RUSSIAN_WEEKDAYS = (
    "[Пп]онедельник",
    "[Вв]торник",
    "[Сс]ред[ау]",
    "[Чч]етверг",
    "[Пп]ятниц[ау]",
    "[Сс]уббот[ау]",
    "[Вв]оскресенье",
)
RUSSIAN = WordTable(
    tag="ru",
    months=(
        "январ[ьяею]", "феврал[ьяею]", "март[ауе]?", "апрел[ьяею]", "ма[йяею]", "июн[ьяею]", "июл[ьяею]", "август[ауе]?", "сентябр[ьяею]",
        "октябр[ьяею]", "ноябр[ьяею]", "декабр[ьяею]",
    ),
    weekdays=_RUSSIAN_WEEKDAYS,
    day=rf"{DIGITS}(?:-?(?:го|е|ое|ого))?(?![\d:])",
    join=r"\s+",
    year_join=r",?\s+",
    year_end=r"(?:\s*(?:год(?:а|у|ом|е)?|гг?\.?)(?![а-яё]))?",
    to=rf"\s*(?:-|–|—|−|\bпо\b|\bдо\b)\s*(?:в\s+)?(?:(?:{'|'.join(_RUSSIAN_WEEKDAYS)}),?\s+)?",
    both=r"\s+и\s+",
    either=r"\s+или\s+",
    between=r"\b[Мм]ежду\s+",
    in_month=r"(?:[Вв]|[Кк]|[Дд]о|[Сс])\s+",
    week=r"(?:[Нн]а\s+неделе|[Вв]\s+неделю|[Нн]еделя)\s+со?\s+",
    night=rf"[Вв]\s+ночь\s+(?:со?\s+{DIGITS}(?:\s+[а-я]+)?\s+)?на\s+",
    decade=r"(?P<year>(?:19|20|21)\d0)-(?:е|х)(?:\s+год\w*)?",
    clock=rf"(?:,?\s+|\s+[-–—]\s+|\s*\(){_RUSSIAN_CLOCK}",
    late="дня|вечера|ночи",
    early="утра",
    zones={r"по\s+местному\s+времени": "", r"по\s+московскому\s+времени|мск": "Europe/Moscow", "UTC": "UTC"},
    parts={"[Нн]ачал[аеуо]": "early", "[Сс]ередин[аеуы]": "mid", "[Кк]он(?:ц[аеуы]|ец)": "late"},
    seasons={"[Вв]есн(?:ой|[ауы])": "spring", "[Лл]етом": "summer", "[Оо]сенью?": "autumn", "[Зз]имой": "winter"},
    ordinals=(r"[Пп]ерв\w+|I|1(?:-[йм])?", r"[Вв]тор\w+|II|2(?:-[йм])?", r"[Тт]рет\w+|III|3(?:-[йм])?", r"[Чч]етв[её]рт\w+|IV|4(?:-[йм])?", r"[Пп]оследн\w+"),
    quarter=r"<<N>>\s+квартал[аеу]?",
    halves=(r"(?:[Пп]ерв\w+|I)\s+(?:половин[аеуы]|полугоди[еия])", r"(?:[Вв]тор\w+|II)\s+(?:половин[аеуы]|полугоди[еия])"),
    steps={r",?\s+(?:(?:числа\s+)?(?:этого|нынешнего|текущего)\s+<<UNIT>>|[ст]\.\s?г\.)": 0, r",?\s+(?:числа\s+)?(?:следующего|будущего)\s+<<UNIT>>": 1, r",?\s+(?:числа\s+)?прошлого\s+<<UNIT>>": -1},
    units=("года", "месяца"),
    moved=_RUSSIAN_MOVED,
    new_date=rf"{_RUSSIAN_MOVED}(?:(?!{_RUSSIAN_MOVED}|\b(?:за)?(?:планир|назнач|намеч)\w+)[^;])*?\b(?:на|до|по)\s+[^;0-9]{{0,20}}",
    called_off=r"\bотмен[её]н[аоы]?\b|\bотменил[аи]?\b|\bотменя[ею]тся\b|\bне\s+(?:состо(?:ит|ят)ся|пройд(?:[её]т|ут)|провод[ия]тся)\b(?=\s*(?:[.,;:!)]|$|в\s+этом\s+году|из-за))",
    former=r"\b(?:[Рр]анее|[Пп]ервоначально|[Ии]значально)\s+(?:за)?(?:планир|назнач|намеч)\w+\s+(?:на\s+)?|\b(?:за)?планировал\w*\s+(?:провести\s+)?на\s+(?=[0-9])|\b[Вв]место\s+|\b[Бб]ыл[аио]?\s+(?:за)?(?:планир|назнач|намеч)\w+\s+(?:на\s+)?(?=[0-9])|\bне\s+(?=[0-9])|,\s+а\s+не\s+(?:на\s+|в\s+|с\s+)?"
    r"|\b[Рр]анее\s+(?:сообща|объявля|говори|предполага)\w+,?\s[^.;:0-9]{0,80}(?=[0-9])|[(\[]\s*(?:ранее|было|прежде|первоначально|изначально)\s*:?\s*(?:на\s+)?(?=[0-9])",
    # «перенесён с 3 марта на 10 марта»
    replaced=r"\b(?:[Пп]еренес\w+|[Пп]еренос\w+|[Оо]тлож\w+|[Сс]двин\w+)\b[^.;:]{0,40}?"
    r"(?P<old>\bсо?\s+(?:(?!\bна\b)[^.;:]){0,80}?(?:[0-9]|<<M>>)(?:(?!\bна\b)[^.;:]){0,120})\bна\b",
    ahead=r"\b(?:мо(?:жет|гут|гли\s+бы|г(?:ла|ло)?\s+бы)|состоится|состоятся|пройд[её]т|пройдут|будет|будут|заплан\w+|планирует\w*|намечен\w*|назначен\w*|ожидает\w*|откроется|начн[её]тся|предсто\w+|должн\w+|проведут|провед[её]т|соберутся|встретятся|следующ\w+|примет|ждут|перен[её]с\w*|отлож\w+|сдвин\w+)\b",
    past=r"\b(?:состоял\w+|прош[её]л|прошл[аио]\w*|был[аио]?|провел[аи]?|пров[её]л|подписал\w*|принял\w*|открыл\w*|начал(?:ся|ась|ось|ись)|заверш(?:ил|[её]н)\w*|встретил\w+|основан\w*|создан\w*|приня\w+|объявил\w*)\b",
    sentence_end=r"(?<=[.!?…])[\"”»)]*(?=\s+[\"“«(]?[А-ЯЁA-Z0-9])(?<!\bг\.)(?<!\bгг\.)(?<!\bул\.)(?<!\bим\.)(?<!\b[А-ЯЁ]\.)",
    limits=(
        (r"\b(?:дн(?:я|ей|ь)|сут(?:ки|ок)|недел[юиья]|месяц(?:а|ев)?|год(?:а)?|лет|час(?:а|ов)?|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)\s+(?:после|до|перед|со\s+дня)\s+⟦", DateLimit.COUNTED),
        (r"\b(?:примерно|около|ориентировочно|приблизительно)\s+(?:в\s+|на\s+|к\s+)?⟦", DateLimit.ABOUT),
        (r"\bне\s+(?:ранее|раньше)\s+(?:чем\s+)?(?:в\s+|во\s+)?⟦", DateLimit.NOT_BEFORE),
        (r"\bне\b(?!\s+(?:забуд|пропус|упус|опозда))[^,.;:]{0,40}?(?P<words>\bдо\s+⟦)", DateLimit.NOT_BEFORE),
        (r"\bпосле\s+⟦", DateLimit.AFTER),
        (r"\bне\s+(?:позднее|позже)\s+(?:чем\s+)?⟦|\bдо\s+(?:⟦конц|(?:конца|окончания)\s+⟦)|\bк\s+⟦|⟦к\s", DateLimit.NOT_AFTER),
    ),
    first=(
        (rf"\b{_RUSSIAN_CLOCK},?\s+<<W>><<DAY>><<G>>(?P<month><<M>>)<<OF>>?", lambda forms: forms.clocked),
        (r"\b(?P<number>\d{1,2})-?(?:я|ю|й|ой|ей)\s+недел[яюеи]\s+<<Y>>(?:\s*г(?:ода|оду|\.))?", lambda _: iso_week),
    ),
    last=(
        (r"\b<<Y>>(?:(?<=год)|(?<=году)|(?<=г\.))", lambda forms: forms.whole_year),
        (r"\b(?:[Сс]егодня|[Зз]автра|[Пп]ослезавтра|[Вв]чера|[Пп]озавчера)\b", lambda _: _relative_day),
        (r"\b(?P<which>[Ээ]т|[Нн]ынешн|[Тт]екущ|[Сс]ледующ|[Бб]удущ|[Пп]рошл)\w+\s+(?P<unit>месяц|год|недел)\w*", lambda _: _relative_unit),
        (r"\b[Вв]о?\s+<<WD>>(?!,?\s+[0-9]{1,2}(?:\s|-го))", lambda _: weekday_alone),
    ),
)  # fmt: skip

TABLES = {table.tag: table for table in (RUSSIAN, GERMAN, SPANISH, ARABIC)}
