"""A zone's name becomes a ZoneInfo, and a wall clock an instant. The one place that chooses the zone data."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from ..errors import GrammarError, shorten
from .tzif import read_clock, read_table

# Only the pinned tzdata package: a zone means the same on every machine.
zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

# Letters that many people write and that name no place: some mean several clocks, some are IANA names for a clock
# without the summer time that the writer has in mind (EST is Panama's).
_ABBREVIATION_ADVICE = {
    abbreviation: zones
    for zones, abbreviations in {
        "Europe/Paris": "CET CEST MET",
        "Europe/Berlin": "MEZ MESZ",
        "Europe/Helsinki": "EET EEST",
        "Europe/Lisbon": "WET WEST",
        "Europe/London": "BST",
        "Europe/Moscow": "MSK МСК",
        "America/New_York": "EST EDT ET EST5EDT",
        "America/Chicago or Asia/Shanghai": "CST",
        "America/Chicago": "CDT CT CST6CDT",
        "America/Denver or America/Phoenix": "MST",
        "America/Denver": "MDT MT MST7MDT",
        "America/Los_Angeles": "PST PDT PT PST8PDT",
        "Pacific/Honolulu": "HST",
        "Asia/Kolkata, Asia/Jerusalem or Europe/Dublin": "IST",
        "Asia/Karachi": "PKT",
        "Asia/Tokyo": "JST",
        "Asia/Seoul": "KST",
        "Asia/Singapore": "SGT",
        "Australia/Brisbane or Australia/Sydney": "AEST",
        "Australia/Sydney": "AEDT",
        "Australia/Darwin or Australia/Adelaide": "ACST",
        "Australia/Adelaide": "ACDT",
        "Australia/Perth": "AWST",
        "Pacific/Auckland": "NZST NZDT",
        "Asia/Hong_Kong": "HKT",
        "Asia/Jakarta": "WIB",
        "Africa/Johannesburg": "SAST",
        "Africa/Nairobi": "EAT",
        "Africa/Maputo": "CAT",
        "Africa/Lagos": "WAT",
        "America/Anchorage": "AKST AKDT",
        "America/Halifax or America/Puerto_Rico": "AST",
        "America/Halifax": "ADT",
        "America/St_Johns": "NST NDT",
    }.items()
    for abbreviation in abbreviations.split()
}
# What Windows and Outlook call zones, without "Standard Time" (CLDR, windowsZones, territory 001).
_WINDOWS_ZONES = {
    windows_name: iana_name
    for line in """
        Afghanistan=Asia/Kabul; Alaskan=America/Anchorage; Arab=Asia/Riyadh; Arabian=Asia/Dubai; Arabic=Asia/Baghdad
        Argentina=America/Argentina/Buenos_Aires; Atlantic=America/Halifax; AUS Central=Australia/Darwin
        AUS Eastern=Australia/Sydney; Azerbaijan=Asia/Baku; Bangladesh=Asia/Dhaka; Belarus=Europe/Minsk
        Canada Central=America/Regina; Caucasus=Asia/Yerevan; Cen. Australia=Australia/Adelaide
        Central America=America/Guatemala; Central Asia=Asia/Bishkek; Central Europe=Europe/Budapest
        Central European=Europe/Warsaw; Central (Mexico)=America/Mexico_City; Central=America/Chicago; China=Asia/Shanghai; E. Africa=Africa/Nairobi
        E. Australia=Australia/Brisbane; E. Europe=Europe/Chisinau; E. South America=America/Sao_Paulo
        Eastern (Mexico)=America/Cancun; Eastern=America/New_York; Egypt=Africa/Cairo; Ekaterinburg=Asia/Yekaterinburg; FLE=Europe/Kyiv
        Georgian=Asia/Tbilisi; GMT=Europe/London; Greenland=America/Nuuk; Greenwich=Atlantic/Reykjavik
        GTB=Europe/Bucharest; Hawaiian=Pacific/Honolulu; India=Asia/Kolkata; Iran=Asia/Tehran
        Israel=Asia/Jerusalem; Jordan=Asia/Amman; Kaliningrad=Europe/Kaliningrad; Korea=Asia/Seoul
        Mauritius=Indian/Mauritius; Middle East=Asia/Beirut; Morocco=Africa/Casablanca
        Mountain (Mexico)=America/Mazatlan; Mountain=America/Denver; Pacific (Mexico)=America/Tijuana
        Myanmar=Asia/Yangon; N. Central Asia=Asia/Novosibirsk; Nepal=Asia/Kathmandu; New Zealand=Pacific/Auckland
        Newfoundland=America/St_Johns; North Asia=Asia/Krasnoyarsk; North Asia East=Asia/Irkutsk
        Pacific SA=America/Santiago; Pacific=America/Los_Angeles; Pakistan=Asia/Karachi; Paraguay=America/Asuncion
        Romance=Europe/Paris; Russian=Europe/Moscow; Russia Time Zone 3=Europe/Samara; SA Eastern=America/Cayenne
        SA Pacific=America/Bogota; SA Western=America/La_Paz; SE Asia=Asia/Bangkok; Singapore=Asia/Singapore
        South Africa=Africa/Johannesburg; Sri Lanka=Asia/Colombo; Syria=Asia/Damascus; Taipei=Asia/Taipei
        Tasmania=Australia/Hobart; Tokyo=Asia/Tokyo; Turkey=Europe/Istanbul; US Eastern=America/Indiana/Indianapolis
        US Mountain=America/Phoenix; Venezuela=America/Caracas; Vladivostok=Asia/Vladivostok
        W. Australia=Australia/Perth; W. Central Africa=Africa/Lagos; W. Europe=Europe/Berlin
        West Asia=Asia/Tashkent; Yakutsk=Asia/Yakutsk
    """.strip().splitlines()
    for entry in line.split(";")
    for windows_name, iana_name in [entry.strip().split("=")]
}
# Large cities that no zone is called by, by the zone that they are in.
_CITIES = {
    city: zone
    for zone, cities in {
        "Africa/Johannesburg": "cape_town durban pretoria",
        "America/Chicago": "austin dallas houston minneapolis new_orleans",
        "America/Los_Angeles": "las_vegas portland san_diego san_francisco seattle silicon_valley",
        "America/New_York": "atlanta boston miami new_york_city nyc orlando philadelphia pittsburgh washington washington_dc",
        "America/Sao_Paulo": "brasilia rio rio_de_janeiro",
        "America/Toronto": "ottawa",
        "Asia/Dubai": "abu_dhabi",
        "Asia/Karachi": "islamabad lahore",
        "Asia/Kolkata": "bangalore bengaluru bombay chennai delhi hyderabad mumbai new_delhi pune",
        "Asia/Shanghai": "beijing guangzhou hangzhou peking shenzhen",
        "Asia/Tokyo": "kyoto osaka",
        "Europe/Amsterdam": "rotterdam the_hague",
        "Europe/Berlin": "bonn cologne dresden düsseldorf frankfurt hamburg köln leipzig munich münchen stuttgart",
        "Europe/Istanbul": "ankara",
        "Europe/London": "britain british cambridge cardiff edinburgh glasgow manchester oxford uk",
        "Europe/Madrid": "barcelona seville valencia",
        "Europe/Moscow": "saint_petersburg sochi st._petersburg",
        "Europe/Paris": "lyon marseille strasbourg",
        "Europe/Rome": "milan naples turin",
        "Europe/Zurich": "basel bern geneva lausanne",
        "Pacific/Auckland": "christchurch wellington",
    }.items()
    for city in cities.split()
}
_DAY, _EPOCH = timedelta(days=1), datetime(1970, 1, 1)
_TIME_SUFFIX = re.compile(r" (?:(?:standard|daylight|summer) )?time$", re.IGNORECASE)
# "Eastern Standard Time (Mexico)", "Eastern Time (US & Canada)", "US Eastern Time"
_WINDOWS_ZONE_NAME = re.compile(r"(.+ (?:Standard|Daylight|Summer)|(?:US )?(.+)) Time( \(Mexico\))?(?: \(.*)?")
_UTC_OFFSET = re.compile(r"(?:UTC|GMT)\s*([+-])\s*0?([0-9]{1,2})(?::?(00|15|30|45))?\s?h?\)?$", re.IGNORECASE)
# The Etc/ names have whole hours; these places have had no summer time since 2010.
_PARTS_OF_HOURS = {
    "+4:30": "Asia/Kabul", "+5:30": "Asia/Kolkata", "+5:45": "Asia/Kathmandu", "+6:30": "Asia/Yangon",
    "+8:45": "Australia/Eucla", "+9:30": "Australia/Darwin", "-9:30": "Pacific/Marquesas",
}  # fmt: skip
_UTC_OFFSET_PATTERN = re.compile(r"(?:UTC|GMT|Z)?\s*([+\-\u2212])\s*([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)


def quote_input(text: str) -> str:
    """Returns *text* as an error message shows it: in quotes, control characters spelled out, never longer than a line."""
    return repr(shorten(text))


@lru_cache
def zone_names() -> frozenset[str]:
    """Returns the IANA names that the registry takes."""
    return frozenset(zoneinfo.available_timezones()) - {"Factory", "localtime"} - _ABBREVIATION_ADVICE.keys()


def zone_of_letters(letters: str, home: str) -> str:
    """Returns the zone that letters such as CET or EDT mean: *home*, if its clock is called so; "" for none, or several."""
    if home in zone_names() and letters in {
        datetime(2027, month, 1, tzinfo=ZoneInfo(home)).tzname() for month in (1, 7)
    }:
        return home
    zone = _ABBREVIATION_ADVICE.get(letters.upper(), "")
    return zone if zone in zone_names() else ""


def zone_of(text: str, home: str = "") -> str | None:
    """Returns the zone that people call *text*: AoE, UTC-12, an IANA name, "PT (Pacific Time)", EDT, Eastern, Brussels time; None for none.

    *home* is the zone that letters mean which are also other zones' (CST, IST).
    """
    bare = text.strip()
    if bare == ANYWHERE_ON_EARTH or re.fullmatch(r"(?i)(?:aoe|anywhere on earth)(?:\s*\(.*\))?", bare):
        return AOE
    if bare in zone_names():
        return "UTC" if bare in ("Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT", "Universal") else bare
    if re.fullmatch(r"(?i)utc?|gmt|z", bare):  # almanacs write UT
        return "UTC"
    if offset := _UTC_OFFSET.search(bare):
        hours = int(offset[2])
        if offset[3] not in (None, "00"):
            return _PARTS_OF_HOURS.get(f"{offset[1]}{hours}:{offset[3]}")
        return AOE if (offset[1], hours) == ("-", 12) else _zone_of_offset(offset[1], hours) or None
    if zone := zone_of_letters(bare.split(" (")[0], home) or _windows_zone(bare):
        return zone
    city = _zones_of_cities().get(_folded(_TIME_SUFFIX.sub("", bare)), "") if _TIME_SUFFIX.search(bare) else ""
    return None if city.startswith("US/") else city or None


def _zone_of_offset(sign: str, hours: int) -> str:
    """Returns the zone that is *hours* ahead of or behind UTC all year, "" for none: Etc/ names count as POSIX does, west as positive."""
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
    return name if name in zone_names() else ""


def _windows_zone(name: str) -> str:
    """Returns the zone that Windows calls "Eastern Standard Time", also without its last words; "" for none."""
    match = _WINDOWS_ZONE_NAME.fullmatch(name)
    return _WINDOWS_ZONES.get((match[2] or match[1].rpartition(" ")[0]) + (match[3] or "") if match else name, "")


ANYWHERE_ON_EARTH = "Etc/GMT+12"
"""The zone of a deadline that holds as long as it is that day somewhere: 12 hours behind UTC."""
AOE = "AoE"
"""The word of the registry for `ANYWHERE_ON_EARTH`."""


FLOATING = "floating"
"""The value of `timezone` for hours that hold on every wall clock (RFC 5545 3.3.5, form 1)."""


class FloatingZone(ZoneInfo):
    """A zone for hours that hold on every wall clock: feeds and pages name no zone, reminders are counted in this one."""


def is_floating(zone: tzinfo | None) -> bool:
    """Tells whether an hour in *zone* holds on every wall clock."""
    return isinstance(zone, FloatingZone)


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo:
    """Returns the zone that IANA calls *name*, or for `AoE` the last one in which a day ends.

    Raises GrammarError, with what was probably meant, for anything else.
    """
    if name == AOE:
        return ZoneInfo(ANYWHERE_ON_EARTH)
    if name in zone_names():
        return ZoneInfo(name)
    raise GrammarError(f"{quote_input(name)}: {_explain_unknown_zone(name)}")


def zone_or_default(name: str) -> str:
    """Returns the key of the zone *name*; "", which stands for each event's own zone, where there is no such zone."""
    try:
        return find_zone(name).key if name else ""
    except GrammarError:
        return ""


