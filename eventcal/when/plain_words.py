"""Words and signs of dates in other languages become plain English ones: "３ de marzo de 2027", "не ранее осени 2027".

Only for advice. Names that mean different months in different languages (listopad, srpen) are not among them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .calendar_days import MONTH_NAMES, OtherCalendar
from .chinese_words import chinese_to_english, chinese_weekday
from .english_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS

# Full-width forms of the printable ASCII characters, Arabic digits and comma, the ideographic space, quotes and signs that look like a hyphen, and
# Korean for year, month and day.
_PLAIN_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x0660 + digit: 0x30 + digit for digit in range(10)} | {
    0x060C: ",", 0x3000: " ", 0x2192: "\u2013", 0x2022: ",", 0x00B7: ",", 0x2010: "-", 0x2011: "-", 0x2012: "\u2013", 0x2212: "-", 0x301C: "~", 0x2018: "'", 0x2019: "'", 0xB144: "年", 0xC6D4: "月", 0xC77C: "日", 0x201C: '"', 0x201D: '"',
}  # fmt: skip

# One line for each month: its names in German, French, Spanish, Portuguese, Italian, Dutch, the languages of Scandinavia,
# Russian, Polish, Czech, Romanian, Turkish, Hungarian, Ukrainian and Arabic, without accents.
_MONTHS = """
januar janner janvier enero janeiro gennaio januari janv ene января январь январе январю янв stycznia styczen ledna leden ianuarie ocak січня січень يناير جانفي
februar fevrier febrero fevereiro febbraio februari fevr февраля февраль феврале февралю фев февр lutego luty unora unor februarie subat februar лютого лютии فبراير شباط فيفري
marz mars marzo marco maart mrz marts марта март марте марту мар marca marzec brezna brezen martie mart marcius березня березень مارس آذار
avril abril aprile avr abr апреля апрель апреле апрелю апр kwietnia kwiecien dubna duben aprilie nisan aprilis квітня квітень ابريل أبريل إبريل نيسان أفريل
mai mayo maio maggio mei maj мая май мае маю maja kvetna kveten mayis mayıs majus травня травень مايو أيار ايار ماي
juni juin junio junho giugno июня июнь июне июню июн czerwca czerwiec cervna cerven iunie haziran junius червня червень يونيو حزيران جوان
juli juil juillet julio julho luglio июля июль июле июлю июл lipca lipiec cervence cervenec iulie temmuz julius липня липень يوليو تموز جويلية
aout agosto augustus augusti ago августа август августе августу авг sierpnia sierpien srpna agustos ağustos augusztus серпня серпень اغسطس أغسطس آب أوت
septembre septiembre setiembre setembro settembre сентября сентябрь сентябре сентябрю сен сент wrzesnia wrzesien zari septembrie eylul szeptember вересня вересень سبتمبر أيلول ايلول
oktober octobre octubre outubro ottobre okt октября октябрь октябре октябрю окт pazdziernika pazdziernik rijna rijen octombrie ekim жовтня жовтень اكتوبر أكتوبر
novembre noviembre novembro ноября ноябрь ноябре ноябрю ноя нояб listopadu noiembrie kasim kasım листопада листопад نوفمبر
dezember decembre diciembre dezembro dicembre dez dic декабря декабрь декабре декабрю дек grudnia grudzien prosince prosinec decembrie aralik aralık грудня грудень ديسمبر
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
    "early": "anfang debut principios comienzos inicio inicios inizio начало начале أوائل اوائل مطلع بداية",
    "mid": "mitte mi mediados meados meta середина середине منتصف أواسط",
    "late": "ende fin finales fines final fine конец конце أواخر اواخر نهاية",
    "spring": "fruhling fruhjahr printemps primavera весна весной весны ربيع الربيع",
    "summer": "sommer ete verano verao estate лето летом лета صيف الصيف",
    "autumn": "herbst automne otono outono autunno осень осенью осени خريف الخريف",
    "winter": "hiver invierno inverno зима зимой зимы شتاء الشتاء",
}
# Weekdays of two letters are words of their own in some languages, so they count only at the beginning.
_SHORT_WEEKDAYS = dict(zip(["mo", "di", "mi", "do", "fr", "sa", "so"], ENGLISH_WEEKDAYS, strict=True))
DATE_WORDS = {
    foreign: english
    for names, words in ((ENGLISH_MONTHS, _MONTHS), (ENGLISH_WEEKDAYS, _WEEKDAYS))
    for english, line in zip(names, words.strip().splitlines(), strict=True)
    for foreign in line.split()
}
_PART_WORDS = {foreign: english for english, line in _PARTS.items() for foreign in line.split()}
# What stands between the parts of a date, and says no more than their order.
_FILLER_LINE = "le la les los las du des de del do da della di den der dem vom am im em en il dal el in um von в во с г года году год р року r roku في من عام سنة لعام شهر يوم م mois mes monat monats jahres ano"
_FILLERS = frozenset(_FILLER_LINE.split())
_JOINERS = frozenset(["au", "bis", "al", "a", "ao", "tot", "till", "til", "по", "إلى", "الى", "حتى"])
_CONJUNCTIONS = dict.fromkeys(["und", "et", "y", "e", "и"], "and") | dict.fromkeys(
    ["oder", "ou", "o", "или", "أو"], "or"
)
# English, the digit, the Roman number, and the words in German, French, Spanish, Italian and Russian.
_ORDINALS = (
    ("first", "1", "i", r"erste[nrs]?|premiere?|primera?|primo|перв\w+"),
    ("second", "2", "ii", r"zweite[nrs]?|deuxieme|second[eo]?|segund[oa]|втор\w+"),
    ("third", "3", "iii", r"dritte[nrs]?|troisieme|tercera?|terzo|трет\w+"),
    ("fourth", "4", "iv", r"vierte[nrs]?|quatrieme|cuart[oa]|quarto|четв[её]рт\w+"),
    ("last", "(?!)", "(?!)", r"letzte[nrs]?|derniere?|ultim[oa]|последн\w+"),
)
_PLACES = tuple(rf"{digit}(?:\.|e(?:re?|me)?|º|-?[йемя])?|{roman}|{words}" for _, digit, roman, words in _ORDINALS)
_ARABIC_ORDINALS = ("ال[أا]ول", "الثاني", "الثالث", "(?:الرابع|ال[أا]خير)")
_ISLAMIC_MONTHS = (
    "محرم", "صفر", "ربيع الأول", "ربيع (?:الآخر|الثاني)", "جمادى (?:الأولى|الأول)", "جمادى (?:الآخرة|الثانية|الآخر)",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة|ذي القعدة", "ذو الحجة|ذي الحجة",
)  # fmt: skip
CLOCK = r"([0-9]{1,2})(?: ?[:.h-] ?([0-5][0-9]))?"
OCLOCK = r" ?(?:uhr|uur|horas|h|ч(?:ас(?:ов|а)?)?)(?!\w)\.?(?! [0-9]{4})"

