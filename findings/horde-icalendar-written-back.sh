#!/usr/bin/env bash
# Horde_Icalendar (PHP): reading and writing moves a meeting in Berlin by two hours, and puts every date left out into 1970.
# A value with a TZID is the time on that zone's clock (RFC 5545 section 3.2.19); EXDATE and RDATE have dates or date-times of the
# series (3.8.5.1, 3.8.5.2), and a time without a zone stays without one (3.3.5, form 1).
# Surprise: TZID is kept and the hour is that of the process's zone, so 10:00 in Berlin comes back as 08:00 in Berlin from a server
# in UTC, 09:00 in winter. Exceptions are read as days without hours, whose parts are then written as seconds of 1970, the year as
# 00:33:44, so the date that was left out is back and the one that was added is gone. A floating time comes back in UTC.
set -euo pipefail
for tool in apt-get php python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'php-horde-icalendar=2.1.8-7' 'php-horde-date=2.4.1-9' php-horde-exception php-horde-support php-horde-util 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'tzdata==2026.1'
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
date_default_timezone_set('UTC');
spl_autoload_register(function ($class) {
    $file = 'deb/usr/share/php/' . str_replace('_', '/', $class) . '.php';
    if (is_file($file)) require_once $file;
});
$calendar = new Horde_Icalendar();
$calendar->parsevCalendar(stream_get_contents(STDIN));
echo $calendar->exportvCalendar();
END
cat >p.py <<'END'
import re
import subprocess
import icalendar
import recurring_ical_events
ZONE = """BEGIN:VTIMEZONE TZID:Europe/Berlin
BEGIN:STANDARD DTSTART:19961027T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU END:STANDARD
BEGIN:DAYLIGHT DTSTART:19810329T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU END:DAYLIGHT
END:VTIMEZONE"""
def dates(text):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, 1, 1), (2025, 1, 1))
    return ", ".join(sorted(event["DTSTART"].to_ical().decode()[4:] for event in found))
def show(title, event):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *ZONE.split(), "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", *event.split()]
    text = "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])
    back = re.sub("\r?\n ", "", subprocess.run(["php", "p.php"], input=text, capture_output=True, text=True, check=True).stdout)
    print(f"{title}: {dates(text)} | written back: {dates(back)}", *re.findall("(?:EXDATE|RDATE).*", back))
show("10:00 in Berlin", "DTSTART;TZID=Europe/Berlin:20240607T100000 DTEND;TZID=Europe/Berlin:20240607T110000")
show("in winter", "DTSTART;TZID=Europe/Berlin:20241206T100000 DTEND;TZID=Europe/Berlin:20241206T110000")
show("three weeks but one", "DTSTART:20240607T080000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240614T080000Z")
show("and a Monday", "DTSTART:20240607T080000Z RRULE:FREQ=WEEKLY;COUNT=2 RDATE:20240610T080000Z")
show("11:00 on any clock", "DTSTART:20240607T110000")
END
cat >want <<'END'
10:00 in Berlin: 0607T100000 | written back: 0607T080000
in winter: 1206T100000 | written back: 1206T090000
three weeks but one: 0607T080000Z, 0621T080000Z | written back: 0607T080000Z, 0614T080000Z, 0621T080000Z EXDATE:19700101T003344Z,19700101T000006Z,19700101T000014Z
and a Monday: 0607T080000Z, 0610T080000Z, 0614T080000Z | written back: 0607T080000Z, 0614T080000Z RDATE:19700101T003344Z,19700101T000006Z,19700101T000010Z
11:00 on any clock: 0607T110000 | written back: 0607T110000Z
END
v/bin/python p.py | tr -d '\r' >seen
diff want seen || { echo "horde-icalendar-written-back: no longer as recorded" >&2; exit 1; }
echo "horde-icalendar-written-back: as recorded"