def zone_or_utc(name: str) -> ZoneInfo:
    """Returns the zone that *name* was when it was stored. UTC, said once in the log, where newer zone data have lost it."""
    try:
        return ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        return _replace_unknown_zone(name)


@lru_cache
def _replace_unknown_zone(name: str) -> ZoneInfo:
    import logging  # 3 ms of each command, for what hardly happens

    log = logging.getLogger(__name__)
    log.warning("time zone %s is unknown: stored times are read as UTC; choose another in the registry", name)
    return ZoneInfo("UTC")


def _folded(name: str) -> str:
    return re.sub(r"\s+", "_", name.casefold())


@cache
def _zones_of_cities() -> dict[str, str]:
    """Returns the zone of each large city, and of each that a zone is called by, in small letters and with low lines."""
    names = sorted(
        zone_names(), key=lambda name: (name.startswith("Canada/"), name.startswith("US/"), name), reverse=True
    )
    return _CITIES | {name.casefold().rsplit("/", 1)[-1]: name for name in names if not name.startswith("Etc/")}


def _explain_unknown_zone(name: str) -> str:
    """Says what to write in place of *name*, which is no zone."""
    stripped = name.split(" (")[0].strip()
    place = _TIME_SUFFIX.sub("", stripped)
    if not stripped:
        return "a time zone is missing; write an IANA name such as Asia/Dushanbe"
    if re.sub(r"[^a-z]", "", stripped.casefold()) in {"aoe", "anywhereonearth"}:
        return "for a deadline anywhere on Earth write AoE"
    if stripped.upper() in {"UTC", "UT", "Z", "ZULU", "UCT"}:
        return "write UTC"
    if iana_name := _windows_zone(name):
        return f"a zone is called by a place; write {iana_name}"
    if stripped.upper() in _ABBREVIATION_ADVICE:
        return f"letters do not say which place's summer time; write a place, such as {_ABBREVIATION_ADVICE[stripped.upper()]}"
    if offset := _UTC_OFFSET_PATTERN.fullmatch(stripped):
        sign, hours, minutes = offset.groups("0")
        if not int(hours) and not int(minutes):
            return "write UTC"
        etc_name = "" if int(minutes) else _zone_of_offset(sign, int(hours))
        advice = f", or {etc_name} for this offset all year (its sign is reversed)" if etc_name else ""
        return f"an offset is not a time zone; write a place, such as Asia/Dushanbe{advice}"
    return f"there is no such time zone; {_suggest_zone(place) or 'IANA names look like Asia/Dushanbe'}"