# Phrases without accents, and what is said in English; a text that has one of them is taken for one of another language.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE), english)
    for pattern, english in (
        (
            r"^(?:(?:termin|datum|fecha|date|дата) )?(?:(?:noch )?offen|steht noch nicht fest|wird noch .*|folgt|dates? a venir|noch unbekannt|pendiente|(?:por|a) (?:confirm|determin|defin|anunci|precis|ven)\w+"
            r"|(?:еще |ещё )?(?:не определена|не объявлена|неизвестна|уточняется|будет (?:объявлен[ао]|уточнен[ао]).*))$",
            "TBD",
        ),
        (r"^(?:(?:الموعد|التاريخ) )?(?:(?:سوف )?[يست]*حدد لاحقا|غير محدد|لم يحدد بعد|[يست]*علن لاحقا)$", "TBD"),
        (r"^(?:entfallt|abgesagt|отмен\w+|cancelad[oa]|suspendid[oa]|annule\w*|ملغى|ألغي)$", "cancelled"),
        (r"^(?:verschoben|перенес\w+|отложен\w*|aplazad[oa]|pospuest[oa]|reporte\w*|مؤجل)$", "postponed"),
        (r"^(?:не планируется|nicht geplant|no previsto)$", "none"),
        (r"(?:bis auf weiteres|до (?:особого|дальнейшего) \w+|до отмены|hasta nuev[oa] (?:aviso|orden)|jusqu'a nouvel ordre|حتى إشعار آخر)$", "until further notice"),
        (r"(?:a partir de|einlass|beginn|начало(?: в)?|debut)[: ]+(?=[0-9]{1,2}(?:[:.][0-9]{2}| ?uhr| ?h))", "from "),
        (r"^(?:heute|(?:uber)?morgen|aujourd'hui|(?:apres-)?demain|hoy|(?:pasado )?manana|сегодня|(?:после)?завтра|اليوم|غدا|بعد غد)$", "today"),
        (r"(?:oster|paques|pascua|пасх)\w*|semana santa|karwoche", "easter"),
        (r"(?:pfingst|pentec|троиц)\w*", "pentecost"),
        (r"(?:weihnacht|navidad|рождеств)\w*|noel(?= [0-9]{4}$)|sylvester|silvester|jahreswechsel|nochevieja|нов(?:ый|ого|ому|ым) год\w*", "christmas"),
        *((rf"{arabic}(?!\w)", english) for arabic, english in zip(_ISLAMIC_MONTHS, MONTH_NAMES[OtherCalendar.ISLAMIC], strict=True)),
        (r"عيد الفطر", "eid al-fitr"),
        (r"عيد ال[أا]ضحى", "eid al-adha"),
        (r"عيد(?: \w+)?", "holiday"),
        (r"كانون الثاني", "January"),
        (r"كانون الأول", "December"),
        (r"تشرين الأول", "October"),
        (r"تشرين الثاني", "November"),
        (r"mitternacht|minuit|medianoche|полночь", "midnight"),
        (rf"(?:um |a las )?12(?:[:.]00)?(?:{OCLOCK})? (?:nachts|de la (?:noche|madrugada)|ночи|ليلا)", "midnight"),
        (r"a la una", "a la 1"),
        (r"((?:a las? [0-9]{1,2}|[0-9]{1,2}[:.][0-9]{2})(?: ?h(?:oras)?)?) por la ", r"\1 de la "),
        *(
            (rf"(?:(?:um|a|a las?|в) )?({hours}){minutes}(?:{OCLOCK}| heures?)? (?:{words})(?!\w)", rf" \1:{minute}{half}")
            for minutes, minute in ((r"[:.h]([0-5][0-9])", r"\2"), ("", "00"))
            for hours, words, half in (
                ("0?[1-8]|12", r"nachmittags|am nachmittag|de l'apres-midi|дня|بعد الظهر|عصرا", " pm"),
                ("0?[1-3]|12", r"mittags|del mediodia|ظهرا", " pm"),
                ("0?[1-9]|1[01]", r"abends|am abend|[dl][ue] soir|вечера", " pm"),
                ("0?[1-9]|1[01]", r"morgens|vormittags|am (?:morgen|vormittag)|[dl][ue] matin|de la madrugada|утра|صباحا", ""),
                ("0?[1-5]", r"nachts|ночи|ليلا", ""), ("0?9|1[01]", r"nachts|ночи", " pm"),
            )
        ),
        (r"mittags?|(?<!-)midi|mediodia|полдень", "noon"),
        (r"ganztagig|toute la journee|todo el dia|весь день", "all day"),
        (r"(?:winter|sommer)semester|semestre d'\w+", "semester"),
        (r"d'(?=avril|aout|octobre|ete|automne|hiver)", "de "),
        (r"(?:um|om|a las?) (1[0-2]|[1-9])$", r" at \1"),  # of which half of the day?
        (rf"(?:von |de |с |desde las )?{CLOCK}(?:{OCLOCK})? ?(?:-|\u2013|bis|a|до|a las|hasta las) ?{CLOCK}{OCLOCK}", r" \1:\2 - \3:\4"),
        (rf"(?:von|de|с|desde las) {CLOCK} (?:bis|a|до|hasta las) {CLOCK}$", r" \1:\2 - \3:\4"),
        (
            rf"(?:um|ab|des|a las?|ore|as|om|kl\.?|godz\.?|(?:a|в)(?= [0-9]{{1,2}}(?:[:.h-][0-9]{{2}}|{OCLOCK}))) {CLOCK}(?:{OCLOCK})?(?=$| [ap]m| del? )",
            r" \1:\2",
        ),
        (r"([0-9]{1,2}) ?h ?([0-5][0-9])(?!\w)", r"\1:\2"),
        (rf"(?<![(+]){CLOCK}{OCLOCK}", r"\1:\2"),
        (r"de la tarde", "pm"),
        (r"(?<![:.])(0?[6-9]|1[01])(:[0-9]*)? de la noche", r"\1\2 pm"),
        (r"de la manana", "am"),
        (r"^(?:bis|jusqu'en|до|hasta) (?:ende|fin(?:ales)?|конца)(?: de)? ", "by the end of "),
        (
            r"^(?:ab|fruhestens(?: ab)?|a partir d(?:el?|u)|desde|au plus tot|не ранее|не раньше|начиная с|с(?!.* по )|(?:ابتداء|اعتبارا|بدءا) من|ليس قبل|من(?!.* (?:إلى|الى|حتى) [0-9])(?= [0-9]))(?: dem| el| le)? ",
            "from ",
        ),
        (
            r"^(?:bis(?: zum)?|spatestens(?: am| bis)?|jusqu'(?:au|en|a)|au plus tard|hasta|a mas tardar|fino al?|до|к(?! концу)|не позднее|не позже|حتى|(?:في )?موعد أقصاه)(?: el| le)? ",
            "by ",
        ),
        (r"^(?:vor|avant|antes de|قبل)(?: dem| le|l)? ", "before "),
        (r"^(?:voraussichtlich|vsl\.?|vermutlich|geplant(?: fur)?|ожидается|запланировано на|prevu|previsto|prevista|probable\w*|предположительно|предварительно|(?:من ال|ي)?متوقع|يتوقع)(?: im| en| в| para)? ", "expected "),
        (r"^(?:etwa|ungefahr|um(?= de[nm] )|vers|environ|hacia|около|примерно|ориентировочно|حوالي|نحو)(?: im| в| de[nm])? ", "about "),
        (r"^(?:nicht vor|pas avant|no antes del?)(?: dem| le)? ", "from "),
        (r"^(?:d'ici|avant|к) (?:la )?(?:fin|концу)(?: de l'annee| de)? ", "by the end of "),
        (r"^(?:seit|depuis)(?: dem| le)? ", "since "),
        (r"^(?:(?:in der |die )?woche (?:vom|ab|von)(?: dem)?|semaine du|semana del|(?:на )?недел[яе] с(?!.* по )|أسبوع) ", "week of "),
        (r"^(?:in der |в |en la )?(?:nacht vom|ночь с|noche del|nuit du|ليلة) ([0-9]{1,2})\.?(?: auf den | на | al | au | إلى )", r"night of \1 - "),
        (r"^(?:in der |в |en la |dans la )?(?:nacht (?:zum|auf den)|ночь на|noche al|nuit au) ", "night to "),
        *(
            (rf"^(?:in der |на |во? |en la |la )?(?:{words}|{digit}\.) (?:woche|semana|semaine|недел[яею])(?: im| des| del?)? ", f"{english} week of ")
            for english, digit, _, words in _ORDINALS
        ),
        (r"(?:في )?ال[أا]سبوع (?:ال[أا]ول|الثاني|الثالث|الرابع|ال[أا]خير) (?:من )?", "second week of "),
        (r"^(?:a l'|au )(?=ete|printemps|automne|hiver)", "in "),
        (r"[(]?(?:voraussichtlich|vsl\.?|unter vorbehalt|sous reserve)[)]?$", "(expected)"),
        (r"^(?:nach|apres|despues del?|после|بعد)(?: dem| el| le)? ", "after "),
        (r"^(?:zwischen|entre|между)(?: dem| el| le)? ", "between "),
        (r"^(?:vom|du|del|с) (?=[0-9./]+ (?:bis|au|al|по) )", ""),
        (r"(?:jede[nrs]?|tou(?:te)?s les|cada|tod[oa]s l[oa]s|кажд\w+)(?!\w)", "every"),
        (r"\w*(?:ferien|vacances|vacaciones|каникул\w*)", "holiday"),
        (r"(?:vormittags|nachmittags|abends|morgens|am (?:vormittag|nachmittag|abend)|(?:le|au) (?:matin|soir)|(?:dans )?l'apres-midi|por la (?:manana|tarde|noche)|утром|днем|днём|вечером)", "forenoon"),
        (r"^(?:صباح|مساء|عصر) (?:يوم )?(?=[0-9])|(?<=[0-9]{4} )(?:صباحا|مساء|ليلا|عصرا)$", "forenoon "),
        (r"(?:по )?моск\w*(?: времени)?|мск", "MSK"),
        (r"^(?:courant(?: du)?|im laufe des|au(?= mois)) ", "in "),
        *((rf"{name}-feira", english) for name, english in zip(("segunda", "terca", "quarta", "quinta", "sexta"), ENGLISH_WEEKDAYS, strict=False)),
        (r"п['ʼ]ятниц[яю]", "Friday"),
        (r"([0-9]{4})\. (?=[^\W\d]{3,11} [0-9]{1,2}(?:[-\u2013][0-9]{1,2})?\.)", r"\1 "),  # Hungarian: 2027. október 3.
        (r"^a (?=principios|comienzos|finales|fines|mediados|inicios)|^a la (?=fin |final )", ""),
        (r"^(?:fin|final|fines)(?: de l'annee| d'annee| del? ano| de)? (?=[0-9]{4}$)", "late "),
        (r"^(?:im jahre?|em|nel|en(?: el ano| l'annee)?) (?=[0-9]{4}$)", ""),
        (r"(?:au )?(?:t([1-4])|([1-4])t)(?: de)?(?= [0-9]{4}$)", r"Q\1\2"),
        *(
            (rf"(?:am |le |el |в )?(?:{words}|{digit}\.) ({_WEEKDAY_NAMES})(?: im| des| von| du| del?)?(?= )", rf"{english} \1 of")
            for english, digit, _, words in _ORDINALS
        ),
        (r"([0-9]{1,2})\. ?(?:kw|kalenderwoche)", r"week \1"),
        (r"spat(?=(?:sommer|herbst))", "late "),
        (r"fruh(?=(?:sommer|herbst))", "early "),
        (r"(?:في )?الساعة ", ""),
        (r"(?<![:.])(0?[1-9]|1[01])((?::[0-9]{2})?) (?:مساء|ليلا)", r"\1\2 pm"),
        (rf"(?:{_PLACES[2]}|{_PLACES[4]}) декад[аеуы]|в последних числах", "late"),
        (rf"(?:{_PLACES[1]}) декад[аеуы]", "mid"),
        (rf"(?:{_PLACES[0]}) декад[аеуы]|в первых числах", "early"),
        (r"([0-9]{3}0)(?:er jahren?|-?е(?: годы| гг\.?)?)$", r"\1s"),
        *((rf"الربع {number}(?= )", f"Q{n}") for n, number in enumerate(_ARABIC_ORDINALS, 1)),
        (r"النصف (?:الأول|الاول)", "first half of"),
        (r"النصف الثاني", "second half of"),
        *((rf"(?:au )?(?:{number}) (?:quartal|trimestre|квартал[еа]?|кв\.?)(?: de| des jahres)?(?= )", f"Q{min(n, 4)}") for n, number in enumerate(_PLACES, 1)),
        *((rf"(?:au )?(?:{number}) (?:halbjahr|semestre|полугоди[еи])(?: de| des jahres)?(?= )", f"H{n}") for n, number in enumerate(_PLACES[:2], 1)),
        *(
            (rf"(?:in der |во? |en la )?(?:{words}|{digit}\.) (?:halfte|(?=[^\W\d]+halfte)|половин[аеуы]|quincena|mitad|quinzaine|moitie)(?: des| von| del?)? ?", f"{english} half of ")
            for english, digit, _, words in _ORDINALS[:2]
        ),
        (r"(?<=half of )([^\W\d]+)halfte", r"\1"),
        (r"(?:semaine|semana|settimana) ([0-9]{1,2})(?: de)?(?= [0-9]{4})", r"week \1"),
        (r"([0-9]{1,2})(?:-?[яй])? недел[яе]", r"week \1"),
        (r"tot en met|t/m", "tot"),
        (r"^(?:в )?([0-9]{4}) (?:год[у]?|г\.?)$", r"\1"),
    )
)  # fmt: skip
_ORDINAL_ENDINGS = re.compile(r"(?<=[0-9])(?:er|º|ª|°|-?(?:го|е|ое))(?=\s)|(?<=\s1)o(?=\s)")
WORD = re.compile(r"[^\W\d_]+\.?")
_CHINESE_WORD = re.compile(r"[年月日号號天至到~待未每本下这点時时前后起]|[上中]午|[早晚]上|凌晨|[不最][早晚迟]|星期")


