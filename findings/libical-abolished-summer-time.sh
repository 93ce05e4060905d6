#!/usr/bin/env bash
# libical: in Mexico City, Asuncion and Fiji an hour is skipped on a night in 2027, long after summer time ended there for good.
# RFC 5545 section 3.6.5: a TZID stands for the VTIMEZONE of its calendar, which here has one offset and no change.
# Surprise: a daily series meets the night that would have begun a summer: that date and the next are an hour late. A known name is
# looked up in the machine's zone files, and their last two changes are taken for yearly rules; by the same files Python has no
# summer there. Under a name of its own the same VTIMEZONE is right, and so is noon under either.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
[ -e /usr/share/zoneinfo/America/Mexico_City ] || { echo "the machine's zone files are missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=/usr/share/zoneinfo
apt-get download -qq 'libical3=3.0.16-1+b1' 'libicu72=72.1-3+deb12u1' 2>/dev/null || { echo "Debian 12's libical3 is missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu*)
cat >p.py <<'END'
import ctypes
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
class Time(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in "year month day hour minute second is_date is_daylight".split()] + [("zone", ctypes.c_void_p)]
class Span(ctypes.Structure):
    _fields_ = [("start", ctypes.c_long), ("end", ctypes.c_long), ("is_busy", ctypes.c_int)]
CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Span), ctypes.c_void_p)
libical = ctypes.CDLL("libical.so.3")
libical.icalparser_parse_string.restype = libical.icalcomponent_get_first_component.restype = ctypes.c_void_p
libical.icalcomponent_get_first_component.argtypes = [ctypes.c_void_p, ctypes.c_int]
libical.icaltime_from_string.restype = Time
libical.icalcomponent_foreach_recurrence.argtypes = [ctypes.c_void_p, Time, Time, CALLBACK, ctypes.c_void_p]
VEVENT = 4
def starts(name, offset, start):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD",
        "DTSTART:20230101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", "UID:1",
        "DTSTAMP:20260101T000000Z", f"DTSTART;TZID={name}:{start}", "RRULE:FREQ=DAILY;COUNT=4", "END:VEVENT", "END:VCALENDAR", ""]
    event = libical.icalcomponent_get_first_component(libical.icalparser_parse_string("\r\n".join(lines).encode()), VEVENT)
    seen = []
    found = CALLBACK(lambda component, span, data: seen.append(datetime.fromtimestamp(span[0].start, timezone.utc)))
    begin, end = (libical.icaltime_from_string(text) for text in (b"20270101T000000Z", b"20280101T000000Z"))
    libical.icalcomponent_foreach_recurrence(event, begin, end, found, None)
    return " ".join(f"{moment:%dT%H:%MZ}" for moment in seen)
for zone, offset, day, hour in (("America/Mexico_City", "-0600", 20270403, "0215"), ("America/Asuncion", "-0300", 20271002, "0015"), ("Pacific/Fiji", "+1200", 20271113, "0215")):
    months = {datetime(2027, month, 1, tzinfo=ZoneInfo(zone)).strftime("%z") for month in range(1, 13)}
    print(zone, f"{hour} from {day}:", starts(zone, offset, f"{day}T{hour}00"), "| named Own:", starts("Own", offset, f"{day}T{hour}00"),
        "| noon:", starts(zone, offset, f"{day}T120000"), "| Python all year:", *months)
END
cat >want <<'END'
America/Mexico_City 0215 from 20270403: 03T08:15Z 04T09:15Z 05T09:15Z 06T08:15Z | named Own: 03T08:15Z 04T08:15Z 05T08:15Z 06T08:15Z | noon: 03T18:00Z 04T18:00Z 05T18:00Z 06T18:00Z | Python all year: -0600
America/Asuncion 0015 from 20271002: 02T03:15Z 03T04:15Z 04T04:15Z 05T03:15Z | named Own: 02T03:15Z 03T03:15Z 04T03:15Z 05T03:15Z | noon: 02T15:00Z 03T15:00Z 04T15:00Z 05T15:00Z | Python all year: -0300
Pacific/Fiji 0215 from 20271113: 12T14:15Z 13T15:15Z 14T15:15Z 15T14:15Z | named Own: 12T14:15Z 13T14:15Z 14T14:15Z 15T14:15Z | noon: 13T00:00Z 14T00:00Z 15T00:00Z 16T00:00Z | Python all year: +1200
END
python3 p.py >seen
diff want seen || { echo "libical-abolished-summer-time: no longer as recorded" >&2; exit 1; }
echo "libical-abolished-summer-time: as recorded"