def _suggest_zone(name: str) -> str:
    """Returns a question for a misspelt zone or the bare name of a city; else nothing.

    Only the last part is compared, as zones of one region look alike, and with zones of the same region, if one is named:
    a wrong one would move the event by hours.
    """
    folded = _folded(name)
    by_name = {zone_name.casefold(): zone_name for zone_name in zone_names()}
    if folded in by_name:
        return f"did you mean {by_name[folded]}?"
    by_city = _zones_of_cities()
    city = folded.rsplit("/", 1)[-1]
    region = folded[: folded.find("/") + 1]
    nearby = sorted(name for name, zone in by_city.items() if zone.casefold().startswith(region))
    matches = [city] if city in by_city else difflib.get_close_matches(city, nearby, 1, 0.8)
    return f"did you mean {by_city[matches[0]]}?" if matches else ""


def local_to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Returns the UTC instant at which a wall clock in *zone* shows the naive *local*.

    A time that the zone skips has the offset that was in force before the gap; a repeated one is its first pass
    (RFC 5545 3.3.5, which is also what fold=0 means).
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def find_gap(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Returns the gap of *zone*'s wall clock around *local*, or None: (first skipped minute, first valid one again), naive.

    *local* is naive or in *zone*, its fold 0.
    """
    before, after = zone.utcoffset(local), zone.utcoffset(local.replace(fold=1))
    if before is None or after is None or before >= after:
        return None
    shown = local.replace(tzinfo=None)
    years = {(shown + offset).year for offset in (-_DAY, _DAY)}  # of UTC
    transitions = (transition for year in sorted(years) for transition in zone_transitions(zone, year))
    return next(((gap.begin, gap.end) for gap in transitions if gap.is_gap and gap.begin <= shown < gap.end), None)


@dataclass(frozen=True, slots=True)
class ZoneTransition:
    """A change of a zone's clocks: the naive local times *begin* .. *end* (left out) are skipped, or else shown twice."""

    begin: datetime
    end: datetime
    is_gap: bool

    def shift_out_of_gap(self, local: datetime) -> datetime:
        """Returns the time that the clock shows at a skipped *local* time (RFC 5545 3.3.5)."""
        return local + (self.end - self.begin) if self.is_gap else local


@lru_cache(maxsize=4096)
def zone_transitions(zone: ZoneInfo, year: int) -> tuple[ZoneTransition, ...]:
    """Returns the changes of *zone*'s clocks in one year of UTC, in order."""
    transitions = []
    for change in read_clock(zone.key).changes_through(year, year):
        before, after = change.before.offset, change.after.offset
        if before != after:
            begin, end = (_EPOCH + timedelta(seconds=change.at + offset) for offset in sorted((before, after)))
            transitions.append(ZoneTransition(begin, end, before < after))
    return tuple(transitions)


@lru_cache(maxsize=1024)
def changed_offsets(zone: ZoneInfo, today: date) -> Mapping[date, timedelta]:
    """Returns the days of the next two years on which *zone*'s offset is not that of two to three years ago, with that offset.

    A rule names a weekday, so any offset within a week of that day counts as the same. A zone whose changes are listed
    for decades follows the moon (Gaza): its days move every year, and say nothing about a change of its rules.
    """
    if read_clock(zone.key).listed_until > datetime(today.year + 10, 1, 1, tzinfo=UTC).timestamp():
        return {}

    @cache
    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), zone).utcoffset()

    week, changed = timedelta(weeks=1), {}
    for day in (today + timedelta(days=number) for number in range(731)):
        former = same_day_before(day, today)
        if offset(day) not in (offset(former), offset(former - week), offset(former + week)):
            changed[day] = offset(former) or timedelta()
    return changed


def same_day_before(day: date, today: date) -> date:
    """Returns the day of the year like *day* in the year that ended two years before *today*; 28 for the last days of a month."""
    is_later = (day.month, day.day) > (today.month, today.day)
    return date(today.year - 2 - is_later, day.month, min(day.day, 28))


@lru_cache(maxsize=1)
def country_names() -> Mapping[str, str]:
    """Returns the English names of the countries by their codes (ISO 3166-1 alpha-2), as the zone data has them."""
    return dict(read_table("iso3166.tab"))