def plain_signs(text: str) -> str:
    """Returns *text* with ASCII digits and signs in place of full-width ones."""
    return text.translate(_PLAIN_SIGNS).replace("->", "\u2013").replace(" | ", ", ")


@lru_cache(maxsize=256)  # of one date, each end is asked for several times
def to_english(text: str) -> str:
    """Returns *text* with the words of a date in English; itself where it names no date in another language."""
    text = re.sub(r"^(.*?[0-9.]) *\((Mo|Di|Mi|Do|Fr|Sa|So)\)", r"\2, \1", text)
    text = re.sub(
        r"^(.*?[0-9]) *\(([月火水木金土日])\)", lambda match: f"{chinese_weekday(match[2])}, {match[1]}", text
    )
    text = re.sub(
        r"^(Mo|Di|Mi|Do|Fr|Sa|So)\.?,? (?=[0-9]{1,2}\.)", lambda match: f"{_SHORT_WEEKDAYS[match[1].lower()]}, ", text
    )
    if _CHINESE_WORD.search(text):
        return chinese_to_english(text)
    phrased = folded = without_accents(text)
    for pattern, english in _PHRASES:
        phrased = pattern.sub(english, phrased)
    words = [word.rstrip(".").casefold() for word in WORD.findall(folded)]
    known = DATE_WORDS.keys() | _PART_WORDS.keys() - {"fin", "final", "fine", "fines", "mi", "meta"}
    if phrased == folded and known.isdisjoint(words):
        return text
    english = _ORDINAL_ENDINGS.sub("", WORD.sub(_translate, phrased))
    english = re.sub(r"(?<=[0-9]):(?=$| )", ":00", english)
    return re.sub(r"^(\w+day),? *,", r"\1,", " ".join(english.split()))


def without_accents(text: str) -> str:
    """Returns *text* with its letters of the Latin script bare, and without the vowel signs of Arabic."""
    return "".join(
        char if char in "ºª°" or char >= "\u0400" else unicodedata.normalize("NFKD", char)[0]
        for char in text
        if not "\u064b" <= char <= "\u0652"
    )


def _translate(match: re.Match[str]) -> str:
    word = match[0].rstrip(".").casefold()
    if match.start() == 0 and word in _SHORT_WEEKDAYS and not match.string.startswith("-", match.end()):
        return _SHORT_WEEKDAYS[word]
    if word in _JOINERS and not match.string.startswith("-", match.end()):  # and not of "Rabi al-Awwal"
        return "-"
    if word in _CONJUNCTIONS:
        return _CONJUNCTIONS[word]
    if word in _FILLERS:
        return " "
    return DATE_WORDS.get(word) or _PART_WORDS.get(word) or match[0]
