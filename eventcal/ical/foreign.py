"""iCalendar text of any origin becomes plain components and plain values. One bad line never loses the file.

Nothing is mended in silence: each repair is returned as a remark with its line.
"""

from __future__ import annotations

import json
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import eq
from zoneinfo import ZoneInfo

from icalendar import Component, vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_NAME = re.compile(r"([A-Za-z0-9-]+)(?=[;:])")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_MOMENT = re.compile(
    _DATE.pattern + r"[T ]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2}|)"
)
_PROPERTIES = frozenset([
    "BEGIN", "END", "UID", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "DURATION", "DESCRIPTION", "LOCATION", "GEO",
    "URL", "CATEGORIES", "STATUS", "TRANSP", "CLASS", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE",
    "CREATED", "LAST-MODIFIED", "ORGANIZER", "ATTENDEE", "PRIORITY", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO",
    "VERSION", "PRODID", "METHOD", "ACTION", "TRIGGER",
])  # fmt: skip
MAX_DEPTH = 20
_TEXTS = frozenset(["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "CATEGORIES"])
_QUOTED_PRINTABLE = "ENCODING=QUOTED-PRINTABLE"
# Exchange names zones (UTC+01:00) and tzone://Microsoft/Utc, and leaves the quotes out that RFC 5545 3.2 has for a colon.
_REST_OF_ZONE = re.compile(r"([0-9T:]*[^0-9T:].*):([0-9]{8}(?:T[0-9]{6}.*)?)")
_SPLIT_LIST = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was mended or left out, at a line counted from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ForeignProperty:
    """One content line (RFC 5545 3.1), its value still escaped. Names are in upper case."""

    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)
    line: int = 0

    @property
    def text(self) -> str:
        """The value of a TEXT property (RFC 5545 3.3.11)."""
        return _unescape(self.value) if "\\" in self.value else self.value

    @property
    def texts(self) -> list[str]:
        """The values of a list of TEXT, such as CATEGORIES."""
        return [_unescape(item).strip() for item in _SPLIT_LIST.split(self.value) if item.strip()]


def _unescape(text: str) -> str:
    """Returns TEXT as it was before RFC 5545 3.3.11, or a writer that escapes colons and quotes too, escaped it."""
    return re.sub(r"\\([\\;,:\"nN])", lambda match: "\n" if match[1] in "nN" else match[1], text)


@dataclass(slots=True)
class ForeignComponent:
    """A component with its properties in the order of the file, and the components inside it."""

    name: str
    line: int
    properties: list[ForeignProperty] = field(default_factory=list)
    components: list[ForeignComponent] = field(default_factory=list)

    def get(self, name: str) -> ForeignProperty | None:
        """Returns the first property called *name*."""
        return next((item for item in self.properties if item.name == name), None)

    def all(self, name: str) -> list[ForeignProperty]:
        """Returns every property called *name*."""
        return [item for item in self.properties if item.name == name]

    def text(self, name: str) -> str:
        """Returns the text of the first property called *name*, "" without one."""
        content = self.get(name)
        return content.text.strip() if content else ""

    def walk(self, name: str) -> Iterator[ForeignComponent]:
        """Yields every component called *name*, this one included, in the order of the file."""
        if self.name == name:
            yield self
        for child in self.components:
            yield from child.walk(name)


def read_components(data: bytes) -> tuple[list[ForeignComponent], list[Remark]]:
    """Reads the top-level components of *data*, and what had to be mended for it.

    Lines may end in any way and be folded with spaces or tabs. A line that is no content line goes on with the value
    above it; a component without END ends with what surrounds it.
    """
    text, remarks = _decode(data)
    root = ForeignComponent("", 0)
    stack = [root]
    for content in _content_lines(text, remarks):
        if content.name == "BEGIN":
            component = ForeignComponent(content.value.strip().upper(), content.line)
            if len(stack) > MAX_DEPTH:
                remarks.append(Remark(content.line, f"BEGIN:{component.name} is nested too deeply; left out"))
                continue
            stack[-1].components.append(component)
            stack.append(component)
        elif content.name == "END":
            _close(stack, content, remarks)
        else:
            stack[-1].properties.append(content)
    remarks += [Remark(component.line, f"BEGIN:{component.name} has no END") for component in stack[1:]]
    # Events outside a calendar are read as if they stood in one.
    stray = [component for component in root.components if component.name != "VCALENDAR"]
    calendars = [component for component in root.components if component.name == "VCALENDAR"]
    if stray:
        remarks.append(Remark(stray[0].line, f"BEGIN:{stray[0].name} stands outside VCALENDAR"))
        calendars.append(ForeignComponent("VCALENDAR", stray[0].line, components=stray))
    return calendars, sorted(remarks, key=lambda remark: remark.line)


def jcal_to_ical(data: bytes) -> bytes:
    """Rewrites a calendar in JSON (RFC 7265) as iCalendar. Raises ValueError for what is none."""
    try:
        octets: bytes = Component.from_jcal(json.loads(data)).to_ical()
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("a part of it has another form than RFC 7265 gives it") from error
    return octets


def _decode(data: bytes) -> tuple[str, list[Remark]]:
    """Returns the text of *data*: UTF-8, or what Windows and old exporters write in its place."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), [Remark(1, "the file is UTF-16")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        # A fold may cut a character in two (RFC 5545 3.1): join the octets first.
        joined = re.sub(rb"\r?\n[ \t]", b"", data)
        line = data.count(b"\n", 0, error.start) + 1
        text = joined.decode("utf-8-sig", "replace")
        broken = text.count("\ufffd")
        if not broken:
            return text, []
        if len(re.findall("[^\0-\x7f\ufffd]", text)) > broken:
            return text, [Remark(line, f"bytes that are not UTF-8 were left out: {broken}")]
        return data.decode("cp1252", "replace"), [Remark(line, "the file is not UTF-8; it was read as Windows-1252")]


def _content_lines(text: str, remarks: list[Remark]) -> Iterator[ForeignProperty]:
    """Splits each unfolded line into name, parameters and value; a line that is none continues a text above it."""
    previous: ForeignProperty | None = None
    for number, line in _unfolded(text):
        if _NAME.match(line) is not None and not (_is_sentence(line) and previous is not None):
            if previous is not None:
                yield previous
            previous = _property(line, number)
        elif previous is not None and (previous.name in _TEXTS or previous.name.startswith("X-")):
            remarks.append(Remark(number, f"{_short(line)}: no content line; it continues the value above it"))
            previous = replace(previous, value=f"{previous.value}\\n{line}")
        else:
            remarks.append(Remark(number, f"{_short(line)}: no content line; left out"))
    if previous is not None:
        yield previous


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yields the lines of *text* with their numbers, folded ones joined (RFC 5545 3.1), empty ones left out."""
    pending: list[str] = []
    start = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        is_soft_break = bool(pending) and pending[-1].endswith("=") and _QUOTED_PRINTABLE in pending[0].upper()
        if pending and (line[:1] in (" ", "\t") or is_soft_break):
            pending.append(f"\n{line}" if is_soft_break else line[1:])
            continue
        if pending:
            yield start, "".join(pending)
        pending, start = ([line.strip("\ufeff")], number) if line.strip() else ([], number)
    if pending:
        yield start, "".join(pending)


def _is_sentence(line: str) -> bool:
    """Tells whether "Note: bring a badge" or the like is text that lost its fold, and no property in small letters."""
    name = _NAME.match(line)
    return (
        name is not None
        and name[1] != name[1].upper()
        and name[1].upper() not in _PROPERTIES
        and not name[1].upper().startswith("X-")
    )


def _property(line: str, number: int) -> ForeignProperty:
    name = _NAME.match(line)
    assert name is not None
    position, parameters = name.end(), {}
    while parameter := _PARAMETER.match(line, position):
        parameters[parameter[1].upper()] = parameter[2].strip('"')
        position = parameter.end()
    value = line[position:]
    # A parameter that is none (`DTSTART;:2027`) ends at the colon all the same.
    value = value[1:] if value.startswith(":") else value.partition(":")[2]
    if "TZID" in parameters and (unquoted := _REST_OF_ZONE.fullmatch(value)):
        parameters["TZID"], value = _unescape(f"{parameters['TZID']}:{unquoted[1]}"), unquoted[2]
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        octets = quopri.decodestring(value.encode("utf-8", "replace"))
        value = octets.decode(parameters.get("CHARSET", "utf-8"), "replace").replace("\r\n", "\\n").replace("\n", "\\n")
    return ForeignProperty(name[1].upper(), value, parameters, number)


def _close(stack: list[ForeignComponent], content: ForeignProperty, remarks: list[Remark]) -> None:
    name = content.value.strip().upper()
    if all(component.name != name for component in stack[1:]):
        remarks.append(Remark(content.line, f"END:{name} without BEGIN; left out"))
        return
    while stack[-1].name != name:
        remarks.append(Remark(stack[-1].line, f"BEGIN:{stack[-1].name} has no END"))
        stack.pop()
    stack.pop()


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


# Values


@dataclass(frozen=True, slots=True)
class ForeignMoment:
    """A DATE (*local* is a date), or a DATE-TIME: naive *local* on the clock of *zone*, "" for a floating one.

    *zone* is the TZID as written, or "UTC".
    """

    local: date | datetime
    zone: str = ""

    @property
    def is_day(self) -> bool:
        """Whether the value is a DATE and not a DATE-TIME."""
        return not isinstance(self.local, datetime)


def moments(content: ForeignProperty) -> list[ForeignMoment | None]:
    """Returns the dates of DTSTART, EXDATE, RDATE, ...; None for each value that is none. A PERIOD gives its start."""
    zone = content.parameters.get("TZID", "")
    values = [item.partition("/")[0] for item in content.value.split(",")]
    return [moment_of(value.strip(), zone) for value in values if value.strip()]


def moment_of(value: str, zone: str) -> ForeignMoment | None:
    """Returns the DATE or DATE-TIME that *value* writes (RFC 5545 3.3.4, 3.3.5; as ISO 8601 has it, with an offset, too)."""
    try:
        if match := _MOMENT.fullmatch(value):
            year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
            second = min(int(match[6] or 0), 59)  # 60 is a leap second
            if (hour, minute, second) == (24, 0, 0):
                local = datetime(year, month, day) + timedelta(days=1)
            else:
                local = datetime(year, month, day, hour, minute, second)
            offset = offset_of(match[7])
            return ForeignMoment(local - (offset or timedelta()), "UTC" if match[7] else zone)
        if match := _DATE.fullmatch(value):
            return ForeignMoment(date(int(match[1]), int(match[2]), int(match[3])))
    except (ValueError, OverflowError):
        pass
    return None


def period_ends(content: ForeignProperty) -> list[str]:
    """Returns the part behind the slash of each value of an RDATE, "" for a value that is no PERIOD."""
    return [item.partition("/")[2].strip() for item in content.value.split(",") if item.strip()]


@dataclass(frozen=True, slots=True)
class ForeignDuration:
    """A DURATION (RFC 5545 3.3.6): *days* are nominal, *time* is exact, so that `PT24H` is no day."""

    days: timedelta
    time: timedelta

    @property
    def length(self) -> timedelta:
        """Both together."""
        return self.days + self.time


def duration_of(value: str) -> ForeignDuration | None:
    """Returns the DURATION that *value* writes, None for any other text."""
    text = value.strip().upper()
    try:
        length: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
        exact: timedelta = vDuration.from_ical(f"PT{text.partition('T')[2]}") if "T" in text else timedelta()  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        return None
    exact = -exact if text.startswith("-") else exact
    return ForeignDuration(length - exact, exact)


def offset_of(value: str) -> timedelta | None:
    """Returns the UTC-OFFSET that *value* writes (RFC 5545 3.3.14)."""
    match = re.fullmatch(r"([+-])([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?", value.strip())
    if match is None:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    return -size if match[1] == "-" else size


# Zones

_WINDOWS = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
_MONTHS = tuple(range(1, 13))
_SHOWN_ZONE = re.compile(r"\((?:UTC|GMT)([+-]?)([0-9]{0,2})[:.]?([0-9]{0,2})\)\s*(.+)")


def zone_named(name: str, known: frozenset[str]) -> str:
    """Returns the IANA zone of *known* that a TZID means: itself, behind a path, or as Windows calls it. "" for none."""
    bare = name.strip().strip('"')
    parts = bare.strip("/").split("/")
    for start in range(len(parts)):
        if (candidate := "/".join(parts[start:])) in known:
            return candidate
    folded = {item.casefold(): item for item in known} if bare.casefold() not in _WINDOWS else {}
    if bare.casefold() in ("utc", "gmt", "z", "zulu", "greenwich mean time"):
        return "UTC"
    if exact := folded.get(bare.replace(" ", "_").casefold()):
        return exact
    zone = _WINDOWS.get(bare.casefold(), "")
    if shown := _SHOWN_ZONE.fullmatch(bare):
        zone = _shown_zone(shown, folded)
    return zone if zone in known else ""


def _shown_zone(shown: re.Match[str], folded: dict[str, str]) -> str:
    """Returns the zone that Windows shows as "(UTC-05:00) Eastern Time (US & Canada)", or by cities; "" for none.

    No list of these names is at hand: words that are a Windows name, or the end of an IANA name, must have the offset.
    """
    sign, hours, minutes, words = shown.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    cities: dict[str, str] = {}
    for name in sorted(folded):
        cities.setdefault(name.rpartition("/")[2], folded[name])
    for word in re.split(r"\s*[,/]\s*|\s+-\s+|\s+Time\b.*", words.casefold().replace(" time", " Time")):
        zone = _WINDOWS.get(f"{word} standard time") or cities.get(word.replace(" ", "_"), "")
        if zone and offset in {ZoneInfo(zone).utcoffset(datetime(2027, month, 1)) for month in (1, 7)}:
            return zone
    return ""


@dataclass(frozen=True, slots=True)
class Observance:
    """One STANDARD or DAYLIGHT of a VTIMEZONE (RFC 5545 3.6.5)."""

    start: datetime
    offset: timedelta
    month: int | None = None
    day: int = 1


def observances(component: ForeignComponent) -> list[Observance]:
    """Returns the observances of a VTIMEZONE whose offset and start can be read."""
    result = []
    for child in component.components:
        start, offset = child.get("DTSTART"), child.get("TZOFFSETTO")
        if child.name not in ("STANDARD", "DAYLIGHT") or offset is None or (size := offset_of(offset.value)) is None:
            continue
        moment = moments(start)[0] if start and start.value.strip() else None
        local = moment.local if moment and isinstance(moment.local, datetime) else datetime(1970, 1, 1)
        rule = child.get("RRULE")
        month = re.search(r"BYMONTH=([0-9]+)", rule.value.upper()) if rule else None
        week = re.search(r"BYDAY=([+-]?[1-5])", rule.value.upper()) if rule else None
        # Near enough: offsets are compared in the middle of the month.
        day = (28 if int(week[1]) < 0 else 7 * int(week[1]) - 6) if week else min(local.day, 28)
        result.append(Observance(local, size, int(month[1]) if month else None, day))
    return result


def zone_by_offsets(component: ForeignComponent, moment: date, candidates: list[str]) -> tuple[str, int]:
    """Returns which of *candidates* shows the offsets of this VTIMEZONE in most months of *moment*'s year, and in how many.

    It shows that of *moment*'s month. Of equals the first; ("", 0) for none. Compares the middle of each month.
    """
    rules = observances(component)
    if not rules:
        return "", 0
    wanted = [_offset_in(rules, datetime(moment.year, month, 15, 12)) for month in _MONTHS]
    best, best_count = "", 0
    for name in candidates:
        agrees = [*map(eq, wanted, _offsets_of(name, moment.year))]
        if agrees[moment.month - 1] and sum(agrees) > best_count:
            best, best_count = name, sum(agrees)
        if best_count == len(_MONTHS):
            break
    return best, best_count


@lru_cache(maxsize=2048)
def _offsets_of(zone: str, year: int) -> tuple[timedelta | None, ...]:
    """Returns the offsets of a zone in the middle of each month of *year*."""
    return tuple(datetime(year, month, 15, 12, tzinfo=ZoneInfo(zone)).utcoffset() for month in _MONTHS)


def _offset_in(rules: list[Observance], moment: datetime) -> timedelta:
    """Returns the offset at *moment*: of the observance that began last, yearly ones counted in this and the last year."""
    best, offset = datetime(1, 1, 1), rules[0].offset
    for rule in rules:
        begins = [rule.start] if rule.start <= moment else []
        if rule.month:
            begins += [
                datetime(year, rule.month, rule.day)
                for year in (moment.year - 1, moment.year)
                if year >= rule.start.year
            ]
        for begin in begins:
            if best <= begin <= moment:
                best, offset = begin, rule.offset
    return offset
