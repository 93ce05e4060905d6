#!/usr/bin/env bash
# larzical (Python): 9:00 in Berlin is written and read as 9:00 UTC, and reading and writing brings a called-off date back.
# RFC 5545 section 3.3.5: a time ending in Z is UTC, one with a TZID is local to that zone; section 3.8.5.1: the dates of EXDATE
# are not dates of the series; section 3.1: a quoted parameter value may have a colon in it. Its README names correct UTC
# times and reading what other programs send.
# Surprise: a Python datetime that knows its zone loses it without a word, so the meeting is one or two hours late; the same
# for TZID. EXDATE and DURATION are dropped, RRULE is kept, so the date that was called off takes place. A place
# with a link, ALTREP="https://...", begins in the middle of the link. What is UTC by its own word is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'larzical==0.1.0' 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'pytz==2026.2'
cat >r.py <<'END'
import datetime as D, zoneinfo
import icalendar, recurring_ical_events
from larzical import Calendar, Event
def dates(title, text):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, 1, 1), (2025, 1, 1))
    print(title, *(f"{event['DTSTART'].dt.astimezone(D.timezone.utc):%m-%dT%H:%MZ} {event['DTEND'].dt - event['DTSTART'].dt}" for event in found))
berlin = zoneinfo.ZoneInfo("Europe/Berlin")
for start in D.datetime(2024, 7, 1, 9, tzinfo=berlin), D.datetime(2024, 7, 1, 7, tzinfo=D.timezone.utc):
    calendar = Calendar(prodid="-//example//EN")
    calendar.add(Event(summary="class", start=start, end=start + D.timedelta(hours=1)))
    print("written", start.isoformat(), *(line for line in calendar.to_ical().splitlines() if line.startswith(("DTSTART", "DTEND"))))
TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:class@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240701T090000
DURATION:PT1H30M
RRULE:FREQ=WEEKLY;COUNT=3
EXDATE;TZID=Europe/Berlin:20240708T090000
SUMMARY:class
LOCATION;ALTREP="https://example.org/room":Room 1
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
again = Calendar.parse(TEXT).to_ical()
print(*(line for line in again.splitlines() if line.startswith(("DT", "DUR", "RRULE", "EXDATE", "LOC"))), sep="\n")
dates("before", TEXT)
dates("after ", again)
END
cat >want <<'END'
written 2024-07-01T09:00:00+02:00 DTSTART:20240701T090000Z DTEND:20240701T100000Z
written 2024-07-01T07:00:00+00:00 DTSTART:20240701T070000Z DTEND:20240701T080000Z
DTSTAMP:20240701T090000Z
DTSTART:20240701T090000Z
LOCATION://example.org/room":Room 1
RRULE:FREQ=WEEKLY;COUNT=3
before 07-01T07:00Z 1:30:00 07-15T07:00Z 1:30:00
after  07-01T09:00Z 0:00:00 07-08T09:00Z 0:00:00 07-15T09:00Z 0:00:00
END
venv/bin/python r.py >seen
diff want seen || { echo "larzical-berlin-is-utc: no longer as recorded" >&2; exit 1; }
echo "larzical-berlin-is-utc: as recorded"
