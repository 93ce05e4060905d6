"""Words that people type for other words: keys of other formats, misspellings, colours, countries. Pure tables and one comparison."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from types import MappingProxyType

# Keys of iCalendar, JSCalendar, schema.org, yaml2ics, Home Assistant and front matter, without case, - and _.
_EVENT = {
    "title": "summary name subject heading headline event label caption",
    "when": "start begin date dtstart day starts begins startdate starttime datestart datetime time deadline from on cfp",
    "place": "location venue where city address geo locations",
    "notes": "description comment comments note body text details content desc descr info",
    "tags": "categories category labels keywords keyword tag topics topic rank sub",
    "url": "link href website homepage web page uri links",
    "id": "uid slug key identifier",
    "reminders": "reminder alarm alarms alert alerts valarm notify notification notifications trigger remind",
    "repeat": "freq frequency recurrence recurring recur repeats recurrencerules eventschedule schedule every interval rule",
    "except": "exdate exdates exclude excluded excluding skip without",
    "also": "rdate rdates extra additional plus",
    "exceptions": "overrides override recurrenceid",
    "timezone": "tz zone tzid timezoneid",
    "status": "state eventstatus",
    "was": "previous previousstartdate original originally formerdate",
    "source": "sources ref reference references citation origin",
    "formerly": "aliases alias oldid previously former renamedfrom",
    "busy": "transp transparency availability freebusy opaque",
}
_CALENDAR = {
    "id": "uid slug key domain",
    "name": "title summary",
    "timezone": "tz zone tzid",
    "language": "lang locale inlanguage",
    "color": "colour",
    "url": "link href website homepage",
    "contact": "email mail organizer author owner",
    "description": "notes desc comment text",
}
_PLACE = {
    "name": "title venue city town address location place",
    "region": "state province oblast district county area",
    "country": "countrycode cc land nation",
    "lat": "latitude y",
    "lon": "longitude lng long x",
}
_SOURCE = {
    "title": "name summary",
    "url": "link href uri address",
    "published": "date publishedat publicationdate day",
    "seen": "accessed retrieved read visited checked",
    "quote": "text words excerpt quotation citation cite",
    "grade": "reliability confidence rating level",
}
_TOP = {
    "events": "event items entries agenda",
    "sources": "source references",
    "defaults": "default",
    "include": "includes import imports files",
    "calendar": "cal",
    "version": "schemaversion",
}
_EXCEPTION = {"when": "start date moved to begin", "status": "state cancelled canceled"}
_DEFAULTS = {each: _EVENT[each] for each in ("tags", "source", "reminders", "timezone")}

_SYNONYMS = MappingProxyType(
    {
        place: {other: right for right, others in table.items() for other in others.split()}
        for place, table in {
            "event": _EVENT,
            "calendar": _CALENDAR,
            "place": _PLACE,
            "source": _SOURCE,
            "registry": _TOP,
            "exceptions": _EXCEPTION,
            "defaults": _DEFAULTS,
        }.items()
    }
)

_END = "write the end inside when, as 2021-09-16/17 or 2021-09-16 10:00/12:30"
_INSIDE_PLACE = "write it inside place, as place: {name: Dushanbe, country: TJ}"
_INSIDE_SOURCE = "write it inside source, as source: {title: ..., published: 2021-06-24, grade: reported}"
_CANCELLED = "write status: cancelled"
_IN_CALENDAR = "it belongs under calendar"
_ADVICE: MappingProxyType[str, dict[str, str]] = MappingProxyType(
    {
        "event": {
            **dict.fromkeys(
                ("end", "dtend", "duration", "finish", "ends", "enddate", "endtime", "until", "to", "dateend"),
                _END,
            ),
            **dict.fromkeys(("country", "region", "lat", "lon", "latitude", "longitude"), _INSIDE_PLACE),
            **dict.fromkeys(("quote", "grade", "published", "seen"), _INSIDE_SOURCE),
            **dict.fromkeys(("cancelled", "canceled"), _CANCELLED),
            "language": "write the languages inside the text, as title: {en: ..., ru: ...}",
            "allday": "leave it out: a when without an hour lasts whole days",
            "count": "write the number inside repeat, as every week 10 times",
            "color": "a colour belongs to the calendar",
        },
        "registry": dict.fromkeys(
            (
                "id",
                "name",
                "title",
                "timezone",
                "language",
                "color",
                "colour",
                "url",
                "contact",
                "description",
                "lang",
                "tz",
            ),
            _IN_CALENDAR,
        )
        | dict.fromkeys(("tags", "reminders"), "it belongs under defaults"),
        "exceptions": dict.fromkeys(("end", "dtend", "duration"), _END),
        "included": dict.fromkeys(("version", "calendar", "include"), "only the main file has it"),
    }
)


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that *word* most likely was meant to be."""
    plain = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), plain, n=1, cutoff=likeness)
    return plain[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """`, did you mean 'x'?`, or nothing."""
    close = nearest(word, known, likeness)
    return f", did you mean '{close}'?" if close is not None else ""


def unknown_key(key: str, place: str, known: Iterable[str]) -> tuple[str, str | None]:
    """What to say of a key that *place* does not have, and the key that was meant, if that is plain."""
    known = list(known)
    plain = key.casefold().replace("-", "").replace("_", "").replace(" ", "")
    if advice := _ADVICE.get(place, {}).get(plain):
        return f"unknown key '{key}': {advice}", None
    synonym = plain if plain in known else _SYNONYMS.get("registry" if place == "included" else place, {}).get(plain)
    if synonym in known:
        return f"unknown key '{key}': here it is called '{synonym}'", synonym
    if close := nearest(key, known):
        return f"unknown key '{key}', did you mean '{close}'?", close
    return f"unknown key '{key}'; the keys here are {', '.join(known)}", None


# ISO 3166-1 alpha-2, and XK, which that standard leaves to its users and everybody uses for Kosovo.
_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    XK
"""
COUNTRIES = frozenset(_CODES.split())
# Codes that people type for others.
COUNTRY_SLIPS = MappingProxyType(
    {"UK": "GB", "EN": "GB", "SU": "RU", "TP": "TL", "YU": "RS", "USA": "US", "RUS": "RU", "CHN": "CN"}
)

# CSS Color Module Level 3, section 4.3: the values of RFC 7986's COLOR.
_CSS = """
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
COLORS = frozenset(_CSS.split())
