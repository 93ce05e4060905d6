"""Words that people type for other words: keys of other formats, misspellings, colours, countries. Pure tables and one comparison."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from types import MappingProxyType

from ..errors import shorten

# Keys of iCalendar, JSCalendar, schema.org, yaml2ics, Home Assistant and front matter, without case, - and _, and their names in other languages.
_EVENT_SYNONYMS = {
    "title": "summary name subject heading headline event label caption titel titre título titulo название заголовок 标题 名称",
    "when": "start begin date dtstart day starts begins startdate starttime datestart datetime time deadline from on cfp wann datum zeit termin beginn quand fecha cuándo дата когда 日期 时间",
    "place": "location venue where city address geo locations ort lieu lugar место 地点",
    "notes": "description comment comments note body text details content desc descr info beschreibung notizen hinweise descripción notas описание заметки 描述 备注",
    "tags": "categories category labels keywords keyword tag topics topic rank sub schlagworte kategorie etiquetas теги 标签",
    "url": "link href website homepage web page uri links adresse lien enlace ссылка 链接",
    "id": "uid slug key identifier",
    "reminders": "reminder alarm alarms alert alerts valarm notify notification notifications trigger remind erinnerung erinnerungen rappel rappels recordatorio напоминание напоминания 提醒",
    "repeat": "freq frequency recurrence recurring recur repeats recurrencerules eventschedule schedule every interval rule wiederholung répétition repetición повтор 重复",
    "except": "exdate exdates exclude excluded excluding skip without",
    "also": "rdate rdates extra additional plus",
    "exceptions": "overrides override recurrenceid",
    "timezone": "tz zone tzid timezoneid zeitzone fuseau zonahoraria часовойпояс 时区",
    "status": "state eventstatus estado statut статус 状态",
    "was": "previous previousstartdate original originally formerdate",
    "source": "sources ref reference references citation origin quelle fuente источник 来源",
    "continues": "continuationof follows succeeds replaces supersedes after",
    "formerly": "aliases alias oldid previously former renamedfrom",
    "busy": "transp transparency availability freebusy opaque",
}
_CALENDAR_SYNONYMS = {
    "id": "uid slug key domain",
    "name": "title summary",
    "timezone": "tz zone tzid",
    "language": "lang locale inlanguage",
    "color": "colour",
    "url": "link href website homepage",
    "contact": "email mail organizer author owner",
    "description": "notes desc comment text",
}
_PLACE_SYNONYMS = {
    "name": "title venue address location place",
    "region": "state province oblast district county area",
    "country": "countrycode cc land nation",
    "lat": "latitude y",
    "lon": "longitude lng long x",
}
_SOURCE_SYNONYMS = {
    "title": "name summary",
    "url": "link href uri address",
    "published": "date publishedat publicationdate day",
    "seen": "accessed retrieved read visited checked",
    "quote": "text words excerpt quotation citation cite",
    "grade": "reliability confidence rating level",
}
_TOP_LEVEL_SYNONYMS = {
    "events": "event items entries agenda",
    "sources": "source references",
    "defaults": "default",
    "include": "includes import imports files",
    "calendar": "cal",
    "version": "schemaversion",
}
_EXCEPTION_SYNONYMS = {"when": "start date moved to begin", "status": "state cancelled canceled"}
_DEFAULTS_SYNONYMS = {key: _EVENT_SYNONYMS[key] for key in ("tags", "source", "reminders", "timezone")}

_SYNONYMS = MappingProxyType(
    {
        place: {synonym: right for right, others in table.items() for synonym in others.split()}
        for place, table in {
            "event": _EVENT_SYNONYMS,
            "calendar": _CALENDAR_SYNONYMS,
            "place": _PLACE_SYNONYMS,
            "source": _SOURCE_SYNONYMS,
            "registry": _TOP_LEVEL_SYNONYMS,
            "exceptions": _EXCEPTION_SYNONYMS,
            "defaults": _DEFAULTS_SYNONYMS,
        }.items()
    }
)

_END_ADVICE = "write the end inside when, as 2021-09-16/17 or 2021-09-16 10:00/12:30"
_PLACE_ADVICE = "write it inside place, as place: {name: Dushanbe, country: TJ}"
_SOURCE_ADVICE = "write it inside source, as source: {title: ..., published: 2021-06-24, grade: reported}"
_CANCELLED_ADVICE = "write status: cancelled"
_CALENDAR_KEYS = (
    "id", "name", "title", "timezone", "language", "color", "colour", "url", "contact", "description", "lang", "tz",
)  # fmt: skip
_CALENDAR_ADVICE = "it belongs under calendar"
_LINK_KEYS = ("agenda", "minutes", "programme", "program", "recording", "register", "registration", "ticket", "tickets")
_NUMBER_KEYS = ("price", "cost", "fee", "score", "result", "results", "capacity", "seats")
_EMBARGO_KEYS = (
    "embargo", "embargoed", "hidden", "draft", "private", "unlisted", "secret", "publishon", "publishat", "publishfrom",
)  # fmt: skip
_KEY_ADVICE: MappingProxyType[str, dict[str, str]] = MappingProxyType(
    {
        "event": {
            **dict.fromkeys(
                ("end", "dtend", "duration", "finish", "ends", "enddate", "endtime", "to", "dateend"),
                _END_ADVICE,
            ),
            **dict.fromkeys(("country", "region", "lat", "lon", "latitude", "longitude"), _PLACE_ADVICE),
            **dict.fromkeys(("quote", "grade", "published", "seen"), _SOURCE_ADVICE),
            **dict.fromkeys(("cancelled", "canceled"), _CANCELLED_ADVICE),
            "language": "write the languages inside the text, as title: {en: ..., ru: ...}",
            "until": "write it inside repeat, as every week until 2021-12-16; the end of one date stands inside when, as 2021-09-16/17",
            **{key: f"write its address inside links, as links: {{{key}: https://...}}" for key in _LINK_KEYS},
            **dict.fromkeys(_NUMBER_KEYS, "write it in notes, or name it with x- in front"),
            **dict.fromkeys(_EMBARGO_KEYS, "all that is in the file is public: leave the event out until then"),
            "allday": "leave it out: a when without an hour lasts whole days",
            "count": "write the number inside repeat, as every week 10 times",
            "color": "a colour belongs to the calendar",
        },
        "registry": dict.fromkeys(_CALENDAR_KEYS, _CALENDAR_ADVICE)
        | dict.fromkeys(("tags", "reminders"), "it belongs under defaults"),
        "calendar": dict.fromkeys(
            ("events", "defaults", "sources", "tags", "include", "version"),
            "begin it in the first column, as calendar itself",
        ),
        "place": dict.fromkeys(
            ("street", "zip", "zipcode", "postcode", "postalcode", "plz", "number", "room", "city", "town"),
            "write it inside name, as name: Main Street 1, Dushanbe",
        ),
        "exceptions": dict.fromkeys(("end", "dtend", "duration"), _END_ADVICE),
        "included": dict.fromkeys(("version", "calendar", "include"), "only the main file has it"),
    }
)


def closest_match(word: str, candidates: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Returns the known word that *word* most likely was meant to be."""
    by_casefold = {candidate.casefold(): candidate for candidate in candidates}
    matches = get_close_matches(word.casefold(), by_casefold, n=1, cutoff=cutoff)
    return by_casefold[matches[0]] if matches else None


