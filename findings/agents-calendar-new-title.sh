#!/usr/bin/env bash
# agents-calendar (Python, a CalDAV client): a new title makes one meeting of a series of ten, without its guests, described by the text
# of its alarm.
# RFC 4791 section 4.1: a resource holds all components of one UID; RFC 9110 section 9.3.4: PUT replaces what is there, so a
# client sends back what it does not change. Its README: "update" replaces the fields that are passed, recurrence stays on the server.
# Surprise: patch_vevent, whose result "update" puts on the server, writes the event anew from a few fields: RRULE, EXDATE,
# ATTENDEE, URL and the alarm are gone, as is the date that was moved; the DESCRIPTION in VALARM is taken for the event's (RFC
# 5545 section 3.6.6); the zone becomes UTC. An event with DURATION in place of DTEND, or with neither, cannot be renamed at all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps 'agents-calendar==0.1.2' 'tzdata==2026.1'
cat >r.py <<'END'
from agents_calendar.ics import patch_vevent
TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:class@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240301T090000
DTEND;TZID=Europe/Berlin:20240301T100000
RRULE:FREQ=WEEKLY;COUNT=10
EXDATE;TZID=Europe/Berlin:20240308T090000
SUMMARY:Class
DESCRIPTION:Bring a pen
ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.org
URL:https://example.org/class
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Leave now
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:class@example.org
RECURRENCE-ID;TZID=Europe/Berlin:20240315T090000
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240315T110000
DTEND;TZID=Europe/Berlin:20240315T120000
SUMMARY:Class
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
for line in patch_vevent(TEXT, summary="Course", timezone="Europe/Berlin").splitlines():
    if not line.startswith("DTSTAMP"):
        print(line)
for end in "DURATION:PT1H\r\n", "":
    try:
        print(patch_vevent(TEXT.replace("DTEND;TZID=Europe/Berlin:20240301T100000\r\n", end), summary="Course", timezone="Europe/Berlin"))
    except Exception as error:
        print(end.strip() or "no end", "|", type(error).__name__, error)
END
cat >want <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Lolaplex//agents-calendar//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:class@example.org
DTSTART:20240301T080000Z
DTEND:20240301T090000Z
SUMMARY:Course
DESCRIPTION:Leave now
END:VEVENT
END:VCALENDAR
DURATION:PT1H | IcsError empty datetime
no end | IcsError empty datetime
END
venv/bin/python r.py >seen
diff want seen || { echo "agents-calendar-new-title: no longer as recorded" >&2; exit 1; }
echo "agents-calendar-new-title: as recorded"
