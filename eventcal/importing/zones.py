"""The TZIDs of a calendar become IANA zones: by name, by Windows name, by the offsets of their VTIMEZONE."""

from __future__ import annotations

from datetime import date

from ..ical import foreign
from ..ical.foreign import ForeignComponent
from ..when.zones import zone_names, zone_of

# Where several zones show the same offsets, the city that most people mean comes first.
_COMMON = [
    "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Moscow", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "America/Halifax", "Asia/Kolkata", "Asia/Shanghai",
    "Asia/Tokyo", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Australia/Sydney", "Australia/Brisbane",
    "Australia/Adelaide", "Pacific/Auckland", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
    "America/Phoenix", "America/Anchorage", "Pacific/Honolulu", "UTC",
]  # fmt: skip


class ZoneResolver:
    """The zones of one VCALENDAR. *home* is the registry's own zone, the first guess for a VTIMEZONE without a name."""

    def __init__(self, calendar: ForeignComponent, home: str) -> None:
        self._timezones = {component.text("TZID"): component for component in calendar.walk("VTIMEZONE")}
        self._home = home
        self._resolved: dict[str, str] = {}

    def named(self, name: str) -> str:
        """Returns the IANA zone that *name* means without a VTIMEZONE, "" for none."""
        return foreign.zone_named(name, zone_names()) if name else ""

    def resolve(self, tzid: str, moment: date) -> tuple[str, str]:
        """Returns the IANA zone of *tzid* at *moment*, and a remark, once, where it is another name; the registry's for an unknown one."""
        if tzid in self._resolved:
            return self._resolved[tzid], ""
        zone, remark = self._find(tzid, moment)
        self._resolved[tzid] = zone
        return zone, remark

    def _find(self, tzid: str, moment: date) -> tuple[str, str]:
        # what Windows shows is a guess, which offsets are not
        is_guess = tzid.startswith("(") and tzid in self._timezones
        if not is_guess and (zone := self.named(tzid)):
            return zone, "" if zone == tzid or tzid.upper() == "UTC" else f"{tzid!r} is written as {zone}"
        component = self._timezones.get(tzid)
        if component is None:
            # "GMT+0200", "tzone://Microsoft/Utc", "CET", "(UTC-03:00) Brasilia"
            bare = tzid.partition(")")[0].lstrip("(").rpartition("/")[2]
            if by_offset := zone_of(bare, self._home):
                return by_offset, f"{tzid!r} is written as {by_offset}"
            return self._home, f"{tzid!r} is not a zone and has no VTIMEZONE; its hours were read as {self._home}"
        names = (component.text("X-LIC-LOCATION"), component.text("TZUNTIL"), component.text("LOCATION"), tzid)
        hints = [self.named(name) for name in names]
        candidates = [*filter(None, hints), self._home, *_COMMON, *sorted(zone_names())]
        zone, months = foreign.zone_by_offsets(component, moment, list(dict.fromkeys(candidates)))
        if zone:
            period = "" if months == 12 else f" in {months} of the 12 months of {moment.year}"
            return zone, f"{tzid!r} is written as {zone}, which has its offsets{period}"
        return self._home, f"{tzid!r} has offsets of no known zone; its hours were read as {self._home}"
