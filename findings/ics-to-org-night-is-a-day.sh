#!/usr/bin/env bash
# ics-to-org (Python): of a weekly choir one evening is in the file, 18:00 UTC and 18:00 in New York are the same hour, and three days are one.
# RFC 5545 sections 3.8.5.3, 3.8.4.4, 3.3.5 and 3.6.1: RRULE gives the other dates, RECURRENCE-ID says which one an event of the same
# UID replaces, an hour with Z or TZID is one moment, and DTEND of a whole day is the day behind the last. Org has repeaters and
# ranges of dates for that (Org manual, "Timestamps"). The README promises "Proper handling of UTC and all-day events".
# Surprise: the series is its first date, and only if that is in the window; where one date was moved, the last of the two
# events in the file takes the place of the other. The offset is cut off, a fair of three days is on the first, an event without
# an end has no hour, and a party from 20:00 to 21:00 of the next day is a whole day.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=Europe/Berlin LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'ics-to-org==1.0.6' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'freezegun==1.5.5' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >p.py <<'END'
import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo
import icalendar
import ics_sync
import recurring_ical_events
from freezegun import freeze_time
logging.disable(logging.INFO)
stamp = "DTSTAMP:20240101T000000Z"
def event(uid, *lines):
    return ["BEGIN:VEVENT", f"UID:{uid}@example.org", stamp, f"SUMMARY:{uid}", *lines, "END:VEVENT"]
lines = [
    *event("choir", "DTSTART;TZID=Europe/Berlin:20240502T190000", "DTEND;TZID=Europe/Berlin:20240502T210000", "RRULE:FREQ=WEEKLY;COUNT=4"),
    *event("since-March", "DTSTART;TZID=Europe/Berlin:20240301T080000", "DTEND;TZID=Europe/Berlin:20240301T090000", "RRULE:FREQ=MONTHLY;COUNT=12"),
    *event("moved", "DTSTART;TZID=Europe/Berlin:20240503T100000", "DTEND;TZID=Europe/Berlin:20240503T110000", "RRULE:FREQ=WEEKLY;COUNT=2"),
    *event("moved", "RECURRENCE-ID;TZID=Europe/Berlin:20240510T100000", "DTSTART;TZID=Europe/Berlin:20240511T150000", "DTEND;TZID=Europe/Berlin:20240511T160000"),
    *event("UTC", "DTSTART:20240514T180000Z", "DTEND:20240514T190000Z"),
    *event("New-York", "DTSTART;TZID=America/New_York:20240514T180000", "DTEND;TZID=America/New_York:20240514T190000"),
    *event("fair", "DTSTART;VALUE=DATE:20240517", "DTEND;VALUE=DATE:20240520"),
    *event("doors", "DTSTART;TZID=Europe/Berlin:20240521T193000"),
    *event("party", "DTSTART;TZID=Europe/Berlin:20240524T200000", "DTEND;TZID=Europe/Berlin:20240525T210000"),
]
with open("a.ics", "w", newline="") as file:
    file.write("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *lines, "END:VCALENDAR", ""]))
with freeze_time("2024-05-01 00:00"):
    ics_sync.sync_calendar("a.ics", "a.org", days_forward=30, days_backward=7)
    with open("a.org") as file:
        written = file.read().splitlines()
def berlin(value):
    return f"{value.astimezone(ZoneInfo('Europe/Berlin')):%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%m-%d}"
with open("a.ics", newline="") as file:
    calendar = icalendar.Calendar.from_ical(file.read())
found = recurring_ical_events.of(calendar).between(date(2024, 4, 24), date(2024, 5, 31))
for title in dict.fromkeys(str(each["SUMMARY"]) for each in calendar.events):
    print(title, "|", ", ".join(sorted(f"{berlin(each.start)} to {berlin(each.end)}" for each in found if each["SUMMARY"] == title)))
    print("  org:", *(line for at, line in enumerate(written) if line.startswith("<") and f"* {title}" in written[max(0, at - 5):at]))
END
cat >want <<'END'
choir | 05-02 19:00 to 05-02 21:00, 05-09 19:00 to 05-09 21:00, 05-16 19:00 to 05-16 21:00, 05-23 19:00 to 05-23 21:00
  org: <2024-05-02 Thu 19:00-21:00>
since-March | 05-01 08:00 to 05-01 09:00
  org:
moved | 05-03 10:00 to 05-03 11:00, 05-11 15:00 to 05-11 16:00
  org: <2024-05-11 Sat 15:00-16:00>
UTC | 05-14 20:00 to 05-14 21:00
  org: <2024-05-14 Tue 18:00-19:00>
New-York | 05-15 00:00 to 05-15 01:00
  org: <2024-05-14 Tue 18:00-19:00>
fair | 05-17 to 05-20
  org: <2024-05-17 Fri>
doors | 05-21 19:30 to 05-21 19:30
  org: <2024-05-21 Tue>
party | 05-24 20:00 to 05-25 21:00
  org: <2024-05-24 Fri>
END
v/bin/python p.py >seen
diff want seen || { echo "ics-to-org-night-is-a-day: no longer as recorded" >&2; exit 1; }
echo "ics-to-org-night-is-a-day: as recorded"
