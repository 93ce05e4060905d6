#!/usr/bin/env bash
# Gammu: a calendar converted to a calendar has each series once, nine o'clock in Berlin at nine UTC, and whole days at midnight UTC.
# gammu(1), convertbackup: converts all that can be saved between the formats that Gammu supports; here both are iCalendar.
# RFC 5545 section 3.3.10 (RRULE), 3.3.5 (a time with a TZID is local, one with a Z is UTC), 3.3.11 (commas and line breaks in text).
# Surprise: RRULE is dropped from the plainest series without a word; TZID and VALUE=DATE become a Z, so a birthday begins in New
# York on the evening before; DURATION is gone, and what was CANCELLED is CONFIRMED; a line break is "=0A", an escape of vCalendar
# 1.0; the text of an alarm becomes a second DESCRIPTION of its event, and a comma is not escaped. Times in UTC are right.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 HOME="$dir"
apt-get download -qq 'gammu=1.42.0-8' 'libgammu8=1.42.0-8' libbluetooth3 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export LD_LIBRARY_PATH=deb/usr/lib:deb/usr/lib/x86_64-linux-gnu
deb/usr/bin/gammu --version >/dev/null 2>&1 || { echo "a library of Gammu is missing: skipped"; exit 77; }
sed 's/$/\r/' >in.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:class@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240202T090000Z
DTEND:20240202T100000Z
RRULE:FREQ=WEEKLY
SUMMARY:class
DESCRIPTION:Room 1\nBring a pen
END:VEVENT
BEGIN:VEVENT
UID:board@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240701T090000
DURATION:PT2H
STATUS:CANCELLED
SUMMARY:Board\, budget
DESCRIPTION:Minutes of June
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Leave now
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:birthday@example.org
DTSTAMP:20240101T000000Z
DTSTART;VALUE=DATE:20240202
RRULE:FREQ=YEARLY
SUMMARY:birthday
END:VEVENT
END:VCALENDAR
END
cat >want <<'END'
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:calendar-1
STATUS:CONFIRMED
CATEGORIES:MEETING
DTSTART:20240202T090000Z
DTEND:20240202T100000Z
SUMMARY:class
DESCRIPTION:Room 1=0ABring a pen
END:VEVENT
BEGIN:VEVENT
UID:calendar-2
STATUS:CONFIRMED
CATEGORIES:MEETING
DTSTART:20240701T090000Z
SUMMARY:Board, budget
DESCRIPTION:Minutes of June
DESCRIPTION:Leave now
END:VEVENT
BEGIN:VEVENT
UID:calendar-3
STATUS:CONFIRMED
CATEGORIES:MEETING
DTSTART:20240202T000000Z
SUMMARY:birthday
END:VEVENT
END:VCALENDAR
END
deb/usr/bin/gammu convertbackup in.ics out.ics >/dev/null 2>&1
tr -d '\r' <out.ics | grep -v '^$' >seen
diff want seen || { echo "gammu-series-once: no longer as recorded" >&2; exit 1; }
echo "gammu-series-once: as recorded"
