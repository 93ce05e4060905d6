"""Words and signs of dates in other scripts and languages become plain English ones: "３ de marzo de 2027", "2027年9月14日至18日".

Only for advice. Names that mean different months in different languages (listopad, srpen) are not among them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from .calendar_days import MONTH_NAMES, OtherCalendar
from .values import ENGLISH_MONTHS, ENGLISH_WEEKDAYS

# Full-width forms of the printable ASCII characters, Arabic digits and comma, the ideographic space, quotes and signs that look like a hyphen, and
# Korean for year, month and day.
_PLAIN_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x0660 + digit: 0x30 + digit for digit in range(10)} | {
    0x060C: ",", 0x3000: " ", 0x2192: "\u2013", 0x2022: ",", 0x00B7: ",", 0x2010: "-", 0x2011: "-", 0x2012: "\u2013", 0x2212: "-", 0x301C: "~", 0x2018: "'", 0x2019: "'", 0xB144: "年", 0xC6D4: "月", 0xC77C: "日", 0x201C: '"', 0x201D: '"',
}  # fmt: skip

# One line for each month: its names in German, French, Spanish, Portuguese, Italian, Dutch, the languages of Scandinavia,
# Russian, Polish, Czech, Romanian, Turkish, Hungarian, Ukrainian and Arabic, without accents.
_MONTHS = """
januar janner janvier enero janeiro gennaio januari janv ene января январь январе stycznia styczen ledna leden ianuarie ocak січня січень يناير جانفي
februar fevrier febrero fevereiro febbraio februari fevr февраля февраль феврале lutego luty unora unor februarie subat februar лютого лютии فبراير شباط فيفري
marz mars marzo marco maart mrz marts марта март марте marca marzec brezna brezen martie mart marcius березня березень مارس آذار
avril abril aprile avr abr апреля апрель апреле kwietnia kwiecien dubna duben aprilie nisan aprilis квітня квітень ابريل أبريل إبريل نيسان أفريل
mai mayo maio maggio mei maj мая май мае maja kvetna kveten mayis mayıs majus травня травень مايو أيار ايار ماي
juni juin junio junho giugno июня июнь июне czerwca czerwiec cervna cerven iunie haziran junius червня червень يونيو حزيران جوان
juli juil juillet julio julho luglio июля июль июле lipca lipiec cervence cervenec iulie temmuz julius липня липень يوليو تموز جويلية
aout agosto augustus augusti ago августа август августе sierpnia sierpien srpna agustos ağustos augusztus серпня серпень اغسطس أغسطس آب أوت
septembre septiembre setiembre setembro settembre сентября сентябрь сентябре wrzesnia wrzesien zari septembrie eylul szeptember вересня вересень سبتمبر أيلول ايلول
oktober octobre octubre outubro ottobre okt октября октябрь октябре pazdziernika pazdziernik rijna rijen octombrie ekim жовтня жовтень اكتوبر أكتوبر
novembre noviembre novembro ноября ноябрь ноябре listopadu noiembrie kasim kasım листопада листопад نوفمبر
dezember decembre diciembre dezembro dicembre dez dic декабря декабрь декабре grudnia grudzien prosince prosinec decembrie aralik aralık грудня грудень ديسمبر
"""
_WEEKDAYS = """
montag lundi lunes lunedi lun maandag понедельник пн poniedzialek понеділок mandag poniedziałek pondeli luni pazartesi hetfo الاثنين الإثنين
dienstag mardi martes martedi dinsdag вторник вт wtorek вівторок tisdag tirsdag utery marti sali salı kedd الثلاثاء
mittwoch mercredi miercoles mercoledi mie woensdag среда среду ср sroda srode середа середу onsdag streda stredu miercuri carsamba szerda الأربعاء الاربعاء
donnerstag jeudi jueves giovedi jeu jue donderdag четверг чт czwartek четвер torsdag ctvrtek joi persembe csutortok الخميس
freitag vendredi viernes venerdi ven vie vrijdag пятница пятницу пт piatek fredag patek vineri cuma pentek الجمعة
samstag samedi sabado sabato sam sab zaterdag суббота субботу сб sobota sobote субота суботу lördag lordag lørdag sambata cumartesi szombat السبت
sonntag dimanche domingo domenica dim dom zondag воскресенье вс niedziela niedziele неділя неділю sondag søndag nedele duminica pazar vasarnap الأحد الاحد
"""
_WEEKDAY_NAMES = "|".join(name for name in _WEEKDAYS.split() if len(name) > 3)
_PARTS = {
    "early": "anfang debut principios inicio inicios inizio начало начале أوائل اوائل مطلع بداية",
    "mid": "mitte mi mediados meados meta середина середине منتصف أواسط",
    "late": "ende fin finales final fine конец конце أواخر اواخر نهاية",
    "spring": "fruhling fruhjahr printemps primavera весна весной весны ربيع الربيع",
    "summer": "sommer ete verano verao estate лето летом лета صيف الصيف",
    "autumn": "herbst automne otono outono autunno осень осенью осени خريف الخريف",
    "winter": "hiver invierno inverno зима зимой зимы شتاء الشتاء",
}
# Weekdays of two letters are words of their own in some languages, so they count only at the beginning.
_SHORT_WEEKDAYS = dict(zip(["mo", "di", "mi", "do", "fr", "sa", "so"], ENGLISH_WEEKDAYS, strict=True))
_DATE_WORDS = {
    foreign: english
    for names, words in ((ENGLISH_MONTHS, _MONTHS), (ENGLISH_WEEKDAYS, _WEEKDAYS))
    for english, line in zip(names, words.strip().splitlines(), strict=True)
    for foreign in line.split()
}
_PART_WORDS = {foreign: english for english, line in _PARTS.items() for foreign in line.split()}
# What stands between the parts of a date, and says no more than their order.
_FILLER_LINE = "le la les los las du des de del do da della di den der dem vom am im em en il dal el in um von в во с г года году год р року r roku في من عام سنة لعام شهر يوم م"
_FILLERS = frozenset(_FILLER_LINE.split())
_JOINERS = frozenset(["au", "bis", "al", "a", "ao", "tot", "till", "til", "по", "إلى", "الى", "حتى"])
_CONJUNCTIONS = dict.fromkeys(["und", "et", "y", "e", "и"], "and") | dict.fromkeys(
    ["oder", "ou", "o", "или", "أو"], "or"
)
_ORDINALS = (
    r"1(?:er|ere|\.|º|-?й|-?е|-?м)?|i|erste[ns]|premier|primer|первый|первое|первом",
    r"2(?:e|eme|\.|º|-?й|-?е|-?м)?|ii|zweite[ns]|deuxieme|second|segundo|второй|второе|втором",
    r"3(?:e|eme|\.|º|-?й|-?е|-?м)?|iii|dritte[ns]|troisieme|tercer|третий|третьем",
    r"4(?:e|eme|\.|º|-?й|-?е|-?м)?|iv|vierte[ns]|quatrieme|cuarto|четвертый|четвертом|четвёртый|четвёртом",
)
_ARABIC_ORDINALS = ("الأول", "الثاني", "الثالث", "الرابع")
_ISLAMIC_MONTHS = (
    "محرم", "صفر", "ربيع الأول", "ربيع (?:الآخر|الثاني)", "جمادى (?:الأولى|الأول)", "جمادى (?:الآخرة|الثانية|الآخر)",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة|ذي القعدة", "ذو الحجة|ذي الحجة",
)  # fmt: skip
_CLOCK = r"([0-9]{1,2})(?: ?[:.h-] ?([0-5][0-9]))?"
_OCLOCK = r" ?(?:uhr|uur|horas|h|ч(?:ас(?:ов|а)?)?)(?!\w)\.?(?! [0-9]{4})"

# Phrases without accents, and what is said in English; a text that has one of them is taken for one of another language.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE), english)
    for pattern, english in (
        (
            r"^(?:(?:termin|datum|fecha|date|дата) )?(?:noch offen|steht noch nicht fest|wird noch .*|folgt|dates? a venir|noch unbekannt|(?:por|a) (?:confirm|determin|defin|anunci|precis|ven)\w+"
            r"|(?:еще |ещё )?(?:не определена|не объявлена|неизвестна|уточняется|будет (?:объявлен[ао]|уточнен[ао]).*))$",
            "TBD",
        ),
        (r"^(?:(?:الموعد|التاريخ) )?(?:(?:سوف )?[يست]*حدد لاحقا|غير محدد|لم يحدد بعد|[يست]*علن لاحقا)$", "TBD"),
        (r"^(?:entfallt|abgesagt|отмен\w+|cancelad[oa]|suspendid[oa]|annule\w*|ملغى|ألغي)$", "cancelled"),
        (r"^(?:verschoben|перенес\w+|отложен\w*|aplazad[oa]|pospuest[oa]|reporte\w*|مؤجل)$", "postponed"),
        (r"^(?:не планируется|nicht geplant|no previsto)$", "none"),
        (r"(?:bis auf weiteres|до (?:особого|дальнейшего) \w+|до отмены|hasta nuev[oa] (?:aviso|orden)|jusqu'a nouvel ordre|حتى إشعار آخر)$", "until further notice"),
        (r"(?:a partir de|einlass|beginn|начало(?: в)?|debut)[: ]+(?=[0-9]{1,2}(?:[:.][0-9]{2}| ?uhr| ?h))", "from "),
        (r"([0-9]{1,2})(?: час(?:ов|а))? (?:вечера|дня)$", r"\1 pm"),
        (r"([0-9]{1,2})(?: час(?:ов|а))? (?:утра|ночи)$", r"\1 am"),
        (r"^(?:heute|aujourd'hui|hoy|сегодня)$", "today"),
        (r"(?:oster|paques|pascua|пасх)\w*|semana santa|karwoche", "easter"),
        (r"(?:pfingst|pentec|троиц)\w*", "pentecost"),
        (r"(?:weihnacht|navidad|рождеств)\w*|noel(?= [0-9]{4}$)|sylvester|silvester|jahreswechsel|nochevieja|(?:новый|нового|новым) год\w*", "christmas"),
        *((rf"{arabic}(?!\w)", english) for arabic, english in zip(_ISLAMIC_MONTHS, MONTH_NAMES[OtherCalendar.ISLAMIC], strict=True)),
        (r"عيد(?: \w+)?", "eid"),
        (r"كانون الثاني", "January"),
        (r"كانون الأول", "December"),
        (r"تشرين الأول", "October"),
        (r"تشرين الثاني", "November"),
        (r"mitternacht|minuit|medianoche|полночь", "midnight"),
        (r"mittags?|midi|mediodia|полдень", "noon"),
        (r"ganztagig|toute la journee|todo el dia|весь день", "all day"),
        (r"(?:winter|sommer)semester|semestre d'\w+", "semester"),
        (rf"(?:von |de |с |desde las )?{_CLOCK}(?:{_OCLOCK})? ?(?:-|\u2013|bis|a|до|a las|hasta las) ?{_CLOCK}{_OCLOCK}", r" \1:\2 - \3:\4"),
        (rf"(?:von|de|с|desde las) {_CLOCK} (?:bis|a|до|hasta las) {_CLOCK}$", r" \1:\2 - \3:\4"),
        (
            rf"(?:um|ab|des|a las|ore|as|om|kl\.?|godz\.?|(?:a|в)(?= [0-9]{{1,2}}(?:[:.h-][0-9]{{2}}|{_OCLOCK}))) {_CLOCK}(?:{_OCLOCK})?(?=$| [ap]m| del? )",
            r" \1:\2",
        ),
        (r"([0-9]{1,2}) ?h ?([0-5][0-9])(?!\w)", r"\1:\2"),
        (rf"(?<![(+]){_CLOCK}{_OCLOCK}", r"\1:\2"),
        (r"de la (?:tarde|noche)", "pm"),
        (r"de la manana", "am"),
        (r"^(?:bis|jusqu'en|до|hasta) (?:ende|fin(?:ales)?|конца)(?: de)? ", "by the end of "),
        (
            r"^(?:ab|fruhestens(?: ab)?|a partir d(?:el?|u)|desde|au plus tot|не ранее|не раньше|начиная с|с(?!.* по )|(?:ابتداء|اعتبارا|بدءا) من|ليس قبل|من(?!.* (?:إلى|الى|حتى) [0-9])(?= [0-9]))(?: dem| el| le)? ",
            "from ",
        ),
        (
            r"^(?:bis(?: zum)?|spatestens(?: am| bis)?|jusqu'(?:au|en|a)|au plus tard|hasta|a mas tardar|fino al?|до|не позднее|не позже|حتى|(?:في )?موعد أقصاه)(?: el| le)? ",
            "by ",
        ),
        (r"^(?:vor|avant|antes de|قبل)(?: dem| le|l)? ", "before "),
        (r"^(?:voraussichtlich|vsl\.?|vermutlich|geplant(?: fur)?|ожидается|запланировано на|prevu|previsto|prevista|probable\w*|предположительно|предварительно|(?:من ال|ي)?متوقع|يتوقع)(?: im| en| в| para)? ", "expected "),
        (r"^(?:etwa|ungefahr|um(?= de[nm] )|vers|environ|hacia|около|примерно|ориентировочно|حوالي|نحو)(?: im| в| de[nm])? ", "about "),
        (r"^(?:nicht vor|pas avant|no antes de)(?: dem| le)? ", "from "),
        (r"^(?:d'ici|avant|к) (?:fin|концу) ", "by the end of "),
        (r"^(?:seit|depuis)(?: dem| le)? ", "since "),
        (r"^(?:(?:in der |die )?woche (?:vom|ab|von)(?: dem)?|semaine du|semana del|(?:на )?недел[яе] с(?!.* по )|أسبوع) ", "week of "),
        (r"^(?:in der |в |en la )?(?:nacht vom|ночь с|noche del|nuit du|ليلة) ([0-9]{1,2})\.?(?: auf den | на | al | au | إلى )", r"night of \1 - "),
        (r"^(?:a l'|au )(?=ete|printemps|automne)", "in "),
        (r"[(]?(?:voraussichtlich|vsl\.?|unter vorbehalt|sous reserve)[)]?$", "(expected)"),
        (r"^(?:nach|apres|despues del?|после|بعد)(?: dem| el| le)? ", "after "),
        (r"^(?:zwischen|entre|между)(?: dem| el| le)? ", "between "),
        (r"^(?:vom|du|del|с) (?=[0-9./]+ (?:bis|au|al|по) )", ""),
        (r"(?:jede[nrs]?|tou(?:te)?s les|cada|todos los|кажд\w+)(?!\w)", "every"),
        (r"\w*(?:ferien|vacances|vacaciones|каникул\w*)", "holiday"),
        (r"(?:vormittags|nachmittags|abends|morgens|le matin|l'apres-midi|le soir|por la (?:manana|tarde|noche)|утром|днем|днём|вечером)", "afternoon"),
        (r"(?:по )?моск\w*(?: времени)?|мск", "MSK"),
        (r"^(?:courant|im laufe des) ", "in "),
        *((rf"{name}-feira", english) for name, english in zip(("segunda", "terca", "quarta", "quinta", "sexta"), ENGLISH_WEEKDAYS, strict=False)),
        (r"п['ʼ]ятниц[яю]", "Friday"),
        (r"([0-9]{4})\. (?=[^\W\d]{3,11} [0-9]{1,2}(?:[-\u2013][0-9]{1,2})?\.)", r"\1 "),  # Hungarian: 2027. október 3.
        (r"^a (?=principios|finales|mediados|inicios)", ""),
        (r"^(?:fin|final)(?: de)? (?=[0-9]{4}$)", "late "),
        (r"t([1-4])(?= [0-9]{4}$)", r"Q\1"),
        *(
            (rf"(?:am |le |el |в )?(?:{number}) ({_WEEKDAY_NAMES})(?: im| des| von| du| del?| d')?(?= )", rf"{english} \1 of")
            for english, number in (
                ("first", r"erste[nr]?|1\.|premier|primer|перв\w\w"), ("second", r"zweite[nr]?|2\.|deuxieme|segundo|втор\w\w"),
                ("third", r"dritte[nr]?|3\.|troisieme|tercer|трет\w+"), ("last", r"letzte[nr]?|dernier|ultimo|последн\w\w"),
            )
        ),
        (r"([0-9]{1,2})\. ?(?:kw|kalenderwoche)", r"week \1"),
        (r"(?:spat|fin(?:ales)? de )(?=(?:sommer|herbst|verano|otono))", "late "),
        (r"fruh(?=(?:sommer|herbst))", "early "),
        (r"(?:في )?الساعة ", ""),
        (r"([0-9]{1,2}(?::[0-9]{2})?) (?:مساء|ليلا)", r"\1 pm"),
        (r"([0-9]{1,2}(?::[0-9]{2})?) صباحا", r"\1 am"),
        (r"(?:тр[еи]т\w+|3(?:-?я)?|iii|последн\w+) декад[аеуы]|в последних числах", "late"),
        (r"(?:втор\w+|2(?:-?я)?|ii) декад[аеуы]", "mid"),
        (r"(?:перв\w+|1(?:-?я)?|i) декад[аеуы]|в первых числах", "early"),
        (r"([0-9]{3}0)(?:er jahren?|-?е(?: годы| гг\.?)?)$", r"\1s"),
        *((rf"الربع {number}(?= )", f"Q{n}") for n, number in enumerate(_ARABIC_ORDINALS, 1)),
        (r"النصف (?:الأول|الاول)", "first half of"),
        (r"النصف الثاني", "second half of"),
        *((rf"(?:{number}) (?:quartal|trimestre|квартал[еа]?|кв\.?)(?: de| des jahres)?(?= )", f"Q{n}") for n, number in enumerate(_ORDINALS, 1)),
        *((rf"(?:{number}) (?:halbjahr|semestre|полугоди[еи])(?: de| des jahres)?(?= )", f"H{n}") for n, number in enumerate(_ORDINALS[:2], 1)),
        *(
            (rf"(?:in der |во? |en la )?(?:{first}e?[nr]? (?:halfte|(?=[^\W\d]+halfte))(?: des| von)?|{second} половин[аеуы]|{third} (?:quincena|mitad)|{fourth} (?:quinzaine|moitie))(?: del?)? ?", f"{english} half of ")
            for english, first, second, third, fourth in (
                ("first", "erst", "перв[аоу][яйю]", "primera", "premiere"), ("second", "zweit", "втор[аоу][яйю]", "segunda", "deuxieme|seconde")
            )
        ),
        (r"(?<=half of )([^\W\d]+)halfte", r"\1"),
        (r"(?:semaine|semana|settimana) ([0-9]{1,2})(?: de)?(?= [0-9]{4})", r"week \1"),
        (r"([0-9]{1,2})(?:-?[яй])? недел[яе]", r"week \1"),
        (r"tot en met|t/m", "tot"),
        (r"^(?:в )?([0-9]{4}) (?:год[у]?|г\.?)$", r"\1"),
    )
)  # fmt: skip
_ORDINAL_ENDINGS = re.compile(r"(?<=[0-9])(?:er|º|ª|°|-?(?:го|е|ое))(?=\s)|(?<=\s1)o(?=\s)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_CHINESE_WORD = re.compile(r"[年月日号號至到~待未每本下这]")


def plain_signs(text: str) -> str:
    """Returns *text* with ASCII digits and signs in place of full-width ones."""
    return text.translate(_PLAIN_SIGNS).replace("->", "\u2013").replace(" | ", ", ")


def to_english(text: str) -> str:
    """Returns *text* with the words of a date in English; itself where it names no date in another language."""
    text = re.sub(r"^(.*?[0-9.]) *\((Mo|Di|Mi|Do|Fr|Sa|So)\)", r"\2, \1", text)
    text = re.sub(
        r"^(.*?[0-9]) *\(([月火水木金土日])\)", lambda match: f"{_chinese_weekday(match[2])}, {match[1]}", text
    )
    text = re.sub(
        r"^(Mo|Di|Mi|Do|Fr|Sa|So)\.?,? (?=[0-9]{1,2}\.)", lambda match: f"{_SHORT_WEEKDAYS[match[1].lower()]}, ", text
    )
    if _CHINESE_WORD.search(text):
        return _chinese_to_english(text)
    phrased = folded = _without_accents(text)
    for pattern, english in _PHRASES:
        phrased = pattern.sub(english, phrased)
    words = [word.rstrip(".").casefold() for word in _WORD.findall(folded)]
    known = _DATE_WORDS.keys() | _PART_WORDS.keys() - {"fin", "final", "fine", "mi", "meta"}
    if phrased == folded and known.isdisjoint(words):
        return text
    english = _ORDINAL_ENDINGS.sub("", _WORD.sub(_translate, phrased))
    english = re.sub(r"(?<=[0-9]):(?=$| )", ":00", english)
    return re.sub(r"^(\w+day),? *,", r"\1,", " ".join(english.split()))


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
    (rf"(?<!\w)(?:um|a las|as|a|в) {_CLOCK}(?:{_OCLOCK})?(?= |$)", r"at \1:\2"),
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
            f"{_chinese_number(match[1]) if not match[1].isdigit() else match[1]} {_CHINESE_UNITS[match[2]]} before"
        ),
    ),
)


def span_to_english(text: str) -> str:
    """Returns a rule or a reminder with its words in English: "jeden Montag", "за неделю"; itself where it has no foreign one."""
    for pattern, rewrite in _SPAN_CHINESE:
        if match := re.fullmatch(pattern, text.replace(" ", "")):
            return rewrite(match)
    phrased = folded = _without_accents(text)
    for pattern, english in _SPAN_PHRASES:
        phrased = re.sub(pattern, english, phrased)
    words = {word.casefold() for word in _WORD.findall(folded)}
    if phrased == folded and (_SPAN_WORDS.keys() | _RULE_WEEKDAYS.keys()).isdisjoint(words - _SHARED_WORDS):
        return text
    translated = _WORD.sub(lambda match: _SPAN_WORDS.get(match[0]) or _RULE_WEEKDAYS.get(match[0]) or match[0], phrased)
    translated = re.sub(r"(?<=[0-9]):(?=$| )", ":00", translated)
    translated = re.sub(
        r"\b([0-9]+ )(day|week|month|year|hour|minute)\b",
        lambda match: f"{match[0]}{'s' if match[1] != '1 ' else ''}",
        translated,
    )
    return " ".join(translated.split())


_RULE_WEEKDAYS = {
    name + ending: english.lower()
    for name, english in _DATE_WORDS.items()
    if english in ENGLISH_WEEKDAYS
    for ending in ("", "s")
} | dict(
    zip(
        ["понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям"],
        map(str.lower, ENGLISH_WEEKDAYS),
        strict=True,
    )
)


def _without_accents(text: str) -> str:
    return "".join(
        char if char in "ºª°" or char >= "\u0400" else unicodedata.normalize("NFKD", char)[0]
        for char in text
        if not "\u064b" <= char <= "\u0652"  # vowel signs of Arabic
    )


def _translate(match: re.Match[str]) -> str:
    word = match[0].rstrip(".").casefold()
    if match.start() == 0 and word in _SHORT_WEEKDAYS and not match.string.startswith("-", match.end()):
        return _SHORT_WEEKDAYS[word]
    if word in _JOINERS:
        return "-"
    if word in _CONJUNCTIONS:
        return _CONJUNCTIONS[word]
    if word in _FILLERS:
        return " "
    return _DATE_WORDS.get(word) or _PART_WORDS.get(word) or match[0]


_DIGITS = dict(zip("零〇一二三四五六七八九", "00123456789", strict=True))
_CHINESE_PARTS = {
    "上旬": "early", "初": "early", "中旬": "mid", "中": "mid", "下旬": "late", "底": "late", "末": "late",
    "春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter",
}  # fmt: skip
_CHINESE_DATE = r"(?:[a-z]+ )?[-0-9QH]+"
_CHINESE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\s+", ""),
        (r"^(.*?[日号號])(?:[(](?:星期|礼拜|禮拜|周|週)?([一二三四五六日天月火水木金土])(?:曜日?)?[)]|(?:星期|礼拜|禮拜|周|週)([一二三四五六日天])|([日月火水木金土])曜日?)", lambda match: f"{_chinese_weekday(match[2] or match[3] or match[4])},{match[1]}"),
        (r"[(](?:星期|周|週)?.[)]|星期.|(?<=[日号號])[周週].|[日月火水木金土]曜日?", ""),
        (r"([日号號月])(?:[(]?(?:当|那一?|所在的?|起的?一)[周週星期]+[)]?)$", r"\1开始的周"),
        (r"^(.+)开始的周$", r"week of \1"),
        (r"^自?(.+?)起?至另行通知(?:为止)?$", r"\1 until further notice"),
        (r"(?:农历|正月|腊月|春节|元宵节?|端午节?|中秋节?|国庆节?|清明节?|重阳节?|元旦|除夕|斋月|开斋节|复活节|圣诞节?)(?!.*[0-9]).*$", "holiday"),
        (r"([0-9]{3}0)年代", r"\1s"),
        (r"([0-9]{4})年第?([一二三四1-4])季度?(初|中|末|底)", lambda m: f"{_CHINESE_PARTS[m[3]]} Q{_DIGITS.get(m[2], m[2])} {m[1]}"),
        (r"([0-9]{4})年([0-9]{1,2})月份?的?([上下])半月?", lambda m: f"{'first' if m[3] == '上' else 'second'} half of {m[1]}-{m[2]:0>2}"),
        (r"起至|\u2014+", "至"),
        (r"北京时间", ""),
        (r"^(?:不早于|最早)(.+)$", r"\1起"),
        (r"^(?:不晚于|不迟于|最晚|最迟|截至)(.+?)前?$", r"\1前"),
        (r"^拟于?", "预计"),
        (r"(?:左右|前后)$", "~"),
        (r"(?<=月)份|(?<=[日号號起前])(?:施行|生效|开幕|举行|召开)$|(?<=[月年日])举行$", ""),
        (r"(?<=[月年])[(]?待定[)]?$", ""),
        (r"(?<=[日号號])正午", "12:00"),
        (r"(?<=[日号號])(?:零点|0[点时])", "00:00"),
        (r"([0-9]{4}年)([0-9]{1,2})月或([0-9]{1,2})月", r"\1\2月至\3月"),
        (r"((?:下午|晚上|晚)[0-9]{1,2}[点时][0-9半]*分?[至到])(?=[0-9])", r"\1下午"),
        (r"(?<=[0-9][时点分])前$", ""),
        (r"、", " and "),
        (r"^每.*", "every week"),
        (r"^[本下这][周月].?$", "next week"),
        (r"([0-9]{4})年第?([0-9]{1,2})[周週]", r"week \2 \1"),
        (r"^(?:日期|时间)?(?:待定|未定|待公布|待确定|另行通知)$", "TBD"),
        (r"[〇零一二三四五六七八九]{4}(?=年)", lambda match: "".join(_DIGITS[sign] for sign in match[0])),
        (r"[一二三四五六七八九十]{1,3}(?=[月日号號时時点點])", lambda match: _chinese_number(match[0])),
        (
            r"(上午|早上|凌晨|中午|下午|晚上|晚)?(?<![0-9])([0-9]{1,2})[点點时時:](半|[0-9]{1,2})?分?",
            lambda match: _chinese_clock(*match.groups()),
        ),
        (r"(?<=:[0-9]{2}) ?[至到~-] ?(?=[0-9]{2}:)", "/"),
        (
            r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号號]?[至到~\u2013-](?:(?:([0-9]{4})年)?([0-9]{1,2})月)?([0-9]{1,2})[日号號]",
            lambda match: _chinese_span(*match.groups()),
        ),
        (r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号號]", lambda match: f"{match[1]}-{match[2]:0>2}-{match[3]:0>2} "),
        (r"([0-9]{4})年([0-9]{1,2})月?[至到~\u2013-]([0-9]{1,2})月", lambda m: f"{m[1]}-{m[2]:0>2}/{m[3]:0>2}"),
        (r"([0-9]{4})年([0-9]{1,2})月(?![0-9])", lambda match: f"{match[1]}-{match[2]:0>2}"),
        (r"([0-9]{4})年([春夏秋冬])[季天]?", lambda match: f"{_CHINESE_PARTS[match[2]]} {match[1]}"),
        (r"([0-9]{4})年第?([一二三四1-4])季度?", lambda match: f"{match[1]}-Q{_DIGITS.get(match[2], match[2])}"),
        (r"([0-9]{4})年([上下])半年", lambda match: f"{match[1]}-H{'上下'.index(match[2]) + 1}"),
        (r"([0-9]{4}(?:-[0-9]{2})?)年?(上旬|中旬|下旬|年?初|年?中|年?底|年?末)(?!前|之前)", lambda m: f"{_CHINESE_PARTS[m[2][-2:].lstrip('年')]} {m[1]}"),
        (r"^([0-9]{4}(?:-[0-9]{2})?)年?底(?:之?前)$", r"by \1"),
        (r"^([0-9]{4})年", r"\1"),
        (rf"^({_CHINESE_DATE}) ?(?:之前|以前|前)$", r"by \1"),
        (rf"^({_CHINESE_DATE}) ?(?:之后|以后|后)$", r"after \1"),
        (rf"^({_CHINESE_DATE}) ?(?:起|开始)$", r"from \1"),
        (r"^(?:预计|暂定)(?:在|于)?", "expected "),
        (r"^(?:大约|约)", "about "),
        (r"^([-0-9]+) ?~$", r"about \1"),
        (r"(?<=.)~", "/"),
    )
)  # fmt: skip


def _chinese_to_english(text: str) -> str:
    """Returns a date of Chinese or Japanese signs as numbers and English words."""
    for pattern, replacement in _CHINESE:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _chinese_weekday(sign: str) -> str:
    return ENGLISH_WEEKDAYS[("一二三四五六日".find(sign) + 1 or "月火水木金土天".index(sign) + 1) - 1]


def _chinese_number(signs: str) -> str:
    tens, ten, ones = signs.rpartition("十")
    return str((int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0")))


def _chinese_clock(half: str | None, hour: str, minute: str | None) -> str:
    is_afternoon = half in ("下午", "晚上", "晚") or (half == "中午" and int(hour) < 11)
    return f" {int(hour) % 12 + 12 if is_afternoon and int(hour) < 13 else int(hour):02}:{'30' if minute == '半' else minute or '00'}"


def _chinese_span(year: str, month: str, first: str, last_year: str | None, last_month: str | None, last: str) -> str:
    start = f"{year}-{month:0>2}-{first:0>2}"
    if last_year and last_year != year:
        return f"{start}/{last_year}-{last_month:0>2}-{last:0>2}"
    return (
        f"{start}/{last_month:0>2}-{last:0>2}"
        if last_month and int(last_month) != int(month)
        else f"{start}/{last:0>2}"
    )
