"""The columns of a table are known by their names, in seven languages, and so are the words in them that are no dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Container, Mapping
from functools import lru_cache

from ..when.zones import zone_of
from ..words import LANGUAGES
from .values import ImportingError

# What people and programs call the columns, in small letters without accents, spaces and marks. The first that has a
# column is taken, of "when" the first whose column holds dates: beside a day, "start" and its like hold the hour.
_COLUMNS = {
    key: names.split()
    for key, names in {
        "home": "home hometeam heim heimmannschaft heimteam teamheim local equipolocal domicile equipedomicile хозяева 主队 team1 teama playera",
        "away": "away awayteam visitor guest guestteam gast gaste gastmannschaft gastteam teamgast visitante equipovisitante exterieur гости 客队 team2 teamb playerb",
        "title": "title subject name eventname heading header topic what summary artist artists band bands headline lineup program programme activity film show play piece"
        " titel betreff was thema bezeichnung anlass aktion ferientext stuck konzert titulo asunto nombre motivo actividad espectaculo obra concierto titre nom quoi objet intitule spectacle concert"
        " название наименование тема спектакль концерт 标题 主题 名称 名字 العنوان الموضوع اسم nome titolo",
        # "date" beside a day that is the event's own is that on which its page was written, with Hugo and Jekyll
        "when": "when eventdate eventdates eventstart eventdatetime startdate datestart datefrom fromdate dtstart startdatetime datetimestart"
        " startsat startedat startat datetime date dates day days isodate localdate start begin begins from starts eventtime time starttime year"
        " runs opens opening openingdate openingnight released releasedate premiere period erscheinungsdatum zeitraum laufzeit ersterferientag erstertag"
        " firstperformance gadate targetdate fechadeinauguracion fechadeestreno estreno periodo fechas датавыхода датапремьеры премьера даты период срокипроведения 展期 تاريخالافتتاح"
        " utcdate dateutc datetimeutc utcdatetime starttimeutc startutc fechaevento datum startdatum beginntam beginn tag von termin zeit fecha fechadecomienzo fechadeinicio fechainicio dia inicio"
        " datededebut datedebut debut дата датаначала датапроведения датаивремя начало день"
        " 日期 开始日期 活动日期 活动时间 开始时间 时间 التاريخ تاريخالبدء تاريخ data datainizio datainicio giorno",
        "start-time": "localtime starttime timestart eventtime time hour begintime kickoff ko start begin begins from starts"
        " uhrzeit startzeit beginntum zeit beginn anstoss von zeitvon uhrzeitvon hora horadecomienzo horadeinicio horainicio inicio"
        " heure horaire horaires heurededebut heuredebut debut время времяначала начало 时间 开始时间 الوقت وقتالبدء ora",
        "end": "end enddate dateend eventend dateto todate dtend enddatetime datetimeend endsat endedat endat until ends to finish"
        " closes closing closingdate finish finishes lastday lastperformance letzterferientag letztertag fechadeclausura датазакрытия"
        " endetam ende enddatum bis fechadefinalizacion fechadefin fechafin fin datedefin datefin"
        " датаокончания датазавершения окончание конец 结束日期 تاريخالانتهاء fine datafine datafim",
        "end-time": "endtime timeend endetum endzeit zeitbis uhrzeitbis horadefinalizacion horadefin horafin heuredefin heurefin"
        " времяокончания времязавершения 结束时间 وقتالانتهاء",
        "all-day": "alldayevent allday ganztagigesereignis ganztagig todoeldia journeeentiere целыйдень весьдень 全天事件 全天",
        "timezone": "timezone tz zone deadlinetimezone deadlinetz zeitzone",
        "venue": "venue venuename room hall stage theatre theater building stadium ground raum saal halle buhne spielort spielstatte sala escenario estadio salle scene stade"
        " зал сцена аудитория стадион 会场 会议室 场馆 القاعة",
        "place": "place location eventlocation eventplace address where city town ort wo veranstaltungsort lugar ubicacion ciudad sede lieu ville"
        " место местопроведения город 地点 场地 المكان الموقع luogo",
        "address": "address adresse direccion адрес 地址",  # beside a place, as is a city
        "city": "city town ciudad ville город 城市",
        "notes": "body notes note description shortdescription desc details comment comments remark remarks text summary abstract excerpt content"
        " beschreibung bemerkung bemerkungen hinweis hinweise anmerkung anmerkungen notiz notizen descripcion notas observaciones remarques"
        " описание примечание примечания заметки 说明 描述 备注"
        " الوصف ملاحظات descrizione descricao",
        "tags": "tags categories category labels type kategorien kategorie typ categorias categoria tipo categorie"
        " категории категория тип 类别 类型 الفئات",
        "url": "url link website websiteurl href web homepage page webpage externalwebsite registrationlink registrationurl rsvpurl ticketurl webseite sitioweb siteweb сайт ссылка 网址 链接 الرابط",
        "source": "source reference quelle fuente источник 来源",
        "status": "status state zustand estado statut статус состояние 状态 الحالة",
        "cancelled": "cancelled canceled iscancelled iscanceled abgesagt cancelado annule отменено 取消",
        "postponed": "postponed ispostponed verschoben aplazado reporte отложено 延期",
        "tentative": "tentative istentative provisional isprovisional estimated isestimated unconfirmed tbc istbc tbd istbd",
        "confirmed": "confirmed isconfirmed dateconfirmed isdateconfirmed datefixed isdatefixed",
        "precision": "precision dateprecision datetimeprecision startprecision netprecision maxprecision granularity dategranularity",
        "id": "id key slug",
        "uid": "uid",
        "private": "private hidden draft privat privado prive частное 私有 خاص",
        "team": "team teamname mannschaft equipo equipe команда 球队",
        "opponent": "opponent opposition gegner rival adversaire соперник противник 对手",
    }.items()
}
_TITLE_IN = re.compile(r"(?P<name>.*[^\s_.:/(-])[\s_.:/(-]+(?P<language>[A-Za-z]{2})\)?")
_HOURS = frozenset(_COLUMNS["start-time"])
# What is called by a day, and in other tables is the day.
_DATED_EVENTS = frozenset(["termin", "opening", "premiere", "estreno", "премьера"])
_DATE_WORDS = frozenset(("date", "datum", "fecha", "дата", "data"))
_DATE_PARTS = tuple(
    frozenset(names.split())
    for names in ("year jahr ano annee год 年", "month monat mes mois месяц 月", "day days tag dia jour день 日")
)
# What a table calls its events: a column of that name alone, or with "name", holds the titles, "match id" the ids.
_EVENTS = frozenset([
    "event", "events", "conference", "conf", "festival", "holiday", "match", "game", "fixture", "race", "session", "meeting", "talk",
    "veranstaltung", "spiel", "feiertag", "konferenz", "vortrag", "evento", "partido", "festivo", "feriado", "evenement",
    "событие", "событий", "мероприятие", "мероприятия", "мероприятий", "матч", "活动", "赛事", "比赛", "会议",
    "exhibition", "production", "term", "election", "milestone", "call", "tender", "grant", "scheme", "ausstellung", "messe", "ferien",
    "ausschreibung", "wahl", "exposicion", "feria", "convocatoria", "vacaciones", "eleccion", "выставка", "каникулы", "праздник", "выборы",
    "конкурс", "展览", "节日", "项目", "事项", "release", "version", "версия", "版本", "المعرض", "الحدث", "المناسبة",
])  # fmt: skip
_ARTICLES = frozenset(["the", "of", "de", "del", "la", "el", "l", "du", "des", "der", "full"])
DATE_FORMAT = "date-format"
"""Of `--columns`: the form of the dates, as strptime has it, and no column."""
YEAR = "year"
"""Of `--columns`: the year of dates without one, or the two of a season, 2027/2028, and no column."""
_YEARS = re.compile("[0-9]{4}(?:/[0-9]{4})?")
# What a column of days until which something can be done is called, and more words: "Talk Deadline", "Meldeschluss".
_DEADLINE = re.compile(
    r".*(?:deadline|duedate|(?:melde|einsende|annahme|bewerbungs|redaktions|nenn)schluss|frist|fechalimite|plazo|datelimite"
    r"|срок|дедлайн|截止(?:日期|时间)?|(?:الموعد|موعد)(?:ال)?نهائي)"
    r"|(?:deadline|fechalimite|plazo|datelimite|срок|дедлайн)(?!.*(?:url|link)).*"
)
# What else a call for papers dates, in columns that hold dates.
_PART = re.compile(
    "(?:author|acceptance|decision)?notification(?:date|ofacceptance)?|cameraready(?:date|due)?|(?:abstract|paper|submission)s?(?:date|due)?"
    "|rebuttal(?:start|end)(?:date)?"
)
_NO_DEADLINE = re.compile(
    "notif|decision|results?|release|start|begin|open|announce|conference|beginn|начало|результат|开始|结束|公布|通知"
)
# Any other word in a column of yes and no is a yes, so that nothing private is published for its language.
NO_WORDS = frozenset([
    "", "-", "0", "f", "false", "n", "no", "none", "n/a", "off", "falsch", "aus", "nein", "faux", "non", "falso", "нет", "ложь",
    "否", "假", "لا", "خطأ",
])  # fmt: skip
BLANKS = frozenset(("", "-", "none", "n/a"))
"""Of these words those that leave a question open."""


def find_columns(
    header: list[str], named: Mapping[str, str], rank_dates: Callable[[int], int], *, has_parts: bool = False
) -> dict[str, int]:
    """Returns the position of the column of each key, by its name or as *named* has it; no date where it *has_parts* with some.

    Of several columns that may be the date, that is the first of those that *rank_dates* puts highest, and a year behind
    them; one of hours alone, of rank 0, is none. Raises ImportingError where *named* has no such key or column, and where no column holds titles or
    dates.
    """
    plain = [_plain_name(name) for name in header]
    columns = _columns_by_name(header, plain, rank_dates)
    for key, name in named.items():
        if key == YEAR and not _YEARS.fullmatch(name):
            raise ImportingError(f"--columns year={name}: write a year, 2027, or the two of a season, 2027/2028")
        if key in (DATE_FORMAT, YEAR):
            continue
        names, wanted = (header, name) if name in header else (plain, _plain_name(name))
        if key not in _COLUMNS or wanted not in names:
            raise ImportingError(
                f"--columns {key}={name}: the table has {', '.join(header)}; our keys are {', '.join(_COLUMNS)}"
            )
        columns = {other: position for other, position in columns.items() if position != names.index(wanted)}
        columns[key] = names.index(wanted)
    for key, partner in (("home", "away"), ("away", "home"), ("opponent", "opponent"), ("team", "opponent")):
        if "title" in columns or partner not in columns:
            columns.pop(key, None)
    has_dates = "when" in columns or has_parts or any(map(is_deadline, header))
    has_titles = any(key in columns for key in ("title", "home", "opponent", *stand_ins(columns, header)))
    if missing := [key for key, is_there in (("title", has_titles), ("when", has_dates)) if not is_there]:
        raise ImportingError(
            f"no column is known to hold {' or '.join(missing)}; the table has {', '.join(header)}: "
            f"add --columns {','.join(f'{key}=COLUMN' for key in missing)}"
        )
    return columns


def _columns_by_name(header: list[str], plain: list[str], rank_dates: Callable[[int], int]) -> dict[str, int]:
    """Returns the position of the column of each key that a name of *header*, *plain* without marks, is known for."""
    without_events = [_without_events(name) for name in header]
    columns: dict[str, int] = {}
    for key, words in _COLUMNS.items():
        candidates = [names.index(word) for names in (plain, without_events) for word in words if word in names]
        free = [position for position in candidates if position not in columns.values()]
        if key == "when":
            ranks = {position: rank_dates(position) for position in free}
            free = sorted(
                (position for position in free if ranks[position] or plain[position] not in _HOURS),
                key=lambda position: (-ranks[position], plain[position] == "year"),
            )
        if free:
            columns[key] = free[0]
    named = [at for at, name in enumerate(plain) if name in _DATED_EVENTS and at not in columns.values()]
    if "when" in columns and "title" not in columns and named and not rank_dates(named[0]):
        columns["title"] = named[0]  # "Termin" beside "Datum" is what takes place then
    if "when" in columns and plain[columns["when"]] == "year":  # the year of what a release is about, beside its day
        known = {*columns.values(), *(at for at, name in enumerate(header) if is_deadline(name) or is_part(name))}
        dated = [at for at, name in enumerate(header) if at not in known and is_called_a_date(name)]
        if any(rank_dates(at) == 2 for at in dated):
            del columns["when"]
    return columns


def other_columns(header: list[str], columns: Mapping[str, int], named: Container[str]) -> dict[str, list[int]]:
    """Returns the positions of the columns that have names of the same key as the one in *columns*, in the order of the names.

    They are no other key's, and a column that is *named* for its key is the only one.
    """
    free = [position for position in range(len(header)) if position not in columns.values()]
    ranks = {
        key: [(rank, at) for at in free if (rank := _rank_of_name(header[at], key)) is not None] for key in columns
    }
    return {key: [] if key in named else [at for _rank, at in sorted(ranks[key])] for key in columns}


def is_named(column: str, *keys: str) -> bool:
    """Tells whether a column has a name of one of *keys*: "start" is one of "when", and "event title" one of "title"."""
    return any(_rank_of_name(column, key) is not None for key in keys)


def _rank_of_name(column: str, key: str) -> int | None:
    """Returns the place of the name of *column* among those of *key*; behind them all with an "event" in it, None for no name."""
    words, plain, without_events = _COLUMNS[key], _plain_name(column), _without_events(column)
    if plain in words:
        return words.index(plain)
    return len(words) + words.index(without_events) if without_events in words else None


def is_called_a_date(column: str) -> bool:
    """Tells whether "date" is a word of the name of a column, as of "Release date"."""
    return not _DATE_WORDS.isdisjoint(_words(column))


def find_date_parts(header: list[str]) -> list[int]:
    """Returns the positions of the columns for the year, the month, and the day if there is one; [] where one of the first two is missing."""
    plain = [_plain_name(name) for name in header]
    parts = [next((at for at, name in enumerate(plain) if name in names), -1) for names in _DATE_PARTS]
    return [at for at in parts if at >= 0] if min(parts[:2]) >= 0 else []


def may_be_a_day(column: str) -> bool:
    """Tells whether a column of hours has a name that does not say so: "start" does not, "start time" does."""
    return not re.search("time|hour|uhr|zeit|hora|heure|время|时间|الوقت|وقت", _plain_name(column))


def stand_ins(columns: Collection[str], header: list[str]) -> list[str]:
    """Returns the keys whose column stands in for a title that a row has not: the notes, and in a list of gigs the place.

    That is a table without a column of titles, all of whose *columns* are known.
    """
    is_gig_list = "title" not in columns and len(columns) == sum(bool(_plain_name(name)) for name in header)
    return ["notes", "tags", "venue", "place"] if is_gig_list else ["notes"]


def titles_by_language(header: list[str], language: str) -> tuple[list[str], dict[int, str]]:
    """Returns *header* with one column of titles, and the languages of all columns of titles that name theirs, by position.

    That one is the column without a language, else the one in *language*, else the first. A language alone is no translation.
    """
    matches = {at: _TITLE_IN.fullmatch(name.strip()) for at, name in enumerate(header)}
    languages = {
        at: match["language"].lower()
        for at, match in matches.items()
        if match and match["language"].lower() in LANGUAGES and _plain_name(match["name"]) in _COLUMNS["title"]
    }
    plain = [at for at, name in enumerate(header) if at not in languages and is_named(name, "title")]
    if len({*languages.values(), *(["-"] if plain else [])}) < 2:
        return header, {}
    base = next(iter([*plain, *(at for at in languages if languages[at] == language), *languages]))
    names = ["" if at in languages else name for at, name in enumerate(header)]
    names[base] = names[base] or "title"
    return names, {base: language} | languages


def count_names(cells: list[str]) -> int:
    """Returns how many *cells* are names that a column of some key may have."""
    return sum(1 for cell in cells if _plain_name(cell) and is_named(cell, *_COLUMNS))


def zone_in(column: str) -> str:
    """Returns the zone that a column says its hours are in, as of "Time (ET)", "Time (Eastern)" and "start_utc"; "" for none.

    Letters and offsets stand as they are: which zone they mean may hang on the reader's.
    """
    match = re.search(r"[(（\[]([^()（）\[\]]+)[)）\]]", column)
    if match and (zone := zone_of(match[1])):
        words = match[1].strip()
        return zone if zone == "UTC" or re.search("[a-z]{2}", words) else words
    return "UTC" if "utc" in _plain_name(column) else ""


def names_an_event(key: str) -> bool:
    """Tells whether a key is what a list calls one of its events, "fixture"."""
    return _plain_name(key) in _EVENTS


def is_part(column: str) -> bool:
    """Tells whether a column of dates is called after what a call for papers dates beside its deadlines."""
    return _PART.fullmatch(_plain_name(column)) is not None


def part_kind(column: str) -> str:
    """Returns the kind of what a column dates: a deadline, or "", an event, as a notification is."""
    return "" if _NO_DEADLINE.search(column.lower()) and not is_deadline(column) else "deadline"


def in_words(column: str) -> str:
    """Returns the name of a column as words: "abstract deadline" of "abstract_deadline" and of "abstractDeadline"."""
    is_key = "_" in column or (" " not in column and re.search("[a-z][A-Z]", column))
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", column).replace("_", " ").lower().strip() if is_key else column


def is_deadline(column: str) -> bool:
    """Tells whether a column is called after a deadline, in one of seven languages; "is extended deadline" is a yes or no."""
    words = _words(column)
    return _DEADLINE.fullmatch("".join(words)) is not None and words[0] not in ("is", "has")


def _plain_name(column: str) -> str:
    return "".join(_words(column))


def _without_events(column: str) -> str:
    """Returns the plain name of *column* without what the table calls its events: "venue" of "Event venue"."""
    words = [word for word in _words(column) if word not in _ARTICLES and not re.fullmatch("20[0-9]{2}", word)]
    rest = "".join(word.removeprefix("event") for word in words if word not in _EVENTS)
    is_name = len(words) > 1 and _EVENTS.intersection(words) and words[-1] in ("name", "title")
    return "title" if is_name or (words and not rest) else rest


@lru_cache(maxsize=256)
def _words(column: str) -> tuple[str, ...]:
    """Returns the words of a column's name in small letters without accents; what stands in brackets is none of them."""
    bare = re.sub(r"[(（].*", "", column.strip(), flags=re.DOTALL) or column
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).lower()
    letters = unicodedata.normalize(
        "NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]", "", unicodedata.normalize("NFKD", apart))
    )
    return tuple(re.findall(r"[^\W_]+", letters))