# Words that people write for a status -> the status that the registry has.
STATUS_SYNONYMS = MappingProxyType(
    {
        synonym: status
        for status, others in {
            "tentative": "tbc tbd provisional planned expected likely possible proposed unconfirmed maybe if-needed"
            " vorläufig geplant предварительно 暂定 待定 مبدئي",
            "cancelled": "canceled off abandoned scrapped"
            " abgesagt entfällt cancelado cancelada отменено отменен отменён отменена 取消 已取消 ملغى",
            "postponed": "moved delayed rescheduled deferred adjourned suspended"
            " verschoben verlegt vertagt aplazado aplazada отложено перенесено перенесен перенесён перенесена 延期 推迟 مؤجل",
            "confirmed": "definite fixed certain scheduled bestätigt confirmado confirmada подтверждено 已确认 مؤكد",
        }.items()
        for synonym in others.split()
    }
)


STATUS_ADVICE = MappingProxyType(
    {
        word: advice
        for words, advice in {
            "soldout full fullybooked bookedout waitinglist ausverkauft agotado": "it takes place: leave status out, and write this in title or notes",
            "extended shortened": "write the new date inside when",
            "over past done ended finished completed closed": "leave it out: the date says so",
        }.items()
        for word in words.split()
    }
)
"""Advice by the word that was written as a status and is none; the words are in small letters, without spaces and hyphens."""


def did_you_mean(word: str, candidates: Iterable[str], cutoff: float = 0.6) -> str:
    """Returns `, did you mean 'x'?`, or nothing."""
    match = closest_match(word, candidates, cutoff)
    return f", did you mean '{match}'?" if match is not None else ""


def explain_unknown_key(key: str, place: str, known_keys: Iterable[str]) -> tuple[str, str | None]:
    """Returns the message for a key that *place* does not have, and the key that was meant, if that is plain."""
    shown = repr(shorten(key))
    if key[:1].isspace() and not key[0].isascii():
        return f"unknown key {shown}: U+{ord(key[0]):04X} only looks like a space: write a plain one", None
    known_keys = list(known_keys)
    normalized = key.casefold().replace("-", "").replace("_", "").replace(" ", "")
    if advice := _KEY_ADVICE.get(place, {}).get(normalized):
        return f"unknown key {shown}: {advice}", None
    synonym = (
        normalized
        if normalized in known_keys
        else _SYNONYMS.get("registry" if place == "included" else place, {}).get(normalized)
    )
    if synonym in known_keys:
        return f"unknown key {shown}: here it is called '{synonym}'", synonym
    if match := closest_match(key, known_keys):
        return f"unknown key {shown}, did you mean '{match}'?", match
    advice = "put it into notes, or name it with x- in front" if place == "event" else "remove it"
    return f"unknown key {shown}: {advice}; known keys: {', '.join(known_keys)}", None


# Codes and names that people type for the code of a country, beside the names of the zone data.
COUNTRY_CODE_ALIASES = MappingProxyType(
    {
        "UK": "GB", "EN": "GB", "SU": "RU", "TP": "TL", "YU": "RS", "USA": "US", "RUS": "RU", "CHN": "CN", "США": "US", "РФ": "RU",
        "UNITED KINGDOM": "GB", "GREAT BRITAIN": "GB", "SOUTH KOREA": "KR", "NORTH KOREA": "KP", "CZECHIA": "CZ",
        "RUSSIAN FEDERATION": "RU", "TÜRKIYE": "TR", "KOSOVO": "XK",
    }
)  # fmt: skip

# CSS Color Module Level 3, section 4.3: the values of RFC 7986's COLOR.
_CSS_COLOR_NAMES = """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred
    darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink
    deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold
    goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush
    lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey
    lightpink lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow
    lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen
    mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin
    navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise
    palevioletred papayawhip peachpuff peru pink plum powderblue purple red rosybrown royalblue saddlebrown
    salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen
    steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
"""
CSS_COLORS = frozenset(_CSS_COLOR_NAMES.split())
