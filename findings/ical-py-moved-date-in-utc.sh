#!/usr/bin/env bash
# ical (Python): one date of a series in UTC is moved, and stays at its old hour as well.
# A component with the UID of the series and a RECURRENCE-ID stands in place of that date (RFC 5545 section
# 3.8.4.4); the value may be in UTC, and must be of the type of DTSTART.
# Surprise: with DTSTART and RECURRENCE-ID in UTC, 2 February is at 09:00 and at 15:00; a cancelled date is
# there twice. With TZID or floating times on both, the old hour is gone. recurring-ical-events has one entry
# each time.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'ical==14.3.1' 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'tzdata==2026.1' 'annotated-types==0.8.0' 'click==8.5.1' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0' 'x-wr-timezone==2.0.1'
cat >d.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
span = D.datetime(2024, 1, 1, tzinfo=D.timezone.utc), D.datetime(2025, 1, 1, tzinfo=D.timezone.utc)
event = "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20240101T000000Z\r\n%s\r\nEND:VEVENT\r\n"
for name, before, after in ("UTC", ":", "Z"), ("TZID", ";TZID=Europe/Berlin:", ""), ("floating", ":", ""):
    for what, hour, more in ("moved", 15, ""), ("cancelled", 9, "\r\nSTATUS:CANCELLED"):
        text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n"
                + event % f"DTSTART{before}20240201T090000{after}\r\nRRULE:FREQ=DAILY;COUNT=3\r\nSUMMARY:x"
                + event % f"RECURRENCE-ID{before}20240202T090000{after}\r\nDTSTART{before}20240202T{hour:02}0000{after}{more}\r\nSUMMARY:{what}"
                + "END:VCALENDAR\r\n")
        one = [(e.dtstart.strftime("%d %H:%M"), e.summary) for e in IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(*span)]
        two = sorted((e["DTSTART"].dt.strftime("%d %H:%M"), str(e["SUMMARY"])) for e in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(*span))
        for reader, events in ("ical", one), ("recurring-ical-events", two):
            print(name, reader, *(f"{when} {title}," for when, title in events))
END
cat >want <<'END'
UTC ical 01 09:00 x, 02 09:00 x, 02 15:00 moved, 03 09:00 x,
UTC recurring-ical-events 01 09:00 x, 02 15:00 moved, 03 09:00 x,
UTC ical 01 09:00 x, 02 09:00 cancelled, 02 09:00 x, 03 09:00 x,
UTC recurring-ical-events 01 09:00 x, 02 09:00 cancelled, 03 09:00 x,
TZID ical 01 09:00 x, 02 15:00 moved, 03 09:00 x,
TZID recurring-ical-events 01 09:00 x, 02 15:00 moved, 03 09:00 x,
TZID ical 01 09:00 x, 02 09:00 cancelled, 03 09:00 x,
TZID recurring-ical-events 01 09:00 x, 02 09:00 cancelled, 03 09:00 x,
floating ical 01 09:00 x, 02 15:00 moved, 03 09:00 x,
floating recurring-ical-events 01 09:00 x, 02 15:00 moved, 03 09:00 x,
floating ical 01 09:00 x, 02 09:00 cancelled, 03 09:00 x,
floating recurring-ical-events 01 09:00 x, 02 09:00 cancelled, 03 09:00 x,
END
venv/bin/python d.py >seen
diff want seen || { echo "ical-py-moved-date-in-utc: no longer as recorded" >&2; exit 1; }
echo "ical-py-moved-date-in-utc: as recorded"
