#!/usr/bin/env bash
# camerge: merged, the meeting that was called off takes place, the added one is gone, and one of three hours has no length.
# RFC 5545 sections 3.8.5.1 and 3.8.5.2: EXDATE and RDATE are part of a recurrence set as the rule is; section 3.6.1: DURATION is
# the other way to say when an event ends. The README promises a calendar "with the correct availability data".
# Surprise: of the three nothing is copied, without a word. The meeting that was moved by RECURRENCE-ID is, so one half of what
# changed in the series arrives. recurring-ical-events reads the calendar before and after.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'camerge==0.0.3' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >p.py <<'END'
import icalendar
import recurring_ical_events
from camerge import merge_calendars
events = [
    "UID:1 DTSTART:20240304T090000Z DTEND:20240304T100000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240311T090000Z RDATE:20240313T090000Z SUMMARY:Weekly",
    "UID:1 RECURRENCE-ID:20240318T090000Z DTSTART:20240319T090000Z DTEND:20240319T100000Z SUMMARY:Moved",
    "UID:2 DTSTART:20240320T180000Z DURATION:PT3H SUMMARY:Evening",
]
lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
for event in events:
    lines += ["BEGIN:VEVENT", "DTSTAMP:20240101T000000Z", *event.split(), "END:VEVENT"]
text = "\r\n".join([*lines, "END:VCALENDAR", ""])
for name, each in ("before", text), ("merged", merge_calendars([(f"data://{text}", False)])):
    dates = recurring_ical_events.of(icalendar.Calendar.from_ical(each)).between((2024, 3, 1), (2024, 4, 1))
    for event in sorted(dates, key=lambda event: event.start):
        print(f"{name}: {event['SUMMARY']} {event.start:%d %B %H:%M}, {event.end - event.start}")
END
cat >want <<'END'
before: Weekly 04 March 09:00, 1:00:00
before: Weekly 13 March 09:00, 1:00:00
before: Moved 19 March 09:00, 1:00:00
before: Evening 20 March 18:00, 3:00:00
merged: Weekly 04 March 09:00, 1:00:00
merged: Weekly 11 March 09:00, 1:00:00
merged: Moved 19 March 09:00, 1:00:00
merged: Evening 20 March 18:00, 0:00:00
END
v/bin/python p.py >seen
diff want seen || { echo "camerge-called-off: no longer as recorded" >&2; exit 1; }
echo "camerge-called-off: as recorded"
